# SPDX-License-Identifier: Apache-2.0
"""What the flow tests share: the program as a person or another program runs it."""
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

PROGRAM = os.environ["QUETSACH"]
SHARED = Path(os.environ.get("QUETSACH_SHARED", "/nonexistent"))
SKIPPED = 77
PATIENCE = 120  # seconds
LONGEST = 300  # seconds that a test takes on a crowded machine
HEADER = (
    "timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_region,src_city,src_hostname,"
    "src_naics,src_sector,device_vendor,device_type,device_model,severity,dst_ip,dst_port,dst_asn,"
    "dst_geo,dst_region,dst_city,dst_hostname,dst_naics,dst_sector,public_source,infection,family,"
    "tag,application,version,event_id\n"
)


def check(condition, message):
    if not condition:
        sys.exit(f"FAILED: {message}")


def same(got, expected, what):
    check(got == expected, f"{what}: got {got!r}, expected {expected!r}")


def soon(condition, message):
    """Waits for what must come. How long that takes is the machine's affair: a crowded one is patiently waited for, and
    only what never comes is a fault. The message may be made when it is needed."""
    end = time.monotonic() + PATIENCE
    while not condition():
        check(time.monotonic() < end, message() if callable(message) else message)
        time.sleep(0.02)


def sinkhole(when, ip, infection="mirai", port=4242, event=""):
    """One row of an event4_sinkhole report."""
    return (
        f'"{when:%Y-%m-%d %H:%M:%S}",tcp,{ip},{port},45899,VN,,,,,,,,,critical,198.18.0.10,23,'
        f"64496,ZZ,,,,,,,{infection},,,,,{event}\n"
    )


def now():
    return datetime.now(timezone.utc).replace(microsecond=0)


def ago(**delta):
    return now() - timedelta(**delta)


def clear_of(*hours):
    """A day that changes in the midst would change what is right: when one of these hours (of UTC) is about to strike,
    that is waited for. The day changes at 0 here, at 17 where campaigns are."""
    for hour in hours:
        left = (hour * 3600 - time.time()) % 86400
        if left < LONGEST:
            time.sleep(left + 1)


class House:
    """A data folder and the program's commands on it."""

    def __init__(self, country="VN"):
        self.home = tempfile.TemporaryDirectory(prefix="quetsach-flow-")
        self.folder = Path(self.home.name)
        self.data = self.folder / "data"
        self.run("init", "--country", country)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text) if isinstance(text, str) else path.write_bytes(text)
        return path

    def run(self, *arguments, status=0, data=None, **options):
        command = [PROGRAM, *map(str, arguments), "--data", str(data or self.data)]
        options.setdefault("env", dict(os.environ, LC_ALL="C.UTF-8"))
        done = subprocess.run(command, capture_output=True, text=True, **options)
        if status is not None and done.returncode != status:
            sys.exit(f"FAILED: {' '.join(command)}: exit {done.returncode}, expected {status}\n"
                f"{done.stdout}{done.stderr}")
        return done

    def json(self, *arguments, status=0, **options):
        done = self.run(*arguments, "--json", status=status, **options)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def networks(self):
        """A small country: two providers of Vietnam, one elsewhere."""
        prefixes = self.write("vn-ipv4-2020-01-01.txt", "14.160.0.0/11\n27.64.0.0/12\n")
        prefixes6 = self.write("vn-ipv6-2020-01-01.txt", "2001:ee0::/32\n")
        ranges = self.write("asn.csv", '14.160.0.0,14.191.255.255,45899,"VNPT Corp"\n'
            "27.64.0.0,27.79.255.255,7552,Viettel Group\n8.8.8.0,8.8.8.255,15169,Google LLC\n"
            "2001:ee0::,2001:ee0:ffff:ffff:ffff:ffff:ffff:ffff,45899,VNPT Corp\n")
        self.run("network", "import", "--country", "VN", prefixes, prefixes6)
        self.run("network", "import", ranges)
