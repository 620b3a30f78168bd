#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Services of a machine that lives in a directory: installed with 'dotsys sc', started when it comes up, still there afterwards,
and what a driver without which the machine must not start leads to.

    tests/e2e/sc_test.py --dotsys build/dotsys --build build
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tap


class Machine:
    """A machine directory of its own, and down at the end."""

    def __init__(self, options):
        self.dotsys, self.build = options.dotsys, options.build

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "machine")
        return self

    def __exit__(self, *_):
        subprocess.run([self.dotsys, "down", "--machine", self.path], capture_output=True, timeout=60, check=False)
        self.folder.cleanup()

    def run(self, status, verb, *words, contains=()):
        """Runs a verb on the machine; its output must hold each of contains."""
        done = subprocess.run([self.dotsys, verb, f"--machine={self.path}", *words], capture_output=True, text=True,
                              timeout=60, check=False)
        output, what = done.stdout + done.stderr, f"{verb} {' '.join(words)}"
        assert done.returncode == status, f"{what}: exit status {done.returncode}, not {status}:\n{output}"
        for text in contains:
            assert text in output, f"{what}: no '{text}' in\n{output}"

    def create(self, name, file, *words):
        self.run(0, "sc", "create", name, "binPath=", os.path.join(self.build, file), "type=", "kernel", *words,
                 contains=["[SC] CreateService SUCCESS"])


HELLO = "drivers/x64/free/hello.sys"
FAILING = "tests/kernel/x64/entry_fails.sys"


def test_life(options):
    with Machine(options) as machine:
        machine.create("hello", HELLO, "start=", "auto")
        machine.run(1, "sc", "create", "hello", "binPath=", "x.sys", contains=["[SC] CreateService FAILED 1073:"])
        machine.run(0, "up")
        machine.run(0, "sc", "query", contains=["SERVICE_NAME: hello", "STATE              : 4  RUNNING"])
        machine.run(1, "sc", "start", "hello", contains=["[SC] StartService FAILED 1056:"])
        machine.run(1, "sc", "--user", "stop", "hello", contains=["[SC] OpenService FAILED 5:"])
        machine.run(0, "io", "-c", r"open \\.\HelloDrv", "-c", "stop hello", "-c", "close",
                    contains=["stop hello -> STATUS_PENDING"])
        machine.run(0, "sc", "query", "hello", contains=["STATE              : 1  STOPPED"])
        machine.run(0, "io", "-c", "start hello", "-c", r"open \\.\HelloDrv")
        machine.run(1, "io", "-c", "start nosuch")
        machine.run(0, "sc", "delete", "hello")
        machine.run(0, "sc", "qc", "hello")  # it still runs
        machine.run(0, "sc", "stop", "hello")
        machine.run(1, "sc", "qc", "hello", contains=["FAILED 1060:"])


def test_falls_back(options):
    with Machine(options) as machine:
        machine.run(0, "up")
        machine.run(0, "down")
        # After a good start there is a control set to fall back to, and it does not have what comes now.
        machine.create("vital", FAILING, "start=", "boot", "error=", "severe")
        machine.run(0, "up")
        machine.run(0, "log", contains=["vital did not start", "the last known good control set"])
        machine.run(1, "sc", "query", "vital", contains=["FAILED 1060:"])


def test_critical_driver(options):
    with Machine(options) as machine:
        machine.create("vital", FAILING, "start=", "boot", "error=", "critical")
        machine.run(3, "up", contains=["the boot driver vital, without which the machine must not start"])
        machine.run(0, "sc", "config", "vital", "start=", "demand")
        machine.run(0, "up")
        machine.run(1, "sc", "start", "vital", contains=["[SC] StartService FAILED 31:"])


SERVICE = "tests/kernel/x64/service.sys"
SERVICES_KEY = r"HKLM\System\CurrentControlSet\Services"
FAILURE = "0xC0000001"  # STATUS_UNSUCCESSFUL


