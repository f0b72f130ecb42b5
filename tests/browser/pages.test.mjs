// SPDX-License-Identifier: Apache-2.0
// Every page of the site map, in both languages: three widths, light and dark, paper, keyboard
// alone, without JavaScript, axe, one language, and the weight of the first page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as site from "./site.mjs";

const ADDRESS = "https://quetsach.example";
const WIDTHS = [360, 768, 1440];
const PAPER = 718; // px between the margins of an A4 sheet
// Of the many pages about one malware family each, these few.
const FAMILIES = /\/(?:ma-doc|malware)\/(?!mirai$|conficker$|flubot$)/;
// Pages that must be there whatever the operator publishes.
const STANDING = {
	vi: ["", "cong-cu", "giai-phap", "dich-vu", "blog", "lien-he", "tuyen-dung", "kiem-tra", "ra-quet",
		"chia-se", "huong-dan", "ma-doc", "bao-chi", "to-roi", "truyen-thanh", "cach-hoat-dong",
		"cach-do", "trang-that", "chu-mang", "rieng-tu"],
	en: ["", "tools", "solutions", "services", "blog", "contact", "careers", "check", "clean", "share",
		"guide", "malware", "press", "leaflet", "read-aloud", "how-it-works", "how-we-measure",
		"real-site", "network-owners", "privacy"],
};
const ENGLISH = /\b(?:the|and|your|with|this|that|from|are|not|you|have|has|please|click|download)\b/i;
const VIETNAMESE = /[ăâđêôơưàáảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]/i;
const KEPT = /Quét Sạch|Hải Phòng|Việt Nam|Đà Nẵng|cafés/g;
// Addresses, and names of buttons and menus of foreign software, which stand in quotes.
const QUOTED = /“[^”]*”|https?:\/\/\S+/g;

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
	await context?.close();
	await plain?.close();
	await server.stop();
	browser?.remove();
	data.remove();
});

// Text of the page in its own language: parts in another one, and code, say so in the markup.
function ownText() {
	const lang = document.documentElement.lang;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	const texts = [];
	while (walker.nextNode()) {
		const element = walker.currentNode.parentElement;
		if (element.closest(`[lang]:not([lang=${lang}]), code, pre, samp, kbd, script, textarea, .ip,
			[translate=no]`))
			continue;
		texts.push(walker.currentNode.data.trim());
	}
	for (const element of document.querySelectorAll("[alt], [aria-label], [title], [placeholder]"))
		if (!element.closest(`[lang]:not([lang=${lang}])`))
			texts.push(...["alt", "aria-label", "title", "placeholder"]
				.map((name) => element.getAttribute(name) ?? ""));
	texts.push(document.title, document.querySelector("meta[name=description]")?.content ?? "");
	return texts.filter((text) => text);
}

// Text that its box cuts off, as stacked accents are first.
function clipped() {
	return [...document.querySelectorAll("main *, header *, footer *")]
		.filter((element) => {
			const style = getComputedStyle(element);
			return element.clientHeight > 1 && ["hidden", "clip"].includes(style.overflowY) &&
				element.scrollHeight > element.clientHeight + 1 && element.innerText;
		}).map((element) => `${element.tagName}.${element.className}`);
}

function closeLines() {
	return [...document.querySelectorAll("h1, h2, h3, p, li, dd, dt, td, th, a, button, summary")]
		.filter((element) => element.innerText && !element.closest("svg"))
		.map((element) => [element, getComputedStyle(element)])
		.filter(([, style]) => parseFloat(style.lineHeight) < 1.499 * parseFloat(style.fontSize))
		.map(([element]) => `${element.tagName}.${element.className}: ${element.innerText.slice(0, 30)}`);
}

const name = (path) => path.slice(1).replaceAll("/", "-").replace(/-$/, "-home");

async function fits(page, path, width) {
	await page.setViewportSize({ width, height: 900 });
	assert.deepEqual(await site.overflow(page), [], `${path} at ${width}: wider than the window`);
	assert.deepEqual(await site.smallTargets(page), [], `${path} at ${width}: small targets`);
	assert.deepEqual(await page.evaluate(clipped), [], `${path} at ${width}: text cut off`);
	assert.deepEqual(await page.evaluate(closeLines), [], `${path} at ${width}: lines too close`);
	await site.picture(page, `${name(path)}-${width}`);
}

async function speaksOneLanguage(page, path) {
	const lang = path.slice(1, 3);
	assert.equal(await page.getAttribute("html", "lang"), lang);
	for (const text of await page.evaluate(ownText)) {
		if (lang === "vi")
			assert.doesNotMatch(text.replace(QUOTED, ""), ENGLISH, `${path}: English in a Vietnamese page`);
		else
			assert.doesNotMatch(text.replace(KEPT, ""), VIETNAMESE, `${path}: Vietnamese in English`);
		assert.equal(text, text.normalize("NFC"));
	}
}

async function printsWell(page, path) {
	await page.emulateMedia({ media: "print", colorScheme: "light" });
	await page.setViewportSize({ width: PAPER, height: 1000 });
	assert.deepEqual(await site.overflow(page), [], `${path} on paper`);
	for (const screen of ["header nav", ".skip", ".language"])
		assert.equal(await page.locator(screen).filter({ visible: true }).count(), 0,
			`${path}: ${screen} on paper`);
	await site.picture(page, `${name(path)}-print`);
	await page.emulateMedia({ media: "screen", colorScheme: "light" });
}

// Tab reaches all there is, each is seen to have the focus, and nothing holds it.
async function worksByKeyboard(page, path) {
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.evaluate(() => scrollTo(0, 0));
	const stops = await page.evaluate(() => [...document.querySelectorAll(
		"a[href], button, summary, input, textarea, select, [tabindex='0']")]
		.filter((element) => element.checkVisibility({ checkVisibilityCSS: true }) &&
			!element.disabled).length);
	const reached = new Set();
	for (let i = 0; i < stops + 2; i++) {
		await page.keyboard.press("Tab");
		const at = await page.evaluate(() => {
			const element = document.activeElement;
			if (!element || element === document.body)
				return null;
			element.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
			const style = getComputedStyle(element);
			const box = element.getBoundingClientRect();
			return { stop: element.dataset.stop, text: element.outerHTML.slice(0, 80),
				seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
				inside: box.bottom > 0 && box.top < innerHeight };
		});
		if (!at || reached.has(at.stop))
			break;
		assert.ok(at.seen, `${path}: no sign of focus on ${at.text}`);
		assert.ok(at.inside, `${path}: focus out of sight on ${at.text}`);
		reached.add(at.stop);
	}
	assert.equal(reached.size, stops, `${path}: stops that Tab does not reach`);
}

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
			const lines = (text) => text.split("\n").map((line) => line.trim()).filter((line) => line);
			const withScript = await page.locator("main").innerText();
			const bare = await plain.newPage();
			await bare.setViewportSize({ width: 1440, height: 900 });
			await bare.goto(server.address + path, { waitUntil: "load" });
			await page.setViewportSize({ width: 1440, height: 900 });
			const have = new Set(lines(await page.locator("main").innerText()));
			// The time of day is in some answers.
			const missing = lines(await bare.locator("main").innerText())
				.filter((line) => !have.has(line) && !/\d\d:\d\d/.test(line));
			await bare.close();
			assert.deepEqual(missing, [], "what JavaScript takes away");
			assert.ok(withScript.length > 100);
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
