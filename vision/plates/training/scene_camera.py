"""Light by day and night, then lens, sensor and coding of the camera."""

import math

import cv2
import numpy as np

from scene import REAR_GLOW, WORK
from scene_text import FONTS, hanzi_like


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
    """Day, dusk or night with shining lamps, haze and rain, on the finished size. Returns picture and whether it is night."""
    night = scene.chance(0.35)
    if scene.chance(0.35):
        cast_shadow(scene, picture)
    if night:
        darken(scene, picture, corners_list)
    if scene.chance(0.8) if night else scene.chance(0.12):
        switch_lamps_on(scene, picture)
    if night and scene.chance(0.3):
        for _ in range(int(scene.rng.integers(1, 4))):
            shine(picture, scene.uniform(0, scene.width / WORK), scene.uniform(0, scene.height / WORK),
                  scene.uniform(2, 30), np.float32(scene.colour(120, 255)), scene.uniform(0.05, 1.0))
    if scene.chance(0.12):  # haze, or flare over everything
        veil = scene.uniform(0.1, 0.6)
        picture *= 1 - veil
        picture += np.float32(scene.grey(60, 230)) * veil
    if scene.chance(0.06):
        rain(scene, picture)
    if night:  # the camera opens up until something is to be seen
        picture *= max(1.0, scene.uniform(12, 70) / (picture.mean() + 1))
    return picture, night


def cast_shadow(scene, picture):
    height, width = picture.shape[:2]
    edge = (np.linspace(-1, 1, width, dtype=np.float32)[None, :] * scene.uniform(-1, 1) +
            np.linspace(-1, 1, height, dtype=np.float32)[:, None] * scene.uniform(-1, 1))
    soft = np.clip((edge - scene.uniform(-0.6, 0.6)) * scene.uniform(3, 60), 0, 1)
    picture *= (1 - soft * scene.uniform(0.2, 0.65))[:, :, None]


def darken(scene, picture, corners_list):
    """Night: dark but for a pool of light, and plates throw back more light than all around them."""
    height, width = picture.shape[:2]
    dark = scene.uniform(0.08, 0.5)
    boost = scene.uniform(0.6, 4.0)
    before = picture.copy() if boost > 1 else None
    picture *= dark
    if scene.chance(0.7):
        across, down = (hill(scene, side, low, high) for side, low, high in ((width, 0.2, 0.8), (height, 0.2, 0.9)))
        picture *= (0.35 + 1.2 * down[:, None] * across[None, :])[:, :, None].astype(np.float32)
    for corners in corners_list if before is not None else []:
        mask = np.zeros((height, width), np.uint8)
        cv2.fillConvexPoly(mask, np.round(corners * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        x0, y0 = np.maximum(corners.min(0).astype(int), 0)
        x1, y1 = corners.max(0).astype(int) + 2
        weight = mask[y0:y1, x0:x1, None].astype(np.float32) / 255 * min(1.0, dark * boost)
        picture[y0:y1, x0:x1] = np.maximum(picture[y0:y1, x0:x1], before[y0:y1, x0:x1] * weight)


def hill(scene, side, low, high):
    """A bell curve along a side, its middle between the shares low and high of it."""
    return np.exp(-(((np.arange(side) - scene.uniform(low, high) * side) / (side * scene.uniform(0.2, 0.8))) ** 2))


def switch_lamps_on(scene, picture):
    tint = np.float32(scene.pick([(255, 255, 255), (190, 235, 255), (255, 240, 220), (235, 250, 255)]))
    power = scene.uniform(0.3, 1.6)
    for x, y, radius, strength in scene.glow:
        colour = tint if strength != REAR_GLOW else np.float32((40, 40, 255))
        shine(picture, x / WORK, y / WORK, max(1.5, radius / WORK * scene.uniform(0.4, 1.5)), colour,
              power * min(1.0, strength * 1.5))


def rain(scene, picture):
    height, width = picture.shape[:2]
    streaks = np.zeros((height, width), np.uint8)
    lean = scene.uniform(-4, 4)
    for _ in range(int(scene.rng.integers(20, 90))):
        x, y, long = scene.uniform(0, width), scene.uniform(0, height), scene.uniform(4, 18)
        cv2.line(streaks, (int(x), int(y)), (int(x + lean), int(y + long)), 255, 1, cv2.LINE_AA)
    picture += streaks[:, :, None] * scene.uniform(0.1, 0.4)


def camera(scene, picture, night):
    """What lens, sensor and colour processing make of the light."""
    picture = coloured(scene, focused(scene, picture), night)
    picture = np.clip(picture, 0, 255) / 255
    picture = picture ** math.exp(scene.uniform(-0.5, 0.5))
    picture = (picture - 0.5) * scene.uniform(0.7, 1.3) + 0.5 + scene.uniform(-0.1, 0.1)
    if scene.chance(0.7):
        sigma = (0.06 if night else 0.03) * scene.uniform(0, 1)
        picture = picture + scene.stock.noise(scene.rng, picture.shape) * sigma
    return np.clip(picture * 255, 0, 255).astype(np.uint8)


def focused(scene, picture):
    """Out of focus, moved during the exposure, or sharpened by the camera."""
    if scene.chance(0.25):
        picture = cv2.GaussianBlur(picture, (0, 0), scene.uniform(0.3, 1.3))
    if scene.chance(0.12):
        long = int(scene.rng.integers(2, 6))
        kernel = np.zeros((long, long), np.float32)
        a, b = scene.pick([((0, long // 2), (long - 1, long // 2)), ((long // 2, 0), (long // 2, long - 1)),
                           ((0, 0), (long - 1, long - 1))])
        cv2.line(kernel, a, b, 1.0, 1)
        picture = cv2.filter2D(picture, -1, kernel / kernel.sum())
    if scene.chance(0.3):
        soft = cv2.GaussianBlur(picture, (0, 0), scene.uniform(0.6, 1.5))
        picture = picture + (picture - soft) * scene.uniform(0.3, 1.5)
    return picture


def coloured(scene, picture, night):
    """White balance, casts, infra-red and grey cameras, saturation."""
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
    return picture


def overlay(scene, picture):
    """The camera's own clock and name, burnt into a corner."""
    height, width = picture.shape[:2]
    colour = scene.pick([(255, 255, 255), (240, 240, 240), (0, 255, 255), (0, 0, 0)])
    scale = scene.uniform(0.25, 0.6)
    day = "20{:02d}-{:02d}-{:02d} ".format(*(scene.rng.integers(low, high) for low, high in ((10, 27), (1, 13), (1, 29))))
    text = day + "{:02d}:{:02d}:{:02d}".format(*(scene.rng.integers(count) for count in (24, 60, 60)))
    line = [int(12 + 10 * scale), int(height - 6), int(height * 0.75)]
    place = (int(scene.uniform(2, width * 0.6)), scene.pick(line))
    cv2.putText(picture, text, place, scene.pick(FONTS[:2]), scale, colour, 1, cv2.LINE_AA)
    if scene.chance(0.5):
        for index in range(int(scene.rng.integers(2, 7))):
            size = 22 * scale
            hanzi_like(scene, picture, place[0] + index * size, place[1] + 3, size * 0.85, colour, 1)
