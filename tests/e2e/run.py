#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Runs the dotsys command as a user would and compares what comes out.

A case is a folder beside this file with
    cmd           the arguments of dotsys, in shell quoting, over as many lines as it takes; # starts a comment line.
                  ${DRIVERS} is build/drivers/ARCH, ${TESTS} build/tests/kernel/ARCH, ${CASE} the case's folder
    expected      standard output, exactly; {{…}} holds a regular expression for a part that differs from run to run
    status        the exit status; without the file: 0
    expected.err  optional: regular expressions, one a line, each found in standard error after the one before;
                  a line that starts with ! holds one that must not be found at all
    needs         optional: a file, with ${…} as above, without which the case is skipped
    bits          optional: 64: a 32-bit client of it is told something else, as on Windows
    embedded      optional: why the case is not run with --served
    arch          optional: the one ARCH the case is for; otherwise it is for x64 and x86

    served.err    optional: in place of expected.err with --served, where more is said, or by another process

With --served the commands of a case (-c) are not run in the machine's process, but by a client: `dotsys run … -- io_client -c …`.
What comes out must be the same; the lines of --json and of standard error, which are then two processes', may come in another
order. Cases without commands, and those that are refused before there is a machine, are no different then and are left out.

With --align the sample drivers' cases are run on a machine that checks alignment. What comes out must be the same.

Prints TAP, and for a case that fails what is wrong with it. With --update the expected output of the cases named is
written anew from what comes out: look at the difference before you keep it.

    tests/e2e/run.py --dotsys build/dotsys --build build [--served] [CASE...]
