import { VGG_LAYERS } from '../../models/vgg.ts'
import { byRules, type NameMap } from './name-map.ts'

/** The number of a stage, whose key has the number of a module in a row of stages and what lies between them. */
const half = (index: string | undefined): number => Math.floor((Number(index) - 1) / 2)

/**
 * torchvision's names. Residual networks are in resnet.ts. Left out, as their architectures differ:
 *
 * - AlexNet, SqueezeNet, InceptionV3: in PaddleClas, dropout scales the features in inference. SqueezeNet's poolings round
 *   down, InceptionV3's BatchNorm has another epsilon.
 * - EfficientNet: PaddleClas pads as TensorFlow does.
 * - GoogLeNet: PaddleClas's has no BatchNorm.
 * - RegNetX_400MF: torchvision's last stage is wider.
 * - VGG with BatchNorm: PaddleClas has none.
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
  {
    models: /^MobileNetV2$/,
    sign: 'features.1.conv.0.0.weight',
    settings: { expandFirst: false },
    rename: byRules([
      [/^features\.(0|18)\.([01])\./, (_, at, part) => `${at === '0' ? 'conv1' : 'conv9'}.${CONV_NORM[Number(part)]}.`],
      [/^features\.1\.conv\.(\d)\./, (_, part) => `features.1.conv.${Number(part) + 1}.`],
      [
        /^features\.(\d+)\.conv\.([01]\.[01]|[23])\./,
        (_, at, part = '') => `${MOBILE_V2_BLOCKS[Number(at) - 1]}.${MOBILE_V2_PARTS[part]}.`,
      ],
      [/^classifier\.1\./, 'out.'],
    ]),
  },
  {
    models: /^MobileNetV3_(large|small)_x1_0$/,
    sign: 'features.1.block.0.0.weight',
    settings: { variant: 'torchvision' },
    rename: byRules([
      [/^features\.0\.0\./, 'conv.conv.'],
      [/^features\.0\.1\./, 'conv.bn.'],
      [/^features\.\d+\.0\./, 'last_second_conv.conv.'],
      [/^features\.\d+\.1\./, 'last_second_conv.bn.'],
      [/^features\.1\.block\.(\d)\./, (_, part) => `features.1.block.${Number(part) + 1}.`],
      [/^features\.(\d+)\.block\./, (_, at) => `blocks.${Number(at) - 1}.`],
      [/\.2\.fc([12])\./, '.mid_se.conv$1.'],
      [/^(blocks\.\d+)\.(\d)\./, (_, block, part) => `${block}.${MOBILE_V3_PARTS[Number(part)]}.`],
      [/(_conv)\.0\./, '$1.conv.'],
      [/(_conv)\.1\./, '$1.bn.'],
      [/^classifier\.0\./, 'last_conv.'],
      [/^classifier\.3\./, 'fc.'],
    ]),
  },
  ...Object.entries(VGG_LAYERS).map(([depth, layers]) => vgg(depth, layers)),
  {
    models: /^SwinTransformer_(tiny|small|base)_patch4_window7_224$/,
    sign: 'features.1.0.attn.qkv.weight',
    settings: { shiftCovering: false },
    rename: byRules([
      [/^features\.0\.0\./, 'patch_embed.proj.'],
      [/^features\.0\.2\./, 'patch_embed.norm.'],
      [/^features\.([1357])\.(\d+)\./, (_, index, block) => `layers.${half(index)}.blocks.${block}.`],
      [/^features\.([246])\./, (_, index) => `layers.${half(index)}.downsample.`],
      [/\.mlp\.0\./, '.mlp.fc1.'],
      [/\.mlp\.3\./, '.mlp.fc2.'],
    ]),
  },
]

/** VGG of a depth. Its layers are numbered through, with the activation behind each and the pooling behind each block. */
function vgg(depth: string, layers: readonly number[]): NameMap {
  const names = layers.flatMap((count, block) => [
    ...Array.from({ length: count }, (_, i) => [`conv_block_${block + 1}.conv${i + 1}`, 'relu']).flat(),
    'pool',
  ])
  return {
    models: new RegExp(`^VGG${depth}$`),
    // VGG with BatchNorm has it after the first convolution, timm's VGG other names of the linear layers.
    sign: (stateDict) => 'classifier.6.weight' in stateDict && !('features.1.weight' in stateDict),
    settings: { variant: 'torchvision' },
    rename: byRules([
      [/^features\.(\d+)\./, (_, index) => `${names[Number(index)]}.`],
      [/^classifier\.([036])\./, (_, index) => `fc${Number(index) / 3 + 1}.`],
    ]),
  }
}

const CONV_NORM: readonly string[] = ['_conv', '_batch_norm']

/** The blocks of all stages in a row. */
const MOBILE_V2_BLOCKS: readonly string[] = [1, 2, 3, 4, 3, 3, 1].flatMap((count, i) =>
  Array.from(
    { length: count },
    (_, block) => `conv${i + 2}.${block === 0 ? '_first_block' : `conv${i + 2}_${block + 1}`}`,
  ),
)

const MOBILE_V2_PARTS: Readonly<Record<string, string>> = {
  '0.0': '_expand_conv._conv',
  '0.1': '_expand_conv._batch_norm',
  '1.0': '_bottleneck_conv._conv',
  '1.1': '_bottleneck_conv._batch_norm',
  2: '_linear_conv._conv',
  3: '_linear_conv._batch_norm',
}

/** The third is squeeze and excitation where the block has it. */
const MOBILE_V3_PARTS: readonly string[] = ['expand_conv', 'bottleneck_conv', 'linear_conv', 'linear_conv']

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
