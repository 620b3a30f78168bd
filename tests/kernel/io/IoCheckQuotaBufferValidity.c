/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoCheckQuotaBufferValidity - lists of quotas, and what is wrong with them.
 */
#include "ktest.h"

#define SID_BYTES   12u /* with one authority below */
#define ENTRY_BYTES 56u

typedef struct QUOTA {
    ULONG NextEntryOffset;
    ULONG SidLength;
    LARGE_INTEGER ChangeTime, QuotaUsed, QuotaThreshold, QuotaLimit;
    UCHAR Revision, SubAuthorityCount, Authority[6];
    ULONG SubAuthority[2];
} QUOTA;

typedef NTSTATUS(NTAPI *CHECK_QUOTA)(PVOID Buffer, ULONG Length, PULONG ErrorOffset);

static VOID MakeTwo(QUOTA Entry[2])
{
    ULONG Index;

    RtlZeroMemory(Entry, 2 * sizeof(QUOTA));
    for (Index = 0; Index < 2; Index++) {
        Entry[Index].SidLength = SID_BYTES;
        Entry[Index].Revision = 1;
        Entry[Index].SubAuthorityCount = 1;
        Entry[Index].Authority[5] = 5;
        Entry[Index].SubAuthority[0] = 18;
    }
    Entry[0].NextEntryOffset = sizeof(QUOTA);
}

TEST(IoCheckQuotaBufferValidity, TakesAList)
{
    CHECK_QUOTA Check = (CHECK_QUOTA)KtestExport(L"IoCheckQuotaBufferValidity");
    ULONG Error = 77;
    QUOTA Entry[2];

    C_ASSERT(sizeof(QUOTA) == ENTRY_BYTES);
    if (!CHECK(Check != NULL))
        return;
    MakeTwo(Entry);
    CHECK_STATUS(Check(Entry, sizeof(QUOTA) + 40 + SID_BYTES, &Error), STATUS_SUCCESS);
    CHECK_STATUS(Check(&Entry[1], 40 + SID_BYTES, &Error), STATUS_SUCCESS);
}

TEST(IoCheckQuotaBufferValidity, NamesTheEntryAtFault)
{
    CHECK_QUOTA Check = (CHECK_QUOTA)KtestExport(L"IoCheckQuotaBufferValidity");
    ULONG Error = 77;
    QUOTA Entry[2];

    if (!CHECK(Check != NULL))
        return;
    MakeTwo(Entry);
    CHECK_STATUS(Check(Entry, sizeof(QUOTA) + 40 + SID_BYTES - 1, &Error),
                 STATUS_QUOTA_LIST_INCONSISTENT);
    CHECK_EQ(Error, sizeof(QUOTA));
    MakeTwo(Entry);
    Entry[1].SidLength = 8; /* the SID is longer */
    CHECK_STATUS(Check(Entry, sizeof(Entry), &Error), STATUS_QUOTA_LIST_INCONSISTENT);
    CHECK_EQ(Error, sizeof(QUOTA));
    MakeTwo(Entry);
    Entry[0].Revision = 9;
    CHECK_STATUS(Check(Entry, sizeof(Entry), &Error), STATUS_QUOTA_LIST_INCONSISTENT);
    CHECK_EQ(Error, 0);
    MakeTwo(Entry);
    Entry[0].NextEntryOffset = sizeof(QUOTA) - 2;
    CHECK_STATUS(Check(Entry, sizeof(Entry), &Error), STATUS_QUOTA_LIST_INCONSISTENT);
    CHECK_EQ(Error, 0);
    CHECK_STATUS(Check((PUCHAR)Entry + 2, sizeof(QUOTA), &Error), STATUS_DATATYPE_MISALIGNMENT);
}
