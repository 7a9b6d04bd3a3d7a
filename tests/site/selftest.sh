# The checks of this folder can fail: each catches a fault planted for it.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
t_ok 'the sites' site_world
in_browser selftest.js "$SITE" "$TONG_TMP"
