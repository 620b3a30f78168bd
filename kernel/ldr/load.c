/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Loading and unloading. The allocation of an image is its own pages, then pages for thunks, then
 * inaccessible ones that stand for variables we do not have (thunk.c). All an image owns hangs on
 * its slot from the moment it is acquired, so that LdrTerminate finds what an ended thread left
 * behind.
 *
 * No page is both writable and executable unless its sections or a debugger want it. The file
 * stays in memory while its section table or exports may be needed.
 */
#include "ldr/ldrp.h"
#include "ke/ordered.h"
#include "mm/paging.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

NTSTATUS LdrpFail(LDR_ERROR *Error, NTSTATUS Status, const char *Format, ...)
{
    va_list Arguments;

    Error->Status = Status;
    va_start(Arguments, Format);
    vsnprintf(Error->Text, sizeof(Error->Text), Format, Arguments);
    va_end(Arguments);
    return Status;
}

const char *LdrpFileName(const char *HostPath)
{
    const char *Slash = strrchr(HostPath, '/');
    return Slash != NULL ? Slash + 1 : HostPath;
}

/* ---- The file ------------------------------------------------------------------------------- */

NTSTATUS LdrpReadFile(const char *HostPath, void **Data, SIZE_T *Bytes, LDR_ERROR *Error)
{
    size_t Size = 0;

    *Data = NULL;
    int Failure = host_file_read(HostPath, LDRP_MAX_FILE_BYTES, Data, &Size);
    *Bytes = Size;
    switch (Failure) {
    case 0:
        return STATUS_SUCCESS;
    case ENOENT:
    case ENOTDIR:
        return LdrpFail(
            Error, STATUS_OBJECT_NAME_NOT_FOUND, "%.400s: there is no such file", HostPath);
    case EACCES:
    case EPERM:
        return LdrpFail(
            Error, STATUS_ACCESS_DENIED, "%.400s may not be read by this user", HostPath);
    case EFBIG:
        return LdrpFail(
            Error, STATUS_INVALID_IMAGE_FORMAT, "%.400s is larger than 256 MiB", HostPath);
    case EINVAL:
        return LdrpFail(Error, STATUS_INVALID_IMAGE_FORMAT,
            "%.400s is no image: it is not a regular file", HostPath);
    case EISDIR:
        return LdrpFail(Error, STATUS_FILE_IS_A_DIRECTORY, "%.400s is a folder", HostPath);
    case ENOEXEC: /* in a sandbox, whose supervisor opens nothing else */
        return LdrpFail(Error, STATUS_INVALID_IMAGE_FORMAT,
            "%.400s is no image: it does not begin with \"MZ\"", HostPath);
    case ENOMEM:
        return LdrpFail(Error, STATUS_INSUFFICIENT_RESOURCES, "%.400s: out of memory", HostPath);
    default:
        return LdrpFail(Error, STATUS_UNEXPECTED_IO_ERROR, "%.400s cannot be read: %s", HostPath,
            strerror(Failure));
    }
}

static void LdrpDropFile(LDRP_IMAGE *Image)
{
    if (Image->FileData != NULL)
        host_private_free(Image->FileData, Image->FileBytes);
    Image->FileData = NULL;
    Image->File.Data = NULL;
}

/* Checks the file in full. */
static NTSTATUS LdrpOpen(LDRP_IMAGE *Image, LDR_ERROR *Error)
{
    LDRP_REASON Reason;

    Image->Public.Verified = LdrIsVerified == NULL || LdrIsVerified(Image->Public.Name);
    NTSTATUS Status = LdrpParse(Image->FileData, Image->FileBytes, &Image->File, &Reason);
    if (NT_SUCCESS(Status))
        Status = LdrpCheckDriver(&Image->File, LDRP_MACHINE, &Reason);
    if (NT_SUCCESS(Status))
        Status = LdrpCheckDirectories(&Image->File, &Reason);
    if (!NT_SUCCESS(Status))
        return LdrpFail(Error, Status, "%s %s", Image->Public.Name, Reason.Text);
    return LdrpCheckImports(Image, Error);
}

/* ---- Mapping -------------------------------------------------------------------------------- */

static ULONG LdrpPages(SIZE_T Bytes)
{
    return (ULONG)((Bytes + PAGE_SIZE - 1) / PAGE_SIZE);
}

