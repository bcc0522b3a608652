"""How well our pen strokes overlap the reference shapes of the shared folder (intersection over union, 1.0 = same):
`python3 glyphs_compare.py`. Fails when a series' mean is below 0.85. Nothing of the reference is copied."""
import csv
import pathlib
import sys

import cv2
import numpy as np

import crops
import glyphs

SERIES = {"140": "plain", "green": "green"}


def overlap(series, character, reference):
    ours = glyphs.mask(series, character, 90, 180) > 0.5
    theirs = cv2.resize(reference, (90, 180), interpolation=cv2.INTER_AREA) < 128
    return (ours & theirs).sum() / (ours | theirs).sum()


def main():
    folder = pathlib.Path(crops.plates_folder())
    if not crops.there():
        print("the shared folder with the reference shapes is not there: nothing was compared")
        return
    with open(folder / "glyphs" / "glyphs.csv", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["series"] in SERIES]
    means = []
    for theirs, ours in SERIES.items():
        found = sorted((overlap(ours, row["char"], cv2.imread(str(folder / "glyphs" / row["file"]), cv2.IMREAD_GRAYSCALE)),
                        row["char"]) for row in rows if row["series"] == theirs)
        means.append(np.mean([value for value, _ in found]))
        print(f"{ours}: mean {means[-1]:.3f} of {len(found)}, lowest " + " ".join(f"{c} {v:.2f}" for v, c in found[:8]))
    sys.exit(min(means) < 0.85)


if __name__ == "__main__":
    main()
