"""One device of each make for the bench: its table in the estate of the simulator, and what the gateway is told about it.

Keys that are left out have the driver's defaults; the devices' own heartbeats are those of the sheets. {n} counts the devices
of a make, {id} is the device's, {port} its port, {listener} the gateway's listener.
"""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Make:
    protocol: str
    estate: str
    device: str
    more: str = ""  # tables below [[device]]
    polled: bool = False  # asked many times a second, because nothing comes by itself


ISAPI = Make(
    "isapi",
    '[[camera]]\nid = "{id}"\nkind = "plate"\nlisten = "127.0.0.1:{port}"\nusername = "admin"\npassword = "secret"\nheartbeat = "10s"\n',
    'kind = "plate"\naddress = "http://127.0.0.1:{port}"\nusername = "admin"\npassword = "secret"\n')
DAHUA = Make(
    "dahua",
    '[[dahua]]\nid = "{id}"\nkind = "face"\nlisten = "127.0.0.1:{port}"\nusername = "admin"\npassword = "secret"\n',
    'kind = "face"\naddress = "http://127.0.0.1:{port}"\nusername = "admin"\npassword = "secret"\n')
FACEPUSH = Make(
    "facepush",
    '[[facepush]]\nid = "{id}"\nlisten = "127.0.0.1:{port}"\nserial = "8DA5A59CF625{n:04}"\n'
    'push = "http://127.0.0.1:{listener}/push/{id}"\nheartbeat = "30s"\n',
    'kind = "face"\naddress = "http://127.0.0.1:{port}"\npassword = "12345678"\n')
MODBUS = Make(
    "modbus",
    '[[modbus]]\nid = "{id}"\nlisten = "127.0.0.1:{port}"\n',
    'kind = "barrier"\naddress = "tcp://127.0.0.1:{port}"\n',
    '[[device.gate]]\nopen = 0\nclose = 1\nup = 0\ndown = 1\nloop_entry = 2\nloop_safety = 3\n', polled=True)
ONVIF = Make(
    "onvif",
    '[[onvif]]\nid = "{id}"\nkind = "controller"\nlisten = "127.0.0.1:{port}"\nusername = "admin"\npassword = "secret"\n',
    'kind = "controller"\naddress = "http://127.0.0.1:{port}"\nusername = "admin"\npassword = "secret"\n')
OSDP = Make(
    "osdp",
    '[[osdp]]\nid = "{id}"\nlisten = "127.0.0.1:{port}"\n',
    'kind = "controller"\naddress = "tcp://127.0.0.1:{port}"\n',
    '[[device.reader]]\naddress = 0\ndoor_output = 0\ndoor_contact = 0\n', polled=True)
UHPPOTE = Make(
    "uhppote",
    '[[uhppote]]\nid = "{id}"\nlisten = "127.0.0.1:{port}"\nserial = 4054198{n:02}\n',
    'kind = "controller"\naddress = "udp://127.0.0.1:{port}"\nserial = 4054198{n:02}\n')
VZENITH = Make(
    "vzenith",
    '[[vzenith]]\nid = "{id}"\nlisten = "127.0.0.1:{port}"\nserial = "d85b1269-8f94{n:04}"\n'
    'push = "http://127.0.0.1:{listener}/push/{id}"\nheartbeat = "30s"\n',
    'kind = "plate"\naddress = "tcp://127.0.0.1:{port}"\n')
WEBHOOK_IN = Make(
    "webhook-in",
    '[[webhook-in]]\nid = "{id}"\npush = "http://127.0.0.1:{listener}/push/{id}"\nsecret = "secret"\nheartbeat = "60s"\n',
    'kind = "face"\naddress = "http://127.0.0.1"\npassword = "secret"\n',
    '[device.body]\nevents = "/list"\n'
    '[[device.event]]\nname = "passed"\nbecomes = "access"\nwhen = { path = "/type", is = ["pass", "refuse"] }\n'
    'key = ["/id", "/at"]\n[device.event.fields]\ntime = "/at"\nperson = "/user"\n'
    'granted = { path = "/result", values = { ok = "true" }, other = "false" }\n'
    '[[device.event]]\nname = "heartbeat"\nbecomes = "heartbeat"\nwhen = { url = "/heartbeat" }\n'
    '[device.event.fields]\nsent = "/now"\n')
ZKTECO = Make(
    "zkteco",
    '[[zkteco]]\nid = "{id}"\nserial = "BOCK20096{n:04}"\nserver = "http://127.0.0.1:{listener}"\ndialect = "access"\n',
    'kind = "face"\naddress = "http://127.0.0.1"\nserial = "BOCK20096{n:04}"\n')

ALL = (ISAPI, DAHUA, FACEPUSH, MODBUS, ONVIF, OSDP, UHPPOTE, VZENITH, WEBHOOK_IN, ZKTECO)


@dataclasses.dataclass
class Estate:
    """So many devices of each of these makes, as two texts."""
    simulated: str = ""
    devices: str = ""
    ports: dict = dataclasses.field(default_factory=dict)  # by device


def estate(makes, count, listener, free_ports, more_keys=""):
    """`free_ports(n)` gives n ports; `more_keys` go into every [[device]]."""
    out = Estate()
    ports = iter(free_ports(len(makes) * count))
    for make in makes:
        for n in range(1, count + 1):
            values = {"n": n, "id": f"{make.protocol}-{n}", "port": next(ports), "listener": listener}
            out.ports[values["id"]] = values["port"]
            out.simulated += make.estate.format(**values)
            out.devices += (f'[[device]]\nid = "{values["id"]}"\nname = "{values["id"]}"\nprotocol = "{make.protocol}"\n' +
                            make.device.format(**values) + more_keys + make.more)
    return out

