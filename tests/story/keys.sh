#!/bin/bash
# Keys come and go: rotated, shared between people, handed to an administration, revoked, lost; and a county that pinned
# the first root follows all of it (FORMAT T5, K1-K6, S1-S7).
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

publish() { tong-publish "$@" --to release --keys keys; }
edit() {	# $1 what changes in the unified standard of one item
	sed -i '/^limit_promised:/d' repo/catalog-data/items/01/511A0020600003.md
	sed -i "s/^limit_statutory:.*/&\nlimit_promised: {days: $1, unit: \"1\"}/" repo/catalog-data/items/01/511A0020600003.md
	git -C repo commit --quiet -am "$1 days"
}
edit_local() { sed -i "2s/[^,]*\$/$1/" repo/catalog-data/local/511602/items.csv; git -C repo commit --quiet -am "note $1"; }
in_force() { python3 -c 'import json; print(json.load(open("release/timestamp.json"))["signed"]["meta"]["snapshot.json"]["version"])'; }
follows() {	# the old county is at the release in force, and whole
	t_ok "$1: the county follows" tong-agent sync --store node
	t_eq "$1: it holds the release in force" "$(release_of node)" "$(in_force)"
}
whole() { t_ok "$1: all of it is what was signed" tong-agent verify --store node; }
state() { find release -type f -exec sha256sum {} + | sort; }

t_ok 'a scratch clone' git clone --quiet "$ROOT" repo
t_ok 'keys' tong-publish keys init --keys keys
t_ok 'a first release' publish release --repo repo --quiet
t_ok 'a county pins the first root' tong-agent init --store node --root keys/1.root.json --source "$PWD/release" --region 511602
t_ok 'and syncs' tong-agent sync --store node
cp -a keys stolen
cp -a release before

# ---- rotate: every key once ----

for key in timestamp snapshot targets root base site local; do
	t_ok "rotate $key" publish keys rotate $key
	t_ok "rotate $key: it is shown" publish keys show
	t_grep "rotate $key: the new key has its place" "^$key-2 +ed25519 +here +[0-9a-f]{64}  [a-z]" "$OUT"
	t_grep "rotate $key: the old one has none" "^$key +ed25519 +here +[0-9a-f]{64}\$" "$OUT"
	follows "rotate $key"
done
t_eq 'roots are consecutive' "$(cd release && ls -- *.root.json | sort -n | tr '\n' ' ')" \
	'1.root.json 2.root.json 3.root.json 4.root.json 5.root.json '
t_eq 'nothing is left beside the repository' "$(ls -d release* | tr '\n' ' ')" 'release '
edit 9
t_ok 'the next release needs no word about keys' publish release --repo repo --quiet
follows 'a release with the new keys'
whole 'rotated'
t_ok 'a new county that pins the first root' tong-agent init --store fresh --root keys/1.root.json --source "$PWD/release" --region 511602
t_ok 'walks the whole chain' tong-agent sync --store fresh
t_ok 'or pins the last' tong-agent init --store last --root release/5.root.json --source "$PWD/release" --region 511602
t_ok 'and syncs' tong-agent sync --store last

# ---- what the old keys sign is refused ----

held=$(release_of node)
edit 1
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do tong-publish timestamp --to before --keys stolen --quiet; done
t_ok 'a thief signs a release with all of the old keys' tong-publish release --repo repo --to before --keys stolen --quiet
t_fails 4 'the county refuses it' tong-agent sync --store node --from "$PWD/before"
t_grep 'for its signature' 'TONG_E_SIGNATURE|签名|signature' "$ERR"
t_eq 'and stays where it was' "$(release_of node)" "$held"
t_ok 'with what it holds whole' tong-agent verify --store node
follows 'after the thief'

# ---- 2 of 3 ----

for name in li wang zhao; do
	t_ok "$name makes a key on a machine of their own" tong-publish keys create $name p384 --keys home-$name
	t_ok "its public half comes to the publisher" tong-publish keys import $name home-$name/$name.pub --keys keys
