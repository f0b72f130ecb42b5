# SPDX-License-Identifier: Apache-2.0
"""Debian's clamav-testfiles, one harmless program in many containers: what we open ourselves with its
hash, what we say of the rest, and what a real clamd adds as a second opinion."""
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from flow import SKIPPED, check, same
from scanning import PATIENCE, Machine, timed

FILES = Path("/usr/share/clamav-testfiles")
HASH = "aa15bcf478d165efd2065190eb473bcb:544:ClamAV-Test-File\n"
OURSELVES = 26
# What nobody can open without running it, and what we have to say of each.
TOLD = {
    "clam-aspack.exe": ("packed", "ASPack"),
    "clam-mew.exe": ("packed", "MEW"),
    "clam-pespin.exe": ("packed", "PESpin"),
    "clam-petite.exe": ("packed", "Petite"),
    "clam-upack.exe": ("packed", "Upack"),
    "clam-upx.exe": ("packed", "UPX"),
    "clam-wwpack.exe": ("packed", "WWPack32"),
    "clam-yc.exe": ("packed", "yoda's Crypter"),
    "clam.d64.zip": ("unsupported", "deflation-64-bit"),
    "clam.ea05.exe": ("unsupported", "AutoIt"),
    "clam.ea06.exe": ("unsupported", "AutoIt"),
    "clam.impl.zip": ("unsupported", "imploded"),
}


class Clamd:
    """The real one; its database is a folder with that one hash line."""

    def __init__(self, folder):
        self.folder = folder / "clamd"
        (self.folder / "db").mkdir(parents=True)
        (self.folder / "db" / "test.hdb").write_text(HASH)
        self.socket = self.folder / "socket"
        (self.folder / "conf").write_text(
            f"Foreground yes\nLocalSocket {self.socket}\nDatabaseDirectory {self.folder}/db\n"
            f"TemporaryDirectory {self.folder}\n" + ("User root\n" if os.geteuid() == 0 else ""))
        self.log = self.folder / "log"
        with open(self.log, "wb") as log:
            self.child = subprocess.Popen(["clamd", "-c", str(self.folder / "conf")], stdout=log,
                stderr=log)
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if self.child.poll() is not None or time.monotonic() > until:
                sys.exit(f"FAILED: clamd does not start: {self.log.read_bytes()!r}")
            time.sleep(0.05)

    def answers(self):
        with socket.socket(socket.AF_UNIX) as s:
            try:
                s.connect(str(self.socket))
                s.sendall(b"zPING\0")
                return s.recv(16) == b"PONG\0"
            except OSError:
                return False

    def end(self):
        self.child.kill()
        self.child.wait()


def names():
    return {path.name for path in FILES.iterdir()}


def found_and_told(m):
    """Of each container, by name: whether the program was found in it, and what was told."""
    found = {Path(line["path"]).name for line in m.last.findings()}
    told = {}
    for line in m.last.unscanned():
        told.setdefault(Path(line["path"]).name, set()).add((line["reason"], line.get("about", "")))
    return found, told


def opened_ourselves(m):
    m.scan("--no-cache", FILES, status=1)
    found, told = found_and_told(m)
    check(len(found) >= OURSELVES, f"at least {OURSELVES} are opened: {len(found)}")
    same(found | set(told), names(), "each is found in or told, none passes as clean")
    same(names() - found, set(TOLD) & names(), "what is told instead")
    for name in names() - found:
        reason, about = TOLD[name]
        check(any(r == reason and about in a for r, a in told[name]), f"{name}: why: {told[name]}")
    for name in found:
        check(name not in told, f"{name}: found, and wholly scanned: {told.get(name)}")
    for line in m.last.findings():
        same((line["outcome"], line["rules"][0]["rule"]), ("infected", "ClamAV-Test-File"),
            f"{line['path']} by the campaign's own hash")
        same(line["hashes"]["md5"], HASH.split(":")[0], f"{line['path']}: what was found in it")
    print(f"{len(found)} of {len(names())} opened")


