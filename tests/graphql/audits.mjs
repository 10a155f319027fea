// graphql-http's audits of a server, run against the address in the first argument; the results as JSON on stdout.
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const web = createRequire(fileURLToPath(new URL('../../web/package.json', import.meta.url)))
const { serverAudits } = web('graphql-http')

const results = []
for (const audit of serverAudits({ url: process.argv[2] })) {
  const { id, name, status, reason = '' } = await audit.fn()
  results.push({ id, name, status, reason })
}
process.stdout.write(`${JSON.stringify(results)}\n`)
