// graphql-ws, the reference client, at the door: node sockets.mjs SCENARIO {"url", "tokens", …}. Prints what happens to it,
// a line of JSON each; `tokens` are what it signs in with, the next at each connection.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const web = createRequire(fileURLToPath(new URL('../../web/package.json', import.meta.url)))
const { createClient } = web('graphql-ws')
const { WebSocket } = web('ws')

const [, , scenario, given] = process.argv
const { url, tokens, query, variables } = JSON.parse(given)
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`)
const client = (options = {}) => createClient({
  url, webSocketImpl: WebSocket, lazy: true, retryWait: async () => {},
  connectionParams: () => ({ token: tokens.length > 1 ? tokens.shift() : tokens[0] }),
  on: { closed: (event) => tell({ closed: event.code }), connected: () => tell('connected') },
  ...options,
})

function asked(from, query, variables) {
  return new Promise((resolve, reject) => {
    let answer
    from.subscribe({ query, variables }, { next: (value) => { answer = value }, error: reject, complete: () => resolve(answer) })
  })
}

const scenarios = {
  // It pings, and is done when it was answered twice.
  async pings() {
    let pongs = 0
    await new Promise((resolve) => {
      const on = { pong: (received) => { if (received && ++pongs === 2) resolve() } }
      client({ keepAlive: 20, lazy: false, on })
    })
    tell({ pongs })
  },
  // A connection that is refused, and no second try.
  async refused() {
    await asked(client({ retryAttempts: 0 }), query).catch(() => {})
  },
  // What cannot run, then what can, over one connection.
  async errors() {
    const one = client({ lazyCloseTimeout: 5000 })
    await asked(one, '{ nothing }').catch((errors) => tell({ failed: errors.map((error) => error.extensions.code) }))
    tell(await asked(one, query))
  },
  // Watches until it is ended; after a closed connection it asks anew by itself.
  async watch() {
    const one = client({ keepAlive: 0 })
    await new Promise((resolve) => {
      one.subscribe({ query, variables }, { next: tell, error: (error) => { tell({ error }); resolve() }, complete: resolve })
    })
  },
}

await scenarios[scenario]()
process.exit(0)
