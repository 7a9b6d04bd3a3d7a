#!/usr/bin/env python3
"""Measures the node's web server beside nginx in the same run; prints one table and leaves build/bench/serve.json.

A county of a synthetic province (tests/bench/province.py: 3,000 items, one region) is served by both: by the node from its store, by
nginx from the files that `tong-agent site` writes of that store. Both have one worker; wrk asks over 16 connections, in turns.
CPU is the time the scheduler gave to a server (nanoseconds, all its threads and children), so that other jobs on the machine count less.
"""
import gzip
import http.client
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time

from results import O, ROOT, finish, row, tmp

TMP = tmp("serve")
PUBLISH, AGENT = O / "tong-publish", O / "tong-agent"
ROUNDS, SECONDS, CONNECTIONS = 5, 2, 16
REGION = "510104"  # the province and its city come along
# What a browser offers over plain HTTP; behind TLS it offers br too.
GZIP, BR = {"Accept-Encoding": "gzip, deflate"}, {"Accept-Encoding": "gzip, deflate, br"}


def run(*words, cwd=ROOT):
    done = subprocess.run([str(w) for w in words], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        sys.exit(f"bench: exit {done.returncode}: {' '.join(map(str, words))}\n{done.stderr.decode()[-500:]}")
    return done.stdout.decode()


# ---- the two servers ----

def family(pid):
    kids = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid] + [int(k) for k in kids]


