/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Duplicating handles, within a process and between processes, and making objects permanent and
 * temporary again.
 */
#include "ob/filter.h"
#include "ob/obp.h"

/* The table of a process given by handle; *Process: reference to drop, NULL for the current
 * process. */
static NTSTATUS ObpTableOfProcess(
    HANDLE Handle, KPROCESSOR_MODE Mode, OB_HANDLE_TABLE **Table, void **Process)
{
    ACCESS_MASK Granted;

    *Process = NULL;
    if (Handle == (HANDLE)(LONG_PTR)-1) {
        *Table = ObpCurrentTable();
        return *Table != NULL ? STATUS_SUCCESS : STATUS_PROCESS_IS_TERMINATING;
    }
    NTSTATUS Status = ObiReferenceByHandle(Handle, NULL, Mode, Process, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    *Table = ObProcessHandleTable != NULL ? ObProcessHandleTable(*Process) : NULL;
    if (*Table == NULL)
        Status = STATUS_OBJECT_TYPE_MISMATCH;
    else if (Mode != KernelMode && !(Granted & PROCESS_DUP_HANDLE))
        Status = STATUS_ACCESS_DENIED;
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(*Process);
        *Process = NULL;
    }
    return Status;
}

/* Kernel handles mean the kernel's table whatever process is named; pseudo handles the caller. */
static NTSTATUS ObpReferenceSource(OB_HANDLE_TABLE *Table, HANDLE Handle, KPROCESSOR_MODE Mode,
    void **Object, OBP_HANDLE_VALUE *Value)
{
    if ((LONG_PTR)Handle < 0)
        return ObpReferenceHandle(Handle, NULL, Mode, Object, Value);
    return ObpReferenceInTable(Table, (ULONG_PTR)Handle, Object, Value);
}

static void ObpCloseSource(OB_HANDLE_TABLE *Table, HANDLE Handle, KPROCESSOR_MODE Mode)
{
    if ((LONG_PTR)Handle < 0)
        ObCloseHandle(Handle, Mode);
    else
        ObpCloseHandle(Table, (ULONG_PTR)Handle, FALSE);
}

/* The processes a handle goes from and to, for who filters it; pseudo handles are the current
 * one. */
