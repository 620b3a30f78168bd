/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Services that make, open, rename and delete keys. The walk itself is in parse.c. */
#include "cm/cmp.h"

/* ---- creating and opening -------------------------------------------------------------------- */

/* The view of 32-bit programs is the same as everyone's. */
static ACCESS_MASK CmpDesired(ACCESS_MASK Desired)
{
    return Desired & ~(ACCESS_MASK)KEY_WOW64_RES;
}

/* What was made does not stay when its caller gets nothing of it. */
static void CmpEndCreate(CMP_CONTEXT *Context, BOOLEAN Keep)
{
    CmpAcquire();
    if (!Keep && !(Context->Node->Flags & CMP_DELETED))
        CmpRemoveKey(Context->Node);
    CmpDereferenceNode(Context->Node);
    CmpRelease();
}

static void CmpFillOpenInformation(REG_CREATE_KEY_INFORMATION_V1 *Information, const OB_NAME *Name,
    ACCESS_MASK Desired, CMP_CONTEXT *Context, ULONG *Disposition, void **Result)
{
    *Information = (REG_CREATE_KEY_INFORMATION_V1){
        .CompleteName = (PUNICODE_STRING)(ULONG_PTR)&Name->Path,
        .RootObject = Name->RootDirectory,
        .ObjectType = CmKeyObjectType,
        .Options = Context->Options,
        .Class = Context->Create ? &Context->Class : NULL,
        .SecurityDescriptor = Name->Security,
        .DesiredAccess = Desired,
        .Disposition = Disposition,
        .ResultObject = Result,
        .Version = 1,
        .RemainingName = (PUNICODE_STRING)(ULONG_PTR)&Name->Path,
        .Attributes = Name->Attributes,
        .CheckAccessMode = (Name->Attributes & OBJ_FORCE_ACCESS_CHECK) ? UserMode
                                                                       : KiPreviousMode(),
    };
}

/* Attributes and what they point to are captured once, for callbacks, walk and descriptor alike. */
static NTSTATUS CmpOpenCaptured(
    OB_NAME *Name, CMP_CONTEXT *Context, ACCESS_MASK Desired, ULONG *Disposition, HANDLE *Handle)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    OB_ACCESS Access = {
        .Desired = Desired,
        .Mode = (Name->Attributes & OBJ_FORCE_ACCESS_CHECK) ? UserMode : Mode,
        .Attributes = Name->Attributes,
    };
    void *Object = NULL;

    RtlMapGenericMask(&Access.Desired, &CmKeyObjectType->GenericMapping);
    Context->Security = Name->Security;
    NTSTATUS Status = ObiLookup(Name->RootDirectory, &Name->Path,
        Name->Attributes | OBJ_CASE_INSENSITIVE, CmKeyObjectType, &Access, Context, &Object);
    if (NT_SUCCESS(Status))
        ((CMP_KEY *)Object)->Untold = CmpIsUntold(Name->RootDirectory);
    if (NT_SUCCESS(Status) && !Access.Checked)
        Status = ObiCheckAccess(Object, &Access);
    if (NT_SUCCESS(Status))
        Status = ObiCreateHandle(Object, Access.Granted, Name->Attributes, Mode, Handle);
    if (Object != NULL)
        ObfDereferenceObject(Object);
    if (Context->Created)
        CmpEndCreate(Context, NT_SUCCESS(Status));
    *Disposition = Context->Created ? REG_CREATED_NEW_KEY : REG_OPENED_EXISTING_KEY;
    return Status;
}

/* Unlike other services these look at a client's attributes, and at the name there, unasked. */
static NTSTATUS CmpCheckAttributes(const OBJECT_ATTRIBUTES *Attributes, KPROCESSOR_MODE Mode)
{
    OBJECT_ATTRIBUTES Copy;
    if (Mode == KernelMode)
        return Attributes != NULL ? STATUS_SUCCESS : STATUS_INVALID_PARAMETER;
    NTSTATUS Status = ObiReadCaller(&Copy, Attributes, sizeof(Copy), Mode);
    return NT_SUCCESS(Status) && Copy.ObjectName == NULL ? STATUS_ACCESS_VIOLATION : Status;
}

