/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoRegisterContainerNotification, IoUnregisterContainerNotification, IoGetContainerInformation.
 */
#include "pnp_test.h"

typedef struct WANTED {
    ULONG Size, Flags;
    PVOID IoObject;
    ULONG EventMask;
    PVOID Context;
} WANTED;

typedef NTSTATUS(NTAPI *REGISTER)(ULONG, PVOID, PVOID, ULONG, PVOID *);
typedef VOID(NTAPI *UNREGISTER)(PVOID);
typedef NTSTATUS(NTAPI *GET_INFORMATION)(ULONG, PVOID, PVOID, ULONG);

static NTSTATUS NTAPI Changed(
    PVOID Session, PVOID IoObject, ULONG Event, PVOID Context, PVOID Payload, ULONG Length)
{
    UNREFERENCED_PARAMETER(Session);
    UNREFERENCED_PARAMETER(IoObject);
    UNREFERENCED_PARAMETER(Event);
    UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(Payload);
    UNREFERENCED_PARAMETER(Length);
    return STATUS_SUCCESS;
}

TEST(IoRegisterContainerNotification, OncePerObject)
{
    REGISTER Register = (REGISTER)KtestExport(L"IoRegisterContainerNotification");
    UNREGISTER Unregister = (UNREGISTER)KtestExport(L"IoUnregisterContainerNotification");
    WANTED Wanted = {sizeof(Wanted), 0, KtestDriverObject, 0x3f, NULL}, Wrong = Wanted;
    PVOID Entry = NULL, Again = NULL;

    if (Register == NULL || Unregister == NULL) {
        skip("this Windows has no IoRegisterContainerNotification");
        return;
    }
    CHECK_STATUS(
        Register(7, (PVOID)Changed, &Wanted, sizeof(Wanted), &Entry), STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS(Register(0, (PVOID)Changed, &Wanted, sizeof(Wanted) - 1, &Entry),
        STATUS_INVALID_PARAMETER_4);
    Wrong.EventMask = 0x40;
    CHECK_STATUS(
        Register(0, (PVOID)Changed, &Wrong, sizeof(Wrong), &Entry), STATUS_INVALID_PARAMETER_3);
    Wrong = Wanted;
    Wrong.Size = 1;
    CHECK_STATUS(
        Register(0, (PVOID)Changed, &Wrong, sizeof(Wrong), &Entry), STATUS_INVALID_PARAMETER_3);
    Wrong = Wanted;
    Wrong.IoObject = NULL;
    CHECK_STATUS(
        Register(0, (PVOID)Changed, &Wrong, sizeof(Wrong), &Entry), STATUS_INVALID_PARAMETER_3);
    CHECK(Entry == NULL);
    for (ULONG Time = 0; Time < 2; Time++) {
        if (!CHECK_STATUS(
                Register(0, (PVOID)Changed, &Wanted, sizeof(Wanted), &Entry), STATUS_SUCCESS))
            return;
        CHECK_STATUS(
            Register(0, (PVOID)Changed, &Wanted, sizeof(Wanted), &Again), STATUS_ALREADY_COMMITTED);
        Unregister(Entry);
    }
}

TEST(IoGetContainerInformation, WantsASessionAndRoom)
{
    GET_INFORMATION Get = (GET_INFORMATION)KtestExport(L"IoGetContainerInformation");
    ULONG Room[3];

    if (Get == NULL) {
        skip("this Windows has no IoGetContainerInformation");
        return;
    }
    CHECK_STATUS(Get(7, NULL, Room, sizeof(Room)), STATUS_INVALID_PARAMETER_1);
    CHECK_STATUS(Get(0, NULL, Room, sizeof(Room)), STATUS_INVALID_PARAMETER_2);
}
