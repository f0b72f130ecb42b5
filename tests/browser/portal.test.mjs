// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import * as site from "./site.mjs";

const words = {
	vi: {
		home: "/vi/", check: "/vi/kiem-tra", guide: "/vi/ra-quet", other: "English",
		seen: "Có dấu hiệu nhiễm mã độc", notSeen: "Không thấy trong mạng\u00a0máy\u00a0tính\u00a0ma",
		unsaid: "Chưa thể trả lời cho địa chỉ này", simulated: "DỮ LIỆU MÔ PHỎNG",
		join: "THAM GIA NGAY", caution: "không có nghĩa là", missing: "Không có trang này",
		here: "Hãy mở trang kiểm tra từ đây",
	},
	en: {
		home: "/en/", check: "/en/check", guide: "/en/clean", other: "Tiếng Việt",
		seen: "Signs of a malware infection", notSeen: "Not seen in a botnet",
		unsaid: "Cannot be said for this address", simulated: "SIMULATED DATA",
		join: "JOIN NOW", caution: "does not mean", missing: "There is no such page",
		here: "Open the check from here",
	},
};
const sizes = [[320, 640], [360, 740], [768, 1024], [1440, 900], [3840, 2160]];
const LISTED = 0, NOT_LISTED = -2, SHARED = -1;

let data, server, browser, context;

before(async () => {
	data = site.makeData();
	server = await site.serve(data.data);
	browser = await site.openBrowser();
	context = await browser.context({ viewport: { width: 1440, height: 900 } });
});

after(async () => {
	await browser?.close();
	await server?.stop();
	data?.remove();
});

// A page that is watched; no fault may be left at the end.
async function visit(path, work) {
	const page = await context.newPage();
	const faults = site.watch(page, server.address);
	try {
		await page.goto(server.address + path, { waitUntil: "load" });
		await work(page);
		assert.deepEqual(faults, []);
	} finally {
		await page.close();
	}
}

async function lookAs(page, which) {
	await site.leads(page, () => page.locator(".look-as a").nth(which).click());
}

async function sound(page) {
	assert.deepEqual(await site.axe(page), [], page.url());
	assert.deepEqual(await site.overflow(page), [], page.url());
	assert.deepEqual(await site.smallTargets(page), [], page.url());
}

const heading = (page) => page.locator("h1").textContent();

