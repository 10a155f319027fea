/** Parts that come with their words a moment later, so that the first screen is light. */
import { defineAsyncComponent, type Component } from 'vue'
import { learnAftercare, learnContact, learnSteps } from '../i18n'

/** A part that speaks of appointments, contact or messages: it is shown when its words are here. */
export const withContactWords = <C extends Component>(load: () => Promise<{ default: C }>) =>
  defineAsyncComponent(async () => {
    const [part] = await Promise.all([load(), learnContact(), learnAftercare(), learnSteps()])
    return part.default
  })
