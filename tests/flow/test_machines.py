# SPDX-License-Identifier: Apache-2.0
"""What the site gives to programs: feed (RFC 4287), site map, robots (RFC 9309), security contact
(RFC 9116), badge and figure for other sites, the head of pages. All of it is parsed as its readers
do, and every address in it is opened."""
import re
import xml.etree.ElementTree as xml
from datetime import datetime, timezone
from html.parser import HTMLParser
from urllib.parse import urljoin

from flow import House, check, now, same, soon
from served import Served

HOST = "quetsach.example"
ADDRESS = f"https://{HOST}"
ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ALTERNATE = "{http://www.w3.org/1999/xhtml}link"
LANGUAGES = ("vi", "en")
NASTY = 'Mạng <xanh> & "sạch" ]]> \'2026\''

house = House()
house.networks()
house.run("site", "set", "address", ADDRESS)
house.run("site", "set", "organiser-vi", "Trung tâm & Cục")
house.run("site", "set", "mail", "lienhe@quetsach.example")


def article(key, lang, kind, title, day, body="Một đoạn."):
    text = f"title: {title}\nkind: {kind}\nsummary: Tóm tắt {title}\ndate: {day}\n\n{body}\n"
    house.run("page", "set", "--lang", lang, "--key", key, house.write(f"{key}-{lang}.md", text))


for day in range(1, 4):
    article(f"tin-{day}", "vi", "post", f"Tin {day}", f"2026-08-{day:02}")
BODY = """# Đầu

Hãy [kiểm tra](page:check), xem [trang chủ](/vi/) & <script>alert(1)</script>.

| a | b |
|---|---|
| 1 | `<2>` |
"""
article("phat-dong", "vi", "release", NASTY, "2026-10-01", BODY)
article("phat-dong", "en", "release", "The campaign begins", "2026-10-01", BODY)
site = Served(house.data)


def local(url):
    check(url.startswith(ADDRESS + "/"), f"{url} is not whole, or not ours")
    return url.removeprefix(ADDRESS)


def opens(url, what):
    answer = site.ask(local(url))
    same(answer.status, 200, f"{what}: {url}")
    return answer


# --- the feed ---

def only(element, name):
    found = element.findall(ATOM + name)
    same(len(found), 1, f"<{name}> of {element.tag}")
    return found[0]


def moment(element):
    """RFC 3339."""
    text = element.text
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text), f"no time: {text}")
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def links(element, rel):
    return [link.get("href") for link in element.findall(ATOM + "link") if link.get("rel") == rel]


