/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * RtlQueryTimeZoneInformation, RtlSetTimeZoneInformation, RtlQueryDynamicTimeZoneInformation,
 * RtlSetDynamicTimeZoneInformation - the time zone in the registry.
 */
#include "ktest.h"

typedef struct ZONE {
    LONG Bias;
    WCHAR StandardName[32];
    TIME_FIELDS StandardStart;
    LONG StandardBias;
    WCHAR DaylightName[32];
    TIME_FIELDS DaylightStart;
    LONG DaylightBias;
} ZONE;

typedef struct DYNAMIC {
    ZONE Zone;
    WCHAR TimeZoneKeyName[128];
    BOOLEAN DynamicDaylightTimeDisabled;
} DYNAMIC;

NTSYSAPI NTSTATUS NTAPI RtlQueryTimeZoneInformation(ZONE *Zone);
NTSYSAPI NTSTATUS NTAPI RtlSetTimeZoneInformation(ZONE *Zone);

static DYNAMIC Now, Later;

static BOOLEAN Same(const VOID *One, const VOID *Other, SIZE_T Bytes)
{
    return RtlCompareMemory(One, Other, Bytes) == Bytes;
}

static LONG RegistryBias(VOID)
{
    RTL_QUERY_REGISTRY_TABLE Table[2] = {{0}};
    LONG Bias = 12345;

    Table[0].Flags = RTL_QUERY_REGISTRY_DIRECT | RTL_QUERY_REGISTRY_REQUIRED;
    Table[0].Name = L"Bias";
    Table[0].EntryContext = &Bias;
    CHECK_STATUS(RtlQueryRegistryValues(
                     RTL_REGISTRY_CONTROL, L"TimeZoneInformation", Table, NULL, NULL),
        STATUS_SUCCESS);
    return Bias;
}

TEST(RtlQueryTimeZoneInformation, IsWhereTheMachineIs)
{
    if (!CHECK_STATUS(RtlQueryTimeZoneInformation(&Now.Zone), STATUS_SUCCESS))
        return;
    CHECK(Now.Zone.Bias >= -14 * 60 && Now.Zone.Bias <= 14 * 60);
    CHECK(Now.Zone.StandardName[0] != 0);
}

TEST(RtlSetTimeZoneInformation, IsWhatIsAskedNext)
{
    if (!CHECK_STATUS(RtlQueryTimeZoneInformation(&Now.Zone), STATUS_SUCCESS))
        return;
    Later.Zone = Now.Zone;
    Later.Zone.Bias = Now.Zone.Bias == 60 ? 120 : 60;
    CHECK_STATUS(RtlSetTimeZoneInformation(&Later.Zone), STATUS_SUCCESS);
    CHECK_EQ(RegistryBias(), Later.Zone.Bias);
    CHECK_STATUS(RtlSetTimeZoneInformation(&Now.Zone), STATUS_SUCCESS);
    CHECK_STATUS(RtlQueryTimeZoneInformation(&Later.Zone), STATUS_SUCCESS);
    CHECK(Same(&Now.Zone, &Later.Zone, sizeof(ZONE)));
}

TEST(RtlQueryDynamicTimeZoneInformation, HasTheSameZone)
{
    NTSTATUS(NTAPI *Query)(DYNAMIC *Zone) =
        (PVOID)KtestExport(L"RtlQueryDynamicTimeZoneInformation");

    if (Query == NULL) {
        skip("newer than this Windows");
        return;
    }
    CHECK_STATUS(RtlQueryTimeZoneInformation(&Now.Zone), STATUS_SUCCESS);
    CHECK_STATUS(Query(&Later), STATUS_SUCCESS);
    CHECK_EQ(Later.Zone.Bias, Now.Zone.Bias);
}

TEST(RtlSetDynamicTimeZoneInformation, IsWhatIsAskedNext)
{
    NTSTATUS(NTAPI *Query)(DYNAMIC *Zone) =
        (PVOID)KtestExport(L"RtlQueryDynamicTimeZoneInformation");
    NTSTATUS(NTAPI *Set)(DYNAMIC *Zone) =
        (PVOID)KtestExport(L"RtlSetDynamicTimeZoneInformation");

    if (Query == NULL || Set == NULL) {
        skip("newer than this Windows");
        return;
    }
    if (!CHECK_STATUS(Query(&Now), STATUS_SUCCESS))
        return;
    Later = Now;
    RtlCopyMemory(Later.TimeZoneKeyName, L"Test Zone", 20);
    CHECK_STATUS(Set(&Later), STATUS_SUCCESS);
    RtlZeroMemory(&Later, sizeof(Later));
    CHECK_STATUS(Query(&Later), STATUS_SUCCESS);
    CHECK(Same(Later.TimeZoneKeyName, L"Test Zone", 20));
    CHECK_STATUS(Set(&Now), STATUS_SUCCESS);
    CHECK_STATUS(Query(&Later), STATUS_SUCCESS);
    CHECK_EQ(Later.Zone.Bias, Now.Zone.Bias);
}
