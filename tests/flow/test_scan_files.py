# SPDX-License-Identifier: Apache-2.0
"""What quetsach-scan makes of files of every kind, and of harm done to it while it looks."""
import gzip
import io
import json
import os
import random
import shutil
import signal
import socket
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
NOBODY = 65534
SETTLED = 42  # seconds; SCAN_SETTLED of limits.def and some
# Only whole in memory of this test and in the files it makes.
EICAR = b"".join([rb"X5O!P%@AP[4\PZX54(P^)7CC)7}", b"$EICAR-", b"STANDARD-ANTIVIRUS-", b"TEST-FILE!",
    b"$H+H*"])
RULES = r"""
rule Planted { strings: $a = "harmless planted text" condition: $a }
rule Eicar { strings: $a = "$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" condition: $a }
"""
PLANTED = b"... harmless planted text ..."


class Machine:
    def __init__(self):
        self.home = tempfile.TemporaryDirectory(prefix="quetsach-scan-files-", dir="/var/tmp")
        self.folder = Path(self.home.name)
        self.here = self.folder / "here"
        (self.folder / "rules").mkdir()
        (self.folder / "rules" / "r.yar").write_text(RULES)
        self.pack = self.folder / "pack"
        for words in (["keygen", "--output", self.folder / "key"],
                      ["build", "--ours", f"quetsach={self.folder / 'rules'}", "--id", "test",
                       "--version-number", "1", "--key", self.folder / "key", "--output", self.pack]):
            done = subprocess.run([PROGRAM, "pack", *map(str, words)], capture_output=True, text=True)
            same(done.returncode, 0, done.stderr)
        for path in (self.folder, self.pack, f"{self.pack}.minisig", self.folder / "key.pub"):
            os.chmod(path, 0o755)
        self.fresh()

    def fresh(self):
        if self.here.exists():
            subprocess.run(["rm", "-rf", str(self.here)], check=True)
        self.here.mkdir()
        return self.here

    def command(self, *arguments, state="state"):
        return [SCANNER, "--pack", str(self.pack), "--public-key", f"{self.folder / 'key'}.pub",
            "--state", str(self.folder / state), "--json", *map(str, arguments)]

    def scan(self, *arguments, status=None, state="state", meanwhile=None, **options):
        """Findings by name, what was not scanned by name, the summary."""
        child = subprocess.Popen(self.command(*arguments, state=state), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, "LC_ALL": "C.UTF-8"}, **options)
        helper = threading.Thread(target=meanwhile, args=(child,)) if meanwhile else None
        if helper:
            helper.start()
        out, err = child.communicate()
        if helper:
            helper.join()
        if status is not None and child.returncode != status:
            sys.exit(f"FAILED: {arguments}: exit {child.returncode}, expected {status}\n{out!r}{err!r}")
        found, missed, summary = {}, {}, None
        for line in map(json.loads, out.splitlines()):
            if line["type"] == "finding":
                key = os.path.relpath(line["path"], self.here)
                found.setdefault(key, []).append(line)
            elif line["type"] == "not_scanned":
                missed[os.path.relpath(line["path"], self.here)] = line["reason"]
            elif line["type"] == "summary":
                summary = line
        return found, missed, summary


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


def eicar(m):
    here = m.fresh()
    (here / "plain.com").write_bytes(EICAR)
    name, content = nested("eicar.com", EICAR, 4)
    (here / name).write_bytes(content)
    found, missed, summary = m.scan(here, status=1)
    same(set(found), {"plain.com", name}, "EICAR plain and nested")
    check("eicar.com" in found[name][0]["object"], f"the member is named: {found[name]}")
    same((missed, summary["infected"]), ({}, 2), "everything was looked at")


def odd_files(m):
    here = m.fresh()
    (here / "folder").mkdir()
    (here / "folder" / "bad").write_bytes(PLANTED)
    os.link(here / "folder" / "bad", here / "again")
    os.symlink("folder/bad", here / "link")
    os.symlink("nowhere", here / "dangling")
    os.symlink(".", here / "loop")
    os.mkfifo(here / "fifo")
    local = socket.socket(socket.AF_UNIX)
    local.bind(os.path.relpath(here / "socket"))
    with open(here / "sparse", "wb") as f:
        f.truncate(10 << 40)
    for name in (b"new\nline", b"\x1b[31mred", b"not\xff\xfeutf8", b" ", b"-rf"):
        (Path(os.fsdecode(os.fsencode(here) + b"/" + name))).write_bytes(PLANTED)
    if os.geteuid() == 0:
        os.mknod(here / "zero", 0o600 | 0o020000, os.makedev(1, 5))
    found, missed, summary = m.scan(here, status=1)
    same(missed, {"sparse": "size"}, "only what is too large is not scanned")
    same((summary["files"], summary["infected"]), (6, 6), "every name once, hard links once")
    same(len(found), 6, "each is found")
    local.close()


