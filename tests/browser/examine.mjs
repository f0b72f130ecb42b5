// SPDX-License-Identifier: Apache-2.0
// What every page is held to: widths, targets, one language, paper, keyboard, without a script.
import assert from "node:assert/strict";
import * as site from "./site.mjs";

const PAPER = 718; // px between the margins of an A4 sheet
const ENGLISH = /\b(?:the|and|your|with|this|that|from|are|not|you|have|has|please|click|download)\b/i;
const VIETNAMESE = /[ăâđêôơưàáảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]/i;
const KEPT = /Quét Sạch|Hải Phòng|Việt Nam|Đà Nẵng|cafés/g;
// Addresses, and names of buttons and menus of foreign software, which stand in quotes.
const QUOTED = /“[^”]*”|https?:\/\/\S+/g;

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
				element.scrollHeight > element.clientHeight + 1 && element.innerText &&
				!element.closest(".unseen");
		}).map((element) => `${element.tagName}.${element.className}`);
}

function closeLines() {
	return [...document.querySelectorAll("h1, h2, h3, p, li, dd, dt, td, th, a, button, summary")]
		.filter((element) => element.innerText && !element.closest("svg"))
		.map((element) => [element, getComputedStyle(element)])
		.filter(([, style]) => parseFloat(style.lineHeight) < 1.499 * parseFloat(style.fontSize))
		.map(([element]) => `${element.tagName}.${element.className}: ${element.innerText.slice(0, 30)}`);
}

export const name = (path) => path.slice(1).replaceAll("/", "-").replace(/-$/, "-home");

export async function fits(page, path, width) {
	await page.setViewportSize({ width, height: 900 });
	assert.deepEqual(await site.overflow(page), [], `${path} at ${width}: wider than the window`);
	assert.deepEqual(await site.smallTargets(page), [], `${path} at ${width}: small targets`);
	assert.deepEqual(await page.evaluate(clipped), [], `${path} at ${width}: text cut off`);
	assert.deepEqual(await page.evaluate(closeLines), [], `${path} at ${width}: lines too close`);
	await site.picture(page, `${name(path)}-${width}`);
}

export async function speaksOneLanguage(page, path) {
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

export async function printsWell(page, path) {
	await page.emulateMedia({ media: "print", colorScheme: "light" });
	await page.setViewportSize({ width: PAPER, height: 1000 });
	assert.deepEqual(await site.overflow(page), [], `${path} on paper`);
	for (const screen of ["header nav", ".skip", ".language"])
		assert.equal(await page.locator(screen).filter({ visible: true }).count(), 0,
			`${path}: ${screen} on paper`);
	await site.picture(page, `${name(path)}-print`);
	await page.emulateMedia({ media: "screen", colorScheme: "light" });
}

// Tab reaches all there is, each is seen to have the focus, and nothing holds it. Of several buttons to
// choose one of, Tab reaches one; a date has stops within.
export async function worksByKeyboard(page, path) {
	await page.setViewportSize({ width: 1440, height: 900 });
	await page.evaluate(() => scrollTo(0, 0));
	const stops = await page.evaluate(() => [...document.querySelectorAll(
		"a[href], button, summary, input, textarea, select, [tabindex='0']")]
		.filter((element) => element.checkVisibility({ checkVisibilityCSS: true }) &&
			!element.disabled && element.tabIndex >= 0)
		.filter((element, i, list) => element.type !== "radio" || i === list.findIndex((other) =>
			other.name === element.name && other.form === element.form)).length);
	const reached = new Set();
	for (let i = 0, before; i < stops + 30; i++) {
		await page.keyboard.press("Tab");
		const at = await page.evaluate(() => {
			const element = document.activeElement;
			if (!element || element === document.body)
				return null;
			element.dataset.stop ??= String(document.querySelectorAll("[data-stop]").length);
			const style = getComputedStyle(element);
			const box = element.getBoundingClientRect();
			return { stop: element.dataset.stop, text: element.outerHTML.slice(0, 80),
				date: /^(date|datetime-local|time|month)$/.test(element.type),
				seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
				inside: box.bottom > 0 && box.top < innerHeight };
		});
		if (at?.date && at.stop === before)
			continue;
		before = at?.stop;
		if (!at || reached.has(at.stop))
			break;
		assert.ok(at.seen, `${path}: no sign of focus on ${at.text}`);
		assert.ok(at.inside, `${path}: focus out of sight on ${at.text}`);
		reached.add(at.stop);
	}
	assert.equal(reached.size, stops, `${path}: stops that Tab does not reach`);
}

// Nothing that the page says is missing where scripts do not run; the time of day is in some answers.
export async function saysItWithoutScript(page, plain, url) {
	const lines = (text) => text.split("\n").map((line) => line.trim()).filter((line) => line);
	const bare = plain.pages()[0] ?? await plain.newPage();
	await bare.setViewportSize({ width: 1440, height: 900 });
	await bare.goto(url, { waitUntil: "load" });
	await page.setViewportSize({ width: 1440, height: 900 });
	const have = new Set(lines(await page.locator("main").innerText()));
	const missing = lines(await bare.locator("main").innerText())
		.filter((line) => !have.has(line) && !/\d\d:\d\d/.test(line));
	assert.deepEqual(missing, [], "what JavaScript takes away");
	assert.ok(have.size > 5);
}
