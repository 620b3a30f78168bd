#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Where a command wants a file and gets a pipe, a device or a folder, it says so at once. TAP.

    tests/e2e/no_file_test.py --dotsys build/dotsys --build build
"""
import argparse
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import machine_test
import tap

PATIENCE = 30  # seconds; nobody writes into the pipes
KINDS = ("pipe", "device", "folder")
SAYS = ("it is not a regular file", "it is a folder", "is a folder", "is neither a file nor a block device", "Not a directory",
        "this is no machine directory")


class Names:
    """Files that are none, with any ending."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        for suffix in ("", ".inf", ".c"):
            os.mkfifo(self.path("pipe" + suffix))
            os.symlink("/dev/zero", self.path("device" + suffix))
            os.mkdir(self.path("folder" + suffix))
        with open(self.path("folder/file"), "w", encoding="ascii"):
            pass
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)


def complaint(command):
    """What is wrong with how a command refuses; None: nothing."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return f"{command} waits"
    output = done.stdout.decode("utf-8", "replace")
    if done.returncode in (1, 2, 3) and any(text in output for text in SAYS):
        return None
    return f"{command}: exit status {done.returncode}: {output}"


def refuse_all(names, *commands, at_once=4):
    """Each command with each kind's path for its %, which an ending may follow."""
    made = [[word.replace("%", names.path(kind)) for word in command] for command in commands for kind in KINDS]
    with ThreadPoolExecutor(at_once) as workers:
        wrong = [text for text in workers.map(complaint, made) if text is not None]
    assert not wrong, "\n".join(wrong)


def test_reading(options):
    """Drivers, INF files, disks, descriptions of devices, libraries, data, C sources."""
    hello = os.path.join(options.build, "drivers/x64/checked/hello.sys")
    run = [options.dotsys, "run"]
    with Names() as names:
        refuse_all(names, run + ["%"], run + ["%.inf"], run + ["--disk", "%", hello], run + ["--device", "%", hello],
                   run + ["--port", "%", hello], run + [hello, "-c", r"open \\.\HelloDrv", "-c", "write file:%"],
                   run + ["--machine", "%", hello], [options.dotsys, "imports", "%"], [options.dotsys, "fuzz", "%"])
        os.mkfifo(names.path("folder/pipe.dmp"))
        refuse_all(names, [options.dotsys, "analyze", "%"])
        if subprocess.run([options.dotsys, "portcheck", "--version"], capture_output=True, check=False).returncode == 0:
            refuse_all(names, [options.dotsys, "portcheck", "%.c"])


def test_building(options):
    for file in ("dirs", "sources"):
        for make in (os.mkfifo, os.mkdir, lambda path: os.symlink("/dev/zero", path)):
            with tempfile.TemporaryDirectory() as folder:
                make(os.path.join(folder, file))
                done = subprocess.run([options.dotsys, "build"], stdin=subprocess.DEVNULL, capture_output=True, cwd=folder,
                                      timeout=PATIENCE, check=False)
                assert done.returncode != 0, done


def test_machine(options):
    """The registry's commands on a machine that is down, and one that is up, whose supervisor opens what it is asked for."""
    with Names() as names, machine_test.Machine(options) as machine:
        reg = [machine.command("reg", *words)
               for words in (["import", "%"], ["load", r"HKLM\X", "%"], ["restore", r"HKLM\Software", "%"])]
        machine.call(0, "reg", "add", r"HKLM\Software\X")
        refuse_all(names, *reg, at_once=1)
        for kind in KINDS:
            machine.service(kind, names.path(kind))
        refuse_all(names, machine.command("up", "--device", "%"), machine.command("up", "--disk", "%"), at_once=1)
        machine.call(0, "up")
        refuse_all(names, *reg, machine.command("io", "-c", "open x", "-c", "write file:%"))
        for kind in KINDS:
            machine.call(1, "sc", "start", kind)
        machine.call(0, "down")


TESTS = (test_reading, test_building, test_machine)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", default="build/dotsys")
    parser.add_argument("--build", default="build")
    options = parser.parse_args()
    options.dotsys, options.build = os.path.abspath(options.dotsys), os.path.abspath(options.build)
    return tap.run(TESTS, options)


if __name__ == "__main__":
    sys.exit(main())
