import { type Conversion, conversionOf } from './colour-profile.ts'
import type { Inflate } from './formats/inflate.ts'
import type { EmbeddedProfile, ImageFileInfo } from './image-file-info.ts'

/** Larger ones exist for printing, but not in photos. */
const LARGEST_PROFILE = 2 ** 23
const REMEMBERED = 8

interface Known {
  readonly profile: EmbeddedProfile
  readonly colour: ImageFileInfo['colour']
  readonly conversion: Conversion
}

/** A camera gives all its photos the same profile. */
const known: Known[] = []

/** How a picture's values become sRGB, by the profile in its file; without one they are sRGB. */
export async function srgbConversion({ profile, colour }: ImageFileInfo, inflate: Inflate): Promise<Conversion> {
  if (!profile) return 'none'
  const found = known.find((each) => each.colour === colour && isSame(each.profile, profile))
  if (found) return found.conversion
  const conversion = conversionOf(await unpack(profile, inflate), colour)
  // A copy: the profile is a part of the file's bytes.
  known.unshift({ colour, conversion, profile: { ...profile, bytes: profile.bytes.slice() } })
  known.length = Math.min(known.length, REMEMBERED)
  return conversion
}

/** One that is damaged or too large counts as none. */
async function unpack({ bytes, deflated }: EmbeddedProfile, inflate: Inflate): Promise<Uint8Array> {
  if (!deflated) return bytes
  try {
    return await inflate(bytes, LARGEST_PROFILE)
  } catch {
    return new Uint8Array()
  }
}

function isSame(a: EmbeddedProfile, b: EmbeddedProfile): boolean {
  if (a.deflated !== b.deflated || a.bytes.length !== b.bytes.length) return false
  return a.bytes.every((byte, i) => byte === b.bytes[i])
}
