/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Drivers' registry callbacks. They are called around a service's work, highest altitude first, on
 * the way back in reverse, without any lock: what they do in turn comes by here again. Who was
 * called before an operation is called after it, also when one that came later ended the operation.
 *
 * CmpCallbackLock, a spin lock, guards the list and the counts of calls under way.
 */
#include "cm/cmp.h"

typedef struct CMP_CALLBACK {
    LIST_ENTRY Link;
    PEX_CALLBACK_FUNCTION Function;
    void *Context;
    LARGE_INTEGER Cookie;
    ULONG Running;  /* operations that will still call it */
    BOOLEAN Gone;
    KEVENT Idle;    /* Gone, and nothing is running */
    UNICODE_STRING Altitude; /* empty: registered without; below all others */
    WCHAR Text[];
} CMP_CALLBACK;

typedef struct CMP_SEEN {
    CMP_CALLBACK *Callback;
    void *CallContext;
} CMP_SEEN;

_Atomic ULONG CmpCallbackCount;
static KSPIN_LOCK CmpCallbackLock;
static LIST_ENTRY CmpCallbackList;
static LONGLONG CmpNextCookie;

void CmpResetCallbacks(void)
{
    CmpCallbackLock = 0;
    CmpCallbackCount = 0;
    CmpNextCookie = 1;
    InitializeListHead(&CmpCallbackList);
    CmpResetContexts();
}

/* ---- calling --------------------------------------------------------------------------------- */

/* Where an operation's information has CallContext; ObjectContext follows it in all of them. */
static void **CmpCallContext(REG_NOTIFY_CLASS Pre, void *Information)
{
    ULONG Offset;
    switch (Pre) {
    case RegNtPreSetValueKey:
        Offset = FIELD_OFFSET(REG_SET_VALUE_KEY_INFORMATION, CallContext);
        break;
    case RegNtPreDeleteValueKey:
        Offset = FIELD_OFFSET(REG_DELETE_VALUE_KEY_INFORMATION, CallContext);
        break;
    case RegNtPreSetInformationKey:
        Offset = FIELD_OFFSET(REG_SET_INFORMATION_KEY_INFORMATION, CallContext);
        break;
    case RegNtPreRenameKey: Offset = FIELD_OFFSET(REG_RENAME_KEY_INFORMATION, CallContext); break;
    case RegNtPreEnumerateKey:
        Offset = FIELD_OFFSET(REG_ENUMERATE_KEY_INFORMATION, CallContext);
        break;
    case RegNtPreEnumerateValueKey:
        Offset = FIELD_OFFSET(REG_ENUMERATE_VALUE_KEY_INFORMATION, CallContext);
        break;
    case RegNtPreQueryKey: Offset = FIELD_OFFSET(REG_QUERY_KEY_INFORMATION, CallContext); break;
    case RegNtPreQueryValueKey:
        Offset = FIELD_OFFSET(REG_QUERY_VALUE_KEY_INFORMATION, CallContext);
        break;
    case RegNtPreCreateKeyEx:
    case RegNtPreOpenKeyEx: Offset = FIELD_OFFSET(REG_CREATE_KEY_INFORMATION, CallContext); break;
    case RegNtPreKeyHandleClose:
        Offset = FIELD_OFFSET(REG_KEY_HANDLE_CLOSE_INFORMATION, CallContext);
        break;
    case RegNtPreQueryMultipleValueKey:
        Offset = FIELD_OFFSET(REG_QUERY_MULTIPLE_VALUE_KEY_INFORMATION, CallContext);
        break;
    case RegNtPreLoadKey: Offset = FIELD_OFFSET(REG_LOAD_KEY_INFORMATION, CallContext); break;
    case RegNtPreUnLoadKey: Offset = FIELD_OFFSET(REG_UNLOAD_KEY_INFORMATION, CallContext); break;
    case RegNtPreSaveKey: Offset = FIELD_OFFSET(REG_SAVE_KEY_INFORMATION, CallContext); break;
    case RegNtPreRestoreKey: Offset = FIELD_OFFSET(REG_RESTORE_KEY_INFORMATION, CallContext); break;
    case RegNtPreReplaceKey: Offset = FIELD_OFFSET(REG_REPLACE_KEY_INFORMATION, CallContext); break;
    case RegNtPreQueryKeySecurity:
        Offset = FIELD_OFFSET(REG_QUERY_KEY_SECURITY_INFORMATION, CallContext);
        break;
    case RegNtPreSetKeySecurity:
        Offset = FIELD_OFFSET(REG_SET_KEY_SECURITY_INFORMATION, CallContext);
        break;
    case RegNtPreQueryKeyName: Offset = FIELD_OFFSET(REG_QUERY_KEY_NAME, CallContext); break;
    default: Offset = FIELD_OFFSET(REG_DELETE_KEY_INFORMATION, CallContext); break;
    }
    return (void **)(void *)((UCHAR *)Information + Offset);
}

