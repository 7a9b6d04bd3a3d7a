# Bad input: one clear message each (what, where, what to do), an exit code of its own kind, nothing lost, nothing half-written.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

# names PATTERN: the last message names what is wrong, and is one message
names() {
	t_grep "  it names: $1" "$1" "$ERR"
	t_nogrep '  no crash, no assertion' 'Assertion|Segmentation|core dumped|Sanitizer' "$ERR"
}

# ---- a catalogue of three files, copied from the golden tests ----
cp -r "$ROOT/tests/golden/check/base" cat
git -c init.defaultBranch=main init -q cat
git -C cat add -A
git -C cat commit -q -m base
pub() { tong-publish "$@" --repo cat --path '' --quiet; }
t_ok 'keys' tong-publish keys init --keys keys
t_ok 'the small catalogue publishes' pub release --to release --keys keys
t_ok 'and its site' pub site --out site

# ---- the publisher ----
t_fails 3 'a commit that does not exist' tong-publish layers --repo cat --path '' --rev no-such-commit --out x
names 'no-such-commit'
t_fails 3 'a folder that does not exist' tong-publish layers --repo cat --path nowhere --out x
names 'nowhere'
t_fails 3 'no repository' tong-publish layers --repo no-such-repo --out x
names 'no-such-repo'
t_fails 2 'an unknown command' tong-publish publihs
names 'publihs'
t_fails 2 'an unknown option' tong-publish check --formt json
names 'formt'
t_fails 2 'keys missing on the command line' pub release --to release2
names 'keys'

before=$(find release site -type f -exec sha256sum {} + | sort)
same() { t_eq "  nothing changed: $1" "$(find release site -type f -exec sha256sum {} + | sort)" "$before"; }

cp cat/regions.csv regions.keep
rm cat/regions.csv
git -C cat commit -q -am 'a required file is gone'
t_fails 3 'a missing catalogue file' pub release --to release --keys keys
names 'regions.csv'
same 'missing file'
printf 'code,name,level,type,parent,name_new\n"510000,四川省,1,省,,\n' >cat/regions.csv
git -C cat add -A
git -C cat commit -q -m 'broken file'
t_fails 1 'a broken catalogue file' pub site --out site
names 'regions.csv:'
same 'broken file'
cp regions.keep cat/regions.csv
sed -i 's/^visits: 1/visits: 1: 2/' cat/items/01/510104001000.md
git -C cat add -A
git -C cat commit -q -m 'a typo'
t_fails 1 "an editor's typo" pub release --to release --keys keys
names '510104001000.md:[0-9]+'
same 'typo'
git -C cat checkout -q HEAD~3 -- .
git -C cat commit -q -m 'mended'

ln -s /etc/passwd cat/laws/evil.yaml
git -C cat add -A
git -C cat commit -q -m link
t_fails 1 'a symbolic link in the tree' pub layers --out x
names 'evil.yaml'
git -C cat rm -q --cached laws/evil.yaml
rm cat/laws/evil.yaml
git -C cat commit -q -m 'no link'

t_fails 4 "keys of another's" bash -c 'tong-publish keys init --keys other && tong-publish release --repo cat --path "" --to release --keys other --quiet'
names 'root|key|release'
same 'foreign keys'
mkdir full
if mount -t tmpfs -o size=64k tmpfs full 2>/dev/null; then
	on_exit "umount $PWD/full"
	t_fails 6 'a full disk while writing the site' pub site --out full/site
	names '空间|space|full'
	t_fails 6 'a full disk while writing a release' pub release --to full/release --keys keys
	names '空间|space|full'
	t_eq '  no release is in force there' "$(ls full/release/timestamp.json 2>/dev/null)" ''
else
	t_skip 'a full disk' 'no right to mount a tmpfs'
fi

# ---- the agent ----
start_server release
t_fails 3 'a root that is no root' tong-agent init --store nope --root cat/catalogue.yaml --source "$SERVER_URL/" --region 511602
names 'catalogue.yaml'
t_eq '  no store is left' "$(ls nope/tong.db 2>/dev/null)" ''
t_fails 3 'a root file that is not there' tong-agent init --store nope --root no-such-root --source "$SERVER_URL/" --region 511602
names 'no-such-root'
t_ok 'init' tong-agent init --store node --root keys/1.root.json --source "$SERVER_URL/" --region 511602
t_ok 'sync' tong-agent sync --store node
t_fails 2 'init into a store that is there' tong-agent init --store node --root keys/1.root.json --source "$SERVER_URL/" --region 511602
names 'node'
t_fails 6 'a store that is not there' tong-agent status --store no-such-store
names 'no-such-store'
t_ok 'a node that pinned another root' tong-agent init --store wrong --root other/1.root.json --source "$SERVER_URL/" --region 511602
t_fails 4 'is told so' tong-agent sync --store wrong
names 'timestamp|root|signature'
t_fails 1 '  and holds nothing' tong-agent show 510104001000 --store wrong

