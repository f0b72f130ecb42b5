// SPDX-License-Identifier: Apache-2.0
// What pages do on a phone, on paper, with a script and without one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as site from "./site.mjs";

const ADDRESS = "https://quetsach.example";
const words = {
	vi: { home: "/vi/", share: "/vi/chia-se", check: "/vi/kiem-tra", copy: "Sao chép",
		copied: "Đã sao chép.", sheet: "CHIA SẺ", left: "ngày còn lại, tính cả hôm nay" },
	en: { home: "/en/", share: "/en/share", check: "/en/check", copy: "Copy", copied: "Copied.",
		sheet: "SHARE", left: "days left, today included" },
};

let data, server, browser, context, plain;

before(async () => {
	data = site.makeData({ address: ADDRESS });
	server = await site.serve(data.data);
	browser = await site.openBrowser();
	context = await browser.context({ viewport: { width: 1440, height: 900 },
		permissions: ["clipboard-read", "clipboard-write"] });
	plain = await browser.context({ viewport: { width: 360, height: 740 },
		javaScriptEnabled: false });
});

after(async () => {
	await browser?.close();
	await server?.stop();
	data?.remove();
});

async function visit(where, path, work) {
	const page = await where.newPage();
	const faults = site.watch(page, server.address);
	try {
		await page.goto(server.address + path, { waitUntil: "load" });
		await work(page);
		assert.deepEqual(faults, []);
	} finally {
		await page.close();
	}
}

for (const [lang, say] of Object.entries(words)) {
	const url = `${ADDRESS}/${lang}/`;

	test(`${lang}: every way to share leads to the site's own address`, () =>
		visit(plain, say.share, async (page) => {
			const encoded = encodeURIComponent(url);
			assert.equal(await page.locator("#address").inputValue(), url);
			const links = await page.locator(".ways a").evaluateAll((all) =>
				all.map((a) => a.getAttribute("href")));
			assert.equal(links.length, 5);
			for (const link of links)
				assert.ok(link.includes(encoded), link);
			assert.deepEqual(links.map((link) => link.match(/^[a-z]+:(\/\/[^/]+)?/)[0]), [
				"https://www.facebook.com", "https://t.me", "https://x.com", "sms:", "mailto:"]);
			assert.equal(await page.locator("svg.qr").count(), 1);
			assert.match(await page.locator("#badge").inputValue(),
				new RegExp(`^<a href="${url}"><img src="${ADDRESS}/badge/${lang}.svg" `));
			assert.equal(await page.locator("main button").count(), 0);
		}));

	test(`${lang}: the address is copied, and that is said`, () =>
		visit(context, say.share, async (page) => {
			await page.getByRole("button", { name: say.copy }).first().click();
			await page.locator(".said", { hasText: say.copied }).first().waitFor();
			assert.equal(await page.evaluate(() => navigator.clipboard.readText()), url);
		}));

	test(`${lang}: the browser's sheet is offered where there is one`, async () => {
		const page = await context.newPage();
		await page.addInitScript(() => {
			navigator.canShare = () => true;
			navigator.share = async (data) => { window.shared = data; };
		});
		await page.goto(server.address + say.share);
		await page.getByRole("button", { name: say.sheet }).click();
		assert.equal(await page.evaluate(() => window.shared.url), url);
		await page.close();
	});

	test(`${lang}: the menu unfolds without a script`, () =>
		visit(plain, say.home, async (page) => {
			const links = page.locator(".small-menu a");
			assert.equal(await links.first().isVisible(), false);
			await page.locator(".small-menu summary").click();
			assert.equal(await links.first().isVisible(), true);
			assert.equal(await page.locator(".small-menu [aria-current=page]").count(), 1);
			for (const link of await links.all())
				assert.ok((await link.boundingBox()).height >= 44);
		}));

	test(`${lang}: home counts the days that are left`, () =>
		visit(context, say.home, async (page) => {
			const shown = page.locator(".strip div", { hasText: say.left });
			/* The last day is ten days from now in UTC; in the campaign's zone it may be
			 * tomorrow already. */
			assert.match(await shown.locator("dd").textContent(), /^1[01]$/);
		}));

	test(`${lang}: on paper a page says where it is from`, () =>
		visit(context, say.check, async (page) => {
			assert.equal(await page.locator(".printed").first().isVisible(), false);
			await page.emulateMedia({ media: "print" });
			assert.equal(await page.locator(".printed").first().textContent(),
				ADDRESS + say.check);
			assert.equal(await page.locator(".printed").first().isVisible(), true);
			assert.equal(await page.locator("nav:visible").count(), 0);
			assert.equal(await page.locator(".button:visible").count(), 0);
		}));

	test(`${lang}: home takes at most 8 requests and 100 KB`, async () => {
		const page = await context.newPage();
		const requests = [];
		page.on("requestfinished", (request) => requests.push(request));
		await page.goto(server.address + say.home, { waitUntil: "networkidle" });
		let bytes = 0;
		for (const request of requests)
			bytes += (await (await request.response()).body()).length;
		assert.ok(requests.length <= 8, requests.map((r) => r.url()).join(" "));
		assert.ok(bytes <= 100_000, `${bytes}`);
		await page.close();
	});
}

test("Escape folds the menu and gives the focus back", async () => {
	const page = await context.newPage();
	await page.setViewportSize({ width: 360, height: 740 });
	await page.goto(`${server.address}/vi/`);
	await page.locator(".small-menu summary").focus();
	await page.keyboard.press("Enter");
	assert.equal(await page.locator(".small-menu a").first().isVisible(), true);
	await page.keyboard.press("Tab");
	await page.keyboard.press("Escape");
	assert.equal(await page.locator(".small-menu a").first().isVisible(), false);
	assert.equal(await page.evaluate(() => document.activeElement.tagName), "SUMMARY");
	await page.close();
});

test("colours the visitor has forced leave every answer readable", async () => {
	const page = await context.newPage();
	await page.emulateMedia({ forcedColors: "active" });
	await page.goto(`${server.address}/vi/kiem-tra`);
	assert.deepEqual(await site.axe(page), []);
	const colours = await page.locator(".verdict > svg").evaluate((svg) =>
		[getComputedStyle(svg).color, getComputedStyle(document.body).backgroundColor]);
	assert.notEqual(colours[0], colours[1]);
	await page.close();
});
