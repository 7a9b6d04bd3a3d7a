#!/bin/bash
# Publishing again: after any edit the folder is that of a full build, only files that differ are written, nobody sees it half-done.
. tests/lib/sh.sh

# A province of cities and a few counties, with words in another language.
province() {
	python3 tests/bench/province.py "$TONG_TMP/$1" --items 12 --regions 14 --handled 5 --git 0 || return 1
	(
		cd "$TONG_TMP/$1" || exit 1
		awk -F, 'NR == 1 || length($1) < 9 && $1 ~ /00$|^51010/' regions.csv >.regions && mv .regions regions.csv
		sed -i 's/^languages: .*/languages: [zh-CN, en]/' catalogue.yaml
		mkdir -p lang/en/items
		printf 'kind,id,member,text,of,source,reviewed_by,reviewed_at\nregion,510100,name,Chengdu,成都市,test,,\n' >lang/en/names.csv
		git add -A
		git commit -qm 'regions and languages'
	)
}
t_ok 'a small province' province cat
t_ok 'a look' cp -r site "$TONG_TMP/look"
cp -r "$TONG_TMP/cat" "$TONG_TMP/cat2"
cp -r site "$TONG_TMP/look2"	# the edits below change the first one
t_ok 'edits of every kind, each time the folder of a full build, small ones without reading everything' \
	python3 tests/story/publish.py "$TONG_TMP/cat" "$TONG_TMP/look" "$TONG_TMP" 44
t_ok 'readers see one commit at a time; killed publishers lose nothing' \
	python3 tests/story/publish_atomic.py "$TONG_TMP/cat2" "$TONG_TMP/look2" "$TONG_TMP" 12
t_grep '  readers were there all the time' '^read [0-9]{2,} times, [5-9] commits seen' "$OUT"
t_grep '  some were killed before it was shown' '^killed 12 times: [1-9]' "$OUT"

# An error that only the date makes: the waiver that covered it is over. Nothing near it changed.
(
	cp -r "$TONG_TMP/cat2" "$TONG_TMP/cat3" && cd "$TONG_TMP/cat3" || exit 1
	item=$(find items -name '*.md' | sort | tail -n 1)
	sed -i 's/^name: .*/name: ""/' "$item"
	printf 'rule,subject,reason,author,until\nitem-name-missing,%s,测试,测试,2026-01-31\n' "$(basename "$item" .md)" >waivers.csv
	git add -A
	GIT_COMMITTER_DATE=2026-01-30T12:00:00Z git commit -qm 'waived'
)
waived() { tong-publish site --repo "$TONG_TMP/cat3" --path '' --site "$TONG_TMP/look2" --out "$TONG_TMP/waived" --verbose; }
one_more() {
	sed -i "s/^## 受理条件$/&\n\n- $1。/" "$(find "$TONG_TMP/cat3/items" -name '*.md' | sort | head -n 1)"
	GIT_COMMITTER_DATE=$2 git -C "$TONG_TMP/cat3" commit -qam "$1"
}
t_ok 'an error that is waived' waived
one_more '最后一天' 2026-01-31T12:00:00Z
t_ok '  on the last day of its waiver' waived
t_grep '  without reading everything' '^layers of the last publish' "$ERR"
one_more '第二天' 2026-02-01T12:00:00Z
t_fails 1 '  on the next day' waived
t_grep '  is told' 'item-name-missing' "$ERR"
rm -rf "$TONG_TMP/waived" "$TONG_TMP/.waived.tong" "$TONG_TMP/cat3"

# What the last publish kept is damaged: everything is read, and kept anew.
cd "$TONG_TMP" || exit 1
damaged() { tong-publish site --repo cat2 --path '' --site look --out damaged --verbose "$@"; }
new_words() {
	local item
	item=$(find cat2/items -name '*.md' | sort | head -n 1)
	sed -i "s/^## 受理条件$/&\n\n- $1。/" "$item"
	git -C cat2 commit -qam "$1"
}
t_ok 'a publish to be damaged' damaged
for layer in .damaged.tong/layer-r*; do printf x | dd of="$layer" bs=1 seek=100 conv=notrunc status=none; done
new_words '改动'
t_ok 'what it kept is damaged: it is published all the same' damaged
t_grep '  from the catalogue' '^site from' "$ERR"
t_ok '  and a full build' tong-publish site --repo cat2 --path '' --site look --out undamaged --once --quiet
t_ok '  the same pages' diff -r damaged undamaged
rm -rf damaged undamaged .damaged.tong .undamaged.tong

# A disk without room: the folder shows what it showed.
publish() { tong-publish site --repo cat2 --path '' --site look --out small/site --quiet; }
mkdir small
if mount -t tmpfs -o size=256m tmpfs small 2>/dev/null; then
	on_exit "umount $PWD/small"
	t_ok 'a publish with room' publish
	t_ok '  kept for comparison' cp -r small/site kept
	sed -i 's/^notice: .*/notice: 放不下。/' cat2/catalogue.yaml
	git -C cat2 commit -qam 'no room'
	head -c 256m /dev/zero >small/fill 2>/dev/null
	t_fails 6 'a full disk while publishing again' publish
	t_ok '  shows what it showed' diff -r small/site kept
	rm small/fill
	t_ok '  with room again' publish
	t_ok '  and a full build' tong-publish site --repo cat2 --path '' --site look --out whole --once --quiet
	t_ok '  the same pages' diff -r small/site whole
else
	t_skip 'a full disk' 'no right to mount a tmpfs'
fi
