"""ONNX Runtime: inference of an ONNX file that onnx_export.py made."""
import numpy as np
import onnxruntime

from timing import measure


def run(job):
    case = job["case"]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = job["threads"]
    options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(job["onnx"]["path"], options, providers=["CPUExecutionProvider"])
    shape = (case["batch"], 3, case["size"], case["size"])
    feed = {"images": np.random.default_rng(1).uniform(-1, 1, shape).astype(np.float32)}
    measured = measure(lambda: session.run(None, feed), job["runs"], job["seconds"], 2)
    return {**measured, "parameters": job["onnx"]["parameters"]}
