/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoReportResourceForDetection - claims of a driver and of its devices, and how they meet.
 */
#include "resource_test.h"

/* Device NULL: for the driver. Count 0: gives the claim up. */
static NTSTATUS DetectClaim(PDEVICE_OBJECT Device, ULONG Base, ULONG Count, UCHAR Share,
                            PBOOLEAN Conflict)
{
    CM_RESOURCE_LIST List;

    ResourceTestPorts(&List, Base, Count, Share);
    if (Count == 0)
        List.Count = 0;
    *Conflict = 0x5A;
    if (Device == NULL)
        return IoReportResourceForDetection(KtestDriverObject, &List, sizeof(List), NULL, NULL, 0,
                                            Conflict);
    return IoReportResourceForDetection(KtestDriverObject, NULL, 0, Device, &List, sizeof(List),
                                        Conflict);
}

static VOID DetectExpect(PDEVICE_OBJECT Device, ULONG Base, ULONG Count, UCHAR Share,
                         NTSTATUS Status, BOOLEAN Conflict)
{
    BOOLEAN Detected;

    CHECK_STATUS(DetectClaim(Device, Base, Count, Share, &Detected), Status);
    CHECK_EQ(Detected, Conflict);
}

static VOID DetectRelease(PDEVICE_OBJECT Device)
{
    DetectExpect(Device, 0, 0, 0, STATUS_SUCCESS, FALSE);
}

/* Two devices of this driver; FALSE: one is missing. */
static BOOLEAN DetectCreate(PDEVICE_OBJECT *One, PDEVICE_OBJECT *Other)
{
    *One = IoTestCreate(L"\\Device\\KtestIoDetectOne", 0, NULL);
    *Other = IoTestCreate(L"\\Device\\KtestIoDetectOther", 0, NULL);
    return *One != NULL && *Other != NULL;
}

static VOID DetectDelete(PDEVICE_OBJECT One, PDEVICE_OBJECT Other)
{
    if (One != NULL)
        IoDeleteDevice(One);
    if (Other != NULL)
        IoDeleteDevice(Other);
}

TEST(IoReportResourceForDetection, OneTakesAndGivesBack)
{
    DetectExpect(NULL, RESOURCE_TEST_BASE, 8, CmResourceShareDriverExclusive, STATUS_SUCCESS,
                 FALSE);
    DetectRelease(NULL);
    DetectRelease(NULL); /* nothing is claimed: that is no error */
}

TEST(IoReportResourceForDetection, ANewListReplacesTheOldOne)
{
    PDEVICE_OBJECT One, Other;

    if (DetectCreate(&One, &Other)) {
        DetectExpect(One, RESOURCE_TEST_BASE, 8, CmResourceShareDeviceExclusive, STATUS_SUCCESS,
                     FALSE);
        DetectExpect(One, RESOURCE_TEST_BASE + 4, 4, CmResourceShareDeviceExclusive,
                     STATUS_SUCCESS, FALSE);
        DetectExpect(Other, RESOURCE_TEST_BASE, 4, CmResourceShareDeviceExclusive,
                     STATUS_SUCCESS, FALSE);
        DetectRelease(One);
        DetectRelease(Other);
    }
    DetectDelete(One, Other);
}

TEST(IoReportResourceForDetection, TwoDevicesCannotHaveTheSame)
{
    PDEVICE_OBJECT One, Other;
    ULONG Shift;

    if (DetectCreate(&One, &Other)) {
        DetectExpect(One, RESOURCE_TEST_BASE + 4, 4, CmResourceShareDeviceExclusive,
                     STATUS_SUCCESS, FALSE);
        for (Shift = 1; Shift < 8; Shift++)
            DetectExpect(Other, RESOURCE_TEST_BASE + Shift, 4, CmResourceShareDeviceExclusive,
                         STATUS_CONFLICTING_ADDRESSES, TRUE);
        /* Beside it, on either side. */
        DetectExpect(Other, RESOURCE_TEST_BASE, 4, CmResourceShareDeviceExclusive,
                     STATUS_SUCCESS, FALSE);
        DetectExpect(Other, RESOURCE_TEST_BASE + 8, 4, CmResourceShareDeviceExclusive,
                     STATUS_SUCCESS, FALSE);
        DetectRelease(One);
        DetectExpect(Other, RESOURCE_TEST_BASE + 4, 4, CmResourceShareDeviceExclusive,
                     STATUS_SUCCESS, FALSE);
        DetectRelease(Other);
    }
    DetectDelete(One, Other);
}

