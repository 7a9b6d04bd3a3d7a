#!/usr/bin/env python3
"""Measures fmt and preview on synthetic provinces; prints one table and leaves build/bench/editing.json.

Bars: a first page <= 0.3 s after the start, a saved file visible <= 0.1 s later. Wall clock: on a busy machine the load is told.
EDITING_PROVINCES=DIR keeps the provinces (DIR/3000, DIR/30000) for the next run.
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

from results import O, ROOT, finish, row, tmp

TMP = pathlib.Path(os.environ.get("EDITING_PROVINCES") or tmp("editing"))
PUBLISH = O / "tong-publish"


class Preview:
    def __init__(self, folder):
        self.started = time.monotonic()
        self.child = subprocess.Popen([PUBLISH, "preview", "--listen", "127.0.0.1:0", "--repo", folder, "--path", ".", "--site",
                                       ROOT / "site", "--quiet"], stdout=subprocess.PIPE, text=True)
        self.url = self.child.stdout.readline().strip()

    def get(self, path):
        try:
            return urllib.request.urlopen(self.url + path, timeout=60).read().decode()
        except urllib.error.HTTPError as e:
            return e.read().decode()

    def memory(self):
        return int(re.search(r"VmHWM:\s+(\d+)", pathlib.Path(f"/proc/{self.child.pid}/status").read_text()).group(1)) / 1024

    def stop(self):
        self.child.terminate()
        self.child.wait()


def first_page(folder, page):
    walls = []
    for _ in range(5):
        p = Preview(folder)
        p.get(page)
        walls.append(time.monotonic() - p.started)
        p.stop()
    return statistics.median(walls)


def saves(folder, page, item):
    p, text, walls = Preview(folder), item.read_text(), []
    while "目录还在读" in p.get(page):
        time.sleep(0.2)
    complete = time.monotonic() - p.started
    time.sleep(2)
    for i in range(11):
        name = f"改名{i}"
        g = re.search(r'data-generation="(\d+)"', p.get(page)).group(1)
        item.write_text(re.sub(r"^name: .*$", f"name: {name}", text, flags=re.M))
        saved = time.monotonic()
        p.get(f"-/wait?g={g}")
        seen = name in p.get(page)
        walls.append(time.monotonic() - saved if seen else 99)
    item.write_text(text)
    memory = p.memory()
    p.stop()
    return walls, complete, memory


def one_size(items):
    folder = TMP / str(items)
    if not (folder / "catalogue.yaml").exists():
        subprocess.run([sys.executable, ROOT / "tests/bench/province.py", folder, "--items", str(items)], check=True,
                       stdout=subprocess.DEVNULL)
    item = sorted(folder.glob("items/*/*.md"))[items // 2]
    page = f"items/{item.stem}/"
    started = time.monotonic()
    code = subprocess.run([PUBLISH, "fmt", "--check", "--repo", folder, "--path", ".", "--quiet"], stdout=subprocess.DEVNULL).returncode
    wall = time.monotonic() - started
    row(f"fmt --check, {items:,} items", f"{wall:.2f} s, exit {code}", "shown, exit 0", code == 0)
    wall = first_page(folder, page)
    row(f"preview, {items:,} items: start to first page (item)", f"{wall:.3f} s", "<= 0.3 s", wall <= 0.3)
    walls, complete, memory = saves(folder, page, item)
    row(f"preview, {items:,} items: saved to visible, median", f"{statistics.median(walls):.3f} s", "<= 0.1 s",
        statistics.median(walls) <= 0.1)
    row(f"preview, {items:,} items: saved to visible, worst of {len(walls)}", f"{max(walls):.3f} s", "shown", True)
    row(f"preview, {items:,} items: everything read, peak memory", f"{complete:.1f} s, {memory:.0f} MB", "shown", True)


def main():
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for items in 3000, 30000:
        one_size(items)
    finish("editing")


main()
