# SPDX-License-Identifier: Apache-2.0
"""Workers of quetsach-scan come to harm: killed, stopped, out of memory, taken over. The scan goes on, and
nothing of theirs is ever clean."""
import os
import random
import signal
import sys
import time
from pathlib import Path

import tracing
from flow import check, same
from scanning import EICAR, PLANTED, RULES, ROOT, Machine, adopt_orphans, bury_orphans, makers, \
    open_files, timed, workers, workers_at

sys.path.insert(0, str(ROOT / "tests" / "hostile"))
import greedy  # noqa: E402 - after its folder is known

MEMORY = 1536 << 20  # SCAN_MEMORY of limits.def
FILES, EVERY, SECONDS = 3000, 30, 4
# As long as it is given: for each byte it looks at every byte before it.
ENDLESS = r"""
rule Endless { strings: $a = "begin the endless" condition: $a and
  for all i in (0..filesize) : (for all j in (0..filesize) : (uint8(i) + uint8(j) < 999)) }
"""
FORBIDDEN = ("open", "openat", "openat2", "socket", "connect", "execve", "execveat", "fork", "vfork",
    "clone", "clone3", "kill", "ptrace", "pidfd_send_signal", "process_vm_writev", "unlink", "unlinkat",
    "rename", "chmod", "mount", "unshare", "setuid", "prctl", "memfd_create", "bpf", "io_uring_setup")
READ_WRITE_RUN, PRIVATE_NOWHERE = 7, 0x22
UNENDING = 200000  # bytes, on any machine


def many_files(m):
    """And how they are to be scanned: in no less than some seconds, however fast the machine is, so that
    somebody is there to come to harm."""
    here = m.fresh()
    for i in range(FILES):
        (here / f"f{i}").write_bytes(PLANTED if i % EVERY == 0 else b"nothing" * (i % 500))
    speed = sum(path.stat().st_size for path in here.iterdir()) // SECONDS
    return ("--no-cache", "--io", speed, here), {f"f{i}" for i in range(0, FILES, EVERY)}


def kill(pid, sign):
    """Whether it was still there."""
    try:
        os.kill(pid, sign)
    except ProcessLookupError:
        return False
    return True


def killed_workers(m):
    """At random moments, from outside."""
    scan, planted = many_files(m)
    killed = []

    def kill_some(child):
        while child.poll() is None and len(killed) < 10:
            for worker in workers(child):
                if kill(worker, random.choice([signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])):
                    killed.append(worker)
            time.sleep(random.uniform(0, 0.04))

    found, missed, summary = m.scan(*scan, meanwhile=kill_some)
    check(killed, "at least one worker was killed")
    same(summary["files"], FILES, "the scan went on")
    check(planted <= set(found) | set(missed), "found or told, never clean")
    check(set(missed.values()) <= {"crash"}, f"why: {missed}")
    same([name for name, lines in found.items() if len(lines) != 1], [], "what was given again is told once")


def killed_maker(m):
    """The process that makes workers dies, and theirs with it: once is no reason to give up."""
    scan, planted = many_files(m)
    killed = []

    def kill_it(child):
        while child.poll() is None and not killed:
            killed.extend(maker for maker in makers(child) if workers(child) and kill(maker, signal.SIGKILL))

    found, missed, summary = m.scan(*scan, meanwhile=kill_it)
    check(killed, "the maker was killed")
    check(planted <= set(found) | set(missed), "found or told, never clean")
    same(summary["files"], FILES, "the scan went on")


def killed_again_and_again(m):
    """Whatever makes workers dies each time: the scan gives up with a word, never with "clean"."""
    scan, _ = many_files(m)

    def kill_each(child):
        while child.poll() is None:
            for maker in makers(child):
                kill(maker, signal.SIGKILL)

    m.scan(*scan, status=2, meanwhile=kill_each)
    same(m.last.summary, None, "no summary of a scan that failed")
    check(m.last.error, "and a word of why")


def killed_alone(m):
    """Told of the file it had, with what the worker died of."""
    if not tracing.may_look_into_others():
        return
    here = m.fresh()
    large(here / "large", UNENDING)

    def kill_it(child):
        for worker in workers_at(child, m.here / "large"):
            os.kill(worker, signal.SIGKILL)

    found, missed, _ = m.scan("--no-cache", here, status=3, meanwhile=kill_it)
    same((found, missed), ({}, {"large": "crash"}), "told, not clean")
    same(m.last.unscanned()[0]["about"], "SIGKILL", "of what")


