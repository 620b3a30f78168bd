/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Laying a parsed file out as it lies in memory: headers and sections, relocations, and what may be
 * done with each page. Works on any buffer, so that tests need no machine.
 */
#include "ldr/parse.h"

#include <string.h>

void LdrpPlace(const LDRP_FILE *File, UCHAR *Image)
{
    memcpy(Image, File->Data, File->SizeOfHeaders);
    for (ULONG Index = 0; Index < File->SectionCount; Index++) {
        LDRP_SECTION Section = LdrpGetSection(File, Index);
        memcpy(Image + Section.Rva, File->Data + Section.RawOffset, Section.RawBytes);
    }
}

/* ---- Relocations ---------------------------------------------------------------------------- */

#define LDRP_RELOCATION_BLOCK 8u

/* Bytes the relocation changes; 0: nothing (padding); -1: not a kind x86 or x64 images have. */
static LONG LdrpRelocationWidth(ULONG Type)
{
    switch (Type) {
    case IMAGE_REL_BASED_ABSOLUTE:
        return 0;
    case IMAGE_REL_BASED_HIGH:
    case IMAGE_REL_BASED_LOW:
        return 2;
    case IMAGE_REL_BASED_HIGHLOW:
        return 4;
    case IMAGE_REL_BASED_DIR64:
        return 8;
    default:
        return -1;
    }
}

static void LdrpApply(UCHAR *At, ULONG Type, ULONGLONG Delta)
{
    USHORT Half = LdrpRead16(At);
    ULONG Word;
    ULONGLONG Double;

    switch (Type) {
    case IMAGE_REL_BASED_HIGH:
        Half = (USHORT)((((ULONG)Half << 16) + (ULONG)Delta) >> 16);
        memcpy(At, &Half, sizeof(Half));
        break;
    case IMAGE_REL_BASED_LOW:
        Half = (USHORT)(Half + Delta);
        memcpy(At, &Half, sizeof(Half));
        break;
    case IMAGE_REL_BASED_HIGHLOW:
        Word = LdrpRead32(At) + (ULONG)Delta;
        memcpy(At, &Word, sizeof(Word));
        break;
    case IMAGE_REL_BASED_DIR64:
        Double = LdrpRead64(At) + Delta;
        memcpy(At, &Double, sizeof(Double));
        break;
    default:
        break;
    }
}

static NTSTATUS LdrpRelocateBlock(const LDRP_FILE *File, UCHAR *Image, ULONGLONG Delta,
    ULONG PageRva, const UCHAR *Entries, ULONG Count, LDRP_REASON *Reason)
{
    for (ULONG Index = 0; Index < Count; Index++) {
        USHORT Entry = LdrpRead16(Entries + 2ull * Index);
        ULONG Type = Entry >> 12;
        LONG Width = LdrpRelocationWidth(Type);
        if (Width < 0)
            return LdrpRefuse(Reason, "has a relocation of type %u, which %s images do not have",
                Type, LdrpMachineName(File->Machine));
        ULONGLONG Rva = (ULONGLONG)PageRva + (Entry & 0xFFF);
        if (Rva + (ULONG)Width > File->SizeOfImage)
            return LdrpRefuse(
                Reason, "has a relocation at %#llx, outside the image", (unsigned long long)Rva);
        if (Image != NULL && Width != 0)
            LdrpApply(Image + Rva, Type, Delta);
    }
    return STATUS_SUCCESS;
}

