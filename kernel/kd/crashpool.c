/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The pool blocks a crash is about: those that the bugcheck's parameters, or the address that was
 * touched, lie in or behind. */
#include "io/iop.h"
#include "kd/crashp.h"

static void KdpCollectPool(KD_CRASH *Crash, ULONG64 Address, ULONG Parameter)
{
    EX_POOL_PLACE Place;
    if (Crash->PoolCount == KD_CRASH_POOLS || Address != (ULONG_PTR)Address ||
        !ExFindPoolPlace((ULONG_PTR)Address, &Place))
        return;
    for (ULONG Index = 0; Index < Crash->PoolCount; Index++) {
        if (Crash->Pool[Index].Block == (ULONG_PTR)Place.Block.Address)
            return;
    }
    Crash->Pool[Crash->PoolCount++] = (KD_CRASH_POOL){
        .Asked = Address,
        .Parameter = Parameter,
        .Tag = Place.Block.Tag,
        .Block = (ULONG_PTR)Place.Block.Address,
        .Bytes = Place.Block.Bytes,
        .Site = Place.Block.Site,
        .Paged = (Place.Block.Type & PagedPool) != 0,
        .Freed = Place.Freed,
    };
}

void KdpCollectPools(KD_CRASH *Crash)
{
    if (Crash->IsException && Crash->ExceptionCode == (ULONG)STATUS_ACCESS_VIOLATION)
        KdpCollectPool(Crash, Crash->ExceptionInformation[1], 0);
    for (ULONG Index = 0; Index < 4; Index++)
        KdpCollectPool(Crash, Crash->Parameter[Index], Index + 1);
}
