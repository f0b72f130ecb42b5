#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pairs of (rule, file) of quetsach-scan --all-matches held against those of the yara program: script/soak calls this.
RULES: a folder with a folder for each set. Files go to yara in an order by chance, as many as there are minutes for;
what was covered is said. Status 1 on a difference that nothing explains."""
import argparse
import json
import os
import random
import re
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXTERNALS = ("filename", "filepath", "extension", "filetype", "owner")
RULE = re.compile(rb"^[ \t]*(?:(?:private|global)[ \t]+)*rule[ \t]+(\w+)", re.M)
CHUNK = 2000
NAMED = 400  # files that rules which ask for a name are tried on, besides those we say something of


def run(command, fine=(0,), **options):
    done = subprocess.run(list(map(str, command)), capture_output=True, **options)
    if done.returncode not in fine:
        sys.exit(f"{' '.join(map(str, command[:4]))} …: {done.stderr.decode(errors='replace')[-2000:]}")
    return done


def rule_spans(text):
    """(name, line, begin, end) of each rule."""
    found = list(RULE.finditer(text))
    ends = [m.start() for m in found[1:]] + [len(text)]
    for m, end in zip(found, ends):
        begin = m.start(1)
        yield m[1].decode(), text.count(b"\n", 0, begin) + 1, m.start(), end


def asks_names(rule, others):
    """Itself, or a rule it refers to."""
    condition = rule.rpartition(b"condition")[2]
    words = "|".join((*EXTERNALS, *sorted(others))).encode()
    return re.search(rb"\b(" + words + rb")\b", condition) is not None


def names(path, owner=""):
    name = os.path.basename(path)
    ending = os.path.splitext(name)[1] if "." in name.lstrip(".") else ""
    values = {"filename": name, "filepath": path, "extension": ending, "filetype": "", "owner": owner}
    return [word for key, value in values.items() for word in ("-d", f"{key}={value}")]


class Comparison:
    def __init__(self, options):
        self.options = options
        self.home = tempfile.TemporaryDirectory(prefix="quetsach-soak-", dir="/var/tmp")
        self.folder = Path(self.home.name)
        self.named = set()  # "set:rule" that ask for names
        self.complaints = {}  # path: what yara said of it
        self.counts = dict(rules=0, left_out=0)

    # --- rules ---

    def build_pack(self):
        program, key = self.options.program, self.folder / "key"
        run([program, "pack", "keygen", "--output", key])
        sets = sorted(p for p in Path(self.options.rules).iterdir() if p.is_dir())
        words = [word for s in sets for word in ("--rules", s)]
        done = run([program, "pack", "build", *words, "--key", key, "--output", self.folder / "pack", "--json"])
        *faults, pack = map(json.loads, done.stdout.splitlines())
        self.counts.update(rules=pack["rules"], left_out=pack["left_out"])
        return sets, {(f["set"], f["file"], f["line"]) for f in faults}

    def prepare(self):
        """The same rules for both; yara takes a file whole or not at all, so what does not compile is cut out."""
        sets, faults = self.build_pack()
        words, asking = [], []
        for s in sets:
            for path in sorted(s.rglob("*")):
                if path.suffix not in (".yar", ".yara"):
                    continue
                text = path.read_bytes()
                name = str(path.relative_to(s))
                kept, last, asks = bytearray(), 0, set()
                for rule, line, begin, end in rule_spans(text):
                    kept += text[last:begin]
                    last = end
                    if (s.name, name, line) in faults:
                        continue
                    kept += text[begin:end]
                    if asks_names(text[begin:end], asks):
                        asks.add(rule)
                kept += text[last:]
                self.named |= {f"{s.name}:{rule}" for rule in asks}
                for made, list_ in (("all", words), ("named", asking))[:1 + bool(asks)]:
                    target = self.folder / made / s.name / name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(kept)
                    list_.append(f"{s.name}:{target}")
        for made, list_ in (("all", words), ("named", asking))[:1 + bool(asking)]:
            run(["yarac", "-w", *[w for e in EXTERNALS for w in ("-d", f"{e}=")], *list_, self.folder / f"{made}.yarc"])

    # --- files ---

    def files(self, root):
        """Each file once, by chance in an order of its own."""
        seen, list_ = set(), []
        for folder, _, entries in os.walk(root):
            for entry in entries:
                path = os.path.join(folder, entry)
                facts = os.lstat(path)
                if stat.S_ISREG(facts.st_mode) and (facts.st_dev, facts.st_ino) not in seen:
                    seen.add((facts.st_dev, facts.st_ino))
                    list_.append(path)
        list_.sort()
        random.Random(self.options.seed).shuffle(list_)
        return list_

    # --- both sides ---

    def ours(self, roots):
        done = run([self.options.scanner, "--pack", self.folder / "pack", "--public-key", self.folder / "key.pub",
            "--state", self.folder / "state", "--no-cache", "--all-matches", *roots], fine=(0, 1, 3))
        return self.read_pairs(done.stdout)

    @staticmethod
    def read_pairs(output):
        pairs = set()
        for line in output.decode(errors="surrogateescape").splitlines():
            rule, _, path = line.partition(" ")
            if path and " → " not in path:
                pairs.add((rule, path))
        return pairs

    def yara(self, files):
        list_ = self.folder / "list"
        list_.write_bytes(b"".join(os.fsencode(f) + b"\n" for f in files))
        done = run(["yara", "-C", "-e", "-w", "-N", "-p", self.options.threads,
            *[w for e in EXTERNALS for w in ("-d", f"{e}=")], "--scan-list", self.folder / "all.yarc", list_], fine=(0, 1))
        for line in done.stderr.decode(errors="replace").splitlines():
            found = re.search(r"error scanning (.*?): (.*)", line)
            self.complaints[found[1] if found else line] = found[2] if found else line
        return self.read_pairs(done.stdout)

    def yara_named(self, path):
        done = run(["yara", "-C", "-e", "-w", *names(path, Path(path).owner()), self.folder / "named.yarc", path],
            fine=(0, 1))
        return {p for p in self.read_pairs(done.stdout) if p[0] in self.named}

    def reason(self, path):
        """Why we did not look at a file, if we did not."""
        done = run([self.options.scanner, "--pack", self.folder / "pack", "--public-key", self.folder / "key.pub",
            "--state", self.folder / "state", "--no-cache", "--json", path], fine=(0, 1, 3))
        for line in map(json.loads, done.stdout.splitlines()):
            if line["type"] == "not_scanned" and line["path"] == path:
                return f"we: not scanned ({line['reason']})"
        return self.complaints.get(path) and f"yara: {self.complaints[path]}"

    def judge(self, where, ours, theirs):
        """How many differences nothing explains."""
        bad = 0
        for rule, path in sorted(ours ^ theirs):
            why = self.reason(path)
            bad += why is None
            side = "only we" if (rule, path) in ours else "only yara"
            print(f"{where}: {side}: {rule} {path}: {why or 'DIFFERENCE'}", flush=True)
        return bad

    # --- all of it ---

    def compare(self, where, roots):
        begun = time.monotonic()
        files = [f for root in roots for f in self.files(root)]
        ours = self.ours(roots)
        spent, done, pairs, bad = time.monotonic() - begun, 0, 0, 0
        for at in range(0, len(files), CHUNK):
            if time.monotonic() - begun - spent > 60 * self.options.minutes:
                break
            chunk = files[at:at + CHUNK]
            mine = {p for p in ours if p[1] in set(chunk) and p[0] not in self.named}
            theirs = {p for p in self.yara(chunk) if p[0] not in self.named}
            bad += self.judge(where, mine, theirs)
            done += len(chunk)
            pairs += len(theirs)
        told = {p for p in ours if p[0] in self.named}
        asked = sorted({p[1] for p in told} | set(files[:NAMED]))[:10 * NAMED] if self.named else []
        theirs = {p for path in asked for p in self.yara_named(path)}
        bad += self.judge(f"{where}, by name", {p for p in told if p[1] in set(asked)}, theirs)
        print(f"{where}: {done} of {len(files)} files, {pairs} pairs of yara's; {len(self.named)} rules that ask for "
            f"names over {len(asked)} files, {len(theirs)} pairs; {bad} unexplained differences; ours {spent:.0f} s, "
            f"all {time.monotonic() - begun:.0f} s", flush=True)
        return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--scanner", required=True)
    parser.add_argument("--rules", required=True)
    parser.add_argument("--minutes", type=float, default=600, help="of yara, for each part")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--files", type=int, default=50000, help="generated ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("roots", nargs="*", default=["/usr/bin", "/usr/lib", "/usr/share"])
    options = parser.parse_args()
    options.rules, *options.roots = map(os.path.realpath, (options.rules, *options.roots))
    comparison = Comparison(options)
    comparison.prepare()
    print(f"{comparison.counts['rules']} rules, {comparison.counts['left_out']} that do not compile", flush=True)
    bad = comparison.compare("rule texts", [options.rules])
    if options.files:
        planted = comparison.folder / "planted"
        print(run([sys.executable, Path(__file__).with_name("plant_matches.py"), options.rules, planted, "--files",
            options.files, "--seed", options.seed]).stdout.decode().strip(), flush=True)
        bad += comparison.compare("generated", [str(planted)])
    for root in options.roots:
        bad += comparison.compare(root, [root])
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
