"""PyTorch's kernels at the sizes of kernels.ts; convolutions and batch normalisation in the better of both layouts."""
import statistics

import torch
import torch.nn.functional as F

from timing import measure


def run(job):
    torch.set_num_threads(job["threads"])
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    with torch.inference_mode():
        return [{"value": best(case, job)} for case in job["cases"]]


def best(case, job):
    layouts = LAYOUTS if len(case["x"]) == 4 and case["op"] in ("conv", "batchNorm") else {"": torch.contiguous_format}
    results = []
    for label, layout in layouts.items():
        call = CALLS[case["op"]](case, layout)
        results.append({**measure(call, job["runs"], job["seconds"], 3), "note": label})
    return min(results, key=lambda result: statistics.median(result["milliseconds"]))


LAYOUTS = {"NCHW": torch.contiguous_format, "channels_last": torch.channels_last}


def random(shape):
    return torch.rand(shape) * 2 - 1


def images(shape, layout):
    batch, height, width, channels = shape
    return random((batch, channels, height, width)).contiguous(memory_format=layout)


def mat_mul(case, _layout):
    a, b = random(case["x"]), random(case["w"])
    a = a.transpose(-1, -2) if case.get("transposeA") else a
    b = b.transpose(-1, -2) if case.get("transposeB") else b
    return lambda: torch.matmul(a, b)


def conv(case, layout):
    size, _, inputs, out = case["w"]
    x = images(case["x"], layout)
    w = random((out, inputs, size, size)).contiguous(memory_format=layout)
    stride, pad, dilation, groups = ([case[key]] * 2 for key in ("stride", "pad", "dilation", "groups"))
    groups = groups[0]
    if case["pass"] == "forward":
        return lambda: F.conv2d(x, w, None, stride, pad, dilation, groups)
    dy = random(F.conv2d(x, w, None, stride, pad, dilation, groups).shape).contiguous(memory_format=layout)
    mask = {"input gradient": [True, False, False], "weight gradient": [False, True, False]}[case["pass"]]
    backward = torch.ops.aten.convolution_backward
    return lambda: backward(dy, x, w, None, stride, pad, dilation, False, [0, 0], groups, mask)


def batch_norm(case, layout):
    x, dy = images(case["x"], layout), images(case["x"], layout)
    channels = case["x"][-1]
    gamma, beta = random((channels,)), random((channels,))
    forward = torch.ops.aten.native_batch_norm
    if case["pass"] == "forward":
        return lambda: forward(x, gamma, beta, None, None, True, 0.1, 1e-5)
    _, mean, inverse = forward(x, gamma, beta, None, None, True, 0.1, 1e-5)
    backward = torch.ops.aten.native_batch_norm_backward
    return lambda: backward(dy, x, gamma, None, None, mean, inverse, True, 1e-5, [True, True, True])


def layer_norm(case, _layout):
    x, dy = random(case["x"]), random(case["x"])
    channels = case["x"][-1]
    gamma, beta = random((channels,)), random((channels,))
    forward = torch.ops.aten.native_layer_norm
    if case["pass"] == "forward":
        return lambda: forward(x, [channels], gamma, beta, 1e-5)
    _, mean, inverse = forward(x, [channels], gamma, beta, 1e-5)
    backward = torch.ops.aten.native_layer_norm_backward
    return lambda: backward(dy, x, [channels], mean, inverse, gamma, beta, [True, True, True])


def softmax(case, _layout):
    x, dy = random(case["x"]), random(case["x"])
    if case["pass"] == "forward":
        return lambda: torch.softmax(x, -1)
    y = torch.softmax(x, -1)
    return lambda: torch.ops.aten._softmax_backward_data(dy, y, -1, torch.float32)


def gelu(case, _layout):
    x, dy = random(case["x"]), random(case["x"])
    if case["pass"] == "forward":
        return lambda: F.gelu(x)
    return lambda: torch.ops.aten.gelu_backward(dy, x)


CALLS = {
    "matMul": mat_mul,
    "conv": conv,
    "batchNorm": batch_norm,
    "layerNorm": layer_norm,
    "softmax": softmax,
    "gelu": gelu,
}