static NTSTATUS CmpOpen(HANDLE *To, ACCESS_MASK Desired, OBJECT_ATTRIBUTES *Attributes,
    CMP_CONTEXT *Context, ULONG *Disposition)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    REG_CREATE_KEY_INFORMATION_V1 Information;
    void *Object = NULL;
    HANDLE Handle = NULL;
    OB_NAME Name;

    NTSTATUS Status = ObiProbeOutput(To, sizeof(*To), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = CmpCheckAttributes(Attributes, Mode);
    if (NT_SUCCESS(Status))
        Status = ObiCaptureNameToOpen(Attributes, Mode, &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Desired = CmpDesired(Desired);
    CMP_OPERATION Operation = {Context->Create ? RegNtPreCreateKeyEx : RegNtPreOpenKeyEx,
        Context->Create ? RegNtPostCreateKeyEx : RegNtPostOpenKeyEx, Name.RootDirectory,
        &Information, NULL, 0, FALSE};
    CmpFillOpenInformation(&Information, &Name, Desired, Context, Disposition, &Object);
    Status = CmpBefore(&Operation);
    if (Status == STATUS_SUCCESS)
        Status = CmpOpenCaptured(&Name, Context, Desired, Disposition, &Handle);
    else if (Operation.Bypassed && Object != NULL) /* a callback has opened a key of its own choice
                                                    */
        Status = ObiCreateHandle(Object, Information.GrantedAccess, Name.Attributes, Mode, &Handle);
    if (Handle != NULL && Operation.Seen != NULL && Object == NULL)
        ObiReferenceByHandle(Handle, CmKeyObjectType, Mode, &Object, NULL);
    Status = CmpAfter(&Operation, Object, Status);
    if (Object != NULL)
        ObfDereferenceObject(Object);
    ObiReleaseName(&Name);
    if (Handle != NULL && !NT_SUCCESS(Status))
        ObCloseHandle(Handle, Mode);
    else if (Handle != NULL)
        Status = ObiReturnHandle(To, Handle, Mode, Status);
    return Status;
}

static NTSTATUS CmpCreateKey(HANDLE *KeyHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, UNICODE_STRING *Class, ULONG CreateOptions,
    ULONG *Disposition, ULONG_PTR Site)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    CMP_CONTEXT Context = {
        .Tag = CMP_CONTEXT_TAG, .Options = CreateOptions, .Create = TRUE, .Site = Site};
    ULONG Outcome = 0;

    if (CreateOptions & ~(ULONG)REG_LEGAL_OPTION)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = STATUS_SUCCESS;
    if (Disposition != NULL)
        Status = ObiProbeOutput(Disposition, sizeof(ULONG), sizeof(ULONG), Mode);
    if (NT_SUCCESS(Status) && Class != NULL)
        Status = ObiCaptureString(Class, Mode, &Context.Class);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpOpen(KeyHandle, DesiredAccess, ObjectAttributes, &Context, &Outcome);
    if (NT_SUCCESS(Status) && Disposition != NULL && Outcome != 0)
        ObiWriteCaller(Disposition, &Outcome, sizeof(Outcome), Mode);
    CmpFreeText(&Context.Class);
    return Status;
}

static NTSTATUS CmpOpenKey(HANDLE *KeyHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG OpenOptions, ULONG_PTR Site)
{
    CMP_CONTEXT Context = {.Tag = CMP_CONTEXT_TAG, .Options = OpenOptions, .Site = Site};
    ULONG Outcome = 0;
    if (OpenOptions & ~(ULONG)REG_OPEN_LEGAL_OPTION)
        return STATUS_INVALID_PARAMETER;
    return CmpOpen(KeyHandle, DesiredAccess, ObjectAttributes, &Context, &Outcome);
}

/*
 * NtCreateKey - opens a key, which is made if it is not there; the key it is in must be.
 *
 * TitleIndex: no effect. Class: optional, of a new key. CreateOptions: REG_OPTION_*; BACKUP_RESTORE
 * has no effect.
 * Disposition: optional; REG_CREATED_NEW_KEY or REG_OPENED_EXISTING_KEY.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND: the key it is in, or where a link leads;
 *          INVALID_PARAMETER: options, a name over 256 characters, a key right under \Registry or
 *          \Registry\Machine or User; CHILD_MUST_BE_VOLATILE; OBJECT_NAME_COLLISION: a link was to
 *          be made and the key is there; KEY_DELETED: the root directory; ACCESS_DENIED,
 *          NAME_TOO_LONG: below 512 levels, INSUFFICIENT_RESOURCES: nothing has been made.
 * Owner:   caller; NtClose.
 * Source:  DOC wdm/ZwCreateKey; level limit's status INF
 */
NTSTATUS NTAPI NtCreateKey(HANDLE *KeyHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG TitleIndex, UNICODE_STRING *Class,
    ULONG CreateOptions, ULONG *Disposition)
{
    UNREFERENCED_PARAMETER(TitleIndex);
    return CmpCreateKey(
        KeyHandle, DesiredAccess, ObjectAttributes, Class, CreateOptions, Disposition, EX_CALLER);
}

