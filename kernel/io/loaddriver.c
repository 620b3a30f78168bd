/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Loading and unloading drivers by their service's registry key: what the key says becomes the name
 * of a driver object and the NT path of an image, and fs says where that is on the host. Everything
 * is done as the System process.
 */
#include <stdio.h>
#include <string.h>

#include "cm/cm.h"
#include "io/iop.h"
#include "ke/zw.h"

#define IOP_SERVICES u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"
#define IOP_HOST_PATH_BYTES 4096u
#define IOP_TAG_SERVICE 0x76536F49u /* 'IoSv' */

void IopLastPart(const UNICODE_STRING *Path, UNICODE_STRING *Part)
{
    USHORT Start = Path->Length / sizeof(WCHAR);
    while (Start > 0 && Path->Buffer[Start - 1] != u'\\')
        Start--;
    Part->Buffer = Path->Buffer + Start;
    Part->Length = Part->MaximumLength = (USHORT)(Path->Length - Start * sizeof(WCHAR));
}

/* First and Second, one after the other, in pool; with an end. */
static NTSTATUS IopJoin(
    const UNICODE_STRING *First, const UNICODE_STRING *Second, UNICODE_STRING *Result)
{
    ULONG Bytes = (ULONG)First->Length + Second->Length;
    if (Bytes > MAXUSHORT - sizeof(WCHAR))
        return STATUS_NAME_TOO_LONG;
    UCHAR *Buffer = ExiAllocate(PagedPool, Bytes + sizeof(WCHAR), IOP_TAG_SERVICE, EX_KERNEL_SITE);
    if (Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    memcpy(Buffer, First->Buffer, First->Length);
    memcpy(Buffer + First->Length, Second->Buffer, Second->Length);
    memset(Buffer + Bytes, 0, sizeof(WCHAR));
    *Result = (UNICODE_STRING){
        (USHORT)Bytes, (USHORT)(Bytes + sizeof(WCHAR)), (WCHAR *)(void *)Buffer};
    return STATUS_SUCCESS;
}

NTSTATUS IoiQueryValue(
    HANDLE Key, const UNICODE_STRING *Name, KEY_VALUE_PARTIAL_INFORMATION **Value)
{
    UNICODE_STRING Copy = *Name;
    ULONG Room = 256, Needed;
    for (;;) {
        UCHAR *Buffer = ExiAllocateZero(
            PagedPool, Room + 2 * sizeof(WCHAR), IOP_TAG_SERVICE, EX_KERNEL_SITE);
        if (Buffer == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        NTSTATUS Status = ZwQueryValueKey(
            Key, &Copy, KeyValuePartialInformation, Buffer, Room, &Needed);
        if (NT_SUCCESS(Status)) {
            *Value = (KEY_VALUE_PARTIAL_INFORMATION *)(void *)Buffer;
            memset((*Value)->Data + (*Value)->DataLength, 0, sizeof(WCHAR));
            return STATUS_SUCCESS;
        }
        ExiFree(Buffer);
        if (Status != STATUS_BUFFER_OVERFLOW && Status != STATUS_BUFFER_TOO_SMALL)
            return Status;
        Room = Needed;
    }
}

/* ---- what the key says ----------------------------------------------------------------------- */

/* The text of a value, in pool. STATUS_OBJECT_NAME_NOT_FOUND also when it is empty or no text. */
static NTSTATUS IopQueryText(HANDLE Key, const UNICODE_STRING *Name, UNICODE_STRING *Text)
{
    static const UNICODE_STRING Nothing = RTL_STRING(u"");
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    NTSTATUS Status = IoiQueryValue(Key, Name, &Value);
    if (!NT_SUCCESS(Status))
        return Status;
    ULONG Length = 0;
    const WCHAR *Data = (const WCHAR *)(const void *)Value->Data;
    while (Length < Value->DataLength / sizeof(WCHAR) && Data[Length] != 0)
        Length++;
    if ((Value->Type != REG_SZ && Value->Type != REG_EXPAND_SZ) || Length == 0) {
        Status = STATUS_OBJECT_NAME_NOT_FOUND;
    } else if (Length > (MAXUSHORT - sizeof(WCHAR)) / sizeof(WCHAR)) {
        Status = STATUS_NAME_TOO_LONG;
    } else {
        const UNICODE_STRING Found = {(USHORT)(Length * sizeof(WCHAR)),
            (USHORT)(Length * sizeof(WCHAR)), (WCHAR *)(void *)Value->Data};
        Status = IopJoin(&Found, &Nothing, Text);
    }
    ExiFree(Value);
    return Status;
}

static NTSTATUS IopQueryType(HANDLE Key, ULONG *Type)
{
    static const UNICODE_STRING Name = RTL_STRING(u"Type");
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    NTSTATUS Status = IoiQueryValue(Key, &Name, &Value);
    if (!NT_SUCCESS(Status))
        return Status == STATUS_OBJECT_NAME_NOT_FOUND ? STATUS_ILL_FORMED_SERVICE_ENTRY : Status;
    if (Value->Type != REG_DWORD || Value->DataLength != sizeof(ULONG))
        Status = STATUS_ILL_FORMED_SERVICE_ENTRY;
    else
        memcpy(Type, Value->Data, sizeof(*Type));
    ExiFree(Value);
    return Status;
}

/* "\Driver\name", or what the value ObjectName says. */
static NTSTATUS IopReadObjectName(HANDLE Key, IOP_DRIVER_SERVICE *Service)
{
    static const UNICODE_STRING ObjectName = RTL_STRING(u"ObjectName"),
                                Driver = RTL_STRING(u"\\Driver\\"),
                                FileSystem = RTL_STRING(u"\\FileSystem\\");
    ULONG Type;
    NTSTATUS Status = IopQueryType(Key, &Type);
    if (!NT_SUCCESS(Status))
        return Status;
    BOOLEAN IsFileSystem = Type == SERVICE_FILE_SYSTEM_DRIVER || Type == SERVICE_RECOGNIZER_DRIVER;
    if (!IsFileSystem && Type != SERVICE_KERNEL_DRIVER && Type != SERVICE_ADAPTER)
        return STATUS_ILL_FORMED_SERVICE_ENTRY;
    Status = IopQueryText(Key, &ObjectName, &Service->ObjectName);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND)
        Status = IopJoin(
            IsFileSystem ? &FileSystem : &Driver, &Service->Name, &Service->ObjectName);
    return Status;
}

/* The NT path of an ImagePath: one that is none yet is relative to the system's folder. Path is
 * pool and used up. */
static NTSTATUS IopMakeImagePath(UNICODE_STRING *Path, UNICODE_STRING *Result)
{
    static const UNICODE_STRING Root = RTL_STRING(u"\\SystemRoot\\");
    static UNICODE_STRING Variable = RTL_STRING(u"%SystemRoot%\\");
    UNICODE_STRING Rest = *Path;
    if (Path->Buffer[0] == u'\\') {
        *Result = *Path;
        return STATUS_SUCCESS;
    }
    if (RtlPrefixUnicodeString(&Variable, &Rest, TRUE)) {
        Rest.Buffer += Variable.Length / sizeof(WCHAR);
        Rest.Length = (USHORT)(Rest.Length - Variable.Length);
    }
    NTSTATUS Status = IopJoin(&Root, &Rest, Result);
    ExiFree(Path->Buffer);
    return Status;
}

static NTSTATUS IopReadImagePath(HANDLE Key, IOP_DRIVER_SERVICE *Service)
{
    static const UNICODE_STRING ImagePath = RTL_STRING(u"ImagePath"),
                                Extension = RTL_STRING(u".sys"),
                                Folder = RTL_STRING(u"\\SystemRoot\\System32\\Drivers\\");
    UNICODE_STRING Text;
    NTSTATUS Status = IopQueryText(Key, &ImagePath, &Text);
    if (NT_SUCCESS(Status))
        return IopMakeImagePath(&Text, &Service->ImagePath);
    if (Status != STATUS_OBJECT_NAME_NOT_FOUND)
        return Status;
    Status = IopJoin(&Folder, &Service->Name, &Text);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IopJoin(&Text, &Extension, &Service->ImagePath);
    ExiFree(Text.Buffer);
    return Status;
}

void IopFreeService(IOP_DRIVER_SERVICE *Service)
{
    if (Service->ObjectName.Buffer != NULL)
        ExiFree(Service->ObjectName.Buffer);
    if (Service->ImagePath.Buffer != NULL)
        ExiFree(Service->ImagePath.Buffer);
}

NTSTATUS IopReadService(const UNICODE_STRING *KeyPath, IOP_DRIVER_SERVICE *Service)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key;
    *Service = (IOP_DRIVER_SERVICE){.Key = *KeyPath};
    IopLastPart(KeyPath, &Service->Name);
    InitializeObjectAttributes(
        &Attributes, &Service->Key, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS Status = ZwOpenKey(&Key, KEY_READ, &Attributes);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Service->Name.Length == 0 || Service->Name.Length > 256 * sizeof(WCHAR))
        Status = STATUS_OBJECT_NAME_INVALID;
    if (NT_SUCCESS(Status))
        Status = IopReadObjectName(Key, Service);
    if (NT_SUCCESS(Status))
        Status = IopReadImagePath(Key, Service);
    ZwClose(Key);
    return Status;
}

