// SPDX-License-Identifier: Apache-2.0
// dynalite behind TLS, in memory: serve-dynamodb.cjs DYNALITE PORT KEY_FILE CERTIFICATE_FILE
const fs = require('fs')
const [dynalite, port, key, cert] = process.argv.slice(2)

const server = require(dynalite)({
  ssl: true,
  key: fs.readFileSync(key),
  cert: fs.readFileSync(cert),
  ca: fs.readFileSync(cert),
  createTableMs: 0,
})
// Node would close a connection that is idle for 5 s; here --idle-timeout decides.
server.keepAliveTimeout = 0
server.on('error', (error) => {
  console.error(error.message)
  process.exit(1)
})
server.listen(Number(port), '127.0.0.1')
