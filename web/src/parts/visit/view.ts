/** One visit with all that hangs on it, handed down to every part of its screen. */
import { inject, provide, type InjectionKey, type Ref } from 'vue'
import type { CommandName, VisitView } from '../../sync'
import { may } from '../may'
import { isOpen } from '../stages'

const KEY: InjectionKey<Readonly<Ref<VisitView>>> = Symbol('visit')

/** Hands the visit down. */
export const provideView = (view: Readonly<Ref<VisitView>>): void => provide(KEY, view)

/** The visit of the screen that a part stands on. */
export function useView(): Readonly<Ref<VisitView>> {
  const view = inject(KEY)
  if (!view) throw new Error('a part of a visit needs a visit screen around it')
  return view
}

/** Whether the person may send a command on this visit: by role, and only while the car is in the shop. */
export function useCan(): (name: CommandName) => boolean {
  const view = useView()
  return (name) => may(name) && isOpen(view.value.visit.stage)
}
