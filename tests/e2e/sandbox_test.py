#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""A driver that tries to get out of its machine (tests/kernel/hostile): each attempt fails or ends that machine alone, what was
tried is named, and the rest of the world is as it was. TAP.

    tests/e2e/sandbox_test.py --dotsys build/dotsys --build build [--arch x86]
"""
import argparse
import os
import re
import struct
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import machine_test
import tap

DIRECT, BORROWED, OTHERS, ANY_DIRECT, ANY_BORROWED = 0x800, 0x840, 0x880, 0x8C0, 0x8C1
# enum attack, enum other and enum any_word of the driver.
(READ_FILE, WRITE_FILE, SOCKET, CONNECT, FORK, EXECUTE, TRACE, KILL, RAISE_LIMIT, DUMPABLE, UNPROTECT, MAP_OVER, WRITE_PARENT,
 ALL_DESCRIPTORS, OTHER_MANNER, RING, REMOVE_FILE, LEAVE, CHANNELS, CLEAR_SIGNAL, SHRINK) = range(21)
POOL, PAGES, HIGH, SPIN, DPC, UNLOAD, OVERWRITE, JUMP, THREADS, BASES, PRINT, SHUTDOWN, VSYSCALL, WIDE = range(14)
TEXT, PAGE, PARENT, LAST, SELF, THREAD = range(0x7FFF0001, 0x7FFF0007)

# Numbers of calls, in processes of 64 and of 32 bits.
NUMBERS = {"getpid": (39, 20), "memfd_create": (319, 356), "execveat": (322, 358), "userfaultfd": (323, 374), "pidfd_open": (434, 434),
           "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "process_vm_readv": (310, 347),
           "process_madvise": (440, 440), "keyctl": (250, 288), "add_key": (248, 286), "request_key": (249, 287), "prctl": (157, 172),
           "seccomp": (317, 354), "clone": (56, 120), "clone3": (435, 435), "unshare": (272, 310), "setns": (308, 346),
           "mount": (165, 21), "open_by_handle_at": (304, 342), "openat": (257, 295), "openat2": (437, 437), "bpf": (321, 357),
           "io_uring_enter": (426, 426), "io_uring_register": (427, 427), "shmget": (29, 395), "timer_create": (222, 259),
           "splice": (275, 313), "copy_file_range": (326, 377), "memfd_secret": (447, 447), "open_tree": (428, 428),
           "fsopen": (430, 430), "modify_ldt": (154, 123), "personality": (135, 136), "sched_setscheduler": (144, 156), "tgkill": (234, 270),
           "rseq": (334, 386), "exit": (60, 1), "mlock": (149, 150), "socketpair": (53, 360), "fcntl": (72, 55),
           "symlinkat": (266, 304), "linkat": (265, 303), "mknodat": (259, 297), "fchmod": (91, 94), "ioctl": (16, 54)}

# What the call is called in reports, of those that are refused whoever makes them.
REFUSED = {READ_FILE: "openat", WRITE_FILE: "openat", SOCKET: "socket", CONNECT: "connect", FORK: "fork", EXECUTE: "execve",
           TRACE: "ptrace", KILL: "kill", RAISE_LIMIT: "setrlimit", DUMPABLE: "prctl", WRITE_PARENT: "process_vm_writev",
           RING: "io_uring_setup", REMOVE_FILE: "unlink"}
CLEAN, NOT_LOADED, BUGCHECK, FINDING = 0, 3, 4, 5
POWERED = r"\\.\ROOT#pnpfunc#0000#{6b8d7a54-6e1c-4f0e-9c43-1f3b5a8f7d21}"  # of the driver pnpfunc


def command(function, text=""):
    code = 0x220000 | function << 2
    return f'ioctl {code:#x} out=8' + (f' in="{text}"' if text else "")


def call(options, name, *arguments, text="", direct=False, wide=0):
    """A command that makes this call of Linux; wide: added to its number."""
    words = [NUMBERS[name][options.arch == "x86"] + wide, *arguments, *[0] * (4 - len(arguments))]
    data = ",".join(f"u64:{word & 0xFFFFFFFFFFFFFFFF:#x}" for word in words) + (f',"{text}"' if text else "")
    return f"ioctl {0x220000 | (ANY_DIRECT if direct else ANY_BORROWED) << 2:#x} out=8 in={data}"


class Victim:
    """A file nobody may touch."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self.folder.name, "secret")
        with open(self.path, "w", encoding="ascii") as file:
            file.write("untouched")
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def check(self):
        with open(self.path, encoding="ascii") as file:
            assert file.read() == "untouched"


