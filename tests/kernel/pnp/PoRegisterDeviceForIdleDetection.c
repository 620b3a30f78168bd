/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PoRegisterDeviceForIdleDetection, PoSetDeviceBusyEx, PoStartDeviceBusy, PoEndDeviceBusy.
 */
#include "pnp_test.h"

typedef VOID(NTAPI *BUSY)(PULONG);

TEST(PoRegisterDeviceForIdleDetection, GivesACounter)
{
    BUSY SetBusy = (BUSY)KtestExport(L"PoSetDeviceBusyEx");
    PDEVICE_OBJECT Pdo = PnpTestPdo();
    PULONG Counter;

    if (!CHECK(Pdo != NULL))
        return;
    Counter = PoRegisterDeviceForIdleDetection(Pdo, 3600, 3600, PowerDeviceD3);
    if (!CHECK(Counter != NULL))
        return;
    if (SetBusy != NULL)
        SetBusy(Counter);
    else
        *Counter = 0;
    CHECK(PoRegisterDeviceForIdleDetection(Pdo, 0, 0, PowerDeviceD3) == NULL);
}
