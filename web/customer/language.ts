/** The language that was chosen on this phone, kept beside the address so that it also holds without a script. */
const STORED = 'jieche.page.language'

/** Remembers the language of `?lang=`; opened without one, the page goes to the remembered one. */
export function keepLanguage(): void {
  const chosen = new URLSearchParams(location.search).get('lang')
  if (chosen) localStorage.setItem(STORED, chosen)
  else if (localStorage.getItem(STORED) === 'en') location.replace('?lang=en')
}
