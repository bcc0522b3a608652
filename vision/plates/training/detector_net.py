"""The plate detector: a small fully convolutional net with one output map at a quarter of the input's size.

Input: 1x3xHxW, BGR as it is (0..255), H and W multiples of 32. Outputs: `heat` 1x2xH/4xW/4, the likelihood that a
single-row (0) or double-row (1) plate has its centre in the cell; `corners` 1x8xH/4xW/4, x and y of the plate's
corners (top left, top right, bottom right, bottom left) in input pixels from the centre of the cell. Only
operations that OpenCV 4.6 imports at opset 10.
"""

import torch
from torch import nn

STRIDE = 4
CORNER_UNIT = 16.0  # pixels a unit of the raw corner output: keeps the numbers near 1 for the optimiser


def conv(inputs, outputs, kernel=3, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
                         nn.BatchNorm2d(outputs), nn.ReLU(inplace=True))


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first = conv(channels, channels)
        self.second = nn.Sequential(nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels))

    def forward(self, x):
        return torch.relu(x + self.second(self.first(x)))


class PlateDetector(nn.Module):
    def __init__(self):
        super().__init__()
        self.quarter = nn.Sequential(conv(3, 16, stride=2), conv(16, 24, stride=2), conv(24, 24))
        self.eighth = nn.Sequential(conv(24, 48, stride=2), Residual(48))
        self.sixteenth = nn.Sequential(conv(48, 96, stride=2), Residual(96), Residual(96))
        self.deepest = nn.Sequential(conv(96, 128, stride=2), Residual(128))
        self.up16 = conv(128, 96, kernel=1)
        self.up8 = conv(96, 48, kernel=1)
        self.mix8 = conv(48, 48)
        self.up4 = conv(48, 24, kernel=1)
        self.mix4 = conv(24, 32)
        self.heat = nn.Conv2d(32, 2, 1)
        self.corners = nn.Sequential(conv(32, 32), nn.Conv2d(32, 8, 1))
        nn.init.constant_(self.heat.bias, -4.0)  # plates are rare: start from "no"
        self.twice = nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, x):
        """Raw maps: heat before the sigmoid, corners in CORNER_UNIT."""
        x = x * (1 / 64.0) - 2.0
        quarter = self.quarter(x)
        eighth = self.eighth(quarter)
        sixteenth = self.sixteenth(eighth)
        x = sixteenth + self.twice(self.up16(self.deepest(sixteenth)))
        x = self.mix8(eighth + self.twice(self.up8(x)))
        x = self.mix4(quarter + self.twice(self.up4(x)))
        return self.heat(x), self.corners(x)


class Exported(nn.Module):
    """The detector as it leaves training: likelihoods and pixels."""

    def __init__(self, detector):
        super().__init__()
        self.detector = detector

    def forward(self, image):
        heat, corners = self.detector(image)
        return torch.sigmoid(heat), corners * CORNER_UNIT
