/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCheckLinkShareAccess and its kin - sharing of a file with several names.
 */
#include "io_test.h"

#define UPDATE 0x00000001
#define NO_WRITE_PERMISSION 0x80000000

typedef struct LINK_SHARE {
    ULONG OpenCount, Deleters, SharedDelete;
} LINK_SHARE;

typedef struct CALLS {
    NTSTATUS(NTAPI *Check)
    (ACCESS_MASK Access, ULONG Share, PFILE_OBJECT File, PSHARE_ACCESS Counts, LINK_SHARE *Link,
        ULONG Flags);
    VOID(NTAPI *Set)
    (ACCESS_MASK Access, ULONG Share, PFILE_OBJECT File, PSHARE_ACCESS Counts, LINK_SHARE *Link,
        ULONG Flags);
    VOID(NTAPI *Update)(PFILE_OBJECT File, PSHARE_ACCESS Counts, LINK_SHARE *Link);
    VOID(NTAPI *Remove)(PFILE_OBJECT File, PSHARE_ACCESS Counts, LINK_SHARE *Link);
    VOID(NTAPI *UpdateEx)(PFILE_OBJECT File, PSHARE_ACCESS Counts, LINK_SHARE *Link, ULONG Flags);
    VOID(NTAPI *RemoveEx)(PFILE_OBJECT File, PSHARE_ACCESS Counts, LINK_SHARE *Link, ULONG Flags);
} CALLS;

static BOOLEAN Find(CALLS *Calls)
{
    Calls->Check = (PVOID)KtestExport(L"IoCheckLinkShareAccess");
    Calls->Set = (PVOID)KtestExport(L"IoSetLinkShareAccess");
    Calls->Update = (PVOID)KtestExport(L"IoUpdateLinkShareAccess");
    Calls->Remove = (PVOID)KtestExport(L"IoRemoveLinkShareAccess");
    Calls->UpdateEx = (PVOID)KtestExport(L"IoUpdateLinkShareAccessEx");
    Calls->RemoveEx = (PVOID)KtestExport(L"IoRemoveLinkShareAccessEx");
    if (Calls->Check == NULL)
        skip("new in Windows 10, version 1709");
    return Calls->Check != NULL;
}

TEST(IoCheckLinkShareAccess, DeletingIsTheNamesAffair)
{
    SHARE_ACCESS File = {0};
    LINK_SHARE One = {0}, Other = {0};
    FILE_OBJECT First = {0}, Second = {0}, Third = {0};
    CALLS Calls;

    if (!Find(&Calls))
        return;
    /* Opened by one name, not to be deleted by that. */
    Calls.Set(FILE_READ_DATA, FILE_SHARE_READ, &First, &File, &One, 0);
    CHECK_STATUS(
        Calls.Check(DELETE, FILE_SHARE_READ, &Second, &File, &One, 0), STATUS_SHARING_VIOLATION);
    CHECK_STATUS(
        Calls.Check(DELETE, FILE_SHARE_READ, &Second, &File, &Other, UPDATE), STATUS_SUCCESS);
    /* Reading is the file's, whatever the name. */
    CHECK_STATUS(Calls.Check(FILE_WRITE_DATA, FILE_SHARE_READ, &Third, &File, &Other, 0),
        STATUS_SHARING_VIOLATION);
    Calls.Remove(&Second, &File, &Other);
    Calls.Remove(&First, &File, &One);
    CHECK_STATUS(Calls.Check(DELETE, 0, &Second, &File, &One, 0), STATUS_SUCCESS);
}

TEST(IoUpdateLinkShareAccess, CountsAndForgets)
{
    SHARE_ACCESS File = {0};
    LINK_SHARE Link = {0};
    FILE_OBJECT First = {0}, Second = {0};
    CALLS Calls;

    if (!Find(&Calls))
        return;
    CHECK_STATUS(Calls.Check(FILE_READ_DATA, 0, &First, &File, &Link, 0), STATUS_SUCCESS);
    CHECK_STATUS(Calls.Check(FILE_READ_DATA, 0, &Second, &File, &Link, 0), STATUS_SUCCESS);
    Calls.Update(&First, &File, &Link);
    CHECK_STATUS(
        Calls.Check(FILE_READ_DATA, 0, &Second, &File, &Link, 0), STATUS_SHARING_VIOLATION);
    Calls.Remove(&First, &File, &Link);
    if (Calls.UpdateEx != NULL) {
        Calls.UpdateEx(&First, &File, &Link, 0);
        CHECK_STATUS(
            Calls.Check(FILE_READ_DATA, 0, &Second, &File, &Link, 0), STATUS_SHARING_VIOLATION);
        Calls.RemoveEx(&First, &File, &Link, 0);
    }
    CHECK_STATUS(Calls.Check(FILE_READ_DATA, 0, &Second, &File, &Link, 0), STATUS_SUCCESS);
}

TEST(IoCheckLinkShareAccess, WidensReadersWhoMayNotWrite)
{
    SHARE_ACCESS File = {0};
    LINK_SHARE Link = {0};
    FILE_OBJECT First = {0}, Second = {0};
    CALLS Calls;

    if (!Find(&Calls))
        return;
    Calls.Set(FILE_READ_DATA, 0, &First, &File, &Link, NO_WRITE_PERMISSION);
    CHECK_STATUS(
        Calls.Check(FILE_READ_DATA, FILE_SHARE_READ, &Second, &File, &Link, 0), STATUS_SUCCESS);
}
