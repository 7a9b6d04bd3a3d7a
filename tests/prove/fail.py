#!/usr/bin/env python3
"""Each call of the same commands that touches a file fails in turn, once or from then on, or does half of what was asked: the command
ends well and has done it all, or says what is wrong and has left things whole; and when the fault is over it ends well."""
import errno

from commands import node_commands, publisher_commands
from world import POINTS, TRACE, Campaign, Pool, World, run, spread

CI_POINTS = 14   # of one command and one fault
LEAST = 500
FAULTS = {       # name: what core_trace is told, which calls are counted
    "EIO": (errno.EIO, []),
    "ENOSPC": (errno.ENOSPC, ["-w"]),
    "EINTR": (errno.EINTR, []),
    "short": ("short", []),
    "EIO for ever": (errno.EIO, ["-a"]),
    "ENOSPC for ever": (errno.ENOSPC, ["-w", "-a"]),
}

world, pool, campaign = World(), Pool(), Campaign("each call on a file fails or is short")


def traced(command, folder, fault, at):
    error, options = FAULTS[fault]
    count = folder.with_suffix(".count")
    got = run(TRACE, "-d", folder, "-c", count, *options, "-f", at, "-e", error, "--", *command.line(folder))
    counted, what = count.read_text(encoding="utf-8", errors="replace").split("\n")[:2]
    return got, int(counted), what


def calls_of(command, fault):
    """How many places there are, told by failing none of them."""
    folder, look = pool.free.get()
    command.lay(folder)
    got, calls, _ = traced(command, folder, fault, 10 ** 9)
    pool.free.put((folder, look))
    if got.returncode:
        raise SystemExit(f"{command.name}: not failed, it ends with {got.returncode}: {got.stderr}")
    return calls


def fail(point, folder, look):
    command, fault, at = point
    command.lay(folder)
    got, _, what = traced(command, folder, fault, at)
    if not what:
        return fault, None, False   # threads: it made fewer calls this time
    if got.returncode > 100 or got.returncode < 0:
        wrong = f"it ended with {got.returncode}: {got.stderr.strip()}"
    elif got.returncode and not got.stderr.strip():
        wrong = f"exit code {got.returncode} and no word"
    else:
        wrong = command.after(folder, look, got.returncode == 0)
    return fault, wrong and f"{command.name}, call {at}, {what}, ended with {got.returncode} ({got.stderr.strip()[-200:]}): {wrong}", True


total, points = 0, []
for c in node_commands(world) + publisher_commands(world):
    for kind in FAULTS:
        n = calls_of(c, kind)
        total += n
        points += [(c, kind, at) for at in spread(n, POINTS or CI_POINTS)]
for name, wrong, failed in pool.each(points, fail):
    if failed:
        campaign.add(name, wrong)
campaign.end(LEAST if POINTS == 0 or POINTS > CI_POINTS else 1, f" of {total} places")
