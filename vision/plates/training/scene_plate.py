"""Plates as they are on vehicles: dirty, shaded, bent in colour; drawn, or real crops."""

import numpy as np


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
