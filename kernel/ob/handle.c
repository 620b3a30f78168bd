/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Handle tables. Entries lie in segments of doubling size that are never moved or given back while the table lives,
 * so an entry can be looked at without a lock; bit 0 of its value is a lock of its own, held only for the few
 * instructions between finding an object and referencing it. The table lock guards the free list and the segments'
 * growth.
 *
 * A handle is the entry's index times four. Index 0 is not used. Handles of the kernel table carry the high bits
 * Windows gives them, which keeps them apart from every process's.
 */
#include "ob/obp.h"

#define OBP_FIRST_SEGMENT_LOG 8 /* 256 entries: one page */
#define OBP_SEGMENTS 16
#define OBP_INDEX_LIMIT ((((ULONG)1 << OBP_SEGMENTS) - 1) << OBP_FIRST_SEGMENT_LOG)
#define OBP_ENTRY_LOCKED ((ULONG_PTR)1)

typedef struct OBP_ENTRY {
    ULONG_PTR Value; /* header and lock bit; 0: free */
    ACCESS_MASK Granted;
    union {
        ULONG Attributes; /* OBP_HANDLE_ATTRIBUTES; changed under the entry's lock */
        ULONG NextFree;   /* of a free entry; under the table's lock */
    };
#if defined(__i386__)
    ULONG Unused;
#endif
} OBP_ENTRY;

struct OB_HANDLE_TABLE {
    OBP_ENTRY *Segment[OBP_SEGMENTS];
    KSPIN_LOCK Lock;
    ULONG FirstFree; /* 0: none */
    ULONG NextFresh; /* entries from here on were never used */
    ULONG Count;     /* handles open */
};

OB_HANDLE_TABLE *(*ObCurrentHandleTable)(void);
OB_HANDLE_TABLE *ObKernelHandleTable;
_Thread_local OB_HANDLE_TABLE *ObThreadHandleTable __attribute__((tls_model("initial-exec")));
void *(*ObPseudoHandle)(HANDLE Handle);
OB_HANDLE_TABLE *(*ObProcessHandleTable)(void *Process);

/* ---- entries --------------------------------------------------------------------------------- */

/*
 * Entries of neighbouring handles are put a cache line apart (the low byte of their number is rotated by two), as
 * threads that work on handles of their own would otherwise take the line from each other with every lock bit.
 */
static inline ULONG ObpScatter(ULONG Number)
{
    UCHAR Low = (UCHAR)Number;
    return (Number & ~0xFFu) | (UCHAR)(Low << 2 | Low >> 6);
}

static inline OBP_ENTRY *ObpEntryOfIndex(const OB_HANDLE_TABLE *Table, ULONG Index)
{
    ULONG Position = Index + (1u << OBP_FIRST_SEGMENT_LOG);
    unsigned Log = 31 - (unsigned)__builtin_clz(Position);
    OBP_ENTRY *Segment =
        __atomic_load_n(&Table->Segment[Log - OBP_FIRST_SEGMENT_LOG], __ATOMIC_ACQUIRE);
    return Segment != NULL ? &Segment[ObpScatter(Position ^ (1u << Log))] : NULL;
}

static inline OBP_ENTRY *ObpEntryOfHandle(const OB_HANDLE_TABLE *Table, ULONG_PTR Handle)
{
    ULONG_PTR Index = Handle >> 2;
    if (__builtin_expect(Index - 1 >= OBP_INDEX_LIMIT - 1, 0))
        return NULL;
    return ObpEntryOfIndex(Table, (ULONG)Index);
}

static __attribute__((noinline)) ULONG_PTR NTAPI ObpWaitForEntry(const OBP_ENTRY *Entry)
{
    unsigned Turn = 0;
    ULONG_PTR Value;
    while (((Value = __atomic_load_n(&Entry->Value, __ATOMIC_RELAXED)) & OBP_ENTRY_LOCKED) != 0)
        KiSpin(&Turn);
    return Value;
}

/* The entry's header, the entry locked; 0: it is free. */
static inline ULONG_PTR ObpLockEntry(OBP_ENTRY *Entry)
{
    ULONG_PTR Value = __atomic_load_n(&Entry->Value, __ATOMIC_RELAXED);
    for (;;) {
        if (__builtin_expect((Value & OBP_ENTRY_LOCKED) != 0, 0))
            Value = ObpWaitForEntry(Entry);
        if (Value == 0)
            return 0;
        if (__builtin_expect(__atomic_compare_exchange_n(&Entry->Value, &Value, Value | OBP_ENTRY_LOCKED, FALSE,
                __ATOMIC_ACQUIRE, __ATOMIC_RELAXED), 1))
            return Value;
    }
}

static inline void ObpUnlockEntry(OBP_ENTRY *Entry, ULONG_PTR Value)
{
    __atomic_store_n(&Entry->Value, Value, __ATOMIC_RELEASE);
}

/* ---- tables ---------------------------------------------------------------------------------- */

