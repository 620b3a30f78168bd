/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ZwOpenThread - a handle to the thread of an identifier.
 */
#include "pstest.h"

NTSTATUS NTAPI ZwOpenThread(
    PHANDLE Handle, ACCESS_MASK Access, POBJECT_ATTRIBUTES Attributes, CLIENT_ID *Cid);

TEST(ZwOpenThread, OpensTheCurrentThread)
{
    HANDLE Handle = NULL;
    CLIENT_ID Cid = {NULL, PsGetCurrentThreadId()};
    OBJECT_ATTRIBUTES Attributes;

    InitializeObjectAttributes(&Attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    if (CHECK_STATUS(ZwOpenThread(&Handle, THREAD_ALL_ACCESS, &Attributes, &Cid), STATUS_SUCCESS))
        ZwClose(Handle);
    Cid.UniqueThread = PSTEST_NOBODY;
    CHECK_STATUS(ZwOpenThread(&Handle, THREAD_ALL_ACCESS, &Attributes, &Cid), STATUS_INVALID_CID);
}
