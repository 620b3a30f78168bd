#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""The library, loaded and let go by a program that knows it only by name, as language runtimes do. TAP.

    tests/e2e/library_test.py --library build/libdotsys.so
"""
import _ctypes
import argparse
import ctypes
import os
import sys

import tap

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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--library", required=True)
    options = parser.parse_args()
    options.library = os.path.abspath(options.library)
    return tap.run([test_machine, test_stays_when_let_go], options)


if __name__ == "__main__":
    sys.exit(main())
