#!/usr/bin/env python3
"""Measures how a SYNTHETIC province grows: against items, regions, versions and the days of a year; leaves build/bench/scale.json.

Time is CPU time, so that other jobs on the machine count little; memory is the peak of one process. Bytes of a sync are those of the
files that it read. SCALE_FULL=1 takes all 3,000 items, 205 regions and 365 days; else a part of each.
"""
import json
import math
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys

from results import O, ROOT, finish, row, tmp
from transport_world import World

TMP = tmp("scale")
PUBLISH, AGENT = O / "tong-publish", O / "tong-agent"
FULL = os.environ.get("SCALE_FULL") == "1"
ITEMS = [300, 750, 1500, 3000] if FULL else [75, 150, 300]
REGIONS = [25, 50, 100, 205] if FULL else [25, 50]
DAYS = 365 if FULL else 75
VERSIONS = 32
MB = 2**20


class Run:
    """One command: CPU seconds, peak MB, what it said."""

    def __init__(self, *words):
        with open(TMP / "said", "w+", encoding="utf-8") as said:
            child = subprocess.Popen([str(w) for w in words], stdout=said)
            _, status, use = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            said.seek(0)
            self.said = said.read()
        if child.returncode:
            sys.exit(f"bench: exit {child.returncode}: {' '.join(map(str, words))}")
        self.cpu, self.mb = use.ru_utime + use.ru_stime, use.ru_maxrss / 1024


def size(folder):
    """(files, bytes) under a folder."""
    sizes = [os.path.getsize(os.path.join(at, f)) for at, _, files in os.walk(folder) for f in files]
    return len(sizes), sum(sizes)


