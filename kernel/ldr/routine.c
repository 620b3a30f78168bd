/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Finding exports by name at run time, as drivers for several Windows versions do. */
#include "ldr/ldr.h"
#include "rtl/rtl.h"

/*
 * MmGetSystemRoutineAddress - address of an export of ntoskrnl.exe or hal.dll.
 *
 * Returns: NULL when the machine's Windows version has no such export, and also when dotsys has only a stub of it: a
 *          driver that asks is prepared to do without.
 * IRQL:    PASSIVE_LEVEL. Source: DOC wdm/MmGetSystemRoutineAddress.
 */
void *NTAPI MmGetSystemRoutineAddress(UNICODE_STRING *SystemRoutineName)
{
    char Name[128];
    if (RtlpToUtf8(SystemRoutineName, Name, sizeof(Name)) >= sizeof(Name))
        return NULL;
    const LDR_EXPORT *Export = LdrFindKernelExport(Name);
    return Export != NULL && LdrExportExists(Export, LdrTargetVersion) ? Export->Address : NULL;
}

const ULONG DotsysVersion = 1; /* tests of drivers tell by this export that they do not run on Windows */
