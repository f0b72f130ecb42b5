#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Containers that are honest, broken or mean harm, by name, and what must come of each.

make_containers.py FOLDER writes them there; make_containers.py --corpus FOLDER the small honest ones."""
import base64
import io
import struct
import sys
import tarfile
import zipfile
import zlib
from pathlib import Path

from containers import *  # all makers

ZEROS_IN_FRONT = bytes(4096) + PAYLOAD

# What must come: a member's content (True: PAYLOAD, None: no matter), and reasons that must be said,
# one of those parted by |.
WHOLE = (True, ())
WHOLE_LATER = (ZEROS_IN_FRONT, ())


def only(*reasons):
    return (False, reasons)


def with_reasons(*reasons):
    return (True, reasons)


def lzw(data):
    codes = [256, *data, 257]
    bits = "".join(f"{c:09b}" for c in codes)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))


def honest():
    ole_package = make_ole({"\1Ole10Native": make_package()})
    yield "stored.zip", make_zip(zipfile.ZIP_STORED)
    yield "deflated.zip", make_zip()
    yield "bzip2.zip", make_zip(zipfile.ZIP_BZIP2)
    yield "lzma.zip", make_zip(zipfile.ZIP_LZMA)
    yield "behind_picture.zip", b"GIF89a" + bytes(100) + make_zip()
    yield "in_zip.zip", make_zip(payload=make_zip())
    yield "name_in_utf8.zip", make_zip(name="tài liệu ế.txt")
    yield "plain.tar", make_tar()
    for kind in ("gz", "bz2", "xz"):
        yield f"packed.tar.{kind}", make_tar("w:" + kind)
    yield "two.tar", make_tar(payload=b"x") + make_tar()
    yield "new.cpio", make_cpio()
    yield "little.cpio", make_old_cpio(False)
    yield "big.cpio", make_old_cpio(True)
    yield "boot_image.cpio", make_cpio(b"early", "early") + bytes(512) + make_gzip(make_cpio())
    yield "library.a", make_ar()
    yield "copied.7z", make_7z()
    yield "stored.rar", make_rar5()
    yield "stored.lzh", make_lha()
    yield "web.warc", make_warc()
    yield "text.gz", make_gzip()
    yield "text.bz2", bz2.compress(PAYLOAD)
    yield "text.xz", lzma.compress(PAYLOAD)
    yield "text.lzma", lzma.compress(PAYLOAD, lzma.FORMAT_ALONE)
    yield "text.lz", make_lzip()
    yield "text.zst", make_zstd()
    yield "text.Z", make_compress()
    yield "text.uu", make_uu()
    yield "stored.cab", make_cab()
    yield "text.szdd", make_szdd()
    yield "text.kwaj", make_kwaj()
    yield "attachment.eml", make_mail()
    yield "quoted.eml", make_quoted_mail()
    yield "uu.eml", make_mail(make_uu(), encoding=b"x-uuencode")
    yield "two.mbox", make_mbox()
    yield "odd_charset.eml", make_mail(kind=b"application/x; name=\"=?x-nowhere-8?Q?a=FF?=\"")
    yield "korean_name.eml", make_mail(kind=b"application/x; name*=euc-kr''%B0%A1.txt; x=\"=?koi8-r?Q?=C1?=\"")
    yield "stream.ole", make_ole({"Data": PAYLOAD})
    yield "package.doc", ole_package
    yield "macro.doc", make_ole({"Module1": make_macro()})
    yield "slides.ppt", make_ole({"PowerPoint Document": make_slides()})
    yield "winmail.dat", make_tnef()
    yield "message.msg", make_ole({"__substg1.0_10090102": make_rich_text()})
    yield "deflated.pdf", make_pdf()
    yield "hidden_name.pdf", make_pdf(b"/Fl#61teDecode")
    yield "two_filters.pdf", make_pdf(b"[ /ASCII85Decode /FlateDecode ]",
                                      base64.a85encode(zlib.compress(PAYLOAD)) + b"~>")
    yield "hexadecimal.pdf", make_pdf(b"/ASCIIHexDecode", binascii.hexlify(PAYLOAD) + b">")
    yield "lzw.pdf", make_pdf(b"/LZWDecode", lzw(PAYLOAD))
    yield "runs.pdf", make_pdf(b"/RunLengthDecode",
                               bytes([len(PAYLOAD) - 1]) + PAYLOAD + b"\x80")
    yield "object.rtf", make_rtf()
    yield "page.html", make_page()
    yield "text.hqx", make_binhex()
    yield "stored.arj", make_arj()
    yield "phone.sis", make_sis()
    yield "note.one", make_onenote()
    yield "movie.swf", make_flash()
    yield "self_extracting_zip.exe", make_program(behind=make_zip())
    yield "self_extracting_7z.exe", make_program(behind=b";!@Install@!" + make_7z())
    yield "self_extracting_rar.exe", make_program(behind=make_rar5())
    yield "cabinet_inside.exe", make_program(sections=((b".rsrc", b"...." + make_cab()),))
    yield "solid_nsis.exe", make_nsis(True)
    yield "nsis.exe", make_nsis(False)
    yield "installshield.exe", make_installshield_list()
    yield "installshield_keyed.exe", make_installshield_keyed()
    yield "script.run", make_script(make_tar("w:gz"))


def broken():
    """Ends too early, needs a password, or is of a kind that is not opened."""
    yield "encrypted.zip", make_encrypted_zip(), only("encrypted")
    yield "imploded.zip", make_odd_zip(6), only("unsupported")
    yield "method_20.zip", make_odd_zip(20), only("unsupported")
    yield "cut.zip", make_zip()[:60], only("damaged")
    yield "list_spoilt.zip", make_zip().replace(b"PK\1\2", b"PKxx"), WHOLE
    yield "sum_wrong.zip", make_zip(zipfile.ZIP_STORED).replace(b"harmless", b"harmful!", 1), \
        only("damaged")
    yield "cut.tar.gz", make_tar("w:gz")[:80], only("damaged")
    yield "cut.7z", make_7z()[:-10], only("damaged")
    yield "cut.rar", make_rar5()[:-30], only("damaged")
    yield "cut.cab", make_cab()[:-20], only("damaged")
    yield "of_a_set.cab", make_cab(2), with_reasons("unsupported")
    yield "cut.ole", make_ole({"Data": PAYLOAD})[:900], only("damaged")
    yield "cut.tnef", make_tnef()[:-30], only("damaged")
    yield "cut.pdf", make_pdf()[:100], only("damaged")
    yield "cut.arj", make_arj()[:-30], only("damaged")
    yield "garbled.arj", make_arj(1), only("encrypted")
    yield "encrypted.pdf", make_pdf(extra=b"/Encrypt 5 0 R"), with_reasons("encrypted")
    yield "encrypted.docx", make_ole({"EncryptedPackage": PAYLOAD}), only("encrypted")
    yield "encrypted.xls", make_ole({"Workbook": b"\x09\x08\4\0\0\6\5\0\x2F\0\6\0" + bytes(6)}), \
        only("encrypted")
    yield "signed.eml", make_mail(kind=b"application/pkcs7-mime; name=smime.p7m"), \
        with_reasons("unsupported")
    yield "part.eml", make_mail(kind=b"message/partial; id=1; number=1; total=2"), \
        with_reasons("unsupported")
    yield "set.installshield", b"ISc(" + bytes(60), only("unsupported")
    yield "disk.qcow2", b"QFI\xFB" + bytes(100), only("unsupported")
    yield "old.ace", bytes(7) + b"**ACE**" + bytes(100), only("unsupported")
    yield "inno.exe", make_program(behind=b"Inno Setup Setup Data (5.5.0)"), only("unsupported")
    yield "autoit.exe", make_program(behind=b"AU3!EA06"), only("unsupported")
    yield "python.exe", make_program(behind=b"MEI\x0C\x0B\x0A\x0B\x0E"), only("unsupported")


def packed():
    for section, name in ((b"UPX0", "UPX"), (b".aspack", "ASPack"), (b"MEW", "MEW"),
                          (b".petite", "Petite"), (b"PEC2", "PECompact"), (b".nsp0", "NsPack"),
                          (b".MPRESS1", "MPRESS"), (b".themida", "Themida"), (b".vmp0", "VMProtect"),
                          (b"yC", "yoda's Crypter"), (b".WWP32", "WWPack32")):
        yield f"{name}.exe", make_program(sections=((section, b"x"),)), only("packed " + name)
    yield "PESpin.exe", make_program(entry=bytes.fromhex("eb016860e8000000008b1c2483c312")), \
        only("packed PESpin")
    yield "FSG.exe", make_program(entry=bytes.fromhex("872500000000619455a4b680ff13")), \
        only("packed FSG")
    yield "Upack.exe", make_program(head=b"KERNEL32.DLL\0\0"), only("packed Upack")
    yield "upx_for_linux", make_linux_program(b"\0\0\0\0UPX!"), only("packed UPX")


def zip_of_zips():
    inner = make_zip(payload=bytes(1 << 20))
    for _ in range(5):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
            for i in range(10):
                z.writestr(f"{i}.zip", inner)
        inner = out.getvalue()
    return inner


def nested_gzip(levels):
    data = PAYLOAD
    for _ in range(levels):
        data = make_gzip(data)
    return data


def overlapping_zip():
    """Four hundred members that share one deflated stream: each quotes the header of the next in a stored
    block and goes on as the next does."""
    plain = bytes(1 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(plain) + packer.flush()
    size, heads = len(packed), []
    for _ in range(400):
        common = struct.pack("<HHHHHIIIH", 20, 0, 8, 0, 0x21, zlib.crc32(plain), size, len(plain), 1)
        head = b"PK\3\4" + common + b"\0\0x"
        heads.insert(0, (common, head))
        plain, size = head + plain, size + 5 + len(head)
    block = struct.pack("<BHH", 0, 31, 31 ^ 0xFFFF)
    out, listed = b"", b""
    for i, (common, head) in enumerate(heads):
        out += block if i else b""
        listed += b"PK\1\2\x14\0" + common + struct.pack("<HHHHII", 0, 0, 0, 0, 0, len(out)) + b"x"
        out += head
    out += packed
    count = len(heads)
    return out + listed + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(listed), len(out), 0)


def same_member_zip():
    """Two thousand entries of the list, one member of the file."""
    data = make_zip()
    at = data.index(b"PK\1\2")
    entries = data[at:data.index(b"PK\5\6")] * 2000
    return data[:at] + entries + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 2000, 2000, len(entries), at, 0)


def claimed_zip():
    """A list of a billion entries, in 200 bytes."""
    data = make_zip(zipfile.ZIP_STORED)
    at = data.index(b"PK\1\2")
    end = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 10**9, 10**9, len(data) - at - 22, at)
    where = data.index(b"PK\5\6")
    return (data[:where] + end + struct.pack("<4sIQI", b"PK\6\7", 0, where, 1) +
            struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, where - at, at, 0))


def tar_with(size, kind=b"0", extra=b""):
    head = bytearray(make_tar(payload=b"")[:512])
    head[124:136] = b"\x80" + size.to_bytes(11, "big")
    head[156:157] = kind
    head[257:265] = b"ustar  \0"
    head[386:386 + len(extra)] = extra
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def sparse_tar():
    place = (b"\x80" + (10**13).to_bytes(11, "big")) + (b"\x80" + (512).to_bytes(11, "big"))
    extra = place + bytes(24 * 3) + b"\0" + b"\x80" + (10**13 + 512).to_bytes(11, "big")
    return tar_with(512, b"S", extra) + PAYLOAD.ljust(512, b"\0") + bytes(1024)


def huge_dictionary():
    data = bytearray(lzma.compress(PAYLOAD))
    data[16] = 40
    size = (data[12] + 1) * 4
    data[12 + size - 4:12 + size] = struct.pack("<I", zlib.crc32(bytes(data[12:12 + size - 4])))
    return bytes(data)


def chained_pdf(count):
    body = bytes(8 << 20)
    for _ in range(count):
        body = zlib.compress(body)
    return make_pdf(b"[ " + b"/FlateDecode " * count + b"]", body)


def harmful():
    yield "zip_of_zips.zip", zip_of_zips(), only("expansion")
    yield "gzip_100_deep.gz", nested_gzip(100), only("depth")
    yield "gzip_12_deep.gz", nested_gzip(12), WHOLE
    yield "zeros.gz", make_gzip(bytes(64 << 20)), only("expansion|size|ok")
    yield "zeros.bz2", bz2.compress(bytes(64 << 20)), only("expansion")
    yield "zeros_in_front.gz", make_gzip(bytes(4096) + PAYLOAD), WHOLE_LATER
    yield "behind_a_tar.tar.gz", make_gzip(make_tar(payload=b"x") + make_tar()), WHOLE
    yield "overlapping.zip", overlapping_zip(), only("expansion")
    yield "same_member.zip", same_member_zip(), with_reasons("damaged")
    yield "billion_claimed.zip", claimed_zip(), WHOLE
    yield "ten_terabytes_claimed.tar", tar_with(10**13) + PAYLOAD, with_reasons("damaged")
    yield "sparse_ten_terabytes.tar", sparse_tar(), only("expansion")
    yield "huge_dictionary.xz", huge_dictionary(), (None, ("memory|ok",))
    yield "deep.eml", make_deep_mail(5000), only("depth")
    yield "many_filters.pdf", chained_pdf(20), only("unsupported")
    yield "zeros_through_filters.pdf", chained_pdf(3), only("expansion")
    yield "cyclic.ole", make_ole({"Data": PAYLOAD}, cyclic=True), only("damaged")
    yield "programs_in_programs.exe", make_program(behind=make_program() * 200), only("members")
    yield "many_cabinets.exe", make_program(behind=make_cab() * 3000), WHOLE
    yield "concatenated.cpio", make_cpio() * 100, with_reasons("depth")


def all_samples():
    for name, data in honest():
        yield name, data, (MACRO + PAYLOAD, ()) if name == "macro.doc" else WHOLE
    for group in (broken(), packed(), harmful()):
        yield from group


def main():
    words = sys.argv[1:]
    corpus = words[:1] == ["--corpus"]
    folder = Path(words[-1])
    folder.mkdir(parents=True, exist_ok=True)
    samples = ((n, d) for n, d in honest()) if corpus else ((n, d) for n, d, _ in all_samples())
    for name, data in samples:
        (folder / name.replace(" ", "_")).write_bytes(data)


if __name__ == "__main__":
    main()
