/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenProcess - a handle to the process of an identifier.
 */
#include "pstest.h"

IMPORT_VARIABLE(POBJECT_TYPE, PsProcessType);

TEST(ZwOpenProcess, OpensTheCurrentProcess)
{
    HANDLE Handle = NULL;
    CLIENT_ID Cid = {PsGetCurrentProcessId(), NULL};
    OBJECT_ATTRIBUTES Attributes;
    PVOID Process;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(
            ZwOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, &Cid), STATUS_SUCCESS))
        return;
    if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, IMPORTED(PsProcessType), KernelMode,
                                               &Process, NULL),
                     STATUS_SUCCESS)) {
        CHECK_PTR(Process, PsGetCurrentProcess());
        ObDereferenceObject(Process);
    }
    ZwClose(Handle);
}

TEST(ZwOpenProcess, WantsAnIdentifier)
{
    HANDLE Handle = NULL;
    CLIENT_ID Cid = {PSTEST_NOBODY, NULL};
    OBJECT_ATTRIBUTES Attributes;
    KTEST_STRING(Name, L"\\KtestProcess");

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    CHECK_STATUS(ZwOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, &Cid),
                 KtestIsSince(6, 0) ? STATUS_INVALID_CID : STATUS_INVALID_PARAMETER);
    CHECK_STATUS(ZwOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, NULL),
                 STATUS_INVALID_PARAMETER_MIX);
    Cid.UniqueProcess = PsGetCurrentProcessId();
    Attributes.ObjectName = &Name;
    CHECK_STATUS(ZwOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, &Cid),
                 STATUS_INVALID_PARAMETER_MIX);
    if (KtestIsSince(6, 0))
        CHECK_STATUS(ZwOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, NULL),
                     STATUS_INVALID_PARAMETER_MIX);
    CHECK_PTR(Handle, NULL);
}

TEST(ZwOpenProcess, ReadsNothingButNameAndAttributes)
{
    HANDLE Handle = NULL;
    CLIENT_ID Cid = {PsGetCurrentProcessId(), NULL};
    OBJECT_ATTRIBUTES Attributes;

    RtlZeroMemory(&Attributes, sizeof(Attributes));
    Attributes.Attributes = OBJ_KERNEL_HANDLE;
    if (CHECK_STATUS(
            ZwOpenProcess(&Handle, PROCESS_ALL_ACCESS, &Attributes, &Cid), STATUS_SUCCESS))
        ZwClose(Handle);
}

static ACCESS_MASK GrantedFor(ACCESS_MASK Access)
{
    OBJECT_HANDLE_INFORMATION Information = {0, 0};
    CLIENT_ID Cid = {PsGetCurrentProcessId(), NULL};
    OBJECT_ATTRIBUTES Attributes;
    HANDLE Handle;
    PVOID Process;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (!CHECK_STATUS(ZwOpenProcess(&Handle, Access, &Attributes, &Cid), STATUS_SUCCESS))
        return 0;
    if (CHECK_STATUS(ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, &Process, &Information),
                     STATUS_SUCCESS))
        ObDereferenceObject(Process);
    ZwClose(Handle);
    return Information.GrantedAccess;
}

/* PROCESS_VM_READ and PROCESS_QUERY_INFORMATION; since Vista ending it is executing. */
TEST(ZwOpenProcess, MapsGenericRights)
{
    CHECK_EQ(GrantedFor(GENERIC_READ), STANDARD_RIGHTS_READ | 0x0410);
    if (!KtestIsSince(6, 1))
        return;
    CHECK_EQ(GrantedFor(GENERIC_WRITE), STANDARD_RIGHTS_WRITE | 0x0BEA);
    CHECK_EQ(GrantedFor(GENERIC_EXECUTE), STANDARD_RIGHTS_EXECUTE | SYNCHRONIZE | 0x1001);
}
