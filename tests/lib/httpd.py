#!/usr/bin/env python3
"""A small static HTTP/1.1 file server on loopback that counts bytes and can be made to misbehave.

usage: httpd.py [options] DIR      prints its port, then serves until it is killed

Keep-alive, HEAD, ETag with If-None-Match, one byte range with If-Range, Last-Modified.
--log FILE line for each request:  METHOD PATH STATUS BYTES   (BYTES as sent, headers included)
"""
import argparse
import email.utils
import fnmatch
import gzip
import hashlib
import os
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".css": "text/css",
         ".js": "text/javascript", ".xml": "application/xml", ".svg": "image/svg+xml",
         ".txt": "text/plain; charset=utf-8"}
WORDS = {200: "OK", 206: "Partial Content", 301: "Moved Permanently", 302: "Found", 304: "Not Modified",
         400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
         416: "Range Not Satisfiable", 429: "Too Many Requests", 500: "Internal Server Error",
         503: "Service Unavailable"}


def arguments():
    p = argparse.ArgumentParser(description="static test server")
    p.add_argument("dir")
    p.add_argument("--port", type=int, default=0)
    p.add_argument("--log", help="append a line for each request")
    p.add_argument("--cut-after", type=int, metavar="N", help="close the connection after N body bytes")
    p.add_argument("--cut-once", action="store_true", help="only the first long enough answer is cut")
    p.add_argument("--cut-path", default="*", metavar="GLOB", help="cut only these paths")
    p.add_argument("--delay", type=float, default=0, metavar="S", help="wait before each answer")
    p.add_argument("--rate", type=int, default=0, metavar="B", help="body bytes a second")
    p.add_argument("--fail", action="append", default=[], metavar="GLOB:STATUS[:TIMES]",
                   help="answer paths like this with STATUS (at most TIMES times)")
    p.add_argument("--redirect", action="append", default=[], metavar="GLOB=URL", help="302 to URL plus path")
    p.add_argument("--no-range", action="store_true", help="ignore Range, as simple servers do")
    p.add_argument("--no-etag", action="store_true", help="no ETag, no Last-Modified")
    p.add_argument("--portal", action="store_true", help="every answer is a log-in page")
    p.add_argument("--skew", type=int, default=0, metavar="S", help="the clock of the Date header is so far ahead")
    p.add_argument("--pack", choices=("gzip", "zstd"), help="send .json packed to those who take it")
    p.add_argument("--pack-all", action="store_true", help="pack every file, asked for or not")
    p.add_argument("--bomb", metavar="GLOB", help="these paths are 1 GiB of blanks, packed with gzip")
    p.add_argument("--drip", metavar="GLOB", help="the head of these answers comes a byte a second")
    p.add_argument("--tls", metavar="PEM", help="HTTPS with this certificate and key")
    p.add_argument("--tls-most", choices=("1.1", "1.2", "1.3"), help="the newest version of TLS that it speaks")
    p.add_argument("--clients", metavar="PEM", help="ask clients for a certificate of this authority")
    p.add_argument("--endless", metavar="GLOB", help="these paths never end (chunked zeros)")
    return p.parse_args()


def bomb():
    return gzip.compress(b" " * (1 << 20), mtime=0) * 1024


PACK = {"gzip": lambda b: gzip.compress(b, mtime=0),
        "zstd": lambda b: subprocess.run(["zstd", "-q", "-c"], input=b, stdout=subprocess.PIPE, check=True).stdout}


class State:
    """What all connections share."""

    def __init__(self, opt):
        self.opt = opt
        self.root = os.path.realpath(opt.dir)
        self.lock = threading.Lock()
        self.cuts_left = 1 if opt.cut_once else -1
        self.fails = []
        for f in opt.fail:
            pattern, status, *times = f.rsplit(":", 2) if f.count(":") > 1 else f.rsplit(":", 1)
            self.fails.append([pattern, int(status), int(times[0]) if times else -1])

    def log(self, method, path, status, sent):
        if self.opt.log:
            with self.lock, open(self.opt.log, "a", encoding="utf-8") as f:
                f.write(f"{method} {path} {status} {sent}\n")

    def failure(self, path):
        with self.lock:
            for f in self.fails:
                if fnmatch.fnmatch(path, f[0]) and f[2] != 0:
                    f[2] -= 1
                    return f[1]
        return None

    def cut(self, path, length):
        """How many body bytes to send before closing, or None."""
        n = self.opt.cut_after
        with self.lock:
            if n is None or n >= length or self.cuts_left == 0 or not fnmatch.fnmatch(path, self.opt.cut_path):
                return None
            self.cuts_left -= 1
            return n


