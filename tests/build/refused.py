#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Passes if a compile command fails and says why: the first argument is a regular expression for standard error.

    tests/build/refused.py PATTERN COMMAND [ARGUMENT...]
"""
import re
import subprocess
import sys

if len(sys.argv) < 3:
    sys.exit(__doc__)
done = subprocess.run(sys.argv[2:], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False)
if done.returncode == 0:
    sys.exit("it was compiled, and should have been refused")
if not re.search(sys.argv[1], done.stderr):
    sys.exit(f"it failed for another reason than {sys.argv[1]}:\n{done.stderr}")
