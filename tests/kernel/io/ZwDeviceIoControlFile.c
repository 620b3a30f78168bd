/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwDeviceIoControlFile - the four ways buffers are passed, and what comes back.
 */
#include "file_test.h"

#define CODE(Method) CTL_CODE(FILE_DEVICE_UNKNOWN, 0x900, Method, FILE_ANY_ACCESS)
#define POISON       0xEE

typedef struct CONTROL_TEST {
    FILE_TEST File;
    HANDLE Handle;
    IO_STATUS_BLOCK IoStatus;
    CHAR Input[FILE_TEST_BYTES];
    CHAR Output[FILE_TEST_BYTES];
} CONTROL_TEST;

static BOOLEAN Begin(CONTROL_TEST *Test)
{
    ULONG At;

    RtlZeroMemory(Test, sizeof(*Test));
    for (At = 0; At < sizeof(Test->Input); At++)
        Test->Input[At] = (CHAR)(At + 1);
    RtlFillMemory(Test->Output, sizeof(Test->Output), POISON);
    RtlFillMemory(&Test->IoStatus, sizeof(Test->IoStatus), POISON);
    if (!FileTestBegin(&Test->File, 0))
        return FALSE;
    Test->Handle = FileTestOpen(TRUE);
    if (Test->Handle != NULL)
        return TRUE;
    FileTestEnd(&Test->File);
    return FALSE;
}

static VOID End(CONTROL_TEST *Test)
{
    ZwClose(Test->Handle);
    FileTestEnd(&Test->File);
}

static NTSTATUS Control(CONTROL_TEST *Test, ULONG Code, ULONG InputBytes, ULONG OutputBytes)
{
    return ZwDeviceIoControlFile(Test->Handle, NULL, NULL, NULL, &Test->IoStatus, Code, Test->Input,
                                 InputBytes, Test->Output, OutputBytes);
}

/* How many bytes of the output are Byte, from the start. */
static ULONG Filled(const CONTROL_TEST *Test, UCHAR Byte)
{
    ULONG At = 0;

    while (At < sizeof(Test->Output) && (UCHAR)Test->Output[At] == Byte)
        At++;
    return At;
}

TEST(ZwDeviceIoControlFile, TheDriverSeesTheRequest)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 10, 20), STATUS_SUCCESS);
    CHECK(FileTestTrailIs(&Test.File, "Ci"));
    CHECK_EQ(Test.File.Last.Mode, KernelMode);
    CHECK_EQ(Test.File.Last.Irql, PASSIVE_LEVEL);
    CHECK_PTR(Test.File.Last.File, Test.File.Create.File);
    CHECK_EQ(Test.File.Last.Stack.Parameters.DeviceIoControl.IoControlCode, CODE(METHOD_BUFFERED));
    CHECK_EQ(Test.File.Last.Stack.Parameters.DeviceIoControl.InputBufferLength, 10);
    CHECK_EQ(Test.File.Last.Stack.Parameters.DeviceIoControl.OutputBufferLength, 20);
    End(&Test);
}

TEST(ZwDeviceIoControlFile, BufferedCopiesInAndOut)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    Test.File.Fill = 'x';
    Test.File.Information = 12;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 10, 20), STATUS_SUCCESS);
    CHECK(Test.File.Last.SystemBuffer != NULL);
    CHECK(Test.File.Last.SystemBuffer != Test.Input && Test.File.Last.SystemBuffer != Test.Output);
    CHECK_PTR(Test.File.Last.Mdl, NULL);
    CHECK_EQ(RtlCompareMemory(Test.File.Last.SystemData, Test.Input, 10), 10);
    CHECK_EQ(Filled(&Test, 'x'), 12); /* as many as Information says */
    CHECK_EQ((UCHAR)Test.Output[12], POISON);
    CHECK_STATUS(Test.IoStatus.Status, STATUS_SUCCESS);
    CHECK_EQ(Test.IoStatus.Information, 12);
    End(&Test);
}

TEST(ZwDeviceIoControlFile, BufferedUsesOneBufferForBoth)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    Test.File.Information = 5;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 8, 8), STATUS_SUCCESS);
    CHECK_EQ(RtlCompareMemory(Test.Output, Test.Input, 5), 5); /* the driver did not write */
    CHECK_EQ((UCHAR)Test.Output[5], POISON);
    End(&Test);
}

TEST(ZwDeviceIoControlFile, BufferedWorksWithEitherBuffer)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 4, 0), STATUS_SUCCESS);
    CHECK_EQ(RtlCompareMemory(Test.File.Last.SystemData, Test.Input, 4), 4);
    CHECK_EQ(Filled(&Test, POISON), sizeof(Test.Output));
    Test.File.Fill = 'y';
    Test.File.Information = 4;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 0, 4), STATUS_SUCCESS);
    CHECK_EQ(Filled(&Test, 'y'), 4);
    Test.File.Information = 0;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 0, 0), STATUS_SUCCESS);
    CHECK_EQ(Test.IoStatus.Information, 0);
    End(&Test);
}

static VOID CheckDirect(ULONG Method)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    Test.File.Fill = 'd';
    Test.File.Information = 3;
    CHECK_STATUS(Control(&Test, CODE(Method), 10, 20), STATUS_SUCCESS);
    CHECK_EQ(RtlCompareMemory(Test.File.Last.SystemData, Test.Input, 10), 10);
    CHECK(Test.File.Last.SystemBuffer != NULL && Test.File.Last.SystemBuffer != Test.Input);
    CHECK(Test.File.Last.Mdl != NULL);
    CHECK_EQ(Filled(&Test, 'd'), 20); /* the driver wrote to the buffer itself */
    CHECK_EQ(Test.IoStatus.Information, 3);
    End(&Test);
}

