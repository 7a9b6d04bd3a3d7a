#!/usr/bin/env python3
"""What zsh, on a terminal, offers for lines: zsh_complete.py SITE-FUNCTIONS LINE… prints LINE, a tab and a word in each line."""
import os
import pty
import re
import select
import sys
import time

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
START, END = "<begin>", "<end>"
SETUP = """
PS1='' PROMPT='' RPROMPT='' ; unsetopt zle_bracketed_paste 2>/dev/null
fpath=(%s $fpath) ; autoload -Uz compinit && compinit -u -D
_offered() { compadd() { builtin compadd -A seen "$@"; print -rl -- $seen; builtin compadd "$@" } ; print; print '%s'; _main_complete; print '%s' }
zle -C offered complete-word _offered ; bindkey '^X' offered ; stty -echo
print ready
"""


def read_until(fd, word, seconds=20):
    text, end = "", time.monotonic() + seconds
    while word not in text:
        if not select.select([fd], [], [], max(0, end - time.monotonic()))[0]:
            raise SystemExit(f"zsh did not answer: {text!r}")
        try:
            text += os.read(fd, 65536).decode("utf-8", "replace")
        except OSError:
            break
    return text


def main():
    site, *lines = sys.argv[1:]
    pid, fd = pty.fork()
    if pid == 0:
        os.environ.update(TERM="dumb", HOME=os.getcwd(), ZDOTDIR=os.getcwd())
        os.execvp("zsh", ["zsh", "-f", "-i"])
    for row in (SETUP % (site, START, END)).strip().split("\n"):
        os.write(fd, row.encode() + b"\n")
    read_until(fd, "\nready")
    for line in lines:
        os.write(fd, line.encode() + b"\x18")
        body = read_until(fd, "\n" + END).split("\n" + START, 1)[1].split("\n" + END)[0]
        for word in sorted({ESCAPES.sub("", w).strip() for w in body.split("\n")} - {""}):
            print(f"{line}\t{word}")
        os.write(fd, b"\x15")  # the line is emptied
    os.close(fd)


main()
