"""Synthetic pictures for the reader: a drawn plate on a car, seen by a bad camera and cut out by a detector that is a little off.

`python3 reader_data.py OUT --count N --seed S` writes OUT.npz parts (see save()); `sample(rng)` gives one."""
import argparse
import pathlib

import cv2
import numpy as np

import plates
import reader_cut

LENGTH = 8  # characters at most


def sample(rng, kind=None):
    """(48 x 160 x 3 BGR uint8, text, index of the colour)"""
    plate = plates.draw(rng, kind, scale=0.75)
    flat = _wear(rng, plate.picture)
    frame, corners = _on_a_car(rng, flat)
    frame = camera(rng, frame, corners)
    return look(rng, frame, corners, plate.rows), plate.text, plates.COLOURS.index(plate.colour)


def _wear(rng, flat):
    """Screws, mud, scratches, stickers: what the plate itself carries."""
    flat = flat.copy()
    height, width = flat.shape[:2]
    if rng.random() < 0.55:
        grey = rng.uniform(30, 230)
        for x in (0.24, 0.76) if rng.random() < 0.8 else (0.5,):
            for y in ((10, height - 10) if rng.random() < 0.4 else (10,)):
                centre = (int(width * x + rng.normal(0, 4)), int(y + rng.normal(0, 2)))
                cv2.circle(flat, centre, int(rng.uniform(4, 9)), (grey, grey, grey), -1, cv2.LINE_AA)
    if rng.random() < 0.25:
        mud = cv2.resize(rng.random((int(rng.integers(3, 9)), int(rng.integers(5, 20))), np.float32), (width, height),
                         interpolation=cv2.INTER_CUBIC)
        cover = np.clip((mud - rng.uniform(0.55, 0.95)) * 4, 0, rng.uniform(0.2, 0.75))[:, :, None]
        flat = (flat + (np.float32(rng.uniform(40, 150, 3)) - flat) * cover.astype(np.float32)).astype(np.uint8)
    if rng.random() < 0.1:
        a, b = rng.random(2) * (width, height), rng.random(2) * (width, height)
        cv2.line(flat, tuple(int(v) for v in a), tuple(int(v) for v in b), tuple(rng.uniform(0, 255, 3)),
                 int(rng.integers(1, 5)), cv2.LINE_AA)
    return flat


