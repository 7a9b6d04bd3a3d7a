#!/bin/bash
# Two nodes left alone under `run`, as systemd would hold them: what people say at the county reaches the province by itself,
# from within the sandbox; the province raises alarms; both make their pages and tell how it went.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

cp -r "$ROOT/tests/golden/check/base" repo # a catalogue of a few files
git -c init.defaultBranch=main init -q repo
git -C repo add -A
git -C repo commit -q -m base
tong-publish keys init --keys keys --quiet
publish() { tong-publish release --repo repo --path '' --to release --keys keys --quiet; }
publish
declare -A pid port
port[province]=$(free_port)
port[county]=$(free_port)
init() { tong-agent init --quiet --store "$1" --root keys/1.root.json --source "$PWD/release" "${@:2}"; }
start() { # NODE OPTION…
	tong-agent run --store "$1" --listen "127.0.0.1:${port[$1]}" --every 3600 "${@:2}" >>"$1.out" 2>>"$1.err" &
	pid[$1]=$!
	on_exit "kill -9 ${pid[$1]} 2>/dev/null"
	t_ok "$1 runs" wait_for 20 curl -sf -o got "http://127.0.0.1:${port[$1]}/healthz"
}
finish() { kill -TERM "${pid[$1]}"; wait "${pid[$1]}"; }
ask() { # NODE EXPRESSION of doc and problems
	tong-agent status --json --store "$1" >state.json
	python3 - "$2" <<'P'
import json, sys
doc = json.load(open("state.json"))
print(eval(sys.argv[1], {"doc": doc, "problems": {p["what"] for p in doc["problems"]}}))
P
}
is() { [ "$(ask "$1" "$2")" = "$3" ]; }
metric() { curl -sf "http://127.0.0.1:${port[$1]}/metrics" | python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import metrics; print(metrics.read(sys.stdin.read()).get(sys.argv[2]))' "$ROOT/tests/lib" "$2"; }
measures() { [ "$(metric "$1" "$2")" = "$3" ]; }
hup() { kill -HUP "${pid[$1]}"; }

init province
init county --region 511602
printf '#!/bin/sh\ncat >%s.new && mv %s.new %s\n' "$PWD/alarm.json" "$PWD/alarm.json" "$PWD/alarm.json" >hook
chmod +x hook
cat >province.conf <<END
alarm = waiting=0s,silent=15s
webhook = $PWD/hook
END
t_ok 'alarms stand in the configuration' tong-agent config check province.conf
printf 'alarm = noise=3\nwebhook = hook\n' >bad.conf
t_fails 3 'rules of no kind, and a program without its path' tong-agent config check bad.conf
t_grep '  are both told' '^tong-agent: bad.conf:2: webhook: the whole path' "$ERR"
start province --config province.conf
start county

# ---- joining ----

t_ok 'both hold the release' wait_for 60 is province 'doc["release"]' 1
wait_for 60 is county 'doc["release"]' 1
t_eq 'status: the county reports to nobody' "$(ask county 'doc["upward"]["state"], "url" in doc["upward"]')" "('none', False)"
t_ok '  in words' tong-agent status --store county
t_grep '  too' '^reports +this node reports to nobody' "$OUT"
t_ok 'it enrols while it runs' tong-agent enroll "http://127.0.0.1:${port[province]}/" --name 广安区 --store county
t_eq 'status: it waits' "$(ask county 'doc["upward"]["state"]')" waiting
sleep 1.1
hup province
t_ok 'a node that waits is an alarm' wait_for 20 is province '"alarms" in problems' True
t_ok '  of which a program is told' wait_for 20 test -s alarm.json
t_eq '  by name' "$(python3 -c 'import json; d = json.load(open("alarm.json")); print(d["nodes"][0]["name"], d["nodes"][0]["problems"][0]["what"])')" '广安区 waiting'
t_grep '  and the log' 'alarms about nodes of the levels below: 1' province.err
t_eq 'it is in the metrics' "$(metric province 'tong_alarms{what="waiting"}')" 1.0
rm alarm.json
hup province
sleep 1
t_ok 'the same alarm is not told again' test ! -e alarm.json
node=$(ask county 'doc["upward"]["node"]')
t_ok 'the province approves' tong-agent nodes approve "$node" --store province

# ---- what people say, from within the sandbox ----

said=$(curl -s -o got -w '%{http_code}' -H 'Content-Type: application/json' --data '{"kind": "wrong", "text": "承诺办结时限不对", "item": "510104001000", "region": "511602", "contact": "13800000000"}' \
	"http://127.0.0.1:${port[county]}/feedback")
t_eq 'somebody reports an error at the county' "$said" 201
t_eq 'status: it waits in the outbox' "$(ask county 'doc["upward"]["waiting"] > 0')" True
sandbox=$(ask county 'doc["node"]["sandbox"]["seccomp"]')
t_eq 'the kernel holds the processes' "$sandbox" True
hup county
t_ok 'it goes up by itself' wait_for 30 is county 'doc["upward"]["state"], doc["upward"]["waiting"], "delivered" in doc["upward"]' "('approved', 0, True)"
t_ok '  in words' tong-agent status --store county
t_grep '  too' '^outbox +0 wait; the level above last acknowledged some: 20' "$OUT"
t_ok '  and is at the province' tong-agent feedback --store province
t_grep '  with the item' 510104001000 "$OUT"
t_eq 'the metrics of the county say so' "$(metric county tong_reports_waiting)" 0.0
t_ok 'the board too' measures province 'tong_nodes{standing="current"}' 1.0
t_eq 'packets are counted' "$(metric province 'tong_packets_total{result="taken"}' | grep -c '^[1-9]')" 1
hup province
t_ok 'the alarm ends' wait_for 20 is province '"alarms" in problems' False
t_ok '  which is told too' wait_for 20 grep -q '"alarms":0' alarm.json
notes() { hup province; sleep 0.5; python3 - <<'P'
import json, sqlite3, sys
sys.exit(not any(json.loads(b).get("layers") and not json.loads(b).get("regions") for b, in sqlite3.connect("file:province/ledger.db?mode=ro", uri=True).execute("select body from attested")))
P
}
t_ok 'the highest level notes since when it holds what it holds' wait_for 20 notes

# ---- all pages ----

t_ok 'the county has made every page' wait_for 60 is county 'doc["node"]["pages"]["bad"]' 0
attested() { python3 - <<'P'
import json, sqlite3
for body, in sqlite3.connect("file:province/ledger.db?mode=ro", uri=True).execute("select body from attested"):
    doc = json.loads(body)
    p = doc.get("pages", {})
    if doc.get("regions"): # the province's own one has none
        print(p.get("release"), p.get("bad"), p.get("pages", 0) > 20)
P
}
is_attested() { hup county; sleep 0.5; [ "$(attested)" = "$1" ]; }
t_ok '  and attests it to the province' wait_for 30 is_attested '1 0 True'
sed -i 's/^name:.*/name: 样例事项改/' repo/items/01/510104001000.md
git -C repo commit --quiet -am change
publish
hup county
t_ok 'a new release is looked at soon' wait_for 60 is_attested '2 0 True'

# The bytes of these pages are those of the published site, and the board sees it when they are not (P6).
t_ok 'the province has made every page too' wait_for 60 is province 'doc["node"]["pages"]["bad"]' 0
t_ok 'the site as it is published' tong-publish site --repo repo --path '' --site "$ROOT/site" --out site --quiet
said() { # the digests that the county attested; with a word: in their place for those of its own pages
	python3 - "$@" <<'P'
import json, sqlite3, sys
db = sqlite3.connect("province/ledger.db")
for node, body in db.execute("select node, body from attested").fetchall():
    doc = json.loads(body)
    if doc.get("regions") == ["511602"]:
        if sys.argv[1:]:
            doc["pages"]["digests"]["r511602"] = sys.argv[1]
            db.execute("update attested set body = ? where node = ?", (json.dumps(doc), node))
        print(json.dumps(doc["pages"]["digests"], sort_keys=True))
db.commit()
P
}
t_eq 'U14: the county attests the digests of those pages' "$(said)" "$("$ROOT/tests/tools/page_digests.py" site repo/agencies.csv base r511602)"
row() { tong-agent board --store province --json >board.json; python3 -c 'import json; n = json.load(open("board.json"))["nodes"][0]; print(n["standing"], n.get("pages_same"), [p["what"] for p in n["problems"]])'; }
compared() { hup province; sleep 0.5; [ "$(row)" = "$1" ]; }
t_ok '  which are those that the province makes' wait_for 60 compared 'current True []'
said 00000000000000000000000000000000 >/dev/null
t_eq 'pages of other bytes make a node divergent' "$(row)" "divergent False ['pages']"
t_fails 1 '  which is an alarm' tong-agent board --store province --alarm pending=9
t_grep '  in words' 'its pages differ from ours \(layers: 1\)' "$OUT"
hup province
t_ok '  in the metrics' wait_for 20 measures province 'tong_alarms{what="pages"}' 1.0
t_ok '  on the page' bash -c "curl -sf http://127.0.0.1:${port[province]}/board/ | grep -q '有 1 层的页面与本机的不同'"

# ---- a county that falls silent; a program that fails ----

finish county
printf '#!/bin/sh\nexit 7\n' >hook
looked() { hup province; sleep 1; is province "$1" "$2"; }
t_ok 'a silent county is an alarm' wait_for 60 measures province 'tong_alarms{what="silent"}' 1.0
t_ok 'a program that fails is told' wait_for 60 looked '"webhook" in problems' True
t_grep '  in the log' "the alarm's program: .*hook: ended with 7" province.err
printf '#!/bin/sh\ncat >%s.new && mv %s.new %s\n' "$PWD/alarm.json" "$PWD/alarm.json" "$PWD/alarm.json" >hook
t_ok '  and run again until it is well' wait_for 60 looked '"webhook" in problems' False
t_ok '  then all is said' wait_for 20 grep -q '"silent"' alarm.json
t_ok '  and no more' is province '"webhook" in problems' False
t_ok 'the command says no' bash -c 'tong-agent board --store province --alarm silent=15s --quiet; [ $? = 1 ]'

# ---- the source is gone, the level above is not ----

mv release away
start county
t_ok 'a sync fails' wait_for 30 is county '"sync" in problems' True
curl -s -o got -H 'Content-Type: application/json' --data '{"kind": "rating", "rating": 5, "item": "510104001000"}' "http://127.0.0.1:${port[county]}/feedback"
hup county
t_ok 'what is said still goes up' wait_for 30 bash -c '[ "$(tong-agent feedback --store province | grep -c 510104001000)" = 2 ]'
mv away release

# ---- too many packets ----

codes=$(for i in $(seq 1300); do echo "url = \"http://127.0.0.1:${port[province]}/api/v1/reports\""; echo 'output = "got"'; done >many.curl
	curl -s -w '%{http_code}\n' --data-binary nonsense -D heads -K many.curl | sort | uniq -c | awk '{ print $2 }' | tr '\n' ' ')
t_eq 'who sends many packets at once is told to wait' "$codes" '400 429 '
t_grep '  how long' '^Retry-After: [0-9]+' heads
t_ok '  which is counted' bash -c "curl -s http://127.0.0.1:${port[province]}/metrics | grep -qE 'tong_packets_total.result=.limited.. [1-9]'"
t_ok '  and people may still speak' curl -sf -o got -H 'Content-Type: application/json' --data '{"kind": "rating", "rating": 3, "item": "510104001000"}' "http://127.0.0.1:${port[province]}/feedback"
kids=$(pgrep -d ' ' -P "${pid[county]},${pid[province]}")
t_ok 'each has its children' test "$(wc -w <<<"$kids")" -ge 2
finish county
finish province
for kid in $kids; do t_ok '  which end with it' test ! -d "/proc/$kid"; done
