#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Loads the sample drivers (x64) in Wine and runs their Windows clients there: they are what Windows would be given. TAP.

    make check-wine
    tests/wine/check_wine.py --build build [DRIVER...]

Needs Debian's package wine64. What Wine answers otherwise than Windows is listed with the reason; it is checked, too, so that the
list stays true. A folder of its own takes Wine's files; it is gone afterwards.
"""
import argparse
import dataclasses
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

START_SECONDS = 60  # Wine's first start fills its folder
STEP_SECONDS = 60


@dataclasses.dataclass
class Step:
    """A client's run: what is found in its output, and why that is not what Windows says, if so."""

    command: list
    expected: str
    stdin: str = ""
    wine: str = ""  # the reason


NO_TRANSLATION = "Wine keeps no record of resources (IoReportResourceForDetection answers STATUS_NOT_IMPLEMENTED) and translates no bus " \
    "address (HalTranslateBusAddress answers FALSE); either is a reason not to touch ports"
NO_HANDLES = "Wine's ObReferenceObjectByHandle takes no handles of programs: STATUS_NOT_IMPLEMENTED. Nor does it tell of processes"
NO_TYPE = "Wine leaves Type of its driver objects 0"
NO_DEVICE = "Wine's IoGetDeviceObjectPointer makes up a device that belongs to no driver, and a request sent there ends its host of drivers"
NO_PORTS = "the instructions in and out end Wine's host of drivers"
NO_COPY = "Wine has no MmCopyMemory: the driver loads all the same, and the call ends its host of drivers"

DRIVERS = {
    "hello": [
        Step(["hello_client"], r"^hello from Windows$", stdin="hello from Windows\n"),
        Step(["hello_client"], r"error 1450", stdin="x" * 1100 + "\n"),
    ],
    "msjdrvr": [
        Step(["msjclient", "string"], r"^Hello from MSJDrvr \(19 bytes\)$"),
        Step(["msjclient", "string", "you"], r"^Hello from MSJDrvr, you \(24 bytes\)$"),
        Step(["msjclient", "string", "x" * 65], r"error 87"),
        Step(["query"], r"^NUL\s"),
    ],
    "procevt": [
        Step(["procevt", "errors"], r"handle 0 as event: error 1$", wine=NO_HANDLES),
    ],
    "kmemio7": [
        Step(["kmemio_client", "dump", "7ffe0260", "4"], r"^0+7ffe0260  "),
        Step(["kmemio_client", "driver"], r"has type 0, not 4", wine=NO_TYPE),
    ],
    "kmemio": [],
    "genport": [],
}
# Drivers whose start fails there: the error, and why.
NOT_STARTED = {"genport": (1, NO_TRANSLATION)}
# What ends Wine's host of drivers, each with a start of its own: the client is told that its request is gone.
ENDS = {
    "msjdrvr": [
        Step(["msjclient", "geometry"], r"error 5\)", wine=NO_DEVICE),
        Step(["msjclient", "cmos"], r"error 5\)", wine=NO_PORTS),
    ],
    "kmemio": [Step(["kmemio_client", "dump", "7ffe0260", "4"], r"error 5\)", wine=NO_COPY)],
}