TEST(ZwDeviceIoControlFile, DirectGivesThePagesOfTheOutput)
{
    CheckDirect(METHOD_OUT_DIRECT);
}

/*
 * Input and output of this method are both the driver's to read; nothing keeps it from writing
 * here.
 */
TEST(ZwDeviceIoControlFile, InDirectGivesThePagesToo)
{
    CheckDirect(METHOD_IN_DIRECT);
}

TEST(ZwDeviceIoControlFile, DirectWithoutOutputHasNoPages)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    CHECK_STATUS(Control(&Test, CODE(METHOD_OUT_DIRECT), 10, 0), STATUS_SUCCESS);
    CHECK_PTR(Test.File.Last.Mdl, NULL);
    CHECK_EQ(RtlCompareMemory(Test.File.Last.SystemData, Test.Input, 10), 10);
    End(&Test);
}

TEST(ZwDeviceIoControlFile, NeitherPassesTheAddresses)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    Test.File.Fill = 'n';
    Test.File.Information = 2;
    CHECK_STATUS(Control(&Test, CODE(METHOD_NEITHER), 10, 20), STATUS_SUCCESS);
    CHECK_PTR(Test.File.Last.Stack.Parameters.DeviceIoControl.Type3InputBuffer, Test.Input);
    CHECK_PTR(Test.File.Last.UserBuffer, Test.Output);
    CHECK_PTR(Test.File.Last.SystemBuffer, NULL);
    CHECK_PTR(Test.File.Last.Mdl, NULL);
    CHECK_EQ(Filled(&Test, 'n'), 20);
    CHECK_EQ(Test.IoStatus.Information, 2);
    End(&Test);
}

/* ---- results --------------------------------------------------------------------------------- */

TEST(ZwDeviceIoControlFile, AnErrorReturnsNoData)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    Test.File.Fill = 'e';
    Test.File.Information = 16;
    Test.File.Status = STATUS_INVALID_DEVICE_REQUEST;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 0, 16), STATUS_INVALID_DEVICE_REQUEST);
    CHECK_EQ(Filled(&Test, POISON), sizeof(Test.Output));
    End(&Test);
}

TEST(ZwDeviceIoControlFile, AWarningReturnsData)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    Test.File.Fill = 'w';
    Test.File.Information = 16;
    Test.File.Status = STATUS_BUFFER_OVERFLOW;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 0, 16), STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Filled(&Test, 'w'), 16);
    CHECK_STATUS(Test.IoStatus.Status, STATUS_BUFFER_OVERFLOW);
    CHECK_EQ(Test.IoStatus.Information, 16);
    End(&Test);
}

TEST(ZwDeviceIoControlFile, WaitsOnASynchronousHandle)
{
    CONTROL_TEST Test;

    if (!Begin(&Test))
        return;
    Test.File.Pend = TRUE;
    Test.File.Fill = 'p';
    Test.File.Information = 7;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 0, 16), STATUS_SUCCESS);
    IoTestJoin();
    CHECK_EQ(Filled(&Test, 'p'), 7);
    CHECK_EQ(Test.IoStatus.Information, 7);
    Test.File.Status = STATUS_IO_DEVICE_ERROR;
    CHECK_STATUS(Control(&Test, CODE(METHOD_BUFFERED), 0, 16), STATUS_IO_DEVICE_ERROR);
    IoTestJoin();
    End(&Test);
}

/*
 * On an asynchronous handle the caller waits for the event, which is set when the result is there.
 */
TEST(ZwDeviceIoControlFile, SignalsTheEventOfAnAsynchronousRequest)
{
    static CHAR Output[8];
    static IO_STATUS_BLOCK IoStatus;
    OBJECT_ATTRIBUTES Attributes;
    FILE_TEST Test;
    HANDLE Handle, Event;

    if (!FileTestBegin(&Test, 0))
        return;
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    Handle = FileTestOpen(FALSE);
    if (Handle != NULL) {
        if (CHECK_STATUS(
                ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, TRUE),
                STATUS_SUCCESS)) {
            Test.Pend = TRUE;
            Test.Fill = 'a';
            Test.Information = sizeof(Output);
            CHECK_STATUS(ZwDeviceIoControlFile(Handle, Event, NULL, NULL, &IoStatus,
                                               CODE(METHOD_BUFFERED), NULL, 0, Output,
                                               sizeof(Output)),
                         STATUS_PENDING);
            CHECK_STATUS(ZwWaitForSingleObject(Event, FALSE, NULL), STATUS_SUCCESS);
            IoTestJoin();
            CHECK_STATUS(IoStatus.Status, STATUS_SUCCESS);
            CHECK_EQ(IoStatus.Information, sizeof(Output));
            CHECK_EQ(Output[0], 'a');
            CHECK_EQ(Output[7], 'a');
            ZwClose(Event);
        }
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}

TEST(ZwDeviceIoControlFile, RefusesOtherHandles)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Event;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwDeviceIoControlFile(Event, NULL, NULL, NULL, &IoStatus, CODE(METHOD_BUFFERED),
                                       NULL, 0, NULL, 0),
                 STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Event);
}
