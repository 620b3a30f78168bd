#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
#
# usage: clang.sh OBJECT CLANG FLAGS... SOURCE
#
# Makes an object of a driver's source with clang, in two steps: between them accesses are marked, and code with __try for x86 needs
# two targets.
#
# Marked with the segment prefix SS, as by unaligned.sh, are accesses of which clang knows that they may be misaligned: through
# __unaligned, which is UNALIGNED then (unaligned.h), to fields of packed structures, and those it made of several itself. In
# clang's own language they say "align 1", and address space 258 is that of SS. Copies and fillings whose parts may be misaligned
# become calls, which take any address. Locked accesses are left as they are.
#
# Of clang's two i686 targets one understands mingw-w64's headers and the other writes the tables _except_handler3 reads: so the
# first reads the source and the second makes the code. That is done without optimisation: clang keeps variables in registers into
# __except blocks, where they are lost.
set -eu
object=$1 clang=$2
shift
text=$object.ll
"$@" -S -emit-llvm -o "$text"

code=
exceptions=
bits=64
shift
while [ $# -gt 0 ]; do
    case $1 in
    --target=i686-*) code="$code $1" bits=32 ;;
    --target=* | -O* | -mno-*) code="$code $1" ;;
    -mllvm) code="$code $1 $2" && shift ;;
    -fasync-exceptions) exceptions=yes ;;
    esac
    shift
done
if [ -n "$exceptions" ] && [ $bits = 32 ]; then
    code="--target=i686-pc-windows-msvc -O0"
fi

awk -v bits=$bits '
    function size(type,    count) {
        if (type ~ /^i[0-9]+$/)
            return substr(type, 2) / 8
        if (type == "ptr")
            return bits / 8
        if (type ~ /^<[0-9]+ x /) {
            count = substr(type, 2) + 0
            sub(/^<[0-9]+ x /, "", type)
            sub(/>$/, "", type)
            return count * size(type)
        }
        return type == "double" ? 8 : type == "float" ? 4 : 0
    }
    # The least alignment the parameters of a call say; none is 1.
    function known(text, count,    least, i, parts) {
        split(text, parts, /, /)
        least = 16
        for (i = 1; i <= count; i++) {
            if (!match(parts[i], / align [0-9]+/))
                return 1
            if (substr(parts[i], RSTART + 7) + 0 < least)
                least = substr(parts[i], RSTART + 7) + 0
        }
        return least
    }
    function call(function_name, parameters) {
        sub("call void @llvm\\." function_name "\\.p0[.p0]*\\.i" bits "\\(", "call ptr @" function_name "(")
        sub(/, i1 false\)/, ")")
        sub(/, !DIAssignID ![0-9]+/, "")
        sub(/^ +/, "&%called." NR " = ")
        if (!(function_name in declared))
            needed[function_name] = parameters
    }

    NR == FNR { # the first time
        if (match($0, /^(declare|define)[^@]* @mem(cpy|move|set)\(/)) {
            sub(/\(.*/, "")
            sub(/.*@/, "")
            declared[$0]
        }
        next
    }
    / (load|store) / && !/ (load|store) atomic / && match($0, /, align [0-9]+/) {
        align = substr($0, RSTART + 8) + 0
        tail = substr($0, RSTART)
        head = substr($0, 1, RSTART - 1)
        if (match(head, /, ptr /)) {
            type = substr(head, 1, RSTART - 1)
            pointer = substr(head, RSTART + 6)
            sub(/.* (load|store) (volatile )?/, "", type)
            if (head ~ / store /)
                type = type ~ /^</ ? substr(type, 1, index(type, ">")) : substr(type, 1, index(type, " ") - 1)
            if (align < size(type)) {
                print "  %place." FNR " = ptrtoint ptr " pointer " to i" bits
                print "  %marked." FNR " = inttoptr i" bits " %place." FNR " to ptr addrspace(258)"
                print substr(head, 1, RSTART - 1) ", ptr addrspace(258) %marked." FNR tail
                next
            }
        }
    }
    /call void @llvm\.mem(cpy|move)\.p0\.p0\.i/ && /, i1 false\)/ && known($0, 2) < bits / 8 {
        call(/llvm\.memcpy/ ? "memcpy" : "memmove", "ptr, ptr, i" bits)
    }
    /call void @llvm\.memset\.p0\.i.*, i8 -?[0-9]+,/ && /, i1 false\)/ && known($0, 1) < bits / 8 {
        sub(/, i8 /, ", i32 ")
        call("memset", "ptr, i32, i" bits)
    }
    { print }
    END {
        for (name in needed)
            print "declare ptr @" name "(" needed[name] ")"
    }
' "$text" "$text" >"$text.marked"
# shellcheck disable=SC2086
"$clang" -x ir $code -Wno-override-module -Xclang -disable-llvm-passes -c -o "$object" "$text.marked"
rm -f "$text" "$text.marked"
