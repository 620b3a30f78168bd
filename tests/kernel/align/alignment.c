/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Misaligned accesses on a machine that checks alignment (--align; IA-64 always does): each raises
 * STATUS_DATATYPE_MISALIGNMENT in whatever of the driver's code it is, and nothing else does.
 *
 * Every access is made in a function that is given the address, so that no compiler knows how it is
 * aligned. The buffers are aligned to 16 bytes.
 */
#include "ktest.h"

#define ALIGNED __attribute__((aligned(16)))
#define ALONE   __attribute__((noinline))

static UCHAR Buffer[64] ALIGNED;

/* Of the last exception. */
static NTSTATUS Code;
static ULONG ParameterCount;
static ULONG_PTR Parameters[2];
static PVOID Place;

static LONG Note(PEXCEPTION_POINTERS Pointers)
{
    const EXCEPTION_RECORD *Record = Pointers->ExceptionRecord;

    Code = Record->ExceptionCode;
    ParameterCount = Record->NumberParameters;
    Parameters[0] = Record->ExceptionInformation[0];
    Parameters[1] = Record->ExceptionInformation[1];
    Place = Record->ExceptionAddress;
    return EXCEPTION_EXECUTE_HANDLER;
}

static ALONE ULONG64 Read(const volatile void *Address, ULONG Size)
{
    switch (Size) {
    case 1: return *(const volatile UCHAR *)Address;
    case 2: return *(const volatile USHORT *)Address;
    case 4: return *(const volatile ULONG *)Address;
    default: return *(const volatile ULONG_PTR *)Address;
    }
}

static ALONE void Write(volatile void *Address, ULONG Size)
{
    switch (Size) {
    case 1: *(volatile UCHAR *)Address = 1; break;
    case 2: *(volatile USHORT *)Address = 1; break;
    case 4: *(volatile ULONG *)Address = 1; break;
    default: *(volatile ULONG_PTR *)Address = 1; break;
    }
}

static ALONE NTSTATUS TryRead(const volatile void *Address, ULONG Size)
{
    Code = STATUS_SUCCESS;
    __try {
        Read(Address, Size);
    } __except (Note(GetExceptionInformation())) {
        return Code;
    }
    return STATUS_SUCCESS;
}

static ALONE NTSTATUS TryWrite(volatile void *Address, ULONG Size)
{
    Code = STATUS_SUCCESS;
    __try {
        Write(Address, Size);
    } __except (Note(GetExceptionInformation())) {
        return Code;
    }
    return STATUS_SUCCESS;
}

static const ULONG Sizes[] = {1, 2, 4, sizeof(ULONG_PTR)};

TEST(Alignment, ReadsMustBeMultiplesOfTheirSize)
{
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Sizes); Index++) {
        for (ULONG Offset = 0; Offset < 16; Offset++) {
            NTSTATUS Expected = Offset % Sizes[Index] == 0 ? STATUS_SUCCESS
                                                           : STATUS_DATATYPE_MISALIGNMENT;
            CHECK_STATUS(TryRead(Buffer + Offset, Sizes[Index]), Expected);
        }
    }
}

TEST(Alignment, WritesMustBeMultiplesOfTheirSize)
{
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Sizes); Index++) {
        for (ULONG Offset = 0; Offset < 16; Offset++) {
            NTSTATUS Expected = Offset % Sizes[Index] == 0 ? STATUS_SUCCESS
                                                           : STATUS_DATATYPE_MISALIGNMENT;
            RtlZeroMemory(Buffer, sizeof(Buffer));
            CHECK_STATUS(TryWrite(Buffer + Offset, Sizes[Index]), Expected);
            CHECK_EQ(Buffer[Offset], NT_SUCCESS(Expected) ? 1 : 0); /* nothing was written */
        }
    }
}

