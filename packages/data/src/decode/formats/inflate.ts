/**
 * Unpacks data of zlib's format.
 *
 * @param bytes - the packed data; what comes after them is ignored
 * @param limit - the most bytes that may come out
 * @throws when the data are damaged, cut off, or hold more than the limit
 */
export type Inflate = (bytes: Uint8Array, limit: number) => Uint8Array | Promise<Uint8Array>
