/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSetSystemInformation - what a driver may change for the whole machine.
 */
#include "sysinfo_test.h"

#define PROVIDER 'tkZZ'

typedef struct TABLE {
    ULONG Provider, Action, Id, Length;
    UCHAR Buffer[16];
} TABLE;

typedef NTSTATUS(NTAPI *TABLE_ROUTINE)(TABLE *Table);

typedef struct HANDLER {
    ULONG Provider;
    BOOLEAN Register;
    TABLE_ROUTINE Routine;
    PVOID DriverObject;
} HANDLER;

static NTSTATUS NTAPI Answer(TABLE *Table)
{
    ULONG Room = Table->Length;

    if (Table->Id != 7)
        return STATUS_NOT_FOUND;
    Table->Length = 4;
    if (Room < 4)
        return STATUS_BUFFER_TOO_SMALL;
    *(ULONG *)Table->Buffer = 0x12345678;
    return STATUS_SUCCESS;
}

TEST(ZwSetSystemInformation, HasADriverAnswerForFirmware)
{
    HANDLER Handler = {PROVIDER, TRUE, Answer, KtestDriverObject};
    TABLE Table = {PROVIDER, 1, 7, sizeof(Table.Buffer), {0}};
    ULONG Needed = 0;

    CHECK_STATUS(
        ZwQuerySystemInformation(76, &Table, sizeof(Table), &Needed), STATUS_NOT_IMPLEMENTED);
    CHECK_STATUS(
        ZwSetSystemInformation(75, &Handler, sizeof(Handler) - 1), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwSetSystemInformation(75, &Handler, sizeof(Handler)), STATUS_SUCCESS);
    CHECK_STATUS(ZwSetSystemInformation(75, &Handler, sizeof(Handler)), STATUS_OBJECT_NAME_EXISTS);
    CHECK_STATUS(ZwQuerySystemInformation(76, &Table, sizeof(Table), &Needed), STATUS_SUCCESS);
    CHECK_EQ(Table.Length, 4);
    CHECK_EQ(*(ULONG *)Table.Buffer, 0x12345678);
    Table.Length = 0;
    CHECK_STATUS(ZwQuerySystemInformation(76, &Table, FIELD_OFFSET(TABLE, Buffer), &Needed),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Table.Length, 4);
    Table.Id = 8;
    CHECK_STATUS(ZwQuerySystemInformation(76, &Table, sizeof(Table), &Needed), STATUS_NOT_FOUND);
    Handler.Register = FALSE;
    CHECK_STATUS(ZwSetSystemInformation(75, &Handler, sizeof(Handler)), STATUS_SUCCESS);
    CHECK_STATUS(ZwSetSystemInformation(75, &Handler, sizeof(Handler)), STATUS_INVALID_PARAMETER);
}

TEST(ZwSetSystemInformation, LeavesTheClockItsRate)
{
    struct {
        ULONG Adjustment;
        BOOLEAN Off;
    } Time = {0, TRUE};

    CHECK_STATUS(ZwSetSystemInformation(28, &Time, sizeof(Time) - 1), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwSetSystemInformation(28, &Time, sizeof(Time)), STATUS_SUCCESS);
    Time.Off = FALSE;
    CHECK_STATUS(ZwSetSystemInformation(28, &Time, sizeof(Time)), STATUS_INVALID_PARAMETER_2);
    Time.Off = TRUE;
    CHECK_STATUS(ZwSetSystemInformation(28, &Time, sizeof(Time)), STATUS_SUCCESS);
}

TEST(ZwSetSystemInformation, SetsTheFlags)
{
    ULONG Flags = 0, Seen = 0;

    CHECK_STATUS(ZwQuerySystemInformation(9, &Flags, sizeof(Flags), NULL), STATUS_SUCCESS);
    CHECK_STATUS(ZwSetSystemInformation(9, &Flags, sizeof(Flags)), STATUS_SUCCESS);
    CHECK_STATUS(ZwQuerySystemInformation(9, &Seen, sizeof(Seen), NULL), STATUS_SUCCESS);
    CHECK_EQ(Seen, Flags);
    CHECK_STATUS(ZwSetSystemInformation(9, &Flags, 3), STATUS_INFO_LENGTH_MISMATCH);
}

TEST(ZwSetSystemInformation, RefusesWhatCannotBeSet)
{
    ULONG Value[16] = {0};

    CHECK_STATUS(ZwSetSystemInformation(0, Value, sizeof(Value)), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ZwSetSystemInformation(0x7FFF, Value, sizeof(Value)), STATUS_INVALID_INFO_CLASS);
    CHECK_STATUS(ZwSetSystemInformation(26, Value, 4), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(ZwSetSystemInformation(27, Value, 3), STATUS_INFO_LENGTH_MISMATCH);
}
