"""A scene under work, and what is drawn once for all scenes."""

import cv2
import numpy as np

import plates

WORK = 2  # drawing scale against the finished picture
REAR_GLOW = 0.3  # the strength by which a tail lamp is known in Scene.glow


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
