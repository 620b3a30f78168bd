/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The report of a bugcheck: what stopped the machine, where, in which driver, with registers and the frames that led there, and
 * what was on the stack. Written once, on the thread that stopped the machine, into a buffer of its own: nothing is
 * allocated. Addresses in drivers are given as name.sys+offset, which a symboliser turns into function and line.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/iop.h"

#define KDP_REPORT_BYTES 16384

static char KdpReport[KDP_REPORT_BYTES];
static size_t KdpLength;
static BOOLEAN KdpWritten;

static const struct {
    ULONG Code;
    const char *Name, *Meaning;
} KdpBugchecks[] = {
    {IRQL_NOT_LESS_OR_EQUAL, "IRQL_NOT_LESS_OR_EQUAL", "pageable or invalid memory was touched at a raised IRQL"},
    {APC_INDEX_MISMATCH, "APC_INDEX_MISMATCH", "a critical region was entered and not left before the system call returned"},
    {REFERENCE_BY_POINTER, "REFERENCE_BY_POINTER", "an object's reference count is wrong"},
    {KMODE_EXCEPTION_NOT_HANDLED, "KMODE_EXCEPTION_NOT_HANDLED", "an exception nobody handled"},
    {NO_MORE_IRP_STACK_LOCATIONS, "NO_MORE_IRP_STACK_LOCATIONS", "an IRP was passed down further than it has stack locations"},
    {SYSTEM_SERVICE_EXCEPTION, "SYSTEM_SERVICE_EXCEPTION", "an exception in a system call that nobody handled"},
    {MULTIPLE_IRP_COMPLETE_REQUESTS, "MULTIPLE_IRP_COMPLETE_REQUESTS", "an IRP was completed that had been completed before"},
    {CANCEL_STATE_IN_COMPLETED_IRP, "CANCEL_STATE_IN_COMPLETED_IRP", "a completed IRP still had a cancel routine"},
    {IRQL_GT_ZERO_AT_SYSTEM_SERVICE, "IRQL_GT_ZERO_AT_SYSTEM_SERVICE", "a system call returned at a raised IRQL"},
    {PAGE_FAULT_IN_NONPAGED_AREA, "PAGE_FAULT_IN_NONPAGED_AREA", "system memory was touched that is not there"},
    {SYSTEM_THREAD_EXCEPTION_NOT_HANDLED, "SYSTEM_THREAD_EXCEPTION_NOT_HANDLED",
        "an exception in a system thread (or DriverEntry, or DriverUnload) that nobody handled"},
    {UNEXPECTED_KERNEL_MODE_TRAP, "UNEXPECTED_KERNEL_MODE_TRAP", "a trap the kernel cannot handle"},
    {ATTEMPTED_WRITE_TO_READONLY_MEMORY, "ATTEMPTED_WRITE_TO_READONLY_MEMORY", "read-only memory was written to"},
    {BAD_POOL_CALLER, "BAD_POOL_CALLER", "a pool routine was called wrongly"},
    {DRIVER_IRQL_NOT_LESS_OR_EQUAL, "DRIVER_IRQL_NOT_LESS_OR_EQUAL", "a driver touched pageable or invalid memory at a raised IRQL"},
    {ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY, "ATTEMPTED_EXECUTE_OF_NOEXECUTE_MEMORY", "data was executed"},
    {DRIVER_VERIFIER_DETECTED_VIOLATION, "DRIVER_VERIFIER_DETECTED_VIOLATION", "a driver broke a rule the verifier checks"},
    {IRQL_NOT_GREATER_OR_EQUAL, "IRQL_NOT_GREATER_OR_EQUAL", "KeRaiseIrql was asked to lower the IRQL"},
    {MAXIMUM_WAIT_OBJECTS_EXCEEDED, "MAXIMUM_WAIT_OBJECTS_EXCEEDED", "a wait on too many objects"},
    {ATTEMPTED_SWITCH_FROM_DPC, "ATTEMPTED_SWITCH_FROM_DPC", "a DPC routine waited"},
    {IRQL_UNEXPECTED_VALUE, "IRQL_UNEXPECTED_VALUE", "a DPC routine returned at another IRQL than it was called at"},
    {TIMER_OR_DPC_INVALID, "TIMER_OR_DPC_INVALID", "a timer that is set was freed or initialised: KeCancelTimer first"},
    {RESOURCE_NOT_OWNED, "RESOURCE_NOT_OWNED", "a resource was released by a thread that does not have it"},
    {MUST_SUCCEED_POOL_EMPTY, "MUST_SUCCEED_POOL_EMPTY", "a must-succeed allocation failed"},
    {THREAD_TERMINATE_HELD_MUTEX, "THREAD_TERMINATE_HELD_MUTEX", "a thread ended that still held a mutex"},
    {BUGCHECK_RETURN_TO_FIRMWARE, "RETURN_TO_FIRMWARE", "a driver had the firmware halt or restart the machine"},
    {BUGCHECK_UNIMPLEMENTED_EXPORT, "UNIMPLEMENTED_EXPORT", "a driver called an export dotsys does not implement"},
};

