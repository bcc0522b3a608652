"""The shipped networks are what their training code describes, and OpenCV computes them as PyTorch does."""
import pathlib
import sys
import unittest

PLATES = pathlib.Path(__file__).resolve().parents[2] / "vision" / "plates"
sys.path.insert(0, str(PLATES / "training"))

try:
    import cv2
    import numpy as np
    import onnx
    import onnx.numpy_helper
    import torch
except ImportError as missing:
    print(f"python3-torch, python3-onnx and python3-opencv are needed: {missing}")
    sys.exit(77)

import detector_export
import detector_net
import reader_data
import reader_evaluate
import reader_net

NEAR = 1e-3
NORMS = (torch.nn.BatchNorm2d,)
WEIGHTED = (torch.nn.Conv2d, torch.nn.InstanceNorm2d)


def with_weights_of(path, net, picture):
    """`net` with the weights of the ONNX file, whose convolutions have swallowed the batch norms."""
    graph = onnx.load(str(path)).graph
    values = {one.name: onnx.numpy_helper.to_array(one) for one in graph.initializer}
    nodes = [node for node in graph.node if node.op_type in ("Conv", "InstanceNormalization")]
    used = []
    for module in net.eval().modules():
        if isinstance(module, WEIGHTED):
            module.register_forward_hook(lambda done, *_: used.append(done))
        if isinstance(module, NORMS):
            module.eps = 0.0
    with torch.no_grad():
        net(picture)
        assert len(used) == len(nodes), "the file is of another network"
        for module, node in zip(list(used), nodes):
            weight, bias = (torch.tensor(values[name]) for name in node.input[1:3])
            assert module.weight.shape == weight.shape, "the file is of another network"
            module.weight, module.bias = torch.nn.Parameter(weight), torch.nn.Parameter(bias)
    return net


class Networks(unittest.TestCase):
    def compare(self, path, net, picture, names):
        blob = cv2.dnn.blobFromImage(picture)
        ours = with_weights_of(path, net, torch.tensor(blob))
        loaded = cv2.dnn.readNetFromONNX(str(path))
        loaded.setInput(blob)
        with torch.no_grad():
            for name, theirs, expected in zip(names, loaded.forward(names), ours(torch.tensor(blob))):
                self.assertEqual(theirs.size, expected.numel(), name)
                scale = max(1.0, float(expected.abs().max()))
                worst = float(np.abs(theirs.reshape(expected.shape) - expected.numpy()).max())
                self.assertLess(worst / scale, NEAR, name)

    def test_reader_is_the_same_in_opencv_and_pytorch(self):
        picture, _, _ = reader_data.sample(np.random.default_rng(1))
        self.compare(PLATES / "plate_reader.onnx", reader_net.Reader(), picture, ["text", "colour"])

    def test_detector_is_the_same_in_opencv_and_pytorch(self):
        picture = np.random.default_rng(1).integers(0, 256, (192, 320, 3)).astype(np.uint8)
        net = detector_export.Exported(detector_net.PlateDetector())
        self.compare(PLATES / "plate_detector.onnx", net, picture, ["heat", "corners"])

    def test_reader_reads_clean_plates_of_every_colour(self):
        reader = reader_evaluate.Reader(str(PLATES / "plate_reader.onnx"))
        for kind in ("blue", "yellow", "green", "police", "border", "yellow double"):
            plate = reader_data.plates.draw(np.random.default_rng(2), kind)
            h, w = plate.picture.shape[:2]
            cut = reader_data.reader_cut.cut(plate.picture, [[0, 0], [w, 0], [w, h], [0, h]], plate.rows)
            text, _, colour = reader.read(cut)
            self.assertEqual((text, colour), (plate.text, plate.colour), kind)


if __name__ == "__main__":
    unittest.main()
