// SPDX-License-Identifier: Apache-2.0
// The portal as it is run, a browser as people have it, and what the tests share.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";
import { removeFolder, startServer } from "./server.mjs";

const program = process.env.QUETSACH;
const root = process.env.QUETSACH_ROOT;
const pictures = process.env.QUETSACH_PICTURES;
const axeSource = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
// Milliseconds for what takes one second where nothing else runs.
const PATIENCE = 180_000;

// The day that many days from now; midnight during a test moves none of its days.
const now = Date.now();
export const day = (offset) => new Date(now + offset * 86_400_000).toISOString().slice(0, 10);

// A data folder with attribution, a simulated feed of the last days and a campaign that runs.
export function makeData({ address, days } = {}) {
	const home = mkdtempSync(join(tmpdir(), "quetsach-browser-"));
	// The server gives up root; of the data folder itself only public/ is open to it.
	chmodSync(home, 0o755);
	const data = join(home, "data");
	const feed = join(home, "simulated.csv");
	const run = (...words) =>
		execFileSync(program, [...words, "--data", data, "--lang", "en"], { stdio: "pipe" });
	run("init", "--country", "VN");
	const table = (name) => join(root, "data", "fallback", name);
	run("network", "import", table("asn-ipv4-num-vn-2026-06-17.csv"));
	run("network", "import", "--country", "VN", table("vn-ipv4-2026-01-31.txt"));
	run("simulate", "--country", "VN", "--seed", "1", ...(days ? ["--days", String(days)] : []),
		"--output", feed);
	run("ingest", "--feed", "simulated", feed);
	if (address) {
		run("site", "set", "address", address);
		run("campaign", "set", "trial", "--name-vi", "Chiến dịch thử", "--name-en",
			"Trial campaign", "--country", "VN", "--zone", "Asia/Ho_Chi_Minh",
			"--begins", day(-20), "--ends", day(10));
	}
	return { data, remove: () => removeFolder(home) };
}

// A data folder with a made-up campaign that is over, judged and published: edition 1, a correction,
// and a third edition that waits for its day. 8 weeks, few hosts: small cells are in it.
export function makeCampaign({ address, hosts = 260 } = {}) {
	const home = mkdtempSync(join(tmpdir(), "quetsach-browser-"));
	chmodSync(home, 0o755);
	const data = join(home, "data"), out = join(home, "simulated");
	const DAYS = 56, BEGINS = 29, LASTS = 20;
	const run = (...words) =>
		execFileSync(program, [...words, "--data", data, "--lang", "en"], { stdio: "pipe" });
	// Day 1 … DAYS of the simulation; the last one was yesterday.
	const dayOf = (number) => day(number - DAYS - 1);
	const span = (from, to) => `${dayOf(from)}..${dayOf(to)}`;
	execFileSync(program, ["simulate", "--out", out, "--seed", "7", "--days", String(DAYS), "--hosts",
		String(hosts), "--reports", "5", "--effect", "0.55", "--campaign", String(BEGINS), "--controls", "0.3",
		"--end", dayOf(DAYS)], { stdio: "pipe" });
	const truth = JSON.parse(readFileSync(join(out, "truth.json"), "utf8"));
	run("init", "--country", "VN");
	run("network", "import", "--country", "VN", "--as-of", "2020-01-01", join(out, "prefixes-VN.txt"));
	run("network", "import", "--as-of", "2020-01-01", join(out, "asns.csv"), join(out, "holders.csv"));
	// What costs most, the evaluation, comes last: every command that changes something publishes.
	for (const { holder, inside, subscribers, treated } of truth.holders)
		if (inside)
			run("holder", "set", holder, "--subscribers", String(subscribers), "--treated",
				treated ? "yes" : "no", "--source", "truth.json");
	for (const { feed } of truth.feeds.filter((_, i) => i % 2 === 0)) {
		run("ingest", "--feed", feed, ...readdirSync(join(out, feed)).map((name) => join(out, feed, name)));
		run("feed", "set", "--public-check", "yes", "--public-stats", "yes", feed);
	}
	if (address)
		run("site", "set", "address", address);
	const goal = (key, kind) =>
		["--goal", `${key}:${kind}:hourly-mean:50%:${span(DAYS - 6, DAYS)}`];
	run("campaign", "set", "trial", "--name-vi", "Chiến dịch thử", "--name-en", "Trial campaign",
		"--country", "VN", "--zone", "Asia/Ho_Chi_Minh", "--begins", dayOf(BEGINS),
		"--ends", dayOf(BEGINS + LASTS), "--before", span(1, BEGINS - 1),
		"--after", span(BEGINS + LASTS + 1, DAYS), "--baseline", span(BEGINS - 7, BEGINS - 1),
		...goal("less", "addresses"), ...goal("ten", "top-ten"));
	run("campaign", "freeze", "trial");
	const correction = (vi, en) => ["--correction-vi", vi, "--correction-en", en];
	run("edition", "make", "trial", "--reply-days", "0");
	run("edition", "make", "trial", "--reply-days", "0",
		...correction("Sửa số thuê bao của một nhà mạng.", "Corrects the subscribers of one provider."));
	run("edition", "make", "trial", "--reply-days", "5", ...correction("Sửa lần ba.", "Third correction."));
	return { data, remove: () => removeFolder(home) };
}

