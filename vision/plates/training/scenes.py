"""Draws the scenes from which the plate detector learns.

A scene is a picture as a gate camera would deliver it, already scaled to the detector's input, with the
corners of every plate in it. Everything in it is drawn: road, walls, trees, signs, vehicles. Plates come from
plates.py and from the real crops that may be trained on (see crops.py). Drawing happens at twice the final
size and is shrunk at the end, so that thin edges look like those of a real, shrunk frame.

Vehicles are drawn in metres on the plane of their plate (origin: plate centre, x right, y down) and projected
with the plate's own homography, so that bumper, lamps and plate lean the same way.
"""

import math

import cv2
import numpy as np

import plates

WORK = 2  # drawing scale against the finished picture
PLATE_WIDE = 0.44  # metres


class Scene:
    """A picture under work with the plates drawn into it so far."""

    def __init__(self, rng, stock, width, height):
        self.rng = rng
        self.stock = stock
        self.width = width * WORK
        self.height = height * WORK
        self.canvas = np.zeros((self.height, self.width, 3), np.uint8)
        self.plates = []  # of (4x2 corners from top left, clockwise, in working pixels; rows; exact?)
        self.glow = []  # of (x, y, radius, strength): lamps that shine when it is night

    def uniform(self, low, high):
        return float(self.rng.uniform(low, high))

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, options):
        return options[int(self.rng.integers(len(options)))]

    def colour(self, low=0, high=255):
        return tuple(int(v) for v in self.rng.integers(low, high + 1, 3))

    def grey(self, low, high, tint=12):
        base = self.uniform(low, high)
        return tuple(int(np.clip(base + t, 0, 255)) for t in self.rng.uniform(-tint, tint, 3))


def shade(colour, factor, add=0.0):
    return tuple(int(min(255, max(0, c * factor + add))) for c in colour)


# ---- what all scenes share -------------------------------------------------------------------------


def cloud(rng, size, roughness):
    """A square of fractal noise about 0 with deviation 1; larger roughness gives finer grain."""
    total = np.zeros((size, size), np.float32)
    cells, weight = 4, 1.0
    while cells <= size:
        grain = rng.standard_normal((cells, cells)).astype(np.float32)
        total += weight * cv2.resize(grain, (size, size), interpolation=cv2.INTER_CUBIC)
        cells *= 2
        weight *= roughness
    return (total - total.mean()) / (total.std() + 1e-6)


class Stock:
    """What is drawn once for many scenes, because drawing it anew would cost more than the scene."""

    SIZE = 1024
    SCALE = 0.75  # pixels a millimetre of a drawn plate
    PLATES = 1000

    def __init__(self, seed, crops):
        rng = np.random.default_rng(seed)
        self.clouds = [cloud(rng, self.SIZE, r) for r in (0.45, 0.55, 0.65, 0.75, 0.85, 0.95, 1.1, 0.7)]
        self.hiss = rng.standard_normal(1 << 21, np.float32)
        # One in ten has two rows for certain and one is green, or these would be learnt too seldom.
        often = {0: "yellow double", 5: "green"}
        self.drawn = [plates.draw(rng, often.get(i % 10), scale=self.SCALE) for i in range(self.PLATES)]
        self.crops = crops

    def cut(self, rng, width, height):
        """Fractal noise with deviation 1."""
        sheet = self.clouds[int(rng.integers(len(self.clouds)))]
        x = int(rng.integers(self.SIZE - width + 1))
        y = int(rng.integers(self.SIZE - height + 1))
        piece = sheet[y:y + height, x:x + width]
        return piece[:, ::-1] if rng.random() < 0.5 else piece

    def noise(self, rng, shape):
        """White noise with deviation 1."""
        count = int(np.prod(shape))
        start = int(rng.integers(len(self.hiss) - count))
        return self.hiss[start:start + count].reshape(shape)


def grain(scene, x0, y0, x1, y1, strength, coloured=False):
    """Roughens a rectangle of the canvas by fractal noise of the given deviation in grey levels."""
    x0, y0, x1, y1 = max(0, int(x0)), max(0, int(y0)), min(scene.width, int(x1)), min(scene.height, int(y1))
    if x1 - x0 < 2 or y1 - y0 < 2:
        return
    area = scene.canvas[y0:y1, x0:x1].astype(np.float32)
    noise = scene.stock.cut(scene.rng, x1 - x0, y1 - y0) * strength
    tint = scene.rng.uniform(0.5, 1.5, 3).astype(np.float32) if coloured else np.ones(3, np.float32)
    area += noise[:, :, None] * tint
    scene.canvas[y0:y1, x0:x1] = np.clip(area, 0, 255).astype(np.uint8)


# ---- surroundings ------------------------------------------------------------------------------------------


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


GREENS = [(30, 70, 40), (40, 100, 60), (25, 60, 50), (60, 120, 90), (20, 40, 25), (35, 85, 75)]
SIGN_WORDS = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def word(scene, length):
    return "".join(scene.pick(SIGN_WORDS) for _ in range(length))


