"""How each operation of the document is driven: once as it should be, and once refused. In the order in which an estate
lives, because one operation makes what the next one needs."""
import base64
import hashlib
import json
import threading

from world import PLAIN, until

PICTURE = b"\xff\xd8\xff\xe0" + bytes(2000)
NOBODY = "01KDVZ3M7Q0000000000000000"


def state(api, world):
    api.call("health")
    api.call("readiness")
    assert b"gatehouse_" in api.call("metrics")
    assert api.call("openapi") == api.shapes.openapi, "another document is served"
    api.call("asyncapi")
    api.call("status")
    api.call("lanes")
    api.call("devices")
    api.call("device", id="lpr-in")
    api.call("device", 404, id="no-such")
    api.call("interfaces")
    api.call("occupancySet", body={"operator": "driver", "vehicles": 12, "reason": "counted"})
    api.call("occupancySet", 400, body={"operator": "driver"})
    api.call("occupancy")


def lists(api, world):
    rows = "plate,person,card,name,list\n沪A12345,,,王,resident\n沪B00001,,,李,resident\n,1001,7000001,张,resident\n"
    api.call("listImport", dry_run="1", operator="driver", body=rows)
    assert api.call("listImport", operator="driver", body=rows)["imported"] == 4
    api.call("listImport", operator="driver", type="plate", list="resident", body="plate\n沪A12345\n")
    api.call("listImport", 422, operator="driver", body="tree\n沪A12345\n")
    api.call("listImport", 400, operator="driver", type="tree", body=rows)
    api.call("lists", type="plate", q="沪A", limit=10, offset=0)
    api.call("lists", 400, type="tree")
    assert "沪A12345" in api.call("listExport", type="plate", list="resident", reason="a drill").decode()
    api.call("listExport", 400, type="tree")
    assert len(api.call("listVersions", type="plate")["versions"]) >= 2
    api.call("listVersions", 400, type="tree")
    api.call("listUndo", type="plate", list="resident", operator="driver", dry_run="1")
    api.call("listUndo", type="plate", list="resident", operator="driver")
    api.call("listUndo", 400, type="plate", list="", operator="driver")
    api.call("listUndo", 404, type="plate", list="resident", to="77", operator="driver")
    api.call("explain", plate="沪A12345")
    api.call("explain", plate="沪A12346", lane="east-in", at="2026-01-01T08:05:00+08:00")
    api.call("explain", 400, plate="")
    api.call("explain", 404, plate="沪A12345", lane="no-such")


def persons(api, world):
    rows = "person,purpose,text_version,given_at,method\n1001,face,2026-1,2026-01-01,paper\n"
    api.call("consentImport", dry_run="1", operator="driver", body=rows)
    api.call("consentImport", operator="driver", body=rows)
    api.call("consentImport", 422, operator="driver", body="person\n1001\n")
    api.call("consents", person="1001")
    until(lambda: api.call("device", id="face-east")["link"] == "up", what="the terminal is there")
    api.call("listSync", device="face-east", diff="1", operator="driver")
    api.call("listSync", device="face-east", operator="driver")
    api.call("listSync", 404, device="no-such", operator="driver")
    api.call("faceEnrol", person="1001", operator="driver", body=PICTURE)
    api.call("faceEnrol", 400, person="1001", operator="driver", body=b"no picture")
    api.call("faceEnrol", 409, person="1002", operator="driver", body=PICTURE)
    api.call("consentWithdraw", person="1001", purpose="face", operator="driver")
    api.call("consentWithdraw", 404, person="1001", purpose="face", operator="driver")


def journal(api, world):
    until(lambda: api.call("device", id="lpr-in")["link"] == "up", what="the plate camera is there")
    for line in ("emit lpr-in plate 沪A12345", "emit face-east face", "emit face-east stranger", "emit face-east door_opened",
                 "emit face-east tamper", "emit face-east duress", "emit cam-yard motion", "emit cam-yard intrusion",
                 "emit cam-yard diskerror"):
        world.tell(line)

    def picture():
        for event in api.call("events", type="vehicle.")["events"]:
            for shot in event["data"].get("snapshots", []):
                if "sha256" in shot:
                    return event, shot["sha256"]
        return None

    event, hash = until(picture, what="a passage with its picture")
    api.call("event", id=event["seq"])
    api.call("event", id=event["id"])
    api.call("event", 404, id=NOBODY)
    assert api.call("picture", sha256=hash, operator="driver").startswith(b"\xff\xd8")
    api.call("picture", 400, sha256="../etc/passwd")
    api.call("picture", 404, sha256="0" * 64)
    looked_at(api, hash)
    page = api.call("events", after=0, before=0, limit=1000, order="desc", device="lpr-in")
    assert page["events"] and page["last_seq"] >= page["events"][0]["seq"]
    api.call("events", 400, limit=0)
    api.call("eventStream", 426)
    until(lambda: api.call("events", type="vehicle.passage")["events"], what="the passage has ended")


