/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Security descriptors in both forms: absolute (pointers) and self-relative (offsets, one block).
 * Everything works on SEP_PARTS, which hides the difference. Order within a self-relative block:
 * header, SACL, DACL, owner, group.
 */
#include "se/sep.h"

/* Offsets count from the descriptor; what they lead to is aligned as Windows aligns it, to 4
 * bytes. */
static void *SepAt(const SECURITY_DESCRIPTOR *Descriptor, ULONG Offset)
{
    return Offset != 0 ? (void *)((ULONG_PTR)Descriptor + Offset) : NULL;
}

void SepGetParts(const SECURITY_DESCRIPTOR *Descriptor, SEP_PARTS *Parts)
{
    Parts->Control = Descriptor->Control;
    Parts->Sbz1 = Descriptor->Sbz1;
    if (Descriptor->Control & SE_SELF_RELATIVE) {
        const SECURITY_DESCRIPTOR_RELATIVE *Relative =
            (const SECURITY_DESCRIPTOR_RELATIVE *)(const void *)Descriptor;
        Parts->Owner = SepAt(Descriptor, Relative->Owner);
        Parts->Group = SepAt(Descriptor, Relative->Group);
        Parts->Sacl = SepAt(Descriptor, Relative->Sacl);
        Parts->Dacl = SepAt(Descriptor, Relative->Dacl);
    } else {
        Parts->Owner = Descriptor->Owner;
        Parts->Group = Descriptor->Group;
        Parts->Sacl = Descriptor->Sacl;
        Parts->Dacl = Descriptor->Dacl;
    }
    if (!(Parts->Control & SE_SACL_PRESENT))
        Parts->Sacl = NULL;
    if (!(Parts->Control & SE_DACL_PRESENT))
        Parts->Dacl = NULL;
}

static ULONG SepAligned(ULONG Bytes)
{
    return (Bytes + 3) & ~3u;
}

static ULONG SepPartsBytes(const SEP_PARTS *Parts)
{
    ULONG Bytes = 0;
    if (Parts->Owner != NULL)
        Bytes += SepAligned(SepSidBytes(Parts->Owner));
    if (Parts->Group != NULL)
        Bytes += SepAligned(SepSidBytes(Parts->Group));
    if (Parts->Sacl != NULL)
        Bytes += SepAligned(Parts->Sacl->AclSize);
    if (Parts->Dacl != NULL)
        Bytes += SepAligned(Parts->Dacl->AclSize);
    return Bytes;
}

ULONG SepRelativeBytes(const SEP_PARTS *Parts)
{
    return (ULONG)sizeof(SECURITY_DESCRIPTOR_RELATIVE) + SepPartsBytes(Parts);
}

static ULONG SepPut(void *Target, ULONG *Offset, const void *Source, ULONG Bytes)
{
    ULONG At = *Offset;
    if (Source == NULL)
        return 0;
    __builtin_memcpy((UCHAR *)Target + At, Source, Bytes);
    __builtin_memset((UCHAR *)Target + At + Bytes, 0, SepAligned(Bytes) - Bytes);
    *Offset = At + SepAligned(Bytes);
    return At;
}

void SepWriteRelative(const SEP_PARTS *Parts, SECURITY_DESCRIPTOR_RELATIVE *Target)
{
    ULONG Offset = sizeof(*Target);
    Target->Revision = SECURITY_DESCRIPTOR_REVISION;
    Target->Sbz1 = Parts->Sbz1;
    Target->Control = (SECURITY_DESCRIPTOR_CONTROL)(Parts->Control | SE_SELF_RELATIVE);
    Target->Sacl = SepPut(
        Target, &Offset, Parts->Sacl, Parts->Sacl != NULL ? Parts->Sacl->AclSize : 0);
    Target->Dacl = SepPut(
        Target, &Offset, Parts->Dacl, Parts->Dacl != NULL ? Parts->Dacl->AclSize : 0);
    Target->Owner = SepPut(
        Target, &Offset, Parts->Owner, Parts->Owner != NULL ? SepSidBytes(Parts->Owner) : 0);
    Target->Group = SepPut(
        Target, &Offset, Parts->Group, Parts->Group != NULL ? SepSidBytes(Parts->Group) : 0);
}

