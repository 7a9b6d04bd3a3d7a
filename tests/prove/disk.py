"""A disk as bad as POSIX allows, played from what core_trace wrote down.

Until a file is synced, each 4 KiB page of what was written to it may be on the disk, as it was, or zeros, and its length any of those it
had; until a folder is synced, each name that came, went or was replaced there may or may not have; and the two know nothing of each
other. A rename is one step, also between folders, and the changes of one name keep their order: no file system in use breaks these.
"""
import hashlib
import itertools
import os
import re

PAGE = 4096


class File:
    """'base' is on the disk; what was done since is 'pending': (offset, bytes), or (length, None)."""

    def __init__(self, mode, base=b""):
        self.mode, self.base, self.pending, self._known = mode, base, [], None

    def sync(self):
        self.base, self.pending = self.full(), []

    def versions(self):
        """Per page what it may hold, the oldest first; the lengths the file may have; and what it holds if nothing is lost."""
        if self._known and self._known[0] is self.base and self._known[1] == len(self.pending):
            return self._known[2]
        now, pages, lengths = bytearray(self.base), {}, [len(self.base)]

        def keep(start, end):
            for p in range(start // PAGE, -(-end // PAGE)):
                pages.setdefault(p, [self.base[p * PAGE:(p + 1) * PAGE]]).append(bytes(now[p * PAGE:(p + 1) * PAGE]))
        for at, data in self.pending:
            before = len(now)
            if data is None:
                del now[at:]
                now.extend(bytes(max(0, at - len(now))))
                keep(min(at, before), max(at, before))
            else:
                now.extend(bytes(max(0, at - len(now))))
                now[at:at + len(data)] = data
                keep(min(at, before), at + len(data))
            lengths.append(len(now))
        self._known = self.base, len(self.pending), (pages, lengths, bytes(now))
        return self._known[2]

    def full(self):
        return self.versions()[2] if self.pending else self.base

    def after_cut(self, how, dice):
        """how: 'all' was written in time, 'none', 'length' without the bytes, or 'some'."""
        if not self.pending or how == "none":
            return self.base
        pages, lengths, now = self.versions()
        if how == "all":
            return now
        length = lengths[-1] if how == "length" else dice.choice(lengths)
        data = bytearray(self.base[:length])
        data.extend(bytes(length - len(data)))
        if how == "some":
            for p, held in pages.items():
                piece = dice.choice(held)[:max(0, length - p * PAGE)]
                if p * PAGE < length:
                    data[p * PAGE:min((p + 1) * PAGE, length)] = piece + bytes(min(PAGE, length - p * PAGE) - len(piece))
        return bytes(data)


class Folder:
    """names: what is seen; held: what is on the disk, each with the number of the change that made it so."""

    def __init__(self, inode):
        self.inode, self.names, self.held = inode, {}, {}


class Disk:
    """The folder 'top' as it is now, all of it on the disk."""

    def __init__(self, top):
        self.top, self.changes, self.count = str(top), [], itertools.count(1)
        self.root = self._scan(self.top, {})
        self.acts = {"write": self._write, "size": self._size, "create": self._create, "mkdir": self._mkdir, "sync": self._sync,
                     "syncfs": self._syncfs, "rename": self._rename, "exchange": self._exchange, "unlink": self._unlink,
                     "rmdir": self._unlink, "link": self._link}

    def _scan(self, path, known):
        folder = Folder(os.stat(path).st_ino)
        for entry in os.scandir(path):
            if entry.is_dir():
                node = self._scan(entry.path, known)
            else:
                node = known.get(entry.inode())
                if not node:
                    with open(entry.path, "rb") as f:
                        node = known[entry.inode()] = File(entry.stat().st_mode & 0o7777, f.read())
            folder.names[entry.name] = node
            folder.held[entry.name] = node, 0
        return folder

    # ---- what the program did ----

    def play(self, line, data):
        """One change of the record; True when it made something last."""
        act, a, b, offset, _ = line
        self.acts[act](a, b, int(offset), data)
        return act in ("sync", "syncfs")

    def kind(self, path):
        node = self._find(path)
        return "folder" if isinstance(node, Folder) else "file"

    def _find(self, path):
        node = self.root
        for part in path[len(self.top):].strip("/").split("/"):
            if part:
                node = node.names.get(part) if isinstance(node, Folder) else None
        return node

    def _at(self, path):
        folder, name = os.path.split(path)
        return self._find(folder), name

    def _change(self, *entries):
        """(folder, name, node or None) …: one step."""
        for folder, name, node in entries:
            folder.names.pop(name, None)
            if node:
                folder.names[name] = node
        self.changes.append((next(self.count), entries))

    def _write(self, a, _b, offset, data):
        file = self._find(a)
        if file:   # one whose name is gone is nobody's
            file.pending.append((offset, data))

    def _size(self, a, _b, offset, _data):
        file = self._find(a)
        if file:
            file.pending.append((offset, None))

    def _create(self, a, _b, mode, _data):
        self._change((*self._at(a), File(mode)))

    def _mkdir(self, a, _b, inode, _data):
        self._change((*self._at(a), Folder(inode)))

    def _unlink(self, a, _b, _offset, _data):
        self._change((*self._at(a), None))

    def _link(self, a, b, _offset, _data):
        self._change((*self._at(b), self._find(a)))

    def _rename(self, a, b, _offset, _data):
        node = self._find(a)
        self._change((*self._at(a), None), (*self._at(b), node))

    def _exchange(self, a, b, _offset, _data):
        one, two = self._find(a), self._find(b)
        self._change((*self._at(a), two), (*self._at(b), one))

    def _sync(self, a, _b, _offset, _data):
        node = self._find(a)
        if isinstance(node, File):
            node.sync()
        elif node:
            self._settle([c for c in self.changes if any(folder is node for folder, _, _ in c[1])])

    def _syncfs(self, *_):
        def files(folder):
            for node in folder.names.values():
                if isinstance(node, Folder):
                    files(node)
                else:
                    node.sync()
        files(self.root)
        self._settle(self.changes)

    def _settle(self, changes):
        for number, entries in changes:
            for folder, name, node in entries:
                if number > folder.held.get(name, (None, -1))[1]:
                    folder.held[name] = node, number
        done = {number for number, _ in changes}
        self.changes = [c for c in self.changes if c[0] not in done]

    # ---- what a power cut leaves ----

    def cut(self, names, data, dice):
        """{path: bytes, or a Folder} below top. names: are changes of names 'all' there, 'none' or 'some'; data: as File.after_cut, or
        'any': another for each file."""
        chosen = [c for c in self.changes if names == "all" or (names == "some" and dice.random() < 0.5)]
        seen = {}
        for number, entries in chosen:
            for folder, name, node in entries:
                if number > folder.held.get(name, (None, -1))[1]:
                    seen[folder, name] = node
        done, state = {}, {}

        def walk(folder, path):
            here = {name: node for name, (node, _) in folder.held.items()}
            here.update({name: node for (where, name), node in seen.items() if where is folder})
            for name in sorted(here):
                node = here[name]
                if isinstance(node, Folder):
                    state[path + name] = node
                    walk(node, path + name + "/")
                elif node:
                    if node not in done:
                        how = dice.choice(("all", "none", "length", "some")) if data == "any" else data
                        done[node] = node, node.after_cut(how, dice)
                    state[path + name] = done[node]
        walk(self.root, "")
        return state


def fingerprint(state):
    """The same for states that no program can tell apart."""
    h = hashlib.sha256()
    for path, node in state.items():
        h.update(path.encode() + b"\0" + (b"/" if isinstance(node, Folder) else hashlib.sha256(node[1]).digest()))
    return h.digest()


def lay(state, top):
    """Makes the files. Two names of one file stay so, and notes that call a folder by its inode call the new one."""
    inodes, made, notes = {}, {}, []
    for path, node in state.items():
        to = f"{top}/{path}"
        if isinstance(node, Folder):
            os.mkdir(to)
            inodes[node.inode] = os.stat(to).st_ino
        elif node[0] in made:
            os.link(made[node[0]], to)
        else:
            with open(to, "wb") as f:
                f.write(node[1])
            os.chmod(to, node[0].mode)
            made[node[0]] = to
            if re.search(r"\.tong/generation[^/]*$", path):
                notes.append(to)
    for path in notes:
        with open(path, "r+b") as f:
            text = re.sub(rb'("(?:live|spare)":)(\d+)', lambda m: m[1] + b"%d" % inodes.get(int(m[2]), 0), f.read())
            f.seek(0)
            f.write(text)
            f.truncate()


def read_record(path):
    """The lines of record.h."""
    with open(path, "rb") as f:
        while line := f.readline():
            fields = line.decode().rstrip("\n").split("\t")
            yield fields, f.read(int(fields[4])) if fields[0] == "write" else None
