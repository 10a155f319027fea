/** Makes a living part of the page equal to a fresh one without losing what the person opened, typed or focused. */

const KEPT = 'data-keep'

/** Changes `old` into `fresh`: elements are matched by id, then by place; what carries `data-keep` stays as it is. */
export function morph(old: Element, fresh: Element): void {
  if (old.hasAttribute(KEPT) && fresh.hasAttribute(KEPT)) return
  copyAttributes(old, fresh)
  const known = new Map([...old.children].filter((child) => child.id).map((child) => [child.id, child]))
  let here: ChildNode | null = old.firstChild
  for (const wanted of Array.from(fresh.childNodes)) {
    const match = matching(here, wanted, known)
    if (!match) {
      old.insertBefore(wanted, here)
      continue
    }
    if (match === here) here = here.nextSibling
    else old.insertBefore(match, here)
    if (match instanceof Element && wanted instanceof Element) morph(match, wanted)
    else if (match.nodeValue !== wanted.nodeValue) match.nodeValue = wanted.nodeValue
  }
  while (here) {
    const next: ChildNode | null = here.nextSibling
    here.remove()
    here = next
  }
}

function matching(here: ChildNode | null, wanted: ChildNode, known: Map<string, Element>): ChildNode | null {
  if (wanted instanceof Element && wanted.id) {
    const same = known.get(wanted.id)
    return same?.tagName === wanted.tagName ? same : null
  }
  if (!here || here.nodeName !== wanted.nodeName) return null
  return here instanceof Element && here.id ? null : here
}

function copyAttributes(old: Element, fresh: Element): void {
  for (const name of old.getAttributeNames()) {
    if (!fresh.hasAttribute(name) && name !== 'open') old.removeAttribute(name)
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  }
}
