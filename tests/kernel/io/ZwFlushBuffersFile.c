/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwFlushBuffersFile - a request without buffers, waited for.
 */
#include "file_test.h"

TEST(ZwFlushBuffersFile, SendsTheRequestAndWaits)
{
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (!FileTestBegin(&Test, 0))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        CHECK_STATUS(ZwFlushBuffersFile(Handle, &IoStatus), STATUS_SUCCESS);
        CHECK(FileTestTrailIs(&Test, "Cf"));
        CHECK_STATUS(IoStatus.Status, STATUS_SUCCESS);
        Test.Pend = TRUE;
        CHECK_STATUS(ZwFlushBuffersFile(Handle, &IoStatus), STATUS_SUCCESS);
        IoTestJoin();
        Test.Pend = FALSE;
        Test.Status = STATUS_DISK_FULL;
        CHECK_STATUS(ZwFlushBuffersFile(Handle, &IoStatus), STATUS_DISK_FULL);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}
