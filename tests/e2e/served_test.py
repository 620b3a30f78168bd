#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Programs that use a machine in another process: the same clients, and what becomes of those that are killed. TAP.

    tests/e2e/served_test.py --dotsys build/dotsys --build build
"""
import argparse
import os
import signal
import subprocess
import sys

import machine_test
import tap


class Served(machine_test.Machine):
    """A machine with the drivers named, up."""

    def __init__(self, options, *drivers):
        super().__init__(options)
        self.drivers = drivers

    def __enter__(self):
        super().__enter__()
        for name in self.drivers:
            where = "tests/kernel/x64" if name in ("transfer", "null_deref", "mapper") else "drivers/x64/free"
            self.service(name, self.driver(name, where), "start=", "auto")
        self.call(0, "up")
        return self

    def environment(self, **more):
        return {**{key: value for key, value in os.environ.items() if not key.startswith("DOTSYS_")},
                "DOTSYS_MACHINE": self.path, **more}

    def start(self, program, *arguments, **environment):
        return subprocess.Popen([os.path.join(self.build, program), *arguments], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env=self.environment(**environment))

    def run(self, status, program, *arguments, entered="", **environment):
        with self.start(program, *arguments, **environment) as process:
            output, errors = process.communicate(entered, timeout=120)
        assert process.returncode == status, \
            f"{program} {arguments}: exit status {process.returncode} instead of {status}: {output}{errors}"
        return output, errors

    def wait_for_nobody(self):
        """Until no client but this test's own calls is known: the machine hears of a client's end a moment after it."""
        clients = None
        for _ in range(1000):
            rows = self.call(0, "ps")[0].split("RIGHTS\n")[1].splitlines()
            clients = [row.split()[2] for row in rows if row.split()[2] not in ("System", "dotsys")]
            if not clients:
                return
        raise AssertionError(f"still there: {clients}")


def finish(process):
    """What is left of its output, and its errors. Not communicate(), which misses what readline() has read ahead."""
    process.stdin.close()
    output, errors = process.stdout.read(), process.stderr.read()
    process.wait(timeout=60)
    return output, errors


def test_hello(options):
    with Served(options, "hello") as machine:
        assert machine.run(0, "clients/linux64/hello_client", entered="a line\n")[0] == "a line\n"
        machine.wait_for_nobody()


def test_transfer(options):
    with Served(options, "transfer") as machine:
        output, _ = machine.run(0, "tests/served/transfer_client")
        assert output.endswith(" passed, 0 failed\n"), output
        machine.wait_for_nobody()
        machine.call(0, "sc", "stop", "transfer")


def test_attach(options):
    """A driver in a request of one client attaches to another, whose memory it reads and writes; only what is there."""
    with Served(options, "transfer") as machine:
        holder = machine.start("tests/served/transfer_client", "hold")
        process, address = holder.stdout.readline().split()
        for number in (4711, 4712):
            output, _ = machine.run(0, "tests/served/transfer_client", "peek", process, address)
            assert output == f"{number}\n", output
        output, _ = machine.run(0, "tests/served/transfer_client", "peek", process, "4096")
        assert output == "error 998\n", output
        output, _ = holder.communicate("\n", timeout=60)
        assert output == "4713\n", output
        output, _ = machine.run(0, "tests/served/transfer_client", "peek", process, address)
        assert output == "error 87\n", output  # gone
        machine.wait_for_nobody()
        machine.call(0, "sc", "stop", "transfer")


def test_mapper(options):
    """Memory a driver makes in its client's process; what a client leaves goes with it."""
    with Served(options, "mapper") as machine:
        output, _ = machine.run(0, "tests/served/mapper_client")
        assert output.endswith(" passed, 0 failed\n"), output
        machine.run(0, "tests/served/mapper_client", "leave")
        machine.wait_for_nobody()
        machine.call(0, "sc", "stop", "mapper")
    with Served(options) as machine:
        output, _ = machine.run(0, "tests/served/mapper_client", DOTSYS_DRIVERS=machine.driver("mapper"),
                                DOTSYS_MACHINE=os.path.join(machine.folder.name, "other"))
        assert output.endswith(" passed, 0 failed\n"), output


def test_samples(options):
    with Served(options, "msjdrvr", "kmemio") as machine:
        for command in ("string", "cmos", "geometry", "mbr", "async", "compare"):
            machine.run(0, "clients/linux64/msjclient", command)
        assert "\\DRIVER\\KMEMIO" in machine.run(0, "clients/linux64/kmemio_client", "driver")[0].upper()
        assert "(error 5)" in machine.run(1, "clients/linux64/kmemio_client", "driver", DOTSYS_USER="1")[1]
        machine.run(0, "clients/linux64/msjclient", "mbr", DOTSYS_USER="1")
        assert "PhysicalDrive0" in machine.run(0, "clients/linux64/query")[0]


