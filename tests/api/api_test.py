#!/usr/bin/env python3
"""Drives every operation of openapi.json against a running gateway and holds each answer against it; meanwhile listens to
broker and stream and holds each message against asyncapi.json.

    tests/api/api_test.py BINARIES     the folder with gatehouse and gatehouse-sim
"""
import datetime
import json
import pathlib
import re
import signal
import sys
import time
import traceback

from client import Client
from drive import CHAPTERS
from messages import BrokerWatch
from shapes import Shapes
from world import World, until

PREFIX = "gh/v1/driven/gw1"
# Nothing can be wrong with a question that asks for nothing and that everybody may ask.
NEVER_REFUSED = {"health", "readiness", "openapi", "asyncapi"}


def documents():
    there = pathlib.Path(__file__).resolve().parents[2] / "gateway/api"
    return [json.loads((there / name).read_text()) for name in ("openapi.json", "asyncapi.json")]


def order(number):
    """A command from the centre."""
    now = datetime.datetime.now(datetime.timezone.utc)
    return {"specversion": "1.0", "id": f"api-test-{number}", "source": "/centre/test", "type": "cn.gatehouse.cmd.barrier-open.v1",
            "time": now.isoformat(timespec="milliseconds"), "datacontenttype": "application/json",
            "data": {"args": {"device": "lpr-in", "output": 1}, "operator": "test", "reason": "a drill",
                     "expires": (now + datetime.timedelta(seconds=20)).isoformat(timespec="milliseconds"),
                     "replyto": PREFIX + "/reply/test"}}


def commands_of_the_centre(watch):
    watch.publish("barrier-open", order(1))
    until(lambda: "api-test-1" in watch.replies, what="the centre's order is answered")
    watch.publish("barrier-open", {**order(2), "data": {**order(2)["data"], "args": {}}})
    until(lambda: "api-test-2" in watch.replies, what="an order to nobody is refused")


def wrong_examples(shapes):
    """An example that is not as its own schema says misleads."""
    for name, schema in shapes.openapi["components"]["schemas"].items():
        for example in schema.get("examples", []):
            yield from (f"example of {name}: {flaw}" for flaw in shapes.flaws({"$ref": "#/components/schemas/" + name}, example))


def from_elsewhere(shapes, world):
    """Who comes by another name is refused whatever he asks for."""
    stranger = Client(shapes, world)
    for method, path, operation in shapes.operations():
        name = operation["operationId"]
        parts = {p: "0" for p in re.findall("{(.*?)}", path)}
        if name not in NEVER_REFUSED:
            stranger.call(name, 403, headers={"Host": "elsewhere.example"}, **parts)
    return stranger


def not_driven(shapes, client):
    for _, _, operation in shapes.operations():
        name = operation["operationId"]
        seen = client.driven[name]
        if not any(status < 400 for status in seen):
            yield f"{name} was not driven as it should be"
        if name not in NEVER_REFUSED and not any(status >= 400 for status in seen):
            yield f"{name} was not driven with a refusal"


def tell(watch, shapes):
    for name, channel in shapes.asyncapi["channels"].items():
        counts = [f"{message} {watch.seen[name, message]}" for message in channel["messages"] if watch.seen[name, message]]
        if counts:
            print(f"  {name}: {', '.join(counts)}")


def run(world, shapes, watches):
    """The sentences about what is not as the documents say."""
    world.start()
    watch = BrokerWatch(shapes, world.broker, PREFIX)
    watches.append(watch)
    world.start_gateway()
    api = Client(shapes, world, over_control=True)
    until(lambda: pathlib.Path(world.socket).exists() and api.send("GET", "/readyz").status == 200, what="the gateway is ready")
    for chapter in [*CHAPTERS, lambda *_: commands_of_the_centre(watch)]:
        try:
            chapter(api, world)
        except AssertionError as failure:  # the other chapters are worth driving all the same
            api.note(traceback.extract_tb(failure.__traceback__)[1].line or chapter.__name__, [str(failure)])
    stranger = from_elsewhere(shapes, world)
    for name, seen in stranger.driven.items():
        api.driven[name] |= seen
    world.end("gateway")
    until(lambda: watch.seen["state", "GatewayState"] >= 2, what="the gateway says good-bye")
    watch.stop()
    driven = sum(bool(seen) for seen in api.driven.values())
    print(f"{driven} operations driven, {sum(map(len, api.driven.values()))} kinds of answers; seen beside them:")
    tell(watch, shapes)
    return list(dict.fromkeys(api.flaws + stranger.flaws + watch.flaws)) + [*wrong_examples(shapes), *not_driven(shapes, api)]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that nothing is left running
    shapes = Shapes(*documents())
    world = World(sys.argv[1])
    watches = []
    began = time.monotonic()
    try:
        flaws = run(world, shapes, watches)
    except BaseException:
        if world.log.exists():
            print("--- the last lines of the gateway's log\n" + world.log.read_text()[-3000:])
        raise
    finally:
        for watch in watches:
            watch.stop()
        world.stop()
    for flaw in flaws:
        print("flaw:", flaw)
    print(f"{len(flaws)} flaws, {time.monotonic() - began:.0f} s")
    return 1 if flaws else 0


if __name__ == "__main__":
    sys.exit(main())
