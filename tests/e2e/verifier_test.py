#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Runs every driver of tests/kernel/sins twice, with the verifier's flags its head comment names: sinning, when exactly the
bugcheck it names must come out, and not, when nothing must. Every code of docs/verifier.md's tables must have such a driver, its
text may name no other, and what users of Driver Verifier meet most (MOST_MET) must be there. TAP.

    tests/e2e/verifier_test.py --dotsys build/dotsys --build build [--arch x86] [NAME...]
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

import image_patch
import tap

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SINS = os.path.join(ROOT, "tests", "kernel", "sins")
DOCUMENT = os.path.join(ROOT, "docs", "verifier.md")
SIN, VIRTUE = "0x222000", "0x222004"
EXIT_FINE, EXIT_BUGCHECK, EXIT_FINDING = 0, 4, 5
SPECIAL_POOL = 0xC1  # has in its fourth parameter what others have in the first


# Violations that are found most, of Microsoft's tables. With a "/" between them: codes that tables give one and the same cause, any
# of which will do.
MOST_MET = """
0xC4 00 01 02 10 11 12 13/14 15 17 30 31 32 33 34 37 38 3B 3E 3F 40 41 42 51/52/53/54/59 60 62 70 74 76 78 79 7C 7D 80 82 B6 B8
0xC4 C5 CA CB CC CD D0 D1 D2 DA DB DC DD E0 E2 E3 E4 E6 F0 F5 F6 F7 FA FB 105 120 121 122 123 135
0xC4 1000 1001 1002 1003 1004 1005 1007 1008 1009 100A 100B 1010 1011 2000 2001 2002 2003 2004 2005
0xC4 20002 20003 20004 20005/33 20006 20007 20008 20009 2000A 2000B 2000C 2000D 2000E 2000F 20010 20011 20015/32 20016 20019 2001A
0xC4 2001B 2001C 2001D 2001E 2001F 20022 20023 20024 40003 40006 40007 40009 4000B 4000E
0xC9 01 02 03 04 05 06 07 0E 10 224 225 226 228 23C 23D 23E 240 245
"""


class Driver:
    """A driver, and what its head comment says."""

    def __init__(self, name):
        self.name = name
        with open(os.path.join(SINS, name + ".c"), encoding="utf-8") as file:
            head = file.read().split("*/", 1)[0]
        self.facts = re.findall(r"^ \* (verify|expect|detail|arch|with|then|options|sanitizer|client|image): (.*)$", head, re.M)
        if len(self.of("verify")) != 1 or len(self.of("expect")) != 1:
            raise ValueError(f"{name}.c: the head comment wants one verify: and one expect: line")

    def of(self, kind):
        return [text for found, text in self.facts if found == kind]

    def path(self, options):
        return os.path.join(options.build, "tests/kernel", options.arch, "sins", self.name + ".sys")

    def is_for(self, arch):
        return self.of("arch") in ([], [arch])


def is_number(word):
    return re.fullmatch(r"-?(0x)?[0-9A-Fa-f]+", word) is not None


def run(driver, path, code, options):
    words = [options.dotsys, "run", "--verify=" + driver.of("verify")[0]]
    for text in driver.of("options"):
        words += text.split()
    words += [path]
    if driver.of("client"):
        place = os.path.join(options.build, "tests/served")
        words += ["--", os.path.join(place, "io_client")]
        words += ["--by", os.path.join(place, "io_records32")] if options.arch == "x86" else []
    words += ["-c", r"open \\.\Sin", "-c", " ".join(["ioctl", code] + driver.of("with"))]
    for command in driver.of("then"):
        words += ["-c", command]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def run_sin(driver, options):
    path = driver.path(options)
    if not driver.of("image"):
        return run(driver, path, SIN, options)
    with tempfile.TemporaryDirectory() as folder:
        other = os.path.join(folder, os.path.basename(path))
        with open(path, "rb") as whole, open(other, "wb") as patched:
            patched.write(image_patch.patch(whole.read(), driver.of("image")[0]))
        return run(driver, other, SIN, options)


def complain(driver, what, result):
    raise AssertionError(f"{driver.name}: {what}\nexit status {result.returncode}\n{result.stdout}{result.stderr}")


def check_bugcheck(driver, expected, result, options):
    code, parameters = int(expected[0], 16), expected[1:]
    if code == 0x3B and options.arch == "x86":
        code = 0x8E  # the same where there is no handler of system calls
    found = re.search(r"^BUGCHECK (0x[0-9A-F]{8})", result.stderr, re.M | re.I)
    values = re.search(r"^ *PARAMETERS((?: +0x[0-9a-f]+){4})", result.stderr, re.M | re.I)
    if result.returncode != EXIT_BUGCHECK or found is None or int(found[1], 16) != code or values is None:
        complain(driver, f"bugcheck {expected[0]} was expected", result)
    bits = (1 << (32 if options.arch == "x86" else 64)) - 1
    told = dict(re.findall(r"sin: (\w+) ([0-9A-Fa-f]+)$", result.stderr, re.M))
    for number, (wanted, value) in enumerate(zip(parameters, values[1].split()), 1):
        if wanted.startswith("@"):
            line = rf"^  {number}  .*: {driver.name}\.sys\+0x[0-9a-f]+  _?{wanted[1:]}(@\d+)? \("
            if re.search(line, result.stderr, re.M) is None:
                complain(driver, f"parameter {number} is {value}, which is not in {wanted[1:]}", result)
        elif wanted != "*":
            expected = wanted if is_number(wanted) else told.get(wanted, "-1")
            if int(expected, 16) & bits != int(value, 16):
                complain(driver, f"parameter {number} is {value}, not {wanted} ({expected})", result)
    if re.search(r"^  \d  which rule: 0x", result.stderr, re.M):
        complain(driver, "there are no words for the rule", result)


