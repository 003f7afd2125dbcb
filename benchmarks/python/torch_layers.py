"""The layers of networks.py in PyTorch: functional calls on a dictionary of parameters."""
import torch
import torch.nn.functional as F


class TorchLayers(torch.nn.Module):
    def __init__(self, network, example):
        super().__init__()
        self.network = network
        self.weights = torch.nn.ParameterDict()
        self.relu = F.relu
        self.hard_swish = F.hardswish
        self.gelu = F.gelu
        with torch.no_grad():
            self(example)
        # A plain dictionary is faster to look up than the container.
        self.found = dict(self.weights.items())

    def forward(self, x):
        return self.network(self, x)

    def weight(self, name, shape, fill=None):
        key = name.replace(".", "_")
        found = self.__dict__.get("found")
        if found is not None:
            return found[key]
        value = torch.full(shape, fill) if fill is not None else torch.randn(shape) * 0.02
        self.weights[key] = torch.nn.Parameter(value)
        return self.weights[key]

    def statistic(self, name, channels, fill):
        key = name.replace(".", "_")
        if key not in self._buffers:
            self.register_buffer(key, torch.full((channels,), fill))
        return self._buffers[key]

    def channels(self, x):
        return x.shape[1]

    def conv(self, name, x, out, size, stride=1, pad=0, depthwise=False, bias=False):
        inputs = x.shape[1]
        w = self.weight(name + ".w", (out, 1 if depthwise else inputs, size, size))
        b = self.weight(name + ".b", (out,), 0.0) if bias else None
        return F.conv2d(x, w, b, stride, pad, 1, inputs if depthwise else 1)

    def batch_norm(self, name, x):
        channels = x.shape[1]
        mean = self.statistic(name + ".mean", channels, 0.0)
        variance = self.statistic(name + ".variance", channels, 1.0)
        gamma, beta = self.weight(name + ".gamma", (channels,), 1.0), self.weight(name + ".beta", (channels,), 0.0)
        return F.batch_norm(x, mean, variance, gamma, beta, self.training, 0.1, 1e-5)

    def layer_norm(self, name, x):
        channels = x.shape[-1]
        gamma, beta = self.weight(name + ".gamma", (channels,), 1.0), self.weight(name + ".beta", (channels,), 0.0)
        return F.layer_norm(x, (channels,), gamma, beta, 1e-6)

    def linear(self, name, x, out):
        return F.linear(x, self.weight(name + ".w", (out, x.shape[-1])), self.weight(name + ".b", (out,), 0.0))

    def hard_sigmoid(self, x, slope):
        return F.hardsigmoid(x) if slope == 1 / 6 else torch.clamp(x * slope + 0.5, 0, 1)

    def max_pool(self, x, size, stride, pad):
        return F.max_pool2d(x, size, stride, pad)

    def average_pool(self, x, size, stride):
        return F.avg_pool2d(x, size, stride)

    def global_pool(self, x, keep=False):
        y = F.adaptive_avg_pool2d(x, 1)
        return y if keep else torch.flatten(y, 1)

    def flatten(self, x):
        return torch.flatten(x, 1)

    def dropout(self, x, p):
        return F.dropout(x, p, self.training)

    def tokens(self, x):
        return x.flatten(2).transpose(1, 2)

    def prepend(self, token, x):
        return torch.cat([token.expand(x.shape[0], -1, -1), x], 1)

    def attention(self, qkv, heads):
        batch, length, triple = qkv.shape
        q, k, v = qkv.reshape(batch, length, 3, heads, triple // 3 // heads).permute(2, 0, 3, 1, 4).unbind(0)
        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(batch, length, triple // 3)
