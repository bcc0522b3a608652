"""What is around vehicles: sky, walls, trees, fences, people, barriers and the road."""

import math

import cv2
import numpy as np

from scene import grain, shade
from scene_text import text_board

GREENS = [(30, 70, 40), (40, 100, 60), (25, 60, 50), (60, 120, 90), (20, 40, 25), (35, 85, 75)]


def gradient(scene, y0, y1, top, bottom):
    y0, y1 = max(0, int(y0)), min(scene.height, int(y1))
    if y1 <= y0:
        return
    ends = np.uint8([[np.clip(top, 0, 255)], [np.clip(bottom, 0, 255)]])
    scene.canvas[y0:y1] = cv2.resize(ends, (1, y1 - y0), interpolation=cv2.INTER_LINEAR)[:, None].reshape(-1, 1, 3)


def leaves(scene, x0, y0, x1, y1, count, palette=None):
    """Overlapping blobs of falling size: the statistics of natural pictures, and of bushes when green."""
    span = max(4.0, min(x1 - x0, y1 - y0))
    for _ in range(count):
        radius = span * 0.5 * scene.uniform(0.04, 1.0) ** 2.2 + 1
        centre = np.array([scene.uniform(x0, x1), scene.uniform(y0, y1)])
        base = scene.pick(palette) if palette else scene.colour()
        fill = shade(base, scene.uniform(0.5, 1.4))
        kind = scene.rng.integers(4)
        if kind == 0:
            axes = (int(radius) + 1, int(radius * scene.uniform(0.2, 1)) + 1)
            cv2.ellipse(scene.canvas, tuple(int(c) for c in centre), axes, scene.uniform(0, 180), 0, 360, fill, -1,
                        cv2.LINE_AA)
        else:
            corners = int(scene.rng.integers(3, 6))
            angles = np.sort(scene.rng.uniform(0, 2 * math.pi, corners))
            if kind == 1:
                angles = np.array([0.35, math.pi - 0.35, math.pi + 0.35, -0.35]) + scene.uniform(-0.3, 0.3)
            points = centre + radius * np.stack([np.cos(angles), np.sin(angles)], 1)
            cv2.fillPoly(scene.canvas, [points.astype(np.int32)], fill, cv2.LINE_AA)


def put_flat(scene, image, x, y):
    """Copies an upright picture onto the canvas, cut at its edges."""
    x, y = int(x), int(y)
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(scene.width, x + image.shape[1]), min(scene.height, y + image.shape[0])
    if x1 > x0 and y1 > y0:
        scene.canvas[y0:y1, x0:x1] = image[y0 - y:y1 - y, x0 - x:x1 - x]


def rectangle(scene, x0, y0, x1, y1, colour, thick=-1):
    cv2.rectangle(scene.canvas, (int(x0), int(y0)), (int(x1), int(y1)), colour, thick)


def building(scene, x0, x1, base):
    top = base - scene.uniform(0.1, 0.7) * scene.height
    wall = scene.grey(60, 230, 20)
    rectangle(scene, x0, top, x1, base, wall)
    pane = shade(wall, scene.pick([0.3, 0.5, 0.7, 1.25]))
    step_x, step_y = scene.uniform(10, 40), scene.uniform(10, 40)
    fill_x, fill_y = scene.uniform(0.4, 0.85), scene.uniform(0.3, 0.85)
    y = top + step_y * 0.4
    while y < base - step_y * 0.5:
        x = x0 + step_x * 0.3
        while x < x1 - step_x * fill_x:
            rectangle(scene, x, y, x + step_x * fill_x, y + step_y * fill_y, shade(pane, scene.uniform(0.8, 1.2)))
            x += step_x
        y += step_y


def fence(scene, y, height):
    colour = scene.pick([(230, 230, 230), (40, 40, 40), scene.grey(60, 200), (60, 160, 60), (40, 200, 230)])
    step, thick = scene.uniform(5, 24), int(scene.rng.integers(1, 5))
    slope = scene.uniform(-0.15, 0.15)
    for x in np.arange(scene.uniform(-step, 0), scene.width, step):
        yy = y + slope * (x - scene.width / 2)
        cv2.line(scene.canvas, (int(x), int(yy)), (int(x), int(yy + height)), colour, thick, cv2.LINE_AA)
    for share in (0.05, 0.9, 0.5)[:int(scene.rng.integers(1, 4))]:
        a = (0, int(y + share * height - slope * scene.width / 2))
        b = (scene.width, int(y + share * height + slope * scene.width / 2))
        cv2.line(scene.canvas, a, b, colour, thick + 1, cv2.LINE_AA)


def bricks(scene, y0, y1):
    wall = scene.pick([(60, 80, 150), scene.grey(90, 220), (150, 170, 190)])
    joint = shade(wall, scene.pick([0.7, 1.25]))
    rectangle(scene, 0, y0, scene.width, y1, wall)
    tall = scene.uniform(6, 30)
    wide = tall * scene.uniform(1, 3)
    for row, y in enumerate(np.arange(y0, y1, tall)):
        cv2.line(scene.canvas, (0, int(y)), (scene.width, int(y)), joint, 1)
        for x in np.arange(-wide * (0.5 if row % 2 else 0.0), scene.width, wide):
            cv2.line(scene.canvas, (int(x), int(y)), (int(x), int(min(y1, y + tall))), joint, 1)


def tree(scene, x, base):
    tall = scene.uniform(0.2, 0.8) * scene.height
    cv2.line(scene.canvas, (int(x), int(base)), (int(x + scene.uniform(-10, 10)), int(base - tall)),
             scene.grey(20, 80), int(scene.uniform(3, 14)), cv2.LINE_AA)
    crown = tall * scene.uniform(0.3, 0.6)
    leaves(scene, x - crown, base - tall - crown * 0.7, x + crown, base - tall + crown * 0.8, 45, GREENS)


