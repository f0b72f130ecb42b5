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
