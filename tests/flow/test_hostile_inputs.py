# SPDX-License-Identifier: Apache-2.0
"""Each hostile input by name, through the program: the message in both languages, file, line and
field named, nothing of a refused file kept, good rows of the others kept."""
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

# One house for each language: what the first took in, the second would call "already". All of it in Vietnamese, of
# each problem one in English.
one_of_each = list({row[1]: row for row in expected}.values())
for lang, patterns, rows in (("vi", PATTERNS["vi"], expected), ("en", PATTERNS["en"], one_of_each)):
    house = House()
    for name, problem, line, field, _got, outcome in rows:
        path = HOSTILE / "feeds" / name
        refused = outcome == "refused"
        words = BY_MAP if name.startswith("by-map-") else ()
        done = house.run("ingest", "--lang", lang, "--feed", "hostile", "--json", *words, path, status=None)
        same(done.returncode, 2 if refused else 0, f"{name}: exit status; {done.stderr}")
        place = re.escape(str(path)) + (f":{line}" if line != "0" else "")
        what = f"^quetsach: {place}: (?:{re.escape(field)}: )?{patterns[problem]}$" if field else \
            f"^quetsach: {place}: (?:[^ ]+: )?{patterns[problem]}$"
        check(re.search(what, done.stderr, re.M | re.S), f"{name} in {lang}: {done.stderr!r} is not {what!r}")
        check("runtime error" not in done.stderr and "Sanitizer" not in done.stderr, done.stderr)
    files = house.json("verify")[0]
    same(files["faults"], 0, "verify")
    same(files["files"], sum(row[5] != "refused" for row in rows), "only accepted files are kept")
