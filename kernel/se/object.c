/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Descriptors of objects, read and changed through handles and by pointer. */
#include "ke/zw.h"
#include "se/sep.h"

static ACCESS_MASK SepAccessToRead(SECURITY_INFORMATION Information)
{
    ACCESS_MASK Access = 0;
    if (Information &
        (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION |
            LABEL_SECURITY_INFORMATION))
        Access |= READ_CONTROL;
    if (Information & SACL_SECURITY_INFORMATION)
        Access |= ACCESS_SYSTEM_SECURITY;
    return Access;
}

static ACCESS_MASK SepAccessToChange(SECURITY_INFORMATION Information)
{
    ACCESS_MASK Access = 0;
    if (Information &
        (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION))
        Access |= WRITE_OWNER;
    if (Information & DACL_SECURITY_INFORMATION)
        Access |= WRITE_DAC;
    if (Information & SACL_SECURITY_INFORMATION)
        Access |= ACCESS_SYSTEM_SECURITY;
    return Access;
}

static NTSTATUS SepReference(HANDLE Handle, ACCESS_MASK Needed, KPROCESSOR_MODE Mode, void **Object)
{
    return ObReferenceObjectByHandle(Handle, Needed, NULL, Mode, Object, NULL);
}

/* *Answer: pool, *Bytes of it; made even when the caller's buffer is too small, to know its
 * size. */
static NTSTATUS SepQueryObject(
    void *Object, SECURITY_INFORMATION Information, SECURITY_DESCRIPTOR **Answer, ULONG *Bytes)
{
    SECURITY_DESCRIPTOR *Current;
    NTSTATUS Status = ObiCopySecurity(Object, &Current);
    if (!NT_SUCCESS(Status))
        return Status;
    PSECURITY_DESCRIPTOR Source = Current;
    *Bytes = 0;
    SeQuerySecurityDescriptorInfo(&Information, NULL, Bytes, &Source);
    *Answer = ExiAllocate(NonPagedPoolNx, *Bytes, SEP_TAG, EX_KERNEL_SITE);
    if (*Answer != NULL)
        SeQuerySecurityDescriptorInfo(&Information, *Answer, Bytes, &Source);
    else
        Status = STATUS_INSUFFICIENT_RESOURCES;
    if (Current != NULL)
        ExiFree(Current);
    return Status;
}

/* Work of a query; its caller's mode is the thread's. */
static NTSTATUS SepAnswerQuery(void *Object, OB_CALL *Call)
{
    SECURITY_DESCRIPTOR *Answer;
    ULONG Bytes;
    NTSTATUS Status = SepQueryObject(Object, Call->Security, &Answer, &Bytes);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Call->Length < Bytes)
        Status = STATUS_BUFFER_TOO_SMALL;
    else
        Status = ObiWriteCaller(Call->Buffer, Answer, Bytes, KiPreviousMode());
    Call->Length = Bytes;
    ExiFree(Answer);
    return Status;
}

/*
 * NtQuerySecurityObject - reads parts of the descriptor of a handle's object, self-relative.
 *
 * LengthNeeded: bytes the answer takes, also when Length is too small.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_HANDLE; ACCESS_DENIED: READ_CONTROL, or
 *          ACCESS_SYSTEM_SECURITY for the SACL, is missing.
 * Source:  DOC ntifs/NtQuerySecurityObject
 */
