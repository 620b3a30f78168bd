/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSaveKey, ZwSaveKeyEx, ZwRestoreKey, ZwLoadKey, ZwUnloadKey - hives in files.
 */
#include "hive_test.h"

NTSTATUS NTAPI ZwRestoreKey(HANDLE Key, HANDLE File, ULONG Flags);

#define FILE_NAME L"\\SystemRoot\\ktesthive.tmp"
#define LONG_BYTES 20000

/* A key with some of everything. */
static HANDLE Fill(VOID)
{
    HANDLE Key = CmTestKey(L"Hive"), Child;
    UCHAR *Data = ExAllocatePoolWithTag(PagedPool, LONG_BYTES, CM_TEST_TAG);

    if (!CHECK(Data != NULL) || Key == NULL)
        return NULL;
    RtlFillMemory(Data, LONG_BYTES, 'x');
    CHECK_STATUS(CmTestSetNumber(Key, L"Number", 77), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSet(Key, L"Long", REG_BINARY, Data, LONG_BYTES), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSet(Key, L"", REG_SZ, L"default", sizeof(L"default")), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSet(Key, L"Empty", REG_NONE, NULL, 0), STATUS_SUCCESS);
    if (CHECK_STATUS(CmTestCreate(Key, L"Child", 0, &Child), STATUS_SUCCESS)) {
        CHECK_STATUS(CmTestSetNumber(Child, L"Inner", 5), STATUS_SUCCESS);
        CmTestSubkey(Child, L"Grandchild");
        ZwClose(Child);
    }
    CmTestSubkey(Key, L"Another");
    ExFreePool(Data);
    return Key;
}

static ULONG SizeOf(HANDLE Key, const WCHAR *Name)
{
    KEY_VALUE_PARTIAL_INFORMATION Value;
    UNICODE_STRING String;
    ULONG Needed = 0;

    RtlInitUnicodeString(&String, Name);
    ZwQueryValueKey(Key, &String, KeyValuePartialInformation, &Value, sizeof(Value), &Needed);
    return Needed == 0 ? MAXULONG : Value.DataLength;
}

static VOID CheckFilled(HANDLE Key)
{
    HANDLE Child, Grandchild;

    CHECK_EQ(CmTestNumber(Key, L"Number"), 77);
    CHECK_EQ(SizeOf(Key, L"Long"), LONG_BYTES);
    CHECK_EQ(SizeOf(Key, L""), sizeof(L"default"));
    CHECK_EQ(SizeOf(Key, L"Empty"), 0);
    if (CHECK_STATUS(CmTestOpen(Key, L"Child", &Child), STATUS_SUCCESS)) {
        CHECK_EQ(CmTestNumber(Child, L"Inner"), 5);
        if (CHECK_STATUS(CmTestOpen(Child, L"Grandchild", &Grandchild), STATUS_SUCCESS))
            ZwClose(Grandchild);
        ZwClose(Child);
    }
}

TEST(ZwSaveKey, WritesWhatCanBeLoaded)
{
    HANDLE Key = Fill(), Loaded;

    if (Key == NULL)
        return;
    if (HiveSave(Key, FILE_NAME) && CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SUCCESS)) {
        CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SHARING_VIOLATION);
        if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_SUCCESS)) {
            CheckFilled(Loaded);
            CHECK_STATUS(CmTestSetNumber(Loaded, L"Changed", 9), STATUS_SUCCESS);
            ZwClose(Loaded);
        }
        CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
        CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_OBJECT_NAME_NOT_FOUND);
        /* What was changed is in the file. */
        if (CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SUCCESS)) {
            if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_SUCCESS)) {
                CheckFilled(Loaded);
                CHECK_EQ(CmTestNumber(Loaded, L"Changed"), 9);
                ZwClose(Loaded);
            }
            CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
        }
    }
    HiveDeleteFile(FILE_NAME);
    CmTestEnd(Key);
}

