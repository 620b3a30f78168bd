#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Tests of dotsys portcheck. TAP; the last line is 'N passed, N failed'.

Each file of cases/ says in comments what is to be found where: '// expect: PC4311 PC4312' on the line of findings, and
'// note: PC5103'. Anything else that is found, or anything that is not, is a failure.

    tests/portcheck/portcheck_test.py --dotsys build/dotsys [CASE...]
"""
import argparse
import collections
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import tap  # pylint: disable=wrong-import-position

ROOT = HERE.parent.parent
COMPILERS = ("x86_64-w64-mingw32-gcc", "i686-w64-mingw32-gcc")


class Tool:
    """The command, and what it found in the cases."""

    def __init__(self, dotsys):
        self.dotsys = str(pathlib.Path(dotsys).resolve())
        self.cases = sorted((HERE / "cases").glob("*.c"))
        self.done = None
        self.found = collections.defaultdict(list)

    def run(self, *arguments, **options):
        return subprocess.run([self.dotsys, "portcheck", *map(str, arguments)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=600, check=False, **options)

    def read_cases(self, chosen):
        self.cases = [case for case in self.cases if not chosen or case.stem in chosen]
        self.done = self.run("--json", *self.cases)
        for line in self.done.stdout.splitlines():
            finding = json.loads(line)
            self.found[pathlib.Path(finding["file"]).name].append(finding)


def expected(case):
    """Counts of (line, kind, code) that the comments of a source ask for."""
    wanted = collections.Counter()
    for number, line in enumerate(case.read_text().splitlines(), 1):
        for kind, codes in re.findall(r"// (expect|note): ((?:PC\d+ ?)+)", line):
            for code in codes.split():
                wanted[number, "warning" if kind == "expect" else "note", code] += 1
    return wanted


def case_test(case):
    def test(tool):
        wanted = expected(case)
        found = collections.Counter((one["line"], one["level"], one["code"]) for one in tool.found[case.name])
        problems = [f"line {line}: missing {kind} {code}" for line, kind, code in sorted((wanted - found).elements())]
        problems += [f"line {line}: unexpected {kind} {code}" for line, kind, code in sorted((found - wanted).elements())]
        problems += [line for line in tool.done.stderr.splitlines() if f"/{case.name}" in line]
        assert not problems, "\n".join(problems)
        if not case.stem.startswith("fine"):
            assert wanted, "a case that expects nothing has a name that begins with fine"
    test.__name__ = case.stem
    return test


def equal(got, wanted, what):
    assert got == wanted, f"{what}: {got!r}, not {wanted!r}"


# ---- The sources that are known to be right ------------------------------------------------------------------------------


def our_drivers_and_clients(tool):
    """Nothing is found in what runs, and is tested, in both word sizes."""
    sources = sorted((ROOT / "drivers").glob("*/*.c")) + sorted((ROOT / "drivers").glob("*/client/*.c"))
    assert len(sources) >= 12, sources
    done = tool.run(*sources)
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "portcheck of drivers")


def classic_genport_is_found(tool):
    """The listing takes 64-bit programs' structure from all: its twin is missing, and named."""
    done = tool.run(ROOT / "tests/kernel/defects/genport_classic.c")
    equal(done.returncode, 5, "status")
    for line in ("'GENPORT_POINTER_ACCESS' in a request's buffer has 16 bytes here and 8 in 32-bit programs [PC5101]",
                 "IoIs32bitProcess", "} GENPORT_POINTER_ACCESS32;"):
        assert line in done.stdout, f"no {line!r} in\n{done.stdout}"


def driver_for_an_earlier_windows(tool):
    done = tool.run("--os", "win7", ROOT / "drivers/kmemio/kmemio.c", "--", "-DKMEMIO_WIN7")
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "the variant for Windows 7")


# ---- What it prints ------------------------------------------------------------------------------------------------------


def text_is_like_a_compilers(tool):
    done = tool.run("pointer_to_ulong.c", cwd=HERE / "cases")
    equal(done.returncode, 5, "status")
    equal(done.stdout.splitlines(), [
        "pointer_to_ulong.c:8:12: warning: pointer 'PVOID' is cast to 'ULONG', which holds 32 of its 64 bits [PC4311]",
        "    8 |     return (ULONG)Object >> 4; // expect: PC4311",
        "      |            ^~~~~~~~~~~~~",
        "  help: keep it in a ULONG_PTR; PtrToUlong(Object) where only the low half is meant",
    ], "output")


