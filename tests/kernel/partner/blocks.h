/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * blocks.h - between partner.c and blocks.c.
 */
#ifndef TESTS_KERNEL_PARTNER_BLOCKS_H
#define TESTS_KERNEL_PARTNER_BLOCKS_H

/* Reads the blocks of the current thread and its process; FromElsewhere: as a system thread
 * attached to it. */
NTSTATUS PartnerReadBlocks(BOOLEAN FromElsewhere, PARTNER_BLOCKS *Blocks);

#endif
