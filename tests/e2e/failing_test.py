#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Every call of the C library that the command, a supervisor and the machine's process make fails once (tests/lib/failing.h): each
life of a machine comes to its end; if its exit status is that all was well, all was done; otherwise something says why; and what a
failure leaves in a machine directory is good for a life without one. TAP.

    tests/e2e/failing_test.py --failing build/tests/failing/dotsys --build build [--arch x86] [--most 2]
"""
import argparse
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import tap

PATIENCE_S = 40
COMMANDS = (r"open \\.\HelloDrv", 'write "hello"', "read 5", "close")
SILENCE = ("recv", "sendmsg")  # a supervisor that cannot hear the machine's process any more, or not all it says, ends it
ROW = re.compile(r"^(#ifdef|#else|#endif|FAILS\((\w+))", re.MULTILINE)


def names():
    """Of the functions, as a program of 64 bits counts them."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib/failing_rows.h")
    found, left_out = [], False
    with open(path, encoding="utf-8") as file:
        for word, name in ROW.findall(file.read()):
            if name and not left_out:
                found.append(name)
            left_out = word == "#ifdef" or (left_out and name != "")
    return found


class Counts:
    """The file in which the processes of a life count calls."""

    def __init__(self, folder, count, chosen=-1, number=1):
        self.path, self.count = os.path.join(folder, "counts"), count
        with open(self.path, "wb") as file:
            file.write(struct.pack("<iII", chosen, number, 0) + bytes(4 * count))

    def read(self):
        with open(self.path, "rb") as file:
            words = struct.unpack(f"<iII{self.count}I", file.read())
        return words[2], words[3:]


class Life:
    """What the processes of one said."""

    def __init__(self, options, folder, ends_it=False):
        self.options, self.folder, self.ends_it, self.said = options, folder, ends_it, []

    def call(self, *words, counts=None):
        """Exit status, what came out, what went wrong. What is left of a process that hangs is ended with its group."""
        environment = {**os.environ, **({"DOTSYS_FAILING": counts.path} if counts else {})}
        with open(os.path.join(self.folder, "errors"), "w+", encoding="utf-8", errors="replace") as errors:
            with subprocess.Popen([self.options.failing, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                                  env=environment, start_new_session=True) as process:
                try:
                    output = process.communicate(timeout=PATIENCE_S)[0].decode("utf-8", "replace")
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, 9)
                    raise AssertionError(f"{words[0]} does not come to its end") from None
            errors.seek(0)
            said = errors.read()
        self.said.append((words[0], process.returncode, output, said))
        assert process.returncode >= 0, f"{words[0]} is killed by signal {-process.returncode}: {said}"
        assert self.ends_it or "was killed by signal" not in said, said
        assert "BUGCHECK" not in said, said
        assert process.returncode == 0 or said or output, f"{words[0]} says nothing of exit status {process.returncode}"
        return process.returncode, output


def commands():
    return [word for one in COMMANDS for word in ("-c", one)]


def driver(options):
    return os.path.join(options.build, "drivers", options.arch, "free/hello.sys")


def live_once(life, counts):
    """A machine that is thrown away."""
    return life.call("run", driver(life.options), *commands(), counts=counts)


def live_on(life, counts):
    """One with a directory, and clients."""
    at = ("--machine", os.path.join(life.folder, "machine"))
    status = life.call("sc", *at, "create", "hello", "binPath=", driver(life.options), "type=", "kernel", "start=", "auto",
                       counts=counts)[0]
    up = life.call("up", *at, "--arch", life.options.arch, counts=counts)[0]
    output = ""
    if up == 0:
        done, output = life.call("io", *at, *commands(), counts=counts)
        status = status or done
        down = life.call("down", *at, counts=counts)[0]
        if down != 0:
            life.call("down", *at)
        status = status or down
    return status or up, output


def whole_again(life):
    """Without a failure, in what the one with a failure has left."""
    machine = os.path.join(life.folder, "machine")
    if os.path.exists(machine):
        at = ("--machine", machine)
        words = (("up", *at, "--arch", life.options.arch), ("ps", *at), ("down", *at))
        assert all(life.call(*some)[0] == 0 for some in words), life.said


def numbers(count, most):
    """Which calls of a function fail: the first, the last, and some in between; one alone is the last."""
    if count <= most:
        return range(1, count + 1)
    return sorted({1 + i * (count - 1) // (most - 1) for i in range(most)}) if most > 1 else [count]


def each_fails(options, live):
    every = names()
    with tempfile.TemporaryDirectory() as folder:
        counts = Counts(folder, len(every))
        status, whole = live(Life(options, folder), counts)
        assert status == 0, "without a failure it is whole"
        called = counts.read()[1]
    whole = re.sub(r"\d+ ns", "", whole)

    def one(chosen, number):
        folder = tempfile.mkdtemp()
        life = Life(options, folder, every[chosen] in SILENCE)
        try:
            status, output = live(life, Counts(folder, len(every), chosen, number))
            assert status != 0 or re.sub(r"\d+ ns", "", output) == whole, f"all was well, but: {life.said}"
            whole_again(life)
            return None
        except AssertionError as problem:
            return f"call {number} of {every[chosen]} failing: {problem}"
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    with ThreadPoolExecutor(4) as workers:
        made = [workers.submit(one, chosen, number) for chosen, count in enumerate(called) if count > 0
                for number in numbers(count, options.most)]
        problems = [work.result() for work in made if work.result() is not None]
    assert not problems, "\n".join(problems)


def test_thrown_away(options):
    each_fails(options, live_once)


def test_with_directory(options):
    each_fails(options, live_on)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--failing", default="build/tests/failing/dotsys")
    parser.add_argument("--build", default="build")
    parser.add_argument("--arch", default="x64", choices=("x64", "x86"), help="of the driver, and so of the machine")
    parser.add_argument("--most", type=int, default=2, help="calls of each function")
    parser.add_argument("--only")
    options = parser.parse_args()
    options.failing, options.build = os.path.abspath(options.failing), os.path.abspath(options.build)
    return tap.run([test for test in (test_thrown_away, test_with_directory) if options.only in (None, test.__name__)], options)


if __name__ == "__main__":
    sys.exit(main())
