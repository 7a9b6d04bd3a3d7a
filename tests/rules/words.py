#!/usr/bin/env python3
"""Words that must not be there, calls that have one home, and the README of every room."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import code_only, done, matches, read, report, sources, table, tracked  # noqa: E402

ROOMS = ("core", "publisher", "agent", "catalog-data", "site", "tests")
CODE = re.compile(r"\.(c|h|py|sh|js|mjs|css|html|zig|mk)$|(^|/)Makefile$|^\.ci/run$")
LATER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
MACHINE = re.compile(r"(?<![\w./~$}-])/(wo" r"rk|ro" r"ot|ho" r"me)/")
README = ("README", "CONTRIBUTING")


def words():
    n = 0
    for path, text in tracked():
        n += 1
        for i, line in enumerate(text.split("\n"), 1):
            if CODE.search(path) and LATER.search(line):
                report(f"{path}:{i}", f"{LATER.search(line).group(0)}: do it, or open an issue")
            if MACHINE.search(line):
                report(f"{path}:{i}", f"a path of somebody's machine ({MACHINE.search(line).group(0)})")
    return n


def calls():
    rows = [(re.compile(rf"(?<![\w.>])(?:{r[0]})\s*\("), r[1:]) for r in table("tests/rules/calls.txt")]
    n = 0
    for path in sources("core/**/*.[ch]", "publisher/**/*.[ch]", "agent/**/*.[ch]"):
        lines = code_only(read(path)).split("\n")
        n += 1
        for pattern, files in rows:
            if matches(path, files):
                continue
            for i, line in enumerate(lines, 1):
                if pattern.search(line):
                    home = "nowhere" if files == ["-"] else " ".join(files)
                    report(f"{path}:{i}", f"{pattern.search(line).group(0)}…) may be called in: {home}")
    return n


def readmes():
    for room in ROOMS:
        if not os.path.exists(f"{room}/README.md"):
            report(f"{room}/README.md", "every room has a README: job, may see, must never see, reading order")


def main():
    readmes()
    done(f"words    {words()} files read, {calls()} searched for calls")


main()
