/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQuerySecurityObject, ZwSetSecurityObject - of a file, which has a descriptor of its own.
 */
#include "fs_test.h"

static BOOLEAN DaclOf(HANDLE Handle, PVOID Buffer, ULONG Length, ULONG *Aces)
{
    ULONG Needed;
    BOOLEAN Present = FALSE, Defaulted;
    PACL Dacl = NULL;

    if (!CHECK_STATUS(
            ZwQuerySecurityObject(Handle, DACL_SECURITY_INFORMATION, Buffer, Length, &Needed),
            STATUS_SUCCESS) ||
        !CHECK_STATUS(
            RtlGetDaclSecurityDescriptor(Buffer, &Present, &Dacl, &Defaulted), STATUS_SUCCESS))
        return FALSE;
    *Aces = Dacl != NULL ? Dacl->AceCount : 0;
    return Present;
}

TEST(ZwSetSecurityObject, OfOneFileOnly)
{
    FS_TEST Test;
    HANDLE First, Second;
    ULONG64 Buffer[128];
    SECURITY_DESCRIPTOR New;
    ACL Empty;
    ULONG Aces;

    if (!FsTestBegin(&Test))
        return;
    FsTestMake(&Test, L"a", "");
    FsTestMake(&Test, L"b", "");
    if (!CHECK_STATUS(FsTestOpenAs(&Test, L"a", READ_CONTROL | WRITE_DAC | DELETE, 0, FS_SHARE_ALL,
                          FILE_OPEN, 0, &First),
            STATUS_SUCCESS))
        goto End;
    if (CHECK_STATUS(
            FsTestOpenAs(&Test, L"b", READ_CONTROL, 0, FS_SHARE_ALL, FILE_OPEN, 0, &Second),
            STATUS_SUCCESS)) {
        CHECK(DaclOf(First, Buffer, sizeof(Buffer), &Aces));
        CHECK(Aces >= 1);
        CHECK_STATUS(
            RtlCreateSecurityDescriptor(&New, SECURITY_DESCRIPTOR_REVISION), STATUS_SUCCESS);
        CHECK_STATUS(RtlCreateAcl(&Empty, sizeof(Empty), ACL_REVISION), STATUS_SUCCESS);
        CHECK_STATUS(RtlSetDaclSecurityDescriptor(&New, TRUE, &Empty, FALSE), STATUS_SUCCESS);
        CHECK_STATUS(ZwSetSecurityObject(First, DACL_SECURITY_INFORMATION, &New), STATUS_SUCCESS);
        CHECK(DaclOf(First, Buffer, sizeof(Buffer), &Aces));
        CHECK_EQ(Aces, 0);
        CHECK(DaclOf(Second, Buffer, sizeof(Buffer), &Aces));
        CHECK(Aces >= 1);
        ZwClose(Second);
    }
    FsTestDelete(First);
    ZwClose(First);
End:
    FsTestEnd(&Test);
}
