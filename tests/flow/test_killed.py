# SPDX-License-Identifier: Apache-2.0
"""Twenty real kill -9 during an ingest: what was acknowledged is there, nothing else is visible."""
import random
import signal
import subprocess
import time
from datetime import datetime, timedelta, timezone

from flow import HEADER, PROGRAM, House, check, same, sinkhole

random.seed(1)
house = House()
DAY = datetime(2020, 11, 1, tzinfo=timezone.utc)
acknowledged = 0
killed = 0
usual = 0  # seconds an ingest takes, as the last that came to its end took
turn = -1
while killed < 20:
    turn += 1
    check(turn < 60, f"only {killed} of {turn - 2} were killed in time")
    rows = "".join(sinkhole(DAY + timedelta(seconds=n % 80000), f"14.{160 + turn}.{n // 250}.{n % 250 + 1}")
        for n in range(20000))
    report = house.write(f"report-{turn}.csv", HEADER + rows)
    began = time.monotonic()
    process = subprocess.Popen([PROGRAM, "ingest", "--feed", "f", "--json", "--data",
        str(house.data), str(report)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    # The first turns learn how long it takes; the others die somewhere on the way. A machine that others have left alone
    # meanwhile is faster: whatever was done before it could be killed says how long it takes now.
    try:
        output = process.communicate(timeout=random.random() * usual * 0.9 if turn >= 2 else None)[0]
        usual = time.monotonic() - began
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        output = process.communicate()[0]
    killed += process.returncode == -signal.SIGKILL
    verdict = house.json("verify")[0]
    same(verdict["faults"], 0, f"verify after turn {turn}")
    top = house.json("top", "botnets", "--from", "2020-11-01", "--to", "2020-11-01")[0]["total"]
    acknowledged += output.count(b'"already":false')
    # Committed but killed before it could say so is allowed; lost or partial is not.
    check(top % 20000 == 0, f"a part of a file is visible: {top}")
    check(top >= acknowledged * 20000, f"lost: {top} < {acknowledged} files")
    acknowledged = top // 20000
reports = turn + 1
for turn in range(reports):
    house.run("ingest", "--feed", "f", house.folder / f"report-{turn}.csv")
top = house.json("top", "botnets", "--from", "2020-11-01", "--to", "2020-11-01")[0]["total"]
same(top, reports * 20000, "everything, once each")