OB_HANDLE_TABLE *ObiCreateHandleTable(void)
{
    OB_HANDLE_TABLE *Table =
        ExiAllocateZero(NonPagedPoolNx, sizeof(OB_HANDLE_TABLE), OBP_TAG_HANDLE, EX_KERNEL_SITE);
    if (Table != NULL)
        Table->NextFresh = 1;
    return Table;
}

void ObiDestroyHandleTable(OB_HANDLE_TABLE *Table)
{
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

/* The high bits come from OBJ_KERNEL_HANDLE, not from the table: the System process may use the kernel's as its own. */
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
    Entry->Granted = Granted;
    Entry->Attributes = Attributes & OBP_HANDLE_ATTRIBUTES;
    ULONG_PTR Value = (ULONG_PTR)Index << 2;
    if (Attributes & OBJ_KERNEL_HANDLE)
        Value |= OBP_KERNEL_HANDLE;
    *Handle = (HANDLE)Value;
    ObpUnlockEntry(Entry, (ULONG_PTR)Header);
    return STATUS_SUCCESS;
}

NTSTATUS ObiCreateHandle(
    void *Object, ACCESS_MASK Granted, ULONG Attributes, KPROCESSOR_MODE Mode, HANDLE *Handle)
{
    if (Mode != KernelMode)
        Attributes &= ~(ULONG)OBJ_KERNEL_HANDLE;
    OB_HANDLE_TABLE *Table = (Attributes & OBJ_KERNEL_HANDLE) ? ObKernelHandleTable : ObpCurrentTable();
    if (Table == NULL)
        return STATUS_PROCESS_IS_TERMINATING;
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
    ObpUnlockEntry(Entry, 0);
    ObpGiveEntry(Table, Entry, (ULONG)(Handle >> 2));

    OBJECT_HEADER *Header = (OBJECT_HEADER *)Value;
    ObpDropHandleCount(Header);
    ObfDereferenceObject(Header->Body);
    return STATUS_SUCCESS;
}

void ObiCloseAllHandles(OB_HANDLE_TABLE *Table, KPROCESSOR_MODE Mode)
{
    UNREFERENCED_PARAMETER(Mode);
    /* A Close procedure may open and close handles of the same table: the end is looked at anew each time. */
    for (ULONG Index = 1; Index < __atomic_load_n(&Table->NextFresh, __ATOMIC_RELAXED); Index++)
        ObpCloseHandle(Table, (ULONG_PTR)Index << 2, TRUE);
    ObDrainDeletions();
}

/* ---- translation ----------------------------------------------------------------------------- */

OB_HANDLE_TABLE *ObpCurrentTable(void)
{
    OB_HANDLE_TABLE *Table = ObThreadHandleTable;
    if (Table == NULL && ObCurrentHandleTable != NULL)
        Table = ObCurrentHandleTable();
    return Table;
}

