/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoConnectInterrupt and kin - connecting, sharing, and what is synchronised with the service
 * routine. No device interrupts here: tests/e2e/uart_interrupt shows that.
 */
#include "kthread.h"

#define LINE 5 /* what nothing in a PC of today uses */

typedef ULONG(NTAPI *GET_VECTOR)(
    INTERFACE_TYPE Type, ULONG Bus, ULONG Level, ULONG Vector, PKIRQL Irql, PKAFFINITY Affinity);

static ULONG Vector;
static KIRQL Irql;
static KAFFINITY Affinity;

static BOOLEAN NTAPI NotMine(PKINTERRUPT Interrupt, PVOID Context)
{
    UNREFERENCED_PARAMETER(Interrupt);
    UNREFERENCED_PARAMETER(Context);
    return FALSE;
}

static BOOLEAN FindVector(VOID)
{
    GET_VECTOR Get = (GET_VECTOR)(ULONG_PTR)KtestExport(L"HalGetInterruptVector");

    Vector = Get != NULL ? Get(Isa, 0, LINE, LINE, &Irql, &Affinity) : 0;
    if (Vector == 0)
        skip("this machine has no such line");
    return Vector != 0;
}

static NTSTATUS Connect(PKINTERRUPT *Interrupt, PKSPIN_LOCK Lock, KIRQL Synchronize, BOOLEAN Share)
{
    return IoConnectInterrupt(Interrupt, NotMine, NULL, Lock, Vector, Irql, Synchronize,
        LevelSensitive, Share, Affinity, FALSE);
}

TEST(HalGetInterruptVector, IsAboveDispatchLevel)
{
    if (!FindVector())
        return;
    CHECK(Irql > DISPATCH_LEVEL && Irql < HIGH_LEVEL);
    CHECK(Affinity != 0);
}

TEST(IoConnectInterrupt, ConnectsAndDisconnects)
{
    PKINTERRUPT Interrupt = NULL;

    if (!FindVector() || !CHECK_STATUS(Connect(&Interrupt, NULL, Irql, TRUE), STATUS_SUCCESS))
        return;
    CHECK(Interrupt != NULL);
    IoDisconnectInterrupt(Interrupt);
}

TEST(IoConnectInterrupt, AVectorIsSharedOnlyWhenAllAgree)
{
    PKINTERRUPT First = NULL, Second = NULL;

    if (!FindVector())
        return;
    if (CHECK_STATUS(Connect(&First, NULL, Irql, TRUE), STATUS_SUCCESS)) {
        CHECK_STATUS(Connect(&Second, NULL, Irql, FALSE), STATUS_INVALID_PARAMETER);
        if (CHECK_STATUS(Connect(&Second, NULL, Irql, TRUE), STATUS_SUCCESS))
            IoDisconnectInterrupt(Second);
        IoDisconnectInterrupt(First);
    }
    if (CHECK_STATUS(Connect(&First, NULL, Irql, FALSE), STATUS_SUCCESS)) {
        CHECK_STATUS(Connect(&Second, NULL, Irql, TRUE), STATUS_INVALID_PARAMETER);
        IoDisconnectInterrupt(First);
    }
}

TEST(IoConnectInterrupt, NoProcessorIsAnError)
{
    PKINTERRUPT Interrupt = NULL;

    if (!FindVector())
        return;
    CHECK_STATUS(IoConnectInterrupt(&Interrupt, NotMine, NULL, NULL, Vector, Irql, Irql,
                     LevelSensitive, TRUE, 0, FALSE),
        STATUS_INVALID_PARAMETER);
    CHECK(Interrupt == NULL);
}

typedef struct SYNCHRONIZED {
    KIRQL Irql;
    PKSPIN_LOCK Lock;
    BOOLEAN Free;
    BOOLEAN Answer;
} SYNCHRONIZED;

static BOOLEAN NTAPI Synchronized(PVOID Context)
{
    SYNCHRONIZED *Test = Context;

    Test->Irql = KeGetCurrentIrql();
    Test->Free = Test->Lock == NULL || KeTestSpinLock(Test->Lock);
    return Test->Answer;
}

