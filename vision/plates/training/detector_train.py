"""Trains the plate detector on the scenes that detector_data.py wrote: detector_train.py SCENES WEIGHTS.pt BATCHES [UNTIL].

The rate falls to nothing over BATCHES; UNTIL ends before that, because the last third learns the drawing more than the plates.

WEIGHTS.pt holds weights averaged over the last few hundred batches; it is also written on the way, to look at.
"""

import math
import os
import sys
import time

import cv2
import numpy as np
import torch

from detector_data import augmented, read_shards
from detector_net import CORNER_UNIT, STRIDE, PlateDetector

WIDTH, HEIGHT, BATCH = 224, 160, 16
RATE = 2.5e-3
WARM_UP = 200  # batches
AVERAGING = 0.998
CORNER_WEIGHT, HEIGHT_WEIGHT = 10, 2.5  # a plate is three times as wide as high: its rows matter more


def targets(plates, width, height):
    """Heat (2), where heat counts (1), corner offsets (8) and their weight (1), as planes at the net's stride."""
    columns, rows = width // STRIDE, height // STRIDE
    planes = np.zeros((12, rows, columns), np.float32)
    planes[2] = 1
    xs = (np.arange(columns, dtype=np.float32) + 0.5) * STRIDE - 0.5
    ys = (np.arange(rows, dtype=np.float32) + 0.5) * STRIDE - 0.5
    for plate in plates:
        corners = plate[:8].reshape(4, 2)
        low, high = corners.min(0), corners.max(0)
        centre = corners.mean(0)
        column, row = int((centre[0] + 0.5) // STRIDE), int((centre[1] + 0.5) // STRIDE)
        whole = low.min() > -3 and high[0] < width + 2 and high[1] < height + 2
        if plate[9] == 0 or not whole or not (0 <= column < columns and 0 <= row < rows):
            x0, y0 = np.floor(low / STRIDE).astype(int)
            x1, y1 = np.ceil(high / STRIDE).astype(int) + 1
            planes[2, max(0, y0):max(0, y1), max(0, x0):max(0, x1)] = 0
            continue
        wide, tall = high - low
        sigma_x, sigma_y = max(2.8, wide / 8), max(2.8, tall / 8)
        hill = np.outer(np.exp(-0.5 * ((ys - ys[row]) / sigma_y) ** 2), np.exp(-0.5 * ((xs - xs[column]) / sigma_x) ** 2))
        channel = int(plate[8]) - 1
        planes[channel] = np.maximum(planes[channel], hill)
        if plate[9] < 1:
            continue
        near = hill > 0.4
        length = np.linalg.norm(corners[1] - corners[0])
        for k in range(4):
            planes[3 + 2 * k][near] = np.broadcast_to(corners[k, 0] - xs[None, :], near.shape)[near]
            planes[4 + 2 * k][near] = np.broadcast_to(corners[k, 1] - ys[:, None], near.shape)[near]
        planes[11][near] = hill[near] / max(length, 8.0)
    return planes


def losses(heat, corners, planes):
    """Focal loss of the centres, and how far off the corners are as a share of the plate's width."""
    wanted, counts = planes[:, 0:2], planes[:, 2:3]
    likely = torch.sigmoid(heat).clamp(1e-5, 1 - 1e-5)
    peak = (wanted > 0.999).float() * counts
    found = -torch.log(likely) * (1 - likely) ** 2 * peak
    empty = -torch.log(1 - likely) * likely ** 2 * (1 - wanted) ** 4 * counts * (1 - peak)
    number = peak.sum().clamp(min=1.0)
    heat_loss = (found.sum() + empty.sum()) / number
    weight = planes[:, 11:12]  # hill / width in pixels
    error = (corners * CORNER_UNIT - planes[:, 3:11]).abs() * weight
    error = error[:, 0::2] + HEIGHT_WEIGHT * error[:, 1::2]
    corner_loss = error.sum() / (8 * (weight > 0).float().sum().clamp(min=1.0))
    return heat_loss, corner_loss


def batch_of(rng, items):
    pictures, planes = [], []
    for index in rng.integers(0, len(items), BATCH):
        picture, plates = augmented(rng, items[int(index)], WIDTH, HEIGHT)
        pictures.append(picture)
        planes.append(targets(plates, WIDTH, HEIGHT))
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2)), torch.from_numpy(np.stack(planes))


def average_into(mean, net, share):
    with torch.no_grad():
        for kept, new in zip(mean.state_dict().values(), net.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.mul_(share).add_(new, alpha=1 - share)
            else:
                kept.copy_(new)


def rate_at(batch, batches):
    """Up in a moment, then down along a cosine."""
    return RATE * min(1, (batch + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * batch / batches)) + 1e-5


def keep(net, path):
    torch.save(net.state_dict(), path + ".part")
    os.replace(path + ".part", path)


def train(scenes, output, batches, until):
    rng = np.random.default_rng(66)
    net, mean = (PlateDetector().to(memory_format=torch.channels_last) for _ in range(2))  # twice as fast
    mean.load_state_dict(net.state_dict())
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-4)
    sums, noted = np.zeros(2), time.monotonic()
    for batch in range(1, until + 1):
        for group in optimiser.param_groups:
            group["lr"] = rate_at(batch, batches)
        pictures, planes = batch_of(rng, scenes)
        heat_loss, corner_loss = losses(*net(pictures), planes)
        optimiser.zero_grad()
        (heat_loss + CORNER_WEIGHT * corner_loss).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        average_into(mean, net, min(AVERAGING, batch / (batch + 20)))
        sums += [float(heat_loss), float(corner_loss)]
        if batch % 100 == 0:
            print(f"batch {batch} of {batches}: heat {sums[0] / 100:.3f}, corners {sums[1] / 100:.4f}, "
                  f"{100 * BATCH / (time.monotonic() - noted):.1f} pictures a second", flush=True)
            sums, noted = np.zeros(2), time.monotonic()
            keep(mean, output)
    keep(mean, output)


def main():
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(6)
    train(read_shards(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[-1]))


if __name__ == "__main__":
    main()
