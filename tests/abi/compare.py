#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Compare the structure layouts of include/nt with those of mingw-w64's DDK headers.

    compare.py --arch x86_64|i386 --mingw CC --cc CC [--include DIR]
    compare.py --arch x86_64|i386 --wdk-object FILE… --our-object FILE…

The first form compiles probe_*.c with both compilers; nothing is executed. Where mingw-w64 is
wrong or lacks a declaration, exceptions.txt has the numbers, and they are what counts. An exception
that says what mingw-w64 says is an error, so the file stays as short as the truth. Exits 1 on any
mismatch.
"""

import argparse
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PROBES = ["probe_kernel.c", "probe_image.c"]
RECORD = re.compile(rb"ABI:([\w.=]+)=([0-9a-f]{16}),([0-9a-f]{16});")
BITS = re.compile(rb"ABI:([\w.]+)#([0-9a-f]{16}):")
WDK_FLAGS = ["-DABI_WDK", "-D_WIN32_WINNT=0x0A00", "-DNTDDI_VERSION=0x0A000008"]


def read_records(paths):
    """name -> what the record says, as a short text that can be compared and printed."""
    records = {}
    for path in paths:
        data = pathlib.Path(path).read_bytes()
        for match in RECORD.finditer(data):
            name, first, second = match[1].decode(), int(match[2], 16), int(match[3], 16)
            if name.startswith("="):
                records[name[1:]] = f"{first & 0xffffffff:#x}" if first >> 32 in (0, 0xffffffff) \
                    else f"{first:#x}"
            elif "." in name:
                records[name] = f"{first:#x}+{second:#x}"
            else:
                records[name] = f"{second:#x}"
        for match in BITS.finditer(data):
            size = int(match[2], 16)
            records[match[1].decode()] = bit_range(data[match.end():match.end() + size])
    return records


def bit_range(value):
    """Which bits of the structure the field fills: 'bits 96-124'."""
    number = int.from_bytes(value, "little")
    if number == 0:
        return "no bits"
    first = (number & -number).bit_length() - 1
    last = number.bit_length() - 1
    whole = number == ((1 << (last - first + 1)) - 1) << first
    return f"bits:{first}-{last}" + ("" if whole else "?")


def read_exceptions(path, arch):
    """Lines 'name x86_64 i386'; '-' where there is no exception in that build; '#' is a reason."""
    column = {"x86_64": 1, "i386": 2}[arch]
    exceptions = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if len(words) != 3 or words[0] in exceptions:
            sys.exit(f"{path}:{number}: want a new name and two numbers")
        if words[column] != "-":
            exceptions[words[0]] = words[column]
    return exceptions


def ddk_folder(compiler):
    """Where the compiler keeps its DDK headers: a folder 'ddk' in its search path."""
    shown = subprocess.run(compiler + ["-E", "-v", "-x", "c", "/dev/null"], check=True,
                           capture_output=True, text=True).stderr
    for line in shown.splitlines():
        if line.startswith(" /") and (pathlib.Path(line.strip()) / "ddk" / "ntifs.h").exists():
            return str(pathlib.Path(line.strip()) / "ddk")
    sys.exit(f"{compiler[0]} has no DDK headers")


def build(arguments, folder):
    """Compile the probes both ways; the two lists of objects."""
    wdk, ours = [], []
    mingw = shlex.split(arguments.mingw)
    mingw += WDK_FLAGS + ["-I" + ddk_folder(mingw)]
    for probe in PROBES:
        for objects, command, tag in (
                (wdk, mingw, "wdk"),
                (ours, shlex.split(arguments.cc) + ["-I" + arguments.include], "our")):
            target = pathlib.Path(folder) / f"{probe}.{tag}.o"
            subprocess.run(command + ["-std=gnu17", "-w", "-O0", "-c", str(HERE / probe), "-o",
                                      str(target)], check=True)
            objects.append(target)
    return wdk, ours


def compare(wdk, ours, exceptions):
    """The lines to print about what differs, and how many records were right."""
    problems, passed = [], 0
    for name in sorted(ours.keys() | wdk.keys() | exceptions.keys()):
        want, have = exceptions.get(name, wdk.get(name)), ours.get(name)
        if have is None:
            problems.append(f"{name}: not in our probe")
        elif want is None:
            problems.append(f"{name}: mingw-w64 has no such name and exceptions.txt says nothing; "
                            f"ours is {have}")
        elif want != have:
            problems.append(f"{name}: want {want}, ours is {have}")
        elif name in exceptions and wdk.get(name) == want:
            problems.append(f"{name}: exception not needed, mingw-w64 says {want} too")
        else:
            passed += 1
    return problems, passed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--arch", required=True, choices=["x86_64", "i386"])
    parser.add_argument("--mingw", help="mingw-w64 compiler for that processor")
    parser.add_argument("--cc", help="host compiler, with -m32 where needed")
    parser.add_argument("--include", default=str(HERE.parent.parent / "include"))
    parser.add_argument("--wdk-object", action="append", default=[])
    parser.add_argument("--our-object", action="append", default=[])
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        wdk, ours = arguments.wdk_object, arguments.our_object
        if arguments.mingw and arguments.cc:
            wdk, ours = build(arguments, folder)
        if not wdk or not ours:
            parser.error("give two compilers or objects of both kinds")
        exceptions = read_exceptions(HERE / "exceptions.txt", arguments.arch)
        problems, passed = compare(read_records(wdk), read_records(ours), exceptions)

    for line in problems:
        print(f"{arguments.arch}: {line}")
    print(f"{arguments.arch}: {passed} passed, {len(problems)} failed")
    return 1 if problems or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
