#!/usr/bin/env python3
"""Makes the table of quality marks from the results of the scenario suite (scenarios_test.cpp).

  quality.py FOLDER                 prints it
  quality.py FOLDER --write FILE    puts it into the file, between the two lines that mark its place
  quality.py FOLDER --check FILE    1 when the file has another one, or a make is below silver
"""
import json
import pathlib
import re
import sys

BEGIN = "<!-- marks: made by tests/process/quality.py -->"
END = "<!-- end of marks -->"
BRONZE = ["Connects", "TellsItsEvent"]
FAULTS = [
    "IsNotLockedByAWrongPassword", "IsNoticedWhenItFallsSilent", "IsFoundDeadBehindAnOpenConnection", "MayTalkRubbish",
    "MayStopInTheMiddleOfAMessage", "ComesBackAfterARestart", "MayBelieveThatItIs1970", "MayCountItsRecordsAnew",
    "MayWriteNamesInGb18030", "MayTellEverythingTwice",
    "NeverGetsAnOrderTwiceWhenItDoesNotAnswer", "NeverGetsAnOrderTwiceWhenItAnswersLate",
]
GOLD = ["RefusesAnOrderAndItIsSaid", "OpensOnAnOrder", "IsSeenToOpen", "HandsOverAThousandMissedRecords", "HasItsClockMeasured",
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
    marks = {}
    for make in sorted(results["Connects"]):
        marks[make] = mark(results, make)
        verdicts = [results[name][make]["result"] for name in FAULTS]
        faults = f"{verdicts.count('passed')} passed" + (
            f", {verdicts.count('none')} not of this make" if "none" in verdicts else "") + (
            f", {verdicts.count('failed')} failed" if "failed" in verdicts else "")
        picture = {"passed": "yes", "none": "–"}.get(results["BringsAPicture"][make]["result"], "no")
        lines.append(f"| `{make}` | {marks[make]} | {faults} | {picture} | {sentences(results, make)} |")
    return "\n".join(lines), marks


def main():
    if len(sys.argv) not in (2, 4) or sys.argv[2:3] not in ([], ["--check"], ["--write"]):
        sys.exit(__doc__)
    made, marks = table(pathlib.Path(sys.argv[1]))
    if len(sys.argv) == 2:
        return print(made)
    file = pathlib.Path(sys.argv[3])
    text = file.read_text()
    before, rest = text.split(BEGIN, 1)
    after = rest[rest.index(END):]
    new = before + BEGIN + "\n" + made + "\n" + after
    if sys.argv[2] == "--write":
        file.write_text(new)
    elif new != text:
        print(made)
        sys.exit(f"{file} has other marks; look why, then: {sys.argv[0]} {sys.argv[1]} --write {file}")
    below = sorted(make for make, its in marks.items() if its not in ("silver", "gold"))
    if below:
        sys.exit("below silver: " + ", ".join(below))


main()
