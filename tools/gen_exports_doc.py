#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Write docs/exports.md from exports/*.def; with --check, fail when it is out of date instead."""

import argparse
import pathlib
import re
import sys

import exportdef

INTRO = """\
<!-- Made by tools/gen_exports_doc.py from exports/*.def. Do not edit. -->

# Exports

Everything `ntoskrnl.exe` and `hal.dll`, and the libraries `usbd.sys` and `wmilib.sys`, export to a driver, and what this
project does with it.

- **full**: behaves as documented. **partial**: the usual uses work, the rest fails with a status.
  **stub**: loads, and stops the machine with its name if a driver calls it.
- **since**, **last**: the Windows versions that have it; a driver that imports a name its target
  version lacks does not load (error 127). An empty *last* means every later version.
- **max IRQL**: the highest IRQL a driver may call it at; empty means any, or not documented.
- **i386**: calling convention and bytes of arguments on i386; *data* is a variable.
- **arch**: empty means both.
"""
# Longest first, so that Kef and Kf do not end up under Ke.
COMPONENTS = (
    ("Alpc and Lpc: local procedure calls", r"(Zw|Nt)?Alpc|Lpc"),
    ("Cc: cache manager", r"Cc[A-Z]"),
    ("Cm: configuration manager", r"Cm[A-Z]"),
    ("Dbg and Kd: debugging", r"(v?Dbg|Kd|Dbgk)[A-Z]"),
    ("Em: errata manager", r"Emp?[A-Z]"),
    ("Etw and Wmi: tracing", r"(Etw|Wmi)[A-Z]"),
    ("Ex: executive", r"(Ex[A-Z]|Ex[fip]|Interlocked|InitializeSListHead|FirstEntrySList)"),
    ("FsRtl: file systems", r"FsRtl"),
    ("Hal: hardware", r"(Hal|Hvl|Inbv|x86Bios|Headless|READ_|WRITE_|XIP)"),
    ("Io: input and output", r"Io[A-Zf]"),
    ("Ke: kernel", r"K[ei][A-Zf0-9]|Kf[A-Z]"),
    ("Ldr and Lsa", r"(Ldr|Lsa)[A-Z]"),
    ("Mm: memory", r"Mm[A-Z0-9]"),
    ("Nls and Rtl: run-time library", r"(Rtl|Nls|Ver)"),
    ("Ob: objects", r"Obf?[A-Z]"),
    ("Po and Pf: power", r"(Po|PoFx|Pf)[A-Z]"),
    ("Ps: processes and threads", r"(Ps[A-Z]|psMUI)"),
    ("Se: security", r"Se[A-Z]"),
    ("Tm: transactions", r"Tmp?[A-Z]"),
    ("Usbd: descriptors of USB devices", r"USBD_"),
    ("Vf: verifier", r"Vf[A-Z]"),
    ("Whea: hardware errors", r"Whea[A-Z]"),
    ("Zw and Nt: system services", r"(Zw|Nt)[A-Z]"),
    ("C library", r"[a-z_]"),
)
OTHER = "Other"


def component(name):
    for title, pattern in COMPONENTS:
        if re.match(pattern, name):
            return title
    return OTHER


def version(token):
    """WIN10_1507 -> 10 1507, WIN81 -> 8.1, VISTA -> Vista."""
    if token == "ALWAYS":
        return ""
    token = {"WIN81": "8.1", "VISTA": "Vista", "WS2003": "2003"}.get(token, token)
    return token.removeprefix("WIN").replace("_", " ")


def level(irql):
    return "" if irql in ("", "ANY_LEVEL") else irql.removesuffix("_LEVEL")


def signature(row):
    if row.is_data:
        return "data"
    if row.arch == "x86_64":
        return ""
    return row.convention.lower() + ("" if row.arg_bytes == "-1" else f" {row.arg_bytes}")


def table(header, rows):
    yield "| " + " | ".join(header) + " |"
    yield "|" + " --- |" * len(header)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def counts(rows):
    states = [row.state for row in rows]
    return [str(states.count(s)) for s in ("full", "partial", "stub")] + [str(len(states))]


def load_groups(root):
    """Title of each component with its rows and their modules, in order."""
    entries = [(exportdef.MODULES[m], row)
               for m in exportdef.MODULES for row in exportdef.load(m, root).rows]
    entries.sort(key=lambda e: (e[1].name.encode(), e[1].arch))
    groups = {title: [] for title, _ in COMPONENTS + ((OTHER, ""),)}
    for module, row in entries:
        groups[component(row.name)].append((module, row))
    return {title: group for title, group in groups.items() if group}


def summary(root):
    """Rows of component and counts, with that of all at the end."""
    groups = load_groups(root)
    result = [[title, *counts([r for _, r in group])] for title, group in groups.items()]
    return result + [["**all**", *counts([r for group in groups.values() for _, r in group])]]


def lines(root):
    yield from INTRO.splitlines()
    yield ""
    yield from table(("component", "full", "partial", "stub", "all"), summary(root))
    for title, group in load_groups(root).items():
        yield from ("", f"## {title}", "")
        yield from table(
            ("name", "module", "since", "last", "max IRQL", "i386", "arch", "state"),
            ([f"`{r.name}`", module, version(r.since), version(r.last), level(r.irql),
              signature(r), r.arch, r.state] for module, r in group))


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--root", default=exportdef.ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    target = pathlib.Path(args.root) / "docs" / "exports.md"
    text = "\n".join(line.rstrip() for line in lines(args.root)) + "\n"
    if args.check:
        if target.is_file() and target.read_text(encoding="utf-8") == text:
            return 0
        print(f"{target} is out of date: run tools/gen_exports_doc.py", file=sys.stderr)
        return 1
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
