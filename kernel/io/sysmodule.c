/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The loaded modules, in the order they were loaded. ntoskrnl.exe is the library our own code was
 * loaded from, which is where the functions drivers import lie: addresses can be found to be in it,
 * but there is no PE header at its base. hal.dll is what it is on Windows 10, a small image without
 * code: its functions lie in ntoskrnl.exe.
 */
#include <stdio.h>
#include <string.h>

#include "io/sysinfo.h"

#define IOP_KERNEL_FOLDER "\\SystemRoot\\system32\\"
#define IOP_DRIVER_FOLDER "\\SystemRoot\\System32\\drivers\\"
#define IOP_NEW_HEADERS 0x80u

static UCHAR *IopHalBase; /* a page, made when first asked for; goes with the machine's memory */

void IopResetModules(void)
{
    IopHalBase = NULL;
    IopResetModuleList();
}

static void IopBuildHal(UCHAR *Base)
{
    IMAGE_DOS_HEADER *Dos = (IMAGE_DOS_HEADER *)(void *)Base;
#if defined(__x86_64__)
    IMAGE_NT_HEADERS64 *Nt = (IMAGE_NT_HEADERS64 *)(void *)(Base + IOP_NEW_HEADERS);
    Nt->FileHeader.Machine = IMAGE_FILE_MACHINE_AMD64;
    Nt->OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR64_MAGIC;
#else
    IMAGE_NT_HEADERS32 *Nt = (IMAGE_NT_HEADERS32 *)(void *)(Base + IOP_NEW_HEADERS);
    Nt->FileHeader.Machine = IMAGE_FILE_MACHINE_I386;
    Nt->OptionalHeader.Magic = IMAGE_NT_OPTIONAL_HDR32_MAGIC;
#endif
    Dos->e_magic = IMAGE_DOS_SIGNATURE;
    Dos->e_lfanew = IOP_NEW_HEADERS;
    Nt->Signature = IMAGE_NT_SIGNATURE;
    Nt->FileHeader.SizeOfOptionalHeader = sizeof(Nt->OptionalHeader);
    Nt->OptionalHeader.ImageBase = (ULONG_PTR)Base;
    Nt->OptionalHeader.SectionAlignment = PAGE_SIZE;
    Nt->OptionalHeader.FileAlignment = PAGE_SIZE;
    Nt->OptionalHeader.SizeOfImage = PAGE_SIZE;
    Nt->OptionalHeader.SizeOfHeaders = PAGE_SIZE;
}

