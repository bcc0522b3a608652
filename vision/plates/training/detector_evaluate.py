"""Measures a plate detector as the product would run it.

Usage: detector_evaluate.py MODEL.onnx [--misses FOLDER]. On the labelled whole frames of the shared folder it prints,
for a row of thresholds, in how many frames the labelled plate is located (a candidate above the threshold overlaps its
box by IoU >= 0.5) and false alarms a frame (candidates on no labelled plate); these frames are for evaluation only.
On drawn scenes that no training saw, it prints how far off the corners are. Then the time of one forward pass.
"""

import csv
import os
import sys
import time

import cv2
import numpy as np

import crops
import scenes

STRIDE = 4
CANDIDATES_MAX = 20


class Detector:
    """Runs the exported net in OpenCV, as vision/plates does in C++."""

    def __init__(self, path, wide=320):
        self.net = cv2.dnn.readNetFromONNX(path)
        self.wide = wide

    def find(self, frame, threshold):
        """Plates as (score, 4x2 corners in frame pixels, rows), best first."""
        scale = self.wide / frame.shape[1]
        small = cv2.resize(frame, (self.wide, max(1, round(frame.shape[0] * scale))),
                           interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        padded = cv2.copyMakeBorder(small, 0, -small.shape[0] % 32, 0, -small.shape[1] % 32, cv2.BORDER_CONSTANT)
        self.net.setInput(cv2.dnn.blobFromImage(padded))
        heat, corners = self.net.forward(["heat", "corners"])
        return [(score, (quad + 0.5) / scale - 0.5, rows) for score, quad, rows in peaks(heat[0], corners[0], threshold)]


def peaks(heat, corners, threshold):
    """Cells that are the best of their 3x3 neighbours over both channels, without those that overlap a better one."""
    best = heat.max(0)
    top = (best >= cv2.dilate(best, np.ones((3, 3)))) & (best >= threshold)
    rows, columns = np.nonzero(top)
    order = np.argsort(-best[rows, columns])
    found = []
    for row, column in zip(rows[order], columns[order]):
        centre = (np.array([column, row]) + 0.5) * STRIDE - 0.5
        quad = centre + corners[:, row, column].reshape(4, 2)
        if all(overlap(box_of(quad), box_of(other)) < 0.3 for _, other, _ in found):
            found.append((float(best[row, column]), quad, int(heat[:, row, column].argmax()) + 1))
        if len(found) == CANDIDATES_MAX:
            break
    return found


def box_of(quad):
    return np.concatenate([quad.min(0), quad.max(0)])


def overlap(a, b):
    """Intersection over union of two boxes (x0, y0, x1, y1)."""
    inner = np.maximum(0, np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2])).prod()
    return inner / ((a[2:] - a[:2]).prod() + (b[2:] - b[:2]).prod() - inner + 1e-9)


