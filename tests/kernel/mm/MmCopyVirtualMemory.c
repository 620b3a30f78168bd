/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * MmCopyVirtualMemory, MmSecureVirtualMemory, MmUnsecureVirtualMemory.
 */
#include "vm_test.h"

typedef NTSTATUS(NTAPI *COPY)(PEPROCESS From, PVOID Source, PEPROCESS To, PVOID Target,
    SIZE_T Bytes, KPROCESSOR_MODE Mode, SIZE_T *Copied);

static NTSTATUS Copy(PVOID Source, PVOID Target, SIZE_T Bytes, KPROCESSOR_MODE Mode, SIZE_T *Copied)
{
    COPY Routine = (COPY)KtestExport(L"MmCopyVirtualMemory");

    return Routine(
        PsGetCurrentProcess(), Source, PsGetCurrentProcess(), Target, Bytes, Mode, Copied);
}

TEST(MmCopyVirtualMemory, CopiesBetweenProcesses)
{
    UCHAR *Memory = VmAllocate(0x10000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    UCHAR *Block = ExAllocatePoolWithTag(NonPagedPool, 10000, 'tseT');
    SIZE_T Copied = 0;

    if (Memory != NULL && CHECK(Block != NULL)) {
        RtlFillMemory(Block, 10000, 0x5A);
        CHECK_STATUS(Copy(Block, Memory + 5, 10000, KernelMode, &Copied), STATUS_SUCCESS);
        CHECK_EQ(Copied, 10000);
        CHECK_EQ(RtlCompareMemory(Block, Memory + 5, 10000), 10000);
        CHECK_EQ(Memory[4], 0);
        CHECK_STATUS(Copy(Memory, Memory + 0x8000, 0x4000, UserMode, &Copied), STATUS_SUCCESS);
        CHECK_EQ(Memory[0x8005], 0x5A);
        CHECK_STATUS(Copy(Memory, Block, 0, KernelMode, &Copied), STATUS_SUCCESS);
        CHECK_EQ(Copied, 0);
    }
    if (Block != NULL)
        ExFreePoolWithTag(Block, 'tseT');
    if (Memory != NULL)
        VmRelease(Memory);
}

TEST(MmCopyVirtualMemory, StopsAtWhatIsMissing)
{
    UCHAR *Memory = VmAllocate(0x20000, MEM_RESERVE, PAGE_READWRITE);
    UCHAR *Block = ExAllocatePoolWithTag(NonPagedPool, 2 * PAGE_SIZE, 'tseT');
    PVOID Base = Memory;
    SIZE_T Bytes = PAGE_SIZE, Copied = 0;

    if (Memory != NULL && CHECK(Block != NULL)) {
        CHECK_STATUS(ZwAllocateVirtualMemory(VM_SELF, &Base, 0, &Bytes, MEM_COMMIT, PAGE_READWRITE),
            STATUS_SUCCESS);
        CHECK_STATUS(Copy(Memory, Block, 2 * PAGE_SIZE, KernelMode, &Copied), STATUS_PARTIAL_COPY);
        CHECK(Copied <= PAGE_SIZE);
        CHECK_STATUS(Copy(Memory + PAGE_SIZE, Block, 8, KernelMode, &Copied), STATUS_PARTIAL_COPY);
        CHECK_EQ(Copied, 0);
        CHECK_STATUS(Copy(Memory, Block, 8, UserMode, &Copied), STATUS_ACCESS_VIOLATION);
    }
    if (Block != NULL)
        ExFreePoolWithTag(Block, 'tseT');
    if (Memory != NULL)
        VmRelease(Memory);
}

TEST(MmSecureVirtualMemory, KeepsMemoryAsItIs)
{
    UCHAR *Memory = VmAllocate(0x10000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    HANDLE Secure;
    PVOID Base = Memory;
    SIZE_T Bytes = 0;

    if (Memory == NULL)
        return;
    Secure = MmSecureVirtualMemory(Memory, 0x10000, PAGE_READWRITE);
    if (CHECK(Secure != NULL)) {
        CHECK_STATUS(ZwFreeVirtualMemory(VM_SELF, &Base, &Bytes, MEM_RELEASE),
            STATUS_INVALID_PAGE_PROTECTION);
        CHECK_STATUS(VmWrite(Memory, 3), STATUS_SUCCESS);
        MmUnsecureVirtualMemory(Secure);
    }
    VmRelease(Memory);
}

TEST(MmUnsecureVirtualMemory, LetsGoOfOneOfTwo)
{
    UCHAR *Memory = VmAllocate(0x10000, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
    HANDLE First, Second;
    PVOID Base = Memory;
    SIZE_T Bytes = 0;

    if (Memory == NULL)
        return;
    First = MmSecureVirtualMemory(Memory, PAGE_SIZE, PAGE_READONLY);
    Second = MmSecureVirtualMemory(Memory, PAGE_SIZE, PAGE_READONLY);
    if (CHECK(First != NULL && Second != NULL)) {
        MmUnsecureVirtualMemory(First);
        CHECK_STATUS(ZwFreeVirtualMemory(VM_SELF, &Base, &Bytes, MEM_RELEASE),
            STATUS_INVALID_PAGE_PROTECTION);
        MmUnsecureVirtualMemory(Second);
    }
    VmRelease(Memory);
}

TEST(MmSecureVirtualMemory, RefusesWhatIsNotThere)
{
    UCHAR *Memory = VmAllocate(0x10000, MEM_RESERVE | MEM_COMMIT, PAGE_READONLY);

    CHECK_PTR(MmSecureVirtualMemory((PVOID)0x10000, PAGE_SIZE, PAGE_READONLY), NULL);
    CHECK_PTR(MmSecureVirtualMemory(KtestDriverObject, 8, PAGE_READONLY), NULL);
    if (Memory == NULL)
        return;
    CHECK_PTR(MmSecureVirtualMemory(Memory, PAGE_SIZE, PAGE_READWRITE), NULL);
    VmRelease(Memory);
}

TEST(ZwFlushInstructionCache, ChecksTheHandle)
{
    CHECK_STATUS(ZwFlushInstructionCache(VM_SELF, NULL, 0), STATUS_SUCCESS);
    CHECK_STATUS(ZwFlushInstructionCache((HANDLE)0x7FF4, NULL, 0), STATUS_INVALID_HANDLE);
    CHECK_STATUS(
        ZwFlushInstructionCache((HANDLE)(LONG_PTR)-2, NULL, 0), STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(ZwFlushVirtualMemory, WantsAView)
{
    NTSTATUS(NTAPI * Flush)
    (HANDLE, PVOID *, SIZE_T *, PIO_STATUS_BLOCK) = KtestExport(L"ZwFlushVirtualMemory");
    HANDLE Section;
    UCHAR *View;
    PVOID Base;
    SIZE_T Bytes;
    IO_STATUS_BLOCK Io;

    if (!CHECK(Flush != NULL) ||
        !CHECK_STATUS(VmSection(0x3000, PAGE_READWRITE, SEC_COMMIT, &Section), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(VmMap(Section, PAGE_READWRITE, &View, &Bytes), STATUS_SUCCESS)) {
        View[0] = 1;
        Base = View + 5;
        Bytes = 10;
        CHECK_STATUS(Flush(VM_SELF, &Base, &Bytes, &Io), STATUS_SUCCESS);
        CHECK_PTR(Base, View);
        CHECK_EQ(Bytes, PAGE_SIZE);
        CHECK_STATUS(ZwUnmapViewOfSection(VM_SELF, View), STATUS_SUCCESS);
        CHECK_STATUS(Flush(VM_SELF, &Base, &Bytes, &Io), STATUS_NOT_MAPPED_VIEW);
    }
    ZwClose(Section);
}

TEST(MmSecureVirtualMemoryEx, IsTheSameWithoutFlags)
{
    HANDLE(NTAPI *Secure)(PVOID, SIZE_T, ULONG, ULONG) = KtestExport(L"MmSecureVirtualMemoryEx");
    UCHAR *Memory = Secure != NULL ? VmAllocate(PAGE_SIZE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE)
                                   : NULL;
    PVOID Base = Memory;
    SIZE_T Bytes = 0;
    HANDLE Handle;

    if (Memory == NULL)
        return;
    Handle = Secure(Memory, PAGE_SIZE, PAGE_READWRITE, 0);
    if (CHECK(Handle != NULL)) {
        CHECK_STATUS(ZwFreeVirtualMemory(VM_SELF, &Base, &Bytes, MEM_RELEASE),
            STATUS_INVALID_PAGE_PROTECTION);
        MmUnsecureVirtualMemory(Handle);
    }
    VmRelease(Memory);
    CHECK_PTR(Secure((PVOID)0x10000, PAGE_SIZE, PAGE_READONLY, 0), NULL);
}
