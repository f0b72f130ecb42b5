# SPDX-License-Identifier: Apache-2.0
"""The scanner beside yara, YARA-X and ClamAV: run.py calls this as job "scan"."""
import ctypes
import hashlib
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
import types
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))
import compare_yara  # noqa: E402

BYTES = 400_000_000
LARGEST = 30_000_000
SMALL = 20_000
PR_SET_CHILD_SUBREAPER = 36
SETTLED = 45  # seconds after which what the scanner saw of a file is believed the next time
ROOTS = ("/usr/bin", "/usr/lib", "/usr/share")


def tree(pid):
    """The process and all below it."""
    pids, at = [pid], 0
    while at < len(pids):
        try:
            for thread in Path(f"/proc/{pids[at]}/task").iterdir():
                pids += map(int, (thread / "children").read_text().split())
        except OSError:
            pass
        at += 1
    return pids


class Peak(threading.Thread):
    """Most memory that a process and all below it had together, each page once (PSS), in MiB."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.peak, self.over = pid, 0, threading.Event()

    def run(self):
        while not self.over.wait(0.05):
            sum_ = 0
            for pid in tree(self.pid):
                try:
                    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                    sum_ += int(rollup.split("\nPss:")[1].split()[0])
                except (OSError, IndexError):
                    pass
            self.peak = max(self.peak, sum_ / 1024)


def reap():
    """Waits for workers whose parents have gone, so that what they used is known."""
    try:
        while True:
            os.waitpid(-1, 0)
    except ChildProcessError:
        pass


def measure(command, memory=False, fine=(0, 1, 3)):
    """Seconds, MiB, output and seconds of processors of a command and all that it started."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        peak = Peak(process.pid)
        if memory:
            peak.start()
        output, error = process.communicate()
    seconds = time.monotonic() - begun
    peak.over.set()
    if process.returncode not in fine:
        sys.exit(f"failed: {' '.join(map(str, command[:3]))} …: {error.decode(errors='replace')[-2000:]}")
    reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, peak.peak, output, spent


