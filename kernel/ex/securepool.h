/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Secure pools; ex/securepool.c. */
#pragma once

#include "ex/ex.h"

#define EX_CREATE_SECURE_POOL 1u /* POOL_CREATE_FLG_SECURE_POOL */

NTSTATUS NTAPI ExCreatePool(ULONG Flags, ULONG_PTR Tag, const void *Params, HANDLE *PoolHandle);
void NTAPI ExDestroyPool(HANDLE PoolHandle);
NTSTATUS NTAPI ExSecurePoolUpdate(HANDLE SecurePoolHandle, ULONG Tag, void *Allocation,
    ULONG_PTR Cookie, SIZE_T Offset, SIZE_T Size, const void *Buffer);
ULONG NTAPI ExSecurePoolValidate(
    HANDLE SecurePoolHandle, ULONG Tag, void *Allocation, ULONG_PTR Cookie);
