# SPDX-License-Identifier: Apache-2.0
"""What quetsach-scan remembers, and does not believe; interrupted, paused and held back. Files that are to be
remembered must have been left alone for a while: the rest is done meanwhile."""
import os
import random
import resource
import shutil
import signal
import time

import tracing
from flow import check, same
from scanning import NOBODY, PLANTED, RULES, Machine, adopt_orphans, busy_workers, bury_orphans, timed, workers_at

SETTLED = 42  # seconds; SCAN_SETTLED of limits.def and some
STOPPED = 9  # seconds
COUNT, EVERY = 2000, 50
INTERRUPTIONS = 20
SCANS = 200  # among which those have to be
# As long as it is given: for each byte it looks at every byte before it.
SLOWLY = r"""
rule Slowly { strings: $a = "begin slowly" condition: $a and
  for all i in (0..filesize) : (for all j in (0..filesize) : (uint8(i) + uint8(j) < 999)) }
"""


def slow(kilobytes):
    return b"begin slowly" + bytes(kilobytes << 10) + b"\xff\xff"


def make_settling(m):
    settling = m.folder / "settling"
    for i in range(COUNT):
        folder = settling / f"d{i % 37}" / f"e{i % 5}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"f{i}").write_bytes(PLANTED if i % EVERY == 0 else b"nothing %d " % i * 100)
    return settling, time.monotonic() + SETTLED


def number(i):
    return f"d{i % 37}/e{i % 5}/f{i}"


# --- meanwhile ---

def paused(m):
    """A stop of the whole group, as ^Z does, in the middle of a file, is no delay of the file's. On a
    fast machine it takes a larger one to be met at."""
    met = []

    def pause(child):
        large = m.here / "large"
        met[:] = workers_at(child, large) if tracing.may_look_into_others() else busy_workers(child)
        if met:
            os.killpg(child.pid, signal.SIGSTOP)
            time.sleep(STOPPED)
            os.killpg(child.pid, signal.SIGCONT)

    for kilobytes in (3, 6, 12):
        (m.fresh() / "large").write_bytes(slow(kilobytes) + PLANTED)
        found, missed, _ = m.scan("--no-cache", "--timeout", STOPPED - 1, m.here, status=1, meanwhile=pause,
            start_new_session=True)
        same((set(found), missed), ({"large"}, {}), "stopped and continued")
        if met:
            return
    check(False, "it was never stopped at the file")


def spent(m, *arguments):
    """Seconds of the clock and of processors that a scan of m.here took."""
    adopt_orphans()
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    _, missed, _ = m.scan("--no-cache", *arguments, m.here, status=1)
    seconds = time.monotonic() - began
    bury_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    same(missed, {}, "held back, and complete")
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def processor_share(m):
    """A quarter of one processor: the clock must show what was used, four times over; a busy machine only
    makes that longer. The first batches and what is loaded before are not held back, so a fast machine
    is given more to do until they no longer count."""
    here, share = m.fresh(), 0.25
    for count in (50, 100, 200, 400, 800):
        for i in range(count):
            (here / f"f{i}").write_bytes(slow(1) if i % 4 == 0 else PLANTED)
        seconds, used = spent(m, "--workers", 1, "--cpu", 25)
        print(f"  {used:.1f} s of processors in {seconds:.1f} s")
        if seconds > 0.5 * used / share:
            return
    check(False, "--cpu 25 never held it back")


def bytes_a_second(m):
    """12 MiB at 3 MiB a second; four batches of a MiB are on their way, a second is saved up."""
    here = m.fresh()
    for i in range(48):
        (here / f"f{i}").write_bytes((PLANTED if i == 0 else b"nothing ") * 32768)
    seconds, _ = spent(m, "--workers", 1, "--io", 3 << 20)
    check(seconds > 1.5, f"--io: {seconds:.1f} s")


# --- what is remembered ---

def cache(m):
    """All but what was found, until it changes in whatever way."""
    whole, _, _ = m.scan("--no-cache", m.here, status=1)
    same(set(whole), {number(i) for i in range(0, COUNT, EVERY)}, "what is planted")
    _, _, first = m.scan(m.here, status=1)
    same(first["cached"], 0, "the first time all are looked at")
    _, _, again = m.scan(m.here, status=1)
    same(again["cached"], COUNT - len(whole), "then only what was found")
    changed = m.here / number(3)
    before = changed.stat()
    kept = changed.read_bytes()
    # The same size, the times put back: only the time of the change itself tells.
    changed.write_bytes(PLANTED.ljust(before.st_size))
    os.utime(changed, ns=(before.st_atime_ns, before.st_mtime_ns))
    same((changed.stat().st_size, changed.stat().st_mtime_ns), (before.st_size, before.st_mtime_ns), "hidden")
    # A known file's name given to another.
    os.rename(m.here / number(0), m.here / number(4))
    os.utime(m.here / number(5))
    os.rename(m.here / number(6), m.here / "d0" / "moved")
    found, _, again = m.scan(m.here, status=1)
    same(set(found), set(whole) - {number(0)} | {number(3), number(4)}, "what was hidden is found")
    same(again["cached"], COUNT - 1 - len(whole) - 4 + 1, "and what has changed in no way is known")
    changed.write_bytes(kept)
    (m.here / number(0)).write_bytes(PLANTED)
    (m.here / number(4)).write_bytes(b"nothing again")


def state_files(m, state):
    (verdicts,) = (m.folder / state).glob("**/verdicts")
    return verdicts, verdicts.with_name("verdicts.key")


