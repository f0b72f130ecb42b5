// SPDX-License-Identifier: Apache-2.0
// The peer of `quetsach evaluate`: DuckDB makes the rows of bench_evaluation.c as a table, then counts
// what the evaluation counts: distinct addresses by hour and by day, of all, of each botnet, of each
// holder, and over the two windows. Arguments: folder with node_modules, database, days, addresses, and
// once the table is there a file of questions: with none the counts are timed, else they are answered.
import { createRequire } from 'node:module'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const [peers, target, days, addresses, questionFile] = process.argv.slice(2)
const require = createRequire(resolve(peers, 'package.json'))
const { DuckDBInstance } = require('@duckdb/node-api')

const made = existsSync(target)
const instance = await DuckDBInstance.create(target, { threads: '2' })
const connection = await instance.connect()
if (!made) {
	const botnet = [34, 51, 62, 71, 78, 84, 89, 93, 97].map((least) => `(share >= ${least})::INTEGER`).join(' + ')
	await connection.run(`CREATE TABLE sighting AS
		SELECT day::USMALLINT AS day, hour::UTINYINT AS hour, ip::UINTEGER AS ip,
			((ip >> 16) & 255) % 40 AS holder, (${botnet})::UTINYINT AS botnet
		FROM (SELECT *, ((((ip * 40503) % 4294967296) >> 8) & 65535) % 100 AS share
			FROM (SELECT day, i * 24 // ${addresses} AS hour,
				14 * 16777216 + ((i + day * (${addresses} // 10)) * 2654435761) % 16777216 AS ip
				FROM range(${days}) d(day), range(${addresses}) a(i)))
		ORDER BY day, hour`)
	await connection.run('CHECKPOINT')
} else if (JSON.parse(readFileSync(questionFile)).length > 0) {
	const random = []
	for (const { scope, key, time, day, hour } of JSON.parse(readFileSync(questionFile))) {
		const where = { hour: `day = ${day} AND hour = ${hour}`, day: `day = ${day}`,
			base: 'day BETWEEN 7 AND 13', end: `day >= ${days - 7}` }[time]
		const question = `SELECT count(DISTINCT ip) FROM sighting WHERE ${where}` +
			(scope === 'all' ? '' : ` AND ${scope} = ${key}`)
		random.push((await connection.runAndReadAll(question)).getRows()[0][0].toString())
	}
	console.log(JSON.stringify({ random }))
} else {
	const started = performance.now()
	const used = process.cpuUsage()
	const sums = []
	for (const by of ['', ', botnet', ', holder']) {
		for (const time of ['day, hour', 'day'])
			sums.push(`SELECT sum(n) FROM (SELECT count(DISTINCT ip) AS n FROM sighting GROUP BY ${time}${by})`)
		for (const window of ['day BETWEEN 7 AND 13', `day >= ${days - 7}`])
			sums.push(`SELECT sum(n) FROM (SELECT count(DISTINCT ip) AS n FROM sighting WHERE ${window}
				GROUP BY day < 0${by})`)
	}
	const answers = []
	for (const question of sums)
		answers.push((await connection.runAndReadAll(question)).getRows()[0][0].toString())
	const spent = process.cpuUsage(used)
	console.log(JSON.stringify({ seconds: (performance.now() - started) / 1e3,
		processor: (spent.user + spent.system) / 1e6, answers }))
}
connection.closeSync()
