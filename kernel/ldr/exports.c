/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The export table in memory, made from exports/ntoskrnl.def and exports/hal.def. A row refers to
 * its function or variable by symbol alone, under a name of its own, so that no prototype is needed
 * here; no symbol is decorated in ELF objects, on i386 either. The rows of a module are in strcmp
 * order: the search halves them.
 *
 * A test that links the table without the kernel defines LDRP_EXPORTS_WEAK: addresses are then
 * NULL.
 */
#include "ldr/ldr.h"

#include <string.h>
#include <strings.h>

#ifdef LDRP_EXPORTS_WEAK
#define LDRP_SYMBOL __attribute__((weak))
#else
#define LDRP_SYMBOL __attribute__((visibility("hidden")))
#endif

/* ---- Declarations --------------------------------------------------------------------------- */

#define EXPORT(Name, ...) extern char LdrpSymbol_##Name[] __asm__(#Name) LDRP_SYMBOL;
#define EXPORT_AS(Name, Symbol, ...) extern char LdrpSymbol_##Name[] __asm__(#Symbol) LDRP_SYMBOL;
#define EXPORT_DATA(Name, ...) extern char LdrpSymbol_##Name[] __asm__(#Name) LDRP_SYMBOL;
#include "exports/ntoskrnl.def"

#define EXPORT(Name, ...) extern char LdrpSymbol_##Name[] __asm__(#Name) LDRP_SYMBOL;
#define EXPORT_AS(Name, Symbol, ...) extern char LdrpSymbol_##Name[] __asm__(#Symbol) LDRP_SYMBOL;
#define EXPORT_DATA(Name, ...) extern char LdrpSymbol_##Name[] __asm__(#Name) LDRP_SYMBOL;
#include "exports/hal.def"

#define STUB(...) 0,
#define STUB_DATA(...) 0,
#define EXPORT(...) 0,
#define EXPORT_AS(...) 0,
#define EXPORT_DATA(...) 0,
enum {
    LDRP_NTOSKRNL_COUNT = sizeof((char[]){
#include "exports/ntoskrnl.def"
    })
};

/* ---- The table ------------------------------------------------------------------------------ */

static const char LdrpNtoskrnlName[] = "ntoskrnl.exe";
static const char LdrpHalName[] = "hal.dll";

