# SPDX-License-Identifier: Apache-2.0
"""Returns from the form to the document: on the command line, as a spreadsheet, at the desk; totals held against
plain arithmetic on the tables."""
import io
import random
import re
import sqlite3
import zipfile

from desking import Browser, Desk, add_user
from flow import House, check, same

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
for (org,) in base.execute("SELECT id FROM org WHERE code NOT IN ('0.0', '0.2', 'VN') ORDER BY id").fetchall():
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
check((house.folder / "document.pdf").read_bytes().startswith(b"%PDF-"), "a PDF")
base.close()

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
    # Somebody with a page from before is told, and nothing is lost.
    clash = again.send(path, fields | {"row-informed": "7", "draft": again.page.hidden("draft")})
    check(clash.status == 400 and clash.says("Somebody else has just saved here: 1052") and 'value="7"' in clash.body,
        f"two people at once: {clash.status}")
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
    same(unit.send(path + "/judge", {"do": "accept", "version": "1"}).status, 403, "nobody judges their own")
    for other in (beside, above, 99999):
        same(unit.get(f"campaigns/{A}/returns/{other}").status, 404, "what is beside or above does not exist")
    same(unit.get(f"campaigns/{A}/roll-up/{wanted}").status, 403, "totals are for coordinators")
    same(lead.get(f"campaigns/{A}/returns/{beside}").status, 404, "nor for a coordinator beside")
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
    lead.send(path + "/judge", {"do": "accept", "version": "2"})
    lead.follow()
    lead.get(f"campaigns/{A}/roll-up/{above}")
    check(lead.page.says("1,052") and lead.page.says("1 / 9"), "the totals")
    check("1,052" in lead.get(f"campaigns/{A}/roll-up/{above}/document").body, "the document")
finally:
    desk.process.terminate()
    desk.process.wait(30)
check(not any("Sanitizer" in line for line in desk.said), "".join(desk.said))
same(house.json("return", "show", A, "2.7")[0]["state"], "accepted", "what the desk did")
