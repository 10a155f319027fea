/** Throws the local copy of the server's rows away and fetches it anew; queued commands and photos stay. */

import { announce } from './changes'
import { db } from './db'
import { placeOf } from './device'
import { syncNow } from './engine'
import { clearRows } from './pull'
import { rebase } from './rebase'

/** For a copy that looks damaged. Until the server answers, only what this tablet's queue knows is shown. */
export async function rebuild(): Promise<void> {
  const place = await placeOf()
  await db.transaction('rw', [...db.written, db.staged], async () => {
    await clearRows()
    await db.staged.clear()
    await db.meta.delete('cookie')
    await rebase(db, place)
    announce('all')
  })
  await syncNow()
}
