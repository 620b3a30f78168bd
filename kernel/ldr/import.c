/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Binding imports: to the export table, or to exports of other driver images, which are loaded from
 * the importer's folder when they are not there yet. A name this Windows does not have fails the
 * load and is named, with the version that has it. Letters' case counts in names of functions, not
 * of modules.
 */
#include "ldr/ldrp.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What an import comes down to, after forwarders: one of the first two is set. */
typedef struct LDRP_TARGET {
    const LDR_EXPORT *Kernel;
    LDRP_IMAGE *Image;
    ULONG Rva; /* in Image */
} LDRP_TARGET;

typedef struct LDRP_BINDER {
    LDRP_IMAGE *Image;
    LDR_ERROR *Error;
    ULONG StubCount;
    char Stubs[300]; /* their names; ", …" at the end: there are more */
} LDRP_BINDER;

BOOLEAN LdrRefuseStubs;
void (*LdrStubsImported)(const char *Image, const char *Names);

/* ---- Kernel imports ------------------------------------------------------------------------- */

static NTSTATUS LdrpMissing(
    const char *Importer, const char *Module, const char *Name, LDR_ERROR *Error)
{
    const LDR_EXPORT *Elsewhere = LdrFindAnyExport(Name);
    NTSTATUS Status = STATUS_DRIVER_ENTRYPOINT_NOT_FOUND;

    if (Elsewhere != NULL)
        return LdrpFail(Error, Status, "%s imports %s from %s, but it is %s that exports it",
            Importer, Name, Module, Elsewhere->Module);
    return LdrpFail(Error, Status, "%s imports %s from %s, which no known Windows version exports",
        Importer, Name, Module);
}

/* The export this Windows has under a name; Error says why there is none. */
static NTSTATUS LdrpFindForThisWindows(const char *Importer, const char *Module, const char *Name,
    const LDR_EXPORT **Result, LDR_ERROR *Error)
{
    const LDR_EXPORT *Export = LdrFindModuleExport(Module, Name);
    char Absence[160];

    if (Export == NULL)
        return LdrpMissing(Importer, Module, Name, Error);
    if (!LdrExportExists(Export, LdrTargetVersion)) {
        LdrpDescribeAbsence(Export, Absence, sizeof(Absence));
        return LdrpFail(Error, STATUS_DRIVER_ENTRYPOINT_NOT_FOUND, "%s imports %s from %s, %s",
            Importer, Name, Module, Absence);
    }
    *Result = Export;
    return STATUS_SUCCESS;
}

static NTSTATUS LdrpFindKernelImport(
    const LDRP_IMAGE *Image, const LDRP_IMPORT *Import, const LDR_EXPORT **Export, LDR_ERROR *Error)
{
    if (Import->Name == NULL)
        return LdrpFail(Error, STATUS_DRIVER_ORDINAL_NOT_FOUND,
            "%s imports ordinal %u of %s: ordinals differ "
            "from one Windows to the next; link it to the name",
            Image->Public.Name, Import->Ordinal, Import->Module);
    return LdrpFindForThisWindows(Image->Public.Name, Import->Module, Import->Name, Export, Error);
}

static void LdrpNoteStub(LDRP_BINDER *Binder, const char *Name)
{
    SIZE_T Length = strlen(Binder->Stubs), Room = sizeof(Binder->Stubs) - Length;
    if (strlen(Name) + sizeof(", , …") <= Room)
        snprintf(Binder->Stubs + Length, Room, "%s%s", Length != 0 ? ", " : "", Name);
    else if (Room >= sizeof(", …") && (Length < 3 || strcmp(Binder->Stubs + Length - 3, "…") != 0))
        snprintf(Binder->Stubs + Length, Room, ", …");
    Binder->StubCount++;
}

static NTSTATUS LdrpCheckImport(const LDRP_IMPORT *Import, void *Context)
{
    LDRP_BINDER *Binder = Context;
    const LDR_EXPORT *Export = NULL;

    if (LdrKernelModule(Import->Module) == NULL) {
        /* It may be forwarded to the kernel: room for a thunk or for a variable's record. */
        Binder->Image->ThunkCount += 2;
        Binder->Image->StubDataCount++;
        return STATUS_SUCCESS;
    }
    NTSTATUS Status = LdrpFindKernelImport(Binder->Image, Import, &Export, Binder->Error);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Export->Completeness == LDR_STUB)
        LdrpNoteStub(Binder, Export->Name);
    if (LdrpBindingOf(Binder->Image, Export) != LDRP_DIRECT)
        Binder->Image->ThunkCount++;
    if (LdrpBindingOf(Binder->Image, Export) == LDRP_STUB_VARIABLE)
        Binder->Image->StubDataCount++;
    return STATUS_SUCCESS;
}

