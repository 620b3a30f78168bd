/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * seh_basic.c - structured exceptions as a driver's compiler and the kernel make them work
 * together: __C_specific_handler with its scope tables, the routines that raise, and the probes.
 *
 * Needs a compiler that emits scope tables for __try (clang 19 with -fasync-exceptions, or MSVC).
 * Faults touch only the address range of user mode, where no System process has anything mapped: on
 * Windows a bad kernel address is a bugcheck, whatever __try says.
 */
#include "ktest.h"

#if defined(__x86_64__)
#define SEH_PC Rip
#define SEH_RESULT Rax
#else
#define SEH_PC Eip
#define SEH_RESULT Eax
#endif

/* Volatile all through: what happened before a fault must be seen after it. */
static volatile ULONG *volatile SehNull = NULL;
static volatile ULONG SehZero = 0;

/* What ran, in order, one letter each. */
static CHAR SehTrail[16];
static ULONG SehTrailLength;

static VOID SehStart(VOID)
{
    RtlZeroMemory(SehTrail, sizeof(SehTrail));
    SehTrailLength = 0;
}

static VOID SehMark(CHAR Letter)
{
    if (SehTrailLength < sizeof(SehTrail) - 1)
        SehTrail[SehTrailLength++] = Letter;
}

static BOOLEAN SehTrailIs(const char *Expected)
{
    ULONG At = 0;

    while (Expected[At] != '\0' && SehTrail[At] == Expected[At])
        At++;
    return SehTrail[At] == Expected[At];
}

/* A filter that leaves a mark and then decides. */
static LONG SehFilter(CHAR Letter, LONG Decision)
{
    SehMark(Letter);
    return Decision;
}

/*
 * Reads through rax, eax on x86. A leaf without a frame or unwind data, and one instruction a
 * filter can aim elsewhere.
 */
static __attribute__((noinline)) ULONG SehRead(volatile const ULONG *Address)
{
    ULONG Value;

    __asm__ volatile("movl (%1), %0" : "=r"(Value) : "a"(Address) : "memory");
    return Value;
}

/* In assembly: a compiler may drop a division by zero. */
static __attribute__((noinline)) ULONG SehDivide(ULONG Dividend, ULONG Divisor)
{
    ULONG Rest = 0;

    __asm__ volatile("divl %2" : "+a"(Dividend), "+d"(Rest) : "r"(Divisor) : "cc");
    return Dividend;
}

TEST(__C_specific_handler, CatchesAReadThroughNull)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;
    volatile ULONG After = 0;

    __try {
        After = *SehNull;
        After = 1;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_ACCESS_VIOLATION);
    CHECK_EQ(After, 0);
}

TEST(__C_specific_handler, CatchesAWriteThroughNull)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        *SehNull = 1;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_ACCESS_VIOLATION);
}

TEST(__C_specific_handler, CatchesAFaultInACalledLeaf)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        SehRead(SehNull);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_ACCESS_VIOLATION);
}

#ifdef __x86_64__
/* No page fault but general protection: the address is in no half of the address space. */
TEST(__C_specific_handler, CatchesAReadOfNoAddress)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;
    volatile ULONG_PTR Address = 0;

    __try {
        SehRead((volatile const ULONG *)0x8000000000000000);
    } __except (Address = ((EXCEPTION_POINTERS *)GetExceptionInformation())
                    ->ExceptionRecord->ExceptionInformation[1],
                EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_ACCESS_VIOLATION);
    CHECK_EQ(Address, ~(ULONG_PTR)0);
}
#endif

TEST(__C_specific_handler, CatchesDivisionByZero)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        SehDivide(100, SehZero);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_INTEGER_DIVIDE_BY_ZERO);
}

TEST(__C_specific_handler, LeavesTheHandlerAloneWithoutException)
{
    SehStart();
    __try {
        SehMark('b');
    } __except (SehFilter('f', EXCEPTION_EXECUTE_HANDLER)) {
        SehMark('h');
    }
    SehMark('a');
    CHECK(SehTrailIs("ba"));
}

/* What the filter saw, for the test to check: a filter is no place to stop at. */
typedef struct SEH_SEEN {
    NTSTATUS Code;
    ULONG Parameters;
    ULONG_PTR Operation; /* 0 read, 1 write */
    ULONG_PTR Address;
    BOOLEAN SameInstruction;
} SEH_SEEN;

static LONG SehLook(const EXCEPTION_POINTERS *Pointers, SEH_SEEN *Seen)
{
    const EXCEPTION_RECORD *Record = Pointers->ExceptionRecord;

    Seen->Code = Record->ExceptionCode;
    Seen->Parameters = Record->NumberParameters;
    Seen->Operation = Record->ExceptionInformation[0];
    Seen->Address = Record->ExceptionInformation[1];
    Seen->SameInstruction =
        Pointers->ContextRecord->SEH_PC == (ULONG_PTR)Record->ExceptionAddress;
    return EXCEPTION_EXECUTE_HANDLER;
}