def add_service(machine, name, *words, result=None):
    """A driver of its own that does what its key says."""
    path = os.path.join(machine.folder.name, name + ".sys")
    shutil.copy(os.path.join(machine.build, SERVICE), path)
    machine.create(name, path, *words)
    if result is not None:
        machine.run(0, "reg", "add", SERVICES_KEY + "\\" + name, "/v", "Result", "/t", "REG_DWORD", "/d", result, "/f")


def log_of(machine):
    return subprocess.run([machine.dotsys, "log", f"--machine={machine.path}"], capture_output=True, text=True, timeout=60,
                          check=True).stdout


def started(machine):
    return re.findall(r"^[\d.]+ \[\w+\] (\w+) started$", log_of(machine), re.M)


def test_order(options):
    """Boot, system, auto; groups as ServiceGroupOrder lists them, the others, none; tags as GroupOrderList has them."""
    with Machine(options) as machine:
        add_service(machine, "needed", "start=", "demand")
        add_service(machine, "auto", "start=", "auto", "group=", "Boot Bus Extender", "depend=", "needed")
        add_service(machine, "disabled", "start=", "disabled")
        add_service(machine, "system", "start=", "system", "group=", "Base")
        add_service(machine, "groupless", "start=", "boot")
        add_service(machine, "unlisted", "start=", "boot", "group=", "Ours")
        add_service(machine, "video", "start=", "boot", "group=", "Video")
        add_service(machine, "untagged", "start=", "boot", "group=", "Boot Bus Extender")
        add_service(machine, "second", "start=", "boot", "group=", "Boot Bus Extender", "tag=", "yes")  # tag 1
        add_service(machine, "first", "start=", "boot", "group=", "Boot Bus Extender", "tag=", "yes")   # tag 2
        machine.run(0, "reg", "add", r"HKLM\System\CurrentControlSet\Control\GroupOrderList", "/v", "Boot Bus Extender",
                    "/t", "REG_BINARY", "/d", "020000000200000001000000", "/f")
        machine.run(0, "up")
        order = ["first", "second", "untagged", "video", "unlisted", "groupless", "system", "needed", "auto"]
        assert started(machine) == order, started(machine)
        machine.run(1, "sc", "start", "disabled", contains=["FAILED 1058:"])
        machine.run(1, "sc", "stop", "needed", contains=["FAILED 1051:"])


def test_boot(options):
    """A boot driver is called again when boot drivers are there, and when system drivers are; devices are told of the shutdown."""
    with Machine(options) as machine:
        machine.create("life", "tests/kernel/x64/life.sys", "start=", "boot")
        add_service(machine, "system", "start=", "system")
        machine.run(0, "up")
        lines = [line.split("] ", 1)[1] for line in log_of(machine).splitlines()]
        assert [line for line in lines if line.startswith("Life") or line == "system started"] == [
            "Life: entry", "Life: again at boot, call 1", "system started", "Life: again, call 2",
            "Life: again at boot, call 3"], lines
        # The boot disk is told while boot and system drivers are started: call 1.
        boot = [line for line in lines if line.startswith("Boot disk")]
        assert boot == ["Boot disk: offset 1048576, signature there", "Boot disk: status c0000189",
                        "Boot disk: status c0000189"], boot
        with subprocess.Popen([machine.dotsys, "log", "-f", f"--machine={machine.path}"], stdout=subprocess.PIPE,
                              text=True) as follower:
            follower.stdout.readline()  # it follows
            machine.run(0, "down")
            lines = [line.split("] ", 1)[-1] for line in follower.communicate(timeout=60)[0].splitlines()]
        assert [line for line in lines if "shutdown" in line or "unload" in line] == [
            "Life: shutdown of Second, IRQL 0", "Life: shutdown of Second, IRQL 0", "Life: shutdown of First, IRQL 0",
            "Life: shutdown of Last, IRQL 0", "Life: unload"], lines


def early_lines(machine):
    return re.findall(r"Early: (.*)$", log_of(machine), re.M)


