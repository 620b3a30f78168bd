#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""A 32-bit program and a 64-bit one in the same x64 machine: what each sees, and where on the host it really is. TAP.

    tests/e2e/wow64_test.py --dotsys build/dotsys --build build
"""
import argparse
import os
import shutil
import subprocess
import sys

import machine_test
import tap


class Both(machine_test.Served):
    """A machine that is up, with a driver in C:\\Windows\\Temp."""

    def __enter__(self):
        super().__enter__()
        shutil.copy(self.driver("hello", "drivers/x64/free"), self.file("Windows/Temp/hello.sys"))
        return self

    def file(self, name):
        return os.path.join(self.path, "drive_c", name)

    def client(self, bits, *arguments):
        output, _ = self.run(0, f"tests/served/wow64_client{bits}", *arguments)
        assert output.endswith(" passed, 0 failed\n"), output

    def made(self):
        """Files of the clients', by the folders they are really in."""
        return {folder: sorted(name for name in os.listdir(self.file(folder)) if name.startswith(("made", "copied")))
                for folder in ("Windows/System32", "Windows/SysWOW64", "Windows/System32/drivers", "Windows/SysWOW64/drivers",
                               "Program Files", "Program Files (x86)")}

    def values(self, key):
        return [line.split() for line in self.call(0, "reg", "query", key)[0].splitlines() if "REG_SZ" in line]


class Release(machine_test.Served):
    """A machine that is up as a certain Windows."""

    def __init__(self, options, version):
        super().__init__(options)
        self.version = version

    def call(self, status, verb, *arguments):
        return super().call(status, verb, *(["--os", self.version] if verb == "up" else []), *arguments)


def test_a_32_bit_program(options):
    with Both(options) as machine:
        machine.client(32)
        assert machine.made() == {
            "Windows/System32": [], "Windows/SysWOW64": ["made.32"], "Windows/System32/drivers": ["copied.sys"],
            "Windows/SysWOW64/drivers": ["copied.sys"], "Program Files": [], "Program Files (x86)": ["made.32"]}, machine.made()
        # The command is a 64-bit program.
        assert machine.values(r"HKLM\Software\Made") == []
        assert machine.values(r"HKLM\Software\WOW6432Node\Made") == [["Made32", "REG_SZ", "%ProgramFiles(x86)%"]]


def test_a_64_bit_program(options):
    with Both(options) as machine:
        machine.client(64)
        assert machine.made() == {
            "Windows/System32": ["made.64"], "Windows/SysWOW64": [], "Windows/System32/drivers": ["copied.sys"],
            "Windows/SysWOW64/drivers": [], "Program Files": ["made.64"], "Program Files (x86)": []}, machine.made()
        assert machine.values(r"HKLM\Software\Made") == [["Made64", "REG_SZ", "%ProgramFiles%"]]
        assert machine.values(r"HKLM\Software\WOW6432Node\Made") == []


def test_other_versions_of_windows(options):
    expected = {"xp": "5.2.3790, Sysnative is nothing, driverstore is redirected\n",
                "win7": "6.1.7601, Sysnative is an alias, driverstore is exempt\n"}
    for version, rules in expected.items():
        with Release(options, version) as machine:
            output, _ = machine.run(0, "tests/served/wow64_client32", "rules")
            assert output == rules, output


def test_a_32_bit_program_and_an_x86_machine(options):
    """The machine is in the program."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DOTSYS_")}
    done = subprocess.run([os.path.join(options.build, "tests/served/wow64_client32"), "x86"], capture_output=True, text=True,
                          timeout=60, env={**environment, "DOTSYS_DRIVERS": ""}, check=False)
    assert done.returncode == 0 and done.stdout.endswith(" passed, 0 failed\n"), done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    return tap.run([value for name, value in globals().items() if name.startswith("test_")], parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