NTSTATUS NTAPI NtQuerySecurityObject(HANDLE Handle, SECURITY_INFORMATION Information,
    PSECURITY_DESCRIPTOR Descriptor, ULONG Length, ULONG *LengthNeeded)
{
    OB_CALL Call = {OB_QUERY_SECURITY, Information, Descriptor, Length, SepAnswerQuery};
    KPROCESSOR_MODE Mode = KiPreviousMode();
    void *Object;

    NTSTATUS Status = ObiProbeOutput(LengthNeeded, sizeof(ULONG), sizeof(ULONG), Mode);
    if (NT_SUCCESS(Status))
        Status = SepReference(Handle, SepAccessToRead(Information), Mode, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiCall(Object, &Call);
    ObfDereferenceObject(Object);
    if (NT_SUCCESS(Status) || Status == STATUS_BUFFER_TOO_SMALL) {
        NTSTATUS Written = ObiWriteCaller(LengthNeeded, &Call.Length, sizeof(ULONG), Mode);
        if (!NT_SUCCESS(Written))
            Status = Written;
    }
    return Status;
}

NTSTATUS NTAPI ZwQuerySecurityObject(HANDLE Handle, SECURITY_INFORMATION Information,
    PSECURITY_DESCRIPTOR Descriptor, ULONG Length, ULONG *LengthNeeded)
{
    return ZW_CALL(QuerySecurityObject, (Handle, Information, Descriptor, Length, LengthNeeded));
}

/* Work of a change; an object without a descriptor gets one. */
static NTSTATUS SepApplyChange(void *Object, OB_CALL *Call)
{
    SECURITY_INFORMATION Information = Call->Security;
    SECURITY_DESCRIPTOR *Change = Call->Buffer;
    const GENERIC_MAPPING *Mapping = &ObiGetType(Object)->GenericMapping;
    SECURITY_DESCRIPTOR *Current;
    SECURITY_DESCRIPTOR Empty = {.Revision = SECURITY_DESCRIPTOR_REVISION};

    NTSTATUS Status = ObiCopySecurity(Object, &Current);
    if (!NT_SUCCESS(Status))
        return Status;
    PSECURITY_DESCRIPTOR Result = Current != NULL ? Current : &Empty;
    Status = SeSetSecurityDescriptorInfo(
        Object, &Information, Change, &Result, NonPagedPoolNx, Mapping);
    if (Current != NULL)
        ExiFree(Current);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiSetSecurity(Object, Result);
    if (!NT_SUCCESS(Status))
        ExiFree(Result);
    return Status;
}

/* Change is captured and valid. */
static NTSTATUS SepSetObject(
    void *Object, SECURITY_INFORMATION Information, SECURITY_DESCRIPTOR *Change)
{
    OB_CALL Call = {OB_SET_SECURITY, Information, Change, 0, SepApplyChange};
    return ObiCall(Object, &Call);
}

/*
 * NtSetSecurityObject - changes parts of the descriptor of a handle's object.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_HANDLE; ACCESS_DENIED: WRITE_OWNER, WRITE_DAC or ACCESS_SYSTEM_SECURITY
 *          is missing; INVALID_OWNER, INVALID_PRIMARY_GROUP: asked for and not there; a malformed
 *          descriptor's statuses.
 * Source:  DOC ntifs/NtSetSecurityObject
 */
NTSTATUS NTAPI NtSetSecurityObject(
    HANDLE Handle, SECURITY_INFORMATION Information, PSECURITY_DESCRIPTOR Descriptor)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    SECURITY_DESCRIPTOR *Change;
    void *Object;

    if (Descriptor == NULL)
        return STATUS_ACCESS_VIOLATION;
    NTSTATUS Status = SepReference(Handle, SepAccessToChange(Information), Mode, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepCapture(Descriptor, Mode, NonPagedPoolNx, EX_KERNEL_SITE, &Change);
    if (NT_SUCCESS(Status)) {
        Status = SepSetObject(Object, Information, Change);
        ExiFree(Change);
    }
    ObfDereferenceObject(Object);
    return Status;
}

NTSTATUS NTAPI ZwSetSecurityObject(
    HANDLE Handle, SECURITY_INFORMATION Information, PSECURITY_DESCRIPTOR Descriptor)
{
    return ZW_CALL(SetSecurityObject, (Handle, Information, Descriptor));
}

/*
 * ObSetSecurityObjectByPointer - changes parts of an object's descriptor.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtSetSecurityObject, but for the handle's.
 * Source:  INF: undocumented; NtSetSecurityObject by pointer
 */
NTSTATUS NTAPI ObSetSecurityObjectByPointer(
    void *Object, SECURITY_INFORMATION Information, PSECURITY_DESCRIPTOR Descriptor)
{
    SECURITY_DESCRIPTOR *Change;
    NTSTATUS Status = SepCapture(Descriptor, KernelMode, NonPagedPoolNx, EX_KERNEL_SITE, &Change);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = SepSetObject(Object, Information, Change);
    ExiFree(Change);
    return Status;
}
