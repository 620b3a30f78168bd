/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * taken.h - a race for the sins about delays: two threads free a block. Which of them, they look
 * for with the lock held, and say so when they have it again. What they call meanwhile is the
 * sin's.
 */
#ifndef TESTS_KERNEL_SINS_TAKEN_H
#define TESTS_KERNEL_SINS_TAKEN_H

#include "sin.h"

#define SIN_ROUNDS 300

/* Called by both threads, in either order. */
static VOID SinMeanwhile(VOID);

static KSPIN_LOCK SinLock;
static PVOID SinBlock;
static BOOLEAN Sinning;
static KEVENT SinBegin, SinEnd;

static VOID SinTakeBlock(VOID)
{
    PVOID Mine;
    KIRQL Irql;

    KeAcquireSpinLock(&SinLock, &Irql);
    Mine = SinBlock;
    if (!Sinning)
        SinBlock = NULL;
    KeReleaseSpinLock(&SinLock, Irql);
    SinMeanwhile();
    KeAcquireSpinLock(&SinLock, &Irql);
    SinBlock = NULL;
    KeReleaseSpinLock(&SinLock, Irql);
    if (Mine != NULL)
        ExFreePoolWithTag(Mine, SIN_TAG);
}

static VOID NTAPI SinOther(PVOID Context)
{
    ULONG Round;

    UNREFERENCED_PARAMETER(Context);
    for (Round = 0; Round < SIN_ROUNDS; Round++) {
        KeWaitForSingleObject(&SinBegin, Executive, KernelMode, FALSE, NULL);
        SinTakeBlock();
        KeSetEvent(&SinEnd, IO_NO_INCREMENT, FALSE);
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS SinTakeBlocks(BOOLEAN Sinful)
{
    HANDLE Handle;
    PVOID Thread;
    ULONG Round;
    NTSTATUS Status;

    Sinning = Sinful;
    KeInitializeSpinLock(&SinLock);
    KeInitializeEvent(&SinBegin, SynchronizationEvent, FALSE);
    KeInitializeEvent(&SinEnd, SynchronizationEvent, FALSE);
    Status = PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, SinOther, NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, NULL, KernelMode, &Thread, NULL);
    ZwClose(Handle);
    for (Round = 0; Round < SIN_ROUNDS; Round++) {
        SinBlock = ExAllocatePoolWithTag(NonPagedPool, 64, SIN_TAG);
        KeSetEvent(&SinBegin, IO_NO_INCREMENT, FALSE);
        SinTakeBlock();
        KeWaitForSingleObject(&SinEnd, Executive, KernelMode, FALSE, NULL);
    }
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    return STATUS_SUCCESS;
}

#endif
