/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcPrepareMdlWrite, CcMdlWriteComplete, CcMdlWriteAbort - writing to pages of the cache by MDLs.
 */
#include "cc_test.h"

static UCHAR Buffer[4 * PAGE_SIZE];

static VOID Fill(PMDL Chain, UCHAR With)
{
    for (; Chain != NULL; Chain = Chain->Next) {
        PVOID Bytes = MmGetSystemAddressForMdlSafe(Chain, NormalPagePriority);

        if (CHECK(Bytes != NULL))
            RtlFillMemory(Bytes, MmGetMdlByteCount(Chain), With);
    }
}

TEST(CcPrepareMdlWrite, ChangesTheFile)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE + 5);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 0};
    PMDL Chain = NULL;

    if (File == NULL)
        return;
    CcPrepareMdlWrite(File, &Offset, PAGE_SIZE, &Chain, &Io);
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, PAGE_SIZE);
    Fill(Chain, 0x71);
    CcMdlWriteComplete(File, &Offset, Chain);
    CHECK_STATUS(CcTestRead(File, 0, 4 * PAGE_SIZE, Buffer), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(Buffer, 0, PAGE_SIZE + 5));
    CHECK(CcTestIsFilled(Buffer + PAGE_SIZE + 5, PAGE_SIZE, 0x71));
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(CcFile.Data, 0, PAGE_SIZE + 5));
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE + 5, PAGE_SIZE, 0x71));
    CHECK(CcTestIsPattern(CcFile.Data + 2 * PAGE_SIZE + 5, 2 * PAGE_SIZE + 5, PAGE_SIZE));
    CcTestClose(File);
}

TEST(CcMdlWriteComplete, OfAWriteThroughFileObjectWrites)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE);
    IO_STATUS_BLOCK Io;
    PMDL Chain = NULL;

    if (File == NULL)
        return;
    File->Flags |= FO_WRITE_THROUGH;
    CcPrepareMdlWrite(File, &Offset, PAGE_SIZE, &Chain, &Io);
    Fill(Chain, 0x72);
    CcMdlWriteComplete(File, &Offset, Chain);
    CHECK(CcTestIsFilled(CcFile.Data + PAGE_SIZE, PAGE_SIZE, 0x72));
    File->Flags &= ~FO_WRITE_THROUGH;
    CcTestClose(File);
}

TEST(CcMdlWriteAbort, MakesNothingDirty)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE);
    IO_STATUS_BLOCK Io;
    PMDL Chain = NULL;

    if (File == NULL)
        return;
    CcPrepareMdlWrite(File, &Offset, PAGE_SIZE, &Chain, &Io);
    CcMdlWriteAbort(File, Chain);
    CHECK_STATUS(CcTestFlush(0, 0), STATUS_SUCCESS);
    CHECK(CcTestIsPattern(CcFile.Data, 0, 4 * PAGE_SIZE));
    CcTestClose(File);
}
