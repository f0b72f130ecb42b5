#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Quét Sạch beside its peers: script/bench calls this. Runs are interleaved, medians are printed."""
import argparse
import contextlib
import gzip
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import date, timedelta
from pathlib import Path

import attack
import desk
import ingest
import lookup
import scan

HERE = Path(__file__).resolve().parent

# Every request from another address, so that no limit is met.
LUA = """
local n = 0
request = function()
  n = n + 1
  local a = (n * 2654435761) % 16777216
  local h = string.format("14.%d.%d.%d", math.floor(a / 65536) % 256, math.floor(a / 256) % 256, a % 256)
  return wrk.format("GET", nil, {["X-Forwarded-For"] = h{FIELDS}})
end
"""


def run(command, fine=(0,), **options):
    """Seconds, CPU seconds and peak MiB of a command that must succeed, with a status that is fine."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in fine:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        with socket.socket() as s:
            if s.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    sys.exit(f"nothing listens on port {port}")


def processor_seconds(pid):
    """Of a process and its children, which live."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    seconds = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return seconds + sum(processor_seconds(child) for child in children)


class Bench:
    def __init__(self, options):
        self.options = options
        self.program = Path(options.build) / "src/server/quetsach"
        self.scratch = Path(tempfile.mkdtemp(prefix="quetsach-bench-"))
        self.figures = []
        self.run, self.free_port, self.processor_seconds = run, free_port, processor_seconds

    def figure(self, job, ours, peer, unit, aim, note=""):
        ratio = ours / peer if peer else None
        self.figures.append(
            dict(job=job, ours=ours, peer=peer, unit=unit, ratio=ratio, aim=aim, note=note))
        digits = 4 if ours < 0.1 else 2
        shown = f"{peer:12.{digits}f}" if peer else " " * 12
        share = f"{ratio:8.2f}" if ratio else " " * 8
        print(f"{job:44} {ours:12.{digits}f} {shown} {share}  {unit:10} {aim:18} {note}", flush=True)

    def quetsach(self, data, *arguments, **options):
        return run([self.program, *arguments, "--data", data], **options)

    def folder(self, name):
        """A data folder with 16 M addresses of a made-up country to draw from."""
        data = self.scratch / name
        prefixes = self.scratch / "prefixes-2020-01-01.txt"
        ranges = self.scratch / "asn.csv"
        prefixes.write_text("".join(f"14.{n}.0.0/16\n" for n in range(256)))
        ranges.write_text("".join(
            f"14.{n}.0.0,14.{n}.255.255,{64512 + n % 40},Example {n % 40}\n" for n in range(256)))
        self.quetsach(data, "init", stderr=subprocess.DEVNULL)
        self.quetsach(data, "network", "import", "--country", "VN", prefixes)
        self.quetsach(data, "network", "import", ranges)
        return data

    def ingest(self):
        ingest.Ingest(self).run()

    def distinct(self):
        ingest.Distinct(self).run()

    def listing(self):
        lookup.measure(self)

    def wrk(self, process, port, path, compressed=False):
        """(requests a second, microseconds of the server's processors for each)"""
        script = self.scratch / "wrk.lua"
        fields = ', ["Accept-Encoding"] = "gzip"' if compressed else ""
        script.write_text(LUA.replace("{FIELDS}", fields))
        before = processor_seconds(process.pid)
        output = subprocess.run(["wrk", "-t1", "-c64", "-d4s", "-s", script,
            f"http://127.0.0.1:{port}{path}"], check=True, capture_output=True, text=True).stdout
        spent = processor_seconds(process.pid) - before
        errors = re.search(r"Non-2xx[^\d]*(\d+)", output)
        if errors:
            sys.exit(f"port {port}, {path}: {errors.group(0)} answers were no success")
        count = int(re.search(r"(\d+) requests in", output).group(1))
        return float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1)), spent / count * 1e6

    def nginx(self, page):
        """nginx, with the same page as a file, and compressed in advance."""
        port = free_port()
        home = self.scratch / "nginx"
        home.mkdir(exist_ok=True)
        self.scratch.chmod(0o755)  # nginx's workers are somebody else
        (home / "home").write_bytes(page)
        (home / "home.gz").write_bytes(gzip.compress(page, 9, mtime=0))
        answer = json.dumps({"ip": "14.0.0.1", "answer": "not_seen", "listed": False})
        (home / "nginx.conf").write_text(f"""
worker_processes 2; pid {home}/pid; error_log {home}/error.log; daemon off;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 1000000000; open_file_cache max=100;
server {{ listen 127.0.0.1:{port};
location /api/v1/check {{ default_type application/json; return 200 '{answer}'; }}
location /vi/ {{ default_type text/html; alias {home}/; index home; gzip_static on; }} }} }}
""")
        return port, subprocess.Popen(["nginx", "-c", home / "nginx.conf", "-p", home],
            stderr=subprocess.DEVNULL)

    def beside_nginx(self, ours, nginx):
        """Each is (process, port)."""
        for name, path, compressed, aim in (("check", "/api/v1/check", False, ">= 0.9"),
                ("home", "/vi/", False, ">= 0.7"), ("home, compressed", "/vi/", True, "")):
            pairs = [(self.wrk(*ours, path, compressed), self.wrk(*nginx, path, compressed))
                for _ in range(self.options.runs)]
            median = [[statistics.median(pair[who][what] for pair in pairs) for who in (0, 1)]
                for what in (0, 1)]
            self.figure(f"http: {name}", *median[0], "requests/s", aim,
                "64 connections, client on the same machine, nginx beside")
            self.figure(f"http: {name}, server's processors", *median[1], "µs/request", "")

    @contextlib.contextmanager
    def serving(self, name, hosts):
        """Ours and nginx with the same page: a process and a port each."""
        data = self.folder(name)
        csv = self.scratch / f"{name}.csv"
        with open(csv, "wb") as out:
            subprocess.run([self.program, "simulate", "--data", data, "--country", "VN", "--hosts",
                str(hosts), "--days", "3"], stdout=out, check=True)
        self.quetsach(data, "ingest", "--feed", "simulated", csv, stderr=subprocess.DEVNULL)
        port = free_port()
        server = subprocess.Popen([self.program, "serve", "--data", data, "--listen",
            f"127.0.0.1:{port}", "--trusted-proxy", "127.0.0.1"], stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        nginx = None
        try:
            wait_for(port)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/vi/") as page:
                other, nginx = self.nginx(page.read())
            wait_for(other)
            yield (server, port), (nginx, other)
        finally:
            for process in filter(None, (server, nginx)):
                process.send_signal(signal.SIGTERM)
                process.wait()

    def http(self):
        with self.serving("http", 300_000) as (ours, nginx):
            self.beside_nginx(ours, nginx)

    def campaign(self, name, days, addresses):
        """A data folder with reports of so many days, and a campaign over them whose ten are frozen."""
        data = self.folder(name)
        first = date(2024, 8, 1)

        def stretch(begin, end):
            return f"{first + timedelta(begin)}..{first + timedelta(end)}"

        fill = Path(self.options.build) / "bench/bench_evaluation"
        run([fill, data, str(first), str(days), str(addresses)])
        goal = f"hourly-mean:50%:{stretch(days - 7, days - 1)}"
        self.quetsach(data, "campaign", "set", "bench", "--name-vi", "a", "--name-en", "a", "--country",
            "VN", "--zone", "Asia/Ho_Chi_Minh", "--begins", str(first + timedelta(14)), "--ends",
            str(first + timedelta(days - 8)), "--before", stretch(0, 13), "--baseline", stretch(7, 13), "--goal",
            f"less:addresses:{goal}", "--goal", f"top:top-ten:{goal}")
        self.quetsach(data, "campaign", "freeze", "bench")
        return data

    def random_questions(self, days, count=100):
        """How many addresses has (all, a botnet, a holder) in (an hour, a day, a window)?"""
        chance = random.Random(f"{days}")
        questions = []
        for _ in range(count):
            scope = chance.choice(("all", "botnet", "holder"))
            question = {"scope": scope, "key": chance.randrange({"all": 1, "botnet": 10, "holder": 40}[scope])}
            time = chance.choice(("hour", "day", "base", "end"))
            if time in ("hour", "day"):
                question["day"] = chance.randrange(days)
            if time == "hour":
                question["hour"] = chance.randrange(24)
            questions.append(dict(question, time=time))
        return questions

    def duckdb(self, days, addresses, questions=None):
        command = ["node", HERE / "duckdb_evaluation.mjs", Path(self.options.build) / "peers",
            self.scratch / "evaluation.db", str(days), str(addresses)]
        if questions is not None:
            (self.scratch / "questions.json").write_text(json.dumps(questions))
            command.append(self.scratch / "questions.json")
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return json.loads(output) if output else None

    def answer(self, series, question):
        """Ours to a random question."""
        names = {"all": "", "botnet": f"botnet-{question['key']}", "holder": f"AS{64512 + question['key']}"}
        s = next(s for s in series if (s["scope"], s["key"]) == (question["scope"], names[question["scope"]]))
        if question["time"] == "hour":
            return s["hours"][question["day"] * 24 + question["hour"]]
        return s["days"][question["day"]] if question["time"] == "day" else s[question["time"]]

    def same_counts(self, data, answers, questions, random_answers):
        """The peer counted the same, to the last address."""
        lines = subprocess.run([self.program, "campaign", "counts", "bench", "--data", data], check=True,
            capture_output=True, text=True).stdout.splitlines()
        series = [s for s in map(json.loads, lines) if s["family"] == "ipv4"]
        ours = []
        for scope in ("all", "botnet", "holder"):
            chosen = [s for s in series if s["scope"] == scope]
            ours += [sum(sum(s["hours"]) for s in chosen), sum(sum(s["days"]) for s in chosen),
                sum(s["base"] for s in chosen), sum(s["end"] for s in chosen)]
        if ours != answers:
            sys.exit(f"evaluation: counts differ: {ours}, DuckDB {answers}")
        for question, answer in zip(questions, random_answers, strict=True):
            if self.answer(series, question) != answer:
                sys.exit(f"evaluation: {question}: {self.answer(series, question)}, DuckDB {answer}")

    def evaluation(self):
        full = self.options.addresses
        for days, addresses in ((30, full // 4), (60, full // 4), (60, full // 2), (60, full)):
            data = self.campaign(f"campaign-{days}-{addresses}", days, addresses)
            self.duckdb(days, addresses)
            ours, peer = [], []
            for _ in range(self.options.runs):
                ours.append(self.quetsach(data, "evaluate", "--json", fine=(0, 1)))
                peer.append(self.duckdb(days, addresses, []))
            questions = self.random_questions(days)
            asked = self.duckdb(days, addresses, questions)
            (self.scratch / "evaluation.db").unlink()
            self.same_counts(data, [int(n) for n in peer[0]["answers"]], questions, [int(n) for n in asked["random"]])
            wall, cpu, memory = (statistics.median(x[i] for x in ours) for i in range(3))
            other = [statistics.median(x[i] for x in peer) for i in ("seconds", "processor")]
            note = f"{days} days × {addresses} addresses, 10 botnets, 40 holders; load {os.getloadavg()[0]:.1f}"
            self.figure("evaluation: wall", wall, other[0], "s", "<= 0.1", note)
            self.figure("evaluation: CPU", cpu, other[1], "s", "<= 0.1",
                f"{len(questions)} random counts and all sums the same as DuckDB's")
            self.figure("evaluation: peak memory", memory, None, "MiB", "< 1000")
            shutil.rmtree(data)

    def scan(self):
        scan.Scan(self).run()

    def attack(self):
        with self.serving("attack", 30_000) as (ours, nginx):
            attack.measure(self, ours, nginx)

    def desk(self):
        desk.measure(self)


JOBS = ("ingest", "distinct", "listing", "evaluation", "http", "attack", "scan", "desk")


def machine():
    model = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    return f"{os.cpu_count()} × {model.group(1) if model else 'processor'}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--runs", type=int, help="interleaved runs: 5 of files and look-ups, else 3")
    parser.add_argument("--only", default=",".join(JOBS), help="of " + ",".join(JOBS))
    parser.add_argument("--addresses", type=int, default=2_000_000, help="a day, of the evaluation")
    parser.add_argument("--rules", help="a folder of YARA files for each set; else our own rules")
    parser.add_argument("--scan-bytes", type=int, default=scan.BYTES)
    parser.add_argument("--json")
    bench = Bench(parser.parse_args())
    runs = bench.options.runs
    print(f"{machine()}; medians of interleaved runs; load {os.getloadavg()[0]:.1f}")
    print(f"{'job':44} {'ours':>12} {'peer':>12} {'ratio':>8}  {'unit':10} {'aim (ratio)':18} note")
    try:
        for name in bench.options.only.split(","):
            bench.options.runs = runs or (5 if name in ("ingest", "distinct", "listing") else 3)
            getattr(bench, name)()
    finally:
        shutil.rmtree(bench.scratch, ignore_errors=True)
    if bench.options.json:
        Path(bench.options.json).write_text(json.dumps(bench.figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
