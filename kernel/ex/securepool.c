/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Secure pools: memory a hypervisor keeps from the kernel itself. There is none without
 * virtualization-based security, as on most machines, so nobody has a pool these could work on.
 */
#include "ex/securepool.h"

/*
 * ExCreatePool - make a secure pool.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: INVALID_PARAMETER: Flags ask for no secure pool; NOT_SUPPORTED: there are none here.
 * Source:  DOC wdm/ExCreatePool, secure pools need virtualization-based security; INF the statuses;
 *          OBS tests/kernel/ex/ExCreatePool.c
 */
NTSTATUS NTAPI ExCreatePool(ULONG Flags, ULONG_PTR Tag, const void *Params, HANDLE *PoolHandle)
{
    (void)Tag, (void)Params, (void)PoolHandle;
    return Flags == EX_CREATE_SECURE_POOL ? STATUS_NOT_SUPPORTED : STATUS_INVALID_PARAMETER;
}

/*
 * ExDestroyPool - end one: there is none. IRQL: PASSIVE_LEVEL. Source: DOC wdm/ExDestroyPool; OBS
 * as above.
 */
void NTAPI ExDestroyPool(HANDLE PoolHandle)
{
    (void)PoolHandle;
}

/*
 * ExSecurePoolUpdate - write to a block of a secure pool.
 * IRQL: PASSIVE_LEVEL. Returns: INVALID_HANDLE: no pool has that. Source: DOC
 *          wdm/ExSecurePoolUpdate; INF the status; OBS as above.
 */
NTSTATUS NTAPI ExSecurePoolUpdate(HANDLE SecurePoolHandle, ULONG Tag, void *Allocation,
    ULONG_PTR Cookie, SIZE_T Offset, SIZE_T Size, const void *Buffer)
{
    (void)SecurePoolHandle, (void)Tag, (void)Allocation, (void)Cookie, (void)Offset, (void)Size,
        (void)Buffer;
    return STATUS_INVALID_HANDLE;
}

/*
 * ExSecurePoolValidate - whether a block is of a secure pool: 0, no. IRQL: PASSIVE_LEVEL.
 * Source: DOC wdm; OBS as above.
 */
ULONG NTAPI ExSecurePoolValidate(
    HANDLE SecurePoolHandle, ULONG Tag, void *Allocation, ULONG_PTR Cookie)
{
    (void)SecurePoolHandle, (void)Tag, (void)Allocation, (void)Cookie;
    return 0;
}
