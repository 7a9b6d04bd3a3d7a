#!/bin/bash
# `make rpm-test`: RPM's packages in a root of their own, and used there. This machine's libraries stand in for Fedora's (--nodeps), and
# the scriptlets, which are systemd's macros there, do not run.
set -eu
case $O in /*) ;; *) O=$PWD/$O ;; esac
mapfile -t rpms < <(find "$O/rpm/RPMS" -name '*.rpm' 2>/dev/null | sort)
if [ ${#rpms[@]} != 6 ]; then echo "rpm-test: ${#rpms[@]} packages in $O/rpm, wanted 6; make rpm first"; exit 1; fi
work=$(mktemp -d "${TMPDIR:-/tmp}/tong-rpm-XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
n=0
ok() { echo "ok - $1"; n=$((n + 1)); }
is() { if [ "$2" = "$3" ]; then ok "$1"; else echo "not ok - $1: $2, wanted $3"; exit 1; fi; }
in_root() { rpm --root "$root" "$@" 2>>"$work/log"; }
mkdir "$root"
in_root --initdb
in_root --install --nodeps --noscripts "${rpms[@]}"
ok 'the packages install, no file in two of them'
is 'six of them' "$(in_root --query --all | wc -l)" 6
is 'each file as it was packed' "$(in_root --verify --all --nodeps)" ''
is 'the unit is there' "$(ls "$root/usr/lib/systemd/system/tong-agent.service")" "$root/usr/lib/systemd/system/tong-agent.service"
export LD_LIBRARY_PATH=$(dirname "$(find "$root/usr" -name 'libtong-agent.so.0')") PATH=$root/usr/bin:$PATH LC_ALL=C.UTF-8
is 'the program is the one installed' "$(command -v tong-agent)" "$root/usr/bin/tong-agent"
(cd tests/golden/check/base && cp -r . "$work/repo")
git -c init.defaultBranch=main init -q "$work/repo"
git -C "$work/repo" add -A
git -C "$work/repo" -c user.name=editor -c user.email=editor@example.cn commit -q -m base
tong-publish keys init --keys "$work/keys" --quiet >/dev/null
TONG_SITE=$root/usr/share/tong/site tong-publish release --repo "$work/repo" --path '' --to "$work/release" --keys "$work/keys" --quiet
ok 'the publisher makes a release'
tong-agent init --store "$work/node" --root "$work/keys/1.root.json" --source "$work/release" --region 511602 --quiet
tong-agent sync --store "$work/node" --quiet
tong-agent verify --pages --store "$work/node" --quiet
ok 'the agent takes it, and all is as signed'
tong-agent config check "$root/usr/share/tong/tong-agent.conf" >/dev/null
ok 'the configuration is good as it comes'
flags=$(PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_PATH=$(dirname "$(find "$root/usr" -name 'tong-agent.pc')") pkg-config --cflags --libs tong-agent)
# shellcheck disable=SC2086 # flags
gcc "$(find "$root/usr/share/doc" -name ask.c)" $flags -o "$work/ask"
is 'a program made for the library finds it' "$("$work/ask" "$work/node" 样例许可 | grep -c 510104001000)" 1
mapfile -t names < <(in_root --query --all)
in_root --erase --nodeps --noscripts "${names[@]}"
is 'all goes again' "$(find "$root" \( -name 'tong*' -o -name 'libtong*' \) -not -type d)" ''
echo "$n passed, 0 failed"
