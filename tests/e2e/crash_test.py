#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""The report of a bugcheck in its three forms: text, JSON and a minidump, which lldb must open with the right stack. TAP.

    tests/e2e/crash_test.py --dotsys build/dotsys --build build [--arch x86]
"""
import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import minidump
import tap

PLACE = {"address": str, "module": str, "offset": str, "function": str, "file": str, "line": int}
LOCATION = {"major": int, "major_name": str, "minor": int, "minor_name": str, "control_code": str, "control_code_meaning": str,
            "driver": str, "device_name": str, "device": str, "file_object": str, "completion_routine": PLACE}
IRP = {"address": str, "parameter": int, "freed": bool, "stack_count": int, "current_location": int, "requestor_mode": str,
       "status": str, "status_name": str, "information": str, "issued_by": PLACE, "cancel_routine": PLACE, "file": str,
       "locations": [LOCATION]}
LOGGED = {"irp": str, "time": float, "thread": int, "major": int, "major_name": str, "minor": int, "minor_name": str, "control_code": str,
          "input_bytes": int, "output_bytes": int, "completed": bool, "status": str, "status_name": str, "information": str}
DEVICE_REQUESTS = {"device": str, "driver": str, "device_name": str, "count": int, "requests": [LOGGED]}
POOL = {"asked": str, "parameter": int, "block": str, "bytes": int, "tag": str, "paged": bool, "freed": bool, "allocated_by": PLACE}
OPTIONAL = {"module", "offset", "function", "file", "line", "minor_name", "control_code", "control_code_meaning", "driver",
            "device_name", "completion_routine", "parameter", "status_name", "issued_by", "cancel_routine", "allocated_by", "target",
            "blamed", "import", "detail", "likely_cause", "meaning", "exception", "earlier_stacks", "driver_path", "place", "source", "process",
            "timestamp", "version", "path", "command", "name", "device_requests", "status", "information"}
SCHEMA = {
    "bugcheck": str, "parameters": [str], "report": str, "name": str, "meaning": str, "parameter_meanings": [str],
    "likely_cause": str, "detail": str, "driver": str, "driver_path": str, "place": PLACE, "process": str, "process_id": int,
    "thread_id": int, "host_thread": int, "irql": int, "previous_mode": str,
    "exception": {"code": str, "name": str, "place": PLACE, "parameters": [str]}, "stack": [PLACE],
    "earlier_stacks": [{"title": str, "stack": [PLACE]}], "registers": dict,
    "code": [{"address": str, "bytes": str, "text": str, "target": PLACE, "import": str, "blamed": bool}], "irps": [IRP],
    "device_requests": [DEVICE_REQUESTS], "pool_blocks": [POOL],
    "threads": [{"id": int, "object": str, "process": str, "system": bool, "waits": bool}],
    "last_lines": [{"log": str, "source": str, "time": float, "thread": int}],
    "modules": [{"name": str, "base": str, "size": int, "timestamp": str, "version": str, "path": str}],
    "machine": {"os": str, "build": int, "arch": str, "processors": int, "uptime": float, "dotsys": str, "command": str},
}


def expect(condition, why):
    if not condition:
        raise AssertionError(why)


def check_schema(value, schema, where="the object"):
    """Every member is one the schema has, of its type, and what is not optional is there."""
    if isinstance(schema, list):
        expect(isinstance(value, list), f"{where} is no array")
        for index, item in enumerate(value):
            check_schema(item, schema[0], f"{where}[{index}]")
    elif isinstance(schema, dict):
        expect(isinstance(value, dict), f"{where} is no object")
        for key, item in value.items():
            expect(key in schema, f"{where} has a member {key} it must not have")
            check_schema(item, schema[key], f"{where}.{key}")
        missing = set(schema) - set(value) - OPTIONAL
        expect(not missing, f"{where} lacks {missing}")
    else:
        expect(isinstance(value, schema), f"{where} is {value!r}")


class Crash:
    """A run that ends in a bugcheck, and what it left."""

    def __init__(self, options, driver, *words):
        self.driver = driver + ".sys" if "/" not in driver else driver.rsplit("/", 1)[1] + ".sys"
        self.drivers = os.path.join(options.build, "tests/kernel", options.arch, os.path.dirname(driver))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(self.drivers, self.driver)
            done = subprocess.run([options.dotsys, "run", "--crash", folder, path, *words], stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=60, text=True, check=False)
            expect(done.returncode == 4, f"exit status {done.returncode}: {done.stdout}{done.stderr}")
            self.shown = done.stderr
            names = sorted(os.listdir(folder))
            expect([name.rsplit(".", 1)[1] for name in names] == ["dmp", "json", "txt"], f"it left {names}\n{done.stderr}")
            self.text = self.read(folder, names[2])
            self.json = json.loads(self.read(folder, names[1]))
            check_schema(self.json, SCHEMA)
            self.dump = minidump.Minidump(os.path.join(folder, names[0]))
            self.again = subprocess.run([options.dotsys, "analyze", folder], capture_output=True, timeout=60, text=True, check=True)
            self.debugger = self.debug(os.path.join(folder, names[0])) if "lldb" in options.want else ""
        self.compare(options)

    @staticmethod
    def read(folder, name):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            return file.read()

    def debug(self, path):
        """What lldb says of the dump. It is not looked for elsewhere, nor left out: this is how the dump is known to be good."""
        lldb = shutil.which("lldb-19") or shutil.which("lldb")
        expect(lldb, "there is no lldb: tools/setup installs it")
        done = subprocess.run([lldb, "--no-lldbinit", "-b", "-O", f"settings set target.exec-search-paths {self.drivers}",
                               "-c", path, "-o", "thread backtrace", "-o", "image list", "-o", "register read"],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=60, text=True, check=False)
        expect(done.returncode == 0, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def compare(self, options):
        """The three forms tell the same."""
        crash, dump = self.json, self.dump
        expect(self.text.startswith(f"BUGCHECK {crash['bugcheck']} {crash.get('name', 'BUGCHECK')}\n"), self.text)
        expect(crash["report"] == self.text and dump.comment == self.text, "the report is not the same everywhere")
        expect(self.again.stdout == self.text, "dotsys analyze writes another report:\n" + self.again.stdout)
        expect(dump.exception["thread"] == crash["host_thread"], "the exception is another thread's")
        pc, sp = ("rip", "rsp") if options.arch == "x64" else ("eip", "esp")
        expect(dump.exception["pc"] == int(crash["registers"][pc], 16), "another instruction pointer")
        expect(dump.exception["sp"] == int(crash["registers"][sp], 16), "another stack pointer")
        expect(dump.processor == (minidump.AMD64 if options.arch == "x64" else minidump.X86), "another processor")
        module = [known for known in dump.modules if known["name"].endswith("/" + self.driver)]
        expect(len(module) == 1 and dump.read(module[0]["base"], 2) == b"MZ", "the driver's memory is not there")
        own = [known for known in dump.modules if "/dotsys" in known["name"] and known["codeview"][:4] == b"LEpB"]
        expect(len(own) == 1, "the program is no module")
        expect(crash["machine"]["arch"] == options.arch, "another architecture")

    def has(self, *patterns):
        """The report has these, one after the other."""
        place = 0
        for pattern in patterns:
            found = re.compile(pattern, re.M).search(self.text, place)
            expect(found, f"the report lacks, after what came before: {pattern}\n{self.text}")
            place = found.end()
        return self

    def frames(self, *functions):
        """The driver's frames, innermost first, in the report and in lldb, with the same lines."""
        mine = [frame for frame in self.json["stack"] if frame.get("module") == self.driver]
        named = [frame.get("function", "?").split("@")[0].lstrip("_") for frame in mine]
        expect(named[:len(functions)] == list(functions), f"frames {named} instead of {functions}\n{self.text}")
        if not self.debugger:
            return self
        place = 0
        for frame in mine[:len(functions)]:
            name = frame["function"].split("@")[0].lstrip("_")
            line = rf"frame #\d+: 0x0*{int(frame['address'], 16):x} {re.escape(self.driver)}`_?{name}(?:@\d+)?(?:\(.*)?" \
                rf" at {os.path.basename(frame['file'])}:{frame['line']}\b"
            found = re.compile(line).search(self.debugger, place)
            expect(found, f"lldb does not show {line}\n{self.debugger}")
            place = found.end()
        return self


