#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Programs that use a machine in another process: the same clients, and what becomes of those that are killed. TAP.

    tests/e2e/served_test.py --dotsys build/dotsys --build build
"""
import argparse
import functools
import os
import signal
import subprocess
import sys

import tap
from machine_test import Served, children, finish


def by_address(test):
    """Of a test whose driver touches clients' memory by its addresses: the machine's process must have nothing there."""
    @functools.wraps(test)
    def checked(options):
        if tap.has_address_sanitizer(options.dotsys):
            return "address sanitizer has its heap and shadow in both processes"
        return test(options)
    return checked


def test_hello(options):
    with Served(options, "hello") as machine:
        assert machine.run(0, "clients/linux64/hello_client", entered="a line\n")[0] == "a line\n"
        machine.wait_for_nobody()

PNP_DEVICES = [{"service": "pnpbus"}, {"service": "pnpfunc", "enumerated": True, "hardware_ids": "PNPBUS\\Widget"}]


@by_address
def test_transfer(options):
    with Served(options, "transfer") as machine:
        output, _ = machine.run(0, "tests/served/transfer_client")
        assert output.endswith(" passed, 0 failed\n"), output
        machine.wait_for_nobody()
        machine.call(0, "sc", "stop", "transfer")


# Where Linux puts images and heaps of programs of 64 bits; and their libraries, mappings and stacks, up to MmUserProbeAddress.
PROGRAMS = (range(0x5500_0000_0000, 0x5700_0000_0000), range(0x7E00_0000_0000, 0x7FFF_FFFF_0000))


def mappings(process):
    """Start, end and name of each in those ranges."""
    with open(f"/proc/{process}/maps", encoding="ascii") as maps:
        for line in maps:
            words = line.split()
            start, end = (int(number, 16) for number in words[0].split("-"))
            if any(start < place.stop and end > place.start for place in PROGRAMS):
                yield start, end, words[-1] if len(words) > 5 else ""


def check_out_of_the_way(process):
    """Nothing of a machine's process is where programs have something."""
    there = [f"{start:x}-{end:x} {name}" for start, end, name in mappings(process)]
    assert not there, there


@by_address
def test_places(options):
    """A driver touches a client's memory by its addresses, wherever programs have something; the machine's process has nothing there."""
    with Served(options, "transfer") as machine:
        # What a process of the same program would have there: the supervisor is one.
        places = [start for start, _, _ in mappings(machine.supervisor())]
        places += [at for place in PROGRAMS for at in range(place.start, place.stop, 1 << 35)]
        places += [PROGRAMS[-1].stop - (at << 13) for at in range(1, 64)]
        output, _ = machine.run(0, "tests/served/transfer_client", "places", *(f"{at:x}" for at in places))
        had, of = output.splitlines()[-2].split()[:3:2]
        assert output.endswith(" 0 failed\n") and int(had) > int(of) * 3 // 4, output
        machine.run(0, "tests/served/transfer_client")  # with many threads: theirs have their stacks and arenas
        check_out_of_the_way(machine.process())


@by_address
def test_places_run(options):
    """The same of dotsys run, and a program of fixed addresses, as under a debugger."""
    with Served(options) as machine:
        program = os.path.join(machine.build, "tests/served/transfer_client")
        command = [machine.dotsys, "run", machine.driver("transfer"), "--", "setarch", "-R", program, "wait"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=machine.environment()) as process:
            assert process.stdout.readline() == "waiting\n"
            held, client = children(process.pid)
            check_out_of_the_way(held)
            os.kill(client, signal.SIGKILL)
            finish(process)


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


def use_pnp(machine, program, *words, **environment):
    output, _ = machine.run(0, program, *words, **environment)
    assert output.endswith(" passed, 0 failed\n"), output


def test_plug_and_play(options):
    """A program is told of what comes and goes; one that ends while it is asked objects to nothing. The same embedded."""
    with Served(options, "pnpbus", "pnpfunc", devices=PNP_DEVICES) as machine:
        for _ in range(2):
            use_pnp(machine, "tests/served/pnp_client")
        with machine.start("tests/served/pnp_client", "hang") as process:
            assert process.stdout.readline() == "asked\n"
            process.kill()
        # The bus is asked when the device has been ejected, so that there is room in its slot.
        machine.call(0, "io", "-c", r"open \\.\PnpBus", "-c", "ioctl 0x222000 in=u32:5", "-c", "ioctl 0x222000 in=u32:3",
                     "-c", "close")
        machine.wait_for_nobody()
        assert "finding" not in "".join(machine.call(0, "down"))
        use_pnp(machine, "tests/served/pnp_client", DOTSYS_DRIVERS="")
        use_pnp(machine, "tests/served/pnp_client", "leave", DOTSYS_DRIVERS="")


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


@by_address
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


@by_address
def test_bugcheck(options):
    with Served(options, "transfer", "null_deref") as machine:
        with machine.start("tests/served/transfer_client", "wait") as process:
            assert process.stdout.readline() == "waiting\n"
            machine.call(4, "io", "-c", "open \\\\.\\NullDeref", "-c", "ioctl 0x222000")
            output, errors = finish(process)
            assert process.returncode == 0 and output.startswith("ended with "), output + errors
        machine.call(0, "up")
        machine.run(0, "tests/served/transfer_client")


@by_address
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
