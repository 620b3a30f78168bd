/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenSection - by name; \Device\PhysicalMemory, as drivers for hardware map it.
 */
#include "vm_test.h"

static NTSTATUS Open(const WCHAR *Text, ACCESS_MASK Access, HANDLE *Section)
{
    OBJECT_ATTRIBUTES Object;
    UNICODE_STRING Name;

    RtlInitUnicodeString(&Name, Text);
    InitializeObjectAttributes(
        &Object, &Name, OBJ_KERNEL_HANDLE | OBJ_CASE_INSENSITIVE, NULL, NULL);
    return ZwOpenSection(Section, Access, &Object);
}

TEST(ZwOpenSection, RefusesOtherNames)
{
    HANDLE Section;

    CHECK_STATUS(Open(L"\\Device\\No such section", SECTION_MAP_READ, &Section),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(Open(L"\\No such folder\\Section", SECTION_MAP_READ, &Section),
        STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_STATUS(Open(L"Device", SECTION_MAP_READ, &Section), STATUS_OBJECT_PATH_SYNTAX_BAD);
    CHECK_STATUS(Open(L"\\Device", SECTION_MAP_READ, &Section), STATUS_OBJECT_TYPE_MISMATCH);
}

/* The view begins at a multiple of 64 KiB, and the offset says where. */
TEST(ZwOpenSection, PhysicalMemoryShowsThePage)
{
    PHYSICAL_ADDRESS Any;
    LARGE_INTEGER Base, Offset;
    HANDLE Section;
    PVOID View = NULL;
    SIZE_T Bytes = PAGE_SIZE;
    ULONG *Memory, *Same;

    Any.QuadPart = 0x7FFFFFFF;
    Memory = MmAllocateContiguousMemory(PAGE_SIZE, Any);
    if (!CHECK(Memory != NULL))
        return;
    Base = Offset = MmGetPhysicalAddress(Memory);
    Memory[3] = 0x5AA55AA5;
    if (CHECK_STATUS(
            Open(L"\\Device\\PhysicalMemory", SECTION_ALL_ACCESS, &Section), STATUS_SUCCESS)) {
        if (CHECK_STATUS(ZwMapViewOfSection(Section, VM_SELF, &View, 0, Bytes, &Offset, &Bytes,
                             ViewShare, 0, PAGE_READWRITE | PAGE_NOCACHE),
                STATUS_SUCCESS)) {
            CHECK(Offset.QuadPart <= Base.QuadPart && Base.QuadPart - Offset.QuadPart < 0x10000);
            CHECK((ULONGLONG)Bytes >= (ULONGLONG)(Base.QuadPart - Offset.QuadPart) + PAGE_SIZE);
            Same = (ULONG *)((UCHAR *)View + (Base.QuadPart - Offset.QuadPart));
            CHECK_EQ(Same[3], 0x5AA55AA5);
            Same[4] = 0x12345678;
            CHECK_EQ(Memory[4], 0x12345678);
            CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
        }
        ZwClose(Section);
    }
    MmFreeContiguousMemory(Memory);
}
