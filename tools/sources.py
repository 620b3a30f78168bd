#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Lists the C and assembly sources below the folders named, one a line, sorted.

A new file is part of the build the next time meson is configured (make does that when a folder changed).
"""
import os
import sys

for top in sys.argv[1:]:
    found = []
    for folder, _, files in os.walk(top):
        found += [os.path.join(folder, name) for name in files if name.endswith((".c", ".S"))]
    print("\n".join(sorted(found)))
