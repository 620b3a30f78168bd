/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Resources of images: a tree of three levels, type, name and language. The image is mapped, or,
 * with its base's lowest bit set, lies as in a file. The caller vouches for its headers; of the
 * tree nothing is believed, and nothing is read outside the directory.
 */
#include "ldr/resource.h"
#include "rtl/image.h"

#define LDRP_LEVELS         3u
#define LDRP_LANGUAGE_LEVEL 2u
#define LDRP_PRIMARY        0x3FFu /* of a language's number */
#define LDRP_ENGLISH        0x409u
#define LDRP_MOST_ID        0xFFFFu

typedef struct LDRP_RESOURCES {
    const UCHAR *Section; /* the root of the tree */
    ULONG Size;
    ULONG Rva;
} LDRP_RESOURCES;

static NTSTATUS NTAPI LdrpFindSection(const void *BaseAddress, LDRP_RESOURCES *Resources)
{
    const BOOLEAN InFile = ((ULONG_PTR)BaseAddress & 1) != 0;
    IMAGE_NT_HEADERS *Headers = RtlImageNtHeader((void *)((ULONG_PTR)BaseAddress & ~(ULONG_PTR)1));
    const IMAGE_DATA_DIRECTORY *Directory;
    ULONG HeaderBytes, ImageSize, Size;

    if (Headers == NULL)
        return STATUS_INVALID_IMAGE_FORMAT;
    Resources->Section = RtlImageDirectoryEntryToData(
        (void *)(ULONG_PTR)BaseAddress, TRUE, IMAGE_DIRECTORY_ENTRY_RESOURCE, &Size);
    Directory = RtlpDirectory(Headers, IMAGE_DIRECTORY_ENTRY_RESOURCE, &HeaderBytes);
    if (Resources->Section == NULL || Directory == NULL)
        return STATUS_RESOURCE_DATA_NOT_FOUND;
    ImageSize = Headers->OptionalHeader.SizeOfImage; /* at the same place for both word sizes */
    if (!InFile &&
        (Directory->VirtualAddress >= ImageSize || Size > ImageSize - Directory->VirtualAddress))
        return STATUS_INVALID_IMAGE_FORMAT;
    Resources->Size = Size;
    Resources->Rva = Directory->VirtualAddress;
    return STATUS_SUCCESS;
}

/* Bytes of the tree at Offset; NULL: they are not in it, or not aligned. */
static const void *NTAPI LdrpTreeAt(
    const LDRP_RESOURCES *Resources, ULONG Offset, ULONG Bytes, ULONG Alignment)
{
    const UCHAR *At = Resources->Section + Offset;

    if (Offset > Resources->Size || Bytes > Resources->Size - Offset ||
        ((ULONG_PTR)At & (Alignment - 1)) != 0)
        return NULL;
    return At;
}

/* The directory at Offset with its entries. */
static const IMAGE_RESOURCE_DIRECTORY *NTAPI LdrpDirectoryAt(
    const LDRP_RESOURCES *Resources, ULONG Offset, ULONG *Entries)
{
    const IMAGE_RESOURCE_DIRECTORY *Directory =
        LdrpTreeAt(Resources, Offset, sizeof(*Directory), sizeof(ULONG));

    if (Directory == NULL)
        return NULL;
    *Entries = (ULONG)Directory->NumberOfNamedEntries + Directory->NumberOfIdEntries;
    return LdrpTreeAt(Resources, Offset,
        (ULONG)sizeof(*Directory) + *Entries * (ULONG)sizeof(IMAGE_RESOURCE_DIRECTORY_ENTRY),
        sizeof(ULONG));
}

static BOOLEAN NTAPI LdrpIsName(const LDRP_RESOURCES *Resources, ULONG Offset, const WCHAR *Name)
{
    const USHORT *Counted = LdrpTreeAt(Resources, Offset, sizeof(*Counted), sizeof(*Counted));

    if (Counted == NULL || LdrpTreeAt(Resources, Offset, (*Counted + 1u) * (ULONG)sizeof(WCHAR),
                               sizeof(*Counted)) == NULL)
        return FALSE;
    for (ULONG Index = 0; Index < *Counted; Index++) {
        if (Name[Index] == 0 || Name[Index] != Counted[1 + Index])
            return FALSE;
    }
    return Name[*Counted] == 0;
}

