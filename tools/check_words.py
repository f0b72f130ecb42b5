#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""No language inside the other, and the words of the field as the glossary has them.

Looks at po/LANG/*.po and data/pages/LANG/*.md: messages that are the same in both languages
(untranslated, or names that NAMES lists), English words in Vietnamese text, Vietnamese letters in
English text, and words that people are not to be told.
"""
import re
import sys
import unicodedata
from pathlib import Path

import house
import messages

# Proper names, and words that both languages write alike.
NAMES = {"LANGUAGE_NAME", "MENU_BLOG", "BLOG_TITLE", "MENU_OPEN", "SHARE_FACEBOOK",
         "SHARE_TELEGRAM", "SHARE_X", "PLATFORM_WINDOWS_NAME", "PLATFORM_LINUX_NAME",
         "PLATFORM_ANDROID_NAME", "PLATFORM_MACOS_SHORT", "PLATFORM_IOS_SHORT", "BUILT_IN_ANDROID",
         "TOOL_SIZE_KB", "TOOL_SIZE_MB", "TOOL_SIZE_GB", "TOOL_SUM_LINUX", "SERVER_FIND_4"}
SAME = re.compile(r"[\W\d_]*(?:\{\w+\}[\W\d_]*)*\Z")
# Vietnamese proper names that English keeps as they are.
KEPT = ["cafés", "Quét Sạch", "Hải Phòng", "Việt Nam", "Đà Nẵng", "Tiếng Việt"]
ENGLISH = re.compile(r"\b(?:the|and|your|with|this|that|from|are|not|you|for|have|has|is|of|or|by|"
                     r"if|when|please|click|here|download|file|error|unknown)\b", re.I)
VIETNAMESE = re.compile(r"[ăâđêôơưàáảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.I)
# What the glossary keeps from people: what to say instead.
UNSAID = {
    "vi": [(re.compile(r"\bcon bot\b|\bmáy bot\b", re.I), "máy tính bị nhiễm mã độc"),
           (re.compile(r"\bvi-?rút\b", re.I), "mã độc, phần mềm diệt virus"),
           (re.compile(r"\bmáy tính ma của bạn\b", re.I), "máy tính bị nhiễm mã độc"),
           (re.compile(r"\b(?:máy|thiết bị|địa chỉ)[^.\n]{0,20} (?:đã |là )?an toàn\b", re.I),
            "không phát hiện, không thấy"),
           (re.compile(r"\bcyber\w*|\bmalware\b(?!-host)|\bhacker\b", re.I), "mã độc, tin tặc")],
    "en": [(re.compile(r"\byour (?:device|computer|address|machine) is (?:safe|clean)\b", re.I),
            "nothing found, not seen"),
           (re.compile(r"\bzombies?\b", re.I), "infected machine")],
}
# Commands, options, addresses, quoted file names and code stay as they are in every language.
CODE = re.compile(r"`[^`]*`|“[^”]*”|https?://\S+|\bpage:\S+|\]\([^)]*\)|(?<!\w)--?[a-z][\w-]*|"
                  r"\{\w+\}|\b[\w.-]+/[\w./-]+|\bquetsach [a-z]+(?: [a-z]+)?|<[^>]*>|"
                  r"\((?:[a-z0-9-]+, )+[a-z0-9-]+\)|\b\w+[|]\S+|\b(?:robots|security)\.txt\b")


def plain(text):
    return CODE.sub(" ", text)


def check_text(where, lang, text):
    if unicodedata.normalize("NFC", text) != text:
        yield f"{where}: not in Unicode form NFC"
    words = plain(text)
    if lang == "vi":
        for match in ENGLISH.finditer(words):
            yield f"{where}: English “{match[0]}” in Vietnamese text"
    else:
        for name in KEPT:
            words = words.replace(name, "")
        for match in VIETNAMESE.finditer(words):
            around = words[max(0, match.start() - 15): match.end() + 15].replace("\n", " ")
            yield f"{where}: Vietnamese in English text: “{around}”"
    for pattern, instead in UNSAID[lang]:
        for match in pattern.finditer(words):
            yield f"{where}: “{match[0]}”: say {instead}"


def check_messages(root):
    languages = messages.read_languages(sorted((root / "po").glob("*/*.po")))
    for lang, texts in languages.items():
        for name, text in texts.items():
            yield from check_text(f"po/{lang}: {name}", lang, text)
    for name, text in languages["vi"].items():
        if text == languages["en"].get(name) and name not in NAMES and not SAME.match(plain(text)):
            yield f"po: {name} is the same in both languages: {text}"


def check_articles(root):
    for lang in ("vi", "en"):
        for path in sorted((root / "data" / "pages" / lang).glob("*.md")):
            name = str(path.relative_to(root))
            text = path.read_text(encoding="utf-8")
            # The names of the first lines are the format's.
            text = re.sub(r"^(?:title|summary|kind|date):", "", text, flags=re.M)
            yield from check_text(name, lang, re.sub(r"^.*SPDX.*$", "", text, flags=re.M))


def check(root):
    return [*check_messages(root), *check_articles(root)]


if __name__ == "__main__":
    sys.exit(house.report(check(Path(house.arguments(1, "ROOT")[0])), "words"))
