/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests to device stacks: every IRP_MJ_PNP goes to the top, at PASSIVE_LEVEL in the System
 * process, with STATUS_NOT_SUPPORTED as its status, and is waited for. What a driver answers with
 * is its own pool and is freed here or by the caller.
 */
#include <string.h>

#include "pnp/pnpp.h"

NTSTATUS PnppSend(
    DEVICE_OBJECT *Device, IO_STACK_LOCATION *Stack, NTSTATUS Initial, ULONG_PTR *Information)
{
    DEVICE_OBJECT *Top = IoGetAttachedDeviceReference(Device);
    Stack->MajorFunction = IRP_MJ_PNP;
    NTSTATUS Status = IoiSendToDevice(Top, Stack, Initial, Information);
    ObfDereferenceObject(Top);
    return Status;
}

NTSTATUS PnppSendMinor(DEVICE_OBJECT *Device, UCHAR Minor)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = Minor};
    return PnppSend(Device, &Stack, STATUS_NOT_SUPPORTED, NULL);
}

/* What a driver returns in Information counts only with success. */
static NTSTATUS PnppAsk(DEVICE_OBJECT *Device, IO_STACK_LOCATION *Stack, void **Answer)
{
    ULONG_PTR Information = 0;
    *Answer = NULL;
    NTSTATUS Status = PnppSend(Device, Stack, STATUS_NOT_SUPPORTED, &Information);
    if (!NT_SUCCESS(Status))
        return Status;
    *Answer = (void *)Information;
    return Information != 0 ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

NTSTATUS PnppQueryId(DEVICE_OBJECT *Device, BUS_QUERY_ID_TYPE Type, WCHAR **Id)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_QUERY_ID};
    void *Answer;
    Stack.Parameters.QueryId.IdType = Type;
    NTSTATUS Status = PnppAsk(Device, &Stack, &Answer);
    *Id = Answer;
    return Status;
}

NTSTATUS PnppQueryDescription(DEVICE_OBJECT *Device, DEVICE_TEXT_TYPE Type, WCHAR **Text)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_QUERY_DEVICE_TEXT};
    void *Answer;
    Stack.Parameters.QueryDeviceText.DeviceTextType = Type;
    Stack.Parameters.QueryDeviceText.LocaleId = 0x409;
    NTSTATUS Status = PnppAsk(Device, &Stack, &Answer);
    *Text = Answer;
    return Status;
}

NTSTATUS PnppQueryRelations(
    DEVICE_OBJECT *Device, DEVICE_RELATION_TYPE Type, DEVICE_RELATIONS **Relations)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_QUERY_DEVICE_RELATIONS};
    void *Answer;
    Stack.Parameters.QueryDeviceRelations.Type = Type;
    NTSTATUS Status = PnppAsk(Device, &Stack, &Answer);
    *Relations = Answer;
    return Status;
}

NTSTATUS PnppQueryCapabilities(DEVICE_OBJECT *Device, DEVICE_CAPABILITIES *Capabilities)
{
    IO_STACK_LOCATION Stack = {.MinorFunction = IRP_MN_QUERY_CAPABILITIES};
    memset(Capabilities, 0, sizeof(*Capabilities));
    Capabilities->Size = sizeof(*Capabilities);
    Capabilities->Version = 1;
    Capabilities->Address = Capabilities->UINumber = MAXULONG;
    Stack.Parameters.DeviceCapabilities.Capabilities = Capabilities;
    return PnppSend(Device, &Stack, STATUS_NOT_SUPPORTED, NULL);
}