def hanzi_like(scene, image, x, y, size, colour, thick):
    """A heap of strokes in a square: reads as a Chinese character at these sizes."""
    for _ in range(int(scene.rng.integers(4, 9))):
        if scene.chance(0.5):
            yy = y + scene.uniform(0, size)
            a, b = (x + scene.uniform(0, size * 0.3), yy), (x + scene.uniform(size * 0.7, size), yy)
        else:
            xx = x + scene.uniform(0, size)
            a, b = (xx, y + scene.uniform(0, size * 0.3)), (xx + scene.uniform(-0.2, 0.2) * size, y + size)
        cv2.line(image, tuple(map(int, a)), tuple(map(int, b)), colour, thick, cv2.LINE_AA)


FONTS = [cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_COMPLEX]


def text_board(scene, width, height, back=None, front=None):
    """A flat board with writing, for shop signs, stickers, traffic signs and lettering on vehicles."""
    back = back or scene.pick([(40, 30, 190), (190, 60, 20), (235, 235, 235), (30, 150, 40), (20, 200, 235), (30, 30, 30),
                               scene.colour()])
    front = front or (scene.pick([(255, 255, 255), (20, 220, 250), (40, 40, 220)]) if sum(back) < 380 else
                      scene.pick([(20, 20, 20), (30, 20, 200), (160, 40, 20)]))
    board = np.full((height, width, 3), back, np.uint8)
    rows = 1 if height < width * 0.5 or scene.chance(0.5) else int(scene.rng.integers(2, 4))
    tall = height / rows
    for row in range(rows):
        size = tall * scene.uniform(0.45, 0.8)
        y = row * tall + (tall - size) / 2
        thick = max(1, int(size * scene.uniform(0.06, 0.16)))
        x = width * scene.uniform(0.03, 0.3)
        if scene.chance(0.5):
            while x + size < width * scene.uniform(0.75, 1.0):
                hanzi_like(scene, board, x, y, size * 0.85, front, thick)
                x += size
        else:
            scale = size / 22.0
            cv2.putText(board, word(scene, int(scene.rng.integers(2, 11))), (int(x), int(y + size * 0.9)),
                        scene.pick(FONTS), scale, front, thick, cv2.LINE_AA)
    return board


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


# ---- vehicles ----------------------------------------------------------------------------------------------


def homography(scene, centre, plate_width, yaw, pitch, roll):
    """Maps metres on the plate's plane to working pixels; the plate's centre lands on `centre`.

    plate_width is the width in pixels of a plate seen squarely.
    """
    cy, sy = math.cos(yaw), math.sin(yaw)
    cx, sx = math.cos(pitch), math.sin(pitch)
    cz, sz = math.cos(roll), math.sin(roll)
    turn = (np.array([[cz, -sz, 0], [sz, cz, 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, cx, -sx], [0, sx, cx]]) @
            np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]))
    distance = scene.uniform(3.0, 12.0)  # metres: how strong the perspective is
    focal = plate_width / PLATE_WIDE * distance
    matrix = np.column_stack([turn[:, 0], turn[:, 1], [0, 0, distance]])
    camera = np.array([[focal, 0, centre[0]], [0, focal, centre[1]], [0, 0, 1]])
    return camera @ matrix


class Pen:
    """Draws in metres through a homography."""

    def __init__(self, scene, matrix):
        self.scene = scene
        self.matrix = matrix
        self.scale = float(np.linalg.norm(self.at([[0.5, 0]]) - self.at([[-0.5, 0]])))  # pixels a metre

    def at(self, points):
        points = np.asarray(points, np.float64)
        mapped = np.column_stack([points, np.ones(len(points))]) @ self.matrix.T
        return mapped[:, :2] / np.maximum(mapped[:, 2:], 0.1)

    def fill(self, points, colour):
        cv2.fillPoly(self.scene.canvas, [np.clip(self.at(points), -8000, 8000).astype(np.int32)], colour, cv2.LINE_AA)

    def line(self, points, colour, metres, closed=False):
        thick = max(1, int(round(metres * self.scale)))
        cv2.polylines(self.scene.canvas, [np.clip(self.at(points), -8000, 8000).astype(np.int32)], closed, colour, thick,
                      cv2.LINE_AA)

    def box(self, x0, y0, x1, y1, colour, bevel=0.0):
        self.fill(bevelled(x0, y0, x1, y1, bevel), colour)

    def oval(self, x, y, rx, ry, colour, metres=None):
        angles = np.linspace(0, 2 * math.pi, 20, endpoint=False)
        points = np.stack([x + rx * np.cos(angles), y + ry * np.sin(angles)], 1)
        if metres is None:
            self.fill(points, colour)
        else:
            self.line(points, colour, metres, closed=True)

    def paste(self, image, x0, y0, x1, y1, alpha=1.0):
        """Lays a flat picture into the rectangle; returns where its corners came to lie."""
        corners = self.at([[x0, y0], [x1, y0], [x1, y1], [x0, y1]]).astype(np.float32)
        lay(self.scene, image, corners, alpha)
        return corners