NTSTATUS SepBuildRelative(
    const SEP_PARTS *Parts, POOL_TYPE PoolType, ULONG_PTR Site, SECURITY_DESCRIPTOR **Descriptor)
{
    SECURITY_DESCRIPTOR_RELATIVE *Target = ExiAllocate(
        PoolType, SepRelativeBytes(Parts), SEP_TAG, Site);
    if (Target == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    SepWriteRelative(Parts, Target);
    *Descriptor = (SECURITY_DESCRIPTOR *)(void *)Target;
    return STATUS_SUCCESS;
}

NTSTATUS SeiCopyDescriptor(const SECURITY_DESCRIPTOR *Source, SECURITY_DESCRIPTOR **Copy)
{
    SEP_PARTS Parts;
    SepGetParts(Source, &Parts);
    return SepBuildRelative(&Parts, NonPagedPoolNx, EX_KERNEL_SITE, Copy);
}

void SeiMapDescriptor(SECURITY_DESCRIPTOR *Descriptor, const GENERIC_MAPPING *Mapping)
{
    SEP_PARTS Parts;
    SepGetParts(Descriptor, &Parts);
    if (Parts.Dacl != NULL)
        SepMapAcl(Parts.Dacl, Mapping);
    if (Parts.Sacl != NULL)
        SepMapAcl(Parts.Sacl, Mapping);
}

/* ---- validity -------------------------------------------------------------------------------- */

/* A part at Offset must lie behind the header, aligned, and whole. Grows *End to its end. */
static BOOLEAN SepCheckPart(
    const SECURITY_DESCRIPTOR *Descriptor, ULONG Offset, ULONG Limit, BOOLEAN IsAcl, ULONG *End)
{
    if (Offset == 0)
        return TRUE;
    if (Offset < sizeof(SECURITY_DESCRIPTOR_RELATIVE) || Offset >= Limit || (Offset & 3) != 0)
        return FALSE;
    const void *Part = SepAt(Descriptor, Offset);
    if (IsAcl ? !SepValidAcl(Part, Limit - Offset) : !SepValidSid(Part, Limit - Offset))
        return FALSE;
    ULONG PartEnd = Offset + (IsAcl ? ((const ACL *)Part)->AclSize : SepSidBytes(Part));
    if (PartEnd > *End)
        *End = PartEnd;
    return TRUE;
}

ULONG SeiValidateDescriptor(const SECURITY_DESCRIPTOR *Descriptor, ULONG Limit)
{
    const SECURITY_DESCRIPTOR_RELATIVE *Relative =
        (const SECURITY_DESCRIPTOR_RELATIVE *)(const void *)Descriptor;
    ULONG End = sizeof(*Relative);

    if (Limit < sizeof(*Relative) || Relative->Revision != SECURITY_DESCRIPTOR_REVISION ||
        !(Relative->Control & SE_SELF_RELATIVE))
        return 0;
    if (!SepCheckPart(Descriptor, Relative->Owner, Limit, FALSE, &End) ||
        !SepCheckPart(Descriptor, Relative->Group, Limit, FALSE, &End))
        return 0;
    if ((Relative->Control & SE_DACL_PRESENT) &&
        !SepCheckPart(Descriptor, Relative->Dacl, Limit, TRUE, &End))
        return 0;
    if ((Relative->Control & SE_SACL_PRESENT) &&
        !SepCheckPart(Descriptor, Relative->Sacl, Limit, TRUE, &End))
        return 0;
    return End;
}

/*
 * RtlValidSecurityDescriptor - whether a descriptor of either form, its SIDs and its lists are
 * well-formed.
 * IRQL: any. Source: DOC ntifs/RtlValidSecurityDescriptor.
 */
BOOLEAN NTAPI RtlValidSecurityDescriptor(PSECURITY_DESCRIPTOR Descriptor)
{
    const SECURITY_DESCRIPTOR *Source = Descriptor;
    SEP_PARTS Parts;

    if (Source == NULL || Source->Revision != SECURITY_DESCRIPTOR_REVISION)
        return FALSE;
    SepGetParts(Source, &Parts);
    return (Parts.Owner == NULL || SepValidSid(Parts.Owner, SECURITY_MAX_SID_SIZE)) &&
        (Parts.Group == NULL || SepValidSid(Parts.Group, SECURITY_MAX_SID_SIZE)) &&
        (Parts.Dacl == NULL || SepValidAcl(Parts.Dacl, MAXUSHORT)) &&
        (Parts.Sacl == NULL || SepValidAcl(Parts.Sacl, MAXUSHORT));
}

/*
 * RtlValidRelativeSecurityDescriptor - whether Length bytes hold a whole self-relative descriptor
 * with the parts asked for.
 *
 * Required: OWNER_, GROUP_, DACL_, SACL_SECURITY_INFORMATION.
 * IRQL:    any
 * Source:  DOC ntifs/RtlValidRelativeSecurityDescriptor
 */
BOOLEAN NTAPI RtlValidRelativeSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, ULONG Length, SECURITY_INFORMATION Required)
{
    SEP_PARTS Parts;
    if (SeiValidateDescriptor(Descriptor, Length) == 0)
        return FALSE;
    SepGetParts(Descriptor, &Parts);
    return (!(Required & OWNER_SECURITY_INFORMATION) || Parts.Owner != NULL) &&
        (!(Required & GROUP_SECURITY_INFORMATION) || Parts.Group != NULL) &&
        (!(Required & DACL_SECURITY_INFORMATION) || (Parts.Control & SE_DACL_PRESENT)) &&
        (!(Required & SACL_SECURITY_INFORMATION) || (Parts.Control & SE_SACL_PRESENT));
}

