#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""dotsys build on the projects in projects/, good and bad ones, and on the sample drivers; TAP.

    tests/ddkbuild/ddkbuild_test.py --dotsys PATH [--x86] [TEST...]

--x86: drivers for x86 are run, too, not only built.
"""
import argparse
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
import tap  # noqa: E402  pylint: disable=wrong-import-position

ALL = [(env, arch) for env in ("chk", "fre") for arch in ("x64", "x86")]
MACHINES = {"x64": 0x8664, "x86": 0x014C}


class Image:
    """What a PE file says of itself."""

    def __init__(self, path):
        data = pathlib.Path(path).read_bytes()
        header = struct.unpack_from("<I", data, 0x3C)[0]
        self.machine, sections = struct.unpack_from("<HH", data, header + 4)
        self.symbols = struct.unpack_from("<I", data, header + 16)[0]
        optional = header + 24
        self.version = struct.unpack_from("<HH", data, optional + 48)
        self.subsystem = struct.unpack_from("<H", data, optional + 68)[0]
        self.base = struct.unpack_from("<Q" if self.machine == 0x8664 else "<I", data,
                                       optional + (24 if self.machine == 0x8664 else 28))[0]
        directories = optional + (112 if self.machine == 0x8664 else 96)
        self.relocations = struct.unpack_from("<II", data, directories + 5 * 8)[1]
        self.dwarf = self._long_names(data, optional, sections)
        self.data = data

    @staticmethod
    def _long_names(data, optional, sections):
        """Whether a section's name has more than 8 letters: only .debug_info and its like do."""
        size = struct.unpack_from("<H", data, optional - 4)[0]
        names = [data[optional + size + 40 * i:][:8] for i in range(sections)]
        return any(name.startswith(b"/") for name in names)


