"""What travels by itself: over the broker and over the stream of events."""
import base64
import collections
import json
import os
import socket
import struct
import subprocess
import threading


class BrokerWatch:
    """Everything below the gateway's prefix, each message held against the document."""

    def __init__(self, shapes, port, prefix):
        self.shapes = shapes
        self.port = port
        self.prefix = prefix
        self.seen = collections.Counter()  # (channel, message)
        self.flaws = []
        self.replies = {}
        self.child = subprocess.Popen(
            ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(port), "-q", "1", "-t", prefix + "/#", "-F", "%t %p"],
            stdout=subprocess.PIPE, text=True)
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        for line in self.child.stdout:
            topic, _, payload = line.rstrip("\n").partition(" ")
            self.take(topic, payload)

    def take(self, topic, payload):
        channel = self.channel_of(topic)
        if channel is None:
            self.flaws.append(f"{topic}: this topic is not described")
            return
        if not payload:  # takes a retained message away
            return
        document = json.loads(payload)
        allowed = self.shapes.asyncapi["channels"][channel]["messages"]
        name = self.shapes.shape_of_type.get(document.get("type")) if channel != "commands" else "Command"
        if name not in allowed:
            self.flaws.append(f"{topic}: {document.get('type')} is not described there")
            return
        self.seen[channel, name] += 1
        self.flaws += [f"{topic}: {flaw}" for flaw in self.shapes.message_flaws(name, document)]
        if channel == "replies":
            self.replies[document["data"]["cmd_id"]] = document["data"]

    def channel_of(self, topic):
        """The channel whose address the topic fits."""
        steps = topic.split("/")
        for name, channel in self.shapes.asyncapi["channels"].items():
            address = channel["address"].split("/")
            if len(address) == len(steps) and all(a.startswith("{") or a == s for a, s in zip(address, steps)):
                return name
        return None

    def publish(self, name, document):
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-q", "1", "-t",
                        f"{self.prefix}/cmd/{name}", "-m", json.dumps(document)], check=True)

    def stop(self):
        self.child.terminate()
        self.child.wait()
        self.thread.join()
        self.child.stdout.close()


class StreamWatch:
    """The stream of events over one WebSocket, each frame held against the document."""

    def __init__(self, shapes, port, headers, after=None):
        self.shapes = shapes
        self.seen = collections.Counter()
        self.flaws = []
        self.seqs = []
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.file = self.socket.makefile("rb")
        target = "/api/v1/events/stream" + ("" if after is None else f"?after={after}")
        lines = [f"GET {target} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode()]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        status = self.file.readline()
        assert b" 101 " in status, status
        while self.file.readline().strip():
            pass
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        while True:
            head = self.file.read(2)
            if len(head) < 2 or head[0] & 0x0F == 8:
                return
            size = head[1] & 0x7F
            if size == 126:
                size, = struct.unpack(">H", self.file.read(2))
            elif size == 127:
                size, = struct.unpack(">Q", self.file.read(8))
            payload = self.file.read(size)
            if head[0] & 0x0F == 1:
                self.take(json.loads(payload))

    def take(self, frame):
        name = "Stream" + str(frame.get("kind")).capitalize()
        if name not in self.shapes.asyncapi["channels"]["stream"]["messages"]:
            self.flaws.append(f"stream: {frame.get('kind')!r} is not described")
            return
        self.seen["stream", name] += 1
        self.flaws += [f"stream: {flaw}" for flaw in self.shapes.message_flaws(name, frame)]
        if name == "StreamEvent":
            self.seqs.append(frame["event"]["seq"])

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.file.close()
        self.socket.close()
