/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Files loaded as keys: hives. The registry's storage does not see those keys; they go back into
 * their file, which is the hive's alone meanwhile, when they have changed and are flushed or
 * unloaded or the machine is shut down. IopHiveMutex guards the list of hives and whatever is done
 * to one.
 */
#include "cm/cm.h"
#include "io/hivefile.h"
#include "io/sysinfo.h"
#include "ke/mutant.h"
#include "ke/ordered.h"
#include "ke/zw.h"

#define IOP_LOAD_FLAGS_TAKEN                                                                 \
    (REG_NO_LAZY_FLUSH | REG_HIVE_EXACT_FILE_GROWTH | REG_HIVE_NO_RM | REG_HIVE_SINGLE_LOG | \
        REG_LOAD_HIVE_OPEN_HANDLE | REG_FLUSH_HIVE_FILE_GROWTH)
#define IOP_LOAD_FLAGS                                                               \
    (IOP_LOAD_FLAGS_TAKEN | REG_APP_HIVE | REG_PROCESS_PRIVATE | REG_START_JOURNAL | \
        REG_BOOT_HIVE | REG_OPEN_READ_ONLY)

typedef struct IOP_LOADED_HIVE {
    CM_HIVE Keys;
    LIST_ENTRY Link;
    IOP_HIVE_FILE File;
    KEVENT *Unloaded; /* referenced; set when it is. NULL: none */
} IOP_LOADED_HIVE;

static LIST_ENTRY IopHives = {&IopHives, &IopHives};
static KMUTEX IopHiveMutex;

static NTSTATUS IopFlushHive(void *Key);

void IopResetHives(void)
{
    InitializeListHead(&IopHives);
    KeInitializeMutex(&IopHiveMutex, 0);
    CmFlushHive = IopFlushHive;
}

static void IopAcquireHives(void)
{
    KiAcquireMutex(&IopHiveMutex);
}

static void IopReleaseHives(void)
{
    KiReleaseMutex(&IopHiveMutex);
}

/* The hive of a key object; AsRoot: whose first key that is. */
static IOP_LOADED_HIVE *IopHiveOf(void *Key, BOOLEAN AsRoot)
{
    CM_HIVE *Keys = CmiHiveOf(Key, AsRoot);
    return Keys != NULL ? CONTAINING_RECORD(Keys, IOP_LOADED_HIVE, Keys) : NULL;
}

/* ---- writing back ---------------------------------------------------------------------------- */

/* What changes while it is written makes it changed again. */
static NTSTATUS IopWriteLoaded(IOP_LOADED_HIVE *Hive)
{
    UCHAR *Data;
    ULONG Bytes;
    HANDLE Key;
    if (!CmiTakeHiveChange(&Hive->Keys))
        return STATUS_SUCCESS;
    NTSTATUS Status = CmiOpenHive(&Hive->Keys, &Key);
    if (NT_SUCCESS(Status)) {
        Status = IopWriteHive(Key, &Data, &Bytes);
        ZwClose(Key);
    }
    if (NT_SUCCESS(Status)) {
        Status = IopReplaceHiveFile(&Hive->File, Data, Bytes);
        ExiFree(Data);
    }
    if (!NT_SUCCESS(Status))
        CmiSetHiveChanged(&Hive->Keys);
    return Status;
}

static NTSTATUS IopFlushHive(void *Key)
{
    IopAcquireHives();
    IOP_LOADED_HIVE *Hive = IopHiveOf(Key, FALSE);
    NTSTATUS Status = Hive != NULL ? ZW_RUN(IopWriteLoaded(Hive)) : STATUS_SUCCESS;
    IopReleaseHives();
    return Status;
}

/* ---- loading --------------------------------------------------------------------------------- */

/* The key is made in the one it is in, which is opened for that. */
static NTSTATUS IopMakeHiveRoot(const OBJECT_ATTRIBUTES *TargetKey, CM_HIVE *Keys)
{
    OBJECT_ATTRIBUTES Attributes = *TargetKey;
    UNICODE_STRING Folder = *TargetKey->ObjectName, Name = Folder;
    HANDLE Parent;
    while (Folder.Length != 0 && Folder.Buffer[Folder.Length / sizeof(WCHAR) - 1] != u'\\')
        Folder.Length -= sizeof(WCHAR);
    Name.Buffer += Folder.Length / sizeof(WCHAR);
    Name.Length = (USHORT)(Name.Length - Folder.Length);
    if (Folder.Length == 0)
        return TargetKey->RootDirectory != NULL ? CmiAddHive(TargetKey->RootDirectory, &Name, Keys)
                                                : STATUS_OBJECT_PATH_SYNTAX_BAD;
    Folder.Length -= sizeof(WCHAR);
    Attributes.ObjectName = &Folder;
    NTSTATUS Status = ZwOpenKey(&Parent, KEY_CREATE_SUB_KEY, &Attributes);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmiAddHive(Parent, &Name, Keys);
    ZwClose(Parent);
    return Status;
}

