#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""What a machine keeps: its registry, disk and CMOS, when it goes down in order, when its processes are killed, and when the
files are damaged. TAP.

    tests/e2e/kept_test.py --dotsys build/dotsys --build build
"""
import argparse
import os
import re
import select
import shutil
import signal
import stat
import subprocess
import sys

import tap
from machine_test import Machine

KEY = r"HKLM\Software\Kept"
SERVICE = r"HKLM\System\CurrentControlSet\Services\writer"
REG_FILE = 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\Software\\Kept]\r\n'


def write(machine, name, text, encoding="utf-16"):
    path = os.path.join(machine.folder.name, name)
    with open(path, "w", encoding=encoding, newline="") as file:
        file.write(text)
    return path


def read(path):
    with open(path, "rb") as file:
        return file.read()


def add(machine, key, name, kind, data, status=0):
    machine.call(status, "reg", "add", key, "/v", name, "/t", kind, "/d", str(data), "/f")


def numbers(machine, key):
    """The numbers in the names of a key's values."""
    return [int(number) for number in re.findall(r"^    [A-Z](\d+)    REG_DWORD", machine.call(0, "reg", "query", key)[0], re.M)]


def kill(machine, process):
    """Kills a process of a machine that is up, and waits until nothing of the machine is left."""
    supervisor = os.pidfd_open(machine.supervisor())
    os.kill(process, signal.SIGKILL)
    select.select([supervisor], [], [])
    os.close(supervisor)


# ---- The registry -------------------------------------------------------------------------------------------------------

def test_registry_survives(options):
    with Machine(options) as machine:
        machine.call(0, "up")
        add(machine, KEY, "text", "REG_SZ", "what is kept")
        machine.call(0, "down")
        machine.call(0, "up")
        assert "text    REG_SZ    what is kept" in machine.call(0, "reg", "query", KEY)[0]
        machine.call(0, "down")
        assert "what is kept" in machine.call(0, "reg", "query", KEY)[0]


def test_whole_tree_round_trips(options):
    with Machine(options) as machine:
        text = (REG_FILE + '@="default"\r\n"a\\\\b"="x\\\\y\\"z\u20ac"\r\n"q"=hex(b):01,00,00,00,00,00,00,00\r\n'
                '"m"=hex(7):61,00,00,00,62,00,00,00,00,00\r\n"none"=hex(0):\r\n"big"=hex(5):00,00,00,01\r\n')
        machine.call(0, "reg", "import", write(machine, "some.reg", text))
        for form in [], ["/reg4"]:
            name = os.path.join(machine.folder.name, "all" + "".join(form).strip("/") + ".reg")
            errors = machine.call(0, "reg", "export", "HKLM", name, *form)[1]
            assert r"HKEY_LOCAL_MACHINE\SAM is left out" in errors, errors
            with Machine(options) as other:
                other.call(0, "reg", "import", name)
                again = os.path.join(other.folder.name, "again.reg")
                other.call(0, "reg", "export", "HKLM", again, *form)
                assert read(name) == read(again)
                other.call(0, "up")  # it is still a machine
                other.call(0, "down")


def test_volatile_keys(options):
    with Machine(options) as machine:
        machine.call(0, "up")
        assert "Identifier" in machine.call(0, "reg", "query", r"HKLM\HARDWARE\DESCRIPTION\System")[0]
        errors = machine.call(1, "reg", "add", r"HKLM\HARDWARE\Mine", "/f")[1]
        assert "1021" in errors, errors  # ERROR_CHILD_MUST_BE_VOLATILE
        machine.call(0, "down")
        kept = read(os.path.join(machine.path, "registry.db"))
        assert "ControlSet001".encode("utf-16-le") in kept and "RESOURCEMAP".encode("utf-16-le") not in kept


def test_control_set_is_a_link(options):
    with Machine(options) as machine:
        add(machine, r"HKLM\System\CurrentControlSet\Services\x", "Start", "REG_DWORD", 4)
        assert "0x4" in machine.call(0, "reg", "query", r"HKLM\System\ControlSet001\Services\x", "/v", "Start")[0]


