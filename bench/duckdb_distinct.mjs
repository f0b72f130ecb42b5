// SPDX-License-Identifier: Apache-2.0
// The peer of bench_distinct: DuckDB counts the same on the table that duckdb_import.mjs made. Arguments:
// folder with node_modules, database and, for questions instead of all counts, a file of them.
import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const [peers, target, questionFile] = process.argv.slice(2)
const require = createRequire(resolve(peers, 'package.json'))
const { DuckDBInstance } = require('@duckdb/node-api')

const instance = await DuckDBInstance.create(target, { threads: '2' })
const connection = await instance.connect()
const rows = async (question) => (await connection.runAndReadAll(question)).getRows()
if (questionFile) {
	for (const [from, to, name] of JSON.parse(readFileSync(questionFile)))
		console.log((await rows(`SELECT count(DISTINCT src_ip) FROM sighting WHERE infection = '${name}'
			AND epoch("timestamp") >= ${from} AND epoch("timestamp") < ${to}`))[0][0].toString())
} else {
	const started = performance.now()
	const used = process.cpuUsage()
	const groups = await rows(`SELECT epoch("timestamp")::BIGINT // 86400, infection, count(DISTINCT src_ip)
		FROM sighting GROUP BY 1, 2`)
	const spent = process.cpuUsage(used)
	console.log(JSON.stringify({ seconds: (performance.now() - started) / 1e3,
		processor: (spent.user + spent.system) / 1e6,
		counts: Object.fromEntries(groups.map(([day, name, count]) => [`${day} ${name}`, Number(count)])) }))
}
connection.closeSync()
