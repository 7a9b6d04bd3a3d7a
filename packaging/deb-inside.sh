#!/bin/sh
# What an operator does with the packages, inside the fresh system that deb-test.sh makes.
set -eu
cd /srv/in
ok() { echo "ok - $1"; }
is() { if [ "$2" = "$3" ]; then ok "$1"; else echo "not ok - $1: $2, wanted $3"; exit 1; fi; }
has() { if grep -q -e "$2" out; then ok "$1"; else echo "not ok - $1: no $2 in"; cat out; exit 1; fi; }
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
node() { runuser -u tong -- "$@"; }

apt-get -qq install -y --no-install-recommends ./libtong-agent0_*.deb ./tong-common_*.deb ./tong-agent_*.deb >log 2>&1 || { cat log; exit 1; }
ok 'the agent and the library install'
tong-agent --version >out
has 'it says its version' '[0-9]'
if [ -e /usr/lib/x86_64-linux-gnu/libgit2.so.1.5 ]; then echo 'not ok - libgit2 came along'; exit 1; fi
ok 'without libgit2'
is 'the unit is there' "$(ls /lib/systemd/system/tong-agent.service)" /lib/systemd/system/tong-agent.service
is 'and not enabled' "$(ls /etc/systemd/system/multi-user.target.wants/tong-agent.service 2>/dev/null || echo no)" no
is 'the user has its own folder' "$(getent passwd tong | cut -d: -f6)" /var/lib/tong
is 'and no shell' "$(getent passwd tong | cut -d: -f7)" /usr/sbin/nologin
is 'which is there' "$(stat -c '%U %a' /var/lib/tong)" 'tong 750'
node tong-agent config check /etc/tong/tong-agent.conf >out
ok 'the configuration is good as it comes'
node tong-agent init --config /etc/tong/tong-agent.conf --root 1.root.json --source /srv/in/release --region 511602 >out
has 'init' 'next: tong-agent sync'
node tong-agent sync --store /var/lib/tong/store >out
has 'sync from a folder' '^now at release 1 (full)'
node tong-agent verify --pages --store /var/lib/tong/store >out
has 'all records and pages are as signed' 'all as signed'
LANGUAGE=zh_CN node tong-agent status --store /var/lib/tong/store >out
has 'in Chinese when asked' '有效期至'
./ask /var/lib/tong/store 样例许可 >out
has 'a program made for the library finds it' '"code":"510104001000"'
apt-get -qq install -y --no-install-recommends ./tong-publish_*.deb ./libtong-agent-dev_*.deb >log 2>&1 || { cat log; exit 1; }
tong-publish explain life-replaces >out
has 'the publisher works' 'life-replaces'
is 'the look of the site is there' "$(ls /usr/share/tong/site/look.json)" /usr/share/tong/site/look.json
apt-get -qq purge -y tong-agent tong-publish libtong-agent0 libtong-agent-dev tong-common >log 2>&1 || { cat log; exit 1; }
is 'all goes again' "$(find /usr /lib/ /etc /var/lib/dpkg/info \( -name 'tong*' -o -name 'libtong*' -o -name '_tong*' \) -print)" ''
is 'but not what the node held' "$(ls /var/lib/tong/store/tong.db)" /var/lib/tong/store/tong.db
