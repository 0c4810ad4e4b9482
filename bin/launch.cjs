/*
 * The first lines of every command, in syntax that the oldest Node can read: a Node that is too old and a checkout that is
 * not built each get one sentence instead of a stack. Whatever comes after is dist/'s.
 *
 * Of a worker on a cluster the driver hears the exit code alone, so it has one for each.
 */
var fs = require('fs')
var path = require('path')

module.exports = function launch(command, target) {
  var file = path.join(__dirname, '..', 'dist', 'bin', target)
  if (parseInt(process.versions.node, 10) < 20) {
    return refuse(command, 70, command + ' needs Node 20 or later; this is Node ' + process.versions.node + ' (https://nodejs.org has newer ones).')
  }
  if (!fs.existsSync(file)) {
    return refuse(command, 71, command + ' is not built yet: run `npm run build` in ' + path.dirname(__dirname) + ' first.')
  }
  require('./start.cjs')(file)
}

function refuse(command, code, sentence) {
  console.error(sentence)
  process.exit(command === 'tspark-worker' ? code : 1)
}
