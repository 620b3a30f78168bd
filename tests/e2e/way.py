# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""The two ways the clients' tests run: each program with a machine in it, or as the client of one in another process.

A test describes the machine by the environment of the first way (DOTSYS_DRIVERS and its like); with a command given by
--served, the second is made of it: `dotsys run OPTIONS DRIVERS -- PROGRAM`.
"""
import os
import re

NOTES = re.compile(r"dotsys: (?:\w+ (?:started|stopped)|nothing was left behind)\n")
CLEAN = "dotsys: nothing was left behind\n"


def add_option(parser):
    parser.add_argument("--served", metavar="DOTSYS", help="run each program as a client of a machine that this command runs")


def command(dotsys, words, environment):
    """What to run, and in which environment. dotsys: the command, or nothing for the first way."""
    if not dotsys:
        return words, environment
    run = [os.path.abspath(dotsys), "run"]
    for name, option in (("DOTSYS_OS", "--os"), ("DOTSYS_DISK", "--disk"), ("DOTSYS_MACHINE", "--machine")):
        if name in environment:
            run += [option, environment[name]]
    if environment.get("DOTSYS_USER") == "1":
        run.append("--user")
    run += [path for path in environment["DOTSYS_DRIVERS"].split(":") if path]
    kept = {name: value for name, value in environment.items() if not name.startswith("DOTSYS_")}
    return run + ["--", *words], kept


def errors(dotsys, text):
    """The program's own part of standard error. Drivers must have left nothing behind."""
    if not dotsys:
        return text
    assert CLEAN in text or "finding: " in text or "BUGCHECK" in text, f"not told what became of the machine: {text}"
    assert "finding: " not in text and "BUGCHECK" not in text, text
    return NOTES.sub("", text)
