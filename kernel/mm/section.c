/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Making, opening and asking about sections; see section.h.
 */
#include "mm/section.h"

#include "host/host.h"
#include "ke/zw.h"
#include "mm/mip.h"
#include "mm/vad.h"
#include "rtl/rtl.h"

#define MI_TAG_SECTION   0x7463534Du /* 'MSct' */
#define MI_TAG_CONTROL   0x61436D4Du /* 'MmCa' */
#define MI_SECTION_VALID 0x001F003Fu
#define MI_SEC_KINDS     (SEC_COMMIT | SEC_RESERVE | SEC_IMAGE)
#define MI_SEC_KNOWN                                                                          \
    (MI_SEC_KINDS | SEC_FILE | SEC_BASED | SEC_NOCACHE | SEC_WRITECOMBINE | SEC_LARGE_PAGES | \
        MI_SEC_NO_CHANGE | MI_SEC_GLOBAL)
#define MI_SEC_NO_CHANGE   0x00400000u
#define MI_SEC_GLOBAL      0x20000000u
#define MI_LARGEST_SECTION ((ULONG64)1 << 44)

OBJECT_TYPE *MmSectionObjectType;
NTSTATUS (*MmFileDescriptor)(const FILE_OBJECT *File, int *Descriptor, BOOLEAN *Writable);

static KSPIN_LOCK MiControlLock;

BOOLEAN MiSectionNeeds(ULONG Protect, unsigned *Needs)
{
    switch (Protect & ~(ULONG)(PAGE_NOCACHE | PAGE_WRITECOMBINE)) {
    case PAGE_READONLY:
    case PAGE_WRITECOPY: *Needs = HOST_READ; return TRUE;
    case PAGE_READWRITE: *Needs = HOST_READ | HOST_WRITE; return TRUE;
    case PAGE_EXECUTE:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_WRITECOPY: *Needs = HOST_READ | HOST_EXECUTE; return TRUE;
    case PAGE_EXECUTE_READWRITE: *Needs = HOST_READ | HOST_WRITE | HOST_EXECUTE; return TRUE;
    default: return FALSE;
    }
}