/* ---- loading --------------------------------------------------------------------------------- */

static void IopDescribe(LDR_ERROR *Error, const char *Format, const UNICODE_STRING *Name)
{
    char Text[400];
    RtlpToUtf8(Name, Text, sizeof(Text));
    Error->Text[0] = 0;
    snprintf(Error->Text, sizeof(Error->Text), Format, Text);
}

/* HostPath NULL: where fs says the image is. */
static NTSTATUS IopLoadService(
    const UNICODE_STRING *KeyPath, const char *HostPath, LDR_ERROR *Error)
{
    IOP_DRIVER_SERVICE Service;
    char *Found = NULL;
    NTSTATUS Status = IopReadService(KeyPath, &Service);
    if (!NT_SUCCESS(Status)) {
        IopDescribe(Error,
            Status == STATUS_OBJECT_NAME_NOT_FOUND ? "there is no service with the key %s"
                : Status == STATUS_ILL_FORMED_SERVICE_ENTRY
                ? "the service %s is no driver: its Type says so"
                : "the key %s of the service cannot be read",
            KeyPath);
        goto FreeService;
    }
    if (HostPath == NULL) {
        Status = STATUS_INSUFFICIENT_RESOURCES;
        Found = ExiAllocate(PagedPool, IOP_HOST_PATH_BYTES, IOP_TAG_SERVICE, EX_KERNEL_SITE);
        if (Found != NULL)
            Status = IoFindImageFile != NULL
                ? IoFindImageFile(&Service.ImagePath, Found, IOP_HOST_PATH_BYTES)
                : STATUS_OBJECT_NAME_NOT_FOUND;
        if (!NT_SUCCESS(Status)) {
            IopDescribe(Error, "there is no image file %s", &Service.ImagePath);
            goto FreeFound;
        }
        HostPath = Found;
    }
    Status = IopStartDriver(&Service, HostPath, Found == NULL, Error);

FreeFound:
    if (Found != NULL)
        ExiFree(Found);
FreeService:
    IopFreeService(&Service);
    return Status;
}

