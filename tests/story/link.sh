# The network as it is: authorities of one's own, proxies, log-in pages, wrong clocks, hours, budgets, broken links.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

t_ok 'a scratch clone' git clone --quiet "$ROOT" repo
t_ok 'keys' tong-publish keys init --keys keys
t_ok 'release' tong-publish release --repo repo --to release --keys keys --quiet
# without heads every file is asked for by its name
cp -r release plain
rm -r plain/heads

# an authority, a server, a client, and an authority that nobody knows
ca() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem"; }
cert() {	# NAME, authority, extension
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" &&
		printf '%s\n' "$3" >"$1.ext" &&
		openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days 30 -extfile "$1.ext" -out "$1.pem" &&
		cat "$1.pem" "$1.key" >"$1-both.pem"
}
t_ok 'an authority' ca authority
t_ok 'another' ca stranger
t_ok 'a server of it' cert server authority 'subjectAltName = DNS:localhost, IP:127.0.0.1'
t_ok 'a node of it' cert node authority 'extendedKeyUsage = clientAuth'
t_ok 'a node of the other' cert impostor stranger 'extendedKeyUsage = clientAuth'

unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY all_proxy NO_PROXY no_proxy
fresh() { rm -rf store && tong-agent init --quiet --store store --root keys/1.root.json --source "$1" --region 511602; }
sync() { tong-agent sync --store store --json "$@"; }
answer() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$OUT" "$1"; }

# ---- TLS ----
start_server release --tls server-both.pem
tls=https://localhost:$SERVER_PORT/
fresh "$tls"
t_fails 5 'a server whose authority nobody named is refused' sync
t_grep 'and the way out is told' 'authority of its own' "$ERR"
t_fails 5 'so is one of another authority' sync --ca stranger.pem
t_fails 5 'and one that bears another name' sync --ca authority.pem --from "https://127.0.0.2:$SERVER_PORT/"
t_fails 2 'an authority that is not there is wrong use' sync --ca none.pem
t_ok 'the own authority is enough' sync --ca authority.pem
t_eq 'and the whole release is here' "$(answer changed)" True
stop_server
# The floor of TLS is the agent's own: here the machine would speak 1.0, as curl shows on the same server.
printf '%s\n' 'openssl_conf = all' '[all]' 'ssl_conf = ssl' '[ssl]' 'system_default = old' '[old]' 'MinProtocol = TLSv1' \
	'CipherString = ALL:@SECLEVEL=0' >old.cnf
export OPENSSL_CONF=$PWD/old.cnf
start_server release --tls server-both.pem --tls-most 1.1
tls=https://localhost:$SERVER_PORT/
fresh "$tls"
t_ok 'a server of TLS 1.1 is there' curl --silent --tlsv1.0 --tls-max 1.1 --cacert authority.pem "${tls}timestamp.json"
t_fails 5 '  and refused' sync --ca authority.pem
t_grep '  by its version' 'version|protocol' "$ERR"
t_eq '  nothing was sent there' "$(grep -c 'GET' "$SERVER_LOG")" 1
stop_server
start_server release --tls server-both.pem --tls-most 1.2
tls=https://localhost:$SERVER_PORT/
t_ok 'a server of TLS 1.2 is good enough' sync --ca authority.pem --from "$tls"
stop_server
unset OPENSSL_CONF
start_server release --tls server-both.pem --clients authority.pem
tls=https://localhost:$SERVER_PORT/
fresh "$tls"
t_fails 5 'a server that asks for a certificate gets none' sync --ca authority.pem
t_fails 5 'a node of another authority is turned away' sync --ca authority.pem --cert impostor-both.pem
t_fails 2 'a certificate that is not there is wrong use' sync --ca authority.pem --cert none.pem
t_fails 2 'a key without its certificate is wrong use' sync --ca authority.pem --key node.key
openssl ec -in node.key -aes128 -passout pass:x -out locked.key 2>/dev/null
t_fails 2 'a locked key asks nobody' sync --ca authority.pem --cert node.pem --key locked.key
t_ok 'a node with certificate and key comes in' sync --ca authority.pem --cert node.pem --key node.key
fresh "$tls"
t_ok 'both may be in one file' sync --ca authority.pem --cert node-both.pem
stop_server

# ---- HTTP/2 ----
port=$(free_port)
nghttpd -d release "$port" server.key server.pem >/dev/null 2>&1 &
h2=$!
on_exit "kill $h2 2>/dev/null"
wait_for 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/$port"
fresh "https://localhost:$port/"
t_ok 'a server that speaks nothing but HTTP/2' sync --ca authority.pem
kill "$h2"

