/*
 * SPDX-License-Identifier: MIT SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwRestoreKey, ZwLoadKey - what a hive has of its keys beside values: class, descriptor, the time
 * of the last change.
 */
#include <ntifs.h>

#include "hive_test.h"

#define FILE_NAME L"\\SystemRoot\\ktesthive.sec"
#define PARTS                                                 \
    (OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | \
     DACL_SECURITY_INFORMATION)

NTSYSAPI NTSTATUS NTAPI ZwRestoreKey(HANDLE Key, HANDLE File, ULONG Flags);

typedef struct ABOUT {
    LARGE_INTEGER Time;
    ULONG Bytes, ClassLength;
    WCHAR Class[8];
    UCHAR Descriptor[512];
} ABOUT;

static VOID Ask(HANDLE Root, ABOUT *About)
{
    union {
        KEY_FULL_INFORMATION Full;
        UCHAR Bytes[128];
    } Information;
    ULONG Needed;
    HANDLE Key;

    RtlZeroMemory(About, sizeof(*About));
    if (!CHECK_STATUS(CmTestOpen(Root, L"Special", &Key), STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwQuerySecurityObject(Key, PARTS, About->Descriptor, sizeof(About->Descriptor),
                                       &About->Bytes),
                 STATUS_SUCCESS);
    if (CHECK_STATUS(
            ZwQueryKey(Key, KeyFullInformation, &Information, sizeof(Information), &Needed),
            STATUS_SUCCESS)) {
        About->Time = Information.Full.LastWriteTime;
        About->ClassLength = Information.Full.ClassLength;
        RtlCopyMemory(About->Class, Information.Full.Class,
                      min(About->ClassLength, sizeof(About->Class)));
    }
    ZwClose(Key);
}

static VOID CheckSame(HANDLE Root, const ABOUT *Before)
{
    ABOUT Now;

    Ask(Root, &Now);
    CHECK_EQ(Now.Time.QuadPart, Before->Time.QuadPart);
    CHECK_EQ(Now.ClassLength, 5 * sizeof(WCHAR));
    CHECK(RtlCompareMemory(Now.Class, L"Class", 5 * sizeof(WCHAR)) == 5 * sizeof(WCHAR));
    CHECK_EQ(Now.Bytes, Before->Bytes);
    CHECK(RtlCompareMemory(Now.Descriptor, Before->Descriptor, Before->Bytes) == Before->Bytes);
}

/* A key in Root with a class, and a descriptor of its own: everybody may do everything. */
static BOOLEAN MakeSpecial(HANDLE Root)
{
    SECURITY_DESCRIPTOR Open;
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Key;
    KTEST_STRING(Name, L"Special");
    KTEST_STRING(Class, L"Class");

    InitializeObjectAttributes(&Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, Root,
                               NULL);
    if (!CHECK_STATUS(ZwCreateKey(&Key, KEY_ALL_ACCESS, &Attributes, 0, &Class, 0, NULL),
                      STATUS_SUCCESS))
        return FALSE;
    CHECK_STATUS(RtlCreateSecurityDescriptor(&Open, SECURITY_DESCRIPTOR_REVISION), STATUS_SUCCESS);
    CHECK_STATUS(RtlSetDaclSecurityDescriptor(&Open, TRUE, NULL, FALSE), STATUS_SUCCESS);
    CHECK_STATUS(ZwSetSecurityObject(Key, DACL_SECURITY_INFORMATION, &Open), STATUS_SUCCESS);
    CmTestSubkey(Key, L"Below");
    ZwClose(Key);
    return TRUE;
}

TEST(ZwRestoreKey, KeepsWhatIsKnownOfKeys)
{
    HANDLE Key = CmTestKey(L"Described"), Other = CmTestKey(L"Restored"), File;
    ABOUT Before;

    if (Key == NULL || Other == NULL || !MakeSpecial(Key))
        return;
    Ask(Key, &Before);
    CmTestSubkey(Key, L"Plain");
    if (HiveSave(Key, FILE_NAME)) {
        if (CHECK_STATUS(HiveOpenFile(FILE_NAME, FILE_OPEN, &File), STATUS_SUCCESS)) {
            CHECK_STATUS(ZwRestoreKey(Other, File, 0), STATUS_SUCCESS);
            CheckSame(Other, &Before);
            ZwClose(File);
        }
        HiveDeleteFile(FILE_NAME);
    }
    CmTestEnd(Other);
    CmTestEnd(Key);
}

TEST(ZwUnloadKey, WritesWhatIsKnownOfKeys)
{
    HANDLE Key = CmTestKey(L"Described"), Loaded;
    ABOUT Before;

    if (Key == NULL || !MakeSpecial(Key))
        return;
    Ask(Key, &Before);
    if (HiveSave(Key, FILE_NAME) && CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SUCCESS)) {
        if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_SUCCESS)) {
            CheckSame(Loaded, &Before);
            CHECK_STATUS(CmTestSetNumber(Loaded, L"Number", 2), STATUS_SUCCESS);
            ZwClose(Loaded);
        }
        CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
        if (CHECK_STATUS(HiveLoad(FILE_NAME), STATUS_SUCCESS)) {
            if (CHECK_STATUS(CmTestOpen(NULL, HIVE_NAME, &Loaded), STATUS_SUCCESS)) {
                CheckSame(Loaded, &Before);
                ZwClose(Loaded);
            }
            CHECK_STATUS(HiveUnload(), STATUS_SUCCESS);
        }
        HiveDeleteFile(FILE_NAME);
    }
    CmTestEnd(Key);
}