static __attribute__((format(printf, 1, 2))) void KdpPrint(const char *Format, ...)
{
    va_list Arguments;
    va_start(Arguments, Format);
    int Count = vsnprintf(KdpReport + KdpLength, sizeof(KdpReport) - KdpLength, Format, Arguments);
    va_end(Arguments);
    if (Count > 0)
        KdpLength += (size_t)Count < sizeof(KdpReport) - KdpLength ? (size_t)Count : sizeof(KdpReport) - KdpLength - 1;
}

/* "hello.sys+0x1234", a function of our own, or the bare address. */
static void KdpDescribe(ULONG_PTR Address, char *Text, size_t Size)
{
    const LDR_IMAGE *Image = LdrFindImage(Address);
    if (Image != NULL)
        snprintf(Text, Size, "%s+0x%llx", Image->Name, (unsigned long long)(Address - (ULONG_PTR)Image->Base));
    else if (!host_symbol(Address, Text, Size))
        snprintf(Text, Size, "0x%016llx", (unsigned long long)Address);
}

static const LDR_IMAGE *KdpCulprit(const KE_BUGCHECK *Bugcheck)
{
    if (Bugcheck->Culprit != 0)
        return LdrFindImage(Bugcheck->Culprit);
    for (ULONG Index = 0; Index < Bugcheck->FrameCount; Index++) {
        const LDR_IMAGE *Image = LdrFindImage(Bugcheck->Frame[Index]);
        if (Image != NULL)
            return Image;
    }
    return NULL;
}

static void KdpPrintRegisters(const CONTEXT *Context)
{
#if defined(__x86_64__)
    static const char Names[16][4] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
        "r13", "r14", "r15"};
    const ULONG64 *Register = &Context->Rax;
    KdpPrint("\nREGISTERS\n");
    for (ULONG Index = 0; Index < 16; Index++)
        KdpPrint("%s%3s=%016llx%s", Index % 4 == 0 ? "  " : " ", Names[Index], (unsigned long long)Register[Index],
            Index % 4 == 3 ? "\n" : "");
    KdpPrint("  rip=%016llx efl=%08x\n", (unsigned long long)Context->Rip, Context->EFlags);
#else
    KdpPrint("\nREGISTERS\n  eax=%08x ebx=%08x ecx=%08x edx=%08x esi=%08x edi=%08x\n  eip=%08x esp=%08x ebp=%08x efl=%08x\n",
        Context->Eax, Context->Ebx, Context->Ecx, Context->Edx, Context->Esi, Context->Edi, Context->Eip, Context->Esp,
        Context->Ebp, Context->EFlags);
#endif
}

/* With the place of a misaligned access: "misaligned read of 4 bytes at 0x… by hello.sys+0x1234". */
static void KdpPrintDetail(const KE_BUGCHECK *Bugcheck)
{
    char Where[256];
    if (Bugcheck->Detail[0] == 0)
        return;
    KdpPrint("  %s", Bugcheck->Detail);
    if ((ULONG)Bugcheck->Parameter[0] == (ULONG)STATUS_DATATYPE_MISALIGNMENT) {
        KdpDescribe(Bugcheck->Parameter[1], Where, sizeof(Where));
        KdpPrint(" by %s", Where);
    }
    KdpPrint("\n");
}

static void KdpPrintHead(const KE_BUGCHECK *Bugcheck)
{
    const char *Name = "BUGCHECK", *Meaning = "";
    for (size_t Index = 0; Index < sizeof(KdpBugchecks) / sizeof(KdpBugchecks[0]); Index++) {
        if (KdpBugchecks[Index].Code == Bugcheck->Code) {
            Name = KdpBugchecks[Index].Name;
            Meaning = KdpBugchecks[Index].Meaning;
        }
    }
    KdpPrint("BUGCHECK 0x%08X %s\n", Bugcheck->Code, Name);
    if (Meaning[0] != 0)
        KdpPrint("  %s\n", Meaning);
    KdpPrintDetail(Bugcheck);
    KdpPrint("PARAMETERS");
    for (ULONG Index = 0; Index < 4; Index++)
        KdpPrint(" 0x%016llx", (unsigned long long)Bugcheck->Parameter[Index]);
    KdpPrint("\n");
}

static void KdpWriteReport(const KE_BUGCHECK *Bugcheck)
{
    char Where[256];
    const LDR_IMAGE *Image = KdpCulprit(Bugcheck);
    KdFlush(); /* what the driver printed last comes before the report */
    KdpLength = 0;
    KdpPrintHead(Bugcheck);
    KdpPrint("DRIVER %s%s%s\n", Image != NULL ? Image->Name : "(none on the stack)", Image != NULL ? "  " : "",
        Image != NULL ? Image->HostPath : "");
    KdpPrint("THREAD %u  IRQL %u\n", Bugcheck->ThreadId, Bugcheck->Irql);
    KdpPrint("\nSTACK (innermost first)\n");
    for (ULONG Index = 0; Index < Bugcheck->FrameCount; Index++) {
        KdpDescribe(Bugcheck->Frame[Index], Where, sizeof(Where));
        KdpPrint("  %02u %016llx %s\n", Index, (unsigned long long)Bugcheck->Frame[Index], Where);
    }
    KdpPrintRegisters(&Bugcheck->Context);
    KdpWritten = TRUE;
}

const char *KdGetReport(void)
{
    return KdpWritten ? KdpReport : NULL;
}

void KdInitializeReport(void)
{
    KdpWritten = FALSE;
    KeBugCheckReporter = KdpWriteReport;
}
