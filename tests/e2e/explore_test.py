#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""dotsys run --explore: what it must find in drivers with defects, and that it finds nothing in those that are shipped. TAP.

    tests/e2e/explore_test.py --dotsys build/dotsys --build build [--arch x86] [--schedules 1000] [TEST...]

With --schedules the shipped drivers and the repaired ones alone are explored, by so many schedules.
"""
import argparse
import os
import re
import subprocess
import sys

TIMEOUT_SECONDS = 900
SCHEDULES = 12

TWO_HANDLES = {
    "race_counter": [r"open \\.\RaceCounter as x", r"open \\.\RaceCounter as y", "@a x: ioctl 0x222000", "@b y: ioctl 0x222000"],
    "lock_order": [r"open \\.\LockOrder as x", r"open \\.\LockOrder as y", "@a x: ioctl 0x222000", "@b y: ioctl 0x222004"],
    "lost_wakeup": [r"open \\.\LostWakeup as x", r"open \\.\LostWakeup as y", "x: ioctl 0x222008", "@a x: ioctl 0x222000",
                    "@b y: ioctl 0x222004"],
}

PROCESSES = ["@b process start notepad.exe as p", "@b process exit p"]

SHIPPED = {
    "hello": [rf"@{t} {h}{c}" for t in "ab" for h, c in (
        ("", rf"open \\.\HelloDrv as {t}"), (f"{t}: ", 'write "hello"'), (f"{t}: ", "read 64"), (f"{t}: ", "close"))],
    "msjdrvr": [rf"@{t} {h}{c}" for t in "ab" for h, c in (
        ("", rf"open \\.\MSJDrvr as {t}"), (f"{t}: ", 'ioctl 0x222000 in="you" out=32'), (f"{t}: ", "ioctl 0x222004 out=8"),
        (f"{t}: ", "ioctl 0x226010 out=24"), (f"{t}: ", "close"))],
    "genport": [rf"@{t} {h}{c}" for t in "ab" for h, c in (
        ("", rf"open \\.\GpdDev as {t}"), (f"{t}: ", "ioctl 0x9c40a440 in=u32:3,hex:1b"), (f"{t}: ", "ioctl 0x9c406400 in=u32:3 out=1"),
        (f"{t}: ", "ioctl 0x9c40a444 in=u32:2,u16:0x0a00"), (f"{t}: ", "close"))],
    "kmemio": [r"open \\.\KMemIo as h", *(f"@{t} h: {c}" for t in "ab" for c in (
        "read 4", "ioctl 0x226004 out=16", "ioctl 0x226008 out=8", "write hex:0400", "read 2")), "h: close"],
    "procevt": ["event as e", r"@a open \\.\ProcEvt access=r as h", "@a h: ioctl 0x226000 in=handle:e",
                "@a process start one.exe as q", "@a e: wait", "@a h: ioctl 0x226004 out=64", "@a h: close", *PROCESSES,
                r"@c open \\.\ProcEvt access=r overlapped as g", "@c g: ioctl 0x226008 out=64", "@c g: cancel", "@c g: close"],
}


def run(options, driver, commands, *arguments):
    command = [options.dotsys, "run", *arguments, driver]
    for text in commands:
        command += ["-c", text]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    return done.returncode, done.stdout + done.stderr


def defect(options, name):
    return os.path.join(options.build, "tests", "kernel", options.arch, name + ".sys")


def check(status, output, wanted, *patterns):
    assert status == wanted, f"exit status {status} instead of {wanted}: {output}"
    for pattern in patterns:
        assert re.search(pattern, output, re.MULTILINE), f"{pattern} is not there: {output}"


def survives(options, driver, commands, *arguments):
    status, output = run(options, driver, commands, f"--explore={options.schedules or SCHEDULES}", *arguments)
    check(status, output, 0, "nothing found$")


def test_shipped(options):
    for name, commands in SHIPPED.items():
        arguments = [f"--port={options.build}/devices/{'' if options.arch == 'x64' else 'x86/'}uart.so,base=0x300"] if name == "genport" else []
        survives(options, os.path.join(options.build, "drivers", options.arch, "free", name + ".sys"), commands, *arguments)


def test_repaired(options):
    for name, commands in TWO_HANDLES.items():
        survives(options, defect(options, name + "_fixed"), commands)


def test_race(options):
    """Both stacks, with both functions' lines; the schedule it names is repeated to the letter."""
    driver, commands = defect(options, "race_counter"), TWO_HANDLES["race_counter"]
    status, output = run(options, driver, commands, "--explore=12")
    check(status, output, 5, r"^finding: data race between .*race_counter\.sys\+0x5?[0-9a-f]+\)$", r"^    thread \d now (reads|writes):$",
          r"^    thread \d before, which nothing orders, writes:$", r"^to repeat it: dotsys run --explore --seed rplain ",
          r"^dotsys: 12 schedules in .* findings?:$")
    assert len(re.findall(r"^      00 race_counter\.sys\+0x.*DefectControl \(.*race_counter\.c:\d+\)$", output, re.MULTILINE)) >= 2, output


