#!/bin/bash
# The test server and the checks that the other stories lean on are tried themselves.
. tests/lib/sh.sh

www=$TONG_TMP/www
mkdir "$www"
printf 'hello world\n' >"$www/a.txt"
head -c 100000 /dev/zero >"$www/big"
status() { curl -s -o "$TONG_TMP/body" -w '%{http_code}' "$@"; }

start_server "$www" --fail '/gone*:503:1'
t_eq 'a file is served' "$(curl -s "$SERVER_URL/a.txt")" 'hello world'
t_eq 'a range' "$(curl -s -r 6-10 "$SERVER_URL/a.txt")" 'world'
t_eq 'the last bytes' "$(curl -s -r -6 "$SERVER_URL/a.txt")" 'world'
etag=$(curl -sI "$SERVER_URL/a.txt" | sed -n 's/^ETag: \(.*\)\r$/\1/p')
t_eq 'not modified' "$(status -H "If-None-Match: $etag" "$SERVER_URL/a.txt")" 304
t_eq 'a range of the file that was' "$(status -H 'If-Range: "old"' -r 6-10 "$SERVER_URL/a.txt")" 200
t_eq 'a range past the end' "$(status -r 100-200 "$SERVER_URL/a.txt")" 416
t_eq 'a failure, once' "$(status "$SERVER_URL/gone")" 503
t_eq 'then not found' "$(status "$SERVER_URL/gone")" 404
t_eq 'nothing outside the folder' "$(status --path-as-is "$SERVER_URL/../../etc/passwd")" 404
t_eq 'one connection for two requests' \
	"$(curl -s -w '%{num_connects}' "$SERVER_URL/a.txt" -o /dev/null "$SERVER_URL/big" -o /dev/null)" 10
t_grep 'the log has status and bytes' '^GET /a.txt 304 [0-9]+$' "$SERVER_LOG"
t_eq 'bytes are those that curl counts' \
	"$(curl -s -o /dev/null -w '%{size_header} %{size_download}' "$SERVER_URL/big" | awk '{ print $1 + $2 }')" \
	"$(tail -n 1 "$SERVER_LOG" | cut -d ' ' -f 4)"
stop_server

start_server "$www" --cut-after 1000 --cut-once
t_fails 18 'a connection is cut' curl -s -o "$TONG_TMP/big" "$SERVER_URL/big"
t_eq 'after so many bytes' "$(wc -c <"$TONG_TMP/big")" 1000
t_ok 'and resumed' curl -s -C - -o "$TONG_TMP/big" "$SERVER_URL/big"
t_same 'the file is whole' "$TONG_TMP/big" "$www/big"
stop_server
t_fails 7 'a stopped server is gone' curl -s "$SERVER_URL/"

# A failing check must fail the story: one inside another.
cat >"$TONG_TMP/bad.sh" <<'END'
. tests/lib/sh.sh
t_eq 'is not' 1 2
END
t_fails 1 'a failed check fails its story' env TONG_TMP="$TONG_TMP/inner$(mkdir "$TONG_TMP/inner")" bash "$TONG_TMP/bad.sh"
t_grep 'and says so' '^not ok - is not' "$OUT"
printf '. tests/lib/sh.sh\ntrue\n' >"$TONG_TMP/empty.sh"
t_fails 1 'so does a story without checks' env TONG_TMP="$TONG_TMP/inner" bash "$TONG_TMP/empty.sh"
