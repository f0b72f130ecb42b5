# SPDX-License-Identifier: Apache-2.0
"""The units of packaging/: systemd finds nothing wrong with them, and the server takes the options that
they give."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from flow import PROGRAM, SKIPPED, check, same

UNITS = Path(os.environ["QUETSACH_PACKAGING"])

if not shutil.which("systemd-analyze"):
    print("systemd-analyze is not installed")
    sys.exit(SKIPPED)

with tempfile.TemporaryDirectory(prefix="quetsach-units-") as folder:
    names = []
    for unit in sorted(UNITS.iterdir()):
        if unit.suffix not in (".service", ".socket", ".timer"):
            continue
        # The program is not installed where it will be.
        text = unit.read_text().replace("/usr/bin/quetsach", PROGRAM)
        (Path(folder) / unit.name).write_text(text)
        names.append(str(Path(folder) / unit.name))
    check(len(names) >= 4, f"units: {names}")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *names], capture_output=True,
        text=True, env=dict(os.environ, SYSTEMD_UNIT_PATH=f"{folder}:"))
    ours = [line for line in done.stderr.splitlines() if "quetsach" in line]
    same((done.returncode, ours), (0, []), f"systemd-analyze: {done.stderr}")

# Each ExecStart line is one that the program understands: --help shows what a command takes.
for unit in UNITS.glob("*.service"):
    for line in re.findall(r"^ExecStart=/usr/bin/quetsach (.*)$", unit.read_text(), re.M):
        words = line.split()
        help_text = subprocess.run([PROGRAM, words[0], "--help"], capture_output=True, text=True).stdout
        for option in (word for word in words if word.startswith("--")):
            check(option in help_text, f"{unit.name}: {option} is no option of {words[0]}")
