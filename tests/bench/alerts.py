"""The list of open alerts among a million, asked as the console and the command line ask for it."""
import http.client
import socket
import sqlite3
import time

from processes import free_port

ALERTS = 1_000_000
OPEN = 200
ASKED = 100
START = 1_700_000_000_000  # ms


class Control(http.client.HTTPConnection):
    """HTTP over the control socket."""

    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def fill(file):
    """Two years of alerts, closed (3) but for the newest hundreds and some between."""
    database = sqlite3.connect(file)
    database.execute("PRAGMA synchronous = OFF")
    every = ALERTS // OPEN
    rows = ((f"01BENCH{n:019d}", f"lpr-{n % 88}", 0 if n % every == 0 else 3, START + n * 60_000) for n in range(ALERTS))
    with database:
        database.executemany(
            "INSERT INTO alert (id, kind, device, lane, severity, state, count, text, evidence, raised_ms, changed_ms, "
            "due_ack_ms, due_clear_ms, actor, result, note) VALUES (?1, 'tamper', ?2, 'east-in', 3, ?3, 1, '设备被遮挡', "
            "'[]', ?4, ?4, 0, 0, 'li', 'real', 'seen')", rows)
    database.close()


def open_list(bench):
    listener, broker = free_port(), free_port()  # no broker is needed
    bench.gateway(listener, broker, 0).stop()
    fill(bench.work / "gateway" / "data" / "gatehouse.db")
    gateway = bench.gateway(listener, broker, 0, fresh=False)
    try:
        times = []
        for _ in range(ASKED):
            connection = Control(gateway.socket)
            started = time.monotonic()
            connection.request("GET", "/api/v1/alerts?open=1&limit=200")
            body = connection.getresponse().read()
            times.append((time.monotonic() - started) * 1000)
            connection.close()
        found = body.count(b'"alert_id"')
    finally:
        gateway.stop()
    times.sort()
    p99 = times[ASKED * 99 // 100 - 1]
    bench.figure(f"{found} open of {ALERTS} alerts, p99", p99, "<= 20 ms", p99 <= 20 and found == OPEN, "ms",
                 p50=round(times[ASKED // 2], 3), ready_s=round(gateway.ready_seconds, 3))
