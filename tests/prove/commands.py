"""The commands that the campaigns of killing and failing run, and what must be true after each."""
import json
import os
import shutil

from world import AGENT, LOOK, PUBLISH, TOP, copy, must, run, same_tree, serve


class Command:
    """before(folder) lays out copies in an empty folder; line(folder) is the command; after(folder, look, done) tells what is wrong, or
    None: 'done' says that the command ended well, so that only the new state will do. At its end it must have run once more."""

    def __init__(self, world, name, before, line, after):
        self.name, self.line, self.before, self.after, self.world = name, line, before, after, world

    def lay(self, folder):
        shutil.rmtree(folder)
        os.makedirs(folder)
        self.before(folder)

    def again(self, folder):
        got = run(*self.line(folder))
        return None if got.returncode == 0 else f"run again, it ends with {got.returncode}: {got.stderr.strip()}"


def _store(name):
    return lambda folder: copy(TOP / "stores" / name, folder / "node")


def syncs(world, name, template, source, old, new):
    def line(folder):
        return world.sync(folder / "node", source)

    def after(folder, look, done):
        return (world.whole(look, folder / "node", [new] if done else [old, new]) or command.again(folder) or
                world.whole(look, folder / "node", [new]))
    command = Command(world, name, _store(template), line, after)
    return command


def init(world):
    def after(folder, look, done):
        made = os.path.exists(folder / "node/tong.db") and look.ask("look", folder / "node")[0] == "TONG_E_NOTFOUND"
        fault = "init ended well and there is no store" if done and not made else None
        return fault or (None if made else command.again(folder)) or world.takes(look, folder / "node", 2)
    command = Command(world, "init", lambda folder: None, lambda folder: world.init(folder / "node"), after)
    return command


def rollback(world):
    def after(folder, look, done):
        return world.whole(look, folder / "node", [1] if done else [1, 2]) or world.takes(look, folder / "node", 3)
    return Command(world, "rollback", _store("two"), lambda folder: [AGENT, "rollback", "--quiet", "--store", folder / "node"], after)


def _file(world, name, before, line):
    """A command that writes one file for a stick, the same bytes each time."""
    whole = TOP / f"whole-{name}"

    def after(folder, look, done):
        stick = folder / "tong.bundle"
        if os.path.exists(stick) and stick.read_bytes() != whole.read_bytes():
            return "half a file has its name"
        if done and not os.path.exists(stick):
            return "it ended well and there is no file"
        again = command.again(folder)
        if again or stick.read_bytes() != whole.read_bytes():
            return again or "run again, it writes other bytes"
        return world.node_of(look, stick, [2], folder / "new")
    command = Command(world, name, before, line, after)
    os.makedirs(TOP / f"make-{name}")
    command.lay(TOP / f"make-{name}")
    fault = command.again(TOP / f"make-{name}")
    if fault:
        raise SystemExit(f"{name}: {fault}")
    shutil.move(TOP / f"make-{name}/tong.bundle", whole)
    return command


def export(world):
    return _file(world, "export", _store("two"),
                 lambda folder: [AGENT, "export", "--quiet", "--store", folder / "node", folder / "tong.bundle"])


def bundle(world):
    return _file(world, "bundle", lambda folder: copy(TOP / "releases/2", folder / "release"),
                 lambda folder: [PUBLISH, "bundle", "--quiet", "--from", folder / "release", "--out", folder / "tong.bundle"])


def release(world, name, old):
    """The second commit becomes release 1 of a new folder (old: 0), or release 2 after the first."""
    shown = 1 if old == 0 else 2

    def before(folder):
        if old:
            copy(TOP / "releases/1", folder / "release")

    def check(folder, look, releases):
        copy(TOP / "stores/none", folder / "new")
        code, got, guide, why = look.ask("sync", folder / "new", folder / "release")
        if code != "TONG_OK":
            return None if 0 in releases else f"a new node: {code}: {why}"
        wanted = world.guides[1 if got == old else 2]   # the page of the commit
        return None if got in releases and guide == wanted else f"a new node holds release {got}, not {releases}, or its guide is another"

    def after(folder, look, done):
        return (check(folder, look, [shown] if done else [old, shown]) or command.again(folder) or check(folder, look, [shown]))
    command = Command(world, name, before, lambda folder: world.release(folder / "release"), after)
    return command


