// SPDX-License-Identifier: Apache-2.0
// A whole campaign at the desk, from the first administrator to the letter of the top: 63 provinces
// with their districts, 63 coordinators, 300 officers invited, half of them in Vietnamese and half in
// English, a dozen in a browser and the others by the same forms. Half of the officers come in; for
// the others their coordinators enter what came on paper. What comes out is held against sums that
// are made here, from what was typed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import * as people from "./desk_people.mjs";
import { day, leads, openBrowser, watch } from "./site.mjs";

const C = "vn-2020", TOP = "TW", NOTE = "Theo công văn của tỉnh";
const LISTED = [12, 75, 138];
const REPORTS = 300, JOINED = 150, CLICKED = 12;
const root = process.env.QUETSACH_ROOT;
const pictures = process.env.QUETSACH_PICTURES;
let house, desk, browser, administrator;
const provinces = [], districts = [], officers = [];
const byCode = new Map();

// --- the country ---

function unit(code, parent, name) {
	const made = { code, parent, name, declared: undefined, state: "unopened" };
	byCode.set(code, made);
	return made;
}

function makeCountry() {
	const lines = readFileSync(join(root, "tests/browser/provinces.csv"), "utf8").split("\n");
	unit(TOP, "", "Bộ Thông tin và Truyền thông");
	for (const [code, name, count] of lines.filter((line) => /^\d/.test(line)).map((l) => l.split(","))) {
		const lang = provinces.length % 2 ? "en" : "vi";
		const province = { ...unit(code, TOP, name), lang, districts: [] };
		byCode.set(code, province);
		provinces.push(province);
		for (let i = 1; i <= Number(count); i++) {
			const district = unit(`${code}.${i}`, code, `Huyện số ${i}, ${name}`);
			province.districts.push(district);
			districts.push(district);
			district.lang = lang;
		}
	}
	return "code,parent,name_vi,level\n" + [...byCode.values()].map((u) => [u.code, u.parent,
		`"${u.name}"`, u.code === TOP ? "trung ương" : u.parent === TOP ? "tỉnh" : "huyện"].join(",")).join("\n");
}

// Who reports, and how: dealt out evenly, so that every province has some of each.
function choose() {
	for (let round = 0; officers.length < REPORTS; round++)
		for (const province of provinces)
			if (province.districts[round] && officers.length < REPORTS)
				officers.push(province.districts[round]);
	officers.forEach((o, i) => Object.assign(o, {
		mail: `can.bo.${i}@example.vn`, person: `Cán bộ ${i}`,
		clicks: i < CLICKED, joins: i < JOINED, sheet: i >= CLICKED && i % 12 === 5,
		late: i % 15 === 7, sentBack: i % 10 === 3, mended: i % 50 !== 23,
		draftOnly: i >= CLICKED && i < JOINED && i % 60 === 2,
		wanted: { informed: 1 + (i * 7919) % 2000, deployed: (i * 104729) % (i % 25 === 0 ? 4000 : 1) },
	}));
	for (const o of officers)
		o.wanted.deployed ||= 1 + o.wanted.informed % 900 % o.wanted.informed;
	// Three of one province name the organisations they count; each shares some with the next.
	for (const [i, o] of LISTED.map((number) => officers[number]).entries()) {
		o.list = Array.from({ length: 30 }, (_, k) => taxCode(i * 20 + k));
		o.wanted = { informed: 30, deployed: 12 };
	}
}

// The tenth digit checks the nine before it.
function taxCode(number) {
	const digits = String(100100000 + number * 13).padStart(9, "0");
	const sum = [31, 29, 23, 19, 17, 13, 7, 5, 3].reduce((whole, weight, i) =>
		whole + weight * Number(digits[i]), 0);
	return digits + String((10 - sum % 11 + 11) % 11 % 10);
}

// --- what is expected: plain sums of what was typed ---

function below(code) {
	return [...byCode.values()].filter((u) => code === TOP || u.code === code || u.parent === code);
}

