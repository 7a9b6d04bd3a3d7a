#!/bin/bash
# `make reproducible`: the same source in two folders, by two users' habits, gives the same programs to the byte.
set -eu
work=$(mktemp -d "${TMPDIR:-/tmp}/tong-again-XXXXXX")
trap 'rm -rf "$work"' EXIT
one=$work/a two=$work/another-folder/with.a-longer-name
packaging/source.sh "$one"
packaging/source.sh "$two"
export CCACHE_DISABLE=1	# a cache would compare one build with itself
unset MAKEFLAGS MFLAGS MAKELEVEL
(cd "$one" && umask 022 && TZ=UTC LC_ALL=C make -s O=build all)
(cd "$two" && umask 077 && TZ=Asia/Shanghai LC_ALL=C.UTF-8 LANGUAGE=zh_CN make -s O=elsewhere all)
n=0
for file in tong-publish tong-agent tong-agent-git libtong-agent.so.0 libtong-agent.a libtong-core.a po/zh_CN/LC_MESSAGES/tong.mo; do
	if cmp "$one/build/$file" "$two/elsewhere/$file"; then
		n=$((n + 1))
		(cd "$one/build" && sha256sum "$file")
	fi
done
echo "$n passed, $((7 - n)) failed"
[ $n = 7 ]
