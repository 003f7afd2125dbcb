/** What the contract runs each registered name of this folder with. */
export const cases: Readonly<Record<string, readonly { options: object; least?: number }[]>> = {
  Cutout: [{ options: {} }, { options: { nHoles: 3, length: 5, fill: 'random' } }],
  RandomErasing: [
    { options: { p: 1, fill: 7 } },
    { options: { p: 1, mode: 'rand', useLogAspect: true, attempts: 10 } },
    { options: { p: 1, mode: 'pixel', scale: [0.2, 0.6], ratio: [0.5, 2] } },
  ],
  HideAndSeek: [{ options: {} }, { options: { gridSizes: [1, 4], hiddenPart: 0.8, fill: 3 } }],
  GridMask: [
    { options: {} },
    { options: { d1: 2, d2: 9, rotate: 360, ratio: 0.4, mode: 1, p: 0.9, rampEpochs: 0, fill: 5 } },
  ],
}
