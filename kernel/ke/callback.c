/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Bugcheck callbacks. Records are the drivers' and lie in two lists, which one lock guards. Those
 * for a reason are about writing a dump: they are asked for their data, so that a driver's routine
 * can be seen to run, but no dump is written. Other reasons are about the dump itself and are not
 * called, as on a Windows that is set up to write none.
 */
#include "ke/callback.h"

static KSPIN_LOCK KiCallbackLock;
static LIST_ENTRY KiCallbackList, KiReasonList;
static void *KiBoundCallback; /* NULL: none */
static UCHAR KiDumpData[PAGE_SIZE]; /* what a driver's routine may fill */

void KiResetCallbacks(void)
{
    KiCallbackLock = 0;
    InitializeListHead(&KiCallbackList);
    InitializeListHead(&KiReasonList);
    KiBoundCallback = NULL;
}

void KiCallBugCheckCallbacks(void)
{
    LIST_ENTRY *Entry = KiCallbackList.Flink;
    KiSetIrql(HIGH_LEVEL);
    while (Entry != &KiCallbackList) {
        KBUGCHECK_CALLBACK_RECORD *Record = CONTAINING_RECORD(
            Entry, KBUGCHECK_CALLBACK_RECORD, Entry);
        Entry = Entry->Flink;
        KiCallbackList.Flink = Entry; /* should this one fault, it is not called again */
        Record->State = BufferStarted;
        Record->CallbackRoutine(Record->Buffer, Record->Length);
        Record->State = BufferFinished;
    }
}

static void KiAskForDumpData(KBUGCHECK_REASON_CALLBACK_RECORD *Record)
{
    KBUGCHECK_SECONDARY_DUMP_DATA Data = {.InBuffer = KiDumpData,
        .InBufferLength = sizeof(KiDumpData),
        .MaximumAllowed = sizeof(KiDumpData)};
    Record->State = BufferStarted;
    Record->CallbackRoutine(KbCallbackSecondaryDumpData, Record, &Data, sizeof(Data));
    Record->State = BufferFinished;
}

void KiCallReasonCallbacks(void)
{
    LIST_ENTRY *Entry = KiReasonList.Flink;
    KiSetIrql(HIGH_LEVEL);
    while (Entry != &KiReasonList) {
        KBUGCHECK_REASON_CALLBACK_RECORD *Record = CONTAINING_RECORD(
            Entry, KBUGCHECK_REASON_CALLBACK_RECORD, Entry);
        Entry = Entry->Flink;
        KiReasonList.Flink = Entry;
        if (Record->Reason == KbCallbackSecondaryDumpData)
            KiAskForDumpData(Record);
    }
}

static BOOLEAN KiEnterCallback(LIST_ENTRY *List, LIST_ENTRY *Entry, UCHAR *State)
{
    KIRQL Old = KiAcquireLock(&KiCallbackLock);
    BOOLEAN Enter = *State == BufferEmpty;
    if (Enter) {
        InsertTailList(List, Entry);
        *State = BufferInserted;
    }
    KiReleaseLock(&KiCallbackLock, Old);
    return Enter;
}

static BOOLEAN KiRemoveCallback(LIST_ENTRY *Entry, UCHAR *State)
{
    KIRQL Old = KiAcquireLock(&KiCallbackLock);
    BOOLEAN Remove = *State == BufferInserted;
    if (Remove) {
        RemoveEntryList(Entry);
        *State = BufferEmpty;
    }
    KiReleaseLock(&KiCallbackLock, Old);
    return Remove;
}

/*
 * KeRegisterBugCheckCallback - have a routine called when the machine stops, at HIGH_LEVEL, other
 * processors at rest.
 *
 * CallbackRecord: non-paged, prepared with KeInitializeCallbackRecord; stays until it is
 *                 deregistered. Buffer, Length: handed to the routine. Component: a name.
 * IRQL:    any
 * Returns: FALSE: the record is registered already.
 * Source:  DOC wdm/KeRegisterBugCheckCallback; OBS tests/kernel/ke/KeRegisterBugCheckCallback.c
 */
BOOLEAN NTAPI KeRegisterBugCheckCallback(KBUGCHECK_CALLBACK_RECORD *CallbackRecord,
    PKBUGCHECK_CALLBACK_ROUTINE CallbackRoutine, void *Buffer, ULONG Length, UCHAR *Component)
{
    if (CallbackRecord->State != BufferEmpty)
        return FALSE;
    CallbackRecord->CallbackRoutine = CallbackRoutine;
    CallbackRecord->Buffer = Buffer;
    CallbackRecord->Length = Length;
    CallbackRecord->Component = Component;
    CallbackRecord->Checksum =
        (ULONG_PTR)CallbackRoutine + (ULONG_PTR)Buffer + (ULONG_PTR)Length + (ULONG_PTR)Component;
    return KiEnterCallback(&KiCallbackList, &CallbackRecord->Entry, &CallbackRecord->State);
}

