# SPDX-License-Identifier: Apache-2.0
"""Public rule sets and lists become a pack: everything of them that other programs count, and what was
left out is said."""
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from flow import PROGRAM, SHARED, SKIPPED, check, same

sources = sorted((SHARED / "data" / "yara").glob("*.tar.xz"))
if not sources:
    print("the public data is not beside the checkout")
    sys.exit(SKIPPED)
home = tempfile.TemporaryDirectory(prefix="quetsach-pack-")
folder = Path(home.name)


def run(*arguments):
    done = subprocess.run([PROGRAM, "pack", *map(str, arguments)], capture_output=True, text=True,
        cwd=folder, env=dict(os.environ, LC_ALL="C.UTF-8"), start_new_session=True)
    same(done.returncode, 0, f"{arguments}: {done.stdout}{done.stderr}")
    return done


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def rules_of(path):
    """As the yara program counts them, file by file."""
    count = 0
    externals = [word for name in ("filename", "filepath", "extension", "filetype", "owner")
        for word in ("-d", f"{name}=x")]
    for file in sorted(path.rglob("*")):
        if file.suffix in (".yar", ".yara"):
            done = subprocess.run(["yara", "-S", *externals, file, os.devnull], capture_output=True)
            found = re.search(rb"number of rules\s*:\s*(\d+)", done.stdout)
            count += int(found[1]) if found else 0
    return count


run("keygen", "--output", "key")
arguments = []
for source in sources:
    name = source.name.removesuffix(".tar.xz")
    with tarfile.open(source) as archive:
        archive.extractall(folder / "sets" / name, filter="data")
    arguments += ["--rules", f"sets/{name}"]
for name in ("eset-hashes", "hash-iocs"):
    arguments += ["--hashes", SHARED / "data" / "ioc" / f"{name}.txt"]
arguments += ["--indicators", SHARED / "data" / "ioc" / "c2-iocs.txt"]
*faults, pack = lines(run("build", *arguments, "--key", "key", "--output", "all.pack", "--json"))
for fault in faults:
    print(f"{fault['set']}/{fault['file']}:{fault['line']}: {fault['rule']}: {fault['message']}")
print(f"{pack['rules']} rules, {pack['left_out']} left out, {pack['hashes']} hashes, "
    f"{pack['indicators']} indicators, {pack['bytes']} bytes, {pack['seconds']:.1f} s")
if shutil.which("yara"):
    for s in pack["sets"]:
        if (folder / "sets" / s["name"]).is_dir():
            same(s["rules"] + s["left_out"], rules_of(folder / "sets" / s["name"]),
                f"rules of {s['name']}")
check(all(s["licence"] for s in lines(run("show", "all.pack", "--json"))[0]["sets"]
    if s["rules"] > 0), "each public set has its licence")
hashes = set()
for name in ("eset-hashes", "hash-iocs"):
    for line in (SHARED / "data" / "ioc" / f"{name}.txt").read_text(errors="replace").splitlines():
        digest = line.split(";")[0].strip().lower()
        if re.fullmatch(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", digest):
            hashes.add((name, digest))
same(pack["hashes"], len(hashes), "hashes as counted with another program")
