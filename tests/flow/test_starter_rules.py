# SPDX-License-Identifier: Apache-2.0
"""The campaign's own rules: all compile, each says what it must, fires on its planted sample, is silent when
a string it needs or the header is missing, and fires on nothing else: not on the other samples, not on
the programs and documents of this machine, not on this project."""
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

from flow import PROGRAM, SKIPPED, check, same

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))
import plant_samples  # noqa: E402 - after its folder is known

SETS = {"rules": "infected", "rules-suspicious": "suspicious"}
WITHOUT_FAMILY = {"QS_EICAR_Test_File", "QS_EICAR_Test_Running"}
CLEAN = ("/usr/bin", "/usr/lib", "/usr/share/doc", "/etc")
CLEAN_FILES, CLEAN_BYTES, CLEAN_LARGEST = 3000, 100 << 20, 8 << 20

if not shutil.which("yara"):
    print("yara is not installed")
    sys.exit(SKIPPED)


def sources():
    return [path for name in SETS for path in sorted((ROOT / "data" / name).glob("*.yar"))]


def matches(rules, *places):
    """The pairs (rule, file) that the yara program finds; a warning is a fault of a rule."""
    done = subprocess.run(["yara", "--fail-on-warnings", "-r", rules, *places],
                          capture_output=True, text=True, timeout=240)
    same(done.returncode, 0, f"yara: {done.stderr[:500]}")
    return {tuple(line.split(" ", 1)) for line in done.stdout.splitlines()}


def check_meta(rules, kind):
    families = {path.stem for path in (ROOT / "data" / "botnets").glob("*.txt")}
    for rule in rules:
        check(rule.name.startswith("QS_"), f"{rule.name}: name")
        same(rule.meta.get("author"), "Quét Sạch", f"{rule.name}: author")
        same(rule.meta.get("kind"), kind, f"{rule.name}: kind")
        check(len(rule.meta.get("source", "")) > 10, f"{rule.name}: source")
        check(len(rule.meta.get("description", "")) > 20, f"{rule.name}: description")
        check("filesize <" in rule.condition, f"{rule.name}: no bound of size")
        if rule.name not in WITHOUT_FAMILY:
            check(rule.meta.get("family") in families, f"{rule.name}: family has no page")


def variants_of(rule):
    """The whole sample, one without each of its strings, without its header, without any string."""
    yield "whole", rule.sample()
    keys = list(rule.strings)
    for key in keys:
        yield f"without.{key}", rule.sample([other for other in keys if other != key])
    if rule.header:
        yield "headless", rule.sample(header=bytes(len(rule.header)))
    yield "empty", rule.sample([])


def least(yar, rules, folder):
    """Of each rule the strings that are left when each that can be spared is taken away."""
    keys = {rule.name: list(rule.strings) for rule in rules}
    for turn in range(max(len(rule.strings) for rule in rules)):
        fewer = {}
        for rule in rules:
            if turn < len(rule.strings):
                spared = list(rule.strings)[turn]
                fewer[rule.name] = [key for key in keys[rule.name] if key != spared]
                (folder / rule.name).write_bytes(rule.sample(fewer[rule.name]))
        for name, path in matches(yar, folder):
            if Path(path).name == name and name in fewer:
                keys[name] = fewer[name]
    return keys


def check_samples(yar, rules, folder, spare):
    needed = least(yar, rules, spare)
    for rule in rules:
        keys = needed[rule.name]
        check(len(keys) >= 2 or keys[0] in rule.expressions, f"{rule.name}: one string is enough: {keys}")
        for name, data in variants_of(rule):
            (folder / f"{rule.name}.{name}").write_bytes(data)
        (folder / f"{rule.name}.least").write_bytes(rule.sample(keys))
        for key in keys:
            left = [other for other in keys if other != key]
            (folder / f"{rule.name}.broken.{key}").write_bytes(rule.sample(left))
    found = matches(yar, folder)
    for rule in rules:
        for name in ("whole", "least"):
            path = str(folder / f"{rule.name}.{name}")
            check((rule.name, path) in found, f"{rule.name}: not found in its own sample ({name})")
    for name, path in sorted(found):
        of = Path(path).name
        same(of.split(".")[0], name, f"the rule that fires on {of}")
        check(not of.endswith((".headless", ".empty")) and ".broken." not in of,
              f"{name}: fires on {of}")


def clean_files():
    """Some of what every Debian has: always the same choice on the same machine."""
    found, size = [], 0
    for place in CLEAN:
        for folder, _, names in os.walk(place):
            found += [os.path.join(folder, name) for name in names]
    found.sort()
    random.Random(4).shuffle(found)
    chosen = []
    for path in found:
        if len(chosen) == CLEAN_FILES or size > CLEAN_BYTES:
            break
        bytes_of = size_of(path)
        if bytes_of is not None and bytes_of <= CLEAN_LARGEST and os.access(path, os.R_OK):
            chosen.append(path)
            size += bytes_of
    return chosen


def size_of(path):
    """Of a file that is none, or is gone since it was listed: none."""
    try:
        status = os.lstat(path)
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def check_clean(yar, folder):
    chosen = clean_files()
    check(len(chosen) > 100, "too little to look at")
    listed = folder / "clean"
    listed.write_text("".join(path + "\n" for path in chosen))
    done = subprocess.run(["yara", "--scan-list", yar, listed], capture_output=True, text=True,
                          errors="replace", timeout=280)
    same(done.stdout, "", "hits on a clean system")
    for place in ("data", "tools", "tests/flow", "docs"):
        same(matches(yar, ROOT / place), set(), f"hits in {place}")


def pack(*arguments):
    """Without a terminal: nothing may wait for a person."""
    done = subprocess.run([PROGRAM, "pack", *map(str, arguments)], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, start_new_session=True, timeout=280)
    same(done.returncode, 0, f"pack {arguments[0]}: {done.stderr[:500]}")
    return done.stdout


def check_pack(rules, folder):
    """Every rule comes into the pack, and only the campaign's own set counts as infection."""
    pack("keygen", "--output", folder / "key")
    built = json.loads(pack(
        "build", "--json", "--ours", ROOT / "data/rules",
        "--rules", f"quetsach-suspicious={ROOT / 'data/rules-suspicious'}",
        "--key", folder / "key", "--output", folder / "starter.pack").splitlines()[-1])
    same((built["rules"], built["left_out"]), (len(rules), 0), "rules in the pack")
    for of_pack, kind in zip(built["sets"], SETS.values(), strict=True):
        same(of_pack["ours"], kind == "infected", f"whose is {of_pack['name']}")
        same(of_pack["rules"], sum(rule.meta["kind"] == kind for rule in rules), of_pack["name"])
        same((of_pack["author"], of_pack["licence"]), ("Quét Sạch", "Apache-2.0"), of_pack["name"])


with tempfile.TemporaryDirectory(prefix="quetsach-starter-") as name:
    scratch = Path(name)
    everything = []
    for set_name, kind in SETS.items():
        rules = plant_samples.rules_in(ROOT / "data" / set_name)
        check_meta(rules, kind)
        everything += rules
    same(len({rule.name for rule in everything}), len(everything), "names of rules")
    yar = scratch / "all.yar"
    yar.write_text("".join(path.read_text(encoding="utf-8") for path in sources()), encoding="utf-8")
    samples, spare = scratch / "samples", scratch / "spare"
    samples.mkdir()
    spare.mkdir()
    check_samples(yar, everything, samples, spare)
    check_clean(yar, scratch)
    check_pack(everything, scratch)
    print(f"{len(everything)} rules")
