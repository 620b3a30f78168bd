/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Server threads of ke. Asleep and Wake together lose no call: the server says that it sleeps
 * before it looks at Wake for the last time, and a caller raises Wake before it looks whether the
 * server sleeps.
 */
#include <stdatomic.h>

#include "ke/dpc.h"
#include "ke/interrupt.h"
#include "ke/ipi.h"
#include "ke/kep.h"
#include "ke/processor.h"
#include "ke/timer.h"

#define KI_SERVER_PATIENCE 20000000u /* 100 ns */

KTHREAD *(*KePrepareThread)(void);
NTSTATUS (*KeStartThread)(KTHREAD *Thread, PKSTART_ROUTINE Routine, void *Context);

static _Atomic uint32_t KiServersStopping;

static void NTAPI KiRunServer(void *Context)
{
    KI_SERVER *Server = Context;
    while (!KiServersStopping) {
        uint32_t Wake = Server->Wake;
        ULONG64 Next = Server->Serve(Server);
        Server->Asleep = 1;
        if (!KiServersStopping)
            host_wait(&Server->Wake, Wake, KiHostTime(Next));
        Server->Asleep = 0;
        if (KiStopped)
            KeLeaveKernel(STATUS_HOST_DOWN);
    }
    Server->State = KI_SERVER_ENDED;
    host_wake(&Server->State, 1);
}

static BOOLEAN KiStartServer(KI_SERVER *Server)
{
    uint32_t State = KI_SERVER_NONE;
    if (!atomic_compare_exchange_strong(&Server->State, &State, KI_SERVER_STARTING))
        return State != KI_SERVER_HOPELESS; /* who is at it lets it begin with a look at what there
                                               is */
    KTHREAD *Thread = Server->Reserve != NULL ? Server->Reserve
        : KePrepareThread != NULL             ? KePrepareThread()
                                              : NULL;
    Server->Reserve = NULL;
    Server->State = KI_SERVER_RUNS;
    if (Thread != NULL && NT_SUCCESS(KeStartThread(Thread, KiRunServer, Server)))
        return TRUE;
    Server->State = KI_SERVER_HOPELESS;
    return FALSE;
}

BOOLEAN KiCallServer(KI_SERVER *Server)
{
    Server->Wake++;
    if (Server->State != KI_SERVER_RUNS)
        return KiStartServer(Server);
    if (Server->Asleep)
        host_wake(&Server->Wake, 1);
    return TRUE;
}

void KiResetServers(void)
{
    KiServersStopping = 0;
    KePrepareThread = NULL;
    KeStartThread = NULL;
}

NTSTATUS KeReserveServers(void)
{
    KiTimerServer.Reserve = KePrepareThread();
    return KiTimerServer.Reserve != NULL ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static void KiWakeServer(KI_SERVER *Server)
{
    Server->Wake++;
    host_wake(&Server->Wake, 1);
}

void KiWakeServers(void)
{
    KiWakeServer(&KiTimerServer);
    KiWakeServer(KiInterruptServer());
    for (ULONG Number = 0; Number < KiProcessorCount; Number++) {
        KiWakeServer(KiDpcServer(Number));
        KiWakeServer(KiIpiServer(Number));
    }
}

static void KiEndServer(KI_SERVER *Server)
{
    uint64_t Deadline = host_clock_monotonic() + KI_SERVER_PATIENCE;
    while (Server->State == KI_SERVER_RUNS || Server->State == KI_SERVER_STARTING) {
        uint32_t State = Server->State;
        KiWakeServer(Server);
        if (host_wait(&Server->State, State, Deadline) != 0)
            return; /* in a routine of a driver that does not end: the machine's stop gets it out */
    }
}

void KeStopServers(void)
{
    KiServersStopping = 1;
    KiEndServer(KiInterruptServer());
    KiEndServer(&KiTimerServer);
    for (ULONG Number = 0; Number < KiProcessorCount; Number++) {
        KiEndServer(KiDpcServer(Number));
        KiEndServer(KiIpiServer(Number));
    }
}
