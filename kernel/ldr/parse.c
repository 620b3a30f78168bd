/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Headers and sections of a PE file. What Windows' section creation refuses is refused here, by
 * name: sections must follow each other without a gap, in the file and in memory, and add up to
 * SizeOfImage. Sections may be aligned below a page (old x86 drivers are): the file is then its own
 * memory layout.
 *
 * Checksum: Windows refuses a driver whose header checksum is wrong. Linkers that do not compute
 * one leave zero, so zero is accepted here, and any other wrong value refused.
 *
 * Not looked at: certificates, thread-local storage, resources, debug data, bound and delayed
 * imports.
 */
#include "ldr/parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LDRP_SECTOR 512u

NTSTATUS LdrpRefuse(LDRP_REASON *Reason, const char *Format, ...)
{
    va_list Arguments;
    va_start(Arguments, Format);
    vsnprintf(Reason->Text, sizeof(Reason->Text), Format, Arguments);
    va_end(Arguments);
    return STATUS_INVALID_IMAGE_FORMAT;
}

const char *LdrpMachineName(USHORT Machine)
{
    switch (Machine) {
    case IMAGE_FILE_MACHINE_I386:
        return "x86";
    case IMAGE_FILE_MACHINE_AMD64:
        return "x64";
    case IMAGE_FILE_MACHINE_IA64:
        return "Itanium";
    case IMAGE_FILE_MACHINE_ARM:
    case IMAGE_FILE_MACHINE_ARMNT:
        return "ARM";
    case IMAGE_FILE_MACHINE_ARM64:
        return "ARM64";
    default:
        return "an unknown processor";
    }
}

static BOOLEAN LdrpIsPowerOfTwo(ULONG Value)
{
    return Value != 0 && (Value & (Value - 1)) == 0;
}

static ULONGLONG LdrpAlignUp(ULONGLONG Value, ULONG Alignment)
{
    return (Value + Alignment - 1) & ~(ULONGLONG)(Alignment - 1);
}

/* TRUE: Bytes bytes at Offset lie in the file. */
static BOOLEAN LdrpInFile(const LDRP_FILE *File, ULONGLONG Offset, ULONGLONG Bytes)
{
    return Offset <= File->Size && Bytes <= File->Size - Offset;
}

/* ---- Headers -------------------------------------------------------------------------------- */

static NTSTATUS LdrpReadFileHeader(LDRP_FILE *File, LDRP_REASON *Reason)
{
    IMAGE_DOS_HEADER Dos;
    IMAGE_FILE_HEADER Header;

    if (File->Size < 2 || LdrpRead16(File->Data) != IMAGE_DOS_SIGNATURE)
        return LdrpRefuse(Reason, "is not a driver image: it does not begin with MZ");
    if (File->Size < sizeof(Dos))
        return LdrpRefuse(Reason, "is cut off: %zu bytes are too few for an MZ header", File->Size);
    memcpy(&Dos, File->Data, sizeof(Dos));
    ULONG NtOffset = (ULONG)Dos.e_lfanew;
    if ((NtOffset & 3) != 0)
        return LdrpRefuse(Reason, "has its PE header at misaligned offset %#x", NtOffset);
    if (!LdrpInFile(File, NtOffset, sizeof(ULONG) + sizeof(Header)))
        return LdrpRefuse(Reason,
            "is cut off or no PE image: its PE header would be at %#x, the "
            "file has %zu bytes",
            NtOffset, File->Size);
    if (LdrpRead32(File->Data + NtOffset) != IMAGE_NT_SIGNATURE)
        return LdrpRefuse(
            Reason, "is not a PE image: no PE signature at %#x (a DOS program?)", NtOffset);
    memcpy(&Header, File->Data + NtOffset + sizeof(ULONG), sizeof(Header));
    File->Machine = Header.Machine;
    File->Characteristics = Header.Characteristics;
    File->TimeDateStamp = Header.TimeDateStamp;
    File->SectionCount = Header.NumberOfSections;
    File->OptionalHeader = NtOffset + sizeof(ULONG) + sizeof(Header);
    File->OptionalBytes = Header.SizeOfOptionalHeader;
    File->SectionTable = File->OptionalHeader + File->OptionalBytes;
    return STATUS_SUCCESS;
}

