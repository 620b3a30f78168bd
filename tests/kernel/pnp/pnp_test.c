/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 */
#include "pnp_test.h"

const GUID PnpTestClass = {
    0x0d0b4a1e, 0x4f43, 0x4a9c, {0x8c, 0x1b, 0x6c, 0x3f, 0x6b, 0x1d, 0x2e, 0x01}};
const GUID PnpTestOther = {
    0x0d0b4a1e, 0x4f43, 0x4a9c, {0x8c, 0x1b, 0x6c, 0x3f, 0x6b, 0x1d, 0x2e, 0x02}};

PDEVICE_OBJECT PnpTestPdo(VOID)
{
    static PDEVICE_OBJECT Pdo;

    if (Pdo == NULL)
        CHECK_STATUS(IoReportDetectedDevice(KtestDriverObject, InterfaceTypeUndefined, (ULONG)-1,
                         (ULONG)-1, NULL, NULL, FALSE, &Pdo),
            STATUS_SUCCESS);
    return Pdo;
}

PDEVICE_OBJECT PnpTestPlain(VOID)
{
    PDEVICE_OBJECT Device = NULL;

    CHECK_STATUS(IoCreateDevice(KtestDriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device),
        STATUS_SUCCESS);
    return Device;
}
