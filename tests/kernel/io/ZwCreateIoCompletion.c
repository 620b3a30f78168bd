/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwCreateIoCompletion, ZwRemoveIoCompletion, ZwRemoveIoCompletionEx, IoSetIoCompletion - packets
 * from a driver to a completion port and back. Exported since Windows Vista, but IoSetIoCompletion.
 */
#include "ktest.h"

#define PORT_ALL_ACCESS 0x001F0003

typedef NTSTATUS NTAPI CREATE_PORT(
    PHANDLE Handle, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes, ULONG Count);
typedef NTSTATUS NTAPI REMOVE_PACKET(HANDLE Handle, PVOID *Key, PVOID *Context,
                                     PIO_STATUS_BLOCK IoStatus, PLARGE_INTEGER Timeout);
typedef struct PORT_PACKET {
    PVOID Key;
    PVOID Context;
    IO_STATUS_BLOCK IoStatus;
} PORT_PACKET;
typedef NTSTATUS NTAPI REMOVE_PACKETS(HANDLE Handle, PORT_PACKET *Packet, ULONG Count,
                                      PULONG Removed, PLARGE_INTEGER Timeout, BOOLEAN Alertable);

NTKERNELAPI NTSTATUS NTAPI IoSetIoCompletion(PVOID Port, PVOID Key, PVOID Context, NTSTATUS Status,
                                             ULONG_PTR Information, BOOLEAN Quota);

static REMOVE_PACKET *Remove;
static REMOVE_PACKETS *RemoveEx;
static LARGE_INTEGER Zero;

/* A port and its object, referenced; FALSE: nothing to show here. */
static BOOLEAN PortOpen(PHANDLE Handle, PVOID *Object)
{
    CREATE_PORT *Create = (CREATE_PORT *)KtestExport(L"ZwCreateIoCompletion");
    OBJECT_ATTRIBUTES Attributes;

    Remove = (REMOVE_PACKET *)KtestExport(L"ZwRemoveIoCompletion");
    RemoveEx = (REMOVE_PACKETS *)KtestExport(L"ZwRemoveIoCompletionEx");
    if (Create == NULL || Remove == NULL || RemoveEx == NULL) {
        skip("newer than this Windows");
        return FALSE;
    }
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(Create(Handle, PORT_ALL_ACCESS, &Attributes, 0), STATUS_SUCCESS))
        return FALSE;
    return CHECK_STATUS(
        ObReferenceObjectByHandle(*Handle, PORT_ALL_ACCESS, NULL, KernelMode, Object, NULL),
        STATUS_SUCCESS);
}

static VOID PortClose(HANDLE Handle, PVOID Object)
{
    ObDereferenceObject(Object);
    CHECK_STATUS(ZwClose(Handle), STATUS_SUCCESS);
}

TEST(ZwCreateIoCompletion, HoldsNoPacket)
{
    IO_STATUS_BLOCK IoStatus;
    PVOID Key, Context, Object;
    HANDLE Handle;

    if (!PortOpen(&Handle, &Object))
        return;
    CHECK_STATUS(Remove(Handle, &Key, &Context, &IoStatus, &Zero), STATUS_TIMEOUT);
    PortClose(Handle, Object);
}

TEST(IoSetIoCompletion, PacketsArriveInOrder)
{
    IO_STATUS_BLOCK IoStatus;
    PVOID Key, Context, Object;
    HANDLE Handle;
    KIRQL Old;
    NTSTATUS Status;

    if (!PortOpen(&Handle, &Object))
        return;
    CHECK_STATUS(IoSetIoCompletion(Object, &Zero, &Handle, STATUS_CANCELLED, 7, TRUE),
                 STATUS_SUCCESS);
    KeRaiseIrql(DISPATCH_LEVEL, &Old);
    Status = IoSetIoCompletion(Object, NULL, NULL, STATUS_SUCCESS, 8, FALSE);
    KeLowerIrql(Old);
    CHECK_STATUS(Status, STATUS_SUCCESS);
    CHECK_STATUS(Remove(Handle, &Key, &Context, &IoStatus, NULL), STATUS_SUCCESS);
    CHECK_PTR(Key, &Zero);
    CHECK_PTR(Context, &Handle);
    CHECK_STATUS(IoStatus.Status, STATUS_CANCELLED);
    CHECK_EQ(IoStatus.Information, 7);
    CHECK_STATUS(Remove(Handle, &Key, &Context, &IoStatus, NULL), STATUS_SUCCESS);
    CHECK_EQ(IoStatus.Information, 8);
    PortClose(Handle, Object);
}

