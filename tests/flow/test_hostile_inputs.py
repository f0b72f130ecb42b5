# SPDX-License-Identifier: Apache-2.0
"""Each hostile input by name, through the program: the message in both languages, file, line and
field named, nothing of a refused file kept, good rows of the others kept."""
import json
import os
import re
from pathlib import Path

from flow import House, check, same

HOSTILE = Path(os.environ["QUETSACH_HOSTILE"])
PO = Path(os.environ["QUETSACH_PO"])


def messages(lang):
    """msgid → a pattern that any filled-in form of the message fits."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted((PO / lang).glob("*.po")))
    found = {}
    for name, words in re.findall(r'^msgid "(PROBLEM_\w+)"\nmsgstr ((?:".*"\n)+)', text, re.M):
        joined = "".join(re.findall(r'"(.*)"', words)).replace('\\"', '"').replace("\\\\", "\\")
        found[name[8:]] = ".*".join(map(re.escape, re.split(r"\{\w+\}", joined)))
    return found


# Files of nobody's format: their columns are said, as in tests/hostile/test_feeds.c.
BY_MAP = ("--map", "time=time,ip=ip,port=port,botnet=botnet", "--kind", "infected")
PATTERNS = {lang: messages(lang) for lang in ("vi", "en")}
expected = [line.split("\t") for line in (HOSTILE / "expected.tsv").read_text("utf-8").splitlines()
    if line and not line.startswith("#")]
check(len(expected) >= 40, "at least 40 hostile inputs")



def told(row, lang, stderr):
    """The message stands there, with its file, line and field."""
    name, problem, line, field, _got, _outcome = row
    place = re.escape(str(HOSTILE / "feeds" / name)) + (f":{line}" if line != "0" else "")
    named = f"(?:{re.escape(field)}: )?" if field else "(?:[^ ]+: )?"
    what = f"^quetsach: {place}: {named}{PATTERNS[lang][problem]}$"
    said = [part for part in stderr.splitlines() if name in part] or stderr[:2000]
    check(re.search(what, stderr, re.M | re.S), f"{name} in {lang}: {said} is not {what!r}")


def ingest(house, lang, rows):
    """All of them are of one kind: by a map or not, refused or not."""
    refused = rows[0][5] == "refused"
    words = BY_MAP if is_mapped(rows[0]) else ()
    done = house.run("ingest", "--lang", lang, "--feed", "hostile", "--json", *words,
        *(HOSTILE / "feeds" / row[0] for row in rows), status=None)
    same(done.returncode, 2 if refused else 0, f"{rows[0][0]} …: exit status; {done.stderr}")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    same([(Path(line["file"]).name, "error" in line) for line in lines], [(row[0], refused) for row in rows],
        "each by itself, in order")
    for row in rows:
        told(row, lang, done.stderr)
    check("runtime error" not in done.stderr and "Sanitizer" not in done.stderr, done.stderr)


def is_mapped(row):
    return row[0].startswith("by-map-")


def kept(house, rows):
    files = house.json("verify")[0]
    same(files["faults"], 0, "verify")
    same(files["files"], sum(row[5] != "refused" for row in rows), "only accepted files are kept")


# One house for each language: what the first took in, the second would call "already". In Vietnamese all of it, those
# that have one end together; in English one of each problem, by itself.
vi, en = House(), House()
for mapped in (False, True):
    for outcome in {row[5] for row in expected}:
        rows = [row for row in expected if is_mapped(row) == mapped and row[5] == outcome]
        if rows:
            ingest(vi, "vi", rows)
kept(vi, expected)
one_of_each = list({row[1]: row for row in expected}.values())
for row in one_of_each:
    ingest(en, "en", [row])
kept(en, one_of_each)
