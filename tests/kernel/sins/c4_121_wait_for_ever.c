/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Waits at DISPATCH_LEVEL without a timeout.
 *
 * verify: standard
 * expect: BUGCHECK 0xC4 0x121 * object 0
 */
#include "c4_3b_wait_raised.c" /* with other flags another code */
