/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * See wide.h. Each argument of a service has a type in the list of services; what is to be done
 * before and after the call follows from it, or, where the list says only "void *", from the
 * service (information by class, in wide_information.c). What the program handed over is read and
 * written as the kernel would: a bad pointer is a status.
 */
#include "widep.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- Memory of the program's ----------------------------------------------------------------- */

NTSTATUS WideRead(void *To, ULONG64 Address, SIZE_T Bytes)
{
    if (Bytes == 0)
        return STATUS_SUCCESS;
    return host_process_read(host_process_id(), To, (const void *)(ULONG_PTR)Address, Bytes) == 0
        ? STATUS_SUCCESS
        : STATUS_ACCESS_VIOLATION;
}

NTSTATUS WideWrite(ULONG64 Address, const void *From, SIZE_T Bytes)
{
    if (Bytes == 0)
        return STATUS_SUCCESS;
    return host_process_write(host_process_id(), (void *)(ULONG_PTR)Address, From, Bytes) == 0
        ? STATUS_SUCCESS
        : STATUS_ACCESS_VIOLATION;
}

void *WideAllocate(WIDE_SERVICE *Service, ULONG Index, SIZE_T Bytes)
{
    void *Block = calloc(1, Bytes);

    Service->Copy[Index].Block = Block;
    return Block;
}

ULONG64 WideHandle(ULONG Handle)
{
    return (ULONG64)(LONG64)(LONG)Handle; /* pseudo handles are negative */
}

/* ---- Before and after, by type --------------------------------------------------------------- */

static NTSTATUS WidenHandle(WIDE_SERVICE *Service, ULONG Index)
{
    Service->Slot[Index] = WideHandle((ULONG)Service->Slot[Index]);
    return STATUS_SUCCESS;
}

/* A place for a handle or pointer; it must be readable and writable before there is something to
 * put there. */
static NTSTATUS WidePlaceForPointer(WIDE_SERVICE *Service, ULONG Index)
{
    WIDE_COPY *Copy = &Service->Copy[Index];
    ULONG Value;
    NTSTATUS Status = WideRead(&Value, Service->Slot[Index], sizeof(Value));

    if (NT_SUCCESS(Status))
        Status = WideWrite(Service->Slot[Index], &Value, sizeof(Value));
    Copy->Pointer = Copy->Before = Value;
    Service->Slot[Index] = (ULONG_PTR)&Copy->Pointer;
    return Status;
}

static NTSTATUS WideReturnPointer(const WIDE_SERVICE *Service, ULONG Index)
{
    const WIDE_COPY *Copy = &Service->Copy[Index];
    const ULONG Value = (ULONG)Copy->Pointer;

    return Copy->Pointer == Copy->Before ? STATUS_SUCCESS
                                         : WideWrite(Service->Given[Index], &Value, sizeof(Value));
}

NTSTATUS WidenString(ULONG64 Address, WIDE_STRING *Wide)
{
    UNICODE_STRING Given;
    NTSTATUS Status = WideRead(&Given, Address, sizeof(Given));

    if (NT_SUCCESS(Status))
        *Wide = (WIDE_STRING){Given.Length, Given.MaximumLength, 0, (ULONG_PTR)Given.Buffer};
    return Status;
}

static NTSTATUS WideString(WIDE_SERVICE *Service, ULONG Index)
{
    WIDE_COPY *Copy = &Service->Copy[Index];
    NTSTATUS Status = WidenString(Service->Slot[Index], &Copy->String);

    Copy->Before = Copy->String.Length;
    Service->Slot[Index] = (ULONG_PTR)&Copy->String;
    return Status;
}

/* A string that is an answer. */
static NTSTATUS WideReturnString(const WIDE_SERVICE *Service, ULONG Index)
{
    const WIDE_COPY *Copy = &Service->Copy[Index];

    if (Copy->String.Length == Copy->Before)
        return STATUS_SUCCESS;
    return WideWrite(Service->Given[Index], &Copy->String.Length, sizeof(Copy->String.Length));
}

/* Behind an absolute descriptor's head are pointers; a relative one can be read as it is. */
static NTSTATUS WidenDescriptor(ULONG64 Address, WIDE_DESCRIPTOR *Wide, ULONG64 *Result)
{
    SECURITY_DESCRIPTOR Given;
    NTSTATUS Status = WideRead(&Given, Address, sizeof(Given));

    *Result = Address;
    if (!NT_SUCCESS(Status) || (Given.Control & SE_SELF_RELATIVE))
        return Status;
    *Wide = (WIDE_DESCRIPTOR){.Revision = Given.Revision,
        .Sbz1 = Given.Sbz1,
        .Control = Given.Control,
        .Owner = (ULONG_PTR)Given.Owner,
        .Group = (ULONG_PTR)Given.Group,
        .Sacl = (ULONG_PTR)Given.Sacl,
        .Dacl = (ULONG_PTR)Given.Dacl};
    *Result = (ULONG_PTR)Wide;
    return Status;
}

