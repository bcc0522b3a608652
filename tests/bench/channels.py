"""From an alarm at a device's socket until its message is whole at a staff channel's, over TLS."""
import base64
import http.client
import http.server
import os
import queue
import ssl
import subprocess
import threading
import time

from processes import free_port

ALARMS = 200  # a device each, so that none is a repeat or part of a burst
COVERED = (b"<EventNotificationAlert><channelID>1</channelID><eventType>shelteralarm</eventType>"
           b"<eventState>active</eventState></EventNotificationAlert>")


class Staff:
    """Whoever reads the messages: says when each was there."""

    def __init__(self, work):
        self.certificate, key = work / "staff.crt", work / "staff.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-keyout", key, "-out", self.certificate, "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       check=True, capture_output=True)
        self.heard = heard = queue.Queue()

        class Reader(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.put((time.monotonic(), body))
                self.send_response(204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Reader)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def table(self):
        secret = "whsec_" + base64.b64encode(os.urandom(32)).decode()
        return (f'[[notify]]\nname = "staff"\nprotocol = "webhook"\nurl = "https://localhost:{self.server.server_port}/alerts"\n'
                f'secret = "{secret}"\nca = "{self.certificate}"\nallow_addresses = ["127.0.0.1"]\nkinds = ["tamper"]\n')

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def cover(listener, device):
    connection = http.client.HTTPConnection("127.0.0.1", listener, timeout=10)
    started = time.monotonic()
    connection.request("POST", f"/push/{device}", COVERED, {"Content-Type": "application/xml"})
    connection.getresponse().read()
    connection.close()
    return started


def alarm_to_channel(bench):
    listener, broker = free_port(), free_port()  # no broker is needed
    staff = Staff(bench.work)
    gateway = bench.gateway(listener, broker, ALARMS, tables=staff.table())
    times = []
    try:
        time.sleep(1)
        for n in range(ALARMS):
            started = cover(listener, f"dev-{n}")
            while True:
                there, body = staff.heard.get(timeout=10)
                if f'"dev-{n}"'.encode() in body:
                    break
            times.append((there - started) * 1000)
    finally:
        gateway.stop()
        staff.stop()
    times.sort()
    p99 = times[ALARMS * 99 // 100 - 1]
    bench.figure(f"alarm to a staff channel's socket, {ALARMS} alarms, p99", p99, "<= 1000 ms", p99 <= 1000, "ms",
                 p50=round(times[ALARMS // 2], 3))