/* The fields both formats have, of either type of optional header. */
#define LDRP_COPY_OPTIONAL(File, Optional)                      \
    do {                                                        \
        (File)->ImageBase = (Optional).ImageBase;               \
        (File)->EntryPoint = (Optional).AddressOfEntryPoint;    \
        (File)->SectionAlignment = (Optional).SectionAlignment; \
        (File)->SizeOfHeaders = (Optional).SizeOfHeaders;       \
        (File)->SizeOfImage = (Optional).SizeOfImage;           \
        (File)->CheckSum = (Optional).CheckSum;                 \
        (File)->Subsystem = (Optional).Subsystem;               \
        (File)->FileAlignment = (Optional).FileAlignment;       \
        DirectoryCount = (Optional).NumberOfRvaAndSizes;        \
    } while (0)

static NTSTATUS LdrpReadOptionalHeader(LDRP_FILE *File, LDRP_REASON *Reason)
{
    ULONG Offset = File->OptionalHeader, Bytes = File->OptionalBytes;
    ULONG DirectoryCount, FixedBytes;

    if (!LdrpInFile(File, Offset, Bytes) || Bytes < sizeof(USHORT))
        return LdrpRefuse(Reason,
            "is cut off: its optional header has %u bytes at %#x, the file has "
            "%zu",
            Bytes, Offset, File->Size);
    USHORT Magic = LdrpRead16(File->Data + Offset);
    if (Magic != IMAGE_NT_OPTIONAL_HDR32_MAGIC && Magic != IMAGE_NT_OPTIONAL_HDR64_MAGIC)
        return LdrpRefuse(Reason, "has an optional header of unknown kind %#x", Magic);
    File->Is64 = Magic == IMAGE_NT_OPTIONAL_HDR64_MAGIC;
    FixedBytes = File->Is64 ? UFIELD_OFFSET(IMAGE_OPTIONAL_HEADER64, DataDirectory)
                            : UFIELD_OFFSET(IMAGE_OPTIONAL_HEADER32, DataDirectory);
    if (Bytes < FixedBytes)
        return LdrpRefuse(
            Reason, "has an optional header of %u bytes, %u are needed", Bytes, FixedBytes);
    if (File->Is64) {
        IMAGE_OPTIONAL_HEADER64 Optional = {0};
        memcpy(&Optional, File->Data + Offset, FixedBytes);
        LDRP_COPY_OPTIONAL(File, Optional);
    } else {
        IMAGE_OPTIONAL_HEADER32 Optional = {0};
        memcpy(&Optional, File->Data + Offset, FixedBytes);
        LDRP_COPY_OPTIONAL(File, Optional);
    }
    File->CheckSumOffset = Offset + UFIELD_OFFSET(IMAGE_OPTIONAL_HEADER32, CheckSum);
    if (DirectoryCount > IMAGE_NUMBEROF_DIRECTORY_ENTRIES)
        DirectoryCount = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
    if (DirectoryCount * sizeof(IMAGE_DATA_DIRECTORY) > Bytes - FixedBytes)
        return LdrpRefuse(
            Reason, "has %u data directories, more than its optional header holds", DirectoryCount);
    memcpy(File->Directory, File->Data + Offset + FixedBytes,
        DirectoryCount * sizeof(IMAGE_DATA_DIRECTORY));
    return STATUS_SUCCESS;
}

