/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateSection, ZwQuerySection, MmCreateSection - sections of memory and of files.
 */
#include <ntifs.h>
#include <ntimage.h>

#include "vm_test.h"

typedef struct BASIC {
    PVOID BaseAddress;
    ULONG Attributes;
    LARGE_INTEGER Size;
} BASIC;

typedef NTSTATUS(NTAPI *QUERY)(
    HANDLE Section, ULONG Class, PVOID Buffer, SIZE_T Length, SIZE_T *Returned);
typedef NTSTATUS(NTAPI *CREATE)(PVOID *Section, ACCESS_MASK Access, POBJECT_ATTRIBUTES Object,
    PLARGE_INTEGER Size, ULONG Protect, ULONG Attributes, HANDLE File, PFILE_OBJECT FileObject);

/* A file of 100 bytes, gone when it is closed. */
static NTSTATUS OpenFile(ACCESS_MASK Access, HANDLE *File)
{
    static const CHAR Bytes[100] = "in the file";
    KTEST_STRING(Name, L"\\??\\C:\\Windows\\Temp\\ktest-section.bin");
    OBJECT_ATTRIBUTES Object;
    IO_STATUS_BLOCK Io;
    LARGE_INTEGER Offset = {.QuadPart = 0};
    HANDLE Writer;
    NTSTATUS Status;

    InitializeObjectAttributes(
        &Object, &Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    Status = ZwCreateFile(&Writer, GENERIC_WRITE | SYNCHRONIZE, &Object, &Io, NULL,
        FILE_ATTRIBUTE_NORMAL, 7, FILE_OVERWRITE_IF, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ZwWriteFile(
        Writer, NULL, NULL, NULL, &Io, (PVOID)(ULONG_PTR)Bytes, sizeof(Bytes), &Offset, NULL);
    ZwClose(Writer);
    if (!NT_SUCCESS(Status))
        return Status;
    return ZwCreateFile(File, Access | SYNCHRONIZE | DELETE, &Object, &Io, NULL,
        FILE_ATTRIBUTE_NORMAL, 7, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT | FILE_DELETE_ON_CLOSE,
        NULL, 0);
}

static NTSTATUS SectionOf(HANDLE File, LONGLONG Bytes, ULONG Protect, HANDLE *Section)
{
    OBJECT_ATTRIBUTES Object;
    LARGE_INTEGER Size;

    Size.QuadPart = Bytes;
    InitializeObjectAttributes(&Object, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateSection(Section, SECTION_ALL_ACCESS, &Object, &Size, Protect, SEC_COMMIT, File);
}

TEST(ZwCreateSection, RefusesBadArguments)
{
    HANDLE Section;

    CHECK_STATUS(VmSection(0, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_INVALID_PARAMETER_4);
    CHECK_STATUS(VmSection(PAGE_SIZE, PAGE_READWRITE, 0, &Section), STATUS_INVALID_PARAMETER_6);
    CHECK_STATUS(VmSection(PAGE_SIZE, PAGE_READWRITE, SEC_COMMIT | SEC_RESERVE, &Section),
        STATUS_INVALID_PARAMETER_6);
    CHECK_STATUS(
        VmSection(PAGE_SIZE, PAGE_NOACCESS, SEC_COMMIT, &Section), STATUS_INVALID_PAGE_PROTECTION);
    CHECK_STATUS(VmSection(PAGE_SIZE, 0, SEC_COMMIT, &Section), STATUS_INVALID_PAGE_PROTECTION);
    CHECK_STATUS(
        VmSection(PAGE_SIZE, PAGE_READONLY, SEC_IMAGE, &Section), STATUS_INVALID_FILE_FOR_SECTION);
    CHECK_STATUS(SectionOf((HANDLE)0x7FF4, 0, PAGE_READONLY, &Section), STATUS_INVALID_HANDLE);
}

TEST(ZwCreateSection, HasANameLikeOtherObjects)
{
    KTEST_STRING(Name, L"\\BaseNamedObjects\\ktest section");
    OBJECT_ATTRIBUTES Object;
    LARGE_INTEGER Size = {.QuadPart = PAGE_SIZE};
    HANDLE First, Second;

    InitializeObjectAttributes(
        &Object, &Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (!CHECK_STATUS(ZwCreateSection(&First, SECTION_ALL_ACCESS, &Object, &Size, PAGE_READWRITE,
                          SEC_COMMIT, NULL),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwCreateSection(
                     &Second, SECTION_ALL_ACCESS, &Object, &Size, PAGE_READWRITE, SEC_COMMIT, NULL),
        STATUS_OBJECT_NAME_COLLISION);
    Object.Attributes |= OBJ_OPENIF;
    if (CHECK_STATUS(ZwCreateSection(&Second, SECTION_ALL_ACCESS, &Object, &Size, PAGE_READWRITE,
                         SEC_COMMIT, NULL),
            STATUS_OBJECT_NAME_EXISTS))
        ZwClose(Second);
    if (CHECK_STATUS(ZwOpenSection(&Second, SECTION_MAP_READ, &Object), STATUS_SUCCESS))
        ZwClose(Second);
    ZwClose(First);
    CHECK_STATUS(ZwOpenSection(&Second, SECTION_MAP_READ, &Object), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(ZwCreateSection, ShowsAFile)
{
    IO_STATUS_BLOCK Io;
    LARGE_INTEGER Offset = {.QuadPart = 3};
    HANDLE File, Section;
    SIZE_T Bytes;
    UCHAR *View;
    CHAR Read[4] = "";

    if (!CHECK_STATUS(OpenFile(GENERIC_READ | GENERIC_WRITE, &File), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(SectionOf(File, 0, PAGE_READWRITE, &Section), STATUS_SUCCESS)) {
        if (CHECK_STATUS(VmMap(Section, PAGE_READWRITE, &View, &Bytes), STATUS_SUCCESS)) {
            CHECK_EQ(Bytes, PAGE_SIZE);
            CHECK_EQ(RtlCompareMemory(View, "in the file", 12), 12);
            CHECK_EQ(View[200], 0);
            CHECK_STATUS(
                ZwWriteFile(File, NULL, NULL, NULL, &Io, "THE", 3, &Offset, NULL), STATUS_SUCCESS);
            CHECK_EQ(RtlCompareMemory(View, "in THE file", 12), 12);
            View[3] = 't';
            CHECK_STATUS(
                ZwReadFile(File, NULL, NULL, NULL, &Io, Read, 3, &Offset, NULL), STATUS_SUCCESS);
            CHECK_EQ(RtlCompareMemory(Read, "tHE", 3), 3);
            CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
        }
        ZwClose(Section);
    }
    ZwClose(File);
}

TEST(ZwCreateSection, CopiesOnWrite)
{
    IO_STATUS_BLOCK Io;
    LARGE_INTEGER Offset = {.QuadPart = 0};
    HANDLE File, Section;
    SIZE_T Bytes;
    UCHAR *View;
    CHAR Read[2];

    if (!CHECK_STATUS(OpenFile(GENERIC_READ, &File), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(SectionOf(File, 0, PAGE_WRITECOPY, &Section), STATUS_SUCCESS)) {
        if (CHECK_STATUS(VmMap(Section, PAGE_WRITECOPY, &View, &Bytes), STATUS_SUCCESS)) {
            CHECK_STATUS(VmWrite(View, 'X'), STATUS_SUCCESS);
            CHECK_EQ(View[0], 'X');
            CHECK_STATUS(
                ZwReadFile(File, NULL, NULL, NULL, &Io, Read, 2, &Offset, NULL), STATUS_SUCCESS);
            CHECK_EQ(Read[0], 'i');
            CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
        }
        CHECK_STATUS(VmMap(Section, PAGE_READWRITE, &View, &Bytes), STATUS_SECTION_PROTECTION);
        ZwClose(Section);
    }
    ZwClose(File);
}

TEST(ZwCreateSection, ExtendsAFileItMayWrite)
{
    FILE_STANDARD_INFORMATION Standard;
    IO_STATUS_BLOCK Io;
    HANDLE File, Section;

    if (!CHECK_STATUS(OpenFile(GENERIC_READ | GENERIC_WRITE, &File), STATUS_SUCCESS))
        return;
    CHECK_STATUS(SectionOf(File, 5000, PAGE_READONLY, &Section), STATUS_SECTION_TOO_BIG);
    if (CHECK_STATUS(SectionOf(File, 5000, PAGE_READWRITE, &Section), STATUS_SUCCESS)) {
        CHECK_STATUS(
            ZwQueryInformationFile(File, &Io, &Standard, sizeof(Standard), FileStandardInformation),
            STATUS_SUCCESS);
        CHECK_EQ(Standard.EndOfFile.QuadPart, 5000);
        ZwClose(Section);
    }
    ZwClose(File);
}

TEST(ZwCreateSection, NeedsTheFilesAccess)
{
    HANDLE File, Section;

    if (!CHECK_STATUS(OpenFile(GENERIC_READ, &File), STATUS_SUCCESS))
        return;
    if (SectionOf(File, 0, PAGE_READONLY, &Section) == STATUS_SUCCESS)
        ZwClose(Section);
    else
        CHECK(FALSE);
    ZwClose(File);
}

TEST(ZwQuerySection, TellsAttributesAndSize)
{
    QUERY Query = (QUERY)KtestExport(L"ZwQuerySection");
    HANDLE Section;
    BASIC Answer;
    SIZE_T Length = 0;

    if (!CHECK(Query != NULL) ||
        !CHECK_STATUS(
            VmSection(PAGE_SIZE + 1, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Query(Section, 0, &Answer, sizeof(Answer), &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, sizeof(Answer));
    CHECK_EQ(Answer.Attributes, SEC_COMMIT);
    CHECK_EQ(Answer.Size.QuadPart, 2 * PAGE_SIZE);
    CHECK_STATUS(Query(Section, 0, &Answer, 4, NULL), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Query(Section, 77, &Answer, sizeof(Answer), NULL), STATUS_INVALID_INFO_CLASS);
    ZwClose(Section);
    CHECK_STATUS(Query((HANDLE)0x7FF4, 0, &Answer, sizeof(Answer), NULL), STATUS_INVALID_HANDLE);
}

TEST(MmCreateSection, MakesAnObject)
{
    CREATE Create = (CREATE)KtestExport(L"MmCreateSection");
    POBJECT_TYPE *Type = KtestExport(L"MmSectionObjectType");
    LARGE_INTEGER Size = {.QuadPart = PAGE_SIZE};
    PVOID Section, Other;
    HANDLE Handle;

    if (!CHECK(Create != NULL) || !CHECK(Type != NULL))
        return;
    if (!CHECK_STATUS(Create(&Section, SECTION_ALL_ACCESS, NULL, &Size, PAGE_READWRITE, SEC_COMMIT,
                          NULL, NULL),
            STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObOpenObjectByPointer(Section, OBJ_KERNEL_HANDLE, NULL, SECTION_ALL_ACCESS,
                         *Type, KernelMode, &Handle),
            STATUS_SUCCESS)) {
        if (CHECK_STATUS(ObReferenceObjectByHandle(
                             Handle, SECTION_MAP_READ, *Type, KernelMode, &Other, NULL),
                STATUS_SUCCESS)) {
            CHECK_PTR(Other, Section);
            ObDereferenceObject(Other);
        }
        ZwClose(Handle);
    }
    ObDereferenceObject(Section);
    CHECK_STATUS(
        Create(&Section, SECTION_ALL_ACCESS, NULL, &Size, PAGE_NOACCESS, SEC_COMMIT, NULL, NULL),
        STATUS_INVALID_PAGE_PROTECTION);
}

TEST(MmSectionObjectType, IsTheTypeOfSections)
{
    POBJECT_TYPE *Type = KtestExport(L"MmSectionObjectType");
    HANDLE Section;
    PVOID Object;

    if (!CHECK_STATUS(VmSection(1, PAGE_READONLY, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObReferenceObjectByHandle(Section, 0, *Type, KernelMode, &Object, NULL),
            STATUS_SUCCESS))
        ObDereferenceObject(Object);
    CHECK_STATUS(
        ObReferenceObjectByHandle(Section, 0, *ExEventObjectType, KernelMode, &Object, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Section);
}

/* Of a file nobody has a section of everything is allowed. */
TEST(MmFlushImageSection, LooksAtViewsOfTheFile)
{
    HANDLE File, Section;
    PFILE_OBJECT Object;
    UCHAR *View;
    SIZE_T Bytes;
    LARGE_INTEGER Zero = {.QuadPart = 0};
    IO_STATUS_BLOCK Io;
    ULONG(NTAPI * Writers)
    (PSECTION_OBJECT_POINTERS) = KtestExport(L"MmDoesFileHaveUserWritableReferences");

    if (!CHECK_STATUS(OpenFile(GENERIC_READ | GENERIC_WRITE, &File), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObReferenceObjectByHandle(File, 0, NULL, KernelMode, (PVOID *)&Object, NULL),
                     STATUS_SUCCESS)) {
        PSECTION_OBJECT_POINTERS Pointers = Object->SectionObjectPointer;

        CHECK(MmFlushImageSection(Pointers, MmFlushForWrite));
        CHECK(MmCanFileBeTruncated(Pointers, &Zero));
        CHECK(MmForceSectionClosed(Pointers, FALSE));
        if (CHECK_STATUS(SectionOf(File, 0, PAGE_READWRITE, &Section), STATUS_SUCCESS)) {
            CHECK(Pointers->DataSectionObject != NULL);
            CHECK(Writers == NULL || Writers(Pointers) != 0);
            if (CHECK_STATUS(VmMap(Section, PAGE_READWRITE, &View, &Bytes), STATUS_SUCCESS)) {
                CHECK(!MmCanFileBeTruncated(Pointers, &Zero));
                CHECK(!MmForceSectionClosed(Pointers, FALSE));
                CHECK(MmFlushImageSection(Pointers, MmFlushForWrite));
                CHECK(!CcPurgeCacheSection(Pointers, NULL, 0, FALSE));
                CcFlushCache(Pointers, NULL, 0, &Io);
                CHECK_STATUS(Io.Status, STATUS_SUCCESS);
                CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
            }
            ZwClose(Section);
        }
        CHECK(CcPurgeCacheSection(Pointers, NULL, 0, FALSE));
        CHECK(MmForceSectionClosed(Pointers, FALSE));
        ObDereferenceObject(Object);
    }
    ZwClose(File);
}

/* ---- images ---------------------------------------------------------------------------------- */

static IMAGE_NT_HEADERS *HeadersOf(UCHAR *Image)
{
    return (IMAGE_NT_HEADERS *)(Image + ((IMAGE_DOS_HEADER *)Image)->e_lfanew);
}

/* This driver as a file, each section where it lies in memory. */
static NTSTATUS OpenImage(HANDLE *File, ULONG *ImageBytes)
{
    UCHAR *Base = KtestDriverObject->DriverStart, *Copy;
    ULONG Bytes = KtestDriverObject->DriverSize, At;
    LARGE_INTEGER Offset = {.QuadPart = 0};
    IMAGE_SECTION_HEADER *Section;
    IO_STATUS_BLOCK Io;
    NTSTATUS Status;

    Copy = ExAllocatePoolWithTag(PagedPool, Bytes, 'tseT');
    if (Copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    RtlZeroMemory(Copy, Bytes);
    for (At = 0; At < Bytes; At += PAGE_SIZE) {
        if (MmIsAddressValid(Base + At))
            RtlCopyMemory(Copy + At, Base + At, Bytes - At < PAGE_SIZE ? Bytes - At : PAGE_SIZE);
    }
    Section = (IMAGE_SECTION_HEADER *)((UCHAR *)&HeadersOf(Copy)->OptionalHeader +
                                       HeadersOf(Copy)->FileHeader.SizeOfOptionalHeader);
    for (At = 0; At < HeadersOf(Copy)->FileHeader.NumberOfSections; At++) {
        Section[At].PointerToRawData = Section[At].VirtualAddress;
        Section[At].SizeOfRawData = ROUND_TO_PAGES(Section[At].Misc.VirtualSize);
        if (Section[At].PointerToRawData + Section[At].SizeOfRawData > Bytes)
            Section[At].SizeOfRawData = Bytes - Section[At].PointerToRawData;
    }
    *ImageBytes = HeadersOf(Copy)->OptionalHeader.SizeOfImage;
    Status = OpenFile(GENERIC_READ | GENERIC_WRITE | GENERIC_EXECUTE, File);
    if (NT_SUCCESS(Status))
        Status = ZwWriteFile(*File, NULL, NULL, NULL, &Io, Copy, Bytes, &Offset, NULL);
    ExFreePoolWithTag(Copy, 'tseT');
    return Status;
}

static NTSTATUS ImageOf(HANDLE File, HANDLE *Section)
{
    OBJECT_ATTRIBUTES Object;

    InitializeObjectAttributes(&Object, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateSection(
        Section, SECTION_ALL_ACCESS, &Object, NULL, PAGE_EXECUTE, SEC_IMAGE, File);
}

TEST(ZwCreateSection, LaysAnImageOut)
{
    HANDLE File, Section;
    UCHAR *View = NULL;
    SIZE_T Bytes = 0;
    ULONG ImageBytes;
    UCHAR *Code = (UCHAR *)(ULONG_PTR)OpenImage;
    ULONG_PTR Rva = (ULONG_PTR)Code - (ULONG_PTR)KtestDriverObject->DriverStart;
    NTSTATUS Status;

    if (!CHECK_STATUS(OpenImage(&File, &ImageBytes), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ImageOf(File, &Section), STATUS_SUCCESS)) {
        Status = ZwMapViewOfSection(
            Section, VM_SELF, (PVOID *)&View, 0, 0, NULL, &Bytes, ViewUnmap, 0, PAGE_READONLY);
        if (CHECK(Status == STATUS_SUCCESS || Status == STATUS_IMAGE_NOT_AT_BASE)) {
            CHECK_EQ(Bytes, ROUND_TO_PAGES(ImageBytes));
            CHECK_EQ(View[0], 'M');
            CHECK_EQ(HeadersOf(View)->OptionalHeader.SizeOfImage, ImageBytes);
            CHECK_EQ(RtlCompareMemory(View + Rva, Code, 4), 4);
            CHECK_STATUS(VmWrite(View + Rva, 1), STATUS_ACCESS_VIOLATION);
            CHECK_STATUS(VmWrite(View, 1), STATUS_ACCESS_VIOLATION);
            CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
        }
        ZwClose(Section);
    }
    ZwClose(File);
}

TEST(ZwCreateSection, AnImageIsAnImage)
{
    HANDLE File, Section;

    if (!CHECK_STATUS(OpenFile(GENERIC_READ | GENERIC_EXECUTE, &File), STATUS_SUCCESS))
        return;
    CHECK_STATUS(ImageOf(File, &Section), STATUS_INVALID_IMAGE_NOT_MZ);
    ZwClose(File);
}

TEST(ZwQuerySection, TellsImagesFromOthers)
{
    QUERY Query = (QUERY)KtestExport(L"ZwQuerySection");
    struct {
        PVOID Entry;
        UCHAR Rest[120];
    } Answer;
    HANDLE File, Section;
    SIZE_T Bytes = 0;
    ULONG ImageBytes;

    if (!CHECK_STATUS(OpenImage(&File, &ImageBytes), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ImageOf(File, &Section), STATUS_SUCCESS)) {
        CHECK_STATUS(Query(Section, 1, &Answer, sizeof(Answer), &Bytes), STATUS_SUCCESS);
        CHECK_EQ(Bytes, sizeof(PVOID) == 8 ? 64 : 48);
        CHECK_STATUS(Query(Section, 1, &Answer, 8, NULL), STATUS_INFO_LENGTH_MISMATCH);
        ZwClose(Section);
    }
    ZwClose(File);
    if (CHECK_STATUS(VmSection(PAGE_SIZE, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS)) {
        CHECK_STATUS(Query(Section, 1, &Answer, sizeof(Answer), NULL), STATUS_SECTION_NOT_IMAGE);
        ZwClose(Section);
    }
}

TEST(MmGetMaximumFileSectionSize, IsMoreThanAnyFileHere)
{
    ULONG64(NTAPI *Get)(VOID) = KtestExport(L"MmGetMaximumFileSectionSize");

    if (Get != NULL)
        CHECK(Get() >= 0x100000000);
}

TEST(MmForceSectionClosedEx, AgreesWithTheOtherForm)
{
    BOOLEAN(NTAPI *Force)(PSECTION_OBJECT_POINTERS, ULONG) = KtestExport(L"MmForceSectionClosedEx");
    SECTION_OBJECT_POINTERS Pointers = {NULL, NULL, NULL};

    if (Force != NULL)
        CHECK(Force(&Pointers, 0));
    CHECK(MmForceSectionClosed(&Pointers, TRUE));
}
