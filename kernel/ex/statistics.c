/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the pools hold, by tag and owner: counted when asked for by looking at every block, so that
 * allocating costs nothing for it.
 */
#include <string.h>

#include "ex/exp.h"

typedef struct EXP_COUNT {
    EX_POOL_USAGE *Usage;
    ULONG Room;
    ULONG Count;
} EXP_COUNT;

static ULONG_PTR ExpOwner(ULONG_PTR Site)
{
    UCHAR *Base;
    RUNTIME_FUNCTION *Table;
    ULONG Count;
    return KeImageLookup != NULL && KeImageLookup(Site, &Base, &Table, &Count) ? (ULONG_PTR)Base
                                                                               : 0;
}

static BOOLEAN ExpCountBlock(const EX_POOL_BLOCK *Block, void *Context)
{
    EXP_COUNT *Count = Context;
    ULONG_PTR Owner = ExpOwner(Block->Site);
    BOOLEAN Paged = (Block->Type & PagedPool) != 0;
    ULONG Index = 0;
    while (Index < Count->Count &&
        (Count->Usage[Index].Tag != Block->Tag || Count->Usage[Index].ImageBase != Owner ||
            Count->Usage[Index].Paged != Paged))
        Index++;
    if (Index == Count->Room)
        return TRUE; /* no room for another kind: those there are go on being counted */
    if (Index == Count->Count) {
        Count->Usage[Count->Count++] = (EX_POOL_USAGE){
            .Tag = Block->Tag, .ImageBase = Owner, .Paged = Paged};
    }
    Count->Usage[Index].Blocks++;
    Count->Usage[Index].Bytes += Block->Bytes;
    return TRUE;
}

ULONG ExQueryPoolUsage(EX_POOL_USAGE *Usage, ULONG Room)
{
    EXP_COUNT Count = {Usage, Room, 0};
    ExEnumeratePool(ExpCountBlock, &Count);
    return Count.Count;
}
