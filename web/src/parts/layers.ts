/** The dialogs that are open, one above the other: what lies under the topmost can neither be touched nor heard. */
import { computed, onBeforeUnmount, onMounted, shallowReactive, type ShallowRef } from 'vue'

const open = shallowReactive<HTMLDialogElement[]>([])

/** Where something has to stand so that it can be touched: the topmost dialog, or the page. */
export const topLayer = computed<HTMLElement>(() => open.at(-1) ?? document.body)

/** Opens a component's dialog with it. A dialog that is closed before it goes gives the focus back to where it was. */
export function useModal(dialog: Readonly<ShallowRef<HTMLDialogElement | null>>): void {
  onMounted(() => {
    dialog.value!.showModal()
    open.push(dialog.value!)
  })
  onBeforeUnmount(() => {
    open.splice(open.indexOf(dialog.value!), 1)
    dialog.value!.close()
  })
}
