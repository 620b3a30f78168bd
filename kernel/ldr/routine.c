/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The addresses drivers have of the kernel's functions; and finding exports by name at run time, as
 * drivers for several Windows versions do.
 */
#include <string.h>

#include "ke/servicetable.h"
#include "ldr/ldr.h"
#include "rtl/rtl.h"

#if defined(__i386__)
static BOOLEAN LdrpIsService(const LDR_EXPORT *Export)
{
    return Export->Address != NULL && Export->Convention == LDR_STDCALL &&
        strncmp(Export->Name, "Zw", 2) == 0;
}

void LdrListServices(void)
{
    ULONG Count;
    const LDR_EXPORT *Exports = LdrKernelExports(&Count);
    for (ULONG Index = 0; Index < Count; Index++) {
        if (LdrpIsService(&Exports[Index]))
            KeAddService(Exports[Index].Address, Exports[Index].ArgBytes);
    }
}

/* A service is called through its stub, whose number is its place among the services. */
const void *LdrRoutine(const LDR_EXPORT *Export)
{
    ULONG Count, Number = 0;
    const LDR_EXPORT *Exports = LdrKernelExports(&Count);
    if (!LdrpIsService(Export))
        return Export->Address;
    for (; Exports < Export; Exports++)
        Number += LdrpIsService(Exports);
    const void *Stub = KeServiceStub(Number);
    return Stub != NULL ? Stub : Export->Address;
}
#else
void LdrListServices(void)
{
}

const void *LdrRoutine(const LDR_EXPORT *Export)
{
    return Export->Address;
}
#endif

/*
 * MmGetSystemRoutineAddress - address of an export of ntoskrnl.exe or hal.dll.
 *
 * Returns: NULL when the machine's Windows version has no such export, and also when dotsys has
 *          only a stub of it: a driver that asks is prepared to do without.
 * IRQL:    PASSIVE_LEVEL. Source: DOC wdm/MmGetSystemRoutineAddress.
 */
void *NTAPI MmGetSystemRoutineAddress(UNICODE_STRING *SystemRoutineName)
{
    char Name[128];
    if (RtlpToUtf8(SystemRoutineName, Name, sizeof(Name)) >= sizeof(Name))
        return NULL;
    const LDR_EXPORT *Export = LdrFindKernelExport(Name);
    return Export != NULL && LdrExportExists(Export, LdrTargetVersion)
        ? (void *)(ULONG_PTR)LdrRoutine(Export)
        : NULL;
}

const ULONG DotsysVersion = 1; /* tests of drivers tell by this export that they do not run on
                                  Windows */
