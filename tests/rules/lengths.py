#!/usr/bin/env python3
"""Sizes of functions, files and lines, and the sentence that opens every file."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import done, read, report, sources  # noqa: E402

FILE_MAX, LINE_MAX = 500, 100
FUNCTION_MAX, NINE_IN_TEN = 80, 40  # and half within 15, which is told, not enforced
TAB = 4


def functions(path, lines):
    """(length, where, name): from the brace in column one to the one that closes it."""
    start = None
    for n, line in enumerate(lines, 1):
        if line.startswith("{"):
            start = n
        elif line.startswith("}") and start:
            yield n - start + 1, f"{path}:{start}", name_above(lines, start)
            start = None


def name_above(lines, start):
    for line in reversed(lines[max(0, start - 12):start - 1]):
        m = re.match(r"(?!\s)[^=]*?(\w+)\(", line)
        if m:
            return m.group(1)
    return "?"


def opens_with_a_sentence(text):
    m = re.match(r"/\*(.*?)\*/", text, re.S) or re.match(r"//([^\n]*)", text)
    return m and len(m.group(1).strip()) >= 10 and re.search(r"[.:;。：；](\s|$)", m.group(1).strip() + "\n")


def look_at(path):
    text = read(path)
    lines = text.split("\n")
    if not opens_with_a_sentence(text):
        report(f"{path}:1", "a file opens with a comment: one sentence, its job")
    if len(lines) - 1 > FILE_MAX:
        report(f"{path}:{FILE_MAX}", f"{len(lines) - 1} lines; a file stops at {FILE_MAX}")
    if text and not text.endswith("\n"):
        report(f"{path}:{len(lines)}", "no newline at the end")
    for n, line in enumerate(lines, 1):
        if len(line.expandtabs(TAB)) > LINE_MAX:
            report(f"{path}:{n}", f"{len(line.expandtabs(TAB))} columns; a line stops at {LINE_MAX}")
        if line != line.rstrip():
            report(f"{path}:{n}", "blanks at the end of the line")
    found = list(functions(path, lines)) if path.endswith(".c") else []
    for length, where, name in found:
        if length > FUNCTION_MAX:
            report(where, f"{name}: {length} lines; a function stops at {FUNCTION_MAX}")
    return found


def main():
    # Tests are held to the file rules too, but a story told in C may be as long as it is.
    paths = sources()
    found = [f for p in paths for f in look_at(p)]
    house = sorted((length, where, name) for length, where, name in found if not where.startswith("tests/"))
    lengths = [f[0] for f in house] or [0]
    half, nine = lengths[len(lengths) // 2], lengths[min(len(lengths) - 1, len(lengths) * 9 // 10)]
    if nine > NINE_IN_TEN:
        over = [f for f in house if f[0] > NINE_IN_TEN]
        for length, where, name in over:
            report(where, f"{name}: {length} lines; more than one in ten functions has over {NINE_IN_TEN}")
    done(f"lengths  {len(paths)} files, {len(house)} functions: median {half}, nine in ten within {nine}, longest {lengths[-1]}")


main()
