#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""genport and its clients, on a machine whose registry says which ports it has. TAP.

    tests/e2e/genport_test.py --dotsys build/dotsys --build build
"""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

import tap
import way

SERVICES = r"HKLM\System\CurrentControlSet\Services"
UART, UART_PORTS = 0x3F8, 8
CMOS, CMOS_PORTS, CMOS_BANK = 0x70, 4, 128


def code(function, access):
    """A control code of genport: device type 40000, buffered."""
    return f"{40000 << 16 | access << 14 | function << 2:#x}"


READ = {bytes_: code(0x900 + index, 1) for index, bytes_ in enumerate((1, 2, 4))}
WRITE = {bytes_: code(0x910 + index, 2) for index, bytes_ in enumerate((1, 2, 4))}
READ_PTR = {bytes_: code(0x920 + index, 1) for index, bytes_ in enumerate((1, 2, 4))}
WRITE_PTR = {bytes_: code(0x930 + index, 2) for index, bytes_ in enumerate((1, 2, 4))}


class Machine:
    """A machine directory of its own with genport's Parameters, and down at the end."""

    def __init__(self, options, base=None, count=None):
        self.dotsys, self.build, self.parameters = options.dotsys, options.build, (base, count)
        self.served = options.served

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "machine")
        if self.parameters[0] is not None:
            self.set_range("genport", *self.parameters)
        return self

    def __exit__(self, *_):
        subprocess.run([self.dotsys, "down", "--machine", self.path], capture_output=True, timeout=60, check=False)
        self.folder.cleanup()

    def driver(self, name="genport", environment="free"):
        return os.path.join(self.build, "drivers/x64", environment, name + ".sys")

    def start(self, status, command, contains=(), lacks=(), **environment):
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
                              env=dict(os.environ, LC_ALL="C.UTF-8", **environment))
        output = done.stdout + done.stderr
        assert done.returncode == status, f"{command}: exit status {done.returncode}, not {status}:\n{output}"
        for text in contains:
            assert text in output, f"{command}: no '{text}' in\n{output}"
        for text in lacks:
            assert text not in output, f"{command}: '{text}' in\n{output}"
        return done.stdout

    def run(self, status, verb, *words, **expected):
        return self.start(status, [self.dotsys, verb, f"--machine={self.path}", *words], **expected)

    def set_value(self, service, name, kind, data):
        self.run(0, "reg", "add", rf"{SERVICES}\{service}\Parameters", "/v", name, "/t", kind, "/d", data, "/f")

    def set_range(self, service, base, count):
        self.set_value(service, "IoPortAddress", "REG_DWORD", hex(base))
        self.set_value(service, "IoPortCount", "REG_DWORD", hex(count))

    def io(self, *requests):
        """Requests on a new machine with a serial port. Each is (command, how its result line ends, the bytes back or None)."""
        words = ["--port", os.path.join(self.build, "devices/uart.so") + f",base={UART:#x}", self.driver(),
                 "-c", r"open \\.\GpdDev"]
        for command, _, _ in requests:
            words += ["-c", command]
        failing = any("SUCCESS" not in end for _, end, _ in requests)
        lines = self.run(1 if failing else 0, "run", *words).splitlines()
        for command, end, data in requests:
            place = next(index for index, line in enumerate(lines) if line.startswith(command + " -> "))
            assert lines[place].endswith(end), f"{lines[place]}: not {end}"
            if data is not None:
                got = lines[place + 1][8:58].split()
                assert got == data.split(), f"{lines[place]}: {' '.join(got)}, not {data}"
            del lines[:place + 1]

    def client(self, status, name, *words, **expected):
        """A client and a machine of its own, in one process or two."""
        command, environment = way.command(self.served, [os.path.join(self.build, "clients/linux64", name), *words],
                                           {"DOTSYS_MACHINE": self.path, "DOTSYS_DRIVERS": self.driver()})
        return self.start(status, command, **environment, **expected)


def done(count):
    return f"STATUS_SUCCESS (0x00000000), {count} byte{'' if count == 1 else 's'}"


VIOLATION = "STATUS_ACCESS_VIOLATION (0xC0000005), error 998 ERROR_NOACCESS, 0 bytes"
INVALID = "STATUS_INVALID_PARAMETER (0xC000000D), error 87 ERROR_INVALID_PARAMETER, 0 bytes"


