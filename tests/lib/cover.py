#!/usr/bin/env python3
"""Line coverage by file and by room, from gcov's JSON: tests/lib/cover.py BUILD-FOLDER."""
import collections
import glob
import gzip
import json
import os
import subprocess
import sys
import tempfile


def main():
    build = os.path.abspath(sys.argv[1])
    lines = collections.defaultdict(dict)
    data = [os.path.abspath(p) for p in glob.glob(f"{build}/*/*.gcda")]
    with tempfile.TemporaryDirectory() as tmp:
        for i in range(0, len(data), 50):
            subprocess.run(["gcov", "--json-format", "--preserve-paths", *data[i:i + 50]], cwd=tmp, check=True,
                           stdout=subprocess.DEVNULL)
        for path in glob.glob(f"{tmp}/*.gcov.json.gz"):
            with gzip.open(path, "rt", encoding="utf-8") as f:
                for source in json.load(f)["files"]:
                    seen = lines[os.path.normpath(source["file"])]
                    for line in source["lines"]:
                        n = line["line_number"]
                        seen[n] = seen.get(n, 0) + line["count"]
    rooms = collections.defaultdict(lambda: [0, 0])
    for path in sorted(lines):
        room = path.split("/")[0]
        if room not in ("core", "publisher", "agent"):
            continue
        hit, all_ = sum(1 for c in lines[path].values() if c), len(lines[path])
        rooms[room][0] += hit
        rooms[room][1] += all_
        print(f"{path:40} {hit:6}/{all_:<6} {100 * hit / max(1, all_):5.1f} %")
    print()
    for room, (hit, all_) in sorted(rooms.items()):
        print(f"{room + '/':40} {hit:6}/{all_:<6} {100 * hit / max(1, all_):5.1f} %")


main()
