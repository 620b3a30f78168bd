/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * ExAllocatePool3, ExFreePool2 - pool with parameters of its own. Windows 10 2004 and later: the
 * addresses are looked up, so that the driver loads on older ones, where these tests are skipped.
 */
#include "pool_test.h"

#define FLAG_RAISE_ON_FAILURE 0x20ull
#define FLAG_UNINITIALIZED 0x2ull
#define FLAG_NON_PAGED        0x40ull
#define FLAG_PAGED            0x100ull

#define TYPE_PRIORITY  1
#define TYPE_NUMA_NODE 3
#define TYPE_UNKNOWN   77
#define IS_OPTIONAL       0x100ull

typedef struct PARAMETER {
    ULONG64 TypeAndOptional;
    ULONG64 Value;
} PARAMETER;

typedef PVOID(NTAPI *ALLOCATE_POOL_3)(ULONG64 Flags, SIZE_T NumberOfBytes, ULONG Tag,
                                      const PARAMETER *Parameters, ULONG Count);
typedef VOID(NTAPI *FREE_POOL_2)(PVOID Block, ULONG Tag, const PARAMETER *Parameters, ULONG Count);

static ALLOCATE_POOL_3 Allocate;
static FREE_POOL_2 Free;

static BOOLEAN Find(VOID)
{
    Allocate = (ALLOCATE_POOL_3)KtestExport(L"ExAllocatePool3");
    Free = (FREE_POOL_2)KtestExport(L"ExFreePool2");
    if (Allocate == NULL || Free == NULL)
        skip("this Windows has no ExAllocatePool3");
    return Allocate != NULL && Free != NULL;
}

static VOID CheckBlock(UCHAR *Block, SIZE_T Size)
{
    if (!CHECK(Block != NULL))
        return;
    CHECK(PoolTestIsAligned(Block, POOL_TEST_ALIGNMENT));
    CHECK(PoolTestIsFilled(Block, Size, 0));
    RtlFillMemory(Block, Size, 0x5A);
    Free(Block, POOL_TEST_TAG, NULL, 0);
}

TEST(ExAllocatePool3, WithoutParametersIsAllocatePool2)
{
    ULONG Round;

    for (Round = 0; Find() && Round < 8; Round++)
        CheckBlock(Allocate(FLAG_NON_PAGED, 200, POOL_TEST_TAG, NULL, 0), 200);
}

TEST(ExAllocatePool3, TakesAPriorityAndANode)
{
    static const PARAMETER Parameters[] = {
        {TYPE_PRIORITY, NormalPoolPriority}, {TYPE_NUMA_NODE, 0}};

    if (Find())
        CheckBlock(Allocate(FLAG_PAGED, 100, POOL_TEST_TAG, Parameters, 2), 100);
}

TEST(ExAllocatePool3, UnknownParametersMustBeOptional)
{
    static const PARAMETER Required = {TYPE_UNKNOWN, 0}, Optional = {TYPE_UNKNOWN | IS_OPTIONAL, 0};

    if (!Find())
        return;
    CHECK_PTR(Allocate(FLAG_PAGED, 100, POOL_TEST_TAG, &Required, 1), NULL);
    CheckBlock(Allocate(FLAG_PAGED, 100, POOL_TEST_TAG, &Optional, 1), 100);
}

TEST(ExAllocatePool3, BadRequestsAreNullOrRaise)
{
    volatile BOOLEAN Raised = FALSE;

    if (!Find())
        return;
    CHECK_PTR(Allocate(0, 100, POOL_TEST_TAG, NULL, 0), NULL);
    CHECK_PTR(Allocate(FLAG_PAGED, 100, 0, NULL, 0), NULL);
    CHECK_PTR(Allocate(FLAG_NON_PAGED, POOL_TEST_TOO_MUCH, POOL_TEST_TAG, NULL, 0), NULL);
    __try {
        Allocate(
            FLAG_NON_PAGED | FLAG_RAISE_ON_FAILURE, POOL_TEST_TOO_MUCH, POOL_TEST_TAG, NULL, 0);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Raised = TRUE;
    }
    CHECK(Raised);
}

TEST(ExFreePool2, BlocksComeBack)
{
    ULONG Round;

    for (Round = 0; Find() && Round < 40; Round++) {
        PVOID Block = Allocate(
            FLAG_NON_PAGED | FLAG_UNINITIALIZED, 16 * 1024 * 1024, POOL_TEST_TAG, NULL, 0);

        if (!CHECK(Block != NULL))
            return;
        Free(Block, POOL_TEST_TAG, NULL, 0);
    }
}