TEST(Alignment, TheRecordSaysWhatWasDoneWhere)
{
    ULONG_PTR Base = (ULONG_PTR)KtestDriverObject->DriverStart;

    CHECK_STATUS(TryRead(Buffer + 3, 4), STATUS_DATATYPE_MISALIGNMENT);
    CHECK_EQ(ParameterCount, 2);
    CHECK_EQ(Parameters[0], 0);
    CHECK_PTR((PVOID)Parameters[1], Buffer + 3);
    CHECK((ULONG_PTR)Place - Base < KtestDriverObject->DriverSize);
    CHECK_STATUS(TryWrite(Buffer + 5, 2), STATUS_DATATYPE_MISALIGNMENT);
    CHECK_EQ(Parameters[0], 1);
    CHECK_PTR((PVOID)Parameters[1], Buffer + 5);
}

TEST(Alignment, FieldsOfAPackedStructureAreChecked)
{
    struct PACKED {
        UCHAR First;
        PVOID Pointer;
    } __attribute__((packed)) *volatile Packed = (PVOID)Buffer;
    volatile NTSTATUS Status = STATUS_SUCCESS;
    PVOID Pointer;

    __try {
        Pointer = *(PVOID volatile *)(PVOID)&Packed->Pointer;
        CHECK_PTR(Pointer, NULL);
    } __except (Note(GetExceptionInformation())) {
        Status = Code;
    }
    CHECK_STATUS(Status, STATUS_DATATYPE_MISALIGNMENT);
    CHECK_PTR((PVOID)Parameters[1], Buffer + 1);
}

/* ---- UNALIGNED ------------------------------------------------------------------------------- */

typedef struct ALIGN_RECORD {
    USHORT Kind;
    ULONG Value;
    ULONG64 Time;
    PVOID Pointer;
} ALIGN_RECORD;

static ALONE VOID FillUnaligned(ALIGN_RECORD UNALIGNED *Record, ULONG Number)
{
    Record->Kind = (USHORT)Number;
    Record->Value = Number + 1;
    Record->Time = Number + 2;
    Record->Pointer = (PVOID)(ULONG_PTR)(Number + 3);
    Record->Value += 10;
}

static ALONE ULONG64 AddUnaligned(const ALIGN_RECORD UNALIGNED *Record)
{
    return Record->Kind + Record->Value + Record->Time + (ULONG_PTR)Record->Pointer;
}

static ALONE VOID CopyUnaligned(ALIGN_RECORD UNALIGNED *To, const ALIGN_RECORD UNALIGNED *From)
{
    *To = *From;
}

static UCHAR Records[3 * sizeof(ALIGN_RECORD)] ALIGNED;

TEST(Alignment, UnalignedPasses)
{
    for (ULONG Offset = 0; Offset < 16; Offset++) {
        ALIGN_RECORD UNALIGNED *Record = (ALIGN_RECORD UNALIGNED *)(PVOID)(Records + Offset);
        ALIGN_RECORD UNALIGNED *Copy = (ALIGN_RECORD UNALIGNED *)(PVOID)(Records + Offset +
            sizeof(*Record) + 1);
        FillUnaligned(Record, Offset);
        CopyUnaligned(Copy, Record);
        CHECK_EQ(AddUnaligned(Copy), 4 * Offset + 16);
    }
}

TEST(Alignment, UnalignedPassesWhereExceptionsAreHandled)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;
    volatile ULONG64 Sum = 0;
    ULONG Offset;

    for (Offset = 0; Offset < 16; Offset++) {
        ALIGN_RECORD UNALIGNED *volatile Record = (ALIGN_RECORD UNALIGNED *)(PVOID)(Records +
            Offset);
        FillUnaligned(Record, Offset);
        __try {
            Record->Time = 100;
            Record->Value++;
            Sum = Record->Time + Record->Value + Record->Kind;
        } __except (Note(GetExceptionInformation())) {
            Status = Code;
        }
        CHECK_STATUS(Status, STATUS_SUCCESS);
        CHECK_EQ(Sum, 2 * Offset + 112);
        /* and what does not say so, does not */
        CHECK_STATUS(TryRead(Records + 1, 4), STATUS_DATATYPE_MISALIGNMENT);
    }
}

/* ---- the rest -------------------------------------------------------------------------------- */

