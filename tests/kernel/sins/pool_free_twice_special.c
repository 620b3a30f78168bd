/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block of special pool twice, while blocks are tracked.
 *
 * verify: pool_tracking,special_pool
 * expect: BUGCHECK 0xC4 0x13 0 block *
 * detail: was freed twice
 * detail: where the block was freed first
 */
#include "pool_free_twice.c" /* with other flags another code */
