#!/bin/bash
# Both programs speak the reader's language: Chinese when --lang or the locale asks, else English.
. tests/lib/sh.sh

cp -r tests/golden/check/base "$TONG_TMP/cat"
cd "$TONG_TMP/cat" || exit 1
sed -i 's/^code: .*/code: "1"/' items/01/510104001000.md
unset LANG LANGUAGE LC_ALL LC_MESSAGES
check() { env "$1" tong-publish check --worktree --path '' --quiet "${@:2}"; }
sync() { env "$1" tong-agent sync --store "$TONG_TMP/nothing" "${@:2}"; }
zh='^items/01/510104001000.md:[0-9]+:[0-9]+: 错误 \[item-code-path\] .*。找到：1；应为：510104001000。$'
en='^items/01/510104001000.md:[0-9]+:[0-9]+: error \[item-code-path\] [^:]*: [a-z ,]*; found: 1; wanted: 510104001000\.$'
none_zh='nothing: 这里没有数据仓；请用 tong-agent init 建立$'
none_en='nothing: there is no store here; tong-agent init makes one$'

# ---- who asks for what; none of these locales is installed but C.UTF-8 ----

for locale in LANGUAGE=zh_CN LANGUAGE=zh LANGUAGE=zh_CN:en LANG=zh_CN.UTF-8 LC_MESSAGES=zh_CN.GB18030 LC_ALL=zh; do
	t_fails 1 "with $locale" check $locale
	t_grep '  in Chinese' "$zh" "$OUT"
	t_grep '  with advice' '^    怎么改：' "$OUT"
	t_fails 6 '  the agent' sync $locale
	t_grep '  as well' "$none_zh" "$ERR"
done
for locale in A=b LC_ALL= LANG=C LC_ALL=C.UTF-8 LC_MESSAGES=POSIX LC_ALL=en_US.UTF-8 LANG=de_DE@euro LANGUAGE=zha; do
	t_fails 1 "with $locale" check $locale
	t_grep '  in English' "$en" "$OUT"
	t_grep '  with advice' '^    what to do: .*\(from: ' "$OUT"
	t_fails 6 '  the agent' sync $locale
	t_grep '  as well' "$none_en" "$ERR"
done
t_fails 1 'LANGUAGE goes before the locale' env LC_ALL=zh_CN.UTF-8 LANGUAGE=en tong-publish check --worktree --path ''
t_grep '  as gettext has it' "$en" "$OUT"
t_fails 1 'an option goes before both' check LC_ALL=zh_CN.UTF-8 --lang en
t_grep '  one way' "$en" "$OUT"
t_fails 1 '  and the other' check LC_ALL=en_US.UTF-8 --lang zh
t_grep '  as well' "$zh" "$OUT"
t_fails 6 '  with the agent' sync LC_ALL=zh_CN.UTF-8 --lang en
t_grep '  one way' "$none_en" "$ERR"
t_fails 6 '  and' sync A=b --lang zh
t_grep '  the other' "$none_zh" "$ERR"
t_fails 2 'a language that is not spoken' check A=b --lang fr
t_fails 2 '  by the agent either' sync A=b --lang fr
t_grep '  is named' 'fr' "$ERR"

# ---- help, mistakes, numbers ----

t_ok 'help' tong-publish help --lang zh
t_grep '  in Chinese' '^  release .*签名并加入发布仓库' "$OUT"
t_ok 'the help of the agent' tong-agent --lang zh help
t_grep '  in Chinese' '取得最新发布' "$OUT"
t_ok '  and' tong-agent help
t_grep '  in English' 'get the newest release' "$OUT"
t_fails 2 'a mistake at the keyboard' env LANG=zh_CN.UTF-8 tong-publish chekc
t_grep '  is told in Chinese' 'chekc: 没有这个命令' "$ERR"
t_fails 1 'a decimal point stays one' env LC_ALL=de_DE.UTF-8 tong-publish check --worktree --path ''
t_grep '  whatever the locale' ' in [0-9]+\.[0-9] s$' "$ERR"
t_ok 'the list of rules' env LC_ALL=en_US.UTF-8 tong-publish explain
t_grep '  in English' '^item-code-path +error  [a-z]' "$OUT"
t_ok '  and' tong-publish explain --lang zh
t_grep '  in Chinese' '^item-code-path +错误  ' "$OUT"