/* A call that is made as the System process. */
typedef struct IOP_LOAD {
    const UNICODE_STRING *KeyPath;
    const char *HostPath, *FullPath;
    LDR_ERROR *Error;
} IOP_LOAD;

static NTSTATUS IopLoadAsSystem(void *Context)
{
    const IOP_LOAD *Load = Context;
    return IopLoadService(Load->KeyPath, Load->HostPath, Load->Error);
}

NTSTATUS IoiLoadService(const UNICODE_STRING *KeyPath, LDR_ERROR *Error)
{
    IOP_LOAD Load = {.KeyPath = KeyPath, .Error = Error};
    return IoiRunAsSystem(IopLoadAsSystem, &Load);
}

/* "\??\Z:\a\b" of /a/b. */
static NTSTATUS IopSetHostImage(const UNICODE_STRING *KeyPath, const char *HostPath)
{
    static const UNICODE_STRING Name = RTL_STRING(u"ImagePath"), Drive = RTL_STRING(u"\\??\\Z:");
    UNICODE_STRING Wide, Path;
    if (!RtlpFromUtf8(HostPath, &Wide))
        return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG Index = 0; Index < Wide.Length / sizeof(WCHAR); Index++) {
        if (Wide.Buffer[Index] == u'/')
            Wide.Buffer[Index] = u'\\';
    }
    NTSTATUS Status = IopJoin(&Drive, &Wide, &Path);
    RtlpFree(Wide.Buffer);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmiSetValue(
        KeyPath, &Name, REG_EXPAND_SZ, Path.Buffer, Path.Length + (ULONG)sizeof(WCHAR));
    ExiFree(Path.Buffer);
    return Status;
}

