#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Installs, starts, stops and deletes drivers with the dynamic and embedded clients, and looks for Windows' errors. TAP.

    tests/e2e/dynamic_client_test.py --clients build/clients/linux64 --drivers build/drivers/x64/free
"""
import argparse
import os
import subprocess
import sys
import tempfile

import way


class Machine:
    """A throw-away machine for each run, or with a folder one that keeps its services."""
    def __init__(self, options, folder):
        self.clients, self.served = options.clients, options.served
        self.folder = folder
        self.driver = os.path.join(os.path.abspath(options.drivers), "msjdrvr.sys")
        self.later_driver = os.path.join(os.path.abspath(options.drivers), "kmemio.sys")
        self.environment = dict(os.environ, DOTSYS_DRIVERS="", LC_ALL="C.UTF-8", TMPDIR=folder)

    def run(self, status, program, *arguments, **environment):
        """Standard output and error of a run with this exit status."""
        run = self.run_served if self.served else self.run_here
        done = run([os.path.join(self.clients, program), *arguments], dict(self.environment, **environment))
        assert done.returncode == status, f"{arguments}: exit status {done.returncode}: {done.stdout}{done.stderr}"
        return done.stdout, done.stderr

    @staticmethod
    def run_here(command, environment):
        return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=environment, text=True,
                              check=False)

    def run_served(self, command, environment):
        """As the client of a machine that comes up for it: in a folder of its own, unless the environment names one."""
        del environment["DOTSYS_DRIVERS"]
        with tempfile.TemporaryDirectory() as folder:
            directory = environment.setdefault("DOTSYS_MACHINE", os.path.join(folder, "machine"))
            version = ["--os", environment["DOTSYS_OS"]] if "DOTSYS_OS" in environment else []
            architecture = ["--arch", "x86"] if "/x86/" in self.driver else []
            for verb in (["up", *architecture, *version], ["down"]):
                if verb == ["down"]:
                    done = self.run_here(command, environment)
                own = self.run_here([self.served, *verb, "--machine", directory], os.environ)
                assert own.returncode == 0, f"dotsys {verb}: exit status {own.returncode}: {own.stdout}{own.stderr}"
        return done

    def good(self, *arguments, **environment):
        output, errors = self.run(0, "dynamic", *arguments, **environment)
        assert errors == "", errors
        return output

    def refused(self, error, *arguments, **environment):
        output, errors = self.run(1, "dynamic", *arguments, **environment)
        assert errors.endswith(f"(error {error})\n"), errors
        return output


def test_all_steps(machine):
    assert machine.good("install", "m", machine.driver, "and", "start", "m", "and", "status", "m", "and", "stop", "m",
                        "and", "status", "m", "and", "delete", "m") == (
        "m is installed\nm is started\nm is running\nm is stopped\nm is stopped\nm is deleted\n")


def test_again(machine):
    """A stopped driver starts again, also after it was deleted and installed anew."""
    assert machine.good("load", "m", machine.driver, "and", "stop", "m", "and", "start", "m", "and", "unload", "m",
                        "and", "load", "m", machine.driver) == (
        "m is installed\nm is started\nm is stopped\nm is started\nm is stopped\nm is deleted\n"
        "m is installed\nm is started\n")


def test_no_service(machine):
    for command in ("start", "stop", "delete", "status", "unload"):
        assert machine.refused(1060, command, "none") == ""


def test_exists(machine):
    machine.refused(1073, "install", "m", machine.driver, "and", "install", "m", machine.driver)


def test_running(machine):
    machine.refused(1056, "load", "m", machine.driver, "and", "start", "m")


def test_not_started(machine):
    machine.refused(1062, "install", "m", machine.driver, "and", "stop", "m")


def test_marked(machine):
    """Deleted while it runs, a service keeps its name until it has stopped."""
    running = ("load", "m", machine.driver, "and", "delete", "m", "and")
    assert machine.refused(1072, *running, "install", "m", machine.driver) == "m is installed\nm is started\nm is deleted\n"
    machine.refused(1072, *running, "delete", "m")
    machine.refused(1060, *running, "stop", "m", "and", "status", "m")


def test_no_file(machine):
    assert machine.refused(2, "load", "m", os.path.join(machine.folder, "nothing.sys")) == "m is installed\nm is deleted\n"


def test_no_image(machine):
    machine.refused(193, "load", "m", os.path.abspath(__file__))


def test_missing_import(machine):
    machine.refused(127, "load", "k", machine.later_driver, DOTSYS_OS="win7")


def test_disabled(machine):
    machine.refused(1058, "install", "m", machine.driver, "disabled", "and", "start", "m")


def test_user(machine):
    machine.refused(5, "load", "m", machine.driver, DOTSYS_USER="1")


def test_start_types(machine):
    """At the next start of the machine the driver is there by itself, or is not."""
    for start, state in (("auto", "running"), ("system", "running"), ("demand", "stopped"), ("disabled", "stopped")):
        with tempfile.TemporaryDirectory(dir=machine.folder) as folder:
            directory = os.path.join(folder, "machine")
            machine.good("install", "m", machine.driver, start, DOTSYS_MACHINE=directory)
            assert machine.good("status", "m", DOTSYS_MACHINE=directory).startswith(f"m is {state}"), start
            machine.good("delete", "m", DOTSYS_MACHINE=directory)
            machine.refused(1060, "status", "m", DOTSYS_MACHINE=directory)


def test_usage(machine):
    for arguments in ((), ("load", "m"), ("start",), ("status", "m", "x"), ("install", "m", "x", "never"), ("look", "m"),
                      ("and",)):
        output, errors = machine.run(2, "dynamic", *arguments)
        assert output == "" and errors.startswith("Usage: dynamic "), errors


def test_embedded(machine):
    before = sorted(os.listdir(machine.folder))
    output, errors = machine.run(0, "embedded")
    assert errors == "" and output == "MSJDrvr is started\nHello from MSJDrvr\nMSJDrvr is stopped\n", output + errors
    assert sorted(os.listdir(machine.folder)) == before


def test_embedded_user(machine):
    before = sorted(os.listdir(machine.folder))
    output, errors = machine.run(1, "embedded", DOTSYS_USER="1")
    assert output == "" and errors.endswith("(error 5)\n"), output + errors
    assert sorted(os.listdir(machine.folder)) == before


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", required=True, help="the folder of dynamic and embedded")
    parser.add_argument("--drivers", required=True, help="the folder of msjdrvr.sys and kmemio.sys, free builds")
    parser.add_argument("--throw-away", action="store_true", help="the programs know no machine directories")
    way.add_option(parser)
    options = parser.parse_args()
    tests = [test_all_steps, test_again, test_no_service, test_exists, test_running, test_not_started, test_marked,
             test_no_file, test_no_image, test_missing_import, test_disabled, test_user, test_start_types, test_usage,
             test_embedded, test_embedded_user]
    failed = 0
    print(f"1..{len(tests)}")
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(options, folder)
        for number, test in enumerate(tests, 1):
            title = f"{number} - {test.__name__}"
            if test is test_start_types and options.throw_away:
                print(f"ok {title} # SKIP these programs have throw-away machines only")
                continue
            if "embedded" in test.__name__ and not os.path.exists(os.path.join(options.clients, "embedded")):
                print(f"ok {title} # SKIP no embedded")
                continue
            try:
                test(machine)
                print(f"ok {title}", flush=True)
            except AssertionError as error:
                failed += 1
                print(f"not ok {title}")
                for line in str(error).splitlines() or ["an assertion failed"]:
                    print(f"#   {line}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
