#!/usr/bin/env python3
"""Measures publishing a synthetic province against a bare C loop, Hugo and Eleventy; prints one table, leaves build/bench/pages.json.

The bar is for 3,000 items × 205 regions (PAGES_FULL=1: 350,000 files, 15 GB of memory disk); else 300 items × 205 regions, 55,000 files.
Both peers make the same files with the same bytes; pages_peers.py says what is made easier for them.
Then a commit of one item's text is published again, and one of nothing.
PAGES_ROUNDS: rounds of each, taken in turn (3). PAGES_PEERS=0 leaves the peers out. Temporary files go to TONG_TMP; a memory disk is meant.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

import pages_peers
from results import O, ROOT, finish, row, tmp

TMP = tmp("pages")
FULL = os.environ.get("PAGES_FULL") == "1"
ROUNDS = int(os.environ.get("PAGES_ROUNDS", "3"))
PEERS = os.environ.get("PAGES_PEERS") != "0"
PUBLISH = O / "tong-publish"
compared = {}   # peer -> files that are not as ours
ELEVENTY = O / "eleventy/node_modules/@11ty/eleventy/cmd.cjs"


class Run:
    """One command: wall seconds, CPU seconds, peak MB, files it left in 'out'."""

    def __init__(self, out, *words, cwd=ROOT, stdin=None, again=False):
        if not again:
            shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(out.parent / f".{out.name}.tong", ignore_errors=True)
            out.mkdir()
        started = time.monotonic()
        child = subprocess.Popen([str(w) for w in words], cwd=cwd, stdin=stdin, stdout=subprocess.DEVNULL,
                                 env={**os.environ, "NODE_OPTIONS": "--max-old-space-size=12000"})
        _, status, use = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            sys.exit(f"bench: exit {child.returncode}: {' '.join(map(str, words))}")
        self.wall = time.monotonic() - started
        self.cpu = use.ru_utime + use.ru_stime
        self.mb = use.ru_maxrss / 1024
        sizes = [os.path.getsize(os.path.join(folder, f)) for folder, _, files in os.walk(out) for f in files if f.endswith(".html")]
        self.pages = len(sizes)
        self.kb = sum(sizes) / 1000 / max(1, len(sizes))


def median(runs, what):
    return statistics.median(getattr(r, what) for r in runs)


def publish(*more, again=False):
    return Run(TMP / "out", PUBLISH, "site", "--repo", TMP / "province", "--path", "", "--site", ROOT / "site",
               "--out", TMP / "out", "--quiet", *more, again=again)


def stamps():
    """file -> what tells that it was written again"""
    out = {}
    for folder, _, files in os.walk(TMP / "out"):
        for f in files:
            st = os.lstat(os.path.join(folder, f))
            out[os.path.join(folder, f)] = (st.st_ino, st.st_mtime_ns)
    return out


def publish_again(rounds):
    """Commits of one item's text, each published; then nothing new. Rows of both."""
    publish()
    runs, wrote = [], 0
    paths = sorted((TMP / "province").glob("items/*/*.md"))
    for n in range(rounds):
        path = paths[(n + 1) * len(paths) // (rounds + 1)]
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("## 受理条件\n", f"## 受理条件\n\n- 第{n}条新条件。\n", 1), encoding="utf-8")
        subprocess.run(["git", "-C", TMP / "province", "commit", "-qam", f"one item, {n}"], check=True)
        before = stamps()
        runs.append(publish(again=True))
        now = stamps()
        wrote = sum(before.get(f) != s for f, s in now.items())
    row("  one item's text changed: published again", f"{median(runs, 'wall'):.2f} s, {median(runs, 'cpu'):.2f} CPU-s", "<= 1 s",
        median(runs, "wall") <= 1)
    row("    files written, of all", f"{wrote:,} of {len(now):,}", "shown", True)
    nothing = publish(again=True)
    row("  nothing changed", f"{nothing.wall:.2f} s, {sum(now.get(f) != s for f, s in stamps().items())} files", "0 files", now == stamps())


