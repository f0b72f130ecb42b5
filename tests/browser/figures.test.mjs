// SPDX-License-Identifier: Apache-2.0
// The public figures with a campaign that was judged: 320 px to 4K, light, dark, paper, keyboard
// alone, without a script; what can be taken along says what the page says.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fits, name, printsWell, saysItWithoutScript, speaksOneLanguage, worksByKeyboard }
	from "./examine.mjs";
import * as site from "./site.mjs";

const WIDTHS = [320, 360, 768, 1440, 3840];
const PATHS = ["/vi/so-lieu", "/en/figures", "/vi/so-lieu/trial-1", "/en/figures/trial-0"];
const LIMIT = 300_000;

const get = async (path, options) => fetch(server.address + path, options);
let data, server, browser, context, plain;

before(async () => {
	data = site.makeCampaign({ address: "https://quetsach.example" });
	server = await site.serve(data.data);
	browser = await site.openBrowser();
	context = await browser.context({ viewport: { width: 1440, height: 900 },
		reducedMotion: "reduce" });
	plain = await browser.context({ javaScriptEnabled: false });
});

after(async () => {
	await browser?.close();
	await server?.stop();
	data?.remove();
});

for (const path of PATHS) {
	test(path, async () => {
		const page = await context.newPage();
		const faults = site.watch(page, server.address);
		try {
			const answer = await page.goto(server.address + path, { waitUntil: "load" });
			assert.ok((await answer.body()).length <= LIMIT, `${(await answer.body()).length} bytes`);
			assert.equal(await page.locator("h1").count(), 1, "one h1");
			for (const width of WIDTHS)
				await fits(page, path, width);
			await speaksOneLanguage(page, path);
			await worksByKeyboard(page, path);
			for (const [width, colorScheme] of [[360, "light"], [1440, "dark"]]) {
				await page.setViewportSize({ width, height: 900 });
				await page.emulateMedia({ colorScheme });
				// What is folded away must be as good as what is not.
				await page.evaluate(() => document.querySelectorAll("details")
					.forEach((details) => { details.open = true; }));
				assert.deepEqual(await site.axe(page), [], `${path}, ${colorScheme}`);
				assert.deepEqual(await site.overflow(page), [], `${path}, unfolded`);
				await site.picture(page, `${name(path)}-${colorScheme}`);
			}
			await page.reload({ waitUntil: "load" });
			await printsWell(page, path);
			await saysItWithoutScript(page, plain, server.address + path);
			assert.deepEqual(faults, []);
		} finally {
			await page.close();
		}
	});
}

test("the contents lead to every part, on a phone and beside the text", async () => {
	const page = await context.newPage();
	for (const [width, nav] of [[360, ".places-folded"], [1440, ".places"]]) {
		await page.setViewportSize({ width, height: 900 });
		await page.goto(`${server.address}/vi/so-lieu`);
		if (width < 1000)
			await page.locator(`${nav} > summary`).click();
		const links = page.locator(`${nav} a`);
		const count = await links.count();
		assert.ok(count > 8 && count < 25, `${count} places`);
		for (let i = 0; i < count; i++) {
			const anchor = (await links.nth(i).getAttribute("href")).slice(1);
			assert.equal(await page.locator(`[id="${anchor}"]`).count(), 1, `#${anchor}`);
		}
		await links.last().click();
		assert.ok(await page.locator("#figures-editions").isVisible());
	}
	await page.close();
});

test("one chart is shown, and what it shows stands in a table", async () => {
	const page = await context.newPage();
	for (const width of [360, 1440]) {
		await page.setViewportSize({ width, height: 900 });
		await page.goto(`${server.address}/en/figures`);
		for (const series of await page.locator(".series figure").all())
			assert.equal(await series.locator("svg").filter({ visible: true }).count(), 1);
	}
	const charts = await page.locator("main figure svg").evaluateAll((all) => all.map((svg) =>
		svg.getAttribute("aria-labelledby").split(" ").map((id) =>
			document.getElementById(id)?.textContent.length > 5)));
	assert.ok(charts.length >= 6 && charts.flat().every(Boolean), "every chart has title and description");
	await page.locator(".series summary").first().click();
	const row = page.locator(".series").first().locator("tbody tr").first();
	const latest = await page.locator(".series .latest strong").first().innerText();
	assert.equal(await row.locator("td").first().innerText(), latest);
	await page.close();
});

