/** Who may do and see what, from the server's own table; screens ask before they offer. */
import { session } from '../sync'
import { HIDDEN, ROLES, type CommandName } from '../gen/wire'

const fits = (pattern: string, name: string): boolean =>
  new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(name)

/** Whether a role may send a command: later patterns win, `!` takes away. */
export function roleMay(role: string, name: CommandName): boolean {
  return (ROLES[role] ?? []).reduce(
    (allowed, pattern) =>
      pattern.startsWith('!') ? allowed && !fits(pattern.slice(1), name) : allowed || fits(pattern, name),
    false,
  )
}

/** Whether the person who is signed in may send the command. */
export const may = (name: CommandName): boolean => roleMay(session.state.user?.role ?? '', name)

/** Whether the person who is signed in sees how to reach a customer, or what the shop knows about them. */
export const sees = (group: 'contact' | 'remarks'): boolean => !HIDDEN[session.state.user?.role ?? '']?.includes(group)
