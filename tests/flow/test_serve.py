# SPDX-License-Identifier: Apache-2.0
"""quetsach serve: answers, changes of the listing under load, a dying portal, plain refusals."""
import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import threading
from pathlib import Path

from flow import HEADER, PATIENCE, PROGRAM, House, ago, check, now, same, sinkhole, soon

house = House()
house.networks()
# The folders above may be private: root is given up for a user who reaches public/ all the same.
os.chmod(house.folder, 0o700)


def serve(*words, data=None):
    return subprocess.Popen([PROGRAM, "serve", "--data", str(data or house.data), "--lang", "en",
        *words], stderr=subprocess.PIPE, text=True)


class Site:
    """The running server. Visitors come from anywhere through the trusted proxy 127.0.0.1."""

    def __init__(self):
        self.process = serve("--listen", "127.0.0.1:0", "--trusted-proxy", "127.0.0.1")
        self.said = []
        for line in self.process.stderr:
            self.said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/", line):
                self.port = int(found[1])
                break
        else:
            check(False, f"the server ended: {self.said}")
        threading.Thread(target=self.said.extend, args=(self.process.stderr,), daemon=True).start()

    def get(self, path, visitor="14.160.1.2", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path, headers={"X-Forwarded-For": visitor, **headers})
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, body, answer

    def json(self, path, visitor="14.160.1.2"):
        return json.loads(self.get(path, visitor)[1])

    def portal(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[0]) if children.split() else None


def refused(process, *parts):
    said = process.communicate(timeout=PATIENCE)[1]
    same(process.returncode, 2, f"exit status after: {said}")
    for part in parts:
        check(part in said, f"“{part}” is missing in: {said}")


site = Site()

same(site.json("/healthz")["listing_entries"], 0, "nothing is listed yet")

# A feed that may answer visitors comes in; the portal shows it soon.
seen = ago(hours=2)
report = house.write(f"{now():%Y-%m-%d}-event4_sinkhole-vn.csv",
    HEADER + sinkhole(seen, "14.160.1.2") + sinkhole(seen, "27.64.0.9", "andromeda"))
house.run("feed", "set", "--public-check", "yes", "shadow", status=None)
house.json("ingest", "--feed", "shadow", report)
house.run("feed", "set", "--public-check", "yes", "shadow")
soon(lambda: site.json("/api/v1/check")["listed"], "the new listing is not served")
same(site.get("/healthz")[0], 200, "health")
health = site.json("/healthz")
same((health["status"], health["listing_entries"]), ("ok", 2), "health")

# The same object as on the command line.
ours = house.json("check", "14.160.1.2", status=1)[0]
theirs = site.json("/api/v1/check")
for key in ("ip", "unit", "answer", "listed"):
    same(theirs[key], ours[key], key)
same([(s["botnet"], s["kind"], s["feed"]) for s in theirs["sightings"]],
    [(s["botnet"], s["kind"], s["feed"]) for s in ours["sightings"]], "sightings")
same(site.json("/api/v1/check", "14.160.9.9")["answer"], "not_seen", "another visitor")
same(site.json("/api/v1/check", "100.64.0.1")["answer"], "cannot_be_said", "shared space")

# Nobody asks about others, and no other site's page asks at all.
status, body, answer = site.get("/api/v1/check?ip=14.160.1.2", "14.160.9.9")
same((status, json.loads(body)["error"]["code"]), (403, "forbidden"), "?ip=")
same(answer.getheader("Cache-Control"), "no-store", "Cache-Control")
same(answer.getheader("Access-Control-Allow-Origin"), None, "CORS")
same(site.get("/api/v1/check", **{"Sec-Fetch-Site": "cross-site"})[0], 403, "cross-site")
check("Có dấu hiệu nhiễm mã độc" in site.get("/vi/kiem-tra")[1], "the page for a listed visitor")
same(site.get("/vi/kiem-tra?as=14.160.1.2", "14.160.9.9")[0], 400, "?as= with real data")

# The portal has no rights left.
about = dict(line.split(":\t", 1)
    for line in Path(f"/proc/{site.portal()}/status").read_text().splitlines() if ":\t" in line)
same((about["Seccomp"], about["NoNewPrivs"], int(about["CapEff"], 16)), ("2", "1", 0), "rights")
check(about["Uid"].split()[0] != "0", "the portal runs as root")

# The counters of downloads came with it, opened by the supervisor while it had the rights.
counters = house.data / "counters"
same((counters.stat().st_size, counters.stat().st_mode & 0o777), (1 << 20, 0o644), "counters")
same(str(counters.stat().st_uid), about["Uid"].split()[0], "owner of the counters")

# Another listing under load: every answer is whole, none fails.
stop = threading.Event()
wrong = []


# Many visitors, since one alone would meet the limit on requests.
def ask_on():
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=PATIENCE)
    while not stop.is_set():
        visitor = f"14.160.{random.randrange(256)}.{random.randrange(256)}"
        try:
            connection.request("GET", "/api/v1/check", headers={"X-Forwarded-For": visitor})
            answer = json.loads(connection.getresponse().read())
            if answer.get("ip") != visitor or answer["answer"] not in ("seen", "not_seen"):
                wrong.append(answer)
        except (OSError, ValueError, http.client.HTTPException) as e:
            wrong.append(repr(e))
            return


askers = [threading.Thread(target=ask_on) for _ in range(4)]
for asker in askers:
    asker.start()
for _ in range(2):
    house.run("retract", report)
    soon(lambda: not site.json("/api/v1/check")["listed"], "the retracted file still answers")
    house.json("ingest", "--feed", "shadow", report)
    soon(lambda: site.json("/api/v1/check")["listed"], "the file back in does not answer")
stop.set()
for asker in askers:
    asker.join()
same(wrong, [], "answers while the listing changed")

# A damaged file in its place is not taken over.
listing = house.data / "public" / "listing"
whole = listing.read_bytes()
spoilt = listing.with_name(".spoilt")
spoilt.write_bytes(whole[:64] + bytes([whole[64] ^ 1]) + whole[65:])
spoilt.rename(listing)
soon(lambda: any("not-published" in line for line in site.said), "damage is not reported")
same(site.json("/api/v1/check")["listed"], True, "a damaged listing is served")

# A portal that dies is started again.
first = site.portal()
os.kill(first, signal.SIGKILL)
soon(lambda: site.portal() not in (None, first), "the portal is not started again")
good = listing.with_name(".good")
good.write_bytes(whole)
good.rename(listing)


def answers():
    try:
        return site.json("/api/v1/check")["listed"]
    except (OSError, http.client.HTTPException):
        return False


soon(answers, "the new portal does not answer")

# Refusals in plain words.
refused(serve("--listen", f"127.0.0.1:{site.port}"), str(site.port), "in use", "--listen")
refused(serve("--listen", "127.0.0.1:0", data=house.folder / "nowhere"), "no data folder", "init")
refused(serve("--listen", "localhost"), "ADDRESS:PORT")
refused(serve("--listen", "127.0.0.1:0", "--trusted-proxy", "10.0.0.1/8"), "--trusted-proxy")

# The end: at once, politely, with the port free for the next.
site.process.send_signal(signal.SIGTERM)
same(site.process.wait(timeout=PATIENCE), 0, "exit status after SIGTERM")
with socket.socket() as again:
    again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    again.bind(("127.0.0.1", site.port))
