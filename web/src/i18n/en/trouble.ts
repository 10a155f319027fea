/** What is said when something goes wrong: a tap that was not kept, a clock that is off. */
export default {
  mishap: {
    full: 'That step was not saved: the tablet’s storage is full. Send the photos first, or clear other apps in the system settings, then do it again.',
    too_large: 'That step was not saved: it is too large. Please do it in parts.',
    signed_out: 'That step was not saved: nobody is signed in. Sign in and do it again.',
    unsaved: 'That step was not saved, please do it again. If that does not help, close the app and open it again.',
  },
  clock: {
    ahead: 'This tablet’s clock is {span} ahead of the server: please set it in the system settings. Your work is saved and sent as always; only the times it writes are off.',
    behind: 'This tablet’s clock is {span} behind the server: please set it in the system settings. Your work is saved and sent as always; only the times it writes are off.',
  },
}
