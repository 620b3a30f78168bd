#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Runs msjdrvr's clients on a disk of our own, as administrator and as ordinary user, and judges what they print. TAP.

    tests/e2e/msjdrvr_client_test.py --clients build/clients/linux64 --drivers build/drivers/x64/free
"""
import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile

import way

SECTOR = 512
DISK_SECTORS = 16384
# Active, type, first sector, number of sectors.
PARTITIONS = [(0x80, 0x07, 2048, 4096), (0x00, 0x0C, 6144, 8192)]


def disk_image():
    """An MBR with two partitions; every other sector is full of the low byte of its number."""
    mbr = bytearray(b"\xfa" * 0x1BE + bytes(66))
    for index, (active, kind, first, count) in enumerate(PARTITIONS):
        struct.pack_into("<B3xB3xII", mbr, 0x1BE + 16 * index, active, kind, first, count)
    mbr[510:512] = b"\x55\xaa"
    return bytes(mbr) + b"".join(bytes([number & 0xFF]) * SECTOR for number in range(1, DISK_SECTORS))


class Machine:
    def __init__(self, options, disk, user):
        self.clients, self.served = options.clients, options.served
        self.user = user
        driver = os.path.join(os.path.abspath(options.drivers), "msjdrvr.sys")
        self.environment = dict(os.environ, DOTSYS_DRIVERS=driver, DOTSYS_DISK=disk, LC_ALL="C.UTF-8")
        if user:
            self.environment["DOTSYS_USER"] = "1"

    def run(self, status, program, *arguments):
        """Standard output and error of a run with this exit status."""
        command, environment = way.command(self.served, [os.path.join(self.clients, program), *arguments], self.environment)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=environment, text=True,
                              check=False)
        assert done.returncode == status, f"{arguments}: exit status {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout, way.errors(self.served, done.stderr)

    def good(self, program, *arguments):
        output, errors = self.run(0, program, *arguments)
        assert errors == "", errors
        return output

    def refused(self, error, program, *arguments):
        output, errors = self.run(1, program, *arguments)
        assert errors.endswith(f"(error {error})\n"), errors
        return output


def test_string(machine):
    assert machine.good("msjclient", "string") == "Hello from MSJDrvr (19 bytes)\n"
    assert machine.good("msjclient", "string", "you") == "Hello from MSJDrvr, you (24 bytes)\n"
    assert machine.good("msjclient", "string", "x" * 64) == f"Hello from MSJDrvr, {'x' * 64} (85 bytes)\n"
    machine.refused(87, "msjclient", "string", "x" * 65)


def test_cmos(machine):
    output = machine.good("msjclient", "cmos")
    base, extended = re.fullmatch(r"base memory:     (\d+) KB\nextended memory: (\d+) KB\n", output).groups()
    assert int(base) == 640 and 0 < int(extended) <= 65535, output


def test_geometry(machine):
    numbers = [int(number) for number in re.findall(r": +(\d+)\n", machine.good("msjclient", "geometry"))]
    cylinders, tracks, sectors, size, media = numbers
    assert (size, media) == (SECTOR, 12) and 0 < cylinders * tracks * sectors <= DISK_SECTORS, numbers


def test_mbr(machine):
    output = machine.good("msjclient", "mbr")
    assert output.startswith("0000  " + " ".join(["fa"] * 8) + "  "), output
    assert output.endswith("partition 1: active, type 0x07, first sector 2048, 4096 sectors\n"
                           "partition 2: type 0x0c, first sector 6144, 8192 sectors\n2 partitions\n"), output
    assert "01f0  00 00 00 00 00 00 00 00  00 00 00 00 00 00 55 aa  ..............U.\n" in output, output


def test_async(machine):
    assert machine.good("msjclient", "async") == machine.good("msjclient", "mbr")


def test_cancel(machine):
    assert machine.good("msjclient", "cancel") in ("the request was cancelled\n", "the disk was faster\n")


def test_compare(machine):
    if machine.user:
        machine.refused(5, "msjclient", "compare")
    else:
        assert machine.good("msjclient", "compare") == "the same sector by READ_MBR, READ_MBR_ASYNC and from the disk\n"


def test_disk(machine):
    if machine.user:
        assert machine.refused(5, "msjclient", "disk") == ""
        return
    assert "2 partitions" not in machine.good("msjclient", "disk")
    output = machine.good("msjclient", "disk", "0x600", "1024")
    assert output.startswith("0600  " + " ".join(["03"] * 8) + "  "), output
    assert "0800  " + " ".join(["04"] * 8) + "  " in output and output.endswith("1024 bytes from offset 1536\n"), output


def test_disk_sectors(machine):
    for arguments in (("0", "100"), ("0", "513"), ("1", "512"), ("511", "512")):
        assert machine.refused(5 if machine.user else 87, "msjclient", "disk", *arguments) == ""


def test_query(machine):
    rows = [line for line in machine.good("query").splitlines() if not line.startswith(" ")]
    assert rows, "no names"
    names = {row[:24].rstrip(): row[25:] for row in rows}
    assert names["MSJDrvr"] == r"\Device\MSJDrvr" and names["NUL"] == r"\Device\Null" and "PhysicalDrive0" in names, names
    assert list(names) == sorted(names)
    assert machine.good("query", "MSJDrvr") == f"{'MSJDrvr':24} \\Device\\MSJDrvr\n"
    machine.refused(2, "query", "NoSuchName")


def test_usage(machine):
    for arguments in ((), ("string", "1", "2"), ("cmos", "1"), ("disk", "x"), ("disk", "0", "1", "2"), ("look",)):
        output, errors = machine.run(2, "msjclient", *arguments)
        assert output == "" and errors.startswith("Usage: msjclient "), errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", required=True, help="the folder of msjclient and query")
    parser.add_argument("--drivers", required=True, help="the folder of msjdrvr.sys")
    way.add_option(parser)
    options = parser.parse_args()
    tests = [test_string, test_cmos, test_geometry, test_mbr, test_async, test_cancel, test_compare, test_disk,
             test_disk_sectors, test_query, test_usage]
    failed = number = 0
    print(f"1..{2 * len(tests)}")
    with tempfile.NamedTemporaryFile(suffix=".img") as disk:
        disk.write(disk_image())
        disk.flush()
        for user in (False, True):
            machine = Machine(options, disk.name, user)
            for test in tests:
                number += 1
                title = f"{number} - {test.__name__}{' as user' if user else ''}"
                try:
                    test(machine)
                    print(f"ok {title}", flush=True)
                except (AssertionError, AttributeError, ValueError, KeyError) as error:
                    failed += 1
                    print(f"not ok {title}")
                    for line in f"{type(error).__name__}: {error}".splitlines():
                        print(f"#   {line}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
