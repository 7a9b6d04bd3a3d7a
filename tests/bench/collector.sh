#!/bin/bash
# P9: 10,000 attestations and 10,000 feedbacks arrive while the collector is killed ten times.
# shellcheck shell=bash
. tests/lib/sh.sh
t_ok 'none lost, none doubled' env TONG_P9=10000 "$O/tests/unit/agent_collector"
t_note "$(grep ^P9 "$OUT")"
