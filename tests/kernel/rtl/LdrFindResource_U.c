/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * LdrFindResource_U, LdrFindResourceEx_U, LdrFindResourceDirectory_U, LdrAccessResource,
 * RtlFindMessage - resources of an image made by hand.
 */
#include "ktest.h"
#include <ntimage.h>

NTSYSAPI NTSTATUS NTAPI LdrFindResource_U(
    PVOID Base, const ULONG_PTR *Path, ULONG Length, PIMAGE_RESOURCE_DATA_ENTRY *Entry);
NTSYSAPI NTSTATUS NTAPI LdrFindResourceDirectory_U(
    PVOID Base, const ULONG_PTR *Path, ULONG Length, PIMAGE_RESOURCE_DIRECTORY *Directory);
NTSYSAPI NTSTATUS NTAPI LdrAccessResource(
    PVOID Base, PIMAGE_RESOURCE_DATA_ENTRY Entry, PVOID *Address, PULONG Size);

typedef struct MESSAGE {
    USHORT Length, Flags;
    CHAR Text[8];
} MESSAGE;
NTSYSAPI NTSTATUS NTAPI RtlFindMessage(
    PVOID Base, ULONG Table, ULONG Language, ULONG Number, MESSAGE **Message);

#define MESSAGE_TABLE 11
#define GERMAN        0x407
#define ENGLISH       0x409
#define FRENCH        0x40C

#define IS_NAME      0x80000000u /* of Name */
#define IS_DIRECTORY 0x80000000u /* of OffsetToData */

typedef struct ENTRY {
    ULONG Name, OffsetToData;
} ENTRY;

/* Types, names, languages; what they lead to. */
typedef struct LEVEL {
    IMAGE_RESOURCE_DIRECTORY Directory;
    ENTRY Entries[2];
} LEVEL;

typedef struct TREE {
    LEVEL Types, Custom, CustomLanguages, Tables, TableLanguages;
    IMAGE_RESOURCE_DATA_ENTRY Data[3]; /* custom, German, English */
    USHORT NameLength;
    WCHAR Name[7];
    ULONG Blocks;
    struct {
        ULONG Low, High, Offset;
    } Block[2];
    MESSAGE Messages[3];
    CHAR Bytes[8];
} TREE;

typedef struct IMAGE {
    IMAGE_DOS_HEADER Dos;
    IMAGE_NT_HEADERS Nt;
    IMAGE_SECTION_HEADER Section;
    DECLSPEC_ALIGN(16) TREE Tree;
    UCHAR Rest[0x1000];
} IMAGE;

static IMAGE Image;

#define TREE_RVA   FIELD_OFFSET(IMAGE, Tree)
#define AT(Member) ((ULONG)FIELD_OFFSET(TREE, Member))

static VOID SetEntry(LEVEL *Level, ULONG Index, ULONG Name, ULONG Offset)
{
    Level->Entries[Index].Name = Name;
    Level->Entries[Index].OffsetToData = Offset;
    if (Name & IS_NAME)
        Level->Directory.NumberOfNamedEntries++;
    else
        Level->Directory.NumberOfIdEntries++;
}

static VOID SetData(ULONG Index, ULONG Offset, ULONG Size)
{
    Image.Tree.Data[Index].OffsetToData = TREE_RVA + Offset;
    Image.Tree.Data[Index].Size = Size;
}

