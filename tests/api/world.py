"""A broker, a simulated estate and a gateway, all on loopback, all gone at the end."""
import getpass
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

LONG_S = 20
SITE = """
[site]
id = "driven"
name = "被测小区"
timezone = "Asia/Shanghai"

[gateway]
id = "gw1"
data_dir = "{work}/data"
control_socket = "{work}/control.sock"

[api]
listen = "127.0.0.1:{api}"

[listener]
listen = "127.0.0.1:{listener}"
"""
LANES = """
[[lane]]
id = "east-in"
name = "东门进口"
kind = "vehicle"
direction = "in"
readers = ["lpr-in"]
barrier = "lpr-in/1"
decide = "gateway"

[[lane]]
id = "east-door"
name = "东门人行"
kind = "pedestrian"
direction = "in"
readers = ["face-east"]
decide = "device"

[fire]
inputs = ["cam-yard/1"]
barriers = ["lpr-in/1"]

[[upstream]]
name = "centre"
protocol = "mqtt"
url = "mqtt://127.0.0.1:{broker}"

[[notify]]                       # nobody listens there
name = "guards"
protocol = "webhook"
url = "https://127.0.0.1:9/"
secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"
"""
DEVICES = {"lpr-in": "plate", "face-east": "face", "cam-yard": "camera", "cam-gate": "camera", "cam-spare": "camera"}
PLAIN = "cam-plain"  # recognises nothing: the vision worker looks at its pictures


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(condition, limit=LONG_S, what="what was waited for"):
    end = time.monotonic() + limit
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {limit} s")
        time.sleep(0.02)


class World:
    def __init__(self, binaries):
        self.binaries = pathlib.Path(binaries)
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="gatehouse-api-"))
        self.work.chmod(0o700)
        self.running = {}
        self.broker, self.api, self.listener, self.control = free_ports(4)
        self.socket = str(self.work / "control.sock")
        self.config = self.work / "gatehouse.toml"
        self.log = self.work / "gateway.log"
        self.ports = {}

    def start(self):
        (self.work / "mosquitto.conf").write_text(
            f"listener {self.broker} 127.0.0.1\nallow_anonymous true\npersistence false\nuser {getpass.getuser()}\n")
        path = os.environ["PATH"] + ":/usr/sbin"
        self.launch("broker", [shutil.which("mosquitto", path=path), "-c", str(self.work / "mosquitto.conf")])
        until(lambda: listens(self.broker), what="the broker listens")
        estate = "".join(
            f'[[camera]]\nid = "{name}"\nkind = "{kind}"\nlisten = "127.0.0.1:0"\nusername = "gatehouse"\npassword = "simulated"\n'
            'heartbeat = "1s"\nbarrier_travel = "100ms"\nbarrier_auto_close = "3s"\npicture_bytes = 20000\nscenes = true\n\n'
            for name, kind in DEVICES.items())
        estate += (f'[[rtsp]]\nid = "{PLAIN}"\nlisten = "127.0.0.1:0"\nusername = "gatehouse"\npassword = "simulated"\n'
                   'size = "320x180"\nfps = 5\nsub_size = "none"\n')
        (self.work / "estate.toml").write_text(estate)
        told = self.work / "sim.out"
        self.launch("sim", [str(self.binaries / "gatehouse-sim"), "--estate", str(self.work / "estate.toml"), "--control",
                            str(self.control)], told)
        until(lambda: '"ready"' in told.read_text(), what="the simulated estate is ready")
        for line in told.read_text().splitlines():
            said = json.loads(line)
            if "device" in said:
                self.ports[said["device"]] = said["port"]
        (self.work / "data").mkdir(mode=0o700)
        secret = self.work / "device.secret"
        secret.write_text("simulated")
        secret.chmod(0o600)
        self.configure(cam_gate="cam-gate")

    def configure(self, cam_gate):
        """cam-gate is, as the estate goes, one camera or the other."""
        text = SITE.format(work=self.work, api=self.api, listener=self.listener)
        for name, kind in DEVICES.items():
            if name == "cam-spare":
                continue
            port = self.ports[cam_gate if name == "cam-gate" else name]
            text += (f'\n[[device]]\nid = "{name}"\nname = "{name}"\nprotocol = "isapi"\nkind = "{kind}"\n'
                     f'address = "http://127.0.0.1:{port}"\nusername = "gatehouse"\n'
                     f'password = {{ file = "{self.work}/device.secret" }}\n')
            text += 'lists = "ours"\n' if kind == "face" else ""
        text += (f'\n[[device]]\nid = "{PLAIN}"\nname = "{PLAIN}"\nprotocol = "rtsp"\nkind = "camera"\n'
                 f'address = "rtsp://127.0.0.1:{self.ports[PLAIN]}/main"\nusername = "gatehouse"\n'
                 f'password = {{ file = "{self.work}/device.secret" }}\n')
        self.config.write_text(text + LANES.format(broker=self.broker))
        self.config.chmod(0o600)

    def start_gateway(self):
        self.launch("gateway", [str(self.binaries / "gatehouse"), "run", "--config", str(self.config)], self.log)

    def launch(self, name, command, log=None):
        with open(log or self.work / f"{name}.log", "w", encoding="utf-8") as out:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                                     start_new_session=True)
        self.running[name] = child

    def tell(self, line):
        """A word to the simulated estate."""
        with socket.create_connection(("127.0.0.1", self.control), timeout=5) as there:
            there.sendall(line.encode() + b"\n")
            answer = there.makefile(encoding="utf-8").readline().strip()
        assert not answer.startswith("error"), f"{line}: {answer}"

    def stop_gateway(self):
        self.end("gateway")

    def end(self, name):
        """Asks a process to end, and later than that makes it."""
        child = self.running.pop(name, None)
        if child is None:
            return
        child.send_signal(signal.SIGTERM)
        try:
            code = child.wait(LONG_S)
        except subprocess.TimeoutExpired:
            child.kill()
            code = child.wait()
        if name == "gateway" and code != 0:
            raise AssertionError(f"the gateway ended with {code}")

    def stop(self):
        for name in reversed(list(self.running)):  # the gateway first: it says good-bye to the broker
            self.end(name)
        shutil.rmtree(self.work)
