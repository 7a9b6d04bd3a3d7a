"""Holds the answers of a server to its OpenAPI 3.1 description: the status, the headers and the body of each (python3-jsonschema)."""
import gzip
import http.client
import json
import re

import jsonschema


class Described:
    def __init__(self, url, doc):
        self.doc = doc
        self.link = http.client.HTTPConnection(url.split("//")[1], timeout=60)
        self.resolver = jsonschema.RefResolver.from_schema(doc)
        self.seen = {}  # (path, method) -> set of statuses
        self.faults = []
        for name, schema in doc["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)

    def follow(self, node):
        while isinstance(node, dict) and "$ref" in node:
            node = self.resolver.resolve(node["$ref"])[1]
        return node

    def template(self, path):
        """The description's path for this one: the most literal that fits."""
        fits = [t for t in self.doc["paths"] if re.fullmatch(re.sub(r"\\{[^}]*\\}", "[^/]+" if not t.startswith("/repository") else ".+",
                                                                     re.escape(t)), path)]
        return min(fits, key=lambda t: t.count("{"), default=None)

    def wrong(self, what, schema, value):
        for e in jsonschema.Draft202012Validator(schema, resolver=self.resolver).iter_errors(value):
            self.faults.append(f"{what}: {'/'.join(map(str, e.path))}: {e.message[:300]}")

    def ask(self, path, method="GET", headers=None, body=None):
        """Asks and checks; (status, headers, body in the plain)."""
        self.link.request(method, path, body, headers or {})
        a = self.link.getresponse()
        raw = a.read()
        if a.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        self.check(path, method, a, raw)
        return a.status, a.headers, raw

    def check(self, path, method, a, raw):
        what = f"{method} {path[:90]}: {a.status}"
        template = self.template(path.split("?")[0])
        operation = self.doc["paths"].get(template, {}).get("get" if method == "HEAD" else method.lower())
        if operation is None:
            self.faults.append(f"{what}: not described")
            return
        self.seen.setdefault((template, method), set()).add(a.status)
        said = operation["responses"].get(str(a.status))
        if said is None:
            self.faults.append(f"{what}: this status is not described: {raw[:200]}")
            return
        said = self.follow(said)
        for name, header in said.get("headers", {}).items():
            value, header = a.headers.get(name), self.follow(header)
            if value is not None:
                self.wrong(f"{what}: header {name}", header["schema"], value)
            elif header.get("required"):
                self.faults.append(f"{what}: no header {name}")
        self.check_body(what, method, said.get("content"), a, raw)

    def check_body(self, what, method, content, a, raw):
        kind = a.headers.get("Content-Type")
        if content is None:
            if raw:
                self.faults.append(f"{what}: a body that is not described")
            return
        if kind not in content:
            self.faults.append(f"{what}: type {kind}, wanted one of {list(content)}")
            return
        if method == "HEAD":
            if raw:
                self.faults.append(f"{what}: HEAD has a body")
            return
        if kind.startswith("application/octet-stream"):
            return
        value = json.loads(raw) if "json" in kind and a.status != 206 else raw.decode()
        self.wrong(what, content[kind].get("schema", {}), value)

    def never_seen(self, but=()):
        """What is described and was never answered; what can be posted is another story (tests/story/feedback.sh)."""
        return [f"{method.upper()} {path} {status}" for path, item in self.doc["paths"].items() for method, op in item.items()
                if method != "post" for status in op["responses"] if int(status) not in self.seen.get((path, method.upper()), ()) and
                int(status) not in but]