def check_sin(driver, options):
    if driver.of("sanitizer") and tap.has_sanitizer(options.dotsys):
        return driver.of("sanitizer")[0]
    result = run_sin(driver, options)
    kind, *expected = driver.of("expect")[0].split()
    if kind == "BUGCHECK":
        check_bugcheck(driver, expected, result, options)
    elif result.returncode != EXIT_FINDING:
        complain(driver, "a finding was expected", result)
    for detail in driver.of("detail"):
        if re.search(detail, result.stderr) is None:
            complain(driver, f"the report does not say: {detail}", result)
    return None


def check_virtue(driver, options):
    result = run(driver, driver.path(options), VIRTUE, options)
    if result.returncode != EXIT_FINE:
        complain(driver, "nothing wrong was done, and something found", result)


def codes_of(cell):
    """Pairs of bugcheck and parameter, None: any, of a cell: "0xC9 0x05, 0x06; 0xC4 0xCA to 0xCD; 0xCE", or "0xD5, 0xD6"."""
    for part in cell.split("; "):
        bugcheck, _, numbers = part.partition(" ")
        if bugcheck.endswith(",") or numbers == "":
            yield from ((int(word, 16), None) for word in part.split(", "))
            continue
        for word in numbers.split(", "):
            first, _, last = word.partition(" to ")
            yield from ((int(bugcheck, 16), value) for value in range(int(first, 16), int(last or first, 16) + 1))


def numbers_of(text):
    return {int(number, 16) for number in re.findall(r"\b0x[0-9A-Fa-f]+", text)}


def documented_codes():
    """The codes of the tables; and numbers that the text has and no table."""
    codes, in_table, tables, prose = set(), False, "", ""
    with open(DOCUMENT, encoding="utf-8") as file:
        for line in file:
            cells = [cell.strip() for cell in line.split("|")]
            if not line.startswith("|"):
                in_table = False
                prose += line
                continue
            tables += line
            if cells[1] == "code":
                in_table = True
            elif in_table and cells[1].startswith("0x"):
                codes.update(codes_of(cells[1]))
    ranges = {code for _, code in codes if code is not None}
    return codes, numbers_of(prose) - numbers_of(tables) - ranges


def most_met():
    for line in MOST_MET.split("\n"):
        bugcheck, _, groups = line.partition(" ")
        for group in groups.split():
            yield f"{bugcheck} {group}", [(int(bugcheck, 16), int(code, 16)) for code in group.split("/")]


def codes_of_drivers(drivers):
    found = set()
    for driver in drivers:
        kind, *values = driver.of("expect")[0].split()
        if kind == "BUGCHECK":
            code = int(values[0], 16)
            which = values[4 if code == SPECIAL_POOL else 1]
            found.add((code, None))
            if is_number(which):
                found.add((code, int(which, 16)))
    return found


def check_documented(drivers):
    found = codes_of_drivers(drivers)
    codes, strangers = documented_codes()
    missing = sorted(codes - found, key=str)
    if len(codes) < 200 or missing:
        raise AssertionError("documented, and no driver in tests/kernel/sins: " +
                             ", ".join(f"0x{code:X}" if value is None else f"0x{code:X} 0x{value:X}" for code, value in missing))
    if strangers:
        raise AssertionError("in the text of docs/verifier.md, and in no table: " + ", ".join(f"0x{code:X}" for code in sorted(strangers)))


def check_most_met(drivers):
    found = codes_of_drivers(drivers)
    missing = [name for name, codes in most_met() if found.isdisjoint(codes)]
    if missing:
        raise AssertionError("no driver in tests/kernel/sins: " + ", ".join(missing))


def check_bounded(options):
    """Systematic low resources with a program that does not end by itself: each run ends it."""
    done = subprocess.run([options.dotsys, "run", "--json", "--verify=systematic", "--timeout", "100",
                           os.path.join(options.build, "drivers", options.arch, "free/hello.sys"), "--", "sleep", "1000"],
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
                          check=False)
    assert "the program was ended: it was still running after 100 ms (--timeout)" in done.stdout, done.stdout
    assert done.returncode == 1 and '"runs":' in done.stdout, f"exit status {done.returncode}: {done.stdout}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--arch", default="x64", choices=["x64", "x86"])
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or sorted(name[:-2] for name in os.listdir(SINS) if name.endswith(".c"))
    drivers = [Driver(name) for name in names]
    tests = []
    if not options.names:
        def test_documented():
            check_documented(drivers)
        tests.append(test_documented)

        def test_most_met():
            check_most_met(drivers)
        tests.append(test_most_met)

        def test_bounded():
            check_bounded(options)
        tests.append(test_bounded)
    for driver in drivers:
        if not driver.is_for(options.arch):
            continue
        for title, check in (("sin", check_sin), ("virtue", check_virtue)):
            def test(driver=driver, check=check):
                return check(driver, options)
            test.__name__ = f"{driver.name}: {title}"
            tests.append(test)
    return tap.run(tests)


if __name__ == "__main__":
    sys.exit(main())