class Province:
    """A synthetic catalogue in a folder of its own, with keys and what is made of it."""

    def __init__(self, name, items, regions):
        self.at = TMP / name
        subprocess.run([sys.executable, ROOT / "tests/bench/province.py", self.at / "p", "--git", "0", "--items", str(items),
                        "--regions", str(regions), "--handled", str(items // 2)], check=True)
        self.source = ["--repo", self.at / "p", "--path", "", "--site", ROOT / "site", "--quiet"]
        self.county = max(p.name for p in (self.at / "p/local").iterdir() if not p.name.endswith("00"))
        self.items = sorted((self.at / "p/items").glob("*/*.md"))
        Run(PUBLISH, "keys", "init", "--keys", self.at / "keys", "--quiet")

    def release(self):
        return Run(PUBLISH, "release", *self.source, "--to", self.at / "rel", "--keys", self.at / "keys")

    def publish(self):
        return Run(PUBLISH, "site", *self.source, "--out", self.at / "out")

    def node(self, name):
        Run(AGENT, "init", "--store", self.at / name, "--root", self.at / "keys/1.root.json", "--source", self.at / "rel", "--region", self.county)

    def sync(self, name):
        """The run, with .bytes, .requests, .way"""
        run = Run(AGENT, "sync", "--store", self.at / name, "--json")
        told = json.loads(run.said)
        run.bytes, run.requests, run.way = told["bytes_down"], told["requests"], told["way"]
        return run

    def edit(self, r, n, lines=1):
        for path in r.sample(self.items, n):
            World.heavily(r, path, lines)
        subprocess.run(["git", "-C", self.at / "p", "-c", "user.name=b", "-c", "user.email=b@example.cn", "commit", "-qam", f"{n} items"], check=True)

    def remove(self):
        shutil.rmtree(self.at)


def slope(points):
    """The power with which y grows with x, from the first point to the last: 1 is in proportion."""
    (x0, y0), (x1, y1) = points[0], points[-1]
    return math.log(y1 / y0) / math.log(x1 / x0)


# ---- against items and regions ----

def grow(against, sizes, fixed):
    """Publishes, releases and syncs provinces of several sizes; series named after what was measured."""
    curves = {key: [] for key in ("pages", "site_cpu", "site_mb", "release_cpu", "release_mb", "release_bytes", "sync_cpu", "sync_mb", "sync_bytes")}
    for n in sizes:
        p = Province(f"{against}-{n}", *((n, fixed) if against == "items" else (fixed, n)))
        site, release = p.publish(), p.release()
        pages = size(p.at / "out")[0]
        shutil.rmtree(p.at / "out")
        p.node("node")
        sync = p.sync("node")
        for key, y in (("pages", pages), ("site_cpu", site.cpu), ("site_mb", site.mb), ("release_cpu", release.cpu), ("release_mb", release.mb),
                       ("release_bytes", size(p.at / "rel")[1]), ("sync_cpu", sync.cpu), ("sync_mb", sync.mb), ("sync_bytes", sync.bytes)):
            curves[key].append([n, round(y, 3)])
        print(f"# {against} {n}: {pages:,} files in {site.cpu:.1f} CPU-s, {site.mb:.0f} MB; release {release.cpu:.1f} CPU-s, {release.mb:.0f} MB; "
              f"sync {sync.cpu:.2f} CPU-s, {sync.mb:.0f} MB, {sync.bytes / MB:.2f} MB", flush=True)
        p.remove()
    for key, what, most in (("site_cpu", "CPU time of publishing", 1.15), ("release_cpu", "CPU time of a release", 1.15),
                            ("sync_bytes", "bytes of a first sync", 1.15), ("sync_mb", "memory of a first sync", 0.5)):
        power = slope(curves[key])
        row(f"{what} against {against}: power of the growth", f"{power:.2f}", f"<= {most}", power <= most)
    return curves


# ---- against versions ----

def versions(p):
    """Releases of one commit each; what a node pays that comes back after so many of them."""
    r, behind = random.Random("versions"), {}
    for n in range(VERSIONS + 1):
        if n:
            p.edit(r, max(1, len(p.items) // 100))
        release = p.release()
        if VERSIONS - n in (32, 16, 8, 4, 2, 1):
            p.node(f"node-{VERSIONS - n}")
            behind[VERSIONS - n] = p.sync(f"node-{VERSIONS - n}").bytes
        if n in (0, VERSIONS):
            print(f"# version {n + 1}: release {release.cpu:.1f} CPU-s, {release.mb:.0f} MB, {size(p.at / 'rel')[1] / MB:.1f} MB in all", flush=True)
    whole, curve, requests = behind[1], [], 0
    for back in sorted(behind):
        sync = p.sync(f"node-{back}")
        curve.append([back, sync.bytes])
        requests = max(requests, sync.requests)
    row(f"{VERSIONS} versions behind, 1 % each: bytes / a new node's", f"{curve[-1][1] / whole:.3f}", "< 1", curve[-1][1] < whole)
    row("  requests, at most", f"{requests}", "<= 4", requests <= 4)
    return {"bytes_behind": curve, "bytes_new": whole}


# ---- a year ----

def day(p, r, n):
    """What editors do on a day: mostly an item or a few, every week one in a hundred, once in the year one in five."""
    if n == DAYS // 2:
        p.edit(r, len(p.items) // 5, lines=6)
    elif n % 7 == 0:
        p.edit(r, max(1, len(p.items) // 100), lines=2)
    else:
        p.edit(r, r.choice([1, 1, 1, 2, 3, 5]))


def year(p):
    """A release and a sync each day."""
    r, total, curve, store, repository, cpu, memory = random.Random("year"), 0, [], [], [], [], 0
    p.release()
    p.node("daily")
    first = p.sync("daily").bytes
    for n in range(1, DAYS + 1):
        day(p, r, n)
        release = p.release()
        sync = p.sync("daily")
        total += sync.bytes
        cpu.append(release.cpu)
        memory = max(memory, sync.mb)
        curve.append([n, total])
        if n % 30 == 1 or n == DAYS:
            store.append([n, size(p.at / "daily")[1]])
            repository.append([n, size(p.at / "rel")[1]])
    row(f"{DAYS} daily releases: bytes of a node's syncs / its first one", f"{total / first:.2f}", "shown", True)
    row("  of a median day", f"{statistics.median(b[1] - a[1] for a, b in zip([[0, 0]] + curve, curve)):,.0f} B", "shown", True)
    row("  the node's store, last day / first", f"{store[-1][1] / store[0][1]:.2f}", "<= 1.5", store[-1][1] <= 1.5 * store[0][1])
    early = cpu[VERSIONS:VERSIONS + 10]  # from here on, as many older versions are led on as ever will be
    row("  CPU of the last ten releases / ten after a month", f"{sum(cpu[-10:]) / sum(early):.2f}", "<= 1.2", sum(cpu[-10:]) <= 1.2 * sum(early))
    row("  memory of a sync, at most", f"{memory:.1f} MB", "shown", True)
    return {"bytes_total": curve, "bytes_first": first, "store": store, "repository": repository,
            "release_cpu": [[n + 1, round(c, 3)] for n, c in enumerate(cpu)]}


def main():
    shutil.rmtree(TMP, ignore_errors=True)
    TMP.mkdir(parents=True)
    series = {"items": grow("items", ITEMS, REGIONS[0]), "regions": grow("regions", REGIONS, ITEMS[0])}
    p = Province("versions", ITEMS[-2], REGIONS[0])
    series["versions"] = versions(p)
    p.remove()
    p = Province("year", ITEMS[0], REGIONS[0])
    series["year"] = year(p)
    p.remove()
    finish("scale", "make bench T=bench/scale SCALE_FULL=1" if FULL else None, series=series)


main()
