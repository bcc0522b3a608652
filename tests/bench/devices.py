"""The figures of the device languages, each a function of the bench that run.py makes: codecs by themselves, an estate of all
makes that does nothing, a loop's edge on its way to the journal, and a pushed plate whose answer opens."""
import json
import socket
import sqlite3
import subprocess
import time

import makes
from processes import Process, free_ports, resident_mb, wait_for_port

PICTURE = 60000


def cpu_seconds(pid):
    """Of the whole process, to the nanosecond; what neighbours do to the wall clock does not count."""
    return time.clock_gettime((~pid << 3) | 2)  # MAKE_PROCESS_CPUCLOCK(pid, CPUCLOCK_SCHED)


def percentile(values, part):
    return sorted(values)[int(part * (len(values) - 1))]


# ---- codecs ----

def codecs(bench):
    """Bytes or frames, whichever is nearer to its bound."""
    output = subprocess.run([str(bench.bin / "gatehouse-codecs")], capture_output=True, text=True, timeout=600)
    if output.returncode != 0:
        raise RuntimeError(f"codecs failed: {output.stderr[-500:]}")
    for row in map(json.loads, output.stdout.splitlines()):
        print(f"      {row['name']}: {row['frames_per_s']} frames/s of {row['frame_bytes']} bytes, {row['mb_per_s']} MB/s at best, "
              f"{row['middle_mb_per_s']} in the middle; {row['limit']}: {row['limit_mb_per_s']} MB/s, ratio {row['ratio']}")
        good = row["mb_per_s"] >= 200 or row["frames_per_s"] >= 500_000
        by_bytes = row["mb_per_s"] / 200 >= row["frames_per_s"] / 500_000
        value, unit = (row["mb_per_s"], "MB/s") if by_bytes else (row["frames_per_s"], "frames/s")
        bench.figure(f"codec: {row['name']}", value, ">= 200 MB/s or 500000 frames/s", good, unit, ratio=row["ratio"])


# ---- an estate that does nothing ----

class Simulator:
    """gatehouse-sim with an estate, and its control channel."""

    def __init__(self, bench, estate):
        file = bench.work / "estate.toml"
        file.write_text(estate)
        self.control = free_ports(1)[0]
        self.process = Process([str(bench.bin / "gatehouse-sim"), "--estate", str(file), "--control", str(self.control)],
                               bench.work / "sim.log")
        wait_for_port(self.control)
        self.line = socket.create_connection(("127.0.0.1", self.control)).makefile("rw")

    def tell(self, words):
        self.line.write(words + "\n")
        self.line.flush()
        answer = self.line.readline().strip()
        if answer.startswith("error"):
            raise RuntimeError(f"the simulator does not take {words!r}: {answer}")
        return answer

    def stop(self):
        self.line.close()
        self.process.stop()


def links_up(bench, gateway):
    """Its exit status says how the site is, which is of no interest here."""
    found = subprocess.run([str(bench.bin / "gatehouse"), "status", "--json", "--socket", gateway.socket],
                           capture_output=True, text=True)
    if not found.stdout:
        return 0  # not ready yet
    return sum(device["link"] == "up" for device in json.loads(found.stdout)["devices"])


def await_links(bench, gateway, count):
    """Or a minute; whoever counts them afterwards sees what is missing."""
    end = time.monotonic() + 60
    while links_up(bench, gateway) < count and time.monotonic() < end:
        time.sleep(0.5)


def at_rest(bench, which, count, more_keys="", bare_every=None):
    """Percent of a core and resident memory of a gateway whose devices have nothing to tell; with `bare_every`, in ms, also
    what the least program spends that asks them as often."""
    listener, broker_port = free_ports(2)
    estate = makes.estate(which, count, listener, free_ports, more_keys)
    devices = len(estate.ports)
    seconds = bench.seconds * 6
    simulator = Simulator(bench, estate.simulated) if devices else None
    broker = bench.broker(broker_port)
    gateway = None
    found = {"bare": None}
    try:
        gateway = bench.gateway(listener, broker_port, 0, tables=estate.devices)
        await_links(bench, gateway, devices)
        time.sleep(bench.seconds * 2)  # the first questions of a connection are asked once
        begun, cpu = time.monotonic(), cpu_seconds(gateway.child.pid)
        time.sleep(seconds)
        spent = cpu_seconds(gateway.child.pid) - cpu
        found["percent"] = 100 * spent / (time.monotonic() - begun)
        found["resident"] = resident_mb(gateway.child.pid)
        found["up"] = links_up(bench, gateway)
        if bare_every:
            gateway.stop()
            output = subprocess.run([str(bench.bin / "bare_poll"), str(bare_every), str(seconds), *map(str, estate.ports.values())],
                                    capture_output=True, text=True, check=True)
            found["bare"] = 100 * json.loads(output.stdout)["cpu_seconds"] / seconds
    finally:
        if gateway:
            gateway.stop()
        broker.stop()
        if simulator:
            simulator.stop()
    return found


