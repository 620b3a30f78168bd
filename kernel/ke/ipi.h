/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Work on all processors at once: interprocessor calls and generic DPCs (ipi.c). */
#pragma once

#include "ke/ke.h"

typedef ULONG_PTR NTAPI KI_IPI_ROUTINE(ULONG_PTR Argument);

struct KI_SERVER *KiIpiServer(ULONG Number);
void KiResetIpis(void);

ULONG_PTR NTAPI KeIpiGenericCall(KI_IPI_ROUTINE *BroadcastFunction, ULONG_PTR Context);
void NTAPI KeGenericCallDpc(PKDEFERRED_ROUTINE Routine, void *Context);
void NTAPI KeSignalCallDpcDone(void *SystemArgument1);
LOGICAL NTAPI KeSignalCallDpcSynchronize(void *SystemArgument2);