/* What failed took nothing, and what was claimed before is claimed still. */
TEST(IoReportResourceForDetection, AConflictChangesNothing)
{
    PDEVICE_OBJECT One, Other;

    if (DetectCreate(&One, &Other)) {
        DetectExpect(One, RESOURCE_TEST_BASE, 4, CmResourceShareDeviceExclusive, STATUS_SUCCESS,
                     FALSE);
        DetectExpect(Other, RESOURCE_TEST_BASE + 4, 4, CmResourceShareDeviceExclusive,
                     STATUS_SUCCESS, FALSE);
        DetectExpect(Other, RESOURCE_TEST_BASE + 2, 4, CmResourceShareDeviceExclusive,
                     STATUS_CONFLICTING_ADDRESSES, TRUE);
        DetectExpect(One, RESOURCE_TEST_BASE + 4, 4, CmResourceShareDeviceExclusive,
                     STATUS_CONFLICTING_ADDRESSES, TRUE);
        DetectRelease(One);
        DetectRelease(Other);
    }
    DetectDelete(One, Other);
}

TEST(IoReportResourceForDetection, BothMustShare)
{
    PDEVICE_OBJECT One, Other;

    if (DetectCreate(&One, &Other)) {
        DetectExpect(One, RESOURCE_TEST_BASE, 4, CmResourceShareShared, STATUS_SUCCESS, FALSE);
        DetectExpect(Other, RESOURCE_TEST_BASE, 4, CmResourceShareDeviceExclusive,
                     STATUS_CONFLICTING_ADDRESSES, TRUE);
        DetectExpect(Other, RESOURCE_TEST_BASE, 4, CmResourceShareShared, STATUS_SUCCESS, FALSE);
        DetectRelease(One);
        DetectRelease(Other);
    }
    DetectDelete(One, Other);
}

/* What the driver alone must have, its devices may have together. */
TEST(IoReportResourceForDetection, ADriverSharesWithItself)
{
    PDEVICE_OBJECT One, Other;

    if (DetectCreate(&One, &Other)) {
        DetectExpect(One, RESOURCE_TEST_BASE, 4, CmResourceShareDriverExclusive, STATUS_SUCCESS,
                     FALSE);
        DetectExpect(Other, RESOURCE_TEST_BASE, 4, CmResourceShareDriverExclusive, STATUS_SUCCESS,
                     FALSE);
        DetectRelease(One);
        DetectRelease(Other);
    }
    DetectDelete(One, Other);
}

/* The driver's list is not looked at when there is one of the device. */
TEST(IoReportResourceForDetection, TheDevicesListCounts)
{
    CM_RESOURCE_LIST Malformed, List;
    PDEVICE_OBJECT One, Other;
    BOOLEAN Conflict = 0x5A;

    if (DetectCreate(&One, &Other)) {
        ResourceTestPorts(&List, RESOURCE_TEST_BASE, 4, CmResourceShareDeviceExclusive);
        Malformed = List;
        Malformed.List[0].PartialResourceList.Count = 2;
        CHECK_STATUS(IoReportResourceForDetection(KtestDriverObject, &Malformed, sizeof(Malformed),
                                                  One, &List, sizeof(List), &Conflict),
                     STATUS_SUCCESS);
        CHECK_EQ(Conflict, FALSE);
        DetectExpect(Other, RESOURCE_TEST_BASE, 4, CmResourceShareDeviceExclusive,
                     STATUS_CONFLICTING_ADDRESSES, TRUE);
        DetectRelease(One);
    }
    DetectDelete(One, Other);
}

/* A list that says it is longer than it is. */
TEST(IoReportResourceForDetection, MalformedLists)
{
    CM_RESOURCE_LIST List;
    BOOLEAN Conflict = 0x5A;

    ResourceTestPorts(&List, RESOURCE_TEST_BASE, 4, CmResourceShareDeviceExclusive);
    CHECK_STATUS(IoReportResourceForDetection(KtestDriverObject, &List, sizeof(List) - 1, NULL,
                                              NULL, 0, &Conflict),
                 STATUS_UNSUCCESSFUL);
    List.List[0].PartialResourceList.Count = 2;
    CHECK_STATUS(IoReportResourceForDetection(KtestDriverObject, &List, sizeof(List), NULL, NULL,
                                              0, &Conflict),
                 STATUS_UNSUCCESSFUL);
}
