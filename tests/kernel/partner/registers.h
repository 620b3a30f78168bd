/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * registers.h - the registers of a client's threads.
 */
#ifndef TESTS_KERNEL_PARTNER_REGISTERS_H
#define TESTS_KERNEL_PARTNER_REGISTERS_H

/* PARTNER_GET_REGISTERS, PARTNER_SET_REGISTERS; Handle: the thread's. */
NTSTATUS PartnerExchange(BOOLEAN Set, HANDLE Handle, PARTNER_REGISTERS *Registers);

#endif
