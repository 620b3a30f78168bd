#!/bin/sh
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
#
# usage: clang_x86.sh OBJECT CLANG FLAGS... SOURCE
#
# Makes an object with __try for x86. Of clang's two i686 targets one understands mingw-w64's headers and the other
# writes the tables _except_handler3 reads: so the first reads the source and the second makes the code. That is done
# without optimisation: clang keeps variables in registers into __except blocks, where they are lost.
set -eu
object=$1
shift
"$@" -emit-llvm -o "$object.bc"
"$1" -x ir --target=i686-pc-windows-msvc -Wno-override-module -O0 -c -o "$object" "$object.bc"
rm -f "$object.bc"