def cpu_of(child):
    """Seconds of CPU so far."""
    return sum(int(p.read_text().split()[0]) for pid in family(child.pid)
               for p in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def rss_of(child):
    for line in pathlib.Path(f"/proc/{child.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def answers(port, path):
    try:
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        link.request("GET", path)
        return link.getresponse().status == 200
    except OSError:
        return False


def wait_for(port, started, path):
    """Seconds from 'started' to the first whole answer."""
    while time.monotonic() < started + 20:
        if answers(port, path):
            return time.monotonic() - started
        time.sleep(0.001)
    sys.exit("bench: a server did not start")


def start_nginx(folder, path="/"):
    port, started = free_port(), time.monotonic()
    conf = TMP / "nginx.conf"
    conf.write_text(f"""worker_processes 1; pid {TMP}/nginx.pid; error_log /dev/null; daemon off;
user root;
events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  gzip_static on; types {{ text/html html; }} client_body_temp_path {TMP}/n1; proxy_temp_path {TMP}/n2;
  fastcgi_temp_path {TMP}/n3; uwsgi_temp_path {TMP}/n4; scgi_temp_path {TMP}/n5;
  server {{ listen 127.0.0.1:{port}; root {folder}; }} }}
""")
    child = subprocess.Popen([shutil.which("nginx") or "/usr/sbin/nginx", "-c", conf, "-p", TMP], stderr=subprocess.DEVNULL)
    return child, port, wait_for(port, started, path)


def start_agent(store, path="/"):
    port, started = free_port(), time.monotonic()
    child = subprocess.Popen([AGENT, "serve", "--store", store, "--listen", f"127.0.0.1:{port}"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return child, port, wait_for(port, started, path)


# ---- the load ----

LUA = """local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local i = 0
request = function() i = i %% #paths + 1; return wrk.format("GET", paths[i], {%s}) end
done = function(s, l) io.write(string.format("FIGURES %%d %%d %%d %%d %%d\\n", s.requests,
  s.errors.status + s.errors.read + s.errors.timeout, l:percentile(50), l:percentile(99), s.bytes)) end
"""


def load(child, port, seconds, headers=""):
    """(requests per CPU-second of the server, median and 99th percentile of the latency in microseconds)"""
    script = TMP / "wrk.lua"
    script.write_text(LUA % (TMP / "paths", headers))
    before = cpu_of(child)
    out = run("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script, f"http://127.0.0.1:{port}")
    used = cpu_of(child) - before
    n, bad, mid, late, _ = map(int, next(l for l in out.splitlines() if l.startswith("FIGURES")).split()[1:])
    if bad:
        sys.exit(f"bench: {bad} requests failed")
    return n / used, mid, late


def beside_nginx(name, ours, theirs, headers="", bar=1.4):
    a, b = [], []
    for _ in range(ROUNDS):
        a.append(load(*ours, SECONDS, headers))
        b.append(load(*theirs, SECONDS, headers))
    our, their = (statistics.median(x[0] for x in s) for s in (a, b))
    row(f"{name}: requests per CPU-second / nginx", f"{our / their:.2f} ({our / 1000:.0f}k / {their / 1000:.0f}k)", f">= {bar}",
        our >= bar * their)
    late, theirs_late = (statistics.median(x[2] for x in s) for s in (a, b))
    row("  99 of 100 requests within / nginx", f"{late / theirs_late:.2f} ({late:.0f} / {theirs_late:.0f} us)", "<= 2",
        late <= 2 * theirs_late)


def ask(port, paths, headers=None):
    link = http.client.HTTPConnection("127.0.0.1", port)
    for path in paths:
        link.request("GET", path, headers=headers or {})
        answer = link.getresponse()
        answer.read()
        if answer.status != 200:
            sys.exit(f"bench: {path}: {answer.status}")


def stop(child):
    child.terminate()
    child.wait()


# ---- what is measured ----

def node():
    """A node of one region of a synthetic province; its store and the folder of its pages, beside each the same compressed."""
    run(sys.executable, ROOT / "tests/bench/province.py", TMP / "province", "--items", "3000", "--regions", "30", "--git", "1")
    run(PUBLISH, "keys", "init", "--keys", TMP / "keys", "--quiet")
    run(PUBLISH, "release", "--repo", TMP / "province", "--path", "", "--site", ROOT / "site", "--to", TMP / "release", "--keys", TMP / "keys",
        "--quiet")
    run(AGENT, "init", "--store", TMP / "node", "--root", TMP / "keys/1.root.json", "--source", TMP / "release", "--region", REGION)
    run(AGENT, "sync", "--store", TMP / "node", "--quiet")
    run(AGENT, "site", "--store", TMP / "node", "--out", TMP / "site", "--quiet")
    guides = sorted((TMP / "site/regions" / REGION / "items").glob("*/index.html"))
    for g in guides:
        g.with_name("index.html.gz").write_bytes(gzip.compress(g.read_bytes(), 6))
    paths = [f"/regions/{REGION}/items/{g.parent.name}/" for g in guides]
    random.Random(2017).shuffle(paths)
    return paths, sum(g.stat().st_size for g in guides) / len(guides)


def first_round(paths, headers):
    """Microseconds of CPU for each of these pages, of a server that has made none of them."""
    child, port, _ = start_agent(TMP / "node")
    ask(port, ["/"])
    before = cpu_of(child)
    ask(port, paths, headers)
    us = (cpu_of(child) - before) / len(paths) * 1e6
    stop(child)
    return us


def first_rendering(paths):
    for name, headers, bar in (("", {}, 300), (", compressed", GZIP, None), (", as br", BR, None)):
        us = statistics.median(first_round(paths, headers) for _ in range(5))
        row(f"a guide asked for the first time{name}: CPU", f"{us:.0f} us", f"<= {bar} us" if bar else "shown", not bar or us <= bar)


def starting(guide):
    took, theirs = [], []
    for _ in range(9):
        child, _, seconds = start_agent(TMP / "node", guide)
        took.append(seconds * 1e3)
        stop(child)
        child, _, seconds = start_nginx(TMP / "site", guide)
        theirs.append(seconds * 1e3)
        stop(child)
    ms = statistics.median(took)
    row("from the start to the first guide", f"{ms:.0f} ms (nginx {statistics.median(theirs):.0f} ms)", "<= 50 ms", ms <= 50)


def idle():
    child, port, _ = start_agent(TMP / "node")
    held = [socket.create_connection(("127.0.0.1", port)) for _ in range(10)]
    used = []
    for _ in range(2):
        time.sleep(1)
        before = cpu_of(child)
        time.sleep(5)
        used.append((cpu_of(child) - before) / 5 * 1e6)
        for s in held:
            s.close()
    row("CPU while nobody asks", f"{used[1]:.0f} us a second ({used[0]:.0f} with 10 connections)", "<= 100", max(used) <= 100)
    stop(child)


def ended(pid):
    """Seconds of CPU of children that came to their end and were waited for."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def pss_of(child):
    """Megabytes of a process and its children; what they share is counted once."""
    lines = "".join(pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in family(child.pid)).splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def left_alone():
    """`run`, which also looks at pages of the store each minute, makes all pages once a day, and wakes children."""
    port = free_port()
    child = subprocess.Popen([AGENT, "run", "--store", TMP / "node", "--listen", f"127.0.0.1:{port}"], stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
    wait_for(port, time.monotonic(), "/")
    began = time.monotonic()
    while "pages" not in (json.loads(subprocess.run([AGENT, "status", "--store", TMP / "node", "--json"], stdout=subprocess.PIPE).stdout)["node"]):
        if time.monotonic() > began + 600:
            sys.exit("bench: run did not make its pages")
        time.sleep(2)
    row("run makes every page, once a day, in the background", f"{ended(child.pid):.1f} s of CPU in {time.monotonic() - began:.0f} s", "shown", True)
    time.sleep(2)
    before = cpu_of(child) + ended(child.pid)
    time.sleep(62)
    us = (cpu_of(child) + ended(child.pid) - before) / 62 * 1e6
    row("  CPU otherwise, a look at the store's pages included", f"{us:.0f} us a second", "<= 1000", us <= 1000)
    before, times = cpu_of(child) + ended(child.pid), 20
    for _ in range(times):
        child.send_signal(signal.SIGHUP)
        time.sleep(1)
    ms = (cpu_of(child) + ended(child.pid) - before) / times * 1e3
    row("  a sync that finds nothing new, once an hour", f"{ms:.0f} ms of CPU", "<= 100 ms", ms <= 100)
    mb = pss_of(child)
    row("  memory of all its processes", f"{mb:.1f} MB", "<= 25 MB", mb <= 25)
    stop(child)


def main():
    shutil.rmtree(TMP, ignore_errors=True)
    TMP.mkdir(parents=True)
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    paths, size = node()
    starting(paths[0])
    idle()
    left_alone()
    first_rendering(paths)
    agent, nginx = start_agent(TMP / "node"), start_nginx(TMP / "site")
    (TMP / "paths").write_text("\n".join(paths) + "\n")
    ask(agent[1], paths, GZIP)
    beside_nginx(f"{len(paths)} guides as gzip", agent[:2], nginx[:2], '["Accept-Encoding"]="gzip, deflate"')
    few = paths[:400]
    (TMP / "paths").write_text("\n".join(few) + "\n")
    ask(agent[1], few)
    beside_nginx(f"{len(few)} guides of {size / 1024:.0f} KB, plain", agent[:2], nginx[:2])
    ask(agent[1], [f"/regions/{REGION}/", "/search/", "/data/search.json", "/api/v1/search?q=spjy", "/stats/", "/open-data/"])
    mb = rss_of(agent[0])
    row("resident memory, after all that and a search", f"{mb:.1f} MB", "<= 25 MB", mb <= 25)
    stop(agent[0])
    stop(nginx[0])
    finish("serve")


main()
