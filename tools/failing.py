#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Which calls of the C library fail in the tests (tests/lib/failing_rows.h).

    tools/failing.py links ROWS                 what a program is linked with to have them counted, a word a line
    tools/failing.py check ROWS PREFIX ARCHIVE… names what objects of the archives call that has no row; PREFIX, a list with
                                                commas, says which: kernel_host_,server_,…
"""
import os
import re
import subprocess
import sys

ROW = re.compile(r"^(FAILS|NEVER)\((\w+)", re.MULTILINE)


def rows(path):
    with open(path, encoding="utf-8") as file:
        return {name: kind for kind, name in ROW.findall(file.read())}


def symbols(archive, prefixes):
    """What the objects of these prefixes need, and what all objects define."""
    needed, defined, counts = set(), set(), False
    listing = subprocess.run(["nm", "--extern-only", archive], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        if line.endswith(":"):
            member = line[:-1].rsplit("/", 1)[-1].replace(".._", "", 1)
            counts = any(member.startswith(prefix) for prefix in prefixes)
            continue
        words = line.split()
        if len(words) == 2 and words[0] == "U" and counts:
            needed.add(words[1])
        elif len(words) == 3:
            defined.add(words[2])
    return needed, defined


def check(path, prefixes, archives):
    known, needed, defined = rows(path), set(), set()
    for archive in archives:
        more, here = symbols(archive, prefixes)
        needed |= more
        defined |= here
    forgotten = sorted(needed - defined - known.keys())
    for name in forgotten:
        print(f"{name}: no row says whether it fails ({os.path.basename(path)})")
    if not needed:
        print("nothing is looked at: the objects are called otherwise")
    return 1 if forgotten or not needed else 0


def main():
    if sys.argv[1] == "links":
        for name, kind in rows(sys.argv[2]).items():
            if kind == "FAILS":
                print(f"-Wl,--wrap={name}")
        return 0
    return check(sys.argv[2], sys.argv[3].split(","), sys.argv[4:])


if __name__ == "__main__":
    sys.exit(main())
