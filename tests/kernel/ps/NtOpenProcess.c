/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * NtOpenProcess - a handle to the process of an identifier.
 */
#include "pstest.h"

IMPORT_VARIABLE(POBJECT_TYPE, PsProcessType);

TEST(NtOpenProcess, OpensTheCurrentProcess)
{
    HANDLE Handle = NULL;
    CLIENT_ID Cid = {PsGetCurrentProcessId(), NULL};
    OBJECT_ATTRIBUTES Attributes;
    PVOID Process;
    LATER(NtOpenProcess, NTSTATUS, PHANDLE Handle, ACCESS_MASK Access,
        POBJECT_ATTRIBUTES Attributes, CLIENT_ID * Cid)

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            NtOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, &Cid), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, IMPORTED(PsProcessType), KernelMode,
                                               &Process, NULL),
                     STATUS_SUCCESS)) {
        CHECK_PTR(Process, PsGetCurrentProcess());
        ObDereferenceObject(Process);
    }
    ZwClose(Handle);
}

TEST(NtOpenProcess, WantsAnIdentifier)
{
    HANDLE Handle = NULL;
    CLIENT_ID Cid = {PSTEST_NOBODY, NULL};
    OBJECT_ATTRIBUTES Attributes;
    LATER(NtOpenProcess, NTSTATUS, PHANDLE Handle, ACCESS_MASK Access,
        POBJECT_ATTRIBUTES Attributes, CLIENT_ID * Cid)

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(NtOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, &Cid),
                 KtestIsSince(6, 0) ? STATUS_INVALID_CID : STATUS_INVALID_PARAMETER);
    CHECK_STATUS(NtOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, NULL),
                 STATUS_INVALID_PARAMETER_MIX);
}
