/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The current thread on processors of several groups. There is one group, so that it is
 * KeSetSystemGroupAffinityThread with a token that keeps what was there before.
 */
#include "ps/affinitytoken.h"
#include "ke/affinity.h"

#define PSP_TAG_AFFINITY 0x66417350u /* 'PsAf' */

struct PS_AFFINITY_TOKEN {
    GROUP_AFFINITY Previous;
    BOOLEAN InForce;
};

/*
 * PsAllocateAffinityToken - a token for PsSetSystemMultipleGroupAffinityThread.
 *
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INSUFFICIENT_RESOURCES.
 * Owner:   caller; PsFreeAffinityToken.
 * Source:  DOC ntddk/PsAllocateAffinityToken; INF the failure; OBS
 *          tests/kernel/ps/PsAllocateAffinityToken.c
 */
NTSTATUS NTAPI PsAllocateAffinityToken(PS_AFFINITY_TOKEN **AffinityToken)
{
    PS_AFFINITY_TOKEN *New = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*New), PSP_TAG_AFFINITY, EX_CALLER);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    *AffinityToken = New;
    return STATUS_SUCCESS;
}

/*
 * PsFreeAffinityToken - the reverse. IRQL: up to DISPATCH_LEVEL. Source: DOC ntddk; OBS as above.
 */
void NTAPI PsFreeAffinityToken(PS_AFFINITY_TOKEN *AffinityToken)
{
    ExiFree(AffinityToken);
}

/* Processors of one group that are there; those of other groups are not. */
static BOOLEAN PspIsAffinity(const GROUP_AFFINITY *Affinities, USHORT Count)
{
    if (Count != 1 || Affinities == NULL || Affinities->Group != 0)
        return FALSE;
    return Affinities->Mask != 0 && (Affinities->Mask & ~KeQueryGroupAffinity(0)) == 0;
}

/*
 * PsSetSystemMultipleGroupAffinityThread - have the current thread run on processors of some
 * groups.
 *
 * GroupAffinities: GroupCount of them, each of another group. AffinityToken: not in use; keeps what
 *          was before.
 * IRQL:    up to DISPATCH_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: none, or processors that are not there, and nothing has
 *          changed.
 * Owner:   caller; PsRevertToUserMultipleGroupAffinityThread on the same thread.
 * Source:  DOC ntddk/PsSetSystemMultipleGroupAffinityThread; INF processors that are not there; OBS
 *          as above
 */
NTSTATUS NTAPI PsSetSystemMultipleGroupAffinityThread(
    GROUP_AFFINITY *GroupAffinities, USHORT GroupCount, PS_AFFINITY_TOKEN *AffinityToken)
{
    if (!PspIsAffinity(GroupAffinities, GroupCount) || AffinityToken->InForce)
        return STATUS_INVALID_PARAMETER;
    KeSetSystemGroupAffinityThread(GroupAffinities, &AffinityToken->Previous);
    AffinityToken->InForce = TRUE;
    return STATUS_SUCCESS;
}

/*
 * PsRevertToUserMultipleGroupAffinityThread - the reverse. IRQL: up to DISPATCH_LEVEL. Source: DOC
 * ntddk; OBS as above.
 */
void NTAPI PsRevertToUserMultipleGroupAffinityThread(PS_AFFINITY_TOKEN *AffinityToken)
{
    if (!AffinityToken->InForce)
        return;
    AffinityToken->InForce = FALSE;
    KeRevertToUserGroupAffinityThread(&AffinityToken->Previous);
}
