#!/bin/bash
# Village, county, province: each node says what it holds, and reports go up over HTTP and on a stick; none is lost, none
# is counted twice (P9), however often a collector dies.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

json() { python3 -c "import json, sys; d = json.load(open('$1')); print($2)"; }
status() { tong-agent nodes --store "$1" --json >nodes.json && json nodes.json "' '.join(sorted(n['state'] for n in d['nodes']))"; }
spoken() { tong-agent nodes --store "$1" --json >own.json && json own.json "d['spoken']"; }
declare -A server
serve() {	# NODE PORT
	tong-agent serve --store "$1" --listen "127.0.0.1:$2" >/dev/null 2>"$1.log" &
	server[$1]=$!
	on_exit "kill ${server[$1]} 2>/dev/null"
	wait_for 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/$2" 2>/dev/null
}

tong-publish keys init --keys keys --quiet
git clone --quiet "$ROOT" repo
t_ok 'a release' tong-publish release --repo repo --to release --keys keys --quiet
for n in province county village; do
	case $n in province) region= ;; county) region=511602 ;; *) region=511602001 ;; esac
	tong-agent init --quiet --store $n --root keys/1.root.json --source "$PWD/release" ${region:+--region $region}
	t_ok "$n syncs" tong-agent sync --store $n --quiet
done
t_eq 'U1: the key is for its owner alone' "$(stat -c %a village/node.key)" 600
t_ok 'without a level above nothing is reported' tong-agent report --store village
t_grep '  which is said' 'reports to nobody' "$OUT"

# ---- the county joins the province, over HTTP ----

pport=$(free_port)
cport=$(free_port)
serve province "$pport"
serve county "$cport"
t_fails 2 'a level above wants an address' tong-agent enroll ftp://example.cn/ --store county
t_ok 'the county enrols' tong-agent enroll "http://127.0.0.1:$pport/" --name 广安区 --store county
t_grep '  and waits' 'not approved this node yet' "$OUT"
t_eq '  the province sees it' "$(status province)" waiting
t_ok 'reports of a node that waits' tong-agent report --store county --json
t_grep '  stay with it' '"state":"waiting"' "$OUT"
t_fails 1 'a node that nobody knows' tong-agent nodes approve 23456789 --store province
t_ok 'the province approves by the spoken name' tong-agent nodes approve "$(spoken county)" --store province
t_ok 'then all goes' tong-agent report --store county --json
t_grep '  and is acknowledged' '"waiting":0.*"state":"approved"' "$OUT"

# ---- the village has no network: a stick ----

mkdir stick
t_ok 'the village enrols on a stick' tong-agent enroll --name 村 --out stick/tong-reports/v.reports --store village
cp -r release stick/release
t_ok 'the county collects' tong-agent collect --from stick --store county
t_grep '  the request' '1 files: 1 new reports' "$OUT"
t_eq '  which waits' "$(status county)" waiting
t_ok 'the county approves' tong-agent nodes approve "$(spoken village)" --store county
rm -r stick/tong-reports
t_ok 'the village syncs from the stick' tong-agent sync --from stick/release --store village
t_ok '  and leaves its reports there' test -s stick/release/tong-reports/"$(json own.json "d['id'][:16]")".reports
t_ok 'the county takes them' tong-agent collect --from stick/release --store county
t_grep '  new ones' '[1-9] new reports, 1 held before, 0 refused' "$OUT"
t_ok 'a second time' tong-agent collect --from stick/release --store county
t_grep 'P9: they are counted once' ' 0 new reports, [1-9] held before' "$OUT"
t_ok 'the stick goes back' tong-agent sync --from stick/release --store village
t_ok 'P9: what was receipted is sent no more' tong-agent report --store village --json
tong-agent report --out stick/release --store village --json >said.json
tong-agent collect --from stick/release --store county --quiet
tong-agent report --out stick/release --store village --json >said.json
t_ok '  the village knows that it is approved' grep -q '"state":"approved"' said.json

# ---- what the village said reaches the province, in its own words ----

t_ok 'the county hands on' tong-agent report --store county --json
t_grep '  all of it' '"waiting":0,"aside":0' "$OUT"
t_eq 'U3: the province knows the village by the county' "$(status province)" 'approved approved'
t_ok 'the province revokes the county' tong-agent nodes revoke "$(spoken county)" --store province
t_eq '  and so the village' "$(status province)" 'revoked revoked'
t_ok 'the county is told' tong-agent report --store county --json
t_grep '  and keeps its reports' '"waiting":[1-9].*"aside":0,"state":"revoked"' "$OUT"
t_ok 'approved again' tong-agent nodes approve "$(spoken county)" --store province
tong-agent report --store county --quiet
t_ok '  all goes' tong-agent report --store county --json
t_grep '  and is acknowledged' '"waiting":0,"aside":0,"state":"approved"' "$OUT"

# ---- what is no packet ----

post() { curl -s -o got -w '%{http_code}' --max-time 10 -H 'Content-Type: application/x-tong-reports' "$@" "http://127.0.0.1:$pport/api/v1/reports"; }
t_eq 'what is no packet is refused' "$(post --data-binary nonsense)" 400
head -c 2000000 /dev/zero >zeros
t_eq 'P4: what is too long, before it is read' "$(post -H 'Expect:' --data-binary @zeros)" 413
t_eq 'reading that address is nothing' "$(curl -s -o got -w '%{http_code}' "http://127.0.0.1:$pport/api/v1/reports")" 404

# ---- what people say, and the board ----

