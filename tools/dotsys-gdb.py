# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Source-level debugging of drivers with gdb: symbols of driver images come and go with them.

    gdb -x tools/dotsys-gdb.py --args dotsys run hello.sys -c 'open \\\\.\\HelloDrv'
    (gdb) break DriverEntry
    (gdb) run

Works on a running or attached process too. The command's machine is a child of the command: with
the program named dotsys, gdb follows that child.

Faults a driver causes are the machine's business, so their signals pass without a word: stop where
they end up with `break KeBugCheckAt`. SIGTRAP is left as gdb has it: an int3 in a driver
(DbgBreakPoint) stops in the debugger, and `continue` goes on behind it. Drivers' code is writable
while gdb is there: it lies in shared memory, which Linux lets a debugger write to only then. In
what was loaded before gdb came, `break` makes hardware breakpoints, of which there are four.

The machine calls dotsys_debug_image() after it changed an entry of dotsys_debug_images[], an array
of {const char *path; uintptr_t base, size; int loaded;} with dotsys_debug_image_slots entries, and
looks at dotsys_debug_writable_code when it protects an image. Nothing else of it is used here.
"""

import os
import struct

import gdb

# SIG40 is how the machine interrupts a thread.
PASSED_SIGNALS = ("SIGSEGV", "SIGBUS", "SIGILL", "SIGFPE", "SIG40")
MAX_PATH = 4096


def pe_layout(path):
    """(image base, [(RVA, size, executable) of each section]) of a PE file; None if it is none."""
    try:
        with open(path, "rb") as file:
            head = file.read(0x4000)
        nt = struct.unpack_from("<I", head, 0x3C)[0]
        if head[:2] != b"MZ" or head[nt:nt + 4] != b"PE\0\0":
            return None
        optional_bytes = struct.unpack_from("<H", head, nt + 20)[0]
        optional = nt + 24
        is64 = struct.unpack_from("<H", head, optional)[0] == 0x20B
        base = struct.unpack_from("<Q", head, optional + 24)[0] if is64 \
            else struct.unpack_from("<I", head, optional + 28)[0]
        sections = []
        for index in range(struct.unpack_from("<H", head, nt + 6)[0]):
            size, rva = struct.unpack_from("<II", head, optional + optional_bytes + index * 40 + 8)
            flags = struct.unpack_from("<I", head, optional + optional_bytes + index * 40 + 36)[0]
            sections.append((rva, size, flags & 0x20000000 != 0))
        return base, sections
    except (OSError, struct.error):
        return None


class Images:
    """The images gdb has symbols of, kept equal to what the machine has loaded."""

    def __init__(self):
        self.known = {}  # base: (path, address inside its first section)

    @staticmethod
    def loaded():
        """{base: path} from the machine's list; None: there is no machine in this process."""
        try:
            slots = int(gdb.parse_and_eval("*(unsigned *)&dotsys_debug_image_slots"))
            table = int(gdb.parse_and_eval("(unsigned long)&dotsys_debug_images"))
            width = gdb.lookup_type("long").sizeof
            inferior = gdb.selected_inferior()
            raw = inferior.read_memory(table, slots * 4 * width).tobytes()
        except (gdb.error, gdb.MemoryError):
            return None
        images = {}
        for path, base, _, present in struct.iter_unpack("<QQQQ" if width == 8 else "<IIII", raw):
            if present & 0xFFFFFFFF and path:
                images[base] = gdb.Value(path).cast(gdb.lookup_type("char").pointer()).string(
                    errors="replace", length=-1)[:MAX_PATH]
        return images

    def add(self, base, path):
        layout = pe_layout(path)
        if layout is None:
            print("dotsys: no symbols for %s: it cannot be read" % path)
            self.known[base] = (path, None)
            return
        image_base, sections = layout
        offset = (base - image_base) & ((1 << 64) - 1)
        try:
            gdb.execute('add-symbol-file "%s" -o %#x' % (path, offset), to_string=True)
            self.known[base] = (path, base + sections[0][0])
        except gdb.error as error:
            print("dotsys: no symbols for %s: %s" % (path, error))
            self.known[base] = (path, None)

    def remove(self, base):
        _, inside = self.known.pop(base)
        if inside is None:
            return
        try:
            gdb.execute("remove-symbol-file -a %#x" % inside, to_string=True)
        except gdb.error:
            pass  # gdb dropped it already

    def synchronise(self):
        images = self.loaded()
        if images is None:
            return
        gdb.execute("set variable *(int *)&dotsys_debug_writable_code = 1", to_string=True)
        for base in [base for base, (path, _) in self.known.items() if images.get(base) != path]:
            self.remove(base)
        for base, path in images.items():
            if base not in self.known:
                self.add(base, path)

    def attach(self):
        """For a process that was running: its code is read-only already, so breakpoints must be made
        in hardware, as gdb does where memory is marked as read-only."""
        self.synchronise()
        gdb.execute("set mem inaccessible-by-default off", to_string=True)
        for base, (path, inside) in self.known.items():
            for rva, size, executable in pe_layout(path)[1] if inside else ():
                if executable:
                    gdb.execute("mem %#x %#x ro" % (base + rva, base + rva + size), to_string=True)

    def forget(self):
        gdb.execute("delete mem", to_string=True)
        for base in list(self.known):
            self.remove(base)


class ImageBreakpoint(gdb.Breakpoint):
    """Never stops: brings the symbols up to date and goes on."""

    def __init__(self, images):
        super().__init__("dotsys_debug_image", internal=True)
        self.silent = True
        self.images = images

    def stop(self):
        self.images.synchronise()
        return False


def has_process():
    return gdb.selected_inferior().pid != 0


def follow_machine():
    """A program that embeds a machine is debugged itself; the command only watches its child."""
    program = gdb.current_progspace().filename
    if program is not None and os.path.basename(program) == "dotsys":
        gdb.execute("set follow-fork-mode child", to_string=True)


def install():
    images = Images()
    gdb.execute("handle %s nostop noprint pass" % " ".join(PASSED_SIGNALS), to_string=True)
    gdb.execute("set breakpoint pending on", to_string=True)
    follow_machine()
    gdb.events.new_objfile.connect(lambda _: follow_machine())
    ImageBreakpoint(images)
    gdb.events.exited.connect(lambda _: images.forget())
    if has_process():
        images.attach()


install()
