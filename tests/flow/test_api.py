# SPDX-License-Identifier: Apache-2.0
"""The API is what data/openapi.json says: every path, every documented status, every body."""
import http.client
import io
import json
import os
import re
import socket
import threading
from datetime import timedelta
from pathlib import Path

from flow import HEADER, PATIENCE, House, ago, check, clear_of, now, same, sinkhole, soon
from schema import Schemas
from served import Answer, Served

root = Path(os.environ["QUETSACH_PO"]).parent
described = json.loads((root / "data" / "openapi.json").read_text(encoding="utf-8"))
schemas = Schemas(described)
TOO_MANY = 2500  # a burst is 1000
PUBLIC = [path for path, item in described["paths"].items() if item["get"]["tags"] == ["public"]]
EVALUATION = "/api/v1/evaluations/{campaign}/{number}"
OTHER_METHODS = ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]


def fits(schema, value, what):
    same(schemas.faults(value, schema), [], what)


def documented(path, status):
    responses = described["paths"][path]["get"]["responses"]
    return schemas.resolve(responses.get(str(status), responses["default"]))


def examine(path, answer, status):
    """Status, headers and body as they are described."""
    what = f"{path} {status}"
    same(answer.status, status, f"{what}: {answer.body!r}")
    description = documented(path, status)
    for name, header in description.get("headers", {}).items():
        value = answer.header(name)
        wants = schemas.resolve(header["schema"])
        value = int(value) if wants.get("type") == "integer" and value else value
        fits(wants, value, f"{what}: {name}")
    kinds = description.get("content", {})
    if not kinds:
        same(answer.body, b"", what)
        return
    kind = (answer.header("Content-Type") or "none").partition(";")[0]
    check(kind in kinds, f"{what}: {kind} is not described")
    body = answer.json if kind == "application/json" else answer.text
    fits(kinds[kind]["schema"], body, what)
    if status >= 400 and kind == "application/json" and "error" in body:
        same(body["error"]["status"], status, what)


# --- the description itself ---

def every_example(node, where="$"):
    if isinstance(node, dict):
        if "schema" in node and "example" in node:
            yield where, node["schema"], node["example"]
        for name, example in node.get("examples", {}).items() if "schema" in node else ():
            yield f"{where}.{name}", node["schema"], example["value"]
        for name, inner in node.items():
            yield from every_example(inner, f"{where}.{name}")


examples = list(every_example(described))
check(len(examples) > 10, "the description has examples")
for where, schema, example in examples:
    fits(schema, example, f"example {where}")

table = (root / "src" / "server" / "portal_role.c").read_text(encoding="utf-8")
routes = set(re.findall(r'\{STR_INIT\("((?:/api/|/healthz|/metrics)[^"]*)"\)', table))
# A route that ends in "/" is for all that begins so: "/api/v1/evaluations/{campaign}/{number}".
same(sorted(routes), sorted(re.sub(r"\{.*", "", path) for path in described["paths"]),
    "routes of the program and of the description")
PARTS = {"campaign": "test", "number": "1"}


def address(path):
    """A path of the description with something that is there."""
    return path.format(**PARTS)


# --- before anything is published ---

clear_of(0, 17)
house = House()
listing = house.data / "public" / "listing"
listing.rename(house.folder / "listing")
site = Served(house.data)


def ask_operator(path, **more):
    return site.ask(address(path), visitor=None if path == "/metrics" else "14.160.9.9", **more)


examine("/healthz", site.ask("/healthz"), 503)
for path in described["paths"]:
    if path != "/healthz":
        examine(path, ask_operator(path), 404 if "{" in path else 200)
same(site.ask("/api/v1/evaluations").json["evaluations"], [], "no evaluation yet")
same(site.ask("/api/v1/check").json["reason"], "no_listing", "reason before anything is published")
same(site.ask("/api/v1/figures").json["figures"], [], "no figures yet")
same(site.ask("/api/v1/campaign").json["identity"], {}, "nobody has spoken yet")

# --- with a listing, a site, a campaign ---

house.networks()
report = house.write(f"{now():%Y-%m-%d}-event4_sinkhole-vn.csv",
    HEADER + sinkhole(ago(hours=2), "14.160.1.2") + sinkhole(ago(hours=3), "2001:ee0::5")
    + sinkhole(ago(days=1), "14.160.1.9") + sinkhole(ago(days=2), "14.160.1.9"))
house.json("ingest", "--feed", "shadow", report)
house.run("feed", "set", "--public-check", "yes", "--public-stats", "yes", "shadow")
house.run("publish")
house.run("site", "set", "address", "https://quetsach.example")
house.run("site", "set", "organiser-vi", 'Trung tâm "An ninh" mạng')
house.run("site", "set", "mail", "lienhe@quetsach.example")
days = {"before": (3, 9), "during": (-3, 2), "after": (-9, -3)}


