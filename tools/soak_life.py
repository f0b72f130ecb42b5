#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A data folder lives through months in minutes: files come, late and repeated and retracted; compaction, retention, backup
and restore run; a server answers meanwhile; anything is killed at any moment. A model of Python's sets says what the right
answers are. script/soak calls this. Status 1 on a wrong answer; the data folder is then kept."""
import argparse
import collections
import http.client
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "flow"))
OLD = 420  # days back, past retention's 13 months
GROWTH = 24 << 20  # bytes more that a process may hold after a while; what is above is told as a leak
SERVED_AFTER = 3.0  # seconds in which the portal sees what was published


def day_text(day):
    return (date(1970, 1, 1) + timedelta(days=day)).isoformat()


class Soak:
    def __init__(self, options):
        self.options = options
        self.random = random.Random(options.seed)
        self.home = Path(tempfile.mkdtemp(prefix="quetsach-life-", dir=os.environ.get("TMPDIR", "/var/tmp")))
        self.data = self.home / "data"
        self.papers = {}  # name: Paper, all ever given
        self.live = set()  # names
        self.gone = set()  # names of files whose sightings retention has deleted
        self.done = collections.Counter()
        self.kills = collections.Counter()
        self.wrong = []
        self.readers = []  # (as_of, window, feed, answer) of those who read while others wrote
        self.stopping = threading.Event()
        self.whole = threading.Lock()  # nobody reads beside while derived files are spoilt: damage is told as such
        self.server = None
        self.watched = {}  # pid: [name, first (rss, fds), last (rss, fds), begun]
        self.port = None
        self.published = 0.0  # moment of the last change that is served
        self.names = 0

    # --- the program ---

    def command(self, *words, data=None):
        return [self.options.program, *map(str, words), "--data", str(data or self.data), "--lang", "en"]

    def run(self, *words, fine=(0,), data=None):
        done = subprocess.run(self.command(*words, data=data), capture_output=True, text=True)
        if fine and done.returncode not in fine:
            self.fault(f"{words}: status {done.returncode}: {done.stdout[-500:]}{done.stderr[-1500:]}")
        return done

    def ask(self, *words, data=None, fine=(0,)):
        done = self.run(*words, "--json", data=data, fine=fine)
        try:
            return [json.loads(line) for line in done.stdout.splitlines()]
        except ValueError:
            self.fault(f"{words}: no JSON: {done.stdout[-500:]}")
            return []

    def fault(self, what):
        self.wrong.append(what)
        print(f"WRONG: {what}", flush=True)

    def killed(self, what, *words):
        """Runs it and kills it somewhere on the way, or not; what it had said by then, and whether it was killed."""
        process = subprocess.Popen(self.command(*words, "--json"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)
        self.wait_or_kill(process)
        said = process.communicate()[0]
        was = process.returncode == -signal.SIGKILL
        self.kills[what] += was
        return said, was

    def wait_or_kill(self, process):
        """Half of them live."""
        if self.random.random() < 0.5:
            return
        try:
            process.wait(timeout=self.random.random() ** 2 * self.options.patience)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)

    # --- made-up reports ---

    def address(self):
        r = self.random
        if r.random() < 0.15:
            return f"2001:ee0:{r.randrange(40):x}::{r.randrange(1, 9):x}"
        return f"14.{r.randrange(160, 164)}.{r.randrange(16)}.{r.randrange(1, 255)}"

    def report(self, day):
        """One hour of a day, or all of it; sometimes with rows that another file of that day has too."""
        r = self.random
        hour = r.randrange(24) if r.random() < 0.8 else None
        begin, length = (day * 86400, 86400) if hour is None else (day * 86400 + hour * 3600, 3600)
        begin, now = min(begin, int(time.time()) - 7200), int(time.time()) - 1
        infections = ["mirai", "ramnit", "zeus", "conficker", "sality", "necurs"]
        rows = {(min(begin + r.randrange(length), now), self.address(), r.choice(infections)) for _ in range(r.choice((3, 40, 300)))}
        from flow import HEADER, sinkhole
        lines = [sinkhole(datetime.fromtimestamp(s, timezone.utc), ip, name, event=i) for i, (s, ip, name) in enumerate(sorted(rows))]
        twin = next((p for p in self.papers.values() if p.first // 86400 == day), None)
        if twin and r.random() < 0.4:
            lines += twin.text.splitlines(keepends=True)[1:20]
        return HEADER + "".join(lines)

    def new_paper(self):
        from held import Paper
        today = int(time.time()) // 86400
        back = self.random.choice((0, 0, 1, 1, 2, 3, 5, 8, 8, 8, 20, 29, 45, OLD, OLD + 1))
        self.names += 1
        name = f"report-{self.names:05d}.csv"
        text = self.report(today - back)
        path = self.home / name
        path.write_text(text)
        paper = Paper(name, self.random.choice(("one", "two", "three")), text)
        self.papers[name] = paper
        return paper

    # --- what is in, by the catalogue's own word: only which file came and went with which change ---

    def history(self, data=None):
        db = sqlite3.connect(f"file:{data or self.data}/catalogue.db?mode=ro", uri=True, timeout=30)
        try:
            return db.execute("SELECT name, added, retracted, dropped FROM file ORDER BY id").fetchall()
        finally:
            db.close()

    def live_now(self):
        return {Path(name).name for name, _, retracted, _ in self.history() if not retracted}

    # --- what is done ---

    def do_ingest(self):
        feed_papers = [self.new_paper() for _ in range(self.random.choice((1, 1, 1, 3, 8)))]
        feed = feed_papers[0].feed
        for p in feed_papers:
            p.feed = feed
        again = self.random.sample(sorted(self.live), min(len(self.live), self.random.randrange(2)))
        again = [n for n in again if self.papers[n].feed == feed]
        files = [self.home / p.name for p in feed_papers] + [self.home / n for n in again]
        said, was = self.killed("ingest", "ingest", "--feed", feed, *files)
        acknowledged = {Path(json.loads(line)["file"]).name for line in said.splitlines(keepends=True)
            if line.endswith("\n") and '"already":false' in line}
        self.settle({p.name for p in feed_papers}, acknowledged, was)
        if was:
            self.run("ingest", "--feed", feed, *files)
            self.settle({p.name for p in feed_papers}, {p.name for p in feed_papers}, False)

    def settle(self, possible, acknowledged, was):
        """After an ingest: what was acknowledged is in, nothing else than what was given is."""
        live = self.live_now()
        if not self.live | acknowledged <= live:
            self.fault(f"lost: {sorted((self.live | acknowledged) - live)}")
        if not live <= self.live | possible:
            self.fault(f"came from nowhere: {sorted(live - self.live - possible)}")
        if not was and not possible <= live:
            self.fault(f"not taken in: {sorted(possible - live)}")
        self.live = live
        self.published = 0.0 if was else time.monotonic()

    def do_retract(self):
        if len(self.live) < 6:
            return
        name = self.random.choice(sorted(self.live))
        _, was = self.killed("retract", "retract", self.home / name)
        live = self.live_now()
        if was and live == self.live:
            self.run("retract", self.home / name)
            live = self.live_now()
        elif was:
            self.run("publish")
        if live != self.live - {name}:
            self.fault(f"retract of {name}: {sorted(live ^ (self.live - {name}))}")
        self.live = live
        self.published = time.monotonic()

    def do_retain(self):
        _, was = self.killed("retain", "retain")
        if was:
            self.run("retain")
        now = datetime.now(timezone.utc)
        months = now.year * 12 + now.month - 1 - 13
        before = datetime(months // 12, months % 12 + 1, min(now.day, 28), tzinfo=timezone.utc).timestamp()
        self.gone |= {n for n in self.live if self.papers[n].last < before}
        self.published = time.monotonic()

    def do_compact(self):
        _, was = self.killed("compact", "compact")
        if was:
            self.run("compact")

    def do_rebuild(self):
        with self.whole:
            self.spoil_and_rebuild()

    def spoil_and_rebuild(self):
        folder = sorted((self.data / "derived").iterdir())
        for path in self.random.sample(folder, min(len(folder), 3)):
            spoil = self.random.randrange(3)
            if spoil == 0:
                path.unlink(missing_ok=True)
            elif spoil == 1:
                path.write_bytes(path.read_bytes()[:-7])
            else:
                content = bytearray(path.read_bytes())
                content[self.random.randrange(len(content))] ^= 64
                path.write_bytes(content)
        _, was = self.killed("rebuild", "rebuild")
        if was:
            self.run("rebuild")

    def do_publish(self):
        _, was = self.killed("publish", "publish")
        if was:
            self.run("publish")
        self.published = time.monotonic()

    def do_verify(self):
        verdict = self.ask("verify")
        if verdict and verdict[0]["faults"]:
            self.fault(f"verify: {self.run('verify', fine=()).stderr[-1000:]}")

    def counted(self, window, feed, names=None):
        from held import top_botnets
        names = self.live - self.gone if names is None else names
        return top_botnets([self.papers[n] for n in names], *window, feed)

    def window(self):
        today = int(time.time()) // 86400
        first = today - self.random.choice((0, 1, 2, 8, 9, 30, 60, OLD + 2))
        return first, min(today, first + self.random.choice((0, 1, 7, 30, OLD + 5)))

    def top(self, window, feed, data=None):
        words = ["top", "botnets", "--from", day_text(window[0]), "--to", day_text(window[1])]
        return self.ask(*words, *(["--feed", feed] if feed else []), data=data)

    def do_top(self):
        from held import told
        window, feed = self.window(), self.random.choice((None, None, "one", "two"))
        answer = self.top(window, feed)
        if answer and told(answer[0]) != self.counted(window, feed):
            self.fault(f"top {window} {feed}: {told(answer[0])} instead of {self.counted(window, feed)}")

    def do_check(self):
        from held import unit_of
        names = sorted(self.live - self.gone)
        lines = [line.split(",") for n in self.random.sample(names, min(3, len(names)))
            for line in self.papers[n].text.splitlines()[1:3]]
        asked = [line[2] for line in lines] + ["198.18.0.1"]
        for answer in self.ask("check", *asked, fine=(0, 1)):
            unit = unit_of(answer["ip"])
            right = {(b, self.papers[n].feed) for n in names for _, u, b in self.papers[n].rows if u == unit}
            got = {(s["botnet"], s["feed"]) for s in answer["sightings"]}
            if got != right:
                self.fault(f"check {answer['ip']}: {got} instead of {right}")

    def do_backup(self):
        file, other = self.home / "backup.qsb", self.home / "restored"
        file.unlink(missing_ok=True)
        shutil.rmtree(other, ignore_errors=True)
        _, was = self.killed("backup", "backup", file)
        if was:
            file.unlink(missing_ok=True)
            self.run("backup", file)
        _, was = self.killed_restore(file, other)
        if was:
            shutil.rmtree(other, ignore_errors=True)
            self.run("restore", file, data=other)
        from held import told
        window = self.window()
        answer = self.top(window, None, data=other)
        if answer and told(answer[0]) != self.counted(window, None):
            self.fault(f"restored {window}: {told(answer[0])} instead of {self.counted(window, None)}")
        verdict = self.ask("verify", data=other)
        if verdict and verdict[0]["faults"]:
            self.fault("verify of what was restored")

    def killed_restore(self, file, other):
        process = subprocess.Popen(self.command("restore", file, data=other), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        self.wait_or_kill(process)
        process.wait()
        was = process.returncode != 0
        self.kills["restore"] += was
        return "", was

    # --- the server ---

    def serve(self):
        self.server = subprocess.Popen(self.command("serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1"),
            stderr=subprocess.PIPE, text=True, start_new_session=True)
        for line in self.server.stderr:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                self.port = int(found[1])
                break
        else:
            self.fault("the server did not start")
        threading.Thread(target=collections.deque, args=(self.server.stderr, 0), daemon=True).start()

    def children(self):
        try:
            path = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children")
            return [int(pid) for pid in path.read_text().split()]
        except OSError:
            return []

    def watch(self):
        """How large the server's processes are, from their twentieth second on."""
        for pid in [self.server.pid, *self.children()]:
            try:
                rss = int(re.search(r"RssAnon:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) << 10
                size = rss, len(os.listdir(f"/proc/{pid}/fd"))
            except (OSError, TypeError):
                continue
            name = "supervisor" if pid == self.server.pid else "portal"
            entry = self.watched.setdefault(pid, [name, None, None, time.monotonic()])
            if time.monotonic() - entry[3] > 20:
                entry[1] = entry[1] or size
                entry[2] = size

    def do_restart(self):
        if self.random.random() < 0.5:
            for pid in self.children()[:1]:
                os.kill(pid, signal.SIGKILL)
                self.kills["portal"] += 1
            return
        kill = self.random.random() < 0.5
        self.kills["serve"] += kill
        self.server.send_signal(signal.SIGKILL if kill else signal.SIGTERM)
        self.server.wait()
        self.serve()

    def visit(self, path, visitor):
        for _ in range(40):
            try:
                c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
                c.request("GET", path, headers={"X-Forwarded-For": visitor})
                got = c.getresponse()
                body = got.read()
                c.close()
                return got.status, body
            except (OSError, http.client.HTTPException):
                time.sleep(0.25)
        self.fault(f"nobody answers {path}")
        return 0, b""

    def do_visit(self):
        status, _ = self.visit(self.random.choice(("/vi/", "/en/", "/healthz")), "14.160.1.1")
        if status != 200:
            self.fault(f"a page with status {status}")
        since = time.monotonic() - self.published if self.published else 0
        if since < SERVED_AFTER:
            return
        recent = time.time() - 20 * 3600
        names = self.live - self.gone
        seen = {u for n in names for s, u, _ in self.papers[n].rows if s > recent}
        ever = {u for n in names for _, u, _ in self.papers[n].rows}
        for _ in range(4):
            from held import unit_of
            ip = self.address()
            unit = unit_of(ip)
            status, body = self.visit("/api/v1/check", ip)
            listed = status == 200 and json.loads(body)["listed"]
            if status != 200 or (unit in seen and not listed) or (unit not in ever and listed):
                self.fault(f"the site about {ip}: status {status}, {body[:300]}")

    # --- readers beside the writer ---

    def read_on(self):
        r = random.Random(self.options.seed + 1)
        while not self.stopping.is_set():
            today = int(time.time()) // 86400
            first = today - r.choice((1, 8, 30))
            window = first, min(today, first + r.choice((0, 7, 30)))
            with self.whole:
                answers = self.top(window, None)
            for answer in answers:
                self.readers.append((answer["as_of"]["change"], window, answer))
                self.done["read beside"] += 1
            time.sleep(r.random() * 0.3)

    def judge_readers(self):
        """Those who read while others wrote saw the files of their as_of, exactly; windows that retention never reaches."""
        from held import told
        history = [(Path(n).name, added, retracted) for n, added, retracted, _ in self.history()]
        readers, self.readers = self.readers, []
        for as_of, window, answer in readers:
            names = {n for n, added, retracted in history if added <= as_of and not 0 < retracted <= as_of}
            right = self.counted(window, None, names)
            if told(answer) != right:
                self.fault(f"beside a writer, as of {as_of}, {window}: {told(answer)} instead of {right}")

    # --- all of it ---

    def needs(self):
        """Bytes that the catalogue names, and all the data folder has."""
        db = sqlite3.connect(f"file:{self.data}/catalogue.db?mode=ro", uri=True)
        segments = db.execute("SELECT total(bytes), count(*) FROM segment").fetchone()
        tables = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        joined = db.execute("SELECT count(*) FROM joined").fetchone()[0] if "joined" in tables else 0
        db.close()
        sizes = collections.Counter()
        for path in self.data.rglob("*"):
            if path.is_file():
                sizes[str(path.relative_to(self.data)).split("/")[0]] += path.stat().st_size
        return int(segments[0]), segments[1], joined, sizes

    def turns(self):
        does = {self.do_ingest: 30, self.do_retract: 6, self.do_top: 30, self.do_check: 8, self.do_visit: 16,
            self.do_compact: 4, self.do_retain: 2, self.do_rebuild: 2, self.do_publish: 3, self.do_verify: 4,
            self.do_backup: 3, self.do_restart: 2}
        have = subprocess.run([self.options.program, "--help"], capture_output=True, text=True).stdout
        for what, word in ((self.do_compact, "compact"), (self.do_rebuild, "rebuild")):
            if not re.search(rf"^  (?:quetsach )?{word}\b", have, re.M):
                del does[what]
        end = time.monotonic() + 60 * self.options.minutes
        while time.monotonic() < end and len(self.wrong) < 20:
            do = self.random.choices(list(does), list(does.values()))[0]
            do()
            self.done[do.__name__[3:]] += 1
            self.watch()
            if len(self.readers) > 200:
                self.judge_readers()

    def summary(self):
        segments, count, joined, sizes = self.needs()
        print(f"operations: {sum(self.done.values())} ({', '.join(f'{k} {v}' for k, v in self.done.most_common())})")
        print(f"killed: {sum(self.kills.values())} ({', '.join(f'{k} {v}' for k, v in self.kills.most_common())})")
        print(f"files given {len(self.papers)}, live {len(self.live)}, of deleted days {len(self.gone)}; "
            f"{count} segments, {joined} joined")
        for name in ("supervisor", "portal"):
            grown = [(last[0] - first[0], last[1] - first[1]) for n, first, last, _ in self.watched.values()
                if n == name and first]
            if grown:
                most = max(grown)
                print(f"{name}: {len(grown)} watched, grew by at most {most[0] >> 10} KiB and {max(g[1] for g in grown)} descriptors")
                if most[0] > GROWTH or max(g[1] for g in grown) > 8:
                    self.fault(f"{name} grows")
        total = sum(sizes.values())
        print(f"data folder: {total >> 10} KiB ({', '.join(f'{k} {v >> 10}' for k, v in sizes.most_common())}); "
            f"sightings take {segments >> 10} KiB")
        print(f"wrong answers: {len(self.wrong)}")

    def live_through(self):
        self.run("init", "--country", "VN")
        for feed in ("one", "two", "three"):
            self.run("feed", "set", feed, "--public-check", "yes", "--public-stats", "yes")
        self.serve()
        reader = threading.Thread(target=self.read_on, daemon=True)
        reader.start()
        try:
            self.turns()
        finally:
            self.stopping.set()
            reader.join(timeout=60)
            self.server.terminate()
            self.server.wait(timeout=30)
        self.judge_readers()
        self.run("retain")
        self.do_retain()
        for _ in range(10):
            self.do_top()
        verdict = self.ask("verify")
        if verdict and (verdict[0]["faults"] or verdict[0]["strays"]):
            self.fault(f"at the end: {verdict}")
        self.summary()
        if self.wrong:
            shutil.copytree(self.home, Path(self.options.keep) / self.home.name, dirs_exist_ok=True)
            print(f"kept: {Path(self.options.keep) / self.home.name}")
        shutil.rmtree(self.home)
        return 1 if self.wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", default=".")
    parser.add_argument("--patience", type=float, default=0.8, help="seconds within which what is killed dies")
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.minutes:g} minutes", flush=True)
    os.environ["QUETSACH"] = options.program
    sys.exit(Soak(options).live_through())


main()