def ioctl(device, code):
    return "-c", "open " + r"\\.\ ".strip() + device, "-c", f"ioctl {code}"


def unhandled(options):
    """The line of an exception nobody handled in a request."""
    return (r"^BUGCHECK 0x0000003B SYSTEM_SERVICE_EXCEPTION$" if options.arch == "x64"
            else r"^BUGCHECK 0x0000008E KERNEL_MODE_EXCEPTION_NOT_HANDLED$")


def test_null_deref(options):
    crash = Crash(options, "null_deref", *ioctl("NullDeref", "0x222000 out=4"))
    crash.has(unhandled(options), r"^  read of address 0x10$",
              r"^  1  the exception: STATUS_ACCESS_VIOLATION$", r"^LIKELY CAUSE$", r"^DRIVER null_deref\.sys",
              r"^PROCESS \S+ \(\d+\), thread \d+, previous mode user$", r"^THREAD \d+  IRQL 0$", r"^> [0-9a-f]{16}  [0-9a-f]+ +mov ",
              r"^IRP 0x[0-9a-f]+, of the thread$", r"^>   1  IRP_MJ_DEVICE_CONTROL  driver \\Driver\\null_deref, device NullDeref ",
              r"control code 0x00222000: device type 0x22, function 0x800, METHOD_BUFFERED",
              r"^EXCEPTION 0xC0000005 STATUS_ACCESS_VIOLATION at null_deref\.sys\+0x", r"^STACK WORDS$", r"^THREADS$", r"^MODULES$",
              r"^MACHINE Windows 10 .*, x(64|86), ", r"^  dotsys run --crash ")
    crash.frames("NullDerefCount", "DefectControl")
    expect(crash.dump.exception["code"] == 0xC0000005 and crash.dump.exception["parameters"] == [0, 0x10], crash.dump.exception)
    expect("STACK WORDS" not in crash.shown and "all that is known is in " in crash.shown, crash.shown)
    blamed = [code for code in crash.json["code"] if code.get("blamed")]
    expect(len(blamed) == 1 and int(blamed[0]["address"], 16) == crash.dump.exception["pc"], crash.json["code"])


