"""A disk for nbdkit that writes down what comes to it, in order: `W time offset length` and the bytes, or `F time` for a flush.

    nbdkit python tests/prove/block_log.py image=FILE log=FILE
"""
import os
import struct
import time

import nbdkit

API_VERSION = 2
ENTRY = struct.Struct("<cQQQ")   # kind, CLOCK_MONOTONIC in ns, offset, length
files = {}


def thread_model():
    return nbdkit.THREAD_MODEL_SERIALIZE_ALL_REQUESTS


def config(key, value):
    files[key] = value


def open(_readonly):   # pylint: disable=redefined-builtin
    return os.open(files["image"], os.O_RDWR), os.open(files["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def close(h):
    for fd in h:
        os.close(fd)


def get_size(h):
    return os.fstat(h[0]).st_size


def pread(h, buf, offset, _flags):
    buf[:] = os.pread(h[0], len(buf), offset)


def pwrite(h, buf, offset, flags):
    os.write(h[1], ENTRY.pack(b"W", time.monotonic_ns(), offset, len(buf)) + bytes(buf))
    os.pwrite(h[0], buf, offset)
    if flags & nbdkit.FLAG_FUA:
        flush(h, 0)


def flush(h, _flags):
    os.write(h[1], ENTRY.pack(b"F", time.monotonic_ns(), 0, 0))


def can_fua(_h):
    return nbdkit.FUA_NATIVE
