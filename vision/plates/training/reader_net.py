"""The reader's network: plain convolutions over a 48 x 160 cut, 40 steps of characters (CTC) and the plate's colour."""
import torch
from torch import nn

import plates
import reader_cut

CLASSES = len(plates.CHARACTERS) + 1  # 0 is CTC's blank
STEPS = reader_cut.WIDTH // 4


def _block(inputs, outputs, kernel=3, stride=1, padding=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True))


class Reader(nn.Module):
    """Input: n x 3 x 48 x 160, BGR 0..255. Outputs: scores of text (n x 40 x CLASSES) and colour (n x 5)."""

    def __init__(self):
        super().__init__()
        self.even = nn.InstanceNorm2d(1, eps=36.0, affine=True)
        self.shape = nn.Sequential(
            _block(3, 16, stride=2),  # 24 x 80
            _block(16, 48, stride=2),  # 12 x 40
            _block(48, 56),
            _block(56, 80, stride=(2, 1)),  # 6 x 40
        )
        self.character = nn.Sequential(
            _block(80, 128, stride=(2, 1)),  # 3 x 40
            _block(128, 128, padding=(0, 1)),  # 1 x 40
            _block(128, 128, (1, 5), padding=(0, 2)),
            nn.Dropout(0.1),
            nn.Conv2d(128, CLASSES, 1),
        )
        self.colour = nn.Conv2d(80, len(plates.COLOURS), 1)

    def forward(self, picture):
        # One mean and one deviation over all pixels and channels: a dark plate becomes a light one and keeps its hue.
        one = picture.reshape(-1, 1, 3 * reader_cut.HEIGHT, reader_cut.WIDTH)
        seen = self.shape(self.even(one).reshape(-1, 3, reader_cut.HEIGHT, reader_cut.WIDTH))
        text = self.character(seen).reshape(-1, CLASSES, STEPS).permute(0, 2, 1)
        colour = nn.functional.avg_pool2d(self.colour(seen), (6, 40)).reshape(-1, len(plates.COLOURS))
        return text, colour


def macs_per_plate():
    """Multiply-adds of the convolutions, for the table of figures."""
    total = 0

    def count(module, inputs, output):
        nonlocal total
        kernel = module.kernel_size[0] * module.kernel_size[1] * module.in_channels
        total += kernel * output.shape[1] * output.shape[2] * output.shape[3]

    net = Reader().eval()
    for module in net.modules():
        if isinstance(module, nn.Conv2d):
            module.register_forward_hook(count)
    net(torch.zeros(1, 3, reader_cut.HEIGHT, reader_cut.WIDTH))
    return total
