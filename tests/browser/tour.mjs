// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of docs/use: what the portal looks like, with simulated data. script/pictures
// runs it. tour.mjs FOLDER [NAME…]: all of them, or these.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as site from "./site.mjs";

const LISTED = 0, NOT_LISTED = -2, SHARED = -1;
const LIMIT = 60 * 1024;
const WALL = [1440, 1040], TABLET = [768, 1000], PHONE = [360, 740], SHEET = [1000, 1300];

const shots = [
	["home-vi", "/vi/", WALL, {}],
	["home-en-dark", "/en/", WALL, { dark: true }],
	["home-vi-phone", "/vi/", PHONE, {}],
	["seen-vi", "/vi/kiem-tra", WALL, { lookAs: LISTED }],
	["not-seen-en", "/en/check", WALL, { lookAs: NOT_LISTED }],
	["unsaid-vi-phone", "/vi/kiem-tra", PHONE, { lookAs: SHARED }],
	["tools-vi", "/vi/cong-cu?may=windows", TABLET, {}],
	["device-vi-phone", "/vi/ra-quet/wifi", PHONE, {}],
	["malware-en", "/en/malware/mirai", TABLET, {}],
	["share-vi", "/vi/chia-se", TABLET, {}],
	["guide-en", "/en/guide", TABLET, {}],
	["figures-vi", "/vi/so-lieu#goals", WALL, { campaign: true }],
	["figures-en-phone-dark", "/en/figures", PHONE, { campaign: true, dark: true }],
	["press-vi", "/vi/bao-chi", WALL, {}],
	["leaflet-vi", "/vi/to-roi", SHEET, {}],
	["figure-en", "/en/embed/figure", [480, 300], {}],
];

async function take(page) {
	const session = await page.context().newCDPSession(page);
	for (let quality = 90; quality >= 30; quality -= 5) {
		const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality });
		const bytes = Buffer.from(data, "base64");
		if (bytes.length <= LIMIT)
			return bytes;
	}
	throw new Error("a picture is too large whatever its quality");
}

async function takeAll(data, wanted) {
	const server = await site.serve(data.data);
	const browser = await site.openBrowser();
	try {
		await takeFrom(server, browser, wanted);
	} finally {
		await server.stop();
		await browser.close();
	}
}

async function takeFrom(server, browser, wanted) {
	const context = await browser.context({ reducedMotion: "reduce" });
	const page = await context.newPage();
	for (const [name, path, [width, height], { dark, lookAs }] of wanted) {
		await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
		await page.setViewportSize({ width, height });
		await page.goto(server.address + path, { waitUntil: "networkidle" });
		if (lookAs !== undefined) {
			await site.leads(page, () => page.locator(".look-as a").nth(lookAs).click());
			await page.waitForLoadState("networkidle");
		}
		writeFileSync(join(folder, `${name}.webp`), await take(page));
	}
	await context.close();
}

const [folder, ...names] = process.argv.slice(2);
const chosen = shots.filter(([name]) => names.length === 0 || names.includes(name));
for (const campaign of [false, true]) {
	const wanted = chosen.filter(([, , , how]) => Boolean(how.campaign) === campaign);
	if (wanted.length === 0)
		continue;
	const address = "https://quetsach.example";
	const data = campaign ? site.makeCampaign({ address, hosts: 5000 }) : site.makeData({ address, days: 40 });
	try {
		await takeAll(data, wanted);
	} finally {
		data.remove();
	}
}
