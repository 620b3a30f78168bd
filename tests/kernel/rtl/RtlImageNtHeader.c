/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlImageNtHeader, RtlImageDirectoryEntryToData, RtlFindExportedRoutineByName - reading PE images,
 * our own and one made by hand.
 */
#include "ktest.h"
#include <ntimage.h>

NTSYSAPI PIMAGE_NT_HEADERS NTAPI RtlImageNtHeader(PVOID Base);
NTSYSAPI PVOID NTAPI RtlImageDirectoryEntryToData(
    PVOID Base, BOOLEAN MappedAsImage, USHORT Entry, PULONG Size);
typedef PVOID(NTAPI *FIND_ROUTINE)(PVOID Base, const char *Name);

/* As a file: the section's 0x200 bytes lie at 0x200 and are for 0x1000. */
typedef struct IMAGE {
    IMAGE_DOS_HEADER Dos;
    IMAGE_NT_HEADERS Nt;
    IMAGE_SECTION_HEADER Section;
    UCHAR Rest[0x2000];
} IMAGE;

static IMAGE Image;

static VOID MakeImage(VOID)
{
    RtlZeroMemory(&Image, sizeof(Image));
    Image.Dos.e_magic = IMAGE_DOS_SIGNATURE;
    Image.Dos.e_lfanew = FIELD_OFFSET(IMAGE, Nt);
    Image.Nt.Signature = IMAGE_NT_SIGNATURE;
    Image.Nt.FileHeader.NumberOfSections = 1;
    Image.Nt.FileHeader.SizeOfOptionalHeader = sizeof(Image.Nt.OptionalHeader);
    Image.Nt.OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR_MAGIC;
    Image.Nt.OptionalHeader.SizeOfHeaders = 0x200;
    Image.Nt.OptionalHeader.SizeOfImage = 0x2000;
    Image.Nt.OptionalHeader.NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
    Image.Section.VirtualAddress = 0x1000;
    Image.Section.SizeOfRawData = 0x200;
    Image.Section.PointerToRawData = 0x200;
}

static VOID SetDirectory(USHORT Entry, ULONG Rva, ULONG Size)
{
    Image.Nt.OptionalHeader.DataDirectory[Entry].VirtualAddress = Rva;
    Image.Nt.OptionalHeader.DataDirectory[Entry].Size = Size;
}

TEST(RtlImageNtHeader, FindsTheDriversOwn)
{
    PIMAGE_NT_HEADERS Headers = RtlImageNtHeader(KtestDriverObject->DriverStart);

    if (CHECK(Headers != NULL)) {
        CHECK_EQ(Headers->Signature, IMAGE_NT_SIGNATURE);
        CHECK_EQ(Headers->OptionalHeader.Magic, IMAGE_NT_OPTIONAL_HDR_MAGIC);
        CHECK_EQ(Headers->OptionalHeader.SizeOfImage, KtestDriverObject->DriverSize);
    }
}

TEST(RtlImageNtHeader, RefusesWhatIsNoImage)
{
    MakeImage();
    CHECK_PTR(RtlImageNtHeader(&Image), &Image.Nt);
    Image.Nt.Signature = 0;
    CHECK_PTR(RtlImageNtHeader(&Image), NULL);
    MakeImage();
    Image.Dos.e_magic = 0;
    CHECK_PTR(RtlImageNtHeader(&Image), NULL);
    MakeImage();
    Image.Dos.e_lfanew = 0x10000000;
    CHECK_PTR(RtlImageNtHeader(&Image), NULL);
    CHECK_PTR(RtlImageNtHeader(NULL), NULL);
    CHECK_PTR(RtlImageNtHeader((PVOID)(LONG_PTR)-1), NULL);
}

TEST(RtlImageDirectoryEntryToData, FindsTheDriversImports)
{
    ULONG Size = 0;
    PIMAGE_IMPORT_DESCRIPTOR Imports = RtlImageDirectoryEntryToData(
        KtestDriverObject->DriverStart, TRUE, IMAGE_DIRECTORY_ENTRY_IMPORT, &Size);

    if (CHECK(Imports != NULL)) {
        CHECK(Size >= sizeof(*Imports));
        CHECK((PUCHAR)Imports <
            (PUCHAR)KtestDriverObject->DriverStart + KtestDriverObject->DriverSize);
    }
}

