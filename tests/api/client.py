"""Drives operations of the document by their names, and holds every answer against it."""
import collections
import http.client
import json
import socket
import urllib.parse

Answer = collections.namedtuple("Answer", "status headers body")


class ControlConnection(http.client.HTTPConnection):
    """HTTP over the control socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Client:
    """One caller: over the control socket, or over TCP with the headers he has."""

    def __init__(self, shapes, world, over_control=False):
        self.shapes = shapes
        self.world = world
        self.over_control = over_control
        self.headers = {}
        self.driven = collections.defaultdict(set)  # operation: the status codes seen
        self.flaws = []
        self.described = {operation["operationId"]: (method, path, operation)
                          for method, path, operation in shapes.operations()}

    def send(self, method, target, body=None, headers=None):
        there = (ControlConnection(self.world.socket) if self.over_control
                 else http.client.HTTPConnection("127.0.0.1", self.world.api, timeout=60))
        there.request(method.upper(), target, body=body, headers={**self.headers, **(headers or {})})
        answer = there.getresponse()
        read = Answer(answer.status, answer.headers, answer.read())
        there.close()
        return read

    def call(self, name, expect=None, body=None, headers=None, **given):
        """The body as Python value (or bytes), after all has been compared with the document. `given` are parameters."""
        method, path, operation = self.described[name]
        parameters = [self.shapes.resolved(p) for p in operation.get("parameters", [])]
        known = {p["name"] for p in parameters}
        self.note(name, [f"parameter {p} is not described" for p in given if p not in known])
        target = path
        for p in parameters:
            if p["in"] == "path":
                target = target.replace("{" + p["name"] + "}", urllib.parse.quote(str(given.pop(p["name"])), safe=""))
        target += "?" + urllib.parse.urlencode(given) if given else ""
        sent, type_sent = self.written(name, operation, body, expect is None or expect < 400)
        answer = self.send(method, target, sent, {**({"Content-Type": type_sent} if sent is not None else {}), **(headers or {})})
        if expect is None:
            expect = next(int(s) for s in operation["responses"] if s.startswith("2"))
        assert answer.status == expect, f"{name}: {answer.status} instead of {expect}: {answer.body[:400]!r}"
        self.driven[name].add(answer.status)
        return self.compared(name, operation, answer)

    def written(self, name, operation, body, good):
        described = operation.get("requestBody", {}).get("content", {})
        if body is None:
            return None, None
        self.note(name, [] if described else ["a request body is not described"])
        if isinstance(body, (bytes, str)):
            return (body.encode() if isinstance(body, str) else body), next(iter(described), "text/plain")
        if good and "application/json" in described:
            self.note(name + ", request", self.shapes.flaws(described["application/json"]["schema"], body))
        return json.dumps(body).encode(), "application/json"

    def compared(self, name, operation, answer):
        where = f"{name}, {answer.status}"
        described = operation["responses"].get(str(answer.status))
        if described is None:
            self.note(where, ["this status is not described"])
            return answer.body
        content = self.shapes.resolved(described).get("content", {})
        type_seen = answer.headers.get("Content-Type")
        if not content:
            self.note(where, ["an answer without content has a body"] if answer.body else [])
            return None
        if type_seen not in content:
            self.note(where, [f"{type_seen} is not described"])
            return answer.body
        if "json" not in type_seen:
            return answer.body
        value = json.loads(answer.body)
        self.note(where, self.shapes.flaws(content[type_seen]["schema"], value))
        return value

    def note(self, where, sentences):
        self.flaws += [f"{where}: {sentence}" for sentence in sentences]
