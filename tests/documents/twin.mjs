// Runs the tablet's own code for the tests: reads jobs as JSON from stdin, writes their results as JSON to stdout.
import { createRequire } from 'node:module'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'

const web = fileURLToPath(new URL('../../web/', import.meta.url))
const { build } = await import(pathToFileURL(createRequire(`${web}package.json`).resolve('vite')).href)

async function bundled(name) {
  const { output } = await build({
    root: web,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: { ssr: `${web}src/handover/${name}.ts`, write: false, minify: false },
  })
  return import(`data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`)
}

async function signed({ document, strokes, signer, ...rest }) {
  const { signDocument } = await bundled('sign')
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
  const fields = await signDocument({ document, strokes, signer, ...rest, privateKey })
  return { fields, public_key: await crypto.subtle.exportKey('jwk', publicKey) }
}

async function documents(jobs) {
  const { buildDocument, canonical } = await bundled('document')
  return jobs.map(({ purpose, rows: r }) => canonical(
    buildDocument(purpose, r.visit, r.vehicle, r.customer, r.damages, r.findings, r.lines, r.photos),
  ))
}

const work = JSON.parse(await text(process.stdin))
process.stdout.write(JSON.stringify(await (work.sign ? signed(work.sign) : documents(work.documents))))