def test_range_from_the_registry(options):
    """All eight ports of a serial port, by every width. The last one, a scratch register, keeps what is written to it."""
    with Machine(options, UART, UART_PORTS) as machine:
        machine.io(
            (f"ioctl {WRITE[1]} in=u32:7,hex:a5", done(0), None),
            (f"ioctl {READ[1]} in=u32:7 out=1", done(1), "a5"),
            (f"ioctl {READ[2]} in=u32:6 out=2", done(2), "b0 a5"),
            (f"ioctl {READ[4]} in=u32:4 out=4", done(4), "00 60 b0 a5"),
            (f"ioctl {WRITE[2]} in=u32:6,u16:0x5a00", done(0), None),
            (f"ioctl {READ[1]} in=u32:7 out=100", done(1), "5a"),  # more room than there is an answer
            (f"ioctl {WRITE[4]} in=u32:4,u32:0x12000000", done(0), None),
            (f"ioctl {READ_PTR[1]} in=u64:7,u64:0 out=16", done(16), "07 00 00 00 00 00 00 00 12 00 00 00 00 00 00 00"),
            (f"ioctl {WRITE_PTR[2]} in=u64:6,u64:0x3400", done(0), None),
            (f"ioctl {READ_PTR[4]} in=u64:4,u64:0 out=16", done(16), "04 00 00 00 00 00 00 00 00 60 b0 34 00 00 00 00"),
            # No need to fill the whole of the structure, and it may be longer than the data.
            (f"ioctl {WRITE[1]} in=u32:7,u32:0x77", done(0), None),
            (f"ioctl {READ[1]} in=u32:7 out=1", done(1), "77"))


def test_ports_that_are_not_there(options):
    requests = []
    for bytes_ in (1, 2, 4):
        for port in (8, 9, 0xFFFFFFFF, 0x80000000, *(8 - bytes_ + more for more in range(1, bytes_))):
            requests += [(f"ioctl {READ[bytes_]} in=u32:{port} out=4", VIOLATION, None),
                         (f"ioctl {WRITE[bytes_]} in=u32:{port},u32:1", VIOLATION, None),
                         (f"ioctl {READ_PTR[bytes_]} in=u64:{port},u64:0 out=16", VIOLATION, None),
                         (f"ioctl {WRITE_PTR[bytes_]} in=u64:{port},u64:0 out=16", VIOLATION, None)]
        # 32 bits of it are a port of the range.
        requests += [(f"ioctl {READ_PTR[bytes_]} in=u64:{1 << 32},u64:0 out=16", VIOLATION, None)]
    with Machine(options, UART, UART_PORTS) as machine:
        machine.io(*requests)


def test_ports_that_are_not_aligned(options):
    requests = []
    for bytes_, ports in ((2, (1, 3, 5)), (4, (1, 2, 3))):
        for port in ports:
            requests += [(f"ioctl {READ[bytes_]} in=u32:{port} out=4", VIOLATION, None),
                         (f"ioctl {WRITE_PTR[bytes_]} in=u64:{port},u64:1", VIOLATION, None)]
    with Machine(options, UART, UART_PORTS) as machine:
        machine.io(*requests)
    # It is the port on the bus that counts.
    with Machine(options, UART + 1, UART_PORTS - 1) as machine:
        machine.io((f"ioctl {READ[2]} in=u32:0 out=2", VIOLATION, None),
                   (f"ioctl {READ[2]} in=u32:1 out=2", done(2), None),
                   (f"ioctl {READ[4]} in=u32:3 out=4", done(4), None))


def test_buffers_of_the_wrong_size(options):
    requests = []
    for bytes_ in (1, 2, 4):
        requests += [(f"ioctl {READ[bytes_]} out=4", INVALID, None),
                     (f"ioctl {READ[bytes_]} in=u16:0 out=4", INVALID, None),
                     (f"ioctl {READ[bytes_]} in=u64:0 out=4", INVALID, None),
                     (f"ioctl {READ[bytes_]} in=u32:0 out={bytes_ - 1}", INVALID, None),
                     (f"ioctl {WRITE[bytes_]}", INVALID, None),
                     (f"ioctl {WRITE[bytes_]} in=zero:{4 + bytes_ - 1}", INVALID, None),
                     # 8 bytes are a 32-bit program's, which this is not.
                     (f"ioctl {READ_PTR[bytes_]} in=zero:8 out=16", INVALID, None),
                     (f"ioctl {READ_PTR[bytes_]} in=zero:16 out=15", INVALID, None),
                     (f"ioctl {READ_PTR[bytes_]} in=zero:17 out=17", INVALID, None),
                     (f"ioctl {WRITE_PTR[bytes_]} in=zero:12", INVALID, None)]
    requests += [(f"ioctl {code(0x903, 1)} in=u32:0 out=4",
                  "STATUS_INVALID_DEVICE_REQUEST (0xC0000010), error 1 ERROR_INVALID_FUNCTION, 0 bytes", None)]
    with Machine(options, UART, UART_PORTS) as machine:
        machine.io(*requests)


