#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every verb that the code writes into the audit has words (src/desk/audit_words.c), and none has words that nobody
writes."""
import re
import sys
from pathlib import Path

import house

# What actor_entry(), account_log(), `.what =` and the like are given; return_note() puts "return." in front.
KINDS = "account|session|factor|org|contact|line|form|deadline|return|job|page|tool|site|feed|campaign|setting|mail|unit|draft"
VERB = re.compile(rf'"((?:{KINDS})\.[a-z]+(?:-[a-z]+)*)"')
NOTE = re.compile(r'\breturn_note\((?:[^;"]*)"([a-z-]+)"', re.S)
# Names of files that look like verbs.
FILES = re.compile(r"\.(?:mail|css|csv|db|html|js|json|md|pack|pdf|svg|txt|xlsx|zip)\Z")


def written(source):
    verbs = {}
    for room in ("office", "desk", "server"):
        for path in house.files(source / room, ".c"):
            if path.name == "audit_words.c":
                continue
            text = path.read_text(encoding="utf-8")
            found = set(VERB.findall(text)) | {f"return.{what}" for what in NOTE.findall(text)}
            for verb in found:
                if not FILES.search(verb):
                    verbs.setdefault(verb, path.relative_to(source.parent))
    return verbs


def check(root):
    source = root / "src"
    table = (source / "desk" / "audit_words.c").read_text(encoding="utf-8")
    known = set(VERB.findall(table))
    verbs = written(source)
    faults = [f"{path}: the audit has no words for {verb!r}: src/desk/audit_words.c"
              for verb, path in sorted(verbs.items()) if verb not in known]
    faults += [f"src/desk/audit_words.c: nobody writes {verb!r}" for verb in sorted(known - set(verbs))]
    if len(known) < 20:
        faults.append("src/desk/audit_words.c: no table of verbs")
    return faults


if __name__ == "__main__":
    sys.exit(house.report(check(Path(house.arguments(1, "ROOT")[0])), "verbs"))
