# SPDX-License-Identifier: Apache-2.0
"""What quetsach-scan makes of files of every kind: hidden in others, odd, forbidden, very many, deep, and
changing while it looks."""
import io
import os
import random
import socket
import subprocess
import tarfile
import tempfile
import threading
import zipfile
from pathlib import Path

from flow import check, same
from scanning import EICAR, NOBODY, PLANTED, ROOT, Machine, adopt_orphans, bury_orphans, nested, timed

MANY = 200000
WALK_MEMORY = 400 << 20  # of a walk through very many, a sanitizer's share included


def starter_pack(m):
    return m.make_pack("starter.pack", "--ours", f"quetsach={ROOT / 'data' / 'rules'}", "--rules",
        f"quetsach-suspicious={ROOT / 'data' / 'rules-suspicious'}")


def zip_of(name, content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(name, content)
    return out.getvalue()


def tar_gz_of(name, content):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        info = tarfile.TarInfo(name)
        info.size = len(content)
        t.addfile(info, io.BytesIO(content))
    return out.getvalue()


def eicar(m):
    """By the campaign's own pack, as people get it."""
    here, pack = m.fresh(), starter_pack(m)
    (here / "plain.com").write_bytes(EICAR)
    (here / "named.txt").write_bytes(EICAR + b"\r\n")
    (here / "a.zip").write_bytes(zip_of("b.tar.gz", tar_gz_of("c", EICAR)))
    deep, content = nested("eicar.com", EICAR, 12)
    (here / deep).write_bytes(content)
    (here / "fine").write_bytes(b"nothing of note")
    found, missed, summary = m.scan(here, status=1, pack=pack)
    same(set(found), {"plain.com", "named.txt", "a.zip", deep}, "EICAR plain and nested")
    same(found["a.zip"][0]["object"], "→ b.tar.gz → c", "where in it")
    check("eicar.com" in found[deep][0]["object"], f"the member is named: {found[deep]}")
    for lines in found.values():
        same((lines[0]["outcome"], lines[0]["rules"][0]["rule"]), ("infected", "QS_EICAR_Test_File"),
            "by whose word")
    same((missed, summary["infected"], summary["files"]), ({}, 4, 5), "everything was looked at")
    # Deeper than any honest file: what cannot be reached is told.
    deeper, content = nested("eicar.com", EICAR, 40)
    found, missed, _ = m.scan(put(m.fresh(), deeper, content), status=3, pack=pack)
    same((found, missed), ({}, {deeper: "depth"}), "too deep: told, not clean")


def put(folder, name, content):
    (folder / name).write_bytes(content)
    return folder


def member_names(m):
    """As they are, in whatever letters; what they may do to a terminal is another matter."""
    here = m.fresh()
    names = ["tài liệu mật.exe", "ảnh/đẹp.jpg", "русский", "a\x1b[31m\nred\u202e.txt", "文書"]
    with zipfile.ZipFile(here / "z.zip", "w", zipfile.ZIP_DEFLATED) as z:
        for name in names:
            z.writestr(name, PLANTED)
    with tarfile.open(here / "t.tar.gz", "w:gz") as t:
        for name in names:
            info = tarfile.TarInfo(name)
            info.size = len(PLANTED)
            t.addfile(info, io.BytesIO(PLANTED))
    found, _, _ = m.scan(here, status=1)
    for archive in ("z.zip", "t.tar.gz"):
        same({line["object"] for line in found[archive]} - {""}, {f"→ {name}" for name in names}, archive)


def cut_archives(m):
    """A download that broke off."""
    here = m.fresh()
    for name, whole in (("cut.zip", zip_of("a", random.Random(1).randbytes(9000))),
                        ("cut.tar.gz", tar_gz_of("a", random.Random(1).randbytes(9000)))):
        (here / name).write_bytes(whole[:len(whole) // 2])
    found, missed, _ = m.scan(here, status=3)
    same((found, missed), ({}, {"cut.zip": "damaged", "cut.tar.gz": "damaged"}), "told, not clean")


def odd_files(m):
    here = m.fresh()
    (here / "folder").mkdir()
    (here / "folder" / "bad").write_bytes(PLANTED)
    os.link(here / "folder" / "bad", here / "again")
    for name, to in (("link", "folder/bad"), ("dangling", "nowhere"), ("loop", "."), ("itself", "itself"),
                     ("folder/up", ".."), ("one", "other"), ("other", "one")):
        os.symlink(to, here / name)
    os.mkfifo(here / "fifo")
    local = socket.socket(socket.AF_UNIX)
    local.bind(os.path.relpath(here / "socket"))
    with open(here / "sparse", "wb") as f:
        f.truncate(10 << 40)
    names = (b"new\nline", b"\x1b[31mred\x1b]0;title\x07", b"not\xff\xfeutf8", b" ", b"-rf", b"\x80" * 255,
        "ệ".encode() * 85, b"...", b"{\"type\":\"summary\"}\n{")
    for name in names:
        (Path(os.fsdecode(os.fsencode(here) + b"/" + name))).write_bytes(PLANTED)
    if os.geteuid() == 0:
        os.mknod(here / "zero", 0o600 | 0o020000, os.makedev(1, 5))
        os.mknod(here / "disk", 0o600 | 0o060000, os.makedev(7, 0))
    found, missed, summary = m.scan(here, status=1)
    same(missed, {"sparse": "size"}, "only what is too large is not scanned")
    same((summary["files"], summary["infected"]), (len(names) + 1,) * 2, "every name once, links once")
    same(len(found), len(names) + 1, "each is found")
    same(sum(line["type"] == "summary" for line in m.last.lines), 1, "no name makes a line of its own")
    # Named on the command line they are no files either.
    for name in ("fifo", "socket", *(["zero"] if os.geteuid() == 0 else [])):
        m.scan(here / name, status=3)
        same([line["reason"] for line in m.last.unscanned()], ["special"], f"{name}: never opened")
    local.close()


class Mounts:
    """Undone at the end; nothing where mounting is not allowed."""

    def __init__(self):
        self.done = []

    def add(self, where, *words):
        where.mkdir()
        ended = subprocess.run(["mount", *map(str, words), str(where)], capture_output=True)
        if ended.returncode == 0:
            self.done.append(where)
        return ended.returncode == 0

    def end(self):
        for where in reversed(self.done):
            subprocess.run(["umount", str(where)], check=True)


def closed_descriptors(m):
    """Without a standard output nothing else may come to lie in its place: what is said is lost, and told."""
    here = put(m.fresh(), "bad", PLANTED)
    m.scan(here, status=1)
    kept = {path: path.read_bytes() for path in (m.folder / "state").glob("**/*") if path.is_file()}
    for closed in ((1,), (0, 1), (0, 1, 2)):
        child = os.fork()
        if child == 0:
            for fd in closed:
                os.close(fd)
            os.closerange(3, 100)
            os.execv(m.command()[0], m.command("--no-cache", here))
        _, status = os.waitpid(child, 0)
        same(os.waitstatus_to_exitcode(status), 2, f"{closed} closed: nobody heard what was found")
    same({path: path.read_bytes() for path in kept}, kept, "nothing is written to any file of ours")


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
    rights, expected, mounts = {}, {"closed": "denied", "shut": "denied"}, Mounts()
    if os.geteuid() == 0:
        os.chown(m.folder / "of-nobody", NOBODY, NOBODY)
        rights = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        if mounts.add(here / "mount", "-t", "tmpfs", "-o", "mode=000", "tmpfs"):
            expected["mount"] = "denied"
    try:
        found, missed, summary = m.scan("--cross-mounts", here, status=3, state="of-nobody", **rights)
    finally:
        mounts.end()
        os.chmod(here / "shut", 0o700)
    same((found, missed), ({}, expected), "told, never clean")
    same((summary["files"], summary["not_scanned"]), (1, len(expected)), "counted")
    if "mount" not in expected:
        print("not allowed to mount: no mount that may not be read")


def mounted(m):
    """A folder that comes again below itself, and another file system."""
    here, mounts = m.fresh(), Mounts()
    (here / "below").mkdir()
    (here / "below" / "bad").write_bytes(PLANTED)
    try:
        if not mounts.add(here / "below" / "again", "--bind", here) or \
                not mounts.add(here / "other", "-t", "tmpfs", "tmpfs"):
            print("not allowed to mount: no folders within themselves")
            return
        (here / "other" / "bad").write_bytes(PLANTED)
        found, missed, _ = m.scan(here, status=1)
        check("below/bad" in found and "other/bad" not in found, f"one file system: {found}")
        same(missed, {}, "and an end")
        found, missed, _ = m.scan("--cross-mounts", here, status=1)
        check("other/bad" in found, f"all of them: {found}")
        same(missed, {}, "and an end")
    finally:
        mounts.end()


def fill(here, bad):
    for i in range(MANY):
        os.close(os.open(f"{here}/{i:x}", os.O_WRONLY | os.O_CREAT, 0o600))
    for i in bad:
        Path(here, f"{i:x}").write_bytes(PLANTED)


def many(m):
    """In memory where that is possible: a disk takes a minute to make them."""
    bad = set(random.sample(range(MANY), 5))
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else m.here) as here:
        fill(here, bad)
        adopt_orphans()
        child = m.start(here)
        out, _ = child.stdout.read(), child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        most = max(bury_orphans(), usage.ru_maxrss << 10)
    same(child.returncode, 1, "a folder of very many")
    check(out.count(b'"finding"') == len(bad), "found among them")
    check(b'"files":%d,' % MANY in out.replace(b" ", b""), f"all of them: {out[-300:]!r}")
    check(most < WALK_MEMORY, f"in bounded memory: {most >> 20} MiB")


def deep(m):
    here = m.fresh()
    start = os.getcwd()
    os.chdir(here)
    for _ in range(1500):
        os.mkdir("deeper" * 40)
        os.chdir("deeper" * 40)
    Path("bad").write_bytes(PLANTED)
    os.chdir(start)
    found, missed, _ = m.scan(here, status=1)
    same((len(found), missed), (1, {}), "deeper than any path may be long")
    same(len(next(iter(found))), 1500 * 241 + 3, "with its whole path")


def changing(m):
    """Grows, and is cut off, all the time it is looked at: found, or told, never clean."""
    here = m.fresh()
    ended = threading.Event()

    def grow():
        """Never more than a disk has room for, however long the scan takes."""
        with open(here / "grows", "ab", buffering=0) as f:
            while not ended.wait(0.0002):
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


def vanishing(m):
    """Files and whole folders that go while the scan is under way."""
    here = m.fresh()
    for folder in range(40):
        (here / f"d{folder}" / "below").mkdir(parents=True)
        for i in range(40):
            (here / f"d{folder}" / "below" / f"f{i}").write_bytes(PLANTED if i == 0 else b"fine")

    def remove(child):
        for folder in random.sample(range(40), 20):
            subprocess.run(["rm", "-rf", str(here / f"d{folder}")], check=True)

    found, missed, _ = m.scan("--no-cache", "--io", 4000, here, meanwhile=remove)
    check(len(found) >= 20, f"what stayed is found: {len(found)}")
    check(set(missed.values()) <= {"vanished", "changed", "io"}, f"what went is told, if anything: {missed}")


def main():
    m = Machine()
    for test in (eicar, member_names, cut_archives, odd_files, closed_descriptors, permission, mounted, many, deep, changing, vanishing):
        timed(test, m)


main()