def change_byte(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def replace_by_link(path):
    moved = path.with_name("elsewhere")
    path.rename(moved)
    path.symlink_to(moved)


def second_name(path):
    os.link(path, path.with_name("second"))


def not_believed(m):
    """A cache or key that somebody else wrote, or could have: not used, told, nothing passes as clean."""
    tampered = {
        "a byte of the head": lambda v, k: change_byte(v, 20),
        "a byte of a verdict": lambda v, k: change_byte(v, 200),
        "a byte of the key": lambda v, k: change_byte(k, 5),
        "another machine's": lambda v, k: shutil.copyfile(m.folder / "other-state" / v.name, v),
        "others may write it": lambda v, k: v.chmod(0o666),
        "others may read the key": lambda v, k: k.chmod(0o644),
        "a link": lambda v, k: replace_by_link(v),
        "the key a link": lambda v, k: replace_by_link(k),
        "of two names": lambda v, k: second_name(v),
        "a folder": lambda v, k: (v.unlink(), v.mkdir()),
        "words": lambda v, k: v.write_bytes(b"all of them are clean\n" * 1000),
    }
    if os.geteuid() == 0:
        tampered["of somebody else"] = lambda v, k: os.chown(v, NOBODY, NOBODY)
        tampered["the key of somebody else"] = lambda v, k: os.chown(k, NOBODY, NOBODY)
    whole, _, _ = m.scan("--no-cache", m.here, status=1)
    m.scan(m.here, status=1, state="other-state")
    m.scan(m.here, status=1)
    shutil.copytree(m.folder / "state", m.folder / "kept")
    for what, tamper in tampered.items():
        shutil.rmtree(m.folder / "state")
        shutil.copytree(m.folder / "kept", m.folder / "state")
        tamper(*state_files(m, "state"))
        found, _, summary = m.scan(m.here, status=1)
        same((set(found), summary["files"]), (set(whole), COUNT), f"{what}: everything is found")
        # What stands before the changed verdict holds by itself.
        most = 0 if what != "a byte of a verdict" else COUNT
        check(summary["cached"] <= most, f"{what}: not believed: {summary}")
        check("not used" in m.last.error, f"{what}: and told: {m.last.error!r}")


def forgotten_key(m):
    """Without its key a cache says nothing; no alarm is needed, a new one is made."""
    verdicts, key = state_files(m, "state")
    key.unlink()
    _, _, summary = m.scan(m.here, status=1)
    same(summary["cached"], 0, "another key")


# --- interrupted ---

def interrupted(m):
    """At any moment, softly and hard, again and again: together as much as at one go. What is done until
    then is what this machine needs to be met at it: who has reached the end begins anew and goes slower,
    who had not begun gets longer."""
    whole, _, _ = m.scan("--no-cache", m.here, status=1)
    speed = sum(path.stat().st_size for path in m.here.glob("**/f*")) // 2
    longest, united, known = 0.6, None, [0]
    before_the_end = 0
    for i in range(SCANS):
        if before_the_end >= INTERRUPTIONS and united is not None and max(known) > 0:
            break
        if united is None:
            shutil.rmtree(m.folder / "state")
            m.scan(m.folder / "rules", status=1)  # prepares the engine
            united, known = set(), [0]
        sign = (signal.SIGINT, signal.SIGKILL)[i % 2]
        found, _, summary = m.scan(m.here, "--resume", "--io", speed,
            meanwhile=lambda child, sign=sign: (time.sleep(random.uniform(0.05, longest)), child.send_signal(sign)))
        bury_orphans()
        united.update(found)
        check(set(found) <= set(whole), f"nothing else is found: {set(found) - set(whole)}")
        if summary is None:  # by SIGINT too, before it began
            check(m.last.status in (-signal.SIGKILL, -signal.SIGINT), f"no summary, and exit {m.last.status}")
            before_the_end += 1
        elif summary["interrupted"]:
            before_the_end += 1
            check(m.last.status == (1 if found else 3), f"exit {m.last.status} of an interrupted scan")
            check(any(line["reason"] == "interrupted" for line in m.last.unscanned()), "and told")
            known.append(summary["cached"])
        else:
            # Killed after its last line and before its exit, it had done all of it.
            check(m.last.status in (1, -signal.SIGKILL), f"exit {m.last.status} of a whole scan")
            check_whole(summary, found, united, whole, known)
            united, speed = None, speed // 2
        if sign == signal.SIGINT and (summary is None or summary["interrupted"] and summary["cached"] == 0):
            longest *= 1.5
    check(before_the_end >= INTERRUPTIONS, f"interrupted for real: {before_the_end} of {i}")
    check(united is not None and max(known) > 0, "and gone on with")
    found, missed, summary = m.scan(m.here, "--resume", status=1)
    same(missed, {}, "interrupted and resumed")
    check_whole(summary, found, united | set(found), whole, known)
    print(f"  {before_the_end} of {i} interrupted, known at the last: {known}, in the end {summary['cached']}")


def check_whole(summary, found, united, whole, known):
    """A scan that came to its end after some that did not; known: how much each of those remembered."""
    same((summary["files"], summary["not_scanned"], summary["interrupted"]), (COUNT, 0, False), "all files in the end")
    same((set(found), united), (set(whole), set(whole)), "all that one finds at one go")
    check(summary["cached"] >= max(known), f"what was done before is not done again: {summary} {known}")


def main():
    m = Machine(RULES + SLOWLY)
    settling, until = make_settling(m)
    for test in (paused, processor_share, bytes_a_second):
        timed(test, m)
    # Only now: what was made before it is not on the way.
    time.sleep(max(0, until - time.monotonic()))
    m.here = settling
    for test in (cache, interrupted, not_believed, forgotten_key):
        timed(test, m)


main()
