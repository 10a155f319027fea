/** Why a code or a password was not taken, in a sentence for the field. */
import { has, t } from '../../i18n'

export function why(failure: unknown): string {
  const { code = 'unreachable', facts = {} } = failure as { code?: string; facts?: Record<string, unknown> }
  const said = code === 'totp_wrong' ? String(facts['problem']) : code
  return t([`factor.problem.${said}`, `login.problem.${said}`].find(has) ?? 'factor.problem.unreachable', facts)
}
