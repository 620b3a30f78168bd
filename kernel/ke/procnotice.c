/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Routines for non-maskable interrupts, of which there are none, and for processors that come, of
 * which all are there from the start. Registrations are kept, so that taking one back twice is
 * noticed; KiNoticeLock guards both tables. A handle is the address of an entry.
 */
#include "ke/procnotice.h"

#include "ke/processor.h"

#define KI_NOTICES 64u
#define KI_ADD_EXISTING 1u /* KE_PROCESSOR_CHANGE_ADD_EXISTING */

typedef struct KI_NOTICE {
    BOOLEAN Taken;
} KI_NOTICE;

static KI_NOTICE KiNmiNotice[KI_NOTICES], KiChangeNotice[KI_NOTICES];
static KSPIN_LOCK KiNoticeLock;

void KiResetProcessorNotices(void)
{
    KiNoticeLock = 0;
    for (ULONG Index = 0; Index < KI_NOTICES; Index++)
        KiNmiNotice[Index].Taken = KiChangeNotice[Index].Taken = FALSE;
}

static KI_NOTICE *KiTakeNotice(KI_NOTICE *Table)
{
    KI_NOTICE *Free = NULL;
    KIRQL Old = KiAcquireLock(&KiNoticeLock);
    for (ULONG Index = 0; Index < KI_NOTICES && Free == NULL; Index++)
        Free = Table[Index].Taken ? NULL : &Table[Index];
    if (Free != NULL)
        Free->Taken = TRUE;
    KiReleaseLock(&KiNoticeLock, Old);
    return Free;
}

static BOOLEAN KiGiveNotice(KI_NOTICE *Table, const void *Handle)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&KiNoticeLock);
    for (ULONG Index = 0; Index < KI_NOTICES && !Found; Index++) {
        Found = Table[Index].Taken && Handle == &Table[Index];
        if (Found)
            Table[Index].Taken = FALSE;
    }
    KiReleaseLock(&KiNoticeLock, Old);
    return Found;
}

/*
 * KeRegisterNmiCallback - have a routine called at non-maskable interrupts. There are none.
 * IRQL: up to APC_LEVEL. Returns: a handle; NULL: too many. Source: DOC wdm; OBS
 * tests/kernel/ke/KeRegisterNmiCallback.c
 */
void *NTAPI KeRegisterNmiCallback(PNMI_CALLBACK CallbackRoutine, void *Context)
{
    (void)CallbackRoutine;
    (void)Context;
    return KiTakeNotice(KiNmiNotice);
}

/* KeDeregisterNmiCallback - the reverse. INVALID_HANDLE: it is none. IRQL: up to APC_LEVEL. Source:
 * DOC wdm; OBS as above. */
NTSTATUS NTAPI KeDeregisterNmiCallback(void *Handle)
{
    return KiGiveNotice(KiNmiNotice, Handle) ? STATUS_SUCCESS : STATUS_INVALID_HANDLE;
}

static NTSTATUS KiTellProcessor(PPROCESSOR_CALLBACK_FUNCTION Function, void *Context, ULONG Number,
    KE_PROCESSOR_CHANGE_NOTIFY_STATE State, NTSTATUS Status)
{
    KE_PROCESSOR_CHANGE_NOTIFY_CONTEXT Change = {.State = State,
        .NtNumber = Number,
        .Status = Status,
        .ProcNumber = {.Number = (UCHAR)Number}};
    NTSTATUS Result = STATUS_SUCCESS;
    Function(Context, &Change, &Result);
    return State == KeProcessorAddStartNotify ? Result : STATUS_SUCCESS;
}

/* All processors as if they came now. A routine that refuses one is told of its failure, and no
 * more. */
static NTSTATUS KiTellExisting(PPROCESSOR_CALLBACK_FUNCTION Function, void *Context)
{
    for (ULONG Number = 0; Number < KiProcessorCount; Number++) {
        NTSTATUS Status = KiTellProcessor(
            Function, Context, Number, KeProcessorAddStartNotify, STATUS_SUCCESS);
        if (!NT_SUCCESS(Status)) {
            KiTellProcessor(Function, Context, Number, KeProcessorAddFailureNotify, Status);
            return Status;
        }
        KiTellProcessor(Function, Context, Number, KeProcessorAddCompleteNotify, STATUS_SUCCESS);
    }
    return STATUS_SUCCESS;
}

/*
 * KeRegisterProcessorChangeCallback - have a routine called when a processor comes. None does.
 *
 * Flags:   KE_PROCESSOR_CHANGE_ADD_EXISTING: it is called for each there is, first to ask, then to
 *          tell.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: a handle; NULL: the routine refused a processor, an unknown flag, too many.
 * Source:  DOC wdm/KeRegisterProcessorChangeCallback; OBS
 *          tests/kernel/ke/KeRegisterProcessorChangeCallback.c
 */
void *NTAPI KeRegisterProcessorChangeCallback(
    PPROCESSOR_CALLBACK_FUNCTION CallbackFunction, void *CallbackContext, ULONG Flags)
{
    if (Flags & ~KI_ADD_EXISTING)
        return NULL;
    KI_NOTICE *Notice = KiTakeNotice(KiChangeNotice);
    if (Notice != NULL && (Flags & KI_ADD_EXISTING) &&
        !NT_SUCCESS(KiTellExisting(CallbackFunction, CallbackContext))) {
        KiGiveNotice(KiChangeNotice, Notice);
        return NULL;
    }
    return Notice;
}

/* KeDeregisterProcessorChangeCallback - the reverse. IRQL: PASSIVE_LEVEL. Source: DOC wdm; OBS as
 * above. */
void NTAPI KeDeregisterProcessorChangeCallback(void *CallbackHandle)
{
    KiGiveNotice(KiChangeNotice, CallbackHandle);
}