def test_access_rights(options):
    """A handle for reading writes no port."""
    with Machine(options) as machine:
        denied = "STATUS_ACCESS_DENIED (0xC0000022), error 5 ERROR_ACCESS_DENIED, 0 bytes"
        machine.run(1, "run", machine.driver(), "-c", r"open \\.\GpdDev access=r", "-c", f"ioctl {WRITE[1]} in=u64:0",
                    "-c", f"ioctl {READ[1]} in=u32:0 out=1", "-c", "close",
                    "-c", r"open \\.\GpdDev access=w", "-c", f"ioctl {READ_PTR[1]} in=zero:16 out=16",
                    contains=[f"ioctl {WRITE[1]} in=u64:0 -> {denied}", f"in=u32:0 out=1 -> {done(1)}",
                              f"out=16 -> {denied}"])
        machine.run(0, "run", "--user", machine.driver(), "-c", r"open \\.\GpdDev", "-c", f"ioctl {READ[1]} in=u32:0 out=1")


def test_wrong_parameters(options):
    for base, count in ((0x300, 0), (0xFFFF, 2), (0x10000, 1), (0, 0x10001), (0xFFFFFFFF, 0xFFFFFFFF)):
        with Machine(options, base, count) as machine:
            machine.run(3, "run", machine.driver(), contains=["there are no such ports", "STATUS_INVALID_PARAMETER"])
    with Machine(options, 0xFFFF, 1) as machine:
        machine.run(0, "run", machine.driver())
    with Machine(options) as machine:
        machine.set_value("genport", "IoPortAddress", "REG_SZ", "0x3f8")
        machine.run(3, "run", machine.driver(), contains=["IoPortAddress is not a REG_DWORD", "STATUS_INVALID_PARAMETER"])


def test_default_range(options):
    with Machine(options) as machine:
        machine.run(0, "run", machine.driver(environment="checked"), contains=["GenPort: 0x4 ports at 0x300"])


RESOURCE_MAP = r"HKLM\Hardware\ResourceMap\OtherDrivers"


def test_x86_driver(options):
    """On an i386 machine the structure with a pointer-sized port has 8 bytes, for everybody."""
    if not os.path.exists(os.path.join(options.build, "i386/dotsys-machine32")):
        return "no 32-bit machine was built"
    with Machine(options, CMOS, CMOS_PORTS) as machine:
        driver = os.path.join(machine.build, "drivers/x86/free/genport.sys")
        requests = [(f"ioctl {WRITE[2]} in=u32:2,u16:0xa510", done(0)), (f"ioctl {READ[4]} in=u32:0 out=4", done(4)),
                    (f"ioctl {READ_PTR[4]} in=u32:0,u32:0 out=8", done(8)), (f"ioctl {READ[1]} in=u32:3 out=1", done(1)),
                    (f"ioctl {WRITE_PTR[2]} in=u32:2,u32:0x5a11", done(0)), (f"ioctl {READ_PTR[2]} in=u32:2,u32:0 out=8", done(8)),
                    (f"ioctl {READ_PTR[1]} in=u64:3,u64:0 out=16", INVALID), (f"ioctl {READ[4]} in=u16:0 out=4", INVALID),
                    (f"ioctl {READ[2]} in=u32:1 out=2", VIOLATION), (f"ioctl {READ_PTR[1]} in=u32:4,u32:0 out=8", VIOLATION),
                    (f"ioctl {WRITE[4]} in=u32:0xffffffff,u32:0", VIOLATION)]
        words = [word for command, _ in requests for word in ("-c", command)]
        machine.run(1, "run", driver, "-c", r"open \\.\GpdDev", *words, "-c", "close",
                    contains=[f"{command} -> {end}" for command, end in requests] + [
                        "  0000  0d 80 10 a5  ", "  0000  00 00 00 00 0d 80 10 a5  ", "  0000  02 00 00 00 11 5a 00 00  ",
                        "nothing was left behind"])
        assert (cmos(machine)[CMOS_BANK + 0x10], cmos(machine)[CMOS_BANK + 0x11]) == (0xA5, 0x5A)
        second = shutil.copy(driver, os.path.join(machine.folder.name, "second.sys"))
        machine.set_range("second", CMOS, 1)
        machine.run(3, "run", driver, second, contains=["STATUS_CONFLICTING_ADDRESSES",
                                                        r"\Driver\second cannot have ports 0x70-0x70: \Driver\genport has"])
    return None


