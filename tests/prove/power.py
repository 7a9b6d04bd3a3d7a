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
from commands import chains
from world import POINTS, TOP, TRACE, Campaign, Pool, World, must, spread

CI_POINTS = 160   # states of one chain of commands
FULL_POINTS = 4000
LEAST = 1000
PLANTED = 400     # states in which a fault that was planted must be found
BATCH = 64        # states in memory
NAMES, DATA = ("all", "none", "some"), ("all", "none", "length", "some", "any")


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
    played = {name: Chain(name, commands) for name, commands in chains(world).items()}
    found = [planted(pool, played[name], deaf, what) for name, deaf, what in (
        ("relay", ("file",), "fsync of files"), ("node", ("folder",), "fsync of folders"),
        ("release", ("file",), "fsync of files"), ("first release", ("folder",), "fsync of folders"),
        ("site", ("syncfs",), "syncfs"), ("reports", ("file",), "fsync of files"))]
    for chain in played.values():
        for fault, step in each(pool, chain, min(POINTS, FULL_POINTS) or CI_POINTS):
            campaign.add(chain.name, fault and f"{step}: {fault}")
    if not all(found):
        campaign.bad.append("what was planted was not found")
    campaign.end(LEAST if POINTS == 0 or POINTS > CI_POINTS else 1)


main()
