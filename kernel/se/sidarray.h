/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports of sidarray.c and rewrite.c. */
#pragma once

#include "nt/ntifs.h"
#include "se/se.h"

void NTAPI RtlCopyLuidAndAttributesArray(
    ULONG Count, LUID_AND_ATTRIBUTES *Source, LUID_AND_ATTRIBUTES *Target);
NTSTATUS NTAPI RtlCopySidAndAttributesArray(ULONG Count, SID_AND_ATTRIBUTES *Source,
    ULONG SidAreaSize, SID_AND_ATTRIBUTES *Target, PSID SidArea, PSID *RemainingSidArea,
    ULONG *RemainingSidAreaSize);
NTSTATUS NTAPI RtlSidHashInitialize(
    SID_AND_ATTRIBUTES *SidAttr, ULONG SidCount, SID_AND_ATTRIBUTES_HASH *Hash);
SID_AND_ATTRIBUTES *NTAPI RtlSidHashLookup(SID_AND_ATTRIBUTES_HASH *Hash, PSID Sid);
BOOLEAN NTAPI RtlOwnerAcesPresent(ACL *Acl);
NTSTATUS NTAPI RtlReplaceSidInSd(
    PSECURITY_DESCRIPTOR Descriptor, PSID OldSid, PSID NewSid, ULONG *Changes);
BOOLEAN NTAPI RtlNormalizeSecurityDescriptor(PSECURITY_DESCRIPTOR *SecurityDescriptor,
    ULONG SecurityDescriptorLength, PSECURITY_DESCRIPTOR *NewSecurityDescriptor,
    ULONG *NewSecurityDescriptorLength, BOOLEAN CheckOnly);
NTSTATUS NTAPI RtlSelfRelativeToAbsoluteSD2(PSECURITY_DESCRIPTOR Descriptor, ULONG *BufferSize);
