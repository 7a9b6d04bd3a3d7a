#!/usr/bin/env python3
"""Commands of node and publisher are killed (SIGKILL) before each system call that writes; what was then must be whole, old or new, and
the next run ends well."""
from commands import node_commands, publisher_commands
from world import POINTS, TRACE, Campaign, Pool, World, run, spread

CI_POINTS = 110   # of one command
LEAST = 500

world, pool, campaign = World(), Pool(), Campaign("killed at each call that writes")


def traced(command, folder, *options):
    """Exit code, calls counted, and what the n-th of them was."""
    got = run(TRACE, "-w", "-d", folder, "-c", folder.with_suffix(".count"), *options, "--", *command.line(folder))
    counted, what = folder.with_suffix(".count").read_text(encoding="utf-8", errors="replace").split("\n")[:2]
    return got.returncode, int(counted), what


def calls_of(command):
    folder, look = pool.free.get()
    command.lay(folder)
    code, calls, _ = traced(command, folder)
    fault = f"not killed, it ends with {code}" if code else command.after(folder, look, True)
    pool.free.put((folder, look))
    if fault:
        raise SystemExit(f"{command.name}: {fault}")
    return calls


def kill(point, folder, look):
    command, at = point
    command.lay(folder)
    code, _, what = traced(command, folder, "-k", at)
    if not what:
        return command.name, None, False   # threads: it made fewer calls this time
    fault = f"exit code {code}" if code != 137 else command.after(folder, look, False)
    return command.name, fault and f"killed before call {at}, {what}: {fault}", True


commands = node_commands(world) + publisher_commands(world)
total, points = 0, []
for c in commands:
    n = calls_of(c)
    total += n
    points += [(c, at) for at in spread(n, POINTS or CI_POINTS)]
for name, fault, killed in pool.each(points, kill):
    if killed:
        campaign.add(name, fault)
campaign.end(LEAST if POINTS == 0 or POINTS > CI_POINTS else 1, f" of {total} places")
