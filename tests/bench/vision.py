"""The figures of what sees, each a function of the bench that run.py makes: plates, camera health and evidence, which are programs
of their own that print tables and, last, a line of figures; and what cameras cost the worker while nothing happens."""
import json
import os
import pathlib
import queue
import subprocess
import tempfile
import time

from devices import Simulator, cpu_seconds
from processes import free_ports, resident_mb, wait_for_port
from vision_link import Worker

ESTATE = """[[rtsp]]
id = "camera"
listen = "127.0.0.1:{port}"
codec = "{codec}"
size = "1920x1080"
fps = 25
kbits = {kbits}
qp_min = 0
gop = "2s"
loop = "6s"
sub_size = "none"
"""
CAMERAS = 10


def told(bench, program, *arguments):
    """Its tables are passed on as they come, its last line is what it measured; nothing where the pictures are not."""
    child = subprocess.Popen([str(bench.bin / program), *map(str, arguments)], stdout=subprocess.PIPE, text=True)
    line = None
    for following in child.stdout:
        if line is not None:
            print(f"      {line}", flush=True)
        line = following.rstrip()
    if child.wait() == 2:
        print(f"      {program} was left out")
        return None
    if child.returncode != 0:
        raise RuntimeError(f"{program} failed")
    return json.loads(line)


def plates(bench):
    found = told(bench, "gatehouse-vision-plates", bench.models)
    if not found:
        return
    bench.figure("plates located, 97 labelled frames", found["located"], ">= 98 %", found["located"] >= 98, "%")
    bench.figure("  read in full", found["full"], ">= 90 %", found["full"] >= 90, "%")
    bench.figure("  read wrongly", found["wrong"], "<= 5 %", found["wrong"] <= 5, "%")
    bench.figure("  of the green ones read in full", found["green"], "= 100 %", found["green"] == 100, "%")
    for name in ("easypr", "lprnet", "cwj"):
        share = found[f"{name}_crop"]
        bench.figure(f"crops that no training saw, read in full, {name}", share, ">= 90 %", share >= 90, "%")
    bench.figure("1280x720 frame to plate text, median", found["ms"], "<= 40 ms", found["ms"] <= 40, "ms",
                 ratio=round(found["ms"] / found["plain_ms"], 3))
    print(f"      90th percentile {found['ms_p90']:.1f} ms; OpenCV alone with one pass of the same nets {found['plain_ms']:.1f} ms, "
          f"ratio {found['ms'] / found['plain_ms']:.2f}")
    peer(bench)


