#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Debugs drivers with gdb and tools/dotsys-gdb.py, as HACKING.md tells a driver's author to.

Prints 'N passed, N failed'. Exit status 77, with the reason, where gdb is missing or may not trace a process.

    tests/e2e/gdb_test.py --dotsys build/dotsys --build build
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCRIPT = os.path.join(ROOT, "tools", "dotsys-gdb.py")
TIMEOUT_SECONDS = 120  # only so that a gdb that hangs ends; nothing here waits for time to pass
SKIPPED = 77
SETTINGS = ("set confirm off", "set pagination off", "set width 0", "set debuginfod enabled off")


def line_of(path, text):
    """Where a source file has text: a test that names a line by its number breaks with each edit above it."""
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        found = [number for number, line in enumerate(file, 1) if text in line]
    if len(found) != 1:
        raise LookupError(f"{path}: {text!r} is there {len(found)} times")
    return found[0]


def gdb(commands, program):
    """What gdb said, then what the program printed: kept apart, since the two write when they like."""
    environment = dict(os.environ, LC_ALL="C.UTF-8")
    # The leak checker traces the process itself, which gdb does already.
    environment["ASAN_OPTIONS"] = ":".join(filter(None, [environment.get("ASAN_OPTIONS"), "detect_leaks=0"]))
    with tempfile.NamedTemporaryFile("r", encoding="utf-8", errors="replace") as log:
        words = ["gdb", "-nx", "-batch"]
        for command in [*SETTINGS, f"set logging file {log.name}", "set logging redirect on", "set logging enabled on",
                        *commands]:
            words += ["-ex", command]
        done = subprocess.run(words + ["--args"] + program, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=TIMEOUT_SECONDS, cwd=ROOT, env=environment, check=False)
        return log.read() + "\n" + done.stdout.decode("utf-8", "replace")


def reason_to_skip():
    if shutil.which("gdb") is None:
        return "gdb is not installed"
    if "scripts work" not in gdb(["python print('scripts' + ' work')"], ["/bin/true"]):
        return "this gdb has no Python"
    if "exited normally" not in gdb(["run"], ["/bin/true"]):
        return "gdb may not trace processes here"
    return None


def frames(output):
    """[(function, file, line)] of the backtrace in gdb's output; file and line None where there is no source."""
    found = []
    for line in output.splitlines():
        frame = re.match(r"#\d+ +(?:0x[0-9a-f]+ in )?(\S+) \(", line)
        if frame:
            place = re.search(r" at (\S+):(\d+)$", line)
            found.append((frame[1],) + ((os.path.basename(place[1]), int(place[2])) if place else (None, None)))
    return found


def expect_in_order(functions, wanted):
    rest = iter(functions)
    for name in wanted:
        if name not in rest:
            raise AssertionError(f"no frame of {name}, after those before it, in {functions}")


def expect(condition, text):
    if not condition:
        raise AssertionError(text)


def breakpoint_on_a_line(options):
    line = line_of("drivers/hello/hello.c", "Status = HelloWrite(Extension")
    output = gdb([f"source {SCRIPT}", f"break hello.c:{line}", "run", "backtrace",
                  "print Stack->Parameters.Write.Length", "print *(char (*)[5])Buffer", "print/x Stack->MajorFunction",
                  "continue"],
                 [options.dotsys, "run", os.path.join(options.drivers, "hello.sys"),
                  "-c", r"open \\.\HelloDrv", "-c", 'write "hello"', "-c", "read 64", "-c", "close"])
    expect(re.search(r"hit Breakpoint 1, .*HelloDispatch \(", output), "the breakpoint was not hit:\n" + output)
    stack = frames(output)
    expect(stack and stack[0] == ("HelloDispatch", "hello.c", line), f"stopped elsewhere: {stack[:1]}")
    expect_in_order([frame[0] for frame in stack], ["HelloDispatch", "KiCallOnStack", "KeEnterKernel", "SysWriteFile"])
    if any(function == "SysWriteFile" and file is not None for function, file, _ in stack):
        # Our own code has debug information: what the compiler inlined is there, too.
        expect_in_order([frame[0] for frame in stack], ["HelloDispatch", "NtWriteFile", "KiCallOnStack"])
    expect("\n$1 = 5\n" in output, "Stack->Parameters.Write.Length is not 5:\n" + output)
    expect('\n$2 = "hello"\n' in output, "Buffer does not hold what was written:\n" + output)
    expect("\n$3 = 0x4\n" in output, "Stack->MajorFunction is not IRP_MJ_WRITE:\n" + output)
    expect("exited normally" in output, "the machine did not go on to its end:\n" + output)


