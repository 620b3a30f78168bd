/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * FsRtlInitializeTunnelCache, FsRtlAddToTunnelCache, FsRtlFindInTunnelCache,
 * FsRtlDeleteKeyFromTunnelCache, FsRtlDeleteTunnelCache - what is remembered of names that were
 * taken away.
 */
#include <ntifs.h>

#include "ktest.h"

static TUNNEL Cache;

static VOID Add(
    ULONGLONG Directory, const WCHAR *Short, const WCHAR *Long, BOOLEAN ByShort, ULONG Data)
{
    UNICODE_STRING ShortName, LongName;

    RtlInitUnicodeString(&ShortName, Short);
    RtlInitUnicodeString(&LongName, Long);
    FsRtlAddToTunnelCache(&Cache, Directory, &ShortName, &LongName, ByShort, sizeof(Data), &Data);
}

/* What is found, 0: nothing. Its names have to be these. */
static ULONG Find(ULONGLONG Directory, const WCHAR *Wanted, const WCHAR *Short, const WCHAR *Long)
{
    WCHAR ShortRoom[12], LongRoom[8];
    UNICODE_STRING Name, Expected;
    UNICODE_STRING ShortName = {0, sizeof(ShortRoom), ShortRoom},
                   LongName = {0, sizeof(LongRoom), LongRoom};
    ULONG Data = 0, Bytes = sizeof(Data);

    RtlInitUnicodeString(&Name, Wanted);
    if (!FsRtlFindInTunnelCache(&Cache, Directory, &Name, &ShortName, &LongName, &Bytes, &Data))
        return 0;
    CHECK_EQ(Bytes, sizeof(Data));
    RtlInitUnicodeString(&Expected, Short);
    CHECK(RtlEqualUnicodeString(&ShortName, &Expected, FALSE));
    RtlInitUnicodeString(&Expected, Long);
    CHECK(RtlEqualUnicodeString(&LongName, &Expected, FALSE));
    if (Expected.Length > sizeof(LongRoom)) {
        CHECK(LongName.Buffer != LongRoom);
        ExFreePool(LongName.Buffer);
    } else {
        CHECK_PTR(LongName.Buffer, LongRoom);
    }
    return Data;
}

TEST(FsRtlFindInTunnelCache, FindsByDirectoryAndName)
{
    FsRtlInitializeTunnelCache(&Cache);
    CHECK_EQ(Find(1, L"long", L"", L""), 0);
    Add(1, L"SHORT~1", L"long", FALSE, 11);
    Add(2, L"SHORT~1", L"long", FALSE, 22);
    CHECK_EQ(Find(1, L"long", L"SHORT~1", L"long"), 11);
    CHECK_EQ(Find(2, L"LONG", L"SHORT~1", L"long"), 22);
    CHECK_EQ(Find(3, L"long", L"", L""), 0);
    CHECK_EQ(Find(1, L"SHORT~1", L"", L""), 0); /* it is known by the other */
    FsRtlDeleteTunnelCache(&Cache);
}

TEST(FsRtlAddToTunnelCache, ShortNamesCanBeTheKey)
{
    FsRtlInitializeTunnelCache(&Cache);
    Add(1, L"SHORT~1", L"a name that is longer", TRUE, 33);
    CHECK_EQ(Find(1, L"short~1", L"SHORT~1", L"a name that is longer"), 33);
    CHECK_EQ(Find(1, L"a name that is longer", L"", L""), 0);
    FsRtlDeleteTunnelCache(&Cache);
}

TEST(FsRtlAddToTunnelCache, TheLastOneCounts)
{
    FsRtlInitializeTunnelCache(&Cache);
    Add(1, L"ONE", L"name", FALSE, 1);
    Add(1, L"TWO", L"NAME", FALSE, 2);
    CHECK_EQ(Find(1, L"name", L"TWO", L"NAME"), 2);
    FsRtlDeleteTunnelCache(&Cache);
}

TEST(FsRtlDeleteKeyFromTunnelCache, ForgetsADirectory)
{
    FsRtlInitializeTunnelCache(&Cache);
    Add(1, L"", L"a", FALSE, 1);
    Add(2, L"", L"a", FALSE, 2);
    Add(1, L"", L"b", FALSE, 3);
    FsRtlDeleteKeyFromTunnelCache(&Cache, 1);
    CHECK_EQ(Find(1, L"a", L"", L""), 0);
    CHECK_EQ(Find(1, L"b", L"", L""), 0);
    CHECK_EQ(Find(2, L"a", L"", L"a"), 2);
    FsRtlDeleteKeyFromTunnelCache(&Cache, 77);
    FsRtlDeleteTunnelCache(&Cache);
}
