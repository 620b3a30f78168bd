#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""dotsys fuzz: every driver of tests/kernel/broken has its defect found and named as its head comment says, and the commands that
are printed lead there again; in the sample drivers nothing is found. TAP.

    tests/e2e/fuzz_test.py --dotsys build/dotsys --build build [--arch x64|x86] [--count N] [NAME...]
"""
import argparse
import os
import re
import subprocess
import sys

import tap

BROKEN = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "kernel", "broken")
EXIT_FINE, EXIT_BUGCHECK, EXIT_FINDING = 0, 4, 5
# kmemio writes physical memory wherever an administrator says; nobody else may open its device.
SEEDS = range(1, 5)
SAMPLES = {"hello": [], "msjdrvr": [], "genport": [], "procevt": [], "kmemio": ["--user"]}


def head(name):
    with open(os.path.join(BROKEN, name + ".c"), encoding="utf-8") as file:
        text = file.read().split("*/", 1)[0]
    return dict(re.findall(r"^ \* (class|options): (.*)$", text, re.M))


def run(words):
    return subprocess.run(words, capture_output=True, text=True, timeout=300, check=False)


def check_broken(options, name):
    facts = head(name)
    driver = os.path.join(options.build, "tests/kernel", options.arch, "broken", name + ".sys")
    for seed in SEEDS: # two threads meet as they do: what they find first is not always the same
        result = run([options.dotsys, "fuzz", "--seed", str(seed), *facts.get("options", "").split(), driver])
        found = re.search(r"^DEFECT (.*)$", result.stdout, re.M)
        if found is not None and found[1] == facts["class"]:
            break
    if found is None or found[1] != facts["class"] or result.returncode not in (EXIT_BUGCHECK, EXIT_FINDING):
        raise AssertionError(f"{name}: {facts['class']} was to be found\nexit status {result.returncode}\n{result.stdout}{result.stderr}")
    if "these lead there again:" not in result.stdout:
        if facts["class"] != "double fetch":
            raise AssertionError(f"{name}: it was not reduced\n{result.stdout}")
        return
    printed = re.search(r"^    dotsys (run (?:.*\\\n)*.*)$", result.stdout, re.M)[1].replace("\\\n", " ")
    again = subprocess.run(["sh", "-c", f"exec {options.dotsys} {printed}"], capture_output=True, text=True, timeout=60, check=False)
    if again.returncode != result.returncode:
        raise AssertionError(f"{name}: the commands end with {again.returncode}\n{printed}\n{again.stdout}{again.stderr}")


def check_sample(options, name):
    driver = os.path.join(options.build, "drivers", options.arch, "checked", name + ".sys")
    result = run([options.dotsys, "fuzz", "--count", str(options.count), *SAMPLES[name], driver])
    if result.returncode != EXIT_FINE:
        raise AssertionError(f"{name}: exit status {result.returncode}\n{result.stdout}{result.stderr}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--arch", choices=("x64", "x86"), default="x64")
    parser.add_argument("--count", type=int, default=5000, help="requests to each sample driver")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    tests = []
    for check, names in ((check_broken, sorted(n[:-2] for n in os.listdir(BROKEN) if n.endswith(".c"))), (check_sample, SAMPLES)):
        for name in names:
            if options.names and name not in options.names:
                continue

            def test(check=check, name=name):
                check(options, name)
            test.__name__ = name
            tests.append(test)
    return tap.run(tests)


if __name__ == "__main__":
    sys.exit(main())
