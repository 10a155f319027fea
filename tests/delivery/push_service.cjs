// The npm package web-push-testing as a push service on the loopback interface alone: node push_service.cjs PACKAGE PORT
const net = require('node:net')
const path = require('node:path')

const [folder, port] = process.argv.slice(2)
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (at, done) {
  return listen.call(this, at, '127.0.0.1', done)
}

const Service = require(path.join(folder, 'src/server.js'))
const { PushApiModel } = require(path.join(folder, 'src/PushApiModel.js'))
const model = new PushApiModel()
const service = new Service(model, Number(port))
model.notifyUrl = `http://127.0.0.1:${port}/notify/`

// What a real service does and this one does not: refuse for a while. Each wish is used up by one message, in order.
const moods = new Map()
const refused = {}
let asked = 0
service._app.post('/mood', (request, answer) => {
  moods.set(request.body.clientHash, [...request.body.statuses])
  answer.sendStatus(200)
})
service._app.post('/wire', (_, answer) => answer.send({ asked, refused }))
service._app.post('/everything', (_, answer) => answer.send(model.messages))
service._app.use('/notify/:clientHash', (request, answer, next) => {
  asked += 1
  const { clientHash } = request.params
  const status = moods.get(clientHash)?.shift()
  if (!status) return next()
  ;(refused[clientHash] ??= []).push([status, Date.now() / 1000])
  answer.set('Retry-After', '2').sendStatus(status)
})
service.startServer()
