#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""The library, loaded and let go by a program that knows it only by name, as language runtimes do. TAP.

    tests/e2e/library_test.py --library build/libdotsys.so [--driver hello.sys [--served DOTSYS]]
"""
import _ctypes
import argparse
import ctypes
import os
import subprocess
import sys

import tap
import way

RTLD_NOLOAD = 4


def test_machine(options):
    library = ctypes.CDLL(options.library)
    machine = ctypes.c_void_p()
    assert library.dotsys_machine_open(None, ctypes.byref(machine)) == 0 and machine.value
    assert library.dotsys_machine_close(machine) == 0


def test_stays_when_let_go(options):
    """Its threads may still be on their way out, and the process's signal handlers may be its own."""
    library = ctypes.CDLL(options.library)
    machine = ctypes.c_void_p()
    assert library.dotsys_machine_open(None, ctypes.byref(machine)) == 0
    for _ in range(10):
        _ctypes.dlclose(library._handle)  # pylint: disable=protected-access
    again = ctypes.CDLL(options.library, mode=os.RTLD_NOW | RTLD_NOLOAD)
    assert again.dotsys_machine_close(machine) == 0


def use_device(path):
    """What test_client has a process of its own do: by Win32 calls, with the library let go before it ends."""
    library = ctypes.CDLL(path)
    library.CreateFileA.restype = ctypes.c_void_p
    device = ctypes.c_void_p(library.CreateFileA(b"\\\\.\\HelloDrv", 0xC0000000, 0, None, 3, 0, None))
    count, text = ctypes.c_uint32(), ctypes.create_string_buffer(16)
    assert library.WriteFile(device, b"hello", 5, ctypes.byref(count), None) == 1 and count.value == 5
    assert library.ReadFile(device, text, 16, ctypes.byref(count), None) == 1 and count.value == 5 and text.value == b"hello"
    assert library.ReadFile(ctypes.c_void_p(0xFF8), text, 16, ctypes.byref(count), None) == 0 and library.GetLastError() == 6
    assert library.CloseHandle(device) == 1
    _ctypes.dlclose(library._handle)  # pylint: disable=protected-access
    return 0


def test_client(options):
    words = [sys.executable, os.path.abspath(__file__), "--use", options.library]
    command, environment = way.command(options.served, words, dict(os.environ, DOTSYS_DRIVERS=os.path.abspath(options.driver)))
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == 0 and way.errors(options.served, done.stderr) == "", done.stdout + done.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--library")
    parser.add_argument("--driver", help="hello.sys, a free build")
    parser.add_argument("--use", metavar="LIBRARY", help="what a process this test starts does")
    way.add_option(parser)
    options = parser.parse_args()
    if options.use:
        return use_device(options.use)
    options.library = os.path.abspath(options.library)
    if options.served:
        return tap.run([test_client], options)
    return tap.run([test_machine, test_stays_when_let_go] + ([test_client] if options.driver else []), options)


if __name__ == "__main__":
    sys.exit(main())
