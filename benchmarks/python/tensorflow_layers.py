"""The layers of networks.py in TensorFlow: raw operations on variables, no Keras."""
import numpy as np
import tensorflow as tf


class TensorflowLayers:
    def __init__(self, network, example):
        self.network = network
        self.weights, self.statistics, self.training = {}, {}, False
        self.relu = tf.nn.relu
        self.random = np.random.default_rng(1)
        self.network(self, example)

    def __call__(self, x, training):
        self.training = training
        return self.network(self, x)

    def weight(self, name, shape, fill=None):
        if name not in self.weights:
            value = np.full(shape, fill) if fill is not None else self.random.normal(0, 0.02, shape)
            self.weights[name] = tf.Variable(value.astype(np.float32))
        return self.weights[name]

    def statistic(self, name, channels, fill):
        if name not in self.statistics:
            self.statistics[name] = tf.Variable(np.full(channels, fill, np.float32), trainable=False)
        return self.statistics[name]

    def channels(self, x):
        return x.shape[-1]

    def conv(self, name, x, out, size, stride=1, pad=0, depthwise=False, bias=False):
        inputs = x.shape[-1]
        x, padding = self.padded(x, size, stride, pad)
        if depthwise:
            w = self.weight(name + ".w", (size, size, inputs, 1))
            y = tf.nn.depthwise_conv2d(x, w, [1, stride, stride, 1], padding)
        else:
            y = tf.nn.conv2d(x, self.weight(name + ".w", (size, size, inputs, out)), stride, padding)
        return tf.nn.bias_add(y, self.weight(name + ".b", (out,), 0.0)) if bias else y

    def padded(self, x, size, stride, pad):
        """The fastest way to say it: gradients with a list of pads miss oneDNN's kernels and take up to 5 times as long."""
        if pad == 0:
            return x, "VALID"
        pads = [[0, 0], [pad, pad], [pad, pad], [0, 0]]
        if not self.training:
            return x, pads
        return (x, "SAME") if stride == 1 and 2 * pad == size - 1 else (tf.pad(x, pads), "VALID")

    def batch_norm(self, name, x):
        channels = x.shape[-1]
        mean = self.statistic(name + ".mean", channels, 0.0)
        variance = self.statistic(name + ".variance", channels, 1.0)
        gamma, beta = self.weight(name + ".gamma", (channels,), 1.0), self.weight(name + ".beta", (channels,), 0.0)
        if not self.training:
            return tf.compat.v1.nn.fused_batch_norm(x, gamma, beta, mean, variance, 1e-5, is_training=False)[0]
        y, batch_mean, batch_variance = tf.compat.v1.nn.fused_batch_norm(x, gamma, beta, epsilon=1e-5)
        mean.assign_add(0.1 * (batch_mean - mean))
        variance.assign_add(0.1 * (batch_variance - variance))
        return y

    def layer_norm(self, name, x):
        channels = x.shape[-1]
        gamma, beta = self.weight(name + ".gamma", (channels,), 1.0), self.weight(name + ".beta", (channels,), 0.0)
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 1e-6)

    def linear(self, name, x, out):
        inputs = x.shape[-1]
        w, b = self.weight(name + ".w", (inputs, out)), self.weight(name + ".b", (out,), 0.0)
        y = tf.nn.bias_add(tf.matmul(tf.reshape(x, [-1, inputs]), w), b)
        return tf.reshape(y, [*x.shape[:-1], out])

    def hard_sigmoid(self, x, slope):
        return tf.clip_by_value(x * slope + 0.5, 0.0, 1.0)

    def hard_swish(self, x):
        return x * (tf.nn.relu6(x + 3) * (1 / 6))

    def gelu(self, x):
        return tf.nn.gelu(x, approximate=False)

    def max_pool(self, x, size, stride, pad):
        return tf.nn.max_pool2d(x, size, stride, [[0, 0], [pad, pad], [pad, pad], [0, 0]])

    def average_pool(self, x, size, stride):
        return tf.nn.avg_pool2d(x, size, stride, "VALID")

    def global_pool(self, x, keep=False):
        return tf.reduce_mean(x, [1, 2], keepdims=keep)

    def flatten(self, x):
        return tf.reshape(x, [x.shape[0], -1])

    def dropout(self, x, p):
        return tf.nn.dropout(x, p) if self.training else x

    def tokens(self, x):
        return tf.reshape(x, [x.shape[0], -1, x.shape[-1]])

    def prepend(self, token, x):
        return tf.concat([tf.tile(token, [x.shape[0], 1, 1]), x], 1)

    def attention(self, qkv, heads):
        batch, length, triple = qkv.shape
        depth = triple // 3 // heads
        q, k, v = tf.unstack(tf.transpose(tf.reshape(qkv, [batch, length, 3, heads, depth]), [2, 0, 3, 1, 4]))
        scores = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) * depth**-0.5)
        return tf.reshape(tf.transpose(tf.matmul(scores, v), [0, 2, 1, 3]), [batch, length, triple // 3])
