#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
#
# Runs a program a number of times in a row and stops at the first failure.
#
#     tests/stress/repeat.sh 20 build/tests/stress/procevt_load build/drivers/x64/free/procevt.sys 5000
set -eu
if [ $# -lt 2 ]; then
    echo "Usage: repeat.sh TIMES PROGRAM [ARGUMENT]..." >&2
    exit 2
fi
times=$1
shift
run=1
while [ "$run" -le "$times" ]; do
    printf '%s of %s: ' "$run" "$times"
    "$@"
    run=$((run + 1))
done
