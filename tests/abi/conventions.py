#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Compares the calling conventions of the export table with the code of the i386 machine.

    conventions.py --program build/i386/dotsys-machine32 --root . --cc cc

A stdcall function takes its arguments off the stack when it returns, a fastcall one those that are not in registers,
a cdecl one none: what its return instructions say has to agree with the convention and the argument bytes of its row.
Prints the rows that do not.
"""
import argparse
import re
import subprocess
import sys

KINDS = ("STUB", "STUB_DATA", "EXPORT", "EXPORT_AS", "EXPORT_DATA")

# 64 bits at once never come in registers.
ON_STACK = {"RtlUlonglongByteSwap": 8}


def rows(options):
    """Name, symbol, convention and argument bytes of every implemented function of i386."""
    for module in ("ntoskrnl", "hal", "usbd", "wmilib"):
        text = "".join(f"#define {kind}(...) ROW {kind}|__VA_ARGS__\n" for kind in KINDS)
        text += f'#include "exports/{module}.def"\n'
        done = subprocess.run(options.cc.split() + ["-m32", "-E", "-P", "-I", options.root, "-x", "c", "-"], input=text,
                              capture_output=True, text=True, check=True)
        for kind, row in re.findall(r"ROW (\w+)\s*\|([^\n]*)", done.stdout):
            field = [part.strip() for part in row.split(",")]
            if kind == "EXPORT":
                yield field[0], field[0], field[1], int(field[2])
            elif kind == "EXPORT_AS":
                yield field[0], field[1], field[2], int(field[3])


def returns(program):
    """By address: what the return instructions of a function take off the stack; and the addresses of symbols."""
    symbols, found, current = {}, {}, None
    for line in subprocess.run(["nm", program], capture_output=True, text=True, check=True).stdout.splitlines():
        part = line.split()
        if len(part) == 3:
            symbols[part[2]] = int(part[0], 16)
    listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", program], capture_output=True, text=True, check=True)
    for line in listing.stdout.splitlines():
        start = re.match(r"([0-9a-f]+) <.+>:$", line)
        if start:
            current = found.setdefault(int(start.group(1), 16), set())
        end = re.search(r"\tretl?\s*(?:\$0x([0-9a-f]+))?\s*$", line)
        if end and current is not None:
            current.add(int(end.group(1) or "0", 16))
    return symbols, found


def expected(name, convention, size):
    if convention == "CDECL":
        return 0
    if name in ON_STACK:
        return ON_STACK[name]
    return max(0, size - 8) if convention == "FASTCALL" else size


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--root", required=True)
    parser.add_argument("--cc", required=True)
    options = parser.parse_args()

    symbols, found = returns(options.program)
    wrong = checked = 0
    for name, symbol, convention, size in rows(options):
        taken = found.get(symbols.get(symbol), set())
        if not taken or size < 0:
            continue # it ends in a jump, or never
        checked += 1
        if taken != {expected(name, convention, size)}:
            wrong += 1
            print(f"{name}: {convention} with {size} bytes of arguments, but it takes {sorted(taken)} off the stack")
    print(f"{checked} functions compared")
    return 1 if wrong or checked < 500 else 0


if __name__ == "__main__":
    sys.exit(main())
