# SPDX-License-Identifier: Apache-2.0
"""Units at the desk: the tree of any day, lists and files of them, new ones, names and places, contact points,
networks, what ends, merges and splits, lines of reporting, tables taken in, search; nobody sees what stands
beside or above."""
import base64
import csv
import hashlib
import hmac
import http.client
import io
import re
import struct
import time
import zipfile

from desking import Browser, Desk, add_user
from flow import PATIENCE, House, check, same, soon

GOOD = {"kind": "agency", "since": "2026-02-01"}


def make_house():
    house = House()
    wards = "".join(f"{i:05},001,Phường {i:02},phường\n" for i in range(1, 121))
    house.write("units.csv", "code,parent,name_vi,level\nVN,,Cả nước,\n01,VN,Thành phố Hà Nội,thành phố\n"
        "001,01,Quận Ba Đình,quận\n002,01,Quận Hoàn Kiếm,quận\n02,VN,Tỉnh Hà Giang,tỉnh\n"
        "024,02,Thành phố Hà Giang,thành phố\n" + wards)
    house.run("unit", "import", house.folder / "units.csv", "--day", "2020-01-01")
    house.run("campaign", "set", "vn-2026", "--name-vi", "Bóc gỡ 2026", "--name-en", "Cleaning 2026",
        "--country", "VN", "--zone", "Asia/Ho_Chi_Minh", "--begins", "2026-10-01", "--ends", "2026-10-31")
    add_user(house, "an@example.vn", "coordinator", "VN")
    add_user(house, "binh@example.vn", "coordinator", "01")
    add_user(house, "chi@example.vn", "reporter", "00007")
    add_user(house, "dung@example.vn", "auditor")
    add_user(house, "em@example.vn", "operator")
    return house


