/** What a tablet's browser has and Node lacks. */
import 'fake-indexeddb/auto'

globalThis.navigator ??= { platform: 'test' } as Navigator