def test_two_drivers_for_one_range(options):
    """The second is told, and can have the ports when the first one has gone. Nothing of it is kept in the registry."""
    with Machine(options, CMOS, CMOS_PORTS) as machine:
        second = shutil.copy(machine.driver(), os.path.join(machine.folder.name, "second.sys"))
        for name, file in (("genport", machine.driver()), ("second", second)):
            machine.run(0, "sc", "create", name, "binPath=", file, "type=", "kernel")
        machine.set_range("second", CMOS + CMOS_PORTS - 1, 1)
        machine.run(0, "up")
        machine.run(0, "sc", "start", "genport")
        machine.run(0, "reg", "query", rf"{RESOURCE_MAP}\genport", contains=[".Raw", ".Translated", "REG_RESOURCE_LIST"])
        machine.run(1, "sc", "start", "second", contains=["[SC] StartService FAILED 487:"])
        machine.run(0, "log", contains=[r"\Driver\second cannot have ports 0x73-0x73: \Driver\genport has claimed it"])
        machine.run(1, "reg", "query", rf"{RESOURCE_MAP}\second")
        # With ports of its own it gets as far as the name of its device, and gives the ports back.
        machine.set_range("second", 0x500, 4)
        machine.run(1, "sc", "start", "second", contains=["[SC] StartService FAILED 183:"])
        machine.run(1, "reg", "query", rf"{RESOURCE_MAP}\second")
        machine.run(0, "sc", "stop", "genport")
        machine.run(1, "reg", "query", rf"{RESOURCE_MAP}\genport")
        machine.set_range("second", CMOS + CMOS_PORTS - 1, 1)
        machine.run(0, "sc", "start", "second")
        machine.run(1, "sc", "start", "genport", contains=["[SC] StartService FAILED 487:"])
        machine.run(0, "down")
        machine.run(1, "reg", "query", RESOURCE_MAP)  # volatile


def cmos(machine):
    with open(os.path.join(machine.path, "cmos.bin"), "rb") as file:
        return file.read()


def test_clients_write(options):
    """Each run is a machine of its own; what a register holds is in the file. Index and data of the upper bank are at 2 and 3."""
    with Machine(options, CMOS, CMOS_PORTS) as machine:
        assert machine.client(0, "gpdwrite", "-w", "2", "a510") == "port 0x2: 0xa510 written\n"
        assert cmos(machine)[CMOS_BANK + 0x10] == 0xA5
        assert machine.client(0, "gpdwrite", "-p", "-w", "0x2", "0x5A11") == "port 0x2: 0x5a11 written\n"
        assert cmos(machine)[CMOS_BANK + 0x11] == 0x5A
        # Index 0x12 and data of the lower bank, then those of the upper one.
        assert machine.client(0, "gpdwrite", "-d", "0", "77133C20") == "port 0x0: 0x77133c20 written\n"
        assert (cmos(machine)[0x20], cmos(machine)[CMOS_BANK + 0x13]) == (0x3C, 0x77)
        assert machine.client(0, "gpdwrite", "-d", "-p", "0", "78143D21") == "port 0x0: 0x78143d21 written\n"
        assert (cmos(machine)[0x21], cmos(machine)[CMOS_BANK + 0x14]) == (0x3D, 0x78)
        # By bytes the index is still 0, where a new machine has it.
        assert machine.client(0, "gpdwrite", "-b", "3", "99") == "port 0x3: 0x99 written\n"
        assert cmos(machine)[CMOS_BANK] == 0x99
        assert machine.client(0, "gpdread", "-b", "3") == "port 0x3: 0x99\n"
        assert machine.client(0, "gpdread", "-p", "-b", "3") == "port 0x3: 0x99\n"


