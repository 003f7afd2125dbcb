"""ONNX Runtime: inference of the PyTorch model, exported by PyTorch."""
import contextlib
import os
import sys
import tempfile
import warnings

import onnxruntime
import torch

import torch_peer
from timing import measure


def run(job):
    net, images = torch_peer.prepare(job)
    net.eval()
    parameters = sum(weight.numel() for weight in net.parameters())
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        with contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            torch.onnx.export(net, (images,), path, input_names=["images"], output_names=["logits"], verbose=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = job["threads"]
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    feed = {"images": images.numpy()}
    measured = measure(lambda: session.run(None, feed), job["runs"], job["seconds"], 2)
    del measured["residentBytes"]  # of the export, not of the runtime
    return {**measured, "parameters": parameters}