def floor():
    with open(TMP / "list", "rb") as names:
        return Run(TMP / "out", O / "tests/bench/core_bare_write", TMP / "blob", TMP / "out", stdin=names)


def keep_bytes():
    """The list and the bytes of what was published, for the bare loop."""
    with open(TMP / "list", "w") as names, open(TMP / "blob", "wb") as blob:
        for folder, _, files in os.walk(TMP / "out"):
            for f in files:
                path = pathlib.Path(folder, f)
                data = path.read_bytes()
                names.write(f"{len(data)} {path.relative_to(TMP / 'out')}\n")
                blob.write(data)


def peers():
    layers = TMP / "layers"
    subprocess.run([PUBLISH, "layers", "--repo", TMP / "province", "--path", "", "--worktree", "--site", ROOT / "site", "--out", layers,
                    "--quiet"], check=True, stdout=subprocess.DEVNULL)
    b, ours = pages_peers.base(layers), pages_peers.sums(TMP / "out")
    pages_peers.hugo(TMP / "hugo", TMP / "out", layers, b)
    pages_peers.eleventy(TMP / "eleventy", TMP / "out", layers, b)

    def peer(name, *words, **more):
        """Its first site is compared with ours, file by file."""
        shutil.rmtree(TMP / "out", ignore_errors=True)   # memory for theirs
        run = Run(TMP / "peer", *words, **more)
        if name not in compared:
            theirs = pages_peers.sums(TMP / "peer")
            compared[name] = sorted(f for f in ours.keys() | theirs.keys() if ours.get(f) != theirs.get(f))
        shutil.rmtree(TMP / "peer")
        return run

    return {
        "Hugo": lambda: peer("Hugo", "hugo", "--source", TMP / "hugo", "--destination", TMP / "peer", "--quiet"),
        "Eleventy": lambda: peer("Eleventy", "node", ELEVENTY, "--quiet", "--input", ".", "--output", TMP / "peer", cwd=TMP / "eleventy"),
    }


def main():
    shutil.rmtree(TMP, ignore_errors=True)
    TMP.mkdir(parents=True)
    size = [] if FULL else ["--items", "300", "--handled", "150"]
    subprocess.run([sys.executable, ROOT / "tests/bench/province.py", TMP / "province", "--git", "0", *size], check=True)
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    publish()
    keep_bytes()
    runs = {"ours": publish, "one thread": lambda: publish("--threads", "1"), "floor": floor, **(peers() if PEERS else {})}
    done = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            done[name].append(run())
    ours, bare = done["ours"], done["floor"]
    ratio = median(ours, "wall") / median(bare, "wall")
    row(f"publish {ours[0].pages:,} pages: time / a bare C loop", f"{ratio:.2f} ({median(ours, 'wall'):.2f} s / {median(bare, 'wall'):.2f} s)",
        "<= 2", ratio <= 2)
    row("  the same in CPU time, one thread", f"{median(done['one thread'], 'cpu') / median(bare, 'cpu'):.2f}", "shown", True)
    row("  peak memory", f"{median(ours, 'mb'):.0f} MB", "<= 200 MB", median(ours, "mb") <= 200)
    rate = {name: statistics.median(r.pages / r.cpu for r in list_) for name, list_ in done.items()}
    row(f"  pages per CPU-second ({ours[0].kb:.1f} KB a page)", f"{rate['ours']:,.0f}", "shown", True)
    for name, bar in ("Hugo", 20), ("Eleventy", 8):
        if name in done:
            times = rate["ours"] / rate[name]
            row(f"  the same / {name} ({rate[name]:,.0f}, {median(done[name], 'mb'):,.0f} MB, {done[name][0].pages:,} of {done[name][0].kb:.1f} KB)",
                f"{times:.1f}", f">= {bar}", times >= bar)
            row(f"    files of {name} that are not byte for byte ours", f"{len(compared[name])}", "0", not compared[name])
    publish_again(ROUNDS)
    shutil.rmtree(TMP)
    finish("pages")


main()
