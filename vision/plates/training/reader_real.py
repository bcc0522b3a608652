"""How a real plate crop becomes the reader's input, and how it is varied for training."""
import cv2
import numpy as np

import reader_cut
import reader_data


def whole(crop):
    """A crop as the reader's input without any change."""
    return cv2.resize(crop, (reader_cut.WIDTH, reader_cut.HEIGHT), interpolation=cv2.INTER_LINEAR)


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
