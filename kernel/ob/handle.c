/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Handle tables: making and closing handles. Entries lie in segments of doubling size that are
 * never moved or given back while the table lives, so an entry can be looked at without a lock; the
 * table lock guards the free list and the segments' growth.
 *
 * A handle is the entry's index times four. Index 0 is not used. Handles of the kernel table carry
 * the high bits Windows gives them, which keeps them apart from every process's.
 */
#include "ob/entry.h"
#include "ob/filter.h"

OB_HANDLE_TABLE *(*ObCurrentHandleTable)(void);
const OB_HANDLE_WATCH *ObHandleWatch;
OB_HANDLE_TABLE *ObKernelHandleTable;
_Thread_local OB_HANDLE_TABLE *ObThreadHandleTable __attribute__((tls_model("initial-exec")));
OB_HANDLE_TABLE *(*ObProcessHandleTable)(void *Process);

static KSPIN_LOCK ObpTableListLock;
static LIST_ENTRY ObpTableList = {&ObpTableList, &ObpTableList};

void ObpResetTables(void)
{
    ObpTableListLock = 0;
    InitializeListHead(&ObpTableList);
}

ULONG_PTR NTAPI ObpWaitForEntry(const OBP_ENTRY *Entry)
{
    unsigned Turn = 0;
    ULONG_PTR Value;
    while (((Value = __atomic_load_n(&Entry->Value, __ATOMIC_RELAXED)) & OBP_ENTRY_LOCKED) != 0)
        KiSpin(&Turn);
    return Value;
}

/* ---- tables ---------------------------------------------------------------------------------- */

BOOLEAN ObpIsTable(const void *Address)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&ObpTableListLock);
    for (LIST_ENTRY *Link = ObpTableList.Flink; Link != &ObpTableList && !Found; Link = Link->Flink)
        Found = CONTAINING_RECORD(Link, OB_HANDLE_TABLE, Link) == Address;
    KiReleaseLock(&ObpTableListLock, Old);
    return Found;
}

OB_HANDLE_TABLE *ObiCreateHandleTable(void)
{
    OB_HANDLE_TABLE *Table =
        ExiAllocateZero(NonPagedPoolNx, sizeof(OB_HANDLE_TABLE), OBP_TAG_HANDLE, EX_KERNEL_SITE);
    if (Table == NULL)
        return NULL;
    Table->NextFresh = 1;
    KIRQL Old = KiAcquireLock(&ObpTableListLock);
    InsertTailList(&ObpTableList, &Table->Link);
    KiReleaseLock(&ObpTableListLock, Old);
    return Table;
}

void ObiDestroyHandleTable(OB_HANDLE_TABLE *Table)
{
    KIRQL Old = KiAcquireLock(&ObpTableListLock);
    RemoveEntryList(&Table->Link);
    KiReleaseLock(&ObpTableListLock, Old);
    for (ULONG Index = 0; Index < OBP_SEGMENTS; Index++) {
        if (Table->Segment[Index] != NULL)
            ExiFree(Table->Segment[Index]);
    }
    ExiFree(Table);
}

ULONG ObiCountHandles(OB_HANDLE_TABLE *Table)
{
    return __atomic_load_n(&Table->Count, __ATOMIC_RELAXED);
}

static BOOLEAN ObpGrowLocked(OB_HANDLE_TABLE *Table)
{
    ULONG Position = Table->NextFresh + (1u << OBP_FIRST_SEGMENT_LOG);
    unsigned Log = 31 - (unsigned)__builtin_clz(Position);
    OBP_ENTRY *Segment = ExiAllocateZero(
        NonPagedPoolNx, sizeof(OBP_ENTRY) << Log, OBP_TAG_HANDLE, EX_KERNEL_SITE);
    if (Segment == NULL)
        return FALSE;
    __atomic_store_n(&Table->Segment[Log - OBP_FIRST_SEGMENT_LOG], Segment, __ATOMIC_RELEASE);
    return TRUE;
}

static OBP_ENTRY *ObpTakeEntryLocked(OB_HANDLE_TABLE *Table, ULONG *Index)
{
    OBP_ENTRY *Entry;
    if (Table->FirstFree != 0) {
        *Index = Table->FirstFree;
        Entry = ObpEntryOfIndex(Table, *Index);
        Table->FirstFree = Entry->NextFree;
    } else {
        if (Table->NextFresh == OBP_INDEX_LIMIT)
            return NULL;
        *Index = Table->NextFresh;
        Entry = ObpEntryOfIndex(Table, *Index);
        if (Entry == NULL && ObpGrowLocked(Table))
            Entry = ObpEntryOfIndex(Table, *Index);
        if (Entry == NULL)
            return NULL;
        Table->NextFresh++;
    }
    Table->Count++;
    return Entry;
}