def permission(m):
    here = m.fresh()
    os.chmod(here, 0o755)
    (here / "closed").write_bytes(PLANTED)
    (here / "shut").mkdir()
    (here / "shut" / "inside").write_bytes(PLANTED)
    (here / "fine").write_bytes(b"fine")
    os.chmod(here / "closed", 0)
    os.chmod(here / "shut", 0)
    (m.folder / "of-nobody").mkdir(exist_ok=True)
    rights = {}
    if os.geteuid() == 0:
        os.chown(m.folder / "of-nobody", NOBODY, NOBODY)
        rights = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    found, missed, summary = m.scan(here, status=3, state="of-nobody", **rights)
    same((found, missed), ({}, {"closed": "denied", "shut": "denied"}), "told, never clean")
    same((summary["files"], summary["not_scanned"]), (1, 2), "counted")
    os.chmod(here / "shut", 0o700)


def many(m):
    here = m.fresh()
    count = 20000 if SLOW else 200000
    for i in range(count):
        with open(here / f"{i:x}", "wb") as f:
            f.write(PLANTED if i % 50000 == 777 else b"")
    _, missed, summary = m.scan(here, status=1)
    same((missed, summary["files"]), ({}, count), "a folder of very many")
    same(summary["infected"], (count + 49222) // 50000, "found among them")


def deep(m):
    here = m.fresh()
    start = os.getcwd()
    os.chdir(here)
    for _ in range(1500):
        os.mkdir("deeper")
        os.chdir("deeper")
    Path("bad").write_bytes(PLANTED)
    os.chdir(start)
    found, missed, _ = m.scan(here, status=1)
    same((len(found), missed), (1, {}), "deeper than any path may be long")


def changing(m):
    """Grows, and is cut off, all the time it is looked at: found, or told, never clean."""
    here = m.fresh()
    ended = threading.Event()

    def grow():
        with open(here / "grows", "ab", buffering=0) as f:
            while not ended.is_set():
                f.write(b"x" * 512)

    def cut(child):
        with open(here / "cut", "r+b") as f:
            for _ in range(1000):
                if child.poll() is not None:
                    break
                f.truncate(random.randrange(1 << 20))
                f.truncate(300 << 20)

    (here / "grows").write_bytes(b"")
    with open(here / "cut", "wb") as f:
        f.truncate(300 << 20)
    (here / "bad").write_bytes(PLANTED)
    writer = threading.Thread(target=grow)
    writer.start()
    try:
        found, missed, summary = m.scan(here, meanwhile=cut)
    finally:
        ended.set()
        writer.join()
    check("bad" in found, "others are found as ever")
    check(set(missed) <= {"grows", "cut"}, f"nothing else is missed: {missed}")
    check(set(missed.values()) <= {"changed", "io"}, f"and why: {missed}")
    same(summary["cached"], 0, "nothing of it is remembered")


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            return [int(word) for word in f.read().split()]
    except OSError:
        return []


def workers(child):
    return [worker for maker in children(child.pid) for worker in children(maker)]


def killed_workers(m):
    here = m.fresh()
    for i in range(3000):
        (here / f"f{i}").write_bytes(PLANTED if i % 30 == 0 else b"nothing" * (i % 500))
    killed = []

    def kill(child):
        while child.poll() is None and len(killed) < 10:
            for worker in workers(child):
                try:
                    os.kill(worker, random.choice([signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT]))
                    killed.append(worker)
                except ProcessLookupError:
                    pass
            time.sleep(0.02)

    found, missed, summary = m.scan("--no-cache", here, meanwhile=kill)
    planted = {f"f{i}" for i in range(0, 3000, 30)}
    check(killed, "at least one worker was killed")
    same(summary["files"], 3000, "the scan went on")
    check(planted <= set(found) | set(missed), "found or told, never clean")
    check(set(missed.values()) <= {"crash"}, f"why: {missed}")


def killed_maker(m):
    """The process that makes workers dies, and theirs with it: once is no reason to give up."""
    here = m.fresh()
    for i in range(3000):
        (here / f"f{i}").write_bytes(PLANTED if i % 30 == 0 else b"nothing" * (i % 500))
    killed = []

    def kill(child):
        while child.poll() is None and not killed:
            for maker in children(child.pid):
                if workers(child):
                    os.kill(maker, signal.SIGKILL)
                    killed.append(maker)

    found, missed, summary = m.scan("--no-cache", here, meanwhile=kill)
    check(killed, "the maker was killed")
    planted = {f"f{i}" for i in range(0, 3000, 30)}
    check(planted <= set(found) | set(missed), "found or told, never clean")
    same(summary["files"], 3000, "the scan went on")


def make_settling(m):
    """Files that will have been left alone for long enough to be remembered once others are done."""
    settling = m.folder / "settling"
    settling.mkdir()
    for i in range(2000):
        (settling / f"f{i}").write_bytes(PLANTED if i % 200 == 0 else b"nothing %d" % i)
    return settling, time.monotonic() + SETTLED


def cache(m):
    here = m.here
    whole, _, _ = m.scan("--no-cache", here, status=1)
    _, _, first = m.scan(here, status=1)
    same(first["cached"], 0, "the first time all are looked at")
    os.utime(here / "f1")
    (here / "f2").write_bytes(PLANTED)
    found, _, again = m.scan(here, status=1)
    same(again["cached"], 1990 - 2, "then only what has changed, and what was found")
    same(set(found), set(whole) | {"f2"}, "what was found is found again")
    # One byte of it changed: not believed, told, nothing lost.
    (verdicts,) = (m.folder / "state").glob("**/verdicts")
    content = bytearray(verdicts.read_bytes())
    content[100] ^= 1
    verdicts.write_bytes(content)
    found, _, again = m.scan(here, status=1)
    same((set(found), again["cached"]), (set(whole) | {"f2"}, 0), "a forged cache is not believed")


def resume(m):
    """Killed at any moment, again and again: together as much as at one go."""
    here = m.here
    whole, _, _ = m.scan("--no-cache", here, status=1)
    for cached in (m.folder / "state").glob("**/verdicts*"):
        cached.unlink()
    united = {}

    def interrupt(child):
        time.sleep(random.uniform(0.05, 0.6))
        child.send_signal(random.choice([signal.SIGKILL, signal.SIGINT]))

    for _ in range(12):
        found, _, _ = m.scan(here, "--resume", meanwhile=interrupt)
        united.update(found)
    found, _, summary = m.scan(here, "--resume", status=1)
    united.update(found)
    same(set(united), set(whole), "interrupted and resumed")
    same(summary["files"], 2000, "all files in the end")


def paused(m):
    """A stop of the whole group, as ^Z does, is nobody's delay."""
    here = m.fresh()
    for i in range(2000):
        (here / f"f{i}").write_bytes(PLANTED if i % 200 == 0 else b"nothing %d" % i)

    def pause(child):
        time.sleep(0.1)
        os.killpg(child.pid, signal.SIGSTOP)
        time.sleep(8)
        os.killpg(child.pid, signal.SIGCONT)

    found, missed, _ = m.scan("--no-cache", "--timeout", 1, here, status=1, meanwhile=pause,
        start_new_session=True)
    same((len(found), missed), (10, {}), "stopped and continued")


class Clamd:
    """The real one, with one hash that the test file of Debian's clamav-testfiles has."""

    def __init__(self, folder):
        self.folder = folder / "clamd"
        (self.folder / "db").mkdir(parents=True)
        (self.folder / "db" / "test.hdb").write_text(
            "aa15bcf478d165efd2065190eb473bcb:544:ClamAV-Test-File\n")
        self.socket = self.folder / "socket"
        (self.folder / "conf").write_text(
            f"Foreground yes\nLocalSocket {self.socket}\nDatabaseDirectory {self.folder}/db\n"
            f"TemporaryDirectory {self.folder}\n" + ("User root\n" if os.geteuid() == 0 else ""))
        self.child = subprocess.Popen(["clamd", "-c", str(self.folder / "conf")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 60
        while not self.socket.exists() and time.monotonic() < until:
            time.sleep(0.1)

    def end(self):
        self.child.kill()
        self.child.wait()


def second_opinion(m):
    files = Path("/usr/share/clamav-testfiles")
    here = m.fresh()
    (here / "plain").write_bytes(b"nothing of note")
    # Nobody there: told of each file, never a hit, never clean.
    found, missed, summary = m.scan("--clamd", m.folder / "none", here, status=3)
    same((found, missed), ({}, {"plain": "second"}), "no clamd")
    if not shutil.which("clamd") or not files.is_dir():
        print("clamd or clamav-testfiles not installed: no second opinion of a real one")
        return
    clamd = Clamd(m.folder)
    try:
        count = len(list(files.iterdir()))
        found, missed, summary = m.scan("--clamd", clamd.socket, files, status=1)
        same(summary["suspicious"], count, "all of clamav-testfiles with clamd")
        check("second" not in missed.values(), "all were answered")
        same(summary["infected"], 0, "another's word is a hint")
        # It dies while it is asked.
        found, missed, summary = m.scan("--clamd", clamd.socket, files,
            meanwhile=lambda _: (time.sleep(0.3), clamd.end()))
        same(summary["files"], count, "the scan went on")
        check(set(map(os.path.basename, found)) | set(map(os.path.basename, missed)) ==
            {path.name for path in files.iterdir()}, "found, or told")
    finally:
        clamd.end()


def timed(test, m):
    began = time.monotonic()
    test(m)
    print(f"{test.__name__}: {time.monotonic() - began:.1f} s", flush=True)


def main():
    m = Machine()
    settling, until = make_settling(m)
    for test in (eicar, odd_files, permission, many, deep, changing, killed_workers, killed_maker,
                 paused, second_opinion):
        timed(test, m)
    time.sleep(max(0, until - time.monotonic()))
    m.here = settling
    for test in (cache, resume):
        timed(test, m)


main()
