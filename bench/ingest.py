# SPDX-License-Identifier: Apache-2.0
"""Files on their way in, and distinct counts of what came in, beside DuckDB: run.py calls this."""
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).resolve().parent
INTELMQ = 1699  # events a second of its pipeline: docs/design/speed.md


def shadowserver(bench, rows, name="bench"):
    """A Shadowserver CSV of so many rows."""
    csv = bench.scratch / f"{time.strftime('%Y-%m-%d')}-event4_sinkhole-{name}.csv"
    data = bench.folder(f"space-{name}")
    maker = subprocess.Popen([bench.program, "simulate", "--data", data, "--country", "VN", "--hosts",
        str(rows // 14 + 1000), "--days", "7", "--seed", "1"], stdout=subprocess.PIPE)
    with open(csv, "wb") as out:
        subprocess.run(["head", "-n", str(rows + 1)], stdin=maker.stdout, stdout=out, check=True)
    maker.kill()
    maker.wait()
    maker.stdout.close()
    shutil.rmtree(data)
    return csv


def intelmq(bench, csv, rows):
    """The first rows of that report, as IntelMQ would hand them on: an event a line."""
    path = bench.scratch / "events.jsonl"
    with open(csv) as source, open(path, "w") as out:
        next(source)
        for number, line in enumerate(source):
            if number == rows:
                break
            cells = line.rstrip("\n").split(",")
            out.write(json.dumps({"classification.taxonomy": "malicious-code",
                "classification.type": "infected-system", "destination.ip": cells[15],
                "destination.port": int(cells[16]), "feed.accuracy": 100.0, "feed.name": "Sinkhole",
                "feed.provider": "Example CERT", "malware.name": cells[25], "protocol.transport": cells[1],
                "source.asn": int(cells[4]), "source.geolocation.cc": cells[5], "source.ip": cells[2],
                "source.port": int(cells[3]), "time.observation": f"{time.strftime('%Y-%m-%d')}T00:00:00+00:00",
                "time.source": cells[0].strip('"').replace(" ", "T") + "+00:00"}, separators=(",", ":")) + "\n")
    return path


def plain_list(path, addresses, start=0):
    with open(path, "w") as out:
        for i in range(start, start + addresses):
            n = i * 7368787 % (1 << 24)
            out.write(f"14.{n >> 16}.{n >> 8 & 255}.{n & 255}\n")
    return path


class Ingest:
    def __init__(self, bench):
        self.bench = bench
        self.data = bench.scratch / "empty"
        if not self.data.exists():
            bench.folder("empty")
        self.peers = Path(bench.options.build) / "peers"
        self.environment = dict(os.environ, NODE_PATH=str(self.peers / "node_modules"))

    def ours(self, path, *options, keep=None):
        """Takes a file into a copy of the empty folder."""
        data = keep or self.bench.scratch / "import"
        shutil.copytree(self.data, data)
        os.sync()
        spent = self.bench.quetsach(data, "ingest", "--feed", "bench", *options, path, stderr=subprocess.DEVNULL)
        if not keep:
            shutil.rmtree(data)
        return spent

    def duckdb(self, path, reader, keep=None):
        target = keep or self.bench.scratch / "duck.db"
        os.sync()
        spent = self.bench.run(["node", HERE / "duckdb_import.mjs", self.peers, path, target, reader],
            env=self.environment)
        if not keep:
            target.unlink()
        return spent

    def beside(self, job, path, rows, reader, options=(), aim=""):
        """One turn each to warm up, then interleaved."""
        ours, peer = [], []
        for turn in range(self.bench.options.runs + 1):
            ours.append(self.ours(path, *options))
            peer.append(self.duckdb(path, reader))
            if turn == 0:
                ours.clear()
                peer.clear()
        mine, other = ([statistics.median(x[i] for x in runs) for i in range(3)] for runs in (ours, peer))
        note = f"{rows} rows, {path.stat().st_size / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}"
        self.bench.figure(f"{job}: clock", mine[0], other[0], "s", aim, note)
        self.bench.figure(f"{job}: processors", mine[1], other[1], "s", "")
        self.bench.figure(f"{job}: memory", mine[2], other[2], "MiB", "ours < 512")
        return rows / mine[0]

    def growth(self):
        for millions in (1, 5, 20):
            rows = self.bench.options.rows * millions // 5
            path = shadowserver(self.bench, rows, f"growth-{millions}")
            spent = self.ours(path)
            self.bench.figure(f"ingest: {rows / 1e6:g} M rows", spent[0], None, "s", "",
                f"processors {spent[1]:.2f} s, memory {spent[2]:.0f} MiB")
            path.unlink()

    def small(self, csv):
        """What an operator feels: one small file, and a list a day for three months."""
        path = self.bench.scratch / "2020-01-01-event4_sinkhole-small.csv"
        with open(csv, "rb") as source, open(path, "wb") as out:
            for _ in range(1001):
                out.write(next(source))
        runs = [self.ours(path) for _ in range(self.bench.options.runs + 1)][1:]
        self.bench.figure("ingest: 1,000 rows", statistics.median(r[0] for r in runs) * 1e3, None, "ms", "< 150",
            f"processors {statistics.median(r[1] for r in runs) * 1e3:.0f} ms")
        data = self.bench.scratch / "daily"
        shutil.copytree(self.data, data)
        spent, last = 0.0, date.today()
        for day in range(90):
            name = self.bench.scratch / f"list-{last - timedelta(90 - day)}.txt"
            plain_list(name, 8000, day * 800)
            spent += self.bench.quetsach(data, "ingest", "--feed", "list", "--kind", "infected", "--botnet", "mirai",
                name, stderr=subprocess.DEVNULL)[0]
            name.unlink()
        self.bench.figure("ingest: a daily list of 8,000, 90 times", spent / 90 * 1e3, None, "ms each", "< 150")
        shutil.rmtree(data)

    def run(self):
        rows = self.bench.options.rows
        csv = shadowserver(self.bench, rows)
        rate = self.beside("ingest: Shadowserver", csv, rows, "read_csv", aim="<= 0.33")
        self.bench.figure("ingest: Shadowserver, events a second", rate, INTELMQ, "1/s", ">= 500",
            "IntelMQ: its published figure")
        events = intelmq(self.bench, csv, rows // 5)
        self.beside("ingest: IntelMQ JSON lines", events, rows // 5, "read_ndjson")
        events.unlink()
        addresses = plain_list(self.bench.scratch / f"list-{date.today()}.txt", rows * 2 // 5)
        self.beside("ingest: plain list", addresses, rows * 2 // 5, "read_csv_plain",
            ("--kind", "infected", "--botnet", "mirai"))
        addresses.unlink()
        self.small(csv)
        csv.unlink()
        self.growth()


class Distinct:
    """Counts of every (day, botnet), and a hundred random questions, of the same rows in both."""

    def __init__(self, bench):
        self.bench = bench

    def run(self):
        bench, ingest = self.bench, Ingest(self.bench)
        csv = shadowserver(bench, bench.options.rows)
        data, table = bench.scratch / "distinct", bench.scratch / "distinct.db"
        ingest.ours(csv, keep=data)
        ingest.duckdb(csv, "read_csv", keep=table)
        csv.unlink()
        program = [Path(bench.options.build) / "bench/bench_distinct", data]
        peer_program = ["node", HERE / "duckdb_distinct.mjs", ingest.peers, table]
        ours, peer = [], []
        for _ in range(bench.options.runs + 1):
            for command, answers in ((program, ours), (peer_program, peer)):
                answers.append(json.loads(subprocess.run(command, check=True, capture_output=True, text=True,
                    env=ingest.environment).stdout))
        if ours[0]["counts"] != peer[0]["counts"]:
            sys.exit("distinct: counts differ from DuckDB's")
        self.random_questions(program, peer_program, ours[0]["counts"], ingest.environment)
        note = f"{len(ours[0]['counts'])} counts and 100 random ones the same; load {os.getloadavg()[0]:.1f}"
        for what, name in (("seconds", "clock"), ("processor", "processors")):
            mine, other = (statistics.median(x[what] for x in runs[1:]) for runs in (ours, peer))
            bench.figure(f"distinct (day, botnet): {name}", mine, other, "s", "<= 0.05", note)
            note = ""
        shutil.rmtree(data)
        table.unlink()

    def random_questions(self, program, peer_program, counts, environment):
        chance = random.Random(5)
        days = sorted({int(key.split(" ")[0]) for key in counts})
        names = sorted({key.split(" ")[1] for key in counts})
        questions = []
        for _ in range(100):
            start = chance.randrange(days[0] * 24, days[-1] * 24 + 24)
            questions.append((start * 3600, (start + chance.randrange(1, 72)) * 3600, chance.choice(names)))
        path = self.bench.scratch / "questions.json"
        path.write_text(json.dumps(questions))
        lines = "".join(f"{begin} {end} {name}\n" for begin, end, name in questions)
        mine = subprocess.run([*program, "questions"], check=True, capture_output=True, text=True, input=lines)
        other = subprocess.run([*peer_program, path], check=True, capture_output=True, text=True, env=environment)
        for question, a, b in zip(questions, mine.stdout.split(), other.stdout.split(), strict=True):
            if a != b:
                sys.exit(f"distinct: {question}: {a}, DuckDB {b}")