def _on_a_car(rng, flat):
    """The plate in perspective, in a frame not much larger than itself; (float32 frame, corners)."""
    width = float(np.exp(rng.uniform(np.log(44), np.log(240))))
    height = width * flat.shape[0] / flat.shape[1] * rng.uniform(0.8, 1.2)
    corners = _tilted(rng, width, height)
    low, high = corners.min(0), corners.max(0)
    margin = 0.22 * width
    size = tuple(int(v) for v in np.ceil(high - low + 2 * margin))
    corners = corners - low + margin
    frame = _bodywork(rng, size, corners, width)
    small = cv2.resize(flat, (max(8, int(width * 1.25)), max(4, int(height * 1.25))), interpolation=cv2.INTER_AREA)
    h, w = small.shape[:2]
    matrix = cv2.getPerspectiveTransform(np.float32([[0, 0], [w, 0], [w, h], [0, h]]), np.float32(corners))
    cv2.warpPerspective(small, matrix, size, dst=frame, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    return frame.astype(np.float32), corners


def _tilted(rng, width, height):
    x, y = width / 2, height / 2
    corners = np.array([[-x, -y], [x, -y], [x, y], [-x, y]])
    angle = np.radians(np.clip(rng.normal(0, 6), -25, 25))
    lean, drop = rng.normal(0, 0.16), rng.normal(0, 0.07)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    skew = np.array([[1, lean], [drop, 1]])
    corners = corners @ (turn @ skew).T
    return corners + rng.normal(0, 0.012, (4, 2)) * width


def _bodywork(rng, size, corners, width):
    """Blotches, bars, lettering and the frame around the plate."""
    w, h = size
    cells = rng.normal(rng.uniform(20, 200), rng.uniform(3, 50), (int(rng.integers(2, 7)), int(rng.integers(2, 9)), 1))
    cells = np.clip(cells + rng.normal(0, 15, (1, 1, 3)) + rng.normal(0, 6, cells.shape[:2] + (3,)), 0, 255).astype(np.uint8)
    frame = cv2.resize(cells, size, interpolation=cv2.INTER_NEAREST if rng.random() < 0.25 else cv2.INTER_LINEAR)
    for _ in range(int(rng.integers(0, 5))):
        y = int(rng.uniform(0, h))
        slope = int(rng.normal(0, 0.06) * w)
        cv2.line(frame, (0, y), (w, y + slope), tuple(rng.uniform(0, 255, 3)), int(rng.integers(1, 2 + width / 25)), cv2.LINE_AA)
    if rng.random() < 0.15:
        place = (int(rng.uniform(0, 0.6) * w), int(corners[2:, 1].max() + 0.08 * width))
        cv2.putText(frame, "".join(chr(rng.integers(65, 91)) for _ in range(7)), place, cv2.FONT_HERSHEY_SIMPLEX, width / 260,
                    tuple(rng.uniform(0, 255, 3)), max(1, int(width / 90)), cv2.LINE_AA)
    if rng.random() < 0.45:
        grown = corners.mean(0) + (corners - corners.mean(0)) * (1 + rng.uniform(0.015, 0.06) * np.array([1, 3]))
        grey = rng.uniform(0, 60) if rng.random() < 0.7 else rng.uniform(120, 240)
        cv2.fillConvexPoly(frame, np.round(grown * 16).astype(np.int32), (grey, grey, grey), cv2.LINE_AA, 4)
    return frame


def camera(rng, frame, corners):
    """Light, lens, sensor and compression, at the plate's own resolution; uint8."""
    width = float(np.linalg.norm(corners[1] - corners[0]))
    h, w = frame.shape[:2]
    frame = _light(rng, frame, width)
    dice = rng.random()
    if dice < 0.45:
        frame = cv2.GaussianBlur(frame, (0, 0), width / 160 * rng.uniform(0.3, 2.0) + 0.2)
    elif dice < 0.6:
        frame = _motion(rng, frame, width)
    if rng.random() < 0.3:  # a sensor with fewer pixels than the frame
        factor = rng.uniform(max(0.4, 48 / width), 1.0) if width > 48 else 1.0
        small = cv2.resize(frame, (max(8, int(w * factor)), max(4, int(h * factor))), interpolation=cv2.INTER_AREA)
        frame = cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR)
    if rng.random() < 0.25:  # the camera's own sharpening
        frame = frame + (frame - cv2.GaussianBlur(frame, (0, 0), 1.0 + width / 150)) * rng.uniform(0.3, 1.5)
    if rng.random() < 0.6:
        grain = rng.standard_normal(frame.shape if rng.random() < 0.5 else frame.shape[:2] + (1,), np.float32)
        frame = frame + grain * np.float32(rng.exponential(6) + 0.5)
    frame = np.clip(frame, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        _, packed = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(18, 92))])
        frame = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    return frame


