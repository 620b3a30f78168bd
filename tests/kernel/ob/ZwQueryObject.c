/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwQueryObject - what is known of handles, objects and types
 */
#include "ob_test.h"

/* ObjectTypeInformation; mingw-w64 has the class, and of the structure what is public. */
typedef struct TYPE_INFORMATION {
    UNICODE_STRING TypeName;
    ULONG TotalNumberOfObjects;
    ULONG TotalNumberOfHandles;
    ULONG Reserved[20];
} TYPE_INFORMATION;

typedef NTSTATUS(NTAPI *QUERY)(HANDLE, ULONG, PVOID, ULONG, PULONG);
#define QUERY_OBJECT QUERY Query = (QUERY)(ULONG_PTR)KtestExport(L"ZwQueryObject")

typedef struct BASIC {
    ULONG Attributes;
    ACCESS_MASK GrantedAccess;
    ULONG HandleCount;
    ULONG PointerCount;
    ULONG Reserved[10];
} BASIC;

static VOID Basic(QUERY Query)
{
    HANDLE Handle = ObTestEvent(SYNCHRONIZE, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    UCHAR Answer[56] = {0};
    ULONG Length = 0;
    BASIC *Known = (BASIC *)Answer;

    CHECK_STATUS(Query(Handle, 0, Answer, sizeof(Answer), &Length), STATUS_SUCCESS);
    CHECK_EQ(Length, sizeof(Answer));
    CHECK_EQ(Known->GrantedAccess, SYNCHRONIZE);
    CHECK_EQ(Known->HandleCount, 1);
    CHECK_STATUS(
        Query(Handle, 0, Answer, sizeof(Answer) - 4, &Length), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(Query(Handle, 99, Answer, sizeof(Answer), &Length), STATUS_INVALID_INFO_CLASS);
    ZwClose(Handle);
    CHECK_STATUS(Query(Handle, 0, Answer, sizeof(Answer), &Length), STATUS_INVALID_HANDLE);
}

TEST(ZwQueryObject, TellsAccessAndCounts)
{
    Basic((QUERY)(ULONG_PTR)KtestExport(L"ZwQueryObject"));
}

TEST(NtQueryObject, IsTheSame)
{
    QUERY Query = (QUERY)(ULONG_PTR)KtestExport(L"NtQueryObject");

    if (Query != NULL)
        Basic(Query);
    else
        skip("not on this Windows");
}

TEST(ZwQueryObject, TellsTheName)
{
    QUERY_OBJECT;
    OB_TEST_NAME Name;
    HANDLE Handle = NULL;
    union {
        UNICODE_STRING Name;
        UCHAR Bytes[256];
    } Answer;
    ULONG Length = 0;

    ObTestName(&Name, OB_TEST_FOLDER L"DotsysQueried", OBJ_CASE_INSENSITIVE);
    CHECK_STATUS(
        ZwCreateEvent(&Handle, EVENT_ALL_ACCESS, &Name.Attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
    CHECK_STATUS(Query(Handle, 1, &Answer, sizeof(Answer), &Length), STATUS_SUCCESS);
    CHECK_STRING(&Answer.Name, OB_TEST_FOLDER L"DotsysQueried");
    CHECK_STATUS(Query(Handle, 1, &Answer, 4, &Length), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_EQ(Length, sizeof(UNICODE_STRING) + sizeof(OB_TEST_FOLDER L"DotsysQueried"));
    ZwClose(Handle);
}

TEST(ZwQueryObject, TellsTheType)
{
    QUERY_OBJECT;
    HANDLE Handle = ObTestEvent(SYNCHRONIZE, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    union {
        TYPE_INFORMATION Type;
        UCHAR Bytes[256];
    } Answer;
    ULONG Length = 0;

    CHECK_STATUS(Query(Handle, 2, &Answer, sizeof(Answer), &Length), STATUS_SUCCESS);
    CHECK_STRING(&Answer.Type.TypeName, L"Event");
    CHECK(Answer.Type.TotalNumberOfObjects >= 1);
    CHECK_STATUS(Query(Handle, 2, &Answer, 8, &Length), STATUS_INFO_LENGTH_MISMATCH);
    ZwClose(Handle);
}

TEST(ZwQueryObject, TellsAllTypesWithoutAHandle)
{
    QUERY_OBJECT;
    ULONG Length = 0, Few = 0, Count, Index, Found = 0;
    UNICODE_STRING Event;
    UCHAR *Answer, *At;

    CHECK_STATUS(Query(NULL, 3, &Few, sizeof(Few), &Length), STATUS_INFO_LENGTH_MISMATCH);
    if (!CHECK(Length > 256))
        return;
    Length += 4096;
    Answer = ExAllocatePoolWithTag(PagedPool, Length, 'tseT');
    RtlInitUnicodeString(&Event, L"Event");
    if (Answer != NULL && CHECK_STATUS(Query(NULL, 3, Answer, Length, &Length), STATUS_SUCCESS)) {
        Count = *(ULONG *)Answer;
        At = Answer + sizeof(ULONG_PTR);
        CHECK(Count > 8);
        for (Index = 0; Index < Count; Index++) {
            UNICODE_STRING *Name = (UNICODE_STRING *)At;

            Found += RtlEqualUnicodeString(Name, &Event, FALSE);
            At = (UCHAR *)Name->Buffer +
                ((Name->MaximumLength + sizeof(ULONG_PTR) - 1) &
                    ~(ULONG_PTR)(sizeof(ULONG_PTR) - 1));
        }
        CHECK_EQ(Found, 1);
    }
    if (Answer != NULL)
        ExFreePool(Answer);
}

TEST(ZwSetInformationObject, ProtectsAHandle)
{
    QUERY_OBJECT;
    OB_LATER(ZwSetInformationObject, NTSTATUS, HANDLE, ULONG, PVOID, ULONG)
    OB_LATER(ObSetHandleAttributes, NTSTATUS, HANDLE, PVOID, KPROCESSOR_MODE)
    HANDLE Handle = ObTestEvent(SYNCHRONIZE, NotificationEvent, FALSE, OBJ_KERNEL_HANDLE);
    UCHAR Flags[2] = {TRUE, FALSE}, Now[2] = {9, 9};
    ULONG Length = 0;

    CHECK_STATUS(ZwSetInformationObject(Handle, 4, Flags, sizeof(Flags)), STATUS_SUCCESS);
    CHECK_STATUS(Query(Handle, 4, Now, sizeof(Now), &Length), STATUS_SUCCESS);
    CHECK(Now[0] == TRUE && Now[1] == FALSE);
    CHECK_STATUS(ZwSetInformationObject(Handle, 4, Flags, 1), STATUS_INFO_LENGTH_MISMATCH);
    CHECK_STATUS(
        ZwSetInformationObject(Handle, 99, Flags, sizeof(Flags)), STATUS_INVALID_INFO_CLASS);
    Flags[0] = FALSE;
    CHECK_STATUS(ObSetHandleAttributes(Handle, Flags, KernelMode), STATUS_SUCCESS);
    CHECK_STATUS(Query(Handle, 4, Now, sizeof(Now), &Length), STATUS_SUCCESS);
    CHECK(Now[0] == FALSE && Now[1] == FALSE);
    ZwClose(Handle);
    CHECK_STATUS(ZwSetInformationObject(Handle, 4, Flags, sizeof(Flags)), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ObSetHandleAttributes(Handle, Flags, KernelMode), STATUS_INVALID_HANDLE);
}