static NTSTATUS IopInstallAndLoad(void *Context)
{
    const IOP_LOAD *Load = Context;
    UNICODE_STRING Name;
    char Text[IOP_SERVICE_NAME_BYTES];
    IopLastPart(Load->KeyPath, &Name);
    RtlpToUtf8(&Name, Text, sizeof(Text));
    NTSTATUS Status = STATUS_SUCCESS;
    if (IoiQueryService(&Name) == IO_SERVICE_STOPPED) {
        const char *Slash = strrchr(Load->HostPath, '/');
        Status = CmiEnsureServiceKey(Text, Slash != NULL ? Slash + 1 : Load->HostPath);
        if (NT_SUCCESS(Status))
            Status = IopSetHostImage(Load->KeyPath, Load->FullPath);
    }
    if (!NT_SUCCESS(Status)) {
        IopDescribe(Load->Error, "no registry key for the service %s could be made", &Name);
        return Status;
    }
    return IopLoadService(Load->KeyPath, Load->HostPath, Load->Error);
}

NTSTATUS IoiLoadDriver(
    const char *Name, const char *HostPath, const char *FullPath, LDR_ERROR *Error)
{
    static const UNICODE_STRING Prefix = RTL_STRING(IOP_SERVICES);
    UNICODE_STRING Wide, KeyPath;
    snprintf(Error->Text, sizeof(Error->Text), "no driver object for %.200s could be made", Name);
    if (!RtlpFromUtf8(Name, &Wide))
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = IopJoin(&Prefix, &Wide, &KeyPath);
    RtlpFree(Wide.Buffer);
    if (!NT_SUCCESS(Status))
        return Status;
    IOP_LOAD Load = {&KeyPath, HostPath, FullPath, Error};
    Status = IoiRunAsSystem(IopInstallAndLoad, &Load);
    ExiFree(KeyPath.Buffer);
    return Status;
}

/* ---- the services ---------------------------------------------------------------------------- */

/* A pool copy of the caller's name; the caller may load drivers. */
static NTSTATUS IopBeginLoad(const UNICODE_STRING *Name, UNICODE_STRING *Copy)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    if (!SeSinglePrivilegeCheck(SeExports->SeLoadDriverPrivilege, Mode))
        return STATUS_PRIVILEGE_NOT_HELD;
    NTSTATUS Status = ObiCaptureString(Name, Mode, Copy);
    if (NT_SUCCESS(Status) && Copy->Length == 0) {
        if (Copy->Buffer != NULL)
            ExiFree(Copy->Buffer);
        Status = STATUS_INVALID_PARAMETER;
    }
    return Status;
}

static void IopLogFailure(const char *What, const UNICODE_STRING *Name, const LDR_ERROR *Error)
{
    char Text[400];
    RtlpToUtf8(Name, Text, sizeof(Text));
    KdLog("io", "%s %s: %s", What, Text, Error->Text);
}

