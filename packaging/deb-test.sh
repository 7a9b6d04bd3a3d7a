#!/bin/bash
# `make deb-test`: the packages of `make deb` in a fresh Debian 12 that has nothing else, used as an operator uses them.
set -eu
version=$(sed -n 's/^VERSION = //p' Makefile)
debs=$(ls "$O"/deb/*_"$version"_*.deb | grep -v dbgsym)
mirror=${MIRROR:-http://deb.debian.org/debian}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! command -v mmdebstrap >/dev/null; then echo 'deb-test: mmdebstrap is not installed'; exit 1; fi

# A release to carry in.
cp -r tests/golden/check/base "$work/cat"
git -c init.defaultBranch=main init -q "$work/cat"
git -C "$work/cat" add -A
git -C "$work/cat" -c user.name=editor -c user.email=editor@example.cn commit -qm base
"$O/tong-publish" keys init --keys "$work/keys" >/dev/null
"$O/tong-publish" release --repo "$work/cat" --path '' --to "$work/release" --keys "$work/keys" --quiet
cc docs/examples/ask.c -o "$work/ask" -Icore/include -Iagent/include -L"$O" -l:libtong-agent.so.0
mkdir "$work/in"
cp -r "$work/release" "$work/keys/1.root.json" "$work/ask" packaging/deb-inside.sh "$work/in/"
# shellcheck disable=SC2086 # a list of files
cp $debs "$work/in/"
chmod -R a+rX "$work/in"

mmdebstrap --variant=minbase --quiet \
	--customize-hook="copy-in $work/in /srv" \
	--chrooted-customize-hook='sh /srv/in/deb-inside.sh' \
	bookworm /dev/null "$mirror"
