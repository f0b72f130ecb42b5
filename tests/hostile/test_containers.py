#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_containers.py LIST_MEMBERS: makes every container of make_containers.py, reads them with the
program in its real sandbox, and compares what comes out with what must."""
import hashlib
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import make_containers

class Result:
    def __init__(self):
        self.ended = False
        self.members = set()
        self.reasons = []

    def holds(self, content):
        return hashlib.md5(content).hexdigest() in self.members


def read(program, paths):
    results = defaultdict(Result)
    done = subprocess.run([program, *paths], capture_output=True, check=False)
    for line in done.stdout.decode(errors="replace").splitlines():
        name, what, *rest = line.split("\t")
        result = results[name]
        if what == "member":
            result.members.add(rest[2])
        elif what == "unscanned":
            result.reasons.append(f"{rest[1]} {rest[2]}".strip())
        elif what == "end":
            result.ended = rest[1] == "ok"
    return results, done


def met(wanted, reasons):
    return any(choice == "ok" or any(r.startswith(choice) for r in reasons)
               for choice in wanted.split("|"))


def faults_of(name, wanted, result):
    content, reasons = wanted
    held = result.holds(content if isinstance(content, bytes) else make_containers.PAYLOAD)
    if not result.ended:
        yield f"{name}: reading did not end well"
    if content is not None and bool(content) != held:
        yield f"{name}: {'came out' if held else 'did not come out'}; said: {result.reasons}"
    if content and not reasons and result.reasons:
        yield f"{name}: said {result.reasons}, must say nothing"
    for reason in reasons:
        if not met(reason, result.reasons):
            yield f"{name}: must say {reason!r}, said {result.reasons}"


def main():
    samples = {n.replace(" ", "_"): (d, w) for n, d, w in make_containers.all_samples()}
    with tempfile.TemporaryDirectory() as folder:
        for name, (data, _) in samples.items():
            (Path(folder) / name).write_bytes(data)
        results, done = read(sys.argv[1], [f"{folder}/{name}" for name in samples])
    faults = [f for name, (_, wanted) in samples.items() for f in faults_of(name, wanted, results[name])]
    if done.returncode != 0:
        faults.append(f"the reader ended with {done.returncode}: {done.stderr.decode()[-2000:]}")
    print("\n".join(faults) or f"{len(samples)} containers, each as it must be")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