class Folder:
    """A copy of a project, and builds of it."""

    runs = ("x64",)

    def __init__(self, dotsys, source, name=None):
        self.dotsys = dotsys
        self.temporary = tempfile.TemporaryDirectory(prefix="ddkbuild-")
        self.path = pathlib.Path(self.temporary.name).resolve() / (name or source.name)
        shutil.copytree(source, self.path)
        self.text = self.errors = ""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.temporary.cleanup()

    def build(self, *options, status=0, cwd=None, env=None):
        """Builds; fails unless the exit status is the one expected. Returns standard output."""
        where = [] if cwd else [self.path]
        done = subprocess.run([self.dotsys, "build", *where, *options], capture_output=True, text=True,
                              timeout=240, check=False, cwd=cwd, env={**os.environ, **(env or {})})
        self.text, self.errors = done.stdout, done.stderr
        if done.returncode != status:
            raise AssertionError(f"exit status {done.returncode}, not {status}\n{done.stdout}\n{done.stderr}")
        return done.stdout

    def find(self, name, alt):
        """The file of that name for an environment like chk_win10_amd64."""
        folder = f"obj{alt}/{'i386' if alt.endswith('x86') else 'amd64'}"
        found = list(self.path.glob(f"**/{folder}/{name}"))
        if len(found) != 1:
            raise AssertionError(f"{len(found)} files {name} of {alt}")
        return found[0]

    def prints(self, names, *parts, env="chk"):
        """Loads drivers of every architecture that runs, and looks for what they print."""
        for arch in self.runs:
            wants(self.run(*names, alt=alt_of(env, arch)), *parts)

    def run(self, *names, alt="chk_win10_amd64", options=()):
        """Loads drivers into a machine; what they print."""
        drivers = [self.find(name, alt) for name in names]
        if len({driver.parent for driver in drivers}) > 1:
            for driver in drivers:
                shutil.copy(driver, self.path)
            drivers = [self.path / name for name in names]
        done = subprocess.run([self.dotsys, "run", *options, *drivers], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise AssertionError(f"dotsys run: {done.returncode}\n{done.stderr}")
        return done.stderr


def alt_of(env, arch, system="win10"):
    return f"{env}_{system}_{'amd64' if arch == 'x64' else 'x86'}"


def project(dotsys, name):
    return Folder(dotsys, HERE / "projects" / name)


def wants(text, *parts):
    for part in parts:
        if part not in text:
            raise AssertionError(f"no '{part}' in:\n{text}")


def lacks(text, *parts):
    for part in parts:
        if part in text:
            raise AssertionError(f"'{part}' in:\n{text}")


# ---- Drivers -----------------------------------------------------------------------------------------------------


def driver_everywhere(dotsys):
    with project(dotsys, "driver") as folder:
        for env, arch in ALL:
            text = folder.build("--env", env, "--arch", arch)
            wants(text, f"BUILD: Compile and Link for {'AMD64' if arch == 'x64' else 'x86'}", "Compiling - simple.c",
                  f"Linking Executable - obj{alt_of(env, arch)}/", "2 files compiled\n", "1 executable built\n")
            image = Image(folder.find("simple.sys", alt_of(env, arch)))
            assert image.machine == MACHINES[arch] and image.subsystem == 1 and image.version == (10, 0), vars(image)
            assert image.base == 0x10000 and image.relocations > 0
            assert bool(image.symbols) == (env == "chk") and bool(image.dwarf) == (env == "chk"), (env, arch)
        folder.prints(["simple.sys"], "answer 42, DBG 1")
        folder.prints(["simple.sys"], "answer 42, DBG 0", env="fre")


def classic_driver(dotsys):
    """Functions of a driver for x86 are stdcall unless they say otherwise."""
    with project(dotsys, "classic") as folder:
        for env, arch in ALL:
            folder.build("--env", env, "--arch", arch)
        wants(folder.errors, "no folder '..\\inc'")
        folder.prints(["classic.sys"], "classic: 2 and 1 of 100000002")
        if shutil.which("clang-19") is not None:
            symbols = folder.find("classic.obj", "fre_win10_x86").read_bytes()
            assert all(name in symbols for name in (b"_ClassicDispatch@8", b"_ClassicUnload@4", b"_ClassicTimer@16"))


def target_versions(dotsys):
    systems = {"win2000": ("w2k", (5, 0), "x86"), "xp": ("wxp", (5, 1), "x86"), "win2003": ("wnet", (5, 2), "x64"),
               "vista": ("wlh", (6, 0), "x64"), "win7": ("win7", (6, 1), "x64"), "win8": ("win8", (6, 2), "x64"),
               "win81": ("win81", (6, 3), "x64"), "win10": ("win10", (10, 0), "x64")}
    with project(dotsys, "driver") as folder:
        for name, (alt, version, arch) in systems.items():
            folder.build("--env", "fre", "--target", name, "--arch", arch)
            assert Image(folder.find("simple.sys", alt_of("fre", arch, alt))).version == version, name
        folder.build("--target", "xp")  # for x64 that is the kernel of Windows Server 2003
        folder.find("simple.sys", "chk_wnet_amd64")


def conditions(dotsys):
    with project(dotsys, "conditions") as folder:
        folder.build("--env", "chk")
        wants(folder.text, "Compiling - checked.c")
        wants(folder.run("conditions.sys"), "flavour 1")
        folder.build("--env", "fre")
        wants(folder.text, "Compiling - free.c")
        wants(folder.run("conditions.sys", alt="fre_win10_amd64"), "flavour 2")
        wants(folder.find("one.obj", "chk_win10_amd64").with_suffix(".obj.cmd").read_text(), "-DMODERN")
        folder.build("--target", "xp", "--arch", "x86")
        lacks(folder.find("one.obj", "chk_wxp_x86").with_suffix(".obj.cmd").read_text(), "-DMODERN")


def environment_macros(dotsys):
    with project(dotsys, "warnings") as folder:
        folder.build("-c", env={"SAMPLE_FLAGS": "-DFROM_ENVIRONMENT=\\\"yes\\\" /O1"})
        command = folder.find("warnings.obj", "chk_win10_amd64").with_suffix(".obj.cmd").read_text()
        wants(command, '\n-DFROM_ENVIRONMENT="yes"\n-Os\n')


def library_and_driver(dotsys):
    with project(dotsys, "library") as folder:
        for env, arch in ALL:
            text = folder.build("--env", env, "--arch", arch)
            wants(text, "Building Library - ", "3 files compiled", "1 library built", "1 executable built")
        folder.prints(["uselib.sys"], "twice 21 is 42")
        library = folder.path / "lib/sources"
        library.write_text(library.read_text().replace("twice.c", "nowhere.c"))
        folder.build(status=1)
        wants(folder.errors, "there is no file 'nowhere.c'")
        (folder.path / "lib/objchk_win10_amd64/amd64/samplelib.lib").unlink()
        folder.build(status=1)
        wants(folder.errors, "samplelib.lib' was not built")


def exporting_driver(dotsys):
    with project(dotsys, "export_driver") as folder:
        for env, arch in ALL:
            folder.build("--env", env, "--arch", arch)
            alt = alt_of(env, arch)
            folder.find("exporter.lib", alt)
            user, exporter = (folder.find(name, alt).read_bytes() for name in ("user.sys", "exporter.sys"))
            assert b"exporter.sys\0" in user and b"SampleService\0" in user, "the import has its bare name"
            assert b"\0SampleService\0" in exporter and b"\0DllUnload\0" in exporter
        folder.prints(["exporter.sys", "user.sys"], "six times seven is 42")


def resources(dotsys):
    with project(dotsys, "resource") as folder:
        for arch in ("x64", "x86"):
            folder.build("--arch", arch, "--env", "fre")
            wants(folder.text, "Compiling - resource.rc")
            wants(folder.errors, "'messages.mc' is left out")
            data = folder.find("resource.sys", alt_of("fre", arch)).read_bytes()
            assert b"carried bytes" in data and "A sample with a version".encode("utf-16-le") in data
            assert struct.pack("<IHHHH", 0x00010000, 2, 1, 4, 3) in data, "the version of version.h"
        (folder.path / "carried.bin").write_text("other bytes\n")
        wants(folder.build("--env", "fre"), "1 file compiled", "1 executable built")
        assert b"other bytes" in folder.find("resource.sys", "fre_win10_amd64").read_bytes()


def cplusplus(dotsys):
    with project(dotsys, "cplusplus") as folder:
        for env, arch in ALL:
            folder.build("--env", env, "--arch", arch)
        folder.prints(["cplusplus.sys"], "counter 42")


def assembler(dotsys):
    if shutil.which("llvm-ml-19") is None:
        return "llvm-ml-19 is not installed"
    with project(dotsys, "assembler") as folder:
        wants(folder.build(), "Assembling - answer.asm", "Assembling - more.s", "3 files compiled")
        wants(folder.build("--arch", "x86"), "Assembling - answer.asm", "2 files compiled")
        folder.prints(["assembler.sys"], "answer 42")
    return None


def exceptions(dotsys):
    with project(dotsys, "exceptions") as folder:
        if shutil.which("clang-19") is None or shutil.which("lld-link-19") is None:
            folder.build(status=1)
            wants(folder.errors, "install the packages clang-19 and lld-19")
            return
        for env, arch in ALL:
            folder.build("--env", env, "--arch", arch)
        for env in ("chk", "fre"):
            folder.prints(["exceptions.sys"], "caught 0x80000002", "a driver", env=env)


def safe_strings(dotsys):
    with project(dotsys, "safe_strings") as folder:
        for env, arch in ALL:
            folder.build("--env", env, "--arch", arch)
            lacks(folder.errors, "warning")
        for env in ("chk", "fre"):
            folder.prints(["safestrings.sys"], "name 42, wide and mo, 0x80000005 too",
                          "a driver: 0x00000000", env=env)


def modern(dotsys):
    """What a current WDK has and mingw-w64 has not; a device's descriptor keeps ordinary users out."""
    with project(dotsys, "modern") as folder:
        for env, arch in ALL:
            folder.build("--env", env, "--arch", arch)
            lacks(folder.errors, "warning")
            if arch not in folder.runs:
                continue
            wants(folder.run("modern.sys", alt=alt_of(env, arch), options=("--verify", "-c", r"open \\.\Modern")),
                  "clock 1, zeroed 1, count 80000001, insert 1", "modern: 0xC0000005, F0DEBC9A", "modern: objects, 5",
                  "wrong text is 0xC000000D", "numbers are 0x00000000", "nothing was left behind")
            done = subprocess.run([dotsys, "run", "--user", folder.find("modern.sys", alt_of(env, arch)), "-c", r"open \\.\Modern"],
                                  capture_output=True, text=True, timeout=60, check=False)
            wants(done.stdout, "STATUS_ACCESS_DENIED")
        folder.build("--target", "win7", status=1)
        wants(folder.errors, "ExAllocatePool2")


# ---- Programs ----------------------------------------------------------------------------------------------------


def unaligned(dotsys):
    """Accesses through UNALIGNED pass where alignment is checked, whichever compiler made them."""
    with project(dotsys, "unaligned") as folder:
        for env, arch in ALL:
            folder.build("--env", env, "--arch", arch)
            lacks(folder.errors, "warning")
            if arch in folder.runs:
                wants(folder.run("unaligned.sys", alt=alt_of(env, arch), options=["--align"]), "unaligned: 1872")


def programs(dotsys):
    with project(dotsys, "programs") as folder:
        for env, arch in ALL:
            alt = alt_of(env, arch)
            wants(folder.build("--env", env, "--arch", arch), "4 files compiled", "4 executables built")
            console, window = Image(folder.find("console.exe", alt)), Image(folder.find("window.exe", alt))
            assert (console.subsystem, window.subsystem) == (3, 2)
            assert console.base == 0x1000000
            assert b"\0SampleAnswer\0" in console.data and b"sampledll.dll\0" in console.data
            assert bool(console.symbols) == (env == "chk")
            assert Image(folder.find("sampledll.dll", alt)).machine == MACHINES[arch]


# ---- Windows' names ----------------------------------------------------------------------------------------------


def backslashes(dotsys):
    with project(dotsys, "backslashes") as folder:
        for arch in ("x64", "x86"):
            wants(folder.build("--arch", arch), "2 files compiled")
        wants(folder.run("paths.sys"), "] 2\n")
        header = folder.path / "inc/deep/beside.h"
        header.write_text(header.read_text().replace("DEFINED 1", "DEFINED 3"))
        wants(folder.build(), "2 files compiled")
        wants(folder.run("paths.sys"), "] 6\n")


def mixed_case(dotsys):
    with project(dotsys, "mixed_case") as folder:
        wants(folder.build(), "Compiling - Main.c", "1 executable built")


def spaces_in_paths(dotsys):
    with Folder(dotsys, HERE / "projects" / "resource", "a folder (1)") as folder:
        for env, arch in ALL:
            wants(folder.build("--env", env, "--arch", arch), "1 executable built")
        wants(folder.build("--env", "fre"), "0 files compiled")


# ---- Trees -------------------------------------------------------------------------------------------------------


def trees(dotsys):
    with project(dotsys, "tree") as folder:
        wants(folder.build(), "2 files compiled", "2 executables built")
        lacks(folder.text, "extra")
        wants(folder.build("extra"), "extra.sys", "1 executable built")
    with project(dotsys, "tree") as folder:
        wants(folder.build(cwd=folder.path), "2 executables built")
        assert (folder.path / "buildchk_win10_amd64.log").exists()
        assert (folder.path / "second/inner/objchk_win10_amd64/amd64/inner.sys").exists()


def missing_folder(dotsys):
    with project(dotsys, "missing_folder") as folder:
        folder.build(status=1)
        wants(folder.errors, "dirs: error: DIRS: there is no folder 'nowhere'")
        wants(folder.text, "1 executable built")
        (folder.path / "dirs").write_text("DIRS=..\n")
        folder.build(status=1)
        wants(folder.errors, "'..' is not below this folder")
        (folder.path / "dirs").unlink()
        folder.build(status=1)
        wants(folder.errors, "there is no file 'sources' or 'dirs' here")


# ---- What goes wrong ---------------------------------------------------------------------------------------------


def missing_file(dotsys):
    with project(dotsys, "missing_file") as folder:
        folder.build(status=1)
        wants(folder.errors, "sources: error: SOURCES: there is no file 'nowhere.c'")


def compile_error_and_logs(dotsys):
    with project(dotsys, "compile_error") as folder:
        folder.build(status=1)
        message = f"{folder.path}/wrong.c:17:17: error: "
        wants(folder.errors, message, "NoSuchMember")
        wants(folder.text, "0 files compiled - 1 Error\n")
        logs = [folder.path / f"buildchk_win10_amd64.{name}" for name in ("log", "wrn", "err")]
        for log in logs:
            wants(log.read_text(), message)
        wants(logs[0].read_text(), "BUILD: Start time: ", "mingw32-gcc ", "Compiling - wrong.c")
        folder.build(status=1, cwd=folder.path)
        assert folder.errors.startswith("wrong.c:"), folder.errors
        source = folder.path / "wrong.c"
        source.write_text(source.read_text().replace("    DriverObject->NoSuchMember = 0;\n", ""))
        wants(folder.build(), "1 file compiled\n")
        assert [log.exists() for log in logs] == [True, False, False]


def unknown_types(dotsys):
    with project(dotsys, "unknown_type") as folder:
        folder.build(status=1)
        wants(folder.errors, "sources: error: TARGETTYPE=DRIVR is not known here: did you mean DRIVER")
    with project(dotsys, "unsupported_type") as folder:
        folder.build(status=1)
        wants(folder.errors, "TARGETTYPE=HAL is not known here; there are DRIVER, ")


def bad_sources_files(dotsys):
    with project(dotsys, "bad_condition") as folder:
        folder.build(status=1)
        wants(folder.errors, "sources:5: error: this condition is not understood: 1 == &",
              "sources:5: error: there is no !ENDIF")
    with project(dotsys, "bad_line") as folder:
        folder.build(status=1)
        wants(folder.errors, "sources:2: error: this is no NAME=VALUE: TARGETTYPE DRIVER",
              "sources:3: error: unknown directive !FROB",
              "sources:4: error: !ENDIF without !IF", "sources:5: error: !INCLUDE: there is no file 'nowhere.inc'")


def later_function(dotsys):
    with project(dotsys, "too_late") as folder:
        for arch in ("x64", "x86"):
            folder.build("--arch", arch, "--target", "win81")
            folder.build("--arch", arch, "--target", "win7", status=1)
            wants(folder.errors,
                  "toolate.c:33: error: MmCopyMemory is first in Windows 8.1; this build is for Windows 7")
            alt = alt_of("chk", arch, "win7")
            assert not list(folder.path.glob(f"obj{alt}/*/toolate.sys")), "no image is left"
            wants((folder.path / f"build{alt}.err").read_text(), "MmCopyMemory is first in Windows 8.1")
    with project(dotsys, "too_late_header") as folder:
        folder.build("--target", "win7")
        folder.build("--target", "win2003", status=1)
        wants(folder.errors, "later.c:17:34: error: implicit declaration of function 'KeQueryActiveProcessorCountEx'",
              "KeQueryActiveProcessorCountEx is first in Windows 7; this build is for Windows Server 2003")


def own_target_version(dotsys):
    with project(dotsys, "too_late_header") as folder:
        sources = folder.path / "sources"
        sources.write_text(sources.read_text() + "_NT_TARGET_VERSION=$(_NT_TARGET_VERSION_WIN7)\n")
        folder.build("--target", "win2003")
        assert Image(folder.find("later.sys", "chk_wnet_amd64")).version == (6, 1)
        sources.write_text(sources.read_text() + "_NT_TARGET_VERSION=0x777\n")
        folder.build(status=1)
        wants(folder.errors, "_NT_TARGET_VERSION=0x777 is no Windows")


def link_errors(dotsys):
    with project(dotsys, "link_error") as folder:
        for arch in ("x64", "x86"):
            folder.build("--arch", arch, status=1)
            wants(folder.errors, "undefined.c:19: error: undefined reference to `SampleNowhere",
                  "no_entry/sources: error: there is no entry point", "mingw-w64 has no library 'nosuch.lib'",
                  "there is no file '..\\nowhere\\mine.lib'")
            assert not list(folder.path.glob("**/*.sys"))


def warnings(dotsys):
    with project(dotsys, "warnings") as folder:
        wants(folder.build(), "1 file compiled - 1 Warning\n")
        wants((folder.path / "buildchk_win10_amd64.wrn").read_text(), "warnings.c:17:9: warning: unused variable")
        assert not (folder.path / "buildchk_win10_amd64.err").exists()
        folder.build("--env", "fre", status=1, env={"SAMPLE_FLAGS": "/WX"})
        wants(folder.errors, "warnings.c:17:9: error: unused variable")
        wants(folder.build("--env", "fre", env={"SAMPLE_FLAGS": "/W1"}), "1 file compiled\n")
        folder.build("-cg")
        wants(folder.errors, "\033[33m")


def left_out(dotsys):
    with project(dotsys, "left_out") as folder:
        wants(folder.build(), "1 file compiled - 5 Warnings")
        wants(folder.errors, "no folder 'nowhere'", "NTTARGETFILES=mofcomp is left out",
              "RUN_WPP=$(SOURCES) is left out", "USER_C_FLAGS: /clr has no meaning here",
              "LINKER_FLAGS: /frob has no meaning here")
        folder.find("leftout.map", "chk_win10_amd64")


# ---- Building again ----------------------------------------------------------------------------------------------


def only_what_changed(dotsys):
    with project(dotsys, "driver") as folder:
        nothing = "0 files compiled\n"
        wants(folder.build(), "2 files compiled", "1 executable built")
        lacks(folder.build(), "executable", "Compiling")
        wants(folder.text, nothing)
        wants(folder.build("-z"), nothing)
        more = folder.path / "more.c"
        more.write_text(more.read_text().replace(": 0", ": 1"))
        wants(folder.build(), "1 file compiled", "Compiling - more.c", "1 executable built")
        header = folder.path / "inc/more.h"
        header.write_text(header.read_text() + "\n")
        wants(folder.build("-z"), nothing)
        wants(folder.build(), "2 files compiled", "1 executable built")
        sources = folder.path / "sources"
        sources.write_text(sources.read_text().replace("ANSWER=42", "ANSWER=43"))
        wants(folder.build(), "2 files compiled", "1 executable built")
        wants(folder.run("simple.sys"), "answer 43")
        folder.find("simple.sys", "chk_win10_amd64").unlink()
        wants(folder.build(), nothing.strip(), "1 executable built")
        wants(folder.build("-f"), "2 files compiled", "1 executable built")
        wants(folder.build("-cef"), "2 files compiled", "1 executable built")
        wants(folder.build("-cefgzw", "-M", "2"), "2 files compiled", "1 executable built")
        wants(folder.build("-j1"), nothing)
        sources.write_text(sources.read_text().replace("    # the other half\n    more.c", ""))
        folder.build("-e", status=1)
        wants(folder.errors, "simple.c:", "error: undefined reference to `SampleMore'")
        lacks(folder.text, "Compiling -")


def usage(dotsys):
    with project(dotsys, "driver") as folder:
        for options, says in ((["--env", "debug"], "--env 'debug' is neither chk nor fre"),
                              (["--arch", "ia64"], "--arch 'ia64'"),
                              (["--target", "win95"], "--target 'win95' is none of"), (["-q"], "unknown option '-q'"),
                              (["--target", "win2000"], "no Windows 2000 for x64"),
                              (["-j", "0"], "'0' is no number of jobs"),
                              (["--frobnicate"], "unknown option '--frobnicate'")):
            folder.build(*options, status=2)
            wants(folder.errors, says)
        folder.build("--help")
        wants(folder.text, "Usage: dotsys build")
        folder.build("nowhere", status=2, cwd=folder.path)
        wants(folder.errors, "'nowhere' is no folder")


def missing_tools(dotsys):
    with project(dotsys, "driver") as folder:
        folder.build(status=1, env={"PATH": "/nonexistent"})
        wants(folder.errors, "install the package gcc-mingw-w64-x86-64")
        folder.build("--arch", "x86", status=1, env={"PATH": "/nonexistent"})
        wants(folder.errors, "install the package gcc-mingw-w64-i686")


# ---- The sample drivers ------------------------------------------------------------------------------------------


def sample_drivers(dotsys):
    with Folder(dotsys, HERE.parents[1] / "drivers") as folder:
        drivers = [path.parent for path in folder.path.glob("*/sources")]
        assert len(drivers) >= 4
        for env, arch in ALL:
            folder.build("--env", env, "--arch", arch)
            lacks(folder.errors, "warning")
            alt = alt_of(env, arch)
            for driver in drivers:
                image = Image(folder.find(f"{driver.name}.sys", alt))
                assert image.machine == MACHINES[arch] and image.subsystem == 1
                assert bool(image.symbols) == (env == "chk")
            if arch in folder.runs:
                for driver in drivers:
                    wants(folder.run(f"{driver.name}.sys", alt=alt), "nothing was left behind")
        hello = folder.find("hello.sys", "fre_win10_amd64")
        done = subprocess.run([dotsys, "run", hello, "-c", r"open \\.\HelloDrv", "-c", 'write "as built"', "-c", "read 16"],
                              capture_output=True, text=True, timeout=60, check=True)
        wants(done.stdout, "as built", "read 16 -> STATUS_SUCCESS")


def sample_drivers_for_windows_7(dotsys):
    with Folder(dotsys, HERE.parents[1] / "drivers") as folder:
        folder.build("--target", "win7", "--env", "fre", status=1)
        wants(folder.errors, "kmemio/kmemio.c:", "MmCopyMemory is first in Windows 8.1")
        wants(folder.text, "- 1 Error")


TESTS = [
    driver_everywhere, classic_driver, target_versions, conditions, environment_macros, library_and_driver,
    exporting_driver, resources, cplusplus, assembler, exceptions, safe_strings, modern,
    unaligned, programs, backslashes, mixed_case,
    spaces_in_paths, trees, missing_folder, missing_file, compile_error_and_logs, unknown_types,
    bad_sources_files, later_function, own_target_version, link_errors, warnings, left_out, only_what_changed,
    usage, missing_tools, sample_drivers, sample_drivers_for_windows_7,
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dotsys", required=True, type=lambda path: str(pathlib.Path(path).resolve()))
    parser.add_argument("--x86", action="store_true")
    parser.add_argument("tests", nargs="*", choices=[[], *[test.__name__ for test in TESTS]])
    arguments = parser.parse_args()
    if arguments.x86:
        Folder.runs = ("x64", "x86")
    tests = [test for test in TESTS if not arguments.tests or test.__name__ in arguments.tests]
    return tap.run(tests, arguments.dotsys)


if __name__ == "__main__":
    sys.exit(main())
