#!/usr/bin/env python3
"""Coverage of lines and branches by file and by room, held to each room's bar: tests/lib/cover.py BUILD-FOLDER."""
import sys

from gcov import read, share

BARS = {"core": 92, "agent": 92, "publisher": 88}  # of lines, in percent
FORM = "{:40} {:6}/{:<6} {:5.1f} % of lines {:6}/{:<6} {:5.1f} % of branches"


def row(name, lines, branches):
    return FORM.format(name, *lines, share(*lines), *branches, share(*branches))


def main():
    found = read(sys.argv[1])
    rooms = {room: ([0, 0], [0, 0]) for room in BARS}
    for path in sorted(found):
        room = path.split("/")[0]
        if room not in BARS:
            continue
        of = found[path].values()
        lines = [sum(1 for x in of if x.count), len(of)]
        branches = [sum(x.taken for x in of), sum(x.branches for x in of)]
        for total, part in zip(rooms[room], (lines, branches)):
            total[0] += part[0]
            total[1] += part[1]
        print(row(path, lines, branches))
    print()
    failed = 0
    for room, bar in BARS.items():
        lines, branches = rooms[room]
        low = not lines[1] or share(*lines) < bar
        failed += low
        print(row(f"{room}/", lines, branches) + f"; wanted {bar} %" + (", NOT REACHED" if low else ""))
    print(f"{len(BARS) - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
