/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwReplaceKey - another file for the next time.
 */
#include "hive_test.h"

NTSTATUS NTAPI ZwReplaceKey(POBJECT_ATTRIBUTES NewFile, HANDLE Target, POBJECT_ATTRIBUTES OldFile);

#define FILE_NAME L"\\SystemRoot\\ktesthive.now"
#define NEW_NAME  L"\\SystemRoot\\ktesthive.new"
#define OLD_NAME  L"\\SystemRoot\\ktesthive.old"

static NTSTATUS Replace(HANDLE Key)
{
    HIVE_ATTRIBUTES(New, NEW_NAME);
    HIVE_ATTRIBUTES(Old, OLD_NAME);

    return ZwReplaceKey(&New, Key, &Old);
}

TEST(ZwReplaceKey, TakesEffectTheNextTime)
{
    HANDLE Key;

    if (!HiveMake(FILE_NAME, 1) || !HiveMake(NEW_NAME, 2) ||
        !CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Key), STATUS_SUCCESS)) {
        CHECK_STATUS(Replace(Key), STATUS_SUCCESS);
        CHECK_EQ(CmTestNumber(Key, L"Number"), 1);
        CHECK_STATUS(CmTestSetNumber(Key, L"Number", 3), STATUS_SUCCESS);
        CHECK_STATUS(ZwFlushKey(Key), STATUS_SUCCESS);
        ZwClose(Key);
    }
    CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
    CHECK_EQ(HiveNumberIn(FILE_NAME), 2);
    CHECK_EQ(HiveNumberIn(OLD_NAME), 3);
    HiveDeleteFile(FILE_NAME);
    HiveDeleteFile(OLD_NAME);
}

TEST(ZwReplaceKey, ChangesNothingWhenItFails)
{
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset = {.QuadPart = 0};
    HANDLE Key, File, Other = CmTestKey(L"NoHive");

    if (Other == NULL || !HiveMake(FILE_NAME, 1) ||
        !CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SUCCESS))
        return;
    CHECK_STATUS(Replace(Other), STATUS_INVALID_PARAMETER);
    CmTestEnd(Other);
    if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Key), STATUS_SUCCESS)) {
        CHECK_STATUS(Replace(Key), STATUS_OBJECT_NAME_NOT_FOUND);
        /* What is no hive. */
        if (CHECK_STATUS(HiveOpenFile(NEW_NAME, FILE_OVERWRITE_IF, &File), STATUS_SUCCESS)) {
            CHECK_STATUS(ZwWriteFile(File, NULL, NULL, NULL, &IoStatus, (PVOID)L"no hive", 14,
                                     &Offset, NULL),
                         STATUS_SUCCESS);
            ZwClose(File);
            CHECK(!NT_SUCCESS(Replace(Key)));
            CHECK_STATUS(HiveOpenFile(OLD_NAME, FILE_OPEN, &File), STATUS_OBJECT_NAME_NOT_FOUND);
            HiveDeleteFile(NEW_NAME);
        }
        /* A name that is taken. */
        if (HiveMake(NEW_NAME, 2) && HiveMake(OLD_NAME, 4)) {
            CHECK_STATUS(Replace(Key), STATUS_OBJECT_NAME_COLLISION);
            HiveDeleteFile(NEW_NAME);
            HiveDeleteFile(OLD_NAME);
        }
        ZwClose(Key);
    }
    CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
    CHECK_EQ(HiveNumberIn(FILE_NAME), 1);
    HiveDeleteFile(FILE_NAME);
    CHECK_STATUS(Replace((HANDLE)(ULONG_PTR)0x7FFC), STATUS_INVALID_HANDLE);
}
