/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The data directories of a PE file a driver's loader needs: imports, exports, x64's function table
 * and the load configuration. Sizes written in a directory are not trusted: imports end at their
 * empty entry, as Windows reads them, and every table must lie in the file where it is used.
 */
#include "ldr/parse.h"

#include <string.h>

/* ---- Imports -------------------------------------------------------------------------------- */

#define LDRP_ORDINAL_FLAG64 ((ULONGLONG)1 << 63)
#define LDRP_ORDINAL_FLAG32 ((ULONGLONG)1 << 31)

typedef struct LDRP_WALK {
    const LDRP_FILE *File;
    LDRP_IMPORT_VISIT Visit;
    void *Context;
    LDRP_REASON *Reason;
    ULONG Imports;
} LDRP_WALK;

/* Reads a slot of a name table: 8 bytes in PE32+, 4 in PE32. FALSE: not in the file. */
static BOOLEAN LdrpReadSlot(
    const LDRP_FILE *File, ULONGLONG Rva, ULONGLONG *Value, BOOLEAN *Ordinal)
{
    const void *At = LdrpAt(File, Rva, File->Is64 ? 8 : 4);
    if (At == NULL)
        return FALSE;
    *Value = File->Is64 ? LdrpRead64(At) : LdrpRead32(At);
    *Ordinal = (*Value & (File->Is64 ? LDRP_ORDINAL_FLAG64 : LDRP_ORDINAL_FLAG32)) != 0;
    return TRUE;
}

static NTSTATUS LdrpVisitImport(
    LDRP_WALK *Walk, const char *Module, ULONGLONG Value, BOOLEAN Ordinal, ULONGLONG SlotRva)
{
    const LDRP_FILE *File = Walk->File;
    LDRP_IMPORT Import = {.Module = Module, .SlotRva = (ULONG)SlotRva};

    if (SlotRva + (File->Is64 ? 8 : 4) > File->SizeOfImage)
        return LdrpRefuse(Walk->Reason, "has an import table for %s that leaves the image", Module);
    if (++Walk->Imports > LDRP_MAX_IMPORTS)
        return LdrpRefuse(Walk->Reason, "imports more than %u names", LDRP_MAX_IMPORTS);
    if (Ordinal) {
        Import.Ordinal = (USHORT)Value;
    } else {
        Import.Name = Value <= MAXULONG ? LdrpString(File, Value + sizeof(USHORT)) : NULL;
        if (Import.Name == NULL)
            return LdrpRefuse(
                Walk->Reason, "has an import from %s whose name is not in the file", Module);
    }
    return Walk->Visit(&Import, Walk->Context);
}

static NTSTATUS LdrpWalkModule(
    LDRP_WALK *Walk, const char *Module, const IMAGE_IMPORT_DESCRIPTOR *Descriptor)
{
    const LDRP_FILE *File = Walk->File;
    ULONG Step = File->Is64 ? 8 : 4;
    ULONGLONG Slot = Descriptor->FirstThunk;
    /* Without a table of its own the names are where the addresses go, as some linkers do it. */
    ULONGLONG NameSlot = Descriptor->OriginalFirstThunk ? Descriptor->OriginalFirstThunk : Slot;

    if (Slot == 0)
        return LdrpRefuse(
            Walk->Reason, "has no place for the addresses it imports from %s", Module);
    for (;; Slot += Step, NameSlot += Step) {
        ULONGLONG Value;
        BOOLEAN Ordinal;
        if (!LdrpReadSlot(File, NameSlot, &Value, &Ordinal))
            return LdrpRefuse(
                Walk->Reason, "has an import table for %s without an end in the file", Module);
        if (Value == 0)
            return STATUS_SUCCESS;
        NTSTATUS Status = LdrpVisitImport(Walk, Module, Value, Ordinal, Slot);
        if (!NT_SUCCESS(Status))
            return Status;
    }
}