void CmpReleaseCallback(CMP_CALLBACK *Callback)
{
    KIRQL Old = KiAcquireLock(&CmpCallbackLock);
    if (--Callback->Running == 0 && Callback->Gone)
        KeSetEvent(&Callback->Idle, IO_NO_INCREMENT, FALSE);
    KiReleaseLock(&CmpCallbackLock, Old);
}

/* Who is to be called, in order; each is held. *Seen NULL with success: nobody any more. */
static NTSTATUS CmpListCallbacks(CMP_SEEN **Seen, ULONG *Count)
{
    ULONG Room = CmpCallbackCount + 4;
    *Seen = ExiAllocate(NonPagedPoolNx, Room * sizeof(CMP_SEEN), CMP_TAG_CALLBACK, EX_KERNEL_SITE);
    *Count = 0;
    if (*Seen == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KIRQL Old = KiAcquireLock(&CmpCallbackLock);
    for (LIST_ENTRY *Entry = CmpCallbackList.Flink; Entry != &CmpCallbackList && *Count < Room;
         Entry = Entry->Flink) {
        CMP_CALLBACK *Callback = CONTAINING_RECORD(Entry, CMP_CALLBACK, Link);
        Callback->Running++;
        (*Seen)[(*Count)++] = (CMP_SEEN){Callback, NULL};
    }
    KiReleaseLock(&CmpCallbackLock, Old);
    return STATUS_SUCCESS;
}

NTSTATUS CmpCallOne(const CMP_CALLBACK *Callback, REG_NOTIFY_CLASS Class, void *Information)
{
    return Callback->Function(Callback->Context, (void *)(ULONG_PTR)Class, Information);
}

NTSTATUS CmpBeforeSlow(CMP_OPERATION *Operation)
{
    void **Context = CmpCallContext(Operation->Pre, Operation->Information);
    ULONG Count;
    if (CmpIsUntold(Operation->Object))
        return STATUS_SUCCESS;
    NTSTATUS Status = CmpListCallbacks(&Operation->Seen, &Count);
    if (!NT_SUCCESS(Status))
        return Status;
    for (ULONG Index = 0; Index < Count; Index++) {
        CMP_SEEN *Seen = &Operation->Seen[Index];
        if (Status != STATUS_SUCCESS) {
            CmpReleaseCallback(Seen->Callback);
            continue;
        }
        Context[0] = NULL;
        Context[1] = CmpContextOf(Operation->Object, Seen->Callback->Cookie.QuadPart);
        Status = CmpCallOne(Seen->Callback, Operation->Pre, Operation->Information);
        Seen->CallContext = Context[0];
        if (Status == STATUS_CALLBACK_BYPASS)
            Operation->Bypassed = TRUE;
        else if (NT_SUCCESS(Status))
            Status = STATUS_SUCCESS;
        if (Status == STATUS_SUCCESS)
            Operation->SeenCount++;
        else
            CmpReleaseCallback(Seen->Callback);
    }
    return Status;
}

NTSTATUS CmpAfterSlow(CMP_OPERATION *Operation, void *Object, NTSTATUS Status)
{
    if (Operation->Bypassed && Status == STATUS_CALLBACK_BYPASS)
        Status = STATUS_SUCCESS;
    while (Operation->SeenCount != 0) {
        CMP_SEEN *Seen = &Operation->Seen[--Operation->SeenCount];
        REG_POST_OPERATION_INFORMATION Post = {
            .Object = Object,
            .Status = Status,
            .PreInformation = Operation->Information,
            .ReturnStatus = Status,
            .CallContext = Seen->CallContext,
            .ObjectContext = CmpContextOf(Object, Seen->Callback->Cookie.QuadPart),
        };
        if (CmpCallOne(Seen->Callback, Operation->Post, &Post) == STATUS_CALLBACK_BYPASS)
            Status = Post.ReturnStatus;
        CmpReleaseCallback(Seen->Callback);
    }
    if (Operation->Seen != NULL)
        ExiFree(Operation->Seen);
    Operation->Seen = NULL;
    return Status;
}

void CmpReportClose(CMP_KEY *Key)
{
    REG_KEY_HANDLE_CLOSE_INFORMATION Information = {.Object = Key};
    CMP_OPERATION Operation = {
        RegNtPreKeyHandleClose, RegNtPostKeyHandleClose, Key, &Information, NULL, 0, FALSE};
    CmpBefore(&Operation);
    CmpAfter(&Operation, Key, STATUS_SUCCESS); /* a close cannot be prevented */
    CmpEndContexts(Key);
}

NTSTATUS CmiNotified(REG_NOTIFY_CLASS Pre, REG_NOTIFY_CLASS Post, void *Key, void *Information,
    NTSTATUS (*Work)(void *Context), void *Context)
{
    CMP_OPERATION Operation = {Pre, Post, Key, Information, NULL, 0, FALSE};
    NTSTATUS Status = CmpBefore(&Operation);
    if (Status == STATUS_SUCCESS)
        Status = Work(Context);
    return CmpAfter(&Operation, Key, Status);
}

typedef struct CMP_AROUND {
    void *Key;
    OB_CALL *Call;
} CMP_AROUND;

static NTSTATUS CmpDoCall(void *Context)
{
    CMP_AROUND *Around = Context;
    return Around->Call->Work(Around->Key, Around->Call);
}

NTSTATUS CmpAroundKey(void *Key, OB_CALL *Call)
{
    CMP_AROUND Around = {Key, Call};
    REG_QUERY_KEY_SECURITY_INFORMATION Query = {
        Key, &Call->Security, Call->Buffer, &Call->Length, NULL, NULL, NULL};
    REG_SET_KEY_SECURITY_INFORMATION Set = {Key, &Call->Security, Call->Buffer, NULL, NULL, NULL};
    REG_QUERY_KEY_NAME Name = {Key, Call->Buffer, Call->Length, &Call->Length, NULL, NULL, NULL};
    switch (Call->Kind) {
    case OB_QUERY_SECURITY:
        return CmiNotified(
            RegNtPreQueryKeySecurity, RegNtPostQueryKeySecurity, Key, &Query, CmpDoCall, &Around);
    case OB_SET_SECURITY:
        return CmiNotified(
            RegNtPreSetKeySecurity, RegNtPostSetKeySecurity, Key, &Set, CmpDoCall, &Around);
    default:
        return CmiNotified(
            RegNtPreQueryKeyName, RegNtPostQueryKeyName, Key, &Name, CmpDoCall, &Around);
    }
}

/* ---- registering ----------------------------------------------------------------------------- */

static BOOLEAN CmpIsAltitude(const UNICODE_STRING *Altitude)
{
    ULONG Points = 0;
    for (ULONG Index = 0; Index < Altitude->Length / sizeof(WCHAR); Index++) {
        WCHAR Character = Altitude->Buffer[Index];
        Points += Character == '.';
        if ((Character < '0' || Character > '9') && Character != '.')
            return FALSE;
    }
    return Altitude->Length != 0 && Points <= 1;
}

static WCHAR CmpDigitAt(const UNICODE_STRING *Number, ULONG Index)
{
    return Index < Number->Length / sizeof(WCHAR) ? Number->Buffer[Index] : 0;
}

/* Decimal numbers of any length, "385100" or "370030.5". */
static LONG CmpCompareAltitudes(const UNICODE_STRING *First, const UNICODE_STRING *Second)
{
    ULONG A = 0, B = 0, EndA, EndB;
    while (CmpDigitAt(First, A) == '0')
        A++;
    while (CmpDigitAt(Second, B) == '0')
        B++;
    for (EndA = A; CmpDigitAt(First, EndA) > '.'; EndA++)
        ;
    for (EndB = B; CmpDigitAt(Second, EndB) > '.'; EndB++)
        ;
    if (EndA - A != EndB - B)
        return (LONG)(EndA - A) - (LONG)(EndB - B);
    for (;; A++, B++) {
        WCHAR DigitA = CmpDigitAt(First, A), DigitB = CmpDigitAt(Second, B);
        if (DigitA != DigitB)
            return (DigitA > '.' ? DigitA : '0') - (DigitB > '.' ? DigitB : '0');
        if (DigitA == 0)
            return 0;
    }
}

/* FALSE: another one has this altitude. */
static BOOLEAN CmpInsertCallbackLocked(CMP_CALLBACK *New)
{
    LIST_ENTRY *Entry = CmpCallbackList.Flink;
    for (; Entry != &CmpCallbackList && New->Altitude.Length != 0; Entry = Entry->Flink) {
        const CMP_CALLBACK *Callback = CONTAINING_RECORD(Entry, CMP_CALLBACK, Link);
        LONG Order = Callback->Altitude.Length == 0
            ? 1
            : CmpCompareAltitudes(&New->Altitude, &Callback->Altitude);
        if (Order == 0)
            return FALSE;
        if (Order > 0)
            break;
    }
    if (New->Altitude.Length == 0)
        Entry = &CmpCallbackList;
    New->Cookie.QuadPart = CmpNextCookie++;
    InsertTailList(Entry, &New->Link);
    CmpCallbackCount++;
    return TRUE;
}

static NTSTATUS CmpRegister(PEX_CALLBACK_FUNCTION Function, const UNICODE_STRING *Altitude,
    void *Context, LARGE_INTEGER *Cookie, ULONG_PTR Site)
{
    CMP_CALLBACK *New = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*New) + Altitude->Length, CMP_TAG_CALLBACK, Site);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Function = Function;
    New->Context = Context;
    KeInitializeEvent(&New->Idle, NotificationEvent, FALSE);
    New->Altitude = (UNICODE_STRING){Altitude->Length, Altitude->Length, New->Text};
    if (Altitude->Length != 0)
        __builtin_memcpy(New->Text, Altitude->Buffer, Altitude->Length);
    KIRQL Old = KiAcquireLock(&CmpCallbackLock);
    BOOLEAN Inserted = CmpInsertCallbackLocked(New);
    KiReleaseLock(&CmpCallbackLock, Old);
    if (!Inserted) {
        ExiFree(New);
        return STATUS_FLT_INSTANCE_ALTITUDE_COLLISION;
    }
    *Cookie = New->Cookie;
    return STATUS_SUCCESS;
}

