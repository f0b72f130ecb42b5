// SPDX-License-Identifier: Apache-2.0
// A page of another site must not learn what its visitor is told. Two visitors, one listed and one
// not, open the same hostile page, which tries everything a page can try: it must see the same.
import assert from "node:assert/strict";
import { createServer, request as ask } from "node:http";
import { after, before, test } from "node:test";
import * as site from "./site.mjs";

let data, server, browser, other, silent, listed, unlisted;

// What the hostile page does; runs in the visitor's browser. Times are left out of what is compared
// but for what the browser itself rounds to nothing (sizes, protocols, failures).
async function spy(target) {
	const seen = {};
	const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
	const wait = (promise) => Promise.race([promise, pause(60000).then(() => "nothing happened")]);
	const note = async (name, work) => {
		try {
			seen[name] = await wait(work());
		} catch (error) {
			seen[name] = `${error.name}`;
		}
	};
	const element = (name, attributes) => () => new Promise((resolve) => {
		const made = Object.assign(document.createElement(name), attributes);
		made.onload = () => resolve(`load ${made.naturalWidth ?? ""}${made.sheet?.cssRules?.length ?? ""}`);
		made.onerror = () => resolve("error");
		document.body.append(made);
	});
	for (const path of target.paths) {
		const url = target.origin + path;
		for (const mode of ["cors", "no-cors", "same-origin", "navigate"])
			for (const cache of ["default", "force-cache", "only-if-cached"])
				await note(`fetch ${mode} ${cache} ${path}`, async () => {
					const answer = await fetch(url, { mode, cache, credentials: "include" });
					return [answer.type, answer.status, await answer.text(),
						[...answer.headers.keys()].length];
				});
		await note(`xhr ${path}`, () => new Promise((resolve) => {
			const request = new XMLHttpRequest();
			request.open("GET", url);
			request.onloadend = () => resolve([request.status, request.responseText.length]);
			request.send();
		}));
		await note(`img ${path}`, element("img", { src: url }));
		await note(`script ${path}`, element("script", { src: url }));
		await note(`module ${path}`, element("script", { src: url, type: "module" }));
		await note(`style ${path}`, element("link", { rel: "stylesheet", href: url }));
		await note(`prefetch ${path}`, element("link", { rel: "prefetch", href: url }));
		await note(`object ${path}`, element("object", { data: url }));
		await note(`embed ${path}`, element("embed", { src: url }));
		await note(`video ${path}`, element("video", { src: url, preload: "auto" }));
		await note(`frame ${path}`, () => new Promise((resolve) => {
			const frame = document.createElement("iframe");
			frame.src = url;
			frame.onload = () => {
				let inside = "closed";
				try {
					inside = frame.contentDocument?.body?.innerText ?? "closed";
				} catch (error) {
					inside = error.name;
				}
				resolve([inside, frame.contentWindow.length]);
			};
			document.body.append(frame);
		}));
		// Until it is there, it is empty and open to who has opened it.
		await note(`window ${path}`, async () => {
			const opened = window.open(url);
			let inside;
			for (let i = 0; i < 400 && !(inside === "SecurityError" && opened.closed); i++) {
				await pause(50);
				try {
					inside = opened.document.body.innerText;
				} catch (error) {
					inside = error.name;
				}
			}
			const found = [inside, opened.closed, opened.length];
			opened.close();
			return found;
		});
		// What the browser notes of a request may come after its end.
		for (let i = 0; i < 100 && performance.getEntriesByName(url).length < target.noted; i++)
			await pause(50);
		const timing = performance.getEntriesByName(url);
		seen[`timing ${path}`] = timing.map((entry) => [entry.transferSize, entry.encodedBodySize,
			entry.decodedBodySize, entry.responseStatus, entry.nextHopProtocol]);
	}
	return seen;
}

// Of each address, the requests of the spy that Chromium notes.
const NOTED = 14;
const paths = ["/api/v1/check", "/vi/kiem-tra", "/en/check"];

