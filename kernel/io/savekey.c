/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A key saved to a file as a hive, and a hive's keys put into a key. What is read is checked before
 * anything is replaced.
 */
#include "cm/cm.h"
#include "io/hivefile.h"
#include "io/sysinfo.h"
#include "ke/zw.h"

#define IOP_RESTORE_FLAGS   (REG_WHOLE_HIVE_VOLATILE | REG_FORCE_RESTORE)
#define IOP_STANDARD_FORMAT 1u

/* ---- keys and files -------------------------------------------------------------------------- */

static NTSTATUS IopDropValues(HANDLE Key)
{
    KEY_VALUE_BASIC_INFORMATION *Value =
        ExiAllocate(PagedPool, 2 * MAXUSHORT, IOP_TAG_IO, EX_KERNEL_SITE);
    NTSTATUS Status = Value != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    ULONG Needed;
    while (NT_SUCCESS(Status)) {
        Status =
            ZwEnumerateValueKey(Key, 0, KeyValueBasicInformation, Value, 2 * MAXUSHORT, &Needed);
        if (!NT_SUCCESS(Status))
            break;
        UNICODE_STRING Name = {(USHORT)Value->NameLength, (USHORT)Value->NameLength, Value->Name};
        Status = ZwDeleteValueKey(Key, &Name);
    }
    if (Value != NULL)
        ExiFree(Value);
    return Status == STATUS_NO_MORE_ENTRIES ? STATUS_SUCCESS : Status;
}

NTSTATUS IopEmptyKey(HANDLE Key, ULONG Depth)
{
    NTSTATUS Status = Depth < IOP_HIVE_DEPTH ? IopDropValues(Key) : STATUS_INSUFFICIENT_RESOURCES;
    while (NT_SUCCESS(Status)) {
        KEY_BASIC_INFORMATION *Name;
        HANDLE Child;
        Status = IopOpenChild(Key, 0, KEY_ALL_ACCESS, &Name, &Child);
        if (!NT_SUCCESS(Status))
            break;
        ExiFree(Name);
        Status = IopEmptyKey(Child, Depth + 1);
        if (NT_SUCCESS(Status))
            Status = ZwDeleteKey(Child);
        ZwClose(Child);
    }
    return Status == STATUS_NO_MORE_ENTRIES ? STATUS_SUCCESS : Status;
}

