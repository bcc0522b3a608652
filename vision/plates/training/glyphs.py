"""The shapes of plate characters: polylines of glyphs.txt, drawn with a pen.

A line of glyphs.txt is `series character pen x,y x,y ... ; pen x,y ...`: every stroke has a pen width and a centre line, in
a cell 45 wide and 90 high (GA 36: millimetres of a single-row plate). Strokes end flat and turn round.
"""
import functools
import pathlib

import cv2
import numpy as np

CELL = (45.0, 90.0)
FILE = pathlib.Path(__file__).with_name("glyphs.txt")


@functools.lru_cache(maxsize=None)
def load():
    """{series: {character: [(pen, points n x 2)]}}"""
    series = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, character, strokes = line.split(" ", 2)
        series.setdefault(name, {})[character] = [_stroke(text.split()) for text in strokes.split(";")]
    return series


def _stroke(words):
    return float(words[0]), np.array([[float(v) for v in word.split(",")] for word in words[1:]])


@functools.lru_cache(maxsize=4096)
def mask(series, character, width, height, weight=1.0, fine=3):
    """A glyph as coverage (float32, 0..1) in a cell of `width` x `height` pixels; `weight` makes the pen bolder. In a cell of
    another shape digits and letters keep an even pen, as GA 36 has it; a Chinese character is stretched as it is, or its
    strokes would run together in the flat upper row of a double plate."""
    strokes = load().get(series, {}).get(character) or load()["plain"][character]
    size = np.array([width, height]) * fine
    if not character.isascii():
        size[0] = size[1] // 2
    scale = size / np.array(CELL)
    pen_scale = float(np.sqrt(scale.prod())) * weight
    canvas = np.zeros((size[1], size[0]), np.uint8)
    for pen, points in strokes:
        _draw(canvas, _place(points, pen, size, pen_scale), pen * pen_scale)
    return cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def _place(points, pen, size, pen_scale):
    """Scales a centre line so that the outer edge of a stroke along the cell's border stays there whatever the pen."""
    half = pen / 2
    inner = half * pen_scale
    return np.stack([np.interp(points[:, axis], [0, half, CELL[axis] - half, CELL[axis]],
                               [0, inner, size[axis] - inner, size[axis]]) for axis in (0, 1)], 1)


def _draw(canvas, points, pen):
    for a, b in zip(points[:-1], points[1:]):
        along = (b - a) / max(np.linalg.norm(b - a), 1e-6)
        across = np.array([-along[1], along[0]]) * pen / 2
        quad = np.array([a + across, b + across, b - across, a - across])
        cv2.fillConvexPoly(canvas, np.round(quad * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    closed = np.linalg.norm(points[0] - points[-1]) < 0.5
    for p in points[0 if closed else 1:-1]:
        cv2.circle(canvas, tuple(int(v) for v in np.round(p * 16)), int(round(pen * 8)), 255, -1, cv2.LINE_AA, 4)