static inline BOOLEAN ObpIsKernelValue(HANDLE Handle)
{
    return ((ULONG_PTR)Handle & OBP_KERNEL_HANDLE) == OBP_KERNEL_HANDLE;
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

static inline __attribute__((always_inline)) NTSTATUS ObpReferenceEntry(const OB_HANDLE_TABLE *Table,
    ULONG_PTR Handle, OBJECT_TYPE *Type, void **Object, OBP_HANDLE_VALUE *Result)
{
    OBP_ENTRY *Entry = ObpEntryOfHandle(Table, Handle);
    if (__builtin_expect(Entry == NULL, 0))
        return STATUS_INVALID_HANDLE;
    ULONG_PTR Value = ObpLockEntry(Entry);
    if (__builtin_expect(Value == 0, 0))
        return STATUS_INVALID_HANDLE;
    OBJECT_HEADER *Header = (OBJECT_HEADER *)Value;
    if (__builtin_expect(Type != NULL && Header->Type != Type, 0)) {
        ObpUnlockEntry(Entry, Value);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    __atomic_fetch_add(&Header->PointerCount, 1, __ATOMIC_RELAXED);
    Result->Granted = Entry->Granted;
    Result->Attributes = Entry->Attributes;
    ObpUnlockEntry(Entry, Value);
    *Object = Header->Body;
    return STATUS_SUCCESS;
}

/* Everything but an ordinary handle of a thread whose table is at hand. NTAPI: called from the hot path. */
static __attribute__((noinline)) NTSTATUS NTAPI ObpReferenceSlow(
    HANDLE Handle, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, void **Object, OBP_HANDLE_VALUE *Result)
{
    void *Pseudo;
    ULONG_PTR Value;

    if ((LONG_PTR)Handle < 0 && (LONG_PTR)Handle >= -2) {
        Pseudo = ObPseudoHandle != NULL ? ObPseudoHandle(Handle) : NULL;
        if (Pseudo == NULL)
            return STATUS_INVALID_HANDLE;
        if (Type != NULL && ObiGetType(Pseudo) != Type)
            return STATUS_OBJECT_TYPE_MISMATCH;
        ObiReference(Pseudo);
        Result->Granted = ObiGetType(Pseudo)->ValidAccess;
        Result->Attributes = 0;
        *Object = Pseudo;
        return STATUS_SUCCESS;
    }
    OB_HANDLE_TABLE *Table = ObpTableOfHandle(Handle, Mode, &Value);
    if (Table == NULL)
        return STATUS_INVALID_HANDLE;
    return ObpReferenceEntry(Table, Value, Type, Object, Result);
}

static __attribute__((noinline)) NTSTATUS NTAPI ObpReferenceUnusual(
    HANDLE Handle, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, void **Object, ACCESS_MASK *Granted)
{
    OBP_HANDLE_VALUE Result;
    NTSTATUS Status = ObpReferenceSlow(Handle, Type, Mode, Object, &Result);
    if (Granted != NULL && NT_SUCCESS(Status))
        *Granted = Result.Granted;
    return Status;
}

NTSTATUS NTAPI ObiReferenceByHandle(
    HANDLE Handle, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, void **Object, ACCESS_MASK *Granted)
{
    const OB_HANDLE_TABLE *Table = ObThreadHandleTable;
    OBP_HANDLE_VALUE Result;

    if (__builtin_expect(Table == NULL || (LONG_PTR)Handle < 0, 0))
        return ObpReferenceUnusual(Handle, Type, Mode, Object, Granted);
    NTSTATUS Status = ObpReferenceEntry(Table, (ULONG_PTR)Handle, Type, Object, &Result);
    if (Granted != NULL && Status == STATUS_SUCCESS)
        *Granted = Result.Granted;
    return Status;
}

NTSTATUS ObpReferenceInTable(
    const OB_HANDLE_TABLE *Table, ULONG_PTR Handle, void **Object, OBP_HANDLE_VALUE *Value)
{
    return ObpReferenceEntry(Table, Handle, NULL, Object, Value);
}

NTSTATUS ObpReferenceHandle(
    HANDLE Handle, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, void **Object, OBP_HANDLE_VALUE *Value)
{
    return ObpReferenceSlow(Handle, Type, Mode, Object, Value);
}

/*
 * ObReferenceObjectByHandle - the object a handle stands for, with a reference.
 *
 * Access: what the handle must grant, asked of UserMode only. Type: NULL for any. HandleInformation: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: *Object is NULL.
 * Owner:   caller; ObDereferenceObject.
 * Source:  DOC wdm/ObReferenceObjectByHandle
 */
NTSTATUS NTAPI ObReferenceObjectByHandle(HANDLE Handle, ACCESS_MASK Access, OBJECT_TYPE *Type,
    KPROCESSOR_MODE Mode, void **Object, OBJECT_HANDLE_INFORMATION *HandleInformation)
{
    OBP_HANDLE_VALUE Value;
    void *Found;

    *Object = NULL;
    NTSTATUS Status = ObpReferenceSlow(Handle, Type, Mode, &Found, &Value);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Mode != KernelMode && (Access & ~Value.Granted) != 0) {
        ObfDereferenceObject(Found);
        return STATUS_ACCESS_DENIED;
    }
    if (HandleInformation != NULL) {
        HandleInformation->GrantedAccess = Value.Granted;
        HandleInformation->HandleAttributes = Value.Attributes;
    }
    *Object = Found;
    return STATUS_SUCCESS;
}

/*
 * ObReferenceObjectByHandleWithTag - the same with a tag, which has no effect.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as ObReferenceObjectByHandle.
 * Source:  DOC wdm/ObReferenceObjectByHandleWithTag
 */
NTSTATUS NTAPI ObReferenceObjectByHandleWithTag(HANDLE Handle, ACCESS_MASK Access, OBJECT_TYPE *Type,
    KPROCESSOR_MODE Mode, ULONG Tag, void **Object, OBJECT_HANDLE_INFORMATION *HandleInformation)
{
    UNREFERENCED_PARAMETER(Tag);
    return ObReferenceObjectByHandle(Handle, Access, Type, Mode, Object, HandleInformation);
}

/*
 * ObIsKernelHandle - whether a handle value is one of the kernel's table.
 *
 * Looks at the value only; the handle need not be open. The pseudo handles are none.
 * IRQL:    up to APC_LEVEL
 * Source:  DOC ntifs/ObIsKernelHandle; pseudo handles INF: they mean something in user mode too
 */
BOOLEAN NTAPI ObIsKernelHandle(HANDLE Handle)
{
    return ObpIsKernelValue(Handle) && (LONG_PTR)Handle < -2;
}

/*
 * ObCloseHandle - closes a handle on behalf of PreviousMode.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE, also for a kernel handle from UserMode; HANDLE_NOT_CLOSABLE: protected.
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
 * NtClose - closes a handle. The last handle to an object runs its Close procedure (IRP_MJ_CLEANUP for a file).
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
    Entry->Attributes = (Flags->Inherit ? OBJ_INHERIT : 0) | (Flags->ProtectFromClose ? OBP_PROTECT_CLOSE : 0);
    ObpUnlockEntry(Entry, Value);
    return STATUS_SUCCESS;
}
