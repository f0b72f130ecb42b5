# SPDX-License-Identifier: Apache-2.0
"""Returns from the form to the document: on the command line, as a spreadsheet, at the desk; totals held against
plain arithmetic on the tables."""
import hashlib
import http.client
import io
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import zipfile
from datetime import datetime, timezone

from desking import Browser, Desk, add_user
from flow import HEADER, PATIENCE, House, check, same, sinkhole, soon

C = "vn-2020"
house = House()
house.run("campaign", "set", C, "--name-vi", "Chiến dịch 2020", "--name-en", "Campaign 2020", "--country", "VN",
    "--zone", "Asia/Ho_Chi_Minh", "--begins", "2020-09-16", "--ends", "2020-10-31")
house.run("campaign", "set", "vn-2019", "--name-vi", "Chiến dịch 2019", "--name-en", "Campaign 2019", "--country", "VN",
    "--zone", "Asia/Ho_Chi_Minh", "--begins", "2019-09-16", "--ends", "2019-10-31")
rows = [("VN", "", "Trung ương")]
for province in range(3):
    rows.append((f"{province}", "VN", f"Tỉnh số {province}"))
    rows += [(f"{province}.{ward}", f"{province}", f"Phường {ward} tỉnh {province}") for ward in range(8)]
house.write("units.csv", "code,parent,name_vi\n" + "".join(",".join(row) + "\n" for row in rows))
house.run("unit", "import", house.folder / "units.csv", "--day", "2020-01-01")

# --- the form: Appendix II until another is set; a wrong one is refused by line ---
form = house.run("form", "show", C).stdout
check("Tổng số cơ quan, tổ chức, doanh nghiệp nhận được thông tin về chiến dịch" in form, form)
bad = house.run("form", "set", C, house.write("bad.txt", form + "row: more\ntype: picture\n"), status=2).stderr
check(re.search(r"bad\.txt:\d+: type", bad), bad)
more = form + "\nrow: machines\ntype: number\nlabel-vi: Số máy\nlabel-en: Machines\nsummed: yes\n"
house.run("form", "set", C, house.write("more.txt", more))
same(house.json("form", "show", C)[0]["version"], 1, "a version of the form")
same(house.json("form", "show", C, "--number", "0")[0]["text"], form, "the form before")

# --- deadlines: "before" is exclusive, in the campaign's zone; a unit's before its coordinator's ---
house.run("deadline", "set", C, "2020-10-22", "--level", "0")
house.run("deadline", "set", C, "2020-10-20", "--level", "1")
check("coordinator" in house.run("deadline", "set", C, "2020-10-20", "--level", "2", "--lang", "en", status=2).stderr,
    "no deadline after the coordinator's")
house.run("deadline", "set", C, "2020-10-15", "--level", "2")
check(house.run("deadline", "set", C, "2020-10-21", "--org", "1.1", status=2).stderr, "nor of one unit")
same([d["late_from"] for d in house.json("deadline", "list", C)],
    ["2020-10-21T17:00:00Z", "2020-10-19T17:00:00Z", "2020-10-14T17:00:00Z"], "midnight in Hanoi")


