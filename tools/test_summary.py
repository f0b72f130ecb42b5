#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The end of script/test: what failed or was left out, the ten slowest, "N passed, N failed".

test_summary.py TESTLOG.json STEP=OK|FAIL=SECONDS…"""
import json
import sys
from pathlib import Path

PASSED = {"OK", "EXPECTEDFAIL"}
SLOWEST = 10


def read_log(path):
    """(name, verdict, seconds, output) for each test; nothing where no test ran."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        test = json.loads(line)
        name = test["name"].split(" / ", 1)[-1]
        yield name, test["result"], test["duration"], test.get("stdout", "")


def read_steps(words):
    for word in words:
        name, verdict, seconds = word.split("=")
        yield name, verdict, float(seconds), ""


def reason(output):
    """Why a test was skipped: the last line it said."""
    lines = output.strip().splitlines()
    return f" ({lines[-1]})" if lines else ""


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    tests = [*read_log(Path(sys.argv[1])), *read_steps(sys.argv[2:])]
    skipped = [test for test in tests if test[1] == "SKIP"]
    failed = [test for test in tests if test[1] not in PASSED and test not in skipped]
    print()
    for name, _, _, output in skipped:
        print(f"skipped: {name}{reason(output)}")
    for name, verdict, _, _ in failed:
        print(f"failed: {name} ({verdict})")
    print("slowest:")
    for name, _, seconds, _ in sorted(tests, key=lambda test: -test[2])[:SLOWEST]:
        print(f"{seconds:8.2f} s  {name}")
    passed = len(tests) - len(skipped) - len(failed)
    end = f", {len(skipped)} skipped" if skipped else ""
    print(f"{passed} passed, {len(failed)} failed{end}")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