def labelled_frames():
    """File name -> list of (role, box) of the readable plates."""
    frames = {}
    with open(os.path.join(crops.plates_folder(), "labels.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["set"] in ("easypr-full", "ccpd-full"):
                x, y, w, h = (float(row[k]) for k in "xywh")
                frames.setdefault(row["file"], []).append((row["role"], np.array([x, y, x + w, y + h])))
    return frames


def close(quad, box):
    """Whether the centre lies within a quarter of the plate's size of the labelled centre."""
    off = np.abs(quad.mean(0) - (box[:2] + box[2:]) / 2) / (box[2:] - box[:2])
    return off.max() < 0.25


def evaluate(path, misses=None, thresholds=(0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)):
    cv2.setNumThreads(1)
    detector = Detector(path)
    report_scenes(detector)
    print(f"one pass at 320x192: {pass_time(detector):.1f} ms")
    if not os.path.isdir(crops.plates_folder()):
        print("the labelled frames are not here: set GATEHOUSE_SHARED to the shared folder")
        return
    frames = labelled_frames()
    results = {}
    for name, plates in frames.items():
        frame = cv2.imread(os.path.join(crops.plates_folder(), name))
        results[name] = (frame, plates, detector.find(frame, thresholds[0]))
    for threshold in thresholds:
        strict = loose = centred = first = alarms = 0
        for frame, plates, found in results.values():
            kept = [f for f in found if f[0] >= threshold]
            main = next(box for role, box in plates if role == "main")
            overlaps = [overlap(box_of(quad), main) for _, quad, _ in kept]
            strict += max(overlaps, default=0) >= 0.5
            loose += max(overlaps, default=0) >= 0.3
            centred += any(close(quad, main) for _, quad, _ in kept)
            first += bool(overlaps) and overlaps[0] >= 0.5
            alarms += sum(all(overlap(box_of(quad), box) < 0.3 for _, box in plates) for _, quad, _ in kept)
        count = len(results)
        print(f"threshold {threshold:.2f}: located {100 * strict / count:.1f} % (IoU 0.3: {100 * loose / count:.1f} %, "
              f"centre: {100 * centred / count:.1f} %, as the best: {100 * first / count:.1f} %), "
              f"{alarms / count:.2f} false alarms a frame")
    report_widths(results)
    if misses:
        draw_misses(results, misses)


def report_scenes(detector, count=400, threshold=0.3):
    """Corner errors on drawn scenes, as a share of the plate's width, for one and two rows."""
    stock = scenes.Stock(1001, [])
    errors, located, rows_right = {1: [], 2: []}, {1: [], 2: []}, []
    for index in range(count):
        picture, plates = scenes.draw(np.random.default_rng((1001, index)), stock, 320, 192)
        found = detector.find(picture, threshold)
        for corners, rows, weight in plates:
            if weight == 0:
                continue
            score, quad, guess = max(found, key=lambda f: overlap(box_of(f[1]), box_of(corners)), default=(0, corners * 0, 0))
            located[rows].append(overlap(box_of(quad), box_of(corners)) >= 0.5)
            if located[rows][-1]:
                off = np.linalg.norm(quad - corners, axis=1).mean()
                errors[rows].append(off / np.linalg.norm(corners[1] - corners[0]))
                rows_right.append(guess == rows)
    for rows in (1, 2):
        print(f"drawn scenes, {rows} row(s): {100 * np.mean(located[rows]):.1f} % of {len(located[rows])} plates located, corners "
              f"off by {100 * np.median(errors[rows]):.1f} % of the width (median; 90 %: {100 * np.quantile(errors[rows], 0.9):.1f} %)")
    print(f"drawn scenes: number of rows right in {100 * np.mean(rows_right):.1f} % of the located")


def report_widths(results):
    """How much wider or higher than their labels the found boxes are."""
    ratios = []
    for _, plates, found in results.values():
        main = next(box for role, box in plates if role == "main")
        best = max((box_of(quad) for _, quad, _ in found), key=lambda box: overlap(box, main), default=None)
        if best is not None and overlap(best, main) >= 0.3:
            ratios.append((best[2:] - best[:2]) / (main[2:] - main[:2]))
    if ratios:
        wide, tall = np.median(ratios, axis=0)
        print(f"found boxes are {wide:.2f} times as wide and {tall:.2f} times as high as the labels (median)")


def pass_time(detector, runs=30):
    blob = cv2.dnn.blobFromImage(np.random.default_rng(1).integers(0, 255, (192, 320, 3), np.uint8))
    times = []
    for _ in range(runs):
        begun = time.process_time()
        detector.net.setInput(blob)
        detector.net.forward(["heat", "corners"])
        times.append(time.process_time() - begun)
    return 1000 * float(np.median(times))


def draw_misses(results, folder):
    """Pictures of the frames where the best candidate is not the plate, for people to look at."""
    os.makedirs(folder, exist_ok=True)
    for name, (frame, plates, found) in results.items():
        main = next(box for role, box in plates if role == "main")
        if found and overlap(box_of(found[0][1]), main) >= 0.5:
            continue
        view = frame.copy()
        thick = max(1, frame.shape[1] // 400)
        for _, box in plates:
            cv2.rectangle(view, tuple(int(v) for v in box[:2]), tuple(int(v) for v in box[2:]), (0, 255, 255), thick)
        for score, quad, rows in found:
            cv2.polylines(view, [quad.astype(np.int32)], True, (0, 0, 255) if rows == 1 else (255, 0, 255), thick)
            cv2.putText(view, f"{score:.2f}", tuple(int(v) for v in quad[0]), 0, frame.shape[1] / 700, (0, 255, 0), thick)
        cv2.imwrite(os.path.join(folder, os.path.basename(name)[:-4] + ".png"), view)


if __name__ == "__main__":
    evaluate(sys.argv[1], sys.argv[3] if sys.argv[2:3] == ["--misses"] else None)
