// SPDX-License-Identifier: Apache-2.0
// The peer of `quetsach ingest`: DuckDB reads the same file into a database file. Arguments: folder with
// node_modules, file, database, reader (read_csv, read_csv_plain for a list without a header, read_ndjson).
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

const [peers, file, target, reader = 'read_csv'] = process.argv.slice(2)
const require = createRequire(resolve(peers, 'package.json'))
const { DuckDBInstance } = require('@duckdb/node-api')

const name = `'${file.replaceAll("'", "''")}'`
const source = reader === 'read_csv_plain' ? `read_csv(${name}, header = false)` : `${reader}(${name})`
const instance = await DuckDBInstance.create(target, { threads: '2' })
const connection = await instance.connect()
await connection.run(`CREATE TABLE sighting AS SELECT * FROM ${source}`)
await connection.run('CHECKPOINT')
const count = await connection.runAndReadAll('SELECT count(*) FROM sighting')
console.log(count.getRows()[0][0].toString())
connection.closeSync()
