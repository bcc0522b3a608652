"""Turns trained weights into the file that ships. Usage: detector_export.py WEIGHTS.pt MODEL.onnx.

Opset 10 and a fixed input of 320x192 are what OpenCV 4.6 imports; being fully convolutional, the net then takes any
other input whose sides are multiples of 32.
"""

import sys

import torch

from detector_net import Exported, PlateDetector


def main():
    detector = PlateDetector()
    detector.load_state_dict(torch.load(sys.argv[1]))
    torch.onnx.export(Exported(detector).eval(), torch.zeros(1, 3, 192, 320), sys.argv[2], opset_version=10,
                      input_names=["image"], output_names=["heat", "corners"])


if __name__ == "__main__":
    main()