def peer(bench):
    """The detector of HyperLPR3 with our reader on the same frames, where its weights lie in the shared folder: the machine's speed
    drifts, and this says what a millisecond was worth."""
    shared = pathlib.Path(os.environ.get("GATEHOUSE_SHARED", bench.bin.parents[3] / "shared"))
    weights = shared / "models" / "hyperlpr3" / "y5fu_320x_sim.onnx"
    if not weights.exists():
        print("      HyperLPR3's weights are not in the shared folder: not compared")
        return
    with tempfile.TemporaryDirectory() as folder:
        for file in (weights, *bench.models.glob("plate_*.onnx")):
            (pathlib.Path(folder) / file.name).symlink_to(file.resolve())
        done = subprocess.run([str(bench.bin / "gatehouse-vision-plates"), folder], stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    print(f"      HyperLPR3's detector (320) with our reader, same frames: {found['ms']:.1f} ms, 90th percentile {found['ms_p90']:.1f}; "
          f"in full {found['full']:.1f} %, wrong {found['wrong']:.1f} %")


def health(bench, every):
    """`every`: one frame in so many; all of them take half an hour."""
    found = told(bench, "gatehouse-vision-health", "--every", every)
    if not found:
        return
    label = f"{found['frames']:.0f} frames"
    bench.figure(f"faults of cameras found in time, {label}", found["found"], ">= 99 %", found["found"] >= 99, "%")
    bench.figure("  the fault that is found least", found["found_least"], ">= 99 %", found["found_least"] >= 99, "%")
    bench.figure("  false alarms on normal sights", found["false"], "<= 1 %", found["false"] <= 1, "%")
    bench.figure("  the sight that alarms most", found["false_most"], "<= 1 %", found["false_most"] <= 1, "%")
    print(f"      a sample costs {found['sample_ms']:.1f} ms, one Sobel and one resize {found['bare_ms']:.2f} ms, "
          f"ratio {found['sample_ms'] / found['bare_ms']:.1f}")


def evidence(bench):
    found = told(bench, "gatehouse-vision-evidence", "evidence")
    if not found:
        return
    bench.figure("evidence, 1920x1080 to 200 KiB, median", found["ms"], "<= 30 ms", found["ms"] <= 30, "ms",
                 ratio=round(found["ms"] / found["plain_ms"], 3))
    print(f"      90th percentile {found['ms_p90']:.1f} ms; a plain loop of cv::imencode {found['plain_ms']:.1f} ms, "
          f"ratio {found['ms'] / found['plain_ms']:.2f}")


# ---- cameras while nothing happens ----

def watch(worker, camera, port, wants):
    worker.send("watch", {"camera": camera, "wants": wants, "sources": [{"kind": "main", "url": f"rtsp://127.0.0.1:{port}/main"}]},
                [b""])


def wait_until_up(worker, cameras):
    missing = set(cameras)
    while missing:
        members, _ = worker.wait_for("stream", 60, that=lambda m: m["state"] == "up")
        missing.discard(members["camera"])


def over(worker, seconds):
    """Percent of one core, and the most memory seen."""
    before, began, memory = cpu_seconds(worker.child.pid), time.monotonic(), 0.0
    while time.monotonic() - began < seconds:
        time.sleep(0.5)
        memory = max(memory, resident_mb(worker.child.pid))
    return 100 * (cpu_seconds(worker.child.pid) - before) / (time.monotonic() - began), memory


def latest_figures(worker):
    """Of all that it said so far."""
    latest = {"cameras": []}
    while True:
        try:
            kind, members, _ = worker.said.get_nowait()
        except queue.Empty:
            return latest
        latest = members if kind == "figures" else latest


def at_rest(bench, worker, port, codec, seconds):
    names = [f"camera-{n}" for n in range(CAMERAS)]
    for name in names:
        watch(worker, name, port, {"health": True, "plates": False})
    wait_until_up(worker, names)
    time.sleep(bench.seconds)  # what connecting took is over
    percent, memory = over(worker, seconds)
    said = latest_figures(worker)["cameras"]
    label = f"{CAMERAS} idle cameras, {codec} 1080p25, {seconds} s"
    bench.figure(f"vision worker, {label}", percent, "<= 30 % of a core", percent <= 30, "%")
    bench.figure("  resident", memory, "<= 200 MB", memory <= 200, "MB")
    decoded, lost = sum(c["decoded"] for c in said), sum(c["dropped"] + c["errors"] for c in said)
    bench.figure(f"  of {decoded} pictures dropped or not decoded", lost, "= 0", decoded > 0 and lost == 0, "pictures")
    watch(worker, names[0], port, {"health": True, "plates": True})
    wait_until_up(worker, names[:1])
    worker.send("trigger", {"camera": names[0], "span_ms": 15000})
    time.sleep(1)
    percent, memory = over(worker, 10)
    print(f"      with one of them triggered and read: {percent:.1f} % of a core, {memory:.0f} MB")


def cameras(bench, seconds):
    """A key picture every two seconds, 4 Mbit/s of H.264 or 2 of H.265, played over RTSP. After ten minutes each camera's references
    are learnt."""
    for codec, kbits in (("h264", 4000), ("h265", 2000)):
        port = free_ports(1)[0]
        simulator = Simulator(bench, ESTATE.format(port=port, codec=codec, kbits=kbits))
        worker = None
        try:
            wait_for_port(port)
            worker = Worker(bench.bin / "gatehouse-vision", bench.models)
            ready, _ = worker.wait_for("ready", 60)
            print("      models that are missing:", ", ".join(m["name"] for m in ready["models"] if not m["ready"]) or "none")
            at_rest(bench, worker, port, codec, seconds)
        finally:
            if worker:
                worker.stop()
            simulator.stop()