/*
 * SeValidSecurityDescriptor - whether Length bytes hold a whole self-relative descriptor.
 *
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/SeValidSecurityDescriptor
 */
BOOLEAN NTAPI SeValidSecurityDescriptor(ULONG Length, PSECURITY_DESCRIPTOR Descriptor)
{
    return SeiValidateDescriptor(Descriptor, Length) != 0;
}

/* RtlLengthSecurityDescriptor - bytes a valid descriptor and its parts take. IRQL: any. Source: DOC
 * ntifs. */
ULONG NTAPI RtlLengthSecurityDescriptor(PSECURITY_DESCRIPTOR Descriptor)
{
    SEP_PARTS Parts;
    SepGetParts(Descriptor, &Parts);
    ULONG Header = (Parts.Control & SE_SELF_RELATIVE) ? (ULONG)sizeof(SECURITY_DESCRIPTOR_RELATIVE)
                                                      : (ULONG)sizeof(SECURITY_DESCRIPTOR);
    return Header + SepPartsBytes(&Parts);
}

/* ---- making and changing --------------------------------------------------------------------- */

/*
 * RtlCreateSecurityDescriptor - prepares an empty absolute descriptor: no owner, no group, no
 * lists.
 *
 * IRQL:    any
 * Returns: SUCCESS; UNKNOWN_REVISION.
 * Source:  DOC wdm/RtlCreateSecurityDescriptor
 */