# ---- proxies ----
start_server release --tls server-both.pem
tls=https://localhost:$SERVER_PORT/
python3 "$ROOT/tests/lib/proxyd.py" --auth county:geheim --log proxy.log >proxy.port &
proxy_pid=$!
on_exit "kill $proxy_pid 2>/dev/null"
wait_for 20 test -s proxy.port
proxy=127.0.0.1:$(cat proxy.port)
fresh "$tls"
t_fails 5 'a proxy that wants a name' sync --ca authority.pem --proxy "http://$proxy"
t_grep 'is told apart from the server' 'the proxy wants a name and a password' "$ERR"
t_fails 5 'a wrong password' sync --ca authority.pem --proxy "http://county:falsch@$proxy"
t_nogrep 'is told to nobody' 'falsch' "$ERR"
t_ok 'through a proxy with a name and a password, TLS' sync --ca authority.pem --proxy "http://county:geheim@$proxy"
t_grep 'it was asked to connect' "^CONNECT localhost:$SERVER_PORT 200" proxy.log
: >proxy.log
fresh "$tls"
export https_proxy="http://county:geheim@$proxy" http_proxy="http://county:geheim@$proxy"
t_ok 'what the environment says is left alone' sync --ca authority.pem
t_eq 'unless asked for' "$(wc -l <proxy.log)" 0
fresh "$tls"
t_ok 'and obeyed when asked for' sync --ca authority.pem --proxy env
t_grep 'the proxy saw it' '^CONNECT .* 200' proxy.log
stop_server
unset http_proxy https_proxy
start_server release
fresh "$SERVER_URL/"
t_ok 'through the proxy, plain HTTP' sync --proxy "http://county:geheim@$proxy"
t_grep 'whole addresses were asked for' "^GET $SERVER_URL/heads/511602 200" proxy.log
t_fails 5 'a proxy that is not there' sync --proxy "http://county:geheim@127.0.0.1:$(free_port)"
t_nogrep 'its password is told to nobody' 'geheim' "$ERR"
t_fails 2 'a proxy that is no URL is wrong use' sync --proxy "county:geheim@$proxy"
t_nogrep 'and is not repeated' 'geheim' "$ERR"
stop_server

# ---- packed metadata ----
start_server plain
fresh "$SERVER_URL/"
t_ok 'metadata as it is' sync
plain=$(answer bytes_down)
stop_server
for way in gzip zstd; do
	start_server plain --pack $way
	fresh "$SERVER_URL/"
	t_ok "metadata packed with $way" sync
	packed=$(answer bytes_down)
	if [ "$packed" -lt "$plain" ]; then t_pass "$way: $packed instead of $plain bytes"; else t_fail "$way saves nothing" "$packed, $plain"; fi
	stop_server
done
start_server plain --pack-all
fresh "$SERVER_URL/"
t_fails 5 'a server that packs what nobody asked to be packed' sync
t_grep 'is told what to do' 'came packed \(gzip\)' "$ERR"
stop_server
start_server plain --bomb '*/timestamp.json'
fresh "$SERVER_URL/"
t_fails 3 'a GiB of blanks in a MB of gzip stops at the ceiling' sync
t_grep 'of a timestamp' '16384 bytes allowed' "$ERR"
stop_server

# ---- what networks do ----
start_server release --portal
fresh "$SERVER_URL/"
t_fails 5 'a log-in page instead of data' sync
t_grep 'is called by its name' 'does this network want a log-in' "$ERR"
stop_server
start_server release --redirect '*=http://login.example.cn'
fresh "$SERVER_URL/"
t_fails 5 'a network that sends everybody elsewhere' sync
t_grep 'is told apart too' 'login.example.cn' "$ERR"
stop_server
start_server release --fail '*:511'
fresh "$SERVER_URL/"
t_fails 5 'status 511' sync
t_grep 'is a log-in' 'this network wants a log-in' "$ERR"
stop_server
start_server release --skew 7200
fresh "$SERVER_URL/"
t_ok 'a server whose clock is wrong' sync
t_grep 'is told' "source's clock is 7[12][0-9]* s ahead" "$ERR"
skew=$(answer clock_skew)
if [ "$skew" -ge 7195 ] && [ "$skew" -le 7205 ]; then t_pass "counted: $skew s"; else t_fail 'counted' "$skew"; fi
stop_server

# ---- broken links ----
start_server release --fail '/heads/*:503:2'
fresh "$SERVER_URL/"
t_ok 'a server that is busy twice is asked again, when it said' sync
t_eq 'three times in all' "$(grep -c "heads/511602 " "$SERVER_LOG")" 3
stop_server
start_server release --drip '*'
fresh "$SERVER_URL/"
t_fails 5 'a head that comes a byte a second' timeout 60 tong-agent sync --store store --json --timeout 2
t_grep 'is cut: too few bytes for too long' 'too few bytes' "$ERR"
stop_server
start_server release --rate 8
fresh "$SERVER_URL/"
t_fails 5 'so is a body of eight bytes a second' timeout 60 tong-agent sync --store store --json --timeout 2
stop_server
start_server release --rate 40000
fresh "$SERVER_URL/"
t_ok 'a slow link that lives has no time limit' sync --timeout 2
stop_server
start_server release --endless '*'
fresh "$SERVER_URL/"
t_fails 3 'files without end stop at their ceilings' sync
stop_server

