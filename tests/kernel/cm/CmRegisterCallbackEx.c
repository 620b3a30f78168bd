/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CmRegisterCallbackEx - which operations a callback is told of, and with what.
 */
#include "callback_test.h"

NTSTATUS NTAPI ZwSaveKey(HANDLE Key, HANDLE File);
NTSTATUS NTAPI ZwRestoreKey(HANDLE Key, HANDLE File, ULONG Flags);
NTSTATUS NTAPI ZwLoadKey(POBJECT_ATTRIBUTES Target, POBJECT_ATTRIBUTES Source);
NTSTATUS NTAPI ZwUnloadKey(POBJECT_ATTRIBUTES Target);
NTSTATUS NTAPI ZwQuerySecurityObject(HANDLE Handle, SECURITY_INFORMATION Information,
    PSECURITY_DESCRIPTOR Descriptor, ULONG Length, PULONG Needed);
NTSTATUS NTAPI ZwSetSecurityObject(
    HANDLE Handle, SECURITY_INFORMATION Information, PSECURITY_DESCRIPTOR Descriptor);
NTSTATUS NTAPI ObQueryNameString(
    PVOID Object, PVOID Information, ULONG Length, PULONG ReturnLength);

#define FILE_NAME L"\\SystemRoot\\ktestcall.tmp"
#define HIVE_NAME L"\\Registry\\Machine\\KtestCall"

typedef struct SEEN {
    PETHREAD Thread;
    ULONG Count[CLASS_COUNT];
    PVOID Object[CLASS_COUNT]; /* the last one's first member */
    ULONG Forbid;              /* a class to fail with STATUS_ACCESS_DENIED; CLASS_COUNT: none */
    BOOLEAN Hive;              /* a hive was loaded by its names */
    ULONG_PTR Version;         /* of an open's information */
} SEEN;

static BOOLEAN EndsWith(const UNICODE_STRING *Text, const WCHAR *Tail, USHORT Bytes)
{
    return Text != NULL && Text->Length >= Bytes &&
           RtlCompareMemory((PUCHAR)Text->Buffer + Text->Length - Bytes, Tail, Bytes) == Bytes;
}

static NTSTATUS NTAPI See(PVOID Context, PVOID Argument, PVOID Information)
{
    ULONG Class = (ULONG)(ULONG_PTR)Argument;
    SEEN *Seen = Context;
    PVOID *Member = Information;

    if (PsGetCurrentThread() != Seen->Thread || Class >= CLASS_COUNT)
        return STATUS_SUCCESS;
    Seen->Count[Class]++;
    Seen->Object[Class] = *Member;
    if (Class == CLASS_PRE_LOAD) /* Object, KeyName, SourceFile */
        Seen->Hive = EndsWith(Member[1], L"KtestCall", 9 * sizeof(WCHAR)) &&
            EndsWith(Member[2], L"call.tmp", 8 * sizeof(WCHAR));
    if (Class == CLASS_PRE_OPEN)
        Seen->Version = (ULONG_PTR)Member[14];
    return Class == Seen->Forbid ? STATUS_ACCESS_DENIED : STATUS_SUCCESS;
}

/* FALSE: not on this Windows, recorded; then the key, if any, is gone. */
static BOOLEAN Begin(HANDLE Key, SEEN *Seen, LARGE_INTEGER *Cookie)
{
    REGISTER_EX Register = (REGISTER_EX)(ULONG_PTR)KtestExport(L"CmRegisterCallbackEx");
    KTEST_STRING(Altitude, L"383991.7");

    RtlZeroMemory(Seen, sizeof(*Seen));
    Seen->Thread = PsGetCurrentThread();
    Seen->Forbid = CLASS_COUNT;
    if (Register == NULL) {
        skip("new in Windows Vista");
        if (Key != NULL)
            CmTestEnd(Key);
        return FALSE;
    }
    return CHECK_STATUS(
        Register(See, &Altitude, KtestDriverObject, Seen, Cookie, NULL), STATUS_SUCCESS);
}

static VOID End(LARGE_INTEGER Cookie)
{
    UNREGISTER Unregister = (UNREGISTER)(ULONG_PTR)KtestExport(L"CmUnRegisterCallback");

    CHECK_STATUS(Unregister(Cookie), STATUS_SUCCESS);
}