def looked_at(api, hash):
    """What the vision worker makes of pictures."""
    api.call("deviceHealth", id="cam-yard")
    api.call("deviceHealth", 400, id="cam-yard", month="yesterday")
    until(lambda: api.call("device", id=PLAIN)["link"] == "up", what="the plain camera is looked at")
    again = {"reason": "aimed at the other gate"}
    api.call("deviceRelearn", id=PLAIN, operator="driver", body=again)
    api.call("deviceRelearn", 400, id="cam-yard", operator="driver", body={})
    api.call("deviceRelearn", 404, id="no-such", operator="driver", body=again)
    api.call("deviceRelearn", 501, id="lpr-in", operator="driver", body=again)
    order = {"recipient": "centre", "purpose": "test", "reason": "a drill", "operator": "driver"}
    assert api.call("evidence", sha256=hash, body=order).startswith(b"\xff\xd8")
    api.call("evidence", 400, sha256=hash, body={"recipient": "centre"})
    assert not api.call("faceEnrolCheck", body=api.call("picture", sha256=hash, operator="driver"))["ok"]
    api.call("faceEnrolCheck", 400, body=b"no picture")


def passages(api, world):
    api.call("lanesLive")
    assert until(lambda: api.call("passages", q="沪A1?345", fuzzy="1", limit=10)["passages"], what="the passage is found")
    api.call("passages", kind="vehicle", lane="east-in", result="open", **{"from": "2026-01-01T00:00:00+08:00"})
    api.call("passages", 400, cursor="nonsense")
    table = api.call("passagesExport", body={"reason": "a drill", "kind": "vehicle"})
    assert "沪A12345" in table.decode("utf-8-sig")
    api.call("passagesExport", 400, body={"kind": "vehicle"})
    assert api.call("deviceSnapshot", id="cam-yard", operator="driver").startswith(b"\xff\xd8")
    api.call("deviceSnapshot", 404, id="no-such", operator="driver")
    api.call("devicesUptime")
    api.call("devicesUptime", 400, month="yesterday")
    api.call("shift")
    api.call("shift", 400, since="yesterday")
    api.call("traffic", by="day")
    api.call("traffic", 400, by="minute")


def alerts(api, world):
    def open_alert(kind):
        return next((a for a in api.call("alerts", open="1")["alerts"] if a["kind"] == kind), None)

    found = until(lambda: open_alert("duress"), what="an alert of a person under duress")
    api.call("alerts", suppressed="1", limit=5)
    api.call("alerts", 400, open="7")
    api.call("alert", 404, id=NOBODY)
    order = {"operator": "guard-1", "role": "guard"}
    api.call("alertOrder", 400, id=found["alert_id"], verb="close", body=order)
    api.call("alertOrder", 404, id=found["alert_id"], verb="dance", body=order)
    api.call("alertOrder", id=found["alert_id"], verb="ack", body=order)
    api.call("alertOrder", id=found["alert_id"], verb="handle", body={**order, "note": "on my way"})
    api.call("alertOrder", 403, id=found["alert_id"], verb="close", body={**order, "result": "real"})
    api.call("alertOrder", id=found["alert_id"], verb="close",
             body={"operator": "manager-1", "role": "manager", "result": "test", "note": "a drill"})
    api.call("alertOrder", 409, id=found["alert_id"], verb="ack", body=order)
    assert api.call("alert", id=found["alert_id"])["transitions"]
    api.call("alertRoute", severity=2, kind="duress", role="manager", at="2026-01-01T08:05:00+08:00")
    api.call("alertRoute", 400, severity=9)
    assert api.call("channelTest", channel="guards", operator="driver")["outcome"] == "unreachable"
    api.call("channelTest", 409, channel="guards", operator="driver")
    api.call("channelTest", 404, channel="no-such", operator="driver")
    made = api.call("silence", body={"operator": "driver", "device": "cam-yard", "minutes": 5, "reason": "a drill"})
    api.call("silence", 400, body={"operator": "driver", "minutes": 5, "reason": "of nothing"})
    api.call("silences", limit=10)
    api.call("silences", 400, limit=0)
    api.call("silenceEnd", id=made["id"], body={"operator": "driver"})
    api.call("silenceEnd", 404, id=made["id"], body={"operator": "driver"})
    api.call("handOver", body={"operator": "driver", "text": "东门道闸已报修"})
    api.call("handOver", 400, body={"operator": "driver"})
    api.call("handovers", limit=5)
    api.call("handovers", 400, limit=0)
    api.call("report")
    api.call("report", 400, month="yesterday")


