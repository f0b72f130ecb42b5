# SPDX-License-Identifier: Apache-2.0
"""What the checks of tools/check_*.py share: the project's own files, and C without its words."""
import os
import re
import sys
from pathlib import Path

SKIPPED = re.compile(r"\.(?!ci\Z)|build|node_modules\Z|__pycache__\Z|corpus\Z")
NOT_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.S)


def files(root, *suffixes):
    """Paths below root, sorted, without build folders, hidden ones and fuzz corpora."""
    found = []
    for folder, below, names in os.walk(root):
        below[:] = sorted(name for name in below if not SKIPPED.match(name))
        found += [Path(folder, name) for name in sorted(names)
                  if not suffixes or name.endswith(suffixes)]
    return found


def code_only(text):
    """C text with comments and literals blanked, every line where it was."""
    return NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def report(faults, what):
    """Prints what is wrong, one line each; the exit status."""
    for fault in faults:
        print(fault)
    print(f"{what}: {len(faults)} fault{'s' * (len(faults) != 1)}")
    return 1 if faults else 0


def arguments(count, usage):
    if len(sys.argv) < count + 1:
        sys.exit(f"usage: {sys.argv[0]} {usage}")
    return sys.argv[1:]
