/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * vm_test.h - what the tests of sections and virtual memory share. They run in the System process.
 */
#ifndef TESTS_KERNEL_MM_VM_TEST_H
#define TESTS_KERNEL_MM_VM_TEST_H

#include <ntifs.h>

#include "ktest.h"

#ifndef SEC_IMAGE
#define SEC_IMAGE 0x01000000
#endif

/* Declared nowhere, or only for later versions. */
NTSYSAPI NTSTATUS NTAPI NtMapViewOfSection(HANDLE Section, HANDLE Process, PVOID *Base,
    ULONG_PTR ZeroBits, SIZE_T Commit, PLARGE_INTEGER Offset, PSIZE_T Bytes,
    SECTION_INHERIT Inherit, ULONG Type, ULONG Protect);

#define VM_SELF ((HANDLE)(LONG_PTR)-1)
#define VM_GRANULARITY ((ULONG_PTR)0x10000)

/* NULL: no such export, and the test is marked as skipped. */
#define VM_LATER(Type, Name) ((Type)VmLater(L##Name))
static inline PVOID VmLater(const WCHAR *Name)
{
    PVOID Routine = KtestExport(Name);

    if (Routine == NULL)
        skip("this Windows has no such export");
    return Routine;
}

/* A section of memory. */
static inline NTSTATUS VmSection(LONGLONG Bytes, ULONG Protect, ULONG Attributes, HANDLE *Section)
{
    OBJECT_ATTRIBUTES Object;
    LARGE_INTEGER Size;

    Size.QuadPart = Bytes;
    InitializeObjectAttributes(&Object, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateSection(Section, SECTION_ALL_ACCESS, &Object, &Size, Protect, Attributes, NULL);
}

/* All of it, anywhere. */
static inline NTSTATUS VmMap(HANDLE Section, ULONG Protect, UCHAR **View, SIZE_T *Bytes)
{
    *View = NULL;
    *Bytes = 0;
    return ZwMapViewOfSection(
        Section, VM_SELF, (PVOID *)View, 0, 0, NULL, Bytes, ViewUnmap, 0, Protect);
}

static inline UCHAR *VmAllocate(SIZE_T Bytes, ULONG Type, ULONG Protect)
{
    PVOID Base = NULL;

    CHECK_STATUS(ZwAllocateVirtualMemory(VM_SELF, &Base, 0, &Bytes, Type, Protect), STATUS_SUCCESS);
    return Base;
}

static inline VOID VmRelease(PVOID Base)
{
    SIZE_T Bytes = 0;

    CHECK_STATUS(ZwFreeVirtualMemory(VM_SELF, &Base, &Bytes, MEM_RELEASE), STATUS_SUCCESS);
}

/* What writing a byte raises. */
static inline NTSTATUS VmWrite(UCHAR *At, UCHAR Value)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        *(volatile UCHAR *)At = Value;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

static inline NTSTATUS VmRead(UCHAR *At, UCHAR *Value)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        *Value = *(volatile UCHAR *)At;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

#endif
