/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmCopyMemory - reads memory that may not be there (Windows 8.1 and later).
 */
#include "mdl_test.h"

/* As ntddk.h of Windows 8.1 has them. */
typedef struct COPY_ADDRESS {
    union {
        PVOID VirtualAddress;
        PHYSICAL_ADDRESS PhysicalAddress;
    };
} COPY_ADDRESS;

#define COPY_PHYSICAL 1
#define COPY_VIRTUAL  2

typedef NTSTATUS(NTAPI *COPY_MEMORY)(PVOID Target, COPY_ADDRESS Source, SIZE_T Bytes, ULONG Flags,
                                     PSIZE_T Transferred);

static COPY_MEMORY CopyMemoryExport(VOID)
{
    COPY_MEMORY Copy = (COPY_MEMORY)KtestExport(L"MmCopyMemory");

    if (Copy == NULL)
        skip("Windows 8.1 and later");
    return Copy;
}

static COPY_ADDRESS Virtual(const VOID *Address)
{
    COPY_ADDRESS Source = {.PhysicalAddress.QuadPart = 0};

    Source.VirtualAddress = (PVOID)(ULONG_PTR)Address;
    return Source;
}

TEST(MmCopyMemory, CopiesVirtualMemory)
{
    COPY_MEMORY Copy = CopyMemoryExport();
    UCHAR *Buffer, *Target;
    SIZE_T Done = 1;
    ULONG At;

    if (Copy == NULL || (Buffer = MdlTestAllocate(6 * PAGE_SIZE)) == NULL)
        return;
    Target = Buffer + 3 * PAGE_SIZE;
    for (At = 0; At < 3 * PAGE_SIZE; At++)
        Buffer[At] = (UCHAR)(At ^ At >> 8);
    RtlZeroMemory(Target, 3 * PAGE_SIZE);
    CHECK_STATUS(Copy(Target, Virtual(Buffer + 0x80), 2 * PAGE_SIZE, COPY_VIRTUAL, &Done),
                 STATUS_SUCCESS);
    CHECK_EQ(Done, 2 * PAGE_SIZE);
    CHECK_EQ(RtlCompareMemory(Target, Buffer + 0x80, 2 * PAGE_SIZE), 2 * PAGE_SIZE);
    CHECK_EQ(Target[2 * PAGE_SIZE], 0);
    MdlTestFree(Buffer);
}

TEST(MmCopyMemory, CopiesPhysicalMemory)
{
    COPY_MEMORY Copy = CopyMemoryExport();
    COPY_ADDRESS Source;
    UCHAR *Buffer;
    SIZE_T Done = 0;

    if (Copy == NULL || (Buffer = MdlTestAllocate(2 * PAGE_SIZE)) == NULL)
        return;
    RtlFillMemory(Buffer, PAGE_SIZE, 0x3C);
    RtlZeroMemory(Buffer + PAGE_SIZE, PAGE_SIZE);
    Source.PhysicalAddress = MmGetPhysicalAddress(Buffer + 0x10);
    CHECK_STATUS(Copy(Buffer + PAGE_SIZE, Source, 0x100, COPY_PHYSICAL, &Done), STATUS_SUCCESS);
    CHECK_EQ(Done, 0x100);
    CHECK_EQ(RtlCompareMemory(Buffer + PAGE_SIZE, Buffer, 0x100), 0x100);
    CHECK_EQ(Buffer[PAGE_SIZE + 0x100], 0);
    MdlTestFree(Buffer);
}

/*
 * An error, not an exception, whether the address is a process's or the system's or no address at
 * all.
 */
TEST(MmCopyMemory, FailsForVirtualMemoryThatIsNotThere)
{
    COPY_MEMORY Copy = CopyMemoryExport();
    UCHAR *Buffer;
    SIZE_T Done;

    if (Copy == NULL || (Buffer = MdlTestAllocate(PAGE_SIZE)) == NULL)
        return;
    Done = 1;
    CHECK(!NT_SUCCESS(Copy(Buffer, Virtual(MDL_TEST_NOT_THERE), 16, COPY_VIRTUAL, &Done)));
    CHECK_EQ(Done, 0);
    Done = 1;
    CHECK(!NT_SUCCESS(Copy(Buffer, Virtual(NULL), 16, COPY_VIRTUAL, &Done)));
    CHECK_EQ(Done, 0);
    Done = 1;
    CHECK(!NT_SUCCESS(Copy(Buffer, Virtual((PVOID)0xFFFFFFFFFFFFF000), 16, COPY_VIRTUAL, &Done)));
    CHECK_EQ(Done, 0);
    MdlTestFree(Buffer);
}

TEST(MmCopyMemory, FailsForPhysicalMemoryThatIsNotThere)
{
    COPY_MEMORY Copy = CopyMemoryExport();
    COPY_ADDRESS Source;
    UCHAR *Buffer;
    SIZE_T Done = 1;

    if (Copy == NULL || (Buffer = MdlTestAllocate(PAGE_SIZE)) == NULL)
        return;
    Source.PhysicalAddress
        .QuadPart = 0x7FFFFFFFFF000; /* beyond what processors can address today */
    CHECK(!NT_SUCCESS(Copy(Buffer, Source, 16, COPY_PHYSICAL, &Done)));
    CHECK_EQ(Done, 0);
    MdlTestFree(Buffer);
}

TEST(MmCopyMemory, RefusesOtherFlags)
{
    COPY_MEMORY Copy = CopyMemoryExport();
    UCHAR *Buffer;
    SIZE_T Done = 0;

    if (Copy == NULL || (Buffer = MdlTestAllocate(PAGE_SIZE)) == NULL)
        return;
    CHECK(!NT_SUCCESS(Copy(Buffer + 16, Virtual(Buffer), 16, COPY_VIRTUAL | COPY_PHYSICAL, &Done)));
    CHECK(!NT_SUCCESS(Copy(Buffer + 16, Virtual(Buffer), 16, 0, &Done)));
    MdlTestFree(Buffer);
}
