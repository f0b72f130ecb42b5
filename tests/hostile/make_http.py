#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Malformed HTTP requests, the same ones for the same seed: what scanners, smugglers and broken
programs send. Each sample has its kind, the bytes of one connection, and what may come back.

    make_http.py                 the kinds, and how many of 10,000 samples each has
    make_http.py --show KIND     a few samples of a kind
"""
import argparse
import random
from collections import Counter, namedtuple

# fine: an answer of success may be right. Otherwise every answer must be a refusal (400 or more).
# one: at most one answer, or a second request was smuggled in.
Sample = namedtuple("Sample", "kind data fine one")

SEED = 2026
COUNT = 10_000
# In most requests somewhere, with the sample's number in it; no answer may repeat it.
ECHO = b"zq7-"
MARK = ECHO + b"XXXXX-7qz"
GOOD_PATHS = [b"/vi/", b"/en/", b"/vi/kiem-tra", b"/api/v1/check", b"/healthz", b"/robots.txt"]
KINDS = {}


def kind(function):
    KINDS[function.__name__.replace("_", "-")] = function
    return function


def request(path, lines=(), version=b"HTTP/1.1", method=b"GET", end=b"\r\n", host=b"Host: x"):
    head = [method + b" " + path + b" " + version]
    return end.join([*head, *([host] if host else []), *lines, b"", b""])


def noise(r, least, most, bad=b""):
    return bytes(b for b in r.randbytes(r.randint(least, most)) if b not in bad)


def word(r, size=8):
    return bytes(r.choice(b"abcdefghijklmnopqrstuvwxyz") for _ in range(size))


# --- the first line ---

@kind
def bad_method(r):
    method = r.choice([b"", b"get", b"GE T", b"G\0T", b"GET\t", b"\x80\xff", b"GET/vi/", word(r).upper(),
        b"A" * r.randint(100, 9000), b"(GET)", b'"GET"', b"GET,GET", b"PRI", b"\xef\xbb\xbfGET"])
    return request(b"/" + MARK, method=method), False, True


@kind
def other_method(r):
    method = r.choice([b"POST", b"PUT", b"DELETE", b"PATCH", b"TRACE", b"OPTIONS", b"CONNECT", b"DEBUG",
        b"TRACK", b"PROPFIND", b"PURGE", b"M-SEARCH"])
    path = r.choice([r.choice(GOOD_PATHS), b"*", b"example.com:443"])
    body = noise(r, 0, 60) + MARK
    lines = r.choice([[], [b"Content-Length: %d" % len(body)], [b"Content-Length: 0"]])
    return request(path, lines, method=method) + (body if lines else b""), False, False


@kind
def bad_version(r):
    version = r.choice([b"HTTP/0.9", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/3", b"HTTP/11", b"HTTP/1.", b"HTTP/.1",
        b"HTTP/1.1x", b"http/1.1", b"HTTP 1.1", b"HTTP/1.1 HTTP/1.1", b"HTTP/-1.1", b"HTTP/01.1", b"",
        b"ICY/1.0", b"RTSP/1.0", b"HTTP/\xd9\xa1.1", b"HTTP/4294967297.1", b"HTTP/1.1\0"])
    fine = version in (b"HTTP/1.2", b"HTTP/1.1x", b"HTTP/1.1\0", b"")
    return request(r.choice(GOOD_PATHS) + b"?" + MARK, version=version), fine, True


@kind
def first_line_of_parts(r):
    parts = [b"GET", r.choice(GOOD_PATHS) + MARK, b"HTTP/1.1"]
    r.shuffle(parts)
    gap = r.choice([b" ", b"  ", b"\t", b"\x0b", b"\0", b""])
    return gap.join(parts[:r.randint(1, 3)]) + b"\r\nHost: x\r\n\r\n", False, True


@kind
def nothing_much(r):
    return r.choice([b"", b"\r\n", b"\n", b"\0", b" ", b"\r\n" * r.randint(1, 3000), b"\n" * r.randint(1, 3000),
        b"\0" * r.randint(1, 9000), b"\r" * r.randint(1, 500), b" " * r.randint(1, 9000), b"GET", b"G"]), False, True


@kind
def endless_line(r):
    size = r.choice([4000, 8000, 8192, 8193, 12288, 16384, 40000, 70000])
    path = b"/" + MARK + b"a" * size
    good = request(b"/vi/?" + path)
    data = r.choice([b"GET " + path, request(path), good])
    return data, data == good, True


# --- the path ---

@kind
def traversal(r):
    step = r.choice([b"../", b"..%2f", b"%2e%2e/", b"%2e%2e%2f", b"..%5c", b"..\\", b"..;/", b"%252e%252e/",
        b".%00./", b"%c0%ae%c0%ae/", b"%c0%ae%c0%ae%c0%af", b"....//", b"..%c0%af", b"%uff0e%uff0e/",
        b"\xc0\xae\xc0\xae/", b"..%0d/", b".%2e/", b"%e0%80%ae%e0%80%ae/"])
    start = r.choice([b"/", b"/vi/", b"/static/", b"//", b"/api/v1/", b"/vi/cong-cu/", b"/tai-ve/"])
    end = r.choice([b"etc/passwd", b"etc/passwd%00.html", b"proc/self/environ", b"catalogue.sqlite",
        b"counters", b"windows/win.ini", b".git/config", b"public/listing"])
    return request(start + step * r.randint(1, 12) + end + b"?" + MARK), False, True


@kind
def path_of_nobody(r):
    path = r.choice([b"//", b"/.", b"/..", b"/vi//", b"/vi/.", b"/VI/", b"/vi;a=b", b"/vi/\\", b"/vi/%20", b"/vi/%00",
        b"/vi%2f%2f", b"/.env", b"/wp-login.php", b"/cgi-bin/.%2e/.%2e/bin/sh", b"/vi/kiem-tra/",
        b"/vi/<script>" + MARK, b"/vi/\0", b"/vi/\0" + MARK, b"/vi/%00" + MARK, b"/vi/'--", b"/vi/${jndi:ldap://x}", b"/" + word(r) + b"/" * r.randint(1, 200),
        b"/static/" + word(r) + b".css", b"/api/v2/check", b"/api/v1/check/14.160.1.2", b"/vi/\xe2\x80\xae"])
    return request(path), False, True


@kind
def bad_escapes(r):
    escape = r.choice([b"%", b"%%", b"%a", b"%zz", b"%0", b"%u0041", b"%-1", b"%00", b"%ff%fe", b"%c3", b"%ed%a0%80",
        b"%f8%88%80%80%80", b"%0d%0aSet-Cookie:%20a=" + MARK, b"%0a%0a", b"%7f", b"%e2%80%8b"])
    return request(b"/vi/" + escape * r.randint(1, 20)), False, True


@kind
def bad_escapes_in_arguments(r):
    escape = r.choice([b"%", b"%zz", b"%00", b"%ff%fe", b"%0d%0aX-" + MARK + b":%201", b"%c3%28", b"%u0041", b"&" * 50,
        b"=" * 50, b"a" * 3000, b"\xff" * 20, b"+%2b" * 100])
    path = r.choice([b"/vi/", b"/vi/kiem-tra", b"/en/check"])
    return request(path + b"?as=" + escape + b"&" + escape + b"=" + MARK), True, True


@kind
def raw_bytes_in_path(r):
    return request(b"/" + noise(r, 1, 60, b"\r\n \t?#") + MARK), False, True


@kind
def invalid_utf8(r):
    bad = r.choice([b"\xc0\x80", b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe1\xbb", b"\x80", b"\xfe\xff", b"\xc3"])
    return request(b"/vi/" + bad * r.randint(1, 40), [b"User-Agent: " + bad + MARK]), False, True


@kind
def absolute_target(r):
    target = r.choice([b"http://x/", b"http://" + MARK + b"/vi/", b"https://x/vi/", b"ftp://x/", b"file:///etc/passwd",
        b"http://[::1/vi/", b"http:///vi/", b"http://x:99999/vi/", b"http://a@b/vi/", b"http:vi", b"://", b"//x/vi/",
        b"javascript:alert(1)", b"http://\xff/vi/", b"*"])
    return request(target), target in (b"http://" + MARK + b"/vi/", b"https://x/vi/"), True


@kind
def fragment_in_path(r):
    return request(b"/vi/#" + MARK + word(r)), True, True


# --- lines and fields ---

@kind
def line_ends(r):
    end = r.choice([b"\n", b"\r", b"\n\r", b"\r\r\n", b"\0\r\n", b"\x0b\r\n", b"\x85", b"\r\n\t", b"\n\n", b" \r\n"])
    return request(r.choice(GOOD_PATHS), [b"X-A: " + MARK], end=end), True, True


@kind
def folded_field(r):
    fold = r.choice([b"\r\n ", b"\r\n\t", b"\n ", b"\r\n \r\n ", b"\r\n" + b" " * 500])
    lines = r.choice([[b"X-A: b" + fold + MARK], [b"Transfer-Encoding:" + fold + b"chunked"],
        [b"Content-Length:" + fold + b"5"], [b" Host: y"], [b"\tX: y"]])
    return request(r.choice(GOOD_PATHS), lines), True, True


@kind
def nul_in_fields(r):
    line = r.choice([b"X-\0A: b", b"X-A: b\0" + MARK, b"\0: b", b"Host\0: y", b"X-A\0", b"\0" * r.randint(1, 200),
        b"X-Forwarded-For: 1.2.3.4\0, 5.6.7.8"])
    return request(r.choice(GOOD_PATHS), [line]), True, True


@kind
def field_names(r):
    name = r.choice([b"", b" ", b"X A", b"X-A ", b"\tX", b"X\xff", b"X(", b"X@", b"X\x7f", b'"X"', b"X" * 9000,
        b"Content-Length ", b"Transfer-Encoding\t", b"Host "])
    return request(r.choice(GOOD_PATHS), [name + r.choice([b":", b": ", b"", b" : "]) + b"1" + MARK]), True, True


@kind
def many_fields(r):
    count = r.choice([100, 500, 1000, 3000])
    return request(r.choice(GOOD_PATHS), [b"X%d: %s" % (n, MARK) for n in range(count)]), True, True


@kind
def huge_field(r):
    size = r.choice([4000, 7000, 8192, 9000, 16384, 50000, 100_000])
    name = r.choice([b"Cookie", b"X-A", b"User-Agent", b"Accept-Language", b"X-Forwarded-For", b"If-None-Match", b"Range"])
    return request(r.choice(GOOD_PATHS), [name + b": " + MARK + b"a" * size]), True, True


@kind
def hosts(r):
    host = r.choice([None, b"Host:", b"Host: x\r\nHost: y", b"Host: x\r\nHost: x", b"Host: x/y", b"Host: a@b", b"Host: [::1",
        b"Host: x:port", b"Host: \xff", b"Host: x,y", b"Host: " + b"a" * 5000, b"Host: ../" + MARK, b"Host: x y"])
    return request(r.choice(GOOD_PATHS), host=host), True, True


@kind
def odd_fields(r):
    line = r.choice([b"Range: bytes=-1", b"Range: bytes=0-,0-,0-,0-", b"Range: bytes=99999999999999999999-",
        b"Range: lines=1-2", b"Range: bytes=" + b"0-0," * 1000, b"If-None-Match: " + b'"a",' * 1000, b'If-None-Match: "',
        b"If-Modified-Since: yesterday", b"Accept-Encoding: gzip;q=nan", b"Accept-Encoding: " + b"gzip," * 500,
        b"Accept-Language: " + b"vi;q=0.1," * 500, b"Accept-Language: \xff;q=9e999", b"Expect: 100-continue",
        b"Expect: " + MARK, b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk",
        b"Upgrade: websocket\r\nConnection: Upgrade", b"Connection: " + b"close," * 500, b"TE: trailers, " + MARK,
        b"Sec-Fetch-Site: " + MARK, b"Authorization: Basic !!!", b"Forwarded: for=\"", b"X-Forwarded-For: ,,,,",
        b"X-Forwarded-For: " + b"1.2.3.4," * 100, b"Keep-Alive: timeout=-1"])
    return request(r.choice(GOOD_PATHS), [line]), True, True


# --- bodies, and two requests in one ---

@kind
def smuggling(r):
    hidden = request(b"/vi/?" + MARK)
    body = r.choice([b"0\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n", b"", b"\r\n", b"0\r\n\r\n0\r\n\r\n"]) + hidden
    length = r.choice([b"0", b"4", b"5", b"6", b"%d" % len(body), b"1, 2", b"+5", b"0x5", b"5 5", b"\x0b5", b"5\r\nContent-Length: 6"])
    coding = r.choice([b"chunked", b"xchunked", b" chunked", b"\x0bchunked", b"chunked, identity", b"identity", b"Chunked",
        b"chunked\r\nTransfer-Encoding: x", b"gzip, chunked", b"\"chunked\"", b"chunked;a=b"])
    lines = [b"Content-Length: " + length, b"Transfer-Encoding: " + coding]
    r.shuffle(lines)
    method = r.choice([b"GET", b"POST", b"HEAD"])
    return request(r.choice(GOOD_PATHS), lines, method=method) + body, False, True


@kind
def two_lengths(r):
    hidden = request(b"/vi/?" + MARK)
    first, second = r.choice([(b"0", b"5"), (b"5", b"0"), (b"5", b"5"), (b"-1", b"5"), (b"5", b"00005"), (b"18446744073709551616", b"5"),
        (b"5", b""), (b"%d" % len(hidden), b"0")])
    return request(b"/vi/", [b"Content-Length: " + first, b"Content-Length: " + second],
        method=r.choice([b"GET", b"POST"])) + hidden, False, True


@kind
def bad_lengths(r):
    length = r.choice([b"-1", b"1e3", b"99999999999999999999999", b"0x10", b"five", b"5;", b"5,", b"\xd9\xa5", b"1" * 4000,
        b"9223372036854775807", b"9223372036854775808"])
    return request(b"/vi/", [b"Content-Length: " + length], method=r.choice([b"GET", b"POST"])) + MARK, False, True


@kind
def bad_chunks(r):
    body = r.choice([b"zz\r\n", b"-1\r\nx\r\n", b"ffffffffffffffff\r\nx", b"10000000000000000\r\nx", b"5\nhello\n0\n\n", b"5;" + b"a" * 9000 + b"\r\n",
        b"5\r\nhello", b"0\r\nX: " + MARK + b"\r\n", b"\r\n", b"5\r\nhelloX\r\n0\r\n\r\n", b"1\r\na\r\n" * 2000])
    return request(b"/vi/", [b"Transfer-Encoding: chunked"], method=r.choice([b"GET", b"POST"])) + body, False, True


@kind
def body_where_none_belongs(r):
    body = MARK * r.randint(1, 2000)
    return request(r.choice(GOOD_PATHS), [b"Content-Length: %d" % len(body)]) + body[:r.randint(0, len(body))], False, True


@kind
def pipelined_garbage(r):
    good = [request(r.choice(GOOD_PATHS)) for _ in range(r.randint(1, 20))]
    good.insert(r.randint(0, len(good)), r.choice([b"GARBAGE\r\n\r\n", noise(r, 10, 300), b"GET\r\n\r\n",
        request(b"/vi/", [b"Content-Length: x"])]))
    return b"".join(good), True, False


@kind
def pipelined_many(r):
    return request(r.choice(GOOD_PATHS), method=r.choice([b"GET", b"HEAD"])) * r.randint(2, 60), True, False


@kind
def half_request(r):
    whole = request(r.choice(GOOD_PATHS), [b"User-Agent: " + MARK, b"Accept: */*"])
    return whole[:r.randint(1, len(whole) - 1)], False, True


@kind
def head_with_body(r):
    return request(b"/vi/", [b"Content-Length: 5"], method=b"HEAD") + b"hello" + request(b"/vi/?" + MARK), False, True


# --- other protocols ---

@kind
def tls_hello(r):
    body = b"\x01\0" + r.randbytes(2) + b"\x03\x03" + r.randbytes(32) + b"\0\0\x04\x13\x01\x13\x02\x01\0" + r.randbytes(r.randint(10, 400))
    return b"\x16\x03\x01" + len(body).to_bytes(2, "big") + body, False, True


@kind
def http2_preface(r):
    settings = b"\0\0\x12\x04\0\0\0\0\0" + r.randbytes(18)
    return b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + r.choice([b"", settings, settings * 50]), False, True


@kind
def other_protocols(r):
    return r.choice([b"SSH-2.0-OpenSSH_9.2p1\r\n", b"\x05\x01\0", b"\x04\x01\0\x50\x01\x02\x03\x04\0", b"EHLO x\r\n",
        b"\x03\0\0\x13\x0e\xe0\0\0\0\0\0\x01\0\x08\0\x03\0\0\0", b"*1\r\n$4\r\nPING\r\n", b"\xffSMB" + bytes(28), b"OPTIONS sip:x SIP/2.0\r\n\r\n",
        b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\nGET /vi/ HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + r.randbytes(12) + request(b"/vi/"), b"stats\r\n", b"JRMI\0\x02K", b"l\0\x0b\0\0\0\0\0\0\0\0\0"]), False, True


@kind
def noise_only(r):
    return noise(r, 1, 2000), False, False


# --- honest ones, spoilt ---

@kind
def spoilt(r):
    data = bytearray(request(r.choice(GOOD_PATHS), [b"User-Agent: " + MARK, b"Accept: text/html", b"Accept-Language: vi",
        b"Connection: keep-alive"]))
    line = data.index(b"\r\n")
    for _ in range(r.randint(1, 6)):
        at = r.randrange(line, len(data))
        how = r.randrange(4)
        if how == 0:
            data[at] ^= 1 << r.randrange(8)
        elif how == 1:
            data[at] = r.randrange(256)
        elif how == 2:
            del data[at:at + r.randint(1, 5)]
        else:
            data[at:at] = data[at:at + r.randint(1, 30)] * r.randint(1, 5)
    return bytes(data), True, False


def samples(count=COUNT, seed=SEED):
    """As many of each kind, in a mixed order."""
    r = random.Random(seed)
    names = [name for name in KINDS for _ in range(-(-count // len(KINDS)))]
    r.shuffle(names)
    made = [Sample(name, *KINDS[name](r)) for name in names[:count]]
    return [sample._replace(data=sample.data.replace(MARK, ECHO + b"%05d-7qz" % number))
        for number, sample in enumerate(made)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", choices=KINDS)
    options = parser.parse_args()
    made = samples()
    if not options.show:
        for name, count in Counter(s.kind for s in made).items():
            print(f"{count:6} {name}")
        return
    for sample in [s for s in made if s.kind == options.show][:10]:
        print(f"{'may succeed' if sample.fine else 'is refused'}: {sample.data[:300]!r}")


if __name__ == "__main__":
    main()