def test_pdb(options):
    """Symbols in a PDB: the dump names it by its identifier."""
    if options.arch != "x64":
        return "it is made for x64"
    crash = Crash(options, "null_deref_pdb", *ioctl("NullDeref", "0x222000 out=4"))
    crash.has(r"^DRIVER null_deref_pdb\.sys").frames("NullDerefCount", "DefectControl")
    module = crash.dump.module_at(crash.dump.exception["pc"])
    expect(module["codeview"][:4] == b"RSDS" and module["codeview"].rstrip(b"\0").endswith(b"null_deref_pdb.pdb"), module)
    return None


def test_raised_irql(options):
    """In a DPC routine: DISPATCH_LEVEL, and the stack is the DPC thread's."""
    crash = Crash(options, "dpc_faults", *ioctl("DpcFaults", "0x222008"))
    crash.has(r"^BUGCHECK 0x000000D1 DRIVER_IRQL_NOT_LESS_OR_EQUAL$", r"^  1  the address that was touched: ",
              r"^  2  the IRQL: DISPATCH_LEVEL$", r"^  3  the access: write$", r"^  4  the instruction: dpc_faults\.sys\+0x[0-9a-f]+  _?Writes",
              r"^THREAD \d+  IRQL 2$").frames("Writes")
    expect(crash.json["irql"] == 2 and crash.dump.exception["parameters"][0] == 1, crash.json)


