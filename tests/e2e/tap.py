# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""What the Python tests share: running a list of tests and printing TAP."""
import traceback


def has_sanitizer(program, kinds=("__asan_", "__ubsan_")):
    with open(program, "rb") as file:
        text = file.read()
    return any(kind.encode() in text for kind in kinds)


def has_address_sanitizer(program):
    return has_sanitizer(program, ("__asan_",))


def run(tests, *arguments):
    """Runs each test(*arguments); returns the exit status. A test that raises failed; one that returns a string is skipped."""
    failed = 0
    print(f"1..{len(tests)}")
    for number, test in enumerate(tests, 1):
        title = f"{number} - {test.__name__}"
        try:
            skipped = test(*arguments)
            print(f"ok {title}" + (f" # SKIP {skipped}" if skipped else ""), flush=True)
        except Exception as error:  # pylint: disable=broad-except
            failed += 1
            print(f"not ok {title}")
            for line in str(error).splitlines() or traceback.format_exc().splitlines():
                print(f"#   {line}", flush=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    return 1 if failed else 0
