#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Runs every driver of tests/kernel/sins twice, with the verifier's flags its head comment names: sinning, when exactly the
bugcheck it names must come out, and not, when nothing must. TAP.

    tests/e2e/verifier_test.py --dotsys build/dotsys --build build [--arch x86] [NAME...]
"""
import argparse
import os
import re
import subprocess
import sys

import tap

SINS = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "kernel", "sins")
SIN, VIRTUE = "0x222000", "0x222004"
EXIT_FINE, EXIT_BUGCHECK, EXIT_FINDING = 0, 4, 5


class Driver:
    """A driver, and what its head comment says."""

    def __init__(self, name):
        self.name = name
        with open(os.path.join(SINS, name + ".c"), encoding="utf-8") as file:
            head = file.read().split("*/", 1)[0]
        self.facts = re.findall(r"^ \* (verify|expect|detail|arch|with|then|options): (.*)$", head, re.M)
        if len(self.of("verify")) != 1 or len(self.of("expect")) != 1:
            raise ValueError(f"{name}.c: the head comment wants one verify: and one expect: line")

    def of(self, kind):
        return [text for found, text in self.facts if found == kind]

    def is_for(self, arch):
        return self.of("arch") in ([], [arch])


def run(driver, code, options):
    path = os.path.join(options.build, "tests/kernel", options.arch, "sins", driver.name + ".sys")
    words = [options.dotsys, "run", "--verify=" + driver.of("verify")[0]]
    for text in driver.of("options"):
        words += text.split()
    words += [path, "-c", r"open \\.\Sin", "-c", " ".join(["ioctl", code] + driver.of("with"))]
    for command in driver.of("then"):
        words += ["-c", command]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def complain(driver, what, result):
    raise AssertionError(f"{driver.name}: {what}\nexit status {result.returncode}\n{result.stdout}{result.stderr}")


def check_bugcheck(driver, expected, result, options):
    code, parameters = int(expected[0], 16), expected[1:]
    found = re.search(r"^BUGCHECK (0x[0-9A-F]{8})", result.stderr, re.M | re.I)
    values = re.search(r"^ *PARAMETERS((?: +0x[0-9a-f]+){4})", result.stderr, re.M | re.I)
    if result.returncode != EXIT_BUGCHECK or found is None or int(found[1], 16) != code or values is None:
        complain(driver, f"bugcheck {expected[0]} was expected", result)
    bits = (1 << (32 if options.arch == "x86" else 64)) - 1
    for number, (wanted, value) in enumerate(zip(parameters, values[1].split()), 1):
        if wanted != "*" and int(wanted, 16) & bits != int(value, 16):
            complain(driver, f"parameter {number} is {value}, not {wanted}", result)


def check_sin(driver, options):
    result = run(driver, SIN, options)
    kind, *expected = driver.of("expect")[0].split()
    if kind == "BUGCHECK":
        check_bugcheck(driver, expected, result, options)
    elif result.returncode != EXIT_FINDING:
        complain(driver, "a finding was expected", result)
    for detail in driver.of("detail"):
        if re.search(detail, result.stderr) is None:
            complain(driver, f"the report does not say: {detail}", result)


def check_virtue(driver, options):
    result = run(driver, VIRTUE, options)
    if result.returncode != EXIT_FINE:
        complain(driver, "nothing wrong was done, and something found", result)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--arch", default="x64", choices=["x64", "x86"])
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or sorted(name[:-2] for name in os.listdir(SINS) if name.endswith(".c"))
    tests = []
    for driver in (Driver(name) for name in names):
        if not driver.is_for(options.arch):
            continue
        for title, check in (("sin", check_sin), ("virtue", check_virtue)):
            def test(driver=driver, check=check):
                check(driver, options)
            test.__name__ = f"{driver.name}: {title}"
            tests.append(test)
    return tap.run(tests)


if __name__ == "__main__":
    sys.exit(main())