function expected(code) {
	const units = below(code);
	const counted = units.filter((u) => u.declared && ["submitted", "accepted"].includes(u.state));
	const sum = (key) => counted.reduce((whole, u) => whole + u.declared[key], 0);
	return { expected: units.length, reported: counted.length,
		late: counted.filter((u) => u.late).length,
		unopened: units.filter((u) => u.state === "unopened").length,
		sent_back: units.filter((u) => u.state === "sent-back").length,
		informed: sum("informed"), deployed: sum("deployed") };
}

before(async () => {
	house = people.makeHouse();
	house.run("campaign", "set", C, "--name-vi", "Chiến dịch rà soát và bóc gỡ mã độc", "--name-en",
		"Campaign to remove malware", "--country", "VN", "--zone", "Asia/Ho_Chi_Minh",
		"--begins", day(-30), "--ends", day(30));
	writeFileSync(join(house.home, "units.csv"), makeCountry());
	choose();
	desk = await people.openDesk(house.data);
	house.run("site", "set", "address", "https://desk.example.vn");
	browser = await openBrowser();
});

after(async () => {
	await browser?.close();
	await desk?.stop();
	house?.remove();
});

// --- with a browser ---

// An officer's campaign is their own return, a coordinator's the totals of their level.
const idOf = (url) => new RegExp(`/campaigns/${C}/(?:returns|roll-up)/(\\d+)$`).exec(url)[1];

async function atBrowser(lang, act) {
	const context = await browser.context({ viewport: { width: 1280, height: 900 }, locale: lang });
	try {
		const page = await context.newPage();
		const faults = watch(page, desk.address);
		page.goTo = (path) => page.goto(path.startsWith("/") ? desk.address + path :
			`${desk.address}/desk/${lang}/${path}`);
		page.follow = (selector) => leads(page, () => page.click(selector));
		await act(page);
		assert.deepEqual(faults, []);
	} finally {
		await context.close();
	}
}

async function joinByClicking(page, link) {
	await page.goTo(new URL(link).pathname);
	assert.doesNotMatch(page.url(), /invitation\/./, "the token has left the address bar");
	await page.fill("#password", people.PASSWORD);
	await page.follow("main form .button");
	if (!page.url().endsWith("/second-factor"))
		return;
	const key = await page.textContent(".secret");
	await page.fill("#code", people.code(key));
	await page.follow("main form .button");
	assert.equal(await page.locator(".codes li").count(), 10, "codes for the day the phone is lost");
	await page.follow("main .actions a");
}

async function inviteByClicking(page, { mail, person, code, lang, role }) {
	await page.goTo("accounts/new");
	await page.fill("#mail", mail);
	await page.fill("#name", person);
	await page.check(`input[name=role][value=${role}]`);
	await page.fill("#unit", code);
	await page.check(`input[name=lang][value=${lang}]`);
	await page.follow("main form .button");
	return page.textContent(".one-time-link");
}

async function fileByClicking(page, officer) {
	const { wanted, late } = officer;
	await page.goTo("");
	await page.follow(".desk-menu a[href$=campaigns]");
	await page.follow("main table a");
	officer.org = idOf(page.url());
	await page.follow("button[value=receive]");
	assert.equal(await page.inputValue("#row-informed"), "1", "who has the letter is counted already");
	await page.fill("#row-informed", String(wanted.informed));
	await page.fill("#row-deployed", String(wanted.deployed));
	await page.fill("#note-informed", NOTE);
	await page.fill("#row-assessment", "Đã rà quét hết máy tính của đơn vị.");
	await page.click("details:has(#paper-signer) > summary");
	await page.fill("#paper-signer", "Nguyễn Văn An");
	await page.follow("button[value=check]");
	if (wanted.deployed > wanted.informed)
		await page.check("#confirm");
	await page.follow("main form .button");
	assert.equal(await page.locator(".said-before").count(), 1, "it says that it came");
	assert.equal(await page.locator(".tag.late").count() > 0, Boolean(late), "late, and said so");
}

// --- with the same forms, quickly ---

async function invite(visitor, { mail, person, code, lang, role }) {
	await visitor.get("accounts/new");
	await visitor.does("/accounts/new", { mail, name: person, role, unit: code, lang });
	return people.plain(/class="one-time-link".*?<code>(.*?)<\/code>/s.exec(visitor.body)[1]);
}

