#!/usr/bin/env python3
"""Writes a SYNTHETIC repository with a long past: for measuring how history is read.

    old_repo.py OUT [--files 300000] [--commits 2000] [--each 5]

100 folders of items share the files; every commit after the first changes --each of them. Made with `git fast-import`, packed as that leaves it;
the same arguments give the same ids.
"""
import argparse
import pathlib
import random
import subprocess

FOLDERS = 100


def text(n, days):
    return (f'---\ncode: "{code(n)}"\nname: 合成事项{n}\ntype: "01"\nstate: "1"\nlimit_promised: {{days: {days}, unit: "1"}}\n---\n\n'
            f"## 受理条件\n\n- 合成条件{n}\n").encode()


def code(n):
    return f"51{n % FOLDERS:02}{n // FOLDERS:05}000"


def path(n):
    return f"items/{n % FOLDERS:02}/{code(n)}.md"


def write(out, files, commits, each):
    r = random.Random(2000)

    def commit(k, changes):
        out.write(f"commit refs/heads/main\ncommitter s <s@example.cn> {1500000000 + k * 3600} +0800\ndata 5\nstep\n\n".encode())
        for name, data in changes:
            out.write(f"M 100644 inline {name}\ndata {len(data)}\n".encode() + data + b"\n")

    first = [("catalogue.yaml", 'format: 1\nprovince: "510000"\ntitle: 合成\n'.encode()),
             ("regions.csv", "code,name,level,type,parent,name_new\n510000,合成省,1,省,,\n".encode())]
    commit(0, first + [(path(n), text(n, 10)) for n in range(files)])
    for k in range(1, commits):
        # The first item changes every hundredth time, so that there is an item with a history.
        some = r.sample(range(1, files), each - (k % 100 == 0)) + ([0] if k % 100 == 0 else [])
        commit(k, [(path(n), text(n, k % 3000 + 11)) for n in some])


def main():
    p = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    p.add_argument("out", type=pathlib.Path)
    p.add_argument("--files", type=int, default=300000)
    p.add_argument("--commits", type=int, default=2000)
    p.add_argument("--each", type=int, default=5)
    a = p.parse_args()
    subprocess.run(["git", "-c", "init.defaultBranch=main", "init", "-q", "--bare", a.out], check=True)
    child = subprocess.Popen(["git", "-C", a.out, "fast-import", "--quiet"], stdin=subprocess.PIPE)
    write(child.stdin, a.files, a.commits, a.each)
    child.stdin.close()
    if child.wait():
        raise SystemExit("git fast-import failed")
    print(f"SYNTHETIC: {a.files:,} files, {a.commits:,} commits of {a.each} in {a.out}")


main()