/*
 * CmRegisterCallback - has a routine called before and after operations on the registry, below all
 * that were registered with an altitude.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Owner:   caller; CmUnRegisterCallback(*Cookie) before the driver goes.
 * Source:  DOC wdm/CmRegisterCallback; its place in the order INF
 */
NTSTATUS NTAPI CmRegisterCallback(
    PEX_CALLBACK_FUNCTION Function, void *Context, LARGE_INTEGER *Cookie)
{
    static const UNICODE_STRING None = {0};
    return CmpRegister(Function, &None, Context, Cookie, EX_CALLER);
}

/*
 * CmRegisterCallbackEx - has a routine called before and after operations on the registry.
 *
 * Altitude: a decimal number; higher ones are called first before, last after. Driver, Reserved: no
 * effect. The routine is told of creating, opening, closing, deleting, renaming, querying,
 * enumerating and flushing keys, of setting their information, of setting, deleting, querying and
 * enumerating values, of hives saved, restored, replaced, loaded and unloaded (not of what these do
 * with keys and values), and of keys' descriptors and names. CallContext is handed on to the second
 * call, ObjectContext is CmSetCallbackObjectContext's. Reading and changing of descriptors counts
 * through handles and ObSetSecurityObjectByPointer.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; FLT_INSTANCE_ALTITUDE_COLLISION: the altitude is taken; INVALID_PARAMETER: it
 *          is no number; INSUFFICIENT_RESOURCES.
 * Owner:   caller; CmUnRegisterCallback(*Cookie) before the driver goes.
 * Source:  DOC wdm/CmRegisterCallbackEx, EX_CALLBACK_FUNCTION; a bad altitude's status INF
 */