class Scan:
    def __init__(self, bench):
        self.bench, self.options = bench, bench.options
        self.folder = Path(subprocess.check_output(["mktemp", "-d", "/var/tmp/quetsach-bench-scan-XXXXXX"], text=True).strip())
        self.scanner = Path(self.options.build) / "src/scanner/quetsach-scan"
        self.subset = self.folder / "subset"

    # --- what is scanned ---

    def copy_subset(self):
        """Files by chance, the same on machines with the same packages; to a disk where they can be remembered."""
        paths = []
        for root in ROOTS:
            for folder, _, names in os.walk(root):
                paths += [p for name in names if not os.path.islink(p := os.path.join(folder, name)) and os.path.isfile(p)]
        paths.sort(key=lambda path: hashlib.sha256(os.fsencode(path)).digest())
        bytes_ = count = 0
        for path in paths:
            size = os.path.getsize(path)
            if size <= LARGEST and bytes_ + size <= self.options.scan_bytes:
                target = self.subset / path.lstrip("/")
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
                bytes_ += size
                count += 1
        self.copied = time.monotonic()
        return count, bytes_

    def make_small(self):
        small, chance = self.folder / "small", random.Random(1)
        words = [b"the ", b"of a ", b"configuration ", b"= true\n", b"  ", b"/usr/lib/", b"error: ", b"name", b"0x1f"]
        for number in range(SMALL):
            target = small / f"{number // 500:03}" / f"{number}.txt"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"".join(chance.choices(words, k=300))[:1800])
        return small

    # --- rules ---

    def rules(self):
        """A folder with a folder for each set."""
        if self.options.rules:
            return Path(self.options.rules)
        shutil.copytree(HERE.parent / "data/rules", self.folder / "rules/quetsach")
        return self.folder / "rules"

    def compare(self, rules):
        """Pack for us, compiled rules for yara, of the same."""
        comparison = compare_yara.Comparison(types.SimpleNamespace(rules=rules, program=self.bench.program,
            scanner=self.scanner, threads=2, seed=1))
        comparison.prepare()
        return comparison

    def some_rules(self, rules, count):
        """Files by chance until there are so many rules."""
        files = sorted((p for p in rules.rglob("*") if p.suffix in (".yar", ".yara")),
            key=lambda p: hashlib.sha256(p.name.encode()).digest())
        folder, have = self.folder / f"rules-{count}", 0
        for path in files:
            text = path.read_bytes()
            rules_in = len(list(compare_yara.rule_spans(text)))
            if have + rules_in > count * 1.05:
                continue
            target = folder / path.relative_to(rules)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text)
            have += rules_in
        return folder, have

    def ours(self, comparison, *words, state="state"):
        return [self.scanner, "--pack", comparison.folder / "pack", "--public-key", comparison.folder / "key.pub", "--state",
            comparison.folder / state, *words]

    def yara(self, comparison, path):
        externals = [word for e in compare_yara.EXTERNALS for word in ("-d", f"{e}=")]
        return ["yara", "-C", "-w", "-N", "-r", "-p", "2", *externals, comparison.folder / "all.yarc", path]

    # --- peers ---

    def prepare_yarax(self, comparison):
        """Rules in one namespace, so none twice; the list of files."""
        folder, names = self.folder / "yarax", set()
        folder.mkdir()
        for number, path in enumerate(sorted((comparison.folder / "all").rglob("*.y*r*"))):
            if not path.is_file():
                continue
            text, kept, last = path.read_bytes(), bytearray(), 0
            for name, _, begin, end in compare_yara.rule_spans(text):
                kept += text[last:begin] + (b"" if name in names else text[begin:end])
                names.add(name)
                last = end
            (folder / f"{number:05}.yar").write_bytes(kept + text[last:])
        files = sorted(str(p) for p in self.subset.rglob("*") if p.is_file())
        (self.folder / "list").write_text("".join(f"{f}\n" for f in files))
        return ["node", HERE / "yarax_scan.mjs", Path(self.options.build).resolve() / "peers", folder, self.folder / "list"]

    def prepare_clamscan(self, comparison):
        """A folder of the rule files that ClamAV takes, and how many of how many."""
        folder, taken, files = self.folder / "clamscan", 0, 0
        folder.mkdir()
        empty = self.folder / "empty"
        empty.touch()
        for number, path in enumerate(sorted((comparison.folder / "all").rglob("*.y*r*"))):
            if not path.is_file():
                continue
            files += 1
            target = folder / f"{number:05}.yar"
            shutil.copyfile(path, target)
            done = subprocess.run(["clamscan", "--no-summary", "-d", target, empty], capture_output=True)
            fine = done.returncode == 0 and b"error" not in done.stderr.lower()
            taken += fine
            if not fine:
                target.unlink()
        return ["clamscan", "-r", "-i", "--no-summary", "-d", folder, self.subset], taken, files

    # --- jobs ---

    def beside(self, comparison, count, bytes_):
        ours, yara, yarax, clam = [], [], [], []
        scan = self.ours(comparison, "--no-cache", "--all-matches", self.subset)
        measure(scan)  # prepares the engine, reads the files into memory
        command = self.prepare_yarax(comparison)
        peer = shutil.which("clamscan") and self.prepare_clamscan(comparison)
        for _ in range(self.options.runs):
            ours.append(measure(scan, memory=True))
            yara.append(measure(self.yara(comparison, self.subset), memory=True))
            yarax.append(measure(command, memory=True, fine=(0,)))
        if peer:  # once: it takes minutes
            clam.append(measure(peer[0], memory=True))
        same = {tuple(line.partition(b" ")[::2]) for line in yara[0][2].splitlines()}
        mine = {tuple(line.partition(b":")[2].partition(b" ")[::2]) for line in ours[0][2].splitlines()
            if " → ".encode() not in line}
        said = [json.loads(run[2]) for run in yarax]
        seconds = statistics.median(run[0] for run in ours)
        memory = statistics.median(run[1] for run in ours)
        note = f"{count} files, {bytes_ / 1e6:.0f} MB, {comparison.counts['rules']} rules; load {os.getloadavg()[0]:.1f}"
        print(f"pairs: ours {len(mine)}, yara {len(same)}, {len(mine ^ same)} in one alone (names: docs/design/prefilter.md)")
        self.bench.figure("scan: wall beside yara -p 2", seconds, statistics.median(r[0] for r in yara), "s", "<= 0.1", note)
        self.bench.figure("scan: processors beside yara -p 2", statistics.median(r[3] for r in ours),
            statistics.median(r[3] for r in yara), "s", "<= 0.1")
        self.bench.figure("scan: wall beside YARA-X, 2 threads", seconds, statistics.median(s["seconds"] for s in said), "s",
            "<= 0.25", f"it takes {said[0]['taken']} of {said[0]['texts']} files of rules; without its {said[0]['compiling']:.0f} s of compiling")
        for run in clam:
            self.bench.figure("scan: wall beside clamscan", seconds, run[0], "s", "",
                f"one process; it takes {peer[1]} of {peer[2]} files of rules")
        self.bench.figure("scan: peak memory beside yara's", memory, statistics.median(r[1] for r in yara), "MiB", "<= 0.33",
            "all processes, each page once")

    def cached(self, comparison):
        time.sleep(max(0, SETTLED - (time.monotonic() - self.copied)))
        scan = self.ours(comparison, "--json", self.subset)
        first = measure(scan)
        again = [measure(scan) for _ in range(self.options.runs)]
        summary = json.loads(again[0][2].splitlines()[-1])
        self.bench.figure("scan: again, nothing changed", statistics.median(r[0] for r in again), first[0], "s", "<= 0.02",
            f"{summary['cached']} of {summary['files']} files known; the peer is the first scan")

    def small(self, comparison):
        small = self.make_small()
        one = next(p for p in sorted(small.rglob("*")) if p.is_file())
        all_, start = [], []
        for _ in range(self.options.runs):
            all_.append(measure(self.ours(comparison, "--no-cache", "--all-matches", small)))
            start.append(measure(self.ours(comparison, "--no-cache", "--all-matches", one)))
        load = statistics.median(r[0] for r in start)
        for name, which in (("wall", 0), ("processors", 3)):
            cost = statistics.median(r[which] for r in all_) - statistics.median(r[which] for r in start)
            self.bench.figure(f"scan: a small clean file, {name}", cost / SMALL * 1e6, None, "µs", "< 20",
                f"{SMALL} of 1.8 kB, two workers")
        self.bench.figure("scan: start to end, engine kept", load * 1000, None, "ms", "< 150", "one file of 1.8 kB")

    def growth(self, rules):
        for count in (100, 1000, 8000):
            folder, have = self.some_rules(rules, count)
            if have < count / 2:
                continue
            comparison = self.compare(folder)
            scan = self.ours(comparison, "--no-cache", "--all-matches", self.subset)
            measure(scan)
            ours = [measure(scan)[0] for _ in range(self.options.runs)]
            yara = [measure(self.yara(comparison, self.subset))[0] for _ in range(self.options.runs)]
            self.bench.figure(f"scan: with {have} rules", statistics.median(ours), statistics.median(yara), "s", "<= 0.1")

    def run(self):
        try:
            rules = self.rules()
            count, bytes_ = self.copy_subset()
            comparison = self.compare(rules)
            self.beside(comparison, count, bytes_)
            self.small(comparison)
            self.cached(comparison)
            self.growth(rules)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
