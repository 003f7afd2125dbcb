/** Models of one paper and kind. */
export type FamilyRecord = readonly [
  family: string,
  /** Where it was published; PaddleClas where there is no paper. */
  paper: string,
  /** Of the paper's first version. */
  year: number,
  models: readonly ModelRecord[],
]

/** One published model. */
export type ModelRecord = readonly [
  name: string,
  /** Height and width, in pixels. */
  inputSize: number,
  /** Learned numbers, for 1000 classes or the published embedding. */
  parameters: number,
  /** Of convolutions and linear layers, for one picture of that size. */
  multiplyAdds: number,
  /** Published shares of ImageNet's validation pictures; absent where none was published. */
  top1?: number,
  top5?: number,
]

// biome-ignore format: a table
export const RECORDS: readonly FamilyRecord[] = [
  ['ResNet', 'arXiv 1512.03385', 2015, [
    ['ResNet18', 224, 11693736, 1826918400, 0.7098, 0.8992],
    ['ResNet34', 224, 21801896, 3676606464, 0.7457, 0.9214],
    ['ResNet50', 224, 25557032, 4089184256, 0.765, 0.93],
    ['ResNet101', 224, 44549160, 7801405440, 0.7756, 0.9364],
    ['ResNet152', 224, 60192808, 11513626624, 0.7826, 0.9396],
  ]],
  ['ResNet_vc', 'arXiv 1812.01187', 2018, [
    ['ResNet50_vc', 224, 25576264, 4328824832, 0.7835, 0.9403],
  ]],
  ['ResNet_vd', 'arXiv 1812.01187', 2018, [
    ['ResNet18_vd', 224, 11712968, 2066558976, 0.7226, 0.908],
    ['ResNet34_vd', 224, 21821128, 3916247040, 0.7598, 0.9298],
    ['ResNet50_vd', 224, 25576264, 4328824832, 0.7912, 0.9444],
    ['ResNet101_vd', 224, 44568392, 8041046016, 0.8017, 0.9497],
    ['ResNet152_vd', 224, 60212040, 11753267200, 0.8059, 0.953],
    ['ResNet200_vd', 224, 74738504, 15247122432, 0.8093, 0.9533],
  ]],
  ['MobileNetV3', 'arXiv 1905.02244', 2019, [
    ['MobileNetV3_small_x0_35', 224, 1665954, 13161528, 0.5303, 0.7637],
    ['MobileNetV3_small_x0_5', 224, 1902536, 20759280, 0.5921, 0.8152],
    ['MobileNetV3_small_x0_75', 224, 2375106, 43048536, 0.6602, 0.8633],
    ['MobileNetV3_small_x1_0', 224, 2939958, 60119520, 0.6824, 0.8806],
    ['MobileNetV3_small_x1_25', 224, 3627370, 95364424, 0.7067, 0.8951],
    ['MobileNetV3_large_x0_35', 224, 2104328, 37188872, 0.6432, 0.8546],
    ['MobileNetV3_large_x0_5', 224, 2673422, 66704432, 0.6924, 0.8852],
    ['MobileNetV3_large_x0_75', 224, 3912248, 143780440, 0.7314, 0.9108],
    ['MobileNetV3_large_x1_0', 224, 5480206, 219799200, 0.7532, 0.9231],
    ['MobileNetV3_large_x1_25', 224, 7443308, 349965896, 0.7641, 0.9295],
  ]],
  ['PPLCNet', 'arXiv 2109.15099', 2021, [
    ['PPLCNet_x0_25', 224, 1521184, 16773440, 0.5186, 0.7565],
    ['PPLCNet_x0_35', 224, 1643090, 27357832, 0.5809, 0.8083],
    ['PPLCNet_x0_5', 224, 1879576, 44731008, 0.6314, 0.8466],
    ['PPLCNet_x0_75', 224, 2357008, 94786496, 0.6818, 0.883],
    ['PPLCNet_x1_0', 224, 2952520, 155700480, 0.7132, 0.9003],
    ['PPLCNet_x1_5', 224, 4499832, 334188416, 0.7371, 0.9153],
    ['PPLCNet_x2_0', 224, 6521512, 580194816, 0.7518, 0.9227],
    ['PPLCNet_x2_5', 224, 9017560, 893719680, 0.766, 0.93],
  ]],
  ['ViT', 'arXiv 2010.11929', 2020, [
    ['ViT_small_patch16_224', 224, 48754408, 9411999744, 0.7769, 0.9342],
    ['ViT_base_patch16_224', 224, 86567656, 16848500736, 0.8195, 0.9617],
    ['ViT_base_patch16_384', 384, 86859496, 49347803136, 0.8414, 0.9717],
    ['ViT_base_patch32_384', 384, 88297192, 12656031744, 0.8176, 0.9613],
    ['ViT_large_patch16_224', 224, 304326632, 59647172608, 0.8323, 0.965],
    ['ViT_large_patch16_384', 384, 304715752, 174702174208, 0.8513, 0.9736],
    ['ViT_large_patch32_384', 384, 306632680, 44242542592, 0.8153, 0.9608],
  ]],
  ['DeiT', 'arXiv 2012.12877', 2020, [
    ['DeiT_tiny_patch16_224', 224, 5717416, 1074851328, 0.718, 0.91],
    ['DeiT_small_patch16_224', 224, 22050664, 4241218560, 0.796, 0.949],
    ['DeiT_base_patch16_224', 224, 86567656, 16848500736, 0.817, 0.957],
    ['DeiT_base_patch16_384', 384, 86859496, 49347803136, 0.83, 0.962],
    ['DeiT_tiny_distilled_patch16_224', 224, 5910800, 1080351744, 0.741, 0.918],
    ['DeiT_small_distilled_patch16_224', 224, 22436432, 4262836224, 0.809, 0.953],
    ['DeiT_base_distilled_patch16_224', 224, 87338192, 16934203392, 0.831, 0.964],
    ['DeiT_base_distilled_patch16_384', 384, 87630032, 49433505792, 0.851, 0.973],
  ]],
]
