"""The guard's first screen on a slow phone: what it weighs, and how soon it can be used."""
import json
import os
import pathlib
import subprocess

BROWSER = pathlib.Path(__file__).resolve().parents[1] / "browser"
NAMES = {"near": "beside the gateway", "mobile": "slow 4G (1.6 Mbit/s, 150 ms)"}


def first_screen(bench):
    if not (BROWSER / "node_modules").exists():
        subprocess.run(["npm", "ci", "--prefix", str(BROWSER), "--ignore-scripts", "--no-audit", "--no-fund"], check=True,
                       stdout=subprocess.DEVNULL)
    environment = {**os.environ, "GATEHOUSE_BIN": str(bench.bin.resolve()), "GATEHOUSE_SCREENSHOTS": str(bench.work / "screens")}
    said = subprocess.run(["node", str(BROWSER / "budget.mjs")], env=environment, check=True, capture_output=True, text=True,
                          timeout=600).stdout
    found = json.loads(said.strip().splitlines()[-1])
    kilobytes = found["near"]["bytes"] / 1000
    bench.figure("the guard's first screen, as sent", kilobytes, "<= 400 kB", kilobytes <= 400, "kB")
    for name, look in found.items():
        ms = look["interactive_ms"]
        bench.figure(f"usable at a quarter of the speed, {NAMES[name]}", ms, "<= 2000 ms", ms <= 2000, "ms",
                     painted_ms=round(look["painted_ms"]), shown_ms=round(look["shown_ms"]))
        print(f"      painted {look['painted_ms']:.0f} ms, the alert's buttons {look['shown_ms']:.0f} ms", flush=True)
