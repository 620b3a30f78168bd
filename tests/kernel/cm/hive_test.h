/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * hive_test.h - hives in files: what tests of loading and saving share.
 */
#ifndef TESTS_KERNEL_CM_HIVE_TEST_H
#define TESTS_KERNEL_CM_HIVE_TEST_H

#include "cm_test.h"

NTSYSAPI NTSTATUS NTAPI ZwSaveKey(HANDLE Key, HANDLE File);
NTSYSAPI NTSTATUS NTAPI ZwLoadKey(POBJECT_ATTRIBUTES Target, POBJECT_ATTRIBUTES Source);
NTSYSAPI NTSTATUS NTAPI ZwUnloadKey(POBJECT_ATTRIBUTES Target);

#define HIVE_NAME L"\\Registry\\Machine\\KtestHive"

/* A name and its attributes, on the caller's stack. */
#define HIVE_ATTRIBUTES(Attributes, Text)                      \
    UNICODE_STRING Attributes##Name;                           \
    OBJECT_ATTRIBUTES Attributes;                              \
    RtlInitUnicodeString(&Attributes##Name, Text);             \
    InitializeObjectAttributes(&Attributes, &Attributes##Name, \
                               OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL)

/* By nobody else meanwhile. */
static inline NTSTATUS HiveOpenFile(const WCHAR *Name, ULONG Disposition, HANDLE *File)
{
    IO_STATUS_BLOCK IoStatus;
    HIVE_ATTRIBUTES(Attributes, Name);

    return ZwCreateFile(File, GENERIC_READ | GENERIC_WRITE | DELETE | SYNCHRONIZE, &Attributes,
                        &IoStatus, NULL, 0, 0, Disposition, FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

static inline VOID HiveDeleteFile(const WCHAR *Name)
{
    FILE_DISPOSITION_INFORMATION Disposition = {TRUE};
    IO_STATUS_BLOCK IoStatus;
    HANDLE File;

    if (CHECK_STATUS(HiveOpenFile(Name, FILE_OPEN, &File), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwSetInformationFile(File, &IoStatus, &Disposition, sizeof(Disposition),
                                          FileDispositionInformation),
                     STATUS_SUCCESS);
        ZwClose(File);
    }
}

static inline NTSTATUS HiveLoad(const WCHAR *File)
{
    HIVE_ATTRIBUTES(Target, HIVE_NAME);
    HIVE_ATTRIBUTES(Source, File);

    return ZwLoadKey(&Target, &Source);
}

static inline NTSTATUS HiveUnload(VOID)
{
    HIVE_ATTRIBUTES(Target, HIVE_NAME);

    return ZwUnloadKey(&Target);
}

static inline BOOLEAN HiveSave(HANDLE Key, const WCHAR *Name)
{
    HANDLE File;
    BOOLEAN Saved;

    if (!CHECK_STATUS(HiveOpenFile(Name, FILE_OVERWRITE_IF, &File), STATUS_SUCCESS))
        return FALSE;
    Saved = CHECK_STATUS(ZwSaveKey(Key, File), STATUS_SUCCESS);
    ZwClose(File);
    return Saved;
}

/* A file with a hive that has a number in it. */
static inline BOOLEAN HiveMake(const WCHAR *Name, ULONG Number)
{
    HANDLE Key = CmTestKey(L"HiveMake");
    BOOLEAN Made;

    if (Key == NULL)
        return FALSE;
    CmTestSetNumber(Key, L"Number", Number);
    Made = HiveSave(Key, Name);
    CmTestEnd(Key);
    return Made;
}

/* The number in the file, which is loaded for that. */
static inline ULONG HiveNumberIn(const WCHAR *Name)
{
    ULONG Number = 0;
    HANDLE Key;

    if (!CHECK_STATUS(HiveLoad(Name), STATUS_SUCCESS))
        return 0;
    if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Key), STATUS_SUCCESS)) {
        Number = CmTestNumber(Key, L"Number");
        ZwClose(Key);
    }
    CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
    return Number;
}

#endif