async function fill(visitor, org, { informed, deployed }) {
	const path = `/campaigns/${C}/returns/${org}`;
	await visitor.get(path.slice(1));
	await visitor.does(path, { "row-informed": String(informed), "row-deployed": String(deployed),
		"note-informed": NOTE }, "check");
	await handIn(visitor, { informed, deployed });
}

async function handIn(visitor, { informed, deployed }) {
	const sure = visitor.form("/check").fields.has("confirm") ? { confirm: "1" } : {};
	assert.equal("confirm" in sure, deployed > informed, "more took part than were told: a warning");
	await visitor.does("/check", sure);
}

async function sendList(visitor, org, list) {
	const rows = list.map((tax, i) => `${tax},Cơ quan ${tax},x,${i < 12 ? "x" : ""}`);
	const file = { name: "danh sách.csv",
		bytes: Buffer.from(["mã số thuế,tên,informed,deployed", ...rows].join("\n")) };
	await visitor.get(`campaigns/${C}/returns/${org}/orgs`);
	await (await visitor.does("/orgs", { file }, "send")).finish();
}

async function judge(visitor, org, how, reason) {
	await visitor.get(`campaigns/${C}/returns/${org}`);
	await visitor.does("/judge", reason ? { reason } : {}, how);
}

async function unitBelow(province, name) {
	province.below ??= (await province.visitor.get(`campaigns/${C}`)).body;
	return new RegExp(`/returns/(\\d+)">${name}<`).exec(province.below)[1];
}

// --- the campaign ---

test("the administrator comes in, with a second factor", async () => {
	const link = house.run("user", "add", "quan.tri@example.vn", "--name", "Trần Quốc Bảo", "--role",
		"operator", "--lang", "vi", "--json");
	administrator = new people.Visitor(desk.address, "vi");
	await atBrowser("vi", async (page) => {
		await joinByClicking(page, JSON.parse(link).link, "quan.tri@example.vn");
		assert.match(await page.textContent("h1"), /Việc cần làm/);
		await administrator.takeFrom(page);
	});
});

test("63 provinces with their districts", async () => {
	await atBrowser("vi", async (page) => {
		await administrator.lendTo(page);
		await page.goTo("orgs/import");
		await page.setInputFiles("#file", join(house.home, "units.csv"));
		await page.fill("#day", day(-60));
		for (const step of ["check", "take"]) {
			// What was checked is taken in by one press, and not sent again.
			await page.follow(step === "check" ? "button[value=check]" : "main form.actions button");
			const id = /\/(\d+)$/.exec(page.url())[1];
			await (await administrator.get(`jobs/${id}`)).finish();
			await page.goTo(`orgs/import/${id}`);
			assert.ok((await page.innerText("main")).includes(String(byCode.size)), "units new");
			assert.equal(house.run("unit", "list").trim() === "", step === "check", "checking changes nothing");
		}
	});
	assert.equal(house.run("unit", "list", "--json").trim().split("\n").length, byCode.size);
	house.run("deadline", "set", C, day(25), "--level", "0");
	house.run("deadline", "set", C, day(20), "--level", "1");
	house.run("deadline", "set", C, day(10), "--level", "2");
	for (const o of officers.filter((one) => one.late))
		house.run("deadline", "set", C, day(-2), "--org", o.code);
});

test("63 coordinators are invited and come in", async () => {
	await atBrowser("vi", async (page) => {
		await administrator.lendTo(page);
		for (const p of provinces)
			Object.assign(p, { mail: `dau.moi.${p.code}@example.vn`, person: `Đầu mối ${p.name}`,
				role: "coordinator" });
		for (const p of provinces.slice(0, 2))
			p.link = await inviteByClicking(page, p);
	});
	for (const p of provinces.slice(2))
		p.link = await invite(administrator, p);
	for (const p of provinces.slice(0, 2))
		await atBrowser(p.lang, async (page) => {
			await joinByClicking(page, p.link);
			p.visitor = new people.Visitor(desk.address, p.lang);
			const own = p.districts.find((d) => d.clicks);
			own.link = await inviteByClicking(page, { ...own, role: "reporter" });
			await p.visitor.takeFrom(page);
		});
	await people.each(provinces.slice(2), async (p) => {
		p.visitor = await people.joinDesk(new people.Visitor(desk.address, p.lang), p.link);
	});
	for (const p of provinces)
		p.org = idOf((await p.visitor.get(`campaigns/${C}`)).url);
});