def site(world, name, old):
    def before(folder):
        if old:   # published here: it knows its folders by their inodes, and takes no copy for its own
            must(*world.site(folder / "out", "HEAD~1"))

    def shows(folder, numbers):
        for n in numbers:
            if n == 0 and not os.path.exists(folder / "out/index.html"):
                return None
            if n and same_tree(folder / "out", TOP / f"sites/{n}"):
                return None
        return f"the folder shows none of {numbers}"

    def after(folder, look, done):
        return shows(folder, [2] if done else [old, 2]) or command.again(folder) or shows(folder, [2])
    command = Command(world, name, before, lambda folder: world.site(folder / "out"), after)
    return command


def post(world):
    """A village says two things, and hands them to its county on a stick: what was taken is counted there, once (P9)."""
    top = TOP / "post"
    os.makedirs(top)
    for node in ("village", "county"):
        must(*world.init(top / node))
        must(*world.sync(top / node, TOP / "releases/2"))
    must(AGENT, "enroll", "--quiet", "--store", top / "village", "--name", "village", "--out", top / "stick/tong-reports/v.reports")

    def report(folder):
        return [AGENT, "report", "--quiet", "--store", folder / "village", "--out", folder / "stick"]

    def collect(folder):
        return [AGENT, "collect", "--quiet", "--store", folder / "county", "--from", folder / "stick"]
    must(*collect(top))
    village = json.loads(must(AGENT, "nodes", "--json", "--store", top / "village").stdout)["id"]
    must(AGENT, "nodes", "--quiet", "approve", village, "--store", top / "county")
    steps = [("say one", lambda folder: [LOOK, "say", folder / "village", "one"]), ("report", report), ("collect", collect),
             ("say two", lambda folder: [LOOK, "say", folder / "village", "two"]), ("report", report), ("collect", collect),
             ("receipts", report)]

    def check(step):
        must_be = [name[4:] for name, _ in steps[:step + 1] if name.startswith("say ")]

        def after(folder, look, done):
            for node in ("village", "county"):
                fault = world.whole(look, folder / node, [2])
                if fault:
                    return f"{node}: {fault}"
            for line in (report, collect, report, collect):
                got = run(*line(folder))
                if got.returncode:
                    return f"{line.__name__} ends with {got.returncode}: {got.stderr.strip()}"
            got = run(AGENT, "feedback", "--json", "--store", folder / "county")
            said = sorted(f["text"] for f in json.loads(got.stdout)) if got.returncode == 0 else [got.stderr]
            maybe = not done and steps[step][0].startswith("say ")
            return None if said in ([must_be, must_be[:-1]] if maybe else [must_be]) else f"the county counts {said}, not {must_be}"
        return after
    return [Command(world, name, lambda folder: copy(top, folder), line, check(n)) for n, (name, line) in enumerate(steps)]


def node_commands(world):
    return [init(world),
            syncs(world, "sync of a new node", "none", TOP / "releases/2", 0, 2),
            syncs(world, "sync of an update", "one", TOP / "releases/2", 1, 2),
            syncs(world, "sync over HTTP", "one", f"{serve()}/releases/2/", 1, 2),
            rollback(world), export(world)]


def publisher_commands(world):
    return [release(world, "first release", 0), release(world, "next release", 1), bundle(world),
            site(world, "first site", 0), site(world, "site again", 1)]


def relayed(world, n):
    """A sync of what the levels below are given too."""
    command = syncs(world, f"sync {n} with a relay", "none", TOP / f"releases/{n}", n - 1, n)
    alone = command.after

    def after(folder, look, done):
        return alone(folder, look, done) or world.node_of(look, folder / "node/relay", [n], folder / "below")
    command.after = after
    return command


def chains(world):
    """Commands one after the other in one folder, by name."""
    return {"node": [init(world), syncs(world, "first sync", "none", TOP / "releases/2", 0, 2)],
            "relay": [relayed(world, n) for n in (1, 2, 3)],
            "rollback": [rollback(world)], "export": [export(world)], "reports": post(world),
            "first release": [release(world, "first release", 0)], "release": [release(world, "next release", 1)],
            "bundle": [bundle(world)],
            "first site": [site(world, "first site", 0)], "site": [site(world, "site again", 1)]}
