/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * pnp's start, and what it does when drivers come and go: a driver that starts gets the devices
 * that were waiting for it; one that is to be stopped is taken off its devices first. A driver that
 * plug and play knows no device for, and that was named by hand, gets one of the root bus, or else
 * nobody would ever call it.
 */
#include <stdio.h>

#include "pnp/pnpp.h"

static BOOLEAN PnppClosing;

BOOLEAN PnppIsClosing(void)
{
    return PnppClosing;
}

/* ---- drivers that start ---------------------------------------------------------------------- */

typedef struct PNPP_OUTCOME {
    ULONG Named, Started, Failed;
    NTSTATUS Status;
    char Path[200]; /* of the last device that failed */
} PNPP_OUTCOME;

static void PnppRetry(PNPP_NODE *Node)
{
    if (Node->State == PNPP_FAILED && Node->Problem != PNPP_PROBLEM_DISABLED) {
        Node->State = PNPP_FOUND;
        Node->Problem = PNPP_NO_PROBLEM;
    }
    PnppProcess(Node);
}

/* Starts what waits for a driver; Function: only count those it is the function driver of. */
static void PnppServe(const DRIVER_OBJECT *Driver, PNPP_OUTCOME *Outcome)
{
    const UNICODE_STRING *Name = &Driver->DriverExtension->ServiceKeyName;
    for (PNPP_NODE *Node = PnppNextNode(&PnppRoot); Node != NULL; Node = PnppNextNode(Node)) {
        if (Node->Service.Buffer == NULL && Node->State != PNPP_STARTED)
            PnppReadService(Node); /* it may have been installed by now */
        if (Node->Missing || !PnppNeeds(Node, Name))
            continue;
        Outcome->Named++;
        if (Node->State != PNPP_FOUND && Node->State != PNPP_FAILED)
            continue;
        PnppRetry(Node);
        if (Node->State == PNPP_STARTED) {
            Outcome->Started++;
        } else if (Node->State == PNPP_FAILED && PnppSame(&Node->Service, Name) &&
                   Node->Problem != PNPP_PROBLEM_DRIVER_FAILED_LOAD) {
            Outcome->Failed++;
            Outcome->Status = Node->ProblemStatus;
            RtlpToUtf8(&Node->Path, Outcome->Path, sizeof(Outcome->Path));
        }
    }
}