class Wine:
    """A start of Wine, with something that keeps it running: drivers go when its last program ends."""

    def __init__(self, loader, clients, folder):
        self.loader = loader
        self.clients = clients
        self.environment = dict(os.environ, WINEPREFIX=os.path.join(folder, "wine"), WINEDEBUG="-all", WINEARCH="win64")
        self.environment.pop("DISPLAY", None)

    def __enter__(self):
        if not os.path.exists(self.environment["WINEPREFIX"]):
            subprocess.run([self.loader, "wineboot", "-i"], env=self.environment, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300, check=False)
            # Until all that belongs to the first start has ended.
            subprocess.run(["wineserver", "-w"], env=self.environment, capture_output=True, timeout=120, check=False)
        self.keeper = subprocess.Popen([self.loader, "cmd.exe"], env=self.environment, stdin=subprocess.PIPE,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.await_services()
        return self

    def __exit__(self, *_):
        self.keeper.stdin.close()
        subprocess.run(["wineserver", "-k"], env=self.environment, capture_output=True, timeout=60, check=False)
        subprocess.run(["wineserver", "-w"], env=self.environment, capture_output=True, timeout=60, check=False)
        self.keeper.wait()

    def await_services(self):
        """Until its service manager answers: there is no such service."""
        end = time.monotonic() + START_SECONDS
        while "1060" not in (answer := self.run("dynamic", "status", "nothing")):
            if time.monotonic() > end:
                raise RuntimeError(f"Wine's service manager does not answer: {answer}")

    def run(self, program, *arguments, stdin=""):
        """Output of a client. It goes to a file: Wine's own processes keep a pipe open."""
        with tempfile.TemporaryFile("w+") as words, tempfile.TemporaryFile("w+", errors="replace") as output:
            words.write(stdin)
            words.seek(0)
            try:
                subprocess.run([self.loader, os.path.join(self.clients, program + ".exe"), *arguments], env=self.environment,
                               stdin=words, stdout=output, stderr=output, timeout=STEP_SECONDS, check=False)
            except subprocess.TimeoutExpired:
                return f"no end after {STEP_SECONDS} seconds"
            output.seek(0)
            return output.read().replace("\r", "")


def load(wine, drivers, name):
    answer = "error 1055"  # Wine is still starting
    while "error 1055" in answer:
        answer = wine.run("dynamic", "load", name, os.path.join(drivers, name + ".sys"))
    return answer


def check_step(wine, name, step, report):
    answer = wine.run(*step.command, stdin=step.stdin)
    words = " ".join(word if len(word) < 20 else word[:8] + "…" for word in step.command)
    report(f"{name}: {words}", re.search(step.expected, answer, re.M) is not None, answer, step.wine)


def check_driver(wine, drivers, name, report):
    answer = load(wine, drivers, name)
    if name in NOT_STARTED:
        error, reason = NOT_STARTED[name]
        report(f"{name} does not start", f"(error {error})" in answer, answer, reason)
        return
    report(f"{name} loads", f"{name} is started" in answer, answer, "")
    for step in DRIVERS[name]:
        check_step(wine, name, step, report)
    answer = wine.run("dynamic", "unload", name)
    report(f"{name} unloads", f"{name} is stopped" in answer, answer, "")


def check_end(wine, drivers, name, step, report):
    load(wine, drivers, name)
    check_step(wine, name, step, report)
    answer = wine.run("dynamic", "unload", name)
    report(f"{name} is gone", "(error 232)" in answer, answer, step.wine)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build")
    parser.add_argument("drivers", nargs="*")
    options = parser.parse_args()
    loader = shutil.which("wine64") or "/usr/lib/wine/wine64"
    if not os.path.exists(loader):
        print("check-wine: Wine is not installed: apt-get install wine64 wine", file=sys.stderr)
        return 2
    clients = os.path.abspath(os.path.join(options.build, "clients", "win64"))
    drivers = os.path.abspath(os.path.join(options.build, "drivers", "x64", "free"))
    counts = [0, 0]

    def report(what, good, answer, reason):
        counts[not good] += 1
        print(f"{'ok' if good else 'not ok'} {sum(counts)} - {what}" + (f" # Wine differs: {reason}" if reason else ""), flush=True)
        if not good:
            print("".join(f"#   {line}\n" for line in answer.splitlines()[:12]), end="")

    with tempfile.TemporaryDirectory() as folder:
        for name in options.drivers or DRIVERS:
            with Wine(loader, clients, folder) as wine:
                check_driver(wine, drivers, name, report)
            for step in ENDS.get(name, ()):
                with Wine(loader, clients, folder) as wine:
                    check_end(wine, drivers, name, step, report)
    print(f"1..{sum(counts)}")
    print(f"{counts[0]} passed, {counts[1]} failed")
    return 1 if counts[1] else 0


if __name__ == "__main__":
    sys.exit(main())