NTSTATUS NTAPI RtlCreateSecurityDescriptor(PSECURITY_DESCRIPTOR Descriptor, ULONG Revision)
{
    if (Revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    __builtin_memset(Descriptor, 0, sizeof(SECURITY_DESCRIPTOR));
    ((SECURITY_DESCRIPTOR *)Descriptor)->Revision = SECURITY_DESCRIPTOR_REVISION;
    return STATUS_SUCCESS;
}

/*
 * RtlCreateSecurityDescriptorRelative - prepares an empty self-relative descriptor.
 *
 * IRQL:    any
 * Returns: SUCCESS; UNKNOWN_REVISION.
 * Source:  INF: undocumented; RtlCreateSecurityDescriptor's twin
 */
NTSTATUS NTAPI RtlCreateSecurityDescriptorRelative(
    SECURITY_DESCRIPTOR_RELATIVE *Descriptor, ULONG Revision)
{
    if (Revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    __builtin_memset(Descriptor, 0, sizeof(*Descriptor));
    Descriptor->Revision = SECURITY_DESCRIPTOR_REVISION;
    Descriptor->Control = SE_SELF_RELATIVE;
    return STATUS_SUCCESS;
}

/* The form that can be changed part by part. */
static NTSTATUS SepCheckAbsolute(const SECURITY_DESCRIPTOR *Descriptor)
{
    if (Descriptor->Revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    return (Descriptor->Control & SE_SELF_RELATIVE) ? STATUS_INVALID_SECURITY_DESCR
                                                    : STATUS_SUCCESS;
}

static void SepSetControl(SECURITY_DESCRIPTOR *Descriptor, ULONG Bit, BOOLEAN Value)
{
    Descriptor->Control = (SECURITY_DESCRIPTOR_CONTROL)(Value ? Descriptor->Control | Bit
                                                              : Descriptor->Control & ~Bit);
}

/*
 * RtlSetDaclSecurityDescriptor - sets or takes away the DACL of an absolute descriptor. The list is
 * not copied.
 *
 * Dacl: NULL with Present grants everyone everything.
 * IRQL:    any
 * Returns: SUCCESS; UNKNOWN_REVISION; INVALID_SECURITY_DESCR: it is self-relative.
 * Source:  DOC wdm/RtlSetDaclSecurityDescriptor
 */
NTSTATUS NTAPI RtlSetDaclSecurityDescriptor(
    PSECURITY_DESCRIPTOR SecurityDescriptor, BOOLEAN Present, ACL *Dacl, BOOLEAN Defaulted)
{
    SECURITY_DESCRIPTOR *Descriptor = SecurityDescriptor;
    NTSTATUS Status = SepCheckAbsolute(Descriptor);
    if (!NT_SUCCESS(Status))
        return Status;
    SepSetControl(Descriptor, SE_DACL_PRESENT, Present);
    if (Present) {
        Descriptor->Dacl = Dacl;
        SepSetControl(Descriptor, SE_DACL_DEFAULTED, Defaulted);
    }
    return STATUS_SUCCESS;
}

/*
 * RtlSetSaclSecurityDescriptor - the same for the SACL.
 *
 * IRQL:    any
 * Returns: as RtlSetDaclSecurityDescriptor.
 * Source:  INF: undocumented for drivers; RtlSetDaclSecurityDescriptor's twin
 */
NTSTATUS NTAPI RtlSetSaclSecurityDescriptor(
    PSECURITY_DESCRIPTOR SecurityDescriptor, BOOLEAN Present, ACL *Sacl, BOOLEAN Defaulted)
{
    SECURITY_DESCRIPTOR *Descriptor = SecurityDescriptor;
    NTSTATUS Status = SepCheckAbsolute(Descriptor);
    if (!NT_SUCCESS(Status))
        return Status;
    SepSetControl(Descriptor, SE_SACL_PRESENT, Present);
    if (Present) {
        Descriptor->Sacl = Sacl;
        SepSetControl(Descriptor, SE_SACL_DEFAULTED, Defaulted);
    }
    return STATUS_SUCCESS;
}

/*
 * RtlSetOwnerSecurityDescriptor - sets the owner of an absolute descriptor, NULL: none. The SID is
 * not copied.
 *
 * IRQL:    any
 * Returns: SUCCESS; UNKNOWN_REVISION; INVALID_SECURITY_DESCR: it is self-relative.
 * Source:  DOC ntifs/RtlSetOwnerSecurityDescriptor
 */
NTSTATUS NTAPI RtlSetOwnerSecurityDescriptor(
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID Owner, BOOLEAN Defaulted)
{
    SECURITY_DESCRIPTOR *Descriptor = SecurityDescriptor;
    NTSTATUS Status = SepCheckAbsolute(Descriptor);
    if (!NT_SUCCESS(Status))
        return Status;
    Descriptor->Owner = Owner;
    SepSetControl(Descriptor, SE_OWNER_DEFAULTED, Defaulted);
    return STATUS_SUCCESS;
}

/*
 * RtlSetGroupSecurityDescriptor - the same for the primary group.
 *
 * IRQL:    any
 * Returns: as RtlSetOwnerSecurityDescriptor.
 * Source:  DOC ntifs/RtlSetGroupSecurityDescriptor
 */
NTSTATUS NTAPI RtlSetGroupSecurityDescriptor(
    PSECURITY_DESCRIPTOR SecurityDescriptor, PSID Group, BOOLEAN Defaulted)
{
    SECURITY_DESCRIPTOR *Descriptor = SecurityDescriptor;
    NTSTATUS Status = SepCheckAbsolute(Descriptor);
    if (!NT_SUCCESS(Status))
        return Status;
    Descriptor->Group = Group;
    SepSetControl(Descriptor, SE_GROUP_DEFAULTED, Defaulted);
    return STATUS_SUCCESS;
}

/* ---- reading --------------------------------------------------------------------------------- */

static NTSTATUS SepGetKnown(const SECURITY_DESCRIPTOR *Descriptor, SEP_PARTS *Parts)
{
    if (Descriptor->Revision != SECURITY_DESCRIPTOR_REVISION)
        return STATUS_UNKNOWN_REVISION;
    SepGetParts(Descriptor, Parts);
    return STATUS_SUCCESS;
}

/*
 * RtlGetDaclSecurityDescriptor - the DACL of a descriptor of either form.
 *
 * *Present FALSE: *Dacl and *Defaulted are left alone. *Dacl NULL with *Present: everyone may do
 * everything. IRQL:    any Returns: SUCCESS; UNKNOWN_REVISION. Source:  DOC
 * ntifs/RtlGetDaclSecurityDescriptor
 */
NTSTATUS NTAPI RtlGetDaclSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, BOOLEAN *Present, ACL **Dacl, BOOLEAN *Defaulted)
{
    SEP_PARTS Parts;
    NTSTATUS Status = SepGetKnown(Descriptor, &Parts);
    if (!NT_SUCCESS(Status))
        return Status;
    *Present = (Parts.Control & SE_DACL_PRESENT) != 0;
    if (*Present) {
        *Dacl = Parts.Dacl;
        *Defaulted = (Parts.Control & SE_DACL_DEFAULTED) != 0;
    }
    return STATUS_SUCCESS;
}

/*
 * RtlGetSaclSecurityDescriptor - the same for the SACL.
 *
 * IRQL:    any
 * Returns: SUCCESS; UNKNOWN_REVISION.
 * Source:  DOC ntifs/RtlGetSaclSecurityDescriptor
 */
NTSTATUS NTAPI RtlGetSaclSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, BOOLEAN *Present, ACL **Sacl, BOOLEAN *Defaulted)
{
    SEP_PARTS Parts;
    NTSTATUS Status = SepGetKnown(Descriptor, &Parts);
    if (!NT_SUCCESS(Status))
        return Status;
    *Present = (Parts.Control & SE_SACL_PRESENT) != 0;
    if (*Present) {
        *Sacl = Parts.Sacl;
        *Defaulted = (Parts.Control & SE_SACL_DEFAULTED) != 0;
    }
    return STATUS_SUCCESS;
}

/*
 * RtlGetOwnerSecurityDescriptor - the owner of a descriptor of either form, NULL: none.
 *
 * IRQL:    any
 * Returns: SUCCESS; UNKNOWN_REVISION.
 * Source:  DOC ntifs/RtlGetOwnerSecurityDescriptor
 */
NTSTATUS NTAPI RtlGetOwnerSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, PSID *Owner, BOOLEAN *Defaulted)
{
    SEP_PARTS Parts;
    NTSTATUS Status = SepGetKnown(Descriptor, &Parts);
    if (!NT_SUCCESS(Status))
        return Status;
    *Owner = Parts.Owner;
    *Defaulted = (Parts.Control & SE_OWNER_DEFAULTED) != 0;
    return STATUS_SUCCESS;
}

