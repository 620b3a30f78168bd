#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Lists the C and assembly sources below the folders named, one a line, sorted.

usage: sources.py [--i386] FOLDER...
Folders called amd64 and i386 hold what is of one processor only: those of x86-64 are listed, with --i386 the others.

A new file is part of the build the next time meson is configured (make does that when a folder changed).
"""
import os
import sys

arguments = sys.argv[1:]
skipped = "i386"
if arguments[:1] == ["--i386"]:
    skipped = "amd64"
    del arguments[0]

for top in arguments:
    found = []
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if name != skipped]
        found += [os.path.join(folder, name) for name in files if name.endswith((".c", ".S"))]
    print("\n".join(sorted(found)))
