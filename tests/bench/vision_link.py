"""The gateway's end of the vision worker's socket, for the bench: starts the program and speaks its frames
(vision/link/frame.hpp) without any of the gateway's code."""
import json
import queue
import socket
import struct
import subprocess
import threading

HEAD = struct.Struct("<IBBHI")
MAGIC, VERSION = 0x45484756, 1
TO_WORKER = {"watch": 1, "forget": 2, "trigger": 3, "ask": 4, "ping": 5}
FROM_WORKER = {65: "ready", 66: "stream", 67: "plate_read", 68: "finding", 69: "presence", 70: "references", 71: "answer",
               72: "figures", 73: "pong"}


class Worker:
    """owns: a child process. What it says comes as (kind, members, blobs)."""

    def __init__(self, program, models, *, memory_max=None):
        ours, theirs = socket.socketpair()
        command = [str(program), "--models", str(models)] + (["--memory-max", str(memory_max)] if memory_max else [])
        # The worker expects its socket as file descriptor 3.
        self.child = subprocess.Popen(["/bin/sh", "-c", f'exec "$@" 3<&{theirs.fileno()}', "sh", *command],
                                      pass_fds=[theirs.fileno()])
        theirs.close()
        self.socket = ours
        self.said = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, kind, members, blobs=()):
        text = json.dumps(members).encode()
        head = HEAD.pack(MAGIC, VERSION, TO_WORKER[kind], len(blobs), len(text))
        self.socket.sendall(head + b"".join(struct.pack("<I", len(b)) for b in blobs) + text + b"".join(blobs))

    def wait_for(self, kind, seconds=20, *, that=lambda members: True):
        """The next message of the kind; what comes before it is passed over."""
        while True:
            found, members, blobs = self.said.get(timeout=seconds)
            if found == "gone" and kind != "gone":
                raise RuntimeError(f"the worker ended before it said {kind}: {members or 'its socket was closed'}")
            if found == kind and that(members):
                return members, blobs

    def stop(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        return self.child.wait(10)

    def _read(self):
        try:
            self._read_messages()
            self.said.put(("gone", {}, []))
        except (OSError, ValueError, KeyError, struct.error) as error:
            self.said.put(("gone", {"why": repr(error)}, []))

    def _read_messages(self):
        with self.socket.makefile("rb") as stream:
            while head := stream.read(HEAD.size):
                _, _, kind, blobs, size = HEAD.unpack(head)
                sizes = struct.unpack(f"<{blobs}I", stream.read(4 * blobs))
                members = json.loads(stream.read(size))
                self.said.put((FROM_WORKER[kind], members, [stream.read(s) for s in sizes]))
