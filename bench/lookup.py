# SPDX-License-Identifier: Apache-2.0
"""The listing beside libmaxminddb and SQLite in one process, and rbldnsd over UDP: run.py calls this."""
import json
import os
import shutil
import signal
import statistics
import subprocess
import time
from pathlib import Path

MILLIONS = 2


def lines(command):
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in output.splitlines() if line.startswith("{")]


def rbldnsd(bench, shape, folder):
    """Answers a second over UDP, and microseconds of the server's processor for each."""
    port = bench.free_port()
    os.chmod(bench.scratch, 0o755)
    os.chmod(folder, 0o755)
    user = ["-u", "nobody"] if os.getuid() == 0 else []
    server = subprocess.Popen(["rbldnsd", "-n", *user, "-b", f"127.0.0.1/{port}", "-w", folder, "list:ip4set:zone"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    program = Path(bench.options.build) / "bench/bench_lookup"
    try:
        time.sleep(3)  # it says nothing when it has read the zone
        before = bench.processor_seconds(server.pid)
        turns = [lines([program, shape, str(MILLIONS), str(port)])[0] for _ in range(3)]
        spent = bench.processor_seconds(server.pid) - before
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()
    answered = sum(turn["answered"] for turn in turns)
    return statistics.median(turn["answered"] / turn["seconds"] for turn in turns), spent / answered * 1e6


def compare(bench, shape):
    folder = bench.scratch / f"lookup-{shape}"
    folder.mkdir()
    found = lines([Path(bench.options.build) / "bench/bench_lookup", shape, str(MILLIONS), folder])
    build = found[0]["build"]
    note = f"{MILLIONS} M entries, {shape}; load {os.getloadavg()[0]:.1f}"
    for peer in ("libmaxminddb", "sqlite"):
        bench.figure(f"listing: build, {peer}", build["ours"], build[peer], "s", "ours < 2", note)
    rates = {(x["who"], x["listed"]): statistics.median(x["rates"]) / 1e6 for x in found[1:]}
    for listed in (True, False):
        for peer in ("libmaxminddb", "sqlite"):
            bench.figure(f"listing: {'listed' if listed else 'not listed'}, {peer}", rates["ours", listed],
                rates[peer, listed], "M/s core", "ours >= 20", note)
    rate, micros = rbldnsd(bench, shape, folder)
    bench.figure("listing: processor a question, rbldnsd", 1 / rates["ours", True], micros, "µs", "",
        f"ours in process, rbldnsd over UDP ({rate:.0f} answers/s), client on the same machine; {note}")
    shutil.rmtree(folder)


def measure(bench):
    output = subprocess.run([Path(bench.options.build) / "bench/bench_listing"], check=True,
        capture_output=True, text=True).stdout
    for line in output.splitlines():
        if line.startswith("{"):
            bench.figures.append(json.loads(line))
        else:
            print(line)
    for shape in ("spread", "crowded"):
        compare(bench, shape)
