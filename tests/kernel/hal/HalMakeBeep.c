/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * What else there is of hal.dll: speaker, text, clock, processors, counters, the table of routines.
 */
#include <ntddk.h>

#include "ktest.h"

typedef BOOLEAN(NTAPI *BEEP)(ULONG);
typedef VOID(NTAPI *DISPLAY)(PUCHAR);
typedef BOOLEAN(NTAPI *CLOCK)(PTIME_FIELDS);
typedef VOID(NTAPI *IDLE)(VOID);
typedef BOOLEAN(NTAPI *STARTED)(VOID);
typedef ULONG(NTAPI *MOST)(VOID);
typedef VOID(NTAPI *INITIALIZE)(ULONG, PVOID);
typedef BOOLEAN(NTAPI *START_NEXT)(PVOID, PVOID, ULONG);
typedef NTSTATUS(NTAPI *ALLOCATE_COUNTERS)(PGROUP_AFFINITY, ULONG, PVOID, PHANDLE);
typedef NTSTATUS(NTAPI *FREE_COUNTERS)(HANDLE);
typedef NTSTATUS(NTAPI *ADJUST)(PVOID *);
typedef BOOLEAN(NTAPI *ASK_INSTALLED)(VOID);

TEST(HalMakeBeep, SoundsAndStops)
{
    BEEP Beep = (BEEP)KtestExport(L"HalMakeBeep");

    if (!CHECK(Beep != NULL))
        return;
    CHECK(Beep(1000));
    CHECK(Beep(0));
}

TEST(HalMakeBeep, NoSuchFrequency)
{
    BEEP Beep = (BEEP)KtestExport(L"HalMakeBeep");

    if (!CHECK(Beep != NULL))
        return;
    CHECK(!Beep(1));
    CHECK(!Beep(0xFFFFFFFF));
    CHECK(Beep(0));
}

TEST(HalDisplayString, TakesALine)
{
    DISPLAY Display = (DISPLAY)KtestExport(L"HalDisplayString");
    UCHAR Line[] = "ktest\n";

    if (Display == NULL) {
        skip("not on this Windows");
        return;
    }
    Display(Line);
    CHECK_EQ(Line[0], 'k');
}