TEST(ZwRemoveIoCompletionEx, TakesSeveral)
{
    PORT_PACKET Packet[4];
    PVOID Object;
    HANDLE Handle;
    ULONG Count = 0;

    if (!PortOpen(&Handle, &Object))
        return;
    IoSetIoCompletion(Object, NULL, NULL, STATUS_SUCCESS, 1, TRUE);
    IoSetIoCompletion(Object, NULL, NULL, STATUS_SUCCESS, 2, TRUE);
    CHECK_STATUS(RemoveEx(Handle, Packet, 4, &Count, NULL, FALSE), STATUS_SUCCESS);
    CHECK_EQ(Count, 2);
    CHECK_EQ(Packet[0].IoStatus.Information, 1);
    CHECK_EQ(Packet[1].IoStatus.Information, 2);
    CHECK_STATUS(RemoveEx(Handle, Packet, 4, &Count, &Zero, FALSE), STATUS_TIMEOUT);
    PortClose(Handle, Object);
}

/* Nobody takes them: they go with the port. */
TEST(ZwRemoveIoCompletion, PacketsLeftBehindAreFreed)
{
    PVOID Object;
    HANDLE Handle;

    if (!PortOpen(&Handle, &Object))
        return;
    IoSetIoCompletion(Object, NULL, NULL, STATUS_SUCCESS, 1, TRUE);
    IoSetIoCompletion(Object, NULL, NULL, STATUS_SUCCESS, 2, TRUE);
    PortClose(Handle, Object);
}

static LONG Returned;

static VOID NTAPI PacketIsBack(PVOID Packet, PVOID Context)
{
    CHECK_PTR(*(PVOID *)Context, Packet);
    Returned++;
}

TEST(IoSetIoCompletionEx, UsesThePacketAgain)
{
    PVOID(NTAPI * Allocate)(PVOID Callback, PVOID Context) =
        (PVOID)KtestExport(L"IoAllocateMiniCompletionPacket");
    VOID(NTAPI * Free)(PVOID Packet) = (PVOID)KtestExport(L"IoFreeMiniCompletionPacket");
    NTSTATUS(NTAPI * Set)(PVOID, PVOID, PVOID, NTSTATUS, ULONG_PTR, BOOLEAN, PVOID) =
        (PVOID)KtestExport(L"IoSetIoCompletionEx");
    IO_STATUS_BLOCK IoStatus;
    PVOID Key, Context, Object, Packet;
    HANDLE Handle;
    ULONG Round;

    if (Allocate == NULL || Free == NULL || Set == NULL) {
        skip("not exported here");
        return;
    }
    if (!PortOpen(&Handle, &Object))
        return;
    Packet = Allocate((PVOID)PacketIsBack, &Packet);
    if (CHECK(Packet != NULL)) {
        Returned = 0;
        for (Round = 1; Round <= 2; Round++) {
            CHECK_STATUS(Set(Object, &Zero, &Handle, STATUS_CANCELLED, Round, FALSE, Packet),
                         STATUS_SUCCESS);
            CHECK_STATUS(Remove(Handle, &Key, &Context, &IoStatus, NULL), STATUS_SUCCESS);
            CHECK_PTR(Key, &Zero);
            CHECK_PTR(Context, &Handle);
            CHECK_STATUS(IoStatus.Status, STATUS_CANCELLED);
            CHECK_EQ(IoStatus.Information, Round);
            CHECK_EQ(Returned, Round);
        }
        Free(Packet);
    }
    /* Without one it is as IoSetIoCompletion; a packet nobody calls back for is freed. */
    CHECK_STATUS(Set(Object, NULL, NULL, STATUS_SUCCESS, 9, FALSE, NULL), STATUS_SUCCESS);
    CHECK_STATUS(Remove(Handle, &Key, &Context, &IoStatus, NULL), STATUS_SUCCESS);
    CHECK_EQ(IoStatus.Information, 9);
    Packet = Allocate(NULL, NULL);
    if (CHECK(Packet != NULL))
        CHECK_STATUS(Set(Object, NULL, NULL, STATUS_SUCCESS, 10, FALSE, Packet), STATUS_SUCCESS);
    PortClose(Handle, Object);
}
