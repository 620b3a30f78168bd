#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""32-bit programs as clients of machines in other processes: x64 machines, with 64-bit programs beside them, and x86 ones; and
programs that a machine does not take. TAP.

    tests/e2e/clients32_test.py --dotsys build/dotsys --build build
"""
import argparse
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading

import tap
from machine_test import Served, finish
from served_test import PNP_DEVICES, use_pnp

UNIT = ("apc", "blocks", "calls", "changes", "context", "files", "memory", "message", "path", "port", "registry", "sync", "thread")
# The CMOS's ports, which remember what was written.
PORTS = {name: {"IoPortAddress": "0x70", "IoPortCount": "4"} for name in ("genport", "genport_classic")}

# server/record.h, server/control.h
WIRE = struct.Struct("<II3I4x8q")
RECORD_DRIVER, RECORD_NOTE, RECORD_REQUEST, RECORD_EXIT = 4, 7, 11, 15
CONTROL_IO, CONTROL_CLIENT, CONTROL_DOWN, CONTROL_VERSION = 1, 3, 4, 2
STATUS_INVALID_PARAMETER, STATUS_REVISION_MISMATCH, STATUS_NOT_SUPPORTED = 0xC000000D, 0xC0000059, 0xC00000BB


# ---- samples -----------------------------------------------------------------------------------------------------------


def use_hello(machine, folder):
    for number in range(5):
        line = f"line {number} of {folder}\n"
        machine.run(0, f"clients/{folder}/hello_client", entered=line)


def use_msjdrvr(machine, folder):
    for command in ("string", "cmos", "geometry", "mbr", "async", "compare"):
        machine.run(0, f"clients/{folder}/msjclient", command)
    assert "PhysicalDrive0" in machine.run(0, f"clients/{folder}/query")[0]


def use_kmemio(machine, folder):
    assert "\\DRIVER\\KMEMIO" in machine.run(0, f"clients/{folder}/kmemio_client", "driver")[0].upper()
    assert "(error 5)" in machine.run(1, f"clients/{folder}/kmemio_client", "driver", DOTSYS_USER="1")[1]


def use_transfer(machine, folder):
    program = "tests/served/transfer_client" + ("32" if folder == "linux32" else "")
    output, _ = machine.run(0, program)
    assert output.endswith(" passed, 0 failed\n"), output


def use_procevt(machine, folder):
    for client in ("procevt", "procinv", "procapc"):
        with machine.start(f"clients/{folder}/{client}", "-n", "1") as process:
            assert process.stdout.readline() == "watching\n"
            subprocess.run(["true"], check=True)
            output, errors = finish(process)
            assert process.returncode == 0 and output.count("\n") == 1, output + errors
    machine.run(0, f"clients/{folder}/procevt", "errors")


def at_once(machine, folders, use):
    """The same, for programs of each kind at once."""
    failures = []
    if use in (use_hello, use_kmemio):  # one text for all, and one handle: they take turns
        for folder in folders:
            use(machine, folder)
        return

    def guarded(folder):
        try:
            use(machine, folder)
        except Exception as error:  # pylint: disable=broad-except
            failures.append(f"{folder}: {error}")
    threads = [threading.Thread(target=guarded, args=(folder,)) for folder in folders for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, "\n".join(failures)


USES = {"hello": use_hello, "msjdrvr": use_msjdrvr, "kmemio": use_kmemio, "procevt": use_procevt, "transfer": use_transfer}


def test_plug_and_play(options):
    for arch in ("x64", "x86"):
        with Served(options, "pnpbus", "pnpfunc", arch=arch, devices=PNP_DEVICES) as machine:
            use_pnp(machine, "tests/served/pnp_client32")
            machine.wait_for_nobody()
            assert "finding" not in "".join(machine.call(0, "down"))


def test_samples_of_both_kinds_at_once(options):
    with Served(options, *USES) as machine:
        for use in USES.values():
            at_once(machine, ("linux64", "linux32"), use)
        machine.wait_for_nobody()
        for name in USES:
            machine.call(0, "sc", "stop", name)
        assert "finding" not in "".join(machine.call(0, "down"))


def test_samples_on_an_x86_machine(options):
    with Served(options, *USES, arch="x86") as machine:
        for use in USES.values():
            at_once(machine, ("linux32",), use)
        machine.wait_for_nobody()
        for name in USES:
            machine.call(0, "sc", "stop", name)
        assert "finding" not in "".join(machine.call(0, "down"))


def use_genport(machine, folder, status, pointer):
    """What one program has written the next one reads; all of it with ports as wide as a pointer, or not."""
    extra = ["-p"] if pointer else []
    error = f"(error {status})\n"
    for words in (("-b", "2", "33"), ("-b", "3", "e7"), ("-w", "2", "5a34")):
        output, errors = machine.run(1 if status else 0, f"clients/{folder}/gpdwrite", *extra, *words)
        assert errors.endswith(error) if status else output == f"port 0x{words[1]}: 0x{words[2]} written\n", output + errors
    output, errors = machine.run(1 if status else 0, f"clients/{folder}/gpdread", *extra, "-w", "2")
    assert errors.endswith(error) if status else output == "port 0x2: 0x5a34\n", output + errors
    machine.run(1, f"clients/{folder}/gpdread", *extra, "-b", "4")


def test_genport(options):
    """The driver asks IoIs32bitProcess: each program's own structure is understood."""
    for arch, folders in (("x64", ("linux64", "linux32")), ("x86", ("linux32",))):
        with Served(options, "genport", arch=arch, parameters=PORTS) as machine:
            for folder in folders:
                for pointer in (False, True):
                    use_genport(machine, folder, 0, pointer)


