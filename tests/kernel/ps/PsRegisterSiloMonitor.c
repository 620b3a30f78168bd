/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsRegisterSiloMonitor, PsStartSiloMonitor - who watches silos is told of the host's.
 */
#include "ktest.h"

typedef struct REGISTRATION { /* SILO_MONITOR_REGISTRATION */
    UCHAR Version;
    BOOLEAN MonitorHost, MonitorExistingSilos;
    UCHAR Reserved[5];
    PUNICODE_STRING Name;
    NTSTATUS(NTAPI *Create)(PVOID Silo);
    VOID(NTAPI *Terminate)(PVOID Silo);
} REGISTRATION;

static LONG Created, Terminated;

static NTSTATUS NTAPI OnCreate(PVOID Silo)
{
    CHECK_PTR(Silo, NULL);
    Created++;
    return STATUS_SUCCESS;
}

static VOID NTAPI OnTerminate(PVOID Silo)
{
    UNREFERENCED_PARAMETER(Silo);
    Terminated++;
}

TEST(PsRegisterSiloMonitor, TellsOfTheHost)
{
    NTSTATUS(NTAPI * Register)
    (REGISTRATION * Registration, PVOID * Monitor) = (PVOID)KtestExport(L"PsRegisterSiloMonitor");
    NTSTATUS(NTAPI * Start)(PVOID Monitor) = (PVOID)KtestExport(L"PsStartSiloMonitor");
    ULONG(NTAPI * SlotOf)(PVOID Monitor) = (PVOID)KtestExport(L"PsGetSiloMonitorContextSlot");
    VOID(NTAPI * Unregister)(PVOID Monitor) = (PVOID)KtestExport(L"PsUnregisterSiloMonitor");
    REGISTRATION Registration = {
        1, TRUE, FALSE, {0}, &KtestDriverObject->DriverName, OnCreate, OnTerminate};
    PVOID Monitor;

    if (Register == NULL) {
        skip("new in Windows 10, version 1607");
        return;
    }
    Created = Terminated = 0;
    if (!CHECK_STATUS(Register(&Registration, &Monitor), STATUS_SUCCESS))
        return;
    CHECK_EQ(Created, 0);
    CHECK(SlotOf(Monitor) < 1000);
    CHECK_STATUS(Start(Monitor), STATUS_SUCCESS);
    CHECK_EQ(Created, 1);
    Unregister(Monitor);
    Registration.Version = 77;
    CHECK(!NT_SUCCESS(Register(&Registration, &Monitor)));
}
