"""Passages of months, searched as the console searches: the first page of each way to look, over the control socket."""
import datetime
import hashlib
import json
import sqlite3
import time
import urllib.parse

from alerts import Control
from processes import free_port

DAY = 86_400_000  # ms
SPAN = 178 * DAY  # the journal keeps 180
PLATES = 100_000
ASKED = 20


def ways(start):
    """What is looked for -> the query."""
    noon = rfc3339(start + 100 * DAY)
    return {
        "newest": {},
        "exact": {"q": "沪A04711"},
        "wildcard": {"q": "A0?7*1"},
        "fuzzy": {"q": "沪A0471I", "fuzzy": "1"},
        "none": {"q": "沪A0471X"},
        "person": {"person": "1017"},
        "lane and time": {"lane": "door-3", "from": noon, "to": rfc3339(start + 100 * DAY + 3_600_000)},
        "denied": {"result": "deny"},
    }


def rfc3339(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).isoformat(timespec="seconds")


def data(vehicle, who, passed):
    decision = {"result": "open" if passed else "refuse", "rule": "resident-list", "reasons": ["listed"]}
    what = {"plate": {"text": who, "color": "blue", "confidence": 0.93}} if vehicle else {
        "credential": {"type": "face", "person": who}}
    return json.dumps({"direction": "in", **what, "decision": decision, "time_trusted": True, "history": False},
                      ensure_ascii=False)


def row(n, count, start):
    """Three passages a minute and more, two persons for each vehicle, one of twenty refused; most cars come often."""
    vehicle, passed = n % 3 == 0, n % 20 != 7
    plate = (n * 7919) % PLATES if n % 5 == 0 else (n * 7919) % (PLATES // 20)
    who = f"沪A{plate:05}" if vehicle else str(1000 + n % 2000)
    kind = ("vehicle.passed" if passed else "vehicle.refused") if vehicle else (
        "access.granted" if passed else "access.denied")
    at = start + n * SPAN // count
    lane = f"gate-{n % 4}" if vehicle else f"door-{n % 8}"
    return (n, f"01BENCH{n:019}", f"dev-{n % 12}", str(n), kind, lane, at, data(vehicle, who, passed))


def fill(data_dir, count, start):
    database = sqlite3.connect(data_dir / "gatehouse.db")
    database.execute("PRAGMA synchronous = OFF")
    with database:
        first = database.execute("SELECT coalesce(max(seq), 0) FROM journal").fetchone()[0] + 1
        database.executemany(
            "INSERT INTO journal (seq, id, device, device_key, device_record, type, priority, keep, lane, direction, "
            "occurred_ms, received_ms, time_trusted, clock_quality, history, boot_id, data) "
            "VALUES (?1, ?2, ?3, ?4, ?4, ?5, 1, 0, ?6, 1, ?7, ?7, 1, 0, 0, 'bench', ?8)",
            (row(n, count, start) for n in range(first, first + count)))
        # Whoever else follows the journal has seen it all.
        for reader in ("rules", "passages", "sink/centre"):
            database.executemany("INSERT OR REPLACE INTO cursor (reader, priority, seq) VALUES (?, ?, ?)",
                                 ((reader, priority, first + count - 1) for priority in (0, 1)))
    database.close()
    # The numbers are given: a journal that holds others would be taken for damaged.
    last = first + count - 1
    body = f"gatehouse sequence 1 reserved={last} last={last} log=0\n"
    (data_dir / "sequence-floor").write_text(body + hashlib.sha256(body.encode()).hexdigest() + "\n")


def ask(gateway, path):
    connection = Control(gateway.socket)
    started = time.monotonic()
    connection.request("GET", path)
    body = connection.getresponse().read()
    took = (time.monotonic() - started) * 1000
    connection.close()
    return json.loads(body), took


def wait_until_filled(gateway, count, start):
    """The index reads the journal in the background."""
    month = urllib.parse.urlencode({"by": "day", "from": rfc3339(start - DAY), "to": rfc3339(start + SPAN + DAY)})
    started = time.monotonic()
    while time.monotonic() - started < 3600:
        buckets = ask(gateway, "/api/v1/traffic?" + month)[0]["buckets"]
        if sum(b["in"] + b["out"] + b["other"] + b["denied"] for b in buckets) >= count:
            return time.monotonic() - started
        time.sleep(1)
    raise RuntimeError("the index of passages was not filled")


def search(bench, count):
    listener, broker = free_port(), free_port()  # no broker is needed
    bench.gateway(listener, broker, 0).stop()
    start = int(time.time() * 1000) - SPAN
    fill(bench.work / "gateway" / "data", count, start)
    gateway = bench.gateway(listener, broker, 0, fresh=False)
    try:
        took = wait_until_filled(gateway, count, start)
        bench.figure(f"index of {count} passages filled", count / took, "none", True, "entries/s")
        for name, query in ways(start).items():
            path = "/api/v1/passages?" + urllib.parse.urlencode(query)
            times, found = [], 0
            for _ in range(ASKED):
                page, ms = ask(gateway, path)
                times.append(ms)
                found = len(page["passages"])
            times.sort()
            bench.figure(f"search of {count}: {name} ({found} shown), slowest of {ASKED}", times[-1], "<= 200 ms",
                         times[-1] <= 200, "ms", p50=round(times[ASKED // 2], 1))
        month = "/api/v1/traffic?" + urllib.parse.urlencode(
            {"by": "day", "from": rfc3339(start + 60 * DAY), "to": rfc3339(start + 91 * DAY)})
        times = sorted(ask(gateway, month)[1] for _ in range(ASKED))
        bench.figure("traffic of a month, slowest", times[-1], "<= 200 ms", times[-1] <= 200, "ms")
    finally:
        gateway.stop()
