/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Which images are verified, what their imports are replaced by, and how a violation stops the
 * machine. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ke/stack.h"
#include "vf/ddi.h"
#include "vf/deadlock.h"
#include "vf/delay.h"
#include "vf/dma.h"
#include "vf/irql.h"
#include "vf/pool.h"
#include "vf/request.h"
#include "vf/vfp.h"

/* The tables, one for each family of routines. */
static const LDR_REPLACEMENT *const VfpTables[] = {
    VfpIrpTable,
    VfpMdlTable,
    VfpCodeTable,
    VfpZwTable,
    VfpDmaTable,
    VfpDmaTransferTable,
    VfpPoolTable,
    VfpLiveTable,
    VfpReferenceTable,
    VfpStringTable,
    VfpRegistrationTable,
    VfpCopyTable,
    VfpIrqlTable,
    VfpQueryTable,
    VfpSpinLockTable,
    VfpMutexTable,
    VfpWaitTable,
    VfpDdiTable,
};

static const char *VfpDrivers;

static BOOLEAN VfpIsVerified(const char *Name)
{
    const SIZE_T Length = strlen(Name);
    for (const char *Word = VfpDrivers; Word != NULL;
         Word = strchr(Word, ',') != NULL ? strchr(Word, ',') + 1 : NULL) {
        if (strcspn(Word, ",") == Length && strncasecmp(Word, Name, Length) == 0)
            return TRUE;
    }
    return FALSE;
}

static const LDR_REPLACEMENT *VfpFindReplacement(const void *Export)
{
    for (ULONG Table = 0; Table < RTL_NUMBER_OF(VfpTables); Table++) {
        for (const LDR_REPLACEMENT *Row = VfpTables[Table]; Row->Export != NULL; Row++) {
            if (Row->Export == Export && (Row->Flags == 0 || VfIsOn(Row->Flags)))
                return Row;
        }
    }
    return NULL;
}

void VfPrepare(ULONG Flags, const char *Drivers)
{
    if (Flags & (VF_ENHANCED_IO | VF_FORCE_PENDING | VF_IRP_LOGGING | VF_MDL_STACK | VF_MDL_DRIVER))
        Flags |= VF_IO; /* which they are parts of */
    KeVerifierFlags = Flags;
    IoVerifier = VfpRequestVerifier();
    LdrImagePlaced = Flags & VF_CODE_INTEGRITY ? VfpCheckImage : NULL;
#ifndef __SANITIZE_ADDRESS__ /* whose frames are larger */
    KeStackBytes = Flags & VF_MISC ? KE_WINDOWS_STACK_BYTES : 0;
#endif
    KiResetLockOrder((Flags & VF_DEADLOCK) != 0);
    VfpResetDeadlock();
    VfpPrepareIrql();
    VfpPrepareDelays((Flags & (VF_DELAY | VF_POWER_DELAY)) != 0);
    VfpPrepareDma();
    VfpDrivers = Drivers;
    LdrCheckIrql = (Flags & VF_DDI) != 0;
    LdrPageSections = (Flags & VF_FORCE_IRQL) != 0;
    LdrIsVerified = Drivers != NULL ? VfpIsVerified : NULL;
    LdrFindReplacement = Flags != 0 ? VfpFindReplacement : NULL;
    VfpPreparePool();
}

BOOLEAN VfIsVerifiedCode(ULONG_PTR Address)
{
    const LDR_IMAGE *Image = KeVerifierFlags != 0 ? LdrFindImage(Address) : NULL;
    return Image != NULL && Image->Verified;
}

void VfStop(ULONG Code, ULONG_PTR P1, ULONG_PTR P2, ULONG_PTR P3, ULONG_PTR P4, ULONG_PTR Site,
    const char *Format, ...)
{
    const ULONG_PTR Parameter[4] = {P1, P2, P3, P4};
    char Detail[256];
    CONTEXT Context;
    va_list Arguments;

    va_start(Arguments, Format);
    vsnprintf(Detail, sizeof(Detail), Format, Arguments);
    va_end(Arguments);
    KiCaptureContext(&Context);
    KeBlame(Site);
    KeBugCheckAt(Code, Parameter, &Context, Detail);
}