def commands(api, world):
    done = api.call("runCommand", body={"action": "open", "lane": "east-in", "reason": "急救", "operator": "driver"})
    api.call("runCommand", body={"action": "close", "lane": "east-in", "reason": "急救", "operator": "driver", "id": "close-1"})
    api.call("runCommand", 400, body={"action": "open", "lane": "east-in", "operator": "driver"})
    api.call("commands", limit=10)
    api.call("commands", 400, limit=0)
    api.call("command", id=done["id"])
    api.call("command", 404, id="no-such")


def devices(api, world):
    api.call("deviceTest", id="lpr-in")
    api.call("deviceTest", 404, id="no-such")
    recorded = api.call("deviceCapture", id="lpr-in", operator="driver", body={"seconds": 2})
    api.call("deviceCapture", 400, id="lpr-in", operator="driver", body={"seconds": 0})
    api.call("deviceReplay", id="lpr-in", body=recorded)
    api.call("deviceReplay", 404, id="no-such", body=recorded)
    there = [one["name"] for one in api.call("interfaces")["interfaces"]]
    api.call("deviceFind", body={"interfaces": there[:1], "seconds": 1})
    api.call("deviceFind", 400, body={"interfaces": ["no-such"], "seconds": 1})
    # Another camera answers where cam-gate stood.
    until(lambda: api.call("device", id="cam-gate")["link"] == "up", what="cam-gate is there")
    api.call("deviceReplace", 409, id="cam-gate", operator="driver")
    before = api.call("device", id="cam-gate")["serial"]
    world.configure(cam_gate="cam-spare")
    assert api.call("configReload", operator="driver")["applied"]
    until(lambda: api.call("device", id="cam-gate").get("serial", before) != before, what="another camera answers")
    api.call("deviceReplace", id="cam-gate", operator="driver")
    good = world.config.read_text()
    world.config.write_text(good + "\nnonsense = 1\n")
    api.call("configReload", 422, operator="driver")
    world.config.write_text(good)


def queue(api, world):
    api.call("queue")
    api.call("queuePeek", upstream="centre", limit=5)
    api.call("queuePeek", 404, upstream="no-such")
    api.call("queueQuarantine", upstream="centre", limit=5)
    api.call("queueQuarantine", 404, upstream="no-such")
    api.call("queueDrain", upstream="centre", operator="driver")
    api.call("queueDrain", 404, upstream="no-such", operator="driver")


def fire(api, world):
    api.call("fireClear", 409, body={"operator": "driver", "reason": "a drill"})
    api.call("fireClear", 400, body={"operator": "driver"})
    until(lambda: api.call("device", id="cam-yard")["link"] == "up", what="the fire input's device is there")
    world.tell("emit cam-yard io port=1 lasts=1s")
    until(lambda: api.call("fire")["burning"], what="it burns")
    until(lambda: not json.loads(api.send("GET", "/api/v1/fire").body)["burning"] or cleared(api), what="the fire is over")
    assert not api.call("fire")["burning"]


def cleared(api):
    """The panel has to be reset first, which it does by itself."""
    answer = api.send("POST", "/api/v1/fire/clear", json.dumps({"operator": "driver", "reason": "a drill"}))
    if answer.status == 409:
        return False
    api.driven["fireClear"].add(answer.status)
    api.compared("fireClear", api.described["fireClear"][2], answer)
    return True


def records(api, world):
    rows = api.call("audit", order="desc", limit=10, actor="", action="", after=0, before=0)["rows"]
    assert rows
    api.call("audit", 400, order="sideways")
    head = api.call("auditVerify")
    assert head["whole"]
    api.call("auditVerify", head=head["head"])
    api.call("auditVerify", 400, head="nonsense")
    assert api.call("backup", operator="driver").startswith(b"SQLite format 3")


