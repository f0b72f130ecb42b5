#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Calls that nobody may make, and those that only some rooms may."""
import re
import sys
from pathlib import Path

import house

# Unbounded writes, hidden state, silent failure, a shell, predictable numbers or names.
BANNED = """strcpy stpcpy strcat strncat strncpy sprintf vsprintf gets scanf sscanf fscanf strtok
    atoi atol atoll atof alloca localtime gmtime ctime asctime mktime rand srand random srandom
    drand48 system popen tmpnam tempnam mktemp setjmp longjmp signal""".split()
# A pure room takes bytes, time, language and randomness as arguments.
IMPURE = """open openat fopen freopen fdopen opendir read write pread pwrite close unlink rename
    mmap printf fprintf vprintf vfprintf puts fputs putchar perror exit _exit time clock
    clock_gettime gettimeofday getrandom getenv setenv setlocale getpid sleep usleep nanosleep fork
    socket connect syslog""".split()
RAW = ["syscall", "prctl", "fork", "vfork", "clone", "execve", "execv", "execvp", "ptrace"]
PURE_LIST = re.compile(r"\*Pure rooms\* \(([a-z, \n]+)\)")


def calls(names):
    return re.compile(r"(?<![\w.])(?<!->)(" + "|".join(names) + r")\s*\(")


def find(path, root, pattern, why):
    text = house.code_only(path.read_text(encoding="utf-8"))
    for match in pattern.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield f"{path.relative_to(root)}:{line}: {match[1]}() {why}"


def pure_rooms(root):
    match = PURE_LIST.search((root / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    return {room.strip() for room in match[1].split(",")} if match else set()


def check(root):
    pure = pure_rooms(root)
    faults = [] if pure else ["ARCHITECTURE.md: no list of pure rooms"]
    banned, impure, raw = calls(BANNED), calls(IMPURE), calls(RAW)
    for folder in ("src", "tests", "fuzz", "bench"):
        for path in house.files(root / folder, ".c", ".h"):
            room = path.relative_to(root).parts[1] if folder == "src" else None
            faults += find(path, root, banned, "is banned")
            if room in pure:
                faults += find(path, root, impure, f"has no place in the pure room {room}")
            if room not in (None, "os"):
                faults += find(path, root, raw, "belongs into room os")
    return faults


if __name__ == "__main__":
    sys.exit(house.report(check(Path(house.arguments(1, "ROOT")[0])), "banned calls"))
