/** Looking at photos in full size; the viewer is fetched when the first one is opened. */
import { shallowRef } from 'vue'

/** A photo and what it shows. */
export interface Sight {
  sha256: string
  words: string
}

/** What is looked at, if anything; `turned` for somebody on the other side of the desk. */
export const viewed = shallowRef<{ photos: readonly Sight[]; at: number; turned: boolean } | null>(null)

/** Opens photos, beginning with the one at `at`. */
export function look(photos: readonly Sight[], at = 0, turned = false): void {
  viewed.value = { photos, at, turned }
}