def test_early_launch(options):
    """A driver of the group Early-Launch is started first, is told of boot drivers, and keeps bad ones from starting."""
    with Machine(options) as machine:
        machine.create("early", "tests/kernel/x64/early.sys", "start=", "boot", "group=", "Early-Launch", "error=", "critical")
        for name in "good", "bad", "critical", "unknown":
            add_service(machine, name, "start=", "boot", "group=", "System Reserved", "error=", "critical")
        add_service(machine, "later", "start=", "system")
        machine.run(0, "up")
        lines = early_lines(machine)
        assert lines[:3] == ["entry", "status 0", "status 1"], lines
        assert lines[-2:] == ["status 2", "unload"], lines
        images = [re.fullmatch(r"image (.*) of (.*) is (\d), flags 2, hash 0", line).groups() for line in lines[3:-2]]
        assert sorted(re.sub(r".*\\", "", path) + " " + kind for _, path, kind in images) == [
            "bad 2", "critical 3", "good 1", "unknown 0"], images
        assert all(image.lower().endswith("\\" + path.lower().rsplit("\\", 1)[1] + ".sys") for image, path, _ in images), images
        assert all(path.startswith("\\Registry\\Machine\\System\\CurrentControlSet\\Services\\") for _, path, _ in images), images
        assert sorted(started(machine)) == ["critical", "good", "later", "unknown"], log_of(machine)
        machine.run(0, "log", contains=["bad is not initialized: so says an early-launch driver"])
        machine.run(0, "sc", "query", "bad", contains=["1  STOPPED"])
        machine.run(0, "sc", "query", "early", contains=["1  STOPPED"])
        machine.run(0, "sc", "start", "bad")  # nobody is asked any more


def test_driver_load_policy(options):
    """What DriverLoadPolicy lets start of what an early-launch driver says."""
    with Machine(options) as machine:
        machine.create("early", "tests/kernel/x64/early.sys", "start=", "boot", "group=", "Early-Launch")
        for name in "good", "bad", "critical", "unknown":
            add_service(machine, name, "start=", "boot")
        for policy, names in ("8", ["good"]), ("1", ["good", "unknown"]), ("7", ["bad", "critical", "good", "unknown"]):
            machine.run(0, "reg", "add", r"HKLM\System\CurrentControlSet\Policies\EarlyLaunch", "/v", "DriverLoadPolicy",
                        "/t", "REG_DWORD", "/d", policy, "/f")
            machine.run(0, "up")
            assert sorted(started(machine)) == names, (policy, log_of(machine))
            machine.run(0, "down")


def check_error_control(options, control, start):
    with Machine(options) as machine:
        add_service(machine, "good", "start=", "boot")
        machine.run(0, "up")
        machine.run(0, "down")
        add_service(machine, "bad", "start=", start, "error=", control, result=FAILURE)
        machine.run(0, "up")
        log, falls_back = log_of(machine), control in ("severe", "critical")
        assert "bad did not start: bad.sys: DriverEntry failed; error 31:" in log, log
        assert ("warning: at least one driver failed" in log) == (control != "ignore"), log
        assert ("last known good control set" in log) == falls_back, log
        machine.run(0, "reg", "query", r"HKLM\System\Select", "/v", "Failed", contains=["0x1" if falls_back else "0x0"])
        machine.run(1 if falls_back else 0, "sc", "query", "bad")  # the set before knows nothing of it
        machine.run(0, "sc", "query", "good", contains=["4  RUNNING"])
        machine.run(0, "down")
        machine.run(0, "up")  # and again: nothing to fall back from
        assert "last known good" not in log_of(machine)
        machine.run(0, "sc", "query", "good", contains=["4  RUNNING"])


def test_error_control(options):
    for control in "ignore", "normal", "severe", "critical":
        for start in "boot", "system", "auto":
            check_error_control(options, control, start)