def test_driver_bugcheck(options):
    """A driver calls KeBugCheckEx in a DPC routine: the parameters are its own, and the code shown is its call."""
    crash = Crash(options, "stops", *ioctl("Stops", "0x22200c"))
    crash.has(r"^BUGCHECK 0xDEADD00D", r"^PARAMETERS 0x0*5 0x0*6 0x0*7 0x0*8$", r"^CODE of frame 0[1-9]$", r"; import KeBugCheckEx$", r"^> .* call ")
    crash.frames("StopsDpc")
    expect(crash.dump.exception["code"] == 0xDEADD00D and crash.dump.exception["parameters"] == [5, 6, 7, 8], crash.dump.exception)


def test_ruined_stack(options):
    """Frames that lead nowhere end the walk, not the report."""
    crash = Crash(options, "ruined_stack", *ioctl("RuinedStack", "0x222000"))
    crash.has(unhandled(options), r"^  write of address 0x10$", r"^DRIVER ruined_stack\.sys",
              r"^PROCESS ", r"^  00 [0-9a-f]{16} ruined_stack\.sys\+0x[0-9a-f]+  _?RuinedStackFault \(", r"^REGISTERS$", r"^> .* mov ",
              r"^IRP 0x", r"^MODULES$", r"^MACHINE ").frames("RuinedStackFault")


def test_return_to_nowhere(options):
    """An array on the stack was written past its end: who handles the request is named."""
    crash = Crash(options, "broken/stack_overflow", *ioctl("Broken", "0x222400 in=hex:" + 25 * "4141414141410000"))
    crash.has(unhandled(options), r"^  execution of address 0x0*(41){2,6}$", r"^LIKELY CAUSE$", r"  It went on at an address without code",
              r"^DRIVER \(none on the stack, in a request of \\Driver\\stack_overflow\)$", r"^IRP 0x")
    expect("address without code" in crash.json["likely_cause"], crash.json)


def test_bad_pool_caller(options):
    crash = Crash(options, "free_twice", *ioctl("FreeTwice", "0x222000"))
    crash.has(r"^BUGCHECK 0x000000C2 BAD_POOL_CALLER$", r"^  1  what is wrong: the block had been freed$", r"^  3  its tag: 'Deft'$",
              r"^POOL BLOCK 0x[0-9a-f]+, \d+ bytes, tag 'Deft', (non-)?paged, which is freed$",
              r"^    parameter 4 0x[0-9a-f]+ is at offset 0$", r"^    allocated by free_twice\.sys\+0x[0-9a-f]+  _?DefectControl")
    expect([pool["parameter"] for pool in crash.json["pool_blocks"]] == [4], crash.json["pool_blocks"])


def test_completed_twice(options):
    crash = Crash(options, "double_complete", *ioctl("DoubleComplete", "0x222000"))
    crash.has(r"^BUGCHECK 0x00000044 MULTIPLE_IRP_COMPLETE_REQUESTS$", r"^  1  the IRP: 0x[0-9a-f]+$",
              r"^IRP 0x[0-9a-f]+, parameter 1, which is (completed|freed)$")


def test_threads_and_requests(options):
    """A thread given as a parameter is not taken for a request, though both begin with the same number."""
    crash = Crash(options, "held_mutex", *ioctl("HeldMutex", "0x222000"))
    crash.has(r"^BUGCHECK 0x4000008A THREAD_TERMINATE_HELD_MUTEX$", r"^  1  the thread: 0x[0-9a-f]+$")
    expect(not crash.json["irps"], crash.text)
    crash = Crash(options, "stops", *ioctl("Stops", "0x222014"))
    expect([irp["parameter"] for irp in crash.json["irps"]] == [2], crash.text)


def test_verifier(options):
    """The verifier's sentence and the words of the rule; of a deadlock also where the other lock was acquired."""
    crash = Crash(options, "sins/c4_1001_lock_hierarchy", "--verify=deadlock", *ioctl("Sin", "0x222000"))
    crash.has(r"^BUGCHECK 0x000000C4 DRIVER_VERIFIER_DETECTED_VIOLATION$", r"^  1  which rule: a deadlock is possible: ",
              r"^DRIVER c4_1001_lock_hierarchy\.sys", r"^STACK \(innermost first\)$", r"^where .* acquired",
              r"^  00 [0-9a-f]{16} c4_1001_lock_hierarchy\.sys\S* +SinForward ", r"^REGISTERS$")
    expect(crash.json["earlier_stacks"][0]["stack"], crash.json)