def estate(bench):
    """Drivers' defaults throughout. Boards and lines that are asked many times a second are told apart, because that is what
    they cost."""
    nobody = at_rest(bench, (), 0)
    print(f"      a gateway without devices: {nobody['percent']:.2f} % of a core, {nobody['resident']:.1f} MB")
    mixed = at_rest(bench, makes.ALL, 20)
    bench.figure("200 devices of ten makes, idle", mixed["percent"], "<= 2 % of a core", mixed["percent"] <= 2, "%")
    bench.figure("  resident", mixed["resident"], "<= 96 MB", mixed["resident"] <= 96, "MB")
    bench.figure("  links that are up", mixed["up"], "= 200", mixed["up"] == 200, "links")
    quiet = at_rest(bench, [make for make in makes.ALL if not make.polled], 25)
    bench.figure("200 devices of the eight makes that tell by themselves", quiet["percent"], "<= 2 % of a core",
                 quiet["percent"] <= 2, "%")
    bench.figure("  links that are up", quiet["up"], "= 200", quiet["up"] == 200, "links")
    lines = at_rest(bench, [makes.OSDP], 20)
    print(f"      20 OSDP lines at 200 ms add {lines['percent'] - nobody['percent']:.2f} % of a core ({lines['up']} up)")
    boards = at_rest(bench, [makes.MODBUS], 20, 'poll_every = "50ms"\n', bare_every=50)
    added = boards["percent"] - nobody["percent"]
    print(f"      20 Modbus boards at 50 ms add {added:.2f} % of a core ({boards['up']} up); bare polling of the same boards "
          f"takes {boards['bare']:.2f} %, ratio {added / boards['bare']:.2f}")


# ---- a loop's edge ----

def rows_after(journal, seq):
    return journal.execute("SELECT seq, data FROM journal WHERE seq > ? AND type = 'device.input' ORDER BY seq",
                           (seq,)).fetchall()


def loop_edge(bench):
    """From before the simulator is told to close the contact until another connection sees the edge in the journal: polling,
    debouncing and the commit. The first two alone take up to 50 + 50 ms."""
    listener, broker_port = free_ports(2)
    estate = makes.estate([makes.MODBUS], 1, listener, free_ports, 'poll_every = "50ms"\n')
    simulator = Simulator(bench, estate.simulated)
    broker = bench.broker(broker_port)
    gateway = bench.gateway(listener, broker_port, 0, tables=estate.devices)
    spans, missed = [], 0
    try:
        await_links(bench, gateway, 1)
        time.sleep(1)
        journal = sqlite3.connect(f"file:{gateway.home}/data/gatehouse.db?mode=ro", uri=True, isolation_level=None)
        seq = 0
        for n in range(bench.seconds * 20):
            seq = max([seq] + [row[0] for row in rows_after(journal, seq)])
            time.sleep(0.2 + 0.0037 * (n % 14))  # nowhere in particular between two polls
            begun = time.monotonic()
            simulator.tell("emit modbus-1 entry lasts=250ms")
            edge = None
            while edge is None and time.monotonic() - begun < 1:
                edge = next((row for row in rows_after(journal, seq) if json.loads(row[1])["active"]), None)
                time.sleep(0.0005)
            if edge is None:
                missed += 1
            else:
                spans.append(1000 * (time.monotonic() - begun))
            time.sleep(0.45)  # the loop is free again, and that is told
        journal.close()
    finally:
        gateway.stop()
        broker.stop()
        simulator.stop()
    if not spans:
        raise RuntimeError("no edge of a loop came to the journal")
    slow = percentile(spans, 0.99)
    print(f"      {len(spans)} edges, p50 {percentile(spans, 0.5):.1f} ms, highest {max(spans):.1f} ms; poll and debounce alone: "
          "50 to 100 ms")
    bench.figure("loop edge to journal, polled every 50 ms, p99", slow, "<= 150 ms", slow <= 150, "ms")
    bench.figure("  edges that did not come", missed, "= 0", missed == 0, "edges")


