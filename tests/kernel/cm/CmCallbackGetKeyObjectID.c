/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * CmCallbackGetKeyObjectID, CmCallbackGetKeyObjectIDEx, CmCallbackReleaseKeyObjectIDEx - which key
 * a callback is told of.
 */
#include "cm_test.h"

#define PRE_SET_VALUE 1

typedef NTSTATUS (NTAPI *CALLBACK)(PVOID Context, PVOID Class, PVOID Information);
typedef NTSTATUS (NTAPI *REGISTER)(CALLBACK, PVOID, PLARGE_INTEGER);
typedef NTSTATUS (NTAPI *UNREGISTER)(LARGE_INTEGER);
typedef NTSTATUS (NTAPI *GET_ID)(PLARGE_INTEGER, PVOID, PULONG_PTR, PCUNICODE_STRING *);
typedef NTSTATUS (NTAPI *GET_ID_EX)(PLARGE_INTEGER, PVOID, PULONG_PTR, PCUNICODE_STRING *, ULONG);
typedef VOID (NTAPI *RELEASE_ID)(PCUNICODE_STRING);

static GET_ID GetId;
static GET_ID_EX GetIdEx;
static RELEASE_ID ReleaseId;
static LARGE_INTEGER Cookie;
static PETHREAD Me;
static ULONG_PTR Seen[2];
static ULONG Count;
static WCHAR Path[256];

static NTSTATUS NTAPI Look(PVOID Context, PVOID Class, PVOID Information)
{
    PVOID Object = *(PVOID *)Information; /* first in REG_SET_VALUE_KEY_INFORMATION */
    PCUNICODE_STRING Name = NULL, Own = NULL;
    ULONG_PTR Id = 0;

    UNREFERENCED_PARAMETER(Context);
    if ((ULONG_PTR)Class != PRE_SET_VALUE || PsGetCurrentThread() != Me || Count == 2)
        return STATUS_SUCCESS;
    CHECK_STATUS(GetId(&Cookie, Object, &Seen[Count++], &Name), STATUS_SUCCESS);
    if (CHECK(Name != NULL))
        RtlCopyMemory(Path, Name->Buffer, Name->Length);
    if (GetIdEx != NULL) {
        CHECK_STATUS(GetIdEx(&Cookie, Object, &Id, &Own, 0), STATUS_SUCCESS);
        CHECK_EQ(Id, Seen[Count - 1]);
        if (CHECK(Own != NULL && Name != NULL)) {
            CHECK(RtlEqualUnicodeString(Own, Name, FALSE));
            ReleaseId(Own);
        }
        CHECK_STATUS(GetIdEx(&Cookie, Object, &Id, NULL, 1), STATUS_INVALID_PARAMETER);
    }
    return STATUS_SUCCESS;
}

TEST(CmCallbackGetKeyObjectID, IsOneForAllObjectsOfAKey)
{
    REGISTER Register = (REGISTER)(ULONG_PTR)KtestExport(L"CmRegisterCallback");
    UNREGISTER Unregister = (UNREGISTER)(ULONG_PTR)KtestExport(L"CmUnRegisterCallback");
    HANDLE Key, Again;
    UNICODE_STRING Wanted;

    GetId = (GET_ID)(ULONG_PTR)KtestExport(L"CmCallbackGetKeyObjectID");
    GetIdEx = (GET_ID_EX)(ULONG_PTR)KtestExport(L"CmCallbackGetKeyObjectIDEx");
    ReleaseId = (RELEASE_ID)(ULONG_PTR)KtestExport(L"CmCallbackReleaseKeyObjectIDEx");
    if (GetId == NULL) {
        skip("new in Windows Vista");
        return;
    }
    Me = PsGetCurrentThread();
    Count = 0;
    Key = CmTestKey(L"KeyId");
    if (Key == NULL)
        return;
    if (CHECK_STATUS(Register(Look, NULL, &Cookie), STATUS_SUCCESS)) {
        CHECK_STATUS(CmTestSetNumber(Key, L"N", 1), STATUS_SUCCESS);
        if (CHECK_STATUS(CmTestOpen(Key, L"", &Again), STATUS_SUCCESS)) {
            CHECK_STATUS(CmTestSetNumber(Again, L"N", 2), STATUS_SUCCESS);
            ZwClose(Again);
        }
        CHECK_EQ(Count, 2);
        CHECK(Seen[0] != 0);
        CHECK_EQ(Seen[0], Seen[1]);
        CmTestPath(Key, &Wanted);
        CHECK(RtlCompareMemory(Path, Wanted.Buffer, Wanted.Length) == Wanted.Length);
        CHECK_STATUS(Unregister(Cookie), STATUS_SUCCESS);
        CHECK_STATUS(GetId(&Cookie, NULL, NULL, NULL), STATUS_INVALID_PARAMETER);
    }
    CmTestEnd(Key);
}