/*
 * RtlGetGroupSecurityDescriptor - the same for the primary group.
 *
 * IRQL:    any
 * Returns: SUCCESS; UNKNOWN_REVISION.
 * Source:  DOC ntifs/RtlGetGroupSecurityDescriptor
 */
NTSTATUS NTAPI RtlGetGroupSecurityDescriptor(
    PSECURITY_DESCRIPTOR Descriptor, PSID *Group, BOOLEAN *Defaulted)
{
    SEP_PARTS Parts;
    NTSTATUS Status = SepGetKnown(Descriptor, &Parts);
    if (!NT_SUCCESS(Status))
        return Status;
    *Group = Parts.Group;
    *Defaulted = (Parts.Control & SE_GROUP_DEFAULTED) != 0;
    return STATUS_SUCCESS;
}

/* ---- between the forms ----------------------------------------------------------------------- */

/*
 * RtlAbsoluteToSelfRelativeSD - copies an absolute descriptor into one self-relative block.
 *
 * *BufferLength: in: bytes at SelfRelative; out, when too few: bytes needed.
 * IRQL:    any
 * Returns: SUCCESS; BUFFER_TOO_SMALL; BAD_DESCRIPTOR_FORMAT: it is self-relative already.
 * Source:  DOC ntifs/RtlAbsoluteToSelfRelativeSD
 */
