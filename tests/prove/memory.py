#!/usr/bin/env python3
"""Each allocation of what a node does fails in turn, once and from then on: TONG_E_NOMEM or the right answer, no leak, no crash, and then
the same works (agent_memory.c)."""
import subprocess

from world import O, POINTS, TOP, Campaign, Pool, World

CI_POINTS = 45   # of one operation and one way of failing
LEAST = 1000
ASKS = ["open", "status", "show", "search", "history", "compare", "whatsnew", "page", "region", "home", "serve", "verify", "export"]
OPERATIONS = [(name, "two") for name in ASKS] + [("sync", "none"), ("sync", "one"), ("rollback", "two"), ("feedback", "two")]

world, pool, campaign = World(sites=False), Pool(), Campaign("each allocation fails")


def fail_each(job, folder, look):
    """Points, allocations, faults."""
    (name, store), ways = job
    most = POINTS or CI_POINTS

    def run(first, step):
        got = subprocess.run([O / "tests/prove/agent_memory", name, TOP / "stores" / store, TOP / "releases/2", folder, str(first), str(step),
                              *ways], stdout=subprocess.PIPE, text=True, errors="replace", check=False)
        lines = got.stdout.splitlines() or [""]
        if got.returncode or not lines[-1][:1].isdigit():
            return 0, 0, [f"exit code {got.returncode}: {lines[-1]}"]
        points, made = map(int, lines[-1].split())
        return points, made, [line for line in lines if "bad " in line]
    made = run(10 ** 12, 1)[1]
    points, made, faults = run(1, max(1, made // most))
    return name, bool(ways), points, made, faults


total = 0
jobs = [(op, ways) for op in OPERATIONS for ways in ([], ["forever"])]
for operation, ever, count, made_there, wrong in pool.each(jobs, fail_each):
    total += made_there
    what = "for ever" if ever else "once"
    campaign.counts[what] = campaign.counts.get(what, 0) + count
    campaign.bad += [f"{operation}, {what}: {line}" for line in wrong]
campaign.end(LEAST if POINTS == 0 or POINTS > CI_POINTS else 1, f" of {total} places in {len(OPERATIONS)} operations")
