/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What 32-bit Windows exports, for checking the imports of x86 images on an x64 host: names,
 * versions and completeness, no addresses. The rows are the tables' own, read as an i386 build
 * reads them.
 */
#include "ldr/ldr.h"

#include <string.h>

#if defined(__x86_64__)
#undef __x86_64__
#define __i386__ 1

static const LDR_EXPORT LdrpNtoskrnlX86[] = {
#define LDRP_DEF "exports/ntoskrnl.def"
#define LDRP_MODULE "ntoskrnl.exe"
#include "ldr/rows.inc"
};

static const LDR_EXPORT LdrpHalX86[] = {
#define LDRP_DEF "exports/hal.def"
#define LDRP_MODULE "hal.dll"
#include "ldr/rows.inc"
};

static const LDR_EXPORT LdrpUsbdX86[] = {
#define LDRP_DEF "exports/usbd.def"
#define LDRP_MODULE "usbd.sys"
#include "ldr/rows.inc"
};

static const LDR_EXPORT LdrpWmilibX86[] = {
#define LDRP_DEF "exports/wmilib.def"
#define LDRP_MODULE "wmilib.sys"
#include "ldr/rows.inc"
};

static const struct {
    const char *Module;
    const LDR_EXPORT *Rows;
    ULONG Count;
} LdrpModulesX86[] = {
    {"ntoskrnl.exe", LdrpNtoskrnlX86, RTL_NUMBER_OF(LdrpNtoskrnlX86)},
    {"hal.dll", LdrpHalX86, RTL_NUMBER_OF(LdrpHalX86)},
    {"usbd.sys", LdrpUsbdX86, RTL_NUMBER_OF(LdrpUsbdX86)},
    {"wmilib.sys", LdrpWmilibX86, RTL_NUMBER_OF(LdrpWmilibX86)},
};

static const LDR_EXPORT *LdrpSearchX86(const LDR_EXPORT *Table, ULONG Count, const char *Name)
{
    ULONG First = 0;
    while (First < Count) {
        ULONG Middle = First + (Count - First) / 2;
        int Order = strcmp(Name, Table[Middle].Name);
        if (Order == 0)
            return &Table[Middle];
        if (Order < 0)
            Count = Middle;
        else
            First = Middle + 1;
    }
    return NULL;
}

const LDR_EXPORT *LdrFindModuleExportX86(const char *Module, const char *Name)
{
    const char *Kernel = LdrKernelModule(Module);
    char Plain[LDR_PLAIN_NAME_BYTES];

    for (ULONG Index = 0; Kernel != NULL && Index < RTL_NUMBER_OF(LdrpModulesX86); Index++) {
        if (strcmp(Kernel, LdrpModulesX86[Index].Module) == 0)
            return LdrpSearchX86(LdrpModulesX86[Index].Rows, LdrpModulesX86[Index].Count,
                LdrPlainName(Kernel, Name, Plain));
    }
    return NULL;
}
#else
const LDR_EXPORT *LdrFindModuleExportX86(const char *Module, const char *Name)
{
    return LdrFindModuleExport(Module, Name);
}
#endif