def hostile(options):
    return os.path.join(options.build, "tests/kernel", options.arch, "hostile.sys")


def run(options, *commands, timeout="1000"):
    """Exit status and all that is said; the supervisor must end by itself."""
    words = [options.dotsys, "run", "--timeout", timeout, hostile(options)]
    for one in (r"open \\.\Hostile", *commands):
        words += ["-c", one]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                          check=False)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def result(output, request=""):
    """What the last request brought back, or the last such one: Linux's answer, as a number."""
    found = re.findall(rf"^{re.escape(request)}.*\n  0000  ((?:[0-9a-f]{{2}} ?){{8}})", output, re.MULTILINE)
    assert found, output
    return struct.unpack("<q", bytes.fromhex(found[-1]))[0]


def expect(condition, output):
    assert condition, output


def at_once(*calls):
    """Machines that mostly wait, beside each other; the first that fails counts."""
    with ThreadPoolExecutor(len(calls)) as workers:
        for made in [workers.submit(*call) for call in calls]:
            made.result()


def test_own_calls(options):
    """By an instruction of the driver: the machine stops, and the report says what was called."""
    with Victim() as victim:
        for attack, name in {**REFUSED, UNPROTECT: "mprotect", MAP_OVER: "mmap", ALL_DESCRIPTORS: "write", LEAVE: "exit_group",
                             CLEAR_SIGNAL: "rt_sigaction"}.items():
            if attack in (TRACE, KILL, WRITE_PARENT):
                name = "getppid"  # which comes first
            status, output = run(options, command(DIRECT + attack, victim.path))
            expect(status == BUGCHECK, output)
            expect(re.search(rf"a driver tried to call Linux itself: {name}\d? \(\d+\)", output), output)
            expect("DRIVER hostile.sys" in output, output)
            victim.check()


def test_borrowed_calls(options):
    """By an instruction of libc's, jumped to: it fails, and is named; the machine goes on."""
    with Victim() as victim:
        for attack, name in REFUSED.items():
            status, output = run(options, command(BORROWED + attack, victim.path), command(DIRECT + 0x3F), "close")
            expect(status == FINDING, output)
            expect(f"finding: the sandbox refused a call of Linux: {name} (" in output, output)
            if attack in (READ_FILE, WRITE_FILE):
                expect(f" of {victim.path}," in output, output)
            expect(output.count("STATUS_SUCCESS") == 4, output)
            victim.check()
        status, output = run(options, command(BORROWED + CLEAR_SIGNAL), command(DIRECT + SOCKET))
        expect(status == BUGCHECK and "call Linux itself: socket" in output, output)


AT_FDCWD, O_RDWR, THREAD_FLAGS, NEW_USER, NEW_NETWORK = -100, 2, 0x10F00, 0x10000000, 0x40000000
SIGCHLD, SIGSTOP, SIGTTOU = 17, 19, 22


