# SPDX-License-Identifier: Apache-2.0
"""Containers made by hand around one harmless text, each by the description of its format, so that no
program that makes them need be there. Every function gives the bytes of one container."""
import base64
import binascii
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

PAYLOAD = b"MZ harmless text that every container of the tests holds, 64 B.\n"
NAME = "payload.txt"
MACRO = b"Attribute VB_Name = \"x\"\r\n"


def le(form, *values):
    return struct.pack("<" + form, *values)


def make_zip(method=zipfile.ZIP_DEFLATED, payload=PAYLOAD, name=NAME, comment=b""):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        z.writestr(zipfile.ZipInfo(name), payload, method)
        z.comment = comment
    return out.getvalue()


def make_encrypted_zip():
    data = bytearray(make_zip(zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    return bytes(data)


def make_odd_zip(method):
    data = bytearray(make_zip(zipfile.ZIP_STORED))
    data[8:10] = le("H", method)
    at = data.index(b"PK\1\2") + 10
    data[at:at + 2] = le("H", method)
    return bytes(data)


def make_tar(mode="w", payload=PAYLOAD, name=NAME):
    if mode == "w:gz":  # the same bytes whenever it is made
        return gzip.compress(make_tar("w", payload, name), mtime=0)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as t:
        member = tarfile.TarInfo(name)
        member.size = len(payload)
        t.addfile(member, io.BytesIO(payload))
    data = out.getvalue()
    # Python pads to twenty blocks; two that are empty end it.
    return data[:512 + -(-len(payload) // 512) * 512 + 1024] if mode == "w" else data


def make_cpio(payload=PAYLOAD, name=NAME):
    def entry(name, data, mode):
        fields = [1, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + name.encode() + b"\0"
        head += bytes(-len(head) % 4)
        return head + data + bytes(-len(data) % 4)
    return entry(name, payload, 0o100644) + entry("TRAILER!!!", b"", 0)


def make_old_cpio(big):
    form = ">" if big else "<"

    def entry(name, data, mode):
        name = name.encode() + b"\0"
        head = struct.pack(form + "13H", 0o070707, 0, 1, mode, 0, 0, 1, 0, 0, 0, len(name),
                           len(data) >> 16, len(data) & 0xFFFF)
        return head + name + bytes(len(name) % 2) + data + bytes(len(data) % 2)
    return entry(NAME, PAYLOAD, 0o100644) + entry("TRAILER!!!", b"", 0)


def make_ar():
    head = b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (b"payload.txt/", 0, 0, 0, 0o100644, len(PAYLOAD))
    return b"!<arch>\n" + head + PAYLOAD


def make_7z():
    def number(value):
        assert value < 128
        return bytes([value])
    names = b"\0" + (NAME + "\0").encode("utf-16-le")
    header = (b"\1"                                         # header
              b"\4" b"\6" + number(0) + number(1) + b"\x09" + number(len(PAYLOAD)) + b"\0"
              b"\7\x0B" + number(1) + b"\0" + number(1) + b"\1\0"  # one folder, one coder: copy
              b"\x0C" + number(len(PAYLOAD)) + b"\0"
              b"\x08\x0A\1" + le("I", zlib.crc32(PAYLOAD)) + b"\0\0"
              b"\5" + number(1) + b"\x11" + number(len(names)) + names + b"\0\0")
    start = le("QQI", len(PAYLOAD), len(header), zlib.crc32(header))
    return b"7z\xBC\xAF\x27\x1C\0\4" + le("I", zlib.crc32(start)) + start + PAYLOAD + header


def make_rar5():
    def number(value):
        out = b""
        while value >= 128:
            out += bytes([value & 127 | 128])
            value >>= 7
        return out + bytes([value])

    def block(body):
        body = number(len(body)) + body
        return le("I", zlib.crc32(body)) + body
    name = NAME.encode()
    file = (number(2) + number(2) + number(len(PAYLOAD)) + number(4) + number(len(PAYLOAD)) +
            number(0o100644) + le("I", zlib.crc32(PAYLOAD)) + number(0) + number(1) +
            number(len(name)) + name)
    return (b"Rar!\x1A\7\1\0" + block(number(1) + number(0) + number(0)) + block(file) + PAYLOAD +
            block(number(5) + number(0) + number(0)))


def make_lha():
    name = NAME.encode()
    crc = binascii.crc_hqx(b"", 0)
    table = []
    for i in range(256):
        c = i
        for _ in range(8):
            c = c >> 1 ^ (0xA001 if c & 1 else 0)
        table.append(c)
    for byte in PAYLOAD:
        crc = table[(crc ^ byte) & 255] ^ crc >> 8
    head = (b"-lh0-" + le("III", len(PAYLOAD), len(PAYLOAD), 0) + b" \0" + bytes([len(name)]) + name +
            le("H", crc))
    return bytes([len(head), sum(head) & 255]) + head + PAYLOAD + b"\0"


def make_iso(payload=PAYLOAD):
    def both(value, size=4):
        return value.to_bytes(size, "little") + value.to_bytes(size, "big")

    def record(name, at, size, folder):
        body = (b"\0" + both(at) + both(size) + bytes(7) + bytes([2 if folder else 0]) + b"\0\0" +
                both(1, 2) + bytes([len(name)]) + name + bytes((len(name) + 1) % 2))
        return bytes([len(body) + 1]) + body
    root = record(b"\0", 20, 2048, True)
    volume = (b"\1CD001\1\0" + b" " * 64 + bytes(8) + both(22) + bytes(32) + both(1, 2) * 2 +
              both(2048, 2) + both(10) + le("II", 18, 0) + struct.pack(">II", 19, 0) + root)
    end = b"\xFFCD001\1"
    folder = root + record(b"\1", 20, 2048, True) + record(b"PAYLOAD.TXT;1", 21, len(payload), False)
    table = b"\1\0" + le("I", 20) + b"\1\0\0\0"
    sectors = [volume, end, table, table, folder, payload]
    return bytes(16 * 2048) + b"".join(s.ljust(2048, b"\0") for s in sectors)


def make_warc():
    return (b"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: http://example.org/payload.txt\r\n"
            b"WARC-Date: 2024-01-01T00:00:00Z\r\nContent-Length: %d\r\n\r\n" % len(PAYLOAD) +
            PAYLOAD + b"\r\n\r\n")


def make_gzip(payload=PAYLOAD):
    return gzip.compress(payload, mtime=0)


def make_lzip():
    body = lzma.compress(PAYLOAD, lzma.FORMAT_RAW,
                         filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    # Python marks no end in this form unless it must.
    alone = lzma.compress(PAYLOAD, lzma.FORMAT_ALONE)
    body = alone[13:] if alone[5:13] == b"\xFF" * 8 else body
    return (b"LZIP\1\x17" + body + le("IQQ", zlib.crc32(PAYLOAD), len(PAYLOAD), 26 + len(body)))


def make_zstd():
    size = len(PAYLOAD)
    return b"\x28\xB5\x2F\xFD" + bytes([0x20, size]) + le("I", size << 3 | 1)[:3] + PAYLOAD


def make_compress():
    """Codes of nine bits, a byte each, cleared before they would grow."""
    bits, count, out = 0, 0, b"\x1F\x9D\x90"
    for byte in PAYLOAD:
        bits |= byte << count
        count += 9
    while count > 0:
        out += bytes([bits & 255])
        bits >>= 8
        count -= 8
    return out


def make_uu():
    lines = b"".join(binascii.b2a_uu(PAYLOAD[i:i + 45]) for i in range(0, len(PAYLOAD), 45))
    return b"begin 644 payload.txt\n" + lines + b"`\nend\n"


def make_cab(flags=0):
    name = NAME.encode() + b"\0"
    data = le("IHH", 0, len(PAYLOAD), len(PAYLOAD)) + PAYLOAD
    files = le("IIHHHH", len(PAYLOAD), 0, 0, 0x5821, 0, 0x20) + name
    at = 36 + 8 + len(files)
    folder = le("IHH", at, 1, 0)
    size = at + len(data)
    extra = b"next.cab\0disk\0" if flags & 2 else b""
    head = le("4sIIIIIBBHHHHH", b"MSCF", 0, size, 0, 44, 0, 3, 1, 1, 1, flags, 1, 0)
    if extra:
        head = le("4sIIIIIBBHHHHH", b"MSCF", 0, size + len(extra), 0, 44 + len(extra), 0, 3, 1, 1, 1,
                  flags, 1, 0) + extra
        folder = le("IHH", at + len(extra), 1, 0)
    return head + folder + files + data


def make_szdd():
    out = b"SZDD\x88\xF0\x27\x33A\0" + le("I", len(PAYLOAD))
    for i in range(0, len(PAYLOAD), 8):
        out += b"\xFF" + PAYLOAD[i:i + 8]
    return out


def make_kwaj():
    return b"KWAJ\x88\xF0\x27\xD1" + le("HHH", 0, 14, 0) + PAYLOAD


def make_mail(body=None, kind=b"application/octet-stream; name=payload.txt", encoding=b"base64"):
    body = base64.encodebytes(PAYLOAD) if body is None else body
    return (b"From: a@example.org\nTo: b@example.org\nSubject: test\nMIME-Version: 1.0\n"
            b"Content-Type: multipart/mixed; boundary=XX\n\n--XX\nContent-Type: text/plain\n\nhello\n"
            b"--XX\nContent-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding + b"\n\n" +
            body + b"\n--XX--\n")


def make_mbox():
    return (b"From a@example.org Mon Jan  1 00:00:00 2024\n" + make_mail() +
            b"\nFrom b@example.org Mon Jan  1 00:00:00 2024\nFrom: b@example.org\nSubject: second\n\nhi\n")


def make_quoted_mail():
    return make_mail(PAYLOAD.replace(b" ", b"=20").replace(b"\n", b"=0A"), encoding=b"quoted-printable")


def make_deep_mail(levels):
    out = b"From: a@example.org\nMIME-Version: 1.0\n"
    for i in range(levels):
        out += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i)
    return out + b"Content-Type: text/plain\n\nhi\n"


def make_ole(streams, cyclic=False):
    """streams: {name: bytes}, all in the root folder. One table sector; no small streams."""
    count = 1 + (len(streams) + 1 + 3) // 4
    table = [0xFFFFFFFD] + list(range(2, count)) + [0xFFFFFFFE]
    entries, bodies = [], b""
    names = list(streams)
    for i, name in enumerate(names):
        data = streams[name]
        sectors = max(1, -(-len(data) // 512))
        first = len(table)
        table += list(range(first + 1, first + sectors)) + [0xFFFFFFFE]
        if cyclic:
            table[-1] = first
        bodies += data.ljust(sectors * 512, b"\0")
        entries.append((name, 2, 0xFFFFFFFF, i + 2 if i + 1 < len(names) else 0xFFFFFFFF, 0xFFFFFFFF,
                        first, len(data) if not cyclic else 0x7FFFFFFF))
    entries.insert(0, ("Root Entry", 5, 0xFFFFFFFF, 0xFFFFFFFF, 1, 0xFFFFFFFE, 0))
    folder = b""
    for name, kind, left, right, child, first, size in entries:
        wide = (name + "\0").encode("utf-16-le")
        folder += (wide.ljust(64, b"\0") + le("HBBIII", len(wide), kind, 1, left, right, child) +
                   bytes(36) + le("II", first, size) + bytes(4))
    folder = folder.ljust((count - 1) * 512, b"\0")
    fat = b"".join(le("I", v) for v in table).ljust(512, b"\xFF")
    head = (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + bytes(16) + le("HHHHH", 0x3E, 3, 0xFFFE, 9, 6) +
            bytes(6) + le("IIIIIIIII", 0, 1, 1, 0, 0, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + le("I", 0))
    return head.ljust(512, b"\xFF") + fat + folder + bodies


def make_package():
    name = NAME.encode() + b"\0"
    body = (b"\2\0" + name + b"C:\\" + name + le("II", 0x30000, len(name)) + name +
            le("I", len(PAYLOAD)) + PAYLOAD)
    return le("I", len(body)) + body


def make_macro():
    """A chunk of literals only, behind what a module begins with."""
    source = MACRO + PAYLOAD
    packed = b""
    for i in range(0, len(source), 8):
        packed += b"\0" + source[i:i + 8]
    return bytes(40) + b"\1" + le("H", 0xB000 | len(packed) - 1) + packed


def make_slides():
    inner = make_ole({"\1Ole10Native": make_package()})
    body = le("I", len(inner)) + zlib.compress(inner)
    return le("HHI", 0x10, 0x1011, len(body)) + body


def make_tnef():
    def attribute(level, kind, data):
        return bytes([level]) + le("II", kind, len(data)) + data + le("H", sum(data) & 0xFFFF)
    return (b"\x78\x9F\x3E\x22\1\0" + attribute(1, 0x89006, le("I", 0x10000)) +
            attribute(2, 0x69002, bytes(14)) + attribute(2, 0x18010, NAME.encode() + b"\0") +
            attribute(2, 0x6800F, PAYLOAD))


def make_rich_text():
    packed = b""
    for i in range(0, len(PAYLOAD), 8):
        packed += b"\0" + PAYLOAD[i:i + 8]
    return le("IIII", len(packed) + 12, len(PAYLOAD), 0x75465A4C, 0) + packed


def make_pdf(filters=b"/FlateDecode", body=None, extra=b""):
    body = zlib.compress(PAYLOAD) if body is None else body
    return (b"%%PDF-1.4\n1 0 obj\n<< /Length %d /Filter %s >>\nstream\n" % (len(body), filters) + body +
            b"\nendstream\nendobj\ntrailer\n<< " + extra + b" >>\n%%EOF\n")


def make_rtf(data=None):
    if data is None:
        data = make_package()[4:]
    name = b"Package\0"
    thing = le("III", 0x501, 2, len(name)) + name + le("III", 0, 0, len(data)) + data
    return b"{\\rtf1 text {\\object{\\*\\objdata " + binascii.hexlify(thing) + b"}}}"


def make_page():
    return (b"<html><a href=\"data:application/x;base64," + base64.b64encode(PAYLOAD) +
            b"\">x</a></html>")


def make_binhex():
    name = NAME.encode()
    body = bytes([len(name)]) + name + b"\0TEXTttxt\0\0" + struct.pack(">II", len(PAYLOAD), 0)
    body += bytes(2) + PAYLOAD + bytes(2) + bytes(2)
    body = body.replace(b"\x90", b"\x90\0")
    letters = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
    bits = "".join(f"{b:08b}" for b in body)
    bits += "0" * (-len(bits) % 6)
    text = "".join(letters[int(bits[i:i + 6], 2)] for i in range(0, len(bits), 6))
    return ("(This file must be converted with BinHex 4.0)\n\n:" +
            "\n".join(text[i:i + 64] for i in range(0, len(text), 64)) + ":\n").encode()


def make_arj(flags=0):
    def header(kind, name, packed, sum_):
        body = (bytes([30, 11, 1, 2, flags, 0, kind, 0]) + le("IIIIHHH", 0, packed, packed, sum_, 0, 0, 0) +
                name.encode() + b"\0\0")
        return b"\x60\xEA" + le("H", len(body)) + body + le("I", zlib.crc32(body)) + b"\0\0"
    return (header(2, "a.arj", 0, 0) + header(0, NAME, len(PAYLOAD), zlib.crc32(PAYLOAD)) + PAYLOAD +
            b"\x60\xEA\0\0")


def make_sis():
    packed = zlib.compress(PAYLOAD)
    name = NAME.encode("utf-16-le")
    at = 0x66 + 36 + 8
    head = bytearray(0x66)
    head[8:12] = b"\x19\4\0\x10"
    head[0x12:0x16] = le("HH", 1, 1)
    head[0x34:0x38] = le("I", 0x66)
    record = le("9I", 0, 0, 0, len(name), at, 0, 0, len(packed), at + len(name))
    return bytes(head) + record + le("II", len(PAYLOAD), 0) + name + packed


def make_onenote():
    mark = b"\xE7\x16\xE3\xBD\x65\x26\x11\x45\xA4\xC4\x8D\x4D\x0B\x7A\x9E\xAC"
    return (b"\xE4\x52\x5C\x7B\x8C\xD8\xA7\x4D\xAE\xB1\x53\x78\xD0\x29\x96\xD3" + bytes(32) + mark +
            le("Q", len(PAYLOAD)) + bytes(12) + PAYLOAD)


def make_flash():
    return b"CWS\x09" + le("I", 8 + len(PAYLOAD)) + zlib.compress(PAYLOAD)


def make_program(sections=((b".text", b"\xC3"),), entry=b"", head=b"", behind=b""):
    """A Windows program that does nothing, with what hangs behind it."""
    table, bodies, at, address = b"", b"", 0x400, 0x1000
    for name, data in sections:
        data = data.ljust(0x200, b"\0")
        table += name.ljust(8, b"\0") + le("IIIIIIHHI", len(data), address, len(data), at, 0, 0, 0, 0,
                                           0x60000020)
        bodies += data
        at += len(data)
        address += 0x1000
    if entry:
        bodies = entry + bodies[len(entry):]
    optional = le("HBBIIII", 0x10B, 0, 0, 0, 0, 0, 0x1000).ljust(0xE0, b"\0")
    pe = b"PE\0\0" + le("HHIIIHH", 0x14C, len(sections), 0, 0, 0, len(optional), 0x102) + optional + table
    start = (b"MZ" + head).ljust(0x3C, b"\0") + le("I", 0x40)
    return (start + pe).ljust(0x400, b"\0") + bodies + behind


def make_linux_program(mark=b""):
    return (b"\x7FELF\2\1\1" + bytes(9) + le("HHIQQQIHHHHHH", 2, 62, 1, 0, 64, 0, 0, 64, 56, 1, 0, 0, 0) +
            bytes(56) + mark).ljust(1024, b"\0")


def make_nsis(solid):
    def deflated(data):
        c = zlib.compressobj(9, zlib.DEFLATED, -15)
        return c.compress(data) + c.flush()
    blocks = le("I", 16) + bytes(16)
    if solid:
        data = deflated(blocks + le("I", len(PAYLOAD)) + PAYLOAD)
    else:
        packed = deflated(PAYLOAD)
        data = (le("I", 0x80000000 | len(deflated(bytes(16)))) + deflated(bytes(16)) +
                le("I", 0x80000000 | len(packed)) + packed)
    head = le("I", 0) + b"\xEF\xBE\xAD\xDENullsoftInst" + le("II", 16, 28 + len(data) + 4)
    return make_program(behind=head + data + bytes(4))


def make_installshield_list():
    return make_program(behind=NAME.encode() + b"\0Disk1\\x\x001.0\0%d\0" % len(PAYLOAD) + PAYLOAD)


def make_installshield_keyed():
    name = NAME.encode()
    packed = zlib.compress(PAYLOAD)
    constants = b"\xEC\xCA\x79\xF8"
    covered = bytearray()
    for i, byte in enumerate(packed):
        k = i % 1024 % len(name)
        byte ^= name[k] ^ constants[k % 4]
        covered.append((byte >> 4 | byte << 4) & 255)
    entry = name.ljust(260, b"\0") + le("IIIIII", 6, 0, len(covered), 0, 0, 1)
    entry = entry.ljust(312, b"\0")
    return make_program(behind=b"InstallShield\0" + le("I", 1) + bytes(0x2E - 18) + entry + bytes(covered))


def make_script(archive):
    return b"#!/bin/sh\ntail -n +3 \"$0\" | tar xz\nexit\n" + archive
