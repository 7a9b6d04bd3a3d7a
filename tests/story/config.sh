#!/bin/bash
# A node is set up by a file: faults are found before they count, and a running node takes a new one or keeps the old.
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

git clone --quiet "$ROOT" repo
tong-publish keys init --keys keys --quiet
tong-publish release --repo repo --to release --keys keys --quiet

# ---- what is wrong is said with its line ----
bad() {	# LINE WANTED [file's other lines…]: config check tells WANTED of LINE
	local line=$1 wanted=$2
	shift 2
	printf '%s\n' "$@" >bad.conf
	tong-agent config check bad.conf >"$OUT" 2>"$ERR"
	t_eq "refused: $*" $? 3
	t_grep "  and said why" "^tong-agent: bad.conf:$line: .*$wanted" "$ERR"
}
bad 2 'found the key evry, wanted .*did you mean every\?' 'store = s' 'evry = 5'
bad 1 'every: wanted a number, found soon' 'every = soon'
bad 1 'every: wanted a number, found -5' 'every = -5'
bad 1 'every: wanted 1 or more' 'every = 0'
bad 1 'log: found jsn, wanted .*did you mean json\?' 'log = jsn'
bad 1 'relay: found on, wanted yes or no' 'relay = on'
bad 1 'hours: .*22:00-06:00' 'hours = 22-6'
bad 1 'rate: at least 1024' 'rate = 10'
bad 1 'region: wanted 6, 9 or 12 digits' 'region = 12'
bad 1 'listen: no port' 'listen = 127.0.0.1'
bad 1 'ca: cannot read: No such file' 'ca = /nowhere/ca.pem'
bad 1 'key: a key without the certificate' 'key = bad.conf'
bad 3 'every stands in line 1 already' 'every = 1' '' 'every = 2'
bad 2 'no sections' 'every = 1' '[network]' 'rate = 5000'
bad 1 'found just words, wanted: name = value' 'just words'
bad 1 'store: wanted a value, found nothing' 'store ='
bad 1 'not UTF-8' "$(printf 'store = \377')"
bad 1 'at most 4000 are allowed' "store = $(head -c 5000 /dev/zero | tr '\0' x)"
bad 257 'more than 256 keys' "$(yes 'source = http://a.example.cn/' | head -n 300)"
bad 1 'source: a source.s URL must hold no name' 'source = https://name:geheim@release.example.cn/'
t_nogrep '  without its password' geheim "$ERR"
bad 1 'proxy: wanted "env" or the URL' 'proxy = name:geheim@proxy.example.cn'
t_nogrep '  without its password' geheim "$ERR"
bad 4 'found the key oops' 'every = x' 'rate = 1' '' 'oops = 1'
t_eq 'all faults are told at once' "$(grep -c '^tong-agent: bad.conf:' "$ERR")" 3
head -c 70000 /dev/zero | tr '\0' '\n' >big.conf
t_fails 3 'a file over its ceiling' tong-agent config check big.conf
t_grep '  is named' 'ceiling of 65536 bytes' "$ERR"
t_fails 3 'no file' tong-agent config check none.conf
t_fails 3 'a faulty file stops every command' env TONG_CONFIG=bad.conf tong-agent status
t_fails 3 '  for programs too' tong-agent --json config check bad.conf
t_eq '  as one document' "$(python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(d["good"], [f["line"] for f in d["faults"]])' "$OUT")" 'False [1, 2, 4]'
in_chinese
t_fails 3 'and in Chinese' tong-agent config check bad.conf
t_grep '  wholly' 'bad.conf:4: .*tong-agent.conf\(5\)' "$ERR"
t_nogrep '  wholly' 'found the|wanted' "$ERR"
unset LANGUAGE

# ---- the example that is installed ----
t_ok 'the example is right' tong-agent config check "$ROOT/docs/tong-agent.conf"
sed -n 's/^#\([a-z]* = \)/\1/p' "$ROOT/docs/tong-agent.conf" | grep -v '^\(root\|ca\|cert\|key\|webhook\) ' >all.conf
t_ok '  with all that it proposes' tong-agent config check all.conf
for key in $(man_page="$ROOT/docs/man/tong-agent.conf.5"; sed -n 's/^\.It Cm \([a-z ,]*\)$/\1/p' "$man_page" | tr -d ,); do
	printf '%s = \n' "$key" >one.conf
	tong-agent config check one.conf 2>"$ERR"
	t_nogrep "the manual's key $key exists" 'found the key' "$ERR"
done

# ---- it counts ----
port=$(free_port)
cat >node.conf <<END
# 广安区
store = $PWD/node
root = $PWD/keys/1.root.json
region = 511602
source = $PWD/nowhere
  source =   $PWD/release