def layouts_are_shown(tool):
    done = tool.run("buffer_system.c", cwd=HERE / "cases")
    for line in ("ULONG_PTR Port        0      8       0      4  differs",
                 "ULONG Value           8      4       4      4  differs",
                 "whole structure             16              8  differs",
                 "} PORT_REQUEST32;", "IoIs32bitProcess"):
        assert line in done.stdout, f"no {line!r} in\n{done.stdout}"


def reordered_layout_is_shown(tool):
    done = tool.run("packed_pointer.c", cwd=HERE / "cases")
    for line in ("packed, 13 bytes:", "PVOID Address             1      8  misaligned: wants a multiple of 8\n",
                 "PVOID Address         0      8\n", "union Data            8      4\n",
                 "whole structure             16\n"):
        assert line in done.stdout, f"no {line!r} in\n{done.stdout}"


def json_is_an_object_a_line(tool):
    done = tool.run("--json", "pointer_to_ulong.c", cwd=HERE / "cases")
    (line,) = done.stdout.splitlines()
    finding = json.loads(line)
    equal(sorted(finding), ["code", "column", "detail", "end_column", "file", "help", "level", "line", "message", "name",
                            "source"], "keys")
    equal([finding[key] for key in ("file", "line", "column", "end_column")], ["pointer_to_ulong.c", 8, 12, 25], "place")
    equal((finding["code"], finding["name"], finding["level"], finding["detail"]),
          ("PC4311", "PointerToSmallerInteger", "warning", None), "rule")


def check_sarif(log, uris):
    """What the schema of SARIF 2.1.0 requires of the properties that are used here."""
    equal(log["version"], "2.1.0", "version")
    assert log["$schema"].startswith("https://"), log["$schema"]
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert driver["name"] and driver["version"]
    rules = [rule["id"] for rule in driver["rules"]]
    equal(len(set(rules)), len(rules), "rules, each once")
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"] and rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("warning", "note")
    for result in run["results"]:
        equal(rules[result["ruleIndex"]], result["ruleId"], "rule of a result")
        assert result["level"] in ("warning", "note") and result["message"]["text"]
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"] in uris, place
        region = place["region"]
        assert region["startLine"] >= 1 and 1 <= region["startColumn"] < region["endColumn"], region
    return run


def sarif_is_a_log(tool):
    names = ["pointer_to_ulong.c", "packed_fixed.c", "fine_sizes.c"]
    done = tool.run("--sarif", *names, cwd=HERE / "cases")
    equal(done.returncode, 5, "status")
    run = check_sarif(json.loads(done.stdout), names)
    equal([result["ruleId"] for result in run["results"]], ["PC5103", "PC4311"], "results")
    equal([result["level"] for result in run["results"]], ["note", "warning"], "levels")
    equal(run["invocations"][0]["executionSuccessful"], True, "success")