"""
import argparse
import difflib
import os
import re
import shlex
import string
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TIMEOUT_SECONDS = 60


def read(case, name, default=None):
    path = os.path.join(HERE, case, name)
    if default is not None and not os.path.exists(path):
        return default
    with open(path, encoding="utf-8") as file:
        return file.read()


def replace_places(text, case, options):
    places = {
        "DRIVERS": os.path.join(options.build, "drivers", options.arch),
        "TESTS": os.path.join(options.build, "tests", "kernel", options.arch),
        "CASE": os.path.join(HERE, case),
    }
    return string.Template(text).safe_substitute(places)


def arguments(case, options):
    lines = [line for line in read(case, "cmd").splitlines() if not line.lstrip().startswith("#")]
    return [replace_places(word, case, options) for word in shlex.split("\n".join(lines))]


def served(words, options):
    """The arguments of the same run with a client that runs the commands."""
    machine, client, rest = [], [], iter(words)
    for word in rest:
        if word == "-c":
            client += [word, next(rest)]
        elif word == "--timeout":
            value = next(rest)
            machine += [word, value]
            client += [word, value]
        else:
            machine.append(word)
            client += [word] if word == "--json" else []
    place = os.path.join(options.build, "tests/served")
    by = ["--by", os.path.join(place, "io_records32")] if options.narrow else []
    return machine + ["--", os.path.join(place, "io_client")] + by + client


def has_client(case, options):
    words = arguments(case, options)
    return words[0] == "run" and "-c" in words and read(case, "status", "0").strip() != "2" and not read(case, "embedded", "")


def is_aligned(case):
    return re.search(r"^run\b.*\$\{DRIVERS\}", read(case, "cmd"), re.MULTILINE | re.DOTALL) is not None


def missing(case, options):
    """Why a case cannot be run, or an empty string."""
    arch = read(case, "arch", "").strip()
    if arch not in ("", options.arch):
        return f"it is for {arch}"
    if options.narrow and options.arch == "x64" and read(case, "bits", "").strip() == "64":
        return "it is for a 64-bit client"
    needed = replace_places(read(case, "needs", "").strip(), case, options)
    return "" if not needed or os.path.exists(needed) else f"no {needed}"


def pattern(line):
    """The regular expression of a line of expected output."""
    parts = re.split(r"\{\{(.*?)\}\}", line)
    return "".join(f"(?:{part})" if index % 2 else re.escape(part) for index, part in enumerate(parts))


def in_order(wanted, got):
    """The lines of got in the order of those that want them; what nobody wants comes last."""
    ordered, left = [], list(got)
    for line in wanted:
        match = next((index for index, one in enumerate(left) if re.fullmatch(pattern(line), one)), None)
        if match is not None:
            ordered.append(left.pop(match))
    return ordered + left


def compare_output(expected, actual, any_order):
    wanted, got = expected.splitlines(), actual.splitlines()
    if any_order:
        got = in_order(wanted, got)
    same = len(wanted) == len(got) and all(re.fullmatch(pattern(w), g) for w, g in zip(wanted, got))
    if same:
        return []
    # Lines that match their pattern are shown as equal.
    shown = [g if i < len(got) and re.fullmatch(pattern(w), got[i]) else w
             for i, (w, g) in enumerate(zip(wanted, got + [""] * len(wanted)))]
    return ["standard output differs:"] + list(
        difflib.unified_diff(shown, got, "expected", "actual", lineterm="", n=2))


def compare_errors(expected, actual, any_order):
    problems, place = [], 0
    for line in expected.splitlines():
        if not line.strip():
            continue
        if line.startswith("!"):
            if re.search(line[1:], actual, re.MULTILINE):
                problems.append(f"standard error has what it must not have: {line[1:]}")
            continue
        found = re.compile(line, re.MULTILINE).search(actual, 0 if any_order else place)
        if found is None:
            problems.append(f"standard error lacks, after what came before: {line}")
        else:
            place = found.end()
    return problems


def execute(case, options):
    """Runs a case; a list of what is wrong, and the seconds it took."""
    words = arguments(case, options)
    if options.align:
        words.insert(1, "--align")
    command = [options.dotsys] + (served(words, options) if options.served else words)
    environment = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "TERM")}
    environment["LC_ALL"] = "C.UTF-8"
    start = time.monotonic()
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT_SECONDS,
                              cwd=ROOT, env=environment, check=False)
    except subprocess.TimeoutExpired:
        return [f"still running after {TIMEOUT_SECONDS} s"], TIMEOUT_SECONDS
    seconds = time.monotonic() - start
    output, errors = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    if options.update:
        with open(os.path.join(HERE, case, "expected"), "w", encoding="utf-8") as file:
            file.write(output)
        with open(os.path.join(HERE, case, "status"), "w", encoding="utf-8") as file:
            file.write(f"{done.returncode}\n")
        return [], seconds
    problems = []
    status = int(read(case, "status", "0"))
    if done.returncode != status:
        problems.append(f"exit status {done.returncode} instead of {status}")
    problems += compare_output(read(case, "expected"), output, options.served and "--json" in words)
    wanted = read(case, "expected.err", "")
    problems += compare_errors(read(case, "served.err", wanted) if options.served else wanted, errors, options.served)
    if problems:
        problems += ["command: " + shlex.join(command), "standard error was:"] + errors.splitlines()
    return problems, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", default=os.path.join(ROOT, "build", "dotsys"), help="the command to test")
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), help="where the drivers were built")
    parser.add_argument("--arch", default="x64", choices=("x64", "x86"), help="of the drivers")
    parser.add_argument("--served", action="store_true", help="run the commands in a client of the machine")
    parser.add_argument("--align", action="store_true", help="run the samples' cases with --align")
    parser.add_argument("--narrow", action="store_true", help="with --served: a 32-bit client")
    parser.add_argument("--update", action="store_true", help="write expected output anew")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    options = parser.parse_args()
    options.narrow |= options.served and options.arch == "x86"  # which has no others
    options.dotsys, options.build = os.path.abspath(options.dotsys), os.path.abspath(options.build)

    cases = options.cases or sorted(
        name for name in os.listdir(HERE)
        if os.path.exists(os.path.join(HERE, name, "cmd")) and (not options.served or has_client(name, options))
        and (not options.align or is_aligned(name)))
    failed = 0
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        if missing(case, options):
            print(f"ok {number} - {case} # SKIP {missing(case, options)}", flush=True)
            continue
        problems, seconds = execute(case, options)
        failed += bool(problems)
        print(f"{'not ok' if problems else 'ok'} {number} - {case} # {seconds:.2f} s", flush=True)
        for line in problems:
            print(f"#   {line}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
