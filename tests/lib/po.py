#!/usr/bin/env python3
"""The catalogue of messages: po.py pot FILE writes what the code says, po.py update brings po/zh_CN.po up to it."""
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from rules import sources, table  # noqa: E402

PO = "po/zh_CN.po"


def passes():
    """xgettext takes one argument of a function in one run: a run for each that po/keywords lists."""
    runs = [[], []]
    for name, *args in table("po/keywords"):
        for run, arg in zip(runs, args):
            run.append(f"--keyword={name}:{arg.rstrip('f')}")
            if arg.endswith("f"):
                run.append(f"--flag={name}:{arg[:-1]}:c-format")
    return runs


def pot(out):
    """Every message of the code, in the order of the files."""
    rooms = sources("core/**/*.[ch]", "publisher/**/*.[ch]", "agent/**/*.[ch]")
    for i, keywords in enumerate(passes()):
        run = subprocess.run(
            ["xgettext", "--language=C", "--from-code=UTF-8", "--add-comments=TRANSLATORS",
             "--no-wrap", "--add-location=file", "--sort-by-file", "-k", *keywords, *(["-j"] if i else []), "-o", out, *rooms],
            capture_output=True, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
        if run.returncode or "ambiguous" in run.stderr or "not a valid" in run.stderr:
            raise SystemExit(run.stderr)


def entries(text):
    """msgid → (msgstr, flags) of a po file that was written without wrapping or in pieces."""
    found = {}
    for block in text.split("\n\n"):
        flags = " ".join(re.findall(r"^#, (.*)$", block, re.M))
        obsolete = re.search(r"^#~", block, re.M) is not None
        parts = re.split(r"^(msgid|msgstr) ", re.sub(r"^#.*\n?", "", block, flags=re.M), flags=re.M)
        texts = {k: "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', v)) for k, v in zip(parts[1::2], parts[2::2])}
        if obsolete:
            found[block.split("\n")[0]] = (None, "obsolete")
        elif "msgid" in texts:
            found[texts["msgid"]] = (texts.get("msgstr", ""), flags)
    return found


def update():
    with tempfile.TemporaryDirectory() as tmp:
        template = os.path.join(tmp, "tong.pot")
        pot(template)
        subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", "--no-wrap", "--add-location=file",
                        "--sort-by-file", "-o", os.path.join(tmp, "new"), PO, template], check=True)
        subprocess.run(["msgattrib", "--no-obsolete", "--no-wrap", "-o", PO, os.path.join(tmp, "new")], check=True)
    text = open(PO, encoding="utf-8").read()  # the same code gives the same file
    with open(PO, "w", encoding="utf-8") as f:
        f.write(re.sub(r'"POT-Creation-Date:.*\n', "", text))
    empty = [m for m, (text, _) in entries(open(PO, encoding="utf-8").read()).items() if not text]
    print(f"{PO}: {len(empty)} messages without translation" + "".join(f"\n  {m}" for m in empty))


if __name__ == "__main__":
    pot(sys.argv[2]) if sys.argv[1] == "pot" else update()