static NTSTATUS LdrpCheckLayout(const LDRP_FILE *File, LDRP_REASON *Reason)
{
    ULONG Alignment = File->SectionAlignment, FileAlignment = File->FileAlignment;

    if (!LdrpIsPowerOfTwo(Alignment) || !LdrpIsPowerOfTwo(FileAlignment) ||
        Alignment < FileAlignment)
        return LdrpRefuse(Reason,
            "has section alignment %#x and file alignment %#x: both must be powers "
            "of two, the first not the smaller",
            Alignment, FileAlignment);
    if (FileAlignment != Alignment && (FileAlignment < LDRP_SECTOR || Alignment < LDRP_PAGE))
        return LdrpRefuse(Reason,
            "has section alignment %#x and file alignment %#x: below a page they "
            "must be equal, and the second is 512 or more otherwise",
            Alignment, FileAlignment);
    if (File->SizeOfImage == 0 || File->SizeOfImage > LDRP_MAX_IMAGE_BYTES)
        return LdrpRefuse(Reason, "has SizeOfImage %#x: the limit is 256 MiB", File->SizeOfImage);
    if ((File->ImageBase & 0xFFFF) != 0)
        return LdrpRefuse(Reason, "has image base %#llx, which is no multiple of 64 KiB",
            (unsigned long long)File->ImageBase);
    if (File->SectionCount == 0 || File->SectionCount > LDRP_MAX_SECTIONS)
        return LdrpRefuse(
            Reason, "has %u sections: a driver has 1 to %u", File->SectionCount, LDRP_MAX_SECTIONS);
    if (!LdrpInFile(File, 0, File->SizeOfHeaders) || File->SizeOfHeaders >= File->SizeOfImage)
        return LdrpRefuse(Reason,
            "is cut off: headers of %#x bytes, a file of %#zx, an image of %#x",
            File->SizeOfHeaders, File->Size, File->SizeOfImage);
    if ((ULONGLONG)File->SectionTable + File->SectionCount * sizeof(IMAGE_SECTION_HEADER) >
        File->SizeOfHeaders)
        return LdrpRefuse(
            Reason, "has a table of %u sections that does not fit its headers", File->SectionCount);
    return STATUS_SUCCESS;
}

/* ---- Sections ------------------------------------------------------------------------------- */

LDRP_SECTION LdrpGetSection(const LDRP_FILE *File, ULONG Index)
{
    IMAGE_SECTION_HEADER Header;
    LDRP_SECTION Section = {0};

    memcpy(&Header, File->Data + File->SectionTable + Index * sizeof(Header), sizeof(Header));
    memcpy(Section.Name, Header.Name, sizeof(Header.Name));
    Section.Rva = Header.VirtualAddress;
    Section.VirtualBytes = Header.Misc.VirtualSize ? Header.Misc.VirtualSize : Header.SizeOfRawData;
    ULONGLONG Mapped = LdrpAlignUp(Section.VirtualBytes, File->SectionAlignment);
    Section.MappedBytes = Mapped > MAXULONG ? MAXULONG : (ULONG)Mapped;
    Section.RawBytes = Header.PointerToRawData ? Header.SizeOfRawData : 0;
    if (Section.RawBytes > Section.MappedBytes)
        Section.RawBytes = Section.MappedBytes;
    Section.RawOffset = Section.RawBytes ? Header.PointerToRawData : 0;
    Section.Characteristics = Header.Characteristics;
    return Section;
}

static NTSTATUS LdrpCheckSection(
    const LDRP_FILE *File, ULONG Index, ULONGLONG Expected, LDRP_REASON *Reason)
{
    LDRP_SECTION Section = LdrpGetSection(File, Index);
    ULONG DeclaredRaw =
        LdrpRead32(File->Data + File->SectionTable + Index * sizeof(IMAGE_SECTION_HEADER) +
                   UFIELD_OFFSET(IMAGE_SECTION_HEADER, SizeOfRawData));

    if (Section.VirtualBytes == 0)
        return LdrpRefuse(Reason, "has an empty section %u (%s)", Index, Section.Name);
    if (Section.Rva != Expected)
        return LdrpRefuse(Reason, "has section %u (%s) at %#x: %s, it must be at %#llx", Index,
            Section.Name, Section.Rva,
            Section.Rva < Expected ? "it overlaps what comes before or is out of order"
                                   : "there is a gap before it",
            (unsigned long long)Expected);
    if ((ULONGLONG)Section.Rva + Section.MappedBytes > LDRP_MAX_IMAGE_BYTES)
        return LdrpRefuse(Reason, "has section %u (%s) of %#x bytes at %#x: the limit is 256 MiB",
            Index, Section.Name, Section.VirtualBytes, Section.Rva);
    if (Section.RawBytes == 0)
        return STATUS_SUCCESS;
    if (!LdrpInFile(File, Section.RawOffset, DeclaredRaw))
        return LdrpRefuse(Reason,
            "is cut off: section %u (%s) has %#x bytes at file offset %#x, the "
            "file has %#zx",
            Index, Section.Name, DeclaredRaw, Section.RawOffset, File->Size);
    if ((Section.RawOffset & (File->FileAlignment - 1)) != 0)
        return LdrpRefuse(Reason, "has section %u (%s) at misaligned file offset %#x", Index,
            Section.Name, Section.RawOffset);
    if (File->SectionAlignment < LDRP_PAGE && Section.RawOffset != Section.Rva)
        return LdrpRefuse(Reason,
            "has section %u (%s) at file offset %#x: aligned below a page it must "
            "be at its address, %#x",
            Index, Section.Name, Section.RawOffset, Section.Rva);
    return STATUS_SUCCESS;
}

