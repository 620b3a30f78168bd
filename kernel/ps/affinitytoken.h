/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A system affinity for the current thread over several groups of processors, of which there is
 * one; affinitytoken.c.
 */
#pragma once

#include "ps/ps.h"

typedef struct PS_AFFINITY_TOKEN PS_AFFINITY_TOKEN;

NTSTATUS NTAPI PsAllocateAffinityToken(PS_AFFINITY_TOKEN **AffinityToken);
void NTAPI PsFreeAffinityToken(PS_AFFINITY_TOKEN *AffinityToken);
NTSTATUS NTAPI PsSetSystemMultipleGroupAffinityThread(
    GROUP_AFFINITY *GroupAffinities, USHORT GroupCount, PS_AFFINITY_TOKEN *AffinityToken);
void NTAPI PsRevertToUserMultipleGroupAffinityThread(PS_AFFINITY_TOKEN *AffinityToken);