static VOID MakeImage(VOID)
{
    TREE *Tree = &Image.Tree;
    ULONG I;

    RtlZeroMemory(&Image, sizeof(Image));
    Image.Dos.e_magic = IMAGE_DOS_SIGNATURE;
    Image.Dos.e_lfanew = FIELD_OFFSET(IMAGE, Nt);
    Image.Nt.Signature = IMAGE_NT_SIGNATURE;
    Image.Nt.FileHeader.NumberOfSections = 1;
    Image.Nt.FileHeader.SizeOfOptionalHeader = sizeof(Image.Nt.OptionalHeader);
    Image.Nt.OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR_MAGIC;
    Image.Nt.OptionalHeader.SizeOfHeaders = TREE_RVA;
    Image.Nt.OptionalHeader.SizeOfImage = sizeof(Image);
    Image.Nt.OptionalHeader.NumberOfRvaAndSizes = IMAGE_NUMBEROF_DIRECTORY_ENTRIES;
    Image.Nt.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_RESOURCE].VirtualAddress = TREE_RVA;
    Image.Nt.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_RESOURCE].Size = sizeof(TREE);
    Image.Section.VirtualAddress = TREE_RVA;
    Image.Section.Misc.VirtualSize = Image.Section.SizeOfRawData = sizeof(TREE);
    Image.Section.PointerToRawData = TREE_RVA;

    SetEntry(&Tree->Types, 0, AT(NameLength) | IS_NAME, AT(Custom) | IS_DIRECTORY);
    SetEntry(&Tree->Types, 1, MESSAGE_TABLE, AT(Tables) | IS_DIRECTORY);
    SetEntry(&Tree->Custom, 0, 5, AT(CustomLanguages) | IS_DIRECTORY);
    SetEntry(&Tree->CustomLanguages, 0, GERMAN, AT(Data[0]));
    SetEntry(&Tree->Tables, 0, 1, AT(TableLanguages) | IS_DIRECTORY);
    SetEntry(&Tree->TableLanguages, 0, GERMAN, AT(Data[1]));
    SetEntry(&Tree->TableLanguages, 1, ENGLISH, AT(Data[2]));
    Tree->NameLength = 6;
    RtlCopyMemory(Tree->Name, L"CUSTOM", 12);
    SetData(0, AT(Bytes), 8);
    RtlCopyMemory(Tree->Bytes, "resource", 8);
    SetData(1, AT(Blocks), AT(Bytes) - AT(Blocks));
    SetData(2, AT(Blocks), AT(Bytes) - AT(Blocks));
    Tree->Blocks = 2;
    Tree->Block[0].Low = 100;
    Tree->Block[0].High = 101;
    Tree->Block[0].Offset = AT(Messages[0]) - AT(Blocks);
    Tree->Block[1].Low = Tree->Block[1].High = 0x40000000;
    Tree->Block[1].Offset = AT(Messages[2]) - AT(Blocks);
    for (I = 0; I < 3; I++) {
        Tree->Messages[I].Length = sizeof(MESSAGE);
        Tree->Messages[I].Text[0] = (CHAR)('a' + I);
    }
}

static NTSTATUS Find(
    ULONG_PTR Type, ULONG_PTR Name, ULONG_PTR Language, PIMAGE_RESOURCE_DATA_ENTRY *Entry)
{
    ULONG_PTR Path[3] = {Type, Name, Language};

    return LdrFindResource_U(&Image, Path, 3, Entry);
}

TEST(LdrFindResource_U, FollowsAPath)
{
    PIMAGE_RESOURCE_DATA_ENTRY Entry = NULL;

    MakeImage();
    CHECK_STATUS(Find(MESSAGE_TABLE, 1, ENGLISH, &Entry), STATUS_SUCCESS);
    CHECK_PTR(Entry, &Image.Tree.Data[2]);
    CHECK_STATUS(Find((ULONG_PTR)L"CUSTOM", 5, GERMAN, &Entry), STATUS_SUCCESS);
    CHECK_PTR(Entry, &Image.Tree.Data[0]);
    CHECK_STATUS(Find((ULONG_PTR)L"CUSTOM", 5, 0, &Entry), STATUS_SUCCESS);
    CHECK_PTR(Entry, &Image.Tree.Data[0]);
}

TEST(LdrFindResource_U, SaysWhatIsNotThere)
{
    PIMAGE_RESOURCE_DATA_ENTRY Entry = NULL;

    MakeImage();
    CHECK_STATUS(Find(99, 1, ENGLISH, &Entry), STATUS_RESOURCE_TYPE_NOT_FOUND);
    CHECK_STATUS(Find((ULONG_PTR)L"CUSTOM2", 1, ENGLISH, &Entry), STATUS_RESOURCE_TYPE_NOT_FOUND);
    CHECK_STATUS(Find(MESSAGE_TABLE, 2, ENGLISH, &Entry), STATUS_RESOURCE_NAME_NOT_FOUND);
    CHECK_STATUS(Find(MESSAGE_TABLE, 1, FRENCH, &Entry), STATUS_RESOURCE_LANG_NOT_FOUND);
    Image.Nt.OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_RESOURCE].VirtualAddress = 0;
    CHECK_STATUS(Find(MESSAGE_TABLE, 1, ENGLISH, &Entry), STATUS_RESOURCE_DATA_NOT_FOUND);
}

