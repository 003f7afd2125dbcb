"""TensorFlow in Python: whole training steps and inference as one tf.function."""
import os

os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import tensorflow as tf

from networks import build
from tensorflow_layers import TensorflowLayers
from timing import measure


def run(job):
    tf.config.threading.set_intra_op_parallelism_threads(job["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(job["threads"])  # as clas has it
    case = job["case"]
    images = tf.random.uniform([case["batch"], case["size"], case["size"], 3], -1, 1, seed=1)
    net = TensorflowLayers(build(case["model"]), images[:1])
    step = training(net, job["optimizer"]) if job["work"] == "training step" else inference(net)
    labels = tf.one_hot(tf.range(case["batch"]), 1000)
    measured = measure(lambda: step(images, labels).numpy(), job["runs"], job["seconds"], 3)
    return {**measured, "parameters": sum(int(tf.size(weight)) for weight in net.weights.values())}


def training(net, options):
    weights = list(net.weights.values())
    velocities = [tf.Variable(tf.zeros_like(weight), trainable=False) for weight in weights]

    @tf.function
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels, net(images, True)))
        for weight, velocity, gradient in zip(weights, velocities, tape.gradient(loss, weights)):
            tf.raw_ops.ResourceApplyMomentum(
                var=weight.handle,
                accum=velocity.handle,
                lr=options["lr"],
                grad=gradient + options["weightDecay"] * weight,
                momentum=options["momentum"],
            )
        return loss

    return step


def inference(net):
    return tf.function(lambda images, _labels: net(images, False))