static NTSTATUS LdrpMap(LDRP_IMAGE *Image, LDR_ERROR *Error)
{
    LDR_IMAGE *Public = &Image->Public;
    const LDRP_FILE *File = &Image->File;
    ULONG ImagePages = File->SizeOfImage / PAGE_SIZE;
    ULONG ThunkPages = LdrpPages((SIZE_T)Image->ThunkCount * LDRP_THUNK_BYTES);
    ULONG StubPages = LdrpPages((SIZE_T)Image->StubDataCount * LDRP_STUB_DATA_BYTES);
    LDRP_REASON Reason;
    ULONG TableRva;

    Image->PageCount = ImagePages + ThunkPages + StubPages;
    Public->Base = MmAllocatePages(Image->PageCount, MM_PAGE_IMAGE);
    if (Public->Base == NULL)
        return LdrpFail(Error, STATUS_INSUFFICIENT_RESOURCES,
            "%s needs %u pages of memory: there are not "
            "that many in one piece",
            Public->Name, Image->PageCount);
    Image->Thunks = Public->Base + (SIZE_T)ImagePages * PAGE_SIZE;
    Image->StubData = Image->Thunks + (SIZE_T)ThunkPages * PAGE_SIZE;
    Public->SizeOfImage = File->SizeOfImage;
    Public->PreferredBase = (ULONG_PTR)File->ImageBase;
    Public->TimeDateStamp = File->TimeDateStamp;
    Public->EntryPoint = File->EntryPoint ? Public->Base + File->EntryPoint : NULL;

    LdrpPlace(File, Public->Base);
    NTSTATUS Status =
        LdrpRelocate(File, Public->Base, (ULONG_PTR)Public->Base - File->ImageBase, &Reason);
    if (NT_SUCCESS(Status))
        Status = LdrpCheckFunctionTable(File, &TableRva, &Public->FunctionCount, &Reason);
    if (!NT_SUCCESS(Status))
        return LdrpFail(Error, Status, "%s %s", Public->Name, Reason.Text);
    if (Public->FunctionCount != 0)
        Public->FunctionTable = (RUNTIME_FUNCTION *)(void *)(Public->Base + TableRva);
    return STATUS_SUCCESS;
}

/* A new cookie as Windows makes it: on x64 the upper 16 bits are zero; never the default value. */
static void LdrpSetCookie(const LDRP_IMAGE *Image)
{
    ULONG Rva = LdrpFindCookie(&Image->File);
    ULONG_PTR Cookie;

    if (Rva == 0)
        return;
    UCHAR *At = Image->Public.Base + Rva;
    ULONG_PTR Default;
    memcpy(&Default, LdrpAt(&Image->File, Rva, sizeof(Default)), sizeof(Default));
    host_random(&Cookie, sizeof(Cookie));
#if defined(__x86_64__)
    Cookie &= 0x0000FFFFFFFFFFFFull;
#endif
    if (Cookie == 0 || Cookie == Default)
        Cookie = Default + 1;
    memcpy(At, &Cookie, sizeof(Cookie));
}

/* ---- Protection ----------------------------------------------------------------------------- */

static unsigned LdrpProtection(const LDRP_FILE *File, ULONG PageIndex)
{
    ULONG Access = LdrpPageAccess(File, PageIndex);
    return ((Access & IMAGE_SCN_MEM_READ) ? HOST_READ : 0u) |
           ((Access & IMAGE_SCN_MEM_WRITE) ? HOST_WRITE : 0u) |
           ((Access & IMAGE_SCN_MEM_EXECUTE) ? HOST_EXECUTE | LdrpDebuggerProtection() : 0u);
}

static NTSTATUS LdrpProtectImage(const LDRP_IMAGE *Image)
{
    ULONG Pages = Image->File.SizeOfImage / PAGE_SIZE;

    for (ULONG First = 0, End; First < Pages; First = End) {
        unsigned Protection = LdrpProtection(&Image->File, First);
        for (End = First + 1; End < Pages && LdrpProtection(&Image->File, End) == Protection; End++)
            ;
        if (Protection == (HOST_READ | HOST_WRITE)) /* as it is */
            continue;
        NTSTATUS Status =
            MmProtectPages(Image->Public.Base + (SIZE_T)First * PAGE_SIZE, End - First, Protection);
        if (!NT_SUCCESS(Status))
            return Status;
    }
    return STATUS_SUCCESS;
}

