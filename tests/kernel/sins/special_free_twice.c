/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block of special pool twice.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 block 0 0 0x20
 * detail: it has been freed before
 * detail: where the block was freed\n +00 [0-9a-f]+ special_free_twice\.sys\+0x[0-9a-f]+  _?Sin
 * detail: where the block was allocated\n +00 [0-9a-f]+ special_free_twice\.sys\+0x[0-9a-f]+  _?Sin
 */
#include "pool_free_twice.c" /* with other flags another code */