NTSTATUS PnppMakeDevice(const DRIVER_OBJECT *Driver)
{
    UNICODE_STRING Path, Id;
    static const UNICODE_STRING Root = RTL_STRING(u"ROOT\\"),
                                End = {sizeof(WCHAR), sizeof(WCHAR), (WCHAR *)(ULONG_PTR)u"\0"};
    const UNICODE_STRING *Name = &Driver->DriverExtension->ServiceKeyName;
    HANDLE Key;
    NTSTATUS Status = PnppNewInstance(Name, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppCreateDevice(&Path, NULL, REG_OPTION_NON_VOLATILE, &Key);
    if (NT_SUCCESS(Status)) {
        Status = PnppSetText(Key, u"Service", Name);
        if (NT_SUCCESS(Status))
            Status = PnppJoin(&Id, EX_KERNEL_SITE, &Root, Name, &End, NULL);
        if (NT_SUCCESS(Status)) {
            Status = PnppSetValue(
                Key, u"HardwareID", REG_MULTI_SZ, Id.Buffer, Id.Length + (ULONG)sizeof(WCHAR));
            PnppFree(&Id);
        }
        ZwClose(Key);
    }
    PnppFree(&Path);
    return Status;
}

static NTSTATUS PnppDriverStarted(DRIVER_OBJECT *Driver, BOOLEAN ByHand, LDR_ERROR *Error)
{
    PNPP_OUTCOME Outcome = {.Status = STATUS_SUCCESS};
    if (PnppLoading() || PnppClosing)
        return STATUS_SUCCESS;
    PnppAcquire();
    PnppScanRoot();
    PnppServe(Driver, &Outcome);
    if (Outcome.Named == 0 && ByHand && Driver->DriverExtension->AddDevice != NULL &&
        !PnppIsInstalled(&Driver->DriverExtension->ServiceKeyName) &&
        NT_SUCCESS(PnppMakeDevice(Driver))) {
        PnppScanRoot();
        PnppServe(Driver, &Outcome);
    }
    PnppRelease();
    if (Outcome.Failed == 0 || Outcome.Started != 0)
        return STATUS_SUCCESS;
    snprintf(Error->Text, sizeof(Error->Text), "the device %s of the driver could not be started",
        Outcome.Path);
    return Outcome.Status;
}

/* ---- drivers that stop ----------------------------------------------------------------------- */

static PNPP_NODE *PnppNodeOfDriver(const DRIVER_OBJECT *Driver)
{
    for (PNPP_NODE *Node = PnppNextNode(&PnppRoot); Node != NULL; Node = PnppNextNode(Node)) {
        /* What it made itself, as a bus driver, goes with the bus. */
        if ((Node->State == PNPP_ADDED || Node->State == PNPP_STARTED ||
                Node->State == PNPP_SURPRISE) &&
            Node->Pdo->AttachedDevice != NULL &&
            IoiStackHasDriver(Node->Pdo->AttachedDevice, Driver))
            return Node;
    }
    return NULL;
}

static NTSTATUS PnppDriverStopping(DRIVER_OBJECT *Driver, LDR_ERROR *Error)
{
    PNPP_NODE *Node;
    char Text[400];
    NTSTATUS Status = STATUS_SUCCESS;
    if (Driver->DriverExtension->AddDevice == NULL)
        return STATUS_SUCCESS;
    PnppAcquire();
    while (NT_SUCCESS(Status) && (Node = PnppNodeOfDriver(Driver)) != NULL)
        Status = PnppRemoveOrderly(Node, FALSE, Text, sizeof(Text));
    PnppRelease();
    if (!NT_SUCCESS(Status))
        snprintf(Error->Text, sizeof(Error->Text), "the driver is in use: %s", Text);
    return Status;
}

static void PnppDriverGone(DRIVER_OBJECT *Driver)
{
    PnppForgetNotifications(Driver);
    PnppForgetReported(Driver);
}

/* ---- up and down ----------------------------------------------------------------------------- */

static NTSTATUS PnppStartAll(void *Context)
{
    (void)Context;
    PnppAcquire();
    PnppScanRoot();
    for (PNPP_NODE *Node = PnppNextNode(&PnppRoot); Node != NULL; Node = PnppNextNode(Node)) {
        if (Node->State == PNPP_FOUND && Node->Service.Buffer != NULL)
            PnppProcess(Node);
    }
    PnppRelease();
    return STATUS_SUCCESS;
}

void PnpStartDevices(void)
{
    IoiRunAsSystem(PnppStartAll, NULL);
}

void PnpShutdown(void)
{
    PnppClosing = TRUE;
}

NTSTATUS PnpInitialize(void)
{
    PnppClosing = FALSE;
    PnppResetTree();
    PnppInitializeInterfaces();
    PnppInitializeNotify();
    PnppInitializeContainers();
    PnppInitializeWork();
    NTSTATUS Status = IoiCreateBuiltInDriver("\\Driver\\PnpManager", PnppRootEntry);
    if (NT_SUCCESS(Status))
        Status = IoiCreateBuiltInDriver("\\Driver\\DeviceApi", PnppListenerEntry);
    if (!NT_SUCCESS(Status))
        return Status;
    IoDriverStarted = PnppDriverStarted;
    IoDriverStopping = PnppDriverStopping;
    IoDriverGone = PnppDriverGone;
    IoFindInterrupt = PnppFindInterrupt;
    return STATUS_SUCCESS;
}