static NTSTATUS ObpDuplicateFiltered(OBP_FILTERED *Filtered, HANDLE SourceProcess,
    HANDLE TargetProcess, OB_HANDLE_TABLE *Table, ACCESS_MASK Granted, ULONG Attributes,
    HANDLE *Handle)
{
    NTSTATUS Status = ObiReferenceByHandle(
        SourceProcess, NULL, KiPreviousMode(), &Filtered->SourceProcess, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiReferenceByHandle(
        TargetProcess, NULL, KiPreviousMode(), &Filtered->TargetProcess, NULL);
    if (NT_SUCCESS(Status)) {
        Status = ObpInsertFiltered(Filtered, Table, Granted, Attributes, Handle);
        ObfDereferenceObject(Filtered->TargetProcess);
    }
    ObfDereferenceObject(Filtered->SourceProcess);
    return Status;
}

static NTSTATUS ObpDuplicateInto(OB_HANDLE_TABLE *Table, void *Object, ACCESS_MASK Access,
    ULONG Attributes, KPROCESSOR_MODE Mode, const OBP_HANDLE_VALUE *Source, HANDLE SourceProcess,
    HANDLE TargetProcess, HANDLE *Handle)
{
    OB_ACCESS Check = {.Desired = Access, .Mode = Mode, .Attributes = Attributes};
    ACCESS_MASK Mapped = ObpMapGeneric(Access, &ObiGetType(Object)->GenericMapping);

    if (Mode != KernelMode)
        Attributes &= ~(ULONG)OBJ_KERNEL_HANDLE;
    if (Attributes & OBJ_KERNEL_HANDLE)
        Table = ObKernelHandleTable;
    /* What the source grants may be passed on; more must be earned. */
    if ((Mapped & ~Source->Granted) == 0) {
        Check.Granted = Mapped;
    } else {
        NTSTATUS Status = ObiCheckAccess(Object, &Check);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    if (ObiGetType(Object)->FilterCount != 0) {
        OBP_FILTERED Filtered = {.Object = Object,
            .Operation = OB_OPERATION_HANDLE_DUPLICATE,
            .KernelHandle = (Attributes & OBJ_KERNEL_HANDLE) != 0};
        return ObpDuplicateFiltered(
            &Filtered, SourceProcess, TargetProcess, Table, Check.Granted, Attributes, Handle);
    }
    return ObpInsertHandle(Table, Object, Check.Granted, Attributes, Handle);
}

static NTSTATUS ObpDuplicate(OB_HANDLE_TABLE *SourceTable, HANDLE SourceProcess,
    HANDLE SourceHandle, HANDLE TargetProcess, HANDLE *TargetHandle, ACCESS_MASK Access,
    ULONG Attributes, ULONG Options)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    OBP_HANDLE_VALUE Value;
    OB_HANDLE_TABLE *Table;
    void *Object, *Process;
    HANDLE Handle;

    NTSTATUS Status = ObpReferenceSource(SourceTable, SourceHandle, Mode, &Object, &Value);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObpTableOfProcess(TargetProcess, Mode, &Table, &Process);
    if (NT_SUCCESS(Status)) {
        Access = (Options & DUPLICATE_SAME_ACCESS) ? Value.Granted : Access;
        Attributes = (Options & DUPLICATE_SAME_ATTRIBUTES) ? Value.Attributes : Attributes;
        Status = ObpDuplicateInto(
            Table, Object, Access, Attributes, Mode, &Value, SourceProcess, TargetProcess, &Handle);
        if (NT_SUCCESS(Status) && TargetHandle != NULL) {
            Status = ObiWriteCaller(TargetHandle, &Handle, sizeof(Handle), Mode);
            if (!NT_SUCCESS(Status))
                ObpCloseHandle(Table, (ULONG_PTR)Handle & ~OBP_KERNEL_HANDLE, TRUE);
        }
        if (Process != NULL)
            ObfDereferenceObject(Process);
    }
    ObfDereferenceObject(Object);
    return Status;
}

/*
 * NtDuplicateObject - makes another handle to the object a handle stands for.
 *
 * TargetProcess: NULL only with DUPLICATE_CLOSE_SOURCE, to close a handle of SourceProcess. Access
 *                is ignored with DUPLICATE_SAME_ACCESS, Attributes with DUPLICATE_SAME_ATTRIBUTES.
 *                DUPLICATE_CLOSE_SOURCE closes the source in any case.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE, OBJECT_TYPE_MISMATCH: a process handle that is none;
 *          ACCESS_DENIED; INVALID_PARAMETER.
 * Owner:   caller; NtClose.
 * Source:  DOC ntifs/ZwDuplicateObject
 */
NTSTATUS NTAPI NtDuplicateObject(HANDLE SourceProcess, HANDLE SourceHandle, HANDLE TargetProcess,
    HANDLE *TargetHandle, ACCESS_MASK Access, ULONG Attributes, ULONG Options)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    OB_HANDLE_TABLE *Table;
    void *Process;

    NTSTATUS Status = STATUS_SUCCESS;
    if (TargetHandle != NULL)
        Status = ObiProbeOutput(TargetHandle, sizeof(*TargetHandle), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = ObpTableOfProcess(SourceProcess, Mode, &Table, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    if (TargetProcess == NULL && !(Options & DUPLICATE_CLOSE_SOURCE))
        Status = STATUS_INVALID_PARAMETER;
    else if (TargetProcess != NULL)
        Status = ObpDuplicate(Table, SourceProcess, SourceHandle, TargetProcess, TargetHandle,
            Access, Attributes, Options);
    if (Options & DUPLICATE_CLOSE_SOURCE)
        ObpCloseSource(Table, SourceHandle, Mode);
    if (Process != NULL)
        ObfDereferenceObject(Process);
    return Status;
}

/*
 * NtMakeTemporaryObject - lets an object's name go with its last handle.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE; ACCESS_DENIED: the handle does not grant DELETE.
 * Source:  DOC wdm/ZwMakeTemporaryObject
 */
NTSTATUS NTAPI NtMakeTemporaryObject(HANDLE Handle)
{
    void *Object;
    NTSTATUS Status = ObpReferenceFor(Handle, DELETE, NULL, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    ObiMakeTemporary(Object);
    ObfDereferenceObject(Object);
    return STATUS_SUCCESS;
}

/*
 * NtMakePermanentObject - lets an object's name stay when the last handle is closed.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE; PRIVILEGE_NOT_HELD: a user without SeCreatePermanentPrivilege.
 * Source:  INF: undocumented; the counterpart of NtMakeTemporaryObject
 */
NTSTATUS NTAPI NtMakePermanentObject(HANDLE Handle)
{
    void *Object;
    NTSTATUS Status = ObpReferenceFor(Handle, 0, NULL, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    if (ObSecurity != NULL &&
        !ObSecurity->HasPrivilege(SE_CREATE_PERMANENT_PRIVILEGE, KiPreviousMode()))
        Status = STATUS_PRIVILEGE_NOT_HELD;
    else
        OBJECT_TO_HEADER(Object)->Flags |= OB_FLAG_PERMANENT;
    ObfDereferenceObject(Object);
    return Status;
}