/* ---- Driver imports ------------------------------------------------------------------------- */

static NTSTATUS LdrpAddEdge(LDRP_IMAGE *Image, LDRP_IMAGE *Target, LDR_ERROR *Error)
{
    for (ULONG Index = 0; Index < Image->EdgeCount; Index++) {
        if (Image->Edge[Index].Image == &Target->Public)
            return STATUS_SUCCESS;
    }
    if (Image->EdgeCount == LDRP_MAX_DEPENDENCIES)
        return LdrpFail(Error, STATUS_INVALID_IMAGE_FORMAT, "%s imports from more than %u drivers",
            Image->Public.Name, LDRP_MAX_DEPENDENCIES);
    LDR_IMPORT_EDGE *Edge = &Image->Edge[Image->EdgeCount++];
    Edge->Image = &Target->Public;
    Edge->Next = Image->Public.Imports;
    Image->Public.Imports = Edge;
    Target->Public.References++;
    return STATUS_SUCCESS;
}

static void LdrpChangeCase(char *Text, int (*Change)(int))
{
    for (; *Text != 0; Text++)
        *Text = (char)Change((unsigned char)*Text);
}

/*
 * Loads a module from the folder of the image that imports from it. Linux tells upper from lower
 * case and Windows does not: the name is tried as it is written, then in lower, then in upper case.
 */
static NTSTATUS LdrpLoadBeside(
    LDRP_IMAGE *Image, const char *Module, LDRP_IMAGE **Result, LDR_ERROR *Error)
{
    static int (*const Change[])(int) = {NULL, tolower, toupper};
    const LDR_IMAGE *Public = &Image->Public;
    SIZE_T Folder = (SIZE_T)(LdrpFileName(Public->HostPath) - Public->HostPath);
    char Path[sizeof(Public->HostPath)];
    void *Data;
    SIZE_T Bytes;

    if (strchr(Module, '/') != NULL || Folder + strlen(Module) >= sizeof(Path))
        return LdrpFail(Error, STATUS_OBJECT_NAME_NOT_FOUND,
            "%s imports from %.200s, which is no file name", Public->Name, Module);
    if (Image->Depth + 1u >= LDRP_MAX_DEPTH)
        return LdrpFail(Error, STATUS_INVALID_IMAGE_FORMAT,
            "%s imports from %.64s: that is one driver behind "
            "another, %u deep",
            Public->Name, Module, LDRP_MAX_DEPTH);
    memcpy(Path, Public->HostPath, Folder);
    for (ULONG Try = 0; Try < RTL_NUMBER_OF(Change); Try++) {
        memcpy(Path + Folder, Module, strlen(Module) + 1);
        if (Change[Try] != NULL)
            LdrpChangeCase(Path + Folder, Change[Try]);
        NTSTATUS Status = LdrpReadFile(Path, &Data, &Bytes, Error);
        if (NT_SUCCESS(Status))
            return LdrpLoad(Path, Data, Bytes, Image->Depth + 1u, Result, Error);
        if (Status != STATUS_OBJECT_NAME_NOT_FOUND)
            return Status;
    }
    return LdrpFail(Error, STATUS_OBJECT_NAME_NOT_FOUND,
        "%s imports from %.64s, which is neither part of "
        "dotsys nor in the same folder (%.300s)",
        Public->Name, Module, Folder ? Public->HostPath : "./");
}

/* The loaded image of a module, loading it if need be; Image then holds a reference to it. */
static NTSTATUS LdrpFindDependency(
    LDRP_IMAGE *Image, const char *Module, LDRP_IMAGE **Result, LDR_ERROR *Error)
{
    LDRP_IMAGE *Target = LdrpFindByName(Module, FALSE);
    NTSTATUS Status;

    if (Target != NULL && Target->State == LDRP_LOADING)
        return LdrpFail(Error, STATUS_INVALID_IMAGE_FORMAT, "%s and %.64s import from each other",
            Image->Public.Name, Module);
    if (Target != NULL) {
        Status = LdrpAddEdge(Image, Target, Error);
    } else {
        Status = LdrpLoadBeside(Image, Module, &Target, Error);
        if (!NT_SUCCESS(Status))
            return Status;
        Status = LdrpAddEdge(Image, Target, Error);
        LdrpRelease(Target); /* the edge's reference remains */
    }
    if (NT_SUCCESS(Status))
        *Result = Target;
    return Status;
}

/* ---- Forwarders ----------------------------------------------------------------------------- */

