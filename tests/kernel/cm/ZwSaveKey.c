/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwSaveKey, ZwSaveKeyEx, ZwRestoreKey, ZwLoadKey, ZwUnloadKey - hives in files.
 */
#include "cm_test.h"

NTSTATUS NTAPI ZwSaveKey(HANDLE Key, HANDLE File);
NTSTATUS NTAPI ZwRestoreKey(HANDLE Key, HANDLE File, ULONG Flags);
NTSTATUS NTAPI ZwLoadKey(POBJECT_ATTRIBUTES Target, POBJECT_ATTRIBUTES Source);
NTSTATUS NTAPI ZwUnloadKey(POBJECT_ATTRIBUTES Target);

#define FILE_NAME L"\\SystemRoot\\ktesthive.tmp"
#define HIVE_NAME L"\\Registry\\Machine\\KtestHive"
#define LONG_BYTES 20000

static NTSTATUS OpenFile(ULONG Disposition, HANDLE *File)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    KTEST_STRING(Name, FILE_NAME);

    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateFile(File, GENERIC_READ | GENERIC_WRITE | DELETE | SYNCHRONIZE, &Attributes, &IoStatus, NULL, 0, 0, Disposition,
                        FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
}

static VOID DeleteFile(VOID)
{
    FILE_DISPOSITION_INFORMATION Disposition = {TRUE};
    IO_STATUS_BLOCK IoStatus;
    HANDLE File;

    if (CHECK_STATUS(OpenFile(FILE_OPEN, &File), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwSetInformationFile(File, &IoStatus, &Disposition, sizeof(Disposition), FileDispositionInformation),
                     STATUS_SUCCESS);
        ZwClose(File);
    }
}

static NTSTATUS Load(VOID)
{
    OBJECT_ATTRIBUTES Target, Source;
    KTEST_STRING(Name, HIVE_NAME);
    KTEST_STRING(File, FILE_NAME);

    InitializeObjectAttributes(&Target, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    InitializeObjectAttributes(&Source, &File, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwLoadKey(&Target, &Source);
}

static NTSTATUS Unload(VOID)
{
    OBJECT_ATTRIBUTES Target;
    KTEST_STRING(Name, HIVE_NAME);

    InitializeObjectAttributes(&Target, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwUnloadKey(&Target);
}

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

static BOOLEAN Save(HANDLE Key)
{
    HANDLE File;
    BOOLEAN Saved;

    if (!CHECK_STATUS(OpenFile(FILE_OVERWRITE_IF, &File), STATUS_SUCCESS))
        return FALSE;
    Saved = CHECK_STATUS(ZwSaveKey(Key, File), STATUS_SUCCESS);
    ZwClose(File);
    return Saved;
}

TEST(ZwSaveKey, WritesWhatCanBeLoaded)
{
    HANDLE Key = Fill(), Loaded;

    if (Key == NULL)
        return;
    if (Save(Key) && CHECK_STATUS(Load(), STATUS_SUCCESS)) {
        CHECK_STATUS(Load(), STATUS_SHARING_VIOLATION);
        if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_SUCCESS)) {
            CheckFilled(Loaded);
            CHECK_STATUS(CmTestSetNumber(Loaded, L"Changed", 9), STATUS_SUCCESS);
            ZwClose(Loaded);
        }
        CHECK_STATUS(Unload(), STATUS_SUCCESS);
        CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_OBJECT_NAME_NOT_FOUND);
        /* What was changed is in the file. */
        if (CHECK_STATUS(Load(), STATUS_SUCCESS)) {
            if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_SUCCESS)) {
                CheckFilled(Loaded);
                CHECK_EQ(CmTestNumber(Loaded, L"Changed"), 9);
                ZwClose(Loaded);
            }
            CHECK_STATUS(Unload(), STATUS_SUCCESS);
        }
    }
    DeleteFile();
    CmTestEnd(Key);
}

