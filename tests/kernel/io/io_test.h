/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * io_test.h - devices the tests of io send requests to: the test driver is its own device driver.
 */
#ifndef TESTS_KERNEL_IO_IO_TEST_H
#define TESTS_KERNEL_IO_IO_TEST_H

#include "ktest.h"

#define IO_TEST_TAG 'tseT'

NTSYSAPI NTSTATUS NTAPI ZwWaitForSingleObject(HANDLE Handle, BOOLEAN Alertable,
                                              PLARGE_INTEGER Timeout);

/* The extension of a test device. Dispatch gets every request; NULL: they succeed at once. */
typedef struct IO_TEST_DEVICE {
    PDRIVER_DISPATCH Dispatch;
    PDEVICE_OBJECT Lower; /* for what Dispatch wants to do with it */
    PVOID Context;
    LONG Seen[IRP_MJ_MAXIMUM_FUNCTION + 1]; /* requests by major function */
} IO_TEST_DEVICE;

static inline IO_TEST_DEVICE *IoTestOf(PDEVICE_OBJECT Device)
{
    return Device->DeviceExtension;
}

/* A device ready for requests; Name NULL: it has none. Flags: DO_BUFFERED_IO, DO_DIRECT_IO or 0. */
PDEVICE_OBJECT IoTestCreate(const WCHAR *Name, ULONG Flags, PDRIVER_DISPATCH Dispatch);

/* Completes an IRP and returns Status, for a dispatch routine to return. */
NTSTATUS IoTestComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information);

/*
 * Marks an IRP pending and has another thread complete it. IoTestJoin waits for that thread; one
 * at a time.
 */
NTSTATUS IoTestPend(PIRP Irp, NTSTATUS Status, ULONG_PTR Information);
VOID IoTestJoin(VOID);

/*
 * Sends an IRP of IoBuildSynchronousFsdRequest or IoBuildDeviceIoControlRequest, waits for Event if
 * it pends and returns the final status.
 */
NTSTATUS IoTestSend(PDEVICE_OBJECT Device, PIRP Irp, PKEVENT Event, PIO_STATUS_BLOCK IoStatus);

/* Builds a buffered control code without data, sends it and returns the final status. */
#define IO_TEST_CODE CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)
NTSTATUS IoTestControl(PDEVICE_OBJECT Device);

/* Deletes a link a test is done with, also when a first try finds no memory. */
VOID IoTestDeleteLink(PUNICODE_STRING Name);

/* Opens a device by name with ZwCreateFile. */
NTSTATUS IoTestOpen(const WCHAR *Name, ACCESS_MASK Access, ULONG Options, PHANDLE Handle);

#endif
