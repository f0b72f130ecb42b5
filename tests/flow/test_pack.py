# SPDX-License-Identifier: Apache-2.0
"""Rule packs as an operator makes them, held against minisign itself."""
import json
import os
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from flow import PROGRAM, check, same

EPOCH = "1600000000"
ENVIRONMENT = dict(os.environ, LC_ALL="C.UTF-8", SOURCE_DATE_EPOCH=EPOCH)
PATIENCE = 60  # seconds
home = tempfile.TemporaryDirectory(prefix="quetsach-pack-")
folder = Path(home.name)
MINISIGN = shutil.which("minisign")


def run(*arguments, status=0, env=None):
    """Without a terminal of its own: nothing may wait for a person."""
    command = [PROGRAM, "pack", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder,
        env=env or ENVIRONMENT, stdin=subprocess.DEVNULL, start_new_session=True)
    if done.returncode != status:
        sys.exit(f"FAILED: {' '.join(command)}: exit {done.returncode}, expected {status}\n"
            f"{done.stdout}{done.stderr}")
    return done


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def write(name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text) if isinstance(text, bytes) else path.write_text(text)
    return path


def await_silence(terminal):
    """Who asks for a password throws away what was typed before the terminal stopped to show it; minisign
    asks first, and stops that then."""
    until = time.monotonic() + PATIENCE
    while termios.tcgetattr(terminal)[3] & termios.ECHO:
        check(time.monotonic() < until, "a password is not shown on the screen")
        time.sleep(0.001)


