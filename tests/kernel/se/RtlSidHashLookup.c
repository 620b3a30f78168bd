/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlSidHashInitialize, RtlSidHashLookup - a SID of many, also of those that have no bit.
 */
#include "se_test.h"

#define COUNT 100

/* SID_AND_ATTRIBUTES_HASH, which mingw's headers do not have everywhere. */
typedef struct HASH {
    ULONG SidCount;
    PSID_AND_ATTRIBUTES SidAttr;
    ULONG_PTR Hash[32];
} HASH;

static UCHAR Sids[COUNT + 1][12];
static SID_AND_ATTRIBUTES Array[COUNT];

static PSID Make(ULONG Index, ULONG Value)
{
    static const UCHAR Bytes[] = {1, 1, 0, 0, 0, 0, 0, 5};

    RtlCopyMemory(Sids[Index], Bytes, sizeof(Bytes));
    RtlCopyMemory(Sids[Index] + 8, &Value, sizeof(Value));
    return Sids[Index];
}

TEST(RtlSidHashLookup, FindsWhatIsThere)
{
    SE_LATER(RtlSidHashInitialize, NTSTATUS, PSID_AND_ATTRIBUTES, ULONG, HASH *);
    SE_LATER(RtlSidHashLookup, PSID_AND_ATTRIBUTES, HASH *, PSID);
    HASH Hash;
    ULONG Index, Wrong = 0;

    for (Index = 0; Index < COUNT; Index++) {
        Array[Index].Sid = Make(Index, Index * 3);
        Array[Index].Attributes = Index;
    }
    CHECK_STATUS(RtlSidHashInitialize(Array, COUNT, &Hash), STATUS_SUCCESS);
    for (Index = 0; Index < COUNT; Index++)
        Wrong += RtlSidHashLookup(&Hash, Sids[Index]) != &Array[Index];
    CHECK_EQ(Wrong, 0);
    CHECK_PTR(RtlSidHashLookup(&Hash, Make(COUNT, 1)), NULL);
    CHECK_PTR(RtlSidHashLookup(&Hash, Make(COUNT, 0x100)),
              NULL); /* the byte of one that is there */
    CHECK_PTR(RtlSidHashLookup(&Hash, SE_TEST_ADMINISTRATORS), NULL);
    CHECK_STATUS(RtlSidHashInitialize(NULL, 0, &Hash), STATUS_SUCCESS);
    CHECK_PTR(RtlSidHashLookup(&Hash, SE_TEST_WORLD), NULL);
}

TEST(RtlSidHashInitialize, NeedsAHashAndSids)
{
    SE_LATER(RtlSidHashInitialize, NTSTATUS, PSID_AND_ATTRIBUTES, ULONG, HASH *);
    HASH Hash;

    CHECK_STATUS(RtlSidHashInitialize(NULL, 1, &Hash), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(RtlSidHashInitialize(Array, 0, NULL), STATUS_INVALID_PARAMETER);
}
