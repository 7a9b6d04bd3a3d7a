#!/bin/bash
# A repository guards itself: what breaks the rules or leaves its author's scope is refused, with words that help.
. tests/lib/sh.sh

base=$PWD/tests/golden/check/base
cd "$TONG_TMP" || exit 1
item=items/01/510104001000.md
# The environment of whoever runs this must not say who pushes.
unset TONG_PUSHER GIT_PUSH_USER GL_USERNAME GITEA_PUSHER_EMAIL REMOTE_USER
push() { LC_ALL=zh_CN.UTF-8 git push -q origin "${@:-main}"; }
as() { local who=$1; shift; GIT_AUTHOR_EMAIL=$who "$@"; }
limit() { sed -i "s/^limit_promised: {days: [0-9]*/limit_promised: {days: $1/" $item; }
back() { git reset -q --hard origin/main; }

for hook in pre-receive update; do
	t_note "$hook"
	rm -rf bare.git work
	git init -q --bare -b main bare.git
	t_ok "$hook is installed" tong-publish hook install $hook --bare bare.git --path ''
	t_ok '  and again' tong-publish hook install $hook --bare bare.git --path ''
	t_ok '  to be run' test -x bare.git/hooks/$hook
	git clone -q bare.git work 2>/dev/null
	cd work || exit 1
	git checkout -q -b main 2>/dev/null
	cp -r "$base/." .
	git add -A
	git commit -qm 'the catalogue'
	t_ok 'a first push' push

	limit 9
	git commit -qam 'a shorter limit'
	t_ok 'a good push' push
	t_eq '  has arrived' "$(git -C ../bare.git rev-parse main)" "$(git rev-parse HEAD)"

	limit 25
	git commit -qam 'longer than the law allows'
	t_fails 1 'a bad push' push
	t_grep '  is refused' '拒绝推送：这次修改有 1 处不符合规则' "$ERR"
	t_grep '  at its place' "$item:[0-9]+:[0-9]+" "$ERR"
	t_grep '  in the words of the rule' '承诺办结时限：承诺时限比法定时限长。找到：25；应为：' "$ERR"
	t_grep '  with what to do' '怎么改：改成不长于法定时限。（规则 limit-over-statutory' "$ERR"
	t_eq '  has not arrived' "$(git -C ../bare.git rev-parse main)" "$(git rev-parse origin/main)"
	t_fails 1 'for who reads English' env LC_ALL=C git push -q origin main
	t_grep '  in English' 'push refused: this change breaks the rules \(places: 1\)' "$ERR"
	t_grep '  the hint too' 'make it no longer than the statutory limit \(rule limit-over-statutory' "$ERR"
	t_fails 1 'as a new branch' push main:refs/heads/other
	back

	ln -s /etc/passwd laws/evil.yaml
	git add -A
	git commit -qm link
	t_fails 1 'a symbolic link' push
	t_grep '  is named' 'laws/evil.yaml' "$ERR"
	t_grep '  with its rule' '规则 file-kind，依据：S1' "$ERR"
	back
	rm catalogue.yaml
	git commit -qam 'no catalogue any more'
	t_fails 1 'a catalogue without its head' push
	back

	# What was wrong before is not held against who comes next.
	limit 25
	git commit -qam 'an old mistake'
	mv ../bare.git/hooks/$hook ../hook
	push
	mv ../hook ../bare.git/hooks/$hook
	sed -i 's/样例条件/样例条件一/' $item
	git commit -qam 'something else in the same file'
	t_ok 'an old mistake does not stop others' push
	limit 9
	git commit -qam 'mended'
	t_ok 'nor its mending' push

	printf 'path,author,note\n*,chief@example.cn,\nlocal/511602/*,@guangan.example.cn,\nitems/20/*,li@example.cn,\n' >scope.csv
	git add scope.csv
	as chief@example.cn git commit -qm 'who may edit what'
	t_ok 'without a scope file everyone may add one' push

	sed -i 's/样例大厅/样例大厅一/' local/511602/halls.yaml
	as wang@guangan.example.cn git commit -qam 'our hall'
	t_ok 'inside of the scope' push
	limit 8
	as wang@guangan.example.cn git commit -qam "somebody else's item"
	t_fails 1 'outside of it' push
	t_grep '  who and what' '拒绝推送：wang@guangan.example.cn 没有修改 items/01/510104001000.md 的权限' "$ERR"
	t_grep '  and what instead' '可以修改的是：local/511602/\*' "$ERR"
	back
	limit 8
	printf '*,wang@guangan.example.cn,\n' >>scope.csv
	as wang@guangan.example.cn git commit -qam 'a grant to himself'
	t_fails 1 'a grant in the same push' push
	back
	printf '*,wang@guangan.example.cn,\n' >>scope.csv
	as wang@guangan.example.cn git commit -qam 'a grant to himself'
	limit 8
	as wang@guangan.example.cn git commit -qam 'then what it grants'
	t_fails 1 'a grant one commit earlier' push
	t_fails 1 'on a branch of his own' push main:refs/heads/wang
	back
	as stranger@example.org git commit -q --allow-empty -m 'nothing'
	t_ok 'a commit that changes nothing needs no scope' push
	git rm -q items/20/512004001000.md local/511602/items.csv
	as li@example.cn git commit -qam 'a removal, half of it in scope'
	t_fails 1 'a removal outside of the scope' push
	t_grep '  names the file' 'local/511602/items.csv' "$ERR"
	back
	t_fails 1 'going back in history' push -f HEAD~2:main
	t_fails 1 'removing the branch' push :main

	# Bringing back an old version by a merge: no commit of its own changes the file.
	sed -i 's/样例申请/样例网上申请/' $item
	as chief@example.cn git commit -qam 'another way'
	t_ok 'the chief may' push
	git checkout -q -b side HEAD~1
	as wang@guangan.example.cn git commit -q --allow-empty -m 'a side'
	git checkout -q main
	git merge -q --no-commit -s ours side
	git checkout -q side -- $item
	as wang@guangan.example.cn git commit -qm 'merge'
	t_eq 'an old version by a merge' "$(git diff --name-only origin/main)" $item
	t_fails 1 '  is refused' push
	t_grep '  for the file that it brings back' "wang@guangan.example.cn 没有修改 $item" "$ERR"
	back

	# A host that knows who pushes is believed, the commits are not.
	sed -i 's/样例大厅/样例大厅二/' local/511602/halls.yaml
	as chief@example.cn git commit -qam 'in the name of the chief'
	t_fails 1 'the host knows better' env TONG_PUSHER=zhao@example.cn LC_ALL=zh_CN.UTF-8 git push -q origin main
	t_grep '  and says whom it saw' 'zhao@example.cn 没有修改 local/511602/halls.yaml' "$ERR"
	t_grep '  and that he is not known' 'scope.csv 里没有这个人' "$ERR"
	t_ok 'a pusher in his scope' env REMOTE_USER=wang@guangan.example.cn git push -q origin main
	printf 'path;author;note\n' >scope.csv
	as chief@example.cn git commit -qam 'a scope file that nobody can read'
	t_fails 1 'a broken scope file' push
	t_grep '  is named' 'scope.csv.*S10' "$ERR"
	back
	cd ..
