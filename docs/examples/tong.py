#!/usr/bin/env python3
"""libtong-agent from Python, by ctypes alone.

    tong.py STORE WORDS [REGION]

As a module:

    with Agent("/var/lib/tong/store") as agent:
        for hit in agent.search("身份证")["hits"]:
            print(hit["code"], hit["name"])

One Agent is used by one thread at a time; every thread may have its own, on the same store.
"""
import ctypes
import ctypes.util
import json
import os
import sys

LOG = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_char_p)


class Options(ctypes.Structure):
    """The first members only: the library takes what is not there as not set."""
    _fields_ = [("size", ctypes.c_size_t), ("user", ctypes.c_void_p), ("now", ctypes.c_void_p), ("log", LOG),
                ("progress", ctypes.c_void_p), ("read_only", ctypes.c_uint64)]


class Error(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int), ("cause", ctypes.c_int), ("subject", ctypes.c_char * 160), ("message", ctypes.c_char * 352)]


class TongError(Exception):
    def __init__(self, err):
        self.code = err.code
        self.name = _lib.tong_code_name(err.code).decode()
        super().__init__(f"{self.name}: {err.subject.decode()}: {err.message.decode()}")


_lib = ctypes.CDLL(os.environ.get("LIBTONG_AGENT") or ctypes.util.find_library("tong-agent") or "libtong-agent.so.0")
_lib.tong_code_name.restype = ctypes.c_char_p
_lib.tong_code_name.argtypes = [ctypes.c_int]
_lib.tong_agent_free.argtypes = [ctypes.c_void_p]
_lib.tong_agent_close.argtypes = [ctypes.c_void_p]
_lib.tong_agent_open.argtypes = [ctypes.POINTER(ctypes.c_void_p), ctypes.c_char_p, ctypes.POINTER(Options), ctypes.POINTER(Error)]
_lib.tong_agent_sync.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.POINTER(Error)]
_lib.tong_agent_page.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(ctypes.c_size_t),
                                 ctypes.POINTER(ctypes.c_char_p), ctypes.POINTER(Error)]
for _name, _asked in (("status", []), ("show", [ctypes.c_char_p] * 2), ("history", [ctypes.c_char_p]),
                      ("search", [ctypes.c_char_p, ctypes.c_char_p, ctypes.c_size_t])):
    getattr(_lib, "tong_agent_" + _name).argtypes = [ctypes.c_void_p, *_asked, ctypes.POINTER(ctypes.c_void_p), ctypes.POINTER(Error)]


def _text(value):
    return None if value is None else value.encode()


class Agent:
    """A store, opened. `log` is called with a level (0 error to 3 debug) and a text."""

    def __init__(self, store, read_only=True, log=None):
        self._agent = ctypes.c_void_p()
        self._log = LOG(lambda _user, level, text: log(level, text.decode()) if log else None)
        options = Options(size=ctypes.sizeof(Options), log=self._log, read_only=read_only)
        self._do(_lib.tong_agent_open, ctypes.byref(self._agent), os.fsencode(store), ctypes.byref(options))

    def close(self):
        _lib.tong_agent_close(self._agent)
        self._agent = ctypes.c_void_p()

    def __enter__(self):
        return self

    def __exit__(self, *_why):
        self.close()

    def _do(self, function, *args):
        err = Error()
        if function(*args, ctypes.byref(err)):
            raise TongError(err)

    def _ask(self, name, *args):
        answer = ctypes.c_void_p()
        self._do(getattr(_lib, "tong_agent_" + name), self._agent, *args, ctypes.byref(answer))
        try:
            return json.loads(ctypes.string_at(answer))
        finally:
            _lib.tong_agent_free(answer)

    def status(self):
        return self._ask("status")

    def show(self, code, region=None):
        return self._ask("show", _text(code), _text(region))

    def history(self, code):
        return self._ask("history", _text(code))

    def search(self, words, region=None, limit=0):
        return self._ask("search", _text(words), _text(region), limit)

    def sync(self, source=None):
        self._do(_lib.tong_agent_sync, self._agent, _text(source), None)

    def page(self, url):
        """(bytes, media type) of a page of the site."""
        data, size, kind = ctypes.c_void_p(), ctypes.c_size_t(), ctypes.c_char_p()
        self._do(_lib.tong_agent_page, self._agent, _text(url), ctypes.byref(data), ctypes.byref(size), ctypes.byref(kind))
        try:
            return ctypes.string_at(data, size.value), kind.value.decode()
        finally:
            _lib.tong_agent_free(data)


def main(store, words, region=None):
    with Agent(store) as agent:
        print("release", agent.status()["release"])
        for hit in agent.search(words, region, 5)["hits"]:
            print(hit.get("code") or hit["id"], hit["name"])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__.splitlines()[2].strip())
    try:
        main(*sys.argv[1:4])
    except TongError as e:
        print(e, file=sys.stderr)
        sys.exit(e.code // 10)
