// SPDX-License-Identifier: Apache-2.0
// Every page of the site map, in both languages: three widths, light and dark, paper, keyboard
// alone, without JavaScript, axe, one language, and the weight of the first page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fits, name, printsWell, saysItWithoutScript, speaksOneLanguage, worksByKeyboard }
	from "./examine.mjs";
import * as site from "./site.mjs";

const ADDRESS = "https://quetsach.example";
const WIDTHS = [360, 768, 1440];
// Of the many pages about one malware family each, these few.
const FAMILIES = /\/(?:ma-doc|malware)\/(?!mirai$|conficker$|flubot$)/;
// Pages that must be there whatever the operator publishes.
const STANDING = {
	vi: ["", "cong-cu", "giai-phap", "dich-vu", "blog", "lien-he", "tuyen-dung", "kiem-tra", "ra-quet",
		"chia-se", "huong-dan", "ma-doc", "so-lieu", "bao-chi", "to-roi", "truyen-thanh",
		"cach-hoat-dong", "cach-do", "trang-that", "chu-mang", "rieng-tu"],
	en: ["", "tools", "solutions", "services", "blog", "contact", "careers", "check", "clean", "share",
		"guide", "malware", "figures", "press", "leaflet", "read-aloud", "how-it-works",
		"how-we-measure", "real-site", "network-owners", "privacy"],
};

// The pages are known before the first test is.
const data = site.makeData({ address: ADDRESS });
const server = await site.serve(data.data);
const map = await (await fetch(`${server.address}/sitemap.xml`)).text();
const paths = [...map.matchAll(/<loc>([^<]+)<\/loc>/g)]
	.map(([, url]) => url.replace(ADDRESS, "")).filter((path) => !FAMILIES.test(path));
let browser, context, plain;

before(async () => {
	browser = await site.openBrowser();
	context = await browser.context({ viewport: { width: 1440, height: 900 },
		reducedMotion: "reduce" });
	plain = await browser.context({ javaScriptEnabled: false });
});

after(async () => {
	await browser?.close();
	await server.stop();
	data.remove();
});

test("the site map knows every standing page", () => {
	for (const [lang, names] of Object.entries(STANDING))
		for (const path of names)
			// The check answers about whoever asks: not for crawlers.
			if (!["kiem-tra", "check"].includes(path))
				assert.ok(paths.includes(`/${lang}/${path}`), `/${lang}/${path}`);
});

for (const path of new Set([...paths, "/vi/kiem-tra", "/en/check"])) {
	test(path, async () => {
		const page = await context.newPage();
		const faults = site.watch(page, server.address);
		try {
			await page.goto(server.address + path, { waitUntil: "load" });
			assert.equal(await page.locator("h1").count(), 1, "one h1");
			assert.ok((await page.getAttribute("meta[name=description]", "content")).length >= 40);
			for (const width of WIDTHS)
				await fits(page, path, width);
			await speaksOneLanguage(page, path);
			await worksByKeyboard(page, path);
			await page.setViewportSize({ width: 360, height: 740 });
			assert.deepEqual(await site.axe(page), [], path);
			await page.emulateMedia({ colorScheme: "dark" });
			await page.setViewportSize({ width: 1440, height: 900 });
			assert.deepEqual(await site.axe(page), [], `${path}, dark`);
			await site.picture(page, `${name(path)}-dark`);
			await printsWell(page, path);
			await saysItWithoutScript(page, plain, server.address + path);
			assert.deepEqual(faults, []);
		} finally {
			await page.close();
		}
	});
}

for (const lang of ["vi", "en"]) {
	test(`${lang}: home is at most 100 KB in at most 8 requests, and nothing but the style sheet blocks`,
		async () => {
			const fresh = await browser.context({ viewport: { width: 360, height: 740 } });
			const page = await fresh.newPage();
			const answers = [];
			page.on("requestfinished", (request) => answers.push(request));
			await page.goto(`${server.address}/${lang}/`, { waitUntil: "networkidle" });
			let bytes = 0;
			for (const request of answers)
				bytes += (await request.sizes()).responseBodySize;
			assert.ok(answers.length <= 8, answers.map((request) => request.url()).join(" "));
			assert.ok(bytes <= 100_000, `${bytes} bytes`);
			const blocking = await page.evaluate(() => [
				...document.querySelectorAll("head link[rel=stylesheet], script:not([defer])")]
				.map((element) => element.outerHTML));
			assert.equal(blocking.length, 1, blocking.join(" "));
			await fresh.close();
		});

	test(`${lang}: the three steps by keyboard alone`, async () => {
		const { listed } = await site.visitors(server);
		const visitor = await browser.context({ viewport: { width: 1440, height: 900 },
			extraHTTPHeaders: { "X-Forwarded-For": listed }, reducedMotion: "reduce" });
		const page = await visitor.newPage();
		const [home, check, tools, share] = lang === "vi"
			? ["/vi/", "/vi/kiem-tra", "/vi/cong-cu", "/vi/chia-se"]
			: ["/en/", "/en/check", "/en/tools", "/en/share"];
		// Tab to the link in the main part, as somebody without a mouse does, and enter.
		const press = async (target) => {
			for (let i = 0; i < 200; i++) {
				await page.keyboard.press("Tab");
				if (await page.evaluate((wanted) => document.activeElement.closest("main") &&
					document.activeElement.getAttribute("href")?.split(/[?#]/)[0] === wanted, target))
					break;
			}
			await page.keyboard.press("Enter");
			await page.waitForURL((url) => url.pathname === target);
		};
		await page.goto(server.address + home);
		await press(check);
		assert.match(await page.locator(".verdict").getAttribute("class"), /\bseen\b/);
		await press(tools);
		await page.goto(server.address + home);
		await press(share);
		await visitor.close();
	});
}