test("300 officers are invited, come in and report", async () => {
	await people.each(officers, async (o) => {
		const coordinator = byCode.get(o.parent);
		coordinator.queue = (coordinator.queue ?? Promise.resolve()).then(async () => {
			o.link ??= await invite(coordinator.visitor, { ...o, role: "reporter" });
		});
		await coordinator.queue;
	});
	for (const lang of ["vi", "en"])
		for (const o of officers.filter((one) => one.clicks && one.lang === lang))
			await atBrowser(lang, async (page) => {
				await joinByClicking(page, o.link);
				await fileByClicking(page, o);
				o.visitor = new people.Visitor(desk.address, lang);
				await o.visitor.takeFrom(page);
			});
	await people.each(officers.filter((o) => o.joins && !o.clicks), async (o) => {
		o.visitor = await people.joinDesk(new people.Visitor(desk.address, o.lang), o.link);
		o.org = idOf((await o.visitor.get(`campaigns/${C}`)).url);
		if (o.draftOnly) {
			await o.visitor.does(`/returns/${o.org}`, { "row-informed": "3" }, "save");
		} else if (!o.sheet) {
			if (o.list)
				await sendList(o.visitor, o.org, o.list);
			await fill(o.visitor, o.org, o.wanted);
		}
	});
	await people.each(provinces, async (p) => {
		for (const o of p.districts.filter((d) => d.mail && !d.joins)) {
			o.visitor = p.visitor;
			o.org = await unitBelow(p, o.name);
			if (o.list)
				await sendList(o.visitor, o.org, o.list);
			if (!o.sheet)
				await fill(o.visitor, o.org, o.wanted);
		}
	});
	for (const o of officers)
		Object.assign(o, o.draftOnly ? { state: "draft" } : { state: "submitted", declared: o.wanted });
});

test("some report by spreadsheet", async () => {
	const sheets = officers.filter((o) => o.sheet && !o.draftOnly);
	const path = (o, what) => join(house.home, `${what}-${o.code}.xlsx`);
	const page = (o) => `campaigns/${C}/returns/${o.org}/sheet`;
	for (const o of sheets) {
		await o.visitor.get(page(o));
		await (await o.visitor.does("/sheet", {}, "template")).finish();
		const file = /jobs\/\d+\/output/.exec(o.visitor.url) ? o.visitor :
			await o.visitor.get(`${new URL(o.visitor.url).pathname}/output`);
		writeFileSync(path(o, "empty"), file.bytes);
	}
	execFileSync("/usr/bin/python3", [join(root, "tests/browser/fill_sheets.py")], { input:
		sheets.map((o) => JSON.stringify([path(o, "empty"), path(o, "filled"),
			{ informed: [o.wanted.informed, NOTE], deployed: [o.wanted.deployed, ""] }])).join("\n") });
	for (const o of sheets) {
		await o.visitor.get(page(o));
		const file = { bytes: readFileSync(path(o, "filled")), name: "báo cáo.xlsx" };
		await (await o.visitor.does("/sheet", { file }, "send")).finish();
		await o.visitor.get(page(o).replace("sheet", "check"));
		assert.ok(o.visitor.says(NOTE), `what the sheet of ${o.code} says`);
		await handIn(o.visitor, o.wanted);
	}
});