def entry_and_steps(options):
    """INIT code, gone after DriverEntry, can be stopped in and stepped through."""
    last = line_of("drivers/hello/hello.c", "DriverObject->DriverUnload = HelloUnload;")
    output = gdb([f"source {SCRIPT}", "break DriverEntry", "run", "print DriverObject->DriverUnload", f"advance {last}",
                  "next", "print DriverObject->DriverUnload == HelloUnload", "print Status", "finish", "continue"],
                 [options.dotsys, "run", os.path.join(options.drivers, "hello.sys")])
    expect("hit Breakpoint 1, DriverEntry (" in output, "DriverEntry was not hit:\n" + output)
    expect(re.search(r"^\$1 = .*\b0x0$", output, re.MULTILINE), "DriverUnload is set before DriverEntry ran:\n" + output)
    expect("\n$2 = 1\n" in output, "stepping did not execute the line:\n" + output)
    expect("\n$3 = 0\n" in output, "Status is not STATUS_SUCCESS:\n" + output)
    expect("\nValue returned is $4 = 0\n" in output, "DriverEntry did not return STATUS_SUCCESS:\n" + output)
    expect("exited normally" in output, "the machine did not go on to its end:\n" + output)


def fault_of_a_driver(options):
    """Where the machine stops, the frames lead back through the fault to the line that caused it."""
    line = line_of("tests/kernel/defects/null_deref.c", "the faulting line")
    # Not "frame function": gdb 13 ends with an error of its own at the frame that has no source.
    output = gdb([f"source {SCRIPT}", "break KeBugCheckAt", "run", "backtrace",
                  "python frame = gdb.newest_frame()",
                  "python while frame.name() != 'NullDerefCount': frame = frame.older()",
                  "python frame.select()", "print Context", "continue"],
                 [options.dotsys, "run", os.path.join(options.tests, "null_deref.sys"),
                  "-c", r"open \\.\NullDeref", "-c", "ioctl 0x222000"])
    expect(re.search(r"hit Breakpoint 1, .*KeBugCheckAt \(", output), "KeBugCheckAt was not hit:\n" + output)
    stack = frames(output)
    expect_in_order([frame[0] for frame in stack],
                    ["KeBugCheckAt", "NullDerefCount", "DefectControl", "KiCallOnStack", "SysDeviceIoControlFile"])
    expect(("NullDerefCount", "null_deref.c", line) in stack, f"the faulting line is not on the stack: {stack}")
    expect(re.search(r"^\$1 = .*\b0x0$", output, re.MULTILINE), "Context is not NULL in the faulting frame:\n" + output)
    expect("exited normally" in output and "BUGCHECK 0x0000003B" in output, "no report of what happened:\n" + output)


TESTS = (breakpoint_on_a_line, entry_and_steps, fault_of_a_driver)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", default=os.path.join(ROOT, "build", "dotsys"), help="the command to debug")
    parser.add_argument("--build", default=os.path.join(ROOT, "build"), help="where the drivers were built")
    options = parser.parse_args()
    options.dotsys, build = os.path.abspath(options.dotsys), os.path.abspath(options.build)
    options.drivers = os.path.join(build, "drivers", "x64", "checked")
    options.tests = os.path.join(build, "tests", "kernel", "x64")

    reason = reason_to_skip()
    if reason is not None:
        print("skipped: " + reason)
        return SKIPPED
    failed = 0
    for test in TESTS:
        try:
            test(options)
            print("ok " + test.__name__)
        except (AssertionError, LookupError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"FAILED {test.__name__}: {error}")
    print(f"{len(TESTS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