static NTSTATUS IopSaveTo(HANDLE Key, HANDLE File)
{
    UCHAR *Data;
    ULONG Bytes;
    NTSTATUS Status = IopWriteHive(Key, &Data, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopWriteWhole(File, Data, Bytes);
    ExiFree(Data);
    return Status;
}

/* A file's handle once more, for the kernel, if the caller may do with it what is Needed. */
static NTSTATUS IopCheckFile(HANDLE File, ACCESS_MASK Needed, HANDLE *Own)
{
    ACCESS_MASK Granted;
    void *Object;
    NTSTATUS Status =
        ObiReferenceByHandle(File, IoiFileObjectType, KiPreviousMode(), &Object, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = KiPreviousMode() != KernelMode && !(Granted & Needed)
                 ? STATUS_ACCESS_DENIED
                 : ObOpenObjectByPointer(
                       Object, OBJ_KERNEL_HANDLE, NULL, Needed, IoiFileObjectType, KernelMode, Own);
    ObfDereferenceObject(Object);
    return Status;
}

/* ---- services -------------------------------------------------------------------------------- */

/* A service's work on a key and a file; both handles are the kernel's. */
typedef struct IOP_HIVE_CALL {
    HANDLE Key, File;
    ULONG Flags;
} IOP_HIVE_CALL;

static NTSTATUS IopDoSave(void *Context)
{
    const IOP_HIVE_CALL *Call = Context;
    return ZW_RUN(IopSaveTo(Call->Key, Call->File));
}

/* Damage is found before anything goes. */
static NTSTATUS IopRestoreFrom(HANDLE Key, HANDLE File, BOOLEAN Volatile)
{
    UCHAR *Data;
    ULONG Bytes;
    NTSTATUS Status = IopReadWhole(File, &Data, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopReadHive(NULL, Data, Bytes, Volatile);
    if (NT_SUCCESS(Status))
        Status = IopEmptyKey(Key, 0);
    if (NT_SUCCESS(Status))
        Status = IopReadHive(Key, Data, Bytes, Volatile);
    ExiFree(Data);
    return Status;
}

static NTSTATUS IopDoRestore(void *Context)
{
    const IOP_HIVE_CALL *Call = Context;
    return ZW_RUN(
        IopRestoreFrom(Call->Key, Call->File, (Call->Flags & REG_WHOLE_HIVE_VOLATILE) != 0));
}

/*
 * Saves or restores, with registry callbacks around it; Flags: what the callbacks are told, a
 * format or flags.
 */
static NTSTATUS IopMoveHive(BOOLEAN Save, HANDLE KeyHandle, HANDLE FileHandle, ULONG Flags)
{
    IOP_HIVE_CALL Call = {.Flags = Flags};
    void *Object;
    NTSTATUS Status =
        ObiReferenceByHandle(KeyHandle, CmKeyObjectType, KiPreviousMode(), &Object, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmiOpenAgain(Object, &Call.Key);
    if (!NT_SUCCESS(Status))
        goto Dereference;
    Status = IopCheckFile(FileHandle, Save ? FILE_WRITE_DATA : FILE_READ_DATA, &Call.File);
    if (NT_SUCCESS(Status)) {
        REG_SAVE_KEY_INFORMATION Information = {Object, FileHandle, Flags, NULL, NULL, NULL};
        C_ASSERT(sizeof(Information) == sizeof(REG_RESTORE_KEY_INFORMATION));
        Status = Save ? CmiNotified(RegNtPreSaveKey, RegNtPostSaveKey, Object, &Information,
                            IopDoSave, &Call)
                      : CmiNotified(RegNtPreRestoreKey, RegNtPostRestoreKey, Object, &Information,
                            IopDoRestore, &Call);
        ZwClose(Call.File);
    }
    ZwClose(Call.Key);

Dereference:
    ObfDereferenceObject(Object);
    return Status;
}

static NTSTATUS IopSaveKey(HANDLE KeyHandle, HANDLE FileHandle, ULONG Format)
{
    return IopCallerHasPrivilege(SE_BACKUP_PRIVILEGE)
               ? IopMoveHive(TRUE, KeyHandle, FileHandle, Format)
               : STATUS_PRIVILEGE_NOT_HELD;
}

/*
 * ZwSaveKey - write a key and all below it that is not volatile into a file, as a hive.
 *
 * FileHandle: to be written to; what it has is replaced.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PRIVILEGE_NOT_HELD: SeBackupPrivilege; INVALID_HANDLE, OBJECT_TYPE_MISMATCH;
 *          ACCESS_DENIED: the file cannot be written; what writing says; INSUFFICIENT_RESOURCES,
 *          also of more than 100 levels of keys.
 * Source:  DOC winreg/RegSaveKey; INF the service; OBS tests/kernel/cm/ZwSaveKey.c
 */
NTSTATUS NTAPI ZwSaveKey(HANDLE KeyHandle, HANDLE FileHandle)
{
    return ZW_RUN(IopSaveKey(KeyHandle, FileHandle, IOP_STANDARD_FORMAT));
}

/*
 * ZwSaveKeyEx - the same; Format: REG_STANDARD_FORMAT (1), REG_LATEST_FORMAT (2) or
 * REG_NO_COMPRESSION (4), which are one here.
 * IRQL: PASSIVE_LEVEL. Returns: as ZwSaveKey; INVALID_PARAMETER: no such format. Source: DOC
 *          winreg/RegSaveKeyEx; OBS as above.
 */
NTSTATUS NTAPI ZwSaveKeyEx(HANDLE KeyHandle, HANDLE FileHandle, ULONG Format)
{
    if (Format != IOP_STANDARD_FORMAT && Format != 2 && Format != 4)
        return STATUS_INVALID_PARAMETER;
    return ZW_RUN(IopSaveKey(KeyHandle, FileHandle, Format));
}

static NTSTATUS IopRestoreKey(HANDLE KeyHandle, HANDLE FileHandle, ULONG Flags)
{
    return IopCallerHasPrivilege(SE_RESTORE_PRIVILEGE)
               ? IopMoveHive(FALSE, KeyHandle, FileHandle, Flags)
               : STATUS_PRIVILEGE_NOT_HELD;
}

/*
 * ZwRestoreKey - replace what is in a key by what a hive file has.
 *
 * Flags: REG_WHOLE_HIVE_VOLATILE: the keys made are volatile. REG_FORCE_RESTORE: as without,
 * handles below do not hinder here.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: other flags; PRIVILEGE_NOT_HELD: SeRestorePrivilege;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED; REGISTRY_CORRUPT: no hive, or a
 *          damaged one: the key is as it was; INSUFFICIENT_RESOURCES.
 * Source:  DOC winreg/RegRestoreKey; INF the service; OBS tests/kernel/cm/ZwSaveKey.c
 */
NTSTATUS NTAPI ZwRestoreKey(HANDLE KeyHandle, HANDLE FileHandle, ULONG Flags)
{
    if (Flags & ~(ULONG)IOP_RESTORE_FLAGS)
        return STATUS_INVALID_PARAMETER;
    return ZW_RUN(IopRestoreKey(KeyHandle, FileHandle, Flags));
}
