# A release on a Git host: the publisher puts it into a branch, nodes read it from there with the same trust.
# Damaged and forced-over branches, a damaged copy, a host that hangs, a budget: each is named, and loses nothing.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1

publish() { change "$1" && tong-publish release --repo repo --to release --keys keys --quiet --to-git "${2:-host.git#release}"; }
layers() { tong-agent status --store "$1" --json | grep -o '"sha256":"[0-9a-f]*"' | sort; }
node() { rm -rf "$1" && tong-agent init --quiet --store "$1" --root keys/1.root.json --region 511602 --source "$2"; }

git clone --quiet "$ROOT" repo
tong-publish keys init --keys keys --quiet
t_ok 'a release into a branch' tong-publish release --repo repo --to release --keys keys --to-git 'host.git#release'
t_grep '  tells the commit' 'commit [0-9a-f]{12}' "$ERR"
t_ok '  of a repository that is whole' git -C host.git fsck --strict
git clone -q -b release host.git work
git -C work archive origin/release-whole | tar xf - -C work
t_eq '  with the files of the folder' "$(cd work && find . -path ./.git -prune -o -type f -print | sort)" \
	"$(cd release && find . -path ./targets -prune -o -type f ! -name '.*' -print | sort)"
t_eq '  byte for byte' "$(cd work && find . -path ./.git -prune -o -type f -print | while read -r f; do
	cmp -s "$f" "../release/$f" || echo "$f"; done)" ''
tip=$(git -C host.git rev-parse release)
t_ok 'the same once more' tong-publish release --repo repo --to release --keys keys --to-git 'host.git#release'
t_eq '  makes no commit' "$(git -C host.git rev-parse release)" "$tip"
t_ok 'a new timestamp' tong-publish timestamp --to release --keys keys --to-git 'host.git#release'
t_eq '  makes one' "$(git -C host.git rev-list --count release)" 2
t_fails 2 'a name that is none' tong-publish timestamp --to release --keys keys --to-git 'host.git#a..b'
t_fails 2 'a branch that is checked out' tong-publish timestamp --to release --keys keys --to-git "work#release"

# ---- a node ----

node node "git+file://$PWD/host.git#release"
t_ok 'a node reads the branch' tong-agent sync --store node
node straight "$PWD/release"
tong-agent sync --quiet --store straight
t_eq '  and holds what one of the folder holds' "$(layers node)" "$(layers straight)"
t_ok '  whole' tong-agent verify --store node
t_ok 'nothing new' tong-agent sync --store node --json
t_grep '  is told' '"changed":false' "$OUT"
publish '第一次修改'
t_ok 'a change' tong-agent sync --store node --json
t_grep '  comes' '"changed":true' "$OUT"
bytes() { sed 's/.*"bytes_down":\([0-9]*\).*/\1/' "$OUT"; }
t_ok '  with what is new only' test "$(bytes)" -lt 500000 # of all branches: libgit2 does so with file://
t_eq '  of which there are those of now, without a past' "$(git -C host.git rev-list --count release-whole)" 1

# ---- over HTTP, as a Git host serves it ----

python3 "$ROOT/tests/lib/githttpd.py" "$PWD" port &
on_exit "kill $! 2>/dev/null"
python3 "$ROOT/tests/lib/githttpd.py" --login "$PWD" login &
on_exit "kill $! 2>/dev/null"
wait_for 20 test -s port
wait_for 20 test -s login
port=$(cat port)
node web "git+http://127.0.0.1:$port/host.git"
t_ok 'a node reads it over HTTP, from the branch "release"' tong-agent sync --store web
t_eq '  the same' "$(layers web)" "$(layers node)"
node member "git+http://wang:secret@127.0.0.1:$(cat login)/host.git"
t_ok 'with a name and a password' tong-agent sync --store member
node stranger "git+http://127.0.0.1:$(cat login)/host.git"
t_fails 5 'without' tong-agent sync --store stranger
publish '第二次修改'
t_ok 'a change over HTTP' tong-agent sync --store web --json
t_grep '  counts its bytes' '"bytes_down":[1-9][0-9]*' "$OUT"
t_ok '  which are those of what is new, and no whole layer' test "$(bytes)" -lt 40000
node poor "git+http://127.0.0.1:$port/host.git"
t_fails 5 'a budget that does not reach' tong-agent sync --store poor --budget 20000
t_grep '  is named' 'budget|more bytes' "$ERR"
t_eq '  and nothing is kept' "$(release_of poor)" 0
t_ok '  with more it comes' tong-agent sync --store poor --budget 20000000