def test_ordinary_user(options):
    with Machine(options) as machine:
        machine.call(0, "up")
        add(machine, KEY, "a", "REG_SZ", "b")
        assert "REG_SZ    b" in machine.call(0, "reg", "--user", "query", KEY)[0]
        for words in (["add", KEY, "/v", "a", "/d", "c", "/f"], ["delete", KEY, "/f"], ["query", r"HKLM\SECURITY"],
                      ["add", SERVICE, "/f"]):
            errors = machine.call(1, "reg", "--user", *words)[1]
            assert "Access is denied" in errors, (words, errors)
        machine.call(0, "reg", "--user", "add", r"HKCU\Software\Mine", "/v", "a", "/d", "c", "/f")
        machine.call(1, "reg", "query", r"HKCU\Software\Mine")  # another user's


def test_windows_version_in_the_registry(options):
    with Machine(options) as machine:
        for version, build in ("win10", "19042"), ("win7", "7601"), ("win10", "19042"):
            machine.call(0, "up", "--os", version)
            out = machine.call(0, "reg", "query", r"HKLM\Software\Microsoft\Windows NT\CurrentVersion", "/v", "CurrentBuild")[0]
            assert f"REG_SZ    {build}" in out, (version, out)
            machine.call(0, "down")


def test_help(options):
    """As reg.exe and sc.exe are asked, too; and no machine is made for it."""
    with Machine(options) as machine:
        for words in ["reg", "/?"], ["reg", "query", "/?"], ["reg", "--help"], ["sc", "/?"], ["sc", "create", "--help"]:
            assert machine.call(0, *words)[0].startswith(f"Usage: dotsys {words[0]} "), words
        add(machine, KEY, "question", "REG_SZ", "/?")
        assert "REG_SZ    /?" in machine.call(0, "reg", "query", KEY)[0]


def test_damaged_reg_files(options):
    with Machine(options) as machine:
        add(machine, KEY, "a", "REG_SZ", "before")
        good = '"a"="after"\r\n'
        for number, (text, why) in enumerate([
                ("garbage", "line 1"), ("", "line 1"), (REG_FILE + good + '"b"=dword:zz\r\n', "line 5"),
                (REG_FILE + good + "[HKEY_LOCAL_MACHINE\\Software\\X\r\n", "line 5"), ("REGEDIT4\n" + good, "line 2"),
                (REG_FILE + good + '"b"=hex:1,2,\\\r\n', "line")]):
            errors = machine.call(1, "reg", "import", write(machine, f"bad{number}.reg", text))[1]
            assert why in errors and "Nothing has been changed" in errors, errors
            assert "before" in machine.call(0, "reg", "query", KEY)[0]
        hive = write(machine, "bad.hiv", "regf", "ascii")
        assert "no hive" in machine.call(1, "reg", "import", hive, KEY)[1]


