#!/bin/bash
# Slips of the pen in every kind of file: each is found where it stands, and the word that was meant is named.
. tests/lib/sh.sh
in_chinese

cp -r tests/golden/check/base "$TONG_TMP/cat"
cd "$TONG_TMP/cat" || exit 1
git -c init.defaultBranch=main init -q .
git add -A
git commit -qm 'as it was'
item=items/01/510104001000.md
check() { tong-publish check --worktree --path '' --quiet "$@"; }

# slip FILE OLD NEW RULE MEANT: NEW instead of OLD is a finding of RULE in FILE that asks "是不是 MEANT".
slip() {
	python3 - "$1" "$2" "$3" <<'P'
import pathlib, sys
path, old, new = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
text = path.read_text(encoding="utf-8")
assert old in text, old
path.write_text(text.replace(old, new, 1), encoding="utf-8")
P
	t_fails "${6:-1}" "$3 in $1" check
	t_grep "  asks whether $5 was meant" "^$1:[0-9]+:[0-9]+: [^ ]+ .*\[$4\].*是不是 $5" "$OUT"
	git checkout -q -- .
}
t_ok 'at first nothing is wrong' check
slip $item 'visits: 1' 'visit: 1' element-unknown 'visits，'
slip $item 'name: 样例许可' '事项名称: 样例许可' element-unknown 'name，'
slip $item '{days: 20' '{day: 20' element-unknown 'days，'
slip $item 'case_type: "2"' 'case_type: 承诺件' element-enum '2，承诺件'
slip $item '## 受理条件' '## 受理条件：' section-unknown '受理条件？'
slip $item 'law: yangli-fa' 'law: yangli_fa' reference-law 'yangli-fa，样例法'
slip laws/yangli-fa.yaml 'title: 样例法' 'titel: 样例法' element-unknown 'title，'
slip laws/yangli-fa.yaml 'state: 有效' 'state: 有効' law-state '有效？'
slip laws/yangli-fa.yaml 'kind: 法律' 'kind: 行政法' element-enum '行政法规？'
slip materials.yaml 'name: 样例申请表' 'nmae: 样例申请表' element-unknown 'name，'
slip themes.yaml 'audience: person' 'audience: persons' element-enum 'person，个人'
slip licences.yaml 'issuer: ' 'isuer: ' element-unknown 'issuer，'
slip catalogue.yaml 'hotline: ' 'hot_line: ' element-unknown 'hotline，'
slip notices/yangli-tongzhi.md 'number: ' 'numbr: ' element-unknown 'number，'
slip local/511602/halls.yaml 'windows:' 'window:' element-unknown 'windows，'
slip local/511602/items.csv 'complaint_phone' 'complain_phone' csv-column-unknown 'complaint_phone，'
slip agencies.csv 'short_name' 'shortname' csv-column-unknown 'short_name？'
printf 'rule,subject,reason,author,until\nphone-frm,*,r,a,2099-01-01\n' >waivers.csv
git add -A
slip waivers.csv 'phone-frm' 'phone-fom' waiver-form 'phone-form？'
git rm -qf waivers.csv