test("made-up figures say so on top, in titles and in the names of files", async () => {
	const page = await context.newPage();
	await page.goto(`${server.address}/en/figures`);
	assert.match(await page.title(), /^SIMULATED DATA: /);
	assert.ok(await page.locator("main .notice").first().getByText("SIMULATED DATA").isVisible());
	for (const heading of [".series h3", ".edition h2"])
		assert.match(await page.locator(heading).first().innerText(), /SIMULATED DATA/);
	await page.close();
	const saved = (await get("/en/figures/trial-2/trial-2.pdf")).headers.get("content-disposition");
	assert.match(saved, /filename="simulated-trial-2\.en\.pdf"/);
});

test("every table and file that is offered can be taken, and says the same", async () => {
	const page = await context.newPage();
	await page.goto(`${server.address}/vi/so-lieu`);
	const links = await page.locator(".downloads a, .edition .actions a")
		.evaluateAll((all) => all.map((a) => a.getAttribute("href")));
	await page.close();
	assert.ok(links.length > 20, `${links.length} downloads`);
	for (const link of new Set(links)) {
		const answer = await get(link);
		assert.equal(answer.status, 200, link);
		assert.match(answer.headers.get("content-disposition"), /^attachment; filename="mo-phong-/, link);
		assert.ok((await answer.arrayBuffer()).byteLength > 20, link);
	}
	for (const csv of links.filter((link) => link.endsWith(".csv"))) {
		const lines = (await (await get(csv)).text()).replace(/^\ufeff/, "").trimEnd().split("\r\n");
		const { rows } = await (await get(csv.replace(/csv$/, "json"))).json();
		assert.equal(lines.length - 1, rows.length, csv);
		if (rows.length > 0)
			assert.equal(Object.keys(rows[0]).join(","), lines[0], csv);
	}
});

test("a page is made once for a publication, kept with its ETag, and sent compressed", async () => {
	const made = async () => Number((await (await get("/metrics")).text())
		.match(/quetsach_http_shared_made_total (\d+)/)[1]);
	const first = await get("/en/figures/trial-2");
	const tag = first.headers.get("etag");
	const before = await made();
	for (let i = 0; i < 5; i++)
		assert.equal((await get("/en/figures/trial-2")).headers.get("etag"), tag);
	assert.equal(await made(), before);
	assert.equal(first.headers.get("content-encoding"), "gzip");
	const kept = await get("/en/figures/trial-2", { headers: { "If-None-Match": tag } });
	assert.equal(kept.status, 304);
});

test("what waits for its day is nowhere", async () => {
	for (const path of ["/vi/so-lieu/trial-3", "/en/figures/trial-3/goals.csv",
		"/en/figures/trial-3/trial-3.json", "/api/v1/evaluations/trial/3"])
		assert.equal((await get(path)).status, 404, path);
	for (const path of ["/vi/so-lieu", "/api/v1/evaluations", "/sitemap.xml"])
		assert.doesNotMatch(await (await get(path)).text(), /trial-3|Third correction|Sửa lần ba/, path);
});

test("the live figure says all of it at 320 × 180", async () => {
	const small = await browser.context({ viewport: { width: 320, height: 180 } });
	const page = await small.newPage();
	for (const [path, sources] of [["/vi/nhung/so-lieu", "mọi nguồn tin công khai"],
		["/en/embed/figure", "all public sources"]]) {
		await page.goto(server.address + path);
		assert.ok((await page.locator("main").innerText()).includes(sources), path);
		assert.deepEqual(await page.evaluate(() => [document.documentElement.scrollHeight,
			document.documentElement.scrollWidth]), [180, 320], path);
	}
	await small.close();
});

test("the home page, the press page and the footer lead here", async () => {
	for (const path of ["/vi/", "/vi/bao-chi", "/vi/cong-cu"])
		assert.match(await (await get(path)).text(), /href="\/vi\/so-lieu"/, path);
	const embedded = await (await get("/vi/nhung/so-lieu")).text();
	assert.match(embedded, /href="\/vi\/so-lieu"/);
	assert.match(embedded, /DỮ LIỆU MÔ PHỎNG/);
});
