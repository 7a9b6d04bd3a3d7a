#!/bin/sh
# Makes a bare repository that guards a catalogue: setup.sh REPO [FOLDER], FOLDER default catalog-data.
set -eu
[ $# -ge 1 ] || { echo "usage: $0 REPO [FOLDER]" >&2; exit 2; }
repo=$1
folder=${2-catalog-data}
if [ ! -e "$repo/HEAD" ]; then
	git init -q --bare --shared=group -b main "$repo"
fi
# Objects are looked at before they are taken, and what was published is not taken back.
git -C "$repo" config receive.fsckObjects true
git -C "$repo" config receive.denyNonFastForwards true
git -C "$repo" config receive.denyDeletes true
# Needed by HTTP only; who may push is the web server's and the hook's matter.
git -C "$repo" config http.receivepack true
tong-publish hook install --bare "$repo" --path "$folder" --lang "${TONG_LANG:-zh}"
