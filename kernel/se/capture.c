/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Descriptors on their way in and out: captured from callers of either mode, read part by part, and
 * changed part by part. A descriptor in user memory is copied first and looked at afterwards.
 */
#include "se/sep.h"

/* ---- capture --------------------------------------------------------------------------------- */

typedef struct SEP_CAPTURE {
    KPROCESSOR_MODE Mode;
    SEP_SID Owner, Group;
    ACL *Dacl, *Sacl; /* pool */
} SEP_CAPTURE;

/* The parts as pointers of the caller; nothing behind them has been read. */
static NTSTATUS SepReadHeader(
    const SECURITY_DESCRIPTOR *Input, KPROCESSOR_MODE Mode, SEP_PARTS *Parts)
{
    SECURITY_DESCRIPTOR Absolute;
    SECURITY_DESCRIPTOR_RELATIVE Relative;
    ULONG_PTR Base = (ULONG_PTR)Input;

    NTSTATUS Status = ObiReadCaller(
        &Relative, Input, FIELD_OFFSET(SECURITY_DESCRIPTOR_RELATIVE, Owner), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Relative.Revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    SECURITY_DESCRIPTOR_CONTROL Control = Relative.Control;
    *Parts = (SEP_PARTS){.Control = Control, .Sbz1 = Relative.Sbz1};
    if (Control & SE_SELF_RELATIVE) {
        Status = ObiReadCaller(&Relative, Input, sizeof(Relative), Mode);
        if (!NT_SUCCESS(Status))
            return Status;
        Parts->Owner = Relative.Owner != 0 ? (SID *)(Base + Relative.Owner) : NULL;
        Parts->Group = Relative.Group != 0 ? (SID *)(Base + Relative.Group) : NULL;
        Parts->Dacl = Relative.Dacl != 0 ? (ACL *)(Base + Relative.Dacl) : NULL;
        Parts->Sacl = Relative.Sacl != 0 ? (ACL *)(Base + Relative.Sacl) : NULL;
    } else {
        Status = ObiReadCaller(&Absolute, Input, sizeof(Absolute), Mode);
        if (!NT_SUCCESS(Status))
            return Status;
        Parts->Owner = Absolute.Owner;
        Parts->Group = Absolute.Group;
        Parts->Dacl = Absolute.Dacl;
        Parts->Sacl = Absolute.Sacl;
    }
    if (!(Control & SE_DACL_PRESENT))
        Parts->Dacl = NULL;
    if (!(Control & SE_SACL_PRESENT))
        Parts->Sacl = NULL;
    return STATUS_SUCCESS;
}

/* *Sid: in: the caller's, or NULL; out: the copy. */
static NTSTATUS SepReadSid(SID **Sid, SEP_SID *Copy, KPROCESSOR_MODE Mode)
{
    const SID *Source = *Sid;
    if (Source == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = ObiReadCaller(Copy, Source, SEP_SID_HEADER, Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!SepValidSid(&Copy->Sid, sizeof(*Copy)))
        return STATUS_INVALID_SID;
    ULONG Rest = SepSidBytes(&Copy->Sid) - SEP_SID_HEADER;
    *Sid = &Copy->Sid;
    return ObiReadCaller(
        Copy->Bytes + SEP_SID_HEADER, (const UCHAR *)Source + SEP_SID_HEADER, Rest, Mode);
}

static NTSTATUS SepReadAcl(ACL **Acl, ACL **Copy, KPROCESSOR_MODE Mode)
{
    const ACL *Source = *Acl;
    ACL Header;

    if (Source == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = ObiReadCaller(&Header, Source, sizeof(Header), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Header.AclSize < sizeof(Header))
        return STATUS_INVALID_ACL;
    *Copy = ExiAllocate(NonPagedPoolNx, Header.AclSize, SEP_TAG, EX_KERNEL_SITE);
    if (*Copy == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    **Copy = Header;
    *Acl = *Copy;
    Status = ObiReadCaller(*Copy + 1, Source + 1, Header.AclSize - sizeof(Header), Mode);
    if (NT_SUCCESS(Status) && !SepValidAcl(*Copy, Header.AclSize))
        Status = STATUS_INVALID_ACL;
    return Status;
}

NTSTATUS SepCapture(const SECURITY_DESCRIPTOR *Input, KPROCESSOR_MODE Mode, POOL_TYPE PoolType,
    ULONG_PTR Site, SECURITY_DESCRIPTOR **Output)
{
    SEP_CAPTURE Capture = {.Mode = Mode};
    SEP_PARTS Parts;

    NTSTATUS Status = SepReadHeader(Input, Mode, &Parts);
    if (NT_SUCCESS(Status))
        Status = SepReadSid(&Parts.Owner, &Capture.Owner, Mode);
    if (NT_SUCCESS(Status))
        Status = SepReadSid(&Parts.Group, &Capture.Group, Mode);
    if (NT_SUCCESS(Status))
        Status = SepReadAcl(&Parts.Dacl, &Capture.Dacl, Mode);
    if (NT_SUCCESS(Status))
        Status = SepReadAcl(&Parts.Sacl, &Capture.Sacl, Mode);
    if (NT_SUCCESS(Status))
        Status = SepBuildRelative(&Parts, PoolType, Site, Output);
    if (Capture.Dacl != NULL)
        ExiFree(Capture.Dacl);
    if (Capture.Sacl != NULL)
        ExiFree(Capture.Sacl);
    return Status;
}

/*
 * SeCaptureSecurityDescriptor - a self-relative pool copy of a caller's descriptor of either form.
 *
 * Input: NULL gives NULL. CaptureIfKernel: FALSE gives a KernelMode caller's own pointer back.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; UNKNOWN_REVISION, INVALID_SID, INVALID_ACL, ACCESS_VIOLATION,
 * INSUFFICIENT_RESOURCES.
 * Owner:   caller; SeReleaseSecurityDescriptor with the same arguments.
 * Source:  INF: undocumented; drivers that use it rely on this
 */
NTSTATUS NTAPI SeCaptureSecurityDescriptor(PSECURITY_DESCRIPTOR Input, KPROCESSOR_MODE CurrentMode,
    POOL_TYPE PoolType, BOOLEAN CaptureIfKernel, PSECURITY_DESCRIPTOR *Output)
{
    SECURITY_DESCRIPTOR *Copy;

    if (Input == NULL || (CurrentMode == KernelMode && !CaptureIfKernel)) {
        *Output = Input;
        return STATUS_SUCCESS;
    }
    NTSTATUS Status = SepCapture(Input, CurrentMode, PoolType, EX_CALLER, &Copy);
    if (NT_SUCCESS(Status))
        *Output = Copy;
    return Status;
}

/*
 * SeReleaseSecurityDescriptor - frees what SeCaptureSecurityDescriptor made, if it made anything.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  INF: undocumented; SeCaptureSecurityDescriptor's counterpart
 */
void NTAPI SeReleaseSecurityDescriptor(
    PSECURITY_DESCRIPTOR Captured, KPROCESSOR_MODE CurrentMode, BOOLEAN CaptureIfKernelMode)
{
    if (Captured != NULL && (CurrentMode != KernelMode || CaptureIfKernelMode))
        ExiFree(Captured);
}

/* ---- reading and changing -------------------------------------------------------------------- */

/*
 * SeQuerySecurityDescriptorInfo - copies the parts asked for out of an object's descriptor,
 * self-relative.
 *
 * *Length: in: bytes at Buffer; out: bytes the answer takes. *ObjectsDescriptor NULL: an empty
 * descriptor. IRQL:    PASSIVE_LEVEL Returns: SUCCESS; BUFFER_TOO_SMALL. Source:  DOC
 * ntifs/SeQuerySecurityDescriptorInfo
 */
NTSTATUS NTAPI SeQuerySecurityDescriptorInfo(SECURITY_INFORMATION *Information,
    PSECURITY_DESCRIPTOR Buffer, ULONG *Length, PSECURITY_DESCRIPTOR *ObjectsDescriptor)
{
    SECURITY_INFORMATION Wanted = *Information;
    SEP_PARTS Parts = {0};
    ULONG Drop = 0;

    if (*ObjectsDescriptor != NULL)
        SepGetParts(*ObjectsDescriptor, &Parts);
    if (!(Wanted & OWNER_SECURITY_INFORMATION)) {
        Parts.Owner = NULL;
        Drop |= SE_OWNER_DEFAULTED;
    }
    if (!(Wanted & GROUP_SECURITY_INFORMATION)) {
        Parts.Group = NULL;
        Drop |= SE_GROUP_DEFAULTED;
    }
    if (!(Wanted & DACL_SECURITY_INFORMATION)) {
        Parts.Dacl = NULL;
        Drop |= SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_PROTECTED | SE_DACL_AUTO_INHERITED;
    }
    if (!(Wanted & (SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION))) {
        Parts.Sacl = NULL;
        Drop |= SE_SACL_PRESENT | SE_SACL_DEFAULTED | SE_SACL_PROTECTED | SE_SACL_AUTO_INHERITED;
    }
    Parts.Control &= (SECURITY_DESCRIPTOR_CONTROL)~Drop;
    ULONG Needed = SepRelativeBytes(&Parts);
    BOOLEAN Fits = *Length >= Needed;
    *Length = Needed;
    if (!Fits)
        return STATUS_BUFFER_TOO_SMALL;
    SepWriteRelative(&Parts, Buffer);
    return STATUS_SUCCESS;
}

static void SepReplaceControl(SEP_PARTS *Parts, const SEP_PARTS *From, ULONG Bits)
{
    Parts->Control = (SECURITY_DESCRIPTOR_CONTROL)((Parts->Control & ~Bits) |
        (From->Control & Bits));
}

static BOOLEAN SepIsInherited(const ACE_HEADER *Ace)
{
    return (Ace->AceFlags & INHERITED_ACE) != 0;
}

static BOOLEAN SepIsNoLabel(const ACE_HEADER *Ace)
{
    return Ace->AceType != SYSTEM_MANDATORY_LABEL_ACE_TYPE;
}

/* Entries of New, then those of Old that are Kept: what the change is not about. Such entries of
 * New are left out. */
static NTSTATUS SepMergeLists(
    const ACL *New, const ACL *Old, BOOLEAN (*Kept)(const ACE_HEADER *Ace), ACL **Result)
{
    const ULONG Most = (ULONG)New->AclSize + (Old != NULL ? Old->AclSize : 0u);
    ACL *Merged = SepCreateAcl(Most > MAXUSHORT - 3u ? MAXUSHORT - 3u : Most);
    const ACL *From[2] = {New, Old};
    if (Merged == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Merged->AclRevision = New->AclRevision;
    UCHAR *Cursor = (UCHAR *)(Merged + 1);
    for (unsigned Which = 0; Which < 2; Which++) {
        const ACE_HEADER *Ace = From[Which] != NULL ? SepFirstAce(From[Which]) : NULL;
        for (ULONG Index = 0; Ace != NULL && Index < From[Which]->AceCount;
             Index++, Ace = SepNextAce(Ace)) {
            if (Kept(Ace) != (Which == 1))
                continue;
            if ((ULONG)(Cursor - (UCHAR *)Merged) + Ace->AceSize > Merged->AclSize) {
                ExiFree(Merged);
                return STATUS_INVALID_ACL;
            }
            __builtin_memcpy(Cursor, Ace, Ace->AceSize);
            Cursor += Ace->AceSize;
            Merged->AceCount++;
        }
    }
    Merged->AclSize = (USHORT)(Cursor - (UCHAR *)Merged);
    *Result = Merged;
    return STATUS_SUCCESS;
}

static NTSTATUS SepChangeOwner(SEP_PARTS *Parts, const SEP_PARTS *New, ULONG Flags)
{
    SECURITY_SUBJECT_CONTEXT Context;
    if (New->Owner == NULL)
        return STATUS_INVALID_OWNER;
    SepCaptureCurrent(&Context);
    const BOOLEAN May = (Flags & SEP_AVOID_OWNER_CHECK) ||
        SepMayOwn(SepContextToken(&Context), New->Owner);
    SeReleaseSubjectContext(&Context);
    if (!May)
        return STATUS_INVALID_OWNER;
    Parts->Owner = New->Owner;
    SepReplaceControl(Parts, New, SE_OWNER_DEFAULTED);
    return STATUS_SUCCESS;
}

/* *Merged: pool, to be freed after use; NULL: none. */
static NTSTATUS SepChangeDacl(
    SEP_PARTS *Parts, const SEP_PARTS *New, SECURITY_INFORMATION Change, ULONG Flags, ACL **Merged)
{
    const BOOLEAN Protect = (Change & PROTECTED_DACL_SECURITY_INFORMATION) ||
        (New->Control & SE_DACL_PROTECTED);
    NTSTATUS Status = STATUS_SUCCESS;
    const ACL *Old = Parts->Dacl;
    Parts->Dacl = New->Dacl;
    SepReplaceControl(Parts, New, SE_DACL_PRESENT | SE_DACL_DEFAULTED | SE_DACL_PROTECTED);
    if (Flags & SEP_DACL_AUTO_INHERIT) {
        Parts->Control |= SE_DACL_AUTO_INHERITED;
        if (!Protect && New->Dacl != NULL)
            Status = SepMergeLists(New->Dacl, Old, SepIsInherited, Merged);
        if (NT_SUCCESS(Status) && *Merged != NULL)
            Parts->Dacl = *Merged;
    }
    if (Change & PROTECTED_DACL_SECURITY_INFORMATION)
        Parts->Control |= SE_DACL_PROTECTED;
    if (Change & UNPROTECTED_DACL_SECURITY_INFORMATION)
        Parts->Control &= (SECURITY_DESCRIPTOR_CONTROL)~SE_DACL_PROTECTED;
    return Status;
}

/* All of it, or the label alone. *Merged as above. */
static NTSTATUS SepChangeSacl(
    SEP_PARTS *Parts, const SEP_PARTS *New, SECURITY_INFORMATION Change, ACL **Merged)
{
    if (Change & SACL_SECURITY_INFORMATION) {
        Parts->Sacl = New->Sacl;
        SepReplaceControl(Parts, New, SE_SACL_PRESENT | SE_SACL_DEFAULTED | SE_SACL_PROTECTED);
        return STATUS_SUCCESS;
    }
    if (New->Sacl == NULL)
        return STATUS_SUCCESS;
    NTSTATUS Status = SepMergeLists(New->Sacl, Parts->Sacl, SepIsNoLabel, Merged);
    if (NT_SUCCESS(Status)) {
        Parts->Sacl = *Merged;
        Parts->Control |= SE_SACL_PRESENT;
    }
    return Status;
}

static NTSTATUS SepChange(SECURITY_INFORMATION Change, PSECURITY_DESCRIPTOR Modification,
    PSECURITY_DESCRIPTOR *Descriptor, ULONG Flags, POOL_TYPE PoolType, ULONG_PTR Site,
    const GENERIC_MAPPING *Mapping)
{
    NTSTATUS Status = STATUS_SUCCESS;
    SEP_PARTS Parts, New;
    SECURITY_DESCRIPTOR *Result;
    ACL *Merged = NULL, *MergedSacl = NULL;

    if (*Descriptor == NULL)
        return STATUS_NO_SECURITY_ON_OBJECT;
    SepGetParts(*Descriptor, &Parts);
    SepGetParts(Modification, &New);
    if (Change & OWNER_SECURITY_INFORMATION)
        Status = SepChangeOwner(&Parts, &New, Flags);
    if (NT_SUCCESS(Status) && (Change & GROUP_SECURITY_INFORMATION)) {
        if (New.Group == NULL)
            return STATUS_INVALID_PRIMARY_GROUP;
        Parts.Group = New.Group;
        SepReplaceControl(&Parts, &New, SE_GROUP_DEFAULTED);
    }
    if (NT_SUCCESS(Status) && (Change & DACL_SECURITY_INFORMATION))
        Status = SepChangeDacl(&Parts, &New, Change, Flags, &Merged);
    if (NT_SUCCESS(Status) && (Change & (SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION)))
        Status = SepChangeSacl(&Parts, &New, Change, &MergedSacl);
    if (NT_SUCCESS(Status))
        Status = SepBuildRelative(&Parts, PoolType, Site, &Result);
    if (Merged != NULL)
        ExiFree(Merged);
    if (MergedSacl != NULL)
        ExiFree(MergedSacl);
    if (!NT_SUCCESS(Status))
        return Status;
    SeiMapDescriptor(Result, Mapping);
    *Descriptor = Result;
    return STATUS_SUCCESS;
}

/*
 * SeSetSecurityDescriptorInfo - replaces parts of an object's descriptor by a new block.
 *
 * *ObjectsDescriptor: in: the present one, freed by the caller when no longer used; out: the new
 * one. Generic rights of the new lists are mapped. IRQL:    PASSIVE_LEVEL Returns: SUCCESS;
 * NO_SECURITY_ON_OBJECT: there is none to change; INVALID_OWNER: none, or one the caller may not
 * make it; INVALID_PRIMARY_GROUP, INSUFFICIENT_RESOURCES. Owner:   caller; ExFreePool. Source:  DOC
 * ntifs/SeSetSecurityDescriptorInfo; OBS tests/kernel/se/SeSetSecurityDescriptorInfo.c
 */
NTSTATUS NTAPI SeSetSecurityDescriptorInfo(void *Object, SECURITY_INFORMATION *Information,
    PSECURITY_DESCRIPTOR Modification, PSECURITY_DESCRIPTOR *ObjectsDescriptor, POOL_TYPE PoolType,
    const GENERIC_MAPPING *GenericMapping)
{
    UNREFERENCED_PARAMETER(Object);
    return SepChange(
        *Information, Modification, ObjectsDescriptor, 0, PoolType, EX_CALLER, GenericMapping);
}

/*
 * SeSetSecurityDescriptorInfoEx - the same with flags: with SEF_DACL_AUTO_INHERIT the inherited
 * entries there are stay behind the new explicit ones, unless the new list is protected;
 * SEF_AVOID_OWNER_CHECK lets anybody be the owner.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as SeSetSecurityDescriptorInfo; INVALID_PARAMETER: unknown flags.
 * Owner:   caller; ExFreePool.
 * Source:  DOC ntifs/SeSetSecurityDescriptorInfoEx; OBS
 *          tests/kernel/se/SeSetSecurityDescriptorInfo.c; INF INVALID_PARAMETER
 */
NTSTATUS NTAPI SeSetSecurityDescriptorInfoEx(void *Object, SECURITY_INFORMATION *Information,
    PSECURITY_DESCRIPTOR Modification, PSECURITY_DESCRIPTOR *ObjectsDescriptor,
    ULONG AutoInheritFlags, POOL_TYPE PoolType, const GENERIC_MAPPING *GenericMapping)
{
    UNREFERENCED_PARAMETER(Object);
    if (AutoInheritFlags & ~(ULONG)SEP_VALID_INHERIT)
        return STATUS_INVALID_PARAMETER;
    return SepChange(*Information, Modification, ObjectsDescriptor, AutoInheritFlags, PoolType,
        EX_CALLER, GenericMapping);
}
