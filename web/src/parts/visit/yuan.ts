/** Yuan as people type them, fen as the wire wants them. */

/** Fen from typed yuan (`1,280.5`), or null when it is no amount of money. */
export function fenOf(typed: string): number | null {
  const text = typed.replace(/[,\s¥]/g, '')
  const parts = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(text)
  return parts ? Number(parts[1]) * 100 + Number((parts[2] ?? '').padEnd(2, '0')) : null
}

/** Fen as text for a field: without thousands marks, decimals only when there are some; empty for nothing. */
export function yuanText(fen: number | null | undefined): string {
  if (fen === null || fen === undefined) return ''
  return fen % 100 ? (fen / 100).toFixed(2) : String(fen / 100)
}