def typed(command, *answers):
    """Runs a command at a terminal and types an answer to each question; (status, what was shown)."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(command[0], [str(word) for word in command], ENVIRONMENT)
    shown, left = b"", list(answers)
    while True:
        try:
            got = os.read(terminal, 4096)
        except OSError:
            break
        if not got:
            break
        shown += got
        if left and shown.rstrip(b" ").endswith(b":"):
            await_silence(terminal)
            os.write(terminal, left.pop(0).encode() + b"\n")
            shown += b"\n"
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), shown.decode()


# --- keys ---
made = lines(run("keygen", "--output", "key", "--json"))[0]
same((folder / "key").stat().st_mode & 0o777, 0o600, "mode of the secret key")
same((folder / "key.pub").stat().st_mode & 0o777, 0o644, "mode of the public key")
same(made["public_key"], (folder / "key.pub").read_text().splitlines()[1], "the key that is said")
before = (folder / "key").read_bytes(), (folder / "key.pub").read_bytes()
check("never overwritten" in run("keygen", "--output", "key", status=2).stderr, "keygen twice")
(folder / "other.pub").write_text("mine\n")
run("keygen", "--output", "other", status=2)
check(not (folder / "other").exists(), "half a pair of keys")
same((folder / "other.pub").read_text(), "mine\n", "a public key that was there")
same(before, ((folder / "key").read_bytes(), (folder / "key.pub").read_bytes()), "keys after all")
run("keygen", status=2)
run("keygen", "--output", "none/key", status=2)

# --- what goes in ---
GOOD = 'rule %s { meta: author = "Ai đó" family = "mirai" strings: $a = "%s" condition: $a }\n'
write("ours/own.yar", GOOD % ("Own", "own words"))
write("public/LICENSE", "MIT License\n\nCopyright (c) 2020 Nhà Làm Luật\n\nPermission is hereby granted, "
    "free of charge, to deal in the Software */ without\n")
write("public/b/z.yara", GOOD % ("Z", "zzzz"))
write("public/a.yar", 'include "b/z.yara"\nimport "pe"\n' + GOOD % ("A", "aaaa")
    + "rule Broken { condition: nothing_of_that_name }\n" + GOOD % ("B", "bbbb")
    + "rule Stands { condition: Broken }\nrule External { condition: filename matches /x/ }\n")
write("public/c.yar", GOOD % ("A", "a second A") + GOOD % ("C", "cccc") + "this is no rule\n")
write("public/d.yar", b"\xff\xfe\x00binary")
write("public/readme.txt", "rule NotTaken { condition: true }")
write("public/.git/x.yar", GOOD % ("Hidden", "hidden"))
os.symlink("a.yar", folder / "public" / "link.yar")
os.symlink("/", folder / "public" / "everything")
MD5 = "aa15bcf478d165efd2065190eb473bcb"
write("t.hdb", f"{MD5}:544:ClamAV-Test-File\n{MD5}:544:ClamAV-Test-File\n{MD5}:x:bad\n")
write("iocs.txt", "hxxp://evil[.]example/;Mirai\n203.0.113[.]7:23\n192.168.1.1\n")
write("pages/vi/mirai.md", "# Mirai\n\nĐổi mật khẩu.\n")
write("pages/en/mirai.md", "# Mirai\n\nChange the password.\n")
write("info", "# who\nset: iocs\nauthor: Ai khác\nlicence: CC0-1.0\nsource: https://example.org\n"
    "set: elsewhere\nauthor: nobody\n")
BUILD = ("build", "--ours", "ours", "--rules", "public", "--hashes", "quetsach=t.hdb", "--indicators",
    "iocs.txt", "--pages", "pages", "--set-info", "info", "--key", "key")

built = run(*BUILD, "--output", "starter.pack", "--json")
*faults, pack = lines(built)
got = sorted((f["file"], f["line"], f["rule"], f["code"]) for f in faults)
same(got, sorted([
    ("a.yar", 0, "", "YARA_INCLUDE"),
    ("a.yar", 4, "Broken", "YARA_RULE"),
    ("a.yar", 6, "Stands", "YARA_RULE"),
    ("c.yar", 1, "A", "TWICE_RULE"),
    ("c.yar", 3, "", "NOT_YARA"),
    ("d.yar", 1, "", "NOT_YARA"),
]), "what is told of rules")
check("nothing_of_that_name" in built.stderr, "libyara's reason")
check("public/a.yar:4" in built.stderr, "where the rule stands")
check("t.hdb:3: size" in built.stderr and "iocs.txt:3" in built.stderr, "bad lines of lists")
check("2 symbolic links" in built.stderr, "links are told")
same((pack["id"], pack["version"], pack["rules"], pack["left_out"]), ("starter", 1, 6, 3), "summary")
same((pack["hashes"], pack["indicators"], pack["bad_lines"]), (1, 2, 2), "lists")
same([(s["name"], s["ours"], s["rules"], s["left_out"], s["hashes"], s["indicators"])
    for s in pack["sets"]], [("quetsach", True, 1, 0, 1, 0), ("public", False, 5, 3, 0, 0),
    ("iocs", False, 0, 0, 0, 2)], "sets")

# As abuse.ch and MISP export them; the same file as both kinds of list.
SHA = "0" * 63 + "1"
write("recent.csv", "\r\n".join(("#" * 64, "# ThreatFox IOCs: recent IOCs" + " " * 33 + "#",
    "# Last updated: 2026-08-22 08:00:13 UTC" + " " * 24 + "#", "#" * 64, "#",
    '# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_alias",'
    '"malware_printable","last_seen_utc","confidence_level","is_compromised","reference","tags","anonymous","reporter"',
    *(f'"2026-08-22 07:56:11", "{i}", "{value}", "{kind}", "botnet_cc", "elf.mirai", "Katana,Other", "{name}", "", '
        f'"100", "{compromised}", "None", "a,b ""c""", "0", "somebody"' for i, (value, kind, name, compromised) in
        enumerate((("203.0.113.9:23", "ip:port", "Mirai", "False"), ("8.8.4.4:23", "ip:port", "Mirai", "False"),
        ("evil.example.net", "domain", "None", "False"), ("shop.example.org", "domain", "Mirai", "True"),
        ("http://8.8.4.4/a.sh", "url", "Mirai", "False"), (SHA, "sha256_hash", "Mirai", "False"),
        (MD5, "md5_hash", "Mirai", "True"), ("x" * 96, "sha3_384_hash", "Mirai", "False")))),
    "# Number of entries: 8", "")))
write("misp.csv", "uuid,event_id,category,type,value,comment,to_ids,date\n"
    'u1,7,Network activity,ip-dst|port,8.8.8.8|4444,"Gafgyt, a variant",1,20260822\n'
    "u2,7,Network activity,domain,other.example.net,,1,20260822\n"
    "u3,7,Network activity,domain,seen.example.net,only seen,0,20260822\n"
    f"u4,7,Payload delivery,filename|sha256,x.sh|{SHA},,1,20260822\n")
tables = lines(run("build", "--rules", "public", *(word for name in ("recent.csv", "misp.csv")
    for word in ("--hashes", name, "--indicators", name)), "--key", "key", "--output", "tables.pack", "--json"))[-1]
same({s["name"]: (s["hashes"], s["indicators"]) for s in tables["sets"]} | {"public": None},
    {"recent": (2, 3), "misp": (1, 2), "public": None}, f"tables of others: {tables}")

