#!/usr/bin/env python3
"""What the vision worker takes while nothing happens: ten cameras of 1920x1080, 25 pictures a second, 4 Mbit/s, a key picture
every two seconds, played by the simulator over RTSP. Prints processor time in percent of one core and resident memory beside
their bounds, and what a trigger on one camera adds. Exit 1 when a bound is missed.

usage: tests/bench/vision_worker.py [--bin DIR] [--models DIR] [--codec h264|h265] [--cameras N] [--seconds N] [--json FILE]
"""
import argparse
import json
import os
import pathlib
import platform
import queue
import subprocess
import sys
import tempfile
import time

from processes import Process, free_port, resident_mb, wait_for_port
from vision_link import Worker

ROOT = pathlib.Path(__file__).resolve().parents[2]
IDLE_CPU_MAX, RESIDENT_MAX = 30.0, 200.0  # percent of one core; MB
ESTATE = """[[rtsp]]
id = "camera"
listen = "127.0.0.1:{port}"
codec = "{codec}"
size = "1920x1080"
fps = 25
kbits = 4000
qp_min = 0
gop = "2s"
loop = "6s"
sub_size = "none"
"""


def machine():
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    commit = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True)
    return f"{os.cpu_count()} cores of {model}, commit {commit.stdout.strip() or 'unknown'}"


def wait_until_up(worker, count):
    up = set()
    while len(up) < count:
        members, _ = worker.wait_for("stream", 60, that=lambda m: m["state"] == "up")
        up.add(members["camera"])


def over(worker, seconds):
    """Percent of one core, and the most memory seen."""
    before, began, memory = worker.processor_seconds(), time.monotonic(), 0.0
    while time.monotonic() - began < seconds:
        time.sleep(0.5)
        memory = max(memory, resident_mb(worker.child.pid))
    return 100 * (worker.processor_seconds() - before) / (time.monotonic() - began), memory


def figures(worker):
    latest = {}
    while True:
        try:
            kind, members, _ = worker.said.get_nowait()
        except queue.Empty:
            return latest
        latest = members if kind == "figures" else latest


def measure(arguments, worker, port):
    for number in range(arguments.cameras):
        worker.send("watch", {"camera": f"c{number}", "wants": {"health": True, "plates": False},
                              "sources": [{"kind": "main", "url": f"rtsp://127.0.0.1:{port}/main"}]}, [b""])
    wait_until_up(worker, arguments.cameras)
    time.sleep(5)  # what connecting took is over
    idle, memory = over(worker, arguments.seconds)
    said = figures(worker)
    worker.send("watch", {"camera": "c0", "wants": {"health": True, "plates": True},
                          "sources": [{"kind": "main", "url": f"rtsp://127.0.0.1:{port}/main"}]}, [b""])
    worker.wait_for("stream", 60, that=lambda m: m["camera"] == "c0" and m["state"] == "up")
    worker.send("trigger", {"camera": "c0", "span_ms": 15000})
    time.sleep(1)
    triggered, memory_triggered = over(worker, 10)
    return {"idle_cpu": idle, "resident_mb": memory, "triggered_cpu": triggered, "resident_triggered_mb": memory_triggered,
            "dropped": sum(camera["dropped"] for camera in said.get("cameras", [])),
            "errors": sum(camera["errors"] for camera in said.get("cameras", []))}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/desk/bin")
    parser.add_argument("--models", type=pathlib.Path, default=ROOT / "vision/plates")
    parser.add_argument("--codec", default="h264")
    parser.add_argument("--cameras", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--json", type=pathlib.Path)
    arguments = parser.parse_args()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        estate = pathlib.Path(folder) / "estate.toml"
        estate.write_text(ESTATE.format(port=port, codec=arguments.codec))
        cameras = Process([arguments.bin / "gatehouse-sim", "--estate", estate], pathlib.Path(folder) / "sim.log")
        worker = None
        try:
            wait_for_port(port)
            worker = Worker(arguments.bin / "gatehouse-vision", arguments.models)
            ready, _ = worker.wait_for("ready", 60)
            result = measure(arguments, worker, port)
        finally:
            if worker:
                worker.stop()
            cameras.stop()
    missing = [model["name"] for model in ready["models"] if not model["ready"]]
    print(f"vision worker on {machine()}")
    print(f"  {arguments.cameras} idle cameras, {arguments.codec} 1080p25: {result['idle_cpu']:.1f} % of one core"
          f" (bound {IDLE_CPU_MAX:.0f} %), {result['resident_mb']:.0f} MB resident (bound {RESIDENT_MAX:.0f} MB)")
    print(f"  one of them triggered, with plates: {result['triggered_cpu']:.1f} % of one core,"
          f" {result['resident_triggered_mb']:.0f} MB")
    print(f"  pictures dropped while idle: {result['dropped']}, not decoded: {result['errors']}"
          + (f"; models that are missing: {', '.join(missing)}" if missing else ""))
    if arguments.json:
        arguments.json.write_text(json.dumps(result))
    held = result["idle_cpu"] <= IDLE_CPU_MAX and result["resident_mb"] <= RESIDENT_MAX
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
