"""Reads what a build with --coverage counted, from gcov's JSON."""
import collections
import glob
import gzip
import json
import os
import subprocess
import tempfile


class Line:
    """One line of a source: how often it ran, in which function, and its branches (taken, all)."""

    def __init__(self, function):
        self.function, self.count, self.taken, self.branches = function, 0, 0, 0


def read(build, sources=None):
    """{source: {number: Line}} of the rooms' objects in 'build', or of those of these sources, whose counts exist."""
    build = os.path.abspath(build)
    lines = collections.defaultdict(dict)
    data = glob.glob(f"{build}/*/*.gcda")
    if sources:
        wanted = {f"{build}/{s[:-2]}.gcda" for s in sources}
        data = [path for path in data if path in wanted]
    with tempfile.TemporaryDirectory() as tmp:
        for i in range(0, len(data), 50):
            subprocess.run(["gcov", "--json-format", "--branch-probabilities", "--preserve-paths", *data[i:i + 50]], cwd=tmp,
                           check=True, stdout=subprocess.DEVNULL)
        for path in glob.glob(f"{tmp}/*.gcov.json.gz"):
            with gzip.open(path, "rt", encoding="utf-8") as f:
                for source in json.load(f)["files"]:
                    add(lines[os.path.normpath(source["file"])], source["lines"])
    return lines


def add(seen, lines):
    for found in lines:
        line = seen.setdefault(found["line_number"], Line(found.get("function_name")))
        line.count += found["count"]
        line.taken += sum(1 for b in found["branches"] if b["count"])
        line.branches += len(found["branches"])


def share(part, whole):
    return 100 * part / whole if whole else 100
