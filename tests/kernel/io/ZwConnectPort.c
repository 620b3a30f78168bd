/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwConnectPort, ZwSecureConnectPort, ZwRequestPort, ZwRequestWaitReplyPort and their Nt forms,
 * without a server to talk to.
 */
#include "file_test.h"

NTSTATUS NTAPI ZwConnectPort(PHANDLE Port, PUNICODE_STRING Name,
    PSECURITY_QUALITY_OF_SERVICE Quality, PVOID ClientView, PVOID ServerView, PULONG Most,
    PVOID Information, PULONG Bytes);
NTSTATUS NTAPI NtConnectPort(PHANDLE Port, PUNICODE_STRING Name,
    PSECURITY_QUALITY_OF_SERVICE Quality, PVOID ClientView, PVOID ServerView, PULONG Most,
    PVOID Information, PULONG Bytes);
NTSTATUS NTAPI ZwRequestPort(HANDLE Port, PVOID Message);
NTSTATUS NTAPI NtRequestPort(HANDLE Port, PVOID Message);
NTSTATUS NTAPI ZwRequestWaitReplyPort(HANDLE Port, PVOID Message, PVOID Reply);
NTSTATUS NTAPI NtRequestWaitReplyPort(HANDLE Port, PVOID Message, PVOID Reply);

typedef NTSTATUS(NTAPI *SECURE_CONNECT)(PHANDLE Port, PUNICODE_STRING Name,
    PSECURITY_QUALITY_OF_SERVICE Quality, PVOID ClientView, PVOID Sid, PVOID ServerView,
    PULONG Most, PVOID Information, PULONG Bytes);

static SECURITY_QUALITY_OF_SERVICE Quality = {
    sizeof(Quality), SecurityImpersonation, SECURITY_STATIC_TRACKING, TRUE};

TEST(ZwConnectPort, FindsNoPortNobodyMade)
{
    HANDLE Port = (HANDLE)5;
    KTEST_STRING(Name, L"\\KtestNoSuchPort");
    KTEST_STRING(Deep, L"\\KtestNoSuchFolder\\Port");

    CHECK_STATUS(ZwConnectPort(&Port, &Name, &Quality, NULL, NULL, NULL, NULL, NULL),
        STATUS_OBJECT_NAME_NOT_FOUND);
    CHECK_STATUS(ZwConnectPort(&Port, &Deep, &Quality, NULL, NULL, NULL, NULL, NULL),
        STATUS_OBJECT_PATH_NOT_FOUND);
    CHECK_PTR(Port, 5);
}

TEST(ZwConnectPort, ConnectsToNothingElse)
{
    HANDLE Port;
    KTEST_STRING(Name, L"\\Device");

    CHECK_STATUS(ZwConnectPort(&Port, &Name, &Quality, NULL, NULL, NULL, NULL, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
}

TEST(NtConnectPort, FindsNoPortNobodyMade)
{
    HANDLE Port;
    KTEST_STRING(Name, L"\\KtestNoSuchPort");

    CHECK_STATUS(NtConnectPort(&Port, &Name, &Quality, NULL, NULL, NULL, NULL, NULL),
        STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(ZwSecureConnectPort, FindsNoPortNobodyMade)
{
    SECURE_CONNECT Connect = (SECURE_CONNECT)(ULONG_PTR)KtestExport(L"ZwSecureConnectPort");
    HANDLE Port;
    KTEST_STRING(Name, L"\\KtestNoSuchPort");

    if (Connect == NULL)
        skip("newer than this Windows");
    else
        CHECK_STATUS(Connect(&Port, &Name, &Quality, NULL, NULL, NULL, NULL, NULL, NULL),
            STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(ZwRequestPort, WantsAPortsHandle)
{
    ULONG Message[64] = {0};
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Event;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwCreateEvent(&Event, EVENT_ALL_ACCESS, &Attributes, NotificationEvent, FALSE),
            STATUS_SUCCESS))
        return;
    CHECK_STATUS(ZwRequestPort(Event, Message), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(ZwRequestWaitReplyPort(Event, Message, Message), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(NtRequestPort(Event, Message), STATUS_OBJECT_TYPE_MISMATCH);
    CHECK_STATUS(NtRequestWaitReplyPort(Event, Message, Message), STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(Event);
    CHECK_STATUS(ZwRequestPort((HANDLE)0x7FFF0, Message), STATUS_INVALID_HANDLE);
    CHECK_STATUS(ZwRequestWaitReplyPort((HANDLE)0x7FFF0, Message, Message), STATUS_INVALID_HANDLE);
}

TEST(LpcPortObjectType, IsAType)
{
    KTEST_STRING(Name, L"LpcPortObjectType");
    PVOID *Variable = MmGetSystemRoutineAddress(&Name);

    if (CHECK(Variable != NULL))
        CHECK(*Variable != NULL);
}