static NTSTATUS LdrpCheckSections(LDRP_FILE *File, LDRP_REASON *Reason)
{
    ULONGLONG Next = LdrpAlignUp(File->SizeOfHeaders, File->SectionAlignment);
    BOOLEAN EntryFound = File->EntryPoint == 0;

    for (ULONG Index = 0; Index < File->SectionCount; Index++) {
        NTSTATUS Status = LdrpCheckSection(File, Index, Next, Reason);
        if (!NT_SUCCESS(Status))
            return Status;
        LDRP_SECTION Section = LdrpGetSection(File, Index);
        Next = (ULONGLONG)Section.Rva + Section.MappedBytes;
        if (File->EntryPoint - Section.Rva < Section.VirtualBytes)
            EntryFound = TRUE;
    }
    if (LdrpAlignUp(File->SizeOfImage, LDRP_PAGE) != LdrpAlignUp(Next, LDRP_PAGE))
        return LdrpRefuse(Reason, "has SizeOfImage %#x, but its sections end at %#llx",
            File->SizeOfImage, (unsigned long long)Next);
    if (!EntryFound)
        return LdrpRefuse(
            Reason, "has its entry point at %#x, outside its sections", File->EntryPoint);
    File->SizeOfImage = (ULONG)LdrpAlignUp(File->SizeOfImage, LDRP_PAGE);
    return STATUS_SUCCESS;
}

NTSTATUS LdrpParse(const void *Data, SIZE_T Size, LDRP_FILE *File, LDRP_REASON *Reason)
{
    memset(File, 0, sizeof(*File));
    File->Data = Data;
    File->Size = Size;
    if (Size > LDRP_MAX_FILE_BYTES)
        return LdrpRefuse(Reason, "has %zu bytes: the limit is 256 MiB", Size);
    NTSTATUS Status = LdrpReadFileHeader(File, Reason);
    if (NT_SUCCESS(Status))
        Status = LdrpReadOptionalHeader(File, Reason);
    if (NT_SUCCESS(Status))
        Status = LdrpCheckLayout(File, Reason);
    if (NT_SUCCESS(Status))
        Status = LdrpCheckSections(File, Reason);
    return Status;
}

/* ---- Addresses ------------------------------------------------------------------------------ */

/* The part of the file that is mapped around an RVA: its bytes from there on, NULL: none. */
static const UCHAR *LdrpRegion(const LDRP_FILE *File, ULONGLONG Rva, ULONG *Bytes)
{
    if (Rva < File->SizeOfHeaders) {
        *Bytes = File->SizeOfHeaders - (ULONG)Rva;
        return File->Data + Rva;
    }
    for (ULONG Index = 0; Index < File->SectionCount; Index++) {
        LDRP_SECTION Section = LdrpGetSection(File, Index);
        if (Rva >= Section.Rva && Rva - Section.Rva < Section.RawBytes) {
            ULONG Offset = (ULONG)Rva - Section.Rva;
            *Bytes = Section.RawBytes - Offset;
            return File->Data + Section.RawOffset + Offset;
        }
    }
    return NULL;
}

