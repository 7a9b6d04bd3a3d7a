#!/usr/bin/env python3
"""core/pinyin_table.c is what its maker makes of the Unihan database, where that version is installed (Debian: unicode-data)."""
import bz2
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path("/usr/share/unicode")


def main():
    name = "the table of readings is as made"
    source = DATA / "Unihan_Readings.txt.bz2"
    if not source.exists() or "ersion: 15.0" not in bz2.open(source, "rt", encoding="utf-8").read(2000):
        print(f"ok - {name} # SKIP Unihan 15.0 is not installed (unicode-data)")
        return 0
    made = subprocess.run([sys.executable, ROOT / "tests/tools/pinyin_table.py", DATA], check=True, capture_output=True).stdout
    same = made == (ROOT / "core/pinyin_table.c").read_bytes()
    print(f"{'ok' if same else 'not ok'} - {name}")
    return 0 if same else 1


sys.exit(main())
