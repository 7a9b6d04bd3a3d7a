"""The small world that the fault campaigns work on, and what they ask of it.

A catalogue of a few files (tests/golden/check/base) with three commits; each is published as a site and as a release; nodes hold the
first, the second or none. Built once for a campaign, then copied for each point, so that no point sees another's ruins.
"""
import concurrent.futures
import filecmp
import functools
import http.server
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOP = pathlib.Path(os.environ["TONG_TMP"])
O = pathlib.Path(os.environ.get("O", ROOT / "build")).absolute()   # noqa: E741
TRACE, LOOK = O / "tests/prove/core_trace", O / "tests/prove/agent_look"
AGENT, PUBLISH = str(O / "tong-agent"), str(O / "tong-publish")
FULL = bool(os.environ.get("FULL"))
POINTS = 10 ** 9 if FULL else int(os.environ.get("N") or 0)   # for one command; 0: what the campaign takes in CI
WORKERS = len(os.sched_getaffinity(0))
GIT = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
os.environ.update(GIT | {f"GIT_{who}_{what}": f"editor{at}" for who in ("AUTHOR", "COMMITTER")
                         for what, at in (("NAME", ""), ("EMAIL", "@example.cn"))})


def run(*command, **options):
    return subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace", check=False,
                          timeout=300, **options)


def must(*command):
    got = run(*command)
    if got.returncode:
        sys.exit(f"{' '.join(map(str, command))}: exit code {got.returncode}: {got.stderr}")
    return got


def copy(template, to):
    """A folder as it is, times too."""
    shutil.rmtree(to, ignore_errors=True)
    must("cp", "-a", template, to)


def same_tree(a, b):
    def names(top):
        return sorted(os.path.relpath(os.path.join(folder, n), top) for folder, _, found in os.walk(top) for n in found)
    ours = names(a)
    return ours == names(b) and all(filecmp.cmp(f"{a}/{n}", f"{b}/{n}", shallow=False) for n in ours)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves TOP, and says nothing of clients that were killed."""

    def log_message(self, *_):   # pylint: disable=arguments-differ
        pass

    def handle(self):
        try:
            super().handle()
        except OSError:
            self.close_connection = True


def serve():
    """The URL below which TOP stands."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=TOP))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


class Look:
    """A process of agent_look: what a store holds, quickly."""

    def __init__(self):
        self.p = subprocess.Popen([LOOK], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, *words):
        self.p.stdin.write(" ".join(map(str, words)) + "\n")
        self.p.stdin.flush()
        line = self.p.stdout.readline()
        if not line:
            self.p.wait()
            crash = self.p.returncode
            self.__init__()
            return f"ended by signal {-crash}", 0, "-", ""
        code, release, guide, why = line.rstrip("\n").split("\t", 3)
        return code, int(release), guide, why


