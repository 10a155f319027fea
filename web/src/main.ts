/** Starts the tablet's app. */
import { createApp } from 'vue'
import App from './App.vue'
import { start } from './sync'
import { i18n, speakAsBefore } from './i18n'
import { guardTablet } from './parts/lock/idle'
import { tellMishaps } from './parts/mishap'
import { wearTheme } from './parts/theme'
import { router } from './router'
import './style/index.css'

wearTheme()
await Promise.all([start(), speakAsBefore()])
await guardTablet()
const app = createApp(App).use(i18n).use(router)
tellMishaps(app)
app.mount('#app')
