#!/bin/bash
# Where private keys live: in files, under passphrases, in an HSM; nothing of them is ever said or left open (FORMAT K3, E1-E6).
# shellcheck shell=bash
. tests/lib/sh.sh
base=$ROOT/tests/golden/check/base
cd "$TONG_TMP" || exit 1
publish() { tong-publish "$@" --to release --keys keys; }
follows() { t_ok "$1: the county follows" tong-agent sync --store node; }
secret=政务-correct-horse

mkdir -p repo/catalog-data
cp -r "$base/." repo/catalog-data/
git -C repo init --quiet
git -C repo add -A
git -C repo commit --quiet -m 'a small catalogue'

# ---- under a passphrase ----

(umask 077; echo "$secret" >pass; echo wrong >wrong; : >empty)
echo "$secret" >open-pass
chmod 644 open-pass
t_ok 'a root key under a passphrase' tong-publish keys create root p384 --encrypt --passphrase-file pass --keys keys
t_grep 'it is encrypted' 'BEGIN ENCRYPTED PRIVATE KEY' keys/root.pem
t_ok 'openssl reads it, so will others' openssl pkey -in keys/root.pem -passin "pass:$secret" -noout
t_fails 4 'init needs the passphrase' tong-publish keys init --keys keys --passphrase-file wrong
t_eq 'and pins nothing without it' "$(ls keys/1.root.json 2>&1 | grep -c '^keys')" 0
t_fails 4 'a passphrase that others can read' tong-publish keys init --keys keys --passphrase-file open-pass
t_grep 'is refused' 'chmod 600' "$ERR"
t_fails 4 'an empty passphrase' tong-publish keys init --keys keys --passphrase-file empty
t_fails 4 'no passphrase and no terminal' setsid tong-publish keys init --keys keys
t_grep 'says what to give' '--passphrase-file or --passphrase-fd' "$ERR"
t_ok 'init from a file' tong-publish keys init --keys keys --passphrase-file pass
t_ok 'a release asks for nothing: root signs nothing' setsid tong-publish release --repo repo --to release --keys keys --quiet
t_ok 'a county' tong-agent init --store node --root keys/1.root.json --source "$PWD/release" --region 510104
t_ok 'syncs' tong-agent sync --store node

t_fails 4 'a new timestamp key needs root' setsid tong-publish keys rotate timestamp --to release --keys keys
t_eq 'nothing came into force' "$(ls release/2.root.json 2>&1 | grep -c '^release')" 0
t_ok 'from a descriptor' publish keys rotate timestamp --passphrase-fd 7 7<pass
follows 'passphrase from a descriptor'
cat >person.py <<'END'
import os, pty, sys
answers = sys.argv[1].split(",")
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
seen = b""
while True:
    try:
        piece = os.read(fd, 4096)
    except OSError:
        break
    if not piece:
        break
    seen += piece
    if answers and (seen.rstrip(b" ").endswith(b":") or seen.rstrip(b" ").endswith(b"]")):
        os.write(fd, answers.pop(0).encode() + b"\n")
        seen += b"\n"
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
t_ok 'from a person at the terminal' python3 person.py "$secret" tong-publish keys rotate snapshot --to release --keys keys
t_grep 'who was asked' 'Passphrase of .*root\.pem:' "$OUT"
t_nogrep 'without an echo' 'horse' "$OUT"
follows 'passphrase at the terminal'
t_ok 'a new key at the terminal: asked twice' python3 person.py "$secret,$secret" tong-publish keys create person --encrypt --keys keys
t_fails 2 'two that differ' python3 person.py "$secret,other" tong-publish keys create person2 --encrypt --keys keys
t_eq 'make nothing' "$(ls keys/person2.* 2>/dev/null)" ''
t_ok 'its successor is encrypted too' publish keys rotate root --passphrase-file pass
t_grep 'root-2' 'BEGIN ENCRYPTED PRIVATE KEY' keys/root-2.pem
follows 'root under a passphrase'

# ---- closed to others ----

t_eq 'K3: every private key is for its owner' "$(find keys -name '*.pem' ! -perm 600)" ''
chmod 640 keys/timestamp-2.pem
t_fails 4 'one that the group can read is refused' publish timestamp
t_grep 'and said so' 'timestamp-2\.pem.*mode 0640.*chmod 600' "$ERR"
chmod 600 keys/timestamp-2.pem
t_fails 2 'no key is replaced' tong-publish keys create root --keys keys
openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out plain.pem 2>"$ERR"
chmod 644 plain.pem
t_fails 4 'a key that lay open is not imported' tong-publish keys import plain plain.pem --keys keys
chmod 600 plain.pem
t_ok 'a key of openssl, under a passphrase from now on' \
	tong-publish keys import plain plain.pem --encrypt --passphrase-file pass --keys keys
t_grep 'encrypted' 'BEGIN ENCRYPTED PRIVATE KEY' keys/plain.pem
t_fails 1 'what is not there is not imported' tong-publish keys import none none.pem --keys keys
openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-521 -out p521.pem 2>"$ERR"
chmod 600 p521.pem
t_fails 4 'a curve that nodes do not know' tong-publish keys import p521 p521.pem --keys keys
t_fails 2 'a name that climbs out' tong-publish keys create ../x --keys keys
for kind in p256 rsa sm2; do
	t_ok "a key of kind $kind" tong-publish keys create $kind $kind --keys keys
	t_ok "signs targets" publish keys threshold targets 1 $kind --passphrase-file pass
	follows "targets by $kind"
done

# ---- a program that signs ----

openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out kept.pem 2>"$ERR"
cat >"$TONG_TMP/signer" <<END
#!/bin/sh
# A test signer: \$1 how it behaves, then the protocol's words.
case \$1:\$2 in
*:public) openssl pkey -in $PWD/kept.pem -pubout ;;
good:sign) [ "\$3" = ecdsa-sha2-nistp256 ] && openssl dgst -sha256 -sign $PWD/kept.pem ;;
other:sign) echo other | openssl dgst -sha256 -sign $PWD/kept.pem ;;
junk:sign) echo junk ;;
silent:sign) : ;;
endless:sign) yes ;;
fails:sign) openssl dgst -sha256 -sign $PWD/kept.pem; exit 3 ;;
killed:sign) kill -9 \$\$ ;;
esac
END
chmod 755 signer
t_fails 2 'a program is named by its whole path' tong-publish keys external prog signer good --keys keys
t_ok 'a key that a program keeps' tong-publish keys external prog "$PWD/signer" good --keys keys
t_eq 'no private half is here' "$(ls keys/prog.pem 2>/dev/null)" ''
t_ok 'it takes over base' publish keys delegate base prog
follows 'a program signs'
for how in other junk silent endless fails killed; do
	printf '{"command":["%s","%s"]}\n' "$PWD/signer" $how >keys/prog.signer
	echo "$how" >>repo/catalog-data/items/01/510104001000.md
	git -C repo commit --quiet -am "$how"
	t_fails 4 "a program that gives $how" tong-publish release --repo repo --to release --keys keys --quiet
	case $how in other | junk | silent) rule=E6 ;; *) rule=E5 ;; esac
	t_grep "is named with its rule" "signer: $rule: " "$ERR"
done
printf '{"command":["%s","good"]}\n' "$PWD/signer" >keys/prog.signer
chmod 666 keys/prog.signer
t_fails 4 'E1: a file that others can change' publish keys show
chmod 600 keys/prog.signer
echo '{"command":["signer"]}' >keys/prog.signer
t_fails 4 'E1: a program without its path' publish keys show
printf '{"command":["%s","good"]}\n' "$PWD/signer" >keys/prog.signer
t_ok 'the right one signs what waited' tong-publish release --repo repo --to release --keys keys --quiet
follows 'after programs that failed'

# ---- docs/recipes/hsm ----

export SOFTHSM2_CONF=$TONG_TMP/softhsm2.conf
mkdir tokens
printf 'directories.tokendir = %s\nobjectstore.backend = file\n' "$TONG_TMP/tokens" >"$SOFTHSM2_CONF"
sed -e "s#/usr/local/bin/#$ROOT/docs/recipes/hsm/#; s#/etc/tong/pin#$TONG_TMP/pin#g; s#out/release#release#" \
	-e 's#rotate root hsm.*#& --passphrase-file pass#; s#rotate root #rotate root-2 #' \
	-n -e 's/^    //p' "$ROOT/docs/recipes/hsm/README.md" >recipe.sh
t_ok 'the recipe runs as it is written' bash -e recipe.sh
t_ok 'root is in the module' publish keys show
t_grep 'and signs from there' '^hsm +ecdsa-sha2-nistp256 external +[0-9a-f]{64}  root$' "$OUT"
follows 'root in a module'
t_ok 'what root signs comes from it now' publish keys rotate timestamp-2
follows 'signed by the module'
echo 9999 >pin
t_fails 4 'a wrong PIN signs nothing' publish keys rotate timestamp-3
t_eq 'and brings nothing into force' "$(tong-publish keys show --to release --keys keys | grep -c '^timestamp  *1 of timestamp-3$')" 1

# ---- nothing of it was said ----

t_ok 'all of it is what was signed' tong-agent verify --store node
# node.key is the node's own, and stays with it
t_eq 'no passphrase and no private key is in what is published' \
	"$(grep -rlE 'horse|PRIVATE' release release.stage node --exclude=node.key 2>/dev/null)" ''

# ---- a first root whose key never was here ----

first() { tong-publish keys init "$@" --keys province; }
t_ok 'the holder of root makes a key at home' tong-publish keys create root p384 --keys home
t_ok '  its public half comes here' tong-publish keys import root home/root.pub --keys province
t_fails 4 'the first root waits for it' first
t_grep '  and says whom it waits for' '0 of 1, still to sign: root' "$ERR"
t_eq '  nothing can be pinned' "$(ls province/1.root.json 2>&1 | grep -c '^province')" 0
t_eq '  the private half is not here' "$(ls province/root.pem 2>&1 | grep -c '^province')" 0
t_ok 'somebody else signs' tong-publish keys create root p384 --keys stranger
t_fails 4 '  in vain' tong-publish keys sign province/requests/1.root.request --keys stranger --yes --out stranger.signature
t_ok 'the holder signs' tong-publish keys sign province/requests/1.root.request --keys home --yes --out home.signature
t_fails 4 'without the answer it waits on' first
sed 's/"sig":"../"sig":"00/' home.signature >forged.signature
t_fails 4 'a forged answer counts for nothing' first forged.signature
t_ok 'with it the root is there' first home.signature
t_eq '  and the request is gone' "$(ls province/requests 2>/dev/null)" ''
t_fails 2 'it is never made again' first home.signature
t_ok 'a release under it' tong-publish release --repo repo --to handed --keys province --quiet
t_ok 'a county pins it' tong-agent init --store pinned --root province/1.root.json --source "$PWD/handed" --region 510104
t_ok '  and follows' tong-agent sync --store pinned
