/** The customer's page: the server writes it whole; this script keeps it fresh and sends what the customer decides. */
import './style/index.css'
import { keepFresh, listenToWorker } from './fresh'
import { offerPush } from './notify'
import { forgetNotice, locked } from './page'
import { listenToTaps } from './taps'
import { sendWaiting } from './send'

forgetNotice()
listenToTaps()
listenToWorker()
if (!locked) {
  void offerPush()
  void sendWaiting()
}
keepFresh()
