/** Where a complaint shows up elsewhere, and customers' questions. */
export default {
  complaint: {
    title: 'Complaint',
    step: { confirm: 'Confirm', analyse: 'Analyse', agree: 'Agree', handle: 'Handle', call_back: 'Call back' },
    late: '{span} overdue',
    open: 'Open a complaint',
    handled_by: '{name} contacts the customer',
    handled_by_nobody: 'An answer is due, nobody has it yet',
    until: 'answer by {at}',
    todo: '{name}, complaint: {step}',
  },
  survey: { title: 'What the customer said', at: 'answered {at}', of: '{n} / 5' },
  question: {
    title: "The customer's questions",
    about: 'About “{name}”',
    waiting: 'to be answered',
    answer: 'An answer, shown on the customer’s page',
    send: 'Answer',
    sent: 'The customer is answered',
    replied: '{name} answered {at}',
    todo: 'Answer {name}',
  },
}
