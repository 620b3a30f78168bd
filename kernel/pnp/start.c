/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Starting a device: its drivers may change what resources it needs, it gets some, is told which,
 * and is asked afterwards what it can do, what state it is in and, as it may be a bus, what devices
 * it has.
 */
#include <stdio.h>
#include <string.h>

#include "pnp/pnpp.h"
#include "rtl/status.h"

/* ---- before ---------------------------------------------------------------------------------- */

static NTSTATUS PnppFindResources(PNPP_NODE *Node)
{
    NTSTATUS Status = PnppFilterRequirements(Node);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = PnppAssign(Node, PnppNeeded(Node));
    if (Status == STATUS_CONFLICTING_ADDRESSES)
        Status = PnppRebalance(Node);
    if (NT_SUCCESS(Status))
        PnppTakeNext(Node);
    return Status;
}

/* ---- after ----------------------------------------------------------------------------------- */

void PnppQueryState(PNPP_NODE *Node)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_QUERY_PNP_DEVICE_STATE};
    ULONG_PTR Information = 0;
    NTSTATUS Status = PnppSend(Node->Pdo, &Stack, STATUS_NOT_SUPPORTED, &Information);
    Node->DeviceState = NT_SUCCESS(Status) ? (PNP_DEVICE_STATE)Information : 0;
}

/* Enum\…\Control is there while the device is; what is in it says how it is doing. */
void PnppSetPresent(const PNPP_NODE *Node, BOOLEAN Present)
{
    static const UNICODE_STRING Tree = RTL_STRING(u"HTREE\\ROOT\\0");
    HANDLE Key;
    if (!Present) {
        if (NT_SUCCESS(PnppOpenDevice(&Node->Path, u"Control", KEY_ALL_ACCESS, &Key)))
            PnppDeleteTree(Key);
        return;
    }
    if (!NT_SUCCESS(PnppCreateDevice(&Node->Path, u"Control", REG_OPTION_VOLATILE, &Key)))
        return;
    PnppSetText(Key, u"Parent", Node->Parent != &PnppRoot ? &Node->Parent->Path : &Tree);
    if (Node->State == PNPP_STARTED)
        PnppDeleteValue(Key, u"Problem");
    else
        PnppSetNumber(Key, u"Problem", Node->Problem);
    if (Node->State == PNPP_STARTED && Node->Service.Buffer != NULL)
        PnppSetText(Key, u"ActiveService", &Node->Service);
    else
        PnppDeleteValue(Key, u"ActiveService");
    if (Node->Allocated != NULL)
        PnppSetValue(Key, u"AllocConfig", REG_RESOURCE_LIST, Node->Allocated,
            PnppResourceBytes(Node->Allocated));
    else
        PnppDeleteValue(Key, u"AllocConfig");
    ZwClose(Key);
}

void PnppWithdraw(PNPP_NODE *Node)
{
    BOOLEAN Failed = (Node->DeviceState & PNP_DEVICE_DISABLED) == 0;
    PnppTakeDown(Node);
    PnppFail(Node, Failed ? PNPP_PROBLEM_FAILED_POST_START : PNPP_PROBLEM_DISABLED,
        STATUS_DEVICE_CONFIGURATION_ERROR,
        Failed ? "its driver says that the device has failed"
               : "its driver says that the device is to be disabled");
}

static void PnppAfterStart(PNPP_NODE *Node)
{
    Node->State = PNPP_STARTED;
    Node->Problem = PNPP_NO_PROBLEM;
    PnppQueryCapabilities(Node->Pdo, &Node->Capabilities);
    PnppQueryState(Node);
    PnppSetPresent(Node, TRUE);
    PnppQueueInstance(&PnppDeviceStarted, &Node->Path);
    if (Node->DeviceState & (PNP_DEVICE_FAILED | PNP_DEVICE_REMOVED | PNP_DEVICE_DISABLED))
        PnppWithdraw(Node);
    else
        Node->Invalid = TRUE;
    if (IoVerifier != NULL && Node->State == PNPP_STARTED)
        IoVerifier->Started(Node->Pdo);
}

NTSTATUS PnppSendStart(PNPP_NODE *Node)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_START_DEVICE};
    Stack.Parameters.StartDevice.AllocatedResources = Node->Allocated;
    Stack.Parameters.StartDevice.AllocatedResourcesTranslated = Node->Translated;
    NTSTATUS Status = PnppSend(Node->Pdo, &Stack, STATUS_NOT_SUPPORTED, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    PnppAfterStart(Node);
    PnppPutFiles(Node);
    return Status;
}

NTSTATUS PnppStart(PNPP_NODE *Node)
{
    char Text[160];
    NTSTATUS Status = PnppFindResources(Node);
    if (!NT_SUCCESS(Status)) {
        PnppRemove(Node);
        PnppFail(Node, PNPP_PROBLEM_NORMAL_CONFLICT, Status,
            Status == STATUS_CONFLICTING_ADDRESSES ? "the resources the device needs are not free"
                                                   : "no resources could be found for the device");
        return Status;
    }
    Status = PnppSendStart(Node);
    if (NT_SUCCESS(Status))
        return Node->State == PNPP_STARTED ? STATUS_SUCCESS : Node->ProblemStatus;
    const char *Name = RtlpStatusName(Status);
    snprintf(Text, sizeof(Text),
        "the device did not start: IRP_MN_START_DEVICE ended with %s (0x%08X)",
        Name != NULL ? Name : "a status", (unsigned)Status);
    PnppRemove(Node);
    PnppFail(Node, PNPP_PROBLEM_FAILED_START, Status, Text);
    return Status;
}

void PnppProcess(PNPP_NODE *Node)
{
    if (Node->State == PNPP_FOUND) {
        if (NT_SUCCESS(PnppAddDrivers(Node)))
            PnppStart(Node);
        else
            PnppSetPresent(Node, TRUE); /* with its problem */
    }
    if (Node->State == PNPP_STARTED && Node->Invalid)
        PnppEnumerate(Node);
}