TEST(LdrFindResourceEx_U, FollowsAPath)
{
    NTSTATUS(NTAPI * FindEx)
    (ULONG Flags, PVOID Base, const ULONG_PTR *Path, ULONG Length,
        PIMAGE_RESOURCE_DATA_ENTRY *Entry) = (PVOID)KtestExport(L"LdrFindResourceEx_U");
    ULONG_PTR Path[3] = {MESSAGE_TABLE, 1, ENGLISH};
    PIMAGE_RESOURCE_DATA_ENTRY Entry = NULL;

    if (FindEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    MakeImage();
    CHECK_STATUS(FindEx(0, &Image, Path, 3, &Entry), STATUS_SUCCESS);
    CHECK_PTR(Entry, &Image.Tree.Data[2]);
    Path[0] = 12;
    CHECK_STATUS(FindEx(0, &Image, Path, 3, &Entry), STATUS_RESOURCE_TYPE_NOT_FOUND);
}

TEST(LdrFindResourceDirectory_U, EndsOnTheWay)
{
    ULONG_PTR Path[2] = {MESSAGE_TABLE, 1};
    PIMAGE_RESOURCE_DIRECTORY Directory = NULL;

    MakeImage();
    CHECK_STATUS(LdrFindResourceDirectory_U(&Image, Path, 1, &Directory), STATUS_SUCCESS);
    CHECK_PTR(Directory, &Image.Tree.Tables);
    CHECK_STATUS(LdrFindResourceDirectory_U(&Image, Path, 2, &Directory), STATUS_SUCCESS);
    CHECK_PTR(Directory, &Image.Tree.TableLanguages);
    Path[0] = 12;
    CHECK_STATUS(
        LdrFindResourceDirectory_U(&Image, Path, 2, &Directory), STATUS_RESOURCE_TYPE_NOT_FOUND);
}

TEST(LdrAccessResource, GivesAddressAndSize)
{
    PIMAGE_RESOURCE_DATA_ENTRY Entry = NULL;
    PVOID Address = NULL;
    ULONG Size = 0;

    MakeImage();
    if (!CHECK_STATUS(Find((ULONG_PTR)L"CUSTOM", 5, GERMAN, &Entry), STATUS_SUCCESS))
        return;
    CHECK_STATUS(LdrAccessResource(&Image, Entry, &Address, &Size), STATUS_SUCCESS);
    CHECK_PTR(Address, Image.Tree.Bytes);
    CHECK_EQ(Size, 8);
    Size = 0;
    CHECK_STATUS(LdrAccessResource(&Image, Entry, NULL, &Size), STATUS_SUCCESS);
    CHECK_EQ(Size, 8);
    /* As it lies in a file, which here is the same. */
    CHECK_STATUS(LdrAccessResource((PUCHAR)&Image + 1, Entry, &Address, NULL), STATUS_SUCCESS);
    CHECK_PTR(Address, Image.Tree.Bytes);
}

TEST(RtlFindMessage, FindsANumber)
{
    MESSAGE *Message = NULL;

    MakeImage();
    CHECK_STATUS(RtlFindMessage(&Image, MESSAGE_TABLE, ENGLISH, 101, &Message), STATUS_SUCCESS);
    CHECK_PTR(Message, &Image.Tree.Messages[1]);
    CHECK_STATUS(RtlFindMessage(&Image, MESSAGE_TABLE, 0, 0x40000000, &Message), STATUS_SUCCESS);
    CHECK_PTR(Message, &Image.Tree.Messages[2]);
    CHECK_STATUS(
        RtlFindMessage(&Image, MESSAGE_TABLE, ENGLISH, 102, &Message), STATUS_MESSAGE_NOT_FOUND);
    CHECK_STATUS(
        RtlFindMessage(&Image, 12, ENGLISH, 101, &Message), STATUS_RESOURCE_TYPE_NOT_FOUND);
}