def second_step(b):
    """Sets up the second factor and passes it (RFC 6238)."""
    secret = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}", b.get("second-factor").body)[0]
    mac = hmac.new(base64.b32decode(secret.replace(" ", "")), struct.pack(">Q", int(time.time()) // 30),
        hashlib.sha1).digest()
    at = mac[-1] & 15
    number = struct.unpack(">I", mac[at:at + 4])[0] & 0x7FFFFFFF
    b.send("second-factor", {"code": f"{number % 1000000:06}"})


def come_in(desk, name):
    b = Browser(desk)
    b.login(f"{name}@example.vn")
    same(b.page.status, 303, f"{name} comes in")
    if b.page.location.endswith("second-factor"):
        second_step(b)
    return b


def shows(b, path, *says):
    b.get(path)
    b.follow()
    same(b.page.status, 200, path)
    for words in says:
        check(b.page.says(words), f"{path}: {words!r} is missing")
    return b.page


def refused(b, path, fields, *says):
    b.send(path, fields)
    same(b.page.status, 400, f"{path}: {fields}")
    for words in says:
        check(b.page.says(words), f"{path}: {words!r} is missing")


def saved(b, path, fields, *says):
    b.send(path, fields)
    same(b.page.status, 303, f"{path}: {fields}")
    b.follow()
    for words in says:
        check(b.page.says(words), f"{path}: {words!r} is missing")


def id_of(page, name):
    return int(re.search(rf'orgs/(\d+)"[^>]*>{name}', page.body)[1])


def the_tree(b):
    top = shows(b, "orgs", "Thành phố Hà Nội", "Tỉnh Hà Giang")
    found = {"hanoi": id_of(top, "Thành phố Hà Nội"), "giang": id_of(top, "Tỉnh Hà Giang")}
    page = shows(b, f"orgs/{found['hanoi']}", "Quận Ba Đình", "Quận Hoàn Kiếm", "Cả nước", "2020")
    found["district"], found["hoan"] = id_of(page, "Quận Ba Đình"), id_of(page, "Quận Hoàn Kiếm")
    page = shows(b, f"orgs/{found['district']}", "Phường 01", "Phường 50")
    check(not page.says("Phường 101"), "100 a page")
    shows(b, f"orgs/{found['district']}?page=2", "Phường 101")
    page = shows(b, f"orgs/{found['district']}?sort=-code", "Phường 120")
    check(not page.says("Phường 01"), "sorted by code, the last first")
    found["ward"] = id_of(page, "Phường 120")
    for path in ("orgs/999", "orgs/0", "orgs/x", "orgs/-1", "orgs/99999999999999999999", "orgs/new", "orgs/new?under=x"):
        same(b.get(path).status, 404, path)
    return found


def finding(b):
    shows(b, "orgs?q=ba+dinh", "Quận Ba Đình", "Thành phố Hà Nội")
    shows(b, "orgs?q=HO%C3%80N", "Quận Hoàn Kiếm")
    page = shows(b, "orgs?q=%3Cscript%3E%26", "There is no such unit")
    check("<script>&" not in page.body, "escaped")
    shows(b, "orgs?q=ph%C6%B0%E1%BB%9Dng&page=2", "Phường 101")
    shows(b, "orgs?level=qu%E1%BA%ADn", "2 units", "Quận Ba Đình", "Quận Hoàn Kiếm")
    shows(b, "orgs?kind=enterprise", "There is no such unit")
    shows(b, "orgs?state=ended", "There is no such unit")
    same(b.get("orgs?day=soon").status, 400, "no day")
    check(b.page.says("not a day"), "which is said")


def a_new_one(b, found):
    path = f"orgs/new?under={found['district']}"
    fields = dict(GOOD, code="99999", name_vi="Phường Mới", parent="")
    shows(b, path, "Add a unit below")
    refused(b, path, dict(fields, code="02"), "belongs to another unit", 'value="Phường Mới"')
    refused(b, path, dict(fields, since="soon"), "not a day")
    refused(b, path, dict(fields, name_vi=""), 'href="#name_vi"')
    refused(b, path, dict(fields, since="2019-01-01"), "is not there for all of that time")
    saved(b, path, fields, "Phường Mới", "Quận Ba Đình")


def another_name_and_place(b, found):
    path = f"orgs/{found['district']}/change"
    fields = dict(GOOD, name_vi="Ba Đình mới", parent="00007")
    shows(b, path, "Change a unit")
    fields["mark"] = b.page.hidden("mark")
    refused(b, path, fields, "below itself")
    refused(b, path, dict(fields, parent="nowhere"), "no unit has the code")
    mark = b.page.hidden("mark")
    saved(b, path, dict(fields, parent="02", mark=mark), "Ba Đình mới", "Tỉnh Hà Giang", "Quận Ba Đình")
    b.get(path)
    refused(b, path, dict(fields, name_vi="Của người khác", parent="02", mark=mark), "Somebody else changed")
    check(shows(b, f"orgs/{found['district']}").says("Ba Đình mới"), "which was not overwritten")
    shows(b, f"orgs/{found['giang']}", "Ba Đình mới", "Thành phố Hà Giang")


def contact_and_networks(b, found):
    path = f"orgs/{found['giang']}/contact"
    shows(b, path)
    lan = {"name": "Nguyễn Lan", "phone": "024 1", "mail": "lan@example.vn", "mark": b.page.hidden("mark")}
    saved(b, path, lan, "Nguyễn Lan")
    b.get(path)
    refused(b, path, dict(lan, name="Khác"), "Somebody else changed")
    path += "?campaign=vn-2026"
    shows(b, path, "Cleaning 2026")
    saved(b, path, dict(lan, name="Trần Minh", mark=b.page.hidden("mark")), "Nguyễn Lan", "Trần Minh", "vn-2026")
    same(b.get(f"orgs/{found['giang']}/contact?campaign=none").status, 404, "no such campaign")
    path = f"orgs/{found['giang']}/networks"
    shows(b, path)
    refused(b, path, {"prefix": "203.0.113.1/24"}, "203.0.113.1/24")
    saved(b, path, {"prefix": "203.0.113.0/24"}, "203.0.113.0/24")
    b.send(path, {"remove": "203.0.113.0/24"})
    check(not b.follow().says('value="203.0.113.0/24"'), "gone")


def a_coordinator_sees_what_is_below(house, b, found):
    page = shows(b, "orgs", "Thành phố Hà Nội", "Quận Hoàn Kiếm")
    check(not page.says("Cả nước"), "what is above")
    giang, district = found["giang"], found["district"]
    for path in (f"orgs/{giang}", f"orgs/{district}", f"orgs/{giang}/change", f"orgs/{giang}/contact",
            f"orgs/{giang}/networks", f"orgs/new?under={giang}"):
        got = b.get(path)
        same(got.status, 404, path)
        none = b.get(re.sub(r"\d+", "987654", path))
        strip = lambda page: re.sub(r'(value|href)="[^"]*"', "", page.body)
        same(strip(none), strip(got), f"{path}: as if there were none")
    check(not shows(b, "orgs?q=ha+giang").says("Tỉnh Hà Giang"), "search finds what is below")
    same(b.get("orgs/new?under=0").status, 403, "nothing at the top")
    path = f"orgs/{found['hanoi']}/change"
    check('name="parent"' not in shows(b, path).body, "one's own place is not one's own to change")
    saved(b, path, dict(GOOD, name_vi="Thủ đô Hà Nội", parent="02", mark=b.page.hidden("mark")), "Thủ đô Hà Nội")
    units = {x["code"]: x for x in house.json("unit", "list")}
    same(units["01"]["depth"], 1, "where it was")
    path = f"orgs/{found['hoan']}/change"
    shows(b, path)
    refused(b, path, dict(GOOD, name_vi="x", parent="02", mark=b.page.hidden("mark")), "no unit has the code")


def rows(page):
    return list(csv.DictReader(io.StringIO(page.body.removeprefix("\ufeff"))))


def fetch_book(b, path):
    connection = http.client.HTTPConnection("127.0.0.1", b.desk.desk_port, timeout=PATIENCE)
    cookies = "; ".join(f"{k}={v}" for k, v in b.cookies.items())
    connection.request("GET", f"/desk/en/{path}", headers={"Cookie": cookies})
    return zipfile.ZipFile(io.BytesIO(connection.getresponse().read()))


def files_of_lists(house, b, found):
    b.get("orgs?list=1&as=csv")
    check("attachment" in b.page.headers["Content-Disposition"] and ".csv" in b.page.headers["Content-Disposition"],
        "to keep")
    units = rows(b.page)
    check({"01", "024", "00007"} <= {x["code"] for x in units}, "all of it")
    same(next(x["parent"] for x in units if x["code"] == "024"), "02", "with what it stands below")
    house.write("again.csv", b.page.body)
    same(house.json("unit", "import", house.folder / "again.csv", "--dry-run")[0]["changes"], [],
        "the file changes nothing when it is taken in")
    with fetch_book(b, f"orgs/{found['giang']}?as=xlsx") as book:
        check("Ba Đình mới" in book.read("xl/worksheets/sheet1.xml").decode(), "a spreadsheet, too")
    with fetch_book(b, "orgs/template") as book:
        same(len([x for x in book.namelist() if "worksheets/" in x]), 3, "headings and an example in each language")


def a_day_before(b, found):
    page = shows(b, f"orgs/{found['hanoi']}?day=2020-06-01", "names and places of", "Quận Ba Đình")
    check("/change" not in page.body, "nothing of it can be changed")
    page = shows(b, f"orgs/{found['hanoi']}")
    check(f"orgs/{found['district']}\"" not in page.body, "today it stands elsewhere")
    same(b.get(f"orgs/{found['district']}?day=2010-01-01").status, 404, "it was not there")


def check_first(b, path, fields, *says):
    """The page that says what will happen; what to send to have it done."""
    b.get(path)
    b.send(path, dict(fields, step="check"))
    same(b.page.status, 200, f"{path}: {fields}")
    for words in says:
        check(b.page.says(words), f"{path}: {words!r} is missing")
    return {name: b.page.hidden(name) for name in ("mark", "units", "into", "day")}


def what_ends(house, b, found):
    b.get("orgs/merge")
    refused(b, "orgs/merge", {"step": "check", "units": "nowhere", "into": "02", "day": "2026-03-01"}, "no unit has")
    refused(b, "orgs/merge", {"step": "check", "units": "", "into": "02", "day": "2026-03-01"}, 'href="#units"')
    refused(b, "orgs/merge", {"step": "check", "units": "02", "into": "02", "day": "2026-03-01"}, "below itself")
    fields = {"units": "001", "into": "024", "day": "2026-03-01"}
    again = check_first(b, "orgs/merge?units=001", fields, "Nothing has changed yet", "Ba Đình mới (001) ends",
        "move to Thành phố Hà Giang", "121 units")
    check("001" in {x["code"] for x in house.json("unit", "list")}, "nothing has happened")
    house.run("unit", "move", "00120", "002", "--day", "2026-02-02")
    refused(b, "orgs/merge", dict(again, step="do"), "Somebody else changed")
    again = check_first(b, "orgs/merge?units=001", fields)
    saved(b, "orgs/merge", dict(again, step="do"), "The units are merged", "Phường 01")
    page = shows(b, f"orgs/{found['district']}", "Thành phố Hà Giang")
    check("/change" not in page.body, "it has ended")
    shows(b, "orgs?state=ended", "Ba Đình mới")
    path = f"orgs/{found['ward']}/split"
    again = check_first(b, path, {"into": "00119 00120", "day": "2026-04-01"}, "goes on", "becomes Phường 119")
    saved(b, path, dict(again, step="do"), "The unit is split")
    path = f"orgs/{found['ward']}/end"
    again = check_first(b, path, {"day": "2026-05-01"}, "Phường 120 (00120) ends")
    saved(b, path, dict(again, step="do"), "The unit ends")
    same(b.get(path).status, 404, "once")


def a_line(desk, found):
    b = come_in(desk, "em")
    shows(b, "orgs/lines", "Cleaning 2026", "As the tree of units")
    path = "orgs/lines/vn-2026"
    shows(b, path)
    saved(b, path, {"step": "start", "day": "2026-06-01"}, "All units report as in the tree")
    refused(b, path, {"step": "check", "units": "024", "superior": "nowhere"}, "no unit has")
    refused(b, path, {"step": "check", "units": "02", "superior": "024"}, "below itself")
    fields = {"units": "024", "superior": "01"}
    again = check_first(b, path, fields, "Tỉnh Hà Giang (02) → Thủ đô Hà Nội (01)")
    saved(b, path, dict(fields, step="move", mark=again["mark"]), "Thành phố Hà Giang (024)", "Thủ đô Hà Nội (01)")
    refused(b, path, dict(fields, step="move", superior="002", mark=again["mark"]), "Somebody else changed")
    same(b.get("orgs/lines/none").status, 404, "no such campaign")
    return b


def send_table(b, table, step):
    """Sends it, waits until the clerk is done; the page of what came of it."""
    b.get("orgs/import")
    b.send_file("orgs/import", "bảng.csv", table.encode(), {"step": step, "day": "2026-06-01", "under": ""})
    same(b.page.status, 303, "the table is sent")
    path = f"orgs/import/{re.search(r'[0-9]+$', b.page.location)[0]}"
    soon(lambda: b.get(path).status == 200, lambda: f"{path}: {b.page.status} {b.page.location}")
    return b.page


def take_what_was_checked(house, b):
    """One press, and the file is not sent again; by who sent it, and nobody else."""
    job = re.search(r'action="[^"]*/(orgs/import/(\d+))"', b.page.body)
    b.send(job[1], {})
    same(b.page.status, 303, "it is asked for")
    taken = f"orgs/import/{re.search(r'[0-9]+$', b.page.location)[0]}"
    soon(lambda: b.get(taken).says("has been taken in"), lambda: f"it is not taken in: {b.page.status} {b.page.location}")
    number = int(re.search(r"jobs/(\d+)", b.get("jobs").body)[1])
    same(number, int(job[2]) + 1, "another job")
    same(b.get(f"jobs/{number}").location, f"/desk/en/orgs/import/{number}", "its page is where what came of it stands")
    same((house.data / "office/jobs" / f"{number}.in").exists(), False, "the file of what was taken in is gone")
    (house.data / "office/jobs" / f"{job[2]}.in").unlink()
    b.get(job[1])
    same(b.page.status, 200, "what was checked is still told")
    check("Send a table" in b.page.body, "and another can be sent")
    b.send(job[1], {})
    check(b.follow().says("no longer kept"), "which is said")


def tables(house, b, found):
    table = "code,parent,name_vi,level\n003,01,Quận Mới,quận\n002,01,Quận Hoàn Kiếm lớn,quận\n"
    page = send_table(b, table, "check")
    check(page.says("Nothing has been kept yet") and page.says("Quận Mới") and page.says("Changed"), page.body)
    check(page.says("Quận Hoàn Kiếm → Quận Hoàn Kiếm lớn"), "what it was and what it becomes")
    check("003" not in {x["code"] for x in house.json("unit", "list")}, "nothing is kept")
    take_what_was_checked(house, b)
    units = {x["code"]: x for x in house.json("unit", "list")}
    same((units["003"]["name_vi"], units["002"]["name_vi"]), ("Quận Mới", "Quận Hoàn Kiếm lớn"), "taken in")
    check(send_table(b, table, "check").says("there is nothing to take in"), "the same table again")
    page = send_table(b, "code,parent,name_vi\n024,01,Của tôi\n004,02,Dưới tỉnh khác\n", "take")
    for words in ("belongs to another unit", "code (A2)", "no unit has the code", "parent (B3)", "the corrected table"):
        check(page.says(words), f"{words}: {page.body}")
    problems = rows(b.get(re.search(r'jobs/\d+\?as=csv', page.body)[0]))
    same([(x["Where"], x["Column"], x["What stands there"]) for x in problems], [("2", "code (A2)", "024"),
        ("3", "parent (B3)", "02")], "what is wrong, as a file")
    check("004" not in {x["code"] for x in house.json("unit", "list")}, "all or nothing")
    b.get("orgs/import")
    b.send_file("orgs/import", "x.csv", b"", {"step": "check", "day": "2026-06-01", "under": "02"})
    same(b.page.status, 400, "no file, and a unit that is not theirs")
    check(b.page.says("Choose a file") and b.page.says("no unit has the code"), "both are said")


def searching(operator, binh, chi, found):
    shows(operator, "search?q=ba+dinh", "Ba Đình mới", "ended", "Units")
    shows(operator, "search?q=vn-2026", "Cleaning 2026")
    shows(operator, "search?q=BINH%40example", "binh@example.vn")
    shows(operator, "search?q=ph%C6%B0%E1%BB%9Dng", "(more than 100)", "Show all")
    check("<script>" not in shows(operator, "search?q=%22%3Cscript%3E*%28", "Nothing found").body, "escaped")
    b = binh
    page = shows(b, "search?q=ha+giang")
    check("024" not in page.body and f"orgs/{found['giang']}" not in page.body, "what is beside is not found")
    strip = lambda page: re.sub(r'value="[^"]*"|“[^”]*”', "", page.body)
    same(strip(shows(b, "search?q=zz+zzzzz")), strip(page), "as if there were none")
    check("an@example.vn" not in shows(b, "search?q=example").body, "nor accounts above")
    b = chi
    page = shows(b, "search?q=ph%C6%B0%E1%BB%9Dng", "Phường 07")
    same(len(re.findall(r'orgs/\d+"', page.body)), 1, "a reporter finds their own")


def others_look_on(desk, b, found):
    page = shows(b, "orgs", "Phường 07")
    check("Ba Đình" not in page.body and "/change" not in page.body, "only their own")
    same(b.get(f"orgs/{found['hanoi']}").status, 404, "above")
    b = come_in(desk, "dung")
    shows(b, "orgs", " units", "Show all as one list")
    check("/change" not in shows(b, f"orgs/{found['giang']}").body, "an auditor looks on")
    for path in (f"orgs/{found['giang']}/change", f"orgs/{found['giang']}/contact",
            f"orgs/{found['giang']}/networks", f"orgs/new?under={found['giang']}", "orgs/new?under=0"):
        same(b.get(path).status, 403, f"an auditor at {path}")


def main():
    house = make_house()
    desk = Desk(house)
    try:
        b = come_in(desk, "an")
        found = the_tree(b)
        finding(b)
        a_new_one(b, found)
        another_name_and_place(b, found)
        contact_and_networks(b, found)
        files_of_lists(house, b, found)
        a_day_before(b, found)
        binh, chi = come_in(desk, "binh"), come_in(desk, "chi")
        a_coordinator_sees_what_is_below(house, binh, found)
        what_ends(house, b, found)
        tables(house, binh, found)
        searching(a_line(desk, found), binh, chi, found)
        others_look_on(desk, chi, found)
        check(not any("Sanitizer" in line for line in desk.said), "".join(desk.said))
    finally:
        desk.process.terminate()
        desk.process.wait(PATIENCE)


main()