def test_irp_logging(options):
    """The last twenty requests of each device, the last of which is not over."""
    crash = Crash(options, "null_deref", "--verify=irp_logging", "-c", r"open \\.\NullDeref", "-c", "repeat 30 ioctl 0x222004 in=u32:4 out=8",
                  "-c", "ioctl 0x222000")
    crash.has(r"^LAST REQUESTS \(seconds before the bugcheck\)  driver \\Driver\\null_deref, device NullDeref \(0x[0-9a-f]+\), of 32 in all$",
              r"^    -\d+\.\d{6}  IRP 0x[0-9a-f]+  thread \d+  IRP_MJ_DEVICE_CONTROL 0x00222004, 4 bytes in, 8 out -> 0xC0000010 ",
              r"IRP_MJ_DEVICE_CONTROL 0x00222000 -> not completed$")
    logged = crash.json["device_requests"]
    expect(len(logged) == 1 and logged[0]["count"] == 32 and len(logged[0]["requests"]) == 20, logged)
    expect([request["completed"] for request in logged[0]["requests"]] == [True] * 19 + [False], logged)


def test_printed(options):
    """The last lines drivers printed, also one without an end."""
    crash = Crash(options, "null_deref", os.path.join(options.build, "drivers", options.arch, "checked/hello.sys"),
                  *ioctl("NullDeref", "0x222000 out=4"))
    crash.has(r"^LAST LINES PRINTED", r"^  -\d+\.\d{6} \[hello\] HelloDrv: ")
    expect(any(line["source"] == "hello" for line in crash.json["last_lines"]), crash.json["last_lines"])


def test_on_one_line(options):
    """With --json the object goes to standard output, and no file is made without being asked for."""
    driver = os.path.join(options.build, "tests/kernel", options.arch, "null_deref.sys")
    done = subprocess.run([options.dotsys, "run", "--json", driver, *ioctl("NullDeref", "0x222000")], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=60, text=True, check=False)
    found = [line for line in map(json.loads, done.stdout.splitlines()) if "bugcheck" in line]
    expect(done.returncode == 4 and len(found) == 1, done)
    check_schema(found[0], SCHEMA)