NTSTATUS NTAPI RtlAbsoluteToSelfRelativeSD(
    PSECURITY_DESCRIPTOR Absolute, PSECURITY_DESCRIPTOR SelfRelative, ULONG *BufferLength)
{
    SEP_PARTS Parts;
    if (((SECURITY_DESCRIPTOR *)Absolute)->Control & SE_SELF_RELATIVE)
        return STATUS_BAD_DESCRIPTOR_FORMAT;
    SepGetParts(Absolute, &Parts);
    ULONG Needed = SepRelativeBytes(&Parts);
    if (*BufferLength < Needed) {
        *BufferLength = Needed;
        return STATUS_BUFFER_TOO_SMALL;
    }
    SepWriteRelative(&Parts, SelfRelative);
    return STATUS_SUCCESS;
}

static BOOLEAN SepFits(const void *Part, ULONG Bytes, ULONG *Size)
{
    ULONG Needed = Part != NULL ? Bytes : 0;
    BOOLEAN Fits = *Size >= Needed;
    *Size = Needed;
    return Fits;
}

static void *SepCopyPart(void *Target, const void *Part, ULONG Bytes)
{
    if (Part != NULL)
        __builtin_memcpy(Target, Part, Bytes);
    return Part != NULL ? Target : NULL;
}

/*
 * RtlSelfRelativeToAbsoluteSD - copies a self-relative descriptor into an absolute one and buffers
 * for its parts.
 *
 * Every size: in: bytes at the buffer; out: bytes the part takes. A part that is absent needs no
 * buffer. IRQL:    any Returns: SUCCESS; BUFFER_TOO_SMALL: nothing is copied, all sizes are set;
 * BAD_DESCRIPTOR_FORMAT: not self-relative. Source:  DOC ntifs/RtlSelfRelativeToAbsoluteSD
 */
NTSTATUS NTAPI RtlSelfRelativeToAbsoluteSD(PSECURITY_DESCRIPTOR SelfRelative,
    PSECURITY_DESCRIPTOR Absolute, ULONG *AbsoluteSize, ACL *Dacl, ULONG *DaclSize, ACL *Sacl,
    ULONG *SaclSize, PSID Owner, ULONG *OwnerSize, PSID PrimaryGroup, ULONG *PrimaryGroupSize)
{
    const SECURITY_DESCRIPTOR *Source = SelfRelative;
    SECURITY_DESCRIPTOR *Target = Absolute;
    SEP_PARTS Parts;

    if (!(Source->Control & SE_SELF_RELATIVE))
        return STATUS_BAD_DESCRIPTOR_FORMAT;
    SepGetParts(Source, &Parts);
    ULONG DaclBytes = Parts.Dacl != NULL ? SepAligned(Parts.Dacl->AclSize) : 0;
    ULONG SaclBytes = Parts.Sacl != NULL ? SepAligned(Parts.Sacl->AclSize) : 0;
    ULONG OwnerBytes = Parts.Owner != NULL ? SepSidBytes(Parts.Owner) : 0;
    ULONG GroupBytes = Parts.Group != NULL ? SepSidBytes(Parts.Group) : 0;
    BOOLEAN Fits = SepFits(Target, sizeof(*Target), AbsoluteSize);
    if (Target == NULL) {
        *AbsoluteSize = sizeof(*Target);
        Fits = FALSE;
    }
    Fits &= SepFits(Parts.Dacl, DaclBytes, DaclSize);
    Fits &= SepFits(Parts.Sacl, SaclBytes, SaclSize);
    Fits &= SepFits(Parts.Owner, OwnerBytes, OwnerSize);
    Fits &= SepFits(Parts.Group, GroupBytes, PrimaryGroupSize);
    if (!Fits)
        return STATUS_BUFFER_TOO_SMALL;
    Target->Revision = SECURITY_DESCRIPTOR_REVISION;
    Target->Sbz1 = Parts.Sbz1;
    Target->Control = (SECURITY_DESCRIPTOR_CONTROL)(Parts.Control & ~SE_SELF_RELATIVE);
    Target->Dacl = SepCopyPart(Dacl, Parts.Dacl, Parts.Dacl != NULL ? Parts.Dacl->AclSize : 0);
    Target->Sacl = SepCopyPart(Sacl, Parts.Sacl, Parts.Sacl != NULL ? Parts.Sacl->AclSize : 0);
    Target->Owner = SepCopyPart(Owner, Parts.Owner, OwnerBytes);
    Target->Group = SepCopyPart(PrimaryGroup, Parts.Group, GroupBytes);
    return STATUS_SUCCESS;
}
