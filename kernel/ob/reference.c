/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * From handles to objects. ObiReferenceByHandle is on the path of every request: an ordinary handle
 * in use costs it one interlocked operation and no call. Everything else takes the entry's lock.
 */
#include "ob/entry.h"

void *(*ObPseudoHandle)(HANDLE Handle);

/* ---- under the entry's lock ------------------------------------------------------------------ */

/* The value to unlock a busy handle's entry with: one reference is the caller's, a batch of others
 * waits in it. */
static ULONG_PTR ObpTakeReference(OBP_ENTRY *Entry, ULONG_PTR Value)
{
    OBJECT_HEADER *Header = ObpHeaderOf(Value);
#if defined(__x86_64__)
    if (ObpAdvanceOf(Value) != 0)
        return Value - OBP_ONE_ADVANCE;
    if (Entry->Uses >= OBP_USES_BEFORE_ADVANCE) {
        Header->Flags |= OB_FLAG_ADVANCED;
        __atomic_fetch_add(&Header->PointerCount, 1 + OBP_ADVANCE_BATCH, __ATOMIC_RELAXED);
        return Value + OBP_ADVANCE_BATCH * OBP_ONE_ADVANCE;
    }
    Entry->Uses++;
#else
    (void)Entry;
#endif
    __atomic_fetch_add(&Header->PointerCount, 1, __ATOMIC_RELAXED);
    return Value;
}

static NTSTATUS ObpReferenceEntry(const OB_HANDLE_TABLE *Table, ULONG_PTR Handle,
    const OBJECT_TYPE *Type, void **Object, OBP_HANDLE_VALUE *Result)
{
    OBP_ENTRY *Entry = ObpEntryOfHandle(Table, Handle);
    ULONG_PTR Value = Entry != NULL ? ObpLockEntry(Entry) : 0;
    if (Value == 0)
        return STATUS_INVALID_HANDLE;
    OBJECT_HEADER *Header = ObpHeaderOf(Value);
    if (Type != NULL && Header->Type != Type) {
        ObpUnlockEntry(Entry, Value);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    Result->Granted = Entry->Granted;
    Result->Attributes = Entry->Attributes;
    ObpUnlockEntry(Entry, ObpTakeReference(Entry, Value));
    *Object = Header->Body;
    return STATUS_SUCCESS;
}

/* Everything but an ordinary handle of a thread whose table is at hand. NTAPI: called from the hot
 * path. */
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

/* ---- without it ------------------------------------------------------------------------------ */

#if defined(__x86_64__)
/*
 * The access is read before the entry is changed: had the handle been closed and given out anew in
 * between, the change would not have found the value it expects, as a new handle starts without
 * references in advance. The header may be looked at only with a reference in hand.
 */
NTSTATUS NTAPI ObiReferenceByHandle(
    HANDLE Handle, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, void **Object, ACCESS_MASK *Granted)
{
    const OB_HANDLE_TABLE *Table = ObThreadHandleTable;
    ACCESS_MASK Access;

    if (__builtin_expect(Table == NULL || (LONG_PTR)Handle < 0, 0))
        return ObpReferenceUnusual(Handle, Type, Mode, Object, Granted);
    OBP_ENTRY *Entry = ObpEntryOfHandle(Table, (ULONG_PTR)Handle);
    if (__builtin_expect(Entry == NULL, 0))
        return STATUS_INVALID_HANDLE;
    ULONG_PTR Value = __atomic_load_n(&Entry->Value, __ATOMIC_ACQUIRE);
    do {
        if (__builtin_expect(Value < OBP_ONE_ADVANCE || (Value & OBP_ENTRY_LOCKED), 0))
            return ObpReferenceUnusual(Handle, Type, Mode, Object, Granted);
        Access = __atomic_load_n(&Entry->Granted, __ATOMIC_RELAXED);
    } while (
        __builtin_expect(!__atomic_compare_exchange_n(&Entry->Value, &Value,
                             Value - OBP_ONE_ADVANCE, FALSE, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE),
            0));

    OBJECT_HEADER *Header = ObpHeaderOf(Value);
    if (__builtin_expect(Type != NULL && Header->Type != Type, 0)) {
        ObfDereferenceObject(Header->Body);
        return STATUS_OBJECT_TYPE_MISMATCH;
    }
    *Object = Header->Body;
    if (Granted != NULL)
        *Granted = Access;
    return STATUS_SUCCESS;
}
#else
NTSTATUS NTAPI ObiReferenceByHandle(
    HANDLE Handle, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, void **Object, ACCESS_MASK *Granted)
{
    return ObpReferenceUnusual(Handle, Type, Mode, Object, Granted);
}
#endif

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

/* ---- exports --------------------------------------------------------------------------------- */

/*
 * ObReferenceObjectByHandle - the object a handle stands for, with a reference.
 *
 * Access: what the handle must grant, asked of UserMode only. Type: NULL for any.
 * HandleInformation: optional.
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
NTSTATUS NTAPI ObReferenceObjectByHandleWithTag(HANDLE Handle, ACCESS_MASK Access,
    OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, ULONG Tag, void **Object,
    OBJECT_HANDLE_INFORMATION *HandleInformation)
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

