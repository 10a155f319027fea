/** A sealed paper as a file: only the centre has it, and only once it is sealed. */
import { authorised } from '../../sync/session'
import { t } from '../../i18n'
import { say } from '../toast'

/** Saves the PDF under a name; says so when it cannot be had now. */
export async function downloadPaper(path: string, name: string): Promise<void> {
  try {
    const answer = await authorised(path)
    const link = window.document.createElement('a')
    link.href = URL.createObjectURL(await answer.blob())
    link.download = `${name}.pdf`
    link.click()
  } catch {
    say(t('handover.no_pdf'))
  }
}
