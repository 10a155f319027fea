/** Guesses for the time that people work on a car, and for what follows after the visit. */

import { append, type Guesses } from './scene'

export const afterwards: Guesses = {
  'repair.clock_on': (draft, f, scene) =>
    draft.change('visits', f.visit_id, (visit) => ({
      work: append(visit.work, {
        id: f.work_id, technician_id: scene.user, line_id: f.line_id ?? null, began_at: f.at, ended_at: null,
      }),
    })),

  'repair.clock_off': (draft, f) =>
    draft.change('visits', f.visit_id, (visit) => ({
      work: visit.work.map((one) => (one.id === f.work_id && !one.ended_at ? { ...one, ended_at: f.at } : one)),
    })),

  'survey.answer': (draft, f, scene) =>
    draft.change('visits', f.visit_id, ({ survey }) => {
      const { visit_id: _visit, survey_id: id, text, ...stars } = f
      return { survey: survey ?? { id, ...stars, text: text ?? null, at: scene.at } }
    }),

  'survey.record_call': (draft, f, scene) =>
    draft.change('visits', f.visit_id, (visit) => ({
      calls: append(visit.calls, { id: f.call_id, reached: f.reached, text: f.text ?? null, at: f.at, by: scene.user }),
    })),
}
