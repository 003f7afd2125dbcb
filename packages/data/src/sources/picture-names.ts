/** The endings of files that are taken for pictures, for messages. */
export const PICTURE_KINDS = 'jpg, jpeg, png, webp, avif, gif, bmp, tif or tiff'

/** Whether a file is a picture, by its name. */
export function isPictureName(name: string): boolean {
  return /\.(jpe?g|png|webp|avif|gif|bmp|tiff?)$/i.test(name)
}