# a link that breaks after every 4 KiB: each file goes on where it broke off, in this sync or the next
start_server release --cut-after 4096
fresh "$SERVER_URL/"
tries=1
until sync >"$OUT" 2>"$ERR" || [ $tries = 30 ]; do tries=$((tries + 1)); done
t_ok "a link that breaks after every 4 KiB brings it all, in $tries syncs" tong-agent verify --store store
whole=$(find release/changesets -name '*.tcs' -printf '%s\n' | awk '{ s += $1 } END { print s }')
sent=$(awk '{ s += $4 } END { print s }' "$SERVER_LOG")
if [ "$sent" -le $((whole + whole / 4)) ]; then t_pass "P10: $sent bytes for $whole"; else t_fail 'P10' "$sent bytes for $whole"; fi
stop_server

# mirrors: the first one dies in the middle, the second goes on from there
start_server release --cut-after 30000 --no-range --cut-path '/changesets/*'
first=$SERVER_URL
start_server release
rm -rf store
t_ok 'a node with two mirrors' tong-agent init --quiet --store store --root keys/1.root.json --source "$first/" --source "$SERVER_URL/" --region 511602
t_ok 'the second brings what the first does not' sync
t_eq 'and is named' "$(answer source)" "$SERVER_URL/"
t_grep 'from where the first broke off' 'changesets/.* 206 ' "$SERVER_LOG"
stop_server

# ---- hours, rate, budgets ----

# Runs a command where it is now between H and H + 1 o'clock; a zone is at most 24 hours away.
at_hour() {
	local ahead=$((($1 + 24 - 10#$(date -u +%H)) % 24))
	shift
	TZ=UTC-$ahead "$@"
}

start_server release
fresh "$SERVER_URL/"
t_fails 5 'outside its hours the network is not touched' at_hour 2 tong-agent sync --store store --hours 04:00-05:00
t_grep 'the hours are told' '04:00-05:00' "$ERR"
t_eq 'not by one request' "$(wc -l <"$SERVER_LOG")" 0
t_fails 2 'hours that are none are wrong use' sync --hours nights
t_ok 'a stick may come at any time' at_hour 2 tong-agent sync --store store --hours 04:00-05:00 --from release
fresh "$SERVER_URL/"
t_ok 'in its hours it is' at_hour 4 tong-agent sync --store store --hours 03:00-06:00 --json
full=$(($(answer bytes_down) + $(answer bytes_up)))
fresh "$SERVER_URL/"
before=$(date +%s%N)
t_ok 'slowly, when told so' sync --rate $((full / 3))
took=$((($(date +%s%N) - before) / 1000000))
if [ $took -ge 2500 ] && [ $took -le 9000 ]; then t_pass "it took $took ms, 3000 wanted"; else t_fail 'the rate' "$took ms"; fi
fresh "$SERVER_URL/"
t_fails 5 'more than a sync may cost' sync --budget $((full / 2))
: >"$SERVER_LOG"
t_fails 5 'more than a month may cost' sync --month $((full / 2))
spent=$(awk '{ s += $4 } END { print s }' "$SERVER_LOG")
if [ "$spent" -le $((full / 10)) ]; then t_pass "is known before it is fetched ($spent of $full bytes)"; else t_fail 'the month' "$spent of $full"; fi
fresh "$SERVER_URL/"
t_ok 'a month that is enough' sync --month $((full * 2))
month=$(answer bytes_month)
t_eq 'is counted to the byte' "$month" "$full"
t_fails 5 'nothing is left of a smaller one' sync --month "$full"
t_ok 'it is told' tong-agent status --store store --json
t_grep 'with its bytes' "\"network\":\{\"month\":\"[0-9-]{7}\",\"bytes\":$full\}" "$OUT"
stop_server

# killed in the middle of a long file: what came is in the month's count
start_server release --rate 50000
fresh "$SERVER_URL/"
{ timeout -s KILL 4 tong-agent sync --store store --month 100000000; } >/dev/null 2>&1
tong-agent status --store store --json >"$OUT" 2>"$ERR"
came=$(find store/incoming -name '*.part' -printf '%s\n' | awk '{ s += $1 } END { print s + 0 }')
count=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["network"]["bytes"])' "$OUT")
if [ "$came" -gt 0 ] && [ "$count" -ge "$came" ]; then t_pass "killed: $count bytes counted, $came came"; else t_fail 'killed' "$count counted, $came came"; fi
stop_server
