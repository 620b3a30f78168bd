/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The lock under which file systems change volume parameter blocks, and look at those of others. */
#include "io/iop.h"

static KSPIN_LOCK IopVpbLock;

/* IoAcquireVpbSpinLock - take it and raise to DISPATCH_LEVEL. IRQL: up to DISPATCH_LEVEL. Source: DOC ntifs; OBS tests/kernel/io. */
void NTAPI IoAcquireVpbSpinLock(KIRQL *Irql)
{
    *Irql = KeAcquireSpinLockRaiseToDpc(&IopVpbLock);
}

/* IoReleaseVpbSpinLock - let it go, back to Irql. IRQL: DISPATCH_LEVEL. Source: DOC ntifs; OBS tests/kernel/io. */
void NTAPI IoReleaseVpbSpinLock(KIRQL Irql)
{
    KeReleaseSpinLock(&IopVpbLock, Irql);
}