def test_damaged_registry(options):
    with Machine(options) as machine:
        add(machine, KEY, "a", "REG_SZ", "b")
        path = os.path.join(machine.path, "registry.db")
        whole = read(path)
        for damaged in os.urandom(5000), whole[:len(whole) // 3], whole[:100] + os.urandom(len(whole) - 100):
            with open(path, "wb") as file:
                file.write(damaged)
            errors = machine.call(3, "up")[1]
            assert "registry.db" in errors and "nothing has been changed" in errors, errors
            assert read(path) == damaged
        with open(path, "wb") as file:
            file.write(whole)
        assert "REG_SZ    b" in machine.call(0, "reg", "query", KEY)[0]


# ---- Killed -------------------------------------------------------------------------------------------------------------

def test_killed_while_programs_write(options):
    """Each 'reg add' that said it was done is there, and of the others at most one."""
    with Machine(options) as machine:
        script = 'for i in $(seq 1000); do "$0" reg --machine "$1" add "$2" /v V$i /t REG_DWORD /d $i /f && echo + || exit; done'
        for done_before_kill in range(1, 11):
            key = f"{KEY}{done_before_kill}"
            up = done_before_kill % 2 == 1
            if up:
                machine.call(0, "up")
            with subprocess.Popen(["sh", "-c", script, machine.dotsys, machine.path, key], stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, text=True, start_new_session=True) as writer:
                done, line = 0, "begun"
                while done < done_before_kill and line:
                    line = writer.stdout.readline()
                    done += line == "+\n"
                    assert line in ("+\n", "The operation completed successfully.\n"), (key, done, line)
                if up:
                    kill(machine, machine.supervisor() if done_before_kill % 4 == 1 else machine.process())
                os.killpg(writer.pid, signal.SIGKILL)
                done += writer.stdout.read().count("+")
            found = len(numbers(machine, key))
            assert done <= found <= done + 1, (key, done, found)


def test_killed_while_a_driver_writes(options):
    """What a driver has printed after ZwSetValueKey returned is in the registry."""
    with Machine(options) as machine:
        machine.service("writer", machine.driver("service"))
        add(machine, SERVICE, "Writes", "REG_DWORD", 100000)
        for round_number in range(8):
            machine.call(0, "up")
            with subprocess.Popen(machine.command("log", "-f"), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                  text=True) as log:
                with subprocess.Popen(machine.command("sc", "start", "writer"), stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL) as start:
                    lines = [log.stdout.readline() for _ in range(1 + 37 * round_number)]
                    kill(machine, machine.supervisor() if round_number % 2 else machine.process())
                    start.wait(60)
                lines += log.stdout.read().splitlines()
            wrote = [int(number) for number in re.findall(r"wrote (\d+)", "\n".join(lines))]
            found = numbers(machine, SERVICE)
            assert wrote and max(wrote) <= max(found) < 100000, (max(wrote), max(found))
            assert sorted(found) == list(range(1, max(found) + 1)), "a hole among what was written"
            machine.call(0, "sc", "delete", "writer")
            machine.service("writer", machine.driver("service"))
            add(machine, SERVICE, "Writes", "REG_DWORD", 100000)


def kill_going_down(machine, process, late):
    """Kills a process of a machine that is up, so many ms after it was told to go down, unless it is gone by then."""
    supervisor, victim = os.pidfd_open(machine.supervisor()), os.pidfd_open(process)
    with subprocess.Popen(machine.command("down"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as going:
        if not select.select([victim], [], [], late / 1000)[0]:
            signal.pidfd_send_signal(victim, signal.SIGKILL)
        select.select([supervisor], [], [])
        going.wait(60)
    os.close(supervisor)
    os.close(victim)


def test_killed_while_it_goes_down(options):
    """What was written before is there, and the machine comes up, at whatever moment of its going down it was killed."""
    with Machine(options) as machine:
        for moment in range(6):
            machine.call(0, "up")
            add(machine, KEY, f"V{moment}", "REG_DWORD", moment)
            kill_going_down(machine, machine.process() if moment % 2 else machine.supervisor(), moment * 3)
            assert numbers(machine, KEY) == list(range(moment + 1)), moment


# ---- CMOS and disk ------------------------------------------------------------------------------------------------------

def test_cmos_survives(options):
    with Machine(options) as machine:
        machine.service("writer", machine.driver("service"), "start=", "auto")
        add(machine, SERVICE, "Cmos", "REG_DWORD", 0x5A40)
        for before, killed in (0x00, False), (0x5A, True), (0x5A, False):
            machine.call(0, "up")
            log = machine.call(0, "log")[0]
            assert f"CMOS 0x40 was 0x{before:02x}" in log, log
            if killed:
                kill(machine, machine.supervisor())
            else:
                machine.call(0, "down")
        assert read(os.path.join(machine.path, "cmos.bin"))[0x40] == 0x5A


def test_image_is_a_disk_to_others(options):
    with Machine(options) as machine:
        machine.call(0, "up")
        image = os.path.join(machine.path, "disk0.img")
        sector = read(image)[:512]
        shown = machine.call(0, "io", "--json", "-c", r"open \\.\PhysicalDrive0", "-c", "read 512")[0]
        assert sector.hex() in shown
        assert sector[510:] == b"\x55\xaa" and sum(sector[446 + 16 * slot + 4] != 0 for slot in range(4)) == 1
        first, count = (int.from_bytes(sector[446 + at:446 + at + 4], "little") for at in (8, 12))
        assert (first + count) * 512 == os.stat(image).st_size
        tool = shutil.which("sfdisk", path=os.environ["PATH"] + ":/sbin:/usr/sbin")
        if tool is None:
            return "no sfdisk"
        out = subprocess.run([tool, "-d", image], capture_output=True, text=True, check=True).stdout
        partitions = [line for line in out.splitlines() if "start=" in line]
        assert len(partitions) == 1 and f"start={first:12}" in partitions[0] and f"size={count:12}" in partitions[0], out
        return None


def test_disk_of_ones_own(options):
    with Machine(options) as machine:
        image = os.path.join(machine.folder.name, "mine.img")
        with open(image, "wb") as file:
            file.write(b"A" * 512 + bytes(1024 * 1024 - 512))
        drive, put = r"open \\.\PhysicalDrive0", 'write "' + "B" * 512 + '"'
        machine.call(0, "up", "--disk", image)
        out = machine.call(1, "io", "-c", drive, "-c", "read 512", "-c", put, "-c", "read 100", "-c", "read 512 at=1048576",
                           "-c", "read 512 at=100")[0]
        results = [line for line in out.splitlines() if "->" in line]
        for line, wanted in zip(results, ["STATUS_SUCCESS", "512 bytes", "error 19 ", "error 87 ", "error 87 ", "error 87 "]):
            assert wanted in line, out
        assert "41 41 41" in out
        out = machine.call(1, "io", "--user", "-c", drive)[0]
        assert "error 5 " in out, out
        machine.call(0, "down")
        assert read(image)[:512] == b"A" * 512
        machine.call(0, "up", "--disk", image, "--disk-writable")
        machine.call(0, "io", "-c", drive, "-c", put)
        machine.call(0, "down")
        assert read(image)[:513] == b"B" * 512 + b"\0"


def test_what_is_no_disk(options):
    with Machine(options) as machine:
        pipe, empty = (os.path.join(machine.folder.name, name) for name in ("pipe", "empty"))
        os.mkfifo(pipe)
        write(machine, "empty", "", "ascii")
        for verb in ["up"], ["run", machine.driver("hello", "drivers/x64/free")]:
            for path, why in ("/nowhere", "No such file"), (pipe, "neither a file nor a block device"), \
                    ("/dev/zero", "neither"), (machine.folder.name, "neither"), (empty, "smaller than a sector"):
                errors = machine.call(3, *verb, "--disk", path)[1]
                assert path in errors and why in errors, errors
        machine.call(2, "up", "--disk-writable")
        machine.call(0, "up", "--disk", empty, "--disk-writable")
        assert read(empty)[510:512] == b"\x55\xaa"


def test_damaged_image(options):
    with Machine(options) as machine:
        add(machine, KEY, "a", "REG_SZ", "b")
        with open(os.path.join(machine.path, "disk0.img"), "wb") as file:
            file.write(b"\xff" * 5000)
        machine.call(0, "up")
        assert "PhysicalDrive0 ends within a sector" in machine.call(0, "log")[0]
        out = machine.call(0, "io", "-c", r"open \\.\PhysicalDrive0", "-c", "read 512")[0]
        assert "ff ff ff ff" in out
        assert "REG_SZ    b" in machine.call(0, "reg", "query", KEY)[0]
        machine.call(0, "down")
        assert os.stat(os.path.join(machine.path, "disk0.img")).st_size == 5000


def test_directory_is_private(options):
    with Machine(options) as machine:
        machine.call(0, "up")
        assert stat.S_IMODE(os.stat(machine.path).st_mode) == 0o700
        errors = machine.call(3, "up")[1]
        assert f"in use by process {machine.supervisor()}" in errors, errors
        errors = machine.call(3, "run", machine.driver("hello", "drivers/x64/free"))[1]
        assert "in use by process" in errors, errors


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    tests = [test for name, test in globals().items() if name.startswith("test_")]
    return tap.run(tests, options)


if __name__ == "__main__":
    sys.exit(main())