/* The clock as the ports have it, and back as it was. */
TEST(HalQueryRealTimeClock, SetAndRead)
{
    CLOCK Query = (CLOCK)KtestExport(L"HalQueryRealTimeClock"),
          Set = (CLOCK)KtestExport(L"HalSetRealTimeClock");
    TIME_FIELDS Before, Wanted, After;

    if (Query == NULL || Set == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK(Query(&Before));
    CHECK(Before.Year >= 2000 && Before.Year < 2200);
    CHECK(Before.Month >= 1 && Before.Month <= 12);
    CHECK(Before.Day >= 1 && Before.Day <= 31);
    CHECK(Before.Hour <= 23 && Before.Minute <= 59 && Before.Second <= 59);
    Wanted = Before;
    Wanted.Year = 2031;
    Wanted.Month = 7;
    Wanted.Day = 9;
    Wanted.Hour = 0;
    Wanted.Minute = 30;
    CHECK(Set(&Wanted));
    CHECK(Query(&After));
    CHECK_EQ(After.Year, 2031);
    CHECK_EQ(After.Month, 7);
    CHECK_EQ(After.Day, 9);
    CHECK_EQ(After.Hour, 0);
    CHECK(After.Minute == 30 || After.Minute == 31);
    CHECK(Set(&Before));
}

TEST(HalSetRealTimeClock, NoSuchTime)
{
    CLOCK Query = (CLOCK)KtestExport(L"HalQueryRealTimeClock"),
          Set = (CLOCK)KtestExport(L"HalSetRealTimeClock");
    TIME_FIELDS Before, After;

    if (Query == NULL || Set == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK(Query(&Before));
    After = Before;
    After.Month = 13;
    CHECK(!Set(&After));
    CHECK(Query(&After));
    CHECK_EQ(After.Month, Before.Month);
}

TEST(HalProcessorIdle, ComesBack)
{
    IDLE Idle = (IDLE)KtestExport(L"HalProcessorIdle");

    if (Idle == NULL) {
        skip("not on this Windows");
        return;
    }
    Idle();
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(HalAllProcessorsStarted, TheyHave)
{
    STARTED Started = (STARTED)KtestExport(L"HalAllProcessorsStarted");

    if (Started == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK(Started());
}

/* What the kernel calls while processors start does no harm to one that runs. */
TEST(HalStartNextProcessor, ThereIsNoOther)
{
    START_NEXT Next = (START_NEXT)KtestExport(L"HalStartNextProcessor");
    ASK_INSTALLED Installed = (ASK_INSTALLED)KtestExport(L"InbvIsBootDriverInstalled");

    /* Elsewhere it wants the loader's block and processors' state. */
    if (Next == NULL || Installed == NULL || Installed()) {
        skip("not to be called on a machine with processors of its own");
        return;
    }
    CHECK(!Next(NULL, NULL, 0));
}

TEST(HalInitializeProcessor, ComesBack)
{
    INITIALIZE Initialize = (INITIALIZE)KtestExport(L"HalInitializeProcessor");
    ASK_INSTALLED Installed = (ASK_INSTALLED)KtestExport(L"InbvIsBootDriverInstalled");

    if (Initialize == NULL || Installed == NULL || Installed()) {
        skip("not to be called on a machine with processors of its own");
        return;
    }
    Initialize(0, NULL);
    CHECK_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(HalQueryMaximumProcessorCount, NoLessThanThereAre)
{
    MOST Most = (MOST)KtestExport(L"HalQueryMaximumProcessorCount");
    KAFFINITY Set = KeQueryActiveProcessors();
    ULONG Count = 0;

    if (Most == NULL) {
        skip("not on this Windows");
        return;
    }
    for (; Set != 0; Set &= Set - 1)
        Count++;
    CHECK(Most() >= Count);
}

TEST(HalAllocateHardwareCounters, WhatIsWrongAndWhatIsNotThere)
{
    ALLOCATE_COUNTERS Allocate = (ALLOCATE_COUNTERS)KtestExport(L"HalAllocateHardwareCounters");
    FREE_COUNTERS Free = (FREE_COUNTERS)KtestExport(L"HalFreeHardwareCounters");
    GROUP_AFFINITY Affinity = {.Mask = 1};
    HANDLE Handle = NULL;
    NTSTATUS Status;

    if (Allocate == NULL || Free == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Allocate(NULL, 1, NULL, &Handle), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Allocate(&Affinity, 0, NULL, &Handle), STATUS_INVALID_PARAMETER);
    Status = Allocate(&Affinity, 1, NULL, &Handle);
    CHECK(Status == STATUS_SUCCESS || Status == STATUS_INSUFFICIENT_RESOURCES);
    if (Status == STATUS_SUCCESS)
        CHECK_STATUS(Free(Handle), STATUS_SUCCESS);
}

TEST(HalFreeHardwareCounters, NoHandle)
{
    FREE_COUNTERS Free = (FREE_COUNTERS)KtestExport(L"HalFreeHardwareCounters");

    if (Free == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(Free((HANDLE)(LONG_PTR)0x1234), STATUS_INVALID_PARAMETER);
}

typedef BOOLEAN(NTAPI *ENABLE_INTERRUPT)(ULONG, KIRQL, KINTERRUPT_MODE);
typedef VOID(NTAPI *DISABLE_INTERRUPT)(ULONG, KIRQL);
typedef ULONG(NTAPI *GET_VECTOR)(INTERFACE_TYPE, ULONG, ULONG, ULONG, PKIRQL, PKAFFINITY);

/* On another machine it would take a device from its driver. */
TEST(HalEnableSystemInterrupt, VectorsThereAre)
{
    ENABLE_INTERRUPT Enable = (ENABLE_INTERRUPT)KtestExport(L"HalEnableSystemInterrupt");
    DISABLE_INTERRUPT Disable = (DISABLE_INTERRUPT)KtestExport(L"HalDisableSystemInterrupt");
    GET_VECTOR GetVector = (GET_VECTOR)KtestExport(L"HalGetInterruptVector");
    ASK_INSTALLED Installed = (ASK_INSTALLED)KtestExport(L"InbvIsBootDriverInstalled");
    KAFFINITY Affinity = 0;
    KIRQL Irql = 0;
    ULONG Vector;

    if (Enable == NULL || Disable == NULL || Installed == NULL || Installed()) {
        skip("not to be called on a machine with devices of its own");
        return;
    }
    Vector = GetVector(Isa, 0, 5, 5, &Irql, &Affinity);
    if (!CHECK(Vector != 0))
        return;
    CHECK(Enable(Vector, Irql, Latched));
    Disable(Vector, Irql);
    CHECK(Enable(Vector, Irql, LevelSensitive));
    CHECK(!Enable(0x1000, Irql, Latched));
}

TEST(HalAdjustResourceList, StaysAsItIs)
{
    ADJUST Adjust = (ADJUST)KtestExport(L"HalAdjustResourceList");
    PVOID List = &Adjust;

    if (Adjust == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK_STATUS(Adjust(&List), STATUS_SUCCESS);
    CHECK_PTR(List, &Adjust);
}

/* The first words of the table: its version and the routine that tells of the system. */
TEST(HalDispatchTable, VersionAndQuestions)
{
    struct TABLE {
        ULONG Version;
        NTSTATUS(NTAPI *Query)(ULONG, ULONG, PVOID, PULONG);
        NTSTATUS(NTAPI *Set)(ULONG, ULONG, PVOID);
    } *Table = KtestExport(L"HalDispatchTable");
    ULONG Bytes = 77;

    if (!CHECK(Table != NULL))
        return;
    CHECK(Table->Version >= 1 && Table->Version <= 16);
    CHECK_STATUS(Table->Query(0x7777, 0, NULL, &Bytes), STATUS_INVALID_LEVEL);
    CHECK_STATUS(Table->Set(0x7777, 0, NULL), STATUS_INVALID_LEVEL);
}

TEST(KdComPortInUse, APortOrNone)
{
    PUCHAR *Port = KtestExport(L"KdComPortInUse");

    if (Port == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK(*Port == NULL || (ULONG_PTR)*Port < 0x10000);
}
