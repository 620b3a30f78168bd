/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Code integrity: no memory that can be written and executed, of pool, of mappings and in
 * images. */
#include "vf/request.h"

static BOOLEAN VfpIsExecutablePool(ULONG Type)
{
    return (Type & (PagedPool | NonPagedPoolNx)) == 0;
}

void VfpCheckPoolType(ULONG Type, ULONG Tag, ULONG_PTR Site)
{
    if (VfIsOn(VF_CODE_INTEGRITY) && VfpIsExecutablePool(Type))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x2000, Site, Type, Tag, Site,
            "pool was allocated that can be executed: NonPagedPoolNx is the kind that cannot");
}

static void VfpCheckProtection(ULONG Protection, ULONG_PTR Site)
{
    const ULONG Executable = PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE |
        PAGE_EXECUTE_WRITECOPY;
    if (VfIsOn(VF_CODE_INTEGRITY) && (Protection & Executable))
        VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x2001, Site, Protection, 0, Site,
            "pages were made executable (protection 0x%x)", (unsigned)Protection);
}

/* ---- images ---------------------------------------------------------------------------------- */

static void VfpStopImage(ULONG Code, const LDR_IMAGE *Image, const IMAGE_SECTION_HEADER *Section,
    const void *P3, const void *P4, const char *What)
{
    VfStop(DRIVER_VERIFIER_DETECTED_VIOLATION, Code, (ULONG_PTR)Image->Name, (ULONG_PTR)P3,
        (ULONG_PTR)P4, (ULONG_PTR)Image->Base, "section %.8s of %s %s", (const char *)Section->Name,
        Image->Name, What);
}

static BOOLEAN VfpHolds(const IMAGE_SECTION_HEADER *Section, ULONG Rva)
{
    return Rva - Section->VirtualAddress < Section->Misc.VirtualSize;
}

void VfpCheckImage(const LDR_IMAGE *Image)
{
    const IMAGE_DOS_HEADER *Dos = (const IMAGE_DOS_HEADER *)(const void *)Image->Base;
    IMAGE_NT_HEADERS *Nt = (IMAGE_NT_HEADERS *)(void *)(Image->Base + Dos->e_lfanew);
    const IMAGE_DATA_DIRECTORY *Iat = &Nt->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_IAT];
    const IMAGE_SECTION_HEADER *Section = IMAGE_FIRST_SECTION(Nt);

    for (ULONG Index = 0; Index < Nt->FileHeader.NumberOfSections; Index++, Section++) {
        if (!(Section->Characteristics & IMAGE_SCN_MEM_EXECUTE))
            continue;
        if (Section->Characteristics & IMAGE_SCN_MEM_WRITE)
            VfpStopImage(
                0x2003, Image, Section, Section, Section->Name, "can be executed and written");
        if (Section->VirtualAddress % PAGE_SIZE != 0)
            VfpStopImage(0x2004, Image, Section, Section, Section->Name,
                "can be executed and does not begin on a page");
        if (Nt->OptionalHeader.NumberOfRvaAndSizes > IMAGE_DIRECTORY_ENTRY_IAT && Iat->Size != 0 &&
            VfpHolds(Section, Iat->VirtualAddress))
            VfpStopImage(0x2005, Image, Section, Iat, Section,
                "can be executed and holds the import address table");
    }
}

/* ---- replacements ---------------------------------------------------------------------------- */

static NTSTATUS NTAPI VfMmProtectMdlSystemAddress(MDL *Mdl, ULONG NewProtect)
{
    VfpCheckProtection(NewProtect, VF_CALLER);
    return MmProtectMdlSystemAddress(Mdl, NewProtect);
}

const LDR_REPLACEMENT VfpCodeTable[] = {
    VF_REPLACE(MmProtectMdlSystemAddress, VF_CODE_INTEGRITY),
    VF_REPLACE_END,
};