void (*LdrCodeReady)(const LDR_IMAGE *Image, UCHAR *Start, SIZE_T SizeBytes, unsigned Protection,
    BOOLEAN Discardable);

static void LdrpTellCode(const LDRP_IMAGE *Image)
{
    for (ULONG Page = 0; LdrCodeReady != NULL && Page < Image->File.SizeOfImage / PAGE_SIZE;
         Page++) {
        const unsigned Protection = LdrpProtection(&Image->File, Page);
        if (Protection & HOST_EXECUTE)
            LdrCodeReady(&Image->Public, Image->Public.Base + (SIZE_T)Page * PAGE_SIZE, PAGE_SIZE,
                Protection, LdrpPageDiscardable(&Image->File, Page));
    }
}

static NTSTATUS LdrpProtect(const LDRP_IMAGE *Image, LDR_ERROR *Error)
{
    ULONG ThunkPages = (ULONG)((Image->StubData - Image->Thunks) / PAGE_SIZE);
    ULONG StubPages = Image->PageCount - ThunkPages - Image->File.SizeOfImage / PAGE_SIZE;

    NTSTATUS Status = LdrpProtectImage(Image);
    if (NT_SUCCESS(Status) && ThunkPages != 0)
        Status = MmProtectPages(Image->Thunks, ThunkPages, HOST_READ | HOST_EXECUTE);
    if (NT_SUCCESS(Status) && StubPages != 0)
        Status = MmProtectPages(Image->StubData, StubPages, HOST_NO_ACCESS);
    if (!NT_SUCCESS(Status))
        LdrpFail(
            Error, Status, "%s: the protection of its pages cannot be set", Image->Public.Name);
    return Status;
}

/* Sections for pageable code and data, by the names drivers give them. What cannot be noted stays
 * in, which harms nobody. */
static void LdrpPageSections(const LDRP_IMAGE *Image)
{
    for (ULONG Index = 0; Index < Image->File.SectionCount; Index++) {
        LDRP_SECTION Section = LdrpGetSection(&Image->File, Index);
        if (strncmp(Section.Name, "PAGE", 4) == 0 && Section.Rva % PAGE_SIZE == 0)
            MmMakePageable(Image->Public.Base + Section.Rva, LdrpPages(Section.VirtualBytes));
    }
}

static void LdrpDiscardInit(LDRP_IMAGE *Image)
{
    LDR_IMAGE *Public = &Image->Public;
    ULONG Pages = Public->SizeOfImage / PAGE_SIZE;

    if (Public->InitDiscarded)
        return;
    Public->InitDiscarded = TRUE;
    for (ULONG First = 0, End; First < Pages; First = End + 1) {
        for (End = First; End < Pages && LdrpPageDiscardable(&Image->File, End); End++)
            ;
        UCHAR *Start = Public->Base + (SIZE_T)First * PAGE_SIZE;
        if (End != First && NT_SUCCESS(MmProtectPages(Start, End - First, HOST_NO_ACCESS)))
            host_mem_discard(Start, (SIZE_T)(End - First) * PAGE_SIZE);
    }
    if (Image->File.Directory[IMAGE_DIRECTORY_ENTRY_EXPORT].VirtualAddress == 0)
        LdrpDropFile(Image);
}

/* ---- Coming and going ----------------------------------------------------------------------- */

static NTSTATUS LdrpSetPath(LDRP_IMAGE *Image, const char *HostPath, LDR_ERROR *Error)
{
    LDR_IMAGE *Public = &Image->Public;
    const char *Name = LdrpFileName(HostPath);

    if (strlen(HostPath) >= sizeof(Public->HostPath) || strlen(Name) >= sizeof(Public->Name))
        return LdrpFail(Error, STATUS_NAME_TOO_LONG,
            "%.400s: the path or file name is too long (%zu and %zu "
            "bytes are the limits)",
            HostPath, sizeof(Public->HostPath) - 1, sizeof(Public->Name) - 1);
    memcpy(Public->HostPath, HostPath, strlen(HostPath) + 1);
    memcpy(Public->Name, Name, strlen(Name) + 1);
    return STATUS_SUCCESS;
}

