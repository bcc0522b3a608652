#!/usr/bin/env python3
"""Listens at the broker of the quick start.

Without --check: prints every event as it comes, and the reminder now and then, so that it is never far away. With --check: waits for ten events of two kinds that the simulated
devices truly created, opens one barrier by a command, and compares the reply with what the device saw on the wire.
"""
import argparse
import collections
import datetime
import itertools
import json
import queue
import subprocess
import sys
import threading
import time
import uuid

EVENTS = 10
KINDS = 2
BARRIER = "lpr-in"
LIMIT_S = 55
REMIND_EVERY = 20  # lines


def listen(port, prefix):
    """Yields (topic, document) from mosquitto_sub, in a thread of its own."""
    sub = subprocess.Popen(
        ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-q", "1", "-t", prefix + "/#", "-F", "%t %p"],
        stdout=subprocess.PIPE, text=True)
    messages = queue.Queue()

    def read():
        for line in sub.stdout:
            topic, _, payload = line.partition(" ")
            try:
                messages.put((topic, json.loads(payload)))
            except ValueError:
                messages.put((topic, {"type": "not JSON", "data": {"text": payload[:80]}}))
        messages.put(None)

    threading.Thread(target=read, daemon=True).start()
    return sub, messages


def show(topic, document):
    data = document.get("data", {})
    short = {k: v for k, v in data.items() if k not in ("snapshots", "device_record")}
    print(f"{document.get('time', '')[11:23]}  {topic.split('/', 4)[-1]:<28} {document.get('type', '')}  "
          f"{json.dumps(short, ensure_ascii=False)[:140]}", flush=True)


def oracle(path):
    try:
        with open(path, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


class Check:
    def __init__(self, arguments, messages):
        self.arguments = arguments
        self.messages = messages
        self.deadline = time.monotonic() + LIMIT_S
        self.kinds = collections.Counter()
        self.records = set()
        self.replies = {}

    def pump(self, until):
        """Takes messages until the condition holds; False when time is up."""
        while not until():
            left = self.deadline - time.monotonic()
            if left <= 0:
                return False
            try:
                message = self.messages.get(timeout=min(left, 0.2))
            except queue.Empty:
                continue
            if message is None:
                return False
            self.take(*message)
        return True

    def take(self, topic, document):
        part = topic.removeprefix(self.arguments.prefix + "/").split("/")
        data = document.get("data", {})
        if part[0] == "evt" and data.get("device_record"):
            device = document.get("source", "").rsplit("/", 1)[-1]
            self.records.add((device, str(data["device_record"])))
            self.kinds[document.get("type")] += 1
        elif part[0] == "reply":
            self.replies.setdefault(data.get("cmd_id"), []).append(data)

    def real(self):
        created = {(line["device"], line["record"]) for line in oracle(self.arguments.oracle) if line["e"] == "created"}
        return self.records & created

    def enough(self):
        return len(self.records) >= EVENTS and len(self.kinds) >= KINDS and len(self.real()) >= EVENTS

    def opens(self):
        return [line for line in oracle(self.arguments.oracle) if line["e"] == "command" and line["action"] == "open"]

    def command(self):
        now = datetime.datetime.now(datetime.timezone.utc)
        ident = "quickstart-" + uuid.uuid4().hex[:12]
        document = {
            "specversion": "1.0", "id": ident, "source": "/centre/quickstart",
            "type": "cn.gatehouse.cmd.barrier-open.v1", "time": now.isoformat(timespec="milliseconds"),
            "datacontenttype": "application/json",
            "data": {"args": {"device": BARRIER, "output": 1}, "operator": "quickstart", "reason": "quick start check",
                     "expires": (now + datetime.timedelta(seconds=20)).isoformat(timespec="milliseconds"),
                     "replyto": self.arguments.prefix + "/reply/quickstart"}}
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.arguments.broker), "-q", "1",
                        "-t", self.arguments.prefix + "/cmd/barrier-open", "-m", json.dumps(document)], check=True)
        return ident

    def finished(self, ident):
        return [r for r in self.replies.get(ident, []) if r.get("status") not in (None, "accepted")]

    def run(self):
        if not self.pump(self.enough):
            return (f"{len(self.records)} events of {len(self.kinds)} kinds reached the broker, {len(self.real())} of them "
                    f"known to the devices; {EVENTS} of {KINDS} kinds were expected. {dict(self.kinds)}")
        print(f"events: {len(self.real())} from the devices reached the broker: {dict(self.kinds)}")
        if self.opens():
            return f"a barrier was opened before anybody asked: {self.opens()}"
        ident = self.command()
        if not self.pump(lambda: self.finished(ident)):
            return f"no reply to the command came; replies: {self.replies}"
        reply = self.finished(ident)[0]
        if reply.get("status") != "done":
            return f"the command was not carried out: {json.dumps(reply, ensure_ascii=False)}"
        # A second open would come within moments; give it the chance.
        quiet = time.monotonic() + 1.5
        self.pump(lambda: time.monotonic() > quiet)
        opens = self.opens()
        if len(opens) != 1 or not opens[0]["moved"] or opens[0]["device"] != BARRIER:
            return f"exactly one open was expected on the wire, the device saw: {opens}"
        print(f"command: one barrier opened once, reply {reply['status']}")
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--broker", type=int, required=True)
    parser.add_argument("--prefix", required=True)
    parser.add_argument("--oracle", required=True)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--reminder", default="")
    arguments = parser.parse_args()
    time.sleep(0.2)  # the broker was started a moment ago
    sub, messages = listen(arguments.broker, arguments.prefix)
    try:
        if arguments.check:
            why = Check(arguments, messages).run()
            if why:
                print("failed: " + why)
            return 1 if why else 0
        for shown in itertools.count():
            if shown % REMIND_EVERY == 0:
                print(arguments.reminder, flush=True)
            message = messages.get()
            if message is None:
                return 1
            show(*message)
    except KeyboardInterrupt:
        return 0
    finally:
        sub.terminate()
        sub.wait()


if __name__ == "__main__":
    # The parent stops us with SIGTERM; leave by the same way as Ctrl-C, or the listener would stay.
    import signal
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    sys.exit(main())
