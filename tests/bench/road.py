#!/usr/bin/env python3
"""Measures the main road on this repository's own catalogue; prints one table and leaves build/bench/road.json.

Every figure that depends on the machine is a ratio to a peer measured in the same run (the median of several rounds, taken in turn).
A line says `ok` or `NOT` beside its bar.
"""
import http.client
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time

from results import O, ROOT, finish, row, tmp

TMP = tmp("road")
PUBLISH, AGENT = O / "tong-publish", O / "tong-agent"
REGION = "511602"
ITEM = "catalog-data/items/01/511A0020600003.md"


def run(*words, cwd=ROOT):
    """Runs to the end; returns (output, wall seconds, CPU seconds, peak MB)."""
    started = time.monotonic()
    child = subprocess.Popen([str(w) for w in words], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    out, err = b"", b""
    reader = threading.Thread(target=lambda: child.stderr.read())
    reader.start()
    out = child.stdout.read()
    _, status, use = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - started
    reader.join()
    if child.returncode:
        sys.exit(f"bench: exit {child.returncode}: {' '.join(map(str, words))}")
    return out.decode(), wall, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024


def commit(repo, text):
    git = ["git", "-C", repo, "-c", "user.name=bench", "-c", "user.email=bench@example.cn"]
    run(*git, "commit", "--quiet", "-am", text)


# ---- bytes ----

class Upstream:
    """The test server over the release folder."""

    def __init__(self, folder):
        self.child = subprocess.Popen([sys.executable, ROOT / "tests/lib/httpd.py", folder],
                                      stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.child.stdout.readline().strip()}/"

    def stop(self):
        self.child.terminate()
        self.child.wait()


def sync(url):
    return json.loads(run(AGENT, "sync", "--store", TMP / "node", "--from", url, "--json")[0])


def bytes_of_updates():
    repo, keys, release = TMP / "repo", TMP / "keys", TMP / "release"
    run("git", "clone", "--quiet", ROOT, repo)
    run(PUBLISH, "keys", "init", "--keys", keys)
    run(PUBLISH, "release", "--repo", repo, "--to", release, "--keys", keys, "--quiet")
    up = Upstream(release)
    run(AGENT, "init", "--store", TMP / "node", "--root", keys / "1.root.json", "--source", up.url,
        "--region", REGION)
    first = sync(up.url)
    total = first["bytes_down"] + first["bytes_up"]
    row("a new node, whole catalogue and county", f"{total / 1024:.0f} KB in {first['requests']}", "requests: shown", True)
    item = repo / ITEM
    item.write_text(item.read_text().replace("\nlimit_statutory:", '\nlimit_promised: {days: 10, unit: "1"}\nlimit_statutory:'))
    commit(repo, "one item")
    run(PUBLISH, "release", "--repo", repo, "--to", release, "--keys", keys, "--quiet")
    one = sync(up.url)
    total = one["bytes_down"] + one["bytes_up"]
    row("one item changed, all bytes over the wire", f"{total} B in {one['requests']}", "<= 8192 B, <= 5 requests",
        total <= 8192 and one["requests"] <= 5 and one["changed"])
    none = sync(up.url)
    row("nothing changed", f"{none['bytes_down'] + none['bytes_up']} B in {none['requests']}", "1 request",
        none["requests"] == 1)
    up.stop()


# ---- publishing ----

def publishing():
    walls, cpus, copies, copy_cpus, peak = [], [], [], [], 0
    for _ in range(5):
        for name in "site", "copy":
            shutil.rmtree(TMP / name, ignore_errors=True)
        _, wall, cpu, mb = run(PUBLISH, "site", "--out", TMP / "site", "--quiet")
        walls.append(wall)
        cpus.append(cpu)
        peak = max(peak, mb)
        _, wall, cpu, _ = run("cp", "-r", TMP / "site", TMP / "copy")
        copies.append(wall)
        copy_cpus.append(cpu)
    files = sum(len(f) for _, _, f in os.walk(TMP / "site"))
    wall, copy = statistics.median(walls), statistics.median(copies)
    row(f"publish the site, {files} files: time / cp -r of it", f"{wall / copy:.2f} ({wall:.2f} s / {copy:.2f} s)", "<= 3",
        wall <= 3 * copy)
    row("  the same in CPU time", f"{statistics.median(cpus) / statistics.median(copy_cpus):.2f}", "shown", True)
    row("peak memory of publishing", f"{peak:.0f} MB", "<= 256 MB", peak <= 256)
    _, wall, cpu, _ = run(PUBLISH, "site", "--out", TMP / "site", "--quiet")
    row("publish again with no change / cp -r", f"{wall / copy:.2f}", "shown", True)


# ---- serving ----

def cpu_of(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_of(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def family(pid):
    """A server and its children (nginx forks)."""
    kids = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [int(k) for k in kids]


def ask(port, paths, rounds, sizes=None):
    link = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(rounds):
        for p in paths:
            link.request("GET", p)
            answer = link.getresponse()
            body = answer.read()
            if answer.status != 200:
                sys.exit(f"bench: {p}: {answer.status}")
            if sizes is not None:
                sizes.append(len(body))


def wait_port(port):
    for _ in range(200):
        try:
            http.client.HTTPConnection("127.0.0.1", port).connect()
            return
        except OSError:
            time.sleep(0.02)
    sys.exit("bench: a server did not start")


def free_port():
    import socket
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start_nginx(folder):
    port = free_port()
    conf = TMP / "nginx.conf"
    conf.write_text(f"""worker_processes 1; pid {TMP}/nginx.pid; error_log /dev/null; daemon off;
user root;
events {{ worker_connections 256; }}
http {{ access_log off; sendfile on; keepalive_requests 1000000;
  types {{ text/html html; }} client_body_temp_path {TMP}/n1; proxy_temp_path {TMP}/n2;
  fastcgi_temp_path {TMP}/n3; uwsgi_temp_path {TMP}/n4; scgi_temp_path {TMP}/n5;
  server {{ listen 127.0.0.1:{port}; root {folder}; }} }}
""")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    child = subprocess.Popen([nginx, "-c", conf, "-p", TMP], stderr=subprocess.DEVNULL)
    wait_port(port)
    return child, port


def start_agent():
    port = free_port()
    child = subprocess.Popen([AGENT, "serve", "--store", TMP / "node", "--listen", f"127.0.0.1:{port}"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait_port(port)
    return child, port


def cost(child, port, paths, rounds):
    before = sum(cpu_of(p) for p in family(child.pid))
    ask(port, paths, rounds)
    return (sum(cpu_of(p) for p in family(child.pid)) - before) / (rounds * len(paths)) * 1e6


def serving():
    run(AGENT, "site", "--store", TMP / "node", "--out", TMP / "node-site", "--quiet")
    items = sorted((TMP / "node-site/regions" / REGION / "items").iterdir())
    leads_on = lambda i: 'http-equiv="refresh"' in (i / "index.html").read_text(encoding="utf-8")  # an alias: a node answers 301
    paths = [f"/regions/{REGION}/items/{i.name}/" for i in items if not leads_on(i)]
    agent, agent_port = start_agent()
    nginx, nginx_port = start_nginx(TMP / "node-site")
    sizes = []
    first = cost(agent, agent_port, paths, 1)
    ask(agent_port, ["/", f"/regions/{REGION}/", "/search/", "/data/search.json"], 1)
    ask(agent_port, paths[:50], 1, sizes)
    ours, theirs = [], []
    for _ in range(5):
        ours.append(cost(agent, agent_port, paths, 3))
        theirs.append(cost(nginx, nginx_port, paths, 3))
    our, their = statistics.median(ours), statistics.median(theirs)
    row(f"a page of the county ({statistics.mean(sizes) / 1024:.0f} KB, {len(paths)} pages): CPU / nginx from a file",
        f"{our / their:.2f} ({our:.0f} / {their:.0f} us)", "<= 3", our <= 3 * their)
    row("  its first rendering from the store", f"{first:.0f} us", "shown", True)
    mb = rss_of(agent.pid)
    row("resident memory while serving", f"{mb:.1f} MB", "<= 25 MB", mb <= 25)
    for child in agent, nginx:
        child.terminate()
        child.wait()


def main():
    shutil.rmtree(TMP, ignore_errors=True)
    TMP.mkdir(parents=True)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    bytes_of_updates()
    publishing()
    serving()
    finish("road")


main()
