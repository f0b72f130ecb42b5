#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over the C files of src/, in parallel. A file that passed is not looked at again while
it, what it includes, its compile command and .clang-tidy stay as they are."""
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import house

INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)
FINDING = re.compile(r": (?:error|warning): ")
NOTE = re.compile(r": note: ")
# The compiler of the build is gcc: what clang does not know is no fault.
CLANG_FLAGS = ["--extra-arg=-Wno-unknown-warning-option"]
# What the analyzer may look at of one function: a third of what it would. Few functions come so far,
# and they took two thirds of the time. QUETSACH_TIDY_NODES=225000 looks at all.
CLANG_FLAGS += ["--extra-arg=" + word for word in
                ("-Xclang", "-analyzer-config", "-Xclang",
                 f"max-nodes={os.environ.get('QUETSACH_TIDY_NODES', '75000')}")]


def closure(path, folders, seen):
    """The file and everything of ours that it includes."""
    if path in seen:
        return
    seen[path] = path.read_bytes()
    for name in INCLUDE.findall(seen[path]):
        for folder in [path.parent, *folders]:
            other = folder / name.decode()
            if other.is_file():
                closure(other.resolve(), folders, seen)
                break


def key(entry, common):
    """Hash of everything the verdict on this file depends on."""
    command = shlex.split(entry["command"])
    folders = [Path(entry["directory"], word[2:]) for word in command if word.startswith("-I")]
    seen = {}
    closure(Path(entry["directory"], entry["file"]).resolve(), folders, seen)
    digest = hashlib.sha256(common + entry["command"].encode())
    for path in sorted(seen):
        digest.update(hashlib.sha256(seen[path]).digest())
    return digest.hexdigest()


def finding_lines(text):
    """Each finding with the line it points at; how the analyzer got there would fill pages."""
    shown = 0
    for line in text.splitlines():
        if FINDING.search(line):
            shown = 3
        elif NOTE.search(line):
            shown = 0
        if shown > 0:
            yield line
            shown -= 1


def tidy(tool, build, path):
    run = subprocess.run([tool, "--quiet", "-p", build, *CLANG_FLAGS, path], text=True,
                         capture_output=True, check=False)
    return "\n".join(finding_lines(run.stdout)) or (run.stderr.strip() if run.returncode else "")


def look_at(job):
    tool, build, path, mark = job
    if mark.exists():
        return None
    fault = tidy(tool, build, path)
    if not fault:
        mark.touch()
    return fault


def check(tool, root, build):
    version = subprocess.run([tool, "--version"], capture_output=True, check=True).stdout
    common = version + " ".join(CLANG_FLAGS).encode() + (root / ".clang-tidy").read_bytes()
    marks = Path(os.environ.get("QUETSACH_TIDY_CACHE") or build / "tidy")
    marks.mkdir(parents=True, exist_ok=True)
    jobs = {}
    for entry in json.loads((build / "compile_commands.json").read_text(encoding="utf-8")):
        path = Path(entry["directory"], entry["file"]).resolve()
        if (root / "src").resolve() in path.parents and path.is_file():
            jobs[path] = (tool, build, path, marks / key(entry, common))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = [fault for fault in pool.map(look_at, jobs.values()) if fault]
    return faults or ([] if jobs else ["compile_commands.json: no file of src/"])


if __name__ == "__main__":
    TOOL, ROOT, BUILD = house.arguments(3, "CLANG-TIDY ROOT BUILD")
    sys.exit(house.report(check(TOOL, Path(ROOT), Path(BUILD)), "clang-tidy"))