static NTSTATUS IopReadLoaded(IOP_LOADED_HIVE *Hive)
{
    HANDLE Key;
    NTSTATUS Status = CmiOpenHive(&Hive->Keys, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopLoadFrom(Key, Hive->File.File, FALSE);
    CmiTakeHiveChange(&Hive->Keys); /* what is read is no change */
    ZwClose(Key);
    return Status;
}

typedef struct IOP_LOAD_CALL {
    const OBJECT_ATTRIBUTES *TargetKey;
    IOP_LOADED_HIVE *Hive; /* with file and event; NULL: it is loaded */
    ACCESS_MASK Access;
    HANDLE *Root; /* optional: a handle of this access to the first key is wanted */
} IOP_LOAD_CALL;

static NTSTATUS IopLoadLocked(const IOP_LOAD_CALL *Call)
{
    IOP_LOADED_HIVE *Hive = Call->Hive;
    NTSTATUS Status = IopMakeHiveRoot(Call->TargetKey, &Hive->Keys);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopReadLoaded(Hive);
    if (NT_SUCCESS(Status) && Call->Root != NULL) {
        OBJECT_ATTRIBUTES Attributes = *Call->TargetKey;
        Status = ZwOpenKey(Call->Root, Call->Access, &Attributes);
    }
    if (NT_SUCCESS(Status))
        InsertTailList(&IopHives, &Hive->Link);
    else
        CmiForgetHive(&Hive->Keys, TRUE);
    return Status;
}

static NTSTATUS IopDoLoad(void *Context)
{
    IOP_LOAD_CALL *Call = Context;
    IopAcquireHives();
    NTSTATUS Status = ZW_RUN(IopLoadLocked(Call));
    IopReleaseHives();
    if (NT_SUCCESS(Status))
        Call->Hive = NULL;
    return Status;
}

/* Whatever it is of. */
static void IopFreeHive(IOP_LOADED_HIVE *Hive)
{
    if (Hive->Unloaded != NULL)
        ObfDereferenceObject(Hive->Unloaded);
    if (Hive->File.File != NULL)
        IopCloseHiveFile(&Hive->File);
    ExiFree(Hive);
}

static NTSTATUS IopReferenceEvent(HANDLE Event, KEVENT **Object)
{
    return Event == NULL ? STATUS_SUCCESS
                         : ObReferenceObjectByHandle(Event, EVENT_MODIFY_STATE, ExEventObjectType,
                               KiPreviousMode(), (void **)Object, NULL);
}

static NTSTATUS IopLoadKey(const OBJECT_ATTRIBUTES *TargetKey, const OBJECT_ATTRIBUTES *SourceFile,
    HANDLE Event, REG_LOAD_KEY_INFORMATION *Information)
{
    OBJECT_ATTRIBUTES Target = *TargetKey;
    if (!IopCallerHasPrivilege(SE_RESTORE_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    IOP_LOADED_HIVE *Hive = ExiAllocateZero(PagedPool, sizeof(*Hive), IOP_TAG_IO, EX_KERNEL_SITE);
    if (Hive == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = IopReferenceEvent(Event, &Hive->Unloaded);
    if (NT_SUCCESS(Status))
        Status = IopOpenHiveFile(SourceFile, FILE_OPEN, &Hive->File);
    IOP_LOAD_CALL Call = {&Target, Hive, Information->DesiredAccess, Information->RootHandle};
    if (NT_SUCCESS(Status)) {
        Information->KeyName = Target.ObjectName;
        Information->SourceFile = SourceFile->ObjectName;
        Information->UserEvent = Hive->Unloaded;
        Status =
            CmiNotified(RegNtPreLoadKey, RegNtPostLoadKey, NULL, Information, IopDoLoad, &Call);
    }
    if (Call.Hive != NULL)
        IopFreeHive(Call.Hive);
    return Status;
}

/*
 * ZwLoadKey - make the keys of a hive file there under a name.
 *
 * TargetKey: what the hive is to be called, below \Registry\Machine or \Registry\User; must not be
 *          there. SourceFile: the file, which nobody else can open from then on, and which is
 *          written when the hive's keys have changed: a new file takes its place, whole, so that it
 *          is never between two states.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PRIVILEGE_NOT_HELD: SeRestorePrivilege; OBJECT_NAME_COLLISION;
 *          INVALID_PARAMETER: in another hive; REGISTRY_CORRUPT: no hive, or a damaged one;
 *          OBJECT_NAME_NOT_FOUND, SHARING_VIOLATION, ACCESS_DENIED and what else opening the file
 *          says; INSUFFICIENT_RESOURCES. Nothing is there then.
 * Source:  DOC wdm/ZwLoadKey (as of its name), winreg/RegLoadKey; OBS tests/kernel/cm/ZwSaveKey.c
 */
NTSTATUS NTAPI ZwLoadKey(OBJECT_ATTRIBUTES *TargetKey, OBJECT_ATTRIBUTES *SourceFile)
{
    REG_LOAD_KEY_INFORMATION Information = {.DesiredAccess = KEY_ALL_ACCESS};
    return ZW_RUN(IopLoadKey(TargetKey, SourceFile, NULL, &Information));
}

static NTSTATUS IopLoadKeyWith(OBJECT_ATTRIBUTES *TargetKey, OBJECT_ATTRIBUTES *SourceFile,
    HANDLE TrustClassKey, HANDLE Event, REG_LOAD_KEY_INFORMATION *Information)
{
    void *Trusted = NULL;
    NTSTATUS Status = STATUS_SUCCESS;
    if (TrustClassKey != NULL)
        Status = ObReferenceObjectByHandle(
            TrustClassKey, 0, CmKeyObjectType, KiPreviousMode(), &Trusted, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    Information->TrustClassObject = Trusted;
    Status = Trusted != NULL && CmiHiveOf(Trusted, FALSE) == NULL
                 ? STATUS_INVALID_PARAMETER
                 : IopLoadKey(TargetKey, SourceFile, Event, Information);
    if (Trusted != NULL)
        ObfDereferenceObject(Trusted);
    return Status;
}

/*
 * ZwLoadKeyEx - the same, with more to say.
 *
 * Flags: REG_LOAD_HIVE_OPEN_HANDLE, which needs a RootHandle: it gets a handle of DesiredAccess to
 *          the hive's first key. How the file grows, its logs, lazy flushing and resource managers
 *          are no matter here.
 * TrustClassKey: optional, a key of a loaded hive; no effect. Event: optional; set when the hive is
 * unloaded.
 * IRQL:    PASSIVE_LEVEL
 * Returns: as ZwLoadKey; INVALID_PARAMETER: flags Windows does not know, no RootHandle, a
 *          TrustClassKey of no hive; NOT_SUPPORTED: hives of one process or program, read-only and
 *          boot hives; what the handles say.
 * Source:  INF (undocumented), winreg/RegLoadAppKey for what flags mean; OBS
 *          tests/kernel/cm/ZwLoadKeyEx.c
 */
NTSTATUS NTAPI ZwLoadKeyEx(OBJECT_ATTRIBUTES *TargetKey, OBJECT_ATTRIBUTES *SourceFile, ULONG Flags,
    HANDLE TrustClassKey, HANDLE Event, ACCESS_MASK DesiredAccess, HANDLE *RootHandle,
    IO_STATUS_BLOCK *IoStatus)
{
    REG_LOAD_KEY_INFORMATION Information = {.Flags = Flags, .DesiredAccess = KEY_ALL_ACCESS};
    (void)IoStatus;
    if ((Flags & ~(ULONG)IOP_LOAD_FLAGS) ||
        ((Flags & REG_LOAD_HIVE_OPEN_HANDLE) && RootHandle == NULL))
        return STATUS_INVALID_PARAMETER;
    if (Flags & ~(ULONG)IOP_LOAD_FLAGS_TAKEN)
        return STATUS_NOT_SUPPORTED;
    if (Flags & REG_LOAD_HIVE_OPEN_HANDLE) {
        Information.RootHandle = RootHandle;
        Information.DesiredAccess = DesiredAccess;
    }
    return ZW_RUN(IopLoadKeyWith(TargetKey, SourceFile, TrustClassKey, Event, &Information));
}

/* ---- unloading ------------------------------------------------------------------------------- */

/* Its keys are gone, or stay as ones of nobody. */
static void IopEndHive(IOP_LOADED_HIVE *Hive)
{
    if (Hive->Unloaded != NULL)
        KeSetEvent(Hive->Unloaded, IO_NO_INCREMENT, FALSE);
    RemoveEntryList(&Hive->Link);
    IopFreeHive(Hive);
}

/* Key: the one object of its first key that may be there. */
static NTSTATUS IopUnloadLocked(void *Key)
{
    IOP_LOADED_HIVE *Hive = IopHiveOf(Key, TRUE);
    NTSTATUS Status;
    if (Hive == NULL)
        return STATUS_INVALID_PARAMETER;
    while ((Status = CmiRemoveHive(&Hive->Keys, 1)) == STATUS_RETRY) {
        Status = IopWriteLoaded(Hive);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    if (NT_SUCCESS(Status))
        IopEndHive(Hive);
    return Status;
}

static NTSTATUS IopDoUnload(void *Key)
{
    IopAcquireHives();
    NTSTATUS Status = ZW_RUN(IopUnloadLocked(Key));
    IopReleaseHives();
    return Status;
}

void IopShutdownHives(void)
{
    IopAcquireHives();
    while (!IsListEmpty(&IopHives)) {
        IOP_LOADED_HIVE *Hive = CONTAINING_RECORD(IopHives.Flink, IOP_LOADED_HIVE, Link);
        ZW_RUN(IopWriteLoaded(Hive));
        CmiForgetHive(&Hive->Keys, FALSE);
        IopEndHive(Hive);
    }
    IopReleaseHives();
}

static NTSTATUS IopUnloadKey(const OBJECT_ATTRIBUTES *TargetKey, HANDLE Event)
{
    OBJECT_ATTRIBUTES Target = *TargetKey;
    KEVENT *Done = NULL;
    HANDLE Handle;
    void *Key;
    if (!IopCallerHasPrivilege(SE_RESTORE_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    NTSTATUS Status = IopReferenceEvent(Event, &Done);
    if (!NT_SUCCESS(Status))
        return Status;
    Target.Attributes |= OBJ_KERNEL_HANDLE;
    Status = ZwOpenKey(&Handle, KEY_ALL_ACCESS, &Target);
    if (NT_SUCCESS(Status)) {
        Status = ObReferenceObjectByHandle(Handle, 0, CmKeyObjectType, KernelMode, &Key, NULL);
        if (NT_SUCCESS(Status)) {
            REG_UNLOAD_KEY_INFORMATION Information = {.Object = Key, .UserEvent = Done};
            Status = CmiNotified(
                RegNtPreUnLoadKey, RegNtPostUnLoadKey, Key, &Information, IopDoUnload, Key);
            ObfDereferenceObject(Key);
        }
        ZwClose(Handle);
    }
    if (Done != NULL) {
        if (NT_SUCCESS(Status))
            KeSetEvent(Done, IO_NO_INCREMENT, FALSE);
        ObfDereferenceObject(Done);
    }
    return Status;
}

/*
 * ZwUnloadKey - take the keys of a hive that ZwLoadKey has loaded away, after they are written to
 * its file if they have changed.
 *
 * TargetKey: its name.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PRIVILEGE_NOT_HELD: SeRestorePrivilege; INVALID_PARAMETER: it is no hive's;
 *          CANNOT_DELETE: one of its keys is open; OBJECT_NAME_NOT_FOUND; what writing the file
 *          says: the hive stays, and the file is the one it was.
 * Source:  DOC wdm/ZwUnloadKey, winreg/RegUnLoadKey; OBS tests/kernel/cm/ZwSaveKey.c
 */
NTSTATUS NTAPI ZwUnloadKey(OBJECT_ATTRIBUTES *TargetKey)
{
    return ZW_RUN(IopUnloadKey(TargetKey, NULL));
}

/*
 * ZwUnloadKeyEx - the same. Event: optional, an event's handle; it is set when the hive is
 * unloaded.
 * IRQL: PASSIVE_LEVEL. Returns: as ZwUnloadKey, whether there is an Event or not; INVALID_HANDLE,
 * OBJECT_TYPE_MISMATCH: that. What Windows leaves for later, as keys are open, is refused here.
 * Source: INF (undocumented); OBS tests/kernel/cm/ZwLoadKeyEx.c
 */
NTSTATUS NTAPI ZwUnloadKeyEx(OBJECT_ATTRIBUTES *TargetKey, HANDLE Event)
{
    return ZW_RUN(IopUnloadKey(TargetKey, Event));
}

/* ---- replacing ------------------------------------------------------------------------------- */

typedef struct IOP_REPLACE_CALL {
    const OBJECT_ATTRIBUTES *NewFile, *OldFile;
    void *Key;
} IOP_REPLACE_CALL;

static NTSTATUS IopCheckHiveFile(HANDLE File)
{
    UCHAR *Data;
    ULONG Bytes;
    NTSTATUS Status = IopReadWhole(File, &Data, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopReadHive(NULL, Data, Bytes, FALSE);
    ExiFree(Data);
    return Status;
}

static NTSTATUS IopCopyHiveFile(HANDLE From, const IOP_HIVE_FILE *To)
{
    UCHAR *Data;
    ULONG Bytes;
    NTSTATUS Status = IopReadWhole(From, &Data, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopWriteWhole(To->File, Data, Bytes);
    ExiFree(Data);
    if (NT_SUCCESS(Status))
        Status = IopFlushFile(To->File);
    return NT_SUCCESS(Status) ? IopFlushFile(To->Folder) : Status;
}

/*
 * The old contents are safe under their new name before the name they had changes hands, so that it
 * always leads to a hive.
 */
static NTSTATUS IopReplaceFile(
    IOP_LOADED_HIVE *Hive, const IOP_HIVE_FILE *New, const OBJECT_ATTRIBUTES *OldFile)
{
    IOP_HIVE_FILE Old = {0};
    NTSTATUS Status = IopOpenHiveFile(OldFile, FILE_CREATE, &Old);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopCopyHiveFile(Hive->File.File, &Old);
    if (NT_SUCCESS(Status))
        Status = IopMoveHiveFile(New, &Hive->File);
    if (!NT_SUCCESS(Status)) {
        IopDeleteHiveFile(&Old);
        IopCloseHiveFile(&Old);
        return Status;
    }
    Status = IopFlushFile(Hive->File.Folder);
    IopCloseHiveFile(&Hive->File);
    Hive->File = Old;
    return Status;
}

static NTSTATUS IopReplaceLocked(const IOP_REPLACE_CALL *Call)
{
    IOP_LOADED_HIVE *Hive = IopHiveOf(Call->Key, TRUE);
    IOP_HIVE_FILE New = {0};
    if (Hive == NULL)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = IopOpenHiveFile(Call->NewFile, FILE_OPEN, &New);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopCheckHiveFile(New.File);
    if (NT_SUCCESS(Status))
        Status = IopWriteLoaded(Hive);
    if (NT_SUCCESS(Status))
        Status = IopReplaceFile(Hive, &New, Call->OldFile);
    IopCloseHiveFile(&New);
    return Status;
}

static NTSTATUS IopDoReplace(void *Context)
{
    IopAcquireHives();
    NTSTATUS Status = ZW_RUN(IopReplaceLocked(Context));
    IopReleaseHives();
    return Status;
}

static NTSTATUS IopReplaceKey(
    OBJECT_ATTRIBUTES *NewFile, HANDLE TargetHandle, OBJECT_ATTRIBUTES *OldFile)
{
    IOP_REPLACE_CALL Call = {.NewFile = NewFile, .OldFile = OldFile};
    if (!IopCallerHasPrivilege(SE_RESTORE_PRIVILEGE))
        return STATUS_PRIVILEGE_NOT_HELD;
    NTSTATUS Status = ObReferenceObjectByHandle(
        TargetHandle, 0, CmKeyObjectType, KiPreviousMode(), &Call.Key, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    REG_REPLACE_KEY_INFORMATION Information = {
        .Object = Call.Key, .OldFileName = OldFile->ObjectName, .NewFileName = NewFile->ObjectName};
    Status = CmiNotified(
        RegNtPreReplaceKey, RegNtPostReplaceKey, Call.Key, &Information, IopDoReplace, &Call);
    ObfDereferenceObject(Call.Key);
    return Status;
}

/*
 * ZwReplaceKey - have another file loaded as a hive the next time.
 *
 * NewFile: a hive, which gets the name of the hive's file. TargetHandle: the first key of a loaded
 *          hive, which goes on with what it has, in a file of the name OldFile, which must not be
 *          there yet.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PRIVILEGE_NOT_HELD: SeRestorePrivilege; INVALID_HANDLE, OBJECT_TYPE_MISMATCH;
 *          INVALID_PARAMETER: it is no loaded hive's first key; REGISTRY_CORRUPT: NewFile is no
 *          hive; OBJECT_NAME_COLLISION: OldFile is there; NOT_SAME_DEVICE: NewFile is on another
 *          volume; what opening and writing files says. Nothing has changed then. The machine's own
 *          hives have no files.
 * Source:  DOC winreg/RegReplaceKey; INF the service; OBS tests/kernel/cm/ZwReplaceKey.c
 */
NTSTATUS NTAPI ZwReplaceKey(
    OBJECT_ATTRIBUTES *NewFile, HANDLE TargetHandle, OBJECT_ATTRIBUTES *OldFile)
{
    return ZW_RUN(IopReplaceKey(NewFile, TargetHandle, OldFile));
}
