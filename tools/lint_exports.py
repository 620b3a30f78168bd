#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Check exports/*.def: form, fields, order, duplicates, and that what is FULL is named by a test.

Exit status 1 when something is wrong. An untested FULL row is a warning; an error with --strict.
"""

import argparse
import re
import sys

import exportdef

TEST_SUFFIXES = {".c", ".h", ".cpp", ".py", ".txt", ".sh", ".inc"}


def check_form(deffile, root):
    text = exportdef.path(deffile.module, root).read_text(encoding="utf-8")
    if deffile.text() != text:
        yield f"{deffile.module}.def: not in canonical form (spacing or guards)"


def check_fields(row, where, versions):
    allowed = {
        "completeness": exportdef.COMPLETENESSES,
        "convention": exportdef.CONVENTIONS,
        "irql": exportdef.IRQLS,
        "since": versions[:-1],
        "last": versions,
    }
    for field in exportdef.FIELDS[row.kind]:
        value = getattr(row, field)
        if field in allowed and value not in allowed[field]:
            yield f"{where}: {field} cannot be {value}"
    if row.since in versions and row.last in versions:
        if versions.index(row.since) > versions.index(row.last):
            yield f"{where}: gone ({row.last}) before it came ({row.since})"
    if row.arg_bytes and not re.fullmatch(r"-1|\d+", row.arg_bytes):
        yield f"{where}: argument bytes cannot be {row.arg_bytes}"
    elif row.arg_bytes and row.arg_bytes != "-1" and int(row.arg_bytes) % 4:
        yield f"{where}: argument bytes are a multiple of 4, not {row.arg_bytes}"


def check_order(deffile):
    for arch in exportdef.ARCHES:
        names = [row.name for row in deffile.rows if row.arch in ("", arch)]
        for before, after in zip(names, names[1:]):
            if before.encode() >= after.encode():
                what = "twice" if before == after else "out of order"
                yield f"{deffile.module}.def: {arch}: {after} is there {what} (after {before})"


def check_modules(files):
    """One architecture gets a name from one module only, so that a name alone finds it."""
    for arch in exportdef.ARCHES:
        seen = {}
        for deffile in files:
            for row in deffile.rows:
                if row.arch in ("", arch) and seen.setdefault(row.name, deffile) is not deffile:
                    yield f"{row.name}: {arch}: two modules export it"


def words_in_tests(root):
    words = set()
    for path in (exportdef.pathlib.Path(root) / "tests").rglob("*"):
        if path.suffix in TEST_SUFFIXES and path.is_file():
            words.update(re.findall(r"\w+", path.name))
            words.update(re.findall(r"\w+", path.read_text(encoding="utf-8", errors="replace")))
    return words


def main(argv):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strict", action="store_true", help="an untested FULL row is an error")
    parser.add_argument("--root", default=exportdef.ROOT, help=argparse.SUPPRESS)
    args = parser.parse_args(argv)
    versions = exportdef.versions(args.root)
    try:
        files = [exportdef.load(module, args.root) for module in exportdef.MODULES]
    except exportdef.FormatError as error:
        print(f"lint_exports: {error}", file=sys.stderr)
        return 1
    errors = list(check_modules(files))
    for deffile in files:
        errors += check_form(deffile, args.root)
        errors += check_order(deffile)
        for row in deffile.rows:
            errors += check_fields(row, f"{deffile.module}.def: {row.name}", versions)
    rows = [row for deffile in files for row in deffile.rows]
    words = words_in_tests(args.root)
    untested = sorted({row.name for row in rows if row.state == "full"} - words)
    for name in untested:
        print(f"{name}: FULL, but no test names it", file=sys.stderr)
    for error in errors:
        print(f"lint_exports: {error}", file=sys.stderr)
    print(f"{len(rows)} rows, {len(errors)} errors, {len(untested)} FULL without a test")
    return 1 if errors or (args.strict and untested) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
