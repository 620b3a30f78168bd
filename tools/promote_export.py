#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Change what exports/*.def say about a function or variable once it is written (or withdrawn).

    tools/promote_export.py IoCreateDevice IoDeleteDevice      STUB -> EXPORT(..., FULL)
    tools/promote_export.py --partial ZwSetInformationProcess  -> EXPORT(..., PARTIAL)
    tools/promote_export.py --as NtCrt_memcpy memcpy           -> EXPORT_AS(memcpy, NtCrt_..., ...)
    tools/promote_export.py --data IoFileObjectType            STUB_DATA -> EXPORT_DATA(..., FULL)
    tools/promote_export.py --stub IoCreateDevice              back to STUB

A name that differs between i386 and x86-64 has a row for each; both change unless --arch says
which.
A name that is not in the tables is an error, and then nothing changes. Any number of these may
run at once.
"""

import argparse
import difflib
import re
import sys

import exportdef


def parse_args(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="+", metavar="NAME")
    state = parser.add_mutually_exclusive_group()
    state.add_argument("--full", dest="state", action="store_const", const="FULL", default="FULL")
    state.add_argument("--partial", dest="state", action="store_const", const="PARTIAL")
    state.add_argument("--stub", dest="state", action="store_const", const="")
    parser.add_argument("--as", dest="symbol", metavar="HOSTSYMBOL",
                        help="the C function that implements NAME")
    parser.add_argument("--data", action="store_true",
                        help="NAME is a variable; turns a row that says function into one")
    parser.add_argument("--arch", choices=sorted(exportdef.ARCHES), help="that row only")
    parser.add_argument("--root", default=exportdef.ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    if args.symbol and (len(args.names) != 1 or args.data or not args.state):
        parser.error("--as goes with one function and --full or --partial")
    if args.symbol and not re.fullmatch(r"[A-Za-z_]\w*", args.symbol):
        parser.error(f"{args.symbol} is not a C identifier")
    return args


def change(row, args):
    if args.data or row.is_data:
        row.kind = "EXPORT_DATA" if args.state else "STUB_DATA"
    elif not args.state:
        row.kind, row.symbol = "STUB", ""
    else:
        row.symbol = args.symbol or row.symbol
        row.kind = "EXPORT_AS" if row.symbol else "EXPORT"
    row.completeness = args.state


def promote(args):
    """Returns the messages of what is wrong; writes only when there are none."""
    errors, changed = [], []
    with exportdef.locked(args.root):
        files = [exportdef.load(module, args.root) for module in exportdef.MODULES]
        rows = [row for f in files for row in f.rows]
        known = {row.name for row in rows}
        for name in args.names:
            hits = [r for r in rows if r.name == name and args.arch in (None, "", r.arch)]
            if not hits:
                near = difflib.get_close_matches(name, known, 3)
                hint = f"; near: {', '.join(near)}" if near else ""
                errors.append(f"{name}: no such row{hint}")
            if args.symbol and any(row.is_data for row in hits):
                errors.append(f"{name}: is a variable, --as is for functions")
            for row in hits:
                change(row, args)
                changed.append(row.text())
        if not errors:
            for f in files:
                if f.text() != exportdef.path(f.module, args.root).read_text(encoding="utf-8"):
                    exportdef.save(f, args.root)
    if not errors:
        print("\n".join(changed))
    return errors


def main(argv):
    errors = promote(parse_args(argv))
    for error in errors:
        print(f"promote_export: {error}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
