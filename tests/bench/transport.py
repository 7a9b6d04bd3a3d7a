#!/usr/bin/env python3
"""Measures how a release comes to a county of a SYNTHETIC province, over a good and a bad link, beside peers from Debian.

Bytes are IP bytes towards the client, headers and retransmissions too, counted by tests/tools/bad_link.c. The bad link: 256 kbit/s,
300 ms round trip, 3 % loss, 32 KB queue, Reno at both ends; medians of three seeds, one for slow peers. A line says `ok` or `NOT`
beside its bar; build/bench/transport.json has all figures. KEEP=1 leaves the world it made for the next run,
and names of parts (bytes_and_requests, seconds, waste, work) choose.
"""
import concurrent.futures
import functools
import http.server
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from results import O, ROOT, finish, row, tmp  # noqa: E402
from transport_world import CASES, COUNTY, World, run  # noqa: E402

TMP = tmp("transport")
BAD = ["-r", "256", "-d", "150", "-l", "30", "-q", "32768"]
PEERS = ["rsync", "git", "ostree", "casync", "zsync", "tar.zst"]
# case: title, bytes over HTTP, over HTTPS, requests, seconds on the bad link
BARS = {"one": ("one item", 4096, 5120, 1, 2), "percent": ("1 % of the items", 6144, 7168, 1, None),
        "template": ("a template", 4096, 5120, 1, None), "revision": ("20 % revision", 163840, 184320, 2, 12),
        "none": ("no change", 1536, 3072, 1, None), "new": ("a new node", 1468006, 1572864, 4, 90)}
figures = {case: {} for case in BARS}
world = World(TMP, O, ROOT)
trials = 0


# ---- one trial ----

