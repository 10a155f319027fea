/** Guesses for complaints, the surveys that open them, and the customer's questions. */

import { aboutOf, dueFrom, isLow } from '../../domain/complaints'
import { append, scalars, type Guesses } from './scene'

export const complaints: Guesses = {
  'survey.answer': (draft, f, scene) => {
    const { visit_id, survey_id: id, text, ...scores } = f
    const visit = draft.get('visits', visit_id)
    if (!visit || visit.survey) return
    draft.change('visits', visit.id, () => ({ survey: { id, ...scores, text: text ?? null, at: scene.at } }))
    if (!isLow(scores) || draft.get('complaints', id)) return
    draft.put('complaints', {
      id, rev: 0, store_id: visit.store_id, customer_id: visit.customer_id, visit_id: visit.id, source: 'survey',
      about: aboutOf(scores), text: text ?? '', owner_id: visit.advisor_id, due_at: dueFrom(scene.at), state: 'open',
      steps: [], opened_at: scene.at, opened_by: scene.user, closed_at: null,
    })
  },

  'complaint.open': (draft, f, scene) => {
    if (draft.get('complaints', f.complaint_id)) return
    const visit = f.visit_id ? draft.get('visits', f.visit_id) : undefined
    draft.put('complaints', {
      id: f.complaint_id, rev: 0, store_id: visit?.store_id ?? scene.store_id,
      customer_id: draft.get('customers', f.customer_id)?.id ?? f.customer_id, visit_id: visit?.id ?? f.visit_id ?? null,
      source: f.source ?? 'counter', about: f.about, text: f.text, owner_id: f.owner_id ?? scene.user,
      due_at: f.due_at ?? dueFrom(scene.at), state: 'open', steps: [], opened_at: scene.at, opened_by: scene.user,
      closed_at: null,
    })
  },

  'complaint.step': (draft, f, scene) =>
    draft.change('complaints', f.complaint_id, (row) => {
      const steps = append(row.steps, { id: f.step_id, kind: f.kind, text: f.text, at: f.at, by: scene.user })
      const closes = f.kind === 'call_back' && row.state === 'open'
      return { steps, ...(closes && { state: 'closed' as const, closed_at: scene.at }) }
    }),

  'complaint.assign': (draft, f) => {
    const { complaint_id, ...changes } = f
    draft.change('complaints', complaint_id, (row) => scalars(row, changes))
  },

  'estimate.ask': (draft, f, scene) =>
    draft.change('visits', f.visit_id, (visit) => ({
      questions: append(visit.questions, {
        id: f.question_id, line_id: f.line_id ?? null, text: f.text, at: scene.at, reply: null,
      }),
    })),

  'estimate.answer': (draft, f, scene) =>
    draft.change('visits', f.visit_id, (visit) => ({
      questions: visit.questions.map((one) =>
        one.id === f.question_id && !one.reply ? { ...one, reply: { text: f.text, at: scene.at, by: scene.user } } : one,
      ),
    })),
}
