/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoAllocateDriverObjectExtension, IoGetDriverObjectExtension - one for each address, zeroed.
 */
#include "io_test.h"

static CHAR ExtensionFirst;
static CHAR ExtensionSecond;

TEST(IoAllocateDriverObjectExtension, OneForEachAddress)
{
    PVOID First = NULL;
    PVOID Second = NULL;
    PVOID Again = &Again;

    CHECK_PTR(IoGetDriverObjectExtension(KtestDriverObject, &ExtensionFirst), NULL);
    if (!CHECK_STATUS(IoAllocateDriverObjectExtension(KtestDriverObject, &ExtensionFirst, 64,
                                                      &First), STATUS_SUCCESS))
        return;
    CHECK_EQ(*(ULONG64 *)First, 0);
    CHECK_EQ((ULONG_PTR)First & (MEMORY_ALLOCATION_ALIGNMENT - 1), 0);
    CHECK_STATUS(IoAllocateDriverObjectExtension(KtestDriverObject, &ExtensionFirst, 64, &Again),
                 STATUS_OBJECT_NAME_COLLISION);
    CHECK_PTR(Again, NULL);
    CHECK_STATUS(IoAllocateDriverObjectExtension(KtestDriverObject, &ExtensionSecond, 64, &Second),
                 STATUS_SUCCESS);
    CHECK(First != Second);
    CHECK_PTR(IoGetDriverObjectExtension(KtestDriverObject, &ExtensionFirst), First);
    CHECK_PTR(IoGetDriverObjectExtension(KtestDriverObject, &ExtensionSecond), Second);
}

TEST(IoGetDriverObjectExtension, NoneForOtherAddresses)
{
    CHAR Local;

    CHECK_PTR(IoGetDriverObjectExtension(KtestDriverObject, &Local), NULL);
}