class World:
    """repo, keys, releases/N, sites/N, stores/…; guides[N]: the page that a node at release N must show."""

    def __init__(self, sites=True):
        os.makedirs(TOP / "releases")
        shutil.copytree(ROOT / "tests/golden/check/base", TOP / "repo")
        must("git", "-c", "init.defaultBranch=main", "init", "-q", TOP / "repo")
        must(PUBLISH, "keys", "init", "--keys", TOP / "keys", "--quiet")
        for n in (1, 2, 3):
            self.commit(n)
            if n > 1:
                copy(TOP / f"releases/{n - 1}", TOP / f"releases/{n}")
            must(*self.release(TOP / f"releases/{n}"))
            if sites and n < 3:
                must(*self.site(TOP / f"sites/{n}"), "--once")
        must("git", "-C", TOP / "repo", "reset", "-q", "--hard", "HEAD~1")
        self.look = Look()
        self.stores()

    @staticmethod
    def commit(n):
        item = TOP / "repo/items/01/510104001000.md"
        text = re.sub(r"(?m)^name:.*$", f"name: 样例事项{n}", item.read_text(encoding="utf-8"))
        item.write_text(text, encoding="utf-8")
        must("git", "-C", TOP / "repo", "add", "-A")
        must("git", "-C", TOP / "repo", "commit", "-q", "-m", str(n))

    @staticmethod
    def release(to):
        return [PUBLISH, "release", "--repo", TOP / "repo", "--path", "", "--to", to, "--keys", TOP / "keys", "--quiet"]

    @staticmethod
    def site(to, rev="HEAD"):
        return [PUBLISH, "site", "--repo", TOP / "repo", "--path", "", "--rev", rev, "--site", ROOT / "site", "--out", to, "--quiet"]

    @staticmethod
    def init(store, *more):
        return [AGENT, "init", "--quiet", "--store", store, "--root", TOP / "keys/1.root.json", "--region", "511602", *more]

    @staticmethod
    def sync(store, source):
        return [AGENT, "sync", "--quiet", "--store", store, "--from", source]

    def stores(self):
        """none: nothing held yet; one and two: so many releases taken. All keep what they hand on."""
        at = TOP / "stores"
        os.makedirs(at)
        must(*self.init(at / "none", "--relay"))
        self.guides = {0: self.look.ask("look", at / "none")[2]}
        for n, name, before in ((1, "one", "none"), (2, "two", "one")):
            copy(at / before, at / name)
            must(*self.sync(at / name, TOP / f"releases/{n}"))
            self.guides[n] = self.must_look(at / name, n)
        copy(at / "two", at / "three")
        must(*self.sync(at / "three", TOP / "releases/3"))
        self.guides[3] = self.must_look(at / "three", 3)
        if len(set(self.guides.values())) != 4:
            sys.exit("the guides of the releases are not told apart")

    def must_look(self, store, release):
        code, got, guide, why = self.look.ask("look", store)
        if code != "TONG_OK" or got != release:
            sys.exit(f"{store}: {code} {got} {why}")
        return guide

    # ---- what must hold (None), or what does not ----

    def whole(self, look, store, releases):
        """P1 and P2: one of these releases is held whole, and its guide shown."""
        code, release, guide, why = look.ask("look", store)
        if code != "TONG_OK" and not (code == "TONG_E_NOTFOUND" and release == 0):
            return f"{code} at release {release}: {why}"
        if release not in releases:
            return f"release {release} is held, not {releases}"
        return None if guide == self.guides[release] else f"the guide of release {release} is another (P2)"

    def takes(self, look, store, release):
        """The next sync brings this release."""
        code, got, guide, why = look.ask("sync", store, TOP / f"releases/{release}")
        if code != "TONG_OK" or got != release or guide != self.guides[release]:
            return f"the next sync ends with {code} at release {got}: {why}"
        return None

    def node_of(self, look, source, releases, store):
        """A new node takes one of these releases from there; 0: there is none in force yet."""
        copy(TOP / "stores/none", store)
        code, got, guide, why = look.ask("sync", store, source)
        if code != "TONG_OK":
            return None if 0 in releases else f"a new node: {code}: {why}"
        return None if got in releases and guide == self.guides[got] else f"a new node holds release {got}, not {releases}"


class Pool:
    """Points of a campaign, some at a time, each worker with a folder and a Look of its own."""

    def __init__(self):
        self.free = queue.Queue()
        for i in range(WORKERS):
            os.makedirs(TOP / f"work{i}")
            self.free.put((TOP / f"work{i}", Look()))

    def each(self, points, do):
        """Yields what do(point, folder, look) gives."""
        def one(point):
            folder, look = self.free.get()
            try:
                return do(point, folder, look)
            finally:
                self.free.put((folder, look))
        with concurrent.futures.ThreadPoolExecutor(WORKERS) as workers:
            yield from workers.map(one, points)


def spread(n, most):
    """Up to 'most' of 1 … n, evenly, the last one too."""
    if n <= most:
        return list(range(1, n + 1))
    return sorted({round(1 + i * (n - 1) / (most - 1)) for i in range(most)})


class Campaign:
    """Counts, and the one line."""

    def __init__(self, name):
        self.name, self.begun, self.counts, self.bad = name, time.monotonic(), {}, []

    def add(self, what, fault=None):
        self.counts[what] = self.counts.get(what, 0) + 1
        if fault:
            self.bad.append(f"{what}: {fault}")

    def end(self, least, more=""):
        """Prints the line and exits; fewer than 'least' points are a failure: a campaign that looks at nothing finds nothing."""
        n = sum(self.counts.values())
        good = not self.bad and n >= least
        parts = ", ".join(f"{what} {k}" for what, k in self.counts.items())
        print(f"{'ok' if good else 'not ok'} - {self.name}: {n} points ({parts}), {len(self.bad)} bad{more}, "
              f"{time.monotonic() - self.begun:.0f} s" + ("" if n >= least else f"; fewer than {least} points"), flush=True)
        for fault in self.bad[:40]:
            print(f"    {fault}", flush=True)
        sys.exit(not good)