def bevelled(x0, y0, x1, y1, bevel):
    b = bevel * min(x1 - x0, y1 - y0)
    return [[x0 + b, y0], [x1 - b, y0], [x1, y0 + b], [x1, y1 - b], [x1 - b, y1], [x0 + b, y1], [x0, y1 - b], [x0, y0 + b]]


def lay(scene, image, corners, alpha=1.0):
    """Warps a picture onto four corners of the canvas, smoothed first as far as it shrinks."""
    wide = max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3]))
    tall = max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1]))
    if wide < 2 or tall < 1:
        return
    shrunk = (max(2, min(image.shape[1], int(wide * 1.2))), max(2, min(image.shape[0], int(tall * 1.2))))
    image = cv2.resize(image, shrunk, interpolation=cv2.INTER_AREA)
    x0, y0 = np.floor(corners.min(0)).astype(int) - 1
    x1, y1 = np.ceil(corners.max(0)).astype(int) + 2
    x0, y0, x1, y1 = max(0, x0), max(0, y0), min(scene.width, x1), min(scene.height, y1)
    if x1 <= x0 or y1 <= y0:
        return
    source = np.float32([[0, 0], [shrunk[0], 0], [shrunk[0], shrunk[1]], [0, shrunk[1]]]) - 0.5
    matrix = cv2.getPerspectiveTransform(source, corners - np.float32([x0, y0]))
    size = (x1 - x0, y1 - y0)
    warped = cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = np.zeros((size[1], size[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.round((corners - [x0, y0]) * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
    weight = mask[:, :, None].astype(np.float32) * (alpha / 255.0)
    area = scene.canvas[y0:y1, x0:x1]
    area[:] = (area * (1 - weight) + warped * weight + 0.5).astype(np.uint8)


BODIES = [(235, 235, 235), (215, 215, 215), (190, 190, 190), (120, 120, 120), (70, 70, 70), (25, 25, 25), (15, 15, 15),
          (30, 30, 160), (40, 40, 110), (120, 60, 30), (90, 40, 20), (40, 60, 90), (60, 110, 160), (30, 130, 230),
          (40, 200, 235), (60, 120, 50), (160, 140, 60), (90, 100, 130), (200, 210, 220)]


def painted(scene, pen, outline_left, outline_right, body):
    """Fills a body between two half outlines in bands whose brightness drifts, with one sharp reflection."""
    bands = 14
    left, right = np.array(outline_left, float), np.array(outline_right, float)
    tops = np.linspace(left[0, 1], left[-1, 1], bands + 1)
    edge = int(scene.rng.integers(0, bands))
    level = scene.uniform(0.8, 1.2)
    for band in range(bands):
        level = float(np.clip(level + scene.uniform(-0.06, 0.06), 0.5, 1.35))
        if band == edge:
            level = float(np.clip(level * scene.uniform(0.6, 1.5), 0.45, 1.5))
        y0, y1 = tops[band], tops[band + 1]
        xl = np.interp([y0, y1], left[:, 1], left[:, 0])
        xr = np.interp([y0, y1], right[:, 1], right[:, 0])
        pen.fill([[xl[0], y0], [xr[0], y0], [xr[1], y1], [xl[1], y1]], shade(body, level, scene.uniform(-4, 4)))


def window(scene, pen, points, glass):
    pen.fill(points, glass)
    points = np.array(points)
    for _ in range(int(scene.rng.integers(0, 9))):  # what the glass reflects, and what is behind it
        weights = scene.rng.dirichlet(np.full(len(points), 0.7), int(scene.rng.integers(3, 5)))
        pen.fill(weights @ points, shade(glass, scene.uniform(0.6, 1.8), scene.uniform(-10, 50)))
    if scene.chance(0.3):
        pen.line(points, shade(glass, 0.4), 0.03, closed=True)
    if scene.chance(0.25):
        side = scene.pick([points[0], points[1]]) * [0.8, 0.85]
        pen.box(side[0] - 0.06, side[1] + 0.1, side[0] + 0.06, side[1] + 0.2, scene.colour(80, 255))


def grille(scene, pen, x, y0, y1, dark):
    pen.box(-x, y0, x, y1, dark, scene.uniform(0, 0.5))
    bar = scene.pick([shade(dark, 1.0, 40), (200, 200, 200), shade(dark, 1.0, 110)])
    kind = scene.rng.integers(4)
    if kind == 0:
        for y in np.linspace(y0, y1, int(scene.rng.integers(3, 9)))[1:-1]:
            pen.line([[-x, y], [x, y]], bar, scene.uniform(0.005, 0.025))
    elif kind == 1:
        for xx in np.linspace(-x, x, int(scene.rng.integers(8, 26)))[1:-1]:
            pen.line([[xx, y0], [xx, y1]], bar, scene.uniform(0.005, 0.02))
    elif kind == 2:
        step = scene.uniform(0.03, 0.08)
        for xx in np.arange(-x, x, step):
            pen.line([[xx, y0], [xx + (y1 - y0), y1]], bar, 0.006)
            pen.line([[xx + (y1 - y0), y0], [xx, y1]], bar, 0.006)
    if scene.chance(0.5):
        pen.line(bevelled(-x, y0, x, y1, 0.2), scene.grey(150, 240), scene.uniform(0.01, 0.03), closed=True)


def lamp(scene, pen, x, y, wide, tall, front):
    """One head or tail lamp; remembers where it is, so that it can shine by night."""
    side = 1 if x > 0 else -1
    glass = scene.pick([(230, 230, 225), (170, 175, 180), (90, 95, 100)]) if front else scene.pick(
        [(30, 30, 200), (20, 20, 130), (40, 60, 230), (60, 60, 160)])
    shape = scene.rng.integers(3)
    if shape == 0:
        pen.oval(x, y, wide / 2, tall / 2, glass)
    elif shape == 1:
        pen.box(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2, glass, scene.uniform(0, 0.5))
    else:
        lean = side * scene.uniform(0, 0.12)
        pen.fill([[x - side * wide / 2, y], [x + side * wide / 2, y - tall / 2 - abs(lean)],
                  [x + side * wide / 2, y + tall / 2 - abs(lean)], [x - side * wide * 0.4, y + tall / 2]], glass)
    if scene.chance(0.6):
        inner = shade(glass, scene.uniform(0.5, 1.3), 20)
        pen.oval(x + scene.uniform(-0.2, 0.2) * wide, y, tall * 0.35, tall * 0.35, inner)
    if not front and scene.chance(0.5):
        pen.box(x - wide * 0.2, y - tall * 0.2, x + wide * 0.3, y + tall * 0.1, scene.pick([(220, 220, 225), (30, 120, 240)]))
    spot = pen.at([[x, y]])[0]
    scene.glow.append((spot[0], spot[1], pen.scale * tall, 1.0 if front else 0.3))


def badge(scene, pen, x, y, metal):
    kind = scene.rng.integers(4)
    size = scene.uniform(0.04, 0.09)
    if kind == 0:
        pen.oval(x, y, size, size * 0.8, metal, 0.012)
    elif kind == 1:
        pen.oval(x, y, size, size, metal)
        pen.oval(x, y, size * 0.6, size * 0.6, shade(metal, 0.4))
    elif kind == 2:
        for shift in np.linspace(-1.2, 1.2, 4):
            pen.oval(x + shift * size, y, size * 0.5, size * 0.5, metal, 0.01)
    else:
        pen.fill([[x - size, y], [x, y - size * 0.7], [x + size, y], [x, y + size * 0.7]], metal)


def lettering(scene, pen, x, y, tall, colour):
    """Brand letters as a row of small strokes, read as text by a careless detector."""
    for index in range(int(scene.rng.integers(3, 10))):
        left = x + index * tall * scene.uniform(0.85, 1.0)
        shape = scene.rng.integers(3)
        if shape == 0:
            pen.line([[left, y], [left, y + tall], [left + tall * 0.6, y + tall]], colour, tall * 0.15)
        elif shape == 1:
            pen.oval(left + tall * 0.35, y + tall / 2, tall * 0.3, tall / 2, colour, tall * 0.15)
        else:
            pen.line([[left, y + tall], [left + tall * 0.3, y], [left + tall * 0.6, y + tall]], colour, tall * 0.15)


def vehicle(scene, pen, with_plate):
    """A front or a rear around the plate's place at the origin; y grows downwards."""
    truck = scene.chance(0.2)
    front = scene.chance(0.55)
    half = scene.uniform(0.72, 1.05) * (1.2 if truck else 1.0)
    body = shade(scene.pick(BODIES), scene.uniform(0.85, 1.15), scene.uniform(-10, 10))
    below = scene.uniform(0.12, 0.45)
    # Where the plate sits in the face of the vehicle: front plates low, rear ones sometimes high.
    belt = -scene.uniform(0.35, 0.75) if front or scene.chance(0.6) else -scene.uniform(0.2, 0.4)
    roof = belt - (scene.uniform(0.6, 1.4) if truck else scene.uniform(0.35, 0.75))
    slope = scene.uniform(0.0, 0.1) if truck else scene.uniform(0.08, 0.4)
    floor = below + scene.uniform(0.05, 0.25)
    # Shadow and wheels.
    pen.oval(0, floor + 0.12, half * 1.1, scene.uniform(0.08, 0.2), scene.grey(5, 50))
    for side in (-1, 1):
        pen.box(side * half * 0.86 - 0.12, below - 0.1, side * half * 0.86 + 0.12, floor + 0.15, scene.grey(5, 45), 0.3)
    if scene.chance(0.4):  # the flank, when seen aslant
        side = scene.pick([-1, 1])
        flank = shade(body, scene.uniform(0.5, 1.0))
        deep = scene.uniform(0.3, 1.6)
        pen.fill([[side * half, belt], [side * (half + deep), belt - 0.1], [side * (half + deep), below],
                  [side * half, below]], flank)
        pen.fill([[side * half * 0.8, roof + 0.05], [side * (half + deep * 0.8), roof], [side * (half + deep), belt - 0.1],
                  [side * half, belt]], scene.grey(20, 120))
        pen.oval(side * (half + deep * 0.6), below, 0.18, 0.3, scene.grey(5, 45))
        pen.oval(side * (half + deep * 0.6), below, 0.1, 0.18, scene.grey(90, 200))
    left = [[-half * (1 - slope), roof], [-half * 0.97, belt], [-half, belt * 0.3], [-half * 0.97, below]]
    right = [[-x, y] for x, y in left]
    painted(scene, pen, left, right, body)
    glass = scene.pick([scene.grey(10, 60), scene.grey(40, 120), scene.grey(100, 190), (110, 120, 60)])
    inset = scene.uniform(0.03, 0.1)
    sill = belt - scene.uniform(0, 0.08)
    window(scene, pen, [[-half * (1 - slope) + inset, roof + inset], [half * (1 - slope) - inset, roof + inset],
                        [half * 0.95 - inset, sill], [-half * 0.95 + inset, sill]], glass)
    # Folds between the parts.
    for _ in range(int(scene.rng.integers(1, 5))):
        y = scene.uniform(belt, below)
        bend = scene.uniform(-0.06, 0.06)
        pen.line([[-half, y], [-half * 0.5, y + bend], [half * 0.5, y + bend], [half, y]],
                 shade(body, scene.pick([0.55, 0.75, 1.2])), scene.uniform(0.004, 0.02))
    metal = scene.grey(120, 245)
    dark = scene.grey(8, 60)
    bumper = scene.uniform(-0.16, -0.08)
    if scene.chance(0.35):  # bumper of another colour
        pen.box(-half, bumper - 0.02, half, below, scene.pick([dark, metal, shade(body, 0.8)]), 0.15)
    if front and scene.chance(0.85):
        grille(scene, pen, half * scene.uniform(0.25, 0.75), belt * scene.uniform(0.6, 0.95), bumper - 0.02, dark)
    if scene.chance(0.4):  # lower intake
        grille(scene, pen, half * scene.uniform(0.3, 0.8), below * 0.5, below * 0.95, dark)
    level = scene.uniform(belt * 0.85, -0.05)
    wide, tall = scene.uniform(0.15, 0.5), scene.uniform(0.08, 0.28)
    for side in (-1, 1):
        lamp(scene, pen, side * (half - wide * 0.55), level, wide, tall, front)
        if scene.chance(0.4):
            place = scene.uniform(0.3, 0.9) * below
            pen.oval(side * half * 0.75, place, 0.06, 0.05, scene.grey(100, 255))
            spot = pen.at([[side * half * 0.75, place]])[0]
            scene.glow.append((spot[0], spot[1], pen.scale * 0.08, 0.4))
    if scene.chance(0.8):
        badge(scene, pen, scene.uniform(-0.02, 0.02), scene.uniform(belt * 0.9, -0.16), metal)
    for _ in range(int(scene.rng.integers(0, 3))):
        lettering(scene, pen, scene.uniform(-half * 0.9, half * 0.4), scene.uniform(belt * 0.9, below * 0.8),
                  scene.uniform(0.02, 0.07), scene.pick([metal, dark, scene.colour()]))
    if scene.chance(0.12):  # taxi sign, permit or roof rack
        board = text_board(scene, 96, int(scene.uniform(24, 48)))
        pen.paste(board, -0.2, roof - 0.15, 0.2, roof)
    for _ in range(int(scene.rng.integers(0, 2))):  # stickers
        x, y = scene.uniform(-half * 0.9, half * 0.6), scene.uniform(roof, below * 0.5)
        wide = scene.uniform(0.08, 0.4)
        pen.paste(text_board(scene, 80, int(scene.uniform(16, 70))), x, y, x + wide, y + wide * scene.uniform(0.2, 0.9))
    if truck and scene.chance(0.4):
        pen.paste(text_board(scene, 200, 40, back=body), -half * 0.7, belt * 0.8, half * 0.7, belt * 0.8 + 0.2)
    surround(scene, pen, dark, body)
    if with_plate:
        put_plate(scene, pen)


def surround(scene, pen, dark, body):
    """What is right around a plate: a recess, a holder, a garnish above it, or nothing."""
    kind = scene.rng.integers(5)
    margin = scene.uniform(0.01, 0.06)
    if kind == 0:
        pen.box(-0.22 - margin * 2, -0.07 - margin, 0.22 + margin * 2, 0.07 + margin, dark, scene.uniform(0, 0.4))
    elif kind == 1:
        recess = shade(body, scene.uniform(0.4, 0.9))
        pen.fill([[-0.26 - margin, -0.1 - margin], [0.26 + margin, -0.1 - margin], [0.3 + margin, 0.1 + margin],
                  [-0.3 - margin, 0.1 + margin]], recess)
    if scene.chance(0.25):
        pen.box(-0.3, -0.13, 0.3, -0.1, scene.grey(120, 250), 0.3)


# ---- plates ------------------------------------------------------------------------------------------------


def worn(scene, image):
    """Dirt, shadow edges, reflection and screws on a flat plate."""
    image = image.astype(np.float32)
    tall, wide = image.shape[:2]
    image = image * scene.uniform(0.75, 1.1) + scene.uniform(-15, 15)
    if scene.chance(0.3):
        dirt = np.clip(scene.stock.cut(scene.rng, wide, tall) * 0.5 - scene.uniform(0, 0.5), 0, 1)[:, :, None]
        image = image * (1 - dirt) + np.float32(scene.grey(60, 170)) * dirt
    if scene.chance(0.25):
        edge = np.tile(np.linspace(-1, 1, wide, dtype=np.float32), (tall, 1)) * scene.uniform(-1, 1)
        edge += np.tile(np.linspace(-1, 1, tall, dtype=np.float32)[:, None], (1, wide)) * scene.uniform(-1, 1)
        image = image * np.where(edge > scene.uniform(-0.7, 0.7), 1.0, scene.uniform(0.35, 0.8))[:, :, None]
    if scene.chance(0.2):
        image = image * scene.uniform(0.3, 0.8) + scene.uniform(40, 120)  # washed out
    elif scene.chance(0.15):
        image = image * scene.uniform(0.15, 0.5)  # in the shade of its vehicle
    if scene.chance(0.15):
        image = image * scene.rng.uniform(0.6, 1.3, 3).astype(np.float32)
    return np.clip(image, 0, 255).astype(np.uint8)


def put_plate(scene, pen):
    """The plate itself at the origin, drawn or, for one in five, a real crop laid in as if it filled its plate."""
    crops = scene.stock.crops
    if crops and scene.chance(0.2):
        image, rows, exact = crops[int(scene.rng.integers(len(crops)))], 1, False
        wide, tall = 0.44, 0.44 * scene.uniform(0.28, 0.36)
    else:
        plate = scene.pick(scene.stock.drawn)
        image, rows, exact = plate.picture, plate.rows, True
        tall, wide = (side / scene.stock.SCALE / 1000 for side in image.shape[:2])
    image = worn(scene, image)
    if scene.chance(0.3):  # a holder's rim
        rim = scene.uniform(0.005, 0.02)
        pen.box(-wide / 2 - rim, -tall / 2 - rim, wide / 2 + rim, tall / 2 + rim, scene.grey(10, 220), 0.1)
    corners = pen.paste(image, -wide / 2, -tall / 2, wide / 2, tall / 2)
    scene.plates.append((corners, rows, exact))


def free_place(scene, wide, older):
    """A centre for a plate `wide` working pixels wide, clear of the plates already there."""
    centre = np.array([scene.uniform(wide * 0.55, max(wide * 0.56, scene.width - wide * 0.55)),
                       scene.uniform(wide * 0.2 + 4, scene.height - wide * 0.2 - 4)])
    for corners, _, _ in older:
        gap = np.abs(corners.mean(0) - centre)
        if gap[0] < wide * 1.6 and gap[1] < wide:
            return None
    return centre


def add_vehicle(scene, centre, wide):
    """A vehicle around a plate that is `wide` working pixels wide; one in seven has lost its plate."""
    roll = float(np.clip(scene.rng.normal(0, 0.09), -0.44, 0.44))
    yaw = float(np.clip(scene.rng.normal(0, 0.4), -1.0, 1.0))
    pitch = scene.uniform(-0.15, 0.55)
    pen = Pen(scene, homography(scene, centre, wide, yaw, pitch, roll))
    vehicle(scene, pen, with_plate=scene.chance(0.85))


def add_loose_plate(scene, centre, wide):
    """A plate on its own among shapes, so that its surroundings do not come to matter too much."""
    roll = float(np.clip(scene.rng.normal(0, 0.2), -0.44, 0.44))
    pen = Pen(scene, homography(scene, centre, wide, scene.uniform(-0.9, 0.9), scene.uniform(-0.5, 0.5), roll))
    body = scene.pick(BODIES)
    if scene.chance(0.6):
        pen.box(-scene.uniform(0.3, 1.5), -scene.uniform(0.1, 0.8), scene.uniform(0.3, 1.5), scene.uniform(0.1, 0.6), body)
    surround(scene, pen, scene.grey(5, 80), body)
    put_plate(scene, pen)


def shows(scene, before, corners):
    """Whether a plate is still there after something was drawn over the canvas `before`."""
    x0, y0 = np.maximum(corners.min(0).astype(int), 0)
    x1, y1 = corners.max(0).astype(int) + 1
    old, new = before[y0:y1, x0:x1], scene.canvas[y0:y1, x0:x1]
    return old.size > 0 and np.mean(np.abs(old.astype(np.int16) - new) > 6) < 0.05


# ---- light and camera --------------------------------------------------------------------------------------


def shine(picture, x, y, radius, colour, power):
    """Adds a lamp's glare to a float picture: a saturated core in a wide halo."""
    reach = int(radius * 6) + 2
    x0, y0 = max(0, int(x) - reach), max(0, int(y) - reach)
    x1, y1 = min(picture.shape[1], int(x) + reach), min(picture.shape[0], int(y) + reach)
    if x1 <= x0 or y1 <= y0:
        return
    dx = (np.arange(x0, x1, dtype=np.float32) - x) / radius
    dy = (np.arange(y0, y1, dtype=np.float32) - y) / radius
    square = dx[None, :] ** 2 + dy[:, None] ** 2
    halo = power * (np.exp(-square) * 1.5 + 0.35 * np.exp(-square / 6) * np.maximum(0, 1 - square / 36))
    picture[y0:y1, x0:x1] += halo[:, :, None] * colour


def light(scene, picture, corners_list):
    """Day, dusk or night: shadows, darkness with shining lamps, haze. Works on the finished size."""
    height, width = picture.shape[:2]
    night = scene.chance(0.35)
    if scene.chance(0.35):  # cast shadow
        edge = (np.linspace(-1, 1, width, dtype=np.float32)[None, :] * scene.uniform(-1, 1) +
                np.linspace(-1, 1, height, dtype=np.float32)[:, None] * scene.uniform(-1, 1))
        soft = np.clip((edge - scene.uniform(-0.6, 0.6)) * scene.uniform(3, 60), 0, 1)
        picture *= (1 - soft * scene.uniform(0.2, 0.65))[:, :, None]
    if night:
        dark = scene.uniform(0.08, 0.5)
        boost = scene.uniform(0.6, 4.0)  # plates throw the lamps' light back
        before = picture.copy() if boost > 1 else None
        picture *= dark
        if scene.chance(0.7):
            fall = np.exp(-(((np.arange(width) - scene.uniform(0.2, 0.8) * width) / (width * scene.uniform(0.2, 0.8))) ** 2))
            drop = np.exp(-(((np.arange(height) - scene.uniform(0.2, 0.9) * height) / (height * scene.uniform(0.2, 0.8))) ** 2))
            picture *= (0.35 + 1.2 * drop[:, None] * fall[None, :])[:, :, None].astype(np.float32)
        if before is not None:
            for corners in corners_list:
                mask = np.zeros((height, width), np.uint8)
                cv2.fillConvexPoly(mask, np.round(corners * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
                x0, y0 = np.maximum(corners.min(0).astype(int), 0)
                x1, y1 = corners.max(0).astype(int) + 2
                weight = mask[y0:y1, x0:x1, None].astype(np.float32) / 255 * min(1.0, dark * boost)
                picture[y0:y1, x0:x1] = np.maximum(picture[y0:y1, x0:x1], before[y0:y1, x0:x1] * weight)
    on = scene.chance(0.8) if night else scene.chance(0.12)
    if on:
        tint = np.float32(scene.pick([(255, 255, 255), (190, 235, 255), (255, 240, 220), (235, 250, 255)]))
        power = scene.uniform(0.3, 1.6)
        for x, y, radius, strength in scene.glow:
            colour = tint if strength != 0.3 else np.float32((40, 40, 255))
            shine(picture, x / WORK, y / WORK, max(1.5, radius / WORK * scene.uniform(0.4, 1.5)), colour,
                  power * min(1.0, strength * 1.5))
    if night and scene.chance(0.3):
        for _ in range(int(scene.rng.integers(1, 4))):
            shine(picture, scene.uniform(0, width), scene.uniform(0, height), scene.uniform(2, 30),
                  np.float32(scene.colour(120, 255)), scene.uniform(0.05, 1.0))
    if scene.chance(0.12):  # haze, or flare over everything
        veil = scene.uniform(0.1, 0.6)
        picture *= 1 - veil
        picture += np.float32(scene.grey(60, 230)) * veil
    if scene.chance(0.06):  # rain
        streaks = np.zeros((height, width), np.uint8)
        lean = scene.uniform(-4, 4)
        for _ in range(int(scene.rng.integers(20, 90))):
            x, y, long = scene.uniform(0, width), scene.uniform(0, height), scene.uniform(4, 18)
            cv2.line(streaks, (int(x), int(y)), (int(x + lean), int(y + long)), 255, 1, cv2.LINE_AA)
        picture += streaks[:, :, None] * scene.uniform(0.1, 0.4)
    if night:  # the camera opens up until something is to be seen
        picture *= max(1.0, scene.uniform(12, 70) / (picture.mean() + 1))
    return picture, night


def camera(scene, picture, night):
    """Lens, sensor, colour, and the coding of the stream."""
    if scene.chance(0.25):
        picture = cv2.GaussianBlur(picture, (0, 0), scene.uniform(0.3, 1.3))
    if scene.chance(0.12):
        long = int(scene.rng.integers(2, 6))
        kernel = np.zeros((long, long), np.float32)
        a, b = scene.pick([((0, long // 2), (long - 1, long // 2)), ((long // 2, 0), (long // 2, long - 1)),
                           ((0, 0), (long - 1, long - 1))])
        cv2.line(kernel, a, b, 1.0, 1)
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
    if scene.chance(0.3):  # sharpened by the camera
        soft = cv2.GaussianBlur(picture, (0, 0), scene.uniform(0.6, 1.5))
        picture = picture + (picture - soft) * scene.uniform(0.3, 1.5)
    if scene.chance(0.7):
        picture = picture * scene.rng.uniform(0.75, 1.25, 3).astype(np.float32)
    if scene.chance(0.12):  # a strong cast
        picture = picture * scene.rng.uniform(0.15, 1.3, 3).astype(np.float32)
    if scene.chance(0.08):
        picture = picture[:, :, scene.rng.permutation(3)]
    if scene.chance(0.35 if night else 0.07):  # infra-red or a grey camera
        weights = scene.rng.dirichlet((2, 3, 3)).astype(np.float32)
        picture = np.repeat((picture @ weights)[:, :, None], 3, 2)
    if scene.chance(0.6):
        grey = picture.mean(2, keepdims=True)
        picture = grey + (picture - grey) * scene.uniform(0.4, 1.5)
    picture = np.clip(picture, 0, 255) / 255
    picture = picture ** math.exp(scene.uniform(-0.5, 0.5))
    picture = (picture - 0.5) * scene.uniform(0.7, 1.3) + 0.5 + scene.uniform(-0.1, 0.1)
    if scene.chance(0.7):
        sigma = (0.06 if night else 0.03) * scene.uniform(0, 1)
        picture = picture + scene.stock.noise(scene.rng, picture.shape) * sigma
    return np.clip(picture * 255, 0, 255).astype(np.uint8)


def overlay(scene, picture):
    """The camera's own clock and name, burnt into a corner."""
    height, width = picture.shape[:2]
    colour = scene.pick([(255, 255, 255), (240, 240, 240), (0, 255, 255), (0, 0, 0)])
    scale = scene.uniform(0.25, 0.6)
    text = f"20{scene.rng.integers(10, 27)}-{scene.rng.integers(1, 13):02d}-{scene.rng.integers(1, 29):02d} " \
           f"{scene.rng.integers(24):02d}:{scene.rng.integers(60):02d}:{scene.rng.integers(60):02d}"
    place = (int(scene.uniform(2, width * 0.6)), scene.pick([int(12 + 10 * scale), int(height - 6), int(height * 0.75)]))
    cv2.putText(picture, text, place, scene.pick(FONTS[:2]), scale, colour, 1, cv2.LINE_AA)
    if scene.chance(0.5):
        for index in range(int(scene.rng.integers(2, 7))):
            size = 22 * scale
            hanzi_like(scene, picture, place[0] + index * size, place[1] + 3, size * 0.85, colour, 1)


def draw(rng, stock, width, height):
    """One scene: (BGR picture of width x height, plates as `judged` gives them)."""
    scene = Scene(rng, stock, width, height)
    surroundings(scene)
    if scene.chance(0.25):
        striped_barrier(scene)
    count = scene.pick([0, 1, 1, 1, 1, 1, 2, 2, 3])
    for _ in range(count):
        older = scene.plates
        before = scene.canvas.copy() if older else None
        scene.plates = []
        plate_width = math.exp(scene.uniform(math.log(13), math.log(165 if count == 1 else 70)))
        place = free_place(scene, plate_width * WORK, older)
        if place is None:
            pass
        elif scene.chance(0.12):
            add_loose_plate(scene, place, plate_width * WORK)
        else:
            add_vehicle(scene, place, plate_width * WORK)
        scene.plates += [plate for plate in older if shows(scene, before, plate[0])]
    picture = cv2.resize(scene.canvas, (width, height), interpolation=scene.pick([cv2.INTER_AREA, cv2.INTER_LINEAR]))
    picture = picture.astype(np.float32)
    picture += scene.stock.cut(rng, width, height)[:, :, None] * scene.uniform(0, 6)
    found = [((corners + 0.5) / WORK - 0.5, rows, exact) for corners, rows, exact in scene.plates]
    picture, night = light(scene, picture, [corners for corners, _, _ in found])
    picture = np.ascontiguousarray(camera(scene, picture, night))
    if scene.chance(0.3):
        overlay(scene, picture)
    bar = height - int(scene.uniform(0, 0.3) * height)
    if scene.chance(0.15) and all(corners[:, 1].max() < bar for corners, _, _ in found):
        picture[bar:] = 0  # as a padded input has it
    return picture, judged(found, picture)


def judged(found, picture):
    """Each plate as (4x2 corners, rows, weight): weight 1 to learn from, 0.5 for a real crop, whose corners are not
    known, 0 for what is cut off or too faint to ask anybody about."""
    height, width = picture.shape[:2]
    plates = []
    for corners, rows, exact in found:
        x0, y0 = np.maximum(np.floor(corners.min(0)).astype(int), 0)
        x1, y1 = np.minimum(np.ceil(corners.max(0)).astype(int) + 1, [width, height])
        if x1 <= x0 or y1 <= y0:
            continue
        whole = corners.min() >= -2 and corners[:, 0].max() < width + 2 and corners[:, 1].max() < height + 2
        visible = whole and picture[y0:y1, x0:x1].std() > 4
        plates.append((corners, rows, (1.0 if exact else 0.5) if visible else 0.0))
    return plates
