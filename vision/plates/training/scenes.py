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

from scene import WORK, Scene
from scene_camera import camera, light, overlay
from scene_pen import Pen, homography
from scene_plate import put_plate
from scene_surroundings import striped_barrier, surroundings
from scene_vehicle import BODIES, Vehicle, surround


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
    with_plate = scene.chance(0.85)
    Vehicle(scene, pen).draw()
    if with_plate:
        put_plate(scene, pen)


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