# ---- a host that hangs, one that is not there, no such branch ----

hole=$(free_port)
python3 -c "
import socket, time
s = socket.create_server(('127.0.0.1', $hole)); s.listen(); held = []
while True: held.append(s.accept())" &
on_exit "kill $! 2>/dev/null"
wait_for 10 bash -c "exec 3<>/dev/tcp/127.0.0.1/$hole" 2>/dev/null
t_fails 5 'a host that says nothing' tong-agent sync --store node --from "git+http://127.0.0.1:$hole/host.git" --timeout 2
t_grep '  is left' 'nothing came for 2 seconds' "$ERR"
t_fails 5 'a host that is not there' tong-agent sync --store node --from "git+http://127.0.0.1:1/host.git"
t_fails 5 'a branch that is not there' tong-agent sync --store node --from "git+file://$PWD/host.git#other"
t_grep '  is named' 'no branch other' "$ERR"
t_eq 'no process is left' "$(pgrep -f "tong-agent-git $PWD" | wc -l)" 0

# ---- forced over, and back ----

git -C host.git branch keep release
git -C host.git update-ref refs/heads/release "$tip"
t_fails 4 'a branch forced back' tong-agent sync --store node --from "git+http://127.0.0.1:$port/host.git"
t_grep '  is an older release' 'wanted [0-9]+ or later' "$ERR"
other=$(git -C host.git -c user.name=x -c user.email=x@example.cn commit-tree "keep^{tree}" -m alone)
git -C host.git update-ref refs/heads/release "$other"
t_ok 'a branch begun anew with the same content' tong-agent sync --store node
t_eq '  is taken' "$(release_of node)" "$(release_of web)"
git -C host.git update-ref refs/heads/release keep

# ---- damage ----

cache() { find node/git -mindepth 1 -maxdepth 1 | head -n 1; }
rm -rf node/git && tong-agent sync --quiet --store node
find "$(cache)" -name '*.pack' -exec chmod u+w {} + -exec dd if=/dev/zero of={} bs=1 seek=200 count=2000 conv=notrunc status=none \;
publish '第三次修改'
t_ok 'a damaged copy is made anew' tong-agent sync --store node
t_eq '  and the release taken' "$(release_of node)" 4
rm -rf "$(cache)/objects"
publish '第四次修改'
t_ok 'a copy without objects too' tong-agent sync --store node
blob=$(git -C host.git rev-parse release:timestamp.json)
cp -r host.git broken.git
git -C broken.git unpack-objects -q <<<'' 2>/dev/null
for pack in broken.git/objects/pack/*.pack; do [ -e "$pack" ] && mv "$pack" . && git -C broken.git unpack-objects -q <"$(basename "$pack")"; done
chmod u+w "broken.git/objects/${blob:0:2}/${blob:2}"
printf damaged >"broken.git/objects/${blob:0:2}/${blob:2}"
node fresh "git+file://$PWD/broken.git"
tong-agent sync --store fresh >/dev/null 2>damage.err
t_ok 'a damaged host is refused' test $? -ge 3
t_eq '  and nothing is kept' "$(release_of fresh)" 0
before=$(release_of node)
python3 - <<'P'
import pathlib
p = pathlib.Path("release/timestamp.json")
b = p.read_bytes()
at = b.find(b'"sig":"') + 7
p.write_bytes(b[:at] + (b"1" if b[at:at + 1] == b"0" else b"0") + b[at + 1:])
P
cp -r release lies
git clone -q -b release host.git lying
cp lies/timestamp.json lying/ && rm -r lying/heads
git -C lying add -A && git -C lying commit -qm lie
t_fails 4 'a branch that lies' tong-agent sync --store node --from "git+file://$PWD/lying#release"
t_eq '  changes nothing' "$(release_of node)" "$before"

# ---- without the part that is installed beside ----

cp "$O/tong-agent" alone
t_fails 2 'an agent without its Git transport' ./alone sync --store node
t_grep '  says what is missing' 'tong-agent-git' "$ERR"