static const IMAGE_RESOURCE_DIRECTORY_ENTRY *NTAPI LdrpFindEntry(const LDRP_RESOURCES *Resources,
    const IMAGE_RESOURCE_DIRECTORY *Directory, ULONG Entries, ULONG_PTR Wanted)
{
    const IMAGE_RESOURCE_DIRECTORY_ENTRY *Entry = (const void *)(Directory + 1);

    for (; Entries != 0; Entries--, Entry++) {
        if (Entry->NameIsString ? Wanted > LDRP_MOST_ID && LdrpIsName(Resources, Entry->NameOffset,
                                                               (const WCHAR *)Wanted)
                                : Entry->Name == Wanted)
            return Entry;
    }
    return NULL;
}

/* The language asked for, else one that will do. */
static const IMAGE_RESOURCE_DIRECTORY_ENTRY *NTAPI LdrpFindLanguage(const LDRP_RESOURCES *Resources,
    const IMAGE_RESOURCE_DIRECTORY *Directory, ULONG Entries, ULONG_PTR Wanted)
{
    const ULONG_PTR Tries[] = {Wanted, Wanted & LDRP_PRIMARY, 0, LDRP_ENGLISH};
    const IMAGE_RESOURCE_DIRECTORY_ENTRY *Entry = NULL;

    for (ULONG Try = 0; Entry == NULL && Try < (Wanted == 0 ? 4 : 3); Try++)
        Entry = LdrpFindEntry(Resources, Directory, Entries, Tries[Try]);
    if (Entry == NULL && Wanted == 0 && Entries != 0)
        Entry = (const void *)(Directory + 1);
    return Entry;
}

/*
 * Where the path ends: the offset of a directory, or of an entry of data with
 * IMAGE_RESOURCE_DATA_IS_DIRECTORY clear.
 */
static NTSTATUS NTAPI LdrpFollowPath(
    const LDRP_RESOURCES *Resources, const ULONG_PTR *Path, ULONG Length, ULONG *Result)
{
    static const NTSTATUS Missing[LDRP_LEVELS] = {STATUS_RESOURCE_TYPE_NOT_FOUND,
        STATUS_RESOURCE_NAME_NOT_FOUND, STATUS_RESOURCE_LANG_NOT_FOUND};
    ULONG Offset = IMAGE_RESOURCE_DATA_IS_DIRECTORY;

    for (ULONG Level = 0; Level < Length; Level++) {
        const IMAGE_RESOURCE_DIRECTORY_ENTRY *Entry;
        const IMAGE_RESOURCE_DIRECTORY *Directory;
        ULONG Entries;
        if (!(Offset & IMAGE_RESOURCE_DATA_IS_DIRECTORY))
            return Missing[Level];
        Directory =
            LdrpDirectoryAt(Resources, Offset & ~IMAGE_RESOURCE_DATA_IS_DIRECTORY, &Entries);
        if (Directory == NULL)
            return STATUS_INVALID_IMAGE_FORMAT;
        Entry = Level == LDRP_LANGUAGE_LEVEL
                    ? LdrpFindLanguage(Resources, Directory, Entries, Path[Level])
                    : LdrpFindEntry(Resources, Directory, Entries, Path[Level]);
        if (Entry == NULL)
            return Missing[Level];
        Offset = Entry->OffsetToData;
    }
    *Result = Offset;
    return STATUS_SUCCESS;
}

/*
 * LdrFindResource_U, LdrFindResourceEx_U - the data entry of a resource of an image.
 *
 * ResourceIdPath: type, name and language: numbers, or pointers to names, in upper case as they are
 *          in images. Language 0: any will do. Flags: not looked at: there are no other files with
 *          resources of the image.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; RESOURCE_DATA_NOT_FOUND: the image has no resources, or the path ends at a
 *          directory; RESOURCE_TYPE_NOT_FOUND, RESOURCE_NAME_NOT_FOUND, RESOURCE_LANG_NOT_FOUND;
 *          INVALID_PARAMETER: no path, or one of more than three; INVALID_IMAGE_FORMAT: no image,
 *          or its tree is damaged.
 * Source:  INF their use in drivers: undocumented; which languages will do: INF FindResourceEx (DOC
 *          winbase)
 */