TEST(ZwSaveKeyEx, KnowsItsFormats)
{
    NTSTATUS(NTAPI * SaveEx)
    (HANDLE, HANDLE, ULONG) = (NTSTATUS(NTAPI *)(HANDLE, HANDLE, ULONG))(ULONG_PTR)KtestExport(
        L"ZwSaveKeyEx");
    HANDLE Key, File;

    if (SaveEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    Key = Fill();
    if (Key == NULL)
        return;
    if (CHECK_STATUS(HiveOpenFile(FILE_NAME, FILE_OVERWRITE_IF, &File), STATUS_SUCCESS)) {
        CHECK_STATUS(SaveEx(Key, File, 1), STATUS_SUCCESS);
        CHECK_STATUS(SaveEx(Key, File, 0x100), STATUS_INVALID_PARAMETER);
        ZwClose(File);
        HiveDeleteFile(FILE_NAME);
    }
    CmTestEnd(Key);
}

TEST(ZwRestoreKey, ReplacesWhatIsThere)
{
    HANDLE Key = Fill(), Other, File;

    if (Key == NULL)
        return;
    Other = CmTestKey(L"Restored");
    if (Other != NULL && HiveSave(Key, FILE_NAME)) {
        CHECK_STATUS(CmTestSetNumber(Other, L"Old", 1), STATUS_SUCCESS);
        CmTestSubkey(Other, L"OldKey");
        if (CHECK_STATUS(HiveOpenFile(FILE_NAME, FILE_OPEN, &File), STATUS_SUCCESS)) {
            CHECK_STATUS(ZwRestoreKey(Other, File, 0x100), STATUS_INVALID_PARAMETER);
            CHECK_STATUS(ZwRestoreKey(Other, File, 8), STATUS_SUCCESS);
            CheckFilled(Other);
            CHECK_EQ(CmTestNumber(Other, L"Old"), 0xDEADBEEF);
            ZwClose(File);
        }
        HiveDeleteFile(FILE_NAME);
    }
    if (Other != NULL)
        CmTestEnd(Other);
    CmTestEnd(Key);
}

TEST(ZwLoadKey, RefusesWhatIsNoHive)
{
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset = {.QuadPart = 0};
    HANDLE File, Loaded;
    UCHAR *Data = ExAllocatePoolWithTag(PagedPool, LONG_BYTES, CM_TEST_TAG);

    if (!CHECK(Data != NULL))
        return;
    RtlFillMemory(Data, LONG_BYTES, 'r');
    CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_OBJECT_NAME_NOT_FOUND);
    if (CHECK_STATUS(HiveOpenFile(FILE_NAME, FILE_OVERWRITE_IF, &File), STATUS_SUCCESS)) {
        CHECK_STATUS(
            ZwWriteFile(File, NULL, NULL, NULL, &IoStatus, Data, LONG_BYTES, &Offset, NULL),
            STATUS_SUCCESS);
        ZwClose(File);
        CHECK(!NT_SUCCESS(HiveLoad(FILE_NAME)));
        CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_OBJECT_NAME_NOT_FOUND);
        HiveDeleteFile(FILE_NAME);
    }
    ExFreePool(Data);
}

TEST(ZwUnloadKey, UnloadsHivesOnly)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key = CmTestKey(L"NoHive");
    UNICODE_STRING Path;

    CHECK_STATUS(HiveUnload(), STATUS_OBJECT_NAME_NOT_FOUND);
    if (Key == NULL)
        return;
    CmTestPath(Key, &Path);
    InitializeObjectAttributes(
        &Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwUnloadKey(&Attributes), STATUS_INVALID_PARAMETER);
    CmTestEnd(Key);
}

