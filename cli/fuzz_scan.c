/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What control codes a driver's code compares with: the 32-bit constants of instructions that
 * compare, add, subtract, load or store one, wherever in its code sections such an instruction may
 * begin. A switch is often a subtraction, so the negative of a constant counts, too. Nothing is
 * decoded: what merely looks like an instruction costs a few requests. The file is not believed.
 */
#include <string.h>

#include "fuzz.h"
#include "plainfile.h"

#include "nt/ntimage.h"

#define SECTIONS 96u /* more than Windows loads */

/* A device type that drivers use, and a function that is theirs to choose. */
static bool looks_like_code(uint32_t value)
{
    uint32_t type = value >> 16;
    return (type == 0x22 || (type >= 0x8000 && type < 0xF000)) && (value & 0x2000) != 0;
}

/* Where the constant is of what may be such an instruction; 0: it is none. */
static size_t constant_at(const uint8_t *code)
{
    enum { ADD = 0x05, SUB = 0x2D, XOR = 0x35, CMP = 0x3D, /* with eax */
        GROUP = 0x81, LEA = 0x8D, MOV_REGISTER = 0xB8, MOV = 0xC7 };
    const uint8_t mode = code[1] >> 6, base = code[1] & 7;
    const size_t operand = 2 + (mode != 3 && base == 4); /* there may be a byte that scales */
    switch (code[0]) {
    case ADD:
    case SUB:
    case XOR:
    case CMP:
        return 1;
    case LEA:
        return mode == 2 ? operand : 0; /* its displacement */
    case GROUP:
    case MOV:
        return operand + (mode == 1 ? 1 : mode == 2 || (mode == 0 && base == 5) ? 4 : 0);
    default:
        return (code[0] & 0xF8) == MOV_REGISTER ? 1 : 0;
    }
}

void fuzz_scan_code(const uint8_t *code, size_t bytes, fuzz_found found, void *context)
{
    for (size_t at = 0; at + FUZZ_INSTRUCTION <= bytes; at++) {
        const size_t constant = constant_at(code + at);
        uint32_t value;
        if (constant == 0)
            continue;
        memcpy(&value, code + at + constant, sizeof(value));
        if (looks_like_code(value))
            found(context, value);
        else if (looks_like_code(-value))
            found(context, -value);
    }
}

static void scan_section(
    FILE *file, const IMAGE_SECTION_HEADER *section, fuzz_found found, void *context)
{
    uint8_t window[65536 + FUZZ_INSTRUCTION];
    size_t kept = 0, left = section->SizeOfRawData, got;

    if (fseek(file, (long)section->PointerToRawData, SEEK_SET) != 0)
        return;
    while (left != 0 && (got = fread(window + kept, 1, left < 65536 ? left : 65536, file)) != 0) {
        left -= got;
        got += kept;
        if (left == 0) { /* nothing follows the last instruction */
            memset(window + got, 0, FUZZ_INSTRUCTION - 1);
            got += FUZZ_INSTRUCTION - 1;
        }
        fuzz_scan_code(window, got, found, context);
        kept = got < FUZZ_INSTRUCTION - 1 ? got : FUZZ_INSTRUCTION - 1;
        memmove(window, window + got - kept, kept);
    }
}

void fuzz_scan(const char *path, fuzz_found found, void *context)
{
    FILE *file = plainfile_stream(path);
    IMAGE_DOS_HEADER dos;
    IMAGE_FILE_HEADER header;
    IMAGE_SECTION_HEADER sections[SECTIONS];
    size_t count = 0;

    if (file == NULL)
        return;
    if (fread(&dos, sizeof(dos), 1, file) == 1 && fseek(file, dos.e_lfanew + 4L, SEEK_SET) == 0 &&
        fread(&header, sizeof(header), 1, file) == 1 &&
        fseek(file, header.SizeOfOptionalHeader, SEEK_CUR) == 0) {
        count = header.NumberOfSections < SECTIONS ? header.NumberOfSections : SECTIONS;
        count = fread(sections, sizeof(sections[0]), count, file);
    }
    for (size_t i = 0; i < count; i++) {
        if (sections[i].Characteristics & IMAGE_SCN_MEM_EXECUTE)
            scan_section(file, &sections[i], found, context);
    }
    fclose(file);
}
