import { byRules, type NameMap } from './name-map.ts'

const SWIN = /^SwinTransformer_(tiny|small|base|large)_patch4_window\d+_\d+$/

/**
 * timm's names. ViT, DeiT and the networks that keep their papers' names need none. DenseNet and residual networks have
 * torchvision's names there.
 *
 * EfficientNet is timm's `tf_efficientnet_b0` to `tf_efficientnet_b7`, which pad as TensorFlow does. `efficientnet_b0` and
 * so on pad alike on each side and have another epsilon, and nothing in their files tells them apart: they load, and give
 * other logits than they should.
 *
 * Left out: MobileNetV2, whose first block does not expand, and MobileNetV3, which has torchvision's widths and another
 * epsilon.
 */
export const TIMM: readonly NameMap[] = [
  {
    models: /^ConvNeXt_(tiny|small|base_224|base_384|large_224|large_384)$/,
    sign: 'stages.0.blocks.0.conv_dw.weight',
    rename: byRules([
      [/^stem\./, 'downsample_layers.0.'],
      [/^stages\.(\d)\.downsample\./, 'downsample_layers.$1.'],
      [/^stages\.(\d)\.blocks\./, 'stages.$1.'],
      [/\.conv_dw\./, '.dwconv.'],
      [/\.mlp\.fc([12])\./, '.pwconv$1.'],
      [/^head\.norm\./, 'norm.'],
      [/^head\.fc\./, 'head.'],
    ]),
  },
  {
    models: /^RegNetX_/,
    sign: 's1.b1.conv1.conv.weight',
    rename: byRules([
      [/^stem\./, 'conv.'],
      [/^s(\d)\.b(\d+)\./, 's$1_b$2.'],
      [/\.conv([123])\./, (_, index) => `.conv${Number(index) - 1}.`],
      [/\.downsample\./, '.short.'],
      [/\.conv\.weight$/, '._conv.weight'],
      [/\.bn\./, '._batch_norm.'],
      [/^conv\.conv\./, 'conv._conv.'],
      [/^head\.fc\./, 'out.'],
    ]),
  },
  {
    models: /^RepVGG_[AB]\d(g4)?$/,
    sign: 'stem.conv_kxk.conv.weight',
    rename: byRules([
      [/^stem\./, 'stage0.'],
      [/^stages\.(\d)\./, (_, index) => `stage${Number(index) + 1}.`],
      [/\.conv_kxk\./, '.rbr_dense.'],
      [/\.conv_1x1\./, '.rbr_1x1.'],
      [/\.identity\./, '.rbr_identity.'],
      [/^head\.fc\./, 'linear.'],
    ]),
  },
  {
    models: /^PPHGNet_/,
    sign: 'stem.stem.0.conv.weight',
    rename: byRules([
      [/^stem\.stem\./, 'stem.'],
      [/\.aggregation\.0\./, '.aggregation_conv.'],
      [/\.aggregation\.1\./, '.att.'],
      [/^head\.last_conv\.0\./, 'last_conv.'],
      [/^head\.fc\./, 'fc.'],
    ]),
  },
  {
    models: /^PPHGNetV2_/,
    sign: 'head.last_conv.0.weight',
    rename: byRules([
      [/\.aggregation\.0\./, '.aggregation_squeeze_conv.'],
      [/\.aggregation\.1\./, '.aggregation_excitation_conv.'],
      [/^head\.last_conv\.0\./, 'last_conv.'],
      [/^head\.last_conv\.2\./, 'lab.'],
      [/^head\.fc\./, 'fc.'],
    ]),
  },
  {
    models: SWIN,
    sign: 'layers.3.downsample.norm.weight',
    settings: { shiftCovering: false },
    rename: byRules([
      [/^layers\.(\d)\.downsample\./, (_, index) => `layers.${Number(index) - 1}.downsample.`],
      [/^head\.fc\./, 'head.'],
    ]),
  },
  {
    // Microsoft's files and older ones of timm have PaddleClas's names. As all of PyTorch, they have linear layers [out, in].
    models: SWIN,
    sign: ({ 'layers.0.blocks.0.attn.qkv.weight': { shape: [out = 0, inputs = 0] = [] } = {} }) => out === 3 * inputs,
    settings: { shiftCovering: false },
    rename: (key) => key,
  },
  {
    models: /^EfficientNetB[0-7]$/,
    sign: 'blocks.0.0.conv_dw.weight',
    rename: (key, places) => {
      const [, stage = '', block = '', part = ''] = /^blocks\.(\d)\.(\d+)\.(.+)$/.exec(key) ?? []
      if (stage === '') return efficientNetEnds(key)
      const place = places(`blocks.${stage}`, Number(block))
      const layer = efficientNetPart(stage === '0' ? unexpandedPart(part) : part)
      return `_ef.${block === '0' ? '_blocks' : 'block'}.${place}..${layer}`
    },
  },
]

const efficientNetEnds = byRules([
  [/^conv_stem\./, '_ef._conv_stem._conv._conv._conv.'],
  [/^bn1\./, '_ef._conv_stem._conv._bn.'],
  [/^conv_head\./, '_conv._conv._conv.'],
  [/^bn2\./, '_conv._bn.'],
  [/^classifier\./, '_fc.'],
])

/** Blocks of the first stage do not expand: the names of their layers as those of the others. */
const unexpandedPart = byRules([
  [/^bn(\d)\./, (_, index) => `bn${Number(index) + 1}.`],
  [/^conv_pw\./, 'conv_pwl.'],
])

const efficientNetPart = byRules([
  [/^conv_pw\./, '_ecn._conv._conv._conv.'],
  [/^conv_dw\./, '_dcn._conv._conv._conv.'],
  [/^conv_pwl\./, '_pcn._conv._conv._conv.'],
  [/^bn1\./, '_ecn._conv._bn.'],
  [/^bn2\./, '_dcn._conv._bn.'],
  [/^bn3\./, '_pcn._conv._bn.'],
  [/^se\.conv_reduce\./, '_se._conv1._conv.'],
  [/^se\.conv_expand\./, '_se._conv2._conv.'],
])
