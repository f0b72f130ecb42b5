# SPDX-License-Identifier: Apache-2.0
"""Units at the desk: the tree, finding, new ones, names and places, contact points, networks; nobody sees
what stands beside or above."""
import base64
import hashlib
import hmac
import re
import struct
import time

from desking import Browser, Desk, add_user
from flow import House, check, same

GOOD = {"kind": "agency", "since": "2026-02-01"}


def make_house():
    house = House()
    wards = "".join(f"{i:05},001,Phường {i:02},phường\n" for i in range(1, 61))
    house.write("units.csv", "code,parent,name_vi,level\nVN,,Cả nước,\n01,VN,Thành phố Hà Nội,thành phố\n"
        "001,01,Quận Ba Đình,quận\n002,01,Quận Hoàn Kiếm,quận\n02,VN,Tỉnh Hà Giang,tỉnh\n"
        "024,02,Thành phố Hà Giang,thành phố\n" + wards)
    house.run("unit", "import", house.folder / "units.csv", "--day", "2020-01-01")
    add_user(house, "an@example.vn", "coordinator", "VN")
    add_user(house, "binh@example.vn", "coordinator", "01")
    add_user(house, "chi@example.vn", "reporter", "00007")
    add_user(house, "dung@example.vn", "auditor")
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
    check(not page.says("Phường 51"), "50 a page")
    shows(b, f"orgs/{found['district']}?page=2", "Phường 51", "Phường 60")
    for path in ("orgs/999", "orgs/0", "orgs/x", "orgs/-1", "orgs/99999999999999999999", "orgs/new", "orgs/new?under=x"):
        same(b.get(path).status, 404, path)
    return found


def finding(b):
    shows(b, "orgs?q=ba+dinh", "Quận Ba Đình", "Thành phố Hà Nội")
    shows(b, "orgs?q=HO%C3%80N", "Quận Hoàn Kiếm")
    page = shows(b, "orgs?q=%3Cscript%3E%26", "No unit has")
    check("<script>&" not in page.body, "escaped")
    shows(b, "orgs?q=ph%C6%B0%E1%BB%9Dng&page=2", "Phường 51")


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
    refused(b, path, fields, "below itself")
    refused(b, path, dict(fields, parent="nowhere"), "no unit has the code")
    saved(b, path, dict(fields, parent="02"), "Ba Đình mới", "Tỉnh Hà Giang", "Quận Ba Đình")
    shows(b, f"orgs/{found['giang']}", "Ba Đình mới", "Thành phố Hà Giang")


def contact_and_networks(b, found):
    path = f"orgs/{found['giang']}/contact"
    shows(b, path)
    saved(b, path, {"name": "Nguyễn Lan", "phone": "024 1", "mail": "lan@example.vn"}, "Nguyễn Lan")
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
    saved(b, path, dict(GOOD, name_vi="Thủ đô Hà Nội", parent="02"), "Thủ đô Hà Nội")
    units = {x["code"]: x for x in house.json("unit", "list")}
    same(units["01"]["depth"], 1, "where it was")
    path = f"orgs/{found['hoan']}/change"
    shows(b, path)
    refused(b, path, dict(GOOD, name_vi="x", parent="02"), "no unit has the code")


def others_look_on(desk, found):
    b = come_in(desk, "chi")
    page = shows(b, "orgs", "Phường 07")
    check("Ba Đình" not in page.body and "/change" not in page.body, "only their own")
    same(b.get(f"orgs/{found['hanoi']}").status, 404, "above")
    b = come_in(desk, "dung")
    shows(b, "orgs", "67 units")
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
        a_coordinator_sees_what_is_below(house, come_in(desk, "binh"), found)
        others_look_on(desk, found)
        check(not any("Sanitizer" in line for line in desk.said), "".join(desk.said))
    finally:
        desk.process.terminate()
        desk.process.wait(30)


main()