/* Gives back what the image owns; not what it imports from. */
static void LdrpUnmap(LDRP_IMAGE *Image)
{
    if (Image->State == LDRP_LOADED)
        LdrpUnpublish(Image);
    if (Image->Public.Base != NULL)
        MmFreePages(Image->Public.Base);
    Image->Public.Base = NULL;
    LdrpDropFile(Image);
    LdrpReturn(Image);
}

static void LdrpDestroy(LDRP_IMAGE *Image)
{
    LDR_IMPORT_EDGE Edge[LDRP_MAX_DEPENDENCIES];
    ULONG Count = Image->EdgeCount;

    memcpy(Edge, Image->Edge, sizeof(Edge));
    LdrpUnmap(Image);
    for (ULONG Index = 0; Index < Count; Index++)
        LdrpRelease(LdrpPrivate(Edge[Index].Image));
}

NTSTATUS LdrpLoad(const char *HostPath, void *Data, SIZE_T Bytes, ULONG Depth, LDRP_IMAGE **Result,
    LDR_ERROR *Error)
{
    LDRP_IMAGE *Image;

    NTSTATUS Status = LdrpReserve(&Image);
    if (!NT_SUCCESS(Status)) {
        host_private_free(Data, Bytes);
        return LdrpFail(Error, Status, "%.400s: out of memory, or %u images are loaded", HostPath,
            LDRP_MAX_IMAGES);
    }
    Image->FileData = Data;
    Image->FileBytes = Bytes;
    Image->Depth = (UCHAR)Depth;
    Image->Public.References = 1;
    Status = LdrpSetPath(Image, HostPath, Error);
    if (NT_SUCCESS(Status))
        Status = LdrpOpen(Image, Error);
    if (NT_SUCCESS(Status))
        Status = LdrpMap(Image, Error);
    if (NT_SUCCESS(Status))
        Status = LdrpBindImports(Image, Error);
    if (!NT_SUCCESS(Status))
        goto Destroy;
    LdrpSetCookie(Image);
    LdrpPublish(Image); /* a debugger may have something to say about protection */
    Status = LdrpProtect(Image, Error);
    if (NT_SUCCESS(Status))
        LdrpTellCode(Image);
    if (NT_SUCCESS(Status) && LdrPageSections && Image->Public.Verified)
        LdrpPageSections(Image);
    if (NT_SUCCESS(Status) && LdrImagePlaced != NULL && Image->Public.Verified)
        LdrImagePlaced(&Image->Public);
    if (NT_SUCCESS(Status))
        PsiNotifyImage(Image->Public.HostPath, NULL, Image->Public.Base, Image->Public.SizeOfImage);
    if (NT_SUCCESS(Status) && Depth != 0)
        Status = LdrpCallDllInitialize(Image, Error);
    if (!NT_SUCCESS(Status))
        goto Destroy;
    *Result = Image;
    return STATUS_SUCCESS;

Destroy:
    LdrpDestroy(Image);
    return Status;
}

void LdrpRelease(LDRP_IMAGE *Image)
{
    ASSERT(Image->Public.References != 0);
    if (--Image->Public.References != 0)
        return;
    if (Image->Initialized && !LdrpCallDllUnload(Image))
        return;
    LdrpDestroy(Image);
}

/* STATUS_HOST_DOWN: the machine stopped while another thread had it. */
static NTSTATUS LdrpLock(void)
{
    return KiAcquireMutex(&LdrpMutex);
}

static NTSTATUS LdrpLoadFile(const char *HostPath, LDRP_IMAGE **Image, LDR_ERROR *Error)
{
    void *Data;
    SIZE_T Bytes;

    NTSTATUS Status = LdrpReadFile(HostPath, &Data, &Bytes, Error);
    return NT_SUCCESS(Status) ? LdrpLoad(HostPath, Data, Bytes, 0, Image, Error) : Status;
}

