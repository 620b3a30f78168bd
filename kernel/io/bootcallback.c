/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Boot driver callbacks. An image here has no signature that anybody would have checked: all are
 * told as ones whose code integrity failed and that were let through, with neither certificates nor
 * hash. Routines are called without a lock, by the one thread that boots; IopDatabaseLock guards
 * the list.
 */
#include <string.h>

#include "cm/cm.h"
#include "io/bootcallback.h"
#include "io/iop.h"
#include "ke/zw.h"

#define IOP_TAG_BOOT 0x74426F49u /* 'IoBt' */
#define IOP_POLICY_KEY u"\\Registry\\Machine\\System\\CurrentControlSet\\Policies\\EarlyLaunch"

/* Bits of DriverLoadPolicy: what starts besides what is good. 8 is none of them. */
#define IOP_POLICY_UNKNOWN      1u
#define IOP_POLICY_BAD_CRITICAL 2u
#define IOP_POLICY_BAD          4u
#define IOP_POLICY_DEFAULT      (IOP_POLICY_UNKNOWN | IOP_POLICY_BAD_CRITICAL)

typedef struct IOP_BOOT_CALLBACK {
    LIST_ENTRY Link;
    BOOT_DRIVER_CALLBACK_FUNCTION *Routine;
    void *Context;
} IOP_BOOT_CALLBACK;

static LIST_ENTRY IopBootCallbacks;
static BOOLEAN IopBootCallbacksEnded; /* all boot drivers have been started */

void IopResetBootCallbacks(void)
{
    InitializeListHead(&IopBootCallbacks);
    IopBootCallbacksEnded = FALSE;
}

void IopBeginBootCallbacks(void)
{
    IopBootCallbacksEnded = FALSE;
}

/* The one behind At, NULL: the first. They stay while the thread that boots goes through them. */
static IOP_BOOT_CALLBACK *IopNextBootCallback(const IOP_BOOT_CALLBACK *At)
{
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    LIST_ENTRY *Link = At != NULL ? At->Link.Flink : IopBootCallbacks.Flink;
    KiReleaseLock(&IopDatabaseLock, Old);
    return Link == &IopBootCallbacks ? NULL : CONTAINING_RECORD(Link, IOP_BOOT_CALLBACK, Link);
}

void IoiTellBootCallbacks(BDCB_STATUS_UPDATE_TYPE Type)
{
    BDCB_STATUS_UPDATE_CONTEXT Update = {Type};
    IOP_BOOT_CALLBACK *At = NULL, *Next = IopNextBootCallback(NULL);
    while ((At = Next) != NULL) {
        Next = IopNextBootCallback(At); /* the routine may be taken back in it */
        At->Routine(At->Context, BdCbStatusUpdate, &Update);
    }
    if (Type == BdCbStatusPrepareForUnload)
        IopBootCallbacksEnded = TRUE;
}

static ULONG IopDriverLoadPolicy(void)
{
    static const UNICODE_STRING Name = RTL_STRING(u"DriverLoadPolicy");
    UNICODE_STRING Path = RTL_STRING(IOP_POLICY_KEY);
    KEY_VALUE_PARTIAL_INFORMATION *Value;
    OBJECT_ATTRIBUTES Attributes;
    ULONG Policy = IOP_POLICY_DEFAULT;
    HANDLE Key;
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!NT_SUCCESS(ZwOpenKey(&Key, KEY_READ, &Attributes)))
        return Policy;
    if (NT_SUCCESS(IoiQueryValue(Key, &Name, &Value))) {
        if (Value->Type == REG_DWORD && Value->DataLength == sizeof(Policy))
            memcpy(&Policy, Value->Data, sizeof(Policy));
        ExiFree(Value);
    }
    ZwClose(Key);
    return Policy;
}

static BOOLEAN IopMayStart(BDCB_CLASSIFICATION Classification)
{
    switch (Classification) {
    case BdCbClassificationKnownGoodImage:
        return TRUE;
    case BdCbClassificationKnownBadImage:
        return (IopDriverLoadPolicy() & IOP_POLICY_BAD) != 0;
    case BdCbClassificationKnownBadImageBootCritical:
        return (IopDriverLoadPolicy() & IOP_POLICY_BAD_CRITICAL) != 0;
    default:
        return (IopDriverLoadPolicy() & IOP_POLICY_UNKNOWN) != 0;
    }
}

/* Whom several say different things of, it is the worst of these. */
static BDCB_CLASSIFICATION IopWorse(BDCB_CLASSIFICATION One, BDCB_CLASSIFICATION Other)
{
    static const BDCB_CLASSIFICATION Order[] = {BdCbClassificationKnownBadImage,
        BdCbClassificationKnownBadImageBootCritical, BdCbClassificationKnownGoodImage};
    for (ULONG Index = 0; Index < RTL_NUMBER_OF(Order); Index++) {
        if (One == Order[Index] || Other == Order[Index])
            return Order[Index];
    }
    return BdCbClassificationUnknownImage;
}

