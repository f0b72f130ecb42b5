// SPDX-License-Identifier: Apache-2.0
// Every page of the desk in a browser: found by following links as each kind of person, held against
// the program's own table of addresses, so that none is forgotten. axe finds nothing, nothing is too
// wide for a telephone, Tab reaches everything; a return is filed without a mouse and without
// JavaScript.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { makeHouse, openDesk, PASSWORD, signIn, Visitor } from "./desk_people.mjs";
import { worksByKeyboard } from "./examine.mjs";
import { axe, day, leads, openBrowser, overflow, smallTargets, until } from "./site.mjs";

const C = "vn-2026", MAIL = (role) => `${role}@example.vn`;
const ROLES = { operator: "", auditor: "", coordinator: "1", reporter: "1.1", isp: "NET" };
const pictures = process.env.QUETSACH_PICTURES;
const all = process.env.QUETSACH_ALL; // every page in both languages and both kinds of light
let house, desk, browser, context, page;
const visitors = {};

// Reached by sending a form, or outside the desk; those of a person not in are looked at below.
const BEHIND_FORMS = ["campaigns/*/returns/*/check", "campaigns/*/returns/*/aside/*",
	"campaigns/*/returns/*/files/*", "campaigns/*/editions/*", "campaigns/*/editions/*/document", "files/*", "jobs", "jobs/*", "jobs/*/output",
	"orgs/import/*", "pages/*/*/compare", "pages/*/*/publish", "search"];
const OUTSIDE = ["login", "forgotten", "invitation", "invitation/*", "second-factor"];

// --- a small country in which there is some of everything ---

function makeCountry() {
	const run = house.run;
	const units = ["code,parent,name_vi,name_en,kind", "TW,,Bộ Thông tin và Truyền thông,Ministry,agency",
		"NET,TW,Nhà mạng A,Provider A,enterprise"];
	for (const province of [1, 2]) {
		units.push(`${province},TW,Tỉnh số ${province},Province ${province},agency`);
		for (const district of [1, 2, 3])
			units.push(`${province}.${district},${province},Huyện ${district} tỉnh ${province},District,agency`);
	}
	writeFileSync(join(house.home, "units.csv"), units.join("\n"));
	writeFileSync(join(house.home, "password"), `${PASSWORD}\n`, { mode: 0o600 });
	run("campaign", "set", C, "--name-vi", "Chiến dịch thử", "--name-en", "Trial campaign", "--country", "VN",
		"--zone", "Asia/Ho_Chi_Minh", "--begins", day(-300), "--ends", day(1100));
	run("unit", "import", join(house.home, "units.csv"), "--day", day(-300));
	run("unit", "network", "NET", "203.0.113.0/24");
	run("unit", "contact", "1.1", "Nguyễn Thị Lan", "024 3825 0000", "lan@example.vn");
	run("deadline", "set", C, day(1130), "--level", "0");
	for (const role of ["operator", "coordinator"])
		run("user", "require", role, "no");
	for (const [role, unit] of Object.entries(ROLES))
		run("user", "add", MAIL(role), "--name", role, "--role", role, ...(unit ? ["--org", unit] : []),
			"--password-file", join(house.home, "password"));
	run("site", "set", "address", "https://desk.example.vn");
	run("feed", "set", "sinkhole", "--title", "Sinkhole", "--map", "time=When,ip=Source IP,botnet=#7,zone=+07:00");
	run("source", "add", "sinkhole", "--url", "https://127.0.0.1:9/list.csv", "--feed", "sinkhole", "--every", "1d");
}

// One return of a reporter is handed in with a file, one of the coordinator's units is a draft.
async function makeReturns() {
	const { reporter, coordinator } = visitors;
	await reporter.get(`campaigns/${C}`);
	const own = new URL(reporter.url).pathname.replace("/desk/vi", "");
	await reporter.does(own, { "row-informed": "40", "row-deployed": "30" }, "check");
	await reporter.does("/check");
	await coordinator.get(`campaigns/${C}`);
	const other = /\/desk\/\w\w(\/campaigns\/[^/]*\/returns\/\d+)"[^>]*>Huyện 2/.exec(coordinator.body)[1];
	await coordinator.get(other.slice(1));
	await coordinator.does(other, { "row-informed": "4" }, "save");
}

before(async () => {
	house = makeHouse();
	makeCountry();
	desk = await openDesk(house.data);
	for (const role of Object.keys(ROLES))
		visitors[role] = await signIn(new Visitor(desk.address, "vi"), MAIL(role));
	await makeReturns();
	browser = await openBrowser();
	context = await browser.context({ viewport: { width: 1280, height: 900 } });
	page = await context.newPage();
});

after(async () => {
	await browser?.close();
	await desk?.stop();
	house?.remove();
});

// --- which pages there are ---

// "campaigns/vn-2026/returns/7" is "campaigns/*/returns/*".
function makeFits(patterns) {
	const known = [...patterns].sort((a, b) => a.split("*").length - b.split("*").length)
		.map((pattern) => [pattern,
			new RegExp(`^${pattern.replace(/[.]/g, "\\.").replaceAll("*", "[^/]+")}$`)]);
	return (path) => known.find(([, expression]) => expression.test(path))?.[0];
}

