#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Looks for what dotsys must report of the procevt driver as it was in print. TAP.

    tests/e2e/procevt_classic_test.py --dotsys build/dotsys --client build/clients/linux64/procevt \\
        --driver build/tests/kernel/x64/procevt_classic.sys
"""
import argparse
import os
import re
import subprocess
import sys

TIMEOUT_SECONDS = 60
ATTEMPTS = 5
SOURCE = os.path.join(os.path.dirname(__file__), "..", "kernel", "defects", "procevt_classic.c")


def line_of(text):
    with open(SOURCE, encoding="utf-8") as file:
        return next(number for number, line in enumerate(file, 1) if text in line)


def test_null_event(options):
    """A process starts while a handle has no event, and the command is in a request that another driver keeps."""
    holder = os.path.join(os.path.dirname(options.driver), "never_complete.sys")
    command = [options.dotsys, "run", "--timeout", str(TIMEOUT_SECONDS * 2000), options.driver, holder,
               "-c", r"open \\.\ProcEvt access=r", "-c", r"open \\.\NeverComplete as N", "-c", "N: ioctl 0x222004"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=True) as machine:
        try:
            assert machine.stdout.readline().startswith("open ")
            subprocess.run(["/bin/true"], check=True)
            errors = machine.stderr.read()
            machine.wait(TIMEOUT_SECONDS)
        finally:
            machine.kill()
    assert machine.returncode == 4, f"exit status {machine.returncode}: {errors}"
    assert re.search(r"^BUGCHECK 0x0000000A ", errors, re.MULTILINE), errors
    assert re.search(r"^DRIVER procevt_classic\.sys", errors, re.MULTILINE), errors
    where = rf"KeSetEvent.*\n.*ClassicNotify \(.*procevt_classic\.c:{line_of('/* defect 1 */')}\)"
    assert re.search(where, errors), errors


def run_client(options):
    """The client's end, output and errors, while a process starts and ends."""
    environment = dict(os.environ, DOTSYS_DRIVERS=options.driver)
    with subprocess.Popen([options.client, "-n", "2"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, env=environment, text=True) as client:
        try:
            if client.stdout.readline() == "watching\n":
                subprocess.run(["/bin/true"], check=True)
            output, errors = client.stdout.read(), client.stderr.read()
            client.wait(TIMEOUT_SECONDS)
        finally:
            client.kill()
    return client.returncode, output, errors


def test_references(options):
    """The client ends well, but each process that was looked up is left with a reference."""
    for _ in range(ATTEMPTS):
        status, output, errors = run_client(options)
        # The driver's lists have no lock, and the host's processes come as they please: what that ends says nothing here.
        if status == 0 and "BUGCHECK" not in errors:
            break
    assert status == 0, output + errors
    for line in output.splitlines():
        pid = line.split()[2]
        assert re.search(rf"procevt_classic: process object left referenced: .*\({pid}\)", errors), output + errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--client", required=True, help="procevt")
    parser.add_argument("--driver", required=True, help="procevt_classic.sys")
    options = parser.parse_args()
    tests = [test_null_event, test_references]
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        try:
            test(options)
            print(f"ok {number} - {test.__name__}", flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"not ok {number} - {test.__name__}")
            for line in str(error).splitlines() or ["an assertion failed"]:
                print(f"#   {line}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
