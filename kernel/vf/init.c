/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Which images are verified, what their imports are replaced by, and how a violation stops the machine. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "ke/kep.h"
#include "vf/vfp.h"

static const LDR_REPLACEMENT VfpNone[] = {VF_REPLACE_END};

/* The tables, one for each family of routines. */
static const LDR_REPLACEMENT *const VfpTables[] = {
    VfpNone,
};

static const char *VfpDrivers;

static BOOLEAN VfpIsVerified(const char *Name)
{
    const SIZE_T Length = strlen(Name);
    for (const char *Word = VfpDrivers; Word != NULL; Word = strchr(Word, ',') != NULL ? strchr(Word, ',') + 1 : NULL) {
        if (strcspn(Word, ",") == Length && strncasecmp(Word, Name, Length) == 0)
            return TRUE;
    }
    return FALSE;
}

static const LDR_REPLACEMENT *VfpFindReplacement(const char *Name)
{
    for (ULONG Table = 0; Table < RTL_NUMBER_OF(VfpTables); Table++) {
        for (const LDR_REPLACEMENT *Row = VfpTables[Table]; Row->Name != NULL; Row++) {
            if ((Row->Flags == 0 || VfIsOn(Row->Flags)) && strcmp(Row->Name, Name) == 0)
                return Row;
        }
    }
    return NULL;
}

void VfPrepare(ULONG Flags, const char *Drivers)
{
    KeVerifierFlags = Flags;
    VfpDrivers = Drivers;
    LdrCheckIrql = (Flags & VF_DDI) != 0;
    LdrIsVerified = Drivers != NULL ? VfpIsVerified : NULL;
    LdrFindReplacement = Flags != 0 ? VfpFindReplacement : NULL;
}

BOOLEAN VfIsVerifiedCode(ULONG_PTR Address)
{
    const LDR_IMAGE *Image = KeVerifierFlags != 0 ? LdrFindImage(Address) : NULL;
    return Image != NULL && Image->Verified;
}

ULONG VfpCaptureStack(ULONG_PTR *Frame, ULONG Room)
{
    CONTEXT Context;
    KiCaptureContext(&Context);
    return KiWalkStack(&Context, Frame, Room);
}

void VfStop(
    ULONG Code, ULONG_PTR P1, ULONG_PTR P2, ULONG_PTR P3, ULONG_PTR P4, ULONG_PTR Site, const char *Format, ...)
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