def _light(rng, frame, width):
    h, w = frame.shape[:2]
    if rng.random() < 0.4:  # uneven light
        ramp = cv2.resize(rng.uniform(0.45, 1.25, (2, 2)).astype(np.float32), (w, h))[:, :, None]
        frame = frame * ramp
    if rng.random() < 0.15:  # the edge of a shadow
        edge = rng.uniform(0, h) + np.linspace(0, rng.normal(0, 0.5) * h, w)[None, :]
        soft = np.clip((np.arange(h)[:, None] - edge) / rng.uniform(1, 6) + 0.5, 0, 1)[:, :, None].astype(np.float32)
        soft = soft if rng.random() < 0.5 else 1 - soft
        frame = frame * (1 - soft * rng.uniform(0.25, 0.7))
    dice = rng.random()
    if dice < 0.22:  # night
        frame = frame * rng.uniform(0.14, 0.5) + rng.uniform(0, 25)
    elif dice < 0.36:  # over-exposed, haze
        frame = frame * rng.uniform(0.4, 1.6) + rng.uniform(20, 140)
    else:
        frame = frame * rng.uniform(0.6, 1.3) + rng.uniform(-25, 35)
    if rng.random() < 0.7:  # white balance; blue turns cyan or violet
        frame = frame * rng.normal(1, 0.13, (1, 1, 3)).astype(np.float32) + rng.normal(0, 6, (1, 1, 3)).astype(np.float32)
    if rng.random() < 0.3:  # saturation, down to night-time grey
        grey = frame.mean(2, keepdims=True)
        frame = grey + (frame - grey) * (rng.uniform(0.25, 1.6))
    if rng.random() < 0.10:  # head lamps and their glow
        spot = np.zeros((h, w), np.float32)
        place = (int(rng.uniform(-0.1, 1.1) * w), int(rng.uniform(-0.2, 1.2) * h))
        cv2.circle(spot, place, int(width * rng.uniform(0.05, 0.2)), float(rng.uniform(100, 500)), -1)
        frame = frame + cv2.GaussianBlur(spot, (0, 0), width * rng.uniform(0.06, 0.2))[:, :, None]
    return frame


def _motion(rng, frame, width):
    length = max(2, int(width * rng.uniform(0.01, 0.05)))
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    angle = rng.uniform(0, np.pi)
    reach = length / 2 * np.array([np.cos(angle), np.sin(angle)])
    ends = [tuple(int(round(v)) for v in end) for end in (length - reach, length + reach)]
    cv2.line(kernel, *ends, 1.0, 1, cv2.LINE_AA)
    return cv2.filter2D(frame, -1, kernel / kernel.sum())


def look(rng, frame, corners, rows):
    """The cut: by four corners that are off, as an upright box around a tilted plate, or tight around the characters."""
    dice = rng.random()
    width, height = np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[3] - corners[0])
    if dice < (0.36 if rows == 1 else 0.15):
        low, high = corners.min(0), corners.max(0)
        grow = np.clip(rng.normal(0.025, 0.035, 4), -0.03, 0.10) * width
        left, top, right, bottom = low[0] - grow[0], low[1] - grow[1] * 0.6, high[0] + grow[2], high[1] + grow[3] * 0.6
        corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    else:
        across, down = (corners[1] - corners[0]) / width, (corners[3] - corners[0]) / height
        off_x = np.clip(rng.normal(0.006, 0.022, 4), -0.08, 0.08) * width * np.array([-1, 1, 1, -1])
        off_y = np.clip(rng.normal(0.006, 0.018, 4), -0.06, 0.08) * width * np.array([-1, -1, 1, 1])
        if dice > 0.92 and rows == 1:
            off_x = off_x * 0.4 - 0.02 * width * np.array([-1, 1, 1, -1])
            off_y = off_y * 0.4 - 0.07 * height * np.array([-1, -1, 1, 1])
        corners = corners + off_x[:, None] * across + off_y[:, None] * down
    return reader_cut.cut(frame, corners, rows)


def encode(text):
    return [plates.CHARACTERS.index(c) + 1 for c in text] + [0] * (LENGTH - len(text))


def save(path, count, seed):
    """`path`.npz part with pictures n x 48 x 160 x 3, texts n x 8 (0 = nothing) and colours n."""
    rng = np.random.default_rng(seed)
    made = [sample(rng) for _ in range(count)]
    np.savez(path, pictures=np.stack([m[0] for m in made]), texts=np.array([encode(m[1]) for m in made], np.uint8),
             colours=np.array([m[2] for m in made], np.uint8))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=pathlib.Path)
    arguments.add_argument("--parts", type=int, default=1)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--count", type=int, default=4096)
    chosen = arguments.parse_args()
    cv2.setNumThreads(1)
    chosen.out.mkdir(parents=True, exist_ok=True)
    for part in range(chosen.first, chosen.first + chosen.parts):
        save(chosen.out / f"part{part:03d}.tmp.npz", chosen.count, part)
        (chosen.out / f"part{part:03d}.tmp.npz").rename(chosen.out / f"part{part:03d}.npz")
