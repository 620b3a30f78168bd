/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * PsGetJobSilo and others that ask for silos there are none of.
 */
#include "ktest.h"

NTSTATUS NTAPI ZwCreateJobObject(PHANDLE Job, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes);

TEST(PsGetJobSilo, NoJobIsASilo)
{
    NTSTATUS(NTAPI * JobSilo)(PVOID Job, PVOID * Silo) = (PVOID)KtestExport(L"PsGetJobSilo");
    NTSTATUS(NTAPI * JobServerSilo)
    (PVOID Job, PVOID * Silo) = (PVOID)KtestExport(L"PsGetJobServerSilo");
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    PVOID Job, Silo = &Job;

    if (JobSilo == NULL) {
        skip("new in Windows 10, version 1607");
        return;
    }
    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwCreateJobObject(&Handle, 0x1F001F, &Attributes), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(
            ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Job, NULL), STATUS_SUCCESS)) {
        CHECK(!NT_SUCCESS(JobSilo(Job, &Silo)));
        CHECK_STATUS(JobServerSilo(Job, &Silo), STATUS_SUCCESS);
        CHECK_PTR(Silo, NULL);
        ObDereferenceObject(Job);
    }
    ZwClose(Handle);
}

TEST(PsAttachSiloToCurrentThread, TheHostsIsWhereItIs)
{
    PVOID(NTAPI * Attach)(PVOID Silo) = (PVOID)KtestExport(L"PsAttachSiloToCurrentThread");
    VOID(NTAPI * Detach)(PVOID Previous) = (PVOID)KtestExport(L"PsDetachSiloFromCurrentThread");
    PVOID(NTAPI * Current)(VOID) = (PVOID)KtestExport(L"PsGetCurrentSilo");
    PVOID Previous;

    if (Attach == NULL) {
        skip("new in Windows 10, version 1607");
        return;
    }
    Previous = Attach(NULL);
    CHECK_PTR(Current(), NULL);
    Detach(Previous);
    CHECK_PTR(Current(), NULL);
}

TEST(PsGetSiloContainerId, TheHostIsNoContainer)
{
    GUID *(NTAPI * Get)(PVOID Silo) = (PVOID)KtestExport(L"PsGetSiloContainerId");
    VOID(NTAPI * Terminate)
    (PVOID Silo, NTSTATUS Status) = (PVOID)KtestExport(L"PsTerminateServerSilo");

    if (Get == NULL) {
        skip("new in Windows 10, version 1809");
        return;
    }
    CHECK_PTR(Get(NULL), NULL);
    CHECK(Terminate != NULL); /* ends what is no host's */
}
