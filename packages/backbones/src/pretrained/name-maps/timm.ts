import { byRules, type NameMap } from './name-map.ts'

/**
 * timm's names. ViT, DeiT and the networks that keep their papers' names need none. DenseNet and residual networks have
 * torchvision's names there. Left out: MobileNetV2, MobileNetV3 and Swin, as torchvision's; EfficientNet, whose files with
 * PaddleClas's padding (`tf_efficientnet`) and with another have the same names.
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
]
