#!/usr/bin/env python3
"""Power cuts below a real file system: commands run on it, every block it writes is kept (nbdkit, block_log.py), and the disk is made again
as it was at each write, and with a random half of what no flush had brought home; mounted, so that its journal is replayed, and checked.

    make prove T=power-disk FS=ext4 N=500     FS: ext4, ext4-plain (no auto_da_alloc), xfs, btrfs; as root, with loop devices and FUSE

States that hold the same bytes count once. The commands run again, with other dice, until there are N states of each chain."""
import contextlib
import os
import random
import struct
import subprocess
import sys
import time

from commands import chains
from world import POINTS, ROOT, TOP, Campaign, Look, World, must, run

MIB, BLOCK = 1 << 20, 4096
CHAINS = ("node", "relay", "reports", "first release", "release")   # a site knows its folders by their device, which is another after each mount
ENTRY = struct.Struct("<cQQQ")
PAUSE = 1.2   # s after each command: the file system's own commit comes, with what nobody synced
FS = {   # how it is made, MiB, options of the mount
    "ext4": (["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", "-J", "size=4"], 48, "commit=1"),
    "ext4-plain": (["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", "-J", "size=4"], 48,
                   "commit=1,noauto_da_alloc"),
    "xfs": (["mkfs.xfs", "-q", "-f", "-K"], 300, "rw"),
    "btrfs": (["mkfs.btrfs", "-q", "-f", "-K"], 128, "commit=1"),
}
fs = os.environ.get("FS") or "ext4"
make, size, options = FS[fs]


def mount(image, at):
    for _ in range(5):   # a loop device that was just left may still be taken
        got = run("mount", "-o", f"loop,{options}", image, at)
        if got.returncode == 0:
            return None
        time.sleep(0.1)
    return got.stderr.strip()


def leave(at):
    """The loop device that was unmounted may hold the file for a moment yet."""
    for _ in range(50):
        if run("fusermount3", "-u", at).returncode == 0:
            return
        time.sleep(0.1)
    must("fusermount3", "-u", at)


@contextlib.contextmanager
def recorded(image, log, at):
    """The file system of this image at the folder 'at', written down."""
    fuse = TOP / "fuse"
    fuse.mkdir(exist_ok=True)
    (fuse / "disk").touch()
    disk = subprocess.Popen(["nbdfuse", fuse / "disk", "[", "nbdkit", "--exit-with-parent", "python", ROOT / "tests/prove/block_log.py",
                             f"image={image}", f"log={log}", "]"])
    try:
        for _ in range(200):
            if os.stat(fuse / "disk").st_size:
                break
            time.sleep(0.05)
        fault = mount(fuse / "disk", at)
        if fault:
            sys.exit(f"{fs}: {fault}")
        try:
            yield
        finally:
            must("umount", at)
    finally:
        leave(fuse / "disk")
        disk.wait(30)


def read_log(path):
    """(time, offset, bytes); bytes None: a flush."""
    with open(path, "rb") as f:
        while head := f.read(ENTRY.size):
            kind, when, offset, length = ENTRY.unpack(head)
            yield when, offset, f.read(length) if kind == b"W" else None


class Image:
    """A disk as a file, and the sum of its blocks."""

    def __init__(self, path):
        self.path, self.sum = path, 0
        self.fd = os.open(path, os.O_RDWR)

    def _sum(self, offset, length):
        for at in range(offset // BLOCK * BLOCK, offset + length, BLOCK):
            self.sum ^= hash((at, os.pread(self.fd, BLOCK, at)))

    def write(self, offset, data):
        """Gives what takes it back."""
        before = os.pread(self.fd, len(data), offset)
        self._sum(offset, len(data))
        os.pwrite(self.fd, data, offset)
        self._sum(offset, len(data))
        return offset, before

    def back(self, undo):
        for offset, before in reversed(undo):
            self.write(offset, before)


def cuts(entries, now, dice):
    """After every write yields its time: 'now' holds all that came, then all but a random half of what was not flushed."""
    loose = []   # what no flush has brought home
    undo = []
    for when, offset, data in entries:
        if data is None:
            loose, undo = [], []
            continue
        loose.append((offset, data))
        undo.append(now.write(offset, data))
        yield when
        now.back(undo)
        some = [now.write(*w) for w in loose if dice.random() < 0.5]
        yield when
        now.back(some)
        undo = [now.write(*w) for w in loose]


def lay(command, image, at):
    """A file system with what the first command finds."""
    image.unlink(missing_ok=True)
    with open(image, "wb") as f:
        f.truncate(size * MIB)
    must(*make, image)
    fault = mount(image, at)
    if fault:
        sys.exit(f"{fs}: {fault}")
    (at / "work").mkdir()
    command.lay(at / "work")
    must("umount", at)


def work(commands, image, log, at):
    """Runs them; the time when each began and ended."""
    times = []
    with recorded(image, log, at):
        for command in commands:
            begun = time.monotonic_ns()
            must(*command.line(at / "work"))
            times.append((begun, time.monotonic_ns()))
            time.sleep(PAUSE)
    return times


def step_at(times, when):
    """Which command ran last when the power was cut, and had it ended?"""
    step = max((n for n, (begun, _) in enumerate(times) if begun <= when), default=0)
    return step, when > times[step][1]


def check(command, ended, image, at, look):
    copied = TOP / "cut.img"
    copied.unlink(missing_ok=True)   # another file: a loop device that is not gone yet holds blocks of the last one, and mount would take it
    must("cp", "--sparse=always", image, copied)
    fault = mount(copied, at)
    if fault:
        return f"it cannot be mounted: {fault}"
    try:
        return command.after(at / "work", look, ended)
    finally:
        must("umount", at)


def campaign_of(name, commands, most, campaign, look):
    at, image, log = TOP / "at", TOP / "disk.img", TOP / "disk.log"
    at.mkdir(exist_ok=True)
    dice, seen = random.Random(name), set()
    while len(seen) < most:
        before = len(seen)
        lay(commands[0], image, at)
        base = TOP / "base.img"
        must("cp", "--sparse=always", image, base)
        log.unlink(missing_ok=True)
        times = work(commands, image, log, at)
        now = Image(base)
        for when in cuts(read_log(log), now, dice):
            if now.sum in seen or len(seen) >= most:
                continue
            seen.add(now.sum)
            step, ended = step_at(times, when)
            fault = check(commands[step], ended, base, at, look)
            campaign.add(name, fault and f"{commands[step].name}{', ended' if ended else ''}: {fault}")
        os.close(now.fd)
        if len(seen) == before:
            break


def main():
    world = World()
    campaign, look = Campaign(f"the power is cut below {fs}"), Look()
    chosen = {name: commands for name, commands in chains(world).items() if name in CHAINS}
    for name, commands in chosen.items():
        campaign_of(name, commands, POINTS or 200, campaign, look)
    campaign.end(1)


main()
