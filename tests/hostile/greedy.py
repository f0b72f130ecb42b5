# SPDX-License-Identifier: Apache-2.0
"""Containers that ask for gigabytes before they give a byte: window and dictionary sizes are whatever
their heads say. Most give nothing; those that say True hold the content all the same."""
import bz2
import lzma
import struct
import zlib

from containers import *  # all makers
from make_containers import huge_dictionary

GREEDY = 0xFFFFFFFF
BOMBS = {"bombs.bz2"}


def number(value):
    """As 7z writes them, at most two bytes."""
    return bytes([value]) if value < 128 else bytes([0x80 | value >> 8, value & 255])


def make_7z_with(coder, packed, plain):
    names = b"\0" + "a.com\0".encode("utf-16-le")
    header = (b"\1\4\6" + number(0) + number(1) + b"\x09" + number(len(packed)) + b"\0"
              b"\7\x0B\1\0\1" + coder + b"\x0C" + number(len(plain)) + b"\0"
              b"\x08\x0A\1" + le("I", zlib.crc32(plain)) + b"\0\0"
              b"\5\1\x11" + number(len(names)) + names + b"\0\0")
    start = le("QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xBC\xAF\x27\x1C\0\4" + le("I", zlib.crc32(start)) + start + packed + header


def lzma_7z(content, dictionary):
    raw = lzma.compress(content, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    return make_7z_with(b"\x23\3\1\1\5" + b"\x5D" + le("I", dictionary), raw, content)


def lzma2_7z(content, size_code):
    raw = lzma.compress(content, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}])
    return make_7z_with(b"\x21\x21\1" + bytes([size_code]), raw, content)


def ppmd_7z(content, memory):
    return make_7z_with(b"\x23\3\4\1\5" + b"\x06" + le("I", memory), bytes(64), content)


def lzma_alone(content, dictionary):
    data = lzma.compress(content, lzma.FORMAT_ALONE)
    return data[:1] + le("I", dictionary) + data[5:]


def zstd_window(content, code):
    """One raw block; the window is 2 ** (10 + code >> 3)."""
    return le("IBB", 0xFD2FB528, 0, code) + le("I", len(content) << 3 | 1)[:3] + content


def lzip_dictionary(content):
    raw = lzma.compress(content, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    size = 6 + len(raw) + 20
    return b"LZIP\1" + bytes([29]) + raw + le("IQQ", zlib.crc32(content), len(content), size)


def bz2_bomb():
    return bz2.compress(bytes(64 << 20))


def samples(content):
    """Name, bytes, whether the content has to come out."""
    yield "lzma.7z", lzma_7z(content, 1 << 16), True
    yield "lzma_4_gib.7z", lzma_7z(content, GREEDY), False
    yield "lzma2.7z", lzma2_7z(content, 10), True
    yield "lzma2_4_gib.7z", lzma2_7z(content, 40), False
    yield "ppmd_4_gib.7z", ppmd_7z(content, GREEDY - 12 * 3), False
    yield "dictionary_4_gib.xz", huge_dictionary(), False
    yield "dictionary_4_gib.lzma", lzma_alone(content, GREEDY), False
    yield "dictionary_512_mib.lz", lzip_dictionary(content), False
    yield "window_2_gib.zst", zstd_window(content, 21 << 3), False
    yield "half_power.lzma", lzma_alone(content, 3 << 19), True
    yield "bombs.bz2", bz2_bomb(), False
