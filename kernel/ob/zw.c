/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The Zw forms of ob's services, but for those that create something, which stand beside their Nt
 * forms. Each is documented where its Nt form is; the difference is the previous mode: pointers may
 * be to kernel memory, access is not checked, kernel handles are accepted.
 */
#include "ke/zw.h"
#include "ob/obp.h"

_Thread_local KE_ZW_CALL KeZwCall __attribute__((tls_model("initial-exec")));

NTSTATUS NTAPI ZwClose(HANDLE Handle)
{
    return ZW_CALL(Close, (Handle));
}

NTSTATUS NTAPI ZwDuplicateObject(HANDLE SourceProcessHandle, HANDLE SourceHandle,
    HANDLE TargetProcessHandle, HANDLE *TargetHandle, ACCESS_MASK DesiredAccess,
    ULONG HandleAttributes, ULONG Options)
{
    return ZW_CALL(DuplicateObject,
        (SourceProcessHandle, SourceHandle, TargetProcessHandle, TargetHandle, DesiredAccess,
            HandleAttributes, Options));
}

NTSTATUS NTAPI ZwMakeTemporaryObject(HANDLE Handle)
{
    return ZW_CALL(MakeTemporaryObject, (Handle));
}

NTSTATUS NTAPI ZwQueryObject(HANDLE Handle, OBJECT_INFORMATION_CLASS Class, void *Information,
    ULONG Length, ULONG *ReturnLength)
{
    return ZW_CALL(QueryObject, (Handle, Class, Information, Length, ReturnLength));
}

NTSTATUS NTAPI ZwSetInformationObject(
    HANDLE Handle, OBJECT_INFORMATION_CLASS Class, void *Information, ULONG Length)
{
    return ZW_CALL(SetInformationObject, (Handle, Class, Information, Length));
}

NTSTATUS NTAPI ZwOpenDirectoryObject(
    HANDLE *DirectoryHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ZW_CALL(OpenDirectoryObject, (DirectoryHandle, DesiredAccess, ObjectAttributes));
}

NTSTATUS NTAPI ZwQueryDirectoryObject(HANDLE DirectoryHandle, void *Buffer, ULONG Length,
    BOOLEAN SingleEntry, BOOLEAN RestartScan, ULONG *Context, ULONG *ReturnLength)
{
    return ZW_CALL(QueryDirectoryObject,
        (DirectoryHandle, Buffer, Length, SingleEntry, RestartScan, Context, ReturnLength));
}

NTSTATUS NTAPI ZwOpenSymbolicLinkObject(
    HANDLE *LinkHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ZW_CALL(OpenSymbolicLinkObject, (LinkHandle, DesiredAccess, ObjectAttributes));
}

NTSTATUS NTAPI ZwQuerySymbolicLinkObject(
    HANDLE LinkHandle, UNICODE_STRING *LinkTarget, ULONG *ReturnedLength)
{
    return ZW_CALL(QuerySymbolicLinkObject, (LinkHandle, LinkTarget, ReturnedLength));
}

NTSTATUS NTAPI ZwWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    return ZW_CALL(WaitForSingleObject, (Handle, Alertable, Timeout));
}

NTSTATUS NTAPI ZwWaitForMultipleObjects(
    ULONG Count, HANDLE *Handles, WAIT_TYPE WaitType, BOOLEAN Alertable, LARGE_INTEGER *Timeout)
{
    return ZW_CALL(WaitForMultipleObjects, (Count, Handles, WaitType, Alertable, Timeout));
}

NTSTATUS NTAPI ZwOpenEvent(
    HANDLE *EventHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ZW_CALL(OpenEvent, (EventHandle, DesiredAccess, ObjectAttributes));
}

NTSTATUS NTAPI ZwSetEvent(HANDLE EventHandle, LONG *PreviousState)
{
    return ZW_CALL(SetEvent, (EventHandle, PreviousState));
}

NTSTATUS NTAPI ZwResetEvent(HANDLE EventHandle, LONG *PreviousState)
{
    return ZW_CALL(ResetEvent, (EventHandle, PreviousState));
}

NTSTATUS NTAPI ZwPulseEvent(HANDLE EventHandle, LONG *PreviousState)
{
    return ZW_CALL(PulseEvent, (EventHandle, PreviousState));
}

NTSTATUS NTAPI ZwClearEvent(HANDLE EventHandle)
{
    return ZW_CALL(ClearEvent, (EventHandle));
}