def large(path, size):
    """Takes a worker long enough to be met at it, and has something in it."""
    path.write_bytes(b"begin the endless" + bytes(size) + PLANTED)


def endless(m):
    """A file that a rule never gets done with."""
    here = m.fresh()
    (here / "slow").write_bytes(b"begin the endless" + bytes(UNENDING))
    (here / "bad").write_bytes(PLANTED)
    found, missed, _ = m.scan("--no-cache", "--timeout", 1, here, status=1)
    same((set(found), missed), ({"bad"}, {"slow": "time"}), "told")


def greedy_files(m):
    """Files that say they need gigabytes to be opened: opened with less, or told; within the limit."""
    # A sanitizer's malloc would rather die than answer NULL.
    m.environment = {"ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:allocator_may_return_null=1"}
    adopt_orphans()
    for name, content, opened in greedy.samples(EICAR):
        here = m.fresh()
        (here / name).write_bytes(content)
        (here / "bad").write_bytes(PLANTED)
        found, missed, _ = m.scan("--no-cache", here, status=1)
        most = bury_orphans()
        check("bad" in found, f"{name}: others are found")
        check(name in found or missed.get(name) == ("expansion" if name in greedy.BOMBS else "memory"),
            f"{name}: opened, or told why not: {m.last.unscanned()}")
        check(name in found or not opened, f"{name}: no reason not to open it: {m.last.unscanned()}")
        check(most < MEMORY, f"{name}: {most >> 20} MiB")
    m.environment = {}


# --- what a worker that was taken over can do ---

def harm(m, name, *arguments, size=UNENDING):
    """A worker is made to do the call in the middle of its only file. What became of it, if it was met."""
    done = []
    large(m.fresh() / "large", size)

    def take_over(child):
        for worker in workers_at(child, m.here / "large"):
            try:
                traced = tracing.Traced(worker)
                done.append(traced.call(name, *arguments))
                if not isinstance(done[-1], signal.Signals):
                    traced.release()
            except ProcessLookupError:
                pass  # the scan has ended, and the worker with it

    found, missed, _ = m.scan("--no-cache", "--workers", 1, m.here, meanwhile=take_over)
    return done, found, missed


def allowed(m):
    """The way of asking is harmless: a call that is allowed comes back, and the file is looked at to its
    end. It has to have one, and not before the worker is met."""
    for size in (3000, 6000, 12000, 24000):
        done, found, missed = harm(m, "read", -1, 0, 0, size=size)
        same((set(found), missed), ({"large"}, {}), "a call that is allowed")
        if done and done != [signal.SIGKILL]:  # at the end of the scan
            same(done, [-9], "what it gives")
            return
    check(False, "no worker was met")


def sandbox(m):
    if not tracing.possible():
        print("no right to, or no x86_64: no worker is made to do forbidden calls")
        return
    allowed(m)
    for name, *arguments in (*((name,) for name in FORBIDDEN),
            ("mmap", 0, 4096, READ_WRITE_RUN, PRIVATE_NOWHERE, -1, 0), ("mprotect", 0, 4096, READ_WRITE_RUN)):
        done, found, missed = harm(m, name, *arguments)
        same(done, [signal.SIGSYS], f"{name}: what became of it")
        same((found, missed), ({}, {"large": "crash"}), f"{name}: told, not clean")
        same(m.last.unscanned()[0]["about"], "SIGSYS", f"{name}: of what")


def rights(m):
    """What a worker has while it works."""
    if not tracing.may_look_into_others():
        return
    here = m.fresh()
    large(here / "large", UNENDING)
    seen = []

    def look(child):
        for worker in workers_at(child, m.here / "large"):
            status = dict(line.split(":\t", 1) for line in
                Path(f"/proc/{worker}/status").read_text().splitlines() if ":\t" in line)
            seen.append((status, open_files(worker)))
            os.kill(worker, signal.SIGKILL)

    m.scan("--no-cache", "--workers", 1, here, status=3, meanwhile=look)
    for status, links in seen:
        same((status["NoNewPrivs"], status["Seccomp"]), ("1", "2"), "a filter that nothing lifts")
        opened = [link for link in links if link.startswith("/") and not link.startswith("/dev/null")]
        check(set(opened) <= {str(here / "large")}, f"only the file it was handed: {links}")
        check(sum(link.startswith("socket:") for link in links) <= 1, f"one socket: {links}")
    check(seen, "a worker was met")


def main():
    m = Machine(RULES + ENDLESS)
    for test in (killed_workers, killed_maker, killed_again_and_again, killed_alone, endless, greedy_files,
            sandbox, rights):
        timed(test, m)


main()
