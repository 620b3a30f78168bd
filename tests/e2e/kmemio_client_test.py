#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Runs kmemio_client on drivers that the environment names, and judges what it prints. TAP.

    tests/e2e/kmemio_client_test.py --client build/clients/linux64/kmemio_client --drivers build/drivers/x64/free
"""
import argparse
import os
import re
import subprocess
import sys

import way

PAGE = 0x1000
# Physical memory is seen from this address on.
# Where the machine's memory begins and how long a DRIVER_OBJECT is, by the folder of the drivers.
SYSTEM_BASE, DRIVER_BYTES, POINTER = (0x80000000, 0xA8, 4) if "/x86/" in " ".join(sys.argv) else (0x680000000000, 0x150, 8)


class Client:
    def __init__(self, client, driver, windows, served):
        self.client, self.served = client, served
        self.environment = dict(os.environ, DOTSYS_DRIVERS=driver, DOTSYS_OS=windows, LC_ALL="C.UTF-8")

    def run(self, status, *arguments):
        """Standard output and error of a run with this exit status."""
        command, environment = way.command(self.served, [self.client, *arguments], self.environment)
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=environment, text=True,
                              check=False)
        assert done.returncode == status, f"{arguments}: exit status {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout, way.errors(self.served, done.stderr)

    def dumped(self, status, *arguments):
        """The first address and the bytes of a dump, and standard error."""
        output, errors = self.run(status, *arguments)
        form = r"([0-9a-f]{16}) ((?: {1,2}[0-9a-f]{2}){1,16})  .*"
        rows = [re.fullmatch(form, row) for row in output.splitlines()]
        assert all(rows), f"not rows of a dump: {output}"
        first = int(rows[0][1], 16) if rows else None
        return first, bytes.fromhex("".join(row[2] for row in rows)), errors


def walk(client, name):
    """Numbers the driver command prints, {"DRIVER_OBJECT": …, "DeviceObject": …}; the device's with "DEVICE."."""
    output, errors = client.run(0, "driver")
    assert errors == "" and f' DriverName       "\\Driver\\{name}"\n' in output, output + errors
    driver, device = output.split("DEVICE_OBJECT at ")
    found = dict(re.findall(r"\+0x\w+ (\w+) +0x(\w+)\n", driver))
    found.update(("DEVICE." + key, value) for key, value in re.findall(r"\+0x\w+ (\w+) +0x(\w+)\n", device))
    found["DRIVER_OBJECT"] = re.match(rf"DRIVER_OBJECT at 0x(\w{{{2 * POINTER}}})\n", driver)[1]
    found["DEVICE_OBJECT"] = re.match(rf"0x(\w{{{2 * POINTER}}})\n", device)[1]
    assert output.endswith("\n1 device\n"), output
    return {key: int(value, 16) for key, value in found.items()}


def test_driver(client, name):
    found = walk(client, name)
    assert found["DeviceObject"] == found["DEVICE_OBJECT"]
    assert found["DEVICE.DriverObject"] == found["DRIVER_OBJECT"]
    assert (found["Type"], found["Size"]) == (4, DRIVER_BYTES)
    # Buffered, exclusive, named, no longer initializing; SECURE_OPEN; FILE_DEVICE_UNKNOWN.
    assert (found["DEVICE.Flags"], found["DEVICE.Characteristics"], found["DEVICE.DeviceType"]) == (0x4C, 0x100, 0x22)


def test_dump(client, name):
    found = walk(client, name)
    first, data, _ = client.dumped(0, "dump", f"{found['DRIVER_OBJECT']:x}", f"{DRIVER_BYTES:#x}")
    assert first == found["DRIVER_OBJECT"] and len(data) == DRIVER_BYTES
    assert data[:4] == b"\x04\x00" + DRIVER_BYTES.to_bytes(2, "little")
    assert int.from_bytes(data[POINTER:2 * POINTER], "little") == found["DEVICE_OBJECT"]
    _, image, _ = client.dumped(0, "dump", f"{found['DriverStart']:x}")
    assert len(image) == 64 and image.startswith(b"MZ")