static void ObpGiveEntry(OB_HANDLE_TABLE *Table, OBP_ENTRY *Entry, ULONG Index)
{
    KIRQL Old = KiAcquireLock(&Table->Lock);
    Entry->NextFree = Table->FirstFree;
    Table->FirstFree = Index;
    Table->Count--;
    KiReleaseLock(&Table->Lock, Old);
}

/* ---- making and closing ---------------------------------------------------------------------- */

/* The high bits come from OBJ_KERNEL_HANDLE, not from the table: the System process may use the
 * kernel's as its own. */
NTSTATUS ObpInsertHandle(
    OB_HANDLE_TABLE *Table, void *Object, ACCESS_MASK Granted, ULONG Attributes, HANDLE *Handle)
{
    OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    ULONG Index;

    NTSTATUS Status = ObpAddHandleCount(Header, Table, Attributes);
    if (!NT_SUCCESS(Status))
        return Status;
    KIRQL Old = KiAcquireLock(&Table->Lock);
    OBP_ENTRY *Entry = ObpTakeEntryLocked(Table, &Index);
    KiReleaseLock(&Table->Lock, Old);
    if (Entry == NULL) {
        ObpDropHandleCount(Header);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    ObiReference(Object);
    if (Header->Type->Procedures.Open != NULL)
        Header->Type->Procedures.Open(Object, Granted, (ULONG)Header->HandleCount);
    __atomic_store_n(&Entry->Granted, Granted, __ATOMIC_RELAXED);
    Entry->Attributes = Attributes & OBP_HANDLE_ATTRIBUTES;
    Entry->Uses = 0;
    ULONG_PTR Value = (ULONG_PTR)Index << 2;
    if (Attributes & OBJ_KERNEL_HANDLE)
        Value |= OBP_KERNEL_HANDLE;
    *Handle = (HANDLE)Value;
    if (__builtin_expect(ObHandleWatch != NULL, 0) && Table == ObKernelHandleTable)
        ObHandleWatch->Made((HANDLE)(Value | OBP_KERNEL_HANDLE));
    ObpUnlockEntry(Entry, (ULONG_PTR)Header);
    return STATUS_SUCCESS;
}

NTSTATUS ObiCreateHandle(
    void *Object, ACCESS_MASK Granted, ULONG Attributes, KPROCESSOR_MODE Mode, HANDLE *Handle)
{
    if (Mode != KernelMode)
        Attributes &= ~(ULONG)OBJ_KERNEL_HANDLE;
    OB_HANDLE_TABLE *Table = (Attributes & OBJ_KERNEL_HANDLE) ? ObKernelHandleTable
                                                              : ObpCurrentTable();
    if (Table == NULL)
        return STATUS_PROCESS_IS_TERMINATING;
    if (__builtin_expect(ObiGetType(Object)->FilterCount != 0, 0)) {
        const OBP_FILTERED Filtered = {.Object = Object,
            .Operation = OB_OPERATION_HANDLE_CREATE,
            .KernelHandle = (Attributes & OBJ_KERNEL_HANDLE) != 0};
        return ObpInsertFiltered(&Filtered, Table, Granted, Attributes, Handle);
    }
    return ObpInsertHandle(Table, Object, Granted, Attributes, Handle);
}

NTSTATUS ObpCloseHandle(OB_HANDLE_TABLE *Table, ULONG_PTR Handle, BOOLEAN IgnoreProtection)
{
    OBP_ENTRY *Entry = ObpEntryOfHandle(Table, Handle);
    ULONG_PTR Value = Entry != NULL ? ObpLockEntry(Entry) : 0;
    if (Value == 0)
        return STATUS_INVALID_HANDLE;
    if ((Entry->Attributes & OBP_PROTECT_CLOSE) && !IgnoreProtection) {
        ObpUnlockEntry(Entry, Value);
        return STATUS_HANDLE_NOT_CLOSABLE;
    }
    if (__builtin_expect(ObHandleWatch != NULL, 0) && Table == ObKernelHandleTable)
        ObHandleWatch->Closed((HANDLE)(Handle | OBP_KERNEL_HANDLE));
    ObpUnlockEntry(Entry, 0);
    ObpGiveEntry(Table, Entry, (ULONG)(Handle >> 2));

    /* The handle's own reference goes, and with it those nobody came for. */
    OBJECT_HEADER *Header = ObpHeaderOf(Value);
    ObpDropHandleCount(Header);
    LONG_PTR Count = __atomic_sub_fetch(
        &Header->PointerCount, 1 + (LONG_PTR)ObpAdvanceOf(Value), __ATOMIC_ACQ_REL);
    if (Count <= 0)
        ObpLastReference(Header, Count);
    return STATUS_SUCCESS;
}

void ObiCloseAllHandles(OB_HANDLE_TABLE *Table, KPROCESSOR_MODE Mode)
{
    UNREFERENCED_PARAMETER(Mode);
    /* A Close procedure may open and close handles of the same table: the end is looked at anew
     * each time. */
    for (ULONG Index = 1; Index < __atomic_load_n(&Table->NextFresh, __ATOMIC_RELAXED); Index++)
        ObpCloseHandle(Table, (ULONG_PTR)Index << 2, TRUE);
    ObDrainDeletions();
}

/* ---- which table ----------------------------------------------------------------------------- */

OB_HANDLE_TABLE *ObpCurrentTable(void)
{
    OB_HANDLE_TABLE *Table = ObThreadHandleTable;
    if (Table == NULL && ObCurrentHandleTable != NULL)
        Table = ObCurrentHandleTable();
    return Table;
}

OB_HANDLE_TABLE *ObpTableOfHandle(HANDLE Handle, KPROCESSOR_MODE Mode, ULONG_PTR *Value)
{
    *Value = (ULONG_PTR)Handle;
    if (!ObpIsKernelValue(Handle))
        return ObpCurrentTable();
    if (Mode != KernelMode)
        return NULL;
    *Value &= ~OBP_KERNEL_HANDLE;
    return ObKernelHandleTable;
}

/* ---- for reports ----------------------------------------------------------------------------- */

static LONG_PTR ObpCountAdvance(const OB_HANDLE_TABLE *Table, const OBJECT_HEADER *Header)
{
    LONG_PTR Advance = 0;
    for (ULONG Index = 1; Index < Table->NextFresh; Index++) {
        ULONG_PTR Value = __atomic_load_n(&ObpEntryOfIndex(Table, Index)->Value, __ATOMIC_RELAXED);
        if (ObpHeaderOf(Value) == Header)
            Advance += ObpAdvanceOf(Value);
    }
    return Advance;
}

LONG_PTR ObiCountReferences(void *Object)
{
    const OBJECT_HEADER *Header = OBJECT_TO_HEADER(Object);
    LONG_PTR Count = __atomic_load_n(&Header->PointerCount, __ATOMIC_RELAXED);
    if (!(Header->Flags & OB_FLAG_ADVANCED))
        return Count;
    KIRQL Old = KiAcquireLock(&ObpTableListLock);
    for (LIST_ENTRY *Link = ObpTableList.Flink; Link != &ObpTableList; Link = Link->Flink)
        Count -= ObpCountAdvance(CONTAINING_RECORD(Link, OB_HANDLE_TABLE, Link), Header);
    KiReleaseLock(&ObpTableListLock, Old);
    return Count;
}

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * ObCloseHandle - closes a handle on behalf of PreviousMode.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE, also for a kernel handle from UserMode; HANDLE_NOT_CLOSABLE:
 * protected.
 * Source:  DOC ntifs/ObCloseHandle
 */
NTSTATUS NTAPI ObCloseHandle(HANDLE Handle, KPROCESSOR_MODE PreviousMode)
{
    ULONG_PTR Value;
    /* Closing NtCurrentProcess() or NtCurrentThread() is a no-op on Windows. */
    if ((LONG_PTR)Handle < 0 && (LONG_PTR)Handle >= -2)
        return STATUS_SUCCESS;
    OB_HANDLE_TABLE *Table = ObpTableOfHandle(Handle, PreviousMode, &Value);
    if (Table == NULL)
        return STATUS_INVALID_HANDLE;
    NTSTATUS Status = ObpCloseHandle(Table, Value, FALSE);
    ObDrainDeletions();
    return Status;
}

/*
 * NtClose - closes a handle. The last handle to an object runs its Close procedure (IRP_MJ_CLEANUP
 * for a file).
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as ObCloseHandle.
 * Source:  DOC ntifs/NtClose
 */
NTSTATUS NTAPI NtClose(HANDLE Handle)
{
    return ObCloseHandle(Handle, KiPreviousMode());
}

/*
 * ObSetHandleAttributes - sets whether a handle is inherited and may be closed.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE.
 * Source:  INF: undocumented, does what ObjectHandleFlagInformation does
 */
NTSTATUS NTAPI ObSetHandleAttributes(HANDLE Handle, OB_HANDLE_FLAGS *Flags, KPROCESSOR_MODE Mode)
{
    ULONG_PTR Number;
    OB_HANDLE_TABLE *Table = ObpTableOfHandle(Handle, Mode, &Number);
    OBP_ENTRY *Entry = Table != NULL ? ObpEntryOfHandle(Table, Number) : NULL;
    ULONG_PTR Value = Entry != NULL ? ObpLockEntry(Entry) : 0;
    if (Value == 0)
        return STATUS_INVALID_HANDLE;
    Entry->Attributes = (USHORT)((Flags->Inherit ? OBJ_INHERIT : 0) |
        (Flags->ProtectFromClose ? OBP_PROTECT_CLOSE : 0));
    ObpUnlockEntry(Entry, Value);
    return STATUS_SUCCESS;
}
