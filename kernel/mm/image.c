/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Image sections: a PE file laid out as it lies in memory, in a file of the host's without a name
 * that all views
 *          share until they
 * write. Views are not relocated; who maps one elsewhere than the image wants to be is told. ldr
 * reads the file, believing none of it.
 */
#include "host/host.h"
#include "ldr/parse.h"
#include "mm/mip.h"
#include "mm/section.h"
#include "mm/space.h"
#include "mm/vad.h"

#define MI_TAG_IMAGE 0x6D49534Du /* 'MSIm' */

/* What one page of an image may be used for, as PAGE_…. */
static UCHAR MiImageProtect(ULONG Access)
{
    const BOOLEAN Write = (Access & IMAGE_SCN_MEM_WRITE) != 0,
                  Read = (Access & IMAGE_SCN_MEM_READ) != 0;
    if (Access & IMAGE_SCN_MEM_EXECUTE)
        return (UCHAR)(Write ? PAGE_EXECUTE_WRITECOPY : Read ? PAGE_EXECUTE_READ : PAGE_EXECUTE);
    return (UCHAR)(Write ? PAGE_WRITECOPY : Read ? PAGE_READONLY : PAGE_NOACCESS);
}

static NTSTATUS MiLayOut(MM_SECTION *Section, const LDRP_FILE *File)
{
    int Memory;
    const SIZE_T Pages = File->SizeOfImage / PAGE_SIZE;
    Section->PageProtect = ExiAllocate(NonPagedPoolNx, Pages, MI_TAG_IMAGE, EX_KERNEL_SITE);
    UCHAR *Image = Section->PageProtect != NULL ? host_private_allocate(File->SizeOfImage) : NULL;
    if (Image == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    LdrpPlace(File, Image);
    for (ULONG Page = 0; Page < Pages; Page++)
        Section->PageProtect[Page] = Page * PAGE_SIZE < File->SizeOfHeaders
            ? PAGE_READONLY
            : MiImageProtect(LdrpPageAccess(File, Page));
    int Error = host_disk_memory(&Memory);
    if (Error == 0) {
        Section->HostFile = Memory;
        Error = host_disk_resize(Memory, File->SizeOfImage);
    }
    if (Error == 0)
        Error = host_disk_write(Memory, Image, File->SizeOfImage, 0);
    host_private_free(Image, File->SizeOfImage);
    return Error == 0 ? STATUS_SUCCESS : STATUS_INSUFFICIENT_RESOURCES;
}

static NTSTATUS MiParseImage(MM_SECTION *Section, const UCHAR *Data, SIZE_T Bytes)
{
    LDRP_FILE File;
    LDRP_REASON Reason;
    if (Bytes < 2 || Data[0] != 'M' || Data[1] != 'Z')
        return STATUS_INVALID_IMAGE_NOT_MZ;
    NTSTATUS Status = LdrpParse(Data, Bytes, &File, &Reason);
    if (!NT_SUCCESS(Status))
        return Status;
    Section->SizeBytes = File.SizeOfImage;
    Section->Image = (SECTION_IMAGE_INFORMATION){
        .TransferAddress = (void *)(ULONG_PTR)(File.EntryPoint != 0
                ? File.ImageBase + File.EntryPoint
                : 0),
        .SubSystemType = File.Subsystem,
        .ImageCharacteristics = File.Characteristics,
        .Machine = File.Machine,
        .ImageContainsCode = File.EntryPoint != 0,
        .ImageFileSize = (ULONG)Bytes,
        .CheckSum = File.CheckSum};
    Section->ImageBase = File.ImageBase;
    return MiLayOut(Section, &File);
}

NTSTATUS MiMakeImage(MM_SECTION *Section, int Descriptor)
{
    struct host_file_status Status;
    SIZE_T Done = 0;
    if (host_file_query(Descriptor, &Status) != 0)
        return STATUS_UNEXPECTED_IO_ERROR;
    if (Status.size_bytes == 0 || Status.size_bytes > LDRP_MAX_FILE_BYTES)
        return STATUS_INVALID_IMAGE_FORMAT;
    if (MmShouldFail())
        return STATUS_INSUFFICIENT_RESOURCES;
    SIZE_T Bytes = (SIZE_T)Status.size_bytes;
    UCHAR *Data = host_private_allocate(Bytes);
    if (Data == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Result = host_file_read_at(Descriptor, Data, Bytes, 0, &Done) == 0 && Done == Bytes
                          ? MiParseImage(Section, Data, Bytes)
                          : STATUS_UNEXPECTED_IO_ERROR;
    host_private_free(Data, Bytes);
    return Result;
}

NTSTATUS MiProtectImage(
    MM_SPACE *Space, const MM_SECTION *Section, ULONG_PTR Base, SIZE_T Bytes, ULONG64 Offset)
{
    const UCHAR *Protect = Section->PageProtect + Offset / PAGE_SIZE;
    NTSTATUS Status = STATUS_SUCCESS;
    for (SIZE_T First = 0, Next; NT_SUCCESS(Status) && First < Bytes / PAGE_SIZE; First = Next) {
        ULONG Old;
        for (Next = First + 1; Next < Bytes / PAGE_SIZE && Protect[Next] == Protect[First]; Next++)
            ;
        Status = MiProtectUser(
            Space, Base + First * PAGE_SIZE, (Next - First) * PAGE_SIZE, Protect[First], &Old);
    }
    return Status;
}