done
t_fails 2 'a threshold that nobody could reach' publish keys threshold root 4 li wang zhao
t_grep 'says so' '3 keys where 4 must sign' "$ERR"
state >state.before
t_fails 4 'root to 2 of 3: the new signers must sign too' publish keys threshold root 2 li wang zhao
t_grep 'names who' '6\.root\.json: 0 of 2, still to sign: li, wang, zhao' "$ERR"
state >state.after
t_same 'nothing of the repository was touched' state.before state.after
t_fails 2 'while it is staged nothing else is' publish keys rotate timestamp-2
t_grep 'says what to do' 'release publish.*remove the folder' "$ERR"
cp release.stage/requests/6.root.request stick.request
t_fails 2 'nobody signs unseen' tong-publish keys sign stick.request --keys home-li
t_grep 'the request says what is signed' '^  root: 2 of [0-9a-f]{8} \(li\)|^  root: 2 of .*\(li\)' "$OUT"
t_grep 'with the number to compare' '^sha256 [0-9a-f]{64}$' "$OUT"
python3 - stick.request <<'END'
import json, sys
for name, edit in {
    "layer": lambda r: r.update(role="r510100"),
    "escape": lambda r: r["file"]["signed"].update(expires="\x1b[2J\nsha256 0000"),
    "bare": lambda r: r.pop("judges"),
    "other": lambda r: r.update(format="x"),
}.items():
    r = json.load(open(sys.argv[1]))
    edit(r)
    json.dump(r, open(name + ".request", "w"))
END
t_fails 4 'S4: a root that calls itself a layer' tong-publish keys sign layer.request --keys home-li --yes
t_fails 3 'S3: a request without judges' tong-publish keys sign bare.request --keys home-li --yes
t_fails 3 'S3: another format' tong-publish keys sign other.request --keys home-li --yes
t_fails 2 'S4: words that would write over the screen' tong-publish keys sign escape.request --keys home-li
t_nogrep 'are shown as what they are not' "$(printf '\033')" "$OUT"
t_eq 'and begin no line' "$(grep -c '^sha256' "$OUT")" 1
t_ok 'li signs' tong-publish keys sign stick.request --keys home-li --out li.signature --yes
t_fails 4 'who may not sign cannot' tong-publish keys sign stick.request --keys stolen --out no.signature --yes
t_fails 4 'one of two is not enough' publish release publish li.signature
t_grep 'names who can still sign' '6\.root\.json: 1 of 2, still to sign: wang, zhao' "$ERR"
state >state.after
t_same 'nothing came into force' state.before state.after
sed 's/"sig":"../"sig":"00/' li.signature >forged.signature
t_ok 'zhao signs what li has not spoilt' tong-publish keys sign release.stage/requests/6.root.request --keys home-zhao --yes
mv release.stage/requests/6.root.signature zhao.signature
t_fails 4 'a forged answer counts for nothing' publish release publish forged.signature
t_ok 'with the second it comes into force' publish release publish zhao.signature
t_eq 'nothing is left beside the repository' "$(ls -d release* | tr '\n' ' ')" 'release '
follows '2 of 3'
t_fails 4 'the old root key alone does no more' publish keys rotate timestamp-2
t_grep 'names two of three' '7\.root\.json: 0 of 2, still to sign: li, wang, zhao' "$ERR"
t_ok 'wang signs' tong-publish keys sign release.stage/requests/7.root.request --keys home-wang --yes
cp release.stage/requests/7.root.signature wang.signature
t_ok 'li signs the same request' tong-publish keys sign release.stage/requests/7.root.request --keys home-li --out li.signature --yes
t_ok 'answers beside the requests are found by themselves' publish release publish li.signature
follows 'rotated by two of three'
whole '2 of 3'

# ---- a key that is revoked, a key that is lost ----

