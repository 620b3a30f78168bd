#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Machines that stay: up, down, ps, io, log, exec, dosdev and tree, and what becomes of one whose processes are killed. TAP.

    tests/e2e/machine_test.py --dotsys build/dotsys --build build
"""
import argparse
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile

import tap

PARAMETERS = r"HKLM\System\CurrentControlSet\Services\{}\Parameters"


def children(process):
    """Those of all its threads, in the order they were made."""
    found = []
    for task in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{task}/children", encoding="ascii") as numbers:
            found += map(int, numbers.read().split())
    return sorted(found)


class Machine:
    """A machine directory of its own, down again at the end."""

    def __init__(self, options):
        self.dotsys = os.path.abspath(options.dotsys)
        self.build = os.path.abspath(options.build)

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "machine")
        return self

    def __exit__(self, *_):
        subprocess.run([self.dotsys, "down", "--machine", self.path], capture_output=True, timeout=60, check=False)
        self.folder.cleanup()

    def driver(self, name, where="tests/kernel/x64"):
        return os.path.join(self.build, where, name + ".sys")

    def command(self, verb, *arguments):
        return [self.dotsys, verb, "--machine", self.path, *arguments]

    def call(self, status, verb, *arguments):
        """Standard output and error of a call with this exit status."""
        done = subprocess.run(self.command(verb, *arguments), stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                              text=True, check=False)
        assert done.returncode == status, \
            f"{verb} {arguments}: exit status {done.returncode} instead of {status}: {done.stdout}{done.stderr}"
        return done.stdout, done.stderr

    def service(self, name, path, *options):
        self.call(0, "sc", "create", name, "binPath=", path, "type=", "kernel", *options)

    def supervisor(self):
        with open(os.path.join(self.path, "lock"), encoding="ascii") as lock:
            return int(lock.read().split()[0])

    def process(self):
        """The process that holds the machine: the only child of the supervisor."""
        return children(self.supervisor())[0]

    def clients(self):
        """What is running as a client of the machine, but for this test's own calls."""
        rows = [json.loads(line) for line in self.call(0, "ps", "--json")[0].splitlines()]
        return [row["image"] for row in rows if "image" in row and row["image"] not in ("System", "dotsys")
                and not row["image"].startswith("dotsys-machine")]

    def environment(self, **more):
        """Of a program that is to be its client."""
        return {**{key: value for key, value in os.environ.items() if not key.startswith("DOTSYS_")},
                "DOTSYS_MACHINE": self.path, **more}


class Served(Machine):
    """A machine that is up with the drivers named, and programs of the build that are its clients.

    parameters: values of the drivers' keys Parameters, REG_DWORDs by driver and name. devices: as --device describes them.
    """

    def __init__(self, options, *drivers, arch="x64", parameters=None, devices=None):
        super().__init__(options)
        self.drivers, self.arch, self.parameters, self.devices = drivers, arch, parameters or {}, devices or []

    def __enter__(self):
        super().__enter__()
        for name in self.drivers:
            for value, data in self.parameters.get(name, {}).items():
                self.call(0, "reg", "add", PARAMETERS.format(name), "/v", value, "/t", "REG_DWORD", "/d", data, "/f")
            sample = self.driver(name, f"drivers/{self.arch}/free")
            self.service(name, sample if os.path.exists(sample) else self.driver(name, f"tests/kernel/{self.arch}"),
                         "start=", "auto")
        description = os.path.join(self.folder.name, "devices.json")
        with open(description, "w", encoding="utf-8") as file:
            json.dump(self.devices, file)
        self.call(0, "up", "--arch", self.arch, *(["--device", description] if self.devices else []))
        return self

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
        """Until no client is known: the machine hears of a client's end a moment after it."""
        clients = None
        for _ in range(1000):
            clients = self.clients()
            if not clients:
                return
        raise AssertionError(f"still there: {clients}")


def finish(process):
    """What is left of its output, and its errors. Not communicate(), which misses what readline() has read ahead."""
    process.stdin.close()
    output, errors = process.stdout.read(), process.stderr.read()
    process.wait(timeout=60)
    return output, errors


