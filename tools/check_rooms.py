#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds every #include "room/x.h" of src/ against the table of rooms in ARCHITECTURE.md."""
import re
import sys
from pathlib import Path

import house

HEADING = re.compile(r"\|\s*room\s*\|.*\|\s*may use\s*\|\s*\Z")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)
# Lists for the preprocessor need no room in front.
LIST = re.compile(r"[a-z_]+\.def\Z")


def read_map(text):
    """Room → rooms it may use. Several rooms may share a row, separated by commas."""
    rooms, inside = {}, False
    for line in text.splitlines():
        if HEADING.match(line):
            inside = True
        elif inside and line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("| \n").split("|")]
            if set(cells[0]) <= set("-: "):
                continue
            for room in cells[0].replace("`", "").split(","):
                rooms[room.strip()] = set(re.findall(r"[a-z]+", cells[-1]))
        elif inside:
            break
    return rooms


def includes(path):
    text = path.read_text(encoding="utf-8")
    for match in INCLUDE.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match[1]


def check_file(path, room, rooms, source):
    for line, name in includes(path):
        other, slash, _ = name.partition("/")
        where = f"{path.relative_to(source.parent)}:{line}"
        if not slash:
            if not LIST.match(name):
                yield f'{where}: "{name}" lacks its room'
        elif other != room and other not in rooms[room]:
            yield f'{where}: room {room} may not use "{name}"'


def check(root):
    source = root / "src"
    rooms = read_map((root / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    here = {path.name for path in source.iterdir() if path.is_dir()}
    faults = [] if rooms else ["ARCHITECTURE.md: no table of rooms"]
    faults += [f"ARCHITECTURE.md: room {room} has no folder" for room in sorted(set(rooms) - here)]
    faults += [f"src/{room}: not in the table of ARCHITECTURE.md"
               for room in sorted(here - set(rooms))]
    for room, used in sorted(rooms.items()):
        faults += [f"ARCHITECTURE.md: {room} may use {other}, which is no room"
                   for other in sorted(used - set(rooms))]
    for path in house.files(source, ".c", ".h"):
        room = path.relative_to(source).parts[0]
        if room in rooms:
            faults += check_file(path, room, rooms, source)
    return faults


if __name__ == "__main__":
    sys.exit(house.report(check(Path(house.arguments(1, "ROOT")[0])), "rooms"))