t_fails 2 'the only key of a role cannot just go' publish keys revoke snapshot-2
t_grep 'says what to do' 'keys threshold|keys rotate' "$ERR"
t_fails 4 'revoke zhao' publish keys revoke zhao
t_grep 'two of those who stay' '8\.root\.json: 0 of 2, still to sign: li, wang' "$ERR"
for name in li wang; do
	t_ok "$name signs" tong-publish keys sign release.stage/requests/8.root.request --keys home-$name --out $name.signature --yes
done
t_ok 'in force' publish release publish li.signature wang.signature
follows 'revoked'
t_fails 4 'zhao is asked no more' publish keys threshold root 1 li
t_nogrep 'and not named' 'zhao' "$ERR"
rm -rf release.stage
t_ok 'the timestamp key is lost' rm keys/timestamp-3.pem
t_fails 4 'no timestamp can be signed' publish timestamp
t_grep 'says whose is missing' 'timestamp\.json: 0 of 1, still to sign: timestamp-3' "$ERR"
t_ok 'another key is made' tong-publish keys create stamp --keys keys
t_fails 4 'root replaces it' publish keys rotate timestamp-3 stamp
for name in li wang; do
	t_ok "$name signs" tong-publish keys sign release.stage/requests/9.root.request --keys home-$name --out $name.signature --yes
done
t_ok 'in force' publish release publish li.signature wang.signature
follows 'a lost key'

# ---- an administration signs its own layer ----

t_ok 'the district makes a key' tong-publish keys create qianfeng sm2 --keys district
t_ok 'the province knows its public half' tong-publish keys import qianfeng district/qianfeng.pub --keys keys
t_fails 4 'its layer is delegated to it' publish keys delegate r511602 qianfeng
t_grep 'it has to sign what it takes over' '\.r511602\.json: 0 of 1, still to sign: qianfeng' "$ERR"
t_ok 'it signs' tong-publish keys sign release.stage/requests/*.r511602.request --keys district --out q.signature --yes
t_grep 'and saw which layer' 'r511602\.ndjson: [0-9]+ bytes, sha256' "$OUT"
t_ok 'in force' publish release publish q.signature
follows 'delegated'
edit 7
t_ok 'what is the province’s own needs nobody' publish release --repo repo --quiet
follows 'delegated, another layer'
edit_local 周三上午办理
state >state.before
t_fails 4 'the district’s layer needs the district' publish release --repo repo --quiet
t_grep 'says whose signature' 'r511602\.json: 0 of 1, still to sign: qianfeng' "$ERR"
t_grep 'and how' '--stage' "$ERR"
state >state.after
t_same 'before anything was written' state.before state.after
edit 8
t_ok 'the province need not wait for the district' publish release --repo repo --hold
t_grep 'and says what it held back' 'r511602' "$ERR"
follows 'the district held back'
t_fails 4 'staged' publish release --repo repo --stage stage --quiet
t_ok 'nightly, the timestamp is renewed' publish timestamp --quiet
t_ok 'the district signs' tong-publish keys sign stage/requests/*.r511602.request --keys district --yes
t_ok 'in force' publish release publish --stage stage
t_eq 'the stage is gone' "$(ls -d stage 2>&1 | grep -c '^stage$')" 0
follows 'signed by the district'
edit_local 周四上午办理
t_fails 4 'staged again' publish release --repo repo --stage stage --quiet
git -C repo revert --no-edit HEAD >/dev/null 2>&1
edit 6
t_ok 'meanwhile another release' publish release --repo repo --quiet
t_ok 'the district signs' tong-publish keys sign stage/requests/*.r511602.request --keys district --yes
t_ok 'S7: what is staged still fits' publish release publish --stage stage
follows 'two releases crossed'
t_ok 'the province takes the layer back' publish keys delegate r511602 local-2 --stage other
t_ok 'when it was looked at' publish release publish --stage other
follows 'taken back'
whole 'at the end'
t_eq 'roots are consecutive to the end' "$(cd release && ls -- *.root.json | sort -n | tr '\n' ' ')" \
	"$(for n in 1 2 3 4 5 6 7 8 9; do printf '%s.root.json ' $n; done)"
