/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlIsPartialPlaceholder, RtlIsPartialPlaceholderFileHandle, RtlIsPartialPlaceholderFileInfo,
 * RtlIsCloudFilesPlaceholder, and the modes of threads and processes - since Windows 10.
 */
#include "ktest.h"

typedef BOOLEAN NTAPI IS(ULONG Attributes, ULONG Tag);
typedef NTSTATUS NTAPI IS_INFO(const VOID *Info, int Class, PBOOLEAN Is);
typedef NTSTATUS NTAPI IS_HANDLE(HANDLE File, PBOOLEAN Is);
typedef CHAR NTAPI QUERY(VOID);
typedef CHAR NTAPI SET(CHAR Mode);

#define REPARSE_POINT 0x400
#define NORMAL        0x80
#define RECALL        (0x400000 | 0x1000 | REPARSE_POINT) /* on data access, offline */
#define CLOUD         0x9000001A
#define CLOUD_3       0x9000301A
#define SYMLINK       0xA000000C
#define BASIC         4
#define ALLOCATION    19
#define ATTRIBUTE_TAG 35

static PVOID Find(const WCHAR *Name)
{
    PVOID Export = KtestExport(Name);

    if (Export == NULL)
        skip("newer than this Windows");
    return Export;
}

TEST(RtlIsPartialPlaceholder, GoesByAttributes)
{
    IS *Is = (IS *)Find(L"RtlIsPartialPlaceholder");

    if (Is == NULL)
        return;
    CHECK(Is(RECALL, CLOUD));
    CHECK(!Is(NORMAL, 0));
    CHECK(!Is(REPARSE_POINT, SYMLINK));
}

TEST(RtlIsCloudFilesPlaceholder, GoesByTheTag)
{
    IS *Is = (IS *)Find(L"RtlIsCloudFilesPlaceholder");

    if (Is == NULL)
        return;
    CHECK(Is(RECALL, CLOUD));
    CHECK(Is(REPARSE_POINT, CLOUD_3));
    CHECK(!Is(REPARSE_POINT, SYMLINK));
    CHECK(!Is(NORMAL, CLOUD));
}

TEST(RtlIsPartialPlaceholderFileInfo, FindsTheAttributes)
{
    IS_INFO *Is = (IS_INFO *)Find(L"RtlIsPartialPlaceholderFileInfo");
    struct {
        LARGE_INTEGER Times[4];
        ULONG Attributes;
    } Basic = {.Attributes = RECALL};
    struct {
        ULONG Attributes, Tag;
    } Tagged = {NORMAL, 0};
    BOOLEAN Partial = FALSE;

    if (Is == NULL)
        return;
    CHECK_STATUS(Is(&Basic, BASIC, &Partial), STATUS_SUCCESS);
    CHECK_EQ(Partial, TRUE);
    CHECK_STATUS(Is(&Tagged, ATTRIBUTE_TAG, &Partial), STATUS_SUCCESS);
    CHECK_EQ(Partial, FALSE);
    Tagged.Attributes = RECALL;
    Tagged.Tag = CLOUD;
    CHECK_STATUS(Is(&Tagged, ATTRIBUTE_TAG, &Partial), STATUS_SUCCESS);
    CHECK_EQ(Partial, TRUE);
    CHECK(!NT_SUCCESS(Is(&Tagged, ALLOCATION, &Partial)));
}

TEST(RtlIsPartialPlaceholderFileHandle, AsksTheFile)
{
    IS_HANDLE *Is = (IS_HANDLE *)Find(L"RtlIsPartialPlaceholderFileHandle");
    KTEST_STRING(Path, L"\\SystemRoot");
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK Block;
    BOOLEAN Partial = TRUE;
    HANDLE Folder;

    if (Is == NULL)
        return;
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwOpenFile(&Folder, FILE_READ_ATTRIBUTES | SYNCHRONIZE, &Attributes, &Block,
                          FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                          FILE_SYNCHRONOUS_IO_NONALERT),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(Is(Folder, &Partial), STATUS_SUCCESS);
    CHECK_EQ(Partial, FALSE);
    ZwClose(Folder);
    CHECK(!NT_SUCCESS(Is((HANDLE)0x7FFC, &Partial)));
}

TEST(RtlQueryThreadPlaceholderCompatibilityMode, SystemThreadsHaveNone)
{
    QUERY *Query = (QUERY *)Find(L"RtlQueryThreadPlaceholderCompatibilityMode");

    if (Query != NULL)
        CHECK_EQ(Query(), (CHAR)-2);
}

TEST(RtlSetThreadPlaceholderCompatibilityMode, SystemThreadsHaveNone)
{
    SET *Set = (SET *)Find(L"RtlSetThreadPlaceholderCompatibilityMode");

    if (Set == NULL)
        return;
    CHECK_EQ(Set(2), (CHAR)-2);
    CHECK_EQ(Set(3), (CHAR)-1);
}

TEST(RtlQueryProcessPlaceholderCompatibilityMode, TheSystemProcessHasNone)
{
    QUERY *Query = (QUERY *)Find(L"RtlQueryProcessPlaceholderCompatibilityMode");

    if (Query != NULL)
        CHECK_EQ(Query(), (CHAR)-3);
}

TEST(RtlSetProcessPlaceholderCompatibilityMode, TheSystemProcessHasNone)
{
    SET *Set = (SET *)Find(L"RtlSetProcessPlaceholderCompatibilityMode");

    if (Set == NULL)
        return;
    CHECK_EQ(Set(1), (CHAR)-3);
    CHECK_EQ(Set(3), (CHAR)-1);
}
