/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeRegisterNmiCallback, KeDeregisterNmiCallback, KeRegisterProcessorChangeCallback and
 * KeDeregisterProcessorChangeCallback.
 */
#include <ntddk.h>

#include "ktest.h"

typedef PVOID(NTAPI *REGISTER_NMI)(PVOID, PVOID);
typedef NTSTATUS(NTAPI *DEREGISTER_NMI)(PVOID);
typedef PVOID(NTAPI *REGISTER_CHANGE)(PVOID, PVOID, ULONG);
typedef VOID(NTAPI *DEREGISTER_CHANGE)(PVOID);

typedef struct CHANGE {
    ULONG State;
    ULONG NtNumber;
    NTSTATUS Status;
} CHANGE;

typedef struct PROCESSORS {
    ULONG Started, Completed, Failed;
    BOOLEAN Refuse;
} PROCESSORS;

static BOOLEAN NTAPI Nmi(PVOID Context, BOOLEAN Handled)
{
    (VOID)Context;
    return Handled;
}

static VOID NTAPI Change(PVOID Context, CHANGE *What, PNTSTATUS Status)
{
    PROCESSORS *Processors = Context;

    if (What->State == 0) {
        Processors->Started++;
        if (Processors->Refuse)
            *Status = STATUS_UNSUCCESSFUL;
    } else if (What->State == 1) {
        Processors->Completed++;
    } else {
        Processors->Failed++;
    }
}

TEST(KeRegisterNmiCallback, ThereAndBack)
{
    REGISTER_NMI Register = (REGISTER_NMI)KtestExport(L"KeRegisterNmiCallback");
    DEREGISTER_NMI Deregister = (DEREGISTER_NMI)KtestExport(L"KeDeregisterNmiCallback");
    PVOID One, Two;

    if (Register == NULL || Deregister == NULL) {
        skip("newer than this Windows");
        return;
    }
    One = Register(Nmi, NULL);
    Two = Register(Nmi, NULL);
    CHECK(One != NULL);
    CHECK(Two != NULL && Two != One);
    CHECK_STATUS(Deregister(One), STATUS_SUCCESS);
    CHECK_STATUS(Deregister(Two), STATUS_SUCCESS);
}

TEST(KeDeregisterNmiCallback, NoHandle)
{
    DEREGISTER_NMI Deregister = (DEREGISTER_NMI)KtestExport(L"KeDeregisterNmiCallback");
    ULONG None;

    if (Deregister == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Deregister(&None), STATUS_INVALID_HANDLE);
}

TEST(KeRegisterProcessorChangeCallback, OfThoseThereAre)
{
    REGISTER_CHANGE Register = (REGISTER_CHANGE)KtestExport(L"KeRegisterProcessorChangeCallback");
    DEREGISTER_CHANGE Deregister = (DEREGISTER_CHANGE)KtestExport(
        L"KeDeregisterProcessorChangeCallback");
    KAFFINITY Set = KeQueryActiveProcessors();
    PROCESSORS Processors = {0};
    ULONG Count = 0;
    PVOID Handle;

    if (Register == NULL || Deregister == NULL) {
        skip("newer than this Windows");
        return;
    }
    for (; Set != 0; Set &= Set - 1)
        Count++;
    Handle = Register(Change, &Processors, 1);
    CHECK(Handle != NULL);
    CHECK_EQ(Processors.Started, Count);
    CHECK_EQ(Processors.Completed, Count);
    CHECK_EQ(Processors.Failed, 0);
    Deregister(Handle);
    RtlZeroMemory(&Processors, sizeof(Processors));
    Handle = Register(Change, &Processors, 0);
    CHECK(Handle != NULL);
    CHECK_EQ(Processors.Started, 0);
    Deregister(Handle);
}

TEST(KeDeregisterProcessorChangeCallback, ARoutineThatRefuses)
{
    REGISTER_CHANGE Register = (REGISTER_CHANGE)KtestExport(L"KeRegisterProcessorChangeCallback");
    PROCESSORS Processors = {.Refuse = TRUE};

    if (Register == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK(Register(Change, &Processors, 1) == NULL);
    CHECK_EQ(Processors.Completed, 0);
    CHECK_EQ(Processors.Failed, Processors.Started);
}