static BDCB_CLASSIFICATION IopClassify(const IOP_DRIVER_SERVICE *Service)
{
    BDCB_CLASSIFICATION Result = BdCbClassificationUnknownImage;
    for (IOP_BOOT_CALLBACK *At = NULL; (At = IopNextBootCallback(At)) != NULL;) {
        BDCB_IMAGE_INFORMATION Image = {
            .Classification = BdCbClassificationUnknownImage,
            .ImageFlags = BDCB_IMAGEFLAGS_FAILED_CODE_INTEGRITY,
            .ImageName = Service->ImagePath,
            .RegistryPath = Service->Key,
            .CertificatePublisher = RTL_STRING(u""),
            .CertificateIssuer = RTL_STRING(u""),
        };
        At->Routine(At->Context, BdCbInitializeImage, &Image);
        Result = IopWorse(Result, Image.Classification);
    }
    return Result;
}

NTSTATUS IoiAskBootCallbacks(const UNICODE_STRING *KeyPath)
{
    IOP_DRIVER_SERVICE Service;
    char Name[IOP_SERVICE_NAME_BYTES];
    if (IopBootCallbacksEnded || IopNextBootCallback(NULL) == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = IopReadService(KeyPath, &Service);
    if (NT_SUCCESS(Status) && !IopMayStart(IopClassify(&Service))) {
        RtlpToUtf8(&Service.Name, Name, sizeof(Name));
        KdLog("io", "%s is not initialized: so says an early-launch driver, and DriverLoadPolicy",
            Name);
        Status = STATUS_DRIVER_BLOCKED;
    }
    IopFreeService(&Service);
    return Status;
}

static IOP_BOOT_CALLBACK *IopFindBootCallback(ULONG_PTR Start, SIZE_T SizeBytes)
{
    for (LIST_ENTRY *At = IopBootCallbacks.Flink; At != &IopBootCallbacks; At = At->Flink) {
        IOP_BOOT_CALLBACK *Callback = CONTAINING_RECORD(At, IOP_BOOT_CALLBACK, Link);
        if ((ULONG_PTR)Callback->Routine - Start < SizeBytes)
            return Callback;
    }
    return NULL;
}

BOOLEAN IopTakeBootCallback(ULONG_PTR Start, SIZE_T SizeBytes, ULONG_PTR *Routine)
{
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    IOP_BOOT_CALLBACK *Callback = IopFindBootCallback(Start, SizeBytes);
    if (Callback != NULL)
        RemoveEntryList(&Callback->Link);
    KiReleaseLock(&IopDatabaseLock, Old);
    if (Callback == NULL)
        return FALSE;
    *Routine = (ULONG_PTR)Callback->Routine;
    ExiFree(Callback);
    return TRUE;
}

/* ---- exports ------------------------------------------------------------------------------- */

/*
 * IoRegisterBootDriverCallback - have a routine called for each boot driver that is started from
 * now on: before it is loaded, for what the routine thinks of it; and when the system gets ready
 * for that.
 *
 * CallbackFunction: its Type says what it gets. A driver of the group Early-Launch is started
 *          before all others and unloaded when all boot drivers have been started.
 * IRQL:    PASSIVE_LEVEL
 * Returns: a handle; NULL: no memory. Once all boot drivers have been started, the routine is not
 *          called.
 * Owner:   driver; IoUnregisterBootDriverCallback before it is unloaded.
 * Source:  DOC ntddk/IoRegisterBootDriverCallback; INF which of several opinions counts, the worst,
 *          and that a driver that is not to start is left out without being a failure of the boot;
 *          OBS tests/kernel/io/IoRegisterBootDriverCallback.c, tests/e2e/sc_test.py
 */
void *NTAPI IoRegisterBootDriverCallback(
    BOOT_DRIVER_CALLBACK_FUNCTION *CallbackFunction, void *CallbackContext)
{
    IOP_BOOT_CALLBACK *Callback =
        ExiAllocate(NonPagedPoolNx, sizeof(*Callback), IOP_TAG_BOOT, EX_KERNEL_SITE);
    if (Callback == NULL)
        return NULL;
    Callback->Routine = CallbackFunction;
    Callback->Context = CallbackContext;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    InsertTailList(&IopBootCallbacks, &Callback->Link);
    KiReleaseLock(&IopDatabaseLock, Old);
    return Callback;
}

/* IoUnregisterBootDriverCallback - no longer. IRQL: up to APC_LEVEL. Source: DOC ntddk; OBS. */
void NTAPI IoUnregisterBootDriverCallback(void *CallbackHandle)
{
    IOP_BOOT_CALLBACK *Callback = CallbackHandle;
    KIRQL Old = KiAcquireLock(&IopDatabaseLock);
    RemoveEntryList(&Callback->Link);
    KiReleaseLock(&IopDatabaseLock, Old);
    ExiFree(Callback);
}
