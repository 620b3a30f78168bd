/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * KeAddSystemServiceTable and KeRemoveSystemServiceTable - the system's own tables stay, and there
 * is no place for another; the maps of ports of x86.
 */
#include <ntddk.h>

#include "ktest.h"

typedef BOOLEAN(NTAPI *ADD)(PULONG_PTR, PULONG, ULONG, PUCHAR, ULONG);
typedef BOOLEAN(NTAPI *REMOVE)(ULONG);
typedef BOOLEAN(NTAPI *IO_MAP)(ULONG, PVOID);
typedef BOOLEAN(NTAPI *IO_PROCESS)(PVOID, ULONG);

TEST(KeAddSystemServiceTable, PlacesThatAreTakenOrAreNone)
{
    static ULONG_PTR Services[1];
    static UCHAR Arguments[1];
    ADD Add = (ADD)KtestExport(L"KeAddSystemServiceTable");

    if (Add == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK(!Add(Services, NULL, 1, Arguments, 0));
    CHECK(!Add(Services, NULL, 1, Arguments, 99));
}

TEST(KeRemoveSystemServiceTable, TheSystemsOwn)
{
    REMOVE Remove = (REMOVE)KtestExport(L"KeRemoveSystemServiceTable");

    if (Remove == NULL) {
        skip("not on this Windows");
        return;
    }
    CHECK(!Remove(0));
    CHECK(!Remove(99));
}

TEST(Ke386SetIoAccessMap, TheMapThatCanBeSet)
{
    IO_MAP Set = (IO_MAP)KtestExport(L"Ke386SetIoAccessMap"),
           Query = (IO_MAP)KtestExport(L"Ke386QueryIoAccessMap");
    PUCHAR Before, Map;

    if (Set == NULL || Query == NULL) {
        skip("on x86 only");
        return;
    }
    Before = ExAllocatePoolWithTag(NonPagedPool, 8192, 'oiKT');
    Map = ExAllocatePoolWithTag(NonPagedPool, 8192, 'oiKT');
    if (!CHECK(Before != NULL && Map != NULL))
        return;
    CHECK(Query(1, Before));
    RtlCopyMemory(Map, Before, 8192);
    Map[0x378 / 8] = 0;
    CHECK(Set(1, Map));
    RtlFillMemory(Map, 8192, 0xEE);
    CHECK(Query(1, Map));
    CHECK_EQ(Map[0x378 / 8], 0);
    CHECK_EQ(Map[0], Before[0]);
    CHECK(Set(1, Before));
    CHECK(!Set(0, Before));
    CHECK(!Set(77, Before));
    ExFreePool(Before);
    ExFreePool(Map);
}

TEST(Ke386QueryIoAccessMap, TheMapOfNoPort)
{
    IO_MAP Query = (IO_MAP)KtestExport(L"Ke386QueryIoAccessMap");
    PUCHAR Map;

    if (Query == NULL) {
        skip("on x86 only");
        return;
    }
    Map = ExAllocatePoolWithTag(NonPagedPool, 8192, 'oiKT');
    if (!CHECK(Map != NULL))
        return;
    CHECK(Query(0, Map));
    CHECK_EQ(Map[0], 0xFF);
    CHECK_EQ(Map[8000], 0xFF);
    CHECK(!Query(77, Map));
    ExFreePool(Map);
}

TEST(Ke386IoSetAccessProcess, MapsThereAre)
{
    IO_PROCESS Set = (IO_PROCESS)KtestExport(L"Ke386IoSetAccessProcess");

    if (Set == NULL) {
        skip("on x86 only");
        return;
    }
    CHECK(Set(PsGetCurrentProcess(), 1));
    CHECK(Set(PsGetCurrentProcess(), 0));
    CHECK(!Set(PsGetCurrentProcess(), 77));
}