TEST(ZwSaveKeyEx, KnowsItsFormats)
{
    NTSTATUS(NTAPI * SaveEx)(HANDLE, HANDLE, ULONG) = (NTSTATUS(NTAPI *)(HANDLE, HANDLE, ULONG))(ULONG_PTR)KtestExport(L"ZwSaveKeyEx");
    HANDLE Key, File;

    if (SaveEx == NULL) {
        skip("newer than this Windows");
        return;
    }
    Key = Fill();
    if (Key == NULL)
        return;
    if (CHECK_STATUS(OpenFile(FILE_OVERWRITE_IF, &File), STATUS_SUCCESS)) {
        CHECK_STATUS(SaveEx(Key, File, 1), STATUS_SUCCESS);
        CHECK_STATUS(SaveEx(Key, File, 0x100), STATUS_INVALID_PARAMETER);
        ZwClose(File);
        DeleteFile();
    }
    CmTestEnd(Key);
}

TEST(ZwRestoreKey, ReplacesWhatIsThere)
{
    HANDLE Key = Fill(), Other, File;

    if (Key == NULL)
        return;
    Other = CmTestKey(L"Restored");
    if (Other != NULL && Save(Key)) {
        CHECK_STATUS(CmTestSetNumber(Other, L"Old", 1), STATUS_SUCCESS);
        CmTestSubkey(Other, L"OldKey");
        if (CHECK_STATUS(OpenFile(FILE_OPEN, &File), STATUS_SUCCESS)) {
            CHECK_STATUS(ZwRestoreKey(Other, File, 0x100), STATUS_INVALID_PARAMETER);
            CHECK_STATUS(ZwRestoreKey(Other, File, 8), STATUS_SUCCESS);
            CheckFilled(Other);
            CHECK_EQ(CmTestNumber(Other, L"Old"), 0xDEADBEEF);
            ZwClose(File);
        }
        DeleteFile();
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
    CHECK_STATUS(Load(), STATUS_OBJECT_NAME_NOT_FOUND);
    if (CHECK_STATUS(OpenFile(FILE_OVERWRITE_IF, &File), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwWriteFile(File, NULL, NULL, NULL, &IoStatus, Data, LONG_BYTES, &Offset, NULL), STATUS_SUCCESS);
        ZwClose(File);
        CHECK(!NT_SUCCESS(Load()));
        CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_OBJECT_NAME_NOT_FOUND);
        DeleteFile();
    }
    ExFreePool(Data);
}

TEST(ZwUnloadKey, UnloadsHivesOnly)
{
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key = CmTestKey(L"NoHive");
    UNICODE_STRING Path;

    CHECK_STATUS(Unload(), STATUS_OBJECT_NAME_NOT_FOUND);
    if (Key == NULL)
        return;
    CmTestPath(Key, &Path);
    InitializeObjectAttributes(&Attributes, &Path, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwUnloadKey(&Attributes), STATUS_INVALID_PARAMETER);
    CmTestEnd(Key);
}

TEST(ZwUnloadKey, NotWhileAKeyIsOpen)
{
    HANDLE Key = Fill(), Loaded, Child, File;

    if (Key == NULL || !Save(Key))
        return;
    CmTestEnd(Key);
    if (!CHECK_STATUS(Load(), STATUS_SUCCESS))
        return;
    CHECK_STATUS(OpenFile(FILE_OPEN, &File), STATUS_SHARING_VIOLATION);
    CHECK_STATUS(Load(), STATUS_SHARING_VIOLATION);
    if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_SUCCESS)) {
        CHECK_STATUS(Unload(), STATUS_CANNOT_DELETE);
        if (CHECK_STATUS(CmTestOpen(Loaded, L"Child", &Child), STATUS_SUCCESS)) {
            ZwClose(Loaded);
            CHECK_STATUS(Unload(), STATUS_CANNOT_DELETE);
            ZwClose(Child);
        }
    }
    CHECK_STATUS(Unload(), STATUS_SUCCESS);
    CHECK_STATUS(Unload(), STATUS_OBJECT_NAME_NOT_FOUND);
    DeleteFile();
}
