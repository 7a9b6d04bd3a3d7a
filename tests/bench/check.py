#!/usr/bin/env python3
"""Measures `tong-publish check`, diff, history and impact on a synthetic province (3,000 items, 205 regions); prints one table and leaves build/bench/check.json.

Bars: everything <= 2 s and <= 300 MB, a commit of one item <= 0.3 s, the hook of one <= 0.5 s. Wall clock: on a busy machine the load is told.
CHECK_PROVINCE=DIR keeps the province for the next run.
"""
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import time

from results import O, ROOT, finish, row, tmp

TMP = tmp("check")
PROVINCE = pathlib.Path(os.environ.get("CHECK_PROVINCE") or TMP / "province")
PUBLISH = O / "tong-publish"


def run(*words, command="check"):
    """Wall seconds and peak MB of one command."""
    started = time.monotonic()
    child = subprocess.Popen([PUBLISH, command, *words, "--repo", PROVINCE, "--path", "", "--quiet"], stdout=subprocess.DEVNULL)
    _, status, use = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1):
        sys.exit(f"bench: exit {child.returncode}: {command} {' '.join(words)}")
    run.work = use.ru_utime + use.ru_stime
    return time.monotonic() - started, use.ru_maxrss / 1024


def median(*words, rounds=7, command="check"):
    walls, peaks = zip(*(run(*words, command=command) for _ in range(rounds)))
    return statistics.median(walls), max(peaks)


def work(name, bar, *words, command):
    """Processor seconds: what a busy server has to do for it."""
    seconds = []
    for _ in range(5):
        wall, _ = run(*words, command=command)
        seconds.append(run.work)
    row(name, f"{statistics.median(seconds):.2f} s of work", f"<= {bar} s", statistics.median(seconds) <= bar)


def git(*words):
    subprocess.run(["git", "-C", PROVINCE, "-c", "user.name=bench", "-c", "user.email=bench@example.cn", *words], check=True,
                   stdout=subprocess.DEVNULL)


def rev(name):
    return subprocess.run(["git", "-C", PROVINCE, "rev-parse", name], check=True, capture_output=True, text=True).stdout.strip()


def timed(name, bar, *words, command="check"):
    wall, peak = median(*words, command=command)
    row(name, f"{wall:.2f} s, {peak:.0f} MB", f"<= {bar} s" if bar else "shown", not bar or wall <= bar)


def main():
    if not (PROVINCE / ".git").exists():
        subprocess.run([sys.executable, ROOT / "tests/bench/province.py", PROVINCE, "--git", "20"], check=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    wall, peak = median(rounds=5)
    row("check of everything: time", f"{wall:.2f} s", "<= 2 s", wall <= 2)
    row("check of everything: peak memory", f"{peak:.0f} MB", "<= 300 MB", peak <= 300)
    cache = PROVINCE / ".git/tong/heads2"
    cache.unlink(missing_ok=True)
    wall, _ = run("--since", "HEAD~1")
    row("a commit of one item, the first time (no cache)", f"{wall:.2f} s", "shown", True)
    timed("a commit of one item", 0.3, "--since", "HEAD~1")
    push = ["update", "refs/heads/main", *(rev("HEAD~1"), rev("HEAD"))]
    work("the hook at a push of one item", 0.5, *push, command="hook")
    limit = next(p for p in sorted(PROVINCE.glob("items/01/*.md")) if "limit_promised: {days: " in p.read_text(encoding="utf-8"))
    limit.write_text(re.sub(r"(limit_promised: \{days: )\d+", r"\g<1>1", limit.read_text(encoding="utf-8")), encoding="utf-8")
    git("add", "-A")
    wall, _ = run("pre-commit", command="hook")
    row("the hook before a commit of another limit, the first time", f"{wall:.2f} s", "shown", True)
    work("the hook before a commit of another limit", 0.5, "pre-commit", command="hook")
    git("reset", "-q", "--hard")
    timed("twenty commits of one item each", None, "--since", "HEAD~20")
    timed("one item on disk, not committed", None, "--worktree", "--since", "HEAD~1")
    timed("what a commit of one item means (diff)", None, "HEAD~1", "HEAD", command="diff")
    code = next(PROVINCE.glob("items/01/*.md")).stem
    shutil.rmtree(PROVINCE / ".git/tong", ignore_errors=True)
    wall, _ = run(code, command="history")
    row("the history of an item, the first time (no cache)", f"{wall:.2f} s", "shown", True)
    timed("the history of an item", None, code, command="history")
    timed("what hangs on a law (impact)", None, "law01", command="impact")
    table = sorted(PROVINCE.glob("local/*/items.csv"))[9]
    table.write_text(table.read_text(encoding="utf-8").replace("合成数据", "合成的数据", 1), encoding="utf-8")
    git("commit", "-qam", "one table")
    timed("a commit of one region's table, 1,500 rows", None, "--since", "HEAD~1")
    git("reset", "-q", "--hard", "HEAD~1")
    finish("check")


main()
