/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCheckShareAccessEx, IoSetShareAccessEx - as the forms without Ex when nothing is said of
 * writing.
 */
#include "ktest.h"

typedef NTSTATUS(NTAPI *CHECK_SHARE)(
    ACCESS_MASK, ULONG, PFILE_OBJECT, PSHARE_ACCESS, BOOLEAN, PBOOLEAN);
typedef VOID(NTAPI *SET_SHARE)(ACCESS_MASK, ULONG, PFILE_OBJECT, PSHARE_ACCESS, PBOOLEAN);

static VOID MakeFile(PFILE_OBJECT File)
{
    RtlZeroMemory(File, sizeof(*File));
    File->Type = 5; /* IO_TYPE_FILE */
    File->Size = sizeof(*File);
}

TEST(IoCheckShareAccessEx, OpensAreCountedAndRefused)
{
    CHECK_SHARE Check = (CHECK_SHARE)(ULONG_PTR)KtestExport(L"IoCheckShareAccessEx");
    SET_SHARE Set = (SET_SHARE)(ULONG_PTR)KtestExport(L"IoSetShareAccessEx");
    static FILE_OBJECT First, Second;
    SHARE_ACCESS Share;

    if (Check == NULL || Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    MakeFile(&First);
    MakeFile(&Second);
    Set(FILE_READ_DATA, FILE_SHARE_READ, &First, &Share, NULL);
    CHECK_EQ(Share.OpenCount, 1);
    CHECK_EQ(Share.Readers, 1);
    CHECK_EQ(Share.SharedRead, 1);
    CHECK_EQ(First.ReadAccess, TRUE);
    CHECK_STATUS(Check(FILE_WRITE_DATA, FILE_SHARE_READ, &Second, &Share, TRUE, NULL),
        STATUS_SHARING_VIOLATION);
    CHECK_EQ(Share.OpenCount, 1);
    CHECK_STATUS(Check(FILE_READ_DATA, 0, &Second, &Share, TRUE, NULL), STATUS_SHARING_VIOLATION);
    CHECK_STATUS(
        Check(FILE_READ_DATA, FILE_SHARE_READ, &Second, &Share, FALSE, NULL), STATUS_SUCCESS);
    CHECK_EQ(Share.OpenCount, 1);
    CHECK_STATUS(
        Check(FILE_READ_DATA, FILE_SHARE_READ, &Second, &Share, TRUE, NULL), STATUS_SUCCESS);
    CHECK_EQ(Share.OpenCount, 2);
    IoRemoveShareAccess(&Second, &Share);
    IoRemoveShareAccess(&First, &Share);
    CHECK_EQ(Share.OpenCount, 0);
}
