/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * wmi_test.h - a device of the test driver that is registered with WMI, by way of wmilib.sys.
 */
#ifndef TESTS_KERNEL_WMI_WMI_TEST_H
#define TESTS_KERNEL_WMI_WMI_TEST_H

#include "ktest.h"

#include <wmistr.h>
#include <wmilib.h>

#define WMI_TEST_TAG 'tsmW'

#ifndef WMIGUID_QUERY
#define WMIGUID_QUERY        0x0001
#define WMIGUID_SET          0x0002
#define WMIGUID_NOTIFICATION 0x0004
#define WMIGUID_EXECUTE      0x0010
#endif

#define WMI_TEST_BASE L"Wmi Test " /* base name of its instances */
#define WMI_TEST_INSTANCES 2

/* The device's blocks: one with two instances of eight bytes, one that is read-only and expensive,
 * one of events. */
enum { WMI_TEST_DATA, WMI_TEST_FIXED, WMI_TEST_EVENT, WMI_TEST_BLOCKS };
extern const GUID WmiTestGuid[WMI_TEST_BLOCKS];
extern const GUID WmiTestNobody; /* a block no device has */

typedef struct WMI_TEST_DEVICE {
    WMILIB_CONTEXT Library;
    WMIGUIDREGINFO Guid[WMI_TEST_BLOCKS];
    ULONG64 Value[WMI_TEST_INSTANCES]; /* of WMI_TEST_DATA */
    ULONG Minor[16];                   /* requests by minor function */
    ULONG Padding;                     /* bytes the answer of a query is longer by */
    BOOLEAN Enabled[2];                /* by WMIENABLEDISABLECONTROL */
    ULONG Controls;                    /* how often */
    SYSCTL_IRP_DISPOSITION Disposition; /* of the latest request */
    NTSTATUS Returned;                 /* the same of what WmiSystemControl returned */
    PDEVICE_OBJECT Pdo;                /* not NULL: instances are named after it */
    NTSTATUS RegInfo;                  /* what the driver answers when it is asked for its blocks */
} WMI_TEST_DEVICE;

/* A device that is registered, or not yet. NULL: the test has failed. */
PDEVICE_OBJECT WmiTestCreate(BOOLEAN Register);
VOID WmiTestDelete(PDEVICE_OBJECT Device);
/* Opens a block; the device has been asked for its blocks by then. NULL: the test has failed. */
PVOID WmiTestOpen(ULONG Block, ULONG Access);

static inline WMI_TEST_DEVICE *WmiTestOf(PDEVICE_OBJECT Device)
{
    return Device->DeviceExtension;
}

#endif