/* Tokens are pasted where they stand: handed on to another macro they might expand first. */
static const LDR_EXPORT LdrpExports[] = {
#define STUB(Name, Convention, ArgBytes, MaxIrql, Since, Last)                                  \
    {#Name, LdrpNtoskrnlName, NULL, ArgBytes, LDR_##Convention, MaxIrql, WINVER_##Since,        \
        WINVER_##Last, LDR_STUB},
#define STUB_DATA(Name, Since, Last)                                                            \
    {#Name, LdrpNtoskrnlName, NULL, 0, LDR_DATA, ANY_LEVEL, WINVER_##Since, WINVER_##Last,      \
        LDR_STUB},
#define EXPORT(Name, Convention, ArgBytes, MaxIrql, Since, Last, Completeness)                  \
    {#Name, LdrpNtoskrnlName, LdrpSymbol_##Name, ArgBytes, LDR_##Convention, MaxIrql,           \
        WINVER_##Since, WINVER_##Last, LDR_##Completeness},
#define EXPORT_AS(Name, Symbol, Convention, ArgBytes, MaxIrql, Since, Last, Completeness)       \
    {#Name, LdrpNtoskrnlName, LdrpSymbol_##Name, ArgBytes, LDR_##Convention, MaxIrql,           \
        WINVER_##Since, WINVER_##Last, LDR_##Completeness},
#define EXPORT_DATA(Name, Since, Last, Completeness)                                            \
    {#Name, LdrpNtoskrnlName, LdrpSymbol_##Name, 0, LDR_DATA, ANY_LEVEL, WINVER_##Since,        \
        WINVER_##Last, LDR_##Completeness},
#include "exports/ntoskrnl.def"
#define STUB(Name, Convention, ArgBytes, MaxIrql, Since, Last)                                  \
    {#Name, LdrpHalName, NULL, ArgBytes, LDR_##Convention, MaxIrql, WINVER_##Since,             \
        WINVER_##Last, LDR_STUB},
#define STUB_DATA(Name, Since, Last)                                                            \
    {#Name, LdrpHalName, NULL, 0, LDR_DATA, ANY_LEVEL, WINVER_##Since, WINVER_##Last, LDR_STUB},
#define EXPORT(Name, Convention, ArgBytes, MaxIrql, Since, Last, Completeness)                  \
    {#Name, LdrpHalName, LdrpSymbol_##Name, ArgBytes, LDR_##Convention, MaxIrql,                \
        WINVER_##Since, WINVER_##Last, LDR_##Completeness},
#define EXPORT_AS(Name, Symbol, Convention, ArgBytes, MaxIrql, Since, Last, Completeness)       \
    {#Name, LdrpHalName, LdrpSymbol_##Name, ArgBytes, LDR_##Convention, MaxIrql,                \
        WINVER_##Since, WINVER_##Last, LDR_##Completeness},
#define EXPORT_DATA(Name, Since, Last, Completeness)                                            \
    {#Name, LdrpHalName, LdrpSymbol_##Name, 0, LDR_DATA, ANY_LEVEL, WINVER_##Since,             \
        WINVER_##Last, LDR_##Completeness},
#include "exports/hal.def"
};

#define LDRP_EXPORT_COUNT RTL_NUMBER_OF(LdrpExports)

_Static_assert(LDRP_NTOSKRNL_COUNT < LDRP_EXPORT_COUNT, "hal.dll has rows");

/* ---- Modules -------------------------------------------------------------------------------- */

/* Kernels and HALs came in variants, which drivers of the time could name. */
static const char *const LdrpNtoskrnlNames[] = {
    LdrpNtoskrnlName, "ntkrnlpa.exe", "ntkrnlmp.exe", "ntkrpamp.exe", "ntkrla57.exe"};
static const char *const LdrpHalNames[] = {LdrpHalName, "halacpi.dll", "halmacpi.dll",
    "halaacpi.dll", "halapic.dll", "halmps.dll", "halx86.dll"};

static BOOLEAN LdrpOneOf(const char *Name, const char *const *Names, ULONG Count)
{
    for (ULONG Index = 0; Index < Count; Index++) {
        if (strcasecmp(Name, Names[Index]) == 0)
            return TRUE;
    }
    return FALSE;
}

const char *LdrKernelModule(const char *Module)
{
    if (LdrpOneOf(Module, LdrpNtoskrnlNames, RTL_NUMBER_OF(LdrpNtoskrnlNames)))
        return LdrpNtoskrnlName;
    if (LdrpOneOf(Module, LdrpHalNames, RTL_NUMBER_OF(LdrpHalNames)))
        return LdrpHalName;
    return NULL;
}

/* ---- Search --------------------------------------------------------------------------------- */

static const LDR_EXPORT *LdrpSearch(const char *Name, ULONG First, ULONG End)
{
    while (First < End) {
        ULONG Middle = First + (End - First) / 2;
        int Order = strcmp(Name, LdrpExports[Middle].Name);
        if (Order == 0)
            return &LdrpExports[Middle];
        if (Order < 0)
            End = Middle;
        else
            First = Middle + 1;
    }
    return NULL;
}

const LDR_EXPORT *LdrFindKernelExport(const char *Name)
{
    const LDR_EXPORT *Export = LdrpSearch(Name, 0, LDRP_NTOSKRNL_COUNT);
    return Export != NULL ? Export : LdrpSearch(Name, LDRP_NTOSKRNL_COUNT, LDRP_EXPORT_COUNT);
}

const LDR_EXPORT *LdrFindModuleExport(const char *Module, const char *Name)
{
    const char *Kernel = LdrKernelModule(Module);

    if (Kernel == LdrpHalName)
        return LdrpSearch(Name, LDRP_NTOSKRNL_COUNT, LDRP_EXPORT_COUNT);
    if (Kernel == NULL)
        return NULL;
    const LDR_EXPORT *Export = LdrpSearch(Name, 0, LDRP_NTOSKRNL_COUNT);
    /* Since Windows 10 2004 the HAL is part of the kernel, and hal.dll only forwards to it. */
    if (Export == NULL && LdrTargetVersion >= WINVER_WIN10_2004)
        Export = LdrpSearch(Name, LDRP_NTOSKRNL_COUNT, LDRP_EXPORT_COUNT);
    return Export;
}

const LDR_EXPORT *LdrKernelExports(ULONG *Count)
{
    *Count = LDRP_EXPORT_COUNT;
    return LdrpExports;
}
