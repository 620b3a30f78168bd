/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Requests to providers: IRP_MJ_SYSTEM_CONTROL to the top of the device's stack, with the device as
 * ProviderId. A driver whose answer does not fit says how much it needs in a WNODE_TOO_SMALL.
 */
#include <string.h>

#include "wmi/wmip.h"

#define WMIP_MOST_BYTES (16u * 1024u * 1024u)

NTSTATUS WmipSend(const WMIP_PROVIDER *Provider, UCHAR Minor, void *DataPath, ULONG Bytes,
    void *Buffer, ULONG_PTR *Information)
{
    IO_STACK_LOCATION Stack = {.MajorFunction = IRP_MJ_SYSTEM_CONTROL, .MinorFunction = Minor};
    Stack.Parameters.WMI.ProviderId = (ULONG_PTR)Provider->Device;
    Stack.Parameters.WMI.DataPath = DataPath;
    Stack.Parameters.WMI.BufferSize = Bytes;
    Stack.Parameters.WMI.Buffer = Buffer;
    DEVICE_OBJECT *Top = IoGetAttachedDeviceReference(Provider->Device);
    NTSTATUS Status = IoiSendToDevice(Top, &Stack, STATUS_NOT_SUPPORTED, Information);
    ObfDereferenceObject(Top);
    return Status;
}

void WmipFillHeader(WNODE_HEADER *Header, ULONG Bytes, const WMIP_TARGET *Target, ULONG Flags)
{
    memset(Header, 0, sizeof(*Header));
    Header->BufferSize = Bytes;
    Header->ProviderId = Target->Provider->Id;
    Header->Guid = Target->Set->Guid;
    Header->Flags = Flags | WmipNameFlags(Target->Set);
    KeQuerySystemTime(&Header->TimeStamp);
}

/* What the driver wants, when it said that the buffer is too small; 0: it did not. */
static ULONG WmipNeeded(const WNODE_HEADER *Answer, ULONG_PTR Information)
{
    const WNODE_TOO_SMALL *Small = (const WNODE_TOO_SMALL *)(const void *)Answer;
    return Information >= sizeof(*Small) && (Answer->Flags & WNODE_FLAG_TOO_SMALL)
        ? Small->SizeNeeded
        : 0;
}

NTSTATUS WmipAsk(const WMIP_TARGET *Target, UCHAR Minor, const void *Request, ULONG Used,
    ULONG Room, BOOLEAN Once, WNODE_HEADER **Answer, ULONG *AnswerRoom)
{
    GUID Guid = Target->Set->Guid;
    for (;;) {
        ULONG_PTR Information = 0;
        if (Room < sizeof(WNODE_TOO_SMALL))
            Room = sizeof(WNODE_TOO_SMALL);
        WNODE_HEADER *Buffer = ExiAllocateZero(NonPagedPoolNx, Room, WMIP_TAG, EX_KERNEL_SITE);
        if (Buffer == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        memcpy(Buffer, Request, Used);
        NTSTATUS Status = WmipSend(Target->Provider, Minor, &Guid, Room, Buffer, &Information);
        ULONG Needed = NT_SUCCESS(Status) ? WmipNeeded(Buffer, Information) : 0;
        if (NT_SUCCESS(Status) && Needed == 0 && Buffer->BufferSize <= Room) {
            *Answer = Buffer;
            *AnswerRoom = Room;
            return Status;
        }
        ExiFree(Buffer);
        if (!NT_SUCCESS(Status))
            return Status;
        *AnswerRoom = Needed;
        if (Once && Needed != 0)
            return STATUS_BUFFER_TOO_SMALL;
        if (Needed <= Room || Needed > WMIP_MOST_BYTES)
            return STATUS_UNSUCCESSFUL; /* what it wrote makes no sense */
        Room = Needed;
    }
}
