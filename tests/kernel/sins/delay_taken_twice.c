/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Two threads free a block. Which of them, they look for with the lock held, and say so when they
 * have it again.
 *
 * verify: delay,pool_tracking
 * expect: BUGCHECK 0xC4 0x13 * * *
 * detail: delays: --seed [0-9]+ makes the same threads wait again
 */
#include "sin.h"

#define ROUNDS 300

static KSPIN_LOCK Lock;
static PVOID Block;
static BOOLEAN Sinning;
static KEVENT Begin, End;

static VOID TakeBlock(VOID)
{
    PVOID Mine;
    KIRQL Irql;

    KeAcquireSpinLock(&Lock, &Irql);
    Mine = Block;
    if (!Sinning)
        Block = NULL;
    KeReleaseSpinLock(&Lock, Irql);
    KeAcquireSpinLock(&Lock, &Irql);
    Block = NULL;
    KeReleaseSpinLock(&Lock, Irql);
    if (Mine != NULL)
        ExFreePoolWithTag(Mine, SIN_TAG);
}

static VOID NTAPI Other(PVOID Context)
{
    ULONG Round;

    UNREFERENCED_PARAMETER(Context);
    for (Round = 0; Round < ROUNDS; Round++) {
        KeWaitForSingleObject(&Begin, Executive, KernelMode, FALSE, NULL);
        TakeBlock();
        KeSetEvent(&End, IO_NO_INCREMENT, FALSE);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS Sin(PDEVICE_OBJECT DeviceObject, PIRP Irp, BOOLEAN Sinful)
{
    HANDLE Handle;
    PVOID Thread;
    ULONG Round;
    NTSTATUS Status;

    UNREFERENCED_PARAMETER(DeviceObject);
    UNREFERENCED_PARAMETER(Irp);
    Sinning = Sinful;
    KeInitializeSpinLock(&Lock);
    KeInitializeEvent(&Begin, SynchronizationEvent, FALSE);
    KeInitializeEvent(&End, SynchronizationEvent, FALSE);
    Status = PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Other, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, NULL, KernelMode, &Thread, NULL);
    ZwClose(Handle);
    for (Round = 0; Round < ROUNDS; Round++) {
        Block = ExAllocatePoolWithTag(NonPagedPool, 64, SIN_TAG);
        KeSetEvent(&Begin, IO_NO_INCREMENT, FALSE);
        TakeBlock();
        KeWaitForSingleObject(&End, Executive, KernelMode, FALSE, NULL);
    }
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    return STATUS_SUCCESS;
}
