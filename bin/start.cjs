/*
 * Hands over to the built command. Apart from launch.cjs because import() is a syntax error where launch.cjs must still run.
 * V8's compile cache (Node 22.1 and later) saves the parsing of what was parsed last time.
 */
const { enableCompileCache } = require('node:module')
const { pathToFileURL } = require('node:url')

module.exports = function start(file) {
  if (enableCompileCache) enableCompileCache()
  import(pathToFileURL(file).href).catch(error => {
    console.error(error)
    process.exit(1)
  })
}