def test_deadlock(options):
    status, output = run(options, defect(options, "lock_order"), TWO_HANDLES["lock_order"], "--explore=40")
    check(status, output, 5, r"^finding: every thread waits",
          r"thread 1 waits, at IRQL 2:\n.*TakeBoth \(.*lock_order\.c:\d+\)\n.*DefectControl",
          r"thread 2 waits, at IRQL 2:\n.*TakeBoth \(.*lock_order\.c:\d+\)\n.*DefectControl")


def test_lost_wakeup(options):
    """By chance, and with all schedules there are of two interruptions at most; repaired there is none that fails."""
    driver, commands = defect(options, "lost_wakeup"), TWO_HANDLES["lost_wakeup"]
    status, output = run(options, driver, commands, "--explore=5000", "--preemptions=1")
    check(status, output, 5, r"^finding: every thread waits", r"DefectControl \(.*lost_wakeup\.c:\d+\)",
          r"schedules, all there are with so few interruptions, in ")
    seed = re.search(r"^to repeat it: .* --seed (\S+) ", output, re.MULTILINE)[1]
    status, output = run(options, driver, commands, "--explore", "--seed", seed)
    check(status, output, 5, r"^finding: every thread waits")
    status, output = run(options, defect(options, "lost_wakeup_fixed"), commands, "--explore=5000", "--preemptions=1")
    check(status, output, 0, "all there are with so few interruptions, in .*nothing found$")


def test_replay(options):
    """A schedule's output is the same each time."""
    commands = [r"@a open \\.\ProcEvt as h", "@a h: ioctl 0x226004 out=64", "@a h: close", *PROCESSES,
                r"@c open \\.\ProcEvt as g", "@c g: close"]
    for seed in ("rplain", "3", "r8", "4:1"):
        first, second = (run(options, defect(options, "procevt_classic"), commands, "--explore", "--seed", seed) for _ in range(2))
        assert first == second, f"{seed}: {first}\n{second}"


def test_classic(options):
    """The classic procevt's list without a lock, the event that is not there, and entries that are lost."""
    driver = defect(options, "procevt_classic")
    commands = [r"@a open \\.\ProcEvt as h", "@a h: ioctl 0x226004 out=64", "@a h: close", *PROCESSES,
                r"@c open \\.\ProcEvt as g", "@c g: close"]
    status, output = run(options, driver, commands, "--explore=16")
    check(status, output, 4, r"^BUGCHECK 0x0000000A ", r"^finding: data race between ", r"ClassicNotify \(.*procevt_classic\.c:\d+\)",
          r"Classic(Create|Close) \(.*procevt_classic\.c:\d+\)", r"--seed \w+: bugcheck 0xA IRQL_NOT_LESS_OR_EQUAL in procevt_classic\.sys\+")
    lost = ["event as e", r"open \\.\ProcEvt access=r as h", "h: ioctl 0x226000 in=handle:e", "process start one.exe as p", "e: wait",
            "@a process start two.exe as q", "@b h: ioctl 0x226004 out=64", "@b h: ioctl 0x226004 out=64", "h: close"]
    status, output = run(options, driver, lost, "--explore=24")
    check(status, output, 5, r"data race between ", r"ClassicGetEntry|ClassicControl", r"--seed \w+: procevt_classic: pool leak")


def test_told(options):
    """Threads and processes without a schedule: what drivers are told of is what the commands say, and no more."""
    driver = os.path.join(options.build, "drivers", options.arch, "free", "procevt.sys")
    status, output = run(options, driver, [r"open \\.\ProcEvt access=r overlapped as h", "h: ioctl 0x226008 out=64", "event as e",
                                           "h: ioctl 0x226000 in=handle:e", "@a process start first.exe as p", "@b e: close",
                                           "h: wait", "process exit p", "process exit p"])
    check(status, output, 1, r"^h: ioctl 0x226000 in=handle:e -> STATUS_SUCCESS", r"^h: wait -> STATUS_SUCCESS .* 64 bytes$", r"first\.exe",
          r"^process exit p -> STATUS_INVALID_CID", "it has exited")


def test_usage(options):
    for arguments, why in ((["--explore=0"], "explores nothing"), (["--seed", "nonsense"], "is no number"),
                           (["--explore=5", "--seed", "4:1"], "counts from"), (["--explore", "--machine", "/tmp"], "--machine"), (["--explore", "--preemptions=99"], "--preemptions")):
        status, output = run(options, defect(options, "race_counter"), [], *arguments)
        check(status, output, 2, why)


def main():
    tests = {name[5:]: test for name, test in globals().items() if name.startswith("test_")}
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--arch", default="x64", choices=("x64", "x86"))
    parser.add_argument("--schedules", type=int)
    parser.add_argument("tests", nargs="*", metavar="TEST", help="of " + " ".join(tests))
    options = parser.parse_args()
    chosen = options.tests or (["shipped", "repaired"] if options.schedules else list(tests))
    failed = 0
    print(f"1..{len(chosen)}")
    for number, name in enumerate(chosen, 1):
        try:
            tests[name](options)
            print(f"ok {number} - {name}", flush=True)
        except (AssertionError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"not ok {number} - {name}")
            for line in str(error).splitlines() or ["an assertion failed"]:
                print(f"# {line}", flush=True)
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
