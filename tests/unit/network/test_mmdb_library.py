#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""compare_mmdb over our hand-made databases, and over MaxMind's test databases and a real one where
they lie beside the checkout: our answers are those of MaxMind's library. What neither reads, and what
tells neither AS nor country, is printed."""
import lzma
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path


def unpack(public, folder):
    for path in sorted(public.glob("*.mmdb.xz")):
        (folder / path.stem).write_bytes(lzma.decompress(path.read_bytes()))
    for path in sorted(public.glob("*.tar.xz")):
        with tarfile.open(path) as archive:
            for member in archive.getmembers():
                if member.isfile() and member.name.endswith(".mmdb"):
                    (folder / Path(member.name).name).write_bytes(archive.extractfile(member).read())


def main():
    program, ours, public = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder:
        if public.is_dir():
            unpack(public, Path(folder))
        else:
            print(f"{public} is not there: hand-made databases only")
        files = sorted(ours.glob("v*.mmdb")) + [ours / "types.mmdb", ours / "whole.mmdb"]
        theirs = sorted(Path(folder).glob("*.mmdb"))
        run = subprocess.run([program, *files, *theirs], capture_output=True, text=True, check=False)
        print(run.stdout + run.stderr)
        compared = run.stdout.count(" 0 differ")
        if run.returncode or compared < (2 * len(files) if not theirs else 30):
            sys.exit(f"status {run.returncode}, {compared} comparisons")


main()
