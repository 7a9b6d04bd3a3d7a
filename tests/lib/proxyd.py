#!/usr/bin/env python3
"""A small HTTP proxy on loopback for tests: CONNECT and absolute URLs, with a name and a password if told.

usage: proxyd.py [--auth NAME:PASSWORD] [--log FILE]      prints its port, then serves until it is killed

--log FILE line for each request:  METHOD TARGET STATUS
"""
import argparse
import base64
import socket
import socketserver
import sys
import threading
import urllib.parse


def pump(a, b):
    try:
        while (data := a.recv(65536)):
            b.sendall(data)
    except OSError:
        pass
    for s in a, b:
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Handler(socketserver.StreamRequestHandler):
    rbufsize = 0

    def read_head(self):
        lines = []
        while (line := self.rfile.readline(65536).rstrip(b"\r\n")):
            lines.append(line.decode("latin-1"))
        return lines

    def entitled(self, lines):
        want = self.server.auth and "proxy-authorization: basic " + self.server.auth
        return not want or any(l.lower()[:27] + l[27:] == want for l in lines)

    def say(self, method, target, status, text=""):
        with self.server.lock:
            self.server.log.write(f"{method} {target} {status}\n")
            self.server.log.flush()
        if text:
            self.request.sendall(text.encode())

    def handle(self):
        while (lines := self.read_head()):
            method, target, _ = lines[0].split()
            if not self.entitled(lines[1:]):
                self.say(method, target, 407, "HTTP/1.1 407 Who are you\r\nProxy-Authenticate: Basic realm=\"t\"\r\n"
                         "Content-Length: 0\r\n\r\n")
            elif method == "CONNECT":
                return self.tunnel(target)
            else:
                return self.forward(method, target, lines)

    def tunnel(self, target):
        host, _, port = target.rpartition(":")
        with socket.create_connection((host, int(port))) as there:
            self.say("CONNECT", target, 200, "HTTP/1.1 200 Go ahead\r\n\r\n")
            threading.Thread(target=pump, args=(there, self.request), daemon=True).start()
            pump(self.request, there)

    def forward(self, method, target, lines):
        url = urllib.parse.urlsplit(target)
        rest = [l for l in lines[1:] if not l.lower().startswith(("proxy-", "connection:"))]
        head = [f"{method} {url.path} HTTP/1.1", *rest, "Connection: close", "", ""]
        with socket.create_connection((url.hostname, url.port or 80)) as there:
            there.sendall("\r\n".join(head).encode("latin-1"))
            self.say(method, target, 200)
            pump(there, self.request)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def main():
    p = argparse.ArgumentParser(description="test proxy")
    p.add_argument("--auth")
    p.add_argument("--log", default="/dev/null")
    opt = p.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.auth = base64.b64encode(opt.auth.encode()).decode() if opt.auth else None
    server.log = open(opt.log, "a", encoding="utf-8")
    server.lock = threading.Lock()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
