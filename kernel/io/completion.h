/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Completion ports, and how a request that is done tells an APC routine or a port
 * (completion.c). */
#pragma once

#include "io/iop.h"

extern OBJECT_TYPE *IoiCompletionObjectType;
NTSTATUS IopCreateCompletionType(void);

/*
 * The last step of a service's request with an APC routine or an APC context: takes the IRP over.
 * Thread: the issuer's, referenced, the reference taken over, too; NULL: it has ended, or no APC is
 * wanted. IRQL: up to DISPATCH_LEVEL.
 */
void IopNotify(IRP *Irp, FILE_OBJECT *File, ETHREAD *Thread, BOOLEAN Pended);

/* Has the file's requests tell Port from now on, with Key. Replace: instead of the port it has;
 * Port NULL: of none. */
NTSTATUS IopSetCompletion(
    FILE_OBJECT *File, HANDLE Port, void *Key, BOOLEAN Replace, KPROCESSOR_MODE Mode);
void IopFreeCompletion(FILE_OBJECT *File); /* the file is being deleted */

NTSTATUS NTAPI IoSetIoCompletion(void *IoCompletion, void *KeyContext, void *ApcContext,
    NTSTATUS IoStatus, ULONG_PTR IoStatusInformation, BOOLEAN Quota);
typedef void(NTAPI IO_MINI_PACKET_CALLBACK)(void *MiniPacket, void *Context);
void *NTAPI IoAllocateMiniCompletionPacket(
    IO_MINI_PACKET_CALLBACK *MiniPacketCallback, void *Context);
void NTAPI IoFreeMiniCompletionPacket(void *MiniPacket);
NTSTATUS NTAPI IoSetIoCompletionEx(void *IoCompletion, void *KeyContext, void *ApcContext,
    NTSTATUS IoStatus, ULONG_PTR IoStatusInformation, BOOLEAN Quota, void *MiniPacket);
NTSTATUS NTAPI ZwCreateIoCompletion(HANDLE *IoCompletionHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, ULONG Count);
NTSTATUS NTAPI ZwRemoveIoCompletion(HANDLE IoCompletionHandle, void **KeyContext, void **ApcContext,
    IO_STATUS_BLOCK *IoStatusBlock, LARGE_INTEGER *Timeout);
NTSTATUS NTAPI ZwRemoveIoCompletionEx(HANDLE IoCompletionHandle,
    FILE_IO_COMPLETION_INFORMATION *IoCompletionInformation, ULONG Count, ULONG *NumEntriesRemoved,
    LARGE_INTEGER *Timeout, BOOLEAN Alertable);
