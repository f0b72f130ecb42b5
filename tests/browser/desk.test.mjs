// SPDX-License-Identifier: Apache-2.0
// The desk in a browser: without JavaScript and with it, by keyboard, narrow and wide, light and
// dark, both languages; axe finds nothing.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { axe } from "./site.mjs";

const program = process.env.QUETSACH;
const pictures = process.env.QUETSACH_PICTURES;
const MAIL = "lan@example.vn", PASSWORD = "ba con meo nam ngu tren mai nha";
let home, server, address, browser;

before(async () => {
	home = mkdtempSync(join(tmpdir(), "quetsach-desk-"));
	chmodSync(home, 0o755);
	const data = join(home, "data"), password = join(home, "password");
	writeFileSync(password, `${PASSWORD}\n`, { mode: 0o600 });
	execFileSync(program, ["init", "--data", data, "--country", "VN"], { stdio: "pipe" });
	execFileSync(program, ["user", "add", MAIL, "--name", "Nguyễn Thị Lan", "--role", "auditor",
		"--password-file", password, "--data", data, "--lang", "vi"], { stdio: "pipe" });
	server = spawn(program, ["serve", "--data", data, "--lang", "en", "--listen", "127.0.0.1:0",
		"--desk-listen", "127.0.0.1:0"], { stdio: ["ignore", "ignore", "pipe"] });
	address = await new Promise((resolve, reject) => {
		let said = "";
		server.stderr.on("data", (bytes) => {
			said += bytes;
			const found = /(http:\/\/\S+:\d+)\/desk\/vi\/ ?/.exec(said);
			if (found)
				resolve(found[1]);
		});
		server.on("exit", () => reject(new Error(said)));
	});
	browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
});

after(async () => {
	await browser?.close();
	server?.kill("SIGTERM");
	rmSync(home, { recursive: true, force: true });
});

async function open(options) {
	const context = await browser.newContext(options);
	return [context, await context.newPage()];
}

async function signIn(page, lang) {
	await page.goto(`${address}/desk/${lang}/login`);
	await page.fill("#mail", MAIL);
	await page.fill("#password", PASSWORD);
	await page.press("#password", "Enter");
	await page.waitForURL(`${address}/desk/${lang}/`);
}

async function look(page, name) {
	const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
	assert.ok(wide <= 0, `${name} is ${wide} px too wide`);
	if (!pictures)
		return;
	mkdirSync(pictures, { recursive: true });
	await page.screenshot({ path: join(pictures, `desk-${name}.png`), fullPage: true });
}

test("without JavaScript, by keyboard: in, a change, out", async () => {
	const [context, page] = await open({ javaScriptEnabled: false });
	await signIn(page, "vi");
	assert.match(await page.textContent("h1"), /Việc cần làm/);
	await page.goto(`${address}/desk/vi/self`);
	await page.fill("#name", "");
	await page.press("#name", "Enter");
	assert.match(await page.textContent(".problems"), /Nhập họ và tên/);
	assert.match(await page.title(), /^Lỗi/);
	await page.fill("#name", "Nguyễn Thị Lan");
	await page.press("#name", "Enter");
	assert.match(await page.textContent(".said-before"), /Đã lưu/);
	await page.click(".desk-top form .button");
	assert.match(page.url(), /\/login$/);
	await context.close();
});

for (const [lang, width, colorScheme] of [["vi", 320, "light"], ["en", 360, "dark"],
	["en", 768, "light"], ["vi", 1440, "dark"]]) {
	test(`${lang}, ${width} px, ${colorScheme}`, async () => {
		const [context, page] = await open({ viewport: { width, height: 800 }, colorScheme });
		const name = `${lang}-${width}-${colorScheme}`;
		await page.goto(`${address}/desk/${lang}/login`);
		await page.press("#mail", "Enter");
		await page.waitForSelector(".problems");
		assert.deepEqual(await axe(page), []);
		await look(page, `wrong-${name}`);
		await signIn(page, lang);
		for (const path of ["", "self", "password", "self/second-factor", "no/such/page"]) {
			await page.goto(`${address}/desk/${lang}/${path}`);
			assert.equal(await page.locator("h1").count(), 1, path);
			assert.deepEqual(await axe(page), [], path);
			await look(page, `${path.replaceAll("/", "-") || "work"}-${name}`);
		}
		await context.close();
	});
}
