#!/usr/bin/env python3
"""Measures search on a SYNTHETIC province of 3,000 items and a node with one region; prints one table and leaves build/bench/search.json.

The answers beside MiniSearch and Pagefind, recall, bytes and the speed in a browser are counted by `make test-site` (tests/site/search.js).
"""
import json
import shutil
import subprocess
import sys

from results import O, ROOT, finish, row, tmp

TMP = tmp("search")
REGION = "510104"  # the province and its city come along


def run(*words, **more):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)
    if done.returncode:
        sys.exit(f"bench: exit {done.returncode}: {' '.join(map(str, words))}\n{done.stderr}")
    return done.stdout


def node():
    """A node that holds the province and one region; the folder of its store."""
    run(sys.executable, ROOT / "tests/bench/province.py", TMP / "province", "--items", "3000", "--regions", "30", "--git", "1")
    run(O / "tong-publish", "keys", "init", "--keys", TMP / "keys", "--quiet")
    run(O / "tong-publish", "release", "--repo", TMP / "province", "--path", "", "--site", ROOT / "site", "--to", TMP / "release", "--keys", TMP / "keys", "--quiet")
    run(O / "tong-agent", "init", "--store", TMP / "node", "--root", TMP / "keys/1.root.json", "--source", TMP / "release",
        "--region", REGION)
    run(O / "tong-agent", "sync", "--store", TMP / "node")
    return TMP / "node"


def queries():
    """What people type: the queries of the test with all their beginnings, and the words that this province repeats."""
    asked = [q["q"] for q in json.loads((ROOT / "tests/site/queries.json").read_text(encoding="utf-8"))]
    typed = [q[:i] for q in asked for i in range(1, len(q) + 1)]
    province = "食品经营许可 药品零售变更 户外广告 证 办 新办 变更 登记 企业 sp spjy shipin 申请表 平面图 符合国家标准 合成 511 510".split()
    return "\n".join(typed + province * 20) + "\n"


def main():
    shutil.rmtree(TMP, ignore_errors=True)
    TMP.mkdir(parents=True)
    store = node()
    program = O / "tests/bench/agent_search"
    made = json.loads(run(program, store, "build"))
    row("3,000 items: making the index, CPU time", f"{made['cpu_s']:.2f} s, {made['files']} files, {made['bytes'] / 1e6:.1f} MB",
        "<= 1 s", made["cpu_s"] <= 1)
    row("  memory for it", f"{made['kib'] / 1024:.0f} MB", "<= 100 MB", made["kib"] <= 100 * 1024)
    got = json.loads(run(program, store, "ask", REGION, input=queries()))
    row(f"asking a node, {got['queries']} queries: half within", f"{got['p50']:.2f} ms", "shown", True)
    row("  99 of 100 within", f"{got['p99']:.2f} ms (slowest {got['max']:.1f} ms: {got['slowest']})", "<= 5 ms", got["p99"] <= 5)
    row("  the first one, which makes the index of names", f"{got['first_ms']:.0f} ms", "shown", True)
    shutil.rmtree(TMP, ignore_errors=True)
    finish("search")


main()