NTSTATUS LdrpRelocate(const LDRP_FILE *File, UCHAR *Image, ULONGLONG Delta, LDRP_REASON *Reason)
{
    const IMAGE_DATA_DIRECTORY *Directory = &File->Directory[IMAGE_DIRECTORY_ENTRY_BASERELOC];
    ULONG Left = Directory->VirtualAddress ? Directory->Size : 0;

    const UCHAR *At = Left ? LdrpAt(File, Directory->VirtualAddress, Left) : NULL;
    if (Left != 0 && At == NULL)
        return LdrpRefuse(Reason, "has relocations of %#x bytes at %#x that are not in the file",
            Left, Directory->VirtualAddress);
    while (Left >= LDRP_RELOCATION_BLOCK) {
        ULONG PageRva = LdrpRead32(At), Bytes = LdrpRead32(At + 4);
        if (PageRva == 0 && Bytes == 0) /* padding counted in by some linkers */
            return STATUS_SUCCESS;
        if (Bytes < LDRP_RELOCATION_BLOCK || Bytes > Left || (Bytes & 1) != 0)
            return LdrpRefuse(
                Reason, "has a relocation block of %#x bytes with %#x left", Bytes, Left);
        NTSTATUS Status = LdrpRelocateBlock(File, Image, Delta, PageRva, At + LDRP_RELOCATION_BLOCK,
            (Bytes - LDRP_RELOCATION_BLOCK) / 2, Reason);
        if (!NT_SUCCESS(Status))
            return Status;
        At += Bytes;
        Left -= Bytes;
    }
    return STATUS_SUCCESS;
}

/* ---- Pages ---------------------------------------------------------------------------------- */

#define LDRP_ACCESS (IMAGE_SCN_MEM_READ | IMAGE_SCN_MEM_WRITE | IMAGE_SCN_MEM_EXECUTE)

static BOOLEAN LdrpTouchesPage(const LDRP_SECTION *Section, ULONG PageIndex)
{
    ULONGLONG Page = (ULONGLONG)PageIndex * LDRP_PAGE;
    return Section->Rva < Page + LDRP_PAGE && (ULONGLONG)Section->Rva + Section->MappedBytes > Page;
}

ULONG LdrpPageAccess(const LDRP_FILE *File, ULONG PageIndex)
{
    ULONG Access = PageIndex * LDRP_PAGE < File->SizeOfHeaders ? IMAGE_SCN_MEM_READ : 0;

    for (ULONG Index = 0; Index < File->SectionCount; Index++) {
        LDRP_SECTION Section = LdrpGetSection(File, Index);
        if (LdrpTouchesPage(&Section, PageIndex))
            Access |= (Section.Characteristics & LDRP_ACCESS) | IMAGE_SCN_MEM_READ;
    }
    return Access;
}

/* TRUE: what the directory describes begins in the section. */
static BOOLEAN LdrpHolds(const LDRP_SECTION *Section, const IMAGE_DATA_DIRECTORY *Directory)
{
    return Directory->VirtualAddress != 0 &&
           Directory->VirtualAddress - Section->Rva < Section->MappedBytes;
}

/*
 * Exports are read from the file, relocations and import names are done with; unwind data and
 * resources may be asked for as long as the image is there.
 */
static BOOLEAN LdrpSectionDiscardable(const LDRP_FILE *File, const LDRP_SECTION *Section)
{
    if (strcmp(Section->Name, "INIT") != 0 &&
        !(Section->Characteristics & IMAGE_SCN_MEM_DISCARDABLE))
        return FALSE;
    if (LdrpHolds(Section, &File->Directory[IMAGE_DIRECTORY_ENTRY_EXCEPTION]) ||
        LdrpHolds(Section, &File->Directory[IMAGE_DIRECTORY_ENTRY_RESOURCE]) ||
        LdrpHolds(Section, &File->Directory[IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG]) ||
        LdrpHolds(Section, &File->Directory[IMAGE_DIRECTORY_ENTRY_IAT]))
        return FALSE;
    return TRUE;
}

BOOLEAN LdrpPageDiscardable(const LDRP_FILE *File, ULONG PageIndex)
{
    BOOLEAN Found = FALSE;

    if (PageIndex * LDRP_PAGE < File->SizeOfHeaders)
        return FALSE;
    for (ULONG Index = 0; Index < File->SectionCount; Index++) {
        LDRP_SECTION Section = LdrpGetSection(File, Index);
        if (!LdrpTouchesPage(&Section, PageIndex))
            continue;
        if (!LdrpSectionDiscardable(File, &Section))
            return FALSE;
        Found = TRUE;
    }
    return Found;
}
