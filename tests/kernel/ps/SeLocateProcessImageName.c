/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * SeLocateProcessImageName - the path of a process's image, in a block of its own.
 */
#include "pstest.h"

NTSTATUS NTAPI SeLocateProcessImageName(PEPROCESS Process, PUNICODE_STRING *Name);

TEST(SeLocateProcessImageName, GivesABlockToFree)
{
    PUNICODE_STRING Name = NULL;

    if (!CHECK_STATUS(SeLocateProcessImageName(PsGetCurrentProcess(), &Name), STATUS_SUCCESS))
        return;
    CHECK(Name != NULL);
    CHECK(Name->Length <= Name->MaximumLength);
    ExFreePool(Name);
}
