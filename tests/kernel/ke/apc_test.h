/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * apc_test.h - APCs that write down when they run: each appends its letter, a capital for the
 * KernelRoutine, a small one for the NormalRoutine.
 */
#ifndef TESTS_KERNEL_KE_APC_TEST_H
#define TESTS_KERNEL_KE_APC_TEST_H

#include "kthread.h"

/* In every Windows' kernel, and in no header of the kit. */
typedef VOID NTAPI APC_NORMAL(PVOID NormalContext, PVOID SystemArgument1, PVOID SystemArgument2);
typedef VOID NTAPI APC_KERNEL(PKAPC Apc, APC_NORMAL **NormalRoutine, PVOID *NormalContext,
                              PVOID *SystemArgument1, PVOID *SystemArgument2);
typedef VOID NTAPI APC_RUNDOWN(PKAPC Apc);
typedef enum APC_ENVIRONMENT { ApcOriginal, ApcAttached, ApcCurrent } APC_ENVIRONMENT;

NTKERNELAPI VOID NTAPI KeInitializeApc(PKAPC Apc, PKTHREAD Thread, APC_ENVIRONMENT Environment,
                                       APC_KERNEL *KernelRoutine, APC_RUNDOWN *RundownRoutine,
                                       APC_NORMAL *NormalRoutine, KPROCESSOR_MODE Mode,
                                       PVOID NormalContext);
NTKERNELAPI BOOLEAN NTAPI KeInsertQueueApc(PKAPC Apc, PVOID SystemArgument1, PVOID SystemArgument2,
                                           KPRIORITY Increment);
NTKERNELAPI BOOLEAN NTAPI KeAlertThread(PKTHREAD Thread, KPROCESSOR_MODE AlertMode);
NTKERNELAPI BOOLEAN NTAPI KeTestAlertThread(KPROCESSOR_MODE AlertMode);
NTKERNELAPI VOID NTAPI KeEnterGuardedRegion(VOID);
NTKERNELAPI VOID NTAPI KeLeaveGuardedRegion(VOID);

typedef struct APC_TEST {
    volatile LONG Count;
    CHAR Log[32];
    KIRQL KernelIrql, NormalIrql;
    PVOID Context, First, Second;
    KEVENT Ran; /* synchronization; set by each KernelRoutine */
} APC_TEST;

typedef struct APC_TEST_ONE {
    KAPC Apc;
    APC_TEST *Test;
    CHAR Letter;
} APC_TEST_ONE;

static inline VOID ApcTestInitialize(APC_TEST *Test)
{
    RtlZeroMemory(Test, sizeof(*Test));
    KeInitializeEvent(&Test->Ran, SynchronizationEvent, FALSE);
}

static VOID NTAPI ApcTestNormal(PVOID Context, PVOID First, PVOID Second)
{
    APC_TEST_ONE *One = Context;

    One->Test->NormalIrql = KeGetCurrentIrql();
    One->Test->Context = Context;
    One->Test->First = First;
    One->Test->Second = Second;
    One->Test->Log[One->Test->Count++] = (CHAR)(One->Letter - 'A' + 'a');
}

static VOID NTAPI ApcTestKernel(PKAPC Apc, APC_NORMAL **Normal, PVOID *Context, PVOID *First,
                                PVOID *Second)
{
    APC_TEST_ONE *One = CONTAINING_RECORD(Apc, APC_TEST_ONE, Apc);

    UNREFERENCED_PARAMETER(Normal);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(First);
    UNREFERENCED_PARAMETER(Second);
    One->Test->KernelIrql = KeGetCurrentIrql();
    One->Test->Log[One->Test->Count++] = One->Letter;
    KeSetEvent(&One->Test->Ran, IO_NO_INCREMENT, FALSE);
}

/* A kernel APC for Thread: special, or with ApcTestNormal. */
static inline VOID ApcTestPrepare(APC_TEST *Test, APC_TEST_ONE *One, PVOID Thread, CHAR Letter,
                                  BOOLEAN Normal)
{
    One->Test = Test;
    One->Letter = Letter;
    KeInitializeApc(&One->Apc, Thread, ApcOriginal, ApcTestKernel, NULL,
                    Normal ? ApcTestNormal : NULL, KernelMode, One);
}

#define CHECK_LOG(Test, Expected)                                                                  \
    (CHECK_EQ((Test)->Count, sizeof(Expected) - 1) &&                                              \
     CHECK(RtlCompareMemory((Test)->Log, (Expected), sizeof(Expected) - 1) ==                      \
           sizeof(Expected) - 1))

#endif
