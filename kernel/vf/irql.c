/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What drivers do to their IRQL and to the delivery of APCs: checks that are on whenever a driver
 * is verified. */
#include "vf/irql.h"
#include "vf/vfp.h"

void VfpCheckIrql(ULONG Code, BOOLEAN Holds, const void *Object, ULONG_PTR Site,
    const char *Routine, const char *Allowed)
{
    if (!Holds)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Code, KiGetIrql(), (ULONG_PTR)Object, 0, Site,
            "%s was called at IRQL %u; it may be called %s", Routine, KiGetIrql(), Allowed);
}

static void VfpCheckRaise(KIRQL NewIrql, ULONG_PTR Site)
{
    KIRQL Irql = KiGetIrql();
    if (NewIrql < Irql || NewIrql > HIGH_LEVEL)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x30, Irql, NewIrql, 0, Site,
            "the IRQL was to be raised from %u to %u", Irql, NewIrql);
}

static void VfpCheckLower(KIRQL NewIrql, ULONG_PTR Site)
{
    KIRQL Irql = KiGetIrql();
    if (NewIrql > Irql)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x31, Irql, NewIrql, 0, Site,
            "the IRQL was to be lowered from %u to %u", Irql, NewIrql);
    if (NewIrql < DISPATCH_LEVEL && KiCurrentThread()->ExecutingDpc)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x31, Irql, NewIrql, 1, Site,
            "the IRQL was to be lowered to %u in a DPC routine: it stays at DISPATCH_LEVEL there",
            NewIrql);
}

static KIRQL FASTCALL VfKfRaiseIrql(KIRQL NewIrql)
{
    VfpCheckRaise(NewIrql, VF_CALLER);
    VfpTrimFor(NewIrql);
    return KfRaiseIrql(NewIrql);
}

static void FASTCALL VfKfLowerIrql(KIRQL NewIrql)
{
    VfpCheckLower(NewIrql, VF_CALLER);
    KfLowerIrql(NewIrql);
}

static void NTAPI VfKeRaiseIrql(KIRQL NewIrql, KIRQL *OldIrql)
{
    VfpCheckRaise(NewIrql, VF_CALLER);
    KeRaiseIrql(NewIrql, OldIrql);
    VfpTrimFor(NewIrql);
}

static void NTAPI VfKeLowerIrql(KIRQL NewIrql)
{
    VfpCheckLower(NewIrql, VF_CALLER);
    KeLowerIrql(NewIrql);
}

static KIRQL NTAPI VfKeRaiseIrqlToDpcLevel(void)
{
    VfpCheckRaise(DISPATCH_LEVEL, VF_CALLER);
    VfpTrimFor(DISPATCH_LEVEL);
    return KeRaiseIrqlToDpcLevel();
}

static void NTAPI VfKeLeaveCriticalRegion(void)
{
    if (KiCurrentThread()->KernelApcDisable == 0)
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x3E, 0, 0, 0, VF_CALLER,
            "KeLeaveCriticalRegion was called by a thread that is in no critical region");
    KeLeaveCriticalRegion();
}

void VfpPrepareIrql(void)
{
    KeIrqlRaised = VfIsOn(VF_FORCE_IRQL) ? VfpTrimFor : NULL;
}

const LDR_REPLACEMENT VfpIrqlTable[] = {
    VF_REPLACE_CHECKING_IRQL(KfRaiseIrql, 0),
    VF_REPLACE_CHECKING_IRQL(KfLowerIrql, 0),
    VF_REPLACE_CHECKING_IRQL(KeRaiseIrql, 0),
    VF_REPLACE_CHECKING_IRQL(KeLowerIrql, 0),
    VF_REPLACE_CHECKING_IRQL(KeRaiseIrqlToDpcLevel, 0),
    VF_REPLACE(KeLeaveCriticalRegion, 0),
    VF_REPLACE_END,
};
