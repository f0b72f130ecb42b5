// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of the illustrated guide: our own pages on a phone, with simulated data.
// script/pictures runs it. pictures.mjs FOLDER
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as site from "./site.mjs";

const WIDTH = 360, HEIGHT = 600; // as src/portal/walk.c says
const SHARPNESS = 1.5;
const MARGIN = 14;
const LIMIT = 40 * 1024;
const ADDRESS = "https://quetsach.example";
const LISTED = 0, NOT_LISTED = -2, SHARED = -1;

const paths = {
	vi: { home: "/vi/", check: "/vi/kiem-tra", tools: "/vi/cong-cu", clean: "/vi/ra-quet",
		device: "/vi/ra-quet/may-tinh", share: "/vi/chia-se" },
	en: { home: "/en/", check: "/en/check", tools: "/en/tools", clean: "/en/clean",
		device: "/en/clean/pc", share: "/en/share" },
};

// A picture begins a little above the first such element, or ends a little below it.
const shots = [
	["home", "home", { from: ".site" }],
	["seen", "check", { lookAs: LISTED, from: ".verdict" }],
	["not-seen", "check", { lookAs: NOT_LISTED, from: ".verdict" }],
	["unsaid", "check", { lookAs: SHARED, from: ".verdict" }],
	["tools", "tools", { from: ".machines" }],
	["tool", "tools", { to: ".tool" }],
	["clean", "clean", { from: ".number" }],
	["device", "device", { from: ".card:has(.todo)" }],
	["share", "share", { from: ".number" }],
];

// The strip that says "simulated" would be taken for a part of every page; the guide says it in words.
async function open(page, url, { lookAs, from, to }) {
	await page.goto(url, { waitUntil: "load" });
	if (lookAs !== undefined) {
		await site.leads(page, () => page.locator(".look-as a").nth(lookAs).click());
	}
	await page.evaluate(() => document.querySelector(".simulated")?.remove());
	const { top, bottom, height } = await page.evaluate((selector) => {
		const box = document.querySelector(selector).getBoundingClientRect();
		return { top: box.top + scrollY, bottom: box.bottom + scrollY,
			height: document.documentElement.scrollHeight };
	}, from ?? to);
	const y = from ? top - MARGIN : bottom + MARGIN - HEIGHT;
	return Math.round(Math.max(0, Math.min(y, height - HEIGHT)));
}

// WebP, as good as fits.
async function take(page, y) {
	const session = await page.context().newCDPSession(page);
	for (let quality = 90; quality >= 30; quality -= 5) {
		const { data } = await session.send("Page.captureScreenshot", {
			format: "webp", quality, captureBeyondViewport: true,
			clip: { x: 0, y, width: WIDTH, height: HEIGHT, scale: SHARPNESS },
		});
		const bytes = Buffer.from(data, "base64");
		if (bytes.length <= LIMIT)
			return bytes;
	}
	throw new Error("a picture does not fit its limit");
}

const folder = process.argv[2];
const data = site.makeData({ address: ADDRESS });
const server = await site.serve(data.data);
const browser = await site.openBrowser();
try {
	const context = await browser.context({ viewport: { width: WIDTH, height: HEIGHT },
		colorScheme: "light", reducedMotion: "reduce",
		userAgent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64)" });
	// Phones have a sheet to share with; this browser has none.
	await context.addInitScript(() => {
		navigator.canShare = () => true;
		navigator.share = async () => {};
	});
	for (const [lang, at] of Object.entries(paths)) {
		for (const [name, path, how] of shots) {
			const page = await context.newPage();
			const y = await open(page, server.address + at[path], how);
			const bytes = await take(page, y);
			writeFileSync(join(folder, `walk-${lang}-${name}.webp`), bytes);
			console.log(`walk-${lang}-${name}.webp: ${bytes.length} bytes`);
			await page.close();
		}
	}
	await context.close();
} finally {
	await server.stop();
	await browser.close();
	data.remove();
}
