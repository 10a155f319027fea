const BETWEEN = /[ \t\r\n\-\u200b\u2010\u2012-\u2015\u2212\u00b7\u2022\u2027\u30fb.]/g

/** What people type, as half-width upper case (NFKC) without the spaces, dashes and dots between groups. */
export function bare(text: string): string {
  return text.normalize('NFKC').toUpperCase().replace(BETWEEN, '')
}

/** Refused text; its message is the machine code that the screens translate (`vin_length`, `plate_format` …). */
export class FormatError extends Error {}
