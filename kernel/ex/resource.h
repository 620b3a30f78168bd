/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Resources: locks many threads may share or one may have for itself, each as often as it likes. */
#pragma once

#include "ex/ex.h"

NTSTATUS NTAPI ExInitializeResourceLite(ERESOURCE *Resource);
NTSTATUS NTAPI ExReinitializeResourceLite(ERESOURCE *Resource);
NTSTATUS NTAPI ExDeleteResourceLite(ERESOURCE *Resource);
BOOLEAN NTAPI ExAcquireResourceExclusiveLite(ERESOURCE *Resource, BOOLEAN Wait);
BOOLEAN NTAPI ExAcquireResourceSharedLite(ERESOURCE *Resource, BOOLEAN Wait);
BOOLEAN NTAPI ExAcquireSharedStarveExclusive(ERESOURCE *Resource, BOOLEAN Wait);
BOOLEAN NTAPI ExAcquireSharedWaitForExclusive(ERESOURCE *Resource, BOOLEAN Wait);
void FASTCALL ExReleaseResourceLite(ERESOURCE *Resource);
void NTAPI ExReleaseResourceForThreadLite(ERESOURCE *Resource, ERESOURCE_THREAD ResourceThreadId);
void NTAPI ExConvertExclusiveToSharedLite(ERESOURCE *Resource);
BOOLEAN NTAPI ExIsResourceAcquiredExclusiveLite(ERESOURCE *Resource);
ULONG NTAPI ExIsResourceAcquiredSharedLite(ERESOURCE *Resource);
ULONG NTAPI ExGetExclusiveWaiterCount(ERESOURCE *Resource);
ULONG NTAPI ExGetSharedWaiterCount(ERESOURCE *Resource);
void NTAPI ExSetResourceOwnerPointer(ERESOURCE *Resource, void *OwnerPointer);
void NTAPI ExSetResourceOwnerPointerEx(ERESOURCE *Resource, void *OwnerPointer, ULONG Flags);
void NTAPI ExDisableResourceBoostLite(ERESOURCE *Resource);
void *NTAPI ExEnterCriticalRegionAndAcquireResourceExclusive(ERESOURCE *Resource);
void *NTAPI ExEnterCriticalRegionAndAcquireResourceShared(ERESOURCE *Resource);
void *NTAPI ExEnterPriorityRegionAndAcquireResourceExclusive(ERESOURCE *Resource);
void *NTAPI ExEnterPriorityRegionAndAcquireResourceShared(ERESOURCE *Resource);
void FASTCALL ExReleaseResourceAndLeavePriorityRegion(ERESOURCE *Resource);
void *NTAPI ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(ERESOURCE *Resource);
void FASTCALL ExReleaseResourceAndLeaveCriticalRegion(ERESOURCE *Resource);
