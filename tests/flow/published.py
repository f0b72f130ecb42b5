# SPDX-License-Identifier: Apache-2.0
"""The published site, read by a reader of its own, made from docs/format/site.md."""
import struct
from datetime import date
from pathlib import Path

from flow import same

LANGUAGES = ("vi", "en")
KINDS = ("page", "release", "post")


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def number(self, form):
        value, = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize(form)
        return value

    def bytes(self, size):
        self.at += size
        return self.data[self.at - size : self.at]

    def string(self):
        return self.bytes(self.number("I")).decode()

    def languages(self):
        return {lang: self.string() for lang in LANGUAGES}

    def date(self):
        return date(self.number("H"), self.number("B"), self.number("B"))

    def numbers(self, count):
        return [self.number("q") for _ in range(count)]


def edition(r):
    e = {"campaign": r.string(), "number": r.number("I"), "made": r.number("Q"), "as_of": r.number("Q"),
        "as_of_time": r.number("Q"), "public_from": r.date(), "correction": r.languages(),
        "simulated": bool(r.number("B")), "files": bool(r.number("B"))}
    e["documents"] = {lang: r.bytes(r.number("I")) for lang in LANGUAGES}
    e["replies"] = [{"holder": r.string(), "title": r.languages(), "text": r.string(),
        "lang": r.string(), "made": r.number("Q")} for _ in range(r.number("I"))]
    return e


def published(data):
    r = Reader((Path(data) / "public" / "site").read_bytes())
    same(r.data[:4], b"QSSI", "magic")
    r.at = 4
    same(r.number("I"), 3, "version")
    r.at = 16
    site = {"built": r.number("Q")}
    articles, tools, series, editions = (r.number("I") for _ in range(4))
    site["identity"] = {"address": r.string(), "organiser": r.languages(), "mail": r.string(),
        "phone": r.string(), "press_mail": r.string(), "press_phone": r.string()}
    key = r.string()
    site["campaign"] = key and {"key": key, "name": r.languages(), "country": r.string(),
        "zone": r.string(), "begins": r.date(), "ends": r.date()}
    site["articles"] = [{"key": r.string(), "lang": LANGUAGES[r.number("B")],
        "kind": KINDS[r.number("B")], "title": r.string(), "summary": r.string(), "body": r.string(),
        "published": r.number("Q"), "updated": r.number("Q"), "version": r.number("I")}
        for _ in range(articles)]
    site["tools"] = [{"key": r.string(), "name": r.string(), "maker": r.languages(),
        "purpose": r.languages(), "about": r.languages(), "hotline": r.string(), "mail": r.string(),
        "platforms": r.number("B"), "size": r.number("Q"), "sha256": r.string(), "url": r.string(),
        "file": r.string()} for _ in range(tools)]
    site["series"] = {}
    for _ in range(series):
        key, first, days = r.string(), r.date(), r.number("I")
        site["series"][key] = {"first": first, "as_of": r.number("Q"),
            "simulated": bool(r.number("B")), "v4": r.numbers(days), "v6": r.numbers(days)}
    site["editions"] = [edition(r) for _ in range(editions)]
    same(r.at, len(r.data), "nothing behind the last edition")
    return site