def person(scene, x, base):
    tall = scene.uniform(0.1, 0.5) * scene.height
    head = tall * 0.08
    coat, legs, skin = scene.colour(), scene.grey(10, 120), scene.pick([(130, 160, 210), (90, 120, 170)])
    for side in (-1, 1):
        cv2.line(scene.canvas, (int(x + side * head * 0.6), int(base)), (int(x), int(base - tall * 0.5)), legs,
                 max(1, int(head * 1.2)), cv2.LINE_AA)
    cv2.ellipse(scene.canvas, (int(x), int(base - tall * 0.67)), (int(head * 1.7) + 1, int(tall * 0.22) + 1), 0, 0, 360,
                coat, -1, cv2.LINE_AA)
    cv2.circle(scene.canvas, (int(x), int(base - tall * 0.93)), int(head) + 1, skin, -1, cv2.LINE_AA)


def striped_barrier(scene):
    """A boom or a bollard in two colours: rows of equal blocks that are no text."""
    colours = scene.pick([((40, 40, 220), (240, 240, 240)), ((20, 200, 240), (20, 20, 20)), ((200, 90, 20), (240, 240, 240))])
    start = np.array([scene.uniform(-0.1, 0.8) * scene.width, scene.uniform(0.1, 0.95) * scene.height])
    length, angle = scene.uniform(0.1, 1.0) * scene.width, scene.pick([0, 0, 0, math.pi / 2]) + scene.uniform(-0.3, 0.3)
    way = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-way[1], way[0]]) * scene.uniform(3, 14)
    step = scene.uniform(6, 50)
    lean = way * scene.uniform(-0.5, 0.5) * step
    for index, at in enumerate(np.arange(0, length, step)):
        a = start + way * at
        b = start + way * min(length, at + step)
        block = np.array([a + across + lean, b + across + lean, b - across, a - across])
        cv2.fillPoly(scene.canvas, [block.astype(np.int32)], colours[index % 2], cv2.LINE_AA)


def road(scene, horizon):
    tone = scene.grey(40, 190, 14)
    gradient(scene, horizon, scene.height, shade(tone, scene.uniform(0.7, 1.3)), tone)
    kind = scene.rng.integers(4)
    mark = scene.pick([(230, 230, 230), (40, 190, 230), (170, 170, 170)])
    vanish = np.array([scene.uniform(-0.2, 1.2) * scene.width, horizon - scene.uniform(0, 0.5) * scene.height])
    if kind == 0:  # paving
        joint = shade(tone, scene.pick([0.75, 1.2]))
        for x in np.arange(-2 * scene.width, 3 * scene.width, scene.uniform(16, 90)):
            cv2.line(scene.canvas, tuple(vanish.astype(int)), (int(x), scene.height), joint, 1, cv2.LINE_AA)
        y, step = horizon, scene.uniform(2, 8)
        while y < scene.height:
            cv2.line(scene.canvas, (0, int(y)), (scene.width, int(y)), joint, 1)
            y += step
            step *= 1.15
    elif kind < 3:
        for _ in range(int(scene.rng.integers(1, 5))):
            foot = np.array([scene.uniform(-0.5, 1.5) * scene.width, scene.height])
            near = vanish + (foot - vanish) * 1.0
            far = vanish + (foot - vanish) * max(0.05, (horizon - vanish[1]) / (scene.height - vanish[1] + 1))
            width = scene.uniform(4, 26)
            strip = np.array([far - [width * 0.15, 0], far + [width * 0.15, 0], near + [width, 0], near - [width, 0]])
            cv2.fillPoly(scene.canvas, [strip.astype(np.int32)], mark, cv2.LINE_AA)
    grain(scene, 0, horizon, scene.width, scene.height, scene.uniform(2, 14))


def surroundings(scene):
    if scene.chance(0.15):  # no place at all, only shapes
        gradient(scene, 0, scene.height, scene.colour(), scene.colour())
        leaves(scene, 0, 0, scene.width, scene.height, int(scene.rng.integers(30, 250)))
        return
    horizon = scene.uniform(-0.1, 0.6) * scene.height
    gradient(scene, 0, scene.height, scene.grey(90, 255, 30), scene.grey(120, 255, 20))
    if horizon > 0:
        kind = scene.rng.integers(5)
        if kind == 0:
            bricks(scene, 0, horizon)
        elif kind < 3:
            x = scene.uniform(-60, 0)
            while x < scene.width:
                wide = scene.uniform(40, 260)
                building(scene, x, x + wide, horizon)
                x += wide * scene.uniform(0.8, 1.8)
        if kind >= 2:
            leaves(scene, 0, horizon - scene.uniform(0.05, 0.6) * scene.height, scene.width, horizon,
                   int(scene.rng.integers(40, 160)), GREENS)
        for _ in range(int(scene.rng.integers(0, 3))):
            tall = scene.uniform(12, 70)
            board = text_board(scene, int(tall * scene.uniform(1, 7)), int(tall))
            put_flat(scene, board, scene.uniform(-20, scene.width), scene.uniform(0, max(1, horizon)))
    road(scene, max(0, horizon))
    for _ in range(int(scene.rng.integers(0, 3))):
        tree(scene, scene.uniform(0, scene.width), max(0, horizon) + scene.uniform(0, 40))
    if scene.chance(0.3):
        fence(scene, horizon - scene.uniform(0, 60), scene.uniform(20, 140))
    for _ in range(int(scene.rng.integers(0, 2))):
        person(scene, scene.uniform(0, scene.width), scene.uniform(0.4, 1.1) * scene.height)
