/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Frees a block of special pool twice.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 * 0 0 0x20
 * detail: it has been freed before
 */
#include "pool_free_twice.c" /* with other flags another code */
