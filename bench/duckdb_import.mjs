// SPDX-License-Identifier: Apache-2.0
// The peer of `quetsach ingest`: DuckDB reads the same CSV into a database file. Arguments: folder
// with node_modules, CSV, database.
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

const [peers, csv, target] = process.argv.slice(2)
const require = createRequire(resolve(peers, 'package.json'))
const { DuckDBInstance } = require('@duckdb/node-api')

const instance = await DuckDBInstance.create(target, { threads: '2' })
const connection = await instance.connect()
await connection.run(`CREATE TABLE sighting AS SELECT * FROM read_csv('${csv.replaceAll("'", "''")}')`)
await connection.run('CHECKPOINT')
const count = await connection.runAndReadAll('SELECT count(*) FROM sighting')
console.log(count.getRows()[0][0].toString())
connection.closeSync()
