#!/usr/bin/env python3
"""Makes the table of quality marks from the results of the scenario suite (scenarios_test.cpp).

  quality.py FOLDER
"""
import json
import pathlib
import re
import sys

BRONZE = ["Connects", "TellsItsEvent"]
FAULTS = [
    "IsNotLockedByAWrongPassword", "IsNoticedWhenItFallsSilent", "IsFoundDeadBehindAnOpenConnection", "MayTalkRubbish",
    "MayStopInTheMiddleOfAMessage", "ComesBackAfterARestart", "MayBelieveThatItIs1970", "MayCountItsRecordsAnew",
    "MayWriteNamesInGb18030", "MayTellEverythingTwice",
    "NeverGetsAnOrderTwiceWhenItDoesNotAnswer", "NeverGetsAnOrderTwiceWhenItAnswersLate",
]
GOLD = ["RefusesAnOrderAndItIsSaid", "OpensOnAnOrder", "IsSeenToOpen", "HandsOverAThousandMissedRecords", "HasItsClockMeasuredOrSet",
        "HoldsTheListsOfTheGateway"]

def mark(results, make):
    def through(names):
        return all(results[name][make]["result"] in ("passed", "none") for name in names)
    if not through(BRONZE):
        return "none"
    if not through(FAULTS):
        return "bronze"
    # What a make has not at all keeps it from gold: gold says that it can do these things.
    return "gold" if all(results[name][make]["result"] == "passed" for name in GOLD) else "silver"


def sentences(results, make):
    lacks = []
    for name in BRONZE + FAULTS + GOLD:
        verdict = results[name][make]
        words = " ".join(re.findall(r"[A-Z][a-z]*|[0-9]+", name)).lower()
        if verdict["result"] == "failed":
            lacks.append(f"fails: {words}")
        elif verdict["result"] == "none" and name in GOLD:
            lacks.append(f"{words}: {verdict['why']}")
    return "; ".join(lacks)


def table(folder):
    results = {}
    for name in BRONZE + FAULTS + GOLD + ["BringsAPicture"]:
        results[name] = json.loads((folder / f"{name}.json").read_text())
    lines = ["| folder | mark | of the twelve faults | picture | what keeps it from gold |", "|---|---|---|---|---|"]
    for make in sorted(results["Connects"]):
        verdicts = [results[name][make]["result"] for name in FAULTS]
        faults = f"{verdicts.count('passed')} passed" + (
            f", {verdicts.count('none')} not of this make" if "none" in verdicts else "") + (
            f", {verdicts.count('failed')} failed" if "failed" in verdicts else "")
        picture = {"passed": "yes", "none": "–"}.get(results["BringsAPicture"][make]["result"], "no")
        lines.append(f"| `{make}` | {mark(results, make)} | {faults} | {picture} | {sentences(results, make)} |")
    return "\n".join(lines)


print(table(pathlib.Path(sys.argv[1])))
