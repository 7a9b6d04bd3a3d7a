#!/usr/bin/env python3
"""Writes core/pinyin_table.c from the Unihan database (Debian: unicode-data): pinyin_table.py [FOLDER].

The characters are those of the Table of General Standard Chinese Characters (kTGH). A character stands under each syllable that
people read it with: kMandarin, and from kHanyuPinlu what makes up a fiftieth of its uses; and what MORE adds.
"""
import bz2
import pathlib
import re
import sys
import unicodedata

# Readings in words of offices that the counts of kHanyuPinlu do not show: 会计 增长 供给 重建 核查 出差 区某 朝阳 调查 ….
MORE = {"会": "kuai", "长": "chang", "给": "ji", "重": "chong", "查": "zha", "差": "chai", "调": "tiao", "藏": "zang",
        "单": "shan", "乐": "yue", "朝": "chao", "区": "ou", "畜": "xu", "率": "shuai", "传": "zhuan", "盛": "cheng",
        "堡": "pu", "埔": "pu", "宿": "xiu", "殷": "yan", "色": "shai", "石": "dan", "省": "xing", "塞": "sai"}
HEAD = """/* Which syllables a character is read with: the Unihan database's readings, turned round. Made by
 * tests/tools/pinyin_table.py from Unihan 15.0 and changed in form; not edited by hand. Copyright
 * 1991-2022 Unicode, Inc., used under the licence in core/UNICODE-LICENSE. */
#include "core/pinyin.h"

/* A syllable without its tone, then its characters; v stands for u with dots. In order. */
const char *const tong__pinyin_table[] = {
"""


def plain(reading):
    """lǜ -> lv, xíng -> xing, ê̄ -> e."""
    text = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return re.sub("[^a-z]", "", text)


def fields(folder, name, wanted):
    for line in bz2.open(folder / name, "rt", encoding="utf-8"):
        parts = line.rstrip("\n").split("\t")
        if len(parts) == 3 and parts[1] in wanted:
            yield parts[1], chr(int(parts[0][2:], 16)), parts[2]


def readings(folder):
    read = {c: [] for _, c, _ in fields(folder, "Unihan_OtherMappings.txt.bz2", {"kTGH"})}
    for kind, c, value in sorted(fields(folder, "Unihan_Readings.txt.bz2", {"kMandarin", "kHanyuPinlu"}), reverse=True):
        if c not in read:
            continue
        if kind == "kMandarin":
            found = [plain(value.split()[0])]
        else:
            counted = [(plain(r), int(n)) for r, n in re.findall(r"(\S+?)\((\d+)\)", value)]
            found = [r for r, n in counted if n * 50 >= sum(n for _, n in counted)]
        read[c] += found
    for c, more in MORE.items():
        read[c].append(more)
    return {c: list(dict.fromkeys(r)) for c, r in read.items() if r}


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode")
    by = {}
    for c, found in readings(folder).items():
        for syllable in found:
            by.setdefault(syllable, []).append(c)
    out = HEAD
    for syllable in sorted(by):
        text = syllable + "".join(sorted(by[syllable]))
        out += "".join(f'\t"{text[i:i + 90]}"\n' for i in range(0, len(text), 90))[:-1] + ",\n"
    sys.stdout.write(out + "\tNULL,\n};\n")


main()