// Serves on a free port; visitors may come "from" any address through the trusted proxy 127.0.0.1.
export function serve(data) {
	return startServer(["serve", "--data", data, "--listen", "127.0.0.1:0", "--user", "nobody",
		"--trusted-proxy", "127.0.0.1", "--lang", "en"], /(http:\/\/127\.0\.0\.1:\d+)\//);
}

// An address that is listed and one that is not, of those the simulated feed offers to look as.
export async function visitors({ address }) {
	const html = await (await fetch(`${address}/vi/kiem-tra`)).text();
	const found = {};
	for (const [, ip] of html.matchAll(/\?as=([0-9a-f.:]+)"/g)) {
		const response = await fetch(`${address}/api/v1/check`, { headers: { "X-Forwarded-For": ip } });
		found[(await response.json()).answer] ??= ip;
	}
	return { listed: found.seen, unlisted: found.not_seen };
}

// Each context is a browser of its own, with nothing of whoever runs the tests: home, language, zone.
export async function openBrowser() {
	const profile = mkdtempSync(join(tmpdir(), "quetsach-profile-"));
	const open = [];
	const { PATH, TMPDIR } = process.env;
	const env = { PATH, HOME: profile, LANG: "C.UTF-8", TZ: "UTC", ...(TMPDIR ? { TMPDIR } : {}) };
	const context = async (options) => {
		const made = await chromium.launchPersistentContext(mkdtempSync(join(profile, "p")), {
			executablePath: "/usr/bin/chromium", timeout: PATIENCE, env,
			args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
				"--disable-background-networking", "--disable-component-update",
				"--disable-sync"],
			...options,
		});
		made.setDefaultTimeout(PATIENCE);
		open.push(made);
		return made;
	};
	// Whatever a test that failed has left open, too.
	const close = async () => {
		await Promise.all(open.map((made) => made.close()));
		removeFolder(profile);
	};
	return { context, close };
}

// Does what leads from a page that has loaded to another one, until that has loaded.
export async function leads(page, act) {
	await Promise.all([page.waitForEvent("load"), act()]);
}

// Asks the page until it says yes.
export async function until(page, says, given) {
	for (const end = Date.now() + PATIENCE; !await page.evaluate(says, given); await sleep(20))
		assert.ok(Date.now() < end, `${page.url()}: waited in vain for ${says}`);
}

// Notes everything a page must not do: messages on the console, errors, requests elsewhere.
export function watch(page, address) {
	const faults = [];
	page.on("console", (message) => faults.push(`console: ${message.text()}`));
	page.on("pageerror", (error) => faults.push(`error: ${error.message}`));
	page.on("request", (request) => {
		if (!request.url().startsWith(`${address}/`))
			faults.push(`request elsewhere: ${request.url()}`);
	});
	page.on("response", (response) => {
		if (response.status() >= 500)
			faults.push(`${response.status()} ${response.url()}`);
	});
	return faults;
}

// What axe finds, in words. axe is put in from outside the page, past its security policy. To name
// violations alone takes it a third less time.
export async function axe(page) {
	const session = await page.context().newCDPSession(page);
	const { frameTree } = await session.send("Page.getFrameTree");
	const { executionContextId } = await session.send("Page.createIsolatedWorld",
		{ frameId: frameTree.frame.id, worldName: "axe" });
	const evaluate = async (expression) => {
		const { result, exceptionDetails } = await session.send("Runtime.evaluate",
			{ expression, contextId: executionContextId, awaitPromise: true, returnByValue: true });
		if (exceptionDetails)
			throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
		return result.value;
	};
	await evaluate(`${readFileSync(axeSource, "utf8")};0`);
	const violations = await evaluate(`axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a",
		"wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then((r) => r.violations.map((v) =>
		v.id + ": " + v.help + " " + v.nodes.map((n) => n.target + " " + n.failureSummary).join("; ")))`);
	await session.detach();
	return violations;
}

export function overflow(page) {
	return page.evaluate(() => {
		const wide = document.documentElement.clientWidth;
		if (document.documentElement.scrollWidth <= wide)
			return [];
		return [...document.querySelectorAll("body *")]
			.filter((element) => element.getBoundingClientRect().right > wide + 1)
			.map((element) => `${element.tagName}.${element.className}`).slice(0, 5);
	});
}

// Links and buttons of at least 44 × 44 px, but for links inside running text (WCAG 2.5.8).
export function smallTargets(page) {
	return page.evaluate(() => [...document.querySelectorAll("a, button")]
		.filter((a) => a.checkVisibility() && !a.classList.contains("skip") && a.tabIndex >= 0)
		.filter((a) => getComputedStyle(a).display !== "inline")
		.map((a) => [a.textContent.trim(), a.getBoundingClientRect()])
		.filter(([, box]) => box.height < 43.5 || box.width < 43.5)
		.map(([text, box]) => `${text}: ${box.width.toFixed(0)} × ${box.height.toFixed(0)}`));
}

export async function picture(page, name) {
	if (!pictures)
		return;
	mkdirSync(pictures, { recursive: true });
	await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