static UCHAR *IopHalImage(void)
{
    UCHAR *Base = __atomic_load_n(&IopHalBase, __ATOMIC_ACQUIRE), *Seen = NULL;
    if (Base != NULL)
        return Base;
    Base = MmAllocatePages(1, MM_PAGE_KERNEL);
    if (Base == NULL)
        return NULL;
    IopBuildHal(Base);
    if (__atomic_compare_exchange_n(
            &IopHalBase, &Seen, Base, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return Base;
    MmFreePages(Base);
    return Seen;
}

static BOOLEAN IopNextImage(LDR_IMAGE *Image, void *Context)
{
    LDR_IMAGE **Best = Context; /* the last one told of, the best of those behind it */
    const ULONG After = Best[0] != NULL ? Best[0]->Sequence : 0;
    if (Image->Sequence > After && (Best[1] == NULL || Image->Sequence < Best[1]->Sequence))
        Best[1] = Image;
    return TRUE;
}

BOOLEAN IopDescribeOwnModule(ULONG Index, IOP_MODULE *Module)
{
    memset(Module, 0, sizeof(*Module));
    Module->Folder = IOP_KERNEL_FOLDER;
    if (Index == 0) {
        Module->Name = "ntoskrnl.exe";
        uintptr_t Base;
        size_t Bytes;
        host_image(&Base, &Bytes);
        Module->Base = (void *)(Base & ~(ULONG_PTR)(PAGE_SIZE - 1));
        Module->Bytes = (ULONG)((Base % PAGE_SIZE + Bytes + PAGE_SIZE - 1) &
            ~(SIZE_T)(PAGE_SIZE - 1));
        Module->PreferredBase = (ULONG_PTR)Module->Base;
        return TRUE;
    }
    if (Index != 1)
        return FALSE;
    Module->Name = "hal.dll";
    Module->Base = IopHalImage();
    Module->Bytes = PAGE_SIZE;
    Module->PreferredBase = (ULONG_PTR)Module->Base;
    return TRUE;
}

void IopDescribeImage(const LDR_IMAGE *Image, IOP_MODULE *Module)
{
    *Module = (IOP_MODULE){.Folder = IOP_DRIVER_FOLDER,
        .Name = Image->Name,
        .Base = Image->Base,
        .Bytes = Image->SizeOfImage,
        .TimeDateStamp = Image->TimeDateStamp,
        .PreferredBase = Image->PreferredBase};
}

/* The module behind the one of that number, which Image is (NULL: the kernel's own). FALSE: there
 * is none. */
static BOOLEAN IopDescribeModule(ULONG Index, LDR_IMAGE **Image, IOP_MODULE *Module)
{
    if (IopDescribeOwnModule(Index, Module))
        return TRUE;
    LDR_IMAGE *Best[2] = {*Image, NULL};
    (void)LdrEnumerateImages(IopNextImage, Best);
    if (Best[1] == NULL)
        return FALSE;
    *Image = Best[1];
    IopDescribeImage(*Image, Module);
    return TRUE;
}

static void IopFillModule(RTL_PROCESS_MODULE_INFORMATION *To, const IOP_MODULE *Module, ULONG Index)
{
    To->ImageBase = Module->Base;
    To->ImageSize = Module->Bytes;
    To->Flags = 0x8804000; /* a driver whose entry point has been called */
    To->LoadOrderIndex = (USHORT)Index;
    To->LoadCount = 1;
    To->OffsetToFileName = (USHORT)strlen(Module->Folder);
    snprintf(To->FullPathName, sizeof(To->FullPathName), "%s%s", Module->Folder, Module->Name);
}

NTSTATUS IopQueryModules(IOP_ANSWER *Answer)
{
    LDR_IMAGE *Image = NULL;
    IOP_MODULE Module;
    ULONG Count = 0;
    if (IopHalImage() == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    (void)IopExtendAnswer(Answer, FIELD_OFFSET(RTL_PROCESS_MODULES, Modules));
    while (IopDescribeModule(Count, &Image, &Module)) {
        RTL_PROCESS_MODULE_INFORMATION *Entry = IopExtendAnswer(Answer, sizeof(*Entry));
        if (Entry != NULL)
            IopFillModule(Entry, &Module, Count);
        Count++;
    }
    RTL_PROCESS_MODULES *Head = IopAnswerAt(Answer, 0, FIELD_OFFSET(RTL_PROCESS_MODULES, Modules));
    if (Head != NULL)
        Head->NumberOfModules = Count;
    return STATUS_SUCCESS;
}

NTSTATUS IopQueryModulesEx(IOP_ANSWER *Answer)
{
    LDR_IMAGE *Image = NULL;
    IOP_MODULE Module;
    if (IopHalImage() == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (ULONG Index = 0; IopDescribeModule(Index, &Image, &Module); Index++) {
        RTL_PROCESS_MODULE_INFORMATION_EX *Entry = IopExtendAnswer(Answer, sizeof(*Entry));
        if (Entry == NULL)
            continue;
        Entry->NextOffset = sizeof(*Entry);
        IopFillModule(&Entry->BaseInfo, &Module, Index);
        Entry->TimeDateStamp = Module.TimeDateStamp;
        Entry->DefaultBase = (void *)Module.PreferredBase;
    }
    (void)IopExtendAnswer(Answer, sizeof(USHORT));
    return STATUS_SUCCESS;
}

/* What the auxiliary kernel library has of a module: the first member alone, or all of it. */
typedef struct IOP_AUX_MODULE { /* AUX_MODULE_EXTENDED_INFO */
    PVOID ImageBase; /* AUX_MODULE_BASIC_INFO */
    ULONG ImageSize;
    USHORT FileNameOffset;
    CHAR FullPathName[256];
} IOP_AUX_MODULE;

/*
 * RtlQueryModuleInformation - the loaded modules, as aux_klib.lib asks for them.
 *
 * InformationLength: bytes of Information; receives those it takes. SizePerModule: of
 *          AUX_MODULE_BASIC_INFO or AUX_MODULE_EXTENDED_INFO. Information: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_TOO_SMALL; INVALID_PARAMETER: another size; INSUFFICIENT_RESOURCES.
 * Source:  DOC aux_klib/AuxKlibQueryModuleInformation, whose way to the kernel it is; OBS
 *          tests/kernel/io/RtlQueryModuleInformation.c
 */
NTSTATUS NTAPI RtlQueryModuleInformation(
    ULONG *InformationLength, ULONG SizePerModule, PVOID Information)
{
    LDR_IMAGE *Image = NULL;
    IOP_MODULE Module;
    ULONG Count = 0;
    if (SizePerModule != sizeof(PVOID) && SizePerModule != sizeof(IOP_AUX_MODULE))
        return STATUS_INVALID_PARAMETER;
    const ULONG Room = Information != NULL ? *InformationLength / SizePerModule : 0;
    if (IopHalImage() == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (; IopDescribeModule(Count, &Image, &Module); Count++) {
        IOP_AUX_MODULE Entry = {.ImageBase = Module.Base, .ImageSize = Module.Bytes};
        if (Count >= Room)
            continue;
        Entry.FileNameOffset = (USHORT)strlen(Module.Folder);
        snprintf(
            Entry.FullPathName, sizeof(Entry.FullPathName), "%s%s", Module.Folder, Module.Name);
        memcpy((UCHAR *)Information + Count * SizePerModule, &Entry, SizePerModule);
    }
    *InformationLength = Count * SizePerModule;
    return Information != NULL && Count > Room ? STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;
}

/*
 * IoQueryFullDriverPath - where a driver's image was loaded from, as the list of modules has it.
 *
 * FullPath: receives a string in paged pool.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; NOT_FOUND: it has no image; INSUFFICIENT_RESOURCES.
 * Owner:   caller; ExFreePool(FullPath->Buffer).
 * Source:  DOC ntddk/IoQueryFullDriverPath; OBS tests/kernel/io/IoQueryFullDriverPath.c
 */
NTSTATUS NTAPI IoQueryFullDriverPath(DRIVER_OBJECT *DriverObject, UNICODE_STRING *FullPath)
{
    const LDR_IMAGE *Image = DriverObject->DriverStart != NULL
        ? LdrFindImage((ULONG_PTR)DriverObject->DriverStart)
        : NULL;
    ULONG_PTR Site = EX_CALLER;
    if (Image == NULL)
        return STATUS_NOT_FOUND;
    const SIZE_T Folder = sizeof(IOP_DRIVER_FOLDER) - 1, Name = strlen(Image->Name);
    WCHAR *Text = ExiAllocate(PagedPool, (Folder + Name + 1) * sizeof(WCHAR), IOP_TAG_IO, Site);
    if (Text == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    for (SIZE_T Index = 0; Index < Folder; Index++)
        Text[Index] = (UCHAR)IOP_DRIVER_FOLDER[Index];
    for (SIZE_T Index = 0; Index <= Name; Index++) /* with its end */
        Text[Folder + Index] = (UCHAR)Image->Name[Index];
    const USHORT Bytes = (USHORT)((Folder + Name) * sizeof(WCHAR));
    *FullPath = (UNICODE_STRING){Bytes, (USHORT)(Bytes + sizeof(WCHAR)), Text};
    return STATUS_SUCCESS;
}