def test_last_known_good_fails_too(options):
    """Severe goes on then; critical ends the start."""
    for control in "severe", "critical":
        with Machine(options) as machine:
            # Fails in every control set there is: the first start has only one.
            add_service(machine, "bad", "start=", "boot", "error=", control, result=FAILURE)
            add_service(machine, "good", "start=", "auto")
            if control == "severe":
                machine.run(0, "up")
                assert started(machine) == ["good"], log_of(machine)
            else:
                machine.run(3, "up", contains=["bad", "must not start"])


def test_image_paths(options):
    with Machine(options) as machine:
        drivers = os.path.join(machine.path, "drive_c", "Windows", "System32", "drivers")
        machine.run(0, "reg", "query", "HKLM")  # makes the directory
        for name in "rule1", "rule2", "rule3", "rule4":
            shutil.copy(os.path.join(machine.build, SERVICE), os.path.join(drivers, name + ".sys"))
        for name, path in (("rule1", None), ("rule2", r"system32\drivers\rule2.sys"),
                           ("rule3", r"\SystemRoot\System32\drivers\rule3.sys"),
                           ("rule4", r"\??\C:\Windows\System32\drivers\rule4.sys")):
            key = SERVICES_KEY + "\\" + name
            for value, number in ("Type", 1), ("Start", 1), ("ErrorControl", 1):
                machine.run(0, "reg", "add", key, "/v", value, "/t", "REG_DWORD", "/d", str(number), "/f")
            if path is not None:
                machine.run(0, "reg", "add", key, "/v", "ImagePath", "/t", "REG_EXPAND_SZ", "/d", path, "/f")
        machine.run(0, "up")
        assert sorted(started(machine)) == ["rule1", "rule2", "rule3", "rule4"], log_of(machine)


def test_errors(options):
    with Machine(options) as machine:
        machine.run(0, "up")
        for name, path, error in (("nofile", "/nowhere.sys", 2), ("noimage", os.path.abspath(__file__), 193)):
            machine.run(0, "sc", "create", name, "binPath=", path)  # kernel is what is meant
            machine.run(1, "sc", "start", name, contains=[f"[SC] StartService FAILED {error}:"])
        machine.run(1, "sc", "start", "nosuch", contains=["FAILED 1060:"])
        machine.create("hello", HELLO)
        machine.run(1, "sc", "stop", "hello", contains=["FAILED 1062:"])
        machine.run(1, "sc", "config", "hello", "depend=", "hello", contains=["FAILED 1059:"])
        machine.run(0, "sc", "config", "hello", "depend=", "nosuch")
        machine.run(1, "sc", "start", "hello", contains=["FAILED 1075:"])
        machine.run(0, "sc", "config", "hello", "depend=", "/")
        machine.run(0, "sc", "start", "hello")
        machine.run(0, "sc", "delete", "hello")
        machine.run(1, "sc", "delete", "hello", contains=["FAILED 1072:"])
        machine.run(1, "sc", "create", "hello", "binPath=", "x.sys", contains=["FAILED 1072:"])
        for words in (["create", "x", "binPath=", "x.sys"], ["start", "nofile"], ["delete", "nofile"],
                      ["config", "nofile", "start=", "auto"]):
            machine.run(1, "sc", "--user", *words, contains=["FAILED 5:"])


def test_missing_import(options):
    with Machine(options) as machine:
        machine.create("kmemio", "drivers/x64/free/kmemio.sys")
        machine.run(0, "up", "--os", "win7")
        machine.run(1, "sc", "start", "kmemio", contains=["FAILED 127:", "The specified procedure could not be found."])
        assert "imports MmCopyMemory from ntoskrnl.exe, which first exists in Windows 8.1" in log_of(machine)
        machine.run(0, "down")
        machine.run(0, "up", "--os", "win81")
        machine.run(0, "sc", "start", "kmemio")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    return tap.run([test for name, test in globals().items() if name.startswith("test_")], options)


if __name__ == "__main__":
    sys.exit(main())
