#!/usr/bin/env python3
"""The power is cut at every change that commands of node and publisher make, on a disk as bad as POSIX allows (disk.py). What is left must
be whole, and not older than what a command that had ended well said was done; then the same runs again, and ends well.

Before that the campaign is shown to find what it looks for: with syncs that are left out it must find damage or loss."""
import copy
import itertools
import os
import random
import shutil

import disk
from commands import bundle, export, init, post, release, rollback, site, syncs
from world import POINTS, TOP, TRACE, Campaign, Pool, World, must, spread

CI_POINTS = 150   # states of one chain of commands
LEAST = 1000
PLANTED = 120     # states in which a fault that was planted must be found
BATCH = 64        # states in memory
NAMES, DATA = ("all", "none", "some"), ("all", "none", "length", "some", "any")


def relayed(world, n):
    """A sync of what the levels below are given too."""
    command = syncs(world, f"sync {n} with a relay", "none", TOP / f"releases/{n}", n - 1, n)
    alone = command.after

    def after(folder, look, done):
        return alone(folder, look, done) or world.node_of(look, folder / "node/relay", [n], folder / "below")
    command.after = after
    return command


class Chain:
    """Commands one after the other in one folder, and what they changed there."""

    def __init__(self, name, commands):
        self.name, self.commands = name, commands
        self.top, record = TOP / "record" / name, TOP / "record.bin"
        os.makedirs(self.top)
        commands[0].lay(self.top)
        self.base = disk.Disk(self.top)
        self.changes = []   # (step, line, bytes); a step's end is (step, None, None)
        for step, command in enumerate(commands):
            must(TRACE, "-w", "-d", self.top, "-r", record, "--", *command.line(self.top))
            self.changes += [(step, line, data) for line, data in disk.read_record(record)] + [(step, None, None)]

    def states(self, most, dice, deaf=()):
        """Up to 'most' distinct (step, did it end, state); the acts that the disk is deaf to are not played."""
        seen, idle = set(), 0
        while len(seen) < most and idle < 4:
            before, played = len(seen), copy.deepcopy(self.base)
            places = set(spread(len(self.changes), most)) if idle == 0 and not seen else {
                n for n in range(1, len(self.changes) + 1) if dice.random() < most / len(self.changes)}
            for at, (step, line, data) in enumerate(self.changes, 1):
                if line and not (line[0] in deaf or (line[0] == "sync" and played.kind(line[1]) in deaf)):
                    played.play(line, data)
                if at not in places and line:
                    continue
                state = played.cut(dice.choice(NAMES), dice.choice(DATA), dice)
                mark = (step, line is None, disk.fingerprint(state))
                if mark not in seen and len(seen) < most:
                    seen.add(mark)
                    yield step, line is None, state
            idle = 0 if len(seen) > before else idle + 1


def each(pool, chain, most, deaf=()):
    """Yields (step's name, what is wrong or None) of each state."""
    def check(point, folder, look):
        step, ended, state = point
        shutil.rmtree(folder)
        os.makedirs(folder)
        disk.lay(state, folder)
        command = chain.commands[step]
        return command.after(folder, look, ended), f"{command.name}{', ended' if ended else ''}"
    states = chain.states(most, random.Random(f"{chain.name} {deaf}"), deaf)
    while batch := list(itertools.islice(states, BATCH)):
        yield from pool.each(batch, check)


def planted(pool, chain, deaf, what):
    """A line of its own: is a disk that does not hear these syncs found out?"""
    looked = 0
    for fault, _ in each(pool, chain, PLANTED, deaf):
        looked += 1
        if fault:
            print(f"ok - power cut, {what} left out of {chain.name}: found in state {looked}", flush=True)
            return True
    print(f"not ok - power cut, {what} left out of {chain.name}: not found in {looked} states", flush=True)
    return False


def main():
    world, pool, campaign = World(), Pool(), Campaign("the power is cut")
    chains = [Chain("node", [init(world), syncs(world, "first sync", "none", TOP / "releases/2", 0, 2)]),
              Chain("relay", [relayed(world, n) for n in (1, 2, 3)]),
              Chain("rollback", [rollback(world)]), Chain("export", [export(world)]),
              Chain("reports", post(world)),
              Chain("first release", [release(world, "first release", 0)]), Chain("release", [release(world, "next release", 1)]),
              Chain("bundle", [bundle(world)]),
              Chain("first site", [site(world, "first site", 0)]), Chain("site", [site(world, "site again", 1)])]
    by_name = {chain.name: chain for chain in chains}
    found = [planted(pool, by_name[name], deaf, what) for name, deaf, what in (
        ("relay", ("file",), "fsync of files"), ("node", ("folder",), "fsync of folders"),
        ("release", ("file",), "fsync of files"), ("first release", ("folder",), "fsync of folders"),
        ("site", ("syncfs",), "syncfs"), ("reports", ("file",), "fsync of files"))]
    for chain in chains:
        for fault, step in each(pool, chain, POINTS or CI_POINTS):
            campaign.add(chain.name, fault and f"{step}: {fault}")
    if not all(found):
        campaign.bad.append("what was planted was not found")
    campaign.end(LEAST if POINTS == 0 or POINTS > CI_POINTS else 1)


main()