TEST(RtlImageDirectoryEntryToData, FollowsSectionsInAFile)
{
    ULONG Size = 0;

    MakeImage();
    SetDirectory(IMAGE_DIRECTORY_ENTRY_DEBUG, 0x1010, 28);
    CHECK_PTR(RtlImageDirectoryEntryToData(&Image, TRUE, IMAGE_DIRECTORY_ENTRY_DEBUG, &Size),
        (PUCHAR)&Image + 0x1010);
    CHECK_EQ(Size, 28);
    CHECK_PTR(RtlImageDirectoryEntryToData(&Image, FALSE, IMAGE_DIRECTORY_ENTRY_DEBUG, &Size),
        (PUCHAR)&Image + 0x210);
    CHECK_PTR(
        RtlImageDirectoryEntryToData((PUCHAR)&Image + 1, TRUE, IMAGE_DIRECTORY_ENTRY_DEBUG, &Size),
        (PUCHAR)&Image + 0x210);
    SetDirectory(IMAGE_DIRECTORY_ENTRY_DEBUG, 0x180, 8);
    CHECK_PTR(RtlImageDirectoryEntryToData(&Image, FALSE, IMAGE_DIRECTORY_ENTRY_DEBUG, &Size),
        (PUCHAR)&Image + 0x180);
    SetDirectory(IMAGE_DIRECTORY_ENTRY_DEBUG, 0x1800, 8);
    CHECK_PTR(
        RtlImageDirectoryEntryToData(&Image, FALSE, IMAGE_DIRECTORY_ENTRY_DEBUG, &Size), NULL);
}

TEST(RtlImageDirectoryEntryToData, SaysWhenThereIsNone)
{
    ULONG Size = 7;

    MakeImage();
    CHECK_PTR(
        RtlImageDirectoryEntryToData(&Image, TRUE, IMAGE_DIRECTORY_ENTRY_EXPORT, &Size), NULL);
    SetDirectory(IMAGE_DIRECTORY_ENTRY_EXPORT, 0x1000, 40);
    Image.Nt.OptionalHeader.NumberOfRvaAndSizes = 0;
    CHECK_PTR(
        RtlImageDirectoryEntryToData(&Image, TRUE, IMAGE_DIRECTORY_ENTRY_EXPORT, &Size), NULL);
    MakeImage();
    Image.Nt.OptionalHeader.Magic = 0;
    CHECK_PTR(RtlImageDirectoryEntryToData(&Image, TRUE, 0, &Size), NULL);
}

TEST(RtlImageDirectoryEntryToData, ReadsTheOtherWordSize)
{
#if defined(_WIN64)
    IMAGE_OPTIONAL_HEADER32 *Other = (PVOID)&Image.Nt.OptionalHeader;
    const USHORT Magic = IMAGE_NT_OPTIONAL_HDR32_MAGIC;
#else
    IMAGE_OPTIONAL_HEADER64 *Other = (PVOID)&Image.Nt.OptionalHeader;
    const USHORT Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
#endif
    ULONG Size = 0;

    MakeImage();
    RtlZeroMemory(Other, sizeof(*Other));
    Other->Magic = Magic;
    Other->NumberOfRvaAndSizes = 1;
    Other->DataDirectory[0].VirtualAddress = 0x1000;
    Other->DataDirectory[0].Size = 40;
    CHECK_PTR(RtlImageDirectoryEntryToData(&Image, TRUE, 0, &Size), (PUCHAR)&Image + 0x1000);
    CHECK_EQ(Size, 40);
}

/* Exports Alpha at 0x1500, Beta passed on, Gamma with an ordinal that is none, at 0x1000. */
static VOID MakeExports(VOID)
{
    PUCHAR Base = (PUCHAR)&Image;
    IMAGE_EXPORT_DIRECTORY *Exports = (PVOID)(Base + 0x1000);
    ULONG *Functions = (PVOID)(Base + 0x1040), *Names = (PVOID)(Base + 0x1060);
    USHORT *Ordinals = (PVOID)(Base + 0x1080);
    static const char Texts[] = "Alpha\0Beta\0Gamma";

    MakeImage();
    SetDirectory(IMAGE_DIRECTORY_ENTRY_EXPORT, 0x1000, 0x100);
    Exports->NumberOfFunctions = 2;
    Exports->NumberOfNames = 3;
    Exports->AddressOfFunctions = 0x1040;
    Exports->AddressOfNames = 0x1060;
    Exports->AddressOfNameOrdinals = 0x1080;
    RtlCopyMemory(Base + 0x10A0, Texts, sizeof(Texts));
    Names[0] = 0x10A0;
    Names[1] = 0x10A6;
    Names[2] = 0x10AB;
    Functions[0] = 0x10C0;
    Functions[1] = 0x1500;
    Ordinals[0] = 1;
    Ordinals[1] = 0;
    Ordinals[2] = 9;
}

TEST(RtlFindExportedRoutineByName, FindsNames)
{
    FIND_ROUTINE Find = (FIND_ROUTINE)KtestExport(L"RtlFindExportedRoutineByName");

    if (Find == NULL) {
        skip("newer than this Windows");
        return;
    }
    MakeExports();
    CHECK_PTR(Find(&Image, "Alpha"), (PUCHAR)&Image + 0x1500);
    CHECK_PTR(Find(&Image, "Alpha2"), NULL);
    CHECK_PTR(Find(&Image, "Aaa"), NULL);
    CHECK_PTR(Find(&Image, "Zeta"), NULL);
    CHECK_PTR(Find(&Image, "Gamma"), NULL);
    CHECK_PTR(Find(KtestDriverObject->DriverStart, "Alpha"), NULL);
}
