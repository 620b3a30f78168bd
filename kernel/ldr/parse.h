/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reading a PE32 or PE32+ file that lies in memory, believing none of it. No function here calls
 * the kernel, allocates, or reads a byte outside the file: the unit and fuzz tests link these files
 * alone.
 *
 * LdrpParse checks headers and sections. A directory is checked by the function that walks it, and
 * LdrpCheckDirectories walks them all; after it succeeded the walks cannot fail, but they still
 * check. An address inside the image is an RVA (bytes from its base). Everything returned points
 * into the file, which must outlive it. A refusal fills LDRP_REASON with a sentence without the
 * file's name.
 */
#pragma once

#include "nt/ntimage.h"
#include "nt/ntstatus.h"

#define LDRP_PAGE 4096u
#define LDRP_MAX_FILE_BYTES (256u << 20)
#define LDRP_MAX_IMAGE_BYTES (256u << 20)
#define LDRP_MAX_SECTIONS 96u
#define LDRP_MAX_NAME_BYTES 512u /* of an import or export, with its end */
#define LDRP_MAX_MODULES 1024u   /* import descriptors */
#define LDRP_MAX_IMPORTS 65536u

typedef struct LDRP_REASON {
    char Text[256];
} LDRP_REASON;

typedef struct LDRP_FILE {
    const UCHAR *Data;
    SIZE_T Size;
    BOOLEAN Is64; /* PE32+ */
    USHORT Machine;
    USHORT Characteristics;
    USHORT Subsystem;
    ULONG TimeDateStamp;
    ULONGLONG ImageBase;
    ULONG EntryPoint; /* RVA, 0: none */
    ULONG SectionAlignment;
    ULONG FileAlignment;
    ULONG SizeOfHeaders;
    ULONG SizeOfImage; /* page-rounded */
    ULONG CheckSum;
    ULONG CheckSumOffset; /* in the file */
    ULONG OptionalHeader; /* offset in the file */
    ULONG OptionalBytes;
    ULONG SectionCount;
    ULONG SectionTable; /* offset in the file */
    IMAGE_DATA_DIRECTORY Directory[IMAGE_NUMBEROF_DIRECTORY_ENTRIES];
} LDRP_FILE;

typedef struct LDRP_SECTION {
    char Name[9];
    ULONG Rva;
    ULONG VirtualBytes; /* as declared, never 0 */
    ULONG MappedBytes;  /* VirtualBytes rounded to the section alignment */
    ULONG RawOffset;
    ULONG RawBytes; /* that are mapped, at most MappedBytes */
    ULONG Characteristics;
} LDRP_SECTION;

typedef struct LDRP_IMPORT {
    const char *Module;
    const char *Name; /* NULL: by ordinal */
    USHORT Ordinal;
    ULONG SlotRva; /* where the address goes */
} LDRP_IMPORT;

typedef struct LDRP_EXPORT {
    ULONG Rva;
    const char *Forwarder; /* "MODULE.Name" or "MODULE.#1"; NULL: Rva is the thing itself */
} LDRP_EXPORT;

/* A status other than success ends the walk and is returned by it. */
typedef NTSTATUS (*LDRP_IMPORT_VISIT)(const LDRP_IMPORT *Import, void *Context);

/* ---- parse.c -------------------------------------------------------------------------------- */

/* STATUS_INVALID_IMAGE_FORMAT; File is then indeterminate. */
NTSTATUS LdrpParse(const void *Data, SIZE_T Size, LDRP_FILE *File, LDRP_REASON *Reason);

/*
 * What only a driver of this machine must satisfy: executable, right processor, native subsystem,
 * relocatable, a correct checksum where there is one. STATUS_INVALID_IMAGE_WIN_32 or _WIN_64: the
 * other word size; STATUS_IMAGE_CHECKSUM_MISMATCH; STATUS_INVALID_IMAGE_FORMAT.
 */
NTSTATUS LdrpCheckDriver(const LDRP_FILE *File, USHORT Machine, LDRP_REASON *Reason);

ULONG LdrpComputeChecksum(const LDRP_FILE *File);
LDRP_SECTION LdrpGetSection(const LDRP_FILE *File, ULONG Index); /* Index < SectionCount */

/* The bytes at an RVA; NULL unless all are in the file and in one section, or in the headers. */
const void *LdrpAt(const LDRP_FILE *File, ULONGLONG Rva, ULONGLONG Bytes);
/* A string at an RVA; NULL: not in the file, empty, without an end, or too long. */
const char *LdrpString(const LDRP_FILE *File, ULONGLONG Rva);
const char *LdrpMachineName(USHORT Machine);

/* Writes the sentence; returns STATUS_INVALID_IMAGE_FORMAT. */
NTSTATUS LdrpRefuse(LDRP_REASON *Reason, const char *Format, ...)
    __attribute__((format(printf, 2, 3)));

static inline USHORT LdrpRead16(const void *At)
{
    USHORT Value;
    __builtin_memcpy(&Value, At, sizeof(Value));
    return Value;
}

static inline ULONG LdrpRead32(const void *At)
{
    ULONG Value;
    __builtin_memcpy(&Value, At, sizeof(Value));
    return Value;
}

static inline ULONGLONG LdrpRead64(const void *At)
{
    ULONGLONG Value;
    __builtin_memcpy(&Value, At, sizeof(Value));
    return Value;
}

/* ---- directory.c ---------------------------------------------------------------------------- */

NTSTATUS LdrpCheckDirectories(const LDRP_FILE *File, LDRP_REASON *Reason);
NTSTATUS LdrpWalkImports(
    const LDRP_FILE *File, LDRP_IMPORT_VISIT Visit, void *Context, LDRP_REASON *Reason);
NTSTATUS LdrpCheckExports(const LDRP_FILE *File, LDRP_REASON *Reason);
BOOLEAN LdrpFindExportByName(const LDRP_FILE *File, const char *Name, LDRP_EXPORT *Export);
BOOLEAN LdrpFindExportByOrdinal(const LDRP_FILE *File, ULONG Ordinal, LDRP_EXPORT *Export);
/* x64's table of functions: Count entries at Rva, sorted; trailing empty ones are not counted. */
NTSTATUS LdrpCheckFunctionTable(
    const LDRP_FILE *File, ULONG *Rva, ULONG *Count, LDRP_REASON *Reason);
/* RVA of the security cookie if it is there and holds a compiler's default value, else 0. */
ULONG LdrpFindCookie(const LDRP_FILE *File);

/* ---- place.c: on a zeroed buffer of SizeOfImage bytes --------------------------------------- */

void LdrpPlace(const LDRP_FILE *File, UCHAR *Image);
/* Adds Delta to what the relocations name. Image NULL: only checks them. */
NTSTATUS LdrpRelocate(const LDRP_FILE *File, UCHAR *Image, ULONGLONG Delta, LDRP_REASON *Reason);
/* IMAGE_SCN_MEM_ bits of a page: of every section that has a byte in it. */
ULONG LdrpPageAccess(const LDRP_FILE *File, ULONG PageIndex);
/* TRUE: the page holds nothing but sections only needed during initialisation. */
BOOLEAN LdrpPageDiscardable(const LDRP_FILE *File, ULONG PageIndex);