for (const [lang, say] of Object.entries(words)) {
	test(`${lang}: home`, () => visit(say.home, async (page) => {
		assert.equal(await page.getAttribute("html", "lang"), lang);
		assert.match(await page.textContent(".simulated"), new RegExp(say.simulated));
		await sound(page);
		await site.picture(page, `${lang}-home`);
		await site.leads(page, () => page.getByRole("link", { name: say.join }).click());
		assert.equal(new URL(page.url()).pathname, say.check);
	}));

	test(`${lang}: the visitor on this machine cannot be told`, () => visit(say.check, async (page) => {
		assert.equal(await heading(page), say.unsaid);
		await sound(page);
		await site.picture(page, `${lang}-check-loopback`);
	}));

	test(`${lang}: look as a listed address`, () => visit(say.check, async (page) => {
		await lookAs(page, LISTED);
		assert.equal(await heading(page), say.seen);
		assert.ok(await page.locator(".todo li").count() >= 4);
		await sound(page);
		await site.picture(page, `${lang}-check-seen`);
		await page.emulateMedia({ media: "print" });
		await site.picture(page, `${lang}-check-seen-print`);
		await page.emulateMedia({ media: "screen" });
		await site.leads(page, () => page.getByRole("link", { name: say.other }).click());
		assert.equal(await page.getAttribute("html", "lang"), lang === "vi" ? "en" : "vi");
	}));

	test(`${lang}: look as an address not listed`, () => visit(say.check, async (page) => {
		await lookAs(page, NOT_LISTED);
		assert.equal(await heading(page), say.notSeen);
		assert.match(await page.textContent(".verdict"), new RegExp(say.caution));
		await sound(page);
		await site.picture(page, `${lang}-check-not-seen`);
	}));

	test(`${lang}: look as a shared address`, () => visit(say.check, async (page) => {
		await lookAs(page, SHARED);
		assert.equal(await heading(page), say.unsaid);
		await sound(page);
		await site.picture(page, `${lang}-check-shared`);
	}));

	test(`${lang}: guide`, () => visit(say.guide, async (page) => {
		await sound(page);
		await site.picture(page, `${lang}-guide`);
		await site.leads(page, () => page.locator(".devices a").first().click());
		assert.ok(new URL(page.url()).pathname.startsWith(`${say.guide}/`), page.url());
		await sound(page);
	}));

	test(`${lang}: a page that does not exist`, async () => {
		const page = await context.newPage();
		const response = await page.goto(`${server.address}${say.home}x`);
		assert.equal(response.status(), 404);
		assert.equal(await heading(page), say.missing);
		await sound(page);
		await site.picture(page, `${lang}-404`);
		await page.close();
	});

	test(`${lang}: from phone to wall`, async () => {
		for (const [width, height] of sizes) {
			for (const path of [say.home, say.check, say.guide]) {
				await visit(path, async (page) => {
					await page.setViewportSize({ width, height });
					if (path === say.check)
						await lookAs(page, LISTED);
					await sound(page);
					const name = path.split("/")[2] || "home";
					await site.picture(page, `${lang}-${width}-${name}`);
				});
			}
		}
	});

	test(`${lang}: dark`, async () => {
		for (const path of [say.home, say.check, say.guide]) {
			await visit(path, async (page) => {
				await page.emulateMedia({ colorScheme: "dark" });
				if (path === say.check) {
					for (const which of [NOT_LISTED, LISTED]) {
						await lookAs(page, which);
						await sound(page);
						await site.picture(page, `${lang}-dark-check${which}`);
					}
				}
				await sound(page);
				await site.picture(page, `${lang}-dark-${path.split("/")[2] || "home"}`);
			});
		}
	});

	test(`${lang}: a link on another site leads to a button, not to an answer`, async () => {
		const page = await context.newPage();
		await page.route("http://other.example/", (route) => route.fulfill({
			contentType: "text/html", body: `<a href="${server.address}${say.check}">x</a>`,
		}));
		await page.goto("http://other.example/");
		await site.leads(page, () => page.click("a"));
		assert.equal(await heading(page), say.here);
		await site.leads(page, () => page.locator("main .button").click());
		assert.equal(await heading(page), say.unsaid);
		await page.close();
	});
}

test("the keyboard alone suffices", () => visit("/vi/", async (page) => {
	await page.keyboard.press("Tab");
	assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
	await page.keyboard.press("Enter");
	await page.waitForURL("**/vi/#main");
	// Where Tab goes on from is moved by the next frame.
	await site.until(page, () => document.activeElement.className !== "skip");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Enter");
	await page.waitForURL("**/vi/kiem-tra");
}));

test("the root leads to the visitor's language", async () => {
	for (const [accept, path] of [["vi-VN,vi;q=0.9", "/vi/"], ["en-US,en;q=0.9", "/en/"],
		["fr", "/vi/"], ["en;q=0.5,vi;q=0.9", "/vi/"]]) {
		const response = await fetch(`${server.address}/`,
			{ redirect: "manual", headers: { "Accept-Language": accept } });
		assert.equal(response.status, 302);
		assert.equal(response.headers.get("location"), path, accept);
	}
});

test("home weighs at most 100 KB all told, in any language", async () => {
	for (const path of ["/vi/", "/en/"]) {
		const html = await (await fetch(server.address + path)).text();
		let bytes = Buffer.byteLength(html);
		for (const [, file] of html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g))
			bytes += (await (await fetch(server.address + file)).arrayBuffer()).byteLength;
		assert.ok(bytes <= 100_000, `${path}: ${bytes}`);
	}
});

test("every link on every page leads somewhere", async () => {
	const seen = new Set(["/vi/", "/en/"]);
	for (const path of seen) {
		const response = await fetch(server.address + path, { redirect: "manual" });
		/* A download that its maker offers: we count it and send the visitor on. */
		if (response.status === 302 && response.headers.get("location").startsWith("https://"))
			continue;
		assert.equal(response.status, 200, path);
		const html = await response.text();
		for (const [, link] of html.matchAll(/href="(\/[^"#]*)(?:#[^"]*)?"/g))
			seen.add(link.replaceAll("&amp;", "&"));
		for (const [, id] of html.matchAll(/href="#([^"]+)"/g))
			assert.ok(html.includes(`id="${id}"`), `${path}#${id}`);
		assert.ok(seen.size < 1000);
	}
	assert.ok(seen.size >= 300);
});