TEST(__C_specific_handler, InformationDescribesARead)
{
    SEH_SEEN Seen = {0};

    __try {
        SehRead((volatile ULONG *)0x123450);
    } __except (SehLook(GetExceptionInformation(), &Seen)) {
        SehMark('h');
    }
    CHECK_STATUS(Seen.Code, STATUS_ACCESS_VIOLATION);
    CHECK_EQ(Seen.Parameters, 2);
    CHECK_EQ(Seen.Operation, 0);
    CHECK_EQ(Seen.Address, 0x123450);
    CHECK(Seen.SameInstruction);
}

TEST(__C_specific_handler, InformationDescribesAWrite)
{
    SEH_SEEN Seen = {0};

    __try {
        *(volatile UCHAR *)0x123450 = 1;
    } __except (SehLook(GetExceptionInformation(), &Seen)) {
        SehMark('h');
    }
    CHECK_STATUS(Seen.Code, STATUS_ACCESS_VIOLATION);
    CHECK_EQ(Seen.Operation, 1);
    CHECK_EQ(Seen.Address, 0x123450);
}

TEST(__C_specific_handler, ContinueSearchAsksTheNextFilterOut)
{
    SehStart();
    __try {
        __try {
            SehMark('b');
            *SehNull = 1;
        } __except (SehFilter('i', EXCEPTION_CONTINUE_SEARCH)) {
            SehMark('x');
        }
    } __except (SehFilter('o', EXCEPTION_EXECUTE_HANDLER)) {
        SehMark('h');
    }
    CHECK(SehTrailIs("bioh"));
}

TEST(__C_specific_handler, FiltersRunBeforeAnyFinally)
{
    SehStart();
    __try {
        __try {
            __try {
                *SehNull = 1;
            } __finally {
                SehMark('1');
            }
        } __finally {
            SehMark('2');
        }
    } __except (SehFilter('f', EXCEPTION_EXECUTE_HANDLER)) {
        SehMark('h');
    }
    CHECK(SehTrailIs("f12h"));
}

TEST(__C_specific_handler, FinallyKnowsWhyItRuns)
{
    volatile LONG Normal = -1;
    volatile LONG Unwinding = -1;

    __try {
        SehMark('b');
    } __finally {
        Normal = AbnormalTermination() != 0;
    }
    __try {
        __try {
            *SehNull = 1;
        } __finally {
            Unwinding = AbnormalTermination() != 0;
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        SehMark('h');
    }
    CHECK_EQ(Normal, 0);
    CHECK_EQ(Unwinding, 1);
}

static LONG SehAimAt(const EXCEPTION_POINTERS *Pointers, const ULONG *Good)
{
    Pointers->ContextRecord->SEH_RESULT = (ULONG_PTR)Good;
    return EXCEPTION_CONTINUE_EXECUTION;
}

TEST(__C_specific_handler, ContinueExecutionRepeatsTheInstruction)
{
    static const ULONG Good = 0x600D;
    volatile ULONG Value = 0;

    SehStart();
    __try {
        Value = SehRead(SehNull);
    } __except (SehAimAt(GetExceptionInformation(), &Good)) {
        SehMark('h');
    }
    CHECK_EQ(Value, 0x600D);
    CHECK(SehTrailIs(""));
}

TEST(__C_specific_handler, LeaveSkipsToTheEndOfTheBlock)
{
    SehStart();
    __try {
        SehMark('b');
        if (SehZero == 0)
            __leave;
        SehMark('x');
    } __finally {
        SehMark('f');
    }
    SehMark('a');
    CHECK(SehTrailIs("bfa"));
}

static __attribute__((noinline)) ULONG SehReturnFromTry(VOID)
{
    __try {
        SehMark('b');
        if (SehZero == 0)
            return 7;
        SehMark('x');
    } __finally {
        SehMark('f');
    }
    return 8;
}

TEST(__C_specific_handler, ReturnRunsTheFinallyFirst)
{
    SehStart();
    CHECK_EQ(SehReturnFromTry(), 7);
    CHECK(SehTrailIs("bf"));
}

TEST(__C_specific_handler, HandlerMayRaiseForTheNextTryOut)
{
    volatile NTSTATUS Inner = STATUS_SUCCESS;
    volatile NTSTATUS Outer = STATUS_SUCCESS;

    __try {
        __try {
            *SehNull = 1;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            Inner = GetExceptionCode();
            ExRaiseStatus(STATUS_FILE_CLOSED);
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Outer = GetExceptionCode();
    }
    CHECK_STATUS(Inner, STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(Outer, STATUS_FILE_CLOSED);
}

/* Callee-saved registers hold the caller's values again after an unwind through this frame. */
static __attribute__((noinline)) ULONG SehSumAcrossAFault(ULONG a, ULONG b, ULONG c, ULONG d)
{
    ULONG Sum = a ^ b ^ c ^ d;

    __try {
        SehRead(SehNull);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Sum += 1;
    }
    return Sum + a + b + c + d;
}

TEST(__C_specific_handler, TheFunctionsRegistersSurvive)
{
    CHECK_EQ(SehSumAcrossAFault(0x1, 0x20, 0x300, 0x4000), 0x4321 + 0x4321 + 1);
}

TEST(__C_specific_handler, AThousandExceptionsLeaveNothingBehind)
{
    volatile ULONG Caught = 0;
    ULONG Round;

    for (Round = 0; Round < 1000; Round++) {
        __try {
            *SehNull = 1;
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            Caught = Caught + 1;
        }
    }
    CHECK_EQ(Caught, 1000);
}

TEST(ExRaiseStatus, RaisesTheStatus)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    SehStart();
    __try {
        ExRaiseStatus(STATUS_NO_SUCH_DEVICE);
        SehMark('x');
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_NO_SUCH_DEVICE);
    CHECK(SehTrailIs(""));
}

TEST(ExRaiseAccessViolation, RaisesAccessViolation)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        ExRaiseAccessViolation();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_ACCESS_VIOLATION);
}

