// SPDX-License-Identifier: Apache-2.0
// YARA-X over a folder with two threads: node yarax_scan.mjs PEERS RULES LIST → JSON of seconds to compile, to scan, and
// how many pairs. RULES is a folder of files without names that come twice; those it does not take are left out.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const externals = { filename: '', filepath: '', extension: '', filetype: '', owner: '' };
const [peers, folder, list] = isMainThread ? process.argv.slice(2) : workerData.words;
const { compile, validate } = createRequire(`${peers}/package.json`)('@litko/yara-x');

function run() {
	const rules = compile(workerData.source, { defineVariables: externals });
	parentPort.postMessage('ready');
	parentPort.on('message', (files) => {
		let pairs = 0, failed = 0;
		for (const file of files) {
			try {
				pairs += rules.scanFile(file).length;
			} catch {
				failed += 1;
			}
		}
		parentPort.postMessage({ pairs, failed });
		parentPort.close();
	});
}

async function main() {
	const begun = performance.now();
	const texts = readdirSync(folder).sort().map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
	const taken = texts.filter((text) => validate(text, { defineVariables: externals }).errors.length === 0);
	const source = taken.join('\n');
	const workers = [0, 1].map(() => new Worker(new URL(import.meta.url), { workerData: { words: [peers, folder, list], source } }));
	await Promise.all(workers.map((w) => new Promise((done, fail) => w.once('message', done).once('error', fail))));
	const compiled = performance.now();
	const files = readFileSync(list, 'utf8').split('\n').filter(Boolean);
	const answers = await Promise.all(workers.map((w, i) => new Promise((done, fail) => {
		w.once('message', done).once('error', fail);
		w.postMessage(files.filter((_, n) => n % 2 === i));
	})));
	const seconds = (performance.now() - compiled) / 1000;
	console.log(JSON.stringify({ seconds, compiling: (compiled - begun) / 1000, texts: texts.length, taken: taken.length,
		pairs: answers[0].pairs + answers[1].pairs, failed: answers[0].failed + answers[1].failed }));
}

if (isMainThread) {
	await main();
} else {
	run();
}
