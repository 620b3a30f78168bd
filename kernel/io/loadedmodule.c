/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Loaded modules as drivers find them by themselves: DRIVER_OBJECT.DriverSection is an entry of a
 * list that goes through all drivers, ntoskrnl.exe and hal.dll, in the order they were loaded.
 * Drivers read it without a lock and write to it (Flags), so nothing of ours is kept there, but
 * whether callbacks may be registered, as on Windows. IopModuleLock guards the links.
 */
#include <string.h>

#include "io/sysinfo.h"
#include "nt/ldr.h"

#define IOP_TAG_MODULE 0x644C6D4Du /* 'MmLd', as on Windows */
#define IOP_MODULE_FLAGS 0x09104000u /* of a driver whose entry point has been called */
#define IOP_MODULE_INTEGRITY 0x20u /* linked with /INTEGRITYCHECK, or so a driver says */
#define IOP_MODULE_PATH 128u

typedef struct IOP_MODULE_ENTRY {
    KLDR_DATA_TABLE_ENTRY Entry;
    WCHAR Path[IOP_MODULE_PATH]; /* the file's name is its end */
} IOP_MODULE_ENTRY;

static KSPIN_LOCK IopModuleLock;
static KLDR_DATA_TABLE_ENTRY IopModuleHead; /* whole, as who walks the list may take it for a module
                                             */
static BOOLEAN (*IopImageHasIntegrity)(ULONG_PTR Address); /* by the image's header; NULL: all have
                                                            */

static BOOLEAN IopHeaderHasIntegrity(ULONG_PTR Address)
{
    return IopImageHasIntegrity == NULL || IopImageHasIntegrity(Address);
}

/*
 * What is asked before some callbacks are registered. Windows asks the list, and drivers change
 * what that says.
 */
static BOOLEAN IopModuleHasIntegrity(ULONG_PTR Address)
{
    const KLDR_DATA_TABLE_ENTRY *Found = NULL;
    ULONG Flags = 0;
    KIRQL Old = KiAcquireLock(&IopModuleLock);
    for (LIST_ENTRY *Link = IopModuleHead.InLoadOrderLinks.Flink;
         Link != &IopModuleHead.InLoadOrderLinks && Found == NULL; Link = Link->Flink) {
        const KLDR_DATA_TABLE_ENTRY *Entry = CONTAINING_RECORD(
            Link, KLDR_DATA_TABLE_ENTRY, InLoadOrderLinks);
        if (Address - (ULONG_PTR)Entry->DllBase < Entry->SizeOfImage) {
            Found = Entry;
            Flags = Entry->Flags;
        }
    }
    KiReleaseLock(&IopModuleLock, Old);
    return Found != NULL ? (Flags & IOP_MODULE_INTEGRITY) != 0 : IopHeaderHasIntegrity(Address);
}

void IopResetModuleList(void)
{
    if (PsImageHasIntegrity != IopModuleHasIntegrity)
        IopImageHasIntegrity = PsImageHasIntegrity;
    PsImageHasIntegrity = IopModuleHasIntegrity;
    IopModuleLock = 0;
    memset(&IopModuleHead, 0, sizeof(IopModuleHead));
    InitializeListHead(&IopModuleHead.InLoadOrderLinks);
}

static void IopNameModule(IOP_MODULE_ENTRY *Module, const char *Folder, const char *Name)
{
    ULONG Count = 0, Start;
    while (*Folder != 0 && Count < IOP_MODULE_PATH - 1)
        Module->Path[Count++] = (UCHAR)*Folder++;
    Start = Count;
    while (*Name != 0 && Count < IOP_MODULE_PATH - 1)
        Module->Path[Count++] = (UCHAR)*Name++;
    const USHORT Bytes = (USHORT)(Count * sizeof(WCHAR)), Before = (USHORT)(Start * sizeof(WCHAR));
    Module->Entry.FullDllName = (UNICODE_STRING){
        Bytes, (USHORT)(Bytes + sizeof(WCHAR)), Module->Path};
    Module->Entry.BaseDllName = (UNICODE_STRING){
        (USHORT)(Bytes - Before), (USHORT)(Bytes - Before + sizeof(WCHAR)), Module->Path + Start};
}

static NTSTATUS IopEnterEntry(const IOP_MODULE *Described, void *EntryPoint, void **Section)
{
    IOP_MODULE_ENTRY *New = ExiAllocateZero(
        NonPagedPoolNx, sizeof(*New), IOP_TAG_MODULE, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    IopNameModule(New, Described->Folder, Described->Name);
    New->Entry.DllBase = Described->Base;
    New->Entry.EntryPoint = EntryPoint;
    New->Entry.SizeOfImage = New->Entry.SizeOfImageNotRounded = Described->Bytes;
    New->Entry.TimeDateStamp = Described->TimeDateStamp;
    New->Entry.Flags = IOP_MODULE_FLAGS;
    if (IopHeaderHasIntegrity((ULONG_PTR)Described->Base))
        New->Entry.Flags |= IOP_MODULE_INTEGRITY;
    New->Entry.LoadCount = 1;
    KIRQL Old = KiAcquireLock(&IopModuleLock);
    InsertTailList(&IopModuleHead.InLoadOrderLinks, &New->Entry.InLoadOrderLinks);
    KiReleaseLock(&IopModuleLock, Old);
    *Section = &New->Entry;
    return STATUS_SUCCESS;
}

/* The kernel and the HAL, with the first driver. */
static NTSTATUS IopEnterOwnModules(void)
{
    NTSTATUS Status = STATUS_SUCCESS;
    IOP_MODULE Module;
    void *Section;
    for (ULONG Index = 0; NT_SUCCESS(Status) && IopDescribeOwnModule(Index, &Module); Index++)
        Status = IopEnterEntry(&Module, NULL, &Section);
    return Status;
}

NTSTATUS IopEnterModule(LDR_IMAGE *Image, void **Section)
{
    IOP_MODULE Module;
    if (IsListEmpty(&IopModuleHead.InLoadOrderLinks)) {
        NTSTATUS Status = IopEnterOwnModules();
        if (!NT_SUCCESS(Status))
            return Status;
    }
    IopDescribeImage(Image, &Module);
    return IopEnterEntry(&Module, Image->EntryPoint, Section);
}

void IopLeaveModule(void *Section)
{
    KLDR_DATA_TABLE_ENTRY *Entry = Section;
    KIRQL Old = KiAcquireLock(&IopModuleLock);
    /* A driver may have taken itself out, with links that lead to itself or nowhere. */
    if (Entry->InLoadOrderLinks.Flink != NULL && Entry->InLoadOrderLinks.Blink != NULL &&
        Entry->InLoadOrderLinks.Flink->Blink == &Entry->InLoadOrderLinks &&
        Entry->InLoadOrderLinks.Blink->Flink == &Entry->InLoadOrderLinks)
        RemoveEntryList(&Entry->InLoadOrderLinks);
    KiReleaseLock(&IopModuleLock, Old);
    ExiFree(Entry);
}
