# Network and server cut, an update that breaks, and one that does not.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
t_ok 'the sites' site_world
in_browser offline.js "$SITE" "$TONG_TMP"
