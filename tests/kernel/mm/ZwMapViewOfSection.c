/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwMapViewOfSection, ZwUnmapViewOfSection, MmMapViewOfSection, MmMapViewInSystemSpace - views, and
 * what they share.
 */
#include "vm_test.h"

typedef NTSTATUS(NTAPI *MAP)(PVOID Section, PEPROCESS Process, PVOID *Base, ULONG_PTR ZeroBits,
    SIZE_T Commit, PLARGE_INTEGER Offset, SIZE_T *Bytes, ULONG Inherit, ULONG Type, ULONG Protect);
typedef NTSTATUS(NTAPI *UNMAP)(PEPROCESS Process, PVOID Base);
typedef NTSTATUS(NTAPI *MAP_SYSTEM)(PVOID Section, PVOID *Base, SIZE_T *Bytes);
typedef NTSTATUS(NTAPI *UNMAP_SYSTEM)(PVOID Base);

static NTSTATUS Map(HANDLE Section, PVOID Base, LONGLONG Offset, SIZE_T Bytes, ULONG Inherit,
    ULONG Type, ULONG Protect)
{
    LARGE_INTEGER At;

    At.QuadPart = Offset;
    return ZwMapViewOfSection(Section, VM_SELF, &Base, 0, 0, &At, &Bytes, Inherit, Type, Protect);
}

TEST(ZwMapViewOfSection, ViewsShareMemory)
{
    HANDLE Section;
    UCHAR *First, *Second;
    SIZE_T FirstBytes, SecondBytes;
    UCHAR Value;

    if (!CHECK_STATUS(VmSection(0x12345, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(VmMap(Section, PAGE_READWRITE, &First, &FirstBytes), STATUS_SUCCESS) &&
        CHECK_STATUS(VmMap(Section, PAGE_READONLY, &Second, &SecondBytes), STATUS_SUCCESS)) {
        ZwClose(Section);
        Section = NULL;
        CHECK_EQ(FirstBytes, 0x13000);
        CHECK(First != Second);
        CHECK((PVOID)First < MmHighestUserAddress);
        CHECK_EQ((ULONG_PTR)First & (VM_GRANULARITY - 1), 0);
        CHECK_EQ(First[0], 0);
        First[0x12000] = 5;
        CHECK_EQ(Second[0x12000], 5);
        CHECK_STATUS(VmWrite(Second, 1), STATUS_ACCESS_VIOLATION);
        CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, First + 0x1000), STATUS_SUCCESS);
        CHECK_STATUS(VmRead(First, &Value), STATUS_ACCESS_VIOLATION);
        CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, First), STATUS_NOT_MAPPED_VIEW);
        CHECK_EQ(Second[0x12000], 5);
        CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, Second), STATUS_SUCCESS);
    }
    if (Section != NULL)
        ZwClose(Section);
}

TEST(ZwMapViewOfSection, MapsAPart)
{
    HANDLE Section;
    UCHAR *Whole, *Part = NULL;
    SIZE_T Bytes, PartBytes = 100;
    LARGE_INTEGER Offset = {.QuadPart = 0x10000};

    if (!CHECK_STATUS(VmSection(0x30000, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(VmMap(Section, PAGE_READWRITE, &Whole, &Bytes), STATUS_SUCCESS)) {
        Whole[0x10004] = 44;
        if (CHECK_STATUS(ZwMapViewOfSection(Section, VM_SELF, (PVOID *)&Part, 0, 0, &Offset,
                             &PartBytes, ViewShare, 0, PAGE_READWRITE),
                STATUS_SUCCESS)) {
            CHECK_EQ(PartBytes, PAGE_SIZE);
            CHECK_EQ(Part[4], 44);
            CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, Part), STATUS_SUCCESS);
        }
        CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, Whole), STATUS_SUCCESS);
    }
    ZwClose(Section);
}

