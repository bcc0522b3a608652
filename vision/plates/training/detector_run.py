"""Finds plates in a frame with the exported detector, step by step as vision/plates does in C++."""

import cv2
import numpy as np

STRIDE = 4
CANDIDATES_MAX = 20


class Detector:
    """The exported net in OpenCV."""

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
