#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Services of a machine that lives in a directory: installed with 'dotsys sc', started when it comes up, still there afterwards,
and what a driver without which the machine must not start leads to.

    tests/e2e/sc_test.py --dotsys build/dotsys --build build
"""
import argparse
import os
import subprocess
import sys
import tempfile

import tap


class Machine:
    """A machine directory of its own, and down at the end."""

    def __init__(self, options):
        self.dotsys, self.build = options.dotsys, options.build

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "machine")
        return self

    def __exit__(self, *_):
        subprocess.run([self.dotsys, "down", "--machine", self.path], capture_output=True, timeout=60, check=False)
        self.folder.cleanup()

    def run(self, status, verb, *words, contains=()):
        """Runs a verb on the machine; its output must hold each of contains."""
        done = subprocess.run([self.dotsys, verb, f"--machine={self.path}", *words], capture_output=True, text=True,
                              timeout=60, check=False)
        output, what = done.stdout + done.stderr, f"{verb} {' '.join(words)}"
        assert done.returncode == status, f"{what}: exit status {done.returncode}, not {status}:\n{output}"
        for text in contains:
            assert text in output, f"{what}: no '{text}' in\n{output}"

    def create(self, name, file, *words):
        self.run(0, "sc", "create", name, "binPath=", os.path.join(self.build, file), "type=", "kernel", *words,
                 contains=["[SC] CreateService SUCCESS"])


HELLO = "drivers/x64/free/hello.sys"
FAILING = "tests/kernel/x64/entry_fails.sys"


def test_life(options):
    with Machine(options) as machine:
        machine.create("hello", HELLO, "start=", "auto")
        machine.run(1, "sc", "create", "hello", "binPath=", "x.sys", contains=["[SC] CreateService FAILED 1073:"])
        machine.run(0, "up")
        machine.run(0, "sc", "query", contains=["SERVICE_NAME: hello", "STATE              : 4  RUNNING"])
        machine.run(1, "sc", "start", "hello", contains=["[SC] StartService FAILED 1056:"])
        machine.run(1, "sc", "--user", "stop", "hello", contains=["[SC] OpenService FAILED 5:"])
        machine.run(0, "io", "-c", r"open \\.\HelloDrv", "-c", "stop hello", "-c", "close",
                    contains=["stop hello -> STATUS_PENDING"])
        machine.run(0, "sc", "query", "hello", contains=["STATE              : 1  STOPPED"])
        machine.run(0, "io", "-c", "start hello", "-c", r"open \\.\HelloDrv")
        machine.run(1, "io", "-c", "start nosuch")
        machine.run(0, "sc", "delete", "hello")
        machine.run(0, "sc", "qc", "hello")  # it still runs
        machine.run(0, "sc", "stop", "hello")
        machine.run(1, "sc", "qc", "hello", contains=["FAILED 1060:"])


def test_falls_back(options):
    with Machine(options) as machine:
        machine.run(0, "up")
        machine.run(0, "down")
        # After a good start there is a control set to fall back to, and it does not have what comes now.
        machine.create("vital", FAILING, "start=", "boot", "error=", "severe")
        machine.run(0, "up")
        machine.run(0, "log", contains=["vital did not start", "the last known good control set"])
        machine.run(1, "sc", "query", "vital", contains=["FAILED 1060:"])


def test_critical_driver(options):
    with Machine(options) as machine:
        machine.create("vital", FAILING, "start=", "boot", "error=", "critical")
        machine.run(3, "up", contains=["the boot driver vital, without which the machine must not start"])
        machine.run(0, "sc", "config", "vital", "start=", "demand")
        machine.run(0, "up")
        machine.run(1, "sc", "start", "vital", contains=["[SC] StartService FAILED 31:"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    return tap.run([test_life, test_falls_back, test_critical_driver], parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
