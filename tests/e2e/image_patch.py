# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: The dotsys authors
"""Makes of a driver's image what linkers do not make by themselves, for verifier_test.py."""
import struct

WRITABLE, EXECUTABLE, CODE = 0x80000000, 0x20000000, 0x20
LOW_ALIGNMENT, PAGE = 0x200, 0x1000
SECTION_BYTES = 40
SECTION = "<8sIIIIIIHHI"  # name, virtual size, address, raw size, raw offset, ..., characteristics
VIRTUAL_SIZE, ADDRESS, RAW_SIZE, RAW_OFFSET, CHARACTERISTICS = 1, 2, 3, 4, 9


class Image:
    """What is changed of a PE file; it lies at the same places for both word sizes."""

    def __init__(self, data):
        self.data = bytearray(data)
        self.file_header = struct.unpack_from("<I", data, 0x3C)[0] + 4
        self.optional = self.file_header + 20
        count, = struct.unpack_from("<H", data, self.file_header + 2)
        self.table = self.optional + struct.unpack_from("<H", data, self.file_header + 16)[0]
        table = data[self.table:self.table + count * SECTION_BYTES]
        self.sections = [list(section) for section in struct.iter_unpack(SECTION, table)]

    def section(self, name):
        return next(section for section in self.sections if section[0].rstrip(b"\0") == name)

    def bytes(self):
        struct.pack_into("<H", self.data, self.file_header + 2, len(self.sections))
        for index, section in enumerate(self.sections):
            struct.pack_into(SECTION, self.data, self.table + index * SECTION_BYTES, *section)
        return bytes(self.data)


def unaligned(image):
    """The file as it lies in memory, sections aligned to 512 bytes, and the code in two of them."""
    headers = struct.unpack_from("<I", image.data, image.optional + 60)[0]
    size = struct.unpack_from("<I", image.data, image.optional + 56)[0]
    flat = bytearray(size)
    flat[:headers] = image.data[:headers]
    ends = [section[ADDRESS] for section in image.sections[1:]] + [size]
    for section, end in zip(image.sections, ends):
        start, offset = section[ADDRESS], section[RAW_OFFSET]
        length = min(section[RAW_SIZE], end - start)
        flat[start:start + length] = image.data[offset:offset + length]
        section[RAW_OFFSET] = start
        section[RAW_SIZE] = section[VIRTUAL_SIZE] = end - start
    image.data = flat
    struct.pack_into("<II", image.data, image.file_header + 8, 0, 0)  # no symbols
    struct.pack_into("<II", image.data, image.optional + 32, LOW_ALIGNMENT, LOW_ALIGNMENT)
    struct.pack_into("<I", image.data, image.optional + 60, PAGE)
    code = image.section(b".text")
    rest = list(code)
    code[VIRTUAL_SIZE] = code[RAW_SIZE] = LOW_ALIGNMENT
    for field in (VIRTUAL_SIZE, RAW_SIZE):
        rest[field] -= LOW_ALIGNMENT
    for field in (ADDRESS, RAW_OFFSET):
        rest[field] += LOW_ALIGNMENT
    rest[0] = b".code"
    image.sections.insert(image.sections.index(code) + 1, rest)


def patch(data, what):
    """What: as the head comments of tests/kernel/sins name it."""
    image = Image(data)
    if what == "writable code":
        image.section(b".text")[CHARACTERISTICS] |= WRITABLE
    elif what == "executable imports":
        imports = image.section(b".idata")
        imports[CHARACTERISTICS] = imports[CHARACTERISTICS] & ~WRITABLE | EXECUTABLE | CODE
    elif what == "unaligned code":
        unaligned(image)
    else:
        raise ValueError(f"no such patch: {what}")
    struct.pack_into("<I", image.data, image.optional + 64, 0)  # the checksum is not checked then
    return image.bytes()