test("coordinators judge; what is sent back is mended", async () => {
	for (const p of provinces)
		p.reports = p.districts.filter((d) => d.state === "submitted");
	await people.each(provinces, async (p) => {
		for (const o of p.reports) {
			if (!o.sentBack) {
				await judge(p.visitor, o.org, "accept");
				o.state = "accepted";
				continue;
			}
			await judge(p.visitor, o.org, "send-back", "Đề nghị kiểm tra lại dòng 2.");
			o.state = "sent-back";
			await o.visitor.get(`campaigns/${C}/returns/${o.org}`);
			assert.ok(o.visitor.says("Đề nghị kiểm tra lại dòng 2."), "the officer reads why");
			if (!o.mended)
				continue;
			o.declared = { ...o.wanted, deployed: Math.max(1, o.wanted.informed - 1) };
			await fill(o.visitor, o.org, o.declared);
			await judge(p.visitor, o.org, "accept");
			o.state = "accepted";
		}
	});
	// Some provinces report for themselves, too; nobody above has judged that yet.
	for (const [i, p] of provinces.slice(0, 10).entries()) {
		p.declared = { informed: 100 + i, deployed: 50 };
		await fill(p.visitor, p.org, p.declared);
		p.state = "submitted";
	}
});

// --- what comes out ---

const number = (words) => Number(words.replace(/[.,\s\u00a0]/g, ""));
const shown = (count) => count.toLocaleString("de-DE");

test("every level's totals are the sums of what was typed", async () => {
	const whole = JSON.parse(house.run("return", "roll-up", C, TOP, "--json").split("\n")[0]);
	const { informed, deployed, ...counts } = expected(TOP);
	for (const [key, count] of Object.entries(counts))
		assert.equal(whole[key], count, key);
	assert.ok(counts.late > 10 && counts.sent_back > 3 && counts.reported > 280, "there is some of each");
	await people.each(provinces, async (p) => {
		const own = expected(p.code);
		await p.visitor.get(`campaigns/${C}/roll-up/${p.org}`);
		const [first, second] = p.visitor.rows(0);
		assert.deepEqual([number(first[1]), number(second[1])], [own.informed, own.deployed], p.name);
		assert.ok(p.visitor.says(`${own.reported} / ${own.expected}`), `completeness of ${p.name}`);
	});
	const listed = byCode.get(officers[LISTED[0]].parent);
	await listed.visitor.get(`campaigns/${C}/roll-up/${listed.org}`);
	const once = new Set(LISTED.flatMap((i) => officers[i].list)).size;
	const { reported: units } = expected(listed.code);
	assert.ok(listed.visitor.rows(0)[0].includes(units === 3 ? `${once}` : `${once} (3 / ${units})`),
		`${once} organisations, each once: ${listed.visitor.rows(0)[0]}`);
	await administrator.get(`campaigns/${C}`);
	byCode.get(TOP).org = /roll-up\/([1-9]\d*)"/.exec(administrator.body)[1];
	await administrator.get(`campaigns/${C}/roll-up/${byCode.get(TOP).org}`);
	const [first, second] = administrator.rows(0);
	assert.deepEqual([number(first[1]), number(second[1])], [informed, deployed]);
	assert.ok(administrator.says(`${counts.reported} / ${counts.expected}`));
});

test("the letter of the top is right to the digit", async () => {
	const { informed, deployed, reported, expected: all, late } = expected(TOP);
	await administrator.get(`campaigns/${C}/roll-up/${byCode.get(TOP).org}/document`);
	for (const words of [shown(informed), shown(deployed), "Cộng hòa xã hội chủ nghĩa Việt Nam"])
		assert.ok(administrator.says(words), `the page says ${words}`);
	const letter = join(house.home, "letter.pdf"), level = `campaigns/${C}/roll-up/${byCode.get(TOP).org}`;
	await administrator.get(level);
	await (await administrator.does("/document", {}, "pdf")).finish();
	const file = administrator.url.endsWith("/output") ? administrator :
		await administrator.get(`${new URL(administrator.url).pathname}/output`);
	writeFileSync(letter, file.bytes);
	const text = execFileSync("pdftotext", ["-layout", letter, "-"], { encoding: "utf8" })
		.normalize("NFC").replace(/[ \u00a0]+/g, " ");
	for (const words of [shown(informed), shown(deployed), `${reported}`, `${all}`, `${late}`,
		"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"])
		assert.ok(text.includes(words), `the PDF says ${words}`);
	for (const p of provinces)
		assert.ok(text.includes(p.name), `${p.name} is in the PDF`);
	if (pictures)
		execFileSync("pdftoppm", ["-r", "70", "-png", letter, join(pictures, "letter")]);
});
