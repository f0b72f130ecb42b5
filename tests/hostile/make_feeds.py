#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes tests/hostile/feeds/ anew. The files are kept in the repository, so that this need not run;
expected.tsv says what must come of each. Needs the programs zip, xz, zstd and bzip2."""
import bz2
import gzip
import io
import lzma
import os
import random
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import feeds_exchange
import feeds_json

COLUMNS = ("timestamp,protocol,src_ip,src_port,src_asn,src_geo,src_city,dst_ip,dst_port,"
           "public_source,infection,family,tag,event_id").split(",")
GOOD = dict(timestamp="2026-08-01 00:00:01", protocol="tcp", src_ip="14.225.1.2", src_port="40123",
            src_asn="45899", src_geo="VN", src_city="?", dst_ip="178.162.203.211", dst_port="80",
            infection="andromeda", tag="andromeda")


def row(**changes):
    values = {**GOOD, **changes}
    return ",".join(values.get(column, "") for column in COLUMNS) + "\n"


def report(*rows):
    return ",".join(COLUMNS) + "\n" + "".join(rows)


def pack(program, data):
    return subprocess.run([*program, "-c"], input=data, stdout=subprocess.PIPE, check=True).stdout


def zip_with(members, *options):
    with tempfile.TemporaryDirectory() as folder:
        for name, data in members.items():
            with open(os.path.join(folder, name), "wb") as file:
                file.write(data)
            os.utime(os.path.join(folder, name), (0, 315532800))
        subprocess.run(["zip", "-q", "-X", *options, "out.zip", *members], cwd=folder, check=True)
        with open(os.path.join(folder, "out.zip"), "rb") as file:
            return file.read()


def tar_with(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def long_list():
    """Enough text that half of its packed form is no whole file."""
    chance = random.Random(1)
    return "".join("%d.%d.%d.%d\n" % (chance.randrange(1, 9), chance.randrange(256),
                                       chance.randrange(256), chance.randrange(256))
                   for _ in range(2000)).encode()


def half(data):
    return data[:len(data) // 2]


def addresses(count, bad):
    return "".join("1.2.%d.%d%s\n" % (i // 256, i % 256, ".5" if i < bad else "")
                   for i in range(count))


def files():
    good = row()
    list_bytes = b"1.2.3.4\n5.6.7.8\n"
    chance = random.Random(2)
    noise = bytes(chance.randrange(256) for _ in range(3000))
    bomb = (b"#" + b" " * 4094 + b"\n") * (80 << 8)
    yield "quote-never-closed.csv", report(good, row(src_city='"Hanoi'), good)
    yield "quote-then-text.csv", report(good, row(src_city='"Hanoi"x'), good)
    yield "quote-at-the-end.csv", report(good, row().rstrip("\n") + '"x').replace(
        'andromeda,"x', 'andromeda,"x')
    yield "quote-over-lines.csv", report(good, row(src_city='"Ha\nnoi\n'), good)
    yield "nul-in-row.csv", report(good, row(src_city="Ha\0noi"), good)
    yield "nul-in-list-2026-08-01.txt", "1.2.3.4\n5.6.7.8\n" * 10 + "1.2\0.3.4\n9.9.9.9\n"
    yield "row-bomb.csv.gz", gzip.compress(
        report(good, row(src_city="x" * (3 << 20)), good).encode(), mtime=0)
    yield "line-bomb-2026-08-01.txt.gz", gzip.compress(
        b"1.2.3.4\n" + b"1" * (3 << 20) + b"\n5.6.7.8\n", mtime=0)
    yield "ten-thousand-columns.csv", ",".join(
        COLUMNS + ["c%d" % i for i in range(10000)]) + "\n" + good
    yield "header-twice.csv", report(good, report(good))
    yield "column-twice.csv", report(good).replace("src_asn", "src_port")
    yield "column-name-bomb.csv", report(good).replace("src_city", "c" * 65)
    yield "event4_sinkhole-no-timestamp.csv", report(good).replace("timestamp", "time", 1)
    yield "event4_sinkhole-no-address.csv", report(good).replace("src_ip", "source", 1)
    yield "event4_unheard_of-columns.csv", report(good)
    yield "2026-08-01-special.csv", report(good)
    drone = "timestamp,ip,port,asn,geo,infection,cc_ip\n" \
        "2020-08-01 00:00:00,14.225.1.2,1234,45899,VN,conficker,178.162.203.211\n"
    yield "legacy-drone.csv", drone + drone.splitlines()[1].replace("14.225.1.2", "14.225.1.2.3") + "\n"
    yield "legacy-drone-without-a-type.csv", drone.replace(",cc_ip", ",sinkhole")
    yield "2020-10-01-ddos_amplification-vn.csv", "timestamp,ip,protocol,dst_port,tag\n" \
        "2020-10-01 06:00:06,14.225.1.2,udp,13,daytime\n"
    yield "2024-05-01-scan_telnet-vn.csv", "timestamp,ip,protocol,port,tag\n" \
        "2024-05-01 06:00:06,14.225.1.2,tcp,23,telnet\n"
    yield "2024-05-01-compromised_account-vn.csv", "timestamp,email,infection\n" \
        "2024-05-01 06:00:06,somebody@example.com,redline\n"
    feodo = '"first_seen_utc","dst_ip","dst_port","c2_status","last_online","malware"\n'
    server = '"2026-07-01 10:00:00","178.162.203.211","443","online","2026-07-30","QakBot"\n'
    yield "feodo-open-quote.csv", feodo + server + server.replace('"QakBot"', '"QakBot') + server
    yield "feodo-cut-short.csv", feodo + server + server[:45]
    yield "feodo-no-address.csv", feodo + server + server.replace("178.162.203.211", "")
    yield "feodo-future.csv", feodo + server + server.replace("2026-07-30", "2099-07-30")
    fox = '# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware",' \
        '"malware_printable","last_seen_utc"\n'
    indicator = '"2026-07-01 10:00:00", "1", "178.162.203.211:443", "ip:port", "botnet_cc", "win.x",' \
        ' "X", ""\n'
    yield "threatfox-no-port.csv", fox + indicator + indicator.replace(":443", "")
    yield "threatfox-port-70000.csv", fox + indicator + indicator.replace(":443", ":70000")
    yield "threatfox-comma-inside.csv", fox + indicator + indicator.replace('"X"', 'X, Y')
    yield "threatfox-no-header.csv", indicator
    cert = "; ip, asn, country, lastseen, botname, domain, remote_ip, remote_port, local_port, protocol\n"
    bot = "14.225.1.2,AS45899,VN,1785542400,mirai,-,?,?,?,?\n"
    yield "cert-time-in-words.txt", cert + bot + bot.replace("1785542400", "yesterday")
    yield "cert-time-too-large.txt", cert + bot + bot.replace("1785542400", "99999999999999999999")
    yield "cert-loopback.txt", cert + bot + bot.replace("14.225.1.2", "127.0.0.1")
    yield "cert-row-of-commas.txt", cert + bot + "," * 5000 + "\n" + bot
    yield "cert-nul.txt", cert + bot + bot.replace("mirai", "mi\0rai")
    mapped = "time;ip;port;botnet;note\n"
    line = "2026-08-01 00:00:01;14.225.1.2;40123;mirai;x\n"
    yield "by-map-open-quote.csv", mapped + line + line.replace("x", '"x') + line
    yield "by-map-nul.csv", mapped + line + line.replace("x", "x\0") + line
    yield "by-map-row-too-wide.csv", mapped + line + line.replace("x", ";" * 3000) + line
    yield "by-map-column-missing.csv", mapped.replace("port", "Porto") + line
    yield "by-map-ten-thousand-columns.csv", mapped.rstrip("\n") + ";c" * 10000 + "\n" + line
    yield "by-map-column-name-bomb.csv", mapped.replace("note", "n" * 5000) + line
    yield "by-map-year-5138.csv", mapped + line + line.replace("2026-08-01 00:00:01", "99999999999") + line
    yield "by-map-negative-time.csv", mapped + line + line.replace("2026-08-01 00:00:01", "-5") + line
    yield "by-map-name-not-utf8.csv", (mapped + line + line.replace("mirai", "mirai?")).encode().replace(
        b"mirai?", b"mirai\xff")
    yield "ddos-without-a-type.csv", "timestamp,src_ip,dst_ip,attack,attack_src_ip\n" \
        "2024-05-01 06:00:06,14.225.1.2,178.162.203.211,udp,\n"
    yield "short-row.csv", report(good, good.replace(",VN,", ","), good)
    yield "long-row.csv", report(good, good.replace(",VN,", ",VN,VN,"), good)
    yield "bom-then-bad-address.csv", "\ufeff" + report(row(src_ip="14.225.1"), good)
    yield "bom-and-nothing.csv", "\ufeff"
    yield "utf-16.csv", report(good, row(src_ip="14.225.1"), good).encode("utf-16")
    yield "utf-16-half-pair.csv", b"\xfe\xff" + report(
        good, row(src_ip="14.225.1\ud800"), good).encode("utf-16-be", "surrogatepass")
    yield "utf-32.csv", report(good).encode("utf-32")
    yield "five-part-address.csv", report(good, row(src_ip="148.81.111.11.12"))
    yield "five-part-address-2026-08-01.txt", "1.2.3.4\n1.2.3.4.5\n5.6.7.8\n"
    yield "octal-address-2026-08-01.txt", "1.2.3.4\n010.2.3.4\n5.6.7.8\n"
    yield "address-with-zone-2026-08-01.txt", "1.2.3.4\nfe80::1%eth0\n5.6.7.8\n"
    yield "loopback-address.csv", report(good, row(src_ip="127.0.0.7"))
    yield "mapped-loopback-address.csv", report(good, row(src_ip="::ffff:127.1.2.3"))
    yield "multicast-address-2026-08-01.txt", "1.2.3.4\n224.0.0.251\n5.6.7.8\n"
    yield "class-e-address-2026-08-01.txt", "1.2.3.4\n240.0.0.1\n5.6.7.8\n"
    yield "prefix-with-host-bits-2026-08-01.txt", "1.2.3.4\n5.6.7.8/24\n5.6.7.8\n"
    yield "prefix-33-2026-08-01.txt", "1.2.3.4\n5.6.7.0/33\n5.6.7.8\n"
    yield "whole-internet-2026-08-01.txt", "1.2.3.4\n0.0.0.0/0\n5.6.7.8\n"
    yield "range-as-a-bot.csv", report(good, row(src_ip="14.225.1.0/24"))
    yield "port-70000.csv", report(good, row(src_port="70000"))
    yield "port-negative.csv", report(good, row(dst_port="-1"))
    yield "port-70000-2026-08-01.txt", "1.2.3.4\n1.2.3.4:70000\n5.6.7.8\n"
    yield "time-in-the-future.csv", report(good, row(timestamp="2099-01-01 00:00:00"))
    yield "time-1969.csv", report(good, row(timestamp="1969-12-31 23:59:59"))
    yield "time-february-30.csv", report(good, row(timestamp="2026-02-30 00:00:00"))
    yield "time-25-hours.csv", report(good, row(timestamp="2026-08-01 25:00:00"))
    yield "time-empty.csv", report(good, row(timestamp=""))
    yield "event4_sinkhole-seen-backwards.csv", report(good).replace("event_id", "first_seen_time,last_seen_time") \
        .replace(good, good.rstrip("\n") + "2026-07-02 00:00:00,2026-07-01 00:00:00\n" +
                 good.rstrip("\n") + "2026-07-01 00:00:00,2026-07-02 00:00:00\n")
    yield "name-bomb.csv", report(good, row(infection="m" * 201))
    yield "name-not-utf8.csv", report(good, row(infection="mirai?")).encode().replace(
        b"mirai?", b"mirai\xff")
    yield "extras-bomb.csv.gz", gzip.compress(
        report(good, row(src_city="x" * 70000)).encode(), mtime=0)
    yield "simulated-and-real.csv", report(row(public_source="quetsach-simulate"), good)
    yield "all-rows-bad.csv", report(row(src_ip="x"), row(src_ip="y"))
    yield "one-in-nine-bad-2026-08-01.txt", addresses(108, 12)
    yield "list-without-a-day.txt", "1.2.3.4\n5.6.7.8\n"
    yield "list-of-2099-01-01.txt", "1.2.3.4\n5.6.7.8\n"
    yield "only-comments-2026-08-01.txt", "# nothing\n; here\n! at\n// all\n"
    yield "only-names-2026-08-01.txt", "example.com\nexample.net\n"
    yield "prose-2026-08-01.txt", "This is no list.\nIt only looks like a text.\n"
    yield "hits-not-a-number-2026-08-01.txt", "1.2.3.4\t5\n5.6.7.8\tmany\n9.9.9.9\t2\n"
    yield "drop-without-a-day.json", '{"cidr":"1.10.16.0/20","sblid":"SBL1"}\n'
    yield "drop-broken-2026-08-01.json", '{"cidr":"1.10.16.0/20","sblid":"SBL1"}\n' \
        '{"cidr":"1.10.32.0/20","sblid"}\n{"cidr":"1.11.0.0/20"}\n'
    yield "drop-deep-2026-08-01.json", '{"cidr":"1.10.16.0/20","sblid":"SBL1"}\n' \
        '{"cidr":' + "[" * 100000 + '\n{"cidr":"1.11.0.0/20"}\n'
    yield "drop-host-bits-2026-08-01.json", '{"cidr":"1.10.16.0/20","sblid":"SBL1"}\n' \
        '{"cidr":"1.10.16.1/20"}\n{"cidr":"1.11.0.0/20"}\n'
    yield "empty.csv", ""
    yield "blank-lines.txt", "\n \n\t\r\n"
    yield "error-page.csv", "<!DOCTYPE html>\n<html><body>404 Not Found</body></html>\n"
    yield "program.csv", b"\x7fELF\x02\x01\x01" + bytes(57) + noise
    yield "document.csv", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    yield "object.json", '{"error":"not subscribed"}\n'
    yield "array.json", '[{"ip":"1.2.3.4"}]\n'
    yield "noise.bin", bytes([1]) + noise
    yield "other-columns.csv", "name,price\napple,3\n"
    yield "gzip-of-garbage.csv.gz", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + noise
    yield "gzip-of-noise.csv.gz", gzip.compress(bytes([1]) + noise, mtime=0)
    yield "truncated-2026-08-01.txt.gz", half(gzip.compress(long_list(), mtime=0))
    whole = gzip.compress(b"1.2.3.4\n5.6.7.8\n", mtime=0)
    yield "gzip-with-another-sum-2026-08-01.txt.gz", whole[:-8] + bytes([whole[-8] ^ 1]) + whole[-7:]
    yield "gzip-then-text-2026-08-01.txt.gz", whole + b"9.9.9.9\n"
    yield "truncated-2026-08-01.txt.xz", half(lzma.compress(long_list()))
    yield "truncated-2026-08-01.txt.bz2", half(bz2.compress(long_list()))
    yield "truncated-2026-08-01.txt.zst", half(pack(["zstd", "-q"], long_list()))
    yield "truncated-2026-08-01.zip", half(zip_with({"list.txt": long_list()}))
    yield "truncated-2026-08-01.tar", half(tar_with({"list.txt": long_list()}))
    yield "two-files-2026-08-01.zip", zip_with({"a.txt": list_bytes, "b.txt": list_bytes})
    yield "two-files-2026-08-01.tar", tar_with({"a.txt": list_bytes, "b.txt": list_bytes})
    yield "encrypted-2026-08-01.zip", zip_with({"list.txt": list_bytes}, "-P", "infected")
    yield "zip-in-zip-2026-08-01.zip", zip_with({"inner.zip": zip_with({"list.txt": list_bytes})})
    yield "no-files.zip", b"PK\x05\x06" + bytes(18)
    yield "bomb-2026-08-01.txt.bz2", bz2.compress(b"1.2.3.4\n" + bomb)
    yield from feeds_exchange.files()
    yield from feeds_json.files()
    yield "bomb-2026-08-01.zip", zip_with({"list.txt": b"1.2.3.4\n" + bomb}, "-Z", "bzip2")


def main():
    folder = os.path.join(os.path.dirname(os.path.abspath(sys.argv[0])), "feeds")
    os.makedirs(folder, exist_ok=True)
    for name, data in files():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())


main()