def test_up_and_down(options):
    with Machine(options) as machine:
        assert "is up" in machine.call(0, "up")[1]
        machine.call(0, "ps")
        assert "is in use by process" in machine.call(3, "up")[1]
        machine.call(0, "down")
        for verb in ("down", "ps", "log"):
            assert "is not up: start it with 'dotsys up" in machine.call(1, verb)[1]
        machine.call(0, "up")


def test_not_up(options):
    with Machine(options) as machine:
        assert "is not up" in machine.call(1, "io", "-c", "open \\\\.\\NUL")[1]
        assert "is not up" in machine.call(1, "exec", "--", "true")[1]
        # What needs no drivers opens the machine for the occasion.
        assert machine.call(0, "dosdev", "nul")[0] == "NUL                          \\Device\\Null\n"
        assert "is not up" in machine.call(1, "sc", "start", "hello")[1]


OTHER_BUILD = """#!%s
import os, sys
os.write(int(sys.argv[1]), bytes(200))
"""


def test_other_build(options):
    """The process of an x86 machine is another program; one of another build is recognised by what it says first."""
    with Machine(options) as machine:
        driver = machine.driver("hello", "drivers/x86/free")
        if not os.path.exists(driver):
            return "no x86 drivers"
        command = shutil.copy(machine.dotsys, machine.folder.name)
        os.mkdir(os.path.join(machine.folder.name, "i386"))
        other = os.path.join(machine.folder.name, "i386/dotsys-machine32")
        with open(other, "w", encoding="ascii") as file:
            file.write(OTHER_BUILD % sys.executable)
        os.chmod(other, 0o755)
        done = subprocess.run([command, "run", driver], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 3 and "STATUS_REVISION_MISMATCH" in done.stderr and \
            "is of another build of dotsys" in done.stderr, done.stdout + done.stderr
        return None


def test_bad_directory(options):
    with Machine(options) as machine:
        with open(machine.path, "w", encoding="ascii") as file:
            file.write("no directory")
        assert machine.path in machine.call(3, "up")[1]
        assert machine.path in machine.call(3, "dosdev")[1]


def test_io(options):
    with Machine(options) as machine:
        machine.service("hello", machine.driver("hello", "drivers/x64/free"))
        machine.call(0, "up")
        machine.call(0, "sc", "start", "hello")
        output, _ = machine.call(0, "io", "-c", "open \\\\.\\HelloDrv", "-c", 'write "kept"')
        assert "write \"kept\" -> STATUS_SUCCESS (0x00000000), 4 bytes\n" in output, output
        # The handle is closed, the driver still has it.
        output, _ = machine.call(0, "io", "--json", "-c", "open \\\\.\\HelloDrv", "-c", "read 64")
        answers = [json.loads(line) for line in output.splitlines()]
        assert answers[1]["data"] == b"kept".hex() and answers[1]["status"] == 0, output
        assert "ERROR_FILE_NOT_FOUND" in machine.call(1, "io", "-c", "open \\\\.\\Nothing")[0]
        assert "no command is given" in machine.call(2, "io")[1]
        machine.call(0, "sc", "stop", "hello")
        assert "ERROR_FILE_NOT_FOUND" in machine.call(1, "io", "-c", "open \\\\.\\HelloDrv")[0]


def test_as_user(options):
    with Machine(options) as machine:
        machine.call(0, "up")
        assert "ERROR_ACCESS_DENIED" in machine.call(1, "io", "--user", "-c", "open \\\\.\\PhysicalDrive0")[0]
        machine.call(0, "io", "-c", "open \\\\.\\PhysicalDrive0", "-c", "read 512")
        machine.call(1, "sc", "--user", "create", "other", "binPath=", "C:\\other.sys", "type=", "kernel")


def test_log(options):
    with Machine(options) as machine:
        machine.service("hello", machine.driver("hello", "drivers/x64/checked"))
        machine.call(0, "up")
        with subprocess.Popen(machine.command("log", "-f"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as follower:
            machine.call(0, "sc", "start", "hello")
            line = follower.stdout.readline()
            assert "[hello]" in line, line
            time, line = machine.call(0, "log")[0].splitlines()[0].split(" ", 1)
            assert "[hello]" in line and 0 < float(time) < 60, (time, line)  # since the machine began
            machine.call(0, "down")
            follower.communicate(timeout=60)
            assert follower.returncode == 0


def test_log_irps(options):
    """The requests of devices, of a machine that keeps them."""
    with Machine(options) as machine:
        machine.service("hello", machine.driver("hello", "drivers/x64/free"))
        machine.call(0, "up", "--verify=irp_logging")
        machine.call(0, "sc", "start", "hello")
        machine.call(0, "io", "-c", r"open \\.\HelloDrv", "-c", "read 8")
        lines = machine.call(0, "log", "--irps")[0].splitlines()
        assert lines[0] == "requests of driver \\Driver\\hello, device HELLODRV_Ver2", lines
        assert [line.split("IRP_MJ_")[1].split()[0].rstrip(",") for line in lines[1:]] == ["CREATE", "READ", "CLEANUP", "CLOSE"], lines
        rows = [json.loads(line) for line in machine.call(0, "log", "--irps", "--json")[0].splitlines()]
        assert rows[1]["request"] == "IRP_MJ_READ" and rows[1]["output_bytes"] == 8 and rows[1]["status"] == "0x00000000", rows
        assert "do not go together" in machine.call(2, "log", "-f", "--irps")[1]
        machine.call(0, "down")
        machine.call(0, "up")
        assert "without --verify=irp_logging" in machine.call(1, "log", "--irps")[1]


def test_exec(options):
    with Machine(options) as machine:
        machine.call(0, "up")
        assert machine.call(7, "exec", "--", "sh", "-c", "echo $DOTSYS_MACHINE; exit 7")[0] == machine.path + "\n"
        assert "cannot be run" in machine.call(1, "exec", "--", "/no/such/program")[1]
        machine.call(2, "exec")


def test_exec_environment(options):
    """What a program finds in its environment is enough for the commands, from any folder."""
    with Machine(options) as machine:
        machine.call(0, "up")
        script = 'cd / && "$0" reg add "HKLM\\Software\\X" /v a /d b /f'
        program = ["--", "sh", "-c", script, machine.dotsys]
        machine.call(0, "exec", *program)
        error = machine.call(1, "exec", "--user", *program)[1]
        assert "Access is denied" in error, error
        done = subprocess.run([machine.dotsys, "exec", "--machine", "machine", *program], cwd=machine.folder.name,
                              capture_output=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert "REG_SZ    b" in machine.call(0, "reg", "query", r"HKLM\Software\X")[0]


def test_exec_refused(options):
    with Machine(options) as machine:
        machine.service("refuse", machine.driver("refuse"))
        machine.call(0, "reg", "add", "HKLM\\SYSTEM\\CurrentControlSet\\Services\\refuse", "/v", "Refuse", "/d", "\\true")
        machine.call(0, "up")
        machine.call(0, "exec", "--", "true")
        machine.call(0, "sc", "start", "refuse")
        mark = os.path.join(machine.folder.name, "mark")
        os.symlink("/bin/touch", os.path.join(machine.folder.name, "true"))
        _, errors = machine.call(1, "exec", "--", os.path.join(machine.folder.name, "true"), mark)
        assert "STATUS_ACCESS_DENIED" in errors and not os.path.exists(mark), errors
        assert "may not run" in machine.call(0, "log")[0]
        machine.call(0, "exec", "--", "touch", mark)
        assert os.path.exists(mark)
        machine.call(0, "sc", "stop", "refuse")
        machine.call(0, "exec", "--", "true")


def test_supervisor_killed(options):
    with Machine(options) as machine:
        machine.call(0, "up")
        machine.call(0, "reg", "add", "HKLM\\SOFTWARE\\Test", "/v", "kept", "/d", "text", "/f")
        supervisor = os.pidfd_open(machine.supervisor())
        signal.pidfd_send_signal(supervisor, signal.SIGKILL)
        select.select([supervisor], [], [])
        os.close(supervisor)
        machine.call(0, "up")
        assert "text" in machine.call(0, "reg", "query", "HKLM\\SOFTWARE\\Test", "/v", "kept")[0]


def test_machine_killed(options):
    with Machine(options) as machine:
        machine.service("hello", machine.driver("hello", "drivers/x64/checked"))
        machine.call(0, "up")
        machine.call(0, "sc", "start", "hello")
        with subprocess.Popen(machine.command("log", "-f"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True) as follower:
            assert "[hello]" in follower.stdout.readline()
            os.kill(machine.process(), signal.SIGKILL)
            assert "was killed by signal 9" in follower.communicate(timeout=60)[1]
            assert follower.returncode == 4
        machine.call(0, "up")


def test_other_users(options):
    """Another user of the host is an ordinary one of the machine, once its owner lets him in."""
    if os.geteuid() != 0:
        return "not root"
    with Machine(options) as machine:
        machine.service("hello", machine.driver("hello", "drivers/x64/free"), "start=", "auto")
        machine.call(0, "up")

        def other(status, *words):
            done = subprocess.run(machine.command(*words), stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                                  text=True, user=65534, group=65534, extra_groups=[], cwd="/", check=False)
            assert done.returncode == status, (words, done)
            return done.stdout + done.stderr

        os.chmod(machine.folder.name, 0o711)
        assert "Permission denied" in other(1, "ps")
        os.chmod(machine.path, 0o711)
        assert other(0, "ps").splitlines()[-1].endswith(" user")
        assert "error 5 " in other(1, "io", "-c", r"open \\.\PhysicalDrive0")
        other(0, "io", "-c", r"open \\.\HelloDrv", "-c", 'write "x"')
        assert "Access is denied" in other(1, "reg", "add", r"HKLM\Software\X", "/f")
        for verb in "log", "down":
            assert "Access is denied" in other(1, verb), verb
        machine.call(0, "ps")
        return None


def test_ports(options):
    """Devices are there before services start; without one there is no machine."""
    with Machine(options) as machine:
        error = machine.call(3, "up", "--port", "/nowhere.so")[1]
        assert "/nowhere.so" in error and "not up" in machine.call(1, "ps")[1], error
        machine.call(0, "up", "--port", os.path.join(machine.build, "devices", "uart.so"))
        machine.call(0, "ps")


def test_devices(options):
    # The registry keeps the device, but not the library that plays it; a driver of a device's cannot be stopped while it is open.
    with Machine(options) as machine:
        description = os.path.join(machine.folder.name, "device.json")
        library = os.path.join(machine.build, "devices", "mirror.so")
        with open(description, "w", encoding="utf-8") as file:
            json.dump({"id": "ROOT\\MIRROR\\0000", "service": "mirror", "port": f"{library},base=0xfeb20000,irq=9",
                       "resources": {"memory": [{"base": "0xfeb20000", "length": 0x2000}], "interrupts": [9]}}, file)
        machine.service("mirror", machine.driver("mirror"), "start=", "auto")
        machine.call(0, "up", "--device", description)
        out, _ = machine.call(0, "io", "-c", r"open \\.\Mirror", "-c", 'ioctl 0x222000 in="abc" out=3', "-c", "close")
        assert "cba" in out, out
        assert "1052" in "".join(machine.call(1, "sc", "stop", "mirror"))
        machine.call(0, "down")
        machine.call(2, "up", "--device", "/nowhere.json")
        machine.call(0, "up")
        assert "ROOT\\mirror" in machine.call(0, "reg", "query", r"HKLM\SYSTEM\CurrentControlSet\Enum\ROOT\MIRROR\0000")[0]
        machine.call(1, "io", "-c", r"open \\.\Mirror")
        machine.call(0, "down")


def test_driver_leaves(options):
    # A driver that a device brought in goes with the last device it has.
    with Machine(options) as machine:
        description = os.path.join(machine.folder.name, "device.json")
        with open(description, "w", encoding="utf-8") as file:
            json.dump([{"service": "pnpbus"}, {"service": "pnpfunc", "enumerated": True, "hardware_ids": "PNPBUS\\Widget"}], file)
        machine.service("pnpbus", machine.driver("pnpbus"))
        machine.service("pnpfunc", machine.driver("pnpfunc"))
        machine.call(0, "up", "--device", description)
        assert "RUNNING" in machine.call(0, "sc", "query", "pnpbus")[0]
        assert "STOPPED" in machine.call(0, "sc", "query", "pnpfunc")[0]
        machine.call(0, "io", "-c", r"open \\.\PnpBus", "-c", "ioctl 0x222000 in=u32:1", "-c", "ioctl 0x222000 in=u32:2")
        machine.call(0, "io", "-c", r"open \\.\PnpBus", "-c", "ioctl 0x222004 in=u32:1", "-c", "close")
        assert "RUNNING" in machine.call(0, "sc", "query", "pnpfunc")[0]
        machine.call(0, "io", "-c", r"open \\.\PnpBus", "-c", "ioctl 0x222004 in=u32:2", "-c", "close")
        while "STOPPED" not in machine.call(0, "sc", "query", "pnpfunc")[0]:
            pass
        assert "func: Unload" in machine.call(0, "log")[0]
        machine.call(0, "down")


def test_bugcheck(options):
    with Machine(options) as machine:
        machine.service("null_deref", machine.driver("null_deref"))
        machine.call(0, "up")
        machine.call(0, "sc", "start", "null_deref")
        shown = "".join(machine.call(4, "io", "-c", "open \\\\.\\NullDeref", "-c", "ioctl 0x222000"))
        named = "NullDerefCount (" if shutil.which("llvm-symbolizer") or shutil.which("addr2line") else "STACK"
        assert named in shown, shown
        # The supervisor ends when it has written the report.
        reports = [name for name in os.listdir(os.path.join(machine.path, "crash")) if name.endswith(".txt")]
        assert len(reports) == 1, reports
        with open(os.path.join(machine.path, "crash", reports[0]), encoding="utf-8") as report:
            text = report.read()
        assert "null_deref.sys" in text and "SYSTEM_SERVICE_EXCEPTION" in text and named in text, text
        machine.call(0, "up")
        machine.call(0, "sc", "start", "null_deref")


def test_never_completed(options):
    with Machine(options) as machine:
        machine.service("never_complete", machine.driver("never_complete"))
        machine.call(0, "up")
        machine.call(0, "sc", "start", "never_complete")
        # The driver keeps the request whatever happens: this call ends, and others go on.
        machine.call(5, "io", "--timeout", "100", "-c", "open \\\\.\\NeverComplete", "-c", "ioctl 0x222000")
        machine.call(0, "dosdev", "NeverComplete")


def test_finding(options):
    with Machine(options) as machine:
        machine.service("pool_leak", machine.driver("pool_leak"))
        machine.call(0, "up")
        machine.call(0, "sc", "start", "pool_leak")
        machine.call(0, "io", "-c", "open \\\\.\\PoolLeak", "-c", "ioctl 0x222000")
        machine.call(0, "sc", "stop", "pool_leak")
        assert "pool leak: 100 bytes of non-paged pool, tag 'Leak'" in machine.call(0, "log")[1]
        machine.call(5, "down")


def test_names(options):
    with Machine(options) as machine:
        machine.call(0, "up")
        output, _ = machine.call(0, "dosdev", "physical*")
        assert output == "PhysicalDrive0               \\Device\\Harddisk0\\DR0\n", output
        assert "no name matches" in machine.call(1, "dosdev", "nothing*")[1]
        output, _ = machine.call(0, "tree", "\\Device", "--json")
        found = {entry["path"]: entry["type"] for entry in map(json.loads, output.splitlines())}
        assert found["\\Device\\Null"] == "Device" and found["\\Device\\Harddisk0"] == "Directory", found
        assert "there is no directory" in machine.call(1, "tree", "\\Nothing")[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    return tap.run([value for name, value in globals().items() if name.startswith("test_")], parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
