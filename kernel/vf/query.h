/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports about the verifier; vf/query.c. */
#pragma once

#include "ps/ps.h"

LOGICAL NTAPI MmIsDriverVerifying(struct _DRIVER_OBJECT *DriverObject);
LOGICAL NTAPI MmIsDriverVerifyingByAddress(void *AddressWithinSection);
LOGICAL NTAPI MmIsDriverSuspectForVerifier(struct _DRIVER_OBJECT *DriverObject);
NTSTATUS NTAPI MmIsVerifierEnabled(ULONG *VerifierFlags);