TEST(ExRaiseDatatypeMisalignment, RaisesDatatypeMisalignment)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        ExRaiseDatatypeMisalignment();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_DATATYPE_MISALIGNMENT);
}

typedef enum SEH_PROBE { SehProbeRead, SehProbeWrite } SEH_PROBE;

/* Probes and returns what was raised; STATUS_SUCCESS for nothing. */
static NTSTATUS SehProbe(SEH_PROBE Probe, ULONG_PTR Address, SIZE_T Length, ULONG Alignment)
{
    volatile NTSTATUS Status = STATUS_SUCCESS;

    __try {
        if (Probe == SehProbeRead)
            ProbeForRead((PVOID)Address, Length, Alignment);
        else
            ProbeForWrite((PVOID)Address, Length, Alignment);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

TEST(ProbeForRead, RefusesAKernelAddress)
{
    static ULONG InThisDriver;

    CHECK_STATUS(SehProbe(SehProbeRead, (ULONG_PTR)&InThisDriver, 4, 4), STATUS_ACCESS_VIOLATION);
}

TEST(ProbeForRead, RefusesARangeThatRunsIntoTheKernel)
{
    CHECK_STATUS(SehProbe(SehProbeRead, 0x10000, ~(SIZE_T)0 - 0x20000, 1),
                 STATUS_ACCESS_VIOLATION);
    CHECK_STATUS(SehProbe(SehProbeRead, 0x10000, ~(SIZE_T)0 - 0x1000, 1), STATUS_ACCESS_VIOLATION);
}

TEST(ProbeForRead, RefusesAMisalignedAddress)
{
    CHECK_STATUS(SehProbe(SehProbeRead, 0x10001, 4, 4), STATUS_DATATYPE_MISALIGNMENT);
    CHECK_STATUS(SehProbe(SehProbeRead, 0x10002, 8, 4), STATUS_DATATYPE_MISALIGNMENT);
}

TEST(ProbeForRead, LooksAtTheRangeOnly)
{
    CHECK_STATUS(SehProbe(SehProbeRead, 0x10000, 16, 4), STATUS_SUCCESS); /* not mapped */
}

TEST(ProbeForRead, ZeroLengthChecksNothing)
{
    CHECK_STATUS(SehProbe(SehProbeRead, ~(ULONG_PTR)0, 0, 4), STATUS_SUCCESS);
}

TEST(ProbeForWrite, RefusesAKernelAddress)
{
    static ULONG InThisDriver;

    CHECK_STATUS(SehProbe(SehProbeWrite, (ULONG_PTR)&InThisDriver, 4, 4), STATUS_ACCESS_VIOLATION);
}

TEST(ProbeForWrite, RefusesAMisalignedAddress)
{
    CHECK_STATUS(SehProbe(SehProbeWrite, 0x10002, 4, 4), STATUS_DATATYPE_MISALIGNMENT);
}

TEST(ProbeForWrite, TouchesThePages)
{
    CHECK_STATUS(SehProbe(SehProbeWrite, 0x10000, 4, 4), STATUS_ACCESS_VIOLATION); /* not mapped */
}

TEST(ProbeForWrite, ZeroLengthChecksNothing)
{
    CHECK_STATUS(SehProbe(SehProbeWrite, ~(ULONG_PTR)0, 0, 4), STATUS_SUCCESS);
}

/* Two devices of this driver, the upper sending its requests on to the lower, which faults. */
typedef struct SEH_DEVICE {
    PDEVICE_OBJECT Below; /* NULL in the lower one */
} SEH_DEVICE;

static DRIVER_DISPATCH SehDispatch;

static NTSTATUS NTAPI SehDispatch(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    SEH_DEVICE *Device = DeviceObject->DeviceExtension;
    volatile NTSTATUS Status = STATUS_SUCCESS;

    if (Device->Below == NULL) {
        SehMark('l');
        *SehNull = 1;
        return STATUS_SUCCESS;
    }
    SehMark('u');
    IoCopyCurrentIrpStackLocationToNext(Irp);
    __try {
        Status = IoCallDriver(Device->Below, Irp);
    } __except (SehFilter('f', EXCEPTION_EXECUTE_HANDLER)) {
        Status = GetExceptionCode();
    }
    return Status;
}

TEST(IofCallDriver, AnExceptionPassesThroughToTheUpperDriver)
{
    PDEVICE_OBJECT Lower = NULL;
    PDEVICE_OBJECT Upper = NULL;
    PIRP Irp = NULL;

    SehStart();
    KtestDriverObject->MajorFunction[IRP_MJ_INTERNAL_DEVICE_CONTROL] = SehDispatch;
    if (!CHECK_STATUS(IoCreateDevice(KtestDriverObject, sizeof(SEH_DEVICE), NULL,
                                     FILE_DEVICE_UNKNOWN, 0, FALSE, &Lower), STATUS_SUCCESS))
        return;
    if (!CHECK_STATUS(IoCreateDevice(KtestDriverObject, sizeof(SEH_DEVICE), NULL,
                                     FILE_DEVICE_UNKNOWN, 0, FALSE, &Upper), STATUS_SUCCESS))
        goto DeleteLower;
    ((SEH_DEVICE *)Upper->DeviceExtension)->Below = Lower;
    Upper->StackSize = (CCHAR)(Lower->StackSize + 1);

    Irp = IoAllocateIrp(Upper->StackSize, FALSE);
    if (CHECK(Irp != NULL)) {
        IoGetNextIrpStackLocation(Irp)->MajorFunction = IRP_MJ_INTERNAL_DEVICE_CONTROL;
        CHECK_STATUS(IoCallDriver(Upper, Irp), STATUS_ACCESS_VIOLATION);
        CHECK(SehTrailIs("ulf"));
        IoFreeIrp(Irp); /* ours, and nobody has completed it */
    }
    IoDeleteDevice(Upper);
DeleteLower:
    IoDeleteDevice(Lower);
}

/* A filter that has an exception of its own, and takes it. */
static LONG SehFilterWithFault(VOID)
{
    SehMark('f');
    __try {
        *SehNull = 1;
    } __except (SehFilter('g', EXCEPTION_EXECUTE_HANDLER)) {
        SehMark('i');
    }
    return EXCEPTION_EXECUTE_HANDLER;
}

TEST(__C_specific_handler, AFilterMayHaveAnExceptionOfItsOwn)
{
    SehStart();
    __try {
        *SehNull = 1;
    } __except (SehFilterWithFault()) {
        SehMark('h');
    }
    CHECK(SehTrailIs("fgih"));
}

/* The first exception is forgotten: its handler never runs. */
TEST(__C_specific_handler, AFinallyMayRaiseAnotherOne)
{
    SehStart();
    __try {
        __try {
            __try {
                *SehNull = 1;
            } __finally {
                SehMark('1');
                SehDivide(1, SehZero);
            }
        } __except (GetExceptionCode() == STATUS_INTEGER_DIVIDE_BY_ZERO
                ? SehFilter('n', EXCEPTION_EXECUTE_HANDLER)
                : SehFilter('s', EXCEPTION_CONTINUE_SEARCH)) {
            SehMark('i');
        }
    } __except (SehFilter('o', EXCEPTION_EXECUTE_HANDLER)) {
        SehMark('h');
    }
    CHECK(SehTrailIs("so1ni"));
}

/* … nor is a __finally block run twice that has been interrupted in the first's unwinding. */
static VOID SehInner(VOID)
{
    __try {
        __try {
            *SehNull = 1;
        } __finally {
            SehMark('1');
            SehDivide(1, SehZero);
            SehMark('x');
        }
    } __finally {
        SehMark('2');
    }
}

TEST(__C_specific_handler, AnInterruptedUnwindingIsTakenOver)
{
    ULONG Code = 0;

    SehStart();
    __try {
        SehInner();
    } __except (Code = GetExceptionCode(), EXCEPTION_EXECUTE_HANDLER) {
        SehMark('h');
    }
    CHECK(SehTrailIs("12h"));
    CHECK_STATUS(Code, STATUS_INTEGER_DIVIDE_BY_ZERO);
}
