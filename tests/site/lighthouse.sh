# Lighthouse, once for every kind of page.
# shellcheck shell=bash
. tests/lib/sh.sh
. tests/site/lib/world.sh
t_ok 'the sites' site_world
in_browser lighthouse.js "$SITE" "$OTHER"
