#!/bin/bash
# A series of random edits: `check --since` reports what the full check says of the changed files, with and without its cache.
. tests/lib/sh.sh

province() { python3 tests/bench/province.py "$TONG_TMP/$1" --items "$2" --regions "$3" --handled "$4" --git 0; }
t_ok 'a small province' province cat 60 14 30
t_ok 'twenty edits, the same findings' python3 tests/story/since.py "$TONG_TMP/cat" 20
t_grep '  the hook let some pass and refused others' '^the hook let [1-9][0-9]* pass and refused [1-9][0-9]*$' "$OUT"
t_grep '  many kinds of findings were among them' '^[3-9][0-9] kinds of findings' "$OUT"

# What a changed item says of others that did not change: one is cancelled, one has a name and an alias, a notice is there.
t_ok 'a smaller one' province few 6 1 2
cd "$TONG_TMP/few" || exit 1
check() { tong-publish check --path '' "$@"; }
mapfile -t items < <(find items -name '*.md' | sort)
gone=$(basename "${items[0]}" .md)
sed -i -e 's/^state: .*/state: "3"\ncancelled: "2020-01-01"/' "${items[0]}"
sed -i -e 's/^name: .*/name: 同名事项\naliases: [{system: national-12, code: "512099999999"}]/' "${items[1]}"
mkdir notices
printf -- '---\ntitle: 通知\ndate: "2026-01-31"\n---\n\n一\n' >notices/n1.md
git add -A
git commit -qm before
check --since HEAD~1 >"$OUT"	# the cache knows them now, and must forget those that change
sed -i -e "s/^name: .*/name: 同名事项\nreplaces: [\"$gone\"]\naliases: [{system: national-12, code: \"512099999999\"}]/" "${items[2]}"
printf '\n[通知](/notices/n1/)，[没有的](/notices/n2/)。\n' >>"${items[2]}"
git commit -qam after
t_fails 1 'an item that speaks of others' check --since HEAD~1
t_grep '  has the name of another' '\[item-name-twice\]' "$OUT"
t_grep '  and its alias' '\[alias-conflict\].*512099999999' "$OUT"
t_grep '  links to a notice that is not there' '\[link-dead\].*/notices/n2/' "$OUT"
t_nogrep '  and to one that is' '/notices/n1/' "$OUT"
t_nogrep '  replaces a cancelled one, as it may' 'life-replaces' "$OUT"

# Words in other languages hang on what they translate: the title of a notice, the text of an item.
mkdir -p lang/en/items
sed -i 's/^languages: .*/languages: [zh-CN, en]/' catalogue.yaml
printf 'kind,id,member,of,text,source,reviewed_by,reviewed_at\nnotice,n1,title,通知,Notice,test,,\n' >lang/en/names.csv
git add -A
git commit -qm 'a name in English'
check --since HEAD~1 >"$OUT"
t_nogrep '  the title of a notice that did not change is known' 'names.csv.*\[text-' "$OUT"
sed -i 's/^title: .*/title: ""/' notices/n1.md
git commit -qam 'a notice without title'
hook() { tong-publish hook update --path '' --lang en refs/heads/main "$(git rev-parse HEAD~1)" "$(git rev-parse HEAD)"; }
t_fails 1 'a title that goes' hook
t_grep '  is missed by its English name' '^lang/en/names.csv:2' "$ERR"
t_grep '  and by the notice' '^notices/n1.md' "$ERR"
git revert --no-edit HEAD >/dev/null

check --json --since HEAD~1 >"$TONG_TMP/warm"
printf 'damaged' | dd of=.git/tong/heads2 bs=1 seek=100 conv=notrunc 2>/dev/null
check --json --since HEAD~1 >"$TONG_TMP/damaged"
t_same 'a damaged cache is as good as none' "$TONG_TMP/warm" "$TONG_TMP/damaged"
t_ok '  and is replaced' python3 -c "import hashlib
b = open('.git/tong/heads2', 'rb').read()
assert hashlib.sha256(b[32:]).digest() == b[:32]"
t_ok 'nothing changed, nothing to say' check --json --since HEAD
t_grep '  no finding' '"findings": \[\]' "$OUT"
t_fails 3 'a revision that is not there' check --since nosuch
t_grep '  is named' 'nosuch' "$ERR"