TEST(ZwMapViewOfSection, RefusesBadArguments)
{
    HANDLE Section;
    PVOID Base = NULL;
    SIZE_T Bytes = 0;

    if (!CHECK_STATUS(VmSection(0x20000, PAGE_READONLY, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Map(Section, NULL, 0, 0, 3, 0, PAGE_READONLY), STATUS_INVALID_PARAMETER_8);
    CHECK_STATUS(Map(Section, NULL, 0, 0, ViewShare, 1, PAGE_READONLY), STATUS_INVALID_PARAMETER_9);
    CHECK_STATUS(Map(Section, NULL, 0, 0, ViewShare, 0, 0), STATUS_INVALID_PAGE_PROTECTION);
    CHECK_STATUS(Map(Section, NULL, 0, 0, ViewShare, 0, PAGE_READWRITE), STATUS_SECTION_PROTECTION);
    CHECK_STATUS(
        Map(Section, NULL, 0x1000, 0, ViewShare, 0, PAGE_READONLY), STATUS_MAPPED_ALIGNMENT);
    CHECK_STATUS(
        Map(Section, (PVOID)0x11000, 0, 0, ViewShare, 0, PAGE_READONLY), STATUS_MAPPED_ALIGNMENT);
    CHECK_STATUS(
        Map(Section, NULL, 0x20000, 0, ViewShare, 0, PAGE_READONLY), STATUS_INVALID_VIEW_SIZE);
    CHECK_STATUS(
        Map(Section, NULL, 0, 0x20001, ViewShare, 0, PAGE_READONLY), STATUS_INVALID_VIEW_SIZE);
    CHECK_STATUS(ZwMapViewOfSection(
                     Section, VM_SELF, &Base, 22, 0, NULL, &Bytes, ViewShare, 0, PAGE_READONLY),
        STATUS_INVALID_PARAMETER_4);
    CHECK_STATUS(ZwMapViewOfSection(Section, (HANDLE)0x7FF4, &Base, 0, 0, NULL, &Bytes, ViewShare,
                     0, PAGE_READONLY),
        STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwMapViewOfSection(
                     VM_SELF, VM_SELF, &Base, 0, 0, NULL, &Bytes, ViewShare, 0, PAGE_READONLY),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Section);
    CHECK_STATUS(Map(Section, NULL, 0, 0, ViewShare, 0, PAGE_READONLY), STATUS_INVALID_HANDLE);
}

TEST(ZwMapViewOfSection, WhereSomethingIsConflicts)
{
    UCHAR *Memory = VmAllocate(0x20000, MEM_RESERVE, PAGE_READWRITE);
    HANDLE Section;

    if (Memory == NULL ||
        !CHECK_STATUS(VmSection(0x10000, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        Map(Section, Memory, 0, 0, ViewShare, 0, PAGE_READWRITE), STATUS_CONFLICTING_ADDRESSES);
    VmRelease(Memory);
    if (CHECK_STATUS(Map(Section, Memory, 0, 0, ViewShare, 0, PAGE_READWRITE), STATUS_SUCCESS)) {
        PVOID Base = Memory;
        SIZE_T Bytes = 0;

        CHECK_STATUS(VmWrite(Memory, 1), STATUS_SUCCESS);
        CHECK_STATUS(ZwFreeVirtualMemory(VM_SELF, &Base, &Bytes, MEM_RELEASE),
            STATUS_UNABLE_TO_DELETE_SECTION);
        CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, Memory), STATUS_SUCCESS);
    }
    ZwClose(Section);
}

TEST(ZwUnmapViewOfSection, RefusesWhatIsNoView)
{
    UCHAR *Memory = VmAllocate(PAGE_SIZE, MEM_RESERVE, PAGE_READWRITE);

    CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, (PVOID)0x10000), STATUS_NOT_MAPPED_VIEW);
    if (Memory == NULL)
        return;
    CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, Memory), STATUS_NOT_MAPPED_VIEW);
    CHECK_STATUS(ZwUnmapViewOfSection((HANDLE)0x7FF4, Memory), STATUS_INVALID_HANDLE);
    VmRelease(Memory);
}

