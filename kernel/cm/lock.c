/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The lock of the registry: a mutex, as the storage may block under it and the tree is changed at
 * PASSIVE_LEVEL only. It may be taken again by its owner, which a deletion that ob runs late makes
 * use of.
 */
#include "cm/cmp.h"
#include "ke/ordered.h"

static KMUTEX CmpMutex;
KSPIN_LOCK CmpSecurityLock;

void CmpResetLocks(void)
{
    KeInitializeMutex(&CmpMutex, 0);
    CmpSecurityLock = 0;
}

void CmpAcquire(void)
{
    if (KiHostThread != NULL)
        KiAcquireMutex(&CmpMutex);
}

void CmpRelease(void)
{
    if (KiHostThread != NULL)
        KiReleaseMutex(&CmpMutex);
}
