/** A customer's rights over their own data. */
export default {
  rights: {
    title: 'The customer’s rights',
    archive: 'Ask for a copy of everything',
    restrict: 'Stop using the data',
    restrict_what: 'From then on no message, no tablet, no tag, no booking: the record is only kept as long as the law asks. Bookings are cancelled. While a car is here the record leaves the tablets when the car does.',
    restrict_now: 'Stop using it',
    restrict_hint: 'What the customer said, at least 5 characters.',
    restricted: 'The record is only stored now',
    lift: 'Use the data again',
    lift_hint: 'How the customer agreed, at least 5 characters.',
    lift_now: 'Use it again',
    lifted: 'The record is used again',
    reason: 'Why',
    stored: 'Only stored',
    stored_short: 'Only stored',
    stored_since: 'Not used since {at}, as the customer asked: {reason}',
    stored_what: 'Nothing can be changed, nobody contacted, nothing booked. A consent that is taken back is still written down.',
    look: 'Find records that are only stored',
    none: 'No such record is only stored',
    away: 'The server is needed for that',
  },
}
