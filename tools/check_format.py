#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every C file as .clang-format wants it."""
import subprocess
import sys
from pathlib import Path

import house


def check(tool, root):
    faults = []
    for folder in ("src", "tests", "fuzz", "bench"):
        paths = house.files(root / folder, ".c", ".h")
        run = subprocess.run([tool, "--dry-run", "-Werror", *paths], text=True,
                             capture_output=True, check=False) if paths else None
        if run and run.returncode != 0:
            faults += [line for line in run.stderr.splitlines() if ": error: " in line]
    return faults


if __name__ == "__main__":
    TOOL, ROOT = house.arguments(2, "CLANG-FORMAT ROOT")
    sys.exit(house.report(check(TOOL, Path(ROOT)), "clang-format"))
