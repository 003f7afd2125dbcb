import type { NameMap } from './name-map.ts'

/** How a family names the parts of a residual network. */
interface ResidualNames {
  readonly stem: string
  /** Of a block, by the number of its stage from 1, its number there and its place among all. */
  readonly block: (stage: number, block: number, place: number) => string
  readonly inner: (i: number) => string
  readonly short: string
  readonly conv: string
  readonly norm: string
  readonly classifier: string
}

const RESNET: ResidualNames = {
  stem: 'stem.0',
  block: (_, __, place) => `blocks.${place}`,
  inner: (i) => `conv${i}`,
  short: 'short',
  conv: 'conv',
  norm: 'bn',
  classifier: 'fc',
}

const RESNEXT: ResidualNames = {
  stem: 'conv',
  block: (stage, block) => `bb_${stage - 1}_${block}`,
  inner: (i) => `conv${i}`,
  short: 'short',
  conv: '_conv',
  norm: '_batch_norm',
  classifier: 'out',
}

const RESNEXT_WSL: ResidualNames = {
  stem: '_conv_stem',
  block: (stage, block) => `_conv${stage}_${block}`,
  inner: (i) => `_conv${i}`,
  short: '_short._conv',
  conv: '_conv',
  norm: '_bn',
  classifier: '_out',
}

/**
 * `conv1`, `bn1`, `layer1.0.conv1`, `layer1.0.bn1`, `layer1.0.downsample.0`, `fc`: torchvision's and timm's. The stem may be
 * three convolutions, `conv1.0` to `conv1.6`, the shortcut a pooling before both of its layers.
 */
function residual(names: ResidualNames, pooled: boolean): NameMap['rename'] {
  const { stem, block, inner, short, conv, norm, classifier } = names
  const stemParts = pooled
    ? {
        'conv1.0': 'stem.0.conv',
        'conv1.1': 'stem.0.bn',
        'conv1.3': 'stem.1.conv',
        'conv1.4': 'stem.1.bn',
        'conv1.6': 'stem.2.conv',
        bn1: 'stem.2.bn',
      }
    : { conv1: `${stem}.${conv}`, bn1: `${stem}.${norm}` }
  const parts: Readonly<Record<string, string>> = { ...stemParts, fc: classifier }
  const shortNorm = pooled ? '2' : '1'
  return (key, places) => {
    const [, stage, at, part = '', leaf] = /^layer(\d)\.(\d+)\.(.+)\.(\w+)$/.exec(key) ?? []
    if (stage === undefined)
      return key.replace(/^(.+)(\.\w+)$/, (_, module: string, leaf: string) => (parts[module] ?? module) + leaf)
    const own = block(Number(stage), Number(at), places(`layer${stage}`, Number(at)))
    const [, kind, index = ''] = /^(conv|bn|downsample\.)(\d)$/.exec(part) ?? []
    const layer = kind === 'downsample.' ? short : inner(Number(index) - 1)
    const isNorm = kind === 'bn' || (kind === 'downsample.' && index === shortNorm)
    return `${own}.${layer}.${isNorm ? norm : conv}.${leaf}`
  }
}

/**
 * ResNet18 and 34 are not the same: PaddleClas's first block has a convolution in its shortcut. ResNet200 has other depths
 * in timm.
 */
export const RESNETS: readonly NameMap[] = [
  { models: /^ResNet(50|101|152)$/, sign: 'layer1.0.conv3.weight', rename: residual(RESNET, false) },
  { models: /^ResNet(50|101|152)_vd$/, sign: 'conv1.6.weight', rename: residual(RESNET, true) },
  { models: /^ResNeXt(50|101|152)_(32|64)x4d$/, sign: 'layer1.0.conv3.weight', rename: residual(RESNEXT, false) },
  { models: /^ResNeXt101_32x\d+d_wsl$/, sign: 'layer1.0.conv3.weight', rename: residual(RESNEXT_WSL, false) },
]
