"""How well an exported reader reads, by OpenCV: `python3 reader_evaluate.py READER.onnx [--least PERCENT]`.

Full plates (every character right, no grammar, no voting) on crops that were never trained on and on synthetic plates of every
kind; wrong province and wrong pairs; what a threshold on the weakest character costs and saves. With --least the exit status
is 1 when a set of real crops is read worse than that."""
import argparse
import collections
import sys
import time

import cv2
import numpy as np

import crops
import plates
import reader_data
import reader_real
import reader_train

THRESHOLDS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)


class Reader:
    def __init__(self, path):
        cv2.setNumThreads(1)
        self.net = cv2.dnn.readNetFromONNX(path)

    def read(self, picture):
        """(text, weakest character's confidence, colour)"""
        self.net.setInput(cv2.dnn.blobFromImage(picture))
        text, colour = self.net.forward(["text", "colour"])
        scores = np.exp(text[0] - text[0].max(1, keepdims=True))
        return reader_train.spell(scores / scores.sum(1, keepdims=True)) + (plates.COLOURS[int(colour.argmax())],)


def real_sets():
    """{name: [(picture, text, colour or '')]}"""
    sets = {"easypr-crop": crops.rows("easypr-crop")}
    for name in crops.TRAINED_SETS:
        sets[f"{name}, kept"] = [row for row in crops.rows(name) if not crops.may_train(row)]
    found = {name: [(reader_real.whole(crops.picture(row)), row["plate"], row["colour"] or "blue") for row in rows]
             for name, rows in sets.items()}
    for name in ("easypr-full", "ccpd-full"):
        found[f"{name}, by label's box"] = [(_box(row), row["plate"], row["colour"]) for row in crops.rows(name)]
    return found


def _box(row):
    x, y, w, h = (int(row[key]) for key in "xywh")
    frame = crops.picture(row)
    left, top = max(0, x - w // 40), max(0, y - h // 20)
    return reader_real.whole(frame[top:y + h + h // 20, left:x + w + w // 40])


def synthetic_sets(count, seed=2026):
    rng = np.random.default_rng(seed)
    return {f"drawn: {kind}": [(picture, text, plates.COLOURS[colour]) for picture, text, colour in
                               (reader_data.sample(rng, kind) for _ in range(count))] for kind in plates.KINDS}


def judge(reader, samples):
    read = [reader.read(picture) for picture, _, _ in samples]
    full = [text == label for (text, _, _), (_, label, _) in zip(read, samples)]
    tail = [text[1:] == label[1:] for (text, _, _), (_, label, _) in zip(read, samples)]
    hue = [colour == label for (_, _, colour), (_, _, label) in zip(read, samples)]
    return read, np.array(full), 100 * np.mean(full), 100 * np.mean(tail), 100 * np.mean(hue)


def confusions(read, samples):
    """Pairs (label, read) of characters of readings that have the label's length."""
    pairs = collections.Counter()
    for (text, _, _), (_, label, _) in zip(read, samples):
        if len(text) == len(label):
            pairs.update((a, b) for a, b in zip(label, text) if a != b)
    return pairs


def costs(confidence, good):
    """What every threshold leaves read and wrong, in per cent of all plates."""
    for least in THRESHOLDS:
        kept = confidence >= least
        yield f"{least:.1f} reads {100 * np.mean(kept & (good > 0)):.1f} %, wrong {100 * np.mean(kept & (good == 0)):.1f} %"


def listed(pairs, chosen):
    return " ".join(f"{a}>{b}:{n}" for (a, b), n in pairs.most_common() if chosen(a)) or "none"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("reader")
    arguments.add_argument("--least", type=float)
    arguments.add_argument("--drawn", type=int, default=100, help="plates of every kind")
    arguments.add_argument("--misses", action="store_true", help="list what was read wrongly")
    chosen = arguments.parse_args()
    reader = Reader(chosen.reader)
    sets = (real_sets() if crops.there() else {}) | synthetic_sets(chosen.drawn)
    print(f"{'set':34} plates   full  without province  colour")
    everything, bad = [], []
    pairs, worst = collections.Counter(), 100.0
    for name, samples in sets.items():
        read, full, percent, tail, hue = judge(reader, samples)
        print(f"{name:34} {len(samples):6} {percent:6.1f} {tail:17.1f} {hue:7.1f}")
        if not name.startswith("drawn"):
            pairs += confusions(read, samples)
            everything += [(confidence, good) for (_, confidence, _), good in zip(read, full)]
            bad += [f"{name}: {label} read as {text} ({confidence:.2f})"
                    for (text, confidence, _), (_, label, _) in zip(read, samples) if text != label]
            worst = min(worst, percent if "crop" in name else 100.0)
    if everything:
        print("threshold on the weakest character: " + "; ".join(costs(*np.array(everything).T)))
        print("provinces confused:", listed(pairs, lambda character: character in plates.PROVINCES))
        print("others confused:", listed(pairs, lambda character: character not in plates.PROVINCES))
    if chosen.misses:
        print("\n".join(bad))
    first = next(iter(sets.values()))[0][0]
    began = time.process_time()
    for _ in range(100):
        reader.read(first)
    print(f"{(time.process_time() - began) * 10:.1f} ms of one core per plate")
    sys.exit(chosen.least is not None and worst < chosen.least)


if __name__ == "__main__":
    main()
