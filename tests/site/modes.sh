# Every kind of page in the other ways of reading: desk, dark, contrast, kiosk, without scripts, by keyboard.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
t_ok 'the sites' site_world
in_browser modes.js "$SITE" "$OTHER"
