/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwFlushBuffersFile - a request without buffers, waited for (Windows Vista and later).
 */
#include "file_test.h"

typedef NTSTATUS(NTAPI *FLUSH_FILE)(HANDLE FileHandle, PIO_STATUS_BLOCK IoStatusBlock);

TEST(ZwFlushBuffersFile, SendsTheRequestAndWaits)
{
    FLUSH_FILE Flush = (FLUSH_FILE)KtestExport(L"ZwFlushBuffersFile");
    FILE_TEST Test;
    IO_STATUS_BLOCK IoStatus;
    HANDLE Handle;

    if (Flush == NULL) {
        skip("Windows Vista and later");
        return;
    }
    if (!FileTestBegin(&Test, 0))
        return;
    Handle = FileTestOpen(TRUE);
    if (Handle != NULL) {
        CHECK_STATUS(Flush(Handle, &IoStatus), STATUS_SUCCESS);
        CHECK(FileTestTrailIs(&Test, "Cf"));
        CHECK_STATUS(IoStatus.Status, STATUS_SUCCESS);
        Test.Pend = TRUE;
        CHECK_STATUS(Flush(Handle, &IoStatus), STATUS_SUCCESS);
        IoTestJoin();
        Test.Pend = FALSE;
        Test.Status = STATUS_DISK_FULL;
        CHECK_STATUS(Flush(Handle, &IoStatus), STATUS_DISK_FULL);
        ZwClose(Handle);
    }
    FileTestEnd(&Test);
}