shown = lines(run("show", "starter.pack", "--json"))[0]
sets = {s["name"]: s for s in shown["sets"]}
same((sets["public"]["author"], sets["public"]["licence"]), ("Nhà Làm Luật", "MIT"), "of the licence")
same(sets["quetsach"]["author"], "Ai đó", "of the rules themselves")
same((sets["iocs"]["author"], sets["iocs"]["source"]), ("Ai khác", "https://example.org"), "--set-info")
check(shown["expired"] is True and shown["expires"] == "2021-09-13T12:26:40Z", f"a year: {shown}")
for lang in ("vi", "en"):
    check("starter" in run("show", "starter.pack", "--lang", lang).stdout, "show")

# --- the same again, and the next one ---
(folder / "again").mkdir()
run(*BUILD, "--output", "again/starter.pack")
for ending in ("", ".minisig"):
    same((folder / f"starter.pack{ending}").read_bytes(),
        (folder / f"again/starter.pack{ending}").read_bytes(), f"the same pack again{ending}")
run(*BUILD, "--output", "again/starter.pack")
same(lines(run("show", "again/starter.pack", "--json"))[0]["version"], 2, "the next version")
run(*BUILD, "--output", "again/starter.pack", "--version-number", "2", status=2)
run(*BUILD, "--output", "again/starter.pack", "--version-number", "20")
check("starter" in run(*BUILD, "--output", "again/starter.pack", "--id", "x", status=2).stderr,
    "a pack of another name is kept")
kept = write("again/letter", "a letter").read_bytes()
run(*BUILD, "--output", "again/letter", status=2)
same((folder / "again/letter").read_bytes(), kept, "a file that is no pack")

# --- diff ---
same(run("diff", "starter.pack", "starter.pack", "--json").stdout.count("\n"), 1, "no difference")
write("public/a.yar", GOOD % ("A", "changed") + GOOD % ("New", "nnnn"))
write("t.hdb", f"{MD5}:544:Other-Name\n00006b30806f915911349d82beeb1aeb9025adb4\n")
run(*BUILD, "--output", "again/starter.pack")
*changes, total = lines(run("diff", "starter.pack", "again/starter.pack", "--json", status=1))
same(sorted((c["change"], c["name"]) for c in changes),
    [("added", "New"), ("changed", "A"), ("removed", "B"), ("removed", "External")], "rules")
same((total["hashes"], total["new_version"]), ({"added": 1, "removed": 0, "changed": 1}, 21), "sums")

# --- verify ---
NOW = {k: v for k, v in ENVIRONMENT.items() if k != "SOURCE_DATE_EPOCH"}
run(*BUILD, "--output", "good.pack", "--expires", "30", env=NOW)
verdict = lines(run("verify", "good.pack", "--public-key", "key.pub", "--json"))[0]
same((verdict["signature"], verdict["whole"], verdict["bad_rules"]), ("good", True, 0), "verify")
run("verify", "good.pack", "--public-key", made["public_key"])
run("verify", "good.pack", status=3)
check("expired" in run("verify", "starter.pack", "--public-key", "key.pub", status=1).stdout, "expiry")
run("keygen", "--output", "stranger")
check("Do not use" in run("verify", "good.pack", "--public-key", "stranger.pub", status=1).stdout,
    "another key")