code=511A0020600003
python3 - "$O" county <<'PY'
import ctypes, sys
lib = ctypes.CDLL(sys.argv[1] + "/libtong-agent.so.0")
class Said(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t)] + [(n, ctypes.c_char_p) for n in ("kind", "item", "region", "field", "text", "contact", "fingerprint", "lang")] + [("rating", ctypes.c_uint64), ("id", ctypes.c_char * 32)]
agent = ctypes.c_void_p()
assert lib.tong_agent_open(ctypes.byref(agent), sys.argv[2].encode(), None, None) == 0
for text, rating in (("=HYPERLINK(1) 承诺办结时限不对\n# 标题 <b>".encode(), 0), (None, 4)):
    s = Said(size=ctypes.sizeof(Said), kind=b"rating" if rating else b"wrong", item=b"511A0020600003", region=b"511602", text=text, contact=b"13800000000" if text else None, rating=rating)
    assert lib.tong_agent_feedback(agent, ctypes.byref(s), None) == 0
PY
t_eq 'what people said is for the owner and his group alone' "$(stat -c %a county/ledger.db* | sort -u)" 640
t_ok 'what was said at the county goes up' tong-agent report --store county --quiet
t_ok 'the province lists it' tong-agent feedback --store province
t_grep '  with the item' "$code 举办焰火晚会" "$OUT"
t_grep '  and where' '^  region +广安市广安区 511602' "$OUT"
id=$(grep -oE -m1 '^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}' "$OUT")
t_ok '  as a table' tong-agent feedback export --csv --store province
t_grep '  in which nothing is a formula' ",\"'=HYPERLINK" "$OUT"
t_ok '  as tasks for editors' tong-agent feedback export --tasks tasks --store province
t_grep '  with the field in question' '\[ \] 承诺办结时限 \(`limit_promised`\)' tasks/$code.md
t_grep '  the place by its name and its code' '广安市广安区 511602' tasks/$code.md
t_grep '  and the words as words' '^> \\# 标题 \\<b\\>' tasks/$code.md
t_nogrep '  but not who said it' 13800000000 tasks/$code.md
t_ok 'counts by department' tong-agent feedback stats --store province
t_grep '  with the rating' '^2 +0 +4\.0 \(1\)' "$OUT"
t_ok 'one is closed' tong-agent feedback close "$id" 已改 --store province
t_fails 1 '  once' tong-agent feedback close "$id" --store province
t_ok 'the board' tong-agent board --store province
t_grep '  shows the county as in force' '^up to date +[0-9]+ .*广安区  广安市广安区$' "$OUT"
t_grep '  and the village' '^up to date +[0-9]+ .*村' "$OUT"
t_ok 'no alarm' tong-agent board --alarm silent=1d --store province
t_fails 1 'an alarm' tong-agent board --alarm disk=100% --store province
t_grep '  says what' 'of the disk is free' "$OUT"
t_fails 2 'an alarm of no kind' tong-agent board --alarm noise=1 --store province
printf '#!/bin/sh\ncat >%s\n' "$PWD/alarm.json" >hook
chmod +x hook
t_fails 1 'the program of the alarm' tong-agent board --alarm disk=100% --webhook "$PWD/hook" --store province --quiet
t_eq '  is given it' "$(json alarm.json "d['nodes'][0]['problems'][0]['what']")" disk
sed -i 's/days: 20/days: 19/' repo/catalog-data/items/01/$code.md
git -C repo commit --quiet -am '十九天'
tong-publish release --repo repo --to release --keys keys --quiet
t_ok 'a newer standard at the province' tong-agent sync --store province --quiet
t_ok 'the board' tong-agent board --store province --json
t_eq '  shows who is behind' "$(json "$OUT" "sorted(n['standing'] for n in d['nodes'])")" "['behind', 'behind']"
tong-agent report --store province --quiet # the highest level reports to nobody; it notes since when it holds what it holds
sleep 1.1
t_fails 1 '  which is an alarm when it lasts' tong-agent board --alarm behind=0s --store province
t_grep '  with the time' 'the newer standard is 0 minutes old' "$OUT"
t_ok '  and none before' tong-agent board --alarm behind=1d,silent=1d --store province
get() { curl -s -o got -w '%{http_code}' --max-time 10 "http://127.0.0.1:$pport$1"; }
t_eq 'the board as a page' "$(get /board/)" 200
t_grep '  names the county' '广安区' got
t_grep '  and where it is' '广安市广安区浓洄街道 511602001' got
t_grep '  and how it stands' '落后' got
t_grep '  what people said of whom' '群众反映（按部门）' got
t_grep '  and how much of it is open' '待处理 [0-9]+ · 已处理 1' got
t_nogrep '  without a script of its own' '<script>' got
t_eq 'in English' "$(get /en/board/)" 200
t_grep '  too' 'Behind' got
t_nogrep '  and nobody is told that it were Chinese' 'no translation' got
python3 - province/ledger.db <<'P'
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1])
for node, body in db.execute("select node, body from attested").fetchall():
    db.execute("update attested set body = ? where node = ?", (json.dumps({**json.loads(body), "sound": False}), node))
db.commit()
P
t_ok 'nodes that found damage in themselves' tong-agent board --store province --json
t_eq '  are divergent, though only behind in what they hold' "$(json "$OUT" "[(n['standing'], n['problems'][0]) for n in d['nodes']][0]")" \
	"('divergent', {'what': 'divergent', 'value': 0})"
get /en/board/ >code
t_grep '  which the page says' 'Its own check found damage' got
