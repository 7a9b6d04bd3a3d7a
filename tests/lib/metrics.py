"""Reads Prometheus' text format 0.0.4 strictly: read(text) gives {sample: value}, and raises ValueError on what is not quite it."""
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
SAMPLE = re.compile(rf'({NAME})(?:\{{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*",?)*)\}})? (\S+)')
KINDS = {"counter", "gauge", "summary", "histogram", "untyped"}


def family(name, kinds):
    for end in ("_sum", "_count", "_bucket"):
        base = name.removesuffix(end)
        if base != name and kinds.get(base) in ("summary", "histogram"):
            return base
    return name


def read(text):
    if not text.endswith("\n"):
        raise ValueError("the last line has no end")
    kinds, helps, samples, done, now = {}, set(), {}, set(), None
    for line in text.splitlines():
        meta = re.fullmatch(rf"# (HELP|TYPE) ({NAME}) (.+)", line)
        if meta:
            what, name, rest = meta.groups()
            if what == "HELP" and name in helps or what == "TYPE" and (name in kinds or rest not in KINDS or name in done):
                raise ValueError(line)
            helps.add(name) if what == "HELP" else kinds.__setitem__(name, rest)
            continue
        m = SAMPLE.fullmatch(line)
        if not m:
            raise ValueError(line)
        base = family(m[1], kinds)
        if base not in kinds or base not in helps or base in done and base != now:
            raise ValueError(f"{line}: without HELP and TYPE before it, or apart from its own")
        if kinds[base] == "counter" and not m[1].endswith("_total"):
            raise ValueError(f"{line}: a counter ends in _total")
        if line.rsplit(" ", 1)[0] in samples:
            raise ValueError(f"{line}: twice")
        samples[line.rsplit(" ", 1)[0]] = float(m[3])
        done.add(base)
        now = base
    if set(kinds) - done - {"tong_metadata_expires_timestamp_seconds", "tong_http_requests_total"}:
        raise ValueError(f"no samples of {set(kinds) - done}")
    return samples