# What cannot be read at all is one finding of form, at its place: nothing else is made of the file.
form() { # FILE RULE [PLACE]
	t_fails 1 "$4" check
	t_grep "  is $2" "^$1:$3: [^ ]+ \[$2\]" "$OUT"
	t_eq '  and nothing else in this file' "$(grep -c "^$1" "$OUT")" 1
	git checkout -q -- .
	git clean -qfd
}
sed -i 's/^name: 样例许可/\tname: 样例许可/' $item
form $item yaml-syntax '[45]:[0-9]+' 'a tab in YAML'
sed -i 's/^name: /name：/' $item
form $item yaml-syntax '[45]:[0-9]+' 'a full-width colon'
iconv -f utf-8 -t gb18030 $item >x && mv x $item
form $item file-encoding '[0-9]+:[0-9]+' 'Markdown in GB18030'
iconv -f utf-8 -t gb18030 local/511602/items.csv >x && mv x local/511602/items.csv
form local/511602/items.csv file-encoding '[0-9]+:[0-9]+' 'a table in GB18030'
: >$item
form $item front-matter-missing '1:1' 'an empty file'
printf 'a\0b\n' >$item
form $item file-encoding '1:2' 'bytes that are no text'
printf '\xef\xbb\xbf' | cat - agencies.csv >x && mv x agencies.csv
form agencies.csv file-encoding '1:1' 'a byte order mark'
sed -i 's/$/\r/' agencies.csv
t_fails 1 'line ends of Windows' check
t_ok '  fmt mends them' tong-publish fmt --path '' agencies.csv
t_eq '  as they were' "$(git status --porcelain)" ''
sed -i 's/^name: 样例许可/name: 样例许可\nname: 又一个/' $item
form $item yaml-duplicate-key '5:1' 'a key twice'
python3 -c "print('title: ' + '[' * 5000)" >laws/deep.yaml
form laws/deep.yaml file-too-large '1:23' 'brackets without end'
truncate -s 100M laws/big.yaml
t_fails 1 'a file of 100 MB' check
t_grep '  is named with its ceiling' '^laws/big.yaml: [^ ]+ \[file-too-large\].*104857600' "$OUT"
rm laws/big.yaml
python3 -c "print(',' * 10000000)" >intermediaries.csv
t_fails 1 'ten million columns' check
t_grep '  are too many' '^intermediaries.csv:1:1: .*256' "$OUT"
git checkout -q -- .
ln -s /etc/passwd laws/evil.yaml
python3 -c "import os; os.makedirs('laws/' + '/'.join('d' * 17))"
: >"laws/a
b.yaml"
sed -i 's/^name: 样例许可/<<<<<<< HEAD\nname: 样例许可\n=======\nname: 又一个\n>>>>>>> other/' $item
t_fails 1 'a symbolic link, a deep folder, a name of two lines and marks of a merge' check
t_grep '  the link is named' '^laws/evil.yaml: .*\[file-kind\]' "$OUT"
t_grep '  the folder' '^laws/d/d/.*\[file-name\]' "$OUT"
t_grep '  the name, on one line' '^laws/a\\x0Ab.yaml: .*\[file-name\]' "$OUT"
t_grep '  and the merge, in one run' "^$item:4:1: .*\\[file-conflict\\]" "$OUT"
rm -r laws/evil.yaml laws/d laws/a*
git checkout -q -- .
git checkout -q -b other
sed -i 's/^name: 样例许可/name: 样例许可甲/' $item
git commit -qam 'one name'
git checkout -q -
sed -i 's/^name: 样例许可/name: 样例许可乙/' $item
git commit -qam 'another name'
t_fails 1 'a merge with a conflict' git merge -q other
t_ok 'a hook for it' tong-publish hook install pre-commit --path ''
t_fails 1 '  refuses what is not merged yet' tong-publish hook pre-commit --path ''
t_grep '  and names the file' "^$item\$" "$ERR"
t_grep '  with its rule, and says nothing else' '有 1 处' "$ERR"
rm .git/hooks/pre-commit
git merge --abort
git reset -q --hard HEAD~1
git update-index --add --cacheinfo "160000,$(git rev-parse HEAD),laws/sub"
git commit -qm 'a submodule'
t_fails 1 'a submodule' tong-publish check --path '' --quiet
t_grep '  is named' '^laws/sub: .*\[file-kind\]' "$OUT"
git reset -q --hard HEAD~1
blob=$(git rev-parse HEAD:$item)
cp -r .git ../whole.git
chmod u+w ".git/objects/${blob:0:2}/${blob:2}"
printf 'damaged' >".git/objects/${blob:0:2}/${blob:2}"
t_fails 6 'a corrupt repository' tong-publish check --path '' --quiet
t_grep '  is named' '损坏|corrupt|damaged' "$ERR"
rm -rf .git && mv ../whole.git .git

# Notices are Markdown like everything else; links know every page that the site will have.
notice() { printf '\n%s\n' "$1" >>notices/yangli-tongzhi.md; }
notice '**注意：**请带原件。'
notice '<b>粗</b>'
t_fails 1 'a notice with slips' check
t_grep '  stars that stay' '^notices/yangli-tongzhi.md:[0-9]+:1: .*\[markdown-emphasis\]' "$OUT"
t_grep '  HTML' '^notices/yangli-tongzhi.md:[0-9]+:1: .*\[markdown-html\]' "$OUT"
git checkout -q -- .
for url in / /search/ /items/510104001000/ /items/510104001000/#materials /regions/ /regions/511602/ /agencies/ /themes/ /themes/p01/ \
	/directories/ /materials/ /materials/m0001/ /laws/ /laws/yangli-fa/ /licences/ /licences/yangli-zhengzhao/ /intermediaries/ /notices/ \
	/notices/yangli-tongzhi/ /changes/ /changes/510104001000/ /verify/ /about/ /handbook/ /data/fingerprints.json; do
	notice "[页]($url)"
done
t_ok 'links to every kind of page' check
for url in /items/999/ /regions/999999/ /agencies/nobody/ /themes/p99/ /materials/m9999/ /laws/none/ /licences/none/ /notices/none/ \
	/changes/999/ /regions/511602/items/999/ /nosuch/ /notices; do
	notice "[页]($url)"
done
t_fails 1 'links to none' check
t_eq '  all of them are found' "$(grep -c '\[link-dead\]' "$OUT")" 12
git checkout -q -- .
git rm -qr licences.yaml intermediaries.csv
sed -i '/licence:/d' materials.yaml
notice '[证照](/licences/) [中介](/intermediaries/)'
t_fails 1 'lists of what this catalogue has not' check
t_eq '  are no pages' "$(grep -c '\[link-dead\]' "$OUT")" 2
