"""PyTorch: whole training steps and inference, eager, in the layout and precision that is asked for."""
import contextlib

import torch
import torch.nn.functional as F

from networks import build
from timing import measure
from torch_layers import TorchLayers


def prepare(job):
    threads, case = job["threads"], job["case"]
    torch.set_num_threads(threads)
    torch.set_num_interop_threads(1)
    torch.manual_seed(1)
    images = torch.rand(case["batch"], 3, case["size"], case["size"]) * 2 - 1
    net = TorchLayers(build(case["model"]), images[:1])
    if job["engine"].get("layout") == "channels_last":
        net = net.to(memory_format=torch.channels_last)
        images = images.to(memory_format=torch.channels_last)
    return net, images


def precision(job):
    if job["engine"]["precision"] == "bfloat16":
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return contextlib.nullcontext()


def run(job):
    net, images = prepare(job)
    call = training(net, images, job) if job["work"] == "training step" else inference(net, images, job)
    measured = measure(call, job["runs"], job["seconds"], 2)
    return {**measured, "parameters": sum(weight.numel() for weight in net.parameters())}


def training(net, images, job):
    labels = F.one_hot(torch.arange(len(images)), 1000).float()
    options = job["optimizer"]
    optimizer = torch.optim.SGD(
        net.parameters(), lr=options["lr"], momentum=options["momentum"], weight_decay=options["weightDecay"], fused=True
    )
    net.train()

    def call():
        optimizer.zero_grad(set_to_none=True)
        with precision(job):
            loss = F.cross_entropy(net(images), labels)
        loss.backward()
        optimizer.step()
        value = loss.item()
        if value != value:
            raise ValueError("the loss is not a number")

    return call


def inference(net, images, job):
    net.eval()

    def call():
        with torch.inference_mode(), precision(job):
            net(images).float().numpy()

    return call
