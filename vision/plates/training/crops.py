"""The labelled plate pictures of the shared folder beside the repository, and which of them may be trained on.

Only lprnet-crop and cwj-crop (Apache-2.0), and of these only the ones whose number in the file name is not divisible by 4; the
others are evaluated on, like every easypr and ccpd picture. Without the shared folder there are none, and training goes on
with drawn plates alone.
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


def there():
    return os.path.exists(os.path.join(plates_folder(), "labels.csv"))


def rows(set_name):
    """The rows of labels.csv about the main plates of a set; none without the shared folder."""
    if not there():
        return []
    with open(os.path.join(plates_folder(), "labels.csv"), encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["set"] == set_name and row["role"] == "main"]


def may_train(row):
    return row["set"] in TRAINED_SETS and int(re.search(r"_(\d+)\.", row["file"])[1]) % 4 != 0


def picture(row):
    return cv2.imread(os.path.join(plates_folder(), row["file"]), cv2.IMREAD_COLOR)


def labelled_for_training():
    """[(crop, text)]; all of these plates are blue."""
    return [(picture(row), row["plate"]) for name in TRAINED_SETS for row in rows(name) if may_train(row)]


def for_training():
    return [crop for crop, _ in labelled_for_training()]
