#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Clients that come and go by the thousand, and are killed: what they leave in machine and supervisor is measured. TAP.

    tests/stress/served_stress.py --dotsys build/dotsys --build build --herd build/tests/stress/served_herd...

STRESS_CYCLES in the environment is how many clients connect and go (3000), STRESS_SECONDS how long eight of them work at a
time (5).
"""
import argparse
import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))
import machine_test  # pylint: disable=wrong-import-position
import tap  # pylint: disable=wrong-import-position

CYCLES = int(os.environ.get("STRESS_CYCLES", "3000"))
SECONDS = int(os.environ.get("STRESS_SECONDS", "5"))
WARM_UP = 300
GROWTH_KIB = 1024  # what resident memory may grow by: allocators keep some
MAPPINGS = 128    # and the number of mappings: stacks and arenas that glibc keeps, as many as there were threads at a time


class Machine(machine_test.Served):
    """A machine with transfer running, and what it has of everything."""

    def __init__(self, options):
        super().__init__(options, "transfer")

    def herd(self, program, *words, timeout=600):
        done = subprocess.run([program, *map(str, words)], stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout,
                              text=True, env=self.environment(), check=False)
        assert done.returncode == 0, f"{words}: exit status {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout

    def settle(self):
        """What it has of pools when nobody is there."""
        self.wait_for_nobody()
        return json.loads(self.call(0, "ps", "--json")[0].splitlines()[0])

    def level(self):
        """What there is, when it has come to rest: the same twice."""
        before = None
        for _ in range(200):
            pools = self.settle()
            now = {"pool blocks": pools["pool_blocks"], "pool bytes": pools["pool_bytes"],
                   "names": self.call(0, "tree")[0], "files": sorted(os.listdir(self.path))}
            for name, process in (("supervisor", self.supervisor()), ("machine", self.process())):
                now[name + " descriptors"] = len(os.listdir(f"/proc/{process}/fd"))
                now[name + " threads"] = len(os.listdir(f"/proc/{process}/task"))
                now[name + " mappings"] = count_lines(f"/proc/{process}/maps")
            if now == before:
                break
            before = now
            time.sleep(0.02)
        for name, process in (("supervisor", self.supervisor()), ("machine", self.process())):
            now[name + " KiB"] = resident(process)
        if tap.has_address_sanitizer(self.dotsys):  # which keeps what is freed
            now = {name: value for name, value in now.items() if not name.endswith(("KiB", "mappings"))}
        return now


def count_lines(path):
    with open(path, encoding="utf-8") as file:
        return len(file.readlines())


def resident(process):
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


def grown(name, before, after, mappings):
    if name.endswith("KiB"):
        return after - before > GROWTH_KIB
    if name.endswith("mappings"):
        return after - before > mappings
    if name.endswith(("descriptors", "threads")):
        return after > before  # the first count may have had those of a client that was just leaving
    return after != before


def compare(machine, before, mappings=MAPPINGS):
    """What is left over stays; what a busy host has not come to yet does not."""
    for _ in range(100):
        after = machine.level()
        more = {name: (before[name], after[name]) for name in before if grown(name, before[name], after[name], mappings)}
        if not more:
            break
        time.sleep(0.1)
    assert not more, f"before and after: {more}"
    print("# " + ", ".join(f"{name} {before[name]} -> {after[name]}" for name in before if name not in ("names", "files")))


def finish(machine, program):
    """A client comes and gets all it asks for; the driver goes and has left nothing; so does the machine."""
    machine.herd(program, "one")
    machine.settle()
    machine.call(0, "sc", "stop", "transfer")
    assert "STOPPED" in machine.call(0, "sc", "query", "transfer")[0]
    machine.call(0, "down")


def test_cycles(options):
    for program in options.herd:
        with Machine(options) as machine:
            machine.herd(program, "one")
            machine.herd(program, "cycles", WARM_UP, 1)
            before = machine.level()
            start = time.monotonic()
            machine.herd(program, "cycles", CYCLES, 2)
            print(f"# {CYCLES} clients of {program} in {time.monotonic() - start:.1f} s")
            compare(machine, before)
            finish(machine, program)


def test_load(options):
    for program in options.herd:
        with Machine(options) as machine:
            machine.herd(program, "load", 1, 1)  # first: all come to a machine that has not had clients
            machine.herd(program, "one")  # on a busy host not everything has been done once by then
            before = machine.level()
            print("# " + machine.herd(program, "load", SECONDS, os.getpid(), timeout=SECONDS + 120).strip())
            compare(machine, before, 2 * MAPPINGS)
            finish(machine, program)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--herd", required=True, nargs="+", help="served_herd, for each word size")
    options = parser.parse_args()
    options.herd = [os.path.abspath(program) for program in options.herd]
    return tap.run([test_cycles, test_load], options)


if __name__ == "__main__":
    sys.exit(main())