NTSTATUS NTAPI CmRegisterCallbackEx(PEX_CALLBACK_FUNCTION Function, const UNICODE_STRING *Altitude,
    void *Driver, void *Context, LARGE_INTEGER *Cookie, void *Reserved)
{
    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Reserved);
    if (!CmpIsAltitude(Altitude))
        return STATUS_INVALID_PARAMETER;
    return CmpRegister(Function, Altitude, Context, Cookie, EX_CALLER);
}

/* The registration of that number, NULL: none. */
static CMP_CALLBACK *CmpFindCookieLocked(LARGE_INTEGER Cookie)
{
    for (LIST_ENTRY *Entry = CmpCallbackList.Flink; Entry != &CmpCallbackList;
         Entry = Entry->Flink) {
        CMP_CALLBACK *Callback = CONTAINING_RECORD(Entry, CMP_CALLBACK, Link);
        if (Callback->Cookie.QuadPart == Cookie.QuadPart)
            return Callback;
    }
    return NULL;
}

BOOLEAN CmpIsCookie(LARGE_INTEGER Cookie)
{
    KIRQL Old = KiAcquireLock(&CmpCallbackLock);
    BOOLEAN Found = CmpFindCookieLocked(Cookie) != NULL;
    KiReleaseLock(&CmpCallbackLock, Old);
    return Found;
}

