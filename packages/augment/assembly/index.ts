// What the module exports. Every function works on addresses in a memory that is not its own: the module has no data.
export { bilinear } from './bilinear'
export { blend, grey, smooth } from './blend'
export { blurColumns, blurRows } from './blur'
export { flipRows } from './flip'
export { resampleColumns, resampleRows } from './filter'
export { normalize } from './normalize'
export { countValues, mapValues } from './tables'