static BOOLEAN MiIsWritable(const MM_SECTION *Section)
{
    return Section->Kind != MM_SECTION_IMAGE &&
        (Section->Protect & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0;
}

/* ---- what the sections of a file have in common ---------------------------------------------- */

/* The file's, made with the first section. */
static NTSTATUS MiEnterControl(MM_SECTION *Section)
{
    SECTION_OBJECT_POINTERS *Pointers = Section->File->SectionObjectPointer;
    MI_CONTROL *New = ExiAllocateZero(NonPagedPoolNx, sizeof(*New), MI_TAG_CONTROL, EX_KERNEL_SITE);
    if (New == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    New->Pointers = Pointers;
    KIRQL Old = KiAcquireLock(&MiControlLock);
    if (Pointers->DataSectionObject == NULL) {
        Pointers->DataSectionObject = New;
        New = NULL;
    }
    Section->Control = Pointers->DataSectionObject;
    Section->Control->Sections++;
    Section->Control->WritableSections += MiIsWritable(Section);
    Section->Control->Images += Section->Kind == MM_SECTION_IMAGE;
    if (Section->Kind == MM_SECTION_IMAGE)
        Pointers->ImageSectionObject = Section->Control;
    KiReleaseLock(&MiControlLock, Old);
    if (New != NULL)
        ExiFree(New);
    return STATUS_SUCCESS;
}

static void MiLeaveControl(MM_SECTION *Section)
{
    MI_CONTROL *Control = Section->Control;
    KIRQL Old = KiAcquireLock(&MiControlLock);
    Control->WritableSections -= MiIsWritable(Section);
    Control->Images -= Section->Kind == MM_SECTION_IMAGE;
    if (Control->Images == 0)
        Control->Pointers->ImageSectionObject = NULL;
    BOOLEAN Last = --Control->Sections == 0;
    if (Last)
        Control->Pointers->DataSectionObject = NULL;
    KiReleaseLock(&MiControlLock, Old);
    if (Last)
        ExiFree(Control);
}

void MiCountView(MM_SECTION *Section, BOOLEAN User, LONG Change)
{
    if (Section->Control == NULL)
        return;
    KIRQL Old = KiAcquireLock(&MiControlLock);
    Section->Control->Views += (ULONG)Change;
    Section->Control->UserViews += User ? (ULONG)Change : 0;
    Section->Control->ImageViews += Section->Kind == MM_SECTION_IMAGE ? (ULONG)Change : 0;
    KiReleaseLock(&MiControlLock, Old);
}

/* What there is of a file now; zeros: no section. */
static MI_CONTROL MiQueryControl(const SECTION_OBJECT_POINTERS *Pointers)
{
    MI_CONTROL Control = {0};
    KIRQL Old = KiAcquireLock(&MiControlLock);
    if (Pointers != NULL && Pointers->DataSectionObject != NULL)
        Control = *(const MI_CONTROL *)Pointers->DataSectionObject;
    KiReleaseLock(&MiControlLock, Old);
    return Control;
}

/*
 * MmForceSectionClosed - whether no section is left of a file; those whose last handle and view is
 * gone are gone at once.
 * DelayClose: would close it later; there is no such time. IRQL: up to APC_LEVEL. Source: DOC
 *          ntifs/MmForceSectionClosed.
 */
BOOLEAN NTAPI MmForceSectionClosed(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, BOOLEAN DelayClose)
{
    (void)DelayClose;
    return MiQueryControl(SectionObjectPointer).Sections == 0;
}

/* MmForceSectionClosedEx - the same. Source: INF ntifs.h. */
BOOLEAN NTAPI MmForceSectionClosedEx(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, ULONG ForceCloseFlags)
{
    (void)ForceCloseFlags;
    return MiQueryControl(SectionObjectPointer).Sections == 0;
}

/*
 * MmFlushImageSection - whether no image of a file is mapped; MmFlushForDelete: nor its data mapped
 * by a client.
 * IRQL: up to APC_LEVEL. Source: DOC ntifs/MmFlushImageSection.
 */
BOOLEAN NTAPI MmFlushImageSection(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, MMFLUSH_TYPE FlushType)
{
    const MI_CONTROL Control = MiQueryControl(SectionObjectPointer);
    return Control.ImageViews == 0 && (FlushType != MmFlushForDelete || Control.UserViews == 0);
}

/*
 * MmCanFileBeTruncated - FALSE while a client has a view of the file. NewFileSize: NULL: to
 * nothing.
 * IRQL: up to APC_LEVEL. Source: DOC ntifs/MmCanFileBeTruncated; INF views beyond the new size are
 *       not told from others.
 */
BOOLEAN NTAPI MmCanFileBeTruncated(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, LARGE_INTEGER *NewFileSize)
{
    (void)NewFileSize;
    return MiQueryControl(SectionObjectPointer).UserViews == 0;
}

/*
 * MmDoesFileHaveUserWritableReferences - how many sections may write to the file. IRQL: up to
 * APC_LEVEL. Source: DOC ntifs.
 */
ULONG NTAPI MmDoesFileHaveUserWritableReferences(SECTION_OBJECT_POINTERS *SectionPointer)
{
    return MiQueryControl(SectionPointer).WritableSections;
}

/*
 * MmDisableModifiedWriteOfSection - no section's pages are written by anyone but its file's driver;
 * TRUE if there is one. INF.
 */
BOOLEAN NTAPI MmDisableModifiedWriteOfSection(SECTION_OBJECT_POINTERS *SectionObjectPointer)
{
    return MiQueryControl(SectionObjectPointer).Sections != 0;
}

/* MmGetMaximumFileSectionSize - what the address space allows. IRQL: up to APC_LEVEL. Source: DOC
 * ntifs. */
ULONG64 NTAPI MmGetMaximumFileSectionSize(void)
{
    return MI_LARGEST_SECTION;
}

/* ---- the object ------------------------------------------------------------------------------ */

static void MiDeleteSection(void *Object)
{
    MM_SECTION *Section = Object;
    if (Section->Control != NULL)
        MiLeaveControl(Section);
    if ((Section->Kind == MM_SECTION_MEMORY || Section->Kind == MM_SECTION_IMAGE) &&
        Section->HostFile >= 0)
        host_disk_close(Section->HostFile);
    if (Section->PageProtect != NULL)
        ExiFree(Section->PageProtect);
    if (Section->File != NULL)
        ObfDereferenceObject(Section->File);
}

/* Memory without a file. */
static NTSTATUS MiMakeMemory(MM_SECTION *Section)
{
    int File;
    if (MmShouldFail() || host_disk_memory(&File) != 0)
        return STATUS_INSUFFICIENT_RESOURCES;
    if (host_disk_resize(
            File, (ULONG64)(Section->SizeBytes + PAGE_SIZE - 1) & ~(ULONG64)(PAGE_SIZE - 1)) != 0) {
        host_disk_close(File);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    Section->HostFile = File;
    return STATUS_SUCCESS;
}

static NTSTATUS MiSizeFile(MM_SECTION *Section, int File)
{
    struct host_file_status Status;
    if (host_file_query(File, &Status) != 0)
        return STATUS_UNEXPECTED_IO_ERROR;
    if (Section->SizeBytes == 0)
        Section->SizeBytes = (LONGLONG)Status.size_bytes;
    if (Section->SizeBytes == 0)
        return STATUS_MAPPED_FILE_SIZE_ZERO;
    if ((ULONG64)Section->SizeBytes <= Status.size_bytes)
        return STATUS_SUCCESS;
    if (!MiIsWritable(Section))
        return STATUS_SECTION_TOO_BIG;
    return host_file_resize(File, (ULONG64)Section->SizeBytes) == 0 ? STATUS_SUCCESS
                                                                    : STATUS_DISK_FULL;
}

/* Takes over a reference of the file. */
static NTSTATUS MiMakeFile(MM_SECTION *Section, FILE_OBJECT *File)
{
    BOOLEAN Writable;
    int Descriptor;
    Section->File = File;
    NTSTATUS Status = MmFileDescriptor != NULL && File->SectionObjectPointer != NULL
                          ? MmFileDescriptor(File, &Descriptor, &Writable)
                          : STATUS_INVALID_FILE_FOR_SECTION;
    if (!NT_SUCCESS(Status))
        return Status;
    if (Section->Kind == MM_SECTION_IMAGE) {
        Status = MiMakeImage(Section, Descriptor);
        return NT_SUCCESS(Status) ? MiEnterControl(Section) : Status;
    }
    if (MiIsWritable(Section) && !Writable)
        return STATUS_ACCESS_DENIED;
    Status = MiSizeFile(Section, Descriptor);
    if (!NT_SUCCESS(Status))
        return Status;
    Section->HostFile = Descriptor;
    return MiEnterControl(Section);
}

static NTSTATUS MiCheckCreate(ULONG Protect, ULONG Attributes, BOOLEAN HasFile)
{
    unsigned Needs;
    ULONG Kind = Attributes & MI_SEC_KINDS;
    if ((Attributes & ~(ULONG)MI_SEC_KNOWN) || Kind == 0 || (Kind & (Kind - 1)) != 0)
        return STATUS_INVALID_PARAMETER_6;
    if (!MiSectionNeeds(Protect, &Needs))
        return STATUS_INVALID_PAGE_PROTECTION;
    return Kind == SEC_IMAGE && !HasFile ? STATUS_INVALID_FILE_FOR_SECTION : STATUS_SUCCESS;
}

/* An object without a name. File: referenced by the caller, who loses the reference; NULL: none. */
static NTSTATUS MiCreateSection(LONGLONG Size, ULONG Protect, ULONG Attributes, FILE_OBJECT *File,
    ULONG_PTR Site, void **Object)
{
    MM_SECTION *Section = NULL;
    NTSTATUS Status = MiCheckCreate(Protect, Attributes, File != NULL);
    if (NT_SUCCESS(Status) && (Size < 0 || (File == NULL && Size == 0)))
        Status = STATUS_INVALID_PARAMETER_4;
    if (NT_SUCCESS(Status) && (ULONG64)Size > MI_LARGEST_SECTION)
        Status = STATUS_SECTION_TOO_BIG;
    if (NT_SUCCESS(Status))
        Status = ObiCreateObject(MmSectionObjectType, sizeof(*Section), Site, (void **)&Section);
    if (!NT_SUCCESS(Status)) {
        if (File != NULL)
            ObfDereferenceObject(File);
        return Status;
    }
    Section->Kind = Attributes & SEC_IMAGE ? MM_SECTION_IMAGE
        : File != NULL                     ? MM_SECTION_FILE
                                           : MM_SECTION_MEMORY;
    Section->Protect = Protect;
    Section->Attributes = Attributes | (File != NULL ? SEC_FILE : 0);
    Section->SizeBytes = Size;
    Section->HostFile = -1;
    Status = File != NULL ? MiMakeFile(Section, File) : MiMakeMemory(Section);
    if (NT_SUCCESS(Status))
        *Object = Section;
    else
        ObfDereferenceObject(Section);
    return Status;
}

/* The file behind a handle, with the access a section of that protection needs. NULL without a
 * handle. */
static NTSTATUS MiReferenceFile(
    HANDLE Handle, ULONG Protect, KPROCESSOR_MODE Mode, FILE_OBJECT **File)
{
    unsigned Needs;
    ACCESS_MASK Granted, Access;
    *File = NULL;
    if (Handle == NULL || !MiSectionNeeds(Protect, &Needs))
        return STATUS_SUCCESS;
    NTSTATUS Status = ObiReferenceByHandle(
        Handle, IoiFileObjectType, Mode, (void **)File, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Access = FILE_READ_DATA | (Needs & HOST_WRITE ? FILE_WRITE_DATA : 0u) |
        (Needs & HOST_EXECUTE ? FILE_EXECUTE : 0u);
    if ((Access & ~Granted) == 0)
        return STATUS_SUCCESS;
    ObfDereferenceObject(*File);
    return STATUS_ACCESS_DENIED;
}

static NTSTATUS MiCreateNamed(HANDLE *Handle, ACCESS_MASK Access,
    OBJECT_ATTRIBUTES *ObjectAttributes, LONGLONG Size, ULONG Protect, ULONG Attributes,
    HANDLE FileHandle, ULONG_PTR Site)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    FILE_OBJECT *File;
    OB_NAME Name;
    HANDLE New;
    void *Object;
    NTSTATUS Status = MiCheckCreate(Protect, Attributes, FileHandle != NULL);
    if (NT_SUCCESS(Status))
        Status = ObiProbeOutput(Handle, sizeof(HANDLE), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = MiReferenceFile(FileHandle, Protect, Mode, &File);
    if (NT_SUCCESS(Status))
        Status = MiCreateSection(Size, Protect, Attributes, File, Site, &Object);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = ObiCaptureName(ObjectAttributes, Mode, &Name);
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Object);
        return Status;
    }
    Status = ObiInsertObject(Object, &Name, Access, Mode, &New);
    ObiReleaseName(&Name);
    return NT_SUCCESS(Status) ? ObiReturnHandle(Handle, New, Mode, Status) : Status;
}

static NTSTATUS MiNtCreateSection(HANDLE *SectionHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, LARGE_INTEGER *MaximumSize, ULONG Protect,
    ULONG Attributes, HANDLE FileHandle, ULONG_PTR Site)
{
    LARGE_INTEGER Size = {.QuadPart = 0};
    NTSTATUS Status = MaximumSize != NULL
        ? ObiReadCaller(&Size, MaximumSize, sizeof(Size), KiPreviousMode())
        : STATUS_SUCCESS;
    return NT_SUCCESS(Status) ? MiCreateNamed(SectionHandle, DesiredAccess, ObjectAttributes,
                                    Size.QuadPart, Protect, Attributes, FileHandle, Site)
                              : Status;
}

/*
 * NtCreateSection - a section of a file, or of memory without one; or with OBJ_OPENIF opens one of
 * that name.
 *
 * MaximumSize: bytes; NULL or 0: as long as the file. A file that is shorter grows, if the section
 *              may write. AllocationAttributes: one of SEC_COMMIT, SEC_RESERVE and SEC_IMAGE, with
 *              others. FileHandle: NULL: none.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; OBJECT_NAME_EXISTS: opened; INVALID_PARAMETER_4: no size, no file;
 *          INVALID_PARAMETER_6; INVALID_PAGE_PROTECTION; ACCESS_DENIED: the file was not opened for
 *          that; INVALID_FILE_FOR_SECTION: no file of C:; MAPPED_FILE_SIZE_ZERO; SECTION_TOO_BIG;
 *          INSUFFICIENT_RESOURCES; the statuses of a bad path. SEC_IMAGE: INVALID_IMAGE_NOT_MZ,
 *          INVALID_IMAGE_FORMAT.
 * Owner:   caller; NtClose. Views keep the section.
 * Source:  DOC wdm/ZwCreateSection; OBS tests/kernel/mm/ZwCreateSection.c
 */
NTSTATUS NTAPI NtCreateSection(HANDLE *SectionHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, LARGE_INTEGER *MaximumSize, ULONG SectionPageProtection,
    ULONG AllocationAttributes, HANDLE FileHandle)
{
    return MiNtCreateSection(SectionHandle, DesiredAccess, ObjectAttributes, MaximumSize,
        SectionPageProtection, AllocationAttributes, FileHandle, EX_CALLER);
}

NTSTATUS NTAPI ZwCreateSection(HANDLE *SectionHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, LARGE_INTEGER *MaximumSize, ULONG SectionPageProtection,
    ULONG AllocationAttributes, HANDLE FileHandle)
{
    ULONG_PTR Site = EX_CALLER;
    return ZW_RUN(MiNtCreateSection(SectionHandle, DesiredAccess, ObjectAttributes, MaximumSize,
        SectionPageProtection, AllocationAttributes, FileHandle, Site));
}

/*
 * MmCreateSection - the same as an object without a handle or a name.
 *
 * FileHandle or FileObject: one of them at most. ObjectAttributes, DesiredAccess: of no effect
 * without a handle. IRQL:    PASSIVE_LEVEL. Returns: as NtCreateSection. Owner: caller;
 * ObDereferenceObject. Source:  INF ntifs.h, undocumented.
 */
NTSTATUS NTAPI MmCreateSection(void **SectionObject, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, LARGE_INTEGER *InputMaximumSize,
    ULONG SectionPageProtection, ULONG AllocationAttributes, HANDLE FileHandle,
    FILE_OBJECT *FileObject)
{
    (void)DesiredAccess;
    (void)ObjectAttributes;
    NTSTATUS Status = MiCheckCreate(
        SectionPageProtection, AllocationAttributes, FileHandle != NULL || FileObject != NULL);
    if (!NT_SUCCESS(Status))
        return Status;
    if (FileObject != NULL)
        ObfReferenceObject(FileObject);
    else
        Status = MiReferenceFile(FileHandle, SectionPageProtection, KernelMode, &FileObject);
    return NT_SUCCESS(Status)
        ? MiCreateSection(InputMaximumSize != NULL ? InputMaximumSize->QuadPart : 0,
              SectionPageProtection, AllocationAttributes, FileObject, EX_CALLER, SectionObject)
        : Status;
}

/*
 * NtOpenSection - opens a section by name.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; OBJECT_NAME_NOT_FOUND, OBJECT_TYPE_MISMATCH and the
 *       statuses of a bad path; ACCESS_DENIED.
 * Owner: caller; NtClose. Source: DOC wdm/ZwOpenSection; OBS tests/kernel/mm/ZwOpenSection.c
 */
NTSTATUS NTAPI NtOpenSection(
    HANDLE *SectionHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    HANDLE Handle;
    NTSTATUS Status = ObiProbeOutput(SectionHandle, sizeof(HANDLE), __alignof__(HANDLE), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiOpenByName(
            ObjectAttributes, MmSectionObjectType, Mode, DesiredAccess, NULL, &Handle);
    return NT_SUCCESS(Status) ? ObiReturnHandle(SectionHandle, Handle, Mode, Status) : Status;
}

NTSTATUS NTAPI ZwOpenSection(
    HANDLE *SectionHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes)
{
    return ZW_CALL(OpenSection, (SectionHandle, DesiredAccess, ObjectAttributes));
}

/*
 * NtQuerySection - attributes and size of a section (class 0, SectionBasicInformation).
 *
 * ResultLength: optional.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; SECTION_NOT_IMAGE: class 1 (SectionImageInformation) of another;
 *          INVALID_INFO_CLASS; INFO_LENGTH_MISMATCH; INVALID_HANDLE, OBJECT_TYPE_MISMATCH;
 *          ACCESS_DENIED: no SECTION_QUERY.
 * Source:  INF: undocumented
 */
NTSTATUS NTAPI NtQuerySection(HANDLE SectionHandle, ULONG SectionInformationClass,
    void *SectionInformation, SIZE_T SectionInformationLength, SIZE_T *ResultLength)
{
    struct {
        void *BaseAddress;
        ULONG AllocationAttributes;
        LARGE_INTEGER MaximumSize __attribute__((aligned(8)));
    } Answer = {0};
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ACCESS_MASK Granted;
    MM_SECTION *Section;
    SIZE_T Length = sizeof(Answer);
    if (SectionInformationClass > 1)
        return STATUS_INVALID_INFO_CLASS;
    if (SectionInformationLength <
        (SectionInformationClass == 0 ? sizeof(Answer) : sizeof(SECTION_IMAGE_INFORMATION)))
        return STATUS_INFO_LENGTH_MISMATCH;
    NTSTATUS Status = ObiReferenceByHandle(
        SectionHandle, MmSectionObjectType, Mode, (void **)&Section, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    Answer.AllocationAttributes = Section->Attributes;
    Answer.MaximumSize.QuadPart = Section->Kind == MM_SECTION_FILE
        ? Section->SizeBytes
        : (Section->SizeBytes + PAGE_SIZE - 1) & ~(LONGLONG)(PAGE_SIZE - 1);
    const BOOLEAN IsImage = Section->Kind == MM_SECTION_IMAGE;
    const SECTION_IMAGE_INFORMATION Image = Section->Image;
    ObfDereferenceObject(Section);
    if (Mode != KernelMode && !(Granted & SECTION_QUERY))
        return STATUS_ACCESS_DENIED;
    if (SectionInformationClass == 1 && !IsImage)
        return STATUS_SECTION_NOT_IMAGE;
    if (SectionInformationClass == 1)
        Length = sizeof(Image);
    Status = ObiWriteCaller(SectionInformation,
        SectionInformationClass == 1 ? (const void *)&Image : &Answer, Length, Mode);
    return NT_SUCCESS(Status) && ResultLength != NULL
        ? ObiWriteCaller(ResultLength, &Length, sizeof(Length), Mode)
        : Status;
}

NTSTATUS NTAPI ZwQuerySection(HANDLE SectionHandle, ULONG SectionInformationClass,
    void *SectionInformation, SIZE_T SectionInformationLength, SIZE_T *ResultLength)
{
    return ZW_CALL(QuerySection,
        (SectionHandle, SectionInformationClass, SectionInformation, SectionInformationLength,
            ResultLength));
}

/* ---- at the start ---------------------------------------------------------------------------- */

/* \Device\PhysicalMemory: the kernel's; administrators may look. */
static NTSTATUS MiCreatePhysicalMemory(void)
{
    static const UNICODE_STRING Path = RTL_STRING(u"\\Device\\PhysicalMemory");
    static const UNICODE_STRING Text = RTL_STRING(
        u"D:(A;;CCLCRC;;;BA)(A;;CCDCLCSWRPSDRCWDWO;;;SY)");
    SECURITY_DESCRIPTOR *Descriptor;
    MM_SECTION *Section;
    NTSTATUS Status = ObiCreateObject(
        MmSectionObjectType, sizeof(*Section), EX_KERNEL_SITE, (void **)&Section);
    if (!NT_SUCCESS(Status))
        return Status;
    Section->Kind = MM_SECTION_PHYSICAL;
    Section->Protect = PAGE_EXECUTE_READWRITE;
    Section->SizeBytes = MI_PHYSICAL_END;
    Section->HostFile = -1;
    Status = SeiParseSddl(&Text, &Descriptor);
    if (NT_SUCCESS(Status)) {
        Status = ObiSetSecurity(Section, Descriptor);
        if (!NT_SUCCESS(Status))
            ExiFree(Descriptor);
    }
    if (NT_SUCCESS(Status))
        Status = ObiInsertName(Section, NULL, &Path, OBJ_PERMANENT | OBJ_CASE_INSENSITIVE);
    ObfDereferenceObject(Section);
    return Status;
}

static void MiEndView(void *Owner)
{
    MiCountView(Owner, TRUE, -1);
    ObfDereferenceObject(Owner);
}

NTSTATUS MmInitializeSections(void)
{
    static const OBJECT_TYPE Template = {
        .Procedures = {.Delete = MiDeleteSection},
        .GenericMapping = {STANDARD_RIGHTS_READ | SECTION_QUERY | SECTION_MAP_READ,
            STANDARD_RIGHTS_WRITE | SECTION_MAP_WRITE,
            STANDARD_RIGHTS_EXECUTE | SECTION_MAP_EXECUTE, SECTION_ALL_ACCESS},
        .ValidAccess = MI_SECTION_VALID,
        .PoolTag = MI_TAG_SECTION,
    };
    MiControlLock = 0;
    MiViewGone = MiEndView;
    NTSTATUS Status = ObiCreateType("Section", &Template, &MmSectionObjectType);
    return NT_SUCCESS(Status) ? MiCreatePhysicalMemory() : Status;
}