done

# Two branches at once: pre-receive tells of both.
rm -rf bare.git
git clone -q --bare work bare.git
t_ok 'pre-receive' tong-publish hook install --bare bare.git --path '' --lang zh
cd work || exit 1
git fetch -q origin
limit 25
as chief@example.cn git commit -qam bad
t_fails 1 'two bad branches' env LC_ALL=C git push -q origin main main:refs/heads/two
t_eq '  are told of both, in the language of the installation' "$(grep -c '拒绝推送' "$ERR")" 2
git reset -q --hard HEAD~1
t_ok 'a tag is let through' git push -q origin HEAD:refs/tags/v1
cd .. || exit 1

# Before a commit.
rm -rf own
mkdir own
cd own || exit 1
git -c init.defaultBranch=main init -q .
mkdir data
cp -r "$base/." data/
git add -A
git commit -qm 'the catalogue'
item=data/$item
t_ok 'pre-commit is installed' tong-publish hook install --path data
limit 25
t_ok 'what is not staged does not count' git commit -q --allow-empty -m 'nothing'
t_fails 1 'a bad commit' env LC_ALL=zh_CN.UTF-8 git commit -qam 'too long'
t_grep '  is not made' '没有提交：这次修改有 1 处不符合规则' "$ERR"
t_grep '  the place is a path that an editor opens' "^data/items/01/510104001000.md:" "$ERR"
t_fails 1 'nor for a single file' env LC_ALL=zh_CN.UTF-8 git commit -q -m 'too long' $item
git add -A
t_fails 1 'nor staged' env LC_ALL=C git commit -q -m 'too long'
t_grep '  in English' 'not committed: this change breaks the rules' "$ERR"
limit 9
t_fails 1 'what is staged counts, not what lies on disk' git commit -q -m 'still too long'
git add -A
t_ok 'mended' git commit -q -m 'shorter'
echo 'a note' >note.txt
git add note.txt
t_ok 'a file beside the catalogue' git commit -q -m 'a note'
cd data/items || exit 1
sed -i 's/样例条件/样例条件三/' 01/510104001000.md
t_ok 'from a folder below' git commit -qam 'from below'
cd ../.. || exit 1
printf '#!/bin/sh\n' >.git/hooks/pre-commit
t_fails 2 "somebody else's hook" tong-publish hook install --path data
t_grep '  is left alone' 'there is a hook already' "$ERR"
t_fails 2 'an unknown hook' tong-publish hook post-office
