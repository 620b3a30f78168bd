/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Releases a spin lock it has not acquired.
 *
 * verify: ddi_more
 * expect: BUGCHECK 0xC4 0x4000B * lock 0
 */
#include "c4_1007_not_acquired.c" /* with other flags another code */
