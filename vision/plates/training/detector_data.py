"""Writes scenes to shards and reads them back as training batches.

A shard is an .npz of some hundred scenes as JPEG with their plates. Usage: detector_data.py FOLDER FIRST LAST
writes the shards FIRST..LAST-1; each comes from its own number as seed, so that processes can share the work.
"""

import os
import sys

import cv2
import numpy as np

import crops
import scenes
from scene import Stock

WIDTH, HEIGHT = 256, 192
PER_SHARD = 500
PART = ".part.npz"  # of a shard not yet written to its end


def write_shard(folder, number, stock):
    name = os.path.join(folder, f"scenes_{number:04d}.npz")
    if os.path.exists(name):
        return
    rng = np.random.default_rng((6, number))
    pictures, plates = [], []
    for index in range(PER_SHARD):
        picture, found = scenes.draw(rng, stock, WIDTH, HEIGHT)
        quality = int(rng.integers(45, 97))
        pictures.append(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].ravel())
        plates += [[index, *corners.ravel(), rows, weight] for corners, rows, weight in found]
    ends = np.cumsum([len(p) for p in pictures])
    np.savez(name + PART, pictures=np.concatenate(pictures), ends=ends,
             plates=np.float32(plates).reshape(-1, 11))
    os.rename(name + PART, name)


def read_shards(folder):
    """All scenes of a folder, in memory as (JPEG, plates of 10 numbers: 8 of corners, rows, weight)."""
    scenes_read = []
    for name in sorted(os.listdir(folder)):
        if name.endswith(".npz") and not name.endswith(PART):
            shard = np.load(os.path.join(folder, name))
            plates = shard["plates"]
            pictures = np.split(shard["pictures"], shard["ends"][:-1])
            scenes_read += [(picture, plates[plates[:, 0] == index][:, 1:]) for index, picture in enumerate(pictures)]
    return scenes_read


def augmented(rng, item, width, height):
    """A random window of a stored scene in a light of its own: (BGR picture, plates of 10 numbers)."""
    jpeg, plates = item
    picture = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
    plates = plates.copy()
    x = int(rng.integers(0, picture.shape[1] - width + 1))
    y = int(rng.integers(0, picture.shape[0] - height + 1))
    picture = picture[y:y + height, x:x + width].astype(np.float32)
    plates[:, 0:8:2] -= x
    plates[:, 1:8:2] -= y
    if rng.random() < 0.5:  # mirrored; the corners change sides
        picture = picture[:, ::-1]
        plates[:, 0:8:2] = width - 1 - plates[:, 0:8:2]
        plates[:, :8] = plates[:, [2, 3, 0, 1, 6, 7, 4, 5]]
    if rng.random() < 0.8:
        picture = picture * (rng.uniform(0.7, 1.3) * rng.uniform(0.85, 1.15, 3).astype(np.float32)) + rng.uniform(-15, 15)
        picture = np.clip(picture, 0, 255)
    return picture, plates


def main():
    folder, first, last = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    cv2.setNumThreads(1)
    os.makedirs(folder, exist_ok=True)
    stock = Stock(6, crops.for_training())
    for number in range(first, last):
        write_shard(folder, number, stock)


if __name__ == "__main__":
    main()
