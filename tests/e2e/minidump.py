# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Reads a minidump by its documented format (minidumpapiset.h) and refuses one that breaks it.

Every offset and size must lie within the file, streams may not overlap, and what refers to something else must find it: threads
and the exception their registers and stacks, modules their names, memory its bytes.
"""
import struct

THREADS, MODULES, MEMORY, EXCEPTION, SYSTEM, COMMENT, MISC = 3, 4, 5, 6, 7, 10, 15
AMD64, X86 = 9, 0
CONTEXT_BYTES = {AMD64: 1232, X86: 716}


class Broken(AssertionError):
    """The file is no minidump as documented."""


def expect(condition, why):
    if not condition:
        raise Broken(why)


class Minidump:
    """The parts of a minidump: system, modules, threads, memory, exception, comment."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        signature, version, count, directory, _, _, _ = self.unpack("<4sIIIIIQ", 0)
        expect(signature == b"MDMP" and version & 0xFFFF == 0xA793, "the header is not a minidump's")
        self.streams = {}
        for index in range(count):
            kind, size, offset = self.unpack("<III", directory + 12 * index)
            self.part(offset, size)
            expect(kind not in self.streams, f"two streams of kind {kind}")
            self.streams[kind] = (offset, size)
        self.check_overlap()
        self.read_system()
        self.read_memory()
        self.read_modules()
        self.read_threads()
        self.read_exception()
        offset, size = self.streams[COMMENT]
        self.comment = self.part(offset, size).rstrip(b"\0").decode("utf-8")

    def part(self, offset, size):
        expect(offset + size <= len(self.data), f"{size} bytes at {offset} lie outside of the file")
        return self.data[offset:offset + size]

    def unpack(self, form, offset):
        return struct.unpack(form, self.part(offset, struct.calcsize(form)))

    def check_overlap(self):
        end = 0
        for offset, size in sorted(self.streams.values()):
            expect(offset >= end, f"a stream at {offset} lies over the one before")
            end = offset + size

    def stream(self, kind, entry_bytes):
        """Offsets of the entries of a list."""
        expect(kind in self.streams, f"no stream of kind {kind}")
        offset, size = self.streams[kind]
        count, = self.unpack("<I", offset)
        expect(size == 4 + count * entry_bytes, f"stream {kind} has {size} bytes for {count} entries")
        return [offset + 4 + index * entry_bytes for index in range(count)]

    def string(self, offset):
        size, = self.unpack("<I", offset)
        expect(size % 2 == 0 and self.part(offset + 4 + size, 2) == b"\0\0", "a string without an end")
        return self.part(offset + 4, size).decode("utf-16-le")

    def read_system(self):
        offset, size = self.streams[SYSTEM]
        expect(size == 56, "the system's information has another size")
        self.processor, _, _, self.processors, product, self.major, self.minor, self.build, platform, service_pack = \
            self.unpack("<HHHBBIIIII", offset)
        expect(self.processor in CONTEXT_BYTES and product == 1 and platform == 2, "it is of another system")
        self.string(service_pack)
        misc, size = self.streams[MISC]
        expect(self.unpack("<I", misc)[0] == size, "the miscellaneous information says another size")
        self.process = self.unpack("<III", misc)[2]

    def read_memory(self):
        self.memory = []
        for entry in self.stream(MEMORY, 16):
            start, size, offset = self.unpack("<QII", entry)
            self.part(offset, size)
            self.memory.append((start, size, offset))
        ordered = sorted(self.memory)
        for before, after in zip(ordered, ordered[1:]):
            expect(before[0] + before[1] <= after[0], f"memory at 0x{after[0]:x} is there twice")

    def read(self, address, size):
        """Bytes at an address, or None."""
        for start, length, offset in self.memory:
            if start <= address and address + size <= start + length:
                return self.part(offset + address - start, size)
        return None

    def read_modules(self):
        self.modules = []
        for entry in self.stream(MODULES, 108):
            base, size, checksum, timestamp, name = self.unpack("<QIIII", entry)
            codeview_size, codeview = self.unpack("<II", entry + 76)
            record = self.part(codeview, codeview_size)
            expect(not record or record[:4] in (b"RSDS", b"LEpB"), "a CodeView record of an unknown kind")
            self.modules.append({"base": base, "size": size, "checksum": checksum, "timestamp": timestamp,
                                 "name": self.string(name), "codeview": record})
        ordered = sorted((module["base"], module["size"]) for module in self.modules)
        for before, after in zip(ordered, ordered[1:]):
            expect(before[0] + before[1] <= after[0], "modules overlap")

    def registers(self, size, offset):
        """Instruction and stack pointer of a context."""
        expect(size == CONTEXT_BYTES[self.processor], f"a context of {size} bytes")
        if self.processor == AMD64:
            expect(self.unpack("<I", offset + 0x30)[0] & 0x100003 == 0x100003, "a context without registers")
            return self.unpack("<Q", offset + 0xF8)[0], self.unpack("<Q", offset + 0x98)[0]
        expect(self.unpack("<I", offset)[0] & 0x10003 == 0x10003, "a context without registers")
        return self.unpack("<I", offset + 0xB8)[0], self.unpack("<I", offset + 0xC4)[0]

    def read_threads(self):
        self.threads = []
        for entry in self.stream(THREADS, 48):
            identifier, = self.unpack("<I", entry)
            start, size, offset, context_size, context = self.unpack("<QIIII", entry + 24)
            self.part(offset, size)
            pc, sp = self.registers(context_size, context)
            expect(size == 0 or start <= sp < start + size, "a thread's stack pointer is not in its stack")
            expect(size == 0 or self.read(start, size) == self.part(offset, size), "a stack that memory has otherwise")
            self.threads.append({"id": identifier, "pc": pc, "sp": sp, "stack": (start, size), "context": context})
        expect(len({thread["id"] for thread in self.threads}) == len(self.threads), "a thread is there twice")

    def read_exception(self):
        offset, size = self.streams[EXCEPTION]
        expect(size == 168, "the exception has another size")
        thread, _, code, flags, _, address, count = self.unpack("<IIIIQQI", offset)
        context_size, context = self.unpack("<II", offset + 160)
        expect(count <= 15, "the exception has too many parameters")
        owner = [known for known in self.threads if known["id"] == thread]
        expect(len(owner) == 1 and owner[0]["context"] == context, "the exception is of no thread")
        pc, sp = self.registers(context_size, context)
        self.exception = {"thread": thread, "code": code, "flags": flags, "address": address, "pc": pc, "sp": sp,
                          "parameters": list(self.unpack(f"<{count}Q", offset + 40))}

    def module_at(self, address):
        for module in self.modules:
            if module["base"] <= address < module["base"] + module["size"]:
                return module
        return None
