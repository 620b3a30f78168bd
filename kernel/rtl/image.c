/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * PE images in memory, mapped or as they lie in a file, of either word size. The caller vouches
 * that the headers can be read; what they say is followed only as far as the headers' own sizes go.
 * Nothing is allocated or locked.
 */
#include "rtl/image.h"
#include "rtl/rtlp.h"

#define RTLP_HEADER_LIMIT 0x10000000 /* where the headers' signature can be at most */

/*
 * RtlImageNtHeader - the NT headers of the image at Base.
 *
 * IRQL:    any, if the headers are resident
 * Returns: NULL: Base is none, or what lies there is no PE image.
 * Source:  INF its use in drivers: undocumented
 */
IMAGE_NT_HEADERS *NTAPI RtlImageNtHeader(void *Base)
{
    const IMAGE_DOS_HEADER *Dos = Base;
    IMAGE_NT_HEADERS *Headers;

    if (Base == NULL || Base == (void *)~(ULONG_PTR)0 || Dos->e_magic != IMAGE_DOS_SIGNATURE)
        return NULL;
    if ((ULONG)Dos->e_lfanew >= RTLP_HEADER_LIMIT)
        return NULL;
    Headers = (void *)((UCHAR *)Base + Dos->e_lfanew);
    return Headers->Signature == IMAGE_NT_SIGNATURE ? Headers : NULL;
}

const IMAGE_DATA_DIRECTORY *NTAPI RtlpDirectory(
    IMAGE_NT_HEADERS *Headers, USHORT Entry, ULONG *HeaderBytes)
{
    const IMAGE_OPTIONAL_HEADER32 *Narrow = (const void *)&Headers->OptionalHeader;
    const IMAGE_OPTIONAL_HEADER64 *Wide = (const void *)&Headers->OptionalHeader;

    if (Narrow->Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC) {
        *HeaderBytes = Wide->SizeOfHeaders;
        return Entry < Wide->NumberOfRvaAndSizes ? &Wide->DataDirectory[Entry] : NULL;
    }
    if (Narrow->Magic != IMAGE_NT_OPTIONAL_HDR32_MAGIC)
        return NULL;
    *HeaderBytes = Narrow->SizeOfHeaders;
    return Entry < Narrow->NumberOfRvaAndSizes ? &Narrow->DataDirectory[Entry] : NULL;
}

/* Where in the file the section has it that Rva lies in; NULL: none has. */
static void *NTAPI RtlpRvaInFile(void *Base, IMAGE_NT_HEADERS *Headers, ULONG Rva)
{
    const IMAGE_SECTION_HEADER *Section =
        (void *)((UCHAR *)&Headers->OptionalHeader + Headers->FileHeader.SizeOfOptionalHeader);

    for (ULONG Index = 0; Index < Headers->FileHeader.NumberOfSections; Index++, Section++) {
        if (Rva >= Section->VirtualAddress &&
            Rva - Section->VirtualAddress < Section->SizeOfRawData)
            return (UCHAR *)Base + Section->PointerToRawData + (Rva - Section->VirtualAddress);
    }
    return NULL;
}

/*
 * RtlImageDirectoryEntryToData - where a data directory of the image at Base lies.
 *
 * Base:    its lowest bit set: lies as in a file, whatever MappedAsImage says. DirectoryEntry:
 *          IMAGE_DIRECTORY_ENTRY_*. Size: receives the directory's size, untouched when there is
 *          none.
 * IRQL:    any, if the headers are resident
 * Returns: NULL: no PE image, or no such directory in it.
 * Source:  INF ImageDirectoryEntryToData (DOC dbghelp), which is documented
 */
void *NTAPI RtlImageDirectoryEntryToData(
    void *Base, BOOLEAN MappedAsImage, USHORT DirectoryEntry, ULONG *Size)
{
    BOOLEAN InFile = !MappedAsImage || ((ULONG_PTR)Base & 1) != 0;
    void *Image = (void *)((ULONG_PTR)Base & ~(ULONG_PTR)1);
    IMAGE_NT_HEADERS *Headers = RtlImageNtHeader(Image);
    const IMAGE_DATA_DIRECTORY *Directory;
    ULONG HeaderBytes;

    if (Headers == NULL)
        return NULL;
    Directory = RtlpDirectory(Headers, DirectoryEntry, &HeaderBytes);
    if (Directory == NULL || Directory->VirtualAddress == 0)
        return NULL;
    *Size = Directory->Size;
    if (!InFile || Directory->VirtualAddress < HeaderBytes)
        return (UCHAR *)Image + Directory->VirtualAddress;
    return RtlpRvaInFile(Image, Headers, Directory->VirtualAddress);
}

static int RtlpCompareNames(const char *Left, const char *Right)
{
    while (*Left != 0 && *Left == *Right) {
        Left++;
        Right++;
    }
    return (UCHAR)*Left - (UCHAR)*Right;
}

/*
 * RtlFindExportedRoutineByName - the address of what a mapped image exports as RoutineName.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: NULL: it exports no such name, or passes it on to another image.
 * Source:  INF its use in drivers: undocumented
 */
void *NTAPI RtlFindExportedRoutineByName(void *ImageBase, const char *RoutineName)
{
    UCHAR *Base = ImageBase;
    ULONG Size, Low = 0, High;
    const IMAGE_EXPORT_DIRECTORY *Exports =
        RtlImageDirectoryEntryToData(ImageBase, TRUE, IMAGE_DIRECTORY_ENTRY_EXPORT, &Size);

    if (Exports == NULL)
        return NULL;
    const ULONG *Names = (const ULONG *)(void *)(Base + Exports->AddressOfNames);
    const USHORT *Ordinals = (const USHORT *)(void *)(Base + Exports->AddressOfNameOrdinals);
    const ULONG *Functions = (const ULONG *)(void *)(Base + Exports->AddressOfFunctions);
    for (High = Exports->NumberOfNames; Low < High;) {
        ULONG Middle = Low + (High - Low) / 2;
        int Order = RtlpCompareNames(RoutineName, (const char *)Base + Names[Middle]);
        if (Order == 0) {
            UCHAR *Address;
            if (Ordinals[Middle] >= Exports->NumberOfFunctions)
                return NULL;
            Address = Base + Functions[Ordinals[Middle]];
            return Address >= (const UCHAR *)Exports && Address < (const UCHAR *)Exports + Size
                ? NULL
                : Address;
        }
        if (Order < 0)
            High = Middle;
        else
            Low = Middle + 1;
    }
    return NULL;
}