function routes() {
	const lines = execFileSync(process.env.QUETSACH_DESK_ROUTES, { encoding: "utf8" }).trim().split("\n");
	return lines.map((line) => line.split("\t")).filter(([methods]) => methods.includes("GET"))
		.map(([, pattern]) => pattern);
}

const EXAMPLES = 4; // pages of one pattern: returns in several states

// Follows every link from the first page; pattern → addresses that are pages.
async function crawl(visitor, fits, dead) {
	const found = new Map(), waiting = [""], seen = new Set(waiting);
	while (waiting.length > 0) {
		const path = waiting.shift();
		const pattern = fits(path.split("?")[0]);
		const examples = found.get(pattern) ?? [];
		if (examples.length >= EXAMPLES)
			continue;
		await visitor.get(path);
		if (visitor.status !== 200)
			dead.push(`${path}: ${visitor.status}`);
		if (visitor.status !== 200)
			continue;
		found.set(pattern, [...examples, path]);
		for (const [, href] of visitor.body.matchAll(/<a [^>]*href="\/desk\/vi\/([^"#]*)"/g)) {
			const to = href.replaceAll("&amp;", "&");
			if (!seen.has(to))
				waiting.push(to);
			seen.add(to);
		}
	}
	return found;
}

const found = {};

test("links lead to every page there is, and to none that is not", async () => {
	const patterns = routes(), fits = makeFits(patterns);
	const dead = {};
	for (const [role, visitor] of Object.entries(visitors))
		found[role] = await crawl(visitor, fits, dead[role] = []);
	assert.deepEqual(dead, Object.fromEntries(Object.keys(ROLES).map((role) => [role, []])),
		"links that lead nowhere");
	const reached = new Set(Object.values(found).flatMap((map) => [...map.keys()]));
	assert.deepEqual(patterns.filter((pattern) => !reached.has(pattern)).sort(),
		[...BEHIND_FORMS, ...OUTSIDE].sort(), "pages that no link leads to");
});

// --- what each is held to ---

async function become(role) {
	await context.clearCookies();
	if (role)
		await context.addCookies([...visitors[role].cookies].map(([name, value]) =>
			({ name, value, url: desk.address })));
}

async function look(name) {
	if (!pictures)
		return;
	mkdirSync(pictures, { recursive: true });
	await page.screenshot({ path: join(pictures, `desk-${name}.png`), fullPage: true });
}

// Files to keep are no pages.
async function isPage(role, path) {
	const { body, bytes } = await visitors[role].get(path);
	return bytes.length > 0 && /^<!doctype html>/i.test(body) && body.includes('class="desk-top"');
}

// What is wrong with a page, in words.
async function faultsOf(role, path, lang, colorScheme) {
	const name = `${role ?? "nobody"}-${path.replace(/[^\w-]+/g, "_") || "first"}-${lang}-${colorScheme}`;
	await page.emulateMedia({ colorScheme });
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.goto(`${desk.address}/desk/${lang}/${path}`);
	assert.equal(await page.locator("h1").count(), 1, name);
	assert.equal(await page.getAttribute("html", "lang"), lang);
	const faults = await axe(page);
	await look(name);
	await page.setViewportSize({ width: 360, height: 740 });
	faults.push(...(await overflow(page)).map((what) => `wider than a telephone: ${what}`),
		...(await smallTargets(page)).map((what) => `small: ${what}`));
	await look(`${name}-360`);
	await page.setViewportSize({ width: 768, height: 1024 });
	faults.push(...(await overflow(page)).map((what) => `wider than a tablet: ${what}`));
	return faults.map((fault) => `${name}: ${fault}`);
}

async function tabFaults(path) {
	try {
		await worksByKeyboard(page, path);
		return [];
	} catch (error) {
		return [error.message];
	}
}

// Both languages and both kinds of light, over the pages in turn; all of them when asked for.
const KINDS = [["vi", "light"], ["en", "dark"], ["vi", "dark"], ["en", "light"]];

test("every page: axe, a telephone, Tab", async () => {
	const done = new Set(), faults = [];
	let turn = 0;
	for (const [role, map] of Object.entries(found)) {
		await become(role);
		for (const [pattern, paths] of map) {
			const path = paths.find((one) => !one.includes("?")) ?? paths[0];
			if (!await isPage(role, path))
				continue;
			const kinds = all ? KINDS : done.has(pattern) ? [KINDS[turn % 4]] :
				[KINDS[turn % 4], KINDS[turn % 4 ^ 1]];
			for (const [lang, light] of kinds)
				faults.push(...await faultsOf(role, path, lang, light));
			if (!done.has(pattern))
				faults.push(...await tabFaults(path));
			done.add(pattern);
			turn++;
		}
	}
	assert.equal(faults.join("\n"), "");
	assert.ok(done.size > 15);
});

test("pages of those who are not in, and pages that say no", async () => {
	await become(undefined);
	for (const [lang, light] of KINDS)
		assert.deepEqual(await faultsOf(undefined, "login", lang, light), []);
	await leads(page, () => page.press("#mail", "Enter"));
	assert.equal(await page.locator(".problems").count(), 1);
	assert.deepEqual(await axe(page), []);
	assert.deepEqual(await faultsOf(undefined, "invitation", "vi", "dark"), []);
	assert.deepEqual(await faultsOf(undefined, "forgotten", "en", "light"), []);
	await become("operator");
	for (const path of ["search?q=huyen", "jobs"])
		assert.deepEqual(await faultsOf("operator", path, "vi", "light"), []);
	await become("reporter");
	for (const path of ["no/such/page", "accounts"])
		assert.deepEqual(await faultsOf("reporter", path, "en", "light"), []);
});

// --- without a mouse, without a script ---

async function focus() {
	return page.evaluate(() => {
		const element = document.activeElement;
		const style = getComputedStyle(element), box = element.getBoundingClientRect();
		return { id: element.id, name: element.name, value: element.value, href: element.href,
			text: element.textContent.trim(),
			seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 &&
				box.bottom > 0 && box.top < innerHeight };
	});
}

// Presses Tab until it is there; at each stop the focus is to be seen.
async function tabTo(wanted) {
	for (let i = 0; i < 80; i++) {
		await page.keyboard.press("Tab");
		const at = await focus();
		assert.ok(at.seen, `no sign of focus on ${JSON.stringify(at)}`);
		if (wanted(at))
			return;
	}
	assert.fail(`Tab does not reach it on ${page.url()}: ${wanted}`);
}

const press = (key) => leads(page, () => page.keyboard.press(key));

test("a return is filed by keyboard alone", async () => {
	house.run("user", "add", "moi@example.vn", "--name", "Mới", "--role", "reporter", "--org", "2.1",
		"--password-file", join(house.home, "password"));
	await become(undefined);
	await page.setViewportSize({ width: 1280, height: 900 });
	await page.goto(`${desk.address}/desk/vi/login`);
	await tabTo((at) => at.id === "mail");
	await press("Enter");
	assert.ok(await page.evaluate(() => document.activeElement.classList.contains("problems")),
		"what is wrong is where one is");
	assert.match(await page.title(), /^Lỗi/);
	await tabTo((at) => at.href?.endsWith("#mail"));
	await page.keyboard.press("Enter");
	// From the problem to its field, by the next frame.
	await until(page, () => document.activeElement.id === "mail");
	await page.keyboard.type("moi@example.vn");
	await tabTo((at) => at.id === "password");
	await page.keyboard.type(PASSWORD);
	await press("Enter");
	await tabTo((at) => at.href?.endsWith("/campaigns"));
	await press("Enter");
	await tabTo((at) => at.href?.endsWith(C));
	await press("Enter");
	await tabTo((at) => at.id === "row-informed");
	await page.keyboard.type("12");
	await tabTo((at) => at.id === "row-deployed");
	await page.keyboard.type("20");
	await tabTo((at) => at.value === "check");
	await press("Enter");
	await tabTo((at) => at.id === "confirm");
	await page.keyboard.press("Space");
	await tabTo((at) => at.text === "Nộp báo cáo");
	await press("Enter");
	assert.match(await page.textContent(".said-before"), /nộp|gửi/);
});

test("without JavaScript: in, a mistake, a change, out", async () => {
	const bare = await browser.context({ javaScriptEnabled: false });
	const plain = await bare.newPage();
	await plain.goto(`${desk.address}/desk/vi/login`);
	await plain.fill("#mail", MAIL("auditor"));
	await plain.fill("#password", PASSWORD);
	const send = (field) => leads(plain, () => plain.press(field, "Enter"));
	await send("#password");
	assert.match(await plain.textContent("h1"), /Việc cần làm/);
	await plain.setViewportSize({ width: 360, height: 740 });
	const links = plain.locator(".desk-menu a:visible");
	assert.equal(await links.count(), 0, "the menu of many sections is folded on a telephone");
	assert.ok((await plain.locator(".desk-menu").boundingBox()).height < 100);
	await plain.focus(".desk-menu summary");
	await plain.keyboard.press("Enter");
	assert.equal(await links.count(), 9, "and opens by a key");
	await plain.keyboard.press("Tab");
	assert.match(await plain.evaluate(() => document.activeElement.href), /\/desk\/vi\/$/);
	await plain.setViewportSize({ width: 1280, height: 900 });
	assert.equal(await links.count(), 9, "elsewhere it stands open");
	await plain.goto(`${desk.address}/desk/vi/self`);
	await plain.fill("#name", "");
	await send("#name");
	assert.match(await plain.textContent(".problems"), /Nhập họ và tên/);
	await plain.fill("#name", "Nguyễn Thị Lan");
	await send("#name");
	assert.match(await plain.textContent(".said-before"), /Đã lưu/);
	await leads(plain, () => plain.click(".desk-top form[action$=logout] .button"));
	assert.match(plain.url(), /\/login$/);
	await bare.close();
});