def test_clients_read(options):
    """The lower index of a new machine is that of status register D, which reads 0x80."""
    with Machine(options, CMOS, CMOS_PORTS) as machine:
        assert machine.client(0, "gpdwrite", "-b", "3", "42")
        for extra in ((), ("-p",)):
            assert machine.client(0, "gpdread", *extra, "-b", "0") == "port 0x0: 0x0d\n"
            assert machine.client(0, "gpdread", *extra, "-b", "0x1") == "port 0x1: 0x80\n"
            assert machine.client(0, "gpdread", *extra, "-w", "0") == "port 0x0: 0x800d\n"
            assert machine.client(0, "gpdread", "-d", *extra, "00") == "port 0x0: 0x4200800d\n"


def test_clients_are_refused(options):
    with Machine(options, CMOS, CMOS_PORTS) as machine:
        for words in (("-b", "4"), ("-w", "3"), ("-w", "1"), ("-d", "1"), ("-d", "4"), ("-b", "ffffffff"),
                      ("-p", "-b", "4"), ("-p", "-d", "2"), ("-p", "-b", "100000000")):
            for name, more in (("gpdread", ()), ("gpdwrite", ("1",))):
                assert machine.client(1, name, *words, *more, contains=[f"{name}: DeviceIoControl: ", "(error 998)\n"]) == ""


def test_clients_of_a_machine_that_is_up(options):
    """The device remembers what one program wrote, for the next one: an index, and the data there."""
    with Machine(options, CMOS, CMOS_PORTS) as machine:
        machine.run(0, "sc", "create", "genport", "binPath=", machine.driver(), "type=", "kernel")
        machine.run(0, "up")
        machine.run(0, "sc", "start", "genport")

        def client(status, name, *words, **expected):
            return machine.run(status, "exec", "--", os.path.join(machine.build, "clients/linux64", name), *words, **expected)
        for extra in ((), ("-p",)):
            assert client(0, "gpdwrite", *extra, "-b", "2", "33") == "port 0x2: 0x33 written\n"
            assert client(0, "gpdwrite", *extra, "-b", "3", "e7") == "port 0x3: 0xe7 written\n"
            assert client(0, "gpdwrite", *extra, "-b", "2", "34") == "port 0x2: 0x34 written\n"
            assert client(0, "gpdread", *extra, "-w", "2") == "port 0x2: 0x0034\n"
            assert client(0, "gpdwrite", *extra, "-b", "2", "33") == "port 0x2: 0x33 written\n"
            assert client(0, "gpdread", *extra, "-w", "2") == "port 0x2: 0xe733\n"
            client(1, "gpdread", *extra, "-b", "4", contains=["(error 998)\n"])
        machine.run(0, "sc", "stop", "genport")
        client(1, "gpdread", "-b", "0", contains=["cannot open \\\\.\\GpdDev: ", "(error 2)\n"])


def test_clients_without_driver(options):
    with Machine(options) as machine:
        for name, more in (("gpdread", ()), ("gpdwrite", ("1",))):
            machine.start(1, [os.path.join(machine.build, "clients/linux64", name), "-b", "0", *more], DOTSYS_DRIVERS="",
                          contains=[f"{name}: cannot open \\\\.\\GpdDev: ", "(error 2)\n"])


def test_clients_usage(options):
    with Machine(options) as machine:
        for words in ((), ("1",), ("-b",), ("-b", "-w", "1"), ("-x", "1"), ("-b", "g"), ("-b", ""), ("-b", "0x"),
                      ("-b", "100000000"), ("-p", "-b", "10000000000000000"), ("-bw", "1")):
            for name, more in (("gpdread", ()), ("gpdwrite", ("1",))):
                assert machine.client(2, name, *words, *(more if len(words) > 1 else ()), contains=[f"Usage: {name} "]) == ""
        for words in (("-b", "0"), ("-b", "0", "100"), ("-w", "0", "10000"), ("-d", "0", "100000000"), ("-b", "0", "1", "2")):
            assert machine.client(2, "gpdwrite", *words, contains=["Usage: gpdwrite "]) == ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    way.add_option(parser)
    options = parser.parse_args()
    options.dotsys, options.build = os.path.abspath(options.dotsys), os.path.abspath(options.build)
    clients = [test_clients_write, test_clients_read, test_clients_are_refused, test_clients_of_a_machine_that_is_up,
               test_clients_usage]
    if options.served:
        return tap.run(clients, options)
    return tap.run([test_range_from_the_registry, test_ports_that_are_not_there, test_ports_that_are_not_aligned,
                    test_buffers_of_the_wrong_size, test_access_rights, test_wrong_parameters, test_default_range,
                    test_x86_driver, test_two_drivers_for_one_range, test_clients_without_driver, *clients], options)


if __name__ == "__main__":
    sys.exit(main())
