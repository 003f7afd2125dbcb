import { byRules, type NameMap } from './name-map.ts'

/** The number of a stage, whose key has the number of a module in a row of stages and what lies between them. */
const half = (index: string | undefined): number => Math.floor((Number(index) - 1) / 2)

/**
 * torchvision's names. Residual networks are in resnet.ts. Left out, as their architectures differ:
 *
 * - AlexNet, VGG, SqueezeNet, InceptionV3, MobileNetV3: in PaddleClas, dropout scales the features in inference. VGG's
 *   convolutions have no bias there, SqueezeNet's poolings round down, InceptionV3's BatchNorm has another epsilon,
 *   MobileNetV3 another hard sigmoid.
 * - MobileNetV2: PaddleClas's first block expands as well.
 * - EfficientNet: PaddleClas pads as TensorFlow does.
 * - GoogLeNet: PaddleClas's has no BatchNorm.
 * - RegNetX_400MF: torchvision's last stage is wider.
 * - Swin: PaddleClas shifts the windows of the last stage too, where one covers the grid.
 */
export const TORCHVISION: readonly NameMap[] = [
  {
    models: /^DenseNet(121|161|169|201)$/,
    sign: 'features.denseblock1.denselayer1.norm1.weight',
    rename: byRules([
      [/^features\.conv0\./, 'conv1_func._conv.'],
      [/^features\.norm0\./, 'conv1_func._batch_norm.'],
      [/^features\.norm5\./, 'batch_norm.'],
      [
        /^features\.denseblock(\d)\.denselayer(\d+)\./,
        (_, block, layer) => `db_conv_${Number(block) + 1}.conv${Number(block) + 1}_${layer}.`,
      ],
      [/\.norm([12])\./, '.bn_ac_func$1._batch_norm.'],
      [/\.conv([12])\./, '.bn_ac_func$1._conv.'],
      [/^features\.transition(\d)\./, (_, block) => `tr_conv${Number(block) + 1}_blk.conv_ac_func.`],
      [/\.conv_ac_func\.norm\./, '.conv_ac_func._batch_norm.'],
      [/\.conv_ac_func\.conv\./, '.conv_ac_func._conv.'],
      [/^classifier\./, 'out.'],
    ]),
  },
  {
    models: /^ShuffleNetV2_x(0_5|1_0|1_5|2_0)$/,
    sign: 'stage2.0.branch1.0.weight',
    rename: byRules([
      [/^conv1\.0\./, '_conv1._conv.'],
      [/^conv1\.1\./, '_conv1._batch_norm.'],
      [/^conv5\.0\./, '_last_conv._conv.'],
      [/^conv5\.1\./, '_last_conv._batch_norm.'],
      [/^fc\./, '_fc.'],
      [/^stage(\d)\.(\d+)\./, (_, stage, block) => `${stage}_${Number(block) + 1}.`],
      [
        /(_1)\.branch1\.(\d)\./,
        (_, first, index) => `${first}.${['_conv_dw_1', '_conv_linear_1'][Number(index) >> 1]}.${Number(index) % 2}.`,
      ],
      [/\.branch2\.(\d)\./, (_, index) => `.${SHUFFLE_BRANCH[Number(index)]}.`],
      [/^(\d_1\._conv_(?:pw|dw|linear))\./, '$1_2.'],
      [/(_conv_\w+)\.0\./, '$1._conv.'],
      [/(_conv_\w+)\.1\./, '$1._batch_norm.'],
    ]),
  },
  {
    models: /^ConvNeXt_(tiny|small|base_224|base_384|large_224|large_384)$/,
    sign: 'features.1.0.layer_scale',
    rename: byRules([
      [/^features\.0\./, 'downsample_layers.0.'],
      [/^features\.([246])\./, (_, index) => `downsample_layers.${Number(index) / 2}.`],
      [/^features\.(\d)\./, (_, index) => `stages.${half(index)}.`],
      [/\.layer_scale$/, '.gamma'],
      [/\.block\.0\./, '.dwconv.'],
      [/\.block\.2\./, '.norm.'],
      [/\.block\.3\./, '.pwconv1.'],
      [/\.block\.5\./, '.pwconv2.'],
      [/^classifier\.0\./, 'norm.'],
      [/^classifier\.2\./, 'head.'],
    ]),
  },
  {
    models: /^RegNetX_(800MF|1600MF|3200MF|8GF|16GF|32GF)$/,
    sign: 'trunk_output.block1.block1-0.proj.0.weight',
    rename: byRules([
      [/^stem\./, 'conv.'],
      [/^trunk_output\.block\d\.block(\d)-(\d+)\./, (_, stage, block) => `s${stage}_b${Number(block) + 1}.`],
      [/\.proj\./, '.short.'],
      [/\.f\.([abc])\./, (_, part = '') => `.conv${'abc'.indexOf(part)}.`],
      [/\.0\.weight$/, '._conv.weight'],
      [/^(.*)\.1\.(\w+)$/, '$1._batch_norm.$2'],
      [/^(conv)\.0\./, '$1._conv.'],
      [/^fc\./, 'out.'],
    ]),
  },
]

/** Of the second branch: a convolution, its BatchNorm, a ReLU, and so on. */
const SHUFFLE_BRANCH: readonly string[] = [
  '_conv_pw.0',
  '_conv_pw.1',
  '',
  '_conv_dw.0',
  '_conv_dw.1',
  '_conv_linear.0',
  '_conv_linear.1',
]