def configuration(api, world):
    shown = api.call("config")
    assert len(api.call("configHistory")["versions"]) >= 1
    wanted = shown["text"].replace('name = "东门进口"', 'name = "东门"')
    check = api.call("configCheck", body={"text": wanted})
    assert check["ok"] and check["effects"] == ["change lane east-in"], check
    assert not api.call("configCheck", body={"text": wanted + "nonsense = 1\n"})["ok"]
    api.call("configCheck", 400, body={})
    change = {"text": wanted, "version": shown["version"], "reason": "shorter", "operator": "driver"}
    api.call("configPut", 422, body={**change, "text": wanted + "nonsense = 1\n"})
    done = api.call("configPut", body=change)
    api.call("configPut", 409, body=change)
    api.call("configPut", 400, body={"text": wanted})
    versions = api.call("configHistory")["versions"]
    assert versions[0]["version"] == done["version"]
    assert "-name = " in api.call("configPast", number=versions[0]["number"])["diff"]
    api.call("configPast", 404, number=777)
    undo = {"to": versions[1]["number"], "reason": "it was better", "operator": "driver"}
    assert api.call("configUndo", body=undo)["version"] == shown["version"]
    api.call("configUndo", 404, body={**undo, "to": 777})
    api.call("configUndo", 400, body={"to": 1})
    rules = '[[rule]]\nname = "duress"\nenabled = false\n'
    assert any(row["count"] > row["would"] for row in api.call("rulesPreview", body={"text": rules})["alerts"])
    api.call("rulesPreview", 422, body={"text": '[[rule]]\nname = "no-such"\n'})
    api.call("rulesPreview", 400, body={})


def installing(api, world):
    assert any(one["name"] == "isapi" for one in api.call("protocols")["protocols"])
    camera = {"protocol": "isapi", "kind": "camera", "address": f"http://127.0.0.1:{world.ports['cam-spare']}",
              "username": "gatehouse", "password": "simulated"}
    seen = api.call("deviceProbe", body=camera)
    assert all(step["passed"] for step in seen["steps"][:3]) and seen["facts"]["serial"], seen
    api.call("deviceProbe", 422, body={**camera, "kind": "tree"})
    api.call("deviceProbe", 400, body={})
    passing = threading.Timer(1, world.tell, ["emit lpr-in plate 沪A12345"])
    passing.start()
    proof = api.call("deviceProve", id="lpr-in", body={"seconds": 20})
    passing.join()
    raw = proof["raw"].encode() if proof["raw_type"] == "text" else base64.b64decode(proof["raw"])
    assert proof["event"]["device"] == "lpr-in" and b"licensePlate" in raw
    api.call("deviceProve", 400, id="lpr-in", body={"seconds": 0})
    api.call("deviceProve", 404, id="no-such", body={"seconds": 5})
    assert api.call("deviceProof", id="face-east")["phase"] == "none"
    api.call("deviceProof", 404, id="no-such")
    api.call("deviceCut", id="face-east", operator="driver", body={"seconds": 5})
    api.call("deviceCut", 409, id="face-east", operator="driver", body={"seconds": 5})
    api.call("deviceCut", 400, id="face-east", operator="driver", body={"seconds": 1})
    world.tell("emit face-east face")
    until(lambda: api.call("deviceProof", id="face-east")["brought"] == 1, limit=90, what="the device brings what it kept")


def acceptance(api, world):
    sheet = api.call("acceptanceBegin", body={"operator": "driver"})
    assert any(item["id"] == "passage-east-in" and item["result"] == "pass" for item in sheet["items"]), sheet
    api.call("acceptanceBegin", 400, body=[])
    run = sheet["id"]
    api.call("acceptance", id=run)
    api.call("acceptance", 404, id=NOBODY)
    api.call("acceptanceCheck", id=run)
    api.call("acceptanceCheck", 404, id=NOBODY)
    names = {"operator": "driver", "signatures": [{"role": "物业", "name": "王"}]}
    api.call("acceptanceSign", 409, id=run, body=names)
    api.call("acceptanceItem", 409, id=run, item="audit", body={"result": "pass", "operator": "driver"})
    for item in sheet["items"]:
        if item["result"] == "open":
            result = "pass" if item["kind"] == "guided" else "na"
            api.call("acceptanceItem", id=run, item=item["id"], body={"result": result, "note": "a drill", "operator": "driver"})
    signed = api.call("acceptanceSign", id=run, body=names)
    text = api.send("GET", f"/api/v1/acceptance/{run}").body.decode()
    kept = text[:text.rindex(',"hash":')] + "}"
    assert hashlib.sha256(kept.encode()).hexdigest() == signed["hash"], "the hash is of something else"
    assert any(row["id"] == run and row["state"] == "signed" for row in api.call("acceptances")["runs"])


CHAPTERS = [state, lists, persons, journal, passages, alerts, commands, devices, queue, fire, configuration, installing, acceptance,
            records]