# ---- programs read the same bytes ----

for format in json sarif; do
	t_fails 1 "$format" check LC_ALL=en_US.UTF-8 --format $format
	cp "$OUT" "$TONG_TMP/en.$format"
	t_fails 1 '  in any locale' check LC_ALL=zh_CN.UTF-8 --format $format
	t_same '  not a byte differs' "$TONG_TMP/en.$format" "$OUT"
	t_grep '  and says its language' '"language": "zh' "$OUT"
	t_grep '  which is Chinese' '编码与文件名不同' "$OUT"
	t_fails 1 '  but for --lang' check LC_ALL=zh_CN.UTF-8 --format $format --lang en
	t_grep '  which is said' '"language": "en' "$OUT"
	t_nogrep '  and kept' '不同' "$OUT"
done

# ---- an editor's push and an operator's sync, as both read them ----

story() {	# LANGUAGE REFUSED FOUND SYNC
	local home=$TONG_TMP/$1
	mkdir "$home"
	cp -r "$ROOT/tests/golden/check/base" "$home/work"
	git init -q --bare -b main "$home/bare.git"
	cd "$home/work" || exit 1
	git init -q -b main
	git add -A
	git commit -qm catalogue
	tong-publish hook install --bare "$home/bare.git" --path '' --lang "$1" --quiet
	t_ok "$1: a good push" git push -q "$home/bare.git" main
	sed -i '/^limit_promised:/,/unit/s/days: [0-9]*/days: "many"/' items/01/510104001000.md
	git commit -qam 'a limit in words'
	t_fails 1 '  a bad one' git push -q "$home/bare.git" main
	t_grep '  is refused' "$2" "$ERR"
	t_grep '  with what stands there' "$3" "$ERR"
	git reset -q --hard HEAD~1
	tong-publish keys init --keys "$home/keys" --quiet >/dev/null
	tong-publish release --path '' --to "$home/release" --keys "$home/keys" --quiet
	tong-agent init --store "$home/store" --root "$home/keys/1.root.json" --source "$home/release" --quiet
	t_ok "$1: a good sync" tong-agent sync --store "$home/store" --lang "$1"
	echo '{}' >"$home/release/timestamp.json"
	rm -rf "$home/release/heads"
	t_fails 3 '  from a broken release' tong-agent sync --store "$home/store" --lang "$1"
	t_grep '  is told' "$4" "$ERR"
}
story zh '拒绝推送：这次修改有 1 处不符合规则。' '找到：文字；应为：不带引号的整数' '应为一个对象（规范 4）'
story en 'push refused: this change breaks the rules \(places: 1\)\.' 'found: a text; wanted: a whole number without quotes' 'wanted an object \(specification 4\)'

# ---- where the catalogue lies ----

mkdir -p "$TONG_TMP/prefix/bin"
cp "$O/tong-agent" "$TONG_TMP/prefix/bin/"
alone() { env LANG=zh_CN.UTF-8 "$TONG_TMP/prefix/bin/tong-agent" status --store "$TONG_TMP/nothing"; }
if ! [ -e /usr/local/share/locale/zh_CN/LC_MESSAGES/tong.mo ]; then
	t_fails 6 'a program without its catalogue' alone
	t_grep '  speaks English' "$none_en" "$ERR"
fi
mkdir -p "$TONG_TMP/prefix/share/locale/zh_CN/LC_MESSAGES"
cp "$O/po/zh_CN/LC_MESSAGES/tong.mo" "$TONG_TMP/prefix/share/locale/zh_CN/LC_MESSAGES/"
t_fails 6 'one that was installed with it' alone
t_grep '  speaks Chinese' "$none_zh" "$ERR"