/* A forwarder's module has no extension: "ntoskrnl". */
static const char *LdrpKernelModuleOf(const char *Stem)
{
    char Module[64];

    snprintf(Module, sizeof(Module), "%s.exe", Stem);
    const char *Kernel = LdrKernelModule(Module);
    if (Kernel != NULL)
        return Kernel;
    snprintf(Module, sizeof(Module), "%s.dll", Stem);
    Kernel = LdrKernelModule(Module);
    if (Kernel != NULL)
        return Kernel;
    snprintf(Module, sizeof(Module), "%s.sys", Stem);
    return LdrKernelModule(Module);
}

/* Splits "MODULE.Name" or "MODULE.#1". FALSE: neither. */
static BOOLEAN LdrpSplitForwarder(
    const char *Forwarder, char Stem[48], const char **Name, ULONG *Ordinal)
{
    const char *Dot = strrchr(Forwarder, '.');

    if (Dot == NULL || Dot == Forwarder || Dot - Forwarder >= 48 || Dot[1] == 0)
        return FALSE;
    memcpy(Stem, Forwarder, (SIZE_T)(Dot - Forwarder));
    Stem[Dot - Forwarder] = 0;
    *Name = Dot[1] == '#' ? NULL : Dot + 1;
    *Ordinal = Dot[1] == '#' ? (ULONG)strtoul(Dot + 2, NULL, 10) : 0;
    return TRUE;
}

/* Follows an export of Image to where it is. Name NULL: by ordinal. Forwarders load nothing. */
static BOOLEAN LdrpResolve(LDRP_IMAGE *Image, const char *Name, ULONG Ordinal, LDRP_TARGET *Target)
{
    for (ULONG Depth = 0; Depth < LDRP_MAX_DEPTH; Depth++) {
        LDRP_EXPORT Export;
        char Stem[48];
        if (Image == NULL || Image->FileData == NULL)
            return FALSE;
        if (!(Name ? LdrpFindExportByName(&Image->File, Name, &Export)
                   : LdrpFindExportByOrdinal(&Image->File, Ordinal, &Export)))
            return FALSE;
        if (Export.Forwarder == NULL) {
            *Target = (LDRP_TARGET){.Image = Image, .Rva = Export.Rva};
            return TRUE;
        }
        if (!LdrpSplitForwarder(Export.Forwarder, Stem, &Name, &Ordinal))
            return FALSE;
        const char *Kernel = LdrpKernelModuleOf(Stem);
        if (Kernel != NULL) {
            *Target = (LDRP_TARGET){.Kernel = Name ? LdrFindModuleExport(Kernel, Name) : NULL};
            return Target->Kernel != NULL && LdrExportExists(Target->Kernel, LdrTargetVersion);
        }
        Image = LdrpFindByName(Stem, TRUE);
    }
    return FALSE;
}

/* ---- Binding -------------------------------------------------------------------------------- */

static NTSTATUS LdrpMissingInDriver(
    const LDRP_BINDER *Binder, const LDRP_IMPORT *Import, const LDRP_IMAGE *Module)
{
    const char *Importer = Binder->Image->Public.Name;

    if (Import->Name == NULL)
        return LdrpFail(Binder->Error, STATUS_DRIVER_ORDINAL_NOT_FOUND,
            "%s imports ordinal %u of %s, which it "
            "does not export",
            Importer, Import->Ordinal, Module->Public.Name);
    return LdrpFail(Binder->Error, STATUS_DRIVER_ENTRYPOINT_NOT_FOUND,
        "%s imports %s from %s, which does not "
        "export it",
        Importer, Import->Name, Module->Public.Name);
}

static NTSTATUS LdrpBindToDriver(
    const LDRP_BINDER *Binder, const LDRP_IMPORT *Import, ULONG_PTR *Address)
{
    LDRP_IMAGE *Module = NULL;
    LDRP_TARGET Target;

    NTSTATUS Status = LdrpFindDependency(Binder->Image, Import->Module, &Module, Binder->Error);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!LdrpResolve(Module, Import->Name, Import->Ordinal, &Target))
        return LdrpMissingInDriver(Binder, Import, Module);
    if (Target.Kernel != NULL) {
        *Address = LdrpBindKernelExport(Binder->Image, Target.Kernel);
        return STATUS_SUCCESS;
    }
    *Address = (ULONG_PTR)Target.Image->Public.Base + Target.Rva;
    return LdrpAddEdge(Binder->Image, Target.Image, Binder->Error);
}

static NTSTATUS LdrpBindImport(const LDRP_IMPORT *Import, void *Context)
{
    const LDRP_BINDER *Binder = Context;
    const LDR_EXPORT *Export = NULL;
    ULONG_PTR Address = 0;
    NTSTATUS Status;

    if (LdrKernelModule(Import->Module) == NULL) {
        Status = LdrpBindToDriver(Binder, Import, &Address);
        if (!NT_SUCCESS(Status))
            return Status;
    } else {
        Status = LdrpFindKernelImport(Binder->Image, Import, &Export, Binder->Error);
        if (!NT_SUCCESS(Status))
            return Status;
        Address = LdrpBindKernelExport(Binder->Image, Export);
    }
    memcpy(Binder->Image->Public.Base + Import->SlotRva, &Address, sizeof(Address));
    return STATUS_SUCCESS;
}

