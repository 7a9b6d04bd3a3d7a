#!/usr/bin/env python3
"""Measures `tong-publish history` on a synthetic repository of 300,000 files and 2,000 commits, beside `git log` in the same run; prints
one table and leaves build/bench/history.json.

Bars are ratios of processor seconds to the peer. HISTORY_REPO=DIR keeps the repository for the next run.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

from results import O, ROOT, finish, row, tmp

TMP = tmp("history")
REPO = pathlib.Path(os.environ.get("HISTORY_REPO") or TMP / "old.git")
PUBLISH = O / "tong-publish"
ITEM = "510000000000"
PATH = f"items/00/{ITEM}.md"


def run(*words, cwd=REPO):
    """Processor seconds, peak MB and what was printed; the exit code must be 0."""
    child = subprocess.Popen([str(w) for w in words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd)
    out = child.stdout.read().decode()
    err = child.stderr.read().decode()
    _, status, use = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"bench: exit {child.returncode}: {words}: {err}")
    return use.ru_utime + use.ru_stime, use.ru_maxrss / 1024, out, err


def history(repo=REPO):
    return run(PUBLISH, "history", ITEM, "--repo", repo, "--path", "")


def beside(name, ours, peer, peer_name, most, memory):
    row(name, f"{ours:.2f} s, {memory:.0f} MB", "shown", True)
    row(f"  beside {peer_name} ({peer:.2f} s)", f"{ours / peer:.1f} x", f"<= {most} x", ours <= most * peer)


def median(call):
    got = [call() for _ in range(5)]
    return statistics.median(g[0] for g in got), max(g[1] for g in got)


def main():
    if not (REPO / "HEAD").exists():
        subprocess.run([sys.executable, ROOT / "tests/bench/old_repo.py", REPO], check=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; processor seconds")
    shutil.rmtree(REPO / "tong", ignore_errors=True)
    cold, memory, out, _ = history()
    peer = run("git", "log", "--first-parent", "--name-only", "--format=%H", "--", "items")[0]
    beside("the history of an item, the first time (no cache)", cold, peer, "git log --name-only", 4, memory)
    wanted = len(run("git", "log", "--format=%h", "--", PATH)[2].split())
    row("  every commit that git log knows", f"{len(out.splitlines())} of {wanted}", "all", len(out.splitlines()) == wanted)
    warm, memory = median(history)
    whole, _ = median(lambda: run("git", "log", "--format=%h", "--", PATH))
    beside("the history of an item", warm, whole, "git log -- PATH", 3, memory)
    last, _ = median(lambda: run("git", "log", "-1", "--format=%h", "--", PATH))
    row("  git log -1 -- PATH, which tells the last change only", f"{last:.2f} s", "shown", True)
    tip = run("git", "rev-parse", "HEAD")[2].strip()
    new = run("git", "-c", "user.name=s", "-c", "user.email=s@example.cn", "commit-tree", "HEAD~1^{tree}", "-p", tip, "-m", "back")[2].strip()
    run("git", "update-ref", "refs/heads/main", new)
    next_one, memory, *_ = history()
    run("git", "update-ref", "refs/heads/main", tip)
    row("the history of an item after one more commit", f"{next_one:.2f} s, {memory:.0f} MB", "<= 1 s", next_one <= 1)
    shallow = TMP / "shallow.git"
    shutil.rmtree(shallow, ignore_errors=True)
    run("git", "clone", "-q", "--bare", "--depth", "150", REPO.as_uri(), shallow, cwd=ROOT)
    _, _, out, err = history(shallow)
    said = "unshallow" in err
    row("a shallow clone of 150 commits", f"{len(out.splitlines())} entries, {'told' if said else 'not told'}", "told, none invented",
        said and 0 < len(out.splitlines()) <= 3 and "首次收录" not in out)
    finish("history")


main()
