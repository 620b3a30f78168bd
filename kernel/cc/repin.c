/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Further references to mapped and pinned bytes, and what BCBs tell. */
#include "cc/ccp.h"

/*
 * CcRepinBcb - keep pinned bytes, without their lock, beyond CcUnpinData, until CcUnpinRepinnedBcb.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs/CcRepinBcb; OBS tests/kernel/cc/CcRepinBcb.c
 */
void NTAPI CcRepinBcb(void *Bcb)
{
    __atomic_add_fetch(&((CCP_BCB *)Bcb)->Pins, 1, __ATOMIC_ACQ_REL);
}

/*
 * CcUnpinRepinnedBcb - the reverse of CcRepinBcb.
 *
 * WriteThrough: what is dirty of it is written to the file first. IoStatus: how that went; without
 *          it SUCCESS.
 * IRQL:    PASSIVE_LEVEL
 * Source:  DOC ntifs/CcUnpinRepinnedBcb; OBS tests/kernel/cc/CcRepinBcb.c
 */
void NTAPI CcUnpinRepinnedBcb(void *Bcb, BOOLEAN WriteThrough, IO_STATUS_BLOCK *IoStatus)
{
    CCP_BCB *Pinned = Bcb;
    const LONGLONG Start = Pinned->Public.MappedFileOffset.QuadPart;
    *IoStatus = (IO_STATUS_BLOCK){.Status = STATUS_SUCCESS};
    if (WriteThrough)
        IoStatus->Status =
            CcpWrite(Pinned->View->Map, Start, Start + Pinned->Public.MappedLength, FALSE);
    CcpReleaseBcb(Pinned);
}

/*
 * CcRemapBcb - map once more what is mapped or pinned. It cannot fail.
 * Owner: caller; CcUnpinData. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs/CcRemapBcb; OBS
 * tests/kernel/cc/CcRepinBcb.c
 */
void *NTAPI CcRemapBcb(void *Bcb)
{
    CCP_VIEW *View = CcpViewOf(Bcb);
    CcpRepinView(View);
    return (void *)((ULONG_PTR)View | 1);
}

/*
 * CcGetFileObjectFromBcb - the file object whose requests the cache of the file makes.
 * IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs/CcGetFileObjectFromBcb; OBS
 * tests/kernel/cc/CcRepinBcb.c
 */
FILE_OBJECT *NTAPI CcGetFileObjectFromBcb(void *Bcb)
{
    return CcpViewOf(Bcb)->Map->File;
}