def server(kind, case, at):
    """A shell command that serves and says that it is ready."""
    name = case if case in CASES else "zero"
    if kind == "rsync":
        (at / "rsyncd.conf").write_text(f"use chroot = no\nuid = root\ngid = root\n[tree]\npath = {TMP}/tree/{name}\n")
        start, port = f"rsync --daemon --no-detach --config={at}/rsyncd.conf", 873
    elif kind == "git":
        start, port = f"git daemon --base-path={world.www} --export-all --reuseaddr", 9418
    else:
        temps = "".join(f" {t}_temp_path {at}/{t};" for t in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (at / "nginx.conf").write_text(f"""worker_processes 1; pid {at}/pid; error_log /dev/null; daemon off; user root;
events {{ worker_connections 256; }}
http {{ access_log {at}/log; sendfile on;{temps} gzip on; gzip_types application/json; types {{ application/json json; }}
  server {{ listen 10.99.0.1:80; listen 10.99.0.1:443 ssl http2; ssl_certificate {TMP}/tls.pem; ssl_certificate_key {TMP}/tls.key;
    root {world.www}; location /tong/ {{ alias {world.www}/tong-{name}/; }} }} }}
""")
        start, port = f"{shutil.which('nginx') or '/usr/sbin/nginx'} -c {at}/nginx.conf -p {at}", 80
    return f"echo reno >/proc/sys/net/ipv4/tcp_congestion_control; {start} >/dev/null 2>&1 & " \
           f"until bash -c 'exec 3<>/dev/tcp/10.99.0.1/{port}' 2>/dev/null; do sleep 0.02; done; echo ready; wait"


def tong_client(case, at, tls, prepared):
    url = f"http{'s' if tls else ''}://10.99.0.1/tong/"
    if not prepared:
        if case == "new":
            run(world.agent, "init", "--store", at / "node", "--root", TMP / "keys/1.root.json", "--source", url, "--region", COUNTY)
        else:
            run("cp", "-r", TMP / ("node-tls" if tls else "node"), at / "node")
    return f"exec {world.agent} sync --store {at}/node --json --ca {TMP}/tls.pem >{at}/out"


def peer_client(kind, case, at, prepared):
    name, has, web = case if case in CASES else "zero", case != "new", "http://10.99.0.1"
    dst, tree = at / "dst", TMP / "tree/zero"
    if not prepared:
        if kind == "git" and has:
            run("git", "clone", "-q", "--branch", "zero", "--single-branch", f"file://{world.www}/git", dst)
        elif kind == "ostree":
            run("ostree", f"--repo={dst}", "init", "--mode=bare-user-only")
            run("ostree", f"--repo={dst}", "remote", "add", "--no-gpg-verify", "o", f"{web}/ostree")
            if has:
                run("ostree", f"--repo={dst}", "pull-local", "--remote=o", world.www / "ostree", "zero")
        elif kind in ("rsync", "casync"):
            run("cp", "-a", tree, dst) if has else dst.mkdir()
    seed = f"--seed={dst}" if has else ""
    return {"rsync": f"exec rsync -rt --delete --compress --compress-choice=zstd rsync://10.99.0.1/tree/ {dst}/",
            "git": f"git -C {dst} fetch -q --depth=1 git://10.99.0.1/git {name} && git -C {dst} checkout -q FETCH_HEAD" if has
                   else f"rm -rf {dst}; exec git clone -q --depth=1 --branch zero git://10.99.0.1/git {dst}",
            "ostree": f"exec ostree --repo={dst} pull o {name}",
            "casync": f"exec casync extract {seed} --store={web}/casync.castr {web}/casync-{name}.caidx {at}/new",
            "zsync": f"cd {at} && exec zsync -q {f'-i {world.www}/zero.tar' if has else ''} -o {at}/new.tar {web}/{name}.tar.zsync",
            "tar.zst": f"exec curl -sf -C - -o {at}/tar.zst {web}/{name}.tar.zst"}[kind] + f" >{at}/out 2>&1"


def trial(kind, case, link=(), tls=False, at=None, limit=300, keep=False):
    """What bad-link tells, with the requests; None when it took longer than 'limit' or failed."""
    global trials
    prepared = at is not None
    if not prepared:
        trials += 1
        at = TMP / f"trial-{trials}-{kind}-{case}"
        at.mkdir()
    client = tong_client(case, at, tls, prepared) if kind == "tong" else peer_client(kind, case, at, prepared)
    serve = server("web" if kind == "tong" else kind, case, at)
    (at / "log").write_text("")
    client = f"echo reno >/proc/sys/net/ipv4/tcp_congestion_control; {client}"
    done = subprocess.run([O / "bad-link", "-t", str(limit), *link, serve, client], stdout=subprocess.PIPE, check=True)
    told = json.loads(done.stdout)
    told["requests"] = len((at / "log").read_text().splitlines())
    told["at"] = at
    if told["exit"] and "-k" not in link:
        if told["exit"] != 137:
            print(f"#    {kind} {case}: exit {told['exit']} {(at / 'out').read_text(errors='replace')[-300:]}")
        told = None
    if not keep:
        shutil.rmtree(at)
    return told


def together(jobs):
    """Trials wait more than they work: four at a time. jobs: {key: arguments of trial}."""
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        return {key: t.result() for key, t in [(k, pool.submit(trial, *a[0], **a[1])) for k, a in jobs.items()]}


# ---- the tables ----

def bytes_and_requests():
    for case, (title, http, https, requests, _) in BARS.items():
        plain, tls = trial("tong", case), trial("tong", case, tls=True)
        peers = together({p: ((p, case), {}) for p in PEERS if (p, case) not in (("tar.zst", "none"),)})
        figures[case].update({"tong": plain, "tong https": tls, **peers})
        least = min((t["down"], p) for p, t in peers.items() if t)
        row(f"{title}: IP bytes down, HTTP", f"{plain['down']} B", f"<= {http}", plain["down"] <= http)
        row("  over HTTPS", f"{tls['down']} B", f"<= {https}", tls["down"] <= https)
        row("  requests", f"{plain['requests']}", f"<= {requests}", plain["requests"] <= requests)
        row(f"  against the best peer ({least[1]}, {least[0]} B)", f"{plain['down'] / least[0]:.3f}", "< 1", plain["down"] < least[0])
        print("#    " + "  ".join(f"{p} {t['down'] if t else '-'} B/{t['requests'] if t else '-'}" for p, t in peers.items()))


def seconds():
    jobs = {}
    for case in BARS:
        for seed in (1, 2, 3):
            jobs["tong", case, seed] = (("tong", case, [*BAD, "-s", str(seed)]), {})
            if case in ("one", "percent") or seed == 1:
                for p in PEERS:
                    if (p, case) != ("tar.zst", "none"):
                        jobs[p, case, seed] = ((p, case, [*BAD, "-s", str(seed)]), {})
    done = together(jobs)
    for case, (title, *_, bar) in BARS.items():
        mid = {}
        for p in ["tong", *PEERS]:
            got = [t["seconds"] if t else None for (q, c, _), t in done.items() if (q, c) == (p, case)]
            mid[p] = statistics.median(got) if got and None not in got else None
        figures[case]["bad link"] = mid
        least = min((s, p) for p, s in mid.items() if p != "tong" and s)
        row(f"{title} on the bad link, against {least[1]}'s {least[0]:.1f} s", f"{mid['tong']:.1f} s", f"<= {bar} s" if bar else "< the best peer",
            mid["tong"] <= (bar or least[0]))
        print("#    " + "  ".join(f"{p} {f'{s:.1f} s' if s else '> 300 s'}" for p, s in mid.items()
                               if any((q, c) == (p, case) for q, c, _ in done)))


def waste():
    """Killed at half of the bytes, and run again: what comes twice, of the whole."""
    link = ["-r", "4000", "-d", "20", "-q", "65536"]
    frame = max(p.stat().st_size for p in (world.www / "tong-zero/changesets").iterdir()) / 50
    for p in ["tong", "rsync", "git", "ostree", "casync", "zsync", "tar.zst"]:
        whole = (figures["new"].get(p) or trial(p, "new"))["down"]
        first = trial(p, "new", [*link, "-k", str(whole // 2)], keep=True)
        second = trial(p, "new", link, at=first["at"])
        lost = first["down"] + second["down"] - whole if second else whole
        if p == "tong":
            row("killed at half of a new node's bytes: fetched twice", f"{lost / whole * 100:.1f} %", "<= a frame + 2 %",
                lost <= frame + whole / 50)
        else:
            print(f"#    {p} {lost / whole * 100:.0f} %")


def watched(*words, told=None):
    """Runs; (CPU seconds, peak private memory, peak resident memory with the pages of shared libraries) in MB. stderr to the file 'told'."""
    child = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL, stderr=told)
    own = resident = 0
    while (ended := os.wait4(child.pid, os.WNOHANG))[0] == 0:
        for line in pathlib.Path(f"/proc/{child.pid}/status").read_text().splitlines():
            name, _, rest = line.partition(":")
            if name == "RssAnon":
                own = max(own, int(rest.split()[0]))
            elif name == "VmHWM":
                resident = max(resident, int(rest.split()[0]))
        time.sleep(0.002)
    child.returncode = os.waitstatus_to_exitcode(ended[1])
    if child.returncode:
        sys.exit(f"bench: exit {child.returncode}: {words}")
    return ended[2].ru_utime + ended[2].ru_stime, own / 1024, resident / 1024


def web(folder):
    """A plain server of a folder on loopback, in a thread."""
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass
    at = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=at.serve_forever, daemon=True).start()
    return at, f"http://127.0.0.1:{at.server_port}/"


def one_sync(node, url):
    """(CPU seconds of all, of step 8 alone: from verified bytes to a store that is in force, with its full text; own and resident MB)"""
    with tempfile.TemporaryFile("w+") as told:
        cpu, own, resident = watched(world.agent, "sync", "--store", node, "--from", url, "--quiet", "--verbose", "--lang", "en", told=told)
        told.seek(0)
        step = re.search(r"step 8 apply: done, (\d+) ms", told.read())
    return cpu, int(step[1]) / 1000, own, resident


LOAD = """ATTACH '{0}/tong.db' AS node;
PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;
BEGIN; CREATE TABLE record(id INTEGER PRIMARY KEY, layer TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL);
CREATE UNIQUE INDEX record_key ON record(layer, key);
CREATE VIRTUAL TABLE words USING fts5(text, tokenize='trigram', content='');
INSERT INTO record SELECT * FROM node.record ORDER BY id;
INSERT INTO words(rowid, text) SELECT id, body FROM record WHERE key GLOB 'item/*' OR key GLOB 'listing/*'; COMMIT;"""


def loading(node):
    """CPU seconds of the program sqlite3 for the same rows, with one index of keys and one of their text (trigram, FTS5)."""
    peer = node.with_name(node.name + ".peer")
    cpu = watched("sqlite3", peer, LOAD.format(node))[0]
    peer.unlink()
    return cpu


def work():
    """Memory of a sync over HTTP; CPU of applying and of all of it, against hashing the node's layers and unpacking them."""
    layers = TMP / "layers.bin"
    layers.write_bytes(b"".join(p.read_bytes() for p in sorted((TMP / "tree/zero").rglob("*")) if p.is_file()))
    run("zstd", "-q", "-f", "-12", layers, "-o", TMP / "layers.zst")
    for case in "new", "revision":
        at, url = web(world.www / ("tong-zero" if case == "new" else "tong-revision"))
        syncs, peers, loads = [], [], []
        for k in range(3):
            node = TMP / f"work-{case}-{k}"
            if case == "new":
                run(world.agent, "init", "--store", node, "--root", TMP / "keys/1.root.json", "--region", COUNTY)
            else:
                run("cp", "-r", TMP / "node", node)
            syncs.append(one_sync(node, url))
            peers.append(watched("sha256sum", layers)[0] + watched("zstd", "-q", "-d", "-f", TMP / "layers.zst", "-o", "/dev/null")[0])
            if case == "new":
                loads.append(loading(node))
            shutil.rmtree(node)
        at.shutdown()
        cpu, applying, own, resident = (statistics.median(s[i] for s in syncs) for i in range(4))
        peer = statistics.median(peers)
        row(f"{BARS[case][0]}: CPU of applying / sha256sum + zstd -d of the layers", f"{applying / peer:.1f} ({applying:.2f} s)", "<= 2",
            applying / peer <= 2)
        if loads:
            load = statistics.median(loads)
            row("  against sqlite3 loading the same rows, with full text", f"{applying / load:.2f} ({load:.2f} s)", "< 1",
                applying < load)
        row("  of the whole sync", f"{cpu / peer:.1f} ({cpu:.2f} s)", "shown", True)
        row("  peak memory, shared libraries with it", f"{resident:.1f} MB", "<= 16 MB", resident <= 16)
        row("  its own", f"{own:.1f} MB", "shown", True)


parts = (bytes_and_requests, seconds, waste, work)


def main():
    if not (os.environ.get("KEEP") and (TMP / "ready").exists()):
        shutil.rmtree(TMP, ignore_errors=True)
        world.www.mkdir(parents=True, exist_ok=True)
        world.make()
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=b",
            "-addext", "subjectAltName=IP:10.99.0.1", "-keyout", TMP / "tls.key", "-out", TMP / "tls.pem")
        for name, tls in ("node", False), ("node-tls", True):
            shutil.copytree(trial("tong", "new", tls=tls, keep=True)["at"] / "node", TMP / name)
        (TMP / "ready").touch()
    for old in TMP.glob("trial-*"):
        shutil.rmtree(old)
    for part in parts:
        if part.__name__ in sys.argv[1:] or len(sys.argv) == 1:
            part()
    if not os.environ.get("KEEP"):
        shutil.rmtree(TMP)
    finish("transport", figures={case: {who: {k: v for k, v in told.items() if k != "at"} if isinstance(told, dict) else told
                                      for who, told in of.items()} for case, of in figures.items()})


main()
