/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Writes into the bytes that alignment leaves behind a block of special pool.
 *
 * verify: special_pool
 * expect: BUGCHECK 0xC1 block end 0x14 0x24
 * detail: 20 bytes behind its start something was written
 */
#include "pool_overrun.c" /* with other flags another code */
