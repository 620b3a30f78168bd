/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeStackAttachProcess - the process is the current one until the thread detaches.
 */
#include "pstest.h"

typedef struct STATE {
    ULONG_PTR Space[16]; /* a KAPC_STATE, with room */
} STATE;

TEST(KeStackAttachProcess, ToTheProcessItIsIn)
{
    STATE State;
    PEPROCESS Before = PsGetCurrentProcess();
    LATER(KeStackAttachProcess, VOID, PVOID Process, PVOID State)
    VOID(NTAPI *KeUnstackDetachProcess)
    (PVOID State) = (VOID(NTAPI *)(PVOID))(ULONG_PTR)KtestExport(L"KeUnstackDetachProcess");

    KeStackAttachProcess(Before, &State);
    CHECK_PTR(PsGetCurrentProcess(), Before);
    KeUnstackDetachProcess(&State);
    CHECK_PTR(PsGetCurrentProcess(), Before);
}

/* Another process than this thread's, referenced; NULL: there is none that lets itself be
 * opened. */
static PEPROCESS AnyOther(VOID)
{
    NTSTATUS(NTAPI * Next)
    (HANDLE Process, ACCESS_MASK Access, ULONG Attributes, ULONG Flags,
        PHANDLE New) = (PVOID)KtestExport(L"ZwGetNextProcess");
    HANDLE Handle = NULL, Behind;
    PVOID Process = NULL;

    while (Next != NULL && NT_SUCCESS(Next(Handle, 0, OBJ_KERNEL_HANDLE, 0, &Behind))) {
        if (Handle != NULL)
            ZwClose(Handle);
        Handle = Behind;
        if (!NT_SUCCESS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Process, NULL)))
            break;
        if (Process != PsGetCurrentProcess())
            break;
        ObDereferenceObject(Process);
        Process = NULL;
    }
    if (Handle != NULL)
        ZwClose(Handle);
    return Process;
}

TEST(KeIsAttachedProcess, OnlyToAnother)
{
    LATER(KeIsAttachedProcess, BOOLEAN, VOID)
    LATER(KeStackAttachProcess, VOID, PVOID, PVOID)
    LATER(KeUnstackDetachProcess, VOID, PVOID)
    PEPROCESS Other;
    STATE State;

    CHECK(!KeIsAttachedProcess());
    KeStackAttachProcess(PsGetCurrentProcess(), &State);
    CHECK(!KeIsAttachedProcess());
    KeUnstackDetachProcess(&State);
    Other = AnyOther();
    if (Other == NULL)
        return;
    KeStackAttachProcess(Other, &State);
    CHECK(KeIsAttachedProcess());
    CHECK_PTR(PsGetCurrentProcess(), Other);
    KeUnstackDetachProcess(&State);
    CHECK(!KeIsAttachedProcess());
    ObDereferenceObject(Other);
}
