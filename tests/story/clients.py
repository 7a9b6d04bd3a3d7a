"""The story of hostile clients: clients.py HOST PORT PID. Prints what was tried; exits 1 with what was not as wanted."""
import pathlib
import socket
import sys
import threading
import time
import urllib.request

host, port, pid = sys.argv[1], int(sys.argv[2]), sys.argv[3]
HALL, OTHER = "10.78.0.2", "10.78.0.3"
faults = []


def want(what, good):
    print("ok" if good else "NOT", what, flush=True)
    if not good:
        faults.append(what)


def connect(source=HALL, timeout=10, window=None):
    s = socket.socket()
    if window:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    s.settimeout(timeout)
    s.bind((source, 0))
    s.connect((host, port))
    return s


def say(data, source=HALL, patience=5):
    """What comes back, until the server ends it or is silent for so many seconds. Who is refused before he has said all still listens."""
    s = connect(source, patience)
    out = b""
    try:
        s.sendall(data)
    except OSError:
        pass
    try:
        while True:
            part = s.recv(65536)
            if not part:
                break
            out += part
    except OSError:
        pass
    s.close()
    return out


def status(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def files():
    return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))


def resident():
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def metric(name):
    text = urllib.request.urlopen(f"http://{host}:{port}/metrics", timeout=10).read().decode()
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith(name + " ")))


# ---- requests that are none ----

HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
END = b"Connection: close\r\n\r\n"
big = b"x" * 20000
for name, data, wanted in (
        ("a head over 16 KB", HEAD + b"A: " + big + b"\r\n" + END, {431}),
        ("an address over 16 KB", b"GET /" + big + b" HTTP/1.1\r\nHost: x\r\n" + END, {414}),
        ("ten thousand headers", HEAD + b"".join(b"A%d: 1\r\n" % i for i in range(10000)) + END, {431}),
        ("no host", b"GET /healthz HTTP/1.1\r\n" + END, {400}),
        ("two lengths", b"POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 50\r\n" + END + b"hello", {400, 405}),
        ("a length below nothing", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n" + END, {400}),
        ("a length beyond all", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n" + END, {400, 413}),
        ("a body of ten gigabytes", b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000000\r\n\r\nx", {405}),
        ("a body with GET", b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx", {413}),
        ("pieces without end", b"GET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nx", {413}),
        ("a method nobody knows", b"BREW / HTTP/1.1\r\nHost: x\r\n" + END, {405}),
        ("another protocol's version", b"GET / HTTP/7.3\r\nHost: x\r\n" + END, {400, 505}),
        ("the asterisk", b"GET * HTTP/1.1\r\nHost: x\r\n" + END, {400, 404}),
        ("a way up", b"GET /../../../etc/passwd HTTP/1.1\r\nHost: x\r\n" + END, {404}),
        ("a hidden way up", b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n" + END, {404}),
        ("a way up in the repository", b"GET /repository/../tong.db HTTP/1.1\r\nHost: x\r\n" + END, {404}),
        ("a NUL", b"GET /items/%00 HTTP/1.1\r\nHost: x\r\n" + END, {400, 404}),
        ("a header in an address", b"GET /items%0d%0aSet-Cookie:%20a=b HTTP/1.1\r\nHost: x\r\n" + END, {404}),
        ("bytes that are no UTF-8", b"GET /%ff%fe/ HTTP/1.1\r\nHost: x\r\n" + END, {404}),
):
    answer = say(data)
    want(f"{name}: {status(answer)}", status(answer) in wanted and b"Set-Cookie" not in answer.split(b"\r\n\r\n")[0])
for name, data in (("noise", bytes(range(256)) * 20), ("TLS to plain HTTP", bytes.fromhex("160301020001") + big), ("nothing", b"")):
    say(data)
    want(f"{name}: others are served", status(say(HEAD + END)) == 200)
answers = say((HEAD + b"\r\n") * 50 + HEAD + END)
want("51 requests at once, one after the other", answers.count(b"HTTP/1.1 200") == 51)

# ---- many ----

held = []
for _ in range(120):
    try:
        held.append(connect(timeout=5))
    except OSError:
        pass


def is_open(s):
    s.settimeout(0.01)
    try:
        return s.recv(1) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


time.sleep(0.5)
stay = sum(map(is_open, held))
want(f"of 120 connections from one address 64 stay: {stay}", stay == 64)
started = time.monotonic()
want(f"another address is served at once", status(say(HEAD + END, OTHER)) == 200 and time.monotonic() - started < 10)
for s in held:
    s.close()

# ---- those who go on after they were refused ----

def settle(seconds):
    """Waits until nobody but the one who asks is there; how long that took."""
    started = time.monotonic()
    while metric("tong_http_connections") > 1 and time.monotonic() < started + seconds:
        time.sleep(0.2)
    return time.monotonic() - started


settle(10)
before = files()
deaf = [connect() for _ in range(50)]
for s in deaf:
    s.sendall(HEAD + b"A: " + big)
began = time.monotonic()
settle(3)
kept = files() - before
want(f"of 50 who are refused some are heard out: {kept}", 0 < kept < 40)
while time.monotonic() < began + 12 and files() > before:
    for s in deaf:
        try:
            s.send(b"x")
        except OSError:
            pass
    time.sleep(0.2)
took = time.monotonic() - began
want(f"and left alone after {took:.0f} s", files() <= before and 3 < took < 12)
for s in deaf:
    s.close()

# ---- slow ones, all at the same time ----

late = metric("tong_http_connections_late_total")
ended = {}


def trickle(name, first, piece, source=HALL):
    """Says a byte every 2 seconds, until the server has enough."""
    s = connect(source)
    started = time.monotonic()
    try:
        s.sendall(first)
        while time.monotonic() < started + 60:
            s.sendall(piece)
            s.settimeout(2)
            try:
                if s.recv(4096) == b"":
                    break
            except TimeoutError:
                pass
    except OSError:
        pass
    ended.setdefault(name, []).append(time.monotonic() - started)
    s.close()


threads = [threading.Thread(target=trickle, args=("a head that never ends", b"GET /healthz HTTP/1.1\r\n", b"A"))
           for _ in range(40)]
threads += [threading.Thread(target=trickle, args=("nothing but line ends", b"\r\n", b"\r\n")) for _ in range(8)]
began = time.monotonic()
for t in threads:
    t.start()
thirsty = [connect(window=4096) for _ in range(8)]  # ask for a large file, and take nothing of it
for s in thirsty:
    s.sendall(b"GET /data/regions.ndjson HTTP/1.1\r\nHost: x\r\n\r\n")
slowest, n = 0, 0
while any(t.is_alive() for t in threads):
    started = time.monotonic()
    good = status(say(b"GET /regions/ HTTP/1.1\r\nHost: x\r\n" + END, OTHER, 10)) == 200
    slowest = max(slowest, time.monotonic() - started)
    n += 1
    if not good:
        want("others are served meanwhile", False)
    time.sleep(0.05)
want(f"{n} others were served meanwhile, the slowest in {slowest:.2f} s", n > 100 and slowest < 10)
for name, times in ended.items():
    want(f"{name}: {len(times)} were ended, the last after {max(times):.0f} s", max(times) < 40)
want("which is counted", metric("tong_http_connections_late_total") >= late + 40)
settle(began + 60 - time.monotonic())
took = time.monotonic() - began
want(f"who takes nothing was left alone after {took:.0f} s", took < 45)
for s in thirsty:
    s.close()
want(f"memory: {resident()} MB", resident() <= 40)
for what in faults:
    print("not as wanted:", what)
sys.exit(bool(faults))