/*
 * KeDeregisterBugCheckCallback - the reverse. FALSE: it is not registered.
 * IRQL: any. Source: DOC wdm/KeDeregisterBugCheckCallback; OBS
 * tests/kernel/ke/KeRegisterBugCheckCallback.c
 */
BOOLEAN NTAPI KeDeregisterBugCheckCallback(KBUGCHECK_CALLBACK_RECORD *CallbackRecord)
{
    return KiRemoveCallback(&CallbackRecord->Entry, &CallbackRecord->State);
}

/*
 * KeRegisterBugCheckReasonCallback - have a routine called while a dump is written.
 *
 * Reason:  KbCallbackSecondaryDumpData: at HIGH_LEVEL, when the machine has stopped, with a
 *          KBUGCHECK_SECONDARY_DUMP_DATA. The others: never, as no dump is written.
 * IRQL:    any
 * Returns: FALSE: the record is registered already.
 * Source:  DOC wdm/KeRegisterBugCheckReasonCallback; OBS
 *          tests/kernel/ke/KeRegisterBugCheckCallback.c
 */
BOOLEAN NTAPI KeRegisterBugCheckReasonCallback(KBUGCHECK_REASON_CALLBACK_RECORD *CallbackRecord,
    PKBUGCHECK_REASON_CALLBACK_ROUTINE CallbackRoutine, KBUGCHECK_CALLBACK_REASON Reason,
    UCHAR *Component)
{
    if (CallbackRecord->State != BufferEmpty)
        return FALSE;
    CallbackRecord->CallbackRoutine = CallbackRoutine;
    CallbackRecord->Component = Component;
    CallbackRecord->Reason = Reason;
    CallbackRecord->Checksum = (ULONG_PTR)CallbackRoutine + (ULONG_PTR)Reason +
        (ULONG_PTR)Component;
    return KiEnterCallback(&KiReasonList, &CallbackRecord->Entry, &CallbackRecord->State);
}

/* KeDeregisterBugCheckReasonCallback - the reverse. FALSE: it is not registered. IRQL: any. Source:
 * DOC wdm; OBS as above. */
BOOLEAN NTAPI KeDeregisterBugCheckReasonCallback(KBUGCHECK_REASON_CALLBACK_RECORD *CallbackRecord)
{
    return KiRemoveCallback(&CallbackRecord->Entry, &CallbackRecord->State);
}

/* Both kinds of record begin with the list entry and the routine. */
static BOOLEAN KiTakeFrom(LIST_ENTRY *List, ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine)
{
    _Static_assert(FIELD_OFFSET(KBUGCHECK_CALLBACK_RECORD, CallbackRoutine) ==
            FIELD_OFFSET(KBUGCHECK_REASON_CALLBACK_RECORD, CallbackRoutine),
        "one search for both");
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&KiCallbackLock);
    for (LIST_ENTRY *Entry = List->Flink; Entry != List && !Found; Entry = Entry->Flink) {
        const KBUGCHECK_CALLBACK_RECORD *Record = CONTAINING_RECORD(
            Entry, KBUGCHECK_CALLBACK_RECORD, Entry);
        Found = (ULONG_PTR)Record - Start < SizeBytes ||
            (ULONG_PTR)Record->CallbackRoutine - Start < SizeBytes;
        if (Found) {
            *Routine = (ULONG_PTR)Record->CallbackRoutine;
            RemoveEntryList(Entry);
        }
    }
    KiReleaseLock(&KiCallbackLock, Old);
    return Found;
}

BOOLEAN KeTakeBugCheckCallback(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine)
{
    return KiTakeFrom(&KiCallbackList, Start, SizeBytes, Routine) ||
        KiTakeFrom(&KiReasonList, Start, SizeBytes, Routine);
}

/* ---- bound exceptions ------------------------------------------------------------------------ */

/*
 * KeRegisterBoundCallback - have a routine called when a program's bound check fails. No program
 * runs in the machine whose checks were the kernel's to see, so it is not called; one at a time may
 * be registered.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: a handle for KeDeregisterBoundCallback; NULL: no routine, or one is registered.
 * Source:  DOC wdm/KeRegisterBoundCallback; INF what is refused; OBS
 *          tests/kernel/ke/KeRegisterBugCheckCallback.c
 */
void *NTAPI KeRegisterBoundCallback(void *CallbackRoutine)
{
    void *None = NULL;
    if (CallbackRoutine == NULL ||
        !__atomic_compare_exchange_n(
            &KiBoundCallback, &None, CallbackRoutine, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return NULL;
    return &KiBoundCallback;
}

/* KeDeregisterBoundCallback - the reverse. Returns: SUCCESS; INVALID_HANDLE: none is registered by
 * it. Otherwise as above. */
NTSTATUS NTAPI KeDeregisterBoundCallback(void *Handle)
{
    if (Handle != (void *)&KiBoundCallback)
        return STATUS_INVALID_HANDLE;
    return __atomic_exchange_n(&KiBoundCallback, NULL, __ATOMIC_ACQ_REL) != NULL
        ? STATUS_SUCCESS
        : STATUS_INVALID_HANDLE;
}
