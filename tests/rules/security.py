#!/usr/bin/env python3
"""The threat model names tests that exist, for every promise; every library that is linked has its line there."""
import glob
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import done, read, report  # noqa: E402

PAGE = "docs/threat-model.md"
# What a library is called there, when that is not its name for pkg-config.
CALLED = {"sqlite3": "SQLite", "libcmark": "cmark", "yaml-0.1": "libyaml", "xlsxwriter": "libxlsxwriter"}


def exists(named):
    """`suite/file` or `suite/file words`: the file, and in it the function that is run or the check's name."""
    file, _, words = named.partition(" ")
    found = sorted((p for p in glob.glob(f"tests/{file}.*") if p.endswith((".c", ".sh", ".py"))), reverse=True)  # a story before its helper
    if not found or not words:
        return bool(found)
    text = read(found[0])
    if found[0].endswith(".c"):
        return re.search(rf"\bRUN\({re.escape(words)}\)", text) is not None
    return re.search(rf"""\bt_\w+ (?:\d+ )?(['"])\s*(?:\w+: )?{re.escape(words)}\1""", text) is not None


def main():
    n, shown = 0, set()
    for number, line in enumerate(read(PAGE).split("\n"), 1):
        cells = [c.strip() for c in line.strip("|").split("|")]
        if len(cells) != 4 or not re.match(r"P\d", cells[2]):
            continue
        tests = re.findall(r"`([^`]+)`", cells[3])
        if not tests:
            report(f"{PAGE}:{number}", f"no test shows: {cells[0]}")
        for test in tests:
            n += 1
            if not exists(test):
                report(f"{PAGE}:{number}", f"there is no such test: {test}")
        shown |= set(re.findall(r"P\d+", cells[2]))
    for promise in (f"P{i}" for i in range(1, 11)):
        if promise not in shown:
            report(PAGE, f"{promise}: no threat, and no test, is named for it")
    libraries = {w for v in re.findall(r"^\w+_LIBS = (.*)$", read("Makefile"), re.M) for w in v.split() if not w.startswith("$")}
    table = read(PAGE).split("## Dependencies")[1]
    for library in sorted(libraries):
        if CALLED.get(library, library) not in table:
            report(PAGE, f"{library} is linked and not in the table of dependencies")
    done(f"security {n} tests named for {len(shown)} promises, {len(libraries)} libraries")


main()