class Inside(HTMLParser):
    """Addresses and elements of an entry's content."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.elements = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.add(tag)
        self.addresses += [v for k, v in attributes if k in ("href", "src")]


def check_entry(entry, lang):
    identity = only(entry, "id").text
    check(only(entry, "title").text.strip(), f"{identity}: a title")
    check(only(entry, "summary").text.strip(), f"{identity}: a summary")
    check(identity.startswith(f"tag:{HOST},2026:{lang}/"), f"{identity}: a tag URI")
    kind, key = identity.split(":")[2].split("/")[1:]
    page, = links(entry, "alternate")
    same(page.rsplit("/", 1)[1], key, f"{identity}: its page")
    opens(page, identity)
    check(kind in ("release", "post"), f"{identity}: its kind")
    check(moment(only(entry, "published")) <= moment(only(entry, "updated")), identity)
    content = only(entry, "content")
    same(content.get("type"), "html", identity)
    base = content.get("{http://www.w3.org/XML/1998/namespace}base")
    inside = Inside(content.text)
    check("script" not in inside.elements, f"{identity}: a script")
    for address in inside.addresses:
        url = urljoin(base, address)
        if url.startswith(ADDRESS):
            opens(url, identity)
        check(url.startswith(("https://", "mailto:", "tel:")), f"{identity}: {url}")
    check(page.startswith(f"{ADDRESS}/{lang}/"), identity)
    return identity


def check_feed(lang):
    path = f"/{lang}/feed.atom"
    answer = site.ask(path)
    same((answer.status, answer.header("Content-Type")),
        (200, "application/atom+xml; charset=utf-8"), path)
    # Kept like any page: asked for anew each time, and told that it is the same.
    same(answer.header("Cache-Control"), "no-cache", path)
    etag = answer.header("ETag")
    check(etag, f"{path}: an ETag")
    same(site.ask(path, If_None_Match=etag).status, 304, f"{path}: as it was")
    feed = xml.fromstring(answer.body)
    same(feed.tag, ATOM + "feed", path)
    # RFC 4151
    check(re.fullmatch(r"tag:[a-z0-9.-]+,\d{4}(-\d\d){0,2}:[!-~]+", only(feed, "id").text), "its id")
    for name in ("id", "title", "updated"):
        only(feed, name)
    check(only(only(feed, "author"), "name").text, "an author")
    same(links(feed, "self"), [ADDRESS + path], "self")
    for url in links(feed, "alternate") + [only(feed, "icon").text]:
        opens(url, path)
    entries = feed.findall(ATOM + "entry")
    identities = [check_entry(entry, lang) for entry in entries]
    same(len(set(identities)), len(identities), "an id is an entry's own")
    times = [moment(only(entry, "published")) for entry in entries]
    same(times, sorted(times, reverse=True), "newest first")
    same(moment(only(feed, "updated")), max(moment(only(e, "updated")) for e in entries), "updated")
    return entries


entries = check_feed("vi")
titles = [only(entry, "title").text for entry in entries]
check({NASTY, "Tin 1", "Tin 2", "Tin 3"} <= set(titles), f"entries: {titles}")
same(only(xml.fromstring(site.ask("/vi/feed.atom").body).find(ATOM + "author"), "name").text,
    "Trung tâm & Cục", "the author")
titles = [only(entry, "title").text for entry in check_feed("en")]
check("The campaign begins" in titles and "Tin 1" not in titles, f"in English: {titles}")

# A later version is the same entry.
before = [only(entry, "id").text for entry in entries]
article("phat-dong", "vi", "release", "Bản mới", "2026-10-01", "Khác.")
soon(lambda: "Bản mới" in site.ask("/vi/feed.atom").text, "the new version is not in the feed")
same([only(entry, "id").text for entry in check_feed("vi")], before, "a new version keeps its id")

# --- the site map ---

answer = site.ask("/sitemap.xml")
same(answer.header("Content-Type"), "application/xml; charset=utf-8", "site map")
places = {}
for url in xml.fromstring(answer.body).findall(MAP + "url"):
    places[url.find(MAP + "loc").text] = {link.get("hreflang"): link.get("href")
        for link in url.findall(ALTERNATE)}
check(len(places) > 350, f"only {len(places)} addresses: families are missing")
for url, others in places.items():
    lang = local(url)[1:3]
    if others:
        same((sorted(others), others[lang]), (["en", "vi"], url), url)
    for other in others.values():
        same(places.get(other), others, f"{url} and {other} name each other")
# Every page that answers is there once; families look alike, a few stand for all.
for url in [u for u in places if not re.search(r"/(ma-doc|malware)/[^m]", u)]:
    page = opens(url, "site map").text
    check(f'<link rel="canonical" href="{url}">' in page, f"{url} says it is another")
for url in (f"{ADDRESS}/vi/bao-chi/phat-dong", f"{ADDRESS}/en/press/phat-dong",
        f"{ADDRESS}/vi/blog/tin-1", f"{ADDRESS}/vi/ma-doc/mirai", f"{ADDRESS}/en/malware/mirai"):
    check(url in places, f"{url} is not in the site map")
for url in (f"{ADDRESS}/vi/kiem-tra", f"{ADDRESS}/en/check"):
    check(url not in places, f"{url} is about whoever asks")
same(places[f"{ADDRESS}/vi/blog/tin-1"], {}, "a post in one language")

# --- for crawlers and finders of weaknesses ---

rules = site.ask("/robots.txt").text.splitlines()
same(rules[0], "User-agent: *", "robots")
closed = [rule.removeprefix("Disallow: ") for rule in rules if rule.startswith("Disallow:")]
check({"/api/", "/vi/kiem-tra", "/en/check"} <= set(closed), f"robots: {closed}")
check(f"Sitemap: {ADDRESS}/sitemap.xml" in rules, "robots: the site map")
for url in places:
    check(not any(local(url).startswith(rule) for rule in closed), f"{url} is closed to crawlers")

contact = site.ask("/.well-known/security.txt")
same(contact.header("Content-Type"), "text/plain; charset=utf-8", "security.txt")
fields = dict(line.split(": ", 1) for line in contact.text.splitlines())
same(fields["Contact"], "mailto:lienhe@quetsach.example", "Contact")
same(fields["Canonical"], f"{ADDRESS}/.well-known/security.txt", "Canonical")
expires = datetime.strptime(fields["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
check(30 < (expires - now()).days < 365, f"Expires: {expires}")

# --- for other sites ---

for lang in LANGUAGES:
    badge = site.ask(f"/badge/{lang}.svg")
    same((badge.status, badge.header("Content-Type")), (200, "image/svg+xml"), "badge")
    same(badge.header("Cross-Origin-Resource-Policy"), "cross-origin", "badge")
    same(xml.fromstring(badge.body).tag, "{http://www.w3.org/2000/svg}svg", "badge")
    # It says that somebody has checked, to everybody the same.
    same(site.ask(f"/badge/{lang}.svg", visitor="14.160.1.2").body, badge.body, "badge")
for path in ("/vi/nhung/so-lieu", "/en/embed/figure"):
    frame = site.ask(path)
    same(frame.status, 200, path)
    check("frame-ancestors *" in frame.header("Content-Security-Policy"), f"{path} in a frame")
    check("<script" not in frame.text, f"{path}: a script")
for path in ("/vi/", "/vi/kiem-tra"):
    check("frame-ancestors 'none'" in site.ask(path).header("Content-Security-Policy"), path)
for path in ("/favicon.ico", "/apple-touch-icon.png"):
    icon = site.ask(path)
    same((icon.header("Content-Type"), icon.body[:8]), ("image/png", b"\x89PNG\r\n\x1a\n"), path)

# --- heads ---

for lang, home in (("vi", "/vi/"), ("en", "/en/")):
    page = site.ask(home).text
    head = page.partition("</head>")[0]
    check(f'href="/{lang}/feed.atom"' in head, "the feed")
    check(f'content="{ADDRESS}/social/{lang}.png"' in head, "the picture")
    for path in re.findall(r'<(?:link|script)[^>]* (?:href|src)="(/[^"]*)"', head):
        same(site.ask(path).status, 200, f"{home}: {path}")
    for url in re.findall(rf'content="({ADDRESS}/social/[^"]*)"', head):
        same(opens(url, home).header("Content-Type"), "image/png", url)

# Nothing is promised that is not there: without address and mail these have nothing to say.
# The address last: once it is gone, so is the mail.
house.run("site", "set", "mail", "")
house.run("site", "set", "address", "")
soon(lambda: site.ask("/sitemap.xml").status == 404, "a map without an address")
for path in ("/vi/feed.atom", "/en/feed.atom", "/.well-known/security.txt"):
    same(site.ask(path).status, 404, path)
check("Sitemap" not in site.ask("/robots.txt").text, "robots without an address")
check("feed.atom" not in site.ask("/vi/").text, "a link to a feed that is not there")
site.stop()