TEST(KeSynchronizeExecution, AtTheDevicesLevelWithItsLock)
{
    PKINTERRUPT Interrupt = NULL;
    KSPIN_LOCK Lock;
    SYNCHRONIZED Test = {0};

    if (!FindVector())
        return;
    KeInitializeSpinLock(&Lock);
    if (!CHECK_STATUS(Connect(&Interrupt, &Lock, (KIRQL)(Irql + 1), TRUE), STATUS_SUCCESS))
        return;
    Test.Lock = &Lock;
    Test.Answer = TRUE;
    CHECK(KeSynchronizeExecution(Interrupt, Synchronized, &Test));
    CHECK_EQ(Test.Irql, Irql + 1);
    CHECK(!Test.Free);
    Test.Answer = FALSE;
    CHECK(!KeSynchronizeExecution(Interrupt, Synchronized, &Test));
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    CHECK(KeTestSpinLock(&Lock));
    IoDisconnectInterrupt(Interrupt);
}

TEST(KeAcquireInterruptSpinLock, IsTheSameInTwoSteps)
{
    PKINTERRUPT Interrupt = NULL;
    KSPIN_LOCK Lock;
    KIRQL Old, Level;
    BOOLEAN Free;

    if (!FindVector())
        return;
    KeInitializeSpinLock(&Lock);
    if (!CHECK_STATUS(Connect(&Interrupt, &Lock, Irql, TRUE), STATUS_SUCCESS))
        return;
    Old = KeAcquireInterruptSpinLock(Interrupt);
    Level = KeGetCurrentIrql();
    Free = KeTestSpinLock(&Lock);
    KeReleaseInterruptSpinLock(Interrupt, Old);
    CHECK_EQ(Old, PASSIVE_LEVEL);
    CHECK_EQ(Level, Irql);
    CHECK(!Free);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    IoDisconnectInterrupt(Interrupt);
}

typedef NTSTATUS(NTAPI *CONNECT_EX)(PIO_CONNECT_INTERRUPT_PARAMETERS Parameters);
typedef VOID(NTAPI *DISCONNECT_EX)(PIO_DISCONNECT_INTERRUPT_PARAMETERS Parameters);

TEST(IoConnectInterruptEx, FullySpecified)
{
    CONNECT_EX ConnectEx = (CONNECT_EX)(ULONG_PTR)KtestExport(L"IoConnectInterruptEx");
    DISCONNECT_EX DisconnectEx = (DISCONNECT_EX)(ULONG_PTR)KtestExport(L"IoDisconnectInterruptEx");
    IO_CONNECT_INTERRUPT_PARAMETERS Parameters = {0};
    IO_DISCONNECT_INTERRUPT_PARAMETERS Disconnect = {0};
    PKINTERRUPT Interrupt = NULL;

    if (ConnectEx == NULL || DisconnectEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (!FindVector())
        return;
    Parameters.Version = CONNECT_FULLY_SPECIFIED;
    Parameters.FullySpecified.InterruptObject = &Interrupt;
    Parameters.FullySpecified.ServiceRoutine = NotMine;
    Parameters.FullySpecified.SynchronizeIrql = Irql;
    Parameters.FullySpecified.ShareVector = TRUE;
    Parameters.FullySpecified.Vector = Vector;
    Parameters.FullySpecified.Irql = Irql;
    Parameters.FullySpecified.InterruptMode = LevelSensitive;
    Parameters.FullySpecified.ProcessorEnableMask = Affinity;
    if (!CHECK_STATUS(ConnectEx(&Parameters), STATUS_SUCCESS))
        return;
    CHECK(Interrupt != NULL);
    Disconnect.Version = CONNECT_FULLY_SPECIFIED;
    Disconnect.ConnectionContext.InterruptObject = Interrupt;
    DisconnectEx(&Disconnect);
}

TEST(IoConnectInterruptEx, AnotherVersionIsNotSupported)
{
    CONNECT_EX ConnectEx = (CONNECT_EX)(ULONG_PTR)KtestExport(L"IoConnectInterruptEx");
    IO_CONNECT_INTERRUPT_PARAMETERS Parameters = {0};

    if (ConnectEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    Parameters.Version = 77;
    CHECK_STATUS(ConnectEx(&Parameters), STATUS_NOT_SUPPORTED);
    CHECK(Parameters.Version != 77 && Parameters.Version >= CONNECT_MESSAGE_BASED);
}