def set_campaign(phase):
    begins, ends = (now() + timedelta(days=days[phase][0]), now() + timedelta(days=days[phase][1]))
    house.run("campaign", "set", "test", "--name-vi", "Thử", "--name-en", "Test", "--country", "VN",
        "--zone", "Asia/Ho_Chi_Minh", "--begins", f"{begins:%Y-%m-%d}", "--ends", f"{ends:%Y-%m-%d}")


set_campaign("during")
soon(lambda: site.ask("/api/v1/check", visitor="14.160.1.2").json["listed"], "not listed")
for path in described["paths"]:
    examine(path, ask_operator(path), 404 if "{" in path else 200)
soon(lambda: "campaign" in site.ask("/api/v1/campaign").json, "the campaign is not shown")
same(site.ask("/api/v1/campaign").json["identity"], {"address": "https://quetsach.example", "mail": "lienhe@quetsach.example",
    "organiser": {"vi": 'Trung tâm "An ninh" mạng'}}, "identity")
for phase in days:
    set_campaign(phase)
    soon(lambda: site.ask("/api/v1/campaign").json["campaign"]["phase"] == phase, phase)
    examine("/api/v1/campaign", site.ask("/api/v1/campaign"), 200)


def span(first, last):
    return f"{now() + timedelta(days=first):%Y-%m-%d}..{now() + timedelta(days=last):%Y-%m-%d}"


# Too little to say anything is enough to be published.
house.run("campaign", "set", "test", "--baseline", span(-16, -12), "--goal",
    f"less:addresses:daily-mean:50%:{span(-6, -2)}")
house.run("edition", "make", "test", "--reply-days", "0")
soon(lambda: ask_operator(EVALUATION).status == 200, "the edition is not served")
examine("/api/v1/evaluations", site.ask("/api/v1/evaluations"), 200)
listed = site.ask("/api/v1/evaluations").json["evaluations"]
same([(e["campaign"], e["number"], e["provisional"]) for e in listed],
    [("test", 1, False), ("test", 0, True)], "newest first, the provisional one last")
same(site.ask(listed[0]["data"]).body, ask_operator(EVALUATION).body, "where the list says")
same(site.ask(EVALUATION.format(campaign="test", number="latest")).body, ask_operator(EVALUATION).body,
    "the latest")
check("data" not in listed[1], "the provisional one has no file")
for lang, page in listed[0]["page"].items():
    same(site.ask(page).status, 200, f"its page, {lang}")
for path in ("test/0", "test/2", "test/01", "test/", "test", "other/1", "other/latest", "test/1/", "/1", "../1",
        "test/1.json", "test/%31%00", "test/-1", "test/99999999999999999999"):
    fits({"$ref": "#/components/schemas/Error"}, site.ask("/api/v1/evaluations/" + path).json, path)
    same(site.ask("/api/v1/evaluations/" + path).status, 404, path)
check(site.ask("/api/v1/tools").json["tools"], "the program's own catalogue")
figures = {figure["key"]: figure for figure in site.ask("/api/v1/figures").json["figures"]}
check(figures["top10-daily"]["days"], "the live figure")
for figure in figures.values():
    same(figure["simulated"], False, figure["key"])
    check("title" in figure, f"{figure['key']} has a title")
for visitor, verdict in (("14.160.1.2", "seen"), ("2001:ee0::77", "seen"),
        ("14.160.1.3", "not_seen"), ("100.64.0.1", "cannot_be_said"),
        ("10.0.0.1", "cannot_be_said")):
    answer = site.ask("/api/v1/check", visitor=visitor)
    examine("/api/v1/check", answer, 200)
    same(answer.json["answer"], verdict, visitor)

# --- every documented status of every path ---

class OneAfterAnother(io.BufferedReader):
    """Answers of one connection, read by http.client, which would close it after each."""

    def makefile(self, _mode):
        return self

    def close(self):
        pass


def over_the_rate(path):
    """More than a visitor's burst, all on the way at once: a slow machine's own pace would stay below the rate."""
    request = f"GET {address(path)} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 14.160.66.6\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", site.port), PATIENCE) as s:
        sender = threading.Thread(target=s.sendall, args=(request * TOO_MANY,))
        sender.start()
        answers = OneAfterAnother(s.makefile("rb", buffering=0))
        found = None
        for _ in range(TOO_MANY):
            response = http.client.HTTPResponse(answers)
            response.begin()
            answer = Answer(response, response.read())
            found = found or (answer if answer.status == 429 else None)
        sender.join()
    check(found, f"{path}: nobody is ever too fast")
    return found


