"""Fronts and rears of vehicles, drawn around the place of their plate: x to the right, y down, in metres."""

import numpy as np

from scene import REAR_GLOW, shade
from scene_pen import bevelled
from scene_text import text_board

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
    scene.glow.append((spot[0], spot[1], pen.scale * tall, 1.0 if front else REAR_GLOW))


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


class Vehicle:
    """The measures and colours of one front or rear; y is 0 at the plate's centre."""

    def __init__(self, scene, pen):
        self.scene, self.pen = scene, pen
        self.truck = scene.chance(0.2)
        self.front = scene.chance(0.55)
        self.half = scene.uniform(0.72, 1.05) * (1.2 if self.truck else 1.0)  # of the width
        self.body = shade(scene.pick(BODIES), scene.uniform(0.85, 1.15), scene.uniform(-10, 10))
        self.below = scene.uniform(0.12, 0.45)
        # Front plates are low in the face of the vehicle, rear ones sometimes high.
        low = self.front or scene.chance(0.6)
        self.belt = -scene.uniform(0.35, 0.75) if low else -scene.uniform(0.2, 0.4)
        self.roof = self.belt - (scene.uniform(0.6, 1.4) if self.truck else scene.uniform(0.35, 0.75))
        self.slope = scene.uniform(0.0, 0.1) if self.truck else scene.uniform(0.08, 0.4)
        self.floor = self.below + scene.uniform(0.05, 0.25)

    def draw(self):
        self.shadow_and_wheels()
        if self.scene.chance(0.4):
            self.flank()
        self.shell()
        self.folds()
        self.metal, self.dark = self.scene.grey(120, 245), self.scene.grey(8, 60)
        self.bumper_and_grilles()
        self.lamps()
        self.writing()
        surround(self.scene, self.pen, self.dark, self.body)

    def shadow_and_wheels(self):
        scene, pen, floor = self.scene, self.pen, self.floor
        pen.oval(0, floor + 0.12, self.half * 1.1, scene.uniform(0.08, 0.2), scene.grey(5, 50))
        for side in (-1, 1):
            x = side * self.half * 0.86
            pen.box(x - 0.12, self.below - 0.1, x + 0.12, floor + 0.15, scene.grey(5, 45), 0.3)

    def flank(self):
        """The long side, when the vehicle is seen aslant."""
        scene, pen, half, belt, below, roof = self.scene, self.pen, self.half, self.belt, self.below, self.roof
        side = scene.pick([-1, 1])
        colour = shade(self.body, scene.uniform(0.5, 1.0))
        deep = scene.uniform(0.3, 1.6)
        far = side * (half + deep)
        pen.fill([[side * half, belt], [far, belt - 0.1], [far, below], [side * half, below]], colour)
        pen.fill([[side * half * 0.8, roof + 0.05], [side * (half + deep * 0.8), roof], [far, belt - 0.1],
                  [side * half, belt]], scene.grey(20, 120))
        pen.oval(side * (half + deep * 0.6), below, 0.18, 0.3, scene.grey(5, 45))
        pen.oval(side * (half + deep * 0.6), below, 0.1, 0.18, scene.grey(90, 200))

    def shell(self):
        """The painted body with its windscreen or rear window."""
        scene, half, belt, top = self.scene, self.half, self.belt, self.half * (1 - self.slope)
        left = [[-top, self.roof], [-half * 0.97, belt], [-half, belt * 0.3], [-half * 0.97, self.below]]
        painted(scene, self.pen, left, [[-x, y] for x, y in left], self.body)
        glass = scene.pick([scene.grey(10, 60), scene.grey(40, 120), scene.grey(100, 190), (110, 120, 60)])
        inset = scene.uniform(0.03, 0.1)
        sill = belt - scene.uniform(0, 0.08)
        window(scene, self.pen, [[inset - top, self.roof + inset], [top - inset, self.roof + inset],
                                 [half * 0.95 - inset, sill], [inset - half * 0.95, sill]], glass)

    def folds(self):
        scene, half = self.scene, self.half
        for _ in range(int(scene.rng.integers(1, 5))):
            y = scene.uniform(self.belt, self.below)
            bend = scene.uniform(-0.06, 0.06)
            self.pen.line([[-half, y], [-half * 0.5, y + bend], [half * 0.5, y + bend], [half, y]],
                          shade(self.body, scene.pick([0.55, 0.75, 1.2])), scene.uniform(0.004, 0.02))

    def bumper_and_grilles(self):
        scene, half, below = self.scene, self.half, self.below
        bumper = scene.uniform(-0.16, -0.08)
        if scene.chance(0.35):
            colour = scene.pick([self.dark, self.metal, shade(self.body, 0.8)])
            self.pen.box(-half, bumper - 0.02, half, below, colour, 0.15)
        if self.front and scene.chance(0.85):
            wide, top = half * scene.uniform(0.25, 0.75), self.belt * scene.uniform(0.6, 0.95)
            grille(scene, self.pen, wide, top, bumper - 0.02, self.dark)
        if scene.chance(0.4):  # the lower intake
            grille(scene, self.pen, half * scene.uniform(0.3, 0.8), below * 0.5, below * 0.95, self.dark)

    def lamps(self):
        scene, pen, half = self.scene, self.pen, self.half
        level = scene.uniform(self.belt * 0.85, -0.05)
        wide, tall = scene.uniform(0.15, 0.5), scene.uniform(0.08, 0.28)
        for side in (-1, 1):
            lamp(scene, pen, side * (half - wide * 0.55), level, wide, tall, self.front)
            if scene.chance(0.4):
                fog = [side * half * 0.75, scene.uniform(0.3, 0.9) * self.below]
                pen.oval(*fog, 0.06, 0.05, scene.grey(100, 255))
                spot = pen.at([fog])[0]
                scene.glow.append((spot[0], spot[1], pen.scale * 0.08, 0.4))

    def writing(self):
        """Badge, brand letters, taxi sign, stickers, a firm's name on a truck."""
        scene, pen, half, belt = self.scene, self.pen, self.half, self.belt
        if scene.chance(0.8):
            badge(scene, pen, scene.uniform(-0.02, 0.02), scene.uniform(belt * 0.9, -0.16), self.metal)
        for _ in range(int(scene.rng.integers(0, 3))):
            lettering(scene, pen, scene.uniform(-half * 0.9, half * 0.4), scene.uniform(belt * 0.9, self.below * 0.8),
                      scene.uniform(0.02, 0.07), scene.pick([self.metal, self.dark, scene.colour()]))
        if scene.chance(0.12):
            pen.paste(text_board(scene, 96, int(scene.uniform(24, 48))), -0.2, self.roof - 0.15, 0.2, self.roof)
        for _ in range(int(scene.rng.integers(0, 2))):
            x, y = scene.uniform(-half * 0.9, half * 0.6), scene.uniform(self.roof, self.below * 0.5)
            wide = scene.uniform(0.08, 0.4)
            sticker = text_board(scene, 80, int(scene.uniform(16, 70)))
            pen.paste(sticker, x, y, x + wide, y + wide * scene.uniform(0.2, 0.9))
        if self.truck and scene.chance(0.4):
            name = text_board(scene, 200, 40, back=self.body)
            pen.paste(name, -half * 0.7, belt * 0.8, half * 0.7, belt * 0.8 + 0.2)


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