NTSTATUS LdrLoadImage(const char *HostPath, LDR_IMAGE **Result, LDR_ERROR *Error)
{
    ASSERT_IRQL(PASSIVE_LEVEL);
    NTSTATUS Status = LdrpLock();
    if (!NT_SUCCESS(Status))
        return LdrpFail(Error, Status, "%.400s: the machine has stopped", HostPath);

    LDRP_IMAGE *Image = LdrpFindByPath(HostPath);
    if (Image == NULL)
        Status = LdrpLoadFile(HostPath, &Image, Error);
    else if (Image->State == LDRP_LOADED)
        Image->Public.References++;
    else
        Status = LdrpFail(
            Error, STATUS_INVALID_IMAGE_FORMAT, "%.400s is being loaded already", HostPath);
    if (NT_SUCCESS(Status))
        *Result = &Image->Public;
    KiReleaseMutex(&LdrpMutex);
    return Status;
}

void LdrUnloadImage(LDR_IMAGE *Image)
{
    ASSERT_IRQL(PASSIVE_LEVEL);
    if (!NT_SUCCESS(LdrpLock()))
        return; /* LdrTerminate will do it */
    LdrpRelease(LdrpPrivate(Image));
    KiReleaseMutex(&LdrpMutex);
}

void LdrDiscardInit(LDR_IMAGE *Image)
{
    ASSERT_IRQL(PASSIVE_LEVEL);
    if (!NT_SUCCESS(LdrpLock()))
        return;
    LdrpDiscardInit(LdrpPrivate(Image));
    KiReleaseMutex(&LdrpMutex);
}

void *LdrFindExport(LDR_IMAGE *Image, const char *Name)
{
    ASSERT_IRQL(PASSIVE_LEVEL);
    if (!NT_SUCCESS(LdrpLock()))
        return NULL;
    void *Address = LdrpFindExport(LdrpPrivate(Image), Name);
    KiReleaseMutex(&LdrpMutex);
    return Address;
}

/* ---- Start and end -------------------------------------------------------------------------- */

static BOOLEAN LdrpLookup(ULONG_PTR Address, UCHAR **Base, RUNTIME_FUNCTION **Table, ULONG *Count)
{
    const LDR_IMAGE *Image = LdrFindImage(Address);

    if (Image == NULL)
        return FALSE;
    *Base = Image->Base;
    *Table = Image->FunctionTable;
    *Count = Image->FunctionCount;
    return TRUE;
}

static BOOLEAN LdrpIsImportSlot(ULONG_PTR Address)
{
    LDR_IMAGE *Image = LdrFindImage(Address);
    if (Image == NULL)
        return FALSE;
    const IMAGE_DATA_DIRECTORY *Table =
        &LdrpPrivate(Image)->File.Directory[IMAGE_DIRECTORY_ENTRY_IAT];
    return Address - (ULONG_PTR)Image->Base - Table->VirtualAddress < Table->Size;
}

/* The headers of an image stay mapped. */
static BOOLEAN LdrpHasIntegrity(ULONG_PTR Address)
{
    const LDR_IMAGE *Image = LdrFindImage(Address);
    if (Image == NULL)
        return FALSE;
    const IMAGE_DOS_HEADER *Dos = (const IMAGE_DOS_HEADER *)(const void *)Image->Base;
    const IMAGE_NT_HEADERS *Headers = (const IMAGE_NT_HEADERS *)(const void *)(Image->Base +
        Dos->e_lfanew);
    return (Headers->OptionalHeader.DllCharacteristics &
               IMAGE_DLLCHARACTERISTICS_FORCE_INTEGRITY) != 0;
}

NTSTATUS LdrInitialize(void)
{
    KeInitializeMutex(&LdrpMutex, 0);
    KeImageLookup = LdrpLookup;
    KeIsImportSlot = LdrpIsImportSlot;
    LdrListServices();
    PsImageHasIntegrity = LdrpHasIntegrity;
    return STATUS_SUCCESS;
}

void LdrTerminate(void)
{
    LDRP_IMAGE *Image;

    KeImageLookup = NULL;
    for (ULONG Slot = 0; (Image = LdrpSlotImage(Slot)) != NULL; Slot++) {
        /* The pages go with the machine's memory; a debugger must know, and the file is ours. */
        if (Image->State == LDRP_LOADED)
            LdrpUnpublish(Image);
        if (Image->State != LDRP_FREE)
            LdrpDropFile(Image);
    }
    LdrpFreeSlots();
}