every = 3600
listen = 127.0.0.1:$port
proxy = http://county:geheim@127.0.0.1:1
log = json
END
t_ok 'the file is right' tong-agent config check node.conf
t_ok 'what is in force' tong-agent config show node.conf
t_grep '  the second source too' "^source = $PWD/release$" "$OUT"
t_nogrep '  without the password' geheim "$OUT"
echo 'source = git+https://county:geheim@git.example.cn/tong.git#release' >git.conf
t_ok 'a source with a name and a password' tong-agent config show git.conf
t_grep '  is shown' '^source = git.https://county:\*\*\*@git.example.cn/tong.git#release$' "$OUT"
t_ok 'a store is made by the file' tong-agent init --config node.conf
t_ok '  and found by it' env TONG_CONFIG=node.conf tong-agent sync
t_grep '  from the second source, as the first is not there' 'the next source is tried' "$ERR"
t_fails 5 'what is typed goes before' tong-agent sync --config node.conf --from "$PWD/nowhere"
t_ok 'status' tong-agent status --config node.conf
t_grep '  names the sources in force' "$PWD/nowhere" "$OUT"

# ---- a running node ----
cp node.conf live.conf
tong-agent run --config live.conf >run.out 2>run.err &
pid=$!
on_exit "kill $pid 2>/dev/null"
answers() { curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$1/healthz"; }
t_ok 'it serves where the file says' wait_for 30 answers "$port"
t_ok 'its log is JSON' wait_for 30 grep -q '"release":1' run.err
t_eq '  every line of it' "$(python3 -c '
import json, sys
for line in open("run.err"):
    d = json.loads(line)
    assert d["level"] in ("error", "warning", "info", "debug") and d["time"].endswith("Z") and d["message"]
print("yes")')" yes
before=$(grep -c '"release":1' run.err)
sed -i 's/^every.*/evry = 5/' live.conf
kill -HUP $pid
t_ok 'a faulty file is refused' wait_for 20 grep -q 'live.conf: 7: found the key evry.*the old configuration stays' run.err
t_ok '  and the node goes on' answers "$port"
more() { [ "$(grep -c '"release":1' run.err)" -gt "$before" ]; }
t_ok '  and syncs' wait_for 20 more
sed -i "s/^evry.*/every = 1/; s|^source = $PWD/nowhere||; s/^log.*/log = text/" live.conf
kill -HUP $pid
t_ok 'a good one is taken' wait_for 20 grep -q '^tong-agent: the configuration was read again' run.err
thrice() { [ "$(grep -c '^tong-agent: nothing new.*again in 1 s' run.err)" -ge 3 ]; }
t_ok '  and obeyed' wait_for 20 thrice
other=$(free_port)
sed -i "s/^listen.*/listen = 127.0.0.1:$other/" live.conf
kill -HUP $pid
t_ok 'it moves to another address' wait_for 20 answers "$other"
t_fails 7 '  and is gone from the old one' curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$port/healthz"
sed -i "s|^store.*|store = $PWD/elsewhere|" live.conf
kill -HUP $pid
t_ok 'another store wants a restart' wait_for 20 grep -q 'another store wants a restart' run.err
kill -TERM $pid
wait $pid
t_eq 'it ends well' $? 0

# ---- no secret in a log ----
mkdir secret
openssl req -x509 -newkey ed25519 -nodes -days 30 -subj /CN=node -keyout secret/node.key -out secret/node.pem 2>/dev/null
cat >>node.conf <<END
cert = $PWD/secret/node.pem
key = $PWD/secret/node.key
verbose = yes
END
sed -i "s|^source = $PWD/release|source = http://127.0.0.1:1/|; s|^  source.*|source = git+http://name:geheim2@127.0.0.1:1/r|; /^log/d" node.conf
for format in text json; do
	rm run.out run.err
	tong-agent run --config node.conf --log $format >>run.out 2>>run.err & # both append
	pid=$!
	on_exit "kill $pid 2>/dev/null"
	wait_for 40 grep -q 'sync failed' run.err
	tong-agent sync --config node.conf --log $format --verbose --timeout 2 >>run.out 2>>run.err
	curl -s --max-time 5 "http://127.0.0.1:$port/api/v1/status" >>run.out
	kill -TERM $pid
	wait $pid
	t_grep "$format: the failure is told" 'sync failed' run.err
	t_nogrep "$format: no password" 'geheim' run.err
	t_nogrep '  nor in an answer' 'geheim' run.out
	t_nogrep "$format: nothing of the key" "$(sed -n 2p secret/node.key | cut -c 1-20)" run.err
done