whole, signature = (folder / "good.pack").read_bytes(), (folder / "good.pack.minisig").read_bytes()
for at in (0, 4, 20, len(whole) // 2, len(whole) - 1):
    write("bad.pack", whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
    write("bad.pack.minisig", signature)
    check("Do not use" in run("verify", "bad.pack", "--public-key", "key.pub", status=1).stdout,
        f"byte {at} changed")
write("bad.pack", whole[:-1])
run("verify", "bad.pack", "--public-key", "key.pub", status=1)
run("verify", "bad.pack", status=1)
write("bad.pack", whole)
# No signature at all is nothing to be judged.
(folder / "bad.pack.minisig").unlink()
run("verify", "bad.pack", "--public-key", "key.pub", status=2)
run("verify", "good.pack", "--public-key", "t.hdb", status=2)

# --- what does not begin ---
for arguments in (("--key", "key"), ("--output", "x"), ("--rules", "public", "--key", "key"),
        ("--rules", "public", "--key", "none", "--output", "x.pack"),
        ("--rules", "public", "--key", "t.hdb", "--output", "x.pack"),
        ("--rules", "none", "--key", "key", "--output", "x.pack"),
        ("--rules", "public", "--rules", "public", "--key", "key", "--output", "x.pack"),
        ("--rules", "public", "--key", "key", "--output", "x.pack", "--expires", "0"),
        ("--rules", "public", "--key", "key", "--output", "x.pack", "--expires", "2001-01-01"),
        ("--rules", "public", "--key", "key", "--output", "x.pack", "--id", "../x"),
        ("--hashes", "iocs.txt", "--key", "key", "--output", "x.pack"),
        ("--key", "key", "--output", "x.pack")):
    run("build", *arguments, status=2)
    check(not (folder / "x.pack").exists(), f"{arguments}: no pack")
write("half/vi/onlyhere.md", "# x\n")
(folder / "half/en").mkdir()
check("onlyhere" in run("build", "--rules", "public", "--pages", "half", "--key", "key", "--output",
    "x.pack", status=2).stderr, "a page in one language")
same([p.name for p in folder.rglob(".tmp-*")], [], "temporary files")

# --- passwords: of a file, typed, wrong, missing ---
write("word", "mật khẩu dài\n")
write("wrong", "another\n")
write("empty", "\n")
run("keygen", "--output", "locked", "--password-file", "word")
run("keygen", "--output", "locked2", "--password-file", "empty", status=2)
LOCKED = ("build", "--rules", "public", "--key", "locked", "--output", "locked.pack")
run(*LOCKED, "--password-file", "word")
check("wrong password" in run(*LOCKED, "--password-file", "wrong", status=2).stderr, "wrong password")
check("--password-file" in run(*LOCKED, status=2).stderr, "no password, no terminal")
status, screen = typed([PROGRAM, "pack", *LOCKED], "mật khẩu dài")
same(status, 0, f"a typed password: {screen}")
check("mật khẩu dài" not in screen, f"a password on the screen: {screen}")
status, screen = typed([PROGRAM, "pack", "keygen", "--output", "typed"], "one", "two")
check(status == 2 and not (folder / "typed").exists(), f"passwords that differ: {screen}")
status, screen = typed([PROGRAM, "pack", "keygen", "--output", "typed"], "one", "one")
same(status, 0, f"a typed new password: {screen}")

# --- minisign itself ---
if MINISIGN:
    def minisign(*arguments, status=0):
        done = subprocess.run([MINISIGN, *map(str, arguments)], cwd=folder, capture_output=True,
            text=True, stdin=subprocess.DEVNULL)
        same(done.returncode, status, f"minisign {arguments}: {done.stdout}{done.stderr}")
        return done.stdout

    said = minisign("-Vm", "good.pack", "-p", "key.pub")
    check(re.search(r"id:good version:1 expires:20", said), f"trusted comment: {said}")
    minisign("-Vm", "locked.pack", "-p", "locked.pub")
    minisign("-Vm", "good.pack", "-p", "stranger.pub", status=1)
    # Its keys sign our packs, its signatures are ours.
    minisign("-G", "-W", "-p", "mini.pub", "-s", "mini.key")
    run("build", "--rules", "public", "--key", "mini.key", "--output", "mini.pack", env=NOW)
    minisign("-Vm", "mini.pack", "-p", "mini.pub")
    run("verify", "mini.pack", "--public-key", "mini.pub")
    minisign("-Sm", "mini.pack", "-s", "mini.key", "-t", "id:mini version:1")
    run("verify", "mini.pack", "--public-key", "mini.pub")
    minisign("-Sm", "mini.pack", "-s", "mini.key", "-t", "id:mini version:9")
    check("another pack" in run("verify", "mini.pack", "--public-key", "mini.pub", status=1).stdout,
        "a signature that speaks of another version")
    status, screen = typed([MINISIGN, "-G", "-p", "mini2.pub", "-s", "mini2.key"], "one", "one")
    same(status, 0, f"minisign -G: {screen}")
    write("one", "one")
    run("build", "--rules", "public", "--key", "mini2.key", "--password-file", "one", "--output",
        "mini2.pack")
    minisign("-Vm", "mini2.pack", "-p", "mini2.pub")
    status, screen = typed([MINISIGN, "-Sm", "good.pack", "-s", "typed"], "one")
    same(status, 0, f"minisign signs with our key: {screen}")
    minisign("-Sm", "good.pack", "-s", "key", "-W", "-t", "id:good")
    run("verify", "good.pack", "--public-key", "key.pub")
else:
    print("minisign is not installed: not held against it")