def sarif_of_nothing_and_of_failure(tool):
    with tempfile.TemporaryDirectory() as folder:
        broken = pathlib.Path(folder) / "bro ken.c"
        broken.write_text("NO_SUCH_TYPE x;\n")
        done = tool.run("--sarif", "bro ken.c", cwd=folder)
        equal(done.returncode, 1, "status")
        run = check_sarif(json.loads(done.stdout), [])
        equal(run["results"], [], "results")
        equal(run["invocations"][0]["executionSuccessful"], False, "success")
        (notification,) = run["invocations"][0]["toolExecutionNotifications"]
        equal(notification["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "bro%20ken.c", "uri")


def sarif_counts_characters(tool):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "wide.c"
        source.write_text("#include <windows.h>\nDWORD f(void *p) { /* \u00e4\u00f6\u00fc */ return (DWORD)p; }\n")
        (result,) = check_sarif(json.loads(tool.run("--sarif", source).stdout), [source.as_uri()])["results"]
        region = result["locations"][0]["physicalLocation"]["region"]
        equal((region["startColumn"], region["endColumn"]), (37, 45), "columns")


# ---- Exit status and errors ------------------------------------------------------------------------------------------------


def notes_are_no_failure(tool):
    equal(tool.run("packed_fixed.c", cwd=HERE / "cases").returncode, 0, "status")
    equal(tool.run("--align", "packed_fixed.c", cwd=HERE / "cases").returncode, 5, "status with --align")


def fine_source_is_silent(tool):
    done = tool.run("fine_sizes.c", cwd=HERE / "cases")
    equal((done.returncode, done.stdout, done.stderr), (0, "", ""), "a source without findings")


def usage_errors(tool):
    for arguments in ([], ["--no-such-option", "x.c"], ["--os", "win3", "x.c"], ["--os"]):
        done = tool.run(*arguments)
        equal((done.returncode, done.stdout), (2, ""), f"usage {arguments}")
        assert "Try 'dotsys portcheck --help'." in done.stderr, done.stderr
    done = tool.run("--help")
    equal((done.returncode, done.stderr), (0, ""), "--help")
    assert done.stdout.startswith("Usage: dotsys portcheck"), done.stdout


def missing_file(tool):
    done = tool.run("/nowhere/none.c")
    equal((done.returncode, done.stdout), (1, ""), "status")
    assert "/nowhere/none.c: No such file or directory" in done.stderr, done.stderr


def missing_header(tool):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "driver.c"
        source.write_text('#include <ntddk.h>\n#include "driver.h"\nULONG f(PVOID p) { return (ULONG)p; }\n')
        done = tool.run(source)
        equal((done.returncode, done.stdout), (1, ""), "without the header")
        for part in (f"{source}:2:10: error: 'driver.h' file not found", '#include "driver.h"', "-- -I FOLDER",
                     "cannot be parsed"):
            assert part in done.stderr, f"no {part!r} in\n{done.stderr}"
        equal(done.stderr.count("file not found"), 1, "the error, for both word sizes")
        inc = pathlib.Path(folder) / "inc"
        inc.mkdir()
        (inc / "driver.h").write_text("#define DRIVER 1\n")
        equal(tool.run(source, "--", "-I", inc).returncode, 5, "with the header")


def headers_as_windows_finds_them(tool):
    """In any case, with either slash; in a folder of -I; one named by another one."""
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        for name in ("src", "inc", "common"):
            (place / name).mkdir()
        (place / "src/driver.c").write_text('#include <NtDDK.h>\n#include "..\\Common\\Shared.h"\n#include "OPTIONS.H"\n'
                                            "VALUE f(PVOID p) { return (VALUE)p; }\n")
        (place / "common/shared.h").write_text('#include "Inner.h"\n')
        (place / "common/inner.h").write_text("typedef COOKIE VALUE;\n")
        (place / "inc/Options.h").write_text("")
        for cwd, name in ((place, "src/driver.c"), (place / "src", "driver.c"), ("/", place / "src/driver.c")):
            done = tool.run(name, "--", "-DCOOKIE=ULONG", "-I", place / "inc", cwd=cwd)
            equal((done.returncode, done.stderr), (5, ""), f"{name} in {cwd}")
            assert "driver.c:4:27: warning" in done.stdout, done.stdout


def error_in_one_word_size(tool):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "only.c"
        source.write_text("#include <ntddk.h>\n#ifdef _WIN64\n#error not yet\n#endif\n")
        done = tool.run(source)
        equal(done.returncode, 1, "status")
        assert "only.c:3:2: error: not yet (64-bit only)" in done.stderr, done.stderr


def findings_outweigh_failures(tool):
    """As everywhere: 5 comes before 1."""
    done = tool.run("/nowhere/none.c", HERE / "cases/pointer_to_ulong.c")
    equal(done.returncode, 5, "status")
    assert "none.c: No such file" in done.stderr, done.stderr
    assert "[PC4311]" in done.stdout, done.stdout


def flags_reach_the_compiler(tool):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "flags.c"
        source.write_text("#include <ntddk.h>\nNUMBER f(PVOID p) { return (NUMBER)p; }\n")
        equal(tool.run(source, "--", "-DNUMBER=ULONG", "-Wall", "-Werror").returncode, 5, "as ULONG")
        equal(tool.run(source, "--", "-DNUMBER=ULONG_PTR", "-Wall", "-Werror").returncode, 0, "as ULONG_PTR")


def finding_in_a_header_once(tool):
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "shared.h").write_text("static inline ULONG low(void *p) { return (ULONG)p; }\n")
        for name in ("one.c", "two.c"):
            (place / name).write_text('#include <windows.h>\n#include "shared.h"\n')
        done = tool.run("--json", "one.c", "two.c", cwd=folder)
        (line,) = done.stdout.splitlines()
        equal(pathlib.PurePath(json.loads(line)["file"]).name, "shared.h", "where")


def no_colours_in_a_pipe(tool):
    assert "\033" not in tool.run(HERE / "cases/pointer_to_ulong.c").stdout


def colours_on_a_terminal(tool):
    terminal, line = pty.openpty()
    with open(terminal, "rb", buffering=0) as screen:
        done = subprocess.run([tool.dotsys, "portcheck", HERE / "cases/pointer_to_ulong.c"], stdout=line, stdin=subprocess.DEVNULL,
                              env={**os.environ, "TERM": "xterm", "NO_COLOR": ""}, timeout=60, check=False)
        os.close(line)
        equal(done.returncode, 5, "status")
        assert b"\033[33mwarning:\033[0m" in screen.read(4096)


# ---- What it suggests compiles ---------------------------------------------------------------------------------------------


def block(text, start, end):
    """The lines of a detail from the one that begins with start to the one that begins with end."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith(start))
    last = next(number for number in range(first, len(lines)) if lines[number].startswith(end))
    return "\n".join(lines[first:last + 1])


def compile_for_both(source, text):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "suggested.c"
        file.write_text(text)
        for compiler in COMPILERS:
            library = subprocess.check_output([compiler, "-print-file-name=libntoskrnl.a"], text=True)
            ddk = pathlib.Path(library.strip()).parent / "../include/ddk"
            flags = ["-std=gnu17", "-w", "-fsyntax-only", "-DNTDDI_WINVISTA=NTDDI_VISTA", "-D__try=if (1)",
                     "-D__except(Filter)=else", "-isystem", ddk, "-I", source.parent]
            done = subprocess.run([compiler, *flags, file], capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{source.name}, {compiler}:\n{text}\n{done.stderr}"


def twins_have_the_narrow_layout(tool):
    """Each twin, added to its case, has in both word sizes the size and offsets the table has for 32 bits."""
    count = 0
    for case in tool.cases:
        for finding in tool.found[case.name]:
            if finding["code"] != "PC5101" or finding["detail"] is None:
                continue
            table = finding["detail"].split("layouts:\n")[1].splitlines()
            twin = finding["detail"].split("\nlayouts:")[0]
            name = re.search(r"\} (\w+32);", twin)[1]
            size = re.match(r"whole structure +\d+ +(\d+)", table[-1])[1]
            text = f'#include "{case.name}"\n{twin}\n_Static_assert(sizeof({name}) == {size}, "size");\n'
            for line in table[2:-1]:
                match = re.match(r"\S.*?([\w.]+) +\d+ +\d+ +(\d+) +(\d+)", line)
                if match and not re.match(r"(struct|union) +\d", line):
                    field = f"(({name} *)0)->{match[1]}"
                    text += f'_Static_assert(__builtin_offsetof({name}, {match[1]}) == {match[2]}, "{match[1]}");\n'
                    text += f'_Static_assert(sizeof({field}) == {match[3]}, "{match[1]}");\n'
            compile_for_both(case, text)
            count += 1
    assert count >= 10, count


def reordered_structures_are_aligned(tool):
    count = 0
    for case in tool.cases:
        for finding in tool.found[case.name]:
            if not finding["code"].startswith("PC510") or finding["code"] == "PC5101":
                continue
            sorted_part = finding["detail"].split("nothing is misaligned:\n")[1]
            size = re.search(r"whole structure +(\d+)", sorted_part)[1]
            source = block(sorted_part, "typedef", "}")
            name = re.search(r"^\} (\w+);", source, re.M)[1]
            text = re.search(r"#include <.*>\n", case.read_text())[0] + source.replace(f"}} {name};", "} sorted_structure;")
            text += f"\n#ifdef _WIN64\n_Static_assert(sizeof(sorted_structure) == {size}, \"size\");\n#endif\n"
            compile_for_both(case, text)
            assert "misaligned:" not in sorted_part, sorted_part
            count += 1
    assert count >= 4, count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--dotsys", required=True)
    parser.add_argument("cases", nargs="*")
    arguments = parser.parse_args()
    tool = Tool(arguments.dotsys)
    tool.read_cases(arguments.cases)
    tests = [case_test(case) for case in tool.cases]
    if not arguments.cases:
        tests += [our_drivers_and_clients, classic_genport_is_found, driver_for_an_earlier_windows,
                  text_is_like_a_compilers, layouts_are_shown,
                  reordered_layout_is_shown, json_is_an_object_a_line, sarif_is_a_log, sarif_of_nothing_and_of_failure,
                  sarif_counts_characters, notes_are_no_failure, fine_source_is_silent, usage_errors, missing_file,
                  missing_header, headers_as_windows_finds_them, error_in_one_word_size, findings_outweigh_failures,
                  flags_reach_the_compiler, finding_in_a_header_once, no_colours_in_a_pipe, colours_on_a_terminal,
                  twins_have_the_narrow_layout, reordered_structures_are_aligned]
    return tap.run(tests, tool)


if __name__ == "__main__":
    sys.exit(main())
