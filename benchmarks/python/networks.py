"""The five models, written once on layers that torch_layers.py and tensorflow_layers.py each provide.

Same architecture as clas has under the same name: same layers, sizes, order. `net` makes parameters at the first call
and finds them again by name afterwards.
"""


def build(name):
    return {
        "ResNet18": resnet18,
        "ResNet50_vd": resnet50_vd,
        "MobileNetV3_small_x1_0": mobilenet_v3_small,
        "PPLCNet_x1_0": pp_lcnet,
        "DeiT_tiny_patch16_224": deit_tiny,
    }[name]


def conv_bn(net, name, x, out, size, stride=1, depthwise=False, activation=None):
    x = net.conv(name + ".conv", x, out, size, stride, pad=(size - 1) // 2, depthwise=depthwise)
    x = net.batch_norm(name + ".bn", x)
    return activation(x) if activation else x


def resnet18(net, x):
    x = conv_bn(net, "stem", x, 64, 7, 2, activation=net.relu)
    x = net.max_pool(x, 3, 2, 1)
    channels = 64
    for stage, width in enumerate([64, 128, 256, 512]):
        for i in range(2):
            stride = 2 if i == 0 and stage > 0 else 1
            name = f"blocks.{stage}.{i}"
            y = conv_bn(net, name + ".0", x, width, 3, stride, activation=net.relu)
            y = conv_bn(net, name + ".1", y, width, 3)
            # PaddleClas projects in the first stage too, where the shape would not ask for it.
            short = conv_bn(net, name + ".short", x, width, 1, stride) if i == 0 else x
            x = net.relu(y + short)
            channels = width
    return net.linear("fc", net.global_pool(x), 1000)


def resnet50_vd(net, x):
    x = conv_bn(net, "stem.0", x, 32, 3, 2, activation=net.relu)
    x = conv_bn(net, "stem.1", x, 32, 3, activation=net.relu)
    x = conv_bn(net, "stem.2", x, 64, 3, activation=net.relu)
    x = net.max_pool(x, 3, 2, 1)
    for stage, (width, depth) in enumerate(zip([64, 128, 256, 512], [3, 4, 6, 3])):
        for i in range(depth):
            stride = 2 if i == 0 and stage > 0 else 1
            name = f"blocks.{stage}.{i}"
            y = conv_bn(net, name + ".0", x, width, 1, activation=net.relu)
            y = conv_bn(net, name + ".1", y, width, 3, stride, activation=net.relu)
            y = conv_bn(net, name + ".2", y, width * 4, 1)
            short = x
            if i == 0:
                short = net.average_pool(x, 2, 2) if stage > 0 else x
                short = conv_bn(net, name + ".short", short, width * 4, 1)
            x = net.relu(y + short)
    return net.linear("fc", net.global_pool(x), 1000)


def squeeze_excitation(net, name, x, slope):
    channels = net.channels(x)
    s = net.relu(net.conv(name + ".1", net.global_pool(x, keep=True), channels // 4, 1, bias=True))
    return x * net.hard_sigmoid(net.conv(name + ".2", s, channels, 1, bias=True), slope)


SMALL = [
    # kernel, expansion, width, squeeze and excitation, activation, stride
    (3, 16, 16, True, "relu", 2),
    (3, 72, 24, False, "relu", 2),
    (3, 88, 24, False, "relu", 1),
    (5, 96, 40, True, "hard_swish", 2),
    (5, 240, 40, True, "hard_swish", 1),
    (5, 240, 40, True, "hard_swish", 1),
    (5, 120, 48, True, "hard_swish", 1),
    (5, 144, 48, True, "hard_swish", 1),
    (5, 288, 96, True, "hard_swish", 2),
    (5, 576, 96, True, "hard_swish", 1),
    (5, 576, 96, True, "hard_swish", 1),
]


def mobilenet_v3_small(net, x):
    x = conv_bn(net, "conv", x, 16, 3, 2, activation=net.hard_swish)
    for i, (kernel, expanded, width, excited, activation, stride) in enumerate(SMALL):
        name, act = f"blocks.{i}", getattr(net, activation)
        y = conv_bn(net, name + ".expand", x, expanded, 1, activation=act)
        y = conv_bn(net, name + ".depthwise", y, expanded, kernel, stride, depthwise=True, activation=act)
        if excited:
            y = squeeze_excitation(net, name + ".se", y, 0.2)
        y = conv_bn(net, name + ".linear", y, width, 1)
        x = x + y if stride == 1 and net.channels(x) == width else y
    x = conv_bn(net, "last_second", x, 576, 1, activation=net.hard_swish)
    return classify(net, x)


STAGES = [
    # kernel, width, stride, squeeze and excitation
    (3, 32, 1, False),
    (3, 64, 2, False),
    (3, 64, 1, False),
    (3, 128, 2, False),
    (3, 128, 1, False),
    (3, 256, 2, False),
    *[(5, 256, 1, False)] * 5,
    (5, 512, 2, True),
    (5, 512, 1, True),
]


def pp_lcnet(net, x):
    x = conv_bn(net, "conv", x, 16, 3, 2, activation=net.hard_swish)
    for i, (kernel, width, stride, excited) in enumerate(STAGES):
        name, channels = f"blocks.{i}", net.channels(x)
        x = conv_bn(net, name + ".depthwise", x, channels, kernel, stride, depthwise=True, activation=net.hard_swish)
        if excited:
            x = squeeze_excitation(net, name + ".se", x, 1 / 6)
        x = conv_bn(net, name + ".pointwise", x, width, 1, activation=net.hard_swish)
    return classify(net, x)


def classify(net, x):
    x = net.hard_swish(net.conv("last", net.global_pool(x, keep=True), 1280, 1))
    return net.linear("fc", net.flatten(net.dropout(x, 0.2)), 1000)


def deit_tiny(net, x):
    dim, heads = 192, 3
    x = net.tokens(net.conv("patch_embed", x, dim, 16, 16, bias=True))  # [batch, 196, dim]
    x = net.prepend(net.weight("cls_token", (1, 1, dim)), x)
    x = x + net.weight("pos_embed", (1, 197, dim))
    for i in range(12):
        name = f"blocks.{i}"
        qkv = net.linear(name + ".qkv", net.layer_norm(name + ".norm1", x), 3 * dim)
        x = x + net.linear(name + ".proj", net.attention(qkv, heads), dim)
        y = net.gelu(net.linear(name + ".fc1", net.layer_norm(name + ".norm2", x), 4 * dim))
        x = x + net.linear(name + ".fc2", y, dim)
    return net.linear("head", net.layer_norm("norm", x)[:, 0], 1000)
