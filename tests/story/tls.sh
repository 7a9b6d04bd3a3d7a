#!/bin/bash
# A node that speaks TLS: which versions, whose certificate, and a certificate that is renewed while it serves.
# shellcheck shell=bash
. tests/lib/sh.sh
cd "$TONG_TMP" || exit 1
region=511602

# ---- an authority, and two certificates of one name ----

quiet() { "$@" >openssl.log 2>&1; }
quiet openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=authority -keyout authority.key -out authority.pem
certificate() {	# NAME SERIAL
	quiet openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=node -keyout "$1.key" -out "$1.csr" &&
		quiet openssl x509 -req -in "$1.csr" -CA authority.pem -CAkey authority.key -set_serial "$2" -days 20 -out "$1.pem" \
			-extfile <(echo 'subjectAltName = DNS:localhost, IP:127.0.0.1')
}
t_ok 'a certificate' certificate first 1001
t_ok 'and the one that follows it' certificate second 1002

tong-publish keys init --keys keys --quiet
tong-publish release --repo "$ROOT" --to release --keys keys --quiet
tong-agent init --store node --root release/1.root.json --source "$PWD/release" --region $region --relay --quiet
t_ok 'a node' tong-agent sync --store node --quiet

# ---- what is wrong is refused at once ----

serve() { timeout 10 tong-agent serve --store node --listen 127.0.0.1:0 "$@"; }
t_fails 2 'a certificate that is not there' serve --tls-cert none.pem
t_fails 3 'a file that is no certificate' serve --tls-cert first.key --tls-key first.key
t_grep 'is called by its name' 'first.key: no certificate in PEM' "$ERR"
t_fails 3 'a certificate without its key' serve --tls-cert first.pem
t_fails 3 'the key of another certificate' serve --tls-cert first.pem --tls-key second.key
t_grep 'which is said' 'second.key: is not the key of first.pem' "$ERR"
t_fails 2 'a key alone' serve --tls-key first.key
openssl ec -in first.key -aes256 -passout pass:secret -out locked.key 2>/dev/null
t_fails 3 'a key under a passphrase' serve --tls-cert first.pem --tls-key locked.key

# ---- serving ----

cp first.pem node.pem
cp first.key node.key
tong-agent serve --store node --listen 127.0.0.1:0 --json --tls-cert node.pem --tls-key node.key >announced 2>serve.log &
server=$!
on_exit 'kill $server 2>/dev/null'
wait_for 10 test -s announced
url=$(python3 -c 'import json; print(json.load(open("announced"))["listening"].rstrip("/"))')
t_eq 'it says that it speaks TLS' "${url%%:*}" https
t_ok 'a page' curl -sf --cacert authority.pem -o page "$url/regions/$region/"
t_fails 60 'whose authority must be known' curl -sf -o page "$url/"
t_ok 'by TLS 1.3' curl -sf --tlsv1.3 --cacert authority.pem -o page "$url/healthz"
t_ok 'by TLS 1.2' curl -sf --tls-max 1.2 --cacert authority.pem -o page "$url/healthz"
t_fails 35 'but not by TLS 1.1' curl -sf --tlsv1.0 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 --cacert authority.pem "$url/healthz"
t_ok 'who speaks plain HTTP is sent off' test "$(curl -s -m 5 "http:${url#https:}/healthz" | wc -c)" = 0
tong-agent init --store below --root release/1.root.json --source "$url/repository/" --region $region --quiet
t_ok 'a node below takes the release that way' tong-agent sync --store below --ca authority.pem --quiet

# ---- renewal ----

serial() { openssl s_client -connect "${url#https://}" -CAfile authority.pem </dev/null 2>/dev/null | openssl x509 -noout -serial; }
t_eq 'the first certificate is shown' "$(serial)" serial=03E9
{	# a visitor who stays: a download at a hundred kilobytes a second
	curl -sf --cacert authority.pem --limit-rate 300k -o long "$url/data/regions.ndjson"
	echo $? >long.exit
} &
sleep 0.3
mv second.pem node.pem	# half of the renewal: the key is still the old one
sleep 1.2
t_eq 'a certificate without its key changes nothing' "$(serial)" serial=03E9
mv second.key node.key
sleep 1.2
t_eq 'with its key it is shown from then on' "$(serial)" serial=03EA
t_ok 'and serves' curl -sf --cacert authority.pem -o page "$url/healthz"
rm node.key
sleep 1.2
t_eq 'files that are gone change nothing' "$(serial)" serial=03EA
wait_for 20 test -s long.exit
t_eq 'who was there before was not disturbed' "$(cat long.exit)" 0
