"""Real plate crops: which may be trained on, and how they are looked at.

Only lprnet-crop and cwj-crop (Apache-2.0) are trained on, and of them only those whose number in the file name is NOT divisible
by 4; those divisible by 4 are evaluated on. Every easypr and ccpd picture is for evaluation only."""
import csv
import os
import pathlib
import re

import cv2
import numpy as np

import plates
import reader_cut
import reader_data

TRAINABLE = ("lprnet-crop", "cwj-crop")


def folder():
    """fixtures/plates of the shared folder, or None where there is none."""
    beside = pathlib.Path(__file__).resolve().parents[4] / "shared"
    plates_folder = pathlib.Path(os.environ.get("GATEHOUSE_SHARED", beside)) / "fixtures" / "plates"
    return plates_folder if (plates_folder / "labels.csv").exists() else None


def rows(name):
    """Rows of labels.csv of one set, main plates only, with the picture's number."""
    with open(folder() / "labels.csv", encoding="utf-8") as file:
        found = [row for row in csv.DictReader(file) if row["set"] == name and row["role"] == "main"]
    for row in found:
        row["number"] = int(re.search(r"_(\d+)\.", row["file"]).group(1))
    return found


def picture(row):
    return cv2.imread(str(folder() / row["file"]), cv2.IMREAD_COLOR)


def whole(crop):
    """A crop as the reader's input without any change."""
    return cv2.resize(crop, (reader_cut.WIDTH, reader_cut.HEIGHT), interpolation=cv2.INTER_LINEAR)


def trainable():
    """[(crop, text)]; all of these sets are blue."""
    return [(picture(row), row["plate"]) for name in TRAINABLE for row in rows(name) if row["number"] % 4]


def varied(rng, crop):
    """A real crop seen once more: moved, turned, lit and blurred otherwise."""
    h, w = crop.shape[:2]
    edge = int(0.12 * w)
    frame = cv2.copyMakeBorder(crop, edge, edge, edge, edge, cv2.BORDER_REPLICATE).astype(np.float32)
    corners = np.array([[0, 0], [w, 0], [w, h], [0, h]], float) + edge
    frame = reader_data.camera(rng, frame, corners) if rng.random() < 0.5 else _lit(rng, frame)
    corners = corners + rng.normal(0, 0.02, (4, 2)) * w * np.array([1, 0.6]) + rng.normal(0, 0.015, (1, 2)) * w
    lean = rng.normal(0, 0.06) * w * np.array([1, 1, -1, -1])
    corners[:, 0] += lean * 0.5
    corners[:, 1] += rng.normal(0, 0.02) * w * np.array([-1, 1, 1, -1])
    return reader_cut.cut(frame, corners, 1)


def _lit(rng, frame):
    frame = frame * rng.uniform(0.4, 1.3) * rng.normal(1, 0.06, (1, 1, 3)) + rng.uniform(-20, 30)
    return np.clip(frame, 0, 255).astype(np.uint8)
