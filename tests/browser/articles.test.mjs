// SPDX-License-Identifier: Apache-2.0
// Pages made of articles, the leaflet on paper, the guide's pictures.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import * as site from "./site.mjs";

const ADDRESS = "https://ra-soat-boc-go-ma-doc.quetsach.example";
const paths = {
	vi: ["/vi/giai-phap", "/vi/dich-vu", "/vi/lien-he", "/vi/tuyen-dung", "/vi/cach-hoat-dong", "/vi/cach-do",
		"/vi/trang-that", "/vi/chu-mang", "/vi/rieng-tu", "/vi/blog", "/vi/blog/what-is-a-botnet",
		"/vi/blog/figures-of-2020", "/vi/bao-chi", "/vi/bao-chi/how-to-take-part", "/vi/truyen-thanh",
		"/vi/to-roi", "/vi/huong-dan"],
	en: ["/en/solutions", "/en/services", "/en/contact", "/en/careers", "/en/how-it-works",
		"/en/how-we-measure", "/en/real-site", "/en/network-owners", "/en/privacy", "/en/blog",
		"/en/blog/what-is-a-botnet", "/en/blog/figures-of-2020", "/en/press",
		"/en/press/how-to-take-part", "/en/read-aloud", "/en/leaflet", "/en/guide"],
};
const leaflets = { vi: "/vi/to-roi", en: "/en/leaflet" };
const guides = { vi: "/vi/huong-dan", en: "/en/guide" };

let bare, full, servers, browser, context;

function set(data, name, value) {
	execFileSync(process.env.QUETSACH, ["site", "set", name, value, "--data", data, "--lang", "en"],
		{ stdio: "pipe" });
}

before(async () => {
	bare = site.makeData();
	full = site.makeData({ address: ADDRESS });
	set(full.data, "organiser-vi", "Trung tâm An ninh mạng quốc gia, Cục An ninh mạng và phòng, chống " +
		"tội phạm sử dụng công nghệ cao");
	set(full.data, "organiser-en", "National Cybersecurity Centre, Department of Cybersecurity and " +
		"High-Tech Crime Prevention");
	set(full.data, "mail", "lienhe@quetsach.example");
	set(full.data, "phone", "(024) 3000 0000 | 1900 00 00 00");
	servers = { bare: await site.serve(bare.data), full: await site.serve(full.data) };
	browser = await site.openBrowser();
	context = await browser.context({ viewport: { width: 1440, height: 900 } });
});

after(async () => {
	await browser?.close();
	await servers?.bare.stop();
	await servers?.full.stop();
	bare?.remove();
	full?.remove();
});

async function visit(server, path, work) {
	const page = await context.newPage();
	const faults = site.watch(page, server.address);
	try {
		const response = await page.goto(server.address + path, { waitUntil: "load" });
		assert.equal(response.status(), 200, path);
		await work(page);
		assert.deepEqual(faults, [], path);
	} finally {
		await page.close();
	}
}

// What Chromium prints says of each page that it is one.
async function pagesOnPaper(page) {
	const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false });
	return { count: pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, pdf };
}

for (const lang of ["vi", "en"]) {
	for (const kind of ["bare", "full"]) {
		test(`${lang}: every page stands, with ${kind === "bare" ? "nothing" : "all"} known`, async () => {
			for (const path of paths[lang]) {
				await visit(servers[kind], path, async (page) => {
					const text = await page.locator("main").innerText();
					assert.doesNotMatch(text, /[{}]/, `${path}: a name nobody filled in`);
					assert.equal(await page.locator("h1").count(), 1, path);
					assert.deepEqual(await site.axe(page), [], path);
					for (const width of [360, 768, 1440]) {
						await page.setViewportSize({ width, height: 900 });
						assert.deepEqual(await site.overflow(page), [], `${path} at ${width}`);
						assert.deepEqual(await site.smallTargets(page), [], `${path} at ${width}`);
						await site.picture(page, `article-${kind}${path.replaceAll("/", "-")}-${width}`);
					}
				});
			}
		});

		test(`${lang}: the leaflet is one A4 page, with ${kind === "bare" ? "nothing" : "all"} known`, () =>
			visit(servers[kind], leaflets[lang], async (page) => {
				const { count, pdf } = await pagesOnPaper(page);
				assert.equal(count, 1);
				const [, width, height] = pdf.toString("latin1")
					.match(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/);
				assert.ok(Math.abs(width - 595.28) < 1 && Math.abs(height - 841.89) < 1, `${width} × ${height}`);
				assert.equal(await page.locator("svg.qr").count(), kind === "bare" ? 0 : 1);
			}));
	}

	test(`${lang}: links of the pages lead somewhere`, async () => {
		const seen = new Map();
		for (const path of paths[lang]) {
			await visit(servers.full, path, async (page) => {
				const links = await page.locator("main a[href^='/']").evaluateAll((all) =>
					all.map((a) => a.getAttribute("href").split("#")[0]).filter((href) => href));
				links.filter((link) => !seen.has(link)).forEach((link) => seen.set(link, path));
			});
		}
		for (const [link, path] of seen)
			assert.equal((await fetch(servers.full.address + link)).status, 200, `${link} in ${path}`);
	});

	test(`${lang}: the guide shows its pictures`, () =>
		visit(servers.full, guides[lang], async (page) => {
			const pictures = page.locator(".shots img");
			assert.equal(await pictures.count(), 9);
			for (const picture of await pictures.all()) {
				await picture.scrollIntoViewIfNeeded();
				const [width, height, ratio] = await picture.evaluate(async (img) => {
					await img.decode();
					return [img.naturalWidth, img.naturalHeight, img.clientWidth / img.clientHeight];
				});
				assert.equal(width / height, 0.6);
				assert.ok(Math.abs(ratio - 0.6) < 0.02, `${ratio}`);
				assert.ok((await picture.getAttribute("alt")).length > 30);
			}
		}));
}
