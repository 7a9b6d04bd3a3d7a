#!/usr/bin/env python3
"""One bit flips on each page of each file of a node that hands on: it is found and healed by the next sync, or does no harm; no page made
from it, and nothing a level below takes from it, is ever another than what was signed (P2)."""
import os
import random
import shutil

from world import AGENT, POINTS, TOP, Campaign, Pool, World, copy, must, run

PAGE = 4096
BITS = POINTS if 0 < POINTS < 1000 else 40 if POINTS else 2   # of each page
LEAST = 200
RELEASE = 2
UNSIGNED = {"node.key", "node.json"}   # this node's own: no release heals them

world, pool, campaign = World(sites=False), Pool(), Campaign("a bit flips on each page of a store")
STORE, PAGES = TOP / "stores/two", TOP / "pages"
must(AGENT, "site", "--quiet", "--store", STORE, "--out", PAGES)


def places():
    """(file, bit), the same ones each time."""
    dice = random.Random("flips")
    for folder, _, files in sorted(os.walk(STORE)):
        for name in sorted(files):
            path = os.path.relpath(os.path.join(folder, name), STORE)
            size = os.path.getsize(STORE / path)
            for at in range(0, size, PAGE):
                for _ in range(BITS):
                    yield path, at * 8 + dice.randrange(min(PAGE, size - at) * 8)


def flip(path, bit):
    with open(path, "r+b") as f:
        f.seek(bit // 8)
        byte = f.read(1)[0] ^ 1 << bit % 8
        f.seek(bit // 8)
        f.write(bytes([byte]))


def wrong_page(node, to):
    """A page that is written and is not the right one."""
    shutil.rmtree(to, ignore_errors=True)
    run(AGENT, "site", "--quiet", "--store", node, "--out", to)
    for folder, _, files in os.walk(to):
        for name in files:
            path = os.path.relpath(os.path.join(folder, name), to)
            with open(to / path, "rb") as made:
                if not os.path.exists(PAGES / path) or made.read() != (PAGES / path).read_bytes():
                    return f"{path} is made wrong"
    return None


def kind_of(path):
    return "database" if path == "tong.db" else "handed on" if path.startswith("relay/") else "beside"


def look_at(place, folder, look):
    path, bit = place
    node = folder / "node"
    copy(STORE, node)
    flip(node / path, bit)
    code, release, guide, why = look.ask("look", node)
    found = code != "TONG_OK"
    fault = f"verify: {code}: {why}" if found and path in UNSIGNED else None
    if not found and (release, guide) != (RELEASE, world.guides[RELEASE]):
        fault = f"verify finds nothing, and release {release} or its guide is another"
    fault = fault or wrong_page(node, folder / "out") or below(look, node, folder)
    if not fault and path not in UNSIGNED:
        fault = world.takes(look, node, RELEASE) or world.whole(look, node, [RELEASE])
        fault = fault or world.node_of(look, node / "relay", [RELEASE], folder / "below")
    return kind_of(path), fault and f"{path}, bit {bit}, {why or 'not found'}: {fault}", found


def below(look, node, folder):
    """A level below takes the release whole, or nothing."""
    copy(TOP / "stores/none", folder / "below")
    code, release, guide, why = look.ask("sync", folder / "below", node / "relay")
    good = code != "TONG_OK" or (release, guide) == (RELEASE, world.guides[RELEASE])
    return None if good else f"the level below takes release {release}: {why}"


harmless = 0
for kind, wrong, was_found in pool.each(list(places()), look_at):
    campaign.add(kind, wrong)
    harmless += not was_found
campaign.end(LEAST if POINTS == 0 else 1, f", {harmless} harmless, all others found and healed")