TEST(ZwMapViewOfSection, ReservedPagesAreCommittedLater)
{
    HANDLE Section;
    UCHAR *View;
    SIZE_T Bytes, One = PAGE_SIZE;
    PVOID Base;

    if (!CHECK_STATUS(VmSection(0x20000, PAGE_READWRITE, SEC_RESERVE, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(VmMap(Section, PAGE_READWRITE, &View, &Bytes), STATUS_SUCCESS)) {
        CHECK_STATUS(VmWrite(View, 1), STATUS_ACCESS_VIOLATION);
        Base = View;
        CHECK_STATUS(ZwAllocateVirtualMemory(VM_SELF, &Base, 0, &One, MEM_COMMIT, PAGE_READWRITE),
            STATUS_SUCCESS);
        CHECK_STATUS(VmWrite(View, 1), STATUS_SUCCESS);
        CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
    }
    ZwClose(Section);
}

TEST(NtMapViewOfSection, IsTheSameService)
{
    HANDLE Section;
    PVOID View = NULL;
    SIZE_T Bytes = 0;

    if (!CHECK_STATUS(VmSection(PAGE_SIZE, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(NtMapViewOfSection(
                         Section, VM_SELF, &View, 0, 0, NULL, &Bytes, ViewShare, 0, PAGE_READWRITE),
            STATUS_SUCCESS)) {
        CHECK_STATUS(VmWrite(View, 1), STATUS_SUCCESS);
        CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
    }
    ZwClose(Section);
}

TEST(MmMapViewOfSection, MapsByObjects)
{
    MAP MapView = (MAP)KtestExport(L"MmMapViewOfSection");
    UNMAP Unmap = (UNMAP)KtestExport(L"MmUnmapViewOfSection");
    HANDLE Section;
    PVOID Object, View = NULL;
    SIZE_T Bytes = 0;
    LARGE_INTEGER Offset = {.QuadPart = 0};

    if (!CHECK(MapView != NULL && Unmap != NULL) ||
        !CHECK_STATUS(VmSection(PAGE_SIZE, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObReferenceObjectByHandle(Section, 0, NULL, KernelMode, &Object, NULL),
            STATUS_SUCCESS)) {
        if (CHECK_STATUS(MapView(Object, PsGetCurrentProcess(), &View, 0, 0, &Offset, &Bytes,
                             ViewShare, 0, PAGE_READWRITE),
                STATUS_SUCCESS)) {
            CHECK_STATUS(VmWrite(View, 1), STATUS_SUCCESS);
            CHECK_STATUS(Unmap(PsGetCurrentProcess(), View), STATUS_SUCCESS);
        }
        CHECK_STATUS(Unmap(PsGetCurrentProcess(), View), STATUS_NOT_MAPPED_VIEW);
        ObDereferenceObject(Object);
    }
    ZwClose(Section);
}

static VOID CheckSystemViews(const WCHAR *MapName, const WCHAR *UnmapName)
{
    MAP_SYSTEM MapView = (MAP_SYSTEM)KtestExport(MapName);
    UNMAP_SYSTEM Unmap = (UNMAP_SYSTEM)KtestExport(UnmapName);
    HANDLE Section;
    PVOID Object, System = NULL;
    SIZE_T Bytes, SystemBytes = 0;
    UCHAR *View;

    if (!CHECK(MapView != NULL && Unmap != NULL) ||
        !CHECK_STATUS(VmSection(0x12000, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObReferenceObjectByHandle(Section, 0, NULL, KernelMode, &Object, NULL),
            STATUS_SUCCESS)) {
        if (CHECK_STATUS(MapView(Object, &System, &SystemBytes), STATUS_SUCCESS)) {
            CHECK(MmIsAddressValid(System) || SystemBytes == 0);
            CHECK(SystemBytes >= 0x12000);
            if (CHECK_STATUS(VmMap(Section, PAGE_READWRITE, &View, &Bytes), STATUS_SUCCESS)) {
                ((UCHAR *)System)[0x11FFF] = 77;
                CHECK_EQ(View[0x11FFF], 77);
                CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
            }
            CHECK_STATUS(Unmap(System), STATUS_SUCCESS);
        }
        SystemBytes = 0x13000;
        CHECK_STATUS(MapView(Object, &System, &SystemBytes), STATUS_INVALID_VIEW_SIZE);
        ObDereferenceObject(Object);
    }
    ZwClose(Section);
}

TEST(MmMapViewInSystemSpace, SharesWithOtherViews)
{
    CheckSystemViews(L"MmMapViewInSystemSpace", L"MmUnmapViewInSystemSpace");
}

TEST(MmMapViewInSessionSpace, SharesWithOtherViews)
{
    CheckSystemViews(L"MmMapViewInSessionSpace", L"MmUnmapViewInSessionSpace");
}

TEST(MmUnmapViewInSystemSpace, EndsTheView)
{
    MAP_SYSTEM MapView = (MAP_SYSTEM)KtestExport(L"MmMapViewInSystemSpace");
    UNMAP_SYSTEM Unmap = (UNMAP_SYSTEM)KtestExport(L"MmUnmapViewInSystemSpace");
    HANDLE Section;
    PVOID Object, System;
    SIZE_T Bytes = 0;

    if (!CHECK(MapView != NULL && Unmap != NULL) ||
        !CHECK_STATUS(VmSection(PAGE_SIZE, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObReferenceObjectByHandle(Section, 0, NULL, KernelMode, &Object, NULL),
            STATUS_SUCCESS)) {
        if (CHECK_STATUS(MapView(Object, &System, &Bytes), STATUS_SUCCESS)) {
            *(UCHAR *)System = 1;
            CHECK_STATUS(Unmap(System), STATUS_SUCCESS);
            CHECK(!MmIsAddressValid(System));
        }
        ObDereferenceObject(Object);
    }
    ZwClose(Section);
}