def test_genport_classic(options):
    """The driver does not ask: a 32-bit program's structure has the wrong size, and it is told so."""
    with Served(options, "genport_classic", parameters=PORTS) as machine:
        use_genport(machine, "linux64", 0, True)
        use_genport(machine, "linux32", 87, True)
        use_genport(machine, "linux32", 0, False)
    with Served(options, "genport_classic", arch="x86", parameters=PORTS) as machine:
        use_genport(machine, "linux32", 0, True)


# ---- all calls ----------------------------------------------------------------------------------------------------------


def run_units(machine, program, but=None):
    for name in UNIT:
        if name == but:
            continue
        machine.run(0, program.format(name), DOTSYS_TEST_BUILD=machine.build)
    machine.wait_for_nobody()


def test_all_calls_by_32_bits_on_x64(options):
    with Served(options, "hello", "never_complete", "partner") as machine:
        run_units(machine, "tests/served/{}_test32", but="path")  # whose paths are redirected here


def test_all_calls_by_32_bits_on_x86(options):
    with Served(options, "hello", "never_complete", "partner", arch="x86") as machine:
        run_units(machine, "tests/served/{}_test32")


def test_all_calls_by_64_bits(options):
    with Served(options, "hello", "never_complete", "partner") as machine:
        run_units(machine, "tests/served/{}_test64")


