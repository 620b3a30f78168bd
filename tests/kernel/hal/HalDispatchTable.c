/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * HalDispatchTable - its layout, and the routines a driver calls through it.
 */
#include "ktest.h"

TEST(HalDispatchTable, HasRoutines)
{
    CHECK(HalDispatchTable->Version >= 3);
    CHECK(HalQuerySystemInformation != NULL);
    CHECK(HalSetSystemInformation != NULL);
    CHECK(HalDispatchTable->HalExamineMBR != NULL);
    CHECK(HalDispatchTable->HalIoReadPartitionTable != NULL);
    CHECK(HalDispatchTable->HalIoSetPartitionInformation != NULL);
    CHECK(HalDispatchTable->HalIoWritePartitionTable != NULL);
    CHECK(HalGetDmaAdapter != NULL);
    CHECK(HalGetInterruptTranslator != NULL);
}

TEST(HalDispatchTable, TheClockIsASourceToProfileBy)
{
    HAL_PROFILE_SOURCE_INFORMATION Source = {ProfileTime, FALSE, 0};
    HAL_PROFILE_SOURCE_INTERVAL Interval = {ProfileTime, 0};
    ULONG Length = 0, Before;

    if (!CHECK_STATUS(HalQuerySystemInformation(
                          HalProfileSourceInformation, sizeof(Source), &Source, &Length),
            STATUS_SUCCESS))
        return;
    CHECK_EQ(Length, sizeof(Source));
    CHECK_EQ(Source.Supported, TRUE);
    CHECK(Source.Interval != 0);
    Before = Source.Interval;
    Interval.Interval = Before;
    CHECK_STATUS(HalSetSystemInformation(HalProfileSourceInterval, sizeof(Interval), &Interval),
        STATUS_SUCCESS);
}

TEST(HalDispatchTable, AShortBufferIsNotWrittenBeyond)
{
    UCHAR Buffer[64];
    ULONG Length = 0;
    NTSTATUS Status;

    RtlFillMemory(Buffer, sizeof(Buffer), 0xEE);
    Status = HalQuerySystemInformation(HalProfileSourceInformation, 1, Buffer, &Length);
    CHECK(!NT_SUCCESS(Status));
    CHECK_EQ(Buffer[1], 0xEE);
}

TEST(HalDispatchTable, ClassesThereAreNot)
{
    UCHAR Buffer[64];
    ULONG Length = 77;

    CHECK_STATUS(HalQuerySystemInformation(
                     (HAL_QUERY_INFORMATION_CLASS)1000, sizeof(Buffer), Buffer, &Length),
        STATUS_INVALID_LEVEL);
    CHECK_STATUS(HalSetSystemInformation((HAL_SET_INFORMATION_CLASS)1000, sizeof(Buffer), Buffer),
        STATUS_INVALID_LEVEL);
}

TEST(HalDispatchTable, TheBusesThereAre)
{
    HAL_BUS_INFORMATION Buses[32];
    BOOLEAN Pci = FALSE;
    ULONG Length = 0;
    NTSTATUS Status = HalQuerySystemInformation(
        HalInstalledBusInformation, sizeof(Buses), Buses, &Length);

    if (Status == STATUS_INVALID_LEVEL) {
        skip("this Windows' HAL keeps no list of buses");
        return;
    }
    CHECK_STATUS(Status, STATUS_SUCCESS);
    for (ULONG Index = 0; Index < Length / sizeof(Buses[0]); Index++)
        Pci |= Buses[Index].BusType == PCIBus && Buses[Index].ConfigurationType == PCIConfiguration;
    CHECK(Pci);
}
