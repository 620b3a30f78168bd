# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Read and write exports/*.def.

A file is a head, rows with `#if defined(__i386__)` or `#if defined(__x86_64__)` around those only
one architecture has, and a tail. Writing a file that was only read gives back the same bytes when
it was in canonical form, which is how lint_exports.py checks the form.

Writers hold `locked()` from before they read until after they wrote; readers need nothing, because
a file is replaced in one step.
"""

import contextlib
import dataclasses
import fcntl
import os
import pathlib
import re
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODULES = {"ntoskrnl": "ntoskrnl.exe", "hal": "hal.dll", "usbd": "usbd.sys", "wmilib": "wmilib.sys"}
ARCHES = {"i386": "__i386__", "x86_64": "__x86_64__"}
CONVENTIONS = ("STDCALL", "FASTCALL", "CDECL")
IRQLS = ("PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL", "HIGH_LEVEL", "ANY_LEVEL")
COMPLETENESSES = ("FULL", "PARTIAL")
FIELDS = {
    "STUB": ("name", "convention", "arg_bytes", "irql", "since", "last"),
    "STUB_DATA": ("name", "since", "last"),
    "EXPORT": ("name", "convention", "arg_bytes", "irql", "since", "last", "completeness"),
    "EXPORT_AS": ("name", "symbol", "convention", "arg_bytes", "irql", "since", "last",
                  "completeness"),
    "EXPORT_DATA": ("name", "since", "last", "completeness"),
}
ROW = re.compile(r"(STUB|STUB_DATA|EXPORT|EXPORT_AS|EXPORT_DATA)\(([^()]*)\)")
GUARD = re.compile(r"#if defined\((__i386__|__x86_64__)\)")


class FormatError(Exception):
    """A file that is not what the head of this module describes."""


@dataclasses.dataclass
class Row:
    """One export. A field its kind of row does not have is an empty string."""

    kind: str
    arch: str = ""  # "" for both
    name: str = ""
    symbol: str = ""
    convention: str = ""
    arg_bytes: str = ""
    irql: str = ""
    since: str = ""
    last: str = ""
    completeness: str = ""

    @property
    def is_data(self):
        return self.kind.endswith("_DATA")

    @property
    def state(self):
        """full, partial or stub."""
        return self.completeness.lower() or "stub"

    def text(self):
        return f"{self.kind}({', '.join(getattr(self, f) for f in FIELDS[self.kind])})"


@dataclasses.dataclass
class DefFile:
    module: str
    head: list
    rows: list
    tail: list

    def text(self):
        lines = list(self.head)
        arch = ""
        for row in self.rows:
            if row.arch != arch:
                if arch:
                    lines.append("#endif")
                if row.arch:
                    lines.append(f"#if defined({ARCHES[row.arch]})")
                arch = row.arch
            lines.append(row.text())
        if arch:
            lines.append("#endif")
        return "\n".join(lines + self.tail) + "\n"


def parse_row(line, arch, where):
    match = ROW.fullmatch(line)
    if not match:
        raise FormatError(f"{where}: not a row: {line}")
    kind = match[1]
    values = [value.strip() for value in match[2].split(",")]
    if len(values) != len(FIELDS[kind]):
        raise FormatError(f"{where}: {kind} takes {len(FIELDS[kind])} fields: {line}")
    return Row(kind, arch, **dict(zip(FIELDS[kind], values)))


def parse(module, text):
    lines = text.splitlines()
    is_row = [bool(ROW.fullmatch(line)) for line in lines]
    if not any(is_row):
        raise FormatError(f"{module}.def: no rows")
    first = is_row.index(True)
    end = len(lines) - is_row[::-1].index(True)
    if GUARD.fullmatch(lines[first - 1]):
        first -= 1
    if end < len(lines) and lines[end] == "#endif":
        end += 1
    names = {macro: arch for arch, macro in ARCHES.items()}
    rows, arch = [], ""
    for number, line in enumerate(lines[first:end], first + 1):
        guard = GUARD.fullmatch(line)
        if guard and not arch:
            arch = names[guard[1]]
        elif line == "#endif" and arch:
            arch = ""
        else:
            rows.append(parse_row(line, arch, f"{module}.def:{number}"))
    return DefFile(module, lines[:first], rows, lines[end:])


def path(module, root=ROOT):
    return pathlib.Path(root) / "exports" / f"{module}.def"


def load(module, root=ROOT):
    return parse(module, path(module, root).read_text(encoding="utf-8"))


def save(deffile, root=ROOT):
    """Replace the file in one step; the caller holds locked()."""
    target = path(deffile.module, root)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(deffile.text())
        os.chmod(name, target.stat().st_mode & 0o777)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


@contextlib.contextmanager
def locked(root=ROOT):
    """Keep other writers out. The lock is on the folder itself, so no lock file is left behind."""
    folder = os.open(pathlib.Path(root) / "exports", os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def versions(root=ROOT):
    """The WINVER_ tokens of exports/exports.h in order, without the prefix."""
    text = (pathlib.Path(root) / "exports" / "exports.h").read_text(encoding="utf-8")
    body = re.search(r"enum EXPORT_WINVER \{(.*?)\}", text, re.S)
    if not body:
        raise FormatError("exports/exports.h: no enum EXPORT_WINVER")
    return re.findall(r"WINVER_(\w+)", body[1])