def test_all_calls_embedded(options):
    """The same 32-bit programs with an x86 machine in each."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("DOTSYS_")}
    for name in UNIT:
        done = subprocess.run([os.path.join(options.build, f"tests/served/{name}_test32")], capture_output=True, text=True, timeout=120,
                              env={**environment, "DOTSYS_TEST_BUILD": options.build}, check=False)
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"


def test_conversions(options):
    """Every argument of every service has one; and what 32-bit programs do not call with is refused."""
    with Served(options) as machine:
        assert "SKIP" not in machine.run(0, "tests/served/wide_test32")[0]
    done = subprocess.run([os.path.join(options.build, "tests/served/wide_test32")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# ---- ends ----------------------------------------------------------------------------------------------------------------


def test_killed(options):
    for arch in ("x64", "x86"):
        with Served(options, "transfer", arch=arch) as machine:
            for _ in range(20):
                with machine.start("tests/served/transfer_client32", "wait") as process:
                    assert process.stdout.readline() == "waiting\n"
                    process.kill()
            machine.call(0, "sc", "stop", "transfer")
            machine.wait_for_nobody()
            printed = "".join(machine.call(0, "log"))
            assert [printed.count(word) for word in ("create", "cleanup", "close")] == [20, 20, 20], f"log: {printed}"


def test_machine_gone(options):
    for arch in ("x64", "x86"):
        for how in ("down", "killed", "bugcheck"):
            with Served(options, "transfer", "null_deref", arch=arch) as machine:
                with machine.start("tests/served/transfer_client32", "wait") as process:
                    assert process.stdout.readline() == "waiting\n"
                    if how == "down":
                        machine.call(0, "down")
                    elif how == "killed":
                        os.kill(machine.process(), signal.SIGKILL)
                    else:
                        machine.call(4, "io", "-c", "open \\\\.\\NullDeref", "-c", "ioctl 0x222000")
                    output, errors = finish(process)
                    assert process.returncode == 0 and output.startswith("ended with "), output + errors


# ---- x86 machines ---------------------------------------------------------------------------------------------------------


def test_x86_machine(options):
    """Every verb works on it."""
    with Served(options, "hello", "kmemio", arch="x86") as machine:
        answers = [json.loads(line) for line in machine.call(0, "ps", "--json")[0].splitlines()]
        assert answers[0]["architecture"] == "x86" and "hello.sys" in [row.get("driver") for row in answers], answers
        assert "x86" in machine.call(0, "ps")[0]
        output, _ = machine.call(0, "io", "-c", "open \\\\.\\HelloDrv", "-c", 'write "kept"', "-c", "read 64")
        assert "6b 65 70 74" in output, output
        assert "HelloDrv" in machine.call(0, "dosdev")[0]
        assert json.loads(machine.call(0, "dosdev", "--json", "HelloDrv")[0])["name"] == "HelloDrv"
        assert "Device" in machine.call(0, "tree", "\\Device")[0]
        assert "RUNNING" in machine.call(0, "sc", "query", "hello")[0]
        assert "hello.sys" in machine.call(0, "reg", "query", r"HKLM\System\CurrentControlSet\Services\hello")[0]
        machine.call(0, "reg", "add", r"HKLM\Software\Kept", "/v", "a", "/t", "REG_SZ", "/d", "b", "/f")
        machine.call(0, "sc", "stop", "hello")
        machine.call(0, "log")
        line = os.path.join(machine.build, "clients/linux32/kmemio_client")
        machine.call(0, "exec", "--", line, "driver")
        assert "is in use by process" in machine.call(3, "up", "--arch", "x86")[1]
        machine.call(0, "down")
        assert "b" in machine.call(0, "reg", "query", r"HKLM\Software\Kept")[0]
        machine.call(2, "up", "--arch", "arm")
        # Drivers of the other kind are not for it, nor its own for the other machine.
        machine.call(0, "up")
        assert "[SC] StartService FAILED" in "".join(machine.call(1, "sc", "start", "hello"))


def test_x86_run(options):
    """dotsys run chooses the machine by the first driver."""
    with Served(options) as machine:
        program = os.path.join(machine.build, "tests/served/transfer_client32")
        for arch in ("x64", "x86"):
            driver = machine.driver("transfer", f"tests/kernel/{arch}")
            for more in ((), ("--machine", os.path.join(machine.folder.name, arch))):
                done = subprocess.run([machine.dotsys, "run", *more, driver, "--", program], capture_output=True, text=True, timeout=120,
                                      env=machine.environment(), check=False)
                assert done.returncode == 0 and " passed, 0 failed\n" in done.stdout and "nothing was left behind" in done.stderr, \
                    done.stdout + done.stderr


# ---- programs that are not taken --------------------------------------------------------------------------------------------


def test_64_bits_on_x86(options):
    with Served(options, "hello", arch="x86") as machine:
        output, errors = machine.run(1, "clients/linux64/query")
        assert "x86 machine (32 bits)" in errors and "this program has 64 bits" in errors and "(error 50)" in errors, output + errors
        assert "x86 machine" in machine.run(1, "clients/linux64/hello_client", entered="a\n")[1]
        machine.call(0, "io", "-c", "open \\\\.\\HelloDrv")
        machine.wait_for_nobody()


class Connection:
    """What a program says to a machine that is up, byte by byte."""

    def __init__(self, directory):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(60)
        self.socket.connect(os.path.join(directory, "control"))

    def send(self, kind, number=0, version=CONTROL_VERSION, bits=64, type_=RECORD_REQUEST):
        numbers = [version, kind, 0, number, 0, bits, 0, 0]
        self.socket.send(WIRE.pack(type_, 0, 1, 0, 0, *numbers) + b"/")
        return self

    def receive(self):
        """Type, numbers and text; None: it hung up."""
        try:
            packet = self.socket.recv(65536)
        except ConnectionResetError:  # without a look at what was said
            packet = b""
        if not packet:
            return None
        type_, _, first, second, third, *numbers = WIRE.unpack(packet[:WIRE.size])
        return type_, numbers, packet[WIRE.size:WIRE.size + first + second + third].decode()


def test_other_versions_are_told(options):
    for arch, bits in (("x64", 64), ("x86", 32)):
        with Served(options, arch=arch) as machine:
            for version in (1, CONTROL_VERSION + 1):
                type_, numbers, _ = Connection(machine.path).send(CONTROL_CLIENT, version=version).receive()
                assert (type_, numbers[0] & 0xFFFFFFFF) == (RECORD_DRIVER, STATUS_REVISION_MISMATCH), numbers
                for kind in (CONTROL_IO, CONTROL_DOWN):
                    connection = Connection(machine.path).send(kind, version=version)
                    type_, _, text = connection.receive()
                    assert type_ == RECORD_NOTE and "another version of dotsys" in text, text
                    assert connection.receive()[0] == RECORD_EXIT
            # Other services, and the machine's word size; a program that is not what it says.
            type_, numbers, _ = Connection(machine.path).send(CONTROL_CLIENT, number=12345).receive()
            assert (type_, numbers[0] & 0xFFFFFFFF, numbers[2]) == (RECORD_DRIVER, STATUS_REVISION_MISMATCH, bits), numbers
            assert Connection(machine.path).send(CONTROL_CLIENT, type_=77).receive() is None
            machine.call(0, "ps")


class OtherMachine:
    """In the place of a machine: answers a client as told, once."""

    def __init__(self, directory, answer):
        self.answer = answer
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.settimeout(60)
        self.socket.bind(os.path.join(directory, "control"))
        self.socket.listen(8)

    def __enter__(self):
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()
        return self

    def serve(self):
        connection, _ = self.socket.accept()
        with connection:
            connection.recv(65536)
            if self.answer is not None:
                status, bits = self.answer
                connection.send(WIRE.pack(RECORD_DRIVER, 0, 5, 0, 0, status - (1 << 32), os.getpid(), bits, 0, 0, 0, 0, 0) + b"9.8.7")

    def __exit__(self, *_):
        self.thread.join()
        self.socket.close()


def test_refusals_are_explained(options):
    """By the library: a line for a person, and an error that says the same."""
    cases = (((STATUS_REVISION_MISMATCH, 64), ["it runs dotsys 9.8.7", "build the program again"], 1306),
             ((STATUS_NOT_SUPPORTED, 32), ["x86 machine"], 50), (None, ["it hung up without an answer"], None))
    for folder in ("linux64", "linux32"):
        for number, (answer, texts, error) in enumerate(cases):
            with Served(options) as machine:
                place = os.path.join(machine.folder.name, f"other{number}")
                os.mkdir(place)
                with OtherMachine(place, answer):
                    _, errors = machine.run(1, f"clients/{folder}/query", DOTSYS_MACHINE=place)
                for text in texts:
                    assert text in errors, errors
                assert error is None or f"(error {error})" in errors, errors


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    options.dotsys, options.build = os.path.abspath(options.dotsys), os.path.abspath(options.build)
    return tap.run([value for name, value in globals().items() if name.startswith("test_")], options)


if __name__ == "__main__":
    sys.exit(main())
