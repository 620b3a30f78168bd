#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Runs procevt's clients while processes start and end here, and judges what they print. TAP.

Each client is told to end with a process that this program holds until everything else has happened. An administrator of the host
sees every process; anybody else only those that live for some milliseconds, and so the tests of short ones are root's.

    tests/e2e/procevt_client_test.py --clients build/clients/linux64 --drivers build/drivers/x64/free \\
        [--managed FOLDER --library FOLDER]
"""
import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import threading

import way

TIMEOUT_SECONDS = 60
PROCESSES = 20
LINE = re.compile(r"(\d\d):(\d\d):(\d\d)\.\d{3} (created|exited ) (\d+) (.+), by (\d+) (.+)")


class Held:
    """A process that ends when we say so."""
    def __init__(self):
        self.process = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.pid = self.process.pid

    def end(self):
        self.process.stdin.close()
        self.process.wait(TIMEOUT_SECONDS)


class Client:
    """A client that watches: the constructor returns when it does."""
    def __init__(self, command, environment, *arguments):
        self.process = subprocess.Popen([*command, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=environment, text=True)
        self.watchdog = threading.Timer(TIMEOUT_SECONDS, self.process.kill)
        self.watchdog.start()
        self.lines = []
        self.until(lambda line: line == "watching")
        self.before, self.lines = self.lines[:-1], []

    def until(self, last):
        """Reads lines up to one that last says is it."""
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if last(self.lines[-1]):
                return

    def finish(self, status=0):
        """The lines after "watching"."""
        # Not communicate(), which would miss what was read ahead.
        output, errors = self.process.stdout.read(), self.process.stderr.read()
        self.process.wait()
        self.watchdog.cancel()
        assert self.process.returncode == status, f"exit status {self.process.returncode}: {output}{errors}"
        return self.lines + output.splitlines()


def run_processes(count):
    """Numbers of that many processes that have come and gone."""
    pids = []
    for _ in range(count):
        process = subprocess.Popen(["/bin/true"])
        assert process.wait(TIMEOUT_SECONDS) == 0
        pids.append(process.pid)
    return pids


def events(lines):
    """(created or exited, pid, name, parent, its name) of each line."""
    found = []
    for line in lines:
        match = LINE.fullmatch(line)
        assert match, f"not an event: {line}"
        found.append((match[4].rstrip(), int(match[5]), match[6], int(match[7]), match[8]))
    return found


def test_watch(clients, name):
    """Processes that wait to be seen, one after the other."""
    command, environment = clients.command(name)
    last = Held()
    client = Client(command, environment, "-p", str(last.pid))
    for _ in range(5):
        held = Held()
        client.until(lambda line, pid=held.pid: f" created {pid} " in line)
        held.end()
        client.until(lambda line, pid=held.pid: f" exited  {pid} cat, by {os.getpid()} " in line)
    last.end()
    found = events(client.finish())
    assert found[-1][:3] == ("exited", last.pid, "cat"), found[-1]


def test_short(clients, name):
    """Processes that end at once."""
    command, environment = clients.command(name)
    last = Held()
    client = Client(command, environment, "-p", str(last.pid))
    pids = run_processes(PROCESSES)
    last.end()
    found = events(client.finish())
    place = -1
    for pid in pids:
        ours = [(index, event) for index, event in enumerate(found) if event[1] == pid]
        assert [event[0] for _, event in ours] == ["created", "exited"], f"{pid}: {ours}"
        assert ours[1][1][2] == "true" and ours[1][1][3] == os.getpid(), ours
        assert ours[0][1][3] == os.getpid() and ours[0][1][4].startswith("python"), ours
        assert ours[0][0] > place, "out of order"
        place = ours[0][0]


def test_count(clients, name):
    command, environment = clients.command(name)
    client = Client(command, environment, "-n", "2")
    Held().end()
    held = Held()
    client.until(lambda line: True)
    held.end()
    assert len(events(client.finish())) == 2


def test_two(clients, name):
    """Two machines, each with its own view of the same processes."""
    command, environment = clients.command(name)
    held = Held()
    watchers = [Client(command, environment, "-p", str(held.pid)) for _ in range(2)]
    other = Held()
    for watcher in watchers:
        watcher.until(lambda line: f" created {other.pid} " in line)
    other.end()
    for watcher in watchers:
        watcher.until(lambda line: f" exited  {other.pid} " in line)
    held.end()
    for watcher in watchers:
        found = [event[:2] for event in events(watcher.finish()) if event[1] in (other.pid, held.pid)]
        assert found == [("created", other.pid), ("exited", other.pid), ("exited", held.pid)], found


def test_usage(clients, name):
    command, environment = clients.command(name)
    for arguments in (("-n",), ("-n", "0"), ("-p", "x"), ("-q", "1")):
        done = subprocess.run([*command, *arguments], env=environment, capture_output=True, text=True, check=False,
                              timeout=TIMEOUT_SECONDS)
        errors = way.errors(clients.options.served, done.stderr)
        assert done.returncode == 2 and done.stdout == "" and errors.startswith("Usage: "), done


def test_errors(clients, name):
    command, environment = clients.command(name)
    client = Client(command, environment, "errors")
    held = Held()
    client.until(lambda line: line.startswith("room"))
    held.end()
    lines = client.finish()
    # Windows has one number for a handle that is none and for one of the wrong type.
    assert client.before == ["handle 0 as event: error 6", "the device as event: error 6"], client.before
    assert lines == ["room for the size: error 234", "    4 bytes returned, size 64",
                     "room for the size, strict: error 122", "    0 bytes returned, size 0",
                     "no room: error 122", "    0 bytes returned, size 0",
                     "the entry is still there: 64 bytes, size 64"], lines


class Clients:
    def __init__(self, options, user):
        self.options = options
        driver = os.path.join(os.path.abspath(options.drivers), "procevt.sys")
        self.environment = dict(os.environ, DOTSYS_DRIVERS=driver, LC_ALL="C.UTF-8")
        if user:
            self.environment["DOTSYS_USER"] = "1"

    def command(self, name):
        if name != "ProcEvt":
            return way.command(self.options.served, [os.path.join(self.options.clients, name)], self.environment)
        environment = dict(self.environment, LD_LIBRARY_PATH=os.path.abspath(self.options.library))
        return way.command(self.options.served, ["mono", os.path.join(self.options.managed, "ProcEvt.exe")], environment)

    def missing(self, name):
        if name != "ProcEvt":
            return "" if os.path.exists(os.path.join(self.options.clients, name)) else f"no {name}"
        if not self.options.managed or not shutil.which("mono"):
            return "no mono"
        return ""


def processes_are_told():
    """True when Linux tells this user of every process, however short its life."""
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, 11) as netlink:
            netlink.bind((0, 1))
        return True
    except OSError:
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", required=True, help="the folder of procevt, procinv and procapc")
    parser.add_argument("--drivers", required=True, help="the folder of procevt.sys")
    parser.add_argument("--managed", help="the folder of ProcEvt.exe")
    parser.add_argument("--library", help="the folder of libdotsys.so.0")
    way.add_option(parser)
    options = parser.parse_args()
    plan = [(test, name, user) for user in (False, True) for name in ("procevt", "procinv", "procapc", "ProcEvt")
            for test in (test_watch, test_short, test_count, test_two, test_usage) + ((test_errors,) if name == "procevt" else ())]
    failed = 0
    print(f"1..{len(plan)}")
    for number, (test, name, user) in enumerate(plan, 1):
        title = f"{number} - {name} {test.__name__}{' as user' if user else ''}"
        clients = Clients(options, user)
        if clients.missing(name):
            print(f"ok {title} # SKIP {clients.missing(name)}")
            continue
        if test is test_short and (os.geteuid() != 0 or not processes_are_told()):
            print(f"ok {title} # SKIP not root, or not told of every process")
            continue
        try:
            test(clients, name)
            print(f"ok {title}", flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"not ok {title}")
            for line in str(error).splitlines() or ["an assertion failed"]:
                print(f"#   {line}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