static NTSTATUS WideObject(WIDE_SERVICE *Service, ULONG Index)
{
    WIDE_COPY *Copy = &Service->Copy[Index];
    OBJECT_ATTRIBUTES Given;
    NTSTATUS Status = WideRead(&Given, Service->Slot[Index], sizeof(Given));

    if (!NT_SUCCESS(Status))
        return Status;
    Copy->Object = (WIDE_OBJECT_ATTRIBUTES){
        /* One that is wrong stays so. */
        .Length = Given.Length == sizeof(Given) ? (ULONG)sizeof(Copy->Object) : 0,
        .RootDirectory = WideHandle((ULONG)(ULONG_PTR)Given.RootDirectory),
        .Attributes = Given.Attributes,
        .SecurityQualityOfService = (ULONG_PTR)Given.SecurityQualityOfService};
    if (Given.ObjectName != NULL) {
        Status = WidenString((ULONG_PTR)Given.ObjectName, &Copy->Name);
        Copy->Object.ObjectName = (ULONG_PTR)&Copy->Name;
    }
    if (NT_SUCCESS(Status) && Given.SecurityDescriptor != NULL)
        Status = WidenDescriptor((ULONG_PTR)Given.SecurityDescriptor, &Copy->Descriptor,
            &Copy->Object.SecurityDescriptor);
    Service->Slot[Index] = (ULONG_PTR)&Copy->Object;
    return Status;
}

static NTSTATUS WideClientId(WIDE_SERVICE *Service, ULONG Index)
{
    WIDE_COPY *Copy = &Service->Copy[Index];
    CLIENT_ID Given;
    NTSTATUS Status = WideRead(&Given, Service->Slot[Index], sizeof(Given));

    Copy->ClientId = (WIDE_CLIENT_ID){
        (ULONG_PTR)Given.UniqueProcess, (ULONG_PTR)Given.UniqueThread};
    Service->Slot[Index] = (ULONG_PTR)&Copy->ClientId;
    return Status;
}

/* ---- The table ------------------------------------------------------------------------------- */

/* After NULL: nothing comes back. */
static const WIDE_KIND WideKinds[] = {
    {"HANDLE", WidenHandle, NULL},
    {"HANDLE *", WidePlaceForPointer, WideReturnPointer},
    {"void **", WidePlaceForPointer, WideReturnPointer},
    {"UNICODE_STRING *", WideString, WideReturnString},
    {"OBJECT_ATTRIBUTES *", WideObject, NULL},
    {"CLIENT_ID *", WideClientId, NULL},
    {"FILE_IO_COMPLETION_INFORMATION *", WidePackets, WideReturnPackets},
    {"KEY_VALUE_ENTRY *", WideValueEntries, WideReturnValueEntries},
};

/* The same for both, or, as a number, widened with zeroes; "void *" where WideExceptions has no row
 * for the service. */
static const char *const WidePlain[] = {"ACCESS_MASK", "BOOLEAN", "BOOLEAN *", "EVENT_TYPE",
    "FILE_BASIC_INFORMATION *", "FILE_INFORMATION_CLASS", "FILE_NETWORK_OPEN_INFORMATION *",
    "FS_INFORMATION_CLASS", "IO_APC", "IO_STATUS_BLOCK *", "KEY_INFORMATION_CLASS",
    "KEY_SET_INFORMATION_CLASS", "KEY_VALUE_INFORMATION_CLASS", "LARGE_INTEGER *", "LONG", "LONG *",
    "NTSTATUS", "PIO_APC_ROUTINE", "PROCESSINFOCLASS", "PKNORMAL_ROUTINE", "PROCESSINFOCLASS",
    "PSECURITY_DESCRIPTOR", "PTIMER_APC_ROUTINE", "SCM_CONFIG *", "SCM_STATUS *",
    "SECURITY_INFORMATION", "THREADINFOCLASS", "TIMER_TYPE", "TOKEN_INFORMATION_CLASS", "ULONG",
    "ULONG *", "ULONG_PTR", "WAIT_TYPE", "void *"};

static const WIDE_KIND WideNothing;

