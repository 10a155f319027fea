/**
 * How messages become text: `{name}` is a place, ` | ` stands between the words for one and those for many. This is all that
 * ours use, so vue-i18n's own compiler (4.4 KiB of every first load) is left out.
 */
import type { MessageContext, MessageFunction } from 'vue-i18n'

type Part = string | { name: string }

const PLACE = /\{(\w+)\}/
const known = new Map<string, MessageFunction>()

/** A message as the function that vue-i18n calls; made once for each text. */
export function said(message: unknown): MessageFunction {
  const text = String(message)
  const made = known.get(text) ?? spoken(text)
  known.set(text, made)
  return made
}

function spoken(text: string): MessageFunction {
  const forms = text.split(' | ').map(partsOf)
  return ({ named, plural }: MessageContext<string>) => {
    const form = forms.length > 1 ? (plural(forms as never[]) as unknown as Part[]) : forms[0]!
    return form.map((part) => (typeof part === 'string' ? part : String(named(part.name) ?? ''))).join('')
  }
}

/** Text and places by turns: a split at a group keeps what the group caught. */
const partsOf = (text: string): Part[] => text.split(new RegExp(PLACE, 'g')).map((part, at) => (at % 2 ? { name: part } : part))
