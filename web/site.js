// SPDX-License-Identifier: Apache-2.0
// What a script can add to pages that work without one: copying, the share sheet, printing, and a
// menu that folds by itself. Asks nothing of any server, keeps nothing.
"use strict";

// A button of a page's own words, and a line beside it that is read aloud when it changes.
function makeButton(words, act) {
	const button = document.createElement("button");
	button.type = "button";
	button.className = "button quiet";
	button.textContent = words;
	button.addEventListener("click", act);
	return button;
}

function makeSaid() {
	const said = document.createElement("p");
	said.className = "said";
	said.setAttribute("aria-live", "polite");
	return said;
}

// The same words twice in a row are only heard when the line was empty in between.
function say(said, words) {
	said.textContent = "";
	setTimeout(() => { said.textContent = words; }, 50);
}

// Without a clipboard (plain HTTP, old browsers) the text is selected, ready to be copied by hand.
for (const copy of document.querySelectorAll(".copy")) {
	const field = copy.querySelector("textarea");
	const said = makeSaid();
	const select = () => {
		field.focus();
		field.select();
		say(said, copy.dataset.selected);
	};
	const button = makeButton(copy.dataset.copy, () => {
		if (!navigator.clipboard) {
			select();
			return;
		}
		navigator.clipboard.writeText(field.value)
			.then(() => say(said, copy.dataset.copied), select);
	});
	button.setAttribute("aria-describedby", field.id);
	field.after(button);
	copy.append(said);
}

for (const place of document.querySelectorAll("[data-share]")) {
	const data = { title: document.title, text: place.dataset.text, url: place.dataset.url };
	if (!navigator.share || (navigator.canShare && !navigator.canShare(data)))
		continue;
	// A visitor who closes the sheet has not failed at anything.
	const button = makeButton(place.dataset.share, () => navigator.share(data).catch(() => {}));
	button.classList.remove("quiet");
	place.prepend(button);
}

for (const place of document.querySelectorAll("[data-print]"))
	place.append(makeButton(place.dataset.print, () => window.print()));

// A form that came back with problems: whoever reads by ear or by keys begins with them.
document.querySelector(".problems")?.focus();

const menu = document.querySelector(".small-menu");
if (menu) {
	document.addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || !menu.open)
			return;
		menu.open = false;
		menu.querySelector("summary").focus();
	});
	document.addEventListener("click", (event) => {
		if (!menu.contains(event.target))
			menu.open = false;
	});
}

// A field that one key leads to, from anywhere but another field.
const keyed = document.querySelector("[data-key]");
if (keyed) {
	document.addEventListener("keydown", (event) => {
		const at = document.activeElement;
		const typing = at && (at.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName));
		if (event.key !== keyed.dataset.key || event.ctrlKey || event.metaKey || event.altKey || typing)
			return;
		event.preventDefault();
		keyed.focus();
		keyed.select();
	});
}

// A draft that is being filled in is saved by itself, twenty seconds after a change, through the
// form's own address; the answer is the number of the draft, which the next save begins from.
for (const form of document.querySelectorAll("form.autosave")) {
	const said = form.querySelector(".said");
	let changed = false;
	let stopped = false;
	let saving = null;
	const save = async () => {
		changed = false;
		const data = new URLSearchParams(new FormData(form));
		data.set("do", "keep");
		try {
			const answer = await fetch(form.getAttribute("action"), { method: "POST", body: data });
			if (answer.ok && !answer.redirected) {
				form.elements.draft.value = (await answer.text()).trim();
				say(said, `${said.dataset.kept} ${new Date().toLocaleTimeString(document.documentElement.lang)}`);
			} else if (answer.status === 409) {
				stopped = true;
				say(said, said.dataset[await answer.text() === "closed" ? "closed" : "clash"]);
			} else {
				stopped = true;
				say(said, said.dataset.out);
			}
		} catch {
			changed = true;
		}
	};
	form.addEventListener("input", () => { changed = true; });
	// A save under way would make the form older than the draft it sends.
	form.addEventListener("submit", (event) => {
		stopped = true;
		if (!saving)
			return;
		event.preventDefault();
		saving.then(() => form.requestSubmit(event.submitter));
	});
	setInterval(() => {
		if (changed && !stopped && !saving)
			saving = save().finally(() => { saving = null; });
	}, 20000);
}
