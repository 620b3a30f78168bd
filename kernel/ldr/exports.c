/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The export table in memory, made from exports: a .def file for each module, kernel and libraries.
 * A row refers to its function or variable by symbol alone, under a name of its own, so that no
 * prototype is needed here; no symbol is decorated in ELF objects, on i386 either. The rows of a
 * module are in strcmp order: the search halves them.
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

#define EXPORT(Name, ...) extern char LdrpSymbol_##Name[] __asm__(#Name) LDRP_SYMBOL;
#include "exports/usbd.def"

#define EXPORT(Name, ...) extern char LdrpSymbol_##Name[] __asm__(#Name) LDRP_SYMBOL;
#include "exports/wmilib.def"

/* ---- The table ------------------------------------------------------------------------------ */

static const char LdrpNtoskrnlName[] = "ntoskrnl.exe";
static const char LdrpHalName[] = "hal.dll";
static const char LdrpUsbdName[] = "usbd.sys";
static const char LdrpWmilibName[] = "wmilib.sys";

static const LDR_EXPORT LdrpExports[] = {
#define LDRP_ADDRESSES
#define LDRP_DEF "exports/ntoskrnl.def"
#define LDRP_MODULE LdrpNtoskrnlName
#include "ldr/rows.inc"
#define LDRP_DEF "exports/hal.def"
#define LDRP_MODULE LdrpHalName
#include "ldr/rows.inc"
#define LDRP_DEF "exports/usbd.def"
#define LDRP_MODULE LdrpUsbdName
#include "ldr/rows.inc"
#define LDRP_DEF "exports/wmilib.def"
#define LDRP_MODULE LdrpWmilibName
#include "ldr/rows.inc"
};

#define LDRP_EXPORT_COUNT RTL_NUMBER_OF(LdrpExports)

/* ---- Modules -------------------------------------------------------------------------------- */

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

#define STUB(...) 0,
#define STUB_DATA(...) 0,
#define EXPORT(...) 0,
#define EXPORT_AS(...) 0,
#define EXPORT_DATA(...) 0,
enum {
    LDRP_HAL_COUNT = sizeof((char[]){
#include "exports/hal.def"
    })
};

#define STUB(...) 0,
#define EXPORT(...) 0,
enum {
    LDRP_USBD_COUNT = sizeof((char[]){
#include "exports/usbd.def"
    })
};

#define LDRP_HAL_END (LDRP_NTOSKRNL_COUNT + LDRP_HAL_COUNT)
#define LDRP_USBD_END (LDRP_HAL_END + LDRP_USBD_COUNT)

_Static_assert(LDRP_USBD_END < LDRP_EXPORT_COUNT, "wmilib.sys has rows");

/* Where the rows of each module are. */
static const struct LDRP_MODULE {
    const char *Name;
    ULONG First, End;
} LdrpModules[] = {
    {LdrpNtoskrnlName, 0, LDRP_NTOSKRNL_COUNT},
    {LdrpHalName, LDRP_NTOSKRNL_COUNT, LDRP_HAL_END},
    {LdrpUsbdName, LDRP_HAL_END, LDRP_USBD_END},
    {LdrpWmilibName, LDRP_USBD_END, LDRP_EXPORT_COUNT},
};
enum { LDRP_IN_NTOSKRNL, LDRP_IN_HAL }; /* in LdrpModules; those after them are libraries */

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
    for (ULONG Index = LDRP_IN_HAL + 1; Index < RTL_NUMBER_OF(LdrpModules); Index++) {
        if (strcasecmp(Module, LdrpModules[Index].Name) == 0)
            return LdrpModules[Index].Name;
    }
    return NULL;
}

/* ---- Search --------------------------------------------------------------------------------- */

static const LDR_EXPORT *LdrpSearch(const char *Name, ULONG Module)
{
    ULONG First = LdrpModules[Module].First, End = LdrpModules[Module].End;

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
    const LDR_EXPORT *Export = LdrpSearch(Name, LDRP_IN_NTOSKRNL);
    return Export != NULL ? Export : LdrpSearch(Name, LDRP_IN_HAL);
}

const LDR_EXPORT *LdrFindAnyExport(const char *Name)
{
    const LDR_EXPORT *Export = NULL;

    for (ULONG Index = 0; Export == NULL && Index < RTL_NUMBER_OF(LdrpModules); Index++)
        Export = LdrpSearch(Name, Index);
    return Export;
}

const LDR_EXPORT *LdrFindModuleExport(const char *Module, const char *Name)
{
    const char *Kernel = LdrKernelModule(Module);
    char Plain[LDR_PLAIN_NAME_BYTES];
    ULONG Index = 0;

    if (Kernel == NULL)
        return NULL;
    while (LdrpModules[Index].Name != Kernel)
        Index++;
    const LDR_EXPORT *Export = LdrpSearch(LdrPlainName(Kernel, Name, Plain), Index);
    /* Since Windows 10 2004 the HAL is part of the kernel, and hal.dll only forwards to it. */
    if (Export == NULL && Index == LDRP_IN_NTOSKRNL && LdrTargetVersion >= WINVER_WIN10_2004)
        Export = LdrpSearch(Name, LDRP_IN_HAL);
    return Export;
}

const LDR_EXPORT *LdrKernelExports(ULONG *Count)
{
    *Count = LDRP_EXPORT_COUNT;
    return LdrpExports;
}
