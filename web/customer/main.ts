/** The customer's page: the server writes it whole; this script keeps it fresh and sends what the customer decides. */
import './style/index.css'
import { keepFresh } from './fresh'
import { keepLanguage } from './language'
import { offerPush } from './notify'
import { listenToTaps } from './taps'
import { sendWaiting } from './send'

keepLanguage()
listenToTaps()
void offerPush()
void sendWaiting()
keepFresh()