NTSTATUS NTAPI ZwCreateKey(HANDLE *KeyHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG TitleIndex, UNICODE_STRING *Class,
    ULONG CreateOptions, ULONG *Disposition)
{
    ULONG_PTR Site = EX_CALLER;
    UNREFERENCED_PARAMETER(TitleIndex);
    return ZW_RUN(CmpCreateKey(
        KeyHandle, DesiredAccess, ObjectAttributes, Class, CreateOptions, Disposition, Site));
}

/*
 * NtOpenKey, NtOpenKeyEx - open a key that is there. Links are followed, the last one not with
 * OBJ_OPENLINK or REG_OPTION_OPEN_LINK.
 *
 * OpenOptions: REG_OPTION_OPEN_LINK; REG_OPTION_BACKUP_RESTORE has no effect.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND, INVALID_PARAMETER: options, a name over 256 characters;
 *          OBJECT_PATH_SYNTAX_BAD, OBJECT_TYPE_MISMATCH: the path leads to something that is no
 *          key; KEY_DELETED: the root directory; ACCESS_DENIED, INVALID_HANDLE,
 *          INSUFFICIENT_RESOURCES.
 * Owner:   caller; NtClose.
 * Source:  DOC wdm/ZwOpenKey, ZwOpenKeyEx
 */
NTSTATUS NTAPI NtOpenKey(
    HANDLE *KeyHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return CmpOpenKey(KeyHandle, DesiredAccess, ObjectAttributes, 0, EX_CALLER);
}

NTSTATUS NTAPI ZwOpenKey(
    HANDLE *KeyHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    ULONG_PTR Site = EX_CALLER;
    return ZW_RUN(CmpOpenKey(KeyHandle, DesiredAccess, ObjectAttributes, 0, Site));
}

NTSTATUS NTAPI NtOpenKeyEx(HANDLE *KeyHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG OpenOptions)
{
    return CmpOpenKey(KeyHandle, DesiredAccess, ObjectAttributes, OpenOptions, EX_CALLER);
}

NTSTATUS NTAPI ZwOpenKeyEx(HANDLE *KeyHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG OpenOptions)
{
    ULONG_PTR Site = EX_CALLER;
    return ZW_RUN(CmpOpenKey(KeyHandle, DesiredAccess, ObjectAttributes, OpenOptions, Site));
}

/* ---- changing what is there ------------------------------------------------------------------ */

/*
 * NtDeleteKey - deletes a key. Its name is free at once; handles to it stay and are good for
 * nothing but closing.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; CANNOT_DELETE: it has keys, or Windows needs it; INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no DELETE; KEY_DELETED.
 * Source:  DOC wdm/ZwDeleteKey
 */