TEST(ZwUnloadKey, NotWhileAKeyIsOpen)
{
    HANDLE Key = Fill(), Loaded, Child, File;

    if (Key == NULL || !HiveSave(Key, FILE_NAME))
        return;
    CmTestEnd(Key);
    if (!CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SUCCESS))
        return;
    CHECK_STATUS(HiveOpenFile(FILE_NAME, FILE_OPEN, &File), STATUS_SHARING_VIOLATION);
    CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SHARING_VIOLATION);
    if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_SUCCESS)) {
        CHECK_STATUS(HiveUnload(), STATUS_CANNOT_DELETE);
        if (CHECK_STATUS(CmTestOpen(Loaded, L"Child", &Child), STATUS_SUCCESS)) {
            ZwClose(Loaded);
            CHECK_STATUS(HiveUnload(), STATUS_CANNOT_DELETE);
            ZwClose(Child);
        }
    }
    CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
    CHECK_STATUS(HiveUnload(), STATUS_OBJECT_NAME_NOT_FOUND);
    HiveDeleteFile(FILE_NAME);
}

static BOOLEAN Load(HANDLE *Loaded)
{
    return CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SUCCESS) &&
           CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, Loaded), STATUS_SUCCESS);
}

TEST(ZwLoadKey, KeysOfAHiveStay)
{
    HANDLE Loaded, Key;

    if (!HiveMake(FILE_NAME, 1) || !Load(&Loaded))
        return;
    CmTestSubkey(Loaded, L"Kept");
    if (CHECK_STATUS(CmTestCreate(Loaded, L"Volatile", REG_OPTION_VOLATILE, &Key),
                     STATUS_SUCCESS)) {
        CHECK_STATUS(ZwFlushKey(Key), STATUS_SUCCESS);
        ZwClose(Key);
    }
    CHECK(!NT_SUCCESS(ZwDeleteKey(Loaded)));
    ZwClose(Loaded);
    CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
    if (!Load(&Loaded))
        return;
    if (CHECK_STATUS(CmTestOpen(Loaded, L"Kept", &Key), STATUS_SUCCESS))
        ZwClose(Key);
    CHECK_STATUS(CmTestOpen(Loaded, L"Volatile", &Key), STATUS_OBJECT_NAME_NOT_FOUND);
    ZwClose(Loaded);
    CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
    HiveDeleteFile(FILE_NAME);
}

TEST(ZwFlushKey, WritesALoadedHive)
{
    HANDLE Loaded, Child;

    if (!HiveMake(FILE_NAME, 1) || !Load(&Loaded))
        return;
    CHECK_STATUS(ZwFlushKey(Loaded), STATUS_SUCCESS);
    CHECK_STATUS(CmTestSetNumber(Loaded, L"Number", 2), STATUS_SUCCESS);
    CmTestSubkey(Loaded, L"Child");
    if (CHECK_STATUS(CmTestOpen(Loaded, L"Child", &Child), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwFlushKey(Child), STATUS_SUCCESS);
        ZwClose(Child);
    }
    CHECK_EQ(CmTestNumber(Loaded, L"Number"), 2);
    ZwClose(Loaded);
    CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
    CHECK_EQ(HiveNumberIn(FILE_NAME), 2);
    HiveDeleteFile(FILE_NAME);
}

TEST(ZwRestoreKey, KeepsWhatIsThereFromDamage)
{
    IO_STATUS_BLOCK IoStatus;
    LARGE_INTEGER Offset = {.QuadPart = 0};
    HANDLE Key = CmTestKey(L"Kept"), File;

    if (Key == NULL)
        return;
    CHECK_STATUS(CmTestSetNumber(Key, L"Number", 6), STATUS_SUCCESS);
    if (CHECK_STATUS(HiveOpenFile(FILE_NAME, FILE_OVERWRITE_IF, &File), STATUS_SUCCESS)) {
        CHECK_STATUS(
            ZwWriteFile(File, NULL, NULL, NULL, &IoStatus, (PVOID)L"no hive", 14, &Offset, NULL),
            STATUS_SUCCESS);
        CHECK(!NT_SUCCESS(ZwRestoreKey(Key, File, 8)));
        CHECK_EQ(CmTestNumber(Key, L"Number"), 6);
        ZwClose(File);
        HiveDeleteFile(FILE_NAME);
    }
    CmTestEnd(Key);
}
