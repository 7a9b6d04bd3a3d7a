#!/usr/bin/env python3
"""Every address that the table of page kinds gives a site is named in FORMAT.md (W7)."""
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from rules import done, read, report  # noqa: E402

KINDS, FORMAT = "core/site_kinds.c", "core/FORMAT.md"


def main():
    patterns = sorted(set(re.findall(r'^\t\{"(/[^"]*)"', read(KINDS), re.M)))
    named = set(re.findall(r"`(/[^` ]*)`", read(FORMAT)))
    for pattern in patterns:
        form = re.compile(re.escape(pattern).replace(r"\*", r"[^/]+"))
        if not any(form.fullmatch(address) for address in named):
            report(FORMAT, f"{pattern}: section 7 names every address of the table in {KINDS}")
    done(f"addresses  {len(patterns)} kinds")


main()
