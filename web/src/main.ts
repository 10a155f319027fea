/** Starts the tablet's app. */
import { createApp } from 'vue'
import App from './App.vue'
import { begin, open, shown, update } from './sync'
import { i18n, learnAftercare, learnContact, learnInbox, learnRecords, learnSteps, learnTablet, speakAsBefore } from './i18n'
import { keepOffer } from './parts/install'
import { guardTablet } from './parts/lock/idle'
import { tellMishaps } from './parts/mishap'
import { wearTheme } from './parts/theme'
import { calm } from './parts/typing'
import { router } from './router'
import './style/index.css'

wearTheme()
keepOffer()
await Promise.all([open(), speakAsBefore()])
await guardTablet()
update.waitFor(calm)
const app = createApp(App).use(i18n).use(router)
tellMishaps(app)
app.mount('#app')
await shown()
begin()
void Promise.all([learnSteps(), learnContact(), learnAftercare(), learnInbox(), learnTablet(), learnRecords()])
