#!/bin/bash
# An editor makes five typical mistakes and is led to the mending of each by the messages alone: in Chinese, then in English.
. tests/lib/sh.sh

cp -r tests/golden/check/base "$TONG_TMP/cat"
cd "$TONG_TMP/cat" || exit 1
git -c init.defaultBranch=main init -q .
git add -A
git commit -qm 'as it was'
item=items/01/510104001000.md
check() { tong-publish check --worktree --path '' --quiet "$@"; }
t_ok 'at first nothing is wrong' check

# What stands around the parts of a message.
in_chinese_words() { severity=错误 found_mark='。找到：' wanted_mark='；应为：' end=。 hint_mark=怎么改： from_mark=（依据：; }
in_english_words() { severity=error found_mark='; found: ' wanted_mark='; wanted: ' end=. hint_mark='what to do: ' from_mark=' (from: '; }

# said RULE: sets file, line, column, found, wanted and hint of the finding, as the editor reads it.
said() {
	local text rest
	t_fails 1 "$1 is found" check
	text=$(grep -A 1 -F "[$1]" "$OUT")
	head=${text%%$'\n'*}
	t_grep '  with place, found, wanted and hint' "^[^ :]+:[0-9]+:[0-9]+: $severity .*$found_mark.*$wanted_mark.*" "$OUT"
	IFS=: read -r file line column _ <<<"$head"
	rest=${head#*"$found_mark"}
	found=${rest%%"$wanted_mark"*}
	wanted=${rest#*"$wanted_mark"}
	wanted=${wanted%"$end"}
	hint=${text#*$'\n'*"$hint_mark"}
	hint=${hint%%"$from_mark"*}
	t_note "$head | $hint"
}
mended() {
	t_ok '  after which nothing is wrong' check
	git checkout -q -- .
	git clean -qfd
}
# Does the message speak of this? It is what the mending below relies on.
speaks() { if [[ $1 == *$2* ]]; then t_pass "  it speaks of $2"; else t_fail "  it speaks of $2" "$1"; fi; }

five_mistakes() {
	# 1. One blank too few before a line.
	sed -i '0,/^    basis: /s//   basis: /' $item
	said yaml-syntax
	speaks "$hint" "$indentation"
	# The line named, or the one above it, is moved to where its neighbours of the list stand.
	python3 - "$file" "$line" <<'P'
import sys
path, line = sys.argv[1], int(sys.argv[2])
rows = open(path, encoding="utf-8").read().split("\n")
for at in (line - 1, line - 2):
    row = rows[at]
    blanks = len(row) - len(row.lstrip(" "))
    above = next(r for r in reversed(rows[:at]) if r.strip())
    own = len(above) - len(above.lstrip(" -"))
    if row.strip() and not row.lstrip().startswith("-") and blanks and blanks != own:
        rows[at] = " " * own + row.lstrip(" ")
        break
open(path, "w", encoding="utf-8", newline="\n").write("\n".join(rows))
P
	mended

	# 2. A law that is not in the folder.
	sed -i '0,/law: yangli-fa/s//law: yanglifa/' $item
	said reference-law
	t_eq '  it names what was written' "$found" yanglifa
	speaks "$hint" laws/
	speaks "$hint" "$correct"
	# The message asks whether another was meant.
	right=$(grep -oE 'yangli[-a-z]+' <<<"$wanted")
	sed -i "${line}s/$found/$right/" "$file"
	mended

	# 3. A promise that is longer than the law.
	sed -i 's/^limit_promised: {days: 10/limit_promised: {days: 30/' $item
	said limit-over-statutory
	speaks "$head" "$promised"
	t_eq '  it names what was written' "$found" 30
	speaks "$hint" "$no_longer"
	# The message names the limit itself.
	t_eq '  and what would do' "$wanted" "$at_most"
	statutory=$(grep -oE '[0-9]+' <<<"$wanted")
	sed -i "${line}s/$found/$statutory/" "$file"
	mended

	# 4. Code and file name differ.
	sed -i 's/^code: .*/code: "510104001001"/' $item
	said item-code-path
	t_eq '  it names what was written' "$found" 510104001001
	t_eq '  and the name of the file' "$wanted" 510104001000
	speaks "$hint" "$same"
	sed -i "${line}s/$found/$wanted/" "$file"
	mended

	# 5. A theme that nobody knows.
	sed -i 's/^themes: .*/themes: [p99]/' $item
	said reference-theme
	t_eq '  it names what was written' "$found" p99
	speaks "$hint" themes.yaml
	right=$(sed -n 's/^  - id: //p' themes.yaml | head -n 1)
	sed -i "${line}s/$found/$right/" "$file"
	mended

	# All at once: one run tells all, and no message hides another.
	sed -i '0,/law: yangli-fa/s//law: yanglifa/; s/^limit_promised: {days: 10/limit_promised: {days: 30/
		s/^code: .*/code: "510104001001"/; s/^themes: .*/themes: [p99]/' $item
	t_fails 1 'four mistakes at once' check
	for rule in reference-law limit-over-statutory item-code-path reference-theme; do
		t_grep "  $rule is told" "\[$rule\]" "$OUT"
	done
	git checkout -q -- .
}

in_chinese
in_chinese_words
indentation=缩进 correct=改正标识 same=改成一样
no_longer=不长于法定时限 at_most='不长于法定的 20 个工作日' promised=承诺办结时限
five_mistakes
unset LANGUAGE
in_english_words
indentation=indentation correct='correct the id' same='the same'
no_longer='no longer than the statutory limit' at_most='no longer than the statutory limit: 20 working days'
promised='Promised time limit'
five_mistakes
