#!/bin/bash
# A catalogue in two languages: a translation is shown with what it is worth, goes out of date with its Chinese, is brought up
# to date and reviewed; province and node show the same; a third language is partial; one language costs nothing.
. tests/lib/sh.sh
in_chinese

cp -r tests/golden/check/base "$TONG_TMP/cat"
cp -r site "$TONG_TMP/look"
cd "$TONG_TMP" || exit 1
git -C cat init -q -b main
commit() { git -C cat add -A && git -C cat commit -qm "$1"; }
pub() { tong-publish "$1" --repo cat --path '' "${@:2}"; }
site() { pub site --site look --out "$1" --quiet; }
commit one
item=510104001000
en=out/en/items/$item/index.html

t_ok 'the site of two languages' site out
t_grep 'English is shown' '<h1>Sample licence</h1>' $en
t_grep '  as English' '<html lang="en">' $en
t_grep '  with labels and limits in English' 'Administrative licence.*|10 working days' $en
t_grep '  as what nobody has reviewed' 'Unofficial translation that nobody has reviewed' $en
t_grep '  who made it' 'Translated by: sample\.' $en
t_grep 'the Chinese page leads there' "hreflang=\"en\" href=\"../../en/items/$item/\"" out/items/$item/index.html
t_grep 'what has no translation is Chinese, marked' '<h1><span lang="zh-CN">样例服务</span></h1>' out/en/items/512004001000/index.html
t_grep '  and said to be' 'This page has no translation' out/en/items/512004001000/index.html
t_grep '  with the Chinese page as canonical' 'rel="canonical" href="../../../items/512004001000/"' out/en/items/512004001000/index.html
pages() { find "$1" -name '*.html' | wc -l; }
t_eq 'each page stands twice' "$(pages out)" "$((2 * $(pages out/en)))"
t_eq 'files stand once' "$(find out/en -type f ! -name '*.html')" ''

t_ok 'keys' tong-publish keys init --keys keys
release() { pub release --site look --to release --keys keys --quiet; }
t_ok 'released' release
t_ok 'a node' tong-agent init --store node --root keys/1.root.json --source "$PWD/release" --region 511602
t_ok '  synced' tong-agent sync --store node
t_ok '  writes its pages' tong-agent site --store node --out node-site
t_ok 'province and node: the same bytes in every language' diff -rq out node-site

sed -i 's/^- 样例条件/- 改过的样例条件，年满 16 周岁/' cat/items/01/$item.md
t_ok 'the Chinese changes: a warning' pub check --worktree
t_grep '  says that the translation is out of date' "^lang/en/items/$item.md:2:.*\[text-stale\]" "$OUT"
commit two
t_ok '  also when only the change is looked at' pub check --since HEAD~1
t_grep '  although its file did not change' "^lang/en/items/$item.md:2:.*\[text-stale\]" "$OUT"
t_ok 'published nevertheless' site out
t_grep '  the Chinese is shown' '改过的样例条件' $en
t_grep '  and why' 'was changed after this page was translated' $en
t_nogrep '  nothing of the old words' 'A sample condition|Sample licence<' $en
t_nogrep '  the Chinese page leads there no more' 'rel="alternate"' out/items/$item/index.html

mark=$(pub check --worktree --format json | python3 -c '
import json, re, sys
for f in json.load(sys.stdin)["findings"]:
    if f["rule"] == "text-stale": print(re.search(r"\"([^\"]+)\"", f["wanted"])[1])')
sed -i "s/^of: .*/of: $mark/" cat/lang/en/items/$item.md
t_ok 'a new mark without the new words' pub check --worktree
t_grep '  the number is missed' '\[text-numbers\].*译文里没有 16' "$OUT"
sed -i 's/^- A sample condition/- A changed condition: you are 16 or older/; s/^source: .*/&\nreviewed: {by: Reviewer, date: "2026-02-01"}/' cat/lang/en/items/$item.md
sed -i 's/sample,,$/sample,Reviewer,2026-02-01/' cat/lang/en/names.csv
t_ok 'translated and reviewed' pub check --worktree
t_nogrep '  nothing more to say' '\[text-' "$OUT"
commit three
t_ok 'the change alone' pub check --since HEAD~1
t_nogrep '  has nothing more to say either' '\[text-' "$OUT"
t_ok 'published' site out
t_grep '  with the review' 'Translation reviewed by Reviewer 2026-02-01\. The Chinese text prevails' $en
t_nogrep '  no longer unofficial' 'Unofficial' $en

t_ok 'released again' release
t_ok 'the node brings it' tong-agent sync --store node
t_ok '  writes its pages' tong-agent site --store node --out node-site
t_ok '  the same again' diff -rq out node-site

# A language with a few words: the rest is Chinese, marked; no page of it calls itself translated.
sed -i 's/\[zh-CN, en\]/[zh-CN, en, bo]/' cat/catalogue.yaml
printf '{"home": "གཙོ་ངོས།", "language_name": "བོད་སྐད་"}\n' >look/strings/bo.json
commit four
t_ok 'a third language' site out
t_grep '  its own words' '<html lang="bo">' out/bo/index.html
t_grep '  where it has them' 'གཙོ་ངོས།' out/bo/items/$item/index.html
t_grep '  Chinese where not' '<span lang="zh-CN">带什么</span>' out/bo/items/$item/index.html
t_nogrep '  not offered as a translation' 'rel="alternate" hreflang="bo"' out/index.html

sed -i 's/\[zh-CN, en, bo\]/[zh-CN]/' cat/catalogue.yaml
t_fails 1 'files of a language that is not listed' pub check --worktree
t_grep '  are an error' '\[language-unlisted\]' "$OUT"
rm -r cat/lang
commit five
t_ok 'one language' site out
t_eq '  no page of another is left' "$(find out/en out/bo 2>/dev/null)" ''
t_nogrep '  nor a word of languages' 'hreflang|class="langs"|class="note"' out/items/$item/index.html