TEST(CmRegisterCallbackEx, RefusesAnAltitudeThatIsNoNumber)
{
    REGISTER_EX Register = (REGISTER_EX)(ULONG_PTR)KtestExport(L"CmRegisterCallbackEx");
    KTEST_STRING(Altitude, L"abc");
    LARGE_INTEGER Cookie;
    SEEN Seen;

    if (Register != NULL)
        CHECK(!NT_SUCCESS(Register(See, &Altitude, KtestDriverObject, &Seen, &Cookie, NULL)));
    else
        skip("new in Windows Vista");
}

TEST(CmRegisterCallbackEx, TellsOfOpeningAndClosing)
{
    HANDLE Key = CmTestKey(L"Seen"), Child;
    LARGE_INTEGER Cookie;
    SEEN Seen;

    if (Key == NULL || !Begin(Key, &Seen, &Cookie))
        return;
    CHECK_STATUS(CmTestCreate(Key, L"Child", 0, &Child), STATUS_SUCCESS);
    CHECK_EQ(Seen.Count[CLASS_PRE_CREATE], 1);
    CHECK_EQ(Seen.Count[CLASS_POST_CREATE], 1);
    CHECK(Seen.Object[CLASS_POST_CREATE] != NULL);
    ZwClose(Child);
    CHECK_EQ(Seen.Count[CLASS_PRE_CLOSE], 1);
    CHECK_EQ(Seen.Count[CLASS_POST_CLOSE], 1);
    CHECK_PTR(Seen.Object[CLASS_PRE_CLOSE], Seen.Object[CLASS_POST_CREATE]);
    CHECK_STATUS(CmTestOpen(Key, L"Child", &Child), STATUS_SUCCESS);
    CHECK_EQ(Seen.Count[CLASS_PRE_OPEN], 1);
    CHECK_EQ(Seen.Count[CLASS_POST_OPEN], 1);
    CHECK(Seen.Version >= 1); /* since Windows 7 */
    CHECK_STATUS(ZwFlushKey(Child), STATUS_SUCCESS);
    CHECK_EQ(Seen.Count[CLASS_PRE_FLUSH], 1);
    CHECK_STATUS(ZwDeleteKey(Child), STATUS_SUCCESS);
    CHECK_EQ(Seen.Count[CLASS_PRE_DELETE_KEY], 1);
    CHECK_EQ(Seen.Count[CLASS_POST_DELETE_KEY], 1);
    ZwClose(Child);
    End(Cookie);
    CmTestEnd(Key);
}

TEST(CmRegisterCallbackEx, TellsOfDescriptors)
{
    HANDLE Key = CmTestKey(L"Seen");
    PVOID Descriptor;
    LARGE_INTEGER Cookie;
    ULONG Needed = 0;
    SEEN Seen;

    if (Key == NULL || !Begin(Key, &Seen, &Cookie))
        return;
    Descriptor = ExAllocatePoolWithTag(PagedPool, 4096, CM_TEST_TAG);
    if (!CHECK(Descriptor != NULL)) {
        End(Cookie);
        CmTestEnd(Key);
        return;
    }
    CHECK_STATUS(ZwQuerySecurityObject(Key, DACL_SECURITY_INFORMATION, NULL, 0, &Needed),
        STATUS_BUFFER_TOO_SMALL);
    CHECK_EQ(Seen.Count[CLASS_PRE_QUERY_SECURITY], 1);
    CHECK(Needed != 0);
    CHECK_STATUS(ZwQuerySecurityObject(Key, DACL_SECURITY_INFORMATION, Descriptor, 4096, &Needed),
        STATUS_SUCCESS);
    CHECK_EQ(Seen.Count[CLASS_PRE_QUERY_SECURITY + 1], 2);
    CHECK_STATUS(ZwSetSecurityObject(Key, DACL_SECURITY_INFORMATION, Descriptor), STATUS_SUCCESS);
    CHECK_EQ(Seen.Count[CLASS_PRE_SET_SECURITY], 1);
    CHECK_EQ(Seen.Count[CLASS_PRE_SET_SECURITY + 1], 1);
    Seen.Forbid = CLASS_PRE_SET_SECURITY;
    CHECK_STATUS(
        ZwSetSecurityObject(Key, DACL_SECURITY_INFORMATION, Descriptor), STATUS_ACCESS_DENIED);
    Seen.Forbid = CLASS_PRE_QUERY_SECURITY;
    CHECK_STATUS(ZwQuerySecurityObject(Key, DACL_SECURITY_INFORMATION, Descriptor, 4096, &Needed),
        STATUS_ACCESS_DENIED);
    End(Cookie);
    ExFreePoolWithTag(Descriptor, CM_TEST_TAG);
    CmTestEnd(Key);
}

