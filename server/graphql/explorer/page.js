// The explorer: a query, its answer, and what the schema says of itself. Nothing is loaded from elsewhere or kept.
const [token, query, variables, status, answer, search, found] = ['token', 'query', 'variables', 'status', 'answer', 'search', 'found']
  .map((id) => document.getElementById(id))

const FIRST = `{
  me { name role store { name } }
  visits(openOnly: true, first: 5) {
    edges { node { number stage readyAt vehicle { plate } } }
    pageInfo { hasNextPage endCursor }
  }
}`
const TYPE = 'type { name kind ofType { name kind ofType { name kind ofType { name kind } } } }'
const SCHEMA = `{ __schema { types {
  name kind description enumValues { name description } inputFields { name description ${TYPE} }
  fields { name description ${TYPE} args { name description ${TYPE} } }
} } }`
const MOST = 60

async function post(path, body) {
  const headers = { 'Content-Type': 'application/json' }
  if (token.value.trim()) headers.Authorization = `Bearer ${token.value.trim()}`
  const answered = await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: answered.status, body: await answered.json() }
}

async function signIn(event) {
  event.preventDefault()
  token.value = ''
  const { body } = await post('/auth/login', Object.fromEntries(new FormData(event.target)))
  token.value = body.token ?? ''
  status.textContent = body.token ? `已登录 · Signed in: ${body.user.name}` : `${body.code}: ${body.message}`
  if (body.token) query.focus()
}

async function run() {
  let given = {}
  try {
    given = JSON.parse(variables.value.trim() || '{}')
  } catch (error) {
    status.textContent = `变量不是 JSON · The variables are no JSON: ${error.message}`
    variables.focus()
    return
  }
  status.textContent = '… '
  const began = performance.now()
  try {
    const answered = await post('/graphql', { query: query.value, variables: given })
    const wrong = answered.body.errors?.length ?? 0
    status.textContent = `${Math.round(performance.now() - began)} ms${wrong ? ` · ${wrong} 个错误 errors` : ''}`
    answer.textContent = JSON.stringify(answered.body, null, 2)
  } catch {
    status.textContent = '服务器没有回应 · The server did not answer'
  }
}

let types
async function known() {
  types ??= (await post('/graphql', { query: SCHEMA })).body.data.__schema.types.filter((type) => !type.name.startsWith('__'))
  return types
}

const written = ({ kind, name, ofType }) =>
  kind === 'NON_NULL' ? `${written(ofType)}!` : kind === 'LIST' ? `[${written(ofType)}]` : name
const named = (type) => (type.ofType ? named(type.ofType) : type.name)
const parts = (type) => type.fields ?? type.inputFields ?? type.enumValues ?? []

function element(tag, text, ...inner) {
  const made = document.createElement(tag)
  made.append(text, ...inner)
  return made
}

/** The name of a type, which opens it. */
function opens(type) {
  const button = element('button', written(type))
  button.type = 'button'
  button.addEventListener('click', () => {
    search.value = named(type)
    show()
  })
  return button
}

function entry(before, part) {
  const term = element('dt', before + part.name)
  const given = (part.args ?? []).map((argument) => `${argument.name}: ${written(argument.type)}`)
  if (given.length) term.append(`(${given.join(', ')})`)
  if (part.type) term.append(': ', opens(part.type))
  const says = (part.args ?? []).filter((argument) => argument.description)
    .map((argument) => `${argument.name}: ${argument.description}`)
  return [term, element('dd', [part.description, ...says].join(' '))]
}

async function show() {
  const words = search.value.trim().toLowerCase()
  const all = await known()
  const whole = all.find((type) => type.name.toLowerCase() === (words || 'query'))
  if (whole) {
    const says = element('p', whole.description ?? '')
    says.className = 'says'
    found.replaceChildren(element('h3', whole.name), says, element('dl', '', ...parts(whole).flatMap((part) => entry('', part))))
    return
  }
  const hits = (of) => `${of.name} ${of.description}`.toLowerCase().includes(words)
  const matching = all.flatMap((type) => [
    ...(hits(type) ? [{ before: '', part: { ...type, type, args: [] } }] : []),
    ...parts(type).filter(hits).map((part) => ({ before: `${type.name}.`, part })),
  ])
  const list = matching.slice(0, MOST).flatMap(({ before, part }) => entry(before, part))
  const more = matching.length > MOST ? `还有 ${matching.length - MOST} 项 · more` : matching.length ? '' : '没有找到 · Nothing found'
  found.replaceChildren(element('dl', '', ...list), element('p', more))
}

query.value = FIRST
document.getElementById('sign-in').addEventListener('submit', signIn)
document.getElementById('run').addEventListener('click', run)
search.addEventListener('input', show)
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    run()
  }
})
show()