/*
 * NtLoadDriver, ZwLoadDriver - load the driver of a service.
 *
 * DriverServiceName: path of the service's registry key. ImagePath is the image's NT path, relative
 *          to \SystemRoot if it does not begin with a backslash; without it
 *          \SystemRoot\System32\Drivers\<service>.sys. Type 2 and 8 make a driver object in
 *          \FileSystem, 1 and 4 in \Driver, unless ObjectName names another.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; PRIVILEGE_NOT_HELD: a user without SeLoadDriverPrivilege; INVALID_PARAMETER: an
 *          empty name; OBJECT_NAME_NOT_FOUND: no key, or no image; ILL_FORMED_SERVICE_ENTRY: Type
 *          is no driver's (INF); IMAGE_ALREADY_LOADED; what the loader says of the image; what
 *          DriverEntry returned (INF: documentation of FAILED_DRIVER_ENTRY does not say who returns
 *          it, and applications see DriverEntry's own status).
 * Source:  DOC wdm/ZwLoadDriver; tests/kernel/io/ZwLoadDriver.c
 */
NTSTATUS NTAPI NtLoadDriver(UNICODE_STRING *DriverServiceName)
{
    LDR_ERROR Error = {0};
    UNICODE_STRING KeyPath;
    NTSTATUS Status = IopBeginLoad(DriverServiceName, &KeyPath);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoiLoadService(&KeyPath, &Error);
    if (!NT_SUCCESS(Status))
        IopLogFailure("loading", &KeyPath, &Error);
    ExiFree(KeyPath.Buffer);
    return Status;
}

typedef struct IOP_UNLOAD {
    const UNICODE_STRING *KeyPath;
    LDR_ERROR Error;
} IOP_UNLOAD;

static NTSTATUS IopUnloadAsSystem(void *Context)
{
    IOP_UNLOAD *Unload = Context;
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Path = *Unload->KeyPath, Name;
    HANDLE Key;
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS Status = ZwOpenKey(&Key, KEY_READ, &Attributes);
    if (!NT_SUCCESS(Status))
        return Status;
    ZwClose(Key);
    IopLastPart(Unload->KeyPath, &Name);
    if (IoiHasPlugPlayDevices(&Name))
        return STATUS_INVALID_DEVICE_REQUEST;
    Status = IoiUnloadService(&Name, &Unload->Error);
    return Status == STATUS_PENDING ? STATUS_SUCCESS : Status;
}

/*
 * NtUnloadDriver, ZwUnloadDriver - unload the driver of a service: at once, or when the last handle
 * to its devices is closed.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS, also when it is put off; PRIVILEGE_NOT_HELD; INVALID_PARAMETER: an empty name;
 *          OBJECT_NAME_NOT_FOUND: no key, or the driver does not run; INVALID_DEVICE_REQUEST: it
 *          has no DriverUnload, or is a plug and play driver with devices (INF).
 * Source:  DOC wdm/ZwUnloadDriver; tests/kernel/io/ZwUnloadDriver.c
 */
NTSTATUS NTAPI NtUnloadDriver(UNICODE_STRING *DriverServiceName)
{
    UNICODE_STRING KeyPath;
    NTSTATUS Status = IopBeginLoad(DriverServiceName, &KeyPath);
    if (!NT_SUCCESS(Status))
        return Status;
    IOP_UNLOAD Unload = {.KeyPath = &KeyPath};
    Status = IoiRunAsSystem(IopUnloadAsSystem, &Unload);
    ExiFree(KeyPath.Buffer);
    return Status;
}

NTSTATUS NTAPI ZwLoadDriver(UNICODE_STRING *DriverServiceName)
{
    return ZW_CALL(LoadDriver, (DriverServiceName));
}

NTSTATUS NTAPI ZwUnloadDriver(UNICODE_STRING *DriverServiceName)
{
    return ZW_CALL(UnloadDriver, (DriverServiceName));
}
