/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees paged pool at DISPATCH_LEVEL, with special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 2 1 block 0x31
 */
#include "pool_free_paged_raised.c" /* with other flags another code */