PROVOKED = {
    "200": lambda path: ask_operator(path),
    "304": lambda path: site.ask(address(path), If_None_Match=site.ask(address(path)).header("ETag")),
    "400": lambda path: site.ask(address(path), visitor="nobody knows"),
    "403": lambda path: site.ask(path + "?ip=14.160.1.2"),
    "404": lambda path: site.ask(path),
    "413": lambda path: site.ask(address(path), body=b"{}"),
    "429": over_the_rate,
    "431": lambda path: site.ask(address(path), X_Long="x" * 9000),
}
for path, item in described["paths"].items():
    same(list(item), ["get"], f"methods of {path}")
    for status in item["get"]["responses"]:
        if status in ("default", "503"):
            continue
        examine(path, PROVOKED[status](path), int(status))
    for method in OTHER_METHODS:
        answer = site.ask(address(path), method=method)
        examine(path, answer, 405)
        same(answer.header("Allow"), "GET, HEAD", f"{method} {path}: Allow")
    whole, head = ask_operator(path), ask_operator(path, method="HEAD")
    same((head.status, head.body), (200, b""), f"HEAD {path}")
    for name in ("Content-Type", "Cache-Control", "Access-Control-Allow-Origin"):
        same(head.header(name), whole.header(name), f"HEAD {path}: {name}")

# What is not described is not there.
for path in ("/api", "/api/", "/api/v1/", "/api/v1/check/", "/api/v1/checks", "/api/v2/check",
        "/healthz/", "/metrics/"):
    same(site.ask(path).status, 404, path)
answer = site.ask("/api/v1/nothing")
fits({"$ref": "#/components/schemas/Error"}, answer.json, "404")
same(site.ask("/api/v1/openapi.json").json, described, "the description that is served")

# --- who may read what ---

# Scripts of other sites: public figures, nothing else.
OPEN = ("/api/v1/figures", "/api/v1/evaluations", EVALUATION)
for path in described["paths"]:
    for visitor in ("14.160.1.2", "14.160.1.3"):
        answer = site.ask(address(path), visitor=visitor, Origin="https://evil.example")
        allowed = "*" if path in OPEN else None
        same(answer.header("Access-Control-Allow-Origin"), allowed, f"{path}: CORS")
        same(answer.header("Access-Control-Allow-Credentials"), None, f"{path}: credentials")
    same(site.ask(address(path), method="OPTIONS", Origin="https://evil.example",
        Access_Control_Request_Method="GET").header("Access-Control-Allow-Methods"), None, path)

# The check answers the visitor, not the page of another site that the visitor looks at.
for value, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 200), ("none", 200),
        ("anything", 403)):
    answers = [site.ask("/api/v1/check", visitor=visitor, Sec_Fetch_Site=value)
        for visitor in ("14.160.1.2", "14.160.1.3")]
    for answer in answers:
        examine("/api/v1/check", answer, status)
    if status == 403:
        same(answers[0].body, answers[1].body, "a refusal says nothing about the visitor")
for argument in ("ip=14.160.1.2", "as=14.160.1.2", "ip", "as=", "x=1&ip=1"):
    examine("/api/v1/check", site.ask(f"/api/v1/check?{argument}"), 403)
for path in PUBLIC:
    examine(path, site.ask(address(path), Sec_Fetch_Site="cross-site"), 200)

# Counters are the operator's: not through the proxy, whoever the visitor claims to be.
for visitor in ("127.0.0.1", "::1", "14.160.1.2"):
    examine("/metrics", site.ask("/metrics", visitor=visitor), 404)
metrics = site.ask("/metrics", visitor=None).text
for line in ('quetsach_listing_entries{family="v4"} 2', 'quetsach_listing_entries{family="v6"} 1',
        "quetsach_listing_simulated 0", "quetsach_listing_present 1"):
    check(f"\n{line}\n" in metrics, f"“{line}” is missing in: {metrics}")
names = re.findall(r"^# TYPE (\S+)", metrics, re.M)
same(len(names), len(set(names)), "each metric is described once")
for line in metrics.splitlines():
    check(re.fullmatch(r'# (HELP|TYPE) [a-z_:]+ .+|[a-z_:]+(\{[a-z_]+="[^"\\]*"'
        r'(,[a-z_]+="[^"\\]*")*\})? [0-9.e+-]+', line), f"no line of Prometheus' format: {line}")
check("14.160." not in metrics, "no visitor's address stands among the counters")

site.stop()
