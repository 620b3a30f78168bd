/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Hives: a key saved to a file, a file's keys put into a key, and a file loaded as keys of its own. A loaded hive's keys are volatile
 * (the registry's storage does not see them) and go back into their file, which is the hive's alone meanwhile, when they are unloaded or
 * the machine is shut down. IopHiveMutex guards the list of loaded hives.
 */
#include <string.h>

#include "cm/cm.h"
#include "io/hive.h"
#include "io/sysinfo.h"
#include "ke/mutant.h"
#include "ke/zw.h"
#include "services.h"

#define IOP_RESTORE_FLAGS (REG_WHOLE_HIVE_VOLATILE | REG_FORCE_RESTORE)
#define IOP_NAME_ROOM 1024u
#define IOP_STANDARD_FORMAT 1u

typedef struct IOP_LOADED_HIVE {
    LIST_ENTRY Link;
    HANDLE File;        /* the kernel's; nobody else has the file open */
    UNICODE_STRING Key; /* its full path; the characters follow */
} IOP_LOADED_HIVE;

static LIST_ENTRY IopHives = {&IopHives, &IopHives};
static KMUTEX IopHiveMutex;

void IopResetHives(void)
{
    InitializeListHead(&IopHives);
    KeInitializeMutex(&IopHiveMutex, 0);
}

/* ---- files ---------------------------------------------------------------------------------------------------------------------- */

static NTSTATUS IopWaitForFile(HANDLE File, NTSTATUS Status, const IO_STATUS_BLOCK *IoStatus)
{
    if (Status == STATUS_PENDING) {
        Status = ZwWaitForSingleObject(File, FALSE, NULL);
        Status = NT_SUCCESS(Status) ? IoStatus->Status : Status;
    }
    return Status;
}

static NTSTATUS IopWriteWhole(HANDLE File, UCHAR *Data, ULONG Bytes)
{
    IO_STATUS_BLOCK IoStatus = {0};
    LARGE_INTEGER Offset = {.QuadPart = 0};
    FILE_END_OF_FILE_INFORMATION End = {.EndOfFile = {.QuadPart = Bytes}};
    NTSTATUS Status = ZwWriteFile(File, NULL, NULL, NULL, &IoStatus, Data, Bytes, &Offset, NULL);
    Status = IopWaitForFile(File, Status, &IoStatus);
    return NT_SUCCESS(Status) ? ZwSetInformationFile(File, &IoStatus, &End, sizeof(End), FileEndOfFileInformation) : Status;
}

/* *Data: pool. */
static NTSTATUS IopReadWhole(HANDLE File, UCHAR **Data, ULONG *Bytes)
{
    FILE_STANDARD_INFORMATION Standard;
    IO_STATUS_BLOCK IoStatus = {0};
    LARGE_INTEGER Offset = {.QuadPart = 0};
    NTSTATUS Status = ZwQueryInformationFile(File, &IoStatus, &Standard, sizeof(Standard), FileStandardInformation);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Standard.EndOfFile.QuadPart <= 0 || Standard.EndOfFile.QuadPart > IOP_HIVE_MOST)
        return STATUS_REGISTRY_CORRUPT;
    *Bytes = (ULONG)Standard.EndOfFile.QuadPart;
    *Data = ExiAllocate(PagedPool, *Bytes, IOP_TAG_IO, EX_KERNEL_SITE);
    if (*Data == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Status = ZwReadFile(File, NULL, NULL, NULL, &IoStatus, *Data, *Bytes, &Offset, NULL);
    Status = IopWaitForFile(File, Status, &IoStatus);
    if (NT_SUCCESS(Status) && IoStatus.Information != *Bytes)
        Status = STATUS_REGISTRY_CORRUPT;
    if (!NT_SUCCESS(Status))
        ExiFree(*Data);
    return Status;
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

static NTSTATUS IopLoadFrom(HANDLE Key, HANDLE File, BOOLEAN Volatile)
{
    UCHAR *Data;
    ULONG Bytes;
    NTSTATUS Status = IopReadWhole(File, &Data, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopReadHive(Key, Data, Bytes, Volatile);
    ExiFree(Data);
    return Status;
}

/* ---- keys ----------------------------------------------------------------------------------------------------------------------- */

static NTSTATUS IopDropValues(HANDLE Key)
{
    KEY_VALUE_BASIC_INFORMATION *Value = ExiAllocate(PagedPool, 2 * MAXUSHORT, IOP_TAG_IO, EX_KERNEL_SITE);
    NTSTATUS Status = Value != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
    ULONG Needed;
    while (NT_SUCCESS(Status)) {
        Status = ZwEnumerateValueKey(Key, 0, KeyValueBasicInformation, Value, 2 * MAXUSHORT, &Needed);
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

/* Whether the handle is a key's, for callers of either mode; the services below work on it as the kernel. *Object is referenced. */
static NTSTATUS IopCheckKey(HANDLE Key, HANDLE *Own, void **Object)
{
    NTSTATUS Status = ObiReferenceByHandle(Key, CmKeyObjectType, KiPreviousMode(), Object, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObOpenObjectByPointer(*Object, OBJ_KERNEL_HANDLE, NULL, KEY_ALL_ACCESS, CmKeyObjectType, KernelMode, Own);
    if (!NT_SUCCESS(Status))
        ObfDereferenceObject(*Object);
    return Status;
}

/* The same of a file, with what the caller may do with it. */
static NTSTATUS IopCheckFile(HANDLE File, ACCESS_MASK Needed, HANDLE *Own)
{
    ACCESS_MASK Granted;
    void *Object;
    NTSTATUS Status = ObiReferenceByHandle(File, IoiFileObjectType, KiPreviousMode(), &Object, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = KiPreviousMode() != KernelMode && !(Granted & Needed)
                 ? STATUS_ACCESS_DENIED
                 : ObOpenObjectByPointer(Object, OBJ_KERNEL_HANDLE, NULL, Needed, IoiFileObjectType, KernelMode, Own);
    ObfDereferenceObject(Object);
    return Status;
}

/* ---- saving and restoring ------------------------------------------------------------------------------------------------------------ */

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

static NTSTATUS IopDoRestore(void *Context)
{
    const IOP_HIVE_CALL *Call = Context;
    NTSTATUS Status = IopEmptyKey(Call->Key, 0);
    return NT_SUCCESS(Status) ? IopLoadFrom(Call->Key, Call->File, (Call->Flags & REG_WHOLE_HIVE_VOLATILE) != 0) : Status;
}

/* Saves or restores, with registry callbacks around it; Flags: what the callbacks are told, a format or flags. */
static NTSTATUS IopMoveHive(BOOLEAN Save, HANDLE KeyHandle, HANDLE FileHandle, ULONG Flags)
{
    IOP_HIVE_CALL Call = {.Flags = Flags};
    void *Object;
    NTSTATUS Status = IopCheckKey(KeyHandle, &Call.Key, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopCheckFile(FileHandle, Save ? FILE_WRITE_DATA : FILE_READ_DATA, &Call.File);
    if (NT_SUCCESS(Status)) {
        REG_SAVE_KEY_INFORMATION Information = {Object, FileHandle, Flags, NULL, NULL, NULL};
        C_ASSERT(sizeof(Information) == sizeof(REG_RESTORE_KEY_INFORMATION));
        Status = Save ? CmiNotified(RegNtPreSaveKey, RegNtPostSaveKey, Object, &Information, IopDoSave, &Call)
                      : CmiNotified(RegNtPreRestoreKey, RegNtPostRestoreKey, Object, &Information, IopDoRestore, &Call);
        ZwClose(Call.File);
    }
    ZwClose(Call.Key);
    ObfDereferenceObject(Object);
    return Status;
}

static NTSTATUS IopSaveKey(HANDLE KeyHandle, HANDLE FileHandle, ULONG Format)
{
    return IopCallerHasPrivilege(SE_BACKUP_PRIVILEGE) ? IopMoveHive(TRUE, KeyHandle, FileHandle, Format) : STATUS_PRIVILEGE_NOT_HELD;
}

/*
 * ZwSaveKey - write a key and all below it into a file, as a hive.
 *
 * FileHandle: to be written to; what it has is replaced.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PRIVILEGE_NOT_HELD: SeBackupPrivilege; INVALID_HANDLE, OBJECT_TYPE_MISMATCH; ACCESS_DENIED: the file cannot be
 *          written; what writing says; INSUFFICIENT_RESOURCES, also of more than 100 levels of keys.
 * Source:  DOC winreg/RegSaveKey; INF the service; OBS tests/kernel/cm/ZwSaveKey.c
 */
NTSTATUS NTAPI ZwSaveKey(HANDLE KeyHandle, HANDLE FileHandle)
{
    return ZW_RUN(IopSaveKey(KeyHandle, FileHandle, IOP_STANDARD_FORMAT));
}

/*
 * ZwSaveKeyEx - the same; Format: REG_STANDARD_FORMAT (1), REG_LATEST_FORMAT (2) or REG_NO_COMPRESSION (4), which are one here.
 * IRQL: PASSIVE_LEVEL. Returns: as ZwSaveKey; INVALID_PARAMETER: no such format. Source: DOC winreg/RegSaveKeyEx; OBS as above.
 */
NTSTATUS NTAPI ZwSaveKeyEx(HANDLE KeyHandle, HANDLE FileHandle, ULONG Format)
{
    if (Format != IOP_STANDARD_FORMAT && Format != 2 && Format != 4)
        return STATUS_INVALID_PARAMETER;
    return ZW_RUN(IopSaveKey(KeyHandle, FileHandle, Format));
}

static NTSTATUS IopRestoreKey(HANDLE KeyHandle, HANDLE FileHandle, ULONG Flags)
{
    return IopCallerHasPrivilege(SE_RESTORE_PRIVILEGE) ? IopMoveHive(FALSE, KeyHandle, FileHandle, Flags) : STATUS_PRIVILEGE_NOT_HELD;
}

/*
 * ZwRestoreKey - replace what is in a key by what a hive file has.
 *
 * Flags: REG_WHOLE_HIVE_VOLATILE: the keys made are volatile. REG_FORCE_RESTORE: as without, handles below do not hinder here.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: other flags; PRIVILEGE_NOT_HELD: SeRestorePrivilege; INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 *          ACCESS_DENIED; REGISTRY_CORRUPT: no hive, or a damaged one: the key is empty or has a part; INSUFFICIENT_RESOURCES.
 * Source:  DOC winreg/RegRestoreKey; INF the service; OBS tests/kernel/cm/ZwSaveKey.c
 */
NTSTATUS NTAPI ZwRestoreKey(HANDLE KeyHandle, HANDLE FileHandle, ULONG Flags)
{
    if (Flags & ~(ULONG)IOP_RESTORE_FLAGS)
        return STATUS_INVALID_PARAMETER;
    return ZW_RUN(IopRestoreKey(KeyHandle, FileHandle, Flags));
}

/* ---- loading and unloading ----------------------------------------------------------------------------------------------------------- */

/* The full path of what a handle is of; Name has IOP_NAME_ROOM bytes. */
static NTSTATUS IopNameOfHandle(HANDLE Handle, UNICODE_STRING *Name)
{
    ULONG Needed;
    return ZwQueryObject(Handle, ObjectNameInformation, Name, IOP_NAME_ROOM, &Needed);
}

/* Takes File. */
static NTSTATUS IopRememberHive(HANDLE Key, HANDLE File)
{
    UNICODE_STRING *Name = ExiAllocateZero(PagedPool, IOP_NAME_ROOM, IOP_TAG_IO, EX_KERNEL_SITE);
    if (Name == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = IopNameOfHandle(Key, Name);
    if (NT_SUCCESS(Status)) {
        IOP_LOADED_HIVE *Hive = ExiAllocateZero(PagedPool, sizeof(*Hive) + Name->Length, IOP_TAG_IO, EX_KERNEL_SITE);
        if (Hive != NULL) {
            Hive->File = File;
            Hive->Key = (UNICODE_STRING){Name->Length, Name->Length, (WCHAR *)(void *)(Hive + 1)};
            memcpy(Hive->Key.Buffer, Name->Buffer, Name->Length);
            InsertTailList(&IopHives, &Hive->Link);
        } else {
            Status = STATUS_INSUFFICIENT_RESOURCES;
        }
    }
    ExiFree(Name);
    return Status;
}

/* The key is made in the one it is in, which is opened for that. */
static NTSTATUS IopMakeHiveRoot(const OBJECT_ATTRIBUTES *TargetKey)
{
    OBJECT_ATTRIBUTES Attributes = *TargetKey;
    UNICODE_STRING Folder = *TargetKey->ObjectName, Name = Folder;
    HANDLE Parent;
    while (Folder.Length != 0 && Folder.Buffer[Folder.Length / sizeof(WCHAR) - 1] != '\\')
        Folder.Length -= sizeof(WCHAR);
    Name.Buffer += Folder.Length / sizeof(WCHAR);
    Name.Length = (USHORT)(Name.Length - Folder.Length);
    if (Folder.Length == 0)
        return TargetKey->RootDirectory != NULL ? CmiAddHiveRoot(TargetKey->RootDirectory, &Name) : STATUS_OBJECT_PATH_SYNTAX_BAD;
    Folder.Length -= sizeof(WCHAR);
    Attributes.ObjectName = &Folder;
    NTSTATUS Status = ZwOpenKey(&Parent, KEY_CREATE_SUB_KEY, &Attributes);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmiAddHiveRoot(Parent, &Name);
    ZwClose(Parent);
    return Status;
}

static NTSTATUS IopLoadKeyLocked(OBJECT_ATTRIBUTES *TargetKey, HANDLE File)
{
    HANDLE Key;
    NTSTATUS Status = IopMakeHiveRoot(TargetKey);
    if (NT_SUCCESS(Status))
        Status = ZwOpenKey(&Key, KEY_ALL_ACCESS, TargetKey);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopLoadFrom(Key, File, TRUE);
    if (NT_SUCCESS(Status))
        Status = IopRememberHive(Key, File);
    if (!NT_SUCCESS(Status)) {
        IopEmptyKey(Key, 0);
        ZwDeleteKey(Key);
    }
    ZwClose(Key);
    return Status;
}

typedef struct IOP_LOAD_CALL {
    OBJECT_ATTRIBUTES *TargetKey;
    HANDLE File; /* NULL: the loaded hive has it */
} IOP_LOAD_CALL;

static NTSTATUS IopDoLoad(void *Context)
{
    IOP_LOAD_CALL *Call = Context;
    KeWaitForSingleObject(&IopHiveMutex, Executive, KernelMode, FALSE, NULL);
    NTSTATUS Status = ZW_RUN(IopLoadKeyLocked(Call->TargetKey, Call->File));
    KeReleaseMutex(&IopHiveMutex, FALSE);
    if (NT_SUCCESS(Status))
        Call->File = NULL;
    return Status;
}

/*
 * ZwLoadKey - make the keys of a hive file there under a name.
 *
 * TargetKey: what the hive is to be called, below \Registry\Machine or \Registry\User; must not be there. SourceFile: the file.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_COLLISION; REGISTRY_CORRUPT: no hive, or a damaged one; OBJECT_NAME_NOT_FOUND, SHARING_VIOLATION and
 *          what else opening the file says; INSUFFICIENT_RESOURCES. Nothing is there then.
 * Source:  DOC wdm/ZwLoadKey (as of its name), winreg/RegLoadKey; OBS tests/kernel/cm/ZwSaveKey.c
 */
NTSTATUS NTAPI ZwLoadKey(OBJECT_ATTRIBUTES *TargetKey, OBJECT_ATTRIBUTES *SourceFile)
{
    OBJECT_ATTRIBUTES Target = *TargetKey, Source = *SourceFile;
    IO_STATUS_BLOCK IoStatus;
    HANDLE File;
    Target.Attributes |= OBJ_KERNEL_HANDLE;
    Source.Attributes |= OBJ_KERNEL_HANDLE;
    NTSTATUS Status = ZwCreateFile(&File, FILE_READ_DATA | FILE_WRITE_DATA | SYNCHRONIZE, &Source, &IoStatus, NULL, 0, 0, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT | FILE_NON_DIRECTORY_FILE, NULL, 0);
    if (!NT_SUCCESS(Status))
        return Status;
    IOP_LOAD_CALL Call = {&Target, File};
    REG_LOAD_KEY_INFORMATION Information = {
        .KeyName = Target.ObjectName, .SourceFile = Source.ObjectName, .DesiredAccess = KEY_ALL_ACCESS};
    Status = CmiNotified(RegNtPreLoadKey, RegNtPostLoadKey, NULL, &Information, IopDoLoad, &Call);
    if (Call.File != NULL)
        ZwClose(Call.File);
    return Status;
}

static IOP_LOADED_HIVE *IopFindHive(HANDLE Key, NTSTATUS *Status)
{
    UNICODE_STRING *Name = ExiAllocateZero(PagedPool, IOP_NAME_ROOM, IOP_TAG_IO, EX_KERNEL_SITE);
    IOP_LOADED_HIVE *Found = NULL;
    *Status = Name != NULL ? IopNameOfHandle(Key, Name) : STATUS_INSUFFICIENT_RESOURCES;
    for (LIST_ENTRY *Entry = IopHives.Flink; NT_SUCCESS(*Status) && Entry != &IopHives && Found == NULL; Entry = Entry->Flink) {
        IOP_LOADED_HIVE *Hive = CONTAINING_RECORD(Entry, IOP_LOADED_HIVE, Link);
        if (RtlEqualUnicodeString(&Hive->Key, Name, TRUE))
            Found = Hive;
    }
    if (Name != NULL)
        ExiFree(Name);
    if (NT_SUCCESS(*Status) && Found == NULL)
        *Status = STATUS_INVALID_PARAMETER;
    return Found;
}

static NTSTATUS IopUnloadKeyLocked(HANDLE Key)
{
    NTSTATUS Status;
    IOP_LOADED_HIVE *Hive = IopFindHive(Key, &Status);
    if (Hive == NULL)
        return Status;
    Status = CmiCheckUnused(Key);
    if (NT_SUCCESS(Status))
        Status = IopSaveTo(Key, Hive->File);
    if (NT_SUCCESS(Status))
        Status = IopEmptyKey(Key, 0);
    if (NT_SUCCESS(Status))
        Status = ZwDeleteKey(Key);
    if (NT_SUCCESS(Status)) {
        ZwClose(Hive->File);
        RemoveEntryList(&Hive->Link);
        ExiFree(Hive);
    }
    return Status;
}

static NTSTATUS IopDoUnload(void *Key)
{
    KeWaitForSingleObject(&IopHiveMutex, Executive, KernelMode, FALSE, NULL);
    NTSTATUS Status = ZW_RUN(IopUnloadKeyLocked(Key));
    KeReleaseMutex(&IopHiveMutex, FALSE);
    return Status;
}

static void IopEndHive(IOP_LOADED_HIVE *Hive)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key;
    InitializeObjectAttributes(&Attributes, &Hive->Key, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (NT_SUCCESS(ZwOpenKey(&Key, KEY_ALL_ACCESS, &Attributes))) {
        IopSaveTo(Key, Hive->File);
        ZwClose(Key);
    }
    ZwClose(Hive->File);
    RemoveEntryList(&Hive->Link);
    ExiFree(Hive);
}

void IopShutdownHives(void)
{
    KeWaitForSingleObject(&IopHiveMutex, Executive, KernelMode, FALSE, NULL);
    while (!IsListEmpty(&IopHives))
        IopEndHive(CONTAINING_RECORD(IopHives.Flink, IOP_LOADED_HIVE, Link));
    KeReleaseMutex(&IopHiveMutex, FALSE);
}

/*
 * ZwUnloadKey - write a hive that ZwLoadKey has loaded back into its file and take its keys away.
 *
 * TargetKey: its name.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: it is no hive's; CANNOT_DELETE: one of its keys is open; OBJECT_NAME_NOT_FOUND; what writing
 *          the file says: it stays.
 * Source:  DOC wdm/ZwUnloadKey, winreg/RegUnLoadKey; OBS tests/kernel/cm/ZwSaveKey.c
 */
NTSTATUS NTAPI ZwUnloadKey(OBJECT_ATTRIBUTES *TargetKey)
{
    OBJECT_ATTRIBUTES Target = *TargetKey;
    HANDLE Key;
    Target.Attributes |= OBJ_KERNEL_HANDLE;
    NTSTATUS Status = ZwOpenKey(&Key, KEY_ALL_ACCESS, &Target);
    if (!NT_SUCCESS(Status))
        return Status;
    void *Object;
    Status = ObReferenceObjectByHandle(Key, 0, CmKeyObjectType, KernelMode, &Object, NULL);
    if (NT_SUCCESS(Status)) {
        REG_UNLOAD_KEY_INFORMATION Information = {.Object = Object};
        Status = CmiNotified(RegNtPreUnLoadKey, RegNtPostUnLoadKey, Object, &Information, IopDoUnload, Key);
        ObfDereferenceObject(Object);
    }
    ZwClose(Key);
    return Status;
}
