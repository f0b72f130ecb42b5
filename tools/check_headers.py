#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each header of src/ compiles alone, twice over, under the strict warnings."""
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import house

FLAGS = """-std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -Wstrict-prototypes -Wundef
    -fsyntax-only -x c""".split()


def check_header(compiler, root, build, name):
    folders = [f"-I{root / 'src'}", f"-I{root / 'data'}", f"-I{build / 'src'}"]
    run = subprocess.run([compiler, *FLAGS, *folders, "-"], text=True, capture_output=True,
                         input=f'#include "{name}"\n' * 2, check=False)
    if run.returncode != 0:
        yield f"{name}: does not compile alone\n{run.stderr}"


def check(compiler, root, build):
    names = [path.relative_to(root / "src") for path in house.files(root / "src", ".h")]
    with ThreadPoolExecutor() as pool:
        results = pool.map(lambda name: list(check_header(compiler, root, build, name)), names)
    return [fault for faults in results for fault in faults]


if __name__ == "__main__":
    COMPILER, ROOT, BUILD = house.arguments(3, "COMPILER ROOT BUILD")
    sys.exit(house.report(check(COMPILER, Path(ROOT), Path(BUILD)), "headers"))
