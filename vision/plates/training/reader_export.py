"""Writes trained weights of the reader as ONNX for OpenCV 4.6: `python3 reader_export.py IN.pt OUT.onnx`."""
import hashlib
import pathlib
import sys
import warnings

import torch

import reader_cut
import reader_net


def export(weights, path):
    net = reader_net.Reader()
    net.load_state_dict(torch.load(weights))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # instance norm has no other mode than the one it warns of
        torch.onnx.export(net.eval(), torch.zeros(1, 3, reader_cut.HEIGHT, reader_cut.WIDTH), str(path), opset_version=10,
                          input_names=["picture"], output_names=["text", "colour"])


if __name__ == "__main__":
    export(sys.argv[1], sys.argv[2])
    written = pathlib.Path(sys.argv[2]).read_bytes()
    print(f"{sys.argv[2]}: {len(written)} bytes, sha256 {hashlib.sha256(written).hexdigest()}")
