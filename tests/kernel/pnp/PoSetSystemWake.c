/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PoSetSystemWake, PoGetSystemWake, PoSetSystemWakeDevice and PoQueryWatchdogTime.
 */
#include "pnp_test.h"

typedef VOID(NTAPI *SET_WAKE)(PIRP);
typedef BOOLEAN(NTAPI *GET_WAKE)(PIRP);
typedef VOID(NTAPI *SET_DEVICE)(PDEVICE_OBJECT);
typedef BOOLEAN(NTAPI *QUERY_TIME)(PDEVICE_OBJECT, PULONG);

TEST(PoSetSystemWake, StaysInTheRequest)
{
    SET_WAKE Set = (SET_WAKE)KtestExport(L"PoSetSystemWake");
    GET_WAKE Get = (GET_WAKE)KtestExport(L"PoGetSystemWake");
    PIRP First, Second;

    if (Set == NULL || Get == NULL) {
        skip("this Windows has no PoSetSystemWake");
        return;
    }
    First = IoAllocateIrp(2, FALSE);
    Second = IoAllocateIrp(2, FALSE);
    if (CHECK(First != NULL && Second != NULL)) {
        CHECK(!Get(First));
        Set(First);
        CHECK(Get(First));
        Set(First);
        CHECK(Get(First));
        CHECK(!Get(Second));
    }
    if (First != NULL)
        IoFreeIrp(First);
    if (Second != NULL)
        IoFreeIrp(Second);
}

TEST(PoSetSystemWakeDevice, TakesADevice)
{
    SET_DEVICE Set = (SET_DEVICE)KtestExport(L"PoSetSystemWakeDevice");
    PDEVICE_OBJECT Pdo = PnpTestPdo();

    if (Set == NULL) {
        skip("this Windows has no PoSetSystemWakeDevice");
        return;
    }
    Set(Pdo);
    CHECK(KeGetCurrentIrql() == PASSIVE_LEVEL);
}

TEST(PoQueryWatchdogTime, NoRequestIsUnderWay)
{
    QUERY_TIME Query = (QUERY_TIME)KtestExport(L"PoQueryWatchdogTime");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    ULONG Seconds = 0;

    if (Query == NULL) {
        skip("this Windows has no PoQueryWatchdogTime");
        return;
    }
    CHECK(!Query(Pdo, &Seconds));
}
