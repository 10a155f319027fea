/** Whether the screen is wide enough for the rail with list and detail side by side. */
import { readonly, ref, type Ref } from 'vue'

const query = window.matchMedia('(min-width: 900px)')
const wide = ref(query.matches)
query.addEventListener('change', (event) => (wide.value = event.matches))

/** True from 900 px on; follows rotation. */
export const useWide = (): Readonly<Ref<boolean>> => readonly(wide)
