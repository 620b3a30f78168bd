#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Runs the torture drivers (tests/kernel/torture) for a time each, in a throw-away machine directory, x64 and x86.

The time is the value Seconds of the service's key Parameters, put there by `dotsys reg` before the driver starts. A driver that
fails, leaves something behind or does not come back fails the run. The last line is 'N passed, N failed'.
"""
import argparse
import os
import re
import subprocess
import sys
import tempfile

PATIENCE = 300  # seconds beyond the time asked for


def torture(dotsys, registry, driver, arch, seconds):
    """True if the driver's tests passed and nothing was left."""
    name = os.path.splitext(os.path.basename(driver))[0]
    with tempfile.TemporaryDirectory(prefix="dotsys-torture-") as folder:
        machine = ["--machine", os.path.join(folder, "machine")]
        key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\" + name + "\\Parameters"
        made = subprocess.run([registry, "reg", "add", key, "/v", "Seconds", "/t", "REG_DWORD", "/d", str(seconds), "/f", *machine],
                              capture_output=True, text=True, check=False)
        if made.returncode != 0:
            print(f"not ok {name} {arch}: no value Seconds: {made.stdout}{made.stderr}")
            return False
        try:
            ran = subprocess.run([dotsys, "run", *machine, "--timeout", str(1000 * (seconds + PATIENCE)), driver], capture_output=True, text=True, check=False,
                                 timeout=seconds + PATIENCE)
        except subprocess.TimeoutExpired as late:
            print(f"not ok {name} {arch}: not back after {late.timeout} s\n{late.stdout}{late.stderr}")
            return False
    text = ran.stdout + ran.stderr
    counts = re.search(r"([\d.]+) \[" + name + r"\] (\d+ passed, \d+ failed)", text)
    if ran.returncode != 0 or counts is None:
        print(f"not ok {name} {arch}: exit status {ran.returncode}\n{text}")
        return False
    print(f"ok {name} {arch}: {counts.group(2)} in {float(counts.group(1)):.0f} s", flush=True)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("--build", required=True, help="where tests/kernel/ARCH/torture_*.sys are")
    parser.add_argument("--registry", metavar="DOTSYS", help="another build of the command, for the registry")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--arch", nargs="+", default=["x64", "x86"])
    parser.add_argument("names", nargs="*", help="drivers, without torture_ (all)")
    options = parser.parse_args()
    results = []
    for arch in options.arch:
        folder = os.path.join(options.build, "tests/kernel", arch)
        names = options.names or sorted(name[8:-4] for name in os.listdir(folder) if re.fullmatch(r"torture_\w+\.sys", name))
        for name in names:
            results.append(torture(options.dotsys, options.registry or options.dotsys, os.path.join(folder, f"torture_{name}.sys"), arch, options.seconds))
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if results and all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
