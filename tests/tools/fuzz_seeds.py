#!/usr/bin/env python3
"""Takes over into tests/fuzz/seeds what a fuzzer found and no seed reaches: tests/tools/fuzz_seeds.py FUZZ-BUILD COVER-BUILD [HARNESS…].

After `make fuzz` and `make fuzz-cover`: of the corpus that the fuzzer left in FUZZ-BUILD, the smallest inputs that reach lines
of a reader (tests/fuzz/readers.txt) that no seed reaches yet. Seeds stay few: an input that adds no line is not kept.
"""
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from fuzz_cover import counted, forget, readers, run  # noqa: E402
from gcov import read  # noqa: E402

MOST = 8192  # bytes of an input that is worth keeping


def reached(build, rows):
    found = read(build, {s for _, _, sources in rows for s in sources})
    return sum(bool(x.count) for _, _, sources in rows for s, which in sources.items()
               for x in counted(found, s, *which).values())


def candidates(fuzz, harness, into):
    """Inputs with edges that the seeds do not have, small ones first."""
    seeds, corpus = f"tests/fuzz/seeds/{harness}", f"{fuzz}/corpus/{harness}"
    shutil.copytree(seeds, into)
    with tempfile.TemporaryDirectory() as tmp:
        subprocess.run([f"{fuzz}/tests/fuzz/{harness}", "-merge=1", "-use_counters=0", "-rss_limit_mb=2048", into, corpus],
                       env={**os.environ, "TONG_TMP": tmp}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    known = set(os.listdir(seeds))
    new = [os.path.join(into, n) for n in os.listdir(into) if n not in known]
    return sorted((p for p in new if os.path.getsize(p) <= MOST), key=os.path.getsize)


def take(fuzz, cover, harness, rows):
    forget(cover)
    run(cover, harness, f"tests/fuzz/seeds/{harness}")
    best, kept = reached(cover, rows), 0
    with tempfile.TemporaryDirectory() as tmp:
        for path in candidates(fuzz, harness, f"{tmp}/all"):
            if run(cover, harness, path):
                print(f"{harness}: {path} ends badly")
                continue
            now = reached(cover, rows)
            if now > best:
                with open(path, "rb") as f:
                    name = "found-" + hashlib.sha256(f.read()).hexdigest()[:8]
                shutil.copyfile(path, f"tests/fuzz/seeds/{harness}/{name}")
                best, kept = now, kept + 1
    print(f"{harness}: {kept} kept", flush=True)


def main():
    fuzz, cover, wanted = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3:]
    for harness in dict.fromkeys(r[0] for r in readers()):
        if not wanted or harness in wanted:
            take(fuzz, cover, harness, [r for r in readers() if r[0] == harness])


main()
