/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoRequestDeviceEjectEx; IoRequestDeviceEject and IoInvalidateDeviceState are used by the drivers
 * of tests/kernel/pnpstack.
 */
#include "pnp_test.h"

typedef VOID(NTAPI *CALLBACK)(NTSTATUS, PVOID);
typedef NTSTATUS(NTAPI *EJECT)(PDEVICE_OBJECT, CALLBACK, PVOID, PDRIVER_OBJECT);

static VOID NTAPI Ejected(NTSTATUS Status, PVOID Context)
{
    UNREFERENCED_PARAMETER(Status);
    KeSetEvent(Context, IO_NO_INCREMENT, FALSE);
}

TEST(IoRequestDeviceEjectEx, NoDeviceIsRefused)
{
    EJECT Eject = (EJECT)KtestExport(L"IoRequestDeviceEjectEx");
    KEVENT Done;

    if (Eject == NULL) {
        skip("IoRequestDeviceEjectEx came with Windows Vista");
        return;
    }
    KeInitializeEvent(&Done, NotificationEvent, FALSE);
    CHECK(!NT_SUCCESS(Eject(NULL, Ejected, &Done, KtestDriverObject)));
}
