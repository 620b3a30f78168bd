/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * The disk by handle: a synchronous file's position moves with each read; names below the disk are
 * none.
 */
#include "disk.h"

static NTSTATUS OpenHandle(PCWSTR Path, HANDLE *Handle)
{
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Name;
    IO_STATUS_BLOCK IoStatus;

    RtlInitUnicodeString(&Name, Path);
    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateFile(Handle, GENERIC_READ | SYNCHRONIZE, &Attributes, &IoStatus, NULL, 0,
        FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

TEST(DiskHandle, PositionMoves)
{
    static UCHAR First[SECTOR], Second[SECTOR], Both[2 * SECTOR];
    FILE_POSITION_INFORMATION Position;
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset;
    HANDLE Handle;

    if (!CHECK_STATUS(OpenHandle(L"\\DosDevices\\PhysicalDrive0", &Handle), STATUS_SUCCESS))
        return;
    CHECK_STATUS(
        ZwReadFile(Handle, NULL, NULL, NULL, &IoStatus, First, SECTOR, NULL, NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwReadFile(Handle, NULL, NULL, NULL, &IoStatus, Second, SECTOR, NULL, NULL),
        STATUS_SUCCESS);
    CHECK_STATUS(ZwQueryInformationFile(
                     Handle, &IoStatus, &Position, sizeof(Position), FilePositionInformation),
        STATUS_SUCCESS);
    CHECK_EQ(Position.CurrentByteOffset.QuadPart, 2 * SECTOR);
    Offset.QuadPart = 0;
    CHECK_STATUS(ZwReadFile(Handle, NULL, NULL, NULL, &IoStatus, Both, 2 * SECTOR, &Offset, NULL),
        STATUS_SUCCESS);
    CHECK(RtlCompareMemory(First, Both, SECTOR) == SECTOR);
    CHECK(RtlCompareMemory(Second, Both + SECTOR, SECTOR) == SECTOR);
    CHECK_STATUS(ZwReadFile(Handle, NULL, NULL, NULL, &IoStatus, Both, 100, &Offset, NULL),
        STATUS_INVALID_PARAMETER);
    ZwClose(Handle);
}

TEST(DiskHandle, NothingBelowTheDisk)
{
    HANDLE Handle;
    NTSTATUS Status = OpenHandle(L"\\DosDevices\\PhysicalDrive0\\file", &Handle);

    if (!CHECK(!NT_SUCCESS(Status)))
        ZwClose(Handle);
}
