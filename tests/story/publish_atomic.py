#!/usr/bin/env python3
"""publish_atomic.py REPO LOOK DIR KILLS: readers of a site that is being published, and publishers that are killed.

Each commit has a number on every page. A reader goes on opening the folder and reading pages of it, and never sees two numbers in one
folder, a page that is missing or half a page; what it opened stays as it was until the publish after the next begins. A publisher is killed
KILLS times, each time later; the folder then shows the commit before or the new one, whole, and the next publish ends with what a full build
gives.
"""
import filecmp
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

ROOT, LOOK, DIR = (pathlib.Path(x) for x in sys.argv[1:4])
KILLS = int(sys.argv[4])
SITE = DIR / "shown"
publishes = 0   # begun
PAGES = ["index.html", "about/index.html", "regions/index.html", "themes/index.html", "404.html", "laws/index.html"]


def command(out):
    return ["tong-publish", "site", "--repo", ROOT, "--path", "", "--site", LOOK, "--out", out, "--quiet"]


def commit(number):
    path = ROOT / "catalogue.yaml"
    text = re.sub(r"(?m)^notice: .*$", f"notice: 第{number}号，合成数据。", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    subprocess.run(["git", "-C", ROOT, "commit", "-qam", str(number)], check=True)


def publish(out=SITE):
    global publishes
    publishes += 1
    got = subprocess.run(command(out), capture_output=True, text=True)
    if got.returncode:
        sys.exit(f"exit {got.returncode}: {got.stderr}")


# ---- readers ----

class Reader(threading.Thread):
    """Looks again and again until it is told to stop."""

    def __init__(self):
        super().__init__()
        self.stop, self.fault, self.looks, self.seen = False, None, 0, set()

    def page(self, folder, name):
        fd = os.open(name, os.O_RDONLY, dir_fd=folder)
        with open(fd, encoding="utf-8") as f:
            text = f.read()
        if not text.rstrip().endswith("</html>"):
            raise ValueError(f"half a page: {name}")
        return int(re.search("第(\\d+)号", text)[1])

    def look(self):
        begun = publishes
        folder = os.open(SITE, os.O_RDONLY | os.O_DIRECTORY)
        try:
            numbers = {self.page(folder, name) for name in PAGES}
            if len(numbers) != 1:
                raise ValueError(f"pages of several commits: {numbers}")
        except (OSError, ValueError, TypeError):
            if publishes == begun:
                raise
            return   # it was too slow: another publish began meanwhile
        finally:
            os.close(folder)
        self.looks += 1
        self.seen |= numbers

    def run(self):
        while not self.stop:
            try:
                self.look()
            except (OSError, ValueError, TypeError) as fault:
                self.fault = fault
                return


def read_while_publishing():
    commit(0)
    publish()
    readers = [Reader(), Reader()]
    for reader in readers:
        reader.start()
    for number in range(1, 9):
        commit(number)
        publish()
    for reader in readers:
        reader.stop = True
        reader.join()
        if reader.fault:
            sys.exit(f"a reader: {reader.fault!r}")
    seen = set.union(*(reader.seen for reader in readers))
    if len(seen) < 5:
        sys.exit(f"the readers were not there: {seen}")
    print(f"read {sum(reader.looks for reader in readers)} times, {len(seen)} commits seen")


# ---- killed publishers ----

def files(top):
    return sorted(os.path.relpath(os.path.join(folder, n), top) for folder, _, names in os.walk(top) for n in names)


def same(a, b):
    names = files(a)
    return names == files(b) and all(filecmp.cmp(a / n, b / n, shallow=False) for n in names)


def copy(out):
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(SITE, out)


def full(out):
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run([*command(out), "--once"], check=True)


def kill_one(number, seconds, whole):
    before, after = DIR / "before", DIR / "after"
    copy(before)
    commit(number)
    if number % 2:   # every second time pages come and go, too
        path = sorted(ROOT.glob("items/*/*.md"))[0]
        path.write_text(path.read_text(encoding="utf-8") + f"\n第{number}。\n", encoding="utf-8")
    full(after)
    child = subprocess.Popen(command(SITE), stderr=subprocess.DEVNULL)
    try:
        child.wait(seconds)
    except subprocess.TimeoutExpired:
        child.send_signal(signal.SIGKILL)
        child.wait()
    shown = "before" if same(SITE, before) else "after" if same(SITE, after) else None
    if not shown:
        sys.exit(f"killed after {seconds:.3f} s: neither the commit before nor the new one")
    whole[shown] += 1
    publish()
    if not same(SITE, after):
        sys.exit(f"killed after {seconds:.3f} s: the next publish does not end with what a full build gives")


def kill_many():
    commit(100)
    started = time.monotonic()
    publish()
    takes = (time.monotonic() - started) * 1.2
    whole = {"before": 0, "after": 0}
    for i in range(KILLS):
        kill_one(101 + i, takes * (i + 1) / KILLS, whole)
    print(f"killed {KILLS} times: {whole['before']} times the commit before, {whole['after']} times the new one")


read_while_publishing()
kill_many()
