#!/usr/bin/env python3
"""docs/figures.md and the READMEs say what the kept results of the measurements have, and no result names a folder of a machine."""
import glob
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import done, read, report  # noqa: E402


def main():
    kept = glob.glob("tests/bench/results/*.json")
    for path in kept:
        for found in set(re.findall(r'"/[a-z]+/[^"]*"', read(path))):
            report(path, f"names {found}: a folder of one machine says nothing to a reader")
    if subprocess.run([sys.executable, "tests/bench/figures.py", "check"], stdout=subprocess.DEVNULL).returncode:
        report("docs/figures.md", "it or a README is not what tests/bench/results give: run make figures")
    done(f"figures    {len(kept)} benches")


main()
