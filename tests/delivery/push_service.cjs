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
service.startServer()
