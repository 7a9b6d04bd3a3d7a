#!/usr/bin/env python3
"""Repositories over HTTP on loopback, as nginx and fcgiwrap serve them with git-http-backend.

usage: githttpd.py [--login] ROOT PORT_FILE      writes its port to PORT_FILE, then serves until it is killed

With --login a name is asked for (any password will do) and given to hooks as REMOTE_USER.
"""
import base64
import http.server
import os
import subprocess
import sys

LOGIN = "--login" in sys.argv
ROOT, PORT_FILE = [a for a in sys.argv[1:] if a != "--login"]
BACKEND = os.path.join(subprocess.check_output(["git", "--exec-path"], text=True).strip(), "git-http-backend")


class Handler(http.server.BaseHTTPRequestHandler):
    def user(self):
        word = (self.headers.get("Authorization") or " ").split(" ", 1)[1]
        return base64.b64decode(word or b"").decode().split(":")[0]

    def body(self):
        if (self.headers.get("Transfer-Encoding") or "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def answer(self):
        path, _, query = self.path.partition("?")
        user, body = self.user(), self.body()
        if LOGIN and not user:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="x"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        env = {**os.environ, "GIT_PROJECT_ROOT": ROOT, "GIT_HTTP_EXPORT_ALL": "", "PATH_INFO": path, "QUERY_STRING": query,
               "REQUEST_METHOD": self.command, "CONTENT_TYPE": self.headers.get("Content-Type") or "", "REMOTE_USER": user,
               "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding") or "", "CONTENT_LENGTH": str(len(body))}
        head, _, out = subprocess.run([BACKEND], input=body, env=env, stdout=subprocess.PIPE).stdout.partition(b"\r\n\r\n")
        lines = [line.split(": ", 1) for line in head.decode().split("\r\n")]
        self.send_response(next((int(v[:3]) for k, v in lines if k == "Status"), 200))
        for k, v in lines:
            if k != "Status":
                self.send_header(k, v)
        self.send_header("Content-Length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    do_GET = do_POST = answer

    def log_message(self, *words):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(PORT_FILE, "w") as f:
    f.write(str(server.server_address[1]))
server.serve_forever()