NTSTATUS NTAPI NtDeleteKey(HANDLE KeyHandle)
{
    CMP_KEY *Key;
    NTSTATUS Status = CmpReferenceKey(KeyHandle, DELETE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    REG_DELETE_KEY_INFORMATION Information = {.Object = Key};
    CMP_OPERATION Operation = {
        RegNtPreDeleteKey, RegNtPostDeleteKey, Key, &Information, NULL, 0, FALSE};
    Status = CmpBefore(&Operation);
    if (Status == STATUS_SUCCESS) {
        CmpAcquire();
        Status = CmpIsDeleted(Key) ? STATUS_KEY_DELETED : CmpRemoveKey(Key->Node);
        CmpRelease();
    }
    Status = CmpAfter(&Operation, Key, Status);
    ObfDereferenceObject(Key);
    return Status;
}

static BOOLEAN CmpIsKeyName(const UNICODE_STRING *Name)
{
    if (Name->Length == 0 || Name->Length > CMP_NAME_LIMIT)
        return FALSE;
    for (ULONG Index = 0; Index < Name->Length / sizeof(WCHAR); Index++) {
        if (Name->Buffer[Index] == '\\')
            return FALSE;
    }
    return TRUE;
}

/*
 * NtRenameKey - gives a key another name in the key it is in.
 *
 * NewName: one name, without backslashes.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: the name; CANNOT_DELETE: another key has it; ACCESS_DENIED:
 *          no KEY_WRITE, or Windows needs the key; INVALID_HANDLE, OBJECT_TYPE_MISMATCH,
 *          KEY_DELETED, INSUFFICIENT_RESOURCES.
 * Source:  DOC winternl/NtRenameKey; a name that is taken INF
 */
NTSTATUS NTAPI NtRenameKey(HANDLE KeyHandle, UNICODE_STRING *NewName)
{
    UNICODE_STRING Name;
    CMP_KEY *Key;

    NTSTATUS Status = ObiCaptureString(NewName, KiPreviousMode(), &Name);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpIsKeyName(&Name) ? CmpReferenceKey(KeyHandle, KEY_WRITE, &Key)
                                 : STATUS_INVALID_PARAMETER;
    if (!NT_SUCCESS(Status))
        goto FreeName;
    REG_RENAME_KEY_INFORMATION Information = {.Object = Key, .NewName = &Name};
    CMP_OPERATION Operation = {
        RegNtPreRenameKey, RegNtPostRenameKey, Key, &Information, NULL, 0, FALSE};
    Status = CmpBefore(&Operation);
    if (Status == STATUS_SUCCESS) {
        CmpAcquire();
        Status = CmpIsDeleted(Key) ? STATUS_KEY_DELETED : CmpRenameKey(Key->Node, &Name);
        CmpRelease();
    }
    Status = CmpAfter(&Operation, Key, Status);
    ObfDereferenceObject(Key);

FreeName:
    CmpFreeText(&Name);
    return Status;
}

/*
 * NtFlushKey - waits until what has been changed so far survives loss of power; all of the
 * registry, not just the key. The file of a loaded hive is written for keys of that hive.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE, OBJECT_TYPE_MISMATCH, KEY_DELETED; what the storage says, or
 * writing the hive's file.
 * Source:  DOC wdm/ZwFlushKey
 */
NTSTATUS NTAPI NtFlushKey(HANDLE KeyHandle)
{
    CMP_KEY *Key;
    NTSTATUS Status = CmpReferenceKey(KeyHandle, 0, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    REG_FLUSH_KEY_INFORMATION Information = {.Object = Key};
    CMP_OPERATION Operation = {
        RegNtPreFlushKey, RegNtPostFlushKey, Key, &Information, NULL, 0, FALSE};
    Status = CmpBefore(&Operation);
    if (Status == STATUS_SUCCESS)
        Status = CmpFlush(Key);
    Status = CmpAfter(&Operation, Key, Status);
    ObfDereferenceObject(Key);
    return Status;
}

/*
 * NtSetInformationKey - changes what is kept about a key.
 *
 * KeySetInformationClass: KeyWriteTimeInformation. KeyWow64Flags-, KeyControlFlags-,
 *          KeySetVirtualization- and KeySetHandleTagsInformation (a ULONG) are accepted and have no
 *          effect.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_INFO_CLASS, INFO_LENGTH_MISMATCH, ACCESS_VIOLATION, INVALID_HANDLE,
 *          OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no KEY_SET_VALUE; KEY_DELETED.
 * Source:  DOC winternl/NtSetInformationKey, KEY_SET_INFORMATION_CLASS
 */
NTSTATUS NTAPI NtSetInformationKey(HANDLE KeyHandle,
    KEY_SET_INFORMATION_CLASS KeySetInformationClass, void *KeySetInformation,
    ULONG KeySetInformationLength)
{
    KEY_WRITE_TIME_INFORMATION Copy = {0};
    ULONG Bytes = KeySetInformationClass == KeyWriteTimeInformation ? sizeof(Copy) : sizeof(ULONG);
    CMP_KEY *Key;

    if (KeySetInformationClass > KeySetHandleTagsInformation ||
        KeySetInformationClass == KeySetDebugInformation)
        return STATUS_INVALID_INFO_CLASS;
    if (KeySetInformationLength != Bytes)
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = ObiReadCaller(&Copy, KeySetInformation, Bytes, KiPreviousMode());
    if (NT_SUCCESS(Status))
        Status = CmpReferenceKey(KeyHandle,
            KeySetInformationClass == KeySetHandleTagsInformation ? 0 : KEY_SET_VALUE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    REG_SET_INFORMATION_KEY_INFORMATION Information = {.Object = Key,
        .KeySetInformationClass = KeySetInformationClass,
        .KeySetInformation = &Copy,
        .KeySetInformationLength = Bytes};
    CMP_OPERATION Operation = {
        RegNtPreSetInformationKey, RegNtPostSetInformationKey, Key, &Information, NULL, 0, FALSE};
    Status = CmpBefore(&Operation);
    if (Status == STATUS_SUCCESS) {
        CmpAcquire();
        if (CmpIsDeleted(Key))
            Status = STATUS_KEY_DELETED;
        else if (KeySetInformationClass == KeyWriteTimeInformation)
            Status = CmpTouchKey(Key->Node, Copy.LastWriteTime);
        CmpRelease();
    }
    Status = CmpAfter(&Operation, Key, Status);
    ObfDereferenceObject(Key);
    return Status;
}