/* Of arguments whose type does not tell. */
static const struct {
    ULONG Number, Index;
    WIDE_KIND Kind;
} WideExceptions[] = {
    {SYS_NUMBER_WaitForMultipleObjects, 1, {NULL, WideHandles, NULL}},
    {SYS_NUMBER_SetInformationFile, 2, {NULL, WideFileInformation, NULL}},
    {SYS_NUMBER_QueryDirectoryObject, 1, {NULL, WideDirectory, WideReturnDirectory}},
    {SYS_NUMBER_QueryInformationThread, 2, {NULL, WideQuery, WideReturnQuery}},
    {SYS_NUMBER_QueryInformationProcess, 2, {NULL, WideQuery, WideReturnQuery}},
    {SYS_NUMBER_QueryInformationToken, 2, {NULL, WideQuery, WideReturnQuery}},
};

static const WIDE_KIND *WideKindOf[SYS_NUMBER_COUNT][SYS_MOST_ARGUMENTS]; /* NULL: unknown */
static pthread_once_t WideOnce = PTHREAD_ONCE_INIT;

static const WIDE_KIND *WideFind(const char *Type, SIZE_T Length)
{
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(WideKinds); i++) {
        if (strlen(WideKinds[i].Type) == Length && memcmp(WideKinds[i].Type, Type, Length) == 0)
            return &WideKinds[i];
    }
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(WidePlain); i++) {
        if (strlen(WidePlain[i]) == Length && memcmp(WidePlain[i], Type, Length) == 0)
            return &WideNothing;
    }
    return NULL;
}

static void WidePrepare(void)
{
    for (ULONG Number = 0; Number < SYS_NUMBER_COUNT; Number++) {
        const char *Type = SysDispatchTable[Number].Types + 1; /* behind the parenthesis */
        for (ULONG Index = 0; Index < SysDispatchTable[Number].Count; Index++) {
            SIZE_T Length = strcspn(Type, ",)");
            WideKindOf[Number][Index] = WideFind(Type, Length);
            Type += Length + strspn(Type + Length, ", ");
        }
    }
    for (SIZE_T i = 0; i < RTL_NUMBER_OF(WideExceptions); i++)
        WideKindOf[WideExceptions[i].Number][WideExceptions[i].Index] = &WideExceptions[i].Kind;
}

const char *WideUnknownService(void)
{
    pthread_once(&WideOnce, WidePrepare);
    for (ULONG Number = 0; Number < SYS_NUMBER_COUNT; Number++) {
        for (ULONG Index = 0; Index < SysDispatchTable[Number].Count; Index++) {
            if (WideKindOf[Number][Index] == NULL)
                return SysDispatchTable[Number].Name;
        }
    }
    return NULL;
}

/* ---- Calls ----------------------------------------------------------------------------------- */

static NTSTATUS WideBefore(WIDE_SERVICE *Service)
{
    NTSTATUS Status = STATUS_SUCCESS;

    for (ULONG Index = 0; NT_SUCCESS(Status) && Index < Service->Count; Index++) {
        const WIDE_KIND *Kind = WideKindOf[Service->Number][Index];
        if (Kind == NULL)
            return STATUS_NOT_IMPLEMENTED;
        if (Kind->Before != NULL && (Kind->Type == NULL || Service->Given[Index] != 0))
            Status = Kind->Before(Service, Index);
    }
    return Status;
}

/* The first failure to write what came back is the service's. */
static NTSTATUS WideAfter(const WIDE_SERVICE *Service)
{
    NTSTATUS Status = Service->Status;

    for (ULONG Index = 0; Index < Service->Count; Index++) {
        const WIDE_KIND *Kind = WideKindOf[Service->Number][Index];
        if (Kind->After == NULL || (Kind->Type != NULL && Service->Given[Index] == 0))
            continue;
        NTSTATUS Returned = Kind->After(Service, Index);
        if (!NT_SUCCESS(Returned) && NT_SUCCESS(Status))
            Status = Returned;
    }
    return Status;
}

NTSTATUS WideService(WIDE_CALL Call, ULONG Number, const ULONG64 *Slot, ULONG Count)
{
    WIDE_SERVICE Service = {.Number = Number, .Count = Count, .Given = Slot};

    pthread_once(&WideOnce, WidePrepare);
    memcpy(Service.Slot, Slot, Count * sizeof(*Slot));
    for (ULONG Index = 0; Index < Count; Index++)
        Service.Copy[Index].Block = NULL;
    NTSTATUS Status = WideBefore(&Service);
    if (NT_SUCCESS(Status)) {
        Service.Status = Call(Number, Service.Slot, Count);
        Status = WideAfter(&Service);
    }
    for (ULONG Index = 0; Index < Count; Index++)
        free(Service.Copy[Index].Block);
    return Status;
}