# --- a spreadsheet out, filled in elsewhere, and in again ---
def fill(path, cells, hidden=None):
    """As a spreadsheet program would leave it: the cells of the sheet changed, nothing else."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(out, "w") as filled:
        for name in book.namelist():
            data = book.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = data.decode()
                for cell, value in cells.items():
                    text, count = re.subn(rf'<c r="{cell}"( s="\d+")?(/>| t="s"><v>\d+</v></c>|><v>[^<]*</v></c>)',
                        rf'<c r="{cell}"\1><v>{value}</v></c>' if not isinstance(value, str) else
                        rf'<c r="{cell}"\1 t="inlineStr"><is><t>{value}</t></is></c>', text)
                    same(count, 1, f"cell {cell} of the template")
                data = text.encode()
            filled.writestr(name, data)
    return house.write("filled.xlsx", out.getvalue())


template = house.folder / "template.xlsx"
house.run("return", "template", C, "0.0", "--output", template)
wrong = house.run("return", "submit", C, "0.0", fill(template, {"C7": 1.5, "C8": "chín"}), "--lang", "en",
    status=2).stderr
check("C7: " in wrong and "C8: " in wrong and "whole number" in wrong, f"errors by cell: {wrong}")
check("state" not in house.run("return", "show", C, "0.0", "--json", status=2).stdout, "nothing was taken")
house.run("return", "submit", C, "0.1", template, status=2)  # the sheet of another unit
warned = house.run("return", "submit", C, "0.0", fill(template, {"C7": 10, "C8": 12}), "--lang", "en", status=2).stderr
check("C8: please check" in warned and "--confirm" in warned, f"a warning: {warned}")
house.run("return", "submit", C, "0.0", fill(template, {"C7": 10, "C8": 12, "D7": "cả huyện"}), "--confirm")
shown = house.json("return", "show", C, "0.0")[0]
same([(row["key"], row.get("number")) for row in shown["rows"]],
    [("informed", 10), ("deployed", 12), ("assessment", None), ("machines", None)], "what was declared")
same(shown["rows"][0]["note"], "cả huyện", "a note")
check(any(e["what"] == "submit" and e["on_behalf"] and "check" in e["text"] for e in shown["history"]), shown["history"])

# --- as a draft: what has to be mended is said by cell; who saved meanwhile loses nothing ---
house.run("return", "template", C, "0.2", "--output", template)
said = house.run("return", "submit", C, "0.2", fill(template, {"C7": "chín", "C8": 4}), "--draft", "--lang", "en").stderr
check("C7: " in said and "whole number" in said, f"errors of a draft by cell: {said}")
same([row["value"] for row in house.json("return", "show", C, "0.2")[0]["rows"]][:2], ["chín", "4"], "kept as it came")
late = house.json("return", "submit", C, "0.2", fill(template, {"C7": 9, "C8": 5}), "--draft")[0]
same(late["aside"], True, "made from an older draft: beside it")
same(house.json("return", "show", C, "0.2")[0]["rows"][1]["value"], "4", "the draft stands")
same(house.json("return", "show", C, "0.2")[0]["history"][-1]["what"], "aside", "and it is told")

# --- a sheet made for the form of yesterday is read by what it says, and what changed is told ---
house.run("return", "template", C, "0.3", "--output", template)
newer = more.replace("label-en: Machines", "label-en: Machines looked at").replace("label-vi: Số máy",
    "label-vi: Số máy đã rà quét").replace("row: deployed", "row: joined").replace("deployed", "joined") + (
    "\nrow: cleaned\ntype: number\nlabel-vi: Số máy đã làm sạch\nlabel-en: Machines cleaned\n")
house.run("form", "set", C, house.write("newer.txt", newer))
old = fill(template, {"C7": 3, "C8": 2, "C10": 8})
said = house.run("return", "submit", C, "0.3", old, "--lang", "en", status=2).stderr
check("C8: the new form no longer asks" in said and "C10: please check: the form has changed" in said and
    "“Machines looked at”" in said and "new row “Machines cleaned”" in said and "--confirm" in said, said)
house.run("return", "submit", C, "0.3", old, "--draft")
same([(row["key"], row["value"]) for row in house.json("return", "show", C, "0.3")[0]["rows"]],
    [("informed", "3"), ("joined", ""), ("assessment", ""), ("machines", "8"), ("cleaned", "")], "by key, in the new form")
house.run("form", "set", C, house.write("more.txt", more))

# --- judged: sent back needs a reason, an accepted one is counted ---
house.run("return", "send-back", C, "0.0", status=2)
house.run("return", "send-back", C, "0.0", "--why", "Thiếu số máy")
same(house.json("return", "roll-up", C)[0]["sums"][0]["sum"], 0, "sent back is not counted")
house.run("return", "template", C, "0.0", "--output", template)
house.run("return", "submit", C, "0.0", fill(template, {"C10": 7}), "--confirm")
house.run("return", "accept", C, "0.0")
house.run("return", "accept", C, "0.0", status=2)
same(house.json("return", "show", C, "0.0", "--number", "1")[0]["rows"][0]["number"], 10, "the first version stands")

# --- many, straight into the tables; every level against plain arithmetic ---
random.seed(20201022)
base = sqlite3.connect(house.data / "office" / "office.db")
base.execute("PRAGMA foreign_keys = on")
for (org,) in base.execute("SELECT id FROM org WHERE code NOT IN ('0.0', '0.2', '0.3', '2.6', '2.7', 'VN') ORDER BY id").fetchall():
    state = random.choice([0, 1, 2, 3, 4])
    if state == 0:
        continue
    first = random.choice([1602600000, 1602694799, 1602694800, 1603000000])
    base.execute("INSERT INTO returns (campaign, org, state, form, versions, opened, first_submitted, submitted)"
        " VALUES (?, ?, ?, 1, ?, 1602000000, ?, ?)", (C, org, state, int(state > 1), first * (state > 1), first))
    number = base.execute("SELECT last_insert_rowid()").fetchone()[0]
    if state > 1:
        base.execute("INSERT INTO return_version VALUES (?, 1, 1, '', '', '', '', 0)", (number,))
        for field in ("informed", "deployed", "machines"):
            value = random.randrange(10**6)
            base.execute("INSERT INTO return_answer VALUES (?, 1, ?, ?, ?, '')", (number, field, value, str(value)))
base.commit()
parent = dict(base.execute("SELECT org, superior FROM org_line WHERE campaign = ''"))
codes = dict(base.execute("SELECT id, code FROM org"))
ends = {code: {1: 1603299600, 2: 1603126800, 3: 1602694800}[len(code.split(".")) + (code != "VN")] for code in codes.values()}
states = {org: (state, first, versions, number) for org, state, first, versions, number in
    base.execute("SELECT org, state, first_submitted, versions, id FROM returns WHERE campaign = ?", (C,))}
answers = {}
for number, version, field, value in base.execute("SELECT id, version, field, number FROM return_answer"):
    if value is not None:
        answers[number, version, field] = value


def below(top):
    found = {top}
    while True:
        more = {org for org, above in parent.items() if above in found} | found
        if more == found:
            return found
        found = more


for top, code in codes.items():
    got = house.json("return", "roll-up", C, code)[0]
    orgs = below(top)
    counted = [org for org in orgs if org in states and states[org][0] in (2, 4)]
    late = [org for org in counted if states[org][1] >= ends[codes[org]]]
    same((got["expected"], got["reported"], got["late"], got["unopened"], got["sent_back"]),
        (len(orgs), len(counted), len(late), len([org for org in orgs if org not in states]),
         len([org for org in orgs if org in states and states[org][0] == 3])), f"completeness of {code}")
    for row in got["sums"]:
        values = [answers[states[org][3], states[org][2], row["row"]] for org in counted
            if (states[org][3], states[org][2], row["row"]) in answers]
        same((row["sum"], row["units"]), (sum(values), len(values)), f"{row['row']} of {code}")
    for row in range(3):
        same(sum(child["sums"][row]["sum"] for child in got["children"]), got["sums"][row]["sum"], "children add up")
same(len(house.json("return", "list", C, "--state", "late")), house.json("return", "roll-up", C)[0]["late"], "who is late")

# --- the document says the same number ---
page = house.folder / "document.html"
house.run("return", "document", C, "VN", "--output", page, "--output", house.folder / "document.pdf",
    "--output", house.folder / "document.xlsx", "--lang", "vi")
total = house.json("return", "roll-up", C)[0]["sums"][0]["sum"]
check(f"{total:,}".replace(",", ".") in page.read_text(), "the sum in the document")
check("ổng các số đã khai" in page.read_text(), "its caption")
check(all(words in page.read_text() for words in ("Kính gửi:", "<li>……………………………………</li>", "<p>Số: ………/………</p>",
    "……………, ngày …… tháng …… năm ", "Như trên", "Thủ trưởng đơn vị", "(Ký, ghi rõ họ tên, đóng dấu)")),
    "a hand finds room for what nobody has said")
check((house.folder / "document.pdf").read_bytes().startswith(b"%PDF-"), "a PDF")
base.close()


def told(browser, page, words):
    """The job that a page asked for, until its result is told there."""
    job = re.search(r"(?:job=|jobs/)(\d+)", browser.page.location or "")
    check(job, f"no job: {browser.page.status} {browser.page.location} {browser.desk.said[-3:]}")
    soon(lambda: words in browser.get(f"{page}?job={job[1]}").body, lambda: browser.page.body[-3000:])


def offline(unit, lead):
    """A sheet and a list, through the clerk; what is wrong by cell and by line."""
    path = f"campaigns/{C}/returns/{wanted}"
    unit.get(path + "/sheet")
    check("jobs/" in unit.send(path + "/sheet", {"do": "template"}).location, "the sheet is made")
    house.run("return", "template", C, "2.7", "--output", template)
    unit.get(path + "/sheet")
    unit.send_file(path + "/sheet", "mine.xlsx", fill(template, {"C7": "mười", "C8": 3}).read_bytes(), {"do": "send"})
    told(unit, path + "/sheet", "The spreadsheet was read")
    check(unit.page.says("C7: ") and unit.page.says("whole number"), "wrong cells")
    check('value="3"' in unit.get(path).body and "mười" in unit.page.body, "it is the draft")
    unit.send_file(path + "/sheet", "no.xlsx", b"PK\x03\x04 none", {"do": "send"})
    told(unit, path + "/sheet", "not taken")
    page = path + "/orgs"
    unit.get(page)
    unit.send_file(page, "bad.csv", "Mã số thuế,Tên,informed\n0100109106,Viettel,x\n12,Ai,x\n".encode(), {"do": "send"})
    told(unit, page, "not taken")
    check(unit.page.says("12"), "the line that is wrong")
    listed = ["Mã số thuế,Tên,informed,deployed"] + [f"01001091{n:02},Nơi {n},x,{'x' if n % 2 else ''}" for n in range(60)]
    unit.send_file(page, "good.csv", "\n".join(listed + listed[1:3]).encode(), {"do": "send"})
    told(unit, page, "The list stands")
    check(unit.page.says("60") and unit.page.says("30"), "each counted once")
    rows = unit.get(page + "?as=csv").body.split("\r\n")
    same((len(rows), rows[2]), (62, "0100109101,Nơi 1,x,x"), "the list comes back in its own shape")
    unit.get(path)
    unit.send(path, {"do": "save", "row-informed": "70", "row-deployed": "31", "row-machines": "2",
        "draft": unit.page.hidden("draft")})
    unit.get(path + "/check")
    unit.send(path + "/check", {"draft": unit.page.hidden("draft"), "confirm": "1"})
    same(unit.follow().status, 200, "submitted")
    sums = house.json("return", "roll-up", C, "2.7")[0]["sums"]
    same([(row["sum"], row.get("distinct")) for row in sums], [(70, 60), (31, 30), (2, None)], "counted once")
    # What the system knows: no network is recorded; then one is, with what was seen in it.
    unit.get(path)
    unit.send(path + "/known", {})
    soon(lambda: "No networks are recorded" in unit.get(path).body, "nothing is known yet")
    house.run("unit", "network", "2.7", "14.160.0.0/24", "2001:ee0:1::/48")
    house.run("ingest", "--feed", "f", house.write("seen.csv", HEADER + "".join(sinkhole(
        datetime(2020, 10, day, tzinfo=timezone.utc), ip) for day, ip in ((1, "14.160.0.7"), (2, "14.160.0.7"),
        (2, "14.160.0.9"), (3, "14.161.0.1"), (3, "2001:ee0:1:5::1"), (4, "2001:ee0:1:5::2")))))
    house.run("return", "known", C, "2.7")
    unit.get(path)
    known = re.findall(r"seen infected</dt><dd[^>]*>(\d+)", unit.page.body)
    same(known, ["2", "1"], "addresses and /64s, apart")
    same(house.run("return", "known", C, "2.7", "--on-behalf", "unit@example.vn").returncode, 0, "for its own people")
    house.run("return", "known", C, "1.1", "--on-behalf", "unit@example.vn", status=2)


def lists(lead):
    """Who is late: sifted, sorted, taken along; accepted together where nothing was found."""
    page = f"campaigns/{C}/roll-up/{above}"
    house.run("return", "template", C, "2.6", "--output", template)
    house.run("return", "submit", C, "2.6", fill(template, {"C7": 5, "C8": 4, "C10": 1}))
    lead.get(page)
    waiting = house.json("return", "list", C, "2", "--state", "waiting")
    check(lead.page.says(f"Waiting: {len(waiting)}") or lead.page.says(str(len(waiting))), "how many wait")
    judged = house.json("return", "list", C, "2", "--state", "sent-back")
    if judged and waiting:
        one = next(org for org, code in codes.items() if code == judged[0]["code"])
        check(lead.get(f"campaigns/{C}/returns/{one}?judged=1").says("Look at the next one"), "on to the next that waits")
    rows = lead.get(page + "/units?show=overdue&sort=-name&as=csv").body.strip().split("\r\n")
    late = house.json("return", "list", C, "2", "--state", "overdue")
    same(sorted(row.split(",")[1] for row in rows[1:]), sorted(unit["code"] for unit in late), "who is overdue")
    names = [row.split(",")[0] for row in rows[1:]]
    same(names, sorted(names, reverse=True), "from the last to the first")
    same(lead.get(page + "/units?q=phuong+7&as=csv").body.count("2.7"), 1, "found without diacritics")
    house.run("campaign", "set", C, "--earlier", A)
    check(lead.get(page).says("Units that declared then") and lead.page.says("1,052"), "then and now")
    lead.get(page + "/accept")
    boxes = re.findall(r'name="(return-\d+-\d+)"', lead.page.body)
    check(0 < len(boxes) <= len(waiting), f"{boxes} of {len(waiting)}")
    lead.send(page + "/accept", {boxes[0]: "1", "return-1-1": "1"})
    same(lead.follow().status, 200, "accepted")
    same(len(house.json("return", "list", C, "2", "--state", "waiting")), len(waiting) - 1, "the ticked one")


def attachments(unit):
    """Looked through by a real clamd: what is found is handed out to nobody."""
    path = f"campaigns/{C}/returns/{wanted}"
    pdf = b"%PDF-1.4\n" + b"harmless " * 40 + b"\n%%EOF\n"
    unit.get(path + "?fill=1")
    unit.send_file(path + "/files", "../paper.pdf", pdf)
    check(unit.follow().says("not scanned yet") and unit.page.says("paper.pdf"), unit.page.body[-2000:])
    link = re.search(rf"/desk/en/({path}/files/[0-9a-f]{{64}})", unit.page.body)[1]
    same(unit.get(link).headers["Content-Disposition"].split(";")[0], "attachment", "never shown")
    check("no scanner" in house.run("return", "look", "--lang", "en").stdout, "nobody to ask")
    if not shutil.which("clamd"):
        print("clamd is not installed: nothing was looked through")
        return
    base = house.folder / "clamd"
    base.mkdir()
    (base / "test.hdb").write_text(f"{hashlib.md5(pdf).hexdigest()}:{len(pdf)}:Test-Paper\n")
    conf = house.write("clamd.conf", f"Foreground yes\nLocalSocket {house.folder}/clamd.ctl\nDatabaseDirectory {base}\n"
        f"TemporaryDirectory {house.folder}\n" + ("User root\n" if os.geteuid() == 0 else ""))
    clamd = subprocess.Popen(["clamd", "-c", str(conf)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        soon(lambda: listens(house.folder / "clamd.ctl") or clamd.poll() is not None, "clamd does not start")
        said = house.run("return", "look", "--clamd", house.folder / "clamd.ctl", "--lang", "en")
        check("Test-Paper" in said.stderr + said.stdout, said.stdout)
    finally:
        clamd.kill()
        clamd.wait()
    check(unit.get(path + "?fill=1").says("malware found") and unit.page.says("Test-Paper"), "told")
    same(unit.get(link).status, 403, "kept from everybody")
    check("0" in house.run("return", "look", "--clamd", "/nobody", "--lang", "en").stdout, "once is enough")


def listens(path):
    """A socket that is there may not be listened at yet."""
    with socket.socket(socket.AF_UNIX) as s:
        return s.connect_ex(str(path)) == 0


def killed(desk, lead):
    """kill -9 of the desk in 200 submits: what was confirmed is there."""
    units = [org for org, code in codes.items() if code in ("2.0", "2.1", "2.2", "2.3")]
    lead.get("")
    token = lead.page.hidden("token")
    confirmed = {org: [] for org in units}
    counted = threading.Semaphore(0)

    def submit(org):
        browser = Browser(desk)
        browser.cookies = dict(lead.cookies)
        path = f"campaigns/{A}/returns/{org}"
        value = org * 1000
        while len(confirmed[org]) < 50:
            value += 1
            try:
                browser.get(path + "?fill=1")
                fields = {"do": "check", "row-informed": str(value), "row-deployed": "1",
                    "draft": browser.page.hidden("draft")}
                if browser.send(path, fields, token).status != 303:
                    continue
                draft = {"draft": str(int(fields["draft"]) + 1), "confirm": "1"}
                if browser.send(path + "/check", draft, token).status == 303:
                    confirmed[org].append(value)
                    counted.release()
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)

    threads = [threading.Thread(target=submit, args=(org,)) for org in units]
    for thread in threads:
        thread.start()
    process = None
    for _ in range(4):
        for _ in range(35):
            counted.acquire()
        process = desk.the("desk", but=process)
        os.kill(process, signal.SIGKILL)
    for thread in threads:
        thread.join()
    with sqlite3.connect(house.data / "office" / "office.db") as office:
        for org in units:
            stored = {value for (value,) in office.execute("SELECT a.number FROM return_answer a JOIN returns r"
                " ON r.id = a.id WHERE r.campaign = ? AND r.org = ? AND a.version > 0 AND a.field = 'informed'", (A, org))}
            same(set(confirmed[org]) - stored, set(), f"confirmed and gone: {org}")
            same(len(confirmed[org]), 50, "submits")


# --- at the desk, without JavaScript: fill in, be warned, confirm, be judged ---
wanted, above, beside = [next(org for org, code in codes.items() if code == c) for c in ("2.7", "2", "1.1")]
A = "vn-2019"  # nothing has come there
house.run("user", "require", "coordinator", "no")
add_user(house, "unit@example.vn", "reporter", "2.7")
add_user(house, "lead@example.vn", "coordinator", "2")
desk = Desk(house)
try:
    unit, again, lead = Browser(desk), Browser(desk), Browser(desk)
    for browser, mail in ((unit, "unit@example.vn"), (again, "unit@example.vn"), (lead, "lead@example.vn")):
        browser.login(mail)
        same(browser.follow().status, 200, f"{mail} is in")
    path = f"campaigns/{A}/returns/{wanted}"
    same(unit.get(f"campaigns/{A}").location, f"/desk/en/{path}", "a reporter's campaign is one return")
    unit.get(path)
    check(unit.page.says("Letter received") and unit.page.says("Statistics") is not None, unit.page.body)
    unit.send(path, {"do": "receive"})
    unit.follow()
    check('name="row-informed"' in unit.page.body and 'value="1"' in unit.page.body, "row 1 is filled in")
    again.get(path)
    fields = {"do": "save", "row-informed": "1.052", "row-deployed": "2000", "row-assessment": "Tốt <b>",
        "draft": unit.page.hidden("draft")}
    same(unit.send(path, fields).status, 303, "saved")
    # Who saves second loses nothing: both are kept, field by field one is chosen.
    stale = again.page.hidden("draft")
    clash = again.send(path, fields | {"row-informed": "7", "draft": stale})
    same(clash.location, f"/desk/en/{path}/aside/1", "two people at once")
    again.follow()
    check(again.page.says("1,052") and again.page.says("The other draft") and not again.page.says("Tốt"),
        "what differs stands side by side")
    check(unit.get(path).says("not in the saved one"), "who looks at the return is told")
    # What no draft can hold is told, also where it would be put aside.
    for unfit in ({"paper-number": "9" * 65}, {"paper-signer": "A\nB"}):
        same(again.send(path, fields | unfit | {"draft": stale}).status, 400, f"{list(unfit)}: to be mended")
    again.send(path + "/aside/1", {"do": "choose", "row-informed": "other", "draft": again.page.hidden("draft")})
    check('value="7"' in again.follow().body and not again.page.says("not in the saved one"), "as chosen")
    # A script saves by itself: a number back, or a refusal that keeps nothing aside.
    kept = again.send(path, fields | {"do": "keep", "draft": again.page.hidden("draft")})
    same((kept.status, int(kept.body)), (200, int(stale) + 3), "saved by itself")
    again.get(path)
    same(again.send(path, fields | {"do": "keep", "draft": stale}).status, 409, "not over another's")
    check("connect-src 'self'" in again.get(path).headers["Content-Security-Policy"], "and may ask for it")
    unit.get(path)
    check(unit.page.says("Tốt <b>") and "Tốt <b>" not in unit.page.body, "text is text")
    fields["draft"] = unit.page.hidden("draft")
    same(unit.send(path, fields | {"do": "check"}).location, f"/desk/en/{path}/check", "on to the check")
    unit.follow()
    check(unit.page.says("1,052") and unit.page.says("count different groups"), "the warning")
    sent = {"draft": unit.page.hidden("draft")}
    same(unit.send(path + "/check", sent).status, 400, "not without confirming")
    same(unit.send(path + "/check", sent | {"confirm": "1"}).status, 303, "submitted")
    check(unit.follow().says("submitted"), "said so")
    check('name="row-informed"' not in unit.page.body and "?fill=1" in unit.page.body, "handed in: read first")
    check('name="row-informed"' in unit.get(path + "?fill=1").body, "changed by who asks for it")
    same(unit.send(path + "/judge", {"do": "accept", "version": "1"}).status, 403, "nobody judges their own")
    for other in (beside, above, 99999):
        same(unit.get(f"campaigns/{A}/returns/{other}").status, 404, "what is beside or above does not exist")
    same(unit.get(f"campaigns/{A}/roll-up/{wanted}").status, 403, "totals are for coordinators")
    same(lead.get(f"campaigns/{A}/returns/{beside}").status, 404, "nor for a coordinator beside")
    lead.get("")
    check(lead.page.says("1 of 9 units have reported ("), lead.page.body)
    check(f'/desk/en/campaigns/{A}/roll-up/{above}/accept">Returns waiting for you to look at: 1<' in lead.page.body,
        "the first page says what waits for whom")
    lead.get(path)
    lead.send(path + "/judge", {"do": "send-back", "version": "1", "reason": "Kiểm tra lại dòng 2"})
    check(lead.follow().says("Kiểm tra lại dòng 2"), "sent back")
    check(unit.get(path).says("Kiểm tra lại dòng 2") and 'name="row-informed"' in unit.page.body, "the unit reads it")
    unit.send(path, fields | {"do": "check", "row-deployed": "900", "draft": unit.page.hidden("draft")})
    unit.follow()
    unit.send(path + "/check", {"draft": unit.page.hidden("draft")})
    same(unit.follow().status, 200, "submitted again")
    lead.get(path)
    same(lead.send(path + "/judge", {"do": "accept", "version": "1"}).status, 303, "judging an old version")
    check(lead.follow().says("changed"), "is told")
    # Accepted while somebody typed: what counts is what was handed in, what was typed waits.
    typed = fields | {"row-informed": "4.321", "draft": again.get(path + "?fill=1").hidden("draft")}
    again.send(path, typed | {"row-deployed": "901"})
    check(lead.get(path).says("1,052") and not lead.page.says("4,321") and lead.page.says("is changing a new draft"),
        "who judges reads what was handed in")
    lead.send(path + "/judge", {"do": "accept", "version": "2"})
    lead.follow()
    check(again.get(path).says("1,052") and not again.page.says("4,321") and again.page.says("never submitted"),
        "what was accepted is what is shown")
    kept = again.send(path, typed | {"do": "keep"})
    same((kept.status, kept.body), (409, "closed"), "the script is told")
    again.get(path)
    same(again.send(path, typed | {"row-informed": "5.432"}).location, f"/desk/en/{path}/aside/1", "put aside")
    check(again.follow().says("5,432") and again.page.says("accepted while you were writing") and
        'value="choose"' not in again.page.body, "what was typed is there, and no way to change what is accepted")
    again.send(path + "/aside/1", {"do": "choose"})
    same(again.page.location, f"/desk/en/{path}/aside/1", "nor by force")
    again.get(path + "/aside/1")
    again.send(path + "/aside/1", {"do": "drop"})
    lead.get(path)
    lead.get(f"campaigns/{A}/roll-up/{above}")
    check(lead.page.says("1,052") and lead.page.says("1 / 9"), "the totals")
    paper = lead.get(f"campaigns/{A}/roll-up/{above}/document").body
    check("1,052" in paper and "<li>Trung ương</li>" in paper and "Head of the unit" in paper, "the document")
    offline(unit, lead)
    lists(lead)
    attachments(unit)
    killed(desk, lead)
finally:
    desk.process.terminate()
    desk.process.wait(PATIENCE)
check(not any("Sanitizer" in line for line in desk.said), "".join(desk.said))
same(house.json("return", "show", A, "2.7")[0]["state"], "accepted", "what the desk did")
