/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CcMdlRead, CcMdlReadComplete - pages of the cache by MDLs.
 */
#include "cc_test.h"

/* Whether a chain describes so many bytes of the pattern. */
static BOOLEAN IsChain(PMDL Chain, LONGLONG Offset, ULONG Length)
{
    ULONG Done = 0;

    for (; Chain != NULL; Chain = Chain->Next) {
        PUCHAR Bytes = MmGetSystemAddressForMdlSafe(Chain, NormalPagePriority);

        if (Bytes == NULL || !CcTestIsPattern(Bytes, Offset + Done, MmGetMdlByteCount(Chain)))
            return FALSE;
        Done += MmGetMdlByteCount(Chain);
    }
    return Done == Length;
}

TEST(CcMdlRead, DescribesTheBytes)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(PAGE_SIZE + 5);
    IO_STATUS_BLOCK Io = {{STATUS_UNSUCCESSFUL}, 0};
    PMDL Chain = NULL;

    if (File == NULL)
        return;
    CcMdlRead(File, &Offset, 2 * PAGE_SIZE, &Chain, &Io);
    CHECK_STATUS(Io.Status, STATUS_SUCCESS);
    CHECK_EQ(Io.Information, 2 * PAGE_SIZE);
    CHECK(IsChain(Chain, PAGE_SIZE + 5, 2 * PAGE_SIZE));
    CcMdlReadComplete(File, Chain);
    CcTestClose(File);
}

TEST(CcMdlRead, CrossesViewsAndAppends)
{
    PFILE_OBJECT File = CcTestOpenCached(CC_ROOM);
    LARGE_INTEGER Offset = CcTestOffset(VACB_MAPPING_GRANULARITY - PAGE_SIZE);
    IO_STATUS_BLOCK Io;
    PMDL Chain = NULL;

    if (File == NULL)
        return;
    CcMdlRead(File, &Offset, 2 * PAGE_SIZE, &Chain, &Io);
    CHECK(IsChain(Chain, Offset.QuadPart, 2 * PAGE_SIZE));
    Offset.QuadPart += 2 * PAGE_SIZE;
    CcMdlRead(File, &Offset, PAGE_SIZE, &Chain, &Io);
    CHECK_EQ(Io.Information, PAGE_SIZE);
    CHECK(IsChain(Chain, Offset.QuadPart - 2 * PAGE_SIZE, 3 * PAGE_SIZE));
    CcMdlReadComplete(File, Chain);
    CcTestClose(File);
}

TEST(CcMdlRead, RaisesWhatTheFileSystemSays)
{
    PFILE_OBJECT File = CcTestOpenCached(4 * PAGE_SIZE);
    LARGE_INTEGER Offset = CcTestOffset(0);
    volatile NTSTATUS Status = STATUS_SUCCESS;
    IO_STATUS_BLOCK Io;
    PMDL Chain = NULL;

    if (File == NULL)
        return;
    CcFile.ReadStatus = STATUS_DEVICE_DATA_ERROR;
    __try {
        CcMdlRead(File, &Offset, PAGE_SIZE, &Chain, &Io);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    CHECK_STATUS(Status, STATUS_DEVICE_DATA_ERROR);
    CHECK(Chain == NULL);
    CcTestClose(File);
}
