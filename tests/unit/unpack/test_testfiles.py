#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_testfiles.py LIST_MEMBERS ROOT [--write]: reads Debian's clamav-testfiles, each a container around
one harmless program, and holds the table in docs/design/containers.md to what comes of them. With
--write the table is written. Skips where the package is not installed."""
import subprocess
import sys
from pathlib import Path

FOLDER = Path("/usr/share/clamav-testfiles")
PROGRAM = "aa15bcf478d165efd2065190eb473bcb"  # MD5 of the program in all of them
AT_LEAST = 26
BEGIN, END = "<!-- testfiles -->\n", "<!-- end of testfiles -->\n"
SKIP = 77


def read(program):
    files = sorted(str(path) for path in FOLDER.iterdir())
    done = subprocess.run([program, *files], capture_output=True, text=True, check=True)
    found, reasons = {}, {}
    for line in done.stdout.splitlines():
        name, what, *rest = line.split("\t")
        found.setdefault(name, None)
        reasons.setdefault(name, [])
        if what == "member" and rest[2] == PROGRAM and not found[name]:
            found[name] = rest[0].strip()
        elif what == "unscanned":
            reasons[name].append(": ".join(word for word in rest[1:] if word))
    return found, reasons


def table(found, reasons):
    lines = ["| file | comes out as | not scanned |", "|---|---|---|"]
    for name in sorted(found):
        path = f"`{found[name]}`" if found[name] else "–"
        if name == "clam.exe":
            path = "is the program itself"
        lines.append(f"| {name} | {path} | {'; '.join(sorted(set(reasons[name]))) or '–'} |")
    opened = sum(1 for name in found if found[name])
    rest = len(found) - opened - 1
    lines.append("")
    lines.append(f"{opened} of {len(found) - 1} are opened; the other {rest} are said not to be scanned.")
    return "\n".join(lines) + "\n", opened


def main():
    program, root = sys.argv[1], Path(sys.argv[2])
    if not FOLDER.is_dir():
        print("clamav-testfiles is not installed")
        return SKIP
    found, reasons = read(program)
    faults = [f"{name}: neither opened nor said to be unscanned"
              for name in found if not found[name] and not reasons[name] and name != "clam.exe"]
    text, opened = table(found, reasons)
    if opened < AT_LEAST:
        faults.append(f"{opened} opened, at least {AT_LEAST} must be")
    page = root / "docs" / "design" / "containers.md"
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    old, after = rest.split(END)
    if "--write" in sys.argv:
        page.write_text(before + BEGIN + text + END + after, encoding="utf-8")
    elif old != text:
        faults.append(f"{page.name}: its table is not what comes of the files; run with --write")
    print("\n".join(faults) or f"{opened} opened, all others said")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