def refusals(options):
    """Calls the supervisor has to name: by what, and how."""
    for name in ("userfaultfd", "keyctl", "add_key", "request_key", "seccomp", "unshare", "setns", "mount", "open_by_handle_at", "bpf",
                 "io_uring_enter", "io_uring_register", "shmget", "timer_create", "splice", "copy_file_range", "memfd_secret",
                 "open_tree", "fsopen", "modify_ldt", "personality", "sched_setscheduler", "mlock", "socketpair", "symlinkat", "linkat",
                 "mknodat", "fchmod"):
        yield name, call(options, name, 1, PAGE, PAGE)
    # Other processes' memory, descriptors and lives; a program without a file.
    yield "process_vm_readv", call(options, "process_vm_readv", PARENT, PAGE, 1, PAGE)
    yield "process_madvise", call(options, "process_madvise", LAST, PAGE, 1, 4)
    yield None, call(options, "pidfd_open", PARENT)
    yield "pidfd_getfd", call(options, "pidfd_getfd", LAST, 0)
    yield None, call(options, "pidfd_open", PARENT)
    yield "pidfd_send_signal", call(options, "pidfd_send_signal", LAST, 9)
    yield "tgkill", call(options, "tgkill", PARENT, PARENT, 9)
    yield None, call(options, "memfd_create", TEXT, text="program")
    yield "execveat", call(options, "execveat", LAST, PAGE, 0, 0)
    for option in (1, 15 + 7, 26, 35, 36, 59, 0x59616D61):  # death's signal, seccomp, time stamps, memory, reaper, dispatch, tracer
        yield "prctl", call(options, "prctl", option, 1)
    yield "clone", call(options, "clone", NEW_USER | SIGCHLD)
    yield "clone", call(options, "clone", NEW_NETWORK | THREAD_FLAGS & ~0x10000)
    # Of descriptors: who gets signals for them, and what is typed at a terminal.
    yield "fcntl", call(options, "fcntl", 2, 8, PARENT)
    yield "ioctl", call(options, "ioctl", 2, 0x5412, PAGE)
    for name in ("/proc/self/mem", "/proc/self/environ", "/proc/thread-self/mem", "//proc/self/mem", "/proc/../proc/1/environ", "/dev/fd/0",
                 "//proc/kcore", "//sys/kernel/notes", "/proc/self/root/etc/shadow", "/proc/1/cwd", "/dev/mem", "/dev/tty", "/dev/kmsg"):
        if os.path.exists(name):
            yield "openat", call(options, "openat", AT_FDCWD, TEXT, 0, text=name)
    for name in ("/proc/self/mem", "//proc/self/mem", "/proc/self/oom_score_adj"):
        yield "openat", call(options, "openat", AT_FDCWD, TEXT, O_RDWR, text=name)


def test_many_calls(options):
    """By an instruction of libc's: each fails and is named, one after the other."""
    every = list(refusals(options))
    for first in range(0, len(every), 25):  # of 32 refusals at most is told
        some = every[first:first + 25]
        status, output = run(options, *(command for _, command in some), command(DIRECT + 0x3F), "close")
        expect(status == FINDING, output)
        told = re.findall(r"refused a call of Linux: (\w+) \(", output)
        expect(told == [name for name, _ in some if name is not None], output)
        for name, text in some:
            expect((result(output, text) < 0) == (name is not None), f"{name}: {text}\n{output}")


def test_missing_calls(options):
    """What a machine never needs in this manner is as if Linux did not have it, and nobody is told."""
    for text in (call(options, "clone3", PAGE, 88), call(options, "openat2", AT_FDCWD, TEXT, PAGE, 24, text="/etc/passwd"),
                 call(options, "tgkill", SELF, THREAD, SIGSTOP), call(options, "tgkill", SELF, THREAD, SIGTTOU),
                 call(options, "clone", THREAD_FLAGS | NEW_USER), call(options, "rseq", PAGE, 32, 0, 0)):
        status, output = run(options, text, command(DIRECT + 0x3F), "close")
        expect(status == CLEAN and result(output, text) < 0, output)


def test_any_of_own(options):
    """Calls by an instruction of the driver's, of which there may be none yet: as all others."""
    for name in ("userfaultfd", "memfd_create", "pidfd_open", "clone3", "seccomp"):
        status, output = run(options, call(options, name, direct=True))
        expect(status == BUGCHECK and f"call Linux itself: {name} (" in output, output)


def test_own_thread(options):
    """A thread that ends, or loses what it is found by, within a request; the host's files made shorter."""
    status, output = run(options, call(options, "exit", 0), "close", timeout="300")
    expect(status == FINDING and "IRP not completed" in output, output)
    for function in (OTHERS + BASES, BORROWED + SHRINK):
        status, output = run(options, command(function), "close")
        expect(status in (CLEAN, BUGCHECK), output)
    status, output = run(options, command(OTHERS + VSYSCALL), "close")
    expect(status in (CLEAN, BUGCHECK), output)


FORGED = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]")


