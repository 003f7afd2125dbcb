/** What the contract runs each registered name of this folder with. */
export const cases: Readonly<Record<string, readonly { options: object; least?: number }[]>> = {
  CenterCrop: [{ options: { size: 1 } }, { options: { size: [6, 5] }, least: 6 }],
  PadChannels: [{ options: { channels: 4 } }, { options: { channels: 5 } }],
  Resize: [{ options: { size: 3 } }, { options: { size: [4, 2], interpolation: 'hamming', backend: 'pil' } }],
}
