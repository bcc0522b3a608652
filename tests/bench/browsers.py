"""Browsers that follow the events: how late each hears of what a device sent, and what they cost."""
import base64
import datetime
import json
import os
import re
import selectors
import socket
import threading
import time

from alerts import Control
from processes import free_port

RECEIVED = re.compile(rb'"received_at":"([^"]+)"')


class Browsers(threading.Thread):
    """So many WebSockets on one thread. latencies: seconds from the gateway's receipt to the browser's socket, of each text."""

    def __init__(self, port, token, count):
        super().__init__(daemon=True)
        self.latencies = []
        self.ended = 0
        self.measuring = True  # otherwise what comes is thrown away: real browsers have processors of their own
        self.stopping = False
        self.waiting = selectors.DefaultSelector()
        self.sockets = [self.open(port, token) for _ in range(count)]
        for one in self.sockets:
            self.waiting.register(one, selectors.EVENT_READ, bytearray())

    @staticmethod
    def open(port, token):
        one = socket.create_connection(("127.0.0.1", port), timeout=10)
        key = base64.b64encode(os.urandom(16)).decode()
        one.sendall((f"GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
                     f"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n")
                    .encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += one.recv(1)
        if b" 101 " not in head:
            raise RuntimeError(f"no stream: {head[:200]}")
        one.setblocking(False)
        return one

    def run(self):
        while not self.stopping:
            for key, _ in self.waiting.select(0.2):
                try:
                    data = key.fileobj.recv(1 << 18)
                except BlockingIOError:
                    continue
                if not data:
                    self.ended += 1
                    self.waiting.unregister(key.fileobj)
                    continue
                if self.measuring:
                    key.data.extend(data)
                    self.take(key.data, time.time())

    def take(self, pending, now):
        start = 0
        while len(pending) - start >= 2:
            size, head = pending[start + 1], 2
            if size == 126:
                size, head = int.from_bytes(pending[start + 2:start + 4], "big"), 4
            elif size == 127:
                size, head = int.from_bytes(pending[start + 2:start + 10], "big"), 10
            if len(pending) - start < head + size:
                break
            found = RECEIVED.search(pending, start + head, start + head + size)
            if found:
                self.latencies.append(now - datetime.datetime.fromisoformat(found[1].decode()).timestamp())
            start += head + size
        del pending[:start]

    def stop(self):
        self.stopping = True
        self.join()
        for one in self.sockets:
            one.close()


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("inf")


def token_of(gateway):
    control = Control(gateway.socket)
    control.request("POST", "/api/v1/tokens", json.dumps({"name": "bench", "permissions": ["event.read"], "operator": "bench"}))
    answer = json.loads(control.getresponse().read())
    control.close()
    return answer["token"]


def follow(bench, count=50):
    """Browsers that follow the events while devices push: how late they hear, and what that costs the devices."""
    broker_port, listener = free_port(), free_port()
    broker = bench.broker(broker_port)
    try:
        gateway = bench.gateway(listener, broker_port, 50)
        time.sleep(1)
        alone = bench.load(target_port=listener, devices=50, seconds=bench.seconds, broker_port=broker_port)["rate"]
        following = Browsers(gateway.api, token_of(gateway), count)
        following.start()
        bench.load(target_port=listener, devices=50, rate=100, seconds=bench.seconds * 2, broker_port=broker_port)
        time.sleep(1)
        following.measuring = False
        late = [1000 * one for one in following.latencies]
        loaded = bench.load(target_port=listener, devices=50, seconds=bench.seconds, broker_port=broker_port)["rate"]
        ended = following.ended
        following.stop()
        gateway.stop()
    finally:
        broker.stop()
    p99 = percentile(late, 0.99)
    print(f"      {alone:.0f} events/s without browsers, {loaded:.0f} with")
    print(f"      {len(late)} texts to {count} browsers: p50 {percentile(late, 0.5):.1f} ms; {ended} browsers left")
    bench.figure(f"100 events/s, device to {count} browsers, p99", p99, "<= 500 ms", p99 <= 500 and ended == 0, "ms")
    bench.figure(f"most events/s with {count} browsers to without", loaded / max(1, alone), ">= 0.9", loaded >= 0.9 * alone, "x")