TEST(Alignment, LockedAccessesAreChecked)
{
    PVOID volatile Odd = Buffer + 2;
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        InterlockedIncrement((volatile LONG *)Odd);
    } __except (Note(GetExceptionInformation())) {
        Status = Code;
    }
    CHECK_STATUS(Status, STATUS_DATATYPE_MISALIGNMENT);
    CHECK_EQ(Parameters[0], 1);
}

TEST(Alignment, GoesOnAfterAnExport)
{
    UCHAR Copy[16];

    /* Byte-wise by what they are: the kernel's routines take any address. */
    RtlZeroMemory(Buffer, sizeof(Buffer));
    RtlCopyMemory(Buffer + 1, "0123456789abcde", 15);
    RtlMoveMemory(Copy + 1, Buffer + 1, 15);
    CHECK_EQ(RtlCompareMemory(Copy + 1, Buffer + 1, 15), 15);
    CHECK_STATUS(TryRead(Buffer + 1, 4), STATUS_DATATYPE_MISALIGNMENT);
    DbgPrint("%s\n", Buffer + 1);
    CHECK_STATUS(TryRead(Buffer + 1, 4), STATUS_DATATYPE_MISALIGNMENT);
}

TEST(Alignment, FiltersAndHandlersAreCheckedToo)
{
    volatile NTSTATUS Inner = STATUS_SUCCESS, Handler = STATUS_SUCCESS;

    __try {
        Read(Buffer + 1, 2);
    } __except (Inner = TryRead(Buffer + 3, 2), EXCEPTION_EXECUTE_HANDLER) {
        Handler = TryRead(Buffer + 5, 2);
    }
    CHECK_STATUS(Inner, STATUS_DATATYPE_MISALIGNMENT);
    CHECK_STATUS(Handler, STATUS_DATATYPE_MISALIGNMENT);
}

TEST(Alignment, TheSharedUserDataIsAsWindowsLaidItOut)
{
    LARGE_INTEGER Time;

    KeQuerySystemTime(&Time); /* on x64 a load of eight bytes at an address that is a multiple of
                                 four */
    CHECK(Time.QuadPart > 0);
}

/* ---- code that the kernel calls -------------------------------------------------------------- */

typedef struct ALIGN_CALL {
    KEVENT Done;
    NTSTATUS Status;
} ALIGN_CALL;

static VOID NTAPI Routine(struct _KDPC *Dpc, PVOID Context, PVOID Argument1, PVOID Argument2)
{
    ALIGN_CALL *Call = Context;

    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(Argument1);
    UNREFERENCED_PARAMETER(Argument2);
    Call->Status = TryWrite(Buffer + 1, 4);
    KeSetEvent(&Call->Done, IO_NO_INCREMENT, FALSE);
}

TEST(Alignment, DpcsAreChecked)
{
    ALIGN_CALL Call = {.Status = STATUS_PENDING};
    KDPC Dpc;

    KeInitializeEvent(&Call.Done, NotificationEvent, FALSE);
    KeInitializeDpc(&Dpc, Routine, &Call);
    CHECK(KeInsertQueueDpc(&Dpc, NULL, NULL));
    KeWaitForSingleObject(&Call.Done, Executive, KernelMode, FALSE, NULL);
    CHECK_STATUS(Call.Status, STATUS_DATATYPE_MISALIGNMENT);
    KeFlushQueuedDpcs();
}

static VOID NTAPI ThreadRoutine(PVOID Context)
{
    Routine(NULL, Context, NULL, NULL);
    PsTerminateSystemThread(STATUS_SUCCESS);
}

TEST(Alignment, SystemThreadsAreChecked)
{
    ALIGN_CALL Call = {.Status = STATUS_PENDING};
    HANDLE Handle;
    PVOID Thread;

    KeInitializeEvent(&Call.Done, NotificationEvent, FALSE);
    CHECK_STATUS(
        PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, ThreadRoutine, &Call),
        STATUS_SUCCESS);
    CHECK_STATUS(ObReferenceObjectByHandle(Handle, SYNCHRONIZE, NULL, KernelMode, &Thread, NULL),
        STATUS_SUCCESS);
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    ZwClose(Handle);
    CHECK_STATUS(Call.Status, STATUS_DATATYPE_MISALIGNMENT);
}
