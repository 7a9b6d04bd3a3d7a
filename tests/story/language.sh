#!/bin/bash
# Findings speak Chinese, unless --lang or the locale asks for another language.
. tests/lib/sh.sh

cp -r tests/golden/check/base "$TONG_TMP/cat"
cd "$TONG_TMP/cat" || exit 1
sed -i 's/^code: .*/code: "1"/' items/01/510104001000.md
unset LANG LANGUAGE LC_ALL LC_MESSAGES
check() { env "$1" tong-publish check --worktree --path '' --quiet "${@:2}"; }
zh='^items/01/510104001000.md:[0-9]+:[0-9]+: 错误 \[item-code-path\] .*。找到：1；应为：510104001000。$'
en='^items/01/510104001000.md:[0-9]+:[0-9]+: error \[item-code-path\] [^:]*: [a-z ,]*; found: 1; wanted: 510104001000$'

for locale in A=b LC_ALL= LANG=C LC_ALL=C.UTF-8 LC_MESSAGES=POSIX LANG=zh_CN.UTF-8 LC_ALL=zh; do
	t_fails 1 "with $locale" check $locale
	t_grep '  in Chinese' "$zh" "$OUT"
	t_grep '  with advice' '^    怎么改：' "$OUT"
done
for locale in LC_ALL=en_US.UTF-8 LANG=en LC_MESSAGES=de_DE@euro; do
	t_fails 1 "with $locale" check $locale
	t_grep '  in English' "$en" "$OUT"
	t_grep '  with advice' '^    what to do: .*\(from: ' "$OUT"
done
t_fails 1 'an option goes before the locale' check LC_ALL=zh_CN.UTF-8 --lang en
t_grep '  one way' "$en" "$OUT"
t_fails 1 '  and the other' check LC_ALL=en_US.UTF-8 --lang zh
t_grep '  as well' "$zh" "$OUT"
t_fails 1 'for programs nothing differs' check LC_ALL=en_US.UTF-8 --json
cp "$OUT" "$TONG_TMP/en.json"
t_fails 1 '  in any language' check LC_ALL=zh_CN.UTF-8 --json
t_same '  not a byte' "$TONG_TMP/en.json" "$OUT"
t_fails 2 'a language that is not spoken' check A=b --lang fr
t_ok 'the list of rules' env LC_ALL=en_US.UTF-8 tong-publish explain
t_grep '  in English' '^item-code-path +error  [a-z]' "$OUT"
t_ok '  and' tong-publish explain --lang zh
t_grep '  in Chinese' '^item-code-path +错误  ' "$OUT"
