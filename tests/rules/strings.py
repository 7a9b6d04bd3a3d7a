#!/usr/bin/env python3
"""Words of the user interface: Chinese and English have the same names; other languages none that Chinese has not, and each
with its source; a value stands in the same words; what templates ask for is there."""
import csv
import glob
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import done, read, report  # noqa: E402

SOURCE, WHOLE = "zh-CN", ("en",)


def words(tag):
    return json.loads(read(f"site/strings/{tag}.json"))


def main():
    chinese = words(SOURCE)
    tags = [os.path.basename(p)[:-5] for p in sorted(glob.glob("site/strings/*.json"))]
    for tag in tags:
        own = words(tag)
        path = f"site/strings/{tag}.json"
        for name in sorted(set(own) - set(chinese)):
            report(path, f"{name}: {SOURCE}.json has no such word")
        for name in sorted(set(chinese) - set(own)) if tag in WHOLE else ():
            report(path, f"{name}: this word of {SOURCE}.json is missing")
        for name, text in own.items():
            if not text.strip():
                report(path, f"{name}: an empty word (R4)")
            if text.count("{}") != chinese.get(name, "").count("{}"):
                report(path, f"{name}: {{}} must stand here as often as in {SOURCE}.json")
    sources = {(r["lang"], r["name"]): r["source"] for r in csv.DictReader(read("site/strings/sources.csv").split("\n"))}
    wanted = {(tag, name) for tag in tags if tag not in (SOURCE, *WHOLE) for name in words(tag)}
    for tag, name in sorted(wanted ^ {k for k, v in sources.items() if v.strip()}):
        report("site/strings/sources.csv", f"{tag} {name}: a word needs a source, a source its word")
    asked = {m for p in glob.glob("site/templates/*.html") for m in re.findall(r"\{\{[#^/]?t\.([\w-]+)", read(p))}
    for name in sorted(asked - set(chinese)):
        report(f"site/strings/{SOURCE}.json", f"{name}: a template asks for this word")
    done(f"strings  {len(chinese)} words, languages: {' '.join(tags)}")


main()