/* Stubs among the imports: said, or a reason not to load. */
static NTSTATUS LdrpReportStubs(const LDRP_BINDER *Binder)
{
    const char *Name = Binder->Image->Public.Name;
    if (LdrRefuseStubs)
        return LdrpFail(Binder->Error, STATUS_NOT_IMPLEMENTED,
            "%s imports what is only a stub here: %s", Name, Binder->Stubs);
    if (LdrStubsImported != NULL)
        LdrStubsImported(Name, Binder->Stubs);
    return STATUS_SUCCESS;
}

static NTSTATUS LdrpWalkWith(LDRP_IMAGE *Image, LDRP_IMPORT_VISIT Visit, LDR_ERROR *Error)
{
    LDRP_BINDER Binder = {.Image = Image, .Error = Error};
    LDRP_REASON Reason = {""};

    NTSTATUS Status = LdrpWalkImports(&Image->File, Visit, &Binder, &Reason);
    if (!NT_SUCCESS(Status) && Reason.Text[0] != 0)
        LdrpFail(Error, Status, "%s %s", Image->Public.Name, Reason.Text);
    return NT_SUCCESS(Status) && Binder.StubCount != 0 ? LdrpReportStubs(&Binder) : Status;
}

NTSTATUS LdrpCheckImports(LDRP_IMAGE *Image, LDR_ERROR *Error)
{
    return LdrpWalkWith(Image, LdrpCheckImport, Error);
}

NTSTATUS LdrpBindImports(LDRP_IMAGE *Image, LDR_ERROR *Error)
{
    return LdrpWalkWith(Image, LdrpBindImport, Error);
}

/* ---- For others ----------------------------------------------------------------------------- */

void *LdrpFindExport(LDRP_IMAGE *Image, const char *Name)
{
    LDRP_TARGET Target;

    if (!LdrpResolve(Image, Name, 0, &Target))
        return NULL;
    return Target.Kernel != NULL ? Target.Kernel->Address : Target.Image->Public.Base + Target.Rva;
}

typedef struct LDRP_LISTER {
    BOOLEAN (*Visit)(const LDR_IMPORT *Import, void *Context);
    void *Context;
    BOOLEAN X86;
} LDRP_LISTER;

static NTSTATUS LdrpListImport(const LDRP_IMPORT *Import, void *Context)
{
    const LDRP_LISTER *Lister = Context;
    LDR_IMPORT Listed = {
        .Module = Import->Module, .Name = Import->Name, .Ordinal = Import->Ordinal};

    if (Import->Name != NULL)
        Listed.Export = Lister->X86 ? LdrFindModuleExportX86(Import->Module, Import->Name)
                                    : LdrFindModuleExport(Import->Module, Import->Name);
    /* An error ends the walk; this one is taken back by the caller. */
    return Lister->Visit(&Listed, Lister->Context) ? STATUS_SUCCESS : STATUS_CANCELLED;
}

NTSTATUS LdrListImports(const char *HostPath,
    BOOLEAN (*Visit)(const LDR_IMPORT *Import, void *Context), void *Context, LDR_ERROR *Error)
{
    LDRP_LISTER Lister = {.Visit = Visit, .Context = Context};
    LDRP_REASON Reason;
    LDRP_FILE File;
    void *Data;
    SIZE_T Bytes;

    NTSTATUS Status = LdrpReadFile(HostPath, &Data, &Bytes, Error);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = LdrpParse(Data, Bytes, &File, &Reason);
    if (NT_SUCCESS(Status) && File.Machine != IMAGE_FILE_MACHINE_AMD64 &&
        File.Machine != IMAGE_FILE_MACHINE_I386)
        Status = LdrpRefuse(&Reason, "is built for %s", LdrpMachineName(File.Machine));
    Lister.X86 = NT_SUCCESS(Status) && File.Machine == IMAGE_FILE_MACHINE_I386;
    if (NT_SUCCESS(Status))
        Status = LdrpWalkImports(&File, LdrpListImport, &Lister, &Reason);
    if (Status == STATUS_CANCELLED)
        Status = STATUS_SUCCESS;
    if (!NT_SUCCESS(Status))
        LdrpFail(Error, Status, "%s %s", LdrpFileName(HostPath), Reason.Text);
    host_private_free(Data, Bytes);
    return Status;
}