before(async () => {
	data = site.makeData();
	server = await site.serve(data.data);
	browser = await site.openBrowser();
	other = createServer((request, response) => {
		response.setHeader("Content-Type", "text/html");
		response.end("<!doctype html><title>x</title><body></body>");
	});
	// Older browsers do not say where a request comes from: the same server, seen through them.
	silent = createServer((request, response) => {
		const headers = Object.fromEntries(Object.entries(request.headers)
			.filter(([name]) => !name.startsWith("sec-fetch-")));
		const from = ask(server.address + request.url, { method: request.method, headers }, (answer) => {
			response.writeHead(answer.statusCode, answer.headers);
			answer.pipe(response);
		});
		request.pipe(from);
	});
	for (const listening of [other, silent])
		await new Promise((resolve) => listening.listen(0, "127.0.0.1", resolve));
	({ listed, unlisted } = await site.visitors(server));
});

after(async () => {
	await browser?.close();
	for (const listening of [other, silent]) {
		listening?.close();
		listening?.closeAllConnections();
	}
	await server?.stop();
	data?.remove();
});

// What the hostile page at `origin` sees when the visitor comes from `address`. The visitor has
// looked at the own answer before, as people do.
async function spied(origin, target, address) {
	const context = await browser.context({ extraHTTPHeaders: { "X-Forwarded-For": address } });
	try {
		const own = await context.newPage();
		await own.goto(`${target}/vi/kiem-tra`);
		const resources = (await own.content()).match(/(?<=(?:href|src)=")\/static\/[^"]+/g);
		const answer = await own.locator("h1").textContent();
		const page = await context.newPage();
		await page.goto(origin);
		return { answer, resources, seen: await page.evaluate(spy, { origin: target, paths, noted: NOTED }) };
	} finally {
		await context.close();
	}
}

const port = (listening) => listening.address().port;
const cases = {
	"another site": () => [`http://localhost:${port(other)}/`, server.address],
	"another origin of the same site": () => [`http://127.0.0.1:${port(other)}/`, server.address],
	"another site, in a browser that does not say so": () =>
		[`http://localhost:${port(other)}/`, `http://127.0.0.1:${port(silent)}`],
};

for (const [name, where] of Object.entries(cases)) {
	test(`a page of ${name} sees the same whatever the answer is`, async () => {
		assert.ok(listed && unlisted, "the simulated feed offers both answers");
		const [origin, target] = where();
		const yes = await spied(origin, target, listed);
		const no = await spied(origin, target, unlisted);
		assert.notEqual(yes.answer, no.answer, "the visitors' own answers differ");
		assert.deepEqual(yes.resources, no.resources, "both answers need the same files");
		assert.deepEqual(yes.seen, no.seen);
		const all = JSON.stringify(yes.seen);
		for (const word of [listed, "not_seen", yes.answer, "Mirai"])
			assert.ok(!all.includes(word), `the hostile page got hold of “${word}”`);
		assert.ok(Object.keys(yes.seen).length >= 20 * paths.length);
		if (process.env.QUETSACH_SHOW)
			console.log(JSON.stringify(yes.seen, null, 1));
	});
}

test("answers about the visitor are kept by nobody and open to no other site", async () => {
	for (const path of paths) {
		const answer = await fetch(server.address + path,
			{ headers: { Origin: "http://other.example", "X-Forwarded-For": listed } });
		assert.equal(answer.headers.get("cache-control"), "no-store", path);
		assert.equal(answer.headers.get("cross-origin-resource-policy"), "same-origin", path);
		assert.equal(answer.headers.get("access-control-allow-origin"), null, path);
		assert.match(answer.headers.get("content-security-policy"), /frame-ancestors 'none'/, path);
		assert.equal(answer.headers.get("etag"), null, path);
		assert.equal(answer.headers.get("set-cookie"), null, path);
	}
});

test("a browser that says where the request comes from is refused the answer", async () => {
	for (const from of ["cross-site", "same-site"]) {
		for (const path of paths) {
			const answer = await fetch(server.address + path,
				{ headers: { "Sec-Fetch-Site": from, "X-Forwarded-For": listed } });
			assert.equal(answer.status, 403, `${path} ${from}`);
		}
	}
});