# ---- a pushed plate whose answer opens ----

def plate_report(plate, number, picture):
    """As the 2018 manual has it (sheet §3)."""
    now = time.time()
    local = time.gmtime(now + 8 * 3600)
    result = {
        "license": plate, "plateid": number, "isoffline": 0, "colorType": 1, "type": 1, "direction": 4, "triggerType": 1,
        "confidence": 97, "carBright": 0, "carColor": 0, "location": {"RECT": {"top": 594, "left": 711, "bottom": 652, "right": 905}},
        "timeStamp": {"Timeval": {"sec": int(now), "usec": int(now * 1e6) % 1000000, "decyear": local.tm_year, "decmon": local.tm_mon,
                                  "decday": local.tm_mday, "dechour": local.tm_hour, "decmin": local.tm_min, "decsec": local.tm_sec}},
        "gioouts": [{"ionum": 0, "ctrltype": 0}], "imageFile": picture, "imageFileLen": len(picture) // 4 * 3,
    }
    return json.dumps({"AlarmInfoPlate": {"channel": 0, "deviceName": "lpr", "ipaddr": "127.0.0.1",
                                          "serialno": "d85b1269-8f942256", "result": {"PlateResult": result}}}, ensure_ascii=False)


def post(port, body):
    """On a connection of its own, as cameras do; the answer, and the milliseconds until it was complete."""
    body = body.encode()
    head = (f"POST /push/lpr HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n")
    begun = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), 10) as camera:
        camera.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        camera.sendall(head.encode() + body)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += camera.recv(65536) or b"\r\n\r\n"
        headers, _, rest = answer.partition(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in headers.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
        while len(rest) < length:
            rest += camera.recv(65536) or b" " * length
    return rest.decode(errors="replace"), 1000 * (time.monotonic() - begun)


def paced_posts(port, count, picture):
    """The answers and how long each took; every plate comes once."""
    answers, spans = [], []
    for n in range(count):
        answer, span = post(port, plate_report(f"沪A{n:05}", n + 1, picture))
        answers.append(answer)
        spans.append(span)
        time.sleep(0.05)
    return answers, spans


def push_reply(bench):
    """An allowed plate is posted to the listener; the answer that opens is complete once the journal has the record."""
    count = bench.seconds * 40
    for picture, label in (("", "no picture"), ("/9j/" + "A" * (PICTURE // 3 * 4 - 8) + "/9k=", "60 kB picture")):
        listener, bare_port, broker_port, camera = free_ports(4)
        broker = bench.broker(broker_port)
        try:
            bare = bench.bare(bare_port, broker_port)
            _, limit = paced_posts(bare_port, count, picture)
            bare.stop()
            gateway = bench.gateway(
                listener, broker_port, 0,
                tables=f'[[device]]\nid = "lpr"\nname = "lpr"\nprotocol = "vzenith"\nkind = "plate"\nmode = "push"\n'
                f'address = "tcp://127.0.0.1:{camera}"\n[[lane]]\nid = "east-in"\nname = "east"\nkind = "vehicle"\n'
                'direction = "in"\nreaders = ["lpr"]\nbarrier = "lpr/1"\ndecide = "gateway"\n')
            time.sleep(0.5)
            bench.import_plates(gateway, [f"沪A{n:05}" for n in range(count)])
            answers, spans = paced_posts(listener, count, picture)
            gateway.stop()
        finally:
            broker.stop()
        opened = sum('"info":"ok"' in answer.replace(" ", "") for answer in answers)
        slow, least = percentile(spans, 0.99), percentile(limit, 0.99)
        print(f"      p50 {percentile(spans, 0.5):.2f} ms, p99 {slow:.2f} ms; bare pipeline p50 {percentile(limit, 0.5):.2f} ms, "
              f"p99 {least:.2f} ms")
        bench.figure(f"push of an allowed plate to the answer that opens, {label}, p99", slow, "<= 20 ms", slow <= 20, "ms",
                     ratio=round(slow / least, 3))
        bench.figure("  answers that open", opened, f"= {count}", opened == count, "answers")
