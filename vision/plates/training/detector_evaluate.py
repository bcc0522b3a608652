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
from detector_run import Detector, box_of, overlap
from scene import Stock

THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


def labelled_frames():
    """File name -> [(role, box)] of the readable plates."""
    frames = {}
    with open(os.path.join(crops.plates_folder(), "labels.csv"), encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["set"] in ("easypr-full", "ccpd-full"):
                x, y, w, h = (float(row[k]) for k in "xywh")
                frames.setdefault(row["file"], []).append((row["role"], np.array([x, y, x + w, y + h])))
    return frames


def main_of(plates):
    return next(box for role, box in plates if role == "main")


def close(quad, box):
    """Whether the centre lies within a quarter of the plate's size of the labelled centre."""
    off = np.abs(quad.mean(0) - (box[:2] + box[2:]) / 2) / (box[2:] - box[:2])
    return off.max() < 0.25


def looked_at(detector):
    """File name -> (frame, labelled plates, candidates above the lowest threshold)."""
    results = {}
    for name, plates in labelled_frames().items():
        frame = cv2.imread(os.path.join(crops.plates_folder(), name))
        results[name] = (frame, plates, detector.find(frame, THRESHOLDS[0]))
    return results


def report_frames(results, threshold):
    located = loose = centred = first = alarms = 0
    for _, plates, found in results.values():
        quads = [quad for score, quad, _ in found if score >= threshold]
        overlaps = [overlap(box_of(quad), main_of(plates)) for quad in quads]
        located += max(overlaps, default=0) >= 0.5
        loose += max(overlaps, default=0) >= 0.3
        centred += any(close(quad, main_of(plates)) for quad in quads)
        first += bool(overlaps) and overlaps[0] >= 0.5
        alarms += sum(all(overlap(box_of(quad), box) < 0.3 for _, box in plates) for quad in quads)
    shares = [f"{100 * count / len(results):.1f} %" for count in (located, loose, centred, first)]
    print(f"threshold {threshold:.2f}: located {shares[0]} (IoU 0.3: {shares[1]}, centre: {shares[2]}, as the best: {shares[3]}), "
          f"{alarms / len(results):.2f} false alarms a frame")


def report_sizes(results):
    """How much wider or higher than their labels the found boxes are."""
    ratios = []
    for _, plates, found in results.values():
        main = main_of(plates)
        best = max((box_of(quad) for _, quad, _ in found), key=lambda box: overlap(box, main), default=None)
        if best is not None and overlap(best, main) >= 0.3:
            ratios.append((best[2:] - best[:2]) / (main[2:] - main[:2]))
    if ratios:
        wide, tall = np.median(ratios, axis=0)
        print(f"found boxes are {wide:.2f} times as wide and {tall:.2f} times as high as the labels (median)")


def report_scenes(detector, count=400, threshold=0.3):
    """How well plates of one and of two rows are found in drawn scenes, and how exact their corners are."""
    stock = Stock(1001, [])
    results = {1: [], 2: []}  # (located, error of the corners as a share of the width, rows told right)
    for index in range(count):
        picture, plates = scenes.draw(np.random.default_rng((1001, index)), stock, 320, 192)
        found = detector.find(picture, threshold)
        for corners, rows, _ in (plate for plate in plates if plate[2] > 0):
            _, quad, guess = max(found, key=lambda one: overlap(box_of(one[1]), box_of(corners)), default=(0, corners * 0, 0))
            error = np.linalg.norm(quad - corners, axis=1).mean() / np.linalg.norm(corners[1] - corners[0])
            results[rows].append((overlap(box_of(quad), box_of(corners)) >= 0.5, error, guess == rows))
    for rows, one in results.items():
        located = np.array([entry for entry in one if entry[0]]).reshape(-1, 3)
        median, worst = np.quantile(located[:, 1], (0.5, 0.9)) if len(located) else (np.nan, np.nan)
        print(f"drawn scenes, {rows} row(s): {100 * len(located) / len(one):.1f} % of {len(one)} plates located, "
              f"corners off by {100 * median:.1f} % of the width (median; 90 %: {100 * worst:.1f} %), "
              f"rows told right in {100 * located[:, 2].mean():.1f} %")


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
        if found and overlap(box_of(found[0][1]), main_of(plates)) >= 0.5:
            continue
        view = frame.copy()
        thick = max(1, frame.shape[1] // 400)
        for _, box in plates:
            cv2.rectangle(view, tuple(int(v) for v in box[:2]), tuple(int(v) for v in box[2:]), (0, 255, 255), thick)
        for score, quad, rows in found:
            corner = tuple(int(v) for v in quad[0])
            cv2.polylines(view, [quad.astype(np.int32)], True, (0, 0, 255) if rows == 1 else (255, 0, 255), thick)
            cv2.putText(view, f"{score:.2f}", corner, 0, frame.shape[1] / 700, (0, 255, 0), thick)
        cv2.imwrite(os.path.join(folder, os.path.basename(name)[:-4] + ".png"), view)


def main():
    cv2.setNumThreads(1)
    detector = Detector(sys.argv[1])
    print(f"one pass at 320x192: {pass_time(detector):.1f} ms")
    report_scenes(detector)
    if not crops.there():
        print("the labelled frames are not here: set GATEHOUSE_SHARED to the shared folder")
        return
    results = looked_at(detector)
    for threshold in THRESHOLDS:
        report_frames(results, threshold)
    report_sizes(results)
    if sys.argv[2:3] == ["--misses"]:
        draw_misses(results, sys.argv[3])


if __name__ == "__main__":
    main()