good() { t_ok "  the old release still answers: $1" tong-agent show 510104001000 --store node; t_ok '  and is whole' tong-agent verify --store node; }

port=$SERVER_PORT
stop_server
t_fails 5 'an unreachable upstream' tong-agent sync --store node --from "http://127.0.0.1:$port/"
names "127.0.0.1:$port"
good 'unreachable'

# a second release, to be damaged in many ways
sed -i 's/days: 10/days: 9/' cat/items/01/510104001000.md
git -C cat commit -q -am 'a second release'
cp -r release one
t_ok 'a second release' pub release --to release --keys keys
damage() {   # name, shell command run inside a copy of the release without heads
	rm -rf bad
	cp -r release bad
	rm -rf bad/heads
	(cd bad && eval "$2")
	rm -rf node/incoming	# what an earlier trial left there is verified, and would be used (P10)
	t_fails "$3" "$1" tong-agent sync --store node --from "$PWD/bad"
	names "$4"
	good "$1"
}
damage 'a timestamp with a changed byte' 'sed -i "s/\"version\":2/\"version\":3/" timestamp.json' 4 'timestamp'
damage 'an unsigned timestamp' 'python3 - <<P
import json
d = json.load(open("timestamp.json")); d["signatures"] = []; json.dump(d, open("timestamp.json", "w"))
P' 4 'timestamp'
damage 'a timestamp cut in half' 'truncate -s 200 timestamp.json' 3 'timestamp'
damage 'a page of HTML instead of metadata' 'echo "<html>login</html>" >timestamp.json' 3 'timestamp'
damage 'no timestamp' 'rm timestamp.json' 5 'timestamp'
damage 'a missing snapshot' 'rm 2.snapshot.json' 5 'snapshot'
damage 'a snapshot of another time' 'cp 1.snapshot.json 2.snapshot.json' 4 'snapshot'
damage 'changesets of a format to come' 'find changesets -type f -exec sed -i "s/^TONGCS1/TONGCS2/" {} +' 3 'changeset'
damage 'changesets cut' 'find changesets -type f -exec truncate -s -3 {} +' 3 'changeset'
damage 'changesets with one byte changed' 'for f in changesets/*; do printf "\\377" | dd of=$f bs=1 seek=60 conv=notrunc status=none; done' 4 'changeset|hash|id'
cp -r "$ROOT/site" look
echo '{"renderer": 99}' >look/look.json
t_ok 'a look for a newer page builder (L8)' tong-publish layers --repo cat --path '' --site look --out x --quiet
t_grep '  is in the layer' '"k":"look","renderer":99' x/site.ndjson
rm -rf newlook
cp -r release newlook
t_fails 3 '  the publisher itself refuses to build pages with it' tong-publish site --repo cat --path '' --site look --out y --quiet
names 'page builder 99'
t_ok '  but signs it for newer nodes' tong-publish release --repo cat --path '' --site look --to newlook --keys keys --quiet
t_fails 3 '  an older node refuses it' tong-agent sync --store node --from "$PWD/newlook"
names 'page builder 99'
good 'newer look'
rm -rf bad
cp -r one bad
t_ok 'P3: an older release than the one held: first take the new one' tong-agent sync --store node --from "$PWD/release"
t_fails 4 'P3: then the older is refused' tong-agent sync --store node --from "$PWD/bad"
names 'timestamp|rollback|older'
good 'rollback attack'
rm -rf bad
cp -r release bad
printf 'garbage' >bad/heads/511602
t_ok 'a broken head is a missing head (H3)' tong-agent sync --store node --from "$PWD/bad"

t_ok 'a store to be spoiled' cp -r node newer
python3 - <<'P'
import sqlite3
db = sqlite3.connect("newer/tong.db")
db.execute("pragma user_version = 9999")
db.commit()
P
t_fails 6 'a store written by a newer version' tong-agent status --store newer
names 'newer'
t_ok 'another store to be spoiled' cp -r node torn
python3 - <<'P'
import sqlite3
db = sqlite3.connect("torn/tong.db")
db.execute("update record set body = replace(body, '样例', '别的') where key like 'item/%'")
db.commit()
P
t_fails 6 'a record changed behind its back is found' tong-agent verify --store torn
names 'base'
head -c 5000 /dev/urandom >rubbish
mkdir junk && cp rubbish junk/tong.db
t_fails 6 'a store that is no database' tong-agent status --store junk
names 'junk'

mkdir small
if mount -t tmpfs -o size=600k tmpfs small 2>/dev/null; then
	on_exit "umount $PWD/small"
	t_ok 'init on a small disk' tong-agent init --store small/node --root keys/1.root.json --source "$PWD/release" --region 511602
	head -c 10m /dev/zero >small/fill 2>/dev/null
	t_fails 6 'a full disk during the first sync' tong-agent sync --store small/node
	names '空间|space|full'
	rm small/fill
	t_ok '  with room again it succeeds' tong-agent sync --store small/node
	t_ok '  and is whole' tong-agent verify --store small/node
else
	t_skip 'a full disk during a sync' 'no right to mount a tmpfs'
fi