def one_by_one(m):
    """Each alone: what is said of the whole is said by the exit status too."""
    for name in sorted(TOLD)[:3]:
        m.scan("--no-cache", FILES / name, status=3)
        same(m.last.summary["not_scanned"], 1, f"{name}: clean but incomplete is no 0")
    m.scan("--no-cache", FILES / "clam.zip", status=1)


def with_clamd(m, clamd):
    m.scan("--clamd", clamd.socket, FILES, status=1)
    found, told = found_and_told(m)
    same(found, names(), "all of them, with clamd")
    check(not any(reason == "second" for each in told.values() for reason, _ in each),
        "clamd answered for each")
    by_clamd = {Path(line["path"]).name for line in m.last.findings()
        if line["rules"][0]["set"] == "clamd"}
    same(by_clamd, names(), "its word stands beside ours")
    summary = m.last.summary
    same(summary["infected"] + summary["suspicious"], len(names()), "counted once each")
    same(summary["suspicious"], len(set(TOLD) & names()), "another's word alone is a hint, no proof")


def clean_with_clamd(m, clamd):
    here = m.fresh()
    (here / "plain").write_bytes(b"nothing of note")
    same(m.scan("--clamd", clamd.socket, here, status=0)[:2], ({}, {}), "clean for both")


def hangs_up(m):
    here = m.fresh()
    (here / "plain").write_bytes(b"nothing of note")
    silent = m.folder / "silent"
    with socket.socket(socket.AF_UNIX) as s:
        s.bind(str(silent))
        s.listen(8)
        found, missed, _ = m.scan("--clamd", silent, here, status=3,
            meanwhile=lambda _: answer(s, b""))
    same((found, missed), ({}, {"plain": "second"}), "it hung up without a word")


def lies(m):
    """What is no answer of clamd's is no finding, however it looks."""
    here = m.fresh()
    (here / "plain").write_bytes(b"nothing of note")
    for words in (b"fd[10]: lstat() failed ERROR\0", b"UNKNOWN COMMAND\0", b"\xff\xfe\n\0", b"FOUND\0",
            b"A" * 5000):
        path = m.folder / f"liar-{hashlib.md5(words).hexdigest()[:8]}"
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(str(path))
            s.listen(8)
            found, missed, _ = m.scan("--clamd", path, here, status=3,
                meanwhile=lambda _, s=s, words=words: answer(s, words))
        same((found, missed), ({}, {"plain": "second"}), f"{words[:20]}: told, never a finding")


def answer(listening, words):
    listening.settimeout(PATIENCE)
    connection, _ = listening.accept()
    with connection:
        connection.recv(64)
        connection.sendall(words)


def nobody_there(m):
    here = m.fresh()
    (here / "plain").write_bytes(b"nothing of note")
    found, missed, _ = m.scan("--clamd", m.folder / "none", here, status=3)
    same((found, missed), ({}, {"plain": "second"}), "no clamd: told of each file")


def dies_meanwhile(m, clamd):
    """It holds what it was asked, stands still, and dies."""
    clamd.child.send_signal(signal.SIGSTOP)
    m.scan("--clamd", clamd.socket, FILES, status=1,
        meanwhile=lambda child: (time.sleep(1), clamd.end()))
    found, told = found_and_told(m)
    same(m.last.summary["files"], len(names()), "the scan went on")
    same(found, names() - set(TOLD), "what we find ourselves")
    check(all(any(reason == "second" for reason, _ in told[name]) for name in names()),
        "no word of the other's is told of each")


def main():
    if not FILES.is_dir():
        print("clamav-testfiles is not installed")
        sys.exit(SKIPPED)
    m = Machine()
    (m.folder / "test.hdb").write_text(HASH)
    m.pack = m.make_pack("hash.pack", "--ours", f"quetsach={m.folder / 'rules'}", "--hashes",
        f"quetsach={m.folder / 'test.hdb'}")
    for test in (opened_ourselves, one_by_one, nobody_there, hangs_up, lies):
        timed(test, m)
    if not shutil.which("clamd"):
        print("clamd is not installed: no second opinion of a real one")
        return
    clamd = Clamd(m.folder)
    try:
        for test in (with_clamd, clean_with_clamd, dies_meanwhile):
            timed(test, m, clamd)
    finally:
        clamd.end()


main()
