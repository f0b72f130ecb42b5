#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One SPDX line a file, no file over 800 lines, nothing unfinished, no path of one machine."""
import re
import sys
from pathlib import Path

import house

CODE = (".c", ".h", ".def", ".inc", ".py", ".sh", ".build", ".js", ".mjs", ".css", ".po")
LINES = 800
# Built from pieces, so that this file does not find itself.
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME)\b")
MACHINE = re.compile(r"(?<![\w.])/(?:wo" r"rk|ho" r"me|Us" r"ers)/\w")
# Tables made of many like lines.
LONG_TABLES = {"package-lock.json"}


def is_script(path):
    return path.suffix == "" and path.read_bytes()[:2] == b"#!"


def check_file(path, name):
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    if sum("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:3]) != 1:
        yield f"{name}: needs one SPDX line at its top"
    if len(lines) > LINES and path.suffix not in (".po", ".def"):
        yield f"{name}: {len(lines)} lines, at most {LINES}"
    if text and not text.endswith("\n"):
        yield f"{name}: no newline at the end"
    yield from check_lines(text, name)


def check_lines(text, name):
    for number, line in enumerate(text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield f"{name}:{number}: unfinished: {line.strip()}"
        if MACHINE.search(line):
            yield f"{name}:{number}: path of one machine: {line.strip()}"
        if line.rstrip() != line:
            yield f"{name}:{number}: white space at the end"


def check(root):
    faults = []
    for path in house.files(root):
        if path.name in LONG_TABLES or path.is_symlink():
            continue
        if path.suffix in CODE or is_script(path):
            faults += check_file(path, path.relative_to(root))
        elif path.suffix == ".md":
            faults += check_lines(path.read_text(encoding="utf-8"), path.relative_to(root))
    return faults


if __name__ == "__main__":
    sys.exit(house.report(check(Path(house.arguments(1, "ROOT")[0])), "sources"))
