#!/usr/bin/env python3
"""Messages: all of the code's are in po/zh_CN.po, in good order, and English stands where English is expected."""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import po  # noqa: E402
from rules import code_only, done, matches, read, report, sources, table  # noqa: E402

HAN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
QUOTED = re.compile(r"“[^”]*”")  # words of the catalogue, which is Chinese, are named in quotes
LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*"')
TOLD = ("wanted", "found", "found_fmt", "reason")  # parameters that reach an editor


def pot():
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "tong.pot")
        po.pot(path)
        return po.entries(read(path))


def compare(code, have):
    if re.search(r"^#: ", read(po.PO).split("\n\n")[0], re.M):
        report(po.PO, "an empty text is told somewhere; say nothing instead")
    for m in code:
        if m and (m not in have or not have[m][0]):
            report(po.PO, f"no translation of: {m} (make po, then write it)")
        if HAN.search(QUOTED.sub("", m)):
            report(po.PO, f"a message is written in English in the code, Chinese stands in {po.PO}: {m}")
    for m, (text, flags) in have.items():
        if flags == "obsolete" or (m and m not in code):
            report(po.PO, f"no code says this any more (make po): {m}")
        elif "fuzzy" in flags:
            report(po.PO, f"fuzzy: {m}")


def formats():
    run = subprocess.run(["msgfmt", "--check", "-o", os.devnull, po.PO], capture_output=True, text=True)
    if run.returncode or run.stderr:
        report(po.PO, run.stderr.strip())


def chinese():
    """Chinese outside of messages stands where tests/rules/chinese.txt says, and is not printed from there."""
    allowed, used = [row[0] for row in table("tests/rules/chinese.txt")], set()
    for path in sources("core/**/*.[ch]", "publisher/**/*.[ch]", "agent/**/*.[ch]"):
        text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group(0).count("\n"), read(path), flags=re.S)
        text = re.sub(r'"\s*\n\s*"', lambda m: "\v" * m.group(0).count("\n"), text)  # one literal in pieces
        listed = {a for a in allowed if matches(path, [a])}
        for m in LITERAL.finditer(text):
            if not HAN.search(QUOTED.sub("", m.group(0))):
                continue
            where = f"{path}:{len(re.findall('[' + chr(10) + chr(11) + ']', text[:m.start()])) + 1}"
            before = text[text.rfind(";", 0, m.start()) + 1:m.start()]
            used |= listed
            if not listed or re.search(r"\b(?:v?f?printf|f?puts)\($|\b(?:v?printf|puts)\(", before):
                report(where, f"Chinese that is not in po/zh_CN.po; write English in _() : {m.group(0)[:60]}")
    for a in allowed:
        if a not in used:
            report("tests/rules/chinese.txt", f"{a} holds no Chinese")
    return len(used)


def helpers():
    """A function that is given what is wanted or found is in po/keywords, or xgettext would not see its callers."""
    known = {}
    for name, *args in table("po/keywords"):
        known.setdefault(name, set()).update(re.match(r"\d+", a).group(0) for a in args)
    n = 0
    for path in sources("publisher/**/*.c"):
        for m in re.finditer(r"^(?!\s)[\w *]*?(\w+)\(([^;{}]*?)\)\n\{", code_only(read(path)), re.M):
            names = [re.sub(r"^.*const char \*", "", p.strip()) for p in m.group(2).split(",")]
            told = [i for i, name in enumerate(names, 1) if name in TOLD]
            if "reason" in names and "found" in names:  # what a cell holds, and why that is wrong
                told.remove(names.index("found") + 1)
            for i in told if len(told) > 1 else ():
                n += 1
                if str(i) not in known.get(m.group(1), ()):
                    report(path, f"{m.group(1)} is given '{names[i - 1]}': say so in po/keywords (argument {i})")
    return n


def main():
    code, have = pot(), po.entries(read(po.PO))
    compare(code, have)
    formats()
    places, n = chinese(), helpers()
    done(f"messages {len(code) - 1} messages, all in Chinese; {n} arguments that are told; {places} places of Chinese")


main()
