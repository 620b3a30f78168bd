/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What ps exports about silos, of which there is the host's, NULL; silo.c. */
#pragma once

#include "ps/ps.h"

#define PS_SILO_MONITOR_VERSION 1u

typedef void NTAPI PS_SILO_CLEANUP(void *SiloContext);

typedef struct PS_SILO_MONITOR_REGISTRATION { /* SILO_MONITOR_REGISTRATION */
    UCHAR Version;
    BOOLEAN MonitorHost;
    BOOLEAN MonitorExistingSilos;
    UCHAR Reserved[5];
    UNICODE_STRING *Name; /* of the driver object or the component */
    NTSTATUS(NTAPI *CreateCallback)(void *Silo);
    void(NTAPI *TerminateCallback)(void *Silo);
} PS_SILO_MONITOR_REGISTRATION;

typedef struct PS_SILO_MONITOR PS_SILO_MONITOR;

void PspResetSilos(void); /* at start: a machine that stopped may have left some */

void *NTAPI PsGetHostSilo(void);
BOOLEAN NTAPI PsIsHostSilo(void *Silo);
void *NTAPI PsGetCurrentSilo(void);
void *NTAPI PsGetCurrentServerSilo(void);
void *NTAPI PsGetThreadServerSilo(ETHREAD *Thread);
void *NTAPI PsGetEffectiveServerSilo(void *Silo);
void *NTAPI PsGetParentSilo(void *Job);
ULONG NTAPI PsGetServerSiloActiveConsoleId(void *Silo);
NTSTATUS NTAPI PsGetJobSilo(void *Job, void **Silo);
NTSTATUS NTAPI PsGetJobServerSilo(void *Job, void **ServerSilo);
GUID *NTAPI PsGetSiloContainerId(void *Silo);
void *NTAPI PsAttachSiloToCurrentThread(void *Silo);
void NTAPI PsDetachSiloFromCurrentThread(void *PreviousSilo);
void NTAPI PsTerminateServerSilo(void *ServerSilo, NTSTATUS ExitStatus);

NTSTATUS NTAPI PsAllocSiloContextSlot(ULONG_PTR Reserved, ULONG *ReturnedContextSlot);
NTSTATUS NTAPI PsFreeSiloContextSlot(ULONG ContextSlot);
NTSTATUS NTAPI PsCreateSiloContext(void *Silo, ULONG Size, POOL_TYPE PoolType,
    PS_SILO_CLEANUP *ContextCleanupCallback, void **ReturnedSiloContext);
void NTAPI PsReferenceSiloContext(void *SiloContext);
void NTAPI PsDereferenceSiloContext(void *SiloContext);
NTSTATUS NTAPI PsInsertSiloContext(void *Silo, ULONG ContextSlot, void *SiloContext);
NTSTATUS NTAPI PsInsertPermanentSiloContext(void *Silo, ULONG ContextSlot, void *SiloContext);
NTSTATUS NTAPI PsMakeSiloContextPermanent(void *Silo, ULONG ContextSlot);
NTSTATUS NTAPI PsGetSiloContext(void *Silo, ULONG ContextSlot, void **ReturnedSiloContext);
NTSTATUS NTAPI PsGetPermanentSiloContext(void *Silo, ULONG ContextSlot, void **ReturnedSiloContext);
NTSTATUS NTAPI PsReplaceSiloContext(
    void *Silo, ULONG ContextSlot, void *NewSiloContext, void **OldSiloContext);
NTSTATUS NTAPI PsRemoveSiloContext(void *Silo, ULONG ContextSlot, void **RemovedSiloContext);

NTSTATUS NTAPI PsRegisterSiloMonitor(
    const PS_SILO_MONITOR_REGISTRATION *Registration, PS_SILO_MONITOR **ReturnedMonitor);
NTSTATUS NTAPI PsStartSiloMonitor(PS_SILO_MONITOR *Monitor);
ULONG NTAPI PsGetSiloMonitorContextSlot(PS_SILO_MONITOR *Monitor);
void NTAPI PsUnregisterSiloMonitor(PS_SILO_MONITOR *Monitor);