NTSTATUS NTAPI LdrFindResource_U(const void *BaseAddress, const ULONG_PTR *ResourceIdPath,
    ULONG ResourceIdPathLength, const IMAGE_RESOURCE_DATA_ENTRY **ResourceDataEntry)
{
    LDRP_RESOURCES Resources;
    const IMAGE_RESOURCE_DATA_ENTRY *Entry;
    ULONG Offset = 0;
    NTSTATUS Status = STATUS_INVALID_PARAMETER;

    if (BaseAddress != NULL && ResourceIdPathLength != 0 && ResourceIdPathLength <= LDRP_LEVELS)
        Status = LdrpFindSection(BaseAddress, &Resources);
    if (NT_SUCCESS(Status))
        Status = LdrpFollowPath(&Resources, ResourceIdPath, ResourceIdPathLength, &Offset);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Offset & IMAGE_RESOURCE_DATA_IS_DIRECTORY)
        return STATUS_RESOURCE_DATA_NOT_FOUND;
    Entry = LdrpTreeAt(&Resources, Offset, sizeof(*Entry), sizeof(ULONG));
    if (Entry == NULL)
        return STATUS_INVALID_IMAGE_FORMAT;
    *ResourceDataEntry = Entry;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI LdrFindResourceEx_U(ULONG Flags, const void *BaseAddress,
    const ULONG_PTR *ResourceIdPath, ULONG ResourceIdPathLength,
    const IMAGE_RESOURCE_DATA_ENTRY **ResourceDataEntry)
{
    (void)Flags;
    return LdrFindResource_U(BaseAddress, ResourceIdPath, ResourceIdPathLength, ResourceDataEntry);
}

/*
 * LdrFindResourceDirectory_U - the directory at the end of a path of up to two, that of types
 * without one.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as LdrFindResource_U; RESOURCE_DATA_NOT_FOUND: there is data at the end of the path.
 * Source:  as LdrFindResource_U
 */
NTSTATUS NTAPI LdrFindResourceDirectory_U(const void *BaseAddress, const ULONG_PTR *ResourceIdPath,
    ULONG ResourceIdPathLength, const IMAGE_RESOURCE_DIRECTORY **ResourceDirectory)
{
    LDRP_RESOURCES Resources;
    const IMAGE_RESOURCE_DIRECTORY *Directory;
    ULONG Offset = 0, Entries;
    NTSTATUS Status = STATUS_INVALID_PARAMETER;

    if (BaseAddress != NULL && ResourceIdPathLength <= LDRP_LEVELS)
        Status = LdrpFindSection(BaseAddress, &Resources);
    if (NT_SUCCESS(Status))
        Status = LdrpFollowPath(&Resources, ResourceIdPath, ResourceIdPathLength, &Offset);
    if (!NT_SUCCESS(Status))
        return Status;
    if (!(Offset & IMAGE_RESOURCE_DATA_IS_DIRECTORY))
        return STATUS_RESOURCE_DATA_NOT_FOUND;
    Directory = LdrpDirectoryAt(&Resources, Offset & ~IMAGE_RESOURCE_DATA_IS_DIRECTORY, &Entries);
    if (Directory == NULL)
        return STATUS_INVALID_IMAGE_FORMAT;
    *ResourceDirectory = Directory;
    return STATUS_SUCCESS;
}

/*
 * LdrAccessResource - where the data of a resource is.
 *
 * ResourceDataEntry: from LdrFindResource_U of the same image. Address, Size: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_IMAGE_FORMAT: no image, or the data is not within it;
 *          RESOURCE_DATA_NOT_FOUND: it has no resources.
 * Source:  as LdrFindResource_U
 */
NTSTATUS NTAPI LdrAccessResource(const void *BaseAddress,
    const IMAGE_RESOURCE_DATA_ENTRY *ResourceDataEntry, const void **Address, ULONG *Size)
{
    const BOOLEAN InFile = ((ULONG_PTR)BaseAddress & 1) != 0;
    const ULONG Rva = ResourceDataEntry->OffsetToData, Bytes = ResourceDataEntry->Size;
    LDRP_RESOURCES Resources;
    NTSTATUS Status = LdrpFindSection(BaseAddress, &Resources);
    const UCHAR *First;
    ULONG Offset, Room;

    if (!NT_SUCCESS(Status))
        return Status;
    if (InFile) { /* behind the tree, in the same section */
        First = Resources.Section;
        Offset = Rva - Resources.Rva;
        Room = Resources.Size;
    } else {
        First = BaseAddress;
        Offset = Rva;
        Room = RtlImageNtHeader((void *)(ULONG_PTR)BaseAddress)->OptionalHeader.SizeOfImage;
    }
    if (Offset > Room || Bytes > Room - Offset)
        return STATUS_INVALID_IMAGE_FORMAT;
    if (Address != NULL)
        *Address = First + Offset;
    if (Size != NULL)
        *Size = Bytes;
    return STATUS_SUCCESS;
}