def test_terminal(options):
    """What a driver prints is shown as text: a terminal obeys none of it, and no line looks like one of the supervisor's."""
    status, output = run(options, command(OTHERS + PRINT), command(DIRECT + SOCKET), timeout="10000")
    expect(status == BUGCHECK and "plain\ttext, \u00e4\u20ac" in output, output)
    expect(not FORGED.search(output.encode()) and not re.search("^finding: forged", output, re.MULTILINE), repr(output))
    with Up(options) as machine:
        machine.attack(command(OTHERS + PRINT))
        done = subprocess.run(machine.command("log"), stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        expect(b"title" in done.stdout and not FORGED.search(done.stdout), repr(done.stdout))
        machine.attack(command(DIRECT + SOCKET))
        subprocess.run(machine.command("down"), capture_output=True, timeout=60, check=False)
        folder = os.path.join(machine.path, "crash")
        for name in os.listdir(folder):
            if name.endswith(".txt"):
                with open(os.path.join(folder, name), "rb") as report:
                    text = report.read()
                expect(b"title" in text and not FORGED.search(text), repr(text))


def test_error_output(options):
    """A terminal is open for reading, too; not so in the machine's process."""
    ours, theirs = os.openpty()
    try:
        words = [options.dotsys, "run", hostile(options), "-c", r"open \\.\Hostile", "-c", "sleep 60000"]
        with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs) as machine:
            try:
                machine.stdout.readline()
                process = machine_test.children(machine.pid)[0]
                with open(f"/proc/{process}/fdinfo/2", encoding="ascii") as file:
                    flags = int(re.search(r"^flags:\s*(\d+)", file.read(), re.MULTILINE).group(1), 8)
                with open(f"/proc/{process}/oom_score_adj", encoding="ascii") as file:
                    score = int(file.read())
            finally:
                machine.terminate()
        expect(flags & 3 == os.O_WRONLY, oct(flags))
        expect(score == 1000, score)  # when there is no memory left, it is the machine that goes
    finally:
        os.close(ours)
        os.close(theirs)


def test_other_manner(options):
    """int 0x80 in a process of 64 bits. In one of 32 sysenter leads back to libc's own entry, which is as good as a jump there."""
    status, output = run(options, command(DIRECT + OTHER_MANNER))
    if options.arch == "x64":
        expect(status == BUGCHECK and "as of another word size: call 20" in output, output)
        for direct in (True, False):
            status, output = run(options, call(options, "getpid", direct=direct, wide=0x40000000))
            expect(status == BUGCHECK and f"call Linux itself: a system call ({0x40000000 + 39})" in output, output)
    else:
        expect(status in (CLEAN, BUGCHECK), output)
        status, output = run(options, command(OTHERS + WIDE))
        expect(status == BUGCHECK and "as of another word size: call 39" in output, output)


