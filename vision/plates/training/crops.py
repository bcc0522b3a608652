"""The real plate crops that may be trained on, from the shared folder beside the repository.

Only lprnet-crop and cwj-crop (Apache-2.0), and of these only the ones whose number in the file name is not
divisible by 4; the others are evaluated on. Without the shared folder there are none, and training goes on with
drawn plates alone.
"""

import csv
import os
import re

import cv2

TRAINED_SETS = ("lprnet-crop", "cwj-crop")


def shared_folder():
    here = os.path.dirname(os.path.abspath(__file__))
    return os.environ.get("GATEHOUSE_SHARED", os.path.join(here, *[".."] * 4, "shared"))


def plates_folder():
    return os.path.join(shared_folder(), "fixtures", "plates")


def for_training():
    table = os.path.join(plates_folder(), "labels.csv")
    if not os.path.exists(table):
        return []
    with open(table, encoding="utf-8") as file:
        names = [row["file"] for row in csv.DictReader(file)
                 if row["set"] in TRAINED_SETS and int(re.search(r"_(\d+)\.", row["file"])[1]) % 4 != 0]
    return [cv2.imread(os.path.join(plates_folder(), name)) for name in names]
