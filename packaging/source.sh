#!/bin/bash
# Copies the tree as Git has it, changes included, into an empty folder: packaging/source.sh DIR.
set -eu
rm -rf "$1"
mkdir -p "$1"
git ls-files -co --exclude-standard -z | while IFS= read -r -d '' f; do [ -e "$f" ] && printf '%s\0' "$f"; done |
	tar --null -T - -cf - | tar -xf - -C "$1"