TEST(CmRegisterCallbackEx, TellsOfNames)
{
    HANDLE Key = CmTestKey(L"Seen");
    LARGE_INTEGER Cookie;
    UCHAR Name[64];
    PVOID Object;
    ULONG Needed = 0;
    SEEN Seen;

    if (Key == NULL)
        return;
    CHECK_STATUS(
        ObReferenceObjectByHandle(Key, 0, NULL, KernelMode, &Object, NULL), STATUS_SUCCESS);
    if (Begin(NULL, &Seen, &Cookie)) {
        CHECK_STATUS(ObQueryNameString(Object, Name, sizeof(UNICODE_STRING), &Needed),
            STATUS_INFO_LENGTH_MISMATCH);
        CHECK(Needed > sizeof(UNICODE_STRING));
        if (Seen.Count[CLASS_PRE_QUERY_NAME] != 0) { /* since Windows 10 */
            CHECK_EQ(Seen.Count[CLASS_PRE_QUERY_NAME], 1);
            CHECK_EQ(Seen.Count[CLASS_PRE_QUERY_NAME + 1], 1);
            CHECK_PTR(Seen.Object[CLASS_PRE_QUERY_NAME], Object);
        }
        End(Cookie);
    }
    ObDereferenceObject(Object);
    CmTestEnd(Key);
}

static NTSTATUS OpenFile(ULONG Disposition, ULONG Options, HANDLE *File)
{
    OBJECT_ATTRIBUTES Attributes;
    IO_STATUS_BLOCK IoStatus;
    KTEST_STRING(Name, FILE_NAME);

    InitializeObjectAttributes(
        &Attributes, &Name, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    return ZwCreateFile(File, GENERIC_READ | GENERIC_WRITE | DELETE | SYNCHRONIZE, &Attributes,
        &IoStatus, NULL, 0, 0, Disposition, FILE_SYNCHRONOUS_IO_NONALERT | Options, NULL, 0);
}

static VOID LoadAndUnload(SEEN *Seen)
{
    OBJECT_ATTRIBUTES Target, Source;
    KTEST_STRING(Hive, HIVE_NAME);
    KTEST_STRING(FileName, FILE_NAME);

    InitializeObjectAttributes(
        &Target, &Hive, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    InitializeObjectAttributes(
        &Source, &FileName, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    Seen->Forbid = CLASS_PRE_LOAD;
    CHECK_STATUS(ZwLoadKey(&Target, &Source), STATUS_ACCESS_DENIED);
    Seen->Forbid = CLASS_COUNT;
    CHECK_STATUS(ZwLoadKey(&Target, &Source), STATUS_SUCCESS);
    CHECK_EQ(Seen->Count[CLASS_PRE_LOAD], 2);
    CHECK_EQ(Seen->Count[CLASS_PRE_LOAD + 1], 1);
    CHECK(Seen->Hive);
    CHECK_STATUS(ZwUnloadKey(&Target), STATUS_SUCCESS);
    CHECK_EQ(Seen->Count[CLASS_PRE_UNLOAD], 1);
    CHECK_EQ(Seen->Count[CLASS_PRE_UNLOAD + 1], 1);
}

TEST(CmRegisterCallbackEx, TellsOfHives)
{
    HANDLE Key = CmTestKey(L"Seen"), File;
    LARGE_INTEGER Cookie;
    SEEN Seen;

    if (Key == NULL || !Begin(Key, &Seen, &Cookie))
        return;
    if (CHECK_STATUS(OpenFile(FILE_OVERWRITE_IF, 0, &File), STATUS_SUCCESS)) {
        CHECK_STATUS(ZwSaveKey(Key, File), STATUS_SUCCESS);
        CHECK_EQ(Seen.Count[CLASS_PRE_SAVE], 1);
        CHECK_EQ(Seen.Count[CLASS_PRE_SAVE + 1], 1);
        Seen.Forbid = CLASS_PRE_RESTORE;
        CHECK_STATUS(ZwRestoreKey(Key, File, 0), STATUS_ACCESS_DENIED);
        Seen.Forbid = CLASS_COUNT;
        CHECK_EQ(Seen.Count[CLASS_PRE_RESTORE], 1);
        ZwClose(File);
        LoadAndUnload(&Seen);
        if (CHECK_STATUS(OpenFile(FILE_OPEN, FILE_DELETE_ON_CLOSE, &File), STATUS_SUCCESS))
            ZwClose(File);
    }
    End(Cookie);
    CmTestEnd(Key);
}