def test_events(options):
    with Served(options, "procevt") as machine:
        for client in ("procevt", "procinv", "procapc"):
            with machine.start("clients/linux64/" + client, "-n", "1") as process:
                assert process.stdout.readline() == "watching\n"
                subprocess.run(["true"], check=True)
                output, errors = finish(process)
                assert process.returncode == 0 and output.count("\n") == 1, output + errors


def test_many(options):
    with Served(options, "transfer") as machine:
        processes = [machine.start("tests/served/transfer_client") for _ in range(8)]
        for process in processes:
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, output + errors


def test_killed(options):
    with Served(options, "transfer") as machine:
        for _ in range(20):
            with machine.start("tests/served/transfer_client", "wait") as process:
                assert process.stdout.readline() == "waiting\n"
                process.kill()
        # When the last one's request, handle and process are gone the driver can be stopped.
        machine.call(0, "sc", "stop", "transfer")
        while "STOPPED" not in machine.call(0, "sc", "query", "transfer")[0]:
            pass
        machine.wait_for_nobody()
        printed = "".join(machine.call(0, "log"))
        assert [printed.count(word) for word in ("create", "cleanup", "close")] == [20, 20, 20], \
            f"log: {printed}"


def test_killed_while_it_waits(options):
    """In services that nothing but its end brings back: a thread that is suspended, one that waits for a key to change."""
    with Served(options, "transfer") as machine:
        for how in ("suspend", "notify") * 5:
            with machine.start("tests/served/transfer_client", how) as process:
                assert process.stdout.readline() == "waiting\n"
                process.kill()
            machine.wait_for_nobody()
        machine.call(0, "sc", "stop", "transfer")
        machine.call(0, "down")


def test_down(options):
    with Served(options, "transfer") as machine:
        with machine.start("tests/served/transfer_client", "wait") as process:
            assert process.stdout.readline() == "waiting\n"
            machine.call(0, "down")
            output, errors = finish(process)
            assert process.returncode == 0 and output.startswith("ended with "), output + errors


def test_machine_killed(options):
    with Served(options, "transfer") as machine:
        with machine.start("tests/served/transfer_client", "wait") as process:
            assert process.stdout.readline() == "waiting\n"
            os.kill(machine.process(), signal.SIGKILL)
            output, errors = finish(process)
            assert process.returncode == 0 and output.startswith("ended with "), output + errors


def test_bugcheck(options):
    with Served(options, "transfer", "null_deref") as machine:
        with machine.start("tests/served/transfer_client", "wait") as process:
            assert process.stdout.readline() == "waiting\n"
            machine.call(4, "io", "-c", "open \\\\.\\NullDeref", "-c", "ioctl 0x222000")
            output, errors = finish(process)
            assert process.returncode == 0 and output.startswith("ended with "), output + errors
        machine.call(0, "up")
        machine.run(0, "tests/served/transfer_client")


def test_run(options):
    """dotsys run … -- PROGRAM: a throw-away machine, and its client."""
    with Served(options) as machine:
        place = os.path.join(machine.folder.name, "temporary")
        os.mkdir(place)

        def run(status, driver, *program):
            done = subprocess.run([machine.dotsys, "run", machine.driver(driver), "--", *program], capture_output=True,
                                  timeout=120, text=True, env={**machine.environment(), "TMPDIR": place}, check=False)
            assert done.returncode == status, f"{program}: exit status {done.returncode}: {done.stdout}{done.stderr}"
            assert os.listdir(place) == [], os.listdir(place)
            return done.stdout, done.stderr

        output, errors = run(0, "transfer", os.path.join(machine.build, "tests/served/transfer_client"))
        assert output.endswith(" passed, 0 failed\n") and "nothing was left behind" in errors, output + errors
        run(9, "transfer", "sh", "-c", "exit 9")
        assert "cannot be run" in run(1, "transfer", "/no/such/program")[1]
        run(3, "entry_fails", "true")
        run(4, "null_deref", machine.dotsys, "io", "-c", "open \\\\.\\NullDeref", "-c", "ioctl 0x222000")


def test_embedded(options):
    """The same program with the machine in it."""
    with Served(options) as machine:
        output, _ = machine.run(0, "tests/served/transfer_client", DOTSYS_DRIVERS=machine.driver("transfer"),
                                DOTSYS_MACHINE=os.path.join(machine.folder.name, "other"))
        assert output.endswith(" passed, 0 failed\n"), output


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    return tap.run([value for name, value in globals().items() if name.startswith("test_")], parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