NTSTATUS LdrpWalkImports(
    const LDRP_FILE *File, LDRP_IMPORT_VISIT Visit, void *Context, LDRP_REASON *Reason)
{
    LDRP_WALK Walk = {.File = File, .Visit = Visit, .Context = Context, .Reason = Reason};
    ULONGLONG Rva = File->Directory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress;

    if (Rva == 0)
        return STATUS_SUCCESS;
    for (ULONG Modules = 0; Modules < LDRP_MAX_MODULES;
         Modules++, Rva += sizeof(IMAGE_IMPORT_DESCRIPTOR)) {
        IMAGE_IMPORT_DESCRIPTOR Descriptor;
        const void *At = LdrpAt(File, Rva, sizeof(Descriptor));
        if (At == NULL)
            return LdrpRefuse(Reason, "has an import directory at %#x without an end in the file",
                File->Directory[IMAGE_DIRECTORY_ENTRY_IMPORT].VirtualAddress);
        memcpy(&Descriptor, At, sizeof(Descriptor));
        if (Descriptor.Name == 0)
            return STATUS_SUCCESS;
        const char *Module = LdrpString(File, Descriptor.Name);
        if (Module == NULL)
            return LdrpRefuse(Reason, "imports from a module whose name is not in the file");
        NTSTATUS Status = LdrpWalkModule(&Walk, Module, &Descriptor);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    return LdrpRefuse(Reason, "imports from more than %u modules", LDRP_MAX_MODULES);
}

/* ---- Exports -------------------------------------------------------------------------------- */

/* The export directory with its three tables, which have been found to lie in the file. */
typedef struct LDRP_EXPORT_TABLE {
    ULONG Base, FunctionCount, NameCount;
    const UCHAR *Functions; /* RVAs */
    const UCHAR *Names;     /* RVAs of strings */
    const UCHAR *Ordinals;  /* USHORTs, less Base, parallel to Names */
} LDRP_EXPORT_TABLE;

/* FALSE: malformed. No exports at all: TRUE and counts of zero. */
static BOOLEAN LdrpOpenExports(const LDRP_FILE *File, LDRP_EXPORT_TABLE *Table)
{
    ULONG Rva = File->Directory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress;
    IMAGE_EXPORT_DIRECTORY Directory;

    memset(Table, 0, sizeof(*Table));
    if (Rva == 0)
        return TRUE;
    const void *At = LdrpAt(File, Rva, sizeof(Directory));
    if (At == NULL)
        return FALSE;
    memcpy(&Directory, At, sizeof(Directory));
    Table->Base = Directory.Base;
    Table->FunctionCount = Directory.NumberOfFunctions;
    Table->NameCount = Directory.NumberOfNames;
    if (Table->FunctionCount != 0) {
        Table->Functions = LdrpAt(File, Directory.AddressOfFunctions, 4ull * Table->FunctionCount);
        if (Table->Functions == NULL)
            return FALSE;
    }
    if (Table->NameCount != 0) {
        Table->Names = LdrpAt(File, Directory.AddressOfNames, 4ull * Table->NameCount);
        Table->Ordinals = LdrpAt(File, Directory.AddressOfNameOrdinals, 2ull * Table->NameCount);
        if (Table->Names == NULL || Table->Ordinals == NULL)
            return FALSE;
    }
    return TRUE;
}

/* FALSE: no such function, or its address or forwarder is outside the image. */
static BOOLEAN LdrpGetExport(
    const LDRP_FILE *File, const LDRP_EXPORT_TABLE *Table, ULONG Index, LDRP_EXPORT *Export)
{
    const IMAGE_DATA_DIRECTORY *Directory = &File->Directory[IMAGE_DIRECTORY_ENTRY_EXPORT];

    if (Index >= Table->FunctionCount)
        return FALSE;
    ULONG Rva = LdrpRead32(Table->Functions + 4ull * Index);
    if (Rva == 0 || Rva >= File->SizeOfImage)
        return FALSE;
    LDRP_EXPORT Found = {.Rva = Rva};
    if (Rva - Directory->VirtualAddress < Directory->Size) {
        Found.Forwarder = LdrpString(File, Rva);
        if (Found.Forwarder == NULL || strchr(Found.Forwarder, '.') == NULL)
            return FALSE;
    }
    *Export = Found;
    return TRUE;
}

NTSTATUS LdrpCheckExports(const LDRP_FILE *File, LDRP_REASON *Reason)
{
    LDRP_EXPORT_TABLE Table;
    LDRP_EXPORT Export;

    if (!LdrpOpenExports(File, &Table))
        return LdrpRefuse(Reason, "has an export directory that is not in the file");
    for (ULONG Index = 0; Index < Table.FunctionCount; Index++) {
        if (LdrpRead32(Table.Functions + 4ull * Index) != 0 &&
            !LdrpGetExport(File, &Table, Index, &Export))
            return LdrpRefuse(
                Reason, "exports ordinal %u at an address outside the image", Table.Base + Index);
    }
    for (ULONG Index = 0; Index < Table.NameCount; Index++) {
        const char *Name = LdrpString(File, LdrpRead32(Table.Names + 4ull * Index));
        if (Name == NULL)
            return LdrpRefuse(Reason, "has an export whose name is not in the file");
        if (LdrpRead16(Table.Ordinals + 2ull * Index) >= Table.FunctionCount)
            return LdrpRefuse(Reason, "exports %.64s with an ordinal it does not have", Name);
    }
    return STATUS_SUCCESS;
}

BOOLEAN LdrpFindExportByName(const LDRP_FILE *File, const char *Name, LDRP_EXPORT *Export)
{
    LDRP_EXPORT_TABLE Table;

    if (!LdrpOpenExports(File, &Table))
        return FALSE;
    for (ULONG Index = 0; Index < Table.NameCount; Index++) {
        const char *Candidate = LdrpString(File, LdrpRead32(Table.Names + 4ull * Index));
        if (Candidate != NULL && strcmp(Candidate, Name) == 0)
            return LdrpGetExport(File, &Table, LdrpRead16(Table.Ordinals + 2ull * Index), Export);
    }
    return FALSE;
}

BOOLEAN LdrpFindExportByOrdinal(const LDRP_FILE *File, ULONG Ordinal, LDRP_EXPORT *Export)
{
    LDRP_EXPORT_TABLE Table;

    return LdrpOpenExports(File, &Table) && Ordinal >= Table.Base &&
           LdrpGetExport(File, &Table, Ordinal - Table.Base, Export);
}

/* ---- x64 function table --------------------------------------------------------------------- */

#define LDRP_FUNCTION_BYTES 12u
#define LDRP_UNWIND_HANDLERS 3u /* UNW_FLAG_EHANDLER | UNW_FLAG_UHANDLER */
#define LDRP_UNWIND_CHAINED 4u
#define LDRP_UNWIND_PARTS 32u /* of one function; more is a circle */
#define LDRP_INDIRECT 1u      /* of an entry's unwind data */

typedef struct LDRP_FUNCTION {
    ULONG Begin, End, Unwind;
} LDRP_FUNCTION;

static LDRP_FUNCTION LdrpGetFunction(const UCHAR *Table, ULONG Index)
{
    const UCHAR *At = Table + (SIZE_T)Index * LDRP_FUNCTION_BYTES;
    LDRP_FUNCTION Function = {LdrpRead32(At), LdrpRead32(At + 4), LdrpRead32(At + 8)};
    return Function;
}

/* An entry at Rva that has unwind data of its own; NULL: there is none. */
static const UCHAR *LdrpDirectFunction(const LDRP_FILE *File, ULONG Rva)
{
    const UCHAR *Entry = (Rva & 3) == 0 ? LdrpAt(File, Rva, LDRP_FUNCTION_BYTES) : NULL;
    return Entry != NULL && (LdrpGetFunction(Entry, 0).Unwind & LDRP_INDIRECT) == 0 ? Entry : NULL;
}

/*
 * Unwind data: four bytes of header, the codes, and behind them a handler or a further entry, whose
 * data are to be in the file as well, and so on. *Next: that of the further entry; 0: there is
 * none.
 */
static BOOLEAN LdrpUnwindPartInFile(const LDRP_FILE *File, ULONG Rva, ULONG *Next)
{
    const UCHAR *Header = (Rva & 3) == 0 ? LdrpAt(File, Rva, 4) : NULL;
    *Next = 0;
    if (Header == NULL)
        return FALSE;
    ULONG Flags = Header[0] >> 3, Codes = (Header[2] + 1u) & ~1u;
    ULONGLONG Bytes = 4 + 2ull * Codes;
    if ((Flags & (LDRP_UNWIND_CHAINED | LDRP_UNWIND_HANDLERS)) == 0)
        return LdrpAt(File, Rva, Bytes) != NULL;
    const UCHAR *Behind = LdrpAt(
        File, Rva + Bytes, (Flags & LDRP_UNWIND_CHAINED) ? LDRP_FUNCTION_BYTES : 4);
    if (Behind == NULL)
        return FALSE;
    if ((Flags & LDRP_UNWIND_CHAINED) == 0)
        return LdrpRead32(Behind) < File->SizeOfImage;
    *Next = LdrpGetFunction(Behind, 0).Unwind;
    return *Next != 0;
}

static BOOLEAN LdrpUnwindInFile(const LDRP_FILE *File, ULONG Rva)
{
    if (Rva & LDRP_INDIRECT) { /* an entry of the table instead */
        const UCHAR *Entry = LdrpDirectFunction(File, Rva & ~LDRP_INDIRECT);
        if (Entry == NULL)
            return FALSE;
        Rva = LdrpGetFunction(Entry, 0).Unwind;
    }
    for (ULONG Part = 0; Part < LDRP_UNWIND_PARTS; Part++) {
        if (!LdrpUnwindPartInFile(File, Rva, &Rva))
            return FALSE;
        if (Rva == 0)
            return TRUE;
    }
    return FALSE;
}

NTSTATUS LdrpCheckFunctionTable(
    const LDRP_FILE *File, ULONG *Rva, ULONG *Count, LDRP_REASON *Reason)
{
    const IMAGE_DATA_DIRECTORY *Directory = &File->Directory[IMAGE_DIRECTORY_ENTRY_EXCEPTION];
    ULONG Entries = Directory->Size / LDRP_FUNCTION_BYTES;

    *Rva = 0;
    *Count = 0;
    if (File->Machine != IMAGE_FILE_MACHINE_AMD64 || Directory->VirtualAddress == 0 || Entries == 0)
        return STATUS_SUCCESS;
    const UCHAR *Table =
        LdrpAt(File, Directory->VirtualAddress, (ULONGLONG)Entries * LDRP_FUNCTION_BYTES);
    if (Table == NULL || (Directory->VirtualAddress & 3) != 0)
        return LdrpRefuse(Reason, "has a function table (.pdata) that is not in the file");
    while (Entries > 0 && LdrpGetFunction(Table, Entries - 1).Begin == 0)
        Entries--;
    for (ULONG Index = 0, Last = 0; Index < Entries; Index++) {
        LDRP_FUNCTION Function = LdrpGetFunction(Table, Index);
        if (Function.Begin < Last || Function.End <= Function.Begin ||
            Function.End > File->SizeOfImage)
            return LdrpRefuse(Reason,
                "has function %#x to %#x out of order in its function table "
                "(.pdata)",
                Function.Begin, Function.End);
        if (!LdrpUnwindInFile(File, Function.Unwind))
            return LdrpRefuse(Reason, "has bad unwind data at %#x for the function at %#x",
                Function.Unwind, Function.Begin);
        Last = Function.End;
    }
    *Rva = Entries ? Directory->VirtualAddress : 0;
    *Count = Entries;
    return STATUS_SUCCESS;
}

/* ---- Load configuration --------------------------------------------------------------------- */

/* Values compilers put where the cookie goes; any other means somebody has chosen one. */
#define LDRP_DEFAULT_COOKIE64 0x00002B992DDFA232ull
#define LDRP_DEFAULT_COOKIE32 0xBB40E64Eu

ULONG LdrpFindCookie(const LDRP_FILE *File)
{
    ULONG Rva = File->Directory[IMAGE_DIRECTORY_ENTRY_LOAD_CONFIG].VirtualAddress;
    ULONG Offset = File->Is64 ? UFIELD_OFFSET(IMAGE_LOAD_CONFIG_DIRECTORY64, SecurityCookie)
                              : UFIELD_OFFSET(IMAGE_LOAD_CONFIG_DIRECTORY32, SecurityCookie);
    ULONG Width = File->Is64 ? 8 : 4;

    const UCHAR *Config = Rva ? LdrpAt(File, Rva, sizeof(ULONG)) : NULL;
    if (Config == NULL || LdrpRead32(Config) < Offset + Width ||
        LdrpAt(File, Rva, Offset + Width) == NULL)
        return 0;
    ULONGLONG Address = File->Is64 ? LdrpRead64(Config + Offset) : LdrpRead32(Config + Offset);
    const void *Cookie = LdrpAt(File, Address - File->ImageBase, Width);
    if (Address <= File->ImageBase || Cookie == NULL)
        return 0;
    if (File->Is64 ? LdrpRead64(Cookie) != LDRP_DEFAULT_COOKIE64
                   : LdrpRead32(Cookie) != LDRP_DEFAULT_COOKIE32)
        return 0;
    return (ULONG)(Address - File->ImageBase);
}

/* ---- All of them ---------------------------------------------------------------------------- */

static NTSTATUS LdrpIgnoreImport(const LDRP_IMPORT *Import, void *Context)
{
    UNREFERENCED_PARAMETER(Import);
    UNREFERENCED_PARAMETER(Context);
    return STATUS_SUCCESS;
}

NTSTATUS LdrpCheckDirectories(const LDRP_FILE *File, LDRP_REASON *Reason)
{
    ULONG Rva, Count;

    NTSTATUS Status = LdrpRelocate(File, NULL, 0, Reason);
    if (NT_SUCCESS(Status))
        Status = LdrpWalkImports(File, LdrpIgnoreImport, NULL, Reason);
    if (NT_SUCCESS(Status))
        Status = LdrpCheckExports(File, Reason);
    if (NT_SUCCESS(Status))
        Status = LdrpCheckFunctionTable(File, &Rva, &Count, Reason);
    return Status;
}
