# SPDX-License-Identifier: Apache-2.0
"""What the tests of quetsach-scan share: packs made for them, scans and what is said of each file."""
import ctypes
import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from pathlib import Path

from flow import PROGRAM, check, same

SCANNER = os.environ["QUETSACH_SCAN"]
SLOW = os.environ.get("QUETSACH_SLOW_BUILD") == "yes"
ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
PATIENCE = 600  # seconds; so that a scan without end is a fault, a slow one is not
PR_SET_CHILD_SUBREAPER = 36
BUSY_TICKS = 5  # hundredths of a second: more than a worker needs to begin
# Only whole in memory of the tests and in the files they make.
EICAR = b"".join([rb"X5O!P%@AP[4\PZX54(P^)7CC)7}", b"$EICAR-", b"STANDARD-ANTIVIRUS-", b"TEST-FILE!",
    b"$H+H*"])
RULES = r"""
rule Planted { strings: $a = "harmless planted text" condition: $a }
rule Eicar { strings: $a = "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" condition: $a }
"""
PLANTED = b"... harmless planted text ..."


def quetsach(*words):
    done = subprocess.run([PROGRAM, *map(str, words)], capture_output=True, text=True,
        stdin=subprocess.DEVNULL)
    same(done.returncode, 0, f"{words}: {done.stderr}")


class Scan:
    """What one scan said."""

    def __init__(self, status, out, err):
        self.status, self.error = status, err.decode(errors="replace")
        # Who is killed may leave half a line.
        whole = out if status >= 0 else out[:out.rfind(b"\n") + 1]
        self.lines = [json.loads(line) for line in whole.splitlines()]
        self.summary = next((l for l in self.lines if l["type"] == "summary"), None)

    def findings(self):
        return [line for line in self.lines if line["type"] == "finding"]

    def unscanned(self):
        return [line for line in self.lines if line["type"] == "not_scanned"]


class Machine:
    """A folder with a pack, things to scan (here), and the scanner's own folder. On a disk, where
    the scanner remembers files."""

    def __init__(self, rules=RULES):
        self.home = tempfile.TemporaryDirectory(prefix="quetsach-scan-files-", dir="/var/tmp")
        self.folder = Path(self.home.name)
        self.here = self.folder / "here"
        (self.folder / "rules").mkdir()
        (self.folder / "rules" / "r.yar").write_text(rules)
        quetsach("pack", "keygen", "--output", self.folder / "key")
        self.pack = self.make_pack("pack", "--ours", f"quetsach={self.folder / 'rules'}")
        for path in (self.folder, self.folder / "key.pub"):
            os.chmod(path, 0o755)
        self.last = None
        self.environment = {}
        self.fresh()

    def make_pack(self, name, *words):
        path = self.folder / name
        quetsach("pack", "build", *words, "--id", "test", "--version-number", "1", "--key",
            self.folder / "key", "--output", path)
        for made in (path, f"{path}.minisig"):
            os.chmod(made, 0o755)
        return path

    def fresh(self):
        if self.here.exists():
            subprocess.run(["rm", "-rf", str(self.here)], check=True)
        self.here.mkdir()
        return self.here

    def command(self, *arguments, state="state", pack=None):
        return [SCANNER, "--pack", str(pack or self.pack), "--public-key",
            f"{self.folder / 'key'}.pub", "--state", str(self.folder / state), "--json",
            *map(str, arguments)]

    def start(self, *arguments, state="state", pack=None, **options):
        return subprocess.Popen(self.command(*arguments, state=state, pack=pack),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8", **self.environment}, **options)

    def scan(self, *arguments, status=None, meanwhile=None, **options):
        """Findings by name, reasons by name, the summary; all that was said is in .last."""
        child = self.start(*arguments, **options)
        helper = Helper(meanwhile, child) if meanwhile else None
        try:
            out, err = child.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            sys.exit(f"FAILED: {arguments}: no end after {PATIENCE} s")
        if helper:
            helper.finish()
        self.last = Scan(child.returncode, out, err)
        if status is not None and child.returncode != status:
            sys.exit(f"FAILED: {arguments}: exit {child.returncode}, expected {status}\n{out!r}{err!r}")
        found, missed = {}, {}
        for line in self.last.findings():
            found.setdefault(self.name_of(line), []).append(line)
        for line in self.last.unscanned():
            missed[self.name_of(line)] = line["reason"]
        return found, missed, self.last.summary

    def name_of(self, line):
        return os.path.relpath(line["path"], self.here)


class Helper(threading.Thread):
    """Something that goes on during a scan; what it fails by fails the test."""

    def __init__(self, work, child):
        super().__init__()
        self.work, self.child, self.failed = work, child, None
        self.start()

    def run(self):
        try:
            self.work(self.child)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - told by finish()
            self.failed = error
            self.child.kill()

    def finish(self):
        self.join()
        if self.failed:
            raise self.failed


def nested(name, content, depth):
    """The content in one archive within another, of alternating kinds."""
    for level in range(depth):
        out = io.BytesIO()
        if level % 3 == 0:
            with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
                z.writestr(name, content)
            name = f"{level}.zip"
        elif level % 3 == 1:
            with tarfile.open(fileobj=out, mode="w") as t:
                info = tarfile.TarInfo(name)
                info.size = len(content)
                t.addfile(info, io.BytesIO(content))
            name = f"{level}.tar"
        else:
            out.write(gzip.compress(content))
            name = f"{level}.gz"
        content = out.getvalue()
    return name, content


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            return [int(word) for word in f.read().split()]
    except OSError:
        return []


def makers(child):
    """Not what a sanitizer starts to look for leaks."""
    found = []
    for pid in children(child.pid):
        try:
            if b"--role" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
        except OSError:
            pass
    return found


def workers(child):
    return [worker for maker in makers(child) for worker in children(maker)]


def open_files(pid):
    """What that process has open; only root may look."""
    found = []
    try:
        for fd in os.listdir(f"/proc/{pid}/fd"):
            found.append(os.readlink(f"/proc/{pid}/fd/{fd}"))
    except OSError:
        pass
    return found


def workers_at(child, path):
    """Waits until there are any that have the file; none: the scan has ended before."""
    while child.poll() is None:
        if found := [worker for worker in workers(child) if str(path) in open_files(worker)]:
            return found
        time.sleep(0.005)
    return []


def busy_workers(child):
    """Waits until there are any that have worked for a while, where nobody may see at what."""
    while child.poll() is None:
        if found := [worker for worker in workers(child) if processor_ticks(worker) >= BUSY_TICKS]:
            return found
        time.sleep(0.005)
    return []


def processor_ticks(pid):
    try:
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def adopt_orphans():
    """Workers outlive the process that made them for a moment: they become ours, and end as such."""
    check(ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0, "prctl")


def bury_orphans():
    """Waits for the processes of a scan that has ended; most memory one of them had, in bytes."""
    most = 0
    while True:
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return most
        most = max(most, usage.ru_maxrss << 10)


def timed(test, *given):
    began = time.monotonic()
    test(*given)
    print(f"{test.__name__}: {time.monotonic() - began:.1f} s", flush=True)
