#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
#
# usage: gcc -dP -wrapper unaligned.sh ...
#
# Stands between gcc and the programs it runs. Before the assembler, it marks instructions with the segment prefix SS, with
# which the processor does the same as without; a machine that checks alignment carries the access out. Marked are
#
#     accesses through volatile types, which UNALIGNED is (unaligned.h)
#     accesses that gcc itself made wider than the alignment it knows of: parts of a structure or array that is copied,
#     neighbours that are stored at once. With a processor that needs alignment it would not
#
# -dP has gcc write above each instruction what it was made of: "mem/v" is volatile, "p->Field+0 S8 A32" eight bytes aligned
# to 32 bits. A single field of a structure is no copy, unless a structure in it is aligned to four. Assembly in the
# source is left as it is, the interlocked operations among it.
set -eu
case $1 in
*as)
    for source; do :; done
    awk '
        function wider(text,    size, known) {
            if (!match(text, /S[0-9]+ A[0-9]+/))
                return 0
            size = substr(text, RSTART + 1) + 0
            known = text
            sub(/.*S[0-9]+ A/, "", known)
            known += 0
            return known < 8 * size && (text !~ /(->|\]\.|[A-Za-z_0-9]\.)[A-Za-z_D]/ || (known >= 32 && size == 8))
        }
        /^#APP/    { inline = 1 }
        /^#NO_APP/ { inline = 0 }
        /^ #\(/    { mark = 0 }
        /^ #/ {
            if ($0 ~ /\(mem\/v/)
                mark = 1
            for (rest = $0; match(rest, /\[[0-9]+ [^"]* S[0-9]+ A[0-9]+/); rest = substr(rest, RSTART + RLENGTH))
                if (wider(substr(rest, RSTART, RLENGTH)))
                    mark = 1
        }
        !inline && (/^\trep/ || (mark && /^\t[a-z]/ && !/^\t(push|pop)/)) { print "\t.byte 0x36" }
        { print }
    ' "$source" >"$source.marked"
    cat "$source.marked" >"$source"
    rm -f "$source.marked"
    ;;
esac
exec "$@"
