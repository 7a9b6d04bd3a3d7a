#!/usr/bin/env python3
"""Every county of the province at one upstream at once: 183 processes sync, enrol and report over loopback. All must be done; what
the upstream spends on each is told. Leaves build/bench/nodes.json."""
import csv
import json
import os
import shutil
import subprocess
import sys
import time

from results import O, ROOT, finish, row, tmp

TMP = tmp("nodes")
PUBLISH, AGENT = O / "tong-publish", O / "tong-agent"
N = 183  # counties of Sichuan
ITEM = "catalog-data/items/01/511A0020600003.md"
TICK = os.sysconf("SC_CLK_TCK")


def run(*words):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"bench: exit {done.returncode}: {' '.join(map(str, words))}: {done.stderr[-500:]}")
    return done.stdout


def counties():
    with open(ROOT / "catalog-data/regions.csv", encoding="utf-8-sig") as f:
        codes = [r["code"] for r in csv.DictReader(f) if len(r["code"]) == 6 and not r["code"].endswith("00")]
    return codes[:N]


class Upstream:
    """`tong-agent serve` of the province's own node, which hands the release on and collects."""

    def __init__(self, store):
        self.child = subprocess.Popen([AGENT, "serve", "--store", store, "--listen", "127.0.0.1:0", "--json"],
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = json.loads(self.child.stdout.readline())["listening"]

    def cpu(self):
        fields = open(f"/proc/{self.child.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def peak(self):
        return next(int(line.split()[1]) for line in open(f"/proc/{self.child.pid}/status") if line.startswith("VmHWM")) / 1024

    def stop(self):
        self.child.terminate()
        self.child.wait()


def at_once(words_of):
    """One process for each county, all started before any is waited for. How many ended well, and the seconds."""
    began = time.monotonic()
    children = [subprocess.Popen([str(w) for w in words_of(i)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for i in range(N)]
    good, faults = [], []
    for c in children:
        out, err = c.communicate()
        (faults if c.returncode else good).append((out, err))
    for _, err in faults[:3]:
        print("  " + err.strip().splitlines()[-1] if err.strip() else "  no word", flush=True)
    return good, time.monotonic() - began


def held():
    numbers = [json.loads(run_status(i))["release"] for i in range(N)]
    return numbers


def run_status(i):
    return subprocess.run([AGENT, "status", "--store", TMP / f"n{i}", "--json"], capture_output=True, text=True).stdout


def round_of(up, name, words_of, bar):
    before = up.cpu()
    good, seconds = at_once(words_of)
    spent = (up.cpu() - before) / N * 1000
    row(f"{name}: done", f"{len(good)} of {N} in {seconds:.1f} s", f"{N}", len(good) == N)
    row(f"{name}: CPU of the upstream for each", f"{spent:.2f} ms", bar, spent <= float(bar.split()[1]))
    return good


def main():
    shutil.rmtree(TMP, ignore_errors=True)
    TMP.mkdir(parents=True)
    run("git", "clone", "--quiet", ROOT, TMP / "repo")
    run(PUBLISH, "keys", "init", "--keys", TMP / "keys", "--quiet")
    publish = (PUBLISH, "release", "--repo", TMP / "repo", "--to", TMP / "release", "--keys", TMP / "keys", "--quiet")
    run(*publish)
    run(AGENT, "init", "--store", TMP / "up", "--root", TMP / "keys/1.root.json", "--source", TMP / "release", "--relay", "--quiet")
    run(AGENT, "sync", "--store", TMP / "up", "--quiet")
    up = Upstream(TMP / "up")
    for i, code in enumerate(counties()):
        run(AGENT, "init", "--store", TMP / f"n{i}", "--root", TMP / "keys/1.root.json", "--source", up.url + "repository/", "--region", code,
            "--quiet")
    round_of(up, "a new node, the whole release", lambda i: (AGENT, "sync", "--store", TMP / f"n{i}", "--json"), "<= 40 ms")
    item = TMP / "repo" / ITEM
    item.write_text(item.read_text().replace("\nlimit_statutory:", '\nlimit_promised: {days: 10, unit: "1"}\nlimit_statutory:'))
    run("git", "-C", TMP / "repo", "-c", "user.name=bench", "-c", "user.email=bench@example.cn", "commit", "--quiet", "-am", "one item")
    run(*publish)
    run(AGENT, "sync", "--store", TMP / "up", "--quiet")
    round_of(up, "one item changed", lambda i: (AGENT, "sync", "--store", TMP / f"n{i}", "--json"), "<= 10 ms")
    round_of(up, "nothing changed", lambda i: (AGENT, "sync", "--store", TMP / f"n{i}", "--json"), "<= 10 ms")
    releases = held()
    row("all hold the newest release", f"{releases.count(2)} of {N}", f"{N}", releases.count(2) == N)
    round_of(up, "asks to report", lambda i: (AGENT, "enroll", up.url, "--name", f"n{i}", "--store", TMP / f"n{i}", "--quiet"), "<= 20 ms")
    for node in json.loads(run(AGENT, "nodes", "--store", TMP / "up", "--json"))["nodes"]:
        run(AGENT, "nodes", "approve", node["id"], "--store", TMP / "up", "--quiet")
    round_of(up, "attests", lambda i: (AGENT, "report", "--store", TMP / f"n{i}", "--json"), "<= 20 ms")
    board = json.loads(run(AGENT, "board", "--store", TMP / "up", "--json"))
    row("the board shows them in force", f"{board['counts'].get('current', 0)} of {N}", f"{N}", board["counts"].get("current") == N)
    row("peak memory of the upstream", f"{up.peak():.1f} MB", "<= 40 MB", up.peak() <= 40)
    up.stop()
    shutil.rmtree(TMP, ignore_errors=True)
    finish("nodes")


main()