def test_physical(client, name):
    found = walk(client, name)
    physical = found["DRIVER_OBJECT"] - SYSTEM_BASE
    _, virtual_bytes, _ = client.dumped(0, "dump", f"{found['DRIVER_OBJECT']:x}", "32")
    first, physical_bytes, _ = client.dumped(0, "dump", "-p", f"{physical:x}", "32")
    assert first == physical and physical_bytes[:16] == virtual_bytes[:16]
    assert client.dumped(0, "poke", "-p", f"{physical:x}", "4", "0")[1] == b"\x04\x00"


def test_poke(client, name):
    device = walk(client, name)["DEVICE_OBJECT"]
    first, data, _ = client.dumped(0, "poke", f"{device:x}", "3", "0")
    assert first == device and data == b"\x03\x00"


def test_poke_read_only(client, name):
    # The header of an image is not for writing; the driver goes by the page frame.
    start = walk(client, name)["DriverStart"]
    first, data, _ = client.dumped(0, "poke", f"{start + 2:x}", "41", "42", "ff")
    assert first == start + 2 and data == b"AB\xff"


def test_unmapped(client, _):
    for arguments in (("dump", "0"), ("poke", "0", "1")):
        output, errors = client.run(1, *arguments)
        assert output == "" and errors.endswith(
            " at 0000000000000000: Invalid access to memory location. (error 998)\n"), errors


def test_partial(client, name):
    # DriverEntry is in INIT, which was discarded: what precedes it is there.
    page = walk(client, name)["DriverInit"] & -PAGE
    first, data, errors = client.dumped(1, "dump", f"{page - 20:x}", "40")
    assert first == page - 20 and len(data) == 20
    assert f"cannot read at {page:016x}: " in errors and errors.endswith("(error 299)\n"), errors
    output, errors = client.run(1, "poke", f"{page - 1:x}", "0", "0")
    assert output == "" and f"cannot write at {page:016x}: " in errors and errors.endswith("(error 299)\n"), errors


def test_usage(client, _):
    for arguments in ((), ("dump",), ("dump", "x"), ("dump", "0", "1", "2"), ("poke", "0"), ("poke", "0", "100"),
                      ("driver", "1"), ("look", "0"), ("dump", "-p")):
        output, errors = client.run(2, *arguments)
        assert output == "" and errors.startswith("Usage: kmemio_client "), errors


def test_no_physical(client, _):
    assert "(error 50)" in client.run(1, "dump", "-p", "1000")[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--client", required=True, help="kmemio_client")
    parser.add_argument("--drivers", required=True, help="the folder of kmemio.sys, a free build")
    way.add_option(parser)
    options = parser.parse_args()
    suites = {
        ("kmemio", "win10"): [test_driver, test_dump, test_physical, test_poke, test_poke_read_only, test_unmapped,
                              test_partial, test_usage],
        ("kmemio7", "win7"): [test_driver, test_dump, test_poke, test_unmapped, test_no_physical],
    }
    failed = number = 0
    print(f"1..{sum(map(len, suites.values()))}")
    for (name, windows), tests in suites.items():
        driver = os.path.abspath(os.path.join(options.drivers, name + ".sys"))
        client = Client(os.path.abspath(options.client), driver, windows, options.served)
        for test in tests:
            number += 1
            title = f"{number} - {name} {test.__name__}"
            if name == "kmemio7" and not os.path.exists(driver):
                print(f"ok {title} # SKIP no {driver}")
                continue
            try:
                test(client, name)
                print(f"ok {title}")
            except AssertionError as error:
                failed += 1
                print(f"not ok {title}")
                for line in str(error).splitlines() or ["an assertion failed"]:
                    print(f"#   {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
