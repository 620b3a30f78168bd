/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Objects drivers make themselves (create.c). */
#pragma once

#include "ob/ob.h"

NTSTATUS NTAPI ObCreateObject(KPROCESSOR_MODE ProbeMode, OBJECT_TYPE *ObjectType,
    OBJECT_ATTRIBUTES *Attributes, KPROCESSOR_MODE OwnershipMode, void *ParseContext,
    ULONG ObjectBodySize, ULONG PagedPoolCharge, ULONG NonPagedPoolCharge, void **Object);
NTSTATUS NTAPI ObInsertObject(void *Object, ACCESS_STATE *PassedAccessState,
    ACCESS_MASK DesiredAccess, ULONG ObjectPointerBias, void **NewObject, HANDLE *Handle);
void NTAPI ObDeleteCapturedInsertInfo(void *Object);
BOOLEAN NTAPI ObFindHandleForObject(void *Process, void *Object, OBJECT_TYPE *ObjectType,
    OBJECT_HANDLE_INFORMATION *HandleInformation, HANDLE *Handle);
NTSTATUS NTAPI ObQueryObjectAuditingByHandle(HANDLE Handle, BOOLEAN *GenerateOnClose);

void ObpReleasePending(OBJECT_HEADER *Header);
