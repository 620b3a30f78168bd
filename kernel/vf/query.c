/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What a driver can ask of the verifier. */
#include "io/io.h"
#include "vf/query.h"
#include "vf/vfp.h"

/*
 * MmIsDriverVerifying - Driver Verifier looks at this driver. With --verify it does at every one,
 * or at those that were named.
 * IRQL: any. Source: DOC ntddk.
 */
LOGICAL NTAPI MmIsDriverVerifying(DRIVER_OBJECT *DriverObject)
{
    return DriverObject != NULL && VfIsVerifiedCode((ULONG_PTR)DriverObject->DriverStart);
}

/* MmIsDriverVerifyingByAddress - the same of the driver a routine is in; FALSE: in none. Source:
 * DOC ntddk. */
LOGICAL NTAPI MmIsDriverVerifyingByAddress(void *AddressWithinSection)
{
    return VfIsVerifiedCode((ULONG_PTR)AddressWithinSection);
}

/*
 * MmIsDriverSuspectForVerifier - the driver is one of those that Driver Verifier was told to look
 * at. IRQL: up to APC_LEVEL. Source: DOC wdm/MmIsDriverSuspectForVerifier; OBS
 * tests/kernel/mm/MmIsDriverSuspectForVerifier.c
 */
LOGICAL NTAPI MmIsDriverSuspectForVerifier(DRIVER_OBJECT *DriverObject)
{
    return MmIsDriverVerifying(DriverObject);
}

/*
 * MmIsVerifierEnabled - Driver Verifier is on, and what it looks at.
 * VerifierFlags: 0 when it is not. Returns: SUCCESS; NOT_SUPPORTED: it is off. Source: DOC ntddk
 * (obsolete).
 */
NTSTATUS NTAPI MmIsVerifierEnabled(ULONG *VerifierFlags)
{
    *VerifierFlags = KeVerifierFlags;
    return KeVerifierFlags != 0 ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
}

/* What a verified driver asks for by name goes the way of its imports. */
static void *NTAPI VfMmGetSystemRoutineAddress(UNICODE_STRING *SystemRoutineName)
{
    void *Routine = MmGetSystemRoutineAddress(SystemRoutineName);
    const LDR_REPLACEMENT *Replacement = Routine != NULL ? LdrFindReplacement(Routine) : NULL;
    return Replacement != NULL ? (void *)(ULONG_PTR)Replacement->Routine : Routine;
}

const LDR_REPLACEMENT VfpQueryTable[] = {
    VF_REPLACE(MmGetSystemRoutineAddress, 0),
    VF_REPLACE_END,
};