def test_of_a_machine(options):
    """A machine that stays leaves all three in its directory, and is as good as before when it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        machine, driver = os.path.join(folder, "machine"), os.path.join(options.build, "tests/kernel", options.arch, "null_deref.sys")
        crashes = os.path.join(machine, "crash")

        def call(status, verb, *words):
            done = subprocess.run([options.dotsys, verb, "--machine", machine, *words], stdin=subprocess.DEVNULL,
                                  capture_output=True, timeout=60, text=True, check=False)
            expect(done.returncode == status, f"{verb} {words}: {done.returncode}: {done.stdout}{done.stderr}")
            return done.stdout + done.stderr

        def crash(spoil):
            call(0, "up", "--arch", options.arch)
            call(0, "sc", "start", "null_deref")
            spoil()
            with subprocess.Popen([options.dotsys, "log", "-f", "--machine", machine], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True) as follower:
                shown = call(4, "io", *ioctl("NullDeref", "0x222000"))
                expect("NullDerefCount" in shown, shown)
                return follower.communicate(timeout=60)[0]

        if options.arch == "x86":
            call(0, "up", "--arch", options.arch)
        call(0, "sc", "create", "null_deref", "binPath=", driver, "type=", "kernel")
        if options.arch == "x86":
            call(0, "down")
        def nowhere():
            shutil.rmtree(crashes)
            with open(crashes, "wb"):
                pass

        crash(lambda: None)
        names = sorted(os.listdir(crashes))
        expect([name.rsplit(".", 1)[1] for name in names] == ["dmp", "json", "txt"], names)
        dump = minidump.Minidump(os.path.join(crashes, names[0]))
        expect("dotsys up " in dump.comment and len(dump.threads) > 1, dump.comment)
        told = crash(nowhere)
        expect("the report cannot be kept in" in told, told)
        expect(os.path.getsize(crashes) == 0, "something was written where nothing can be")
        os.unlink(crashes)
        call(0, "up", "--arch", options.arch)
        call(0, "sc", "start", "null_deref")
        call(0, "down")


def test_killed(options):
    """Of a machine whose process is killed there is what it had told."""
    hello = os.path.join(options.build, "drivers", options.arch, "checked/hello.sys")
    with tempfile.TemporaryDirectory() as folder:
        with subprocess.Popen([options.dotsys, "run", "--crash", folder, hello, "-c", r"open \\.\HelloDrv", "-c", "sleep 60000"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as run:
            expect("STATUS_SUCCESS" in run.stdout.readline(), "no handle")
            with open(f"/proc/{run.pid}/task/{run.pid}/children", encoding="ascii") as numbers:
                os.kill(int(numbers.read().split()[0]), signal.SIGKILL)
            errors = run.communicate(timeout=60)[1]
            expect(run.returncode == 4 and "was killed by signal 9" in errors and "all that is known is in " in errors, errors)
        names = sorted(os.listdir(folder))
        expect([name.rsplit(".", 1)[1] for name in names] == ["json", "txt"], names)
        text, died = Crash.read(folder, names[1]), json.loads(Crash.read(folder, names[0]))
        expect(re.match(r"DIED the process that held the machine was killed by signal 9 ", text) and
               re.search(r"^  \[hello\] HelloDrv: IRP_MJ_CREATE", text, re.M), text)
        expect(died["died"].startswith("was killed by signal 9") and died["last_lines"][-1]["source"] == "hello", died)


def test_nowhere(options):
    """Where the report cannot be kept it is said, and all else is as ever."""
    driver = os.path.join(options.build, "tests/kernel", options.arch, "null_deref.sys")
    done = subprocess.run([options.dotsys, "run", "--crash", "/dev/null/x", driver, *ioctl("NullDeref", "0x222000")],
                          stdin=subprocess.DEVNULL, capture_output=True, timeout=60, text=True, check=False)
    expect(done.returncode == 4 and re.search(unhandled(options), done.stderr, re.M), done)
    expect("dotsys: the report cannot be kept in /dev/null/x: Not a directory" in done.stderr, done.stderr)


def test_analyze(options):
    """What is no dump of ours is refused."""
    with tempfile.NamedTemporaryFile(suffix=".dmp") as file:
        def analyze(status, path):
            done = subprocess.run([options.dotsys, "analyze", path], capture_output=True, timeout=60, text=True, check=False)
            expect(done.returncode == status and not done.stdout, done)
            return done.stderr

        expect("no minidump that dotsys wrote" in analyze(1, file.name), "an empty file")
        file.write(b"MDMP" + b"\xff" * 1000)
        file.flush()
        expect("no minidump that dotsys wrote" in analyze(1, file.name), "nonsense")
        expect("No such file" in analyze(1, file.name + "x"), "no file")
        expect("there is no minidump in it" in analyze(1, os.path.dirname(__file__)), "a folder without")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--arch", default="x64", choices=("x64", "x86"))
    parser.add_argument("tests", nargs="*")
    options = parser.parse_args()
    options.dotsys, options.build = os.path.abspath(options.dotsys), os.path.abspath(options.build)
    options.want = {"lldb"}
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    tests = [test_null_deref, test_pdb, test_raised_irql, test_driver_bugcheck, test_ruined_stack, test_return_to_nowhere, test_bad_pool_caller,
             test_completed_twice,
             test_threads_and_requests, test_verifier, test_irp_logging,
             test_printed, test_on_one_line, test_of_a_machine, test_killed, test_nowhere, test_analyze]
    return tap.run([test for test in tests if not options.tests or test.__name__ in options.tests], options)


if __name__ == "__main__":
    sys.exit(main())
