#!/bin/sh
# Puts a repository of releases on an object store, or anything else that rclone knows: push.sh FOLDER REMOTE:PATH
#
# The order is what keeps readers safe. What a release is made of comes first, under names that never mean other bytes; then what leads
# to it: a head, or timestamp.json, puts it in force. Cut off anywhere, the store has the old release whole or the new one whole,
# and the same command goes on. Nothing is deleted here: see docs/scale.md.
set -eu
[ $# = 2 ] || { echo "usage: push.sh FOLDER REMOTE:PATH" >&2; exit 2; }
[ -e "$1/timestamp.json" ] || { echo "push.sh: $1 has no timestamp.json: not a repository of releases (tong-publish release --to)" >&2; exit 2; }
for_ever='Cache-Control: public, max-age=31536000, immutable'
a_minute='Cache-Control: public, max-age=60'

rclone copy --checksum --immutable --exclude '/timestamp.json' --exclude '/heads/**' --header-upload "$for_ever" "$1" "$2"
rclone copy --checksum --header-upload "$a_minute" "$1/heads" "$2/heads"
rclone copyto --checksum --header-upload "$a_minute" "$1/timestamp.json" "$2/timestamp.json"
