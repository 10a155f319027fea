/** Taking an open recall up in a visit: it stands among the concerns, by its code. */
import { send, uuid7, type Recall, type Visit } from '../../sync'
import { spoken } from '../../i18n'

const words = ({ code, title }: Recall): string => spoken('marks.recall_words', { code, title })

/** Puts the recall among the concerns of the visit; gives the id of the command. */
export const addRecall = async (visitId: string, recall: Recall): Promise<string> =>
  (await send('visit.add_concern', { visit_id: visitId, concern_id: uuid7(), words: words(recall) })).id

/** The recalls that stand among the concerns of the visit. */
export const recallsTaken = (visit: Visit, recalls: readonly Recall[]): string[] =>
  recalls.filter((recall) => visit.concerns.some((concern) => concern.words.includes(recall.code))).map((recall) => recall.id)