CMP_CALLBACK *CmpHoldCallback(LONGLONG Cookie)
{
    KIRQL Old = KiAcquireLock(&CmpCallbackLock);
    CMP_CALLBACK *Found = CmpFindCookieLocked((LARGE_INTEGER){.QuadPart = Cookie});
    if (Found != NULL)
        Found->Running++;
    KiReleaseLock(&CmpCallbackLock, Old);
    return Found;
}

/*
 * CmUnRegisterCallback - ends a registration; the routine is not running and not called any more
 * when this returns. What it keeps with keys it is told to clean up first.
 *
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: no such registration.
 * Source:  DOC wdm/CmUnRegisterCallback
 */
NTSTATUS NTAPI CmUnRegisterCallback(LARGE_INTEGER Cookie)
{
    BOOLEAN Wait = FALSE;
    KIRQL Old = KiAcquireLock(&CmpCallbackLock);
    CMP_CALLBACK *Found = CmpFindCookieLocked(Cookie);
    if (Found != NULL) {
        RemoveEntryList(&Found->Link);
        CmpCallbackCount--;
        Found->Gone = TRUE;
        Wait = Found->Running != 0;
    }
    KiReleaseLock(&CmpCallbackLock, Old);
    if (Found == NULL)
        return STATUS_INVALID_PARAMETER;
    if (Wait)
        KeWaitForSingleObject(&Found->Idle, Executive, KernelMode, FALSE, NULL);
    CmpDropContexts(Found, Cookie.QuadPart);
    ExiFree(Found);
    return STATUS_SUCCESS;
}

/*
 * CmGetCallbackVersion - of the structures that callbacks are given.
 * Major, Minor: each optional. IRQL: up to APC_LEVEL. Source: DOC wdm/CmGetCallbackVersion; INF the
 * numbers; OBS tests/kernel/cm.
 */
void NTAPI CmGetCallbackVersion(ULONG *Major, ULONG *Minor)
{
    if (Major != NULL)
        *Major = 1;
    if (Minor != NULL)
        *Minor = 0;
}

/*
 * CmGetBoundTransaction - the transaction a key belongs to. There are no transactions.
 * IRQL: up to APC_LEVEL. Returns: NULL: none. Source: DOC wdm/CmGetBoundTransaction; OBS
 * tests/kernel/cm/CmRegisterCallback.c
 */
void *NTAPI CmGetBoundTransaction(LARGE_INTEGER *Cookie, void *Object)
{
    (void)Cookie, (void)Object;
    return NULL;
}
