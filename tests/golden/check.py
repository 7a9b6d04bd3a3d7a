#!/usr/bin/env python3
"""Every rule of `tong-publish check` has a failing example here, and the base catalogue passes them all.

check/base/        a small catalogue without findings: the passing example of every rule
check/RULE.case    what to change in it so that RULE must speak (RULE.MORE.case: another way): steps
    == PATH        the file the following lines are about
    -OLD / +NEW    replace the first OLD by NEW (\\n is a line break)
    |LINE          the file's new content, line by line
    !bytes TEXT    the file's new content, with Python escapes
    !pad N         grow the file to N bytes with comment lines
    !delete        remove the file
    !link TARGET   a symbolic link
    !commit        commit everything; then the check reads HEAD instead of the working tree
"""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent / "check"
GIT = ["git", "-c", "user.name=editor", "-c", "user.email=e@example.cn", "-c", "init.defaultBranch=main"]


def git(work, *words):
    subprocess.run([*GIT, "-C", str(work), *words], check=True, capture_output=True)


def steps(work, text):
    """Applies a case; returns whether anything was committed."""
    path = old = None
    fresh = set()
    committed = False
    for line in text.splitlines():
        mark, rest = line[:1], line[1:]
        if line.startswith("== "):
            path = work / line[3:]
            path.parent.mkdir(parents=True, exist_ok=True)
        elif mark == "-":
            old = rest.replace("\\n", "\n")
        elif mark == "+":
            have = path.read_text()
            assert old in have, f"{path.name} does not hold {old!r}"
            path.write_text(have.replace(old, rest.replace("\\n", "\n"), 1))
        elif mark == "|":
            path.write_text(("" if path not in fresh else path.read_text()) + rest + "\n")
            fresh.add(path)
        elif line.startswith("!bytes "):
            path.write_bytes(line[7:].encode().decode("unicode_escape").encode("latin-1"))
        elif line.startswith("!pad "):
            with path.open("a") as f:
                f.write("\n#" + " " * (int(line[5:]) - path.stat().st_size))
        elif line.startswith("!link "):
            path.symlink_to(line[6:])
        elif line == "!delete":
            path.unlink()
        elif line == "!commit":
            git(work, "add", "-A")
            git(work, "commit", "-q", "--allow-empty", "-m", "step")
            committed = True
            fresh.clear()
        else:
            raise ValueError(f"unknown step: {line}")
    return committed


def findings(work, committed):
    words = ["tong-publish", "check", "--format", "json", "--repo", str(work), "--path", ""]
    if not committed:
        words.append("--worktree")
    run = subprocess.run(words, capture_output=True, text=True)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"exit {run.returncode}: {run.stderr.strip()}")
    return json.loads(run.stdout)["findings"], run.returncode


def trial(name, text):
    with tempfile.TemporaryDirectory() as tmp:
        work = pathlib.Path(tmp) / "catalogue"
        shutil.copytree(HERE / "base", work)
        git(work, "init", "-q")
        return findings(work, steps(work, text))


def rules():
    out = subprocess.run(["tong-publish", "explain", "--json"], capture_output=True, text=True, check=True)
    return {r["rule"]: r["severity"] for r in json.loads(out.stdout)}


def report(good, name, *why):
    print(("ok - " if good else "not ok - ") + name)
    if not good:
        for w in why:
            print("   ", w)
    return good


def speaks(rule, case, severity):
    name = case.name.removesuffix(".case")
    try:
        found, code = trial(rule, case.read_text())
    except (RuntimeError, AssertionError) as e:
        return report(False, f"{name} speaks", str(e))
    said = [f for f in found if f["rule"] == rule]
    good = report(bool(said), f"{name} speaks", "found instead:", *[f["rule"] for f in found])
    if said:
        f = said[0]
        whole = f["file"] and f["text"] and f["hint"] and f["clause"]
        good &= report(bool(whole), f"{name} says file, text, hint, clause", f)
        good &= report(severity != "error" or code == 1, f"{name}: an error ends with exit code 1", code)
    return good


def main():
    known = rules()
    found, code = trial("base", "")
    good = report(not found and code == 0, "the base catalogue passes every rule", *found)
    for rule in known:
        if not (HERE / f"{rule}.case").exists():
            good &= report(False, f"{rule} has a failing example", f"{rule}.case is missing")
    for case in sorted(HERE.glob("*.case")):
        rule = case.name.split(".")[0]
        if rule in known:
            good &= speaks(rule, case, known[rule])
        else:
            good &= report(False, f"{case.name} belongs to a rule")
    sys.exit(0 if good else 1)


os.environ.update(GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null")
main()