def test_no_image(options):
    """Somebody names a file that is no driver: an error of theirs, not an attempt of a driver's."""
    with Victim() as victim:
        for path in (victim.path, "/dev/null"):
            done = subprocess.run([options.dotsys, "run", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, timeout=60, check=False)
            output = done.stdout.decode("utf-8", "replace")
            expect(done.returncode == NOT_LOADED and "the sandbox refused" not in output, output)


def test_own_process(options):
    """What hurts nobody but the process itself ends it, at most."""
    for function in (BORROWED + UNPROTECT, BORROWED + MAP_OVER, OTHERS + OVERWRITE, OTHERS + JUMP):
        status, output = run(options, command(function), "close")
        expect(status in (CLEAN, BUGCHECK, FINDING), output)
    status, output = run(options, command(BORROWED + LEAVE))
    expect(status == BUGCHECK and "exited with status 0 before it was done" in output, output)
    status, output = run(options, command(BORROWED + ALL_DESCRIPTORS))
    expect(status == BUGCHECK and "something wrote to the supervisor what the machine does not say" in output, output)


def test_exhaustion(options):
    """Memory and threads come to an end, and are there again."""
    def memory():
        status, output = run(options, command(OTHERS + POOL), command(OTHERS + PAGES), command(OTHERS + POOL), "close")
        expect(status == CLEAN, output)
        expect(0 < result(output) <= 4096, output)

    def threads():
        status, output = run(options, command(OTHERS + THREADS), "close", timeout="10000")
        expect(status == CLEAN, output)

    at_once((memory,), (threads,))


def test_never_returns(options):
    def stuck(function, irql):
        status, output = run(options, command(OTHERS + function), timeout="100")
        expect(status == FINDING and re.search(rf"thread \d+ is at hostile\.sys\+0x[0-9a-f]+, at {irql}", output), output)

    at_once((stuck, HIGH, r"IRQL (15|31)"), (stuck, SPIN, "IRQL 0"))


class Up(machine_test.Machine):
    """A machine with the driver in it, and hello."""

    def __init__(self, options, *more):
        super().__init__(options)
        self.options, self.more = options, more

    def __enter__(self):
        super().__enter__()
        self.service("hostile", hostile(self.options), "start=", "auto")
        self.call(0, "up", "--arch", self.options.arch, *self.more)
        return self

    def attack(self, *commands):
        words = [word for one in (r"open \\.\Hostile", *commands) for word in ("-c", one)]
        done = subprocess.run(self.command("io", "--timeout", "500", *words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, check=False)
        return done.returncode, done.stdout.decode("utf-8", "replace")

    def check(self):
        """It answers."""
        status, output = self.attack(command(DIRECT + 0x3F), "close")
        expect(status == CLEAN, output)


def test_layers(options):
    with Up(options) as machine:
        shown = machine.call(0, "ps")[0]
        expect(re.search(r"^sandbox: \S", shown, re.MULTILINE), shown)
        machine.call(0, "down")


NAMESPACES = ("net", "ipc", "uts", "user")


def namespaces(process):
    return {kind: os.readlink(f"/proc/{process}/ns/{kind}") for kind in NAMESPACES}


def shared(options, **who):
    """Which namespaces a machine that has served a request has in common with this process; the map of its users."""
    request = command(DIRECT + 0x3F)
    words = [options.dotsys, "run", hostile(options), "-c", r"open \\.\Hostile", "-c", request, "-c", "sleep 60000"]
    with subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          cwd="/", **who) as machine:
        try:
            output = ""
            for line in machine.stdout:
                output += line
                if line.startswith("ioctl"):
                    break
            expect("STATUS_SUCCESS" in output.splitlines()[-1], output)
            process = machine_test.children(machine.pid)[0]
            ours, others = namespaces("self"), namespaces(process)
            with open(f"/proc/{process}/uid_map", encoding="ascii") as file:
                users = file.read().split()
        finally:
            machine.terminate()
    return {kind for kind in NAMESPACES if ours[kind] == others[kind]}, users


def refuses(*kinds, **who):
    """True: Linux does not let a process have such namespaces here."""
    done = subprocess.run(["unshare", *kinds, "true"], capture_output=True, timeout=60, check=False, **who)
    return done.returncode != 0


def test_namespaces(options):
    """Of root network, IPC and host name are others; the user is who it was."""
    if os.geteuid() != 0:
        return "not root"
    if refuses("--net", "--ipc", "--uts"):
        return "Linux refuses namespaces"
    common, _ = shared(options)
    expect(common == {"user"}, common)
    return None


def test_user_namespace(options):
    """Of an ordinary user they are in a user namespace, in which it is who it was."""
    who = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
    user = str(who.get("user", os.geteuid()))
    if refuses("--user", "--net", "--ipc", "--uts", **who):
        return "Linux refuses user namespaces"
    common, users = shared(options, **who)
    expect(not common and users == [user, user, "1"], f"{common}, {users}")
    return None


def test_served(options):
    """The same in machines that are up: only the one that is attacked is ever in trouble."""
    with Victim() as victim, Up(options) as other, Up(options) as machine:
        supervisor, registry = machine.supervisor(), os.path.join(machine.path, "registry.db")
        for attack, path in ((READ_FILE, victim.path), (WRITE_FILE, registry), (REMOVE_FILE, registry), (KILL, ""), (WRITE_PARENT, ""),
                             (FORK, ""), (SOCKET, ""), (EXECUTE, "")):
            status, output = machine.attack(command(BORROWED + attack, path), "close")
            expect(status == CLEAN and result(output) < 0, output)
            expect(f"refused a call of Linux: {REFUSED[attack]} (" in "".join(machine.call(0, "log")), output)
            other.check()
        victim.check()
        assert machine.supervisor() == supervisor
        machine.call(FINDING, "down")
        for function in (DIRECT + SOCKET, BORROWED + LEAVE, BORROWED + ALL_DESCRIPTORS):
            machine.call(0, "up", "--arch", options.arch)
            status, output = machine.attack(command(function))
            expect(status == BUGCHECK, output)
            other.check()
        machine.call(0, "up", "--arch", options.arch)
        machine.check()
        machine.call(0, "down")
        other.call(0, "down")


def test_other_clients(options):
    """The pages shared with clients are overwritten: calls end, the command does not hang, the other machine goes on."""
    with Up(options) as other, Up(options) as machine:
        client = subprocess.Popen(machine.command("io", "-c", "sleep 100"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        status, output = machine.attack(command(BORROWED + CHANNELS))
        expect(status in (CLEAN, BUGCHECK) and result(output) >= 0, output)
        client.wait(timeout=60)
        other.check()
        subprocess.run(machine.command("down"), capture_output=True, timeout=60, check=False)
        machine.call(0, "up", "--arch", options.arch)
        status, output = machine.attack(command(BORROWED + SHRINK))
        expect(status in (CLEAN, BUGCHECK, FINDING), output)
        other.check()
        subprocess.run(machine.command("down"), capture_output=True, timeout=60, check=False)
        machine.call(0, "up", "--arch", options.arch)
        machine.check()
        machine.call(0, "down")
        other.call(0, "down")


def test_watchdog(options):
    """A driver that stays at a raised IRQL, in a DPC routine, or in DriverUnload: the machine stops, and says where it was."""
    def report_of(machine, output):
        reports = [name for name in os.listdir(os.path.join(machine.path, "crash")) if name.endswith(".txt")]
        expect(len(reports) == 1, output)
        with open(os.path.join(machine.path, "crash", reports[0]), encoding="utf-8") as report:
            return report.read()

    def down(machine):
        done = subprocess.run(machine.command("down"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, check=False)
        return done.returncode, done.stdout.decode()

    def stopped(function, code, last):
        with Up(options, "--watchdog", "200") as machine:
            status, output = machine.attack(command(OTHERS + function), *(["sleep 5000"] if function == DPC else ["close"]))
            if last == "down":
                expect(status == CLEAN, output)
                status, output = down(machine)
            expect(status in (BUGCHECK, FINDING), output)
            text = report_of(machine, output)
            expect(text.startswith("BUGCHECK " + code) and "hostile.sys" in text, text)

    def keeps_power():
        """The request by which the machine is switched off."""
        with machine_test.Served(options, "pnpfunc", arch=options.arch, devices=[{"service": "pnpfunc"}]) as machine:
            machine.call(0, "down")
            machine.call(0, "up", "--arch", options.arch, "--watchdog", "200")
            machine.call(0, "io", "-c", f"open {POWERED}", "-c", "ioctl 0x222000 in=u32:8", "-c", "close")
            status, output = down(machine)
            text = report_of(machine, output)
            expect(status == BUGCHECK and text.startswith("BUGCHECK 0x0000009F") and "DRIVER pnpfunc.sys" in text, text)
            expect("IRP_MJ_POWER IRP_MN_SET_POWER" in text, text)

    at_once((stopped, HIGH, "0x00000133", "io"), (stopped, DPC, "0x00000133", "io"), (stopped, UNLOAD, "0x000000EA", "down"),
            (stopped, SHUTDOWN, "0x000000EA", "down"), (keeps_power,))


TESTS = (test_own_calls, test_borrowed_calls, test_many_calls, test_missing_calls, test_any_of_own, test_own_thread, test_terminal,
         test_error_output, test_other_manner, test_no_image, test_own_process, test_exhaustion, test_never_returns,
         test_layers, test_namespaces, test_user_namespace, test_served, test_other_clients, test_watchdog)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", default="build/dotsys")
    parser.add_argument("--build", default="build")
    parser.add_argument("--arch", choices=("x64", "x86"), default="x64")
    parser.add_argument("--only", help="only the test of this name")
    options = parser.parse_args()
    options.dotsys, options.build = os.path.abspath(options.dotsys), os.path.abspath(options.build)
    if "call Linux itself" not in run(options, command(DIRECT + SOCKET))[1]:
        print("1..0 # SKIP no sandbox here: Linux refuses seccomp, or the build has a sanitizer in it")
        return 77
    return tap.run([test for test in TESTS if options.only in (None, test.__name__)], options)


if __name__ == "__main__":
    sys.exit(main())
