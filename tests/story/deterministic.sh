# Same commit, same bytes: another folder, time zone, locale and number of threads change nothing (design section 8, P6).
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1
export SOURCE_DATE_EPOCH=1760000000

t_ok 'first clone' git clone --quiet "$ROOT" one
t_ok 'second clone, another folder' git clone --quiet "$ROOT" another-folder-with-a-longer-name
t_ok 'keys' tong-publish keys init --keys keys
build() {   # folder, where to
	tong-publish layers --repo "$1" --out "$2/layers" --quiet &&
		tong-publish site --repo "$1" --out "$2/site" --threads "$3" --quiet &&
		tong-publish release --repo "$1" --to "$2/release" --keys keys --quiet
}
t_ok 'built in one place' env TZ=Asia/Shanghai LC_ALL=C.UTF-8 bash -c "$(declare -f build); build one a 1"
t_ok 'built in another' env TZ=America/New_York LC_ALL=POSIX bash -c "$(declare -f build); build another-folder-with-a-longer-name b 4"
t_ok 'layers are equal' diff -r a/layers b/layers
t_ok 'pages are equal' diff -rq a/site b/site
t_ok 'release, metadata and changesets are equal' diff -r a/release b/release
sed -i 's/^limit_statutory:.*/&\nlimit_promised: {days: 10, unit: "1"}/' one/catalog-data/items/01/511A0020600003.md
export GIT_AUTHOR_DATE='2026-01-02T03:04:05 +0800' GIT_COMMITTER_DATE='2026-01-02T03:04:05 +0800'
git -C one commit --quiet -am change
git -C another-folder-with-a-longer-name pull --quiet ../one 2>/dev/null
t_ok 'one change, built in one place' env TZ=UTC bash -c "$(declare -f build); build one a 2"
t_ok 'one change, built in another' env TZ=Asia/Tokyo bash -c "$(declare -f build); build another-folder-with-a-longer-name b 1"
t_ok 'pages are equal after the change' diff -rq a/site b/site
t_ok 'changesets are equal after the change' diff -r a/release b/release
t_ok 'no change writes nothing' bash -c 'touch -d "2001-01-01" mark; find a/site a/release -type f -exec touch -d "2001-01-01" {} +; '"$(declare -f build)"'; build one a 2; test -z "$(find a/site a/release -type f -newer mark)"'
