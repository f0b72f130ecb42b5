// SPDX-License-Identifier: Apache-2.0
// Takes the pictures of docs/use/desk*.md: an officer's way from the invitation to the receipt, what
// a coordinator sees, what the operator begins with. Made-up people in real places. script/pictures
// runs it. Says how many words each page of the officer's way has: what reading takes.
// desk_tour.mjs FOLDER
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { joinDesk, makeHouse, openDesk, PASSWORD, signIn, Visitor } from "./desk_people.mjs";
import { day, leads, openBrowser } from "./site.mjs";

const C = "vn-2026", LIMIT = 48 * 1024;
const folder = process.argv[2];
const LAPTOP = { width: 1100, height: 760 }, PHONE = { width: 360, height: 740 };
const NAMES = ["Quận Hồng Bàng", "Quận Lê Chân", "Quận Ngô Quyền", "Quận Kiến An", "Huyện An Dương",
	"Huyện Thủy Nguyên", "Huyện Cát Hải", "Sở Y tế", "Sở Giáo dục và Đào tạo"];

const house = makeHouse();
writeFileSync(join(house.home, "units.csv"), ["code,parent,name_vi,name_en",
	"31,,Thành phố Hải Phòng,Hai Phong City",
	...NAMES.map((name, i) => `31.${i + 1},31,${name},`)].join("\n"));
writeFileSync(join(house.home, "password"), `${PASSWORD}\n`, { mode: 0o600 });
house.run("campaign", "set", C, "--name-vi", "Chiến dịch rà soát và bóc gỡ mã độc", "--name-en",
	"Campaign to review and remove malware", "--country", "VN", "--zone", "Asia/Ho_Chi_Minh",
	"--begins", day(-20), "--ends", day(20));
house.run("unit", "import", join(house.home, "units.csv"), "--day", day(-30));
house.run("deadline", "set", C, day(12), "--level", "0");
house.run("deadline", "set", C, day(7), "--level", "1");
house.run("deadline", "set", C, day(-3), "--org", "31.7");
house.run("site", "set", "address", "https://quetsach.example");
house.run("user", "require", "coordinator", "no");
house.run("user", "require", "operator", "no");
for (const [name, mail, role, unit] of [["Trần Quốc Bảo", "bao", "operator"],
	["Lê Thu Hà", "ha", "coordinator", "31"]])
	house.run("user", "add", `${mail}@example.vn`, "--name", name, "--role", role, ...(unit ? ["--org",
		unit] : []), "--password-file", join(house.home, "password"));
const desk = await openDesk(house.data);
const browser = await openBrowser();
const context = await browser.context({ viewport: LAPTOP, colorScheme: "light", reducedMotion: "reduce" });
const page = await context.newPage();

async function take(name, size = LAPTOP) {
	await page.setViewportSize(size);
	await page.evaluate(() => scrollTo(0, 0));
	const session = await context.newCDPSession(page);
	for (let quality = 90; quality >= 30; quality -= 5) {
		const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality });
		const bytes = Buffer.from(data, "base64");
		if (bytes.length > LIMIT)
			continue;
		writeFileSync(join(folder, `desk-${name}.webp`), bytes);
		break;
	}
	await session.detach();
	await page.setViewportSize(LAPTOP);
}

let words = 0;
async function count(what) {
	const number = (await page.innerText("main")).split(/\s+/).length;
	words += number;
	console.log(`${what}: ${number} words`);
}

const press = (selector) => leads(page, () => page.click(selector));
const open = (path, lang = "vi") => page.goto(`${desk.address}/desk/${lang}/${path}`);

async function invite(coordinator, code, mail, name) {
	await coordinator.get("accounts/new");
	await coordinator.does("/accounts/new", { mail, name, role: "reporter", unit: code, lang: "vi" });
	return new URL(/class="one-time-link".*?<code>(.*?)<\/code>/s.exec(coordinator.body)[1]).pathname;
}

async function file(visitor, path, [informed, deployed]) {
	await visitor.get(path);
	await visitor.does(new URL(visitor.url).pathname.replace("/desk/vi", ""), { "row-informed":
		String(informed), "row-deployed": String(deployed) }, "check");
	await visitor.does("/check");
}

try {
	const coordinator = await signIn(new Visitor(desk.address, "vi"), "ha@example.vn");
	for (const i of [2, 3, 5, 8]) {
		const officer = await joinDesk(new Visitor(desk.address, "vi"), await invite(coordinator, `31.${i}`,
			`donvi${i}@example.vn`, `Cán bộ ${i}`));
		await file(officer, `campaigns/${C}`, [40 + i * 9, 30 + i * 7]);
	}
	// The officer's way.
	await open("login");
	await page.fill("#mail", "hoa@example.vn");
	await page.fill("#password", PASSWORD);
	await take("login-vi", PHONE);
	await page.goto(desk.address + await invite(coordinator, "31.1", "hoa@example.vn", "Nguyễn Thị Hoa"));
	await page.fill("#password", PASSWORD);
	await take("join-vi", PHONE);
	await count("join");
	await press("main form .button");
	await take("work-vi");
	await count("to do");
	await press("main table a");
	await count("the return");
	await press("button[value=receive]");
	await page.fill("#row-informed", "85");
	await page.fill("#row-deployed", "72");
	await page.fill("#row-assessment", "Đã rà quét 640 máy tính, bóc gỡ mã độc ở 12 máy. Còn 3 máy cũ chưa quét được.");
	await take("return-vi", { width: 1100, height: 1500 });
	await press("button[value=check]");
	await take("check-vi");
	await count("check");
	await press("main form .button");
	await take("sent-vi");
	await count("receipt");
	console.log(`the way of an officer: ${words} words`);
	const own = new URL(page.url()).pathname.replace("/desk/vi/", "");
	await open(`${own}/sheet`);
	await take("sheet-vi");
	// Sent back by the coordinator, and what the officer sees then.
	await coordinator.get(own);
	await coordinator.does("/judge", { reason: "Dòng 2: đề nghị ghi rõ có tính các trường học không." },
		"send-back");
	await open(own);
	await take("back-vi");
	// The coordinator.
	await context.clearCookies();
	await coordinator.lendTo(page);
	await open(`campaigns/${C}`);
	await take("level-vi", { width: 1100, height: 1300 });
	await open(`campaigns/${C}`, "en");
	await take("level-en", { width: 1100, height: 1300 });
	await open("accounts/new");
	await take("invite-vi", { width: 1100, height: 1100 });
	const operator = await signIn(new Visitor(desk.address, "en"), "bao@example.vn");
	await context.clearCookies();
	await operator.lendTo(page);
	await open("orgs/import", "en");
	await take("import-en");
	await open(`campaigns/${C}/deadlines`, "en");
	await take("deadlines-en");
} finally {
	await context.close();
	await browser.close();
	await desk.stop();
	house.remove();
}
