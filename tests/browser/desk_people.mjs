// SPDX-License-Identifier: Apache-2.0
// A desk as it is run, and the people at it: with a browser, or with plain requests that send the
// same forms (many of them, quickly).
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { chmodSync, mkdtempSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { removeFolder, startServer } from "./server.mjs";

const program = process.env.QUETSACH;
// A connection for each request: one that is kept may be closed by the server while a command runs here.
const agent = new http.Agent({ maxSockets: 8 });

export const PASSWORD = "ba con meo nam ngu tren mai nha";

// A data folder and the commands on it.
export function makeHouse() {
	const home = mkdtempSync(join(tmpdir(), "quetsach-desk-"));
	chmodSync(home, 0o755);
	const data = join(home, "data");
	const words = (given) => [...given, "--data", data,
		...(given.includes("--lang") ? [] : ["--lang", "en"])];
	const run = (...given) => execFileSync(program, words(given), { encoding: "utf8", stdio: "pipe" });
	const later = async (...given) => (await promisify(execFile)(program, words(given))).stdout;
	run("init", "--country", "VN");
	return { home, data, run, later, remove: () => removeFolder(home) };
}

export function openDesk(data, ...words) {
	return startServer(["serve", "--data", data, "--lang", "en", "--listen", "127.0.0.1:0",
		"--desk-listen", "127.0.0.1:0", ...words], /(http:\/\/\S+:\d+)\/desk\/vi\//);
}

// The six digits an authenticator shows (RFC 6238) for the key as the page says it.
export function code(key, at = Date.now()) {
	const letters = key.toUpperCase().replace(/[^A-Z2-7]/g, "");
	const bits = [...letters].map((letter) =>
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
	const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor(at / 30000)));
	const hash = createHmac("sha1", secret).update(step).digest();
	const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
	return String(number % 1e6).padStart(6, "0");
}

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", "#x27": "'" };
export const plain = (html) => html.replace(/<[^>]*>/g, "").replace(/&([^;]+);/g,
	(whole, name) => entities[name] ?? whole);

function attributes(tag) {
	const found = {};
	for (const [, name, value] of tag.matchAll(/([a-z-]+)(?:="([^"]*)")?/g))
		found[name] = plain(value ?? "");
	return found;
}

// What a browser would send of each form, before anybody types.
function formsOf(html) {
	return [...html.matchAll(/<form ([^>]*)>(.*?)<\/form>/gs)].map(([, head, inner]) => {
		const { action, method, enctype } = attributes(head);
		const fields = new Map();
		for (const [, tag] of inner.matchAll(/<input ([^>]*)>/g)) {
			const { type, name, value, checked } = attributes(tag);
			if (!["checkbox", "radio"].includes(type) || checked !== undefined)
				fields.set(name, type === "file" ? undefined : value ?? "");
			else if (!fields.has(name))
				fields.set(name, undefined);
		}
		for (const [, tag, text] of inner.matchAll(/<textarea ([^>]*)>(.*?)<\/textarea>/gs))
			fields.set(attributes(tag).name, plain(text));
		for (const [, tag, options] of inner.matchAll(/<select ([^>]*)>(.*?)<\/select>/gs)) {
			const values = [...options.matchAll(/<option ([^>]*)>/g)].map(([, o]) => attributes(o));
			fields.set(attributes(tag).name,
				(values.find((o) => o.selected !== undefined) ?? values[0])?.value);
		}
		const buttons = [...inner.matchAll(/<button ([^>]*)>/g)].map(([, tag]) => attributes(tag));
		return { action, method, enctype, fields, buttons };
	});
}

// Cookies and pages as a browser without JavaScript has them.
export class Visitor {
	constructor(address, lang) {
		Object.assign(this, { address, lang, cookies: new Map(), body: "", status: 0, url: "" });
	}

	request(method, path, headers = {}, sent = undefined) {
		const url = new URL(path, `${this.address}/desk/${this.lang}/`);
		headers = { "Sec-Fetch-Site": "same-origin", ...headers,
			Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
		return new Promise((resolve, reject) => {
			const request = http.request(url, { method, headers, agent }, (response) => {
				const parts = [];
				response.on("data", (part) => parts.push(part));
				response.on("end", () => resolve(this.take(url, response, Buffer.concat(parts))));
			});
			request.on("error", reject);
			request.end(sent);
		});
	}

	take(url, response, bytes) {
		for (const cookie of response.headers["set-cookie"] ?? []) {
			const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
			if (/Max-Age=0/.test(cookie))
				this.cookies.delete(name);
			else
				this.cookies.set(name, value);
		}
		Object.assign(this, { url: url.href, status: response.statusCode, bytes,
			body: bytes.toString("utf8"), location: response.headers.location,
			refresh: response.headers.refresh });
		return this;
	}

	async get(path) {
		await this.request("GET", path);
		return this.follow();
	}

	async follow() {
		for (let i = 0; i < 6 && [302, 303].includes(this.status); i++)
			await this.request("GET", new URL(this.location, this.url).pathname +
				new URL(this.location, this.url).search);
		return this;
	}

	// A page of work that goes on comes again by itself; until it is done, or the work's file.
	async finish() {
		for (const end = Date.now() + 600_000; this.refresh && Date.now() < end;) {
			await new Promise((resolve) => setTimeout(resolve, 200));
			await this.get(new URL(this.url).pathname);
		}
		return this;
	}

	// The session goes from a browser to plain requests, and back.
	async takeFrom(page) {
		for (const { name, value } of await page.context().cookies())
			this.cookies.set(name, value);
	}

	async lendTo(page) {
		await page.context().addCookies([...this.cookies].map(([name, value]) =>
			({ name, value, url: this.address })));
	}

	form(ending) {
		const found = formsOf(this.body).find((form) => form.action.endsWith(ending));
		assert.ok(found, `${this.url}: no form to …${ending}: ${this.heading()} ${this.problems()}`);
		return found;
	}

	has(ending) {
		return formsOf(this.body).some((form) => form.action.endsWith(ending));
	}

	// Fills in the page's form to …ending and presses its button of that value (or the only one).
	async send(ending, given = {}, button = undefined) {
		const form = button === undefined ? this.form(ending) : formsOf(this.body).find((f) =>
			f.action.endsWith(ending) && f.buttons.some((b) => b.value === button));
		assert.ok(form, `${this.url}: no button ${button} to …${ending}`);
		const fields = new Map([...form.fields].filter(([, value]) => value !== undefined));
		for (const [name, value] of Object.entries(given)) {
			assert.ok(form.fields.has(name), `${this.url}: no field ${name} in the form`);
			fields.set(name, value);
		}
		if (button !== undefined)
			fields.set(form.buttons.find((b) => b.value === button).name, button);
		const [type, sent] = form.enctype === "multipart/form-data" ? await multipart(fields) :
			["application/x-www-form-urlencoded", Buffer.from(String(new URLSearchParams([...fields])))];
		await this.request("POST", form.action, { "Content-Type": type, "Content-Length": sent.length },
			sent);
		return this.follow();
	}

	// Sent, and nothing was wrong with it.
	async does(...words) {
		await this.send(...words);
		assert.equal(this.status, 200, `${this.url}: ${this.heading()}: ${this.problems()}`);
		return this;
	}

	heading() {
		return plain(/<h1[^>]*>(.*?)<\/h1>/s.exec(this.body)?.[1] ?? "");
	}

	problems() {
		return plain(/class="[^"]*problems".*?<ul>(.*?)<\/ul>/s.exec(this.body)?.[1] ?? "");
	}

	says(words) {
		return plain(this.body).includes(words);
	}

	// Rows of the page's nth table, cell by cell, in words.
	rows(nth = 0) {
		const table = [...this.body.matchAll(/<table.*?<\/table>/gs)][nth]?.[0] ?? "";
		const body = /<tbody>(.*)<\/tbody>/s.exec(table)?.[1] ?? "";
		return [...body.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) =>
			[...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => plain(cell).trim()));
	}
}

async function multipart(fields) {
	const form = new FormData();
	for (const [name, value] of fields)
		if (value?.bytes)
			form.set(name, new Blob([value.bytes]), value.name);
		else
			form.set(name, value);
	const response = new Response(form);
	return [response.headers.get("content-type"), Buffer.from(await response.arrayBuffer())];
}

// With the link of an invitation: a password, and in; the second factor where it is asked for.
export async function joinDesk(visitor, link) {
	await visitor.get(new URL(link, visitor.address).pathname);
	await visitor.does("/invitation", { password: PASSWORD });
	return secondStep(visitor);
}

export async function signIn(visitor, mail, password = PASSWORD) {
	await visitor.get("login");
	await visitor.does("/login", { mail, password });
	return secondStep(visitor);
}

async function secondStep(visitor) {
	if (!visitor.has("/second-factor"))
		return visitor;
	const key = plain(/class="secret"[^>]*>(.*?)</s.exec(visitor.body)[1]);
	await visitor.does("/second-factor", { code: code(key) });
	return visitor;
}

// At most `lanes` at a time, in order.
export async function each(list, act, lanes = 4) {
	let next = 0;
	await Promise.all(Array.from({ length: lanes }, async () => {
		while (next < list.length) {
			const index = next++;
			await act(list[index], index);
		}
	}));
}
