/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Environment blocks. What is set is what drivers read: the image's base, name and place in the
 * list of modules, the command line, the stack, who the thread is. The program's image is one of
 * Linux, and there are no others in the list.
 */
#include "ps/block.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "host/host.h"
#include "rtl/rtl.h"

#define PSP_BLOCK_CHARACTERS 4096
#define PSP_DRIVE "Z:" /* the host's root */
#define PSP_PARAMETERS_NORMALIZED 1u /* its strings are pointers, no offsets */
#define PSP_PLATFORM_NT 2
#define PSP_SUBSYSTEM_CONSOLE 3

typedef struct PSP_PROGRAM {
    struct host_program At;
    char Image[PSP_BLOCK_CHARACTERS], CommandLine[PSP_BLOCK_CHARACTERS];
} PSP_PROGRAM;

/* With a zero behind. Returns how many characters; what has no room is left out. */
static ULONG PspWiden(const char *Text, WCHAR *Wide)
{
    ULONG Bytes = 0;
    RtlUTF8ToUnicodeN(
        Wide, (PSP_BLOCK_CHARACTERS - 1) * sizeof(WCHAR), &Bytes, Text, (ULONG)strlen(Text));
    return Bytes / sizeof(WCHAR);
}

typedef ULONG64 PSP_WORD64 __attribute__((aligned(8)));

#define PSP_BITS 64
#define PSP_WORD PSP_WORD64
#include "ps/block.inc"
#define PSP_BITS 32
#define PSP_WORD ULONG
#include "ps/block.inc"

_Static_assert(
    offsetof(PSP_PEB64, NumberOfProcessors) == 0xB8 && offsetof(PSP_PEB64, OsMajorVersion) == 0x118,
    "as on x64");
_Static_assert(
    offsetof(PSP_PEB32, NumberOfProcessors) == 0x64 && offsetof(PSP_PEB32, OsMajorVersion) == 0xA4,
    "as on x86");
_Static_assert(
    offsetof(PSP_MODULE64, BaseDllName) == 0x58 && offsetof(PSP_MODULE32, BaseDllName) == 0x2C,
    "as on Windows");
_Static_assert(offsetof(PSP_PARAMETERS64, CommandLine) == 0x70 &&
        offsetof(PSP_PARAMETERS32, CommandLine) == 0x40,
    "as on Windows");
_Static_assert(offsetof(PSP_LOADER64, InLoadOrderModuleList) == 0x10 &&
        offsetof(PSP_LOADER32, InLoadOrderModuleList) == 0xC,
    "as on Windows");
_Static_assert(
    offsetof(PSP_TEB64, LastErrorValue) == 0x68 && offsetof(PSP_TEB32, LastErrorValue) == 0x34,
    "as on Windows");

#define PSP_TEB_BYTES 0x2000u      /* of 64 bits; as far behind lies that of 32 */
#define PSP_NARROW_TEB_BYTES 0x1000u

static pthread_mutex_t PspBlocksLock = PTHREAD_MUTEX_INITIALIZER;
static PS_BLOCKS PspBlocks[2]; /* of the machine's word size and of both */

static void PspDescribeProgram(PSP_PROGRAM *Program)
{
    const uint32_t Self = host_process_id();
    char Path[PSP_BLOCK_CHARACTERS - sizeof(PSP_DRIVE)] = "";
    host_program(&Program->At);
    if (host_process_path(Self, Path, sizeof(Path)) != 0)
        Path[0] = 0;
    snprintf(Program->Image, sizeof(Program->Image), "%s%s", PSP_DRIVE, Path);
    for (char *At = Program->Image; *At != 0; At++)
        *At = *At == '/' ? '\\' : *At;
    if (host_process_command_line(Self, Program->CommandLine, sizeof(Program->CommandLine)) != 0)
        Program->CommandLine[0] = 0;
}

static PS_BLOCKS PspMakeProcessBlocks(BOOLEAN Wide)
{
    PS_BLOCKS Blocks = {0};
    PSP_PROGRAM *Program = host_private_allocate(sizeof(*Program));
    if (Program == NULL)
        return Blocks;
    PspDescribeProgram(Program);
    Blocks.ImageBase = Program->At.base;
    if (Wide)
        Blocks.Wow64Peb = (ULONG_PTR)PspMakeProcess32(Program);
    Blocks.Peb = (ULONG_PTR)(Wide || sizeof(void *) == 8 ? PspMakeProcess64(Program)
                                                         : PspMakeProcess32(Program));
    host_private_free(Program, sizeof(*Program));
    return Blocks;
}

static ULONG64 PspMakeThreadBlock(const PS_BLOCKS *Blocks)
{
    UCHAR *Memory = host_private_allocate(PSP_TEB_BYTES + PSP_NARROW_TEB_BYTES);
    if (Memory == NULL)
        return 0;
    if (Blocks->Wow64Peb == 0 && sizeof(void *) == 4) {
        PspFillThread32((PSP_TEB32 *)(void *)Memory, (ULONG_PTR)Blocks->Peb);
        return (ULONG_PTR)Memory;
    }
    PSP_TEB64 *Teb = (PSP_TEB64 *)(void *)Memory;
    PspFillThread64(Teb, (ULONG_PTR)Blocks->Peb);
    if (Blocks->Wow64Peb != 0) {
        PSP_TEB32 *Narrow = (PSP_TEB32 *)(void *)(Memory + PSP_TEB_BYTES);
        PspFillThread32(Narrow, (ULONG_PTR)Blocks->Wow64Peb);
        Teb->ExceptionList = (ULONG_PTR)Narrow;
    }
    return (ULONG_PTR)Memory;
}

PS_BLOCKS PsMakeBlocks(BOOLEAN Wide)
{
    pthread_mutex_lock(&PspBlocksLock);
    PS_BLOCKS *Blocks = &PspBlocks[Wide != FALSE];
    if (Blocks->Peb == 0)
        *Blocks = PspMakeProcessBlocks(Wide);
    PS_BLOCKS Result = *Blocks;
    pthread_mutex_unlock(&PspBlocksLock);
    Result.Teb = PspMakeThreadBlock(&Result);
    return Result;
}

void PsFreeThreadBlock(ULONG64 Teb)
{
    host_private_free((void *)(ULONG_PTR)Teb, PSP_TEB_BYTES + PSP_NARROW_TEB_BYTES);
}
