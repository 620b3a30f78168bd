/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What 32-bit Windows exports, for checking the imports of x86 images on an x64 host: names, versions and completeness, no
 * addresses. The rows are the tables' own, read as an i386 build reads them.
 */
#include "ldr/ldr.h"

#include <string.h>

#if defined(__x86_64__)
#undef __x86_64__
#define __i386__ 1

#define LDRP_ROW(Name, Module, Since, Last, Completeness) \
    {#Name, Module, NULL, -1, LDR_STDCALL, ANY_LEVEL, Since, Last, Completeness},

static const LDR_EXPORT LdrpNtoskrnlX86[] = {
#define STUB(Name, Convention, ArgBytes, MaxIrql, Since, Last) \
    LDRP_ROW(Name, "ntoskrnl.exe", WINVER_##Since, WINVER_##Last, LDR_STUB)
#define STUB_DATA(Name, Since, Last) LDRP_ROW(Name, "ntoskrnl.exe", WINVER_##Since, WINVER_##Last, LDR_STUB)
#define EXPORT(Name, Convention, ArgBytes, MaxIrql, Since, Last, Completeness) \
    LDRP_ROW(Name, "ntoskrnl.exe", WINVER_##Since, WINVER_##Last, LDR_##Completeness)
#define EXPORT_AS(Name, Symbol, Convention, ArgBytes, MaxIrql, Since, Last, Completeness) \
    LDRP_ROW(Name, "ntoskrnl.exe", WINVER_##Since, WINVER_##Last, LDR_##Completeness)
#define EXPORT_DATA(Name, Since, Last, Completeness) \
    LDRP_ROW(Name, "ntoskrnl.exe", WINVER_##Since, WINVER_##Last, LDR_##Completeness)
#include "exports/ntoskrnl.def"
};

static const LDR_EXPORT LdrpHalX86[] = {
#define STUB(Name, Convention, ArgBytes, MaxIrql, Since, Last) \
    LDRP_ROW(Name, "hal.dll", WINVER_##Since, WINVER_##Last, LDR_STUB)
#define STUB_DATA(Name, Since, Last) LDRP_ROW(Name, "hal.dll", WINVER_##Since, WINVER_##Last, LDR_STUB)
#define EXPORT(Name, Convention, ArgBytes, MaxIrql, Since, Last, Completeness) \
    LDRP_ROW(Name, "hal.dll", WINVER_##Since, WINVER_##Last, LDR_##Completeness)
#define EXPORT_AS(Name, Symbol, Convention, ArgBytes, MaxIrql, Since, Last, Completeness) \
    LDRP_ROW(Name, "hal.dll", WINVER_##Since, WINVER_##Last, LDR_##Completeness)
#define EXPORT_DATA(Name, Since, Last, Completeness) \
    LDRP_ROW(Name, "hal.dll", WINVER_##Since, WINVER_##Last, LDR_##Completeness)
#include "exports/hal.def"
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
    if (Kernel == NULL)
        return NULL;
    return strcmp(Kernel, "hal.dll") == 0 ? LdrpSearchX86(LdrpHalX86, RTL_NUMBER_OF(LdrpHalX86), Name)
                                          : LdrpSearchX86(LdrpNtoskrnlX86, RTL_NUMBER_OF(LdrpNtoskrnlX86), Name);
}
#else
const LDR_EXPORT *LdrFindModuleExportX86(const char *Module, const char *Name)
{
    return LdrFindModuleExport(Module, Name);
}
#endif