def byte_range(text, size):
    """(first, last) of a single-range header; None: ignore it; False: cannot be satisfied."""
    unit, _, spec = text.partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip() != "bytes" or not dash or "," in spec:
        return None
    try:
        if first == "":
            return (max(0, size - int(last)), size - 1) if int(last) and size else False
        a, b = int(first), min(int(last), size - 1) if last else size - 1
    except ValueError:
        return None
    return (a, b) if a <= b and a < size else False


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    wbufsize = 0

    def handle(self):
        try:
            while self.request_one():
                pass
        except (ConnectionError, TimeoutError):
            pass

    def request_one(self):
        words = self.rfile.readline(65536).split()
        if len(words) != 3:
            return False
        self.method, self.target = words[0].decode(), words[1].decode("latin-1")
        self.head = {}
        while (line := self.rfile.readline(65536).strip()):
            name, _, value = line.decode("latin-1").partition(":")
            self.head[name.strip().lower()] = value.strip()
        body = int(self.head.get("content-length", "0") or 0)
        while body > 0 and (got := self.rfile.read(min(body, 65536))):
            body -= len(got)
        self.path = urllib.parse.unquote(self.target.split("?")[0])
        time.sleep(self.server.state.opt.delay)
        status, sent, keep = self.answer()
        self.server.state.log(self.method, self.target, status, sent)
        return keep and self.head.get("connection", "").lower() != "close"

    def answer(self):
        state = self.server.state
        status = state.failure(self.path)
        if status:
            return self.send(status, [("Retry-After", "1")] if status == 503 else [], b"")
        if state.opt.portal:
            return self.send(200, [("Content-Type", "text/html")], b"<!DOCTYPE html><title>Log in</title>")
        for rule in state.opt.redirect:
            pattern, _, url = rule.partition("=")
            if fnmatch.fnmatch(self.path, pattern):
                return self.send(302, [("Location", url + self.path)], b"")
        if self.method not in ("GET", "HEAD"):
            return self.send(405, [("Allow", "GET, HEAD")], b"")
        if state.opt.endless and fnmatch.fnmatch(self.path, state.opt.endless):
            return self.send_endless()
        if state.opt.bomb and fnmatch.fnmatch(self.path, state.opt.bomb):
            return self.send(200, [("Content-Encoding", "gzip")], bomb())
        return self.send_file()

    def find(self):
        full = os.path.realpath(self.server.state.root + "/" + self.path)
        if os.path.isdir(full):
            full = os.path.join(full, "index.html")
        inside = full.startswith(self.server.state.root + os.sep)
        return full if inside and os.path.isfile(full) else None

    def send_file(self):
        opt, full = self.server.state.opt, self.find()
        if not full:
            return self.send(404, [], b"not found\n")
        with open(full, "rb") as f:
            data = f.read()
            mtime = os.fstat(f.fileno()).st_mtime
        etag = '"' + hashlib.sha256(data).hexdigest()[:16] + '"'
        date = email.utils.formatdate(int(mtime), usegmt=True)
        headers = [("Content-Type", TYPES.get(os.path.splitext(full)[1], "application/octet-stream"))]
        if not opt.no_etag:
            headers += [("ETag", etag), ("Last-Modified", date)]
            seen = [t.strip() for t in self.head.get("if-none-match", "").split(",")]
            if etag in seen or "*" in seen or (seen == [""] and self.head.get("if-modified-since") == date):
                return self.send(304, headers, b"")
        status = 200
        if not opt.no_range:
            headers.append(("Accept-Ranges", "bytes"))
            if "range" in self.head and self.head.get("if-range", etag) in (etag, date):
                part = byte_range(self.head["range"], len(data))
                if part is False:
                    return self.send(416, [("Content-Range", f"bytes */{len(data)}")], b"")
                if part:
                    headers.append(("Content-Range", f"bytes {part[0]}-{part[1]}/{len(data)}"))
                    status, data = 206, data[part[0]:part[1] + 1]
        if status == 200 and (opt.pack_all or (opt.pack and full.endswith(".json") and
                                               opt.pack in self.head.get("accept-encoding", ""))):
            headers += [("Content-Encoding", opt.pack or "gzip"), ("Vary", "Accept-Encoding")]
            data = PACK[opt.pack or "gzip"](data)
        return self.send(status, headers, data)

    def send(self, status, headers, body):
        """Sends an answer; returns (status, bytes sent, may the connection go on)."""
        lines = [f"HTTP/1.1 {status} {WORDS.get(status, 'Status')}"]
        lines.append("Date: " + email.utils.formatdate(time.time() + self.server.state.opt.skew, usegmt=True))
        lines += [f"{k}: {v}" for k, v in headers]
        if status != 304:
            lines.append(f"Content-Length: {len(body)}")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
        if self.method == "HEAD" or status == 304:
            body = b""
        if self.server.state.opt.drip and fnmatch.fnmatch(self.path, self.server.state.opt.drip):
            for i in range(len(head)):
                self.request.sendall(head[i:i + 1])
                time.sleep(1)
        cut = self.server.state.cut(self.path, len(body))
        if cut is not None:
            body = body[:cut]
        if self.server.state.opt.rate:
            self.request.sendall(head)
            self.send_slowly(body)
        else:
            self.request.sendall(head + body)
        return status, len(head) + len(body), cut is None

    def send_slowly(self, body):
        step = max(1, self.server.state.opt.rate // 20)
        for i in range(0, len(body), step):
            self.request.sendall(body[i:i + step])
            time.sleep(step / self.server.state.opt.rate)

    def send_endless(self):
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunk = b"10000\r\n" + bytes(65536) + b"\r\n"
        sent = len(head)
        try:
            self.request.sendall(head)
            while sent < 1 << 32:
                self.request.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass
        return 200, sent, False


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64
    tls = None

    def finish_request(self, request, client_address):
        """In the connection's own thread, so that a slow handshake holds up nobody else."""
        if self.tls:
            try:
                request = self.tls.wrap_socket(request, server_side=True)
            except OSError as e:
                self.state.log("TLS", type(e).__name__, getattr(e, "reason", None) or "-", 0)
                return
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def main():
    opt = arguments()
    server = Server(("127.0.0.1", opt.port), Handler)
    server.state = State(opt)
    if opt.tls:
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.tls.load_cert_chain(opt.tls)
        if opt.tls_most:
            server.tls.set_ciphers("ALL:@SECLEVEL=0")  # OpenSSL knows TLS 1.1 no more above level 0
            server.tls.minimum_version = ssl.TLSVersion.TLSv1
            server.tls.maximum_version = getattr(ssl.TLSVersion, "TLSv" + opt.tls_most.replace(".", "_"))
        if opt.clients:
            server.tls.verify_mode = ssl.CERT_REQUIRED
            server.tls.load_verify_locations(opt.clients)
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
