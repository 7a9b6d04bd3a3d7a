#!/bin/bash
# A host embeds what `make install` gives it: examples in C, C++, Python and Node.js against a node's store.
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

t_ok 'what was built is installed' make -s -C "$ROOT" O="$O" -o all install DESTDIR="$TONG_TMP/root" PREFIX=/usr/local
usr=$TONG_TMP/root/usr/local
export LD_LIBRARY_PATH=$usr/lib PKG_CONFIG_PATH=$usr/lib/pkgconfig LIBTONG_AGENT=$usr/lib/libtong-agent.so.0
pc() { pkg-config --define-variable=prefix="$usr" "$@"; }
t_ok 'pkg-config knows it' pc --exists tong-agent
t_eq '  by its version' "$(pc --modversion tong-agent)" "$(tong-agent --version | tr -dc '0-9.')"
read -r -a flags <<<"$(pc --cflags --libs tong-agent)"
t_eq '  and a host is linked with nothing else' "$(pc --libs-only-l tong-agent | xargs)" '-ltong-agent'

# A catalogue of samples, a release, a node.
cp -r "$ROOT/tests/golden/check/base" cat
git -c init.defaultBranch=main init -q cat
git -C cat add -A && git -C cat commit -qm base
t_ok 'keys' tong-publish keys init --keys keys
release() { tong-publish release --repo cat --path '' --to release --keys keys --quiet; }
t_ok 'a release' release

# A build that counts what runs (make cover) leaves its counters in the library.
if nm "$usr/lib/libtong-agent.a" 2>/dev/null | grep __gcov_ >/dev/null; then counts=--coverage; fi
cc_all() { gcc -std=c99 -Wall -Wextra -Werror ${counts:-} "$@"; }
E=$ROOT/docs/examples
t_ok 'C++' g++ -std=c++17 -Wall -Wextra -Werror "$E/keep.cpp" -o keep "${flags[@]}"
t_ok '  makes a store and syncs it' ./keep store keys/1.root.json "$PWD/release" 511602
t_grep '  says what it has' '^now at release 1 \(full, [0-9]+ records\)$' "$OUT"
t_grep '  and what the library told it' '^info: .*requests' "$ERR"
t_ok '  a second time nothing is new' ./keep store keys/1.root.json "$PWD/release" 511602
t_grep '  and says so' '^still at release 1 \(not modified' "$OUT"
t_fails 3 '  no root is refused' ./keep other /dev/null "$PWD/release" 511602

t_ok 'C' cc_all "$E/ask.c" -o ask "${flags[@]}"
t_ok '  asks' ./ask store 样例许可 511602
cp "$OUT" asked
t_grep '  has the state' '"release":1,"current":true' asked
t_grep '  has the item' '"code":"510104001000","name":"样例许可' asked
t_fails 6 '  no store is the disk'"'"'s fault' ./ask nowhere 样例
t_grep '  by its name' '^TONG_E_STORE: nowhere: there is no store here' "$ERR"
readelf -dW ask >needs
t_grep '  needs the library by its SONAME' 'NEEDED.*\[libtong-agent.so.0\]' needs
t_eq '  and beside libc nothing' "$(grep NEEDED needs | grep -vc -e libtong-agent.so.0 -e 'libc.so')" 0
readelf -VW ask >versions
t_grep '  by the version of its names' 'Name: TONG_AGENT_0.1' versions
# The same without the shared library: two archives, and what they are made of.
read -r -a private <<<"$(pkg-config --libs "$(pc --print-requires-private tong-agent | xargs)")"
t_ok 'C, linked statically' cc_all "$E/ask.c" -o ask-static -I"$usr/include" "$usr/lib/libtong-agent.a" \
	"$usr/lib/libtong-core.a" "${private[@]}" -pthread -lm
t_ok '  asks' ./ask-static store 样例许可 511602
# but for the room on the disk, which others fill meanwhile
t_eq '  and is told the same' "$(sed 's/"free":[0-9]*//' "$OUT")" "$(sed 's/"free":[0-9]*//' asked)"

t_ok 'Python' python3 "$E/tong.py" store 样例许可 511602
t_grep '  asks' '^510104001000 样例许可' "$OUT"
t_fails 1 '  no such page' env PYTHONPATH="$E" python3 -B -c 'import sys, tong
with tong.Agent("store") as a:
    body, kind = a.page("/items/510104001000/")
    assert kind.startswith("text/html") and "样例许可".encode() in body, kind
    assert a.show("510104001000", "511602")["listed"] in (True, False) and a.history("510104001000")["code"]
    try:
        a.page("/none/")
    except tong.TongError as e:
        sys.exit(e.code // 10 if e.name == "TONG_E_NOTFOUND" else 99)'
t_fails 2 '  a reader does not write' env PYTHONPATH="$E" python3 -B -c 'import sys, tong
try:
    tong.Agent("store").sync()
except tong.TongError as e:
    sys.exit(e.code // 10)'

t_ok 'Node.js: an addon' gcc -shared -fPIC -Wall -Wextra "$E/node/tong.c" -o tong.node -I/usr/include/node "${flags[@]}"
TONG_NODE=$PWD/tong.node node "$E/node/kiosk.js" store 0 "$PWD/release" >kiosk.log 2>&1 &
on_exit "kill $! 2>/dev/null"
t_ok '  serves' wait_for 20 grep -q '^http' kiosk.log
at=$(head -1 kiosk.log)
t_ok '  a page' curl -sf "${at}items/510104001000/"
cp "$OUT" page
t_ok 'the agent writes its pages' tong-agent site --store store --out pages --quiet
t_same '  the same page' page pages/items/510104001000/index.html
t_ok 'Node.js answers a question' curl -sfG "${at}ask" --data-urlencode q=样例许可
t_grep '  with the item' '"code":"510104001000"' "$OUT"
t_eq '  and no page with 404' "$(curl -s -o /dev/null -w '%{http_code}' "${at}none/")" 404
sed -i 's/^name: 样例许可.*/name: 样例许可新版/' cat/items/01/510104001000.md
git -C cat commit -qam 'another name'
t_ok 'the province publishes' release
t_ok 'Node.js syncs beside its reader' curl -sf -X POST "${at}sync"
t_grep '  to the new release' '^release 2$' "$OUT"
t_ok '  and then has the new page' curl -sf "${at}items/510104001000/"
t_grep '  from the agent that was open all the while' '样例许可新版' "$OUT"
t_ok 'C finds it, too' ./ask store 样例许可新版

# What a host has to carry: no libgit2, and so no mbedTLS. docs/examples/README.md says what comes in and why.
for thing in libtong-agent.so.0 tong-agent; do
	ldd "$O/$thing" >"$thing.libs"
	t_nogrep "$thing carries no Git" 'libgit2|mbedtls|libmbed|libcmark|libyaml|xlsxwriter' "$thing.libs"
done
t_nogrep 'and the library no web server' 'microhttpd' libtong-agent.so.0.libs