const void *LdrpAt(const LDRP_FILE *File, ULONGLONG Rva, ULONGLONG Bytes)
{
    ULONG Room;
    const UCHAR *At = LdrpRegion(File, Rva, &Room);
    return At != NULL && Bytes <= Room ? At : NULL;
}

const char *LdrpString(const LDRP_FILE *File, ULONGLONG Rva)
{
    ULONG Room;
    const UCHAR *At = LdrpRegion(File, Rva, &Room);
    if (At == NULL || *At == 0)
        return NULL;
    if (Room > LDRP_MAX_NAME_BYTES)
        Room = LDRP_MAX_NAME_BYTES;
    return memchr(At, 0, Room) != NULL ? (const char *)At : NULL;
}

/* ---- A driver ------------------------------------------------------------------------------- */

/* Ones' complement sum of 16-bit words; a sum of 32-bit words folds to the same. */
static ULONGLONG LdrpSum(const UCHAR *At, SIZE_T Bytes)
{
    ULONGLONG Sum = 0;
    for (; Bytes >= 4; At += 4, Bytes -= 4)
        Sum += LdrpRead32(At);
    UCHAR Rest[4] = {0};
    memcpy(Rest, At, Bytes);
    return Sum + LdrpRead32(Rest);
}

ULONG LdrpComputeChecksum(const LDRP_FILE *File)
{
    SIZE_T After = (SIZE_T)File->CheckSumOffset + sizeof(ULONG);
    ULONGLONG Sum = LdrpSum(File->Data, File->CheckSumOffset);
    Sum += LdrpSum(File->Data + After, File->Size - After);
    while (Sum > 0xFFFF)
        Sum = (Sum & 0xFFFF) + (Sum >> 16);
    return (ULONG)Sum + (ULONG)File->Size;
}

static NTSTATUS LdrpCheckMachine(const LDRP_FILE *File, USHORT Machine, LDRP_REASON *Reason)
{
    if (File->Machine == Machine) {
        if (File->Is64 == (Machine == IMAGE_FILE_MACHINE_AMD64))
            return STATUS_SUCCESS;
        return LdrpRefuse(Reason, "is for %s, but its optional header is of the other word size",
            LdrpMachineName(Machine));
    }
    LdrpRefuse(Reason, "is built for %s; this machine is %s", LdrpMachineName(File->Machine),
        LdrpMachineName(Machine));
    if (File->Machine == IMAGE_FILE_MACHINE_I386)
        return STATUS_INVALID_IMAGE_WIN_32;
    if (File->Machine == IMAGE_FILE_MACHINE_AMD64)
        return STATUS_INVALID_IMAGE_WIN_64;
    return STATUS_INVALID_IMAGE_FORMAT;
}

NTSTATUS LdrpCheckDriver(const LDRP_FILE *File, USHORT Machine, LDRP_REASON *Reason)
{
    NTSTATUS Status = LdrpCheckMachine(File, Machine, Reason);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!(File->Characteristics & IMAGE_FILE_EXECUTABLE_IMAGE))
        return LdrpRefuse(Reason, "is not marked executable: its link failed, or it is an object "
                                  "file");
    if (File->Subsystem != IMAGE_SUBSYSTEM_NATIVE)
        return LdrpRefuse(Reason,
            "is for subsystem %u: a driver is native (1); link it with "
            "/SUBSYSTEM:NATIVE or --subsystem native",
            File->Subsystem);
    if (File->Characteristics & IMAGE_FILE_RELOCS_STRIPPED)
        return LdrpRefuse(Reason,
            "has no relocations, and cannot lie at %#llx here; link it without "
            "/FIXED or with --dynamicbase",
            (unsigned long long)File->ImageBase);
    if (File->CheckSum != 0) {
        ULONG Actual = LdrpComputeChecksum(File);
        if (Actual != File->CheckSum) {
            LdrpRefuse(Reason, "is damaged: its header has checksum %#x, its bytes have %#x",
                File->CheckSum, Actual);
            return STATUS_IMAGE_CHECKSUM_MISMATCH;
        }
    }
    return STATUS_SUCCESS;
}
