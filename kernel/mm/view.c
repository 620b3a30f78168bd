/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Views of sections, in user memory and in the system range. A view references its section; the
 * record of the view, which user code cannot reach, says which.
 */
#include <string.h>

#include "host/host.h"
#include "ke/zw.h"
#include "mm/alias.h"
#include "mm/mip.h"
#include "mm/section.h"
#include "mm/space.h"
#include "mm/vad.h"

#define MI_VIEW_GRANULARITY 0x10000u
#define MI_MOST_ZERO_BITS   21u
#define MI_VIEW_TYPES \
    (MEM_RESERVE | MEM_TOP_DOWN | MEM_LARGE_PAGES | MEM_DOS_LIM | 0x00400000u /* SEC_NO_CHANGE */)

/* What is asked for, by value. */
typedef struct MI_VIEW_REQUEST {
    ULONG_PTR Base;
    ULONG_PTR ZeroBits;
    ULONG64 Offset;
    ULONG64 Bytes; /* 0: the rest */
    ULONG Inherit, Type, Protect;
    SIZE_T Commit;
} MI_VIEW_REQUEST;

BOOLEAN MiIsForeign(const EPROCESS *Process)
{
    return (Process->Flags & PSI_PROCESS_HOST) != 0;
}

NTSTATUS MiReferenceProcess(HANDLE Handle, ACCESS_MASK Access, BOOLEAN *Foreign, EPROCESS **Process)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    ACCESS_MASK Granted;
    NTSTATUS Status = ObiReferenceByHandle(
        Handle, PsProcessObjectType, Mode, (void **)Process, &Granted);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Mode != KernelMode && (Access & ~Granted) != 0)
        Status = STATUS_ACCESS_DENIED;
    else if ((*Process)->ExitStatus != STATUS_PENDING)
        Status = STATUS_PROCESS_IS_TERMINATING;
    else if (Foreign != NULL)
        *Foreign = MiIsForeign(*Process);
    else if (MiIsForeign(*Process))
        Status = STATUS_NOT_SUPPORTED;
    if (!NT_SUCCESS(Status))
        ObfDereferenceObject(*Process);
    return Status;
}

/* Where a base may end for so many zero bits above it; from 32 on they are a mask. 0: no such
 * number. */
static ULONG_PTR MiHighestFor(ULONG_PTR ZeroBits)
{
    if (ZeroBits == 0)
        return MM_HIGHEST_USER_ADDRESS;
    if (ZeroBits <= MI_MOST_ZERO_BITS)
        return (ULONG_PTR)0xFFFFFFFF >> ZeroBits;
    if (ZeroBits < 32 || sizeof(void *) == 4)
        return 0;
    return ~(ULONG_PTR)0 >> (__builtin_clzll((ULONG64)ZeroBits) & 63);
}

/* The offset and length of a view in bytes of whole pages; Request->Offset becomes what is mapped
 * from. */
static NTSTATUS MiSizeView(const MM_SECTION *Section, MI_VIEW_REQUEST *Request)
{
    ULONG64 Size = (ULONG64)Section->SizeBytes;
    ULONG64 Before = Request->Offset & (MI_VIEW_GRANULARITY - 1);
    if (Section->Kind == MM_SECTION_PHYSICAL) { /* the view begins where it can, and is so much
                                                   longer */
        if (Request->Bytes == 0 || Request->Offset >= Size)
            return STATUS_INVALID_VIEW_SIZE;
        Request->Offset -= Before;
        Request->Bytes += Before;
    } else if (Before != 0) {
        return STATUS_MAPPED_ALIGNMENT;
    }
    if (Request->Offset >= Size)
        return STATUS_INVALID_VIEW_SIZE;
    if (Request->Bytes == 0)
        Request->Bytes = Size - Request->Offset;
    if (Request->Bytes > ((Size + PAGE_SIZE - 1) & ~(ULONG64)(PAGE_SIZE - 1)) - Request->Offset)
        return STATUS_INVALID_VIEW_SIZE;
    Request->Bytes = (Request->Bytes + PAGE_SIZE - 1) & ~(ULONG64)(PAGE_SIZE - 1);
    return Request->Bytes > (SIZE_T)-1 / 2 ? STATUS_NO_MEMORY : STATUS_SUCCESS;
}

static NTSTATUS MiCheckView(const MI_VIEW_REQUEST *Request, unsigned *Needs)
{
    if (Request->Inherit != ViewShare && Request->Inherit != ViewUnmap)
        return STATUS_INVALID_PARAMETER_8;
    if (Request->Type & ~(ULONG)MI_VIEW_TYPES)
        return STATUS_INVALID_PARAMETER_9;
    if (!MiSectionNeeds(Request->Protect, Needs) && Request->Protect != PAGE_NOACCESS)
        return STATUS_INVALID_PAGE_PROTECTION;
    if (MiHighestFor(Request->ZeroBits) == 0)
        return STATUS_INVALID_PARAMETER_4;
    if (Request->Base != 0 && !MmIsUserRange((const void *)Request->Base, 1))
        return STATUS_INVALID_PARAMETER_3;
    return (Request->Base & (MI_VIEW_GRANULARITY - 1)) != 0 ? STATUS_MAPPED_ALIGNMENT
                                                            : STATUS_SUCCESS;
}

/* Page numbers of physical memory, in order. */
static PFN_NUMBER *MiListPages(ULONG64 Physical, SIZE_T Bytes)
{
    PFN_NUMBER *Pfn = host_private_allocate(Bytes / PAGE_SIZE * sizeof(PFN_NUMBER));
    for (SIZE_T Page = 0; Pfn != NULL && Page < Bytes / PAGE_SIZE; Page++)
        Pfn[Page] = (PFN_NUMBER)(Physical / PAGE_SIZE + Page);
    return Pfn;
}

static NTSTATUS MiPlaceView(MM_SPACE *Space, MM_SECTION *Section, const MI_VIEW_REQUEST *Request,
    unsigned Allowed, ULONG_PTR *Base)
{
    MI_VAD Content = {.Base = Request->Base,
        .Bytes = (SIZE_T)Request->Bytes,
        .Kind = MI_VAD_SECTION,
        .Protect = Request->Protect,
        .Allowed = Allowed,
        .Owner = Section,
        .Offset = Request->Offset};
    MI_VAD_SOURCE Source = {.File = Section->HostFile, .Offset = Request->Offset};
    PFN_NUMBER *Pfn = NULL;
    if (Section->Kind == MM_SECTION_IMAGE) {
        Content.Protect = PAGE_EXECUTE_WRITECOPY;
        Content.Image = TRUE;
    }
    Content.CopyOnWrite = (Content.Protect & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)) != 0;
    if (Content.CopyOnWrite)
        Content.Allowed |= HOST_WRITE;
    Content.Reserve = (Section->Attributes & SEC_RESERVE) != 0 &&
        Section->Kind == MM_SECTION_MEMORY;
    if (Section->Kind == MM_SECTION_PHYSICAL) {
        Source.Pfn = Pfn = MiListPages(Request->Offset, Content.Bytes);
        if (Pfn == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
    }
    NTSTATUS Status = MiCreateVad(Space, &Content, &Source,
        !Content.Reserve || Request->Commit != 0, MiHighestFor(Request->ZeroBits),
        (Request->Type & MEM_TOP_DOWN) != 0, Base);
    if (Pfn != NULL)
        host_private_free(Pfn, Content.Bytes / PAGE_SIZE * sizeof(PFN_NUMBER));
    return Status;
}

/* An image goes where it wants to be, if it can. IMAGE_NOT_AT_BASE: it is elsewhere. */
static NTSTATUS MiPlaceImage(MM_SPACE *Space, MM_SECTION *Section, const MI_VIEW_REQUEST *Request,
    unsigned Allowed, ULONG_PTR *Base)
{
    MI_VIEW_REQUEST Wanted = *Request;
    MI_VAD Removed;
    NTSTATUS Status = STATUS_CONFLICTING_ADDRESSES;
    ULONG64 Preferred = Section->ImageBase + Request->Offset;
    if (Request->Base == 0 && Preferred >= MI_VIEW_GRANULARITY &&
        Preferred + Request->Bytes <= MiHighestFor(Request->ZeroBits) &&
        MmIsUserRange((const void *)(ULONG_PTR)Preferred, (SIZE_T)Request->Bytes)) {
        Wanted.Base = (ULONG_PTR)Preferred;
        Status = MiPlaceView(Space, Section, &Wanted, Allowed, Base);
    }
    if (Status == STATUS_CONFLICTING_ADDRESSES)
        Status = MiPlaceView(Space, Section, Request, Allowed, Base);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = MiProtectImage(Space, Section, *Base, (SIZE_T)Request->Bytes, Request->Offset);
    if (!NT_SUCCESS(Status)) {
        MiRemoveVad(Space, (const void *)*Base, MI_VAD_SECTION, &Removed);
        return Status;
    }
    return *Base == Preferred ? STATUS_SUCCESS : STATUS_IMAGE_NOT_AT_BASE;
}

/* Maps a view. Granted: what the handle allows; the kernel may do what the section allows. */
static NTSTATUS MiMapUserView(MM_SPACE *Space, MM_SECTION *Section, MI_VIEW_REQUEST *Request,
    unsigned Granted, ULONG_PTR *Base)
{
    unsigned Needs = 0, Allowed;
    NTSTATUS Status = MiCheckView(Request, &Needs);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Section->Kind == MM_SECTION_IMAGE) /* its pages say what they may be used for */
        Allowed = Needs = HOST_READ | HOST_EXECUTE;
    else if (!MiSectionNeeds(Section->Protect, &Allowed) || (Needs & ~Allowed) != 0)
        return STATUS_SECTION_PROTECTION;
    if ((Needs & ~Granted) != 0)
        return STATUS_ACCESS_DENIED;
    Status = MiSizeView(Section, Request);
    if (!NT_SUCCESS(Status))
        return Status;
    if (Request->Base != 0 && !MmIsUserRange((const void *)Request->Base, (SIZE_T)Request->Bytes))
        return STATUS_INVALID_PARAMETER_3;
    ObfReferenceObject(Section); /* the view's */
    MiCountView(Section, TRUE, 1);
    Status = Section->Kind == MM_SECTION_IMAGE
                 ? MiPlaceImage(Space, Section, Request, Allowed | HOST_WRITE, Base)
                 : MiPlaceView(Space, Section, Request, Allowed & (Granted | HOST_READ), Base);
    if (!NT_SUCCESS(Status)) {
        MiCountView(Section, TRUE, -1);
        ObfDereferenceObject(Section);
    }
    return Status;
}

static NTSTATUS MiUnmapUserView(MM_SPACE *Space, const void *BaseAddress)
{
    MI_VAD Removed;
    NTSTATUS Status = MiRemoveVad(Space, BaseAddress, MI_VAD_SECTION, &Removed);
    if (!NT_SUCCESS(Status))
        return Status;
    MiCountView(Removed.Owner, TRUE, -1);
    ObfDereferenceObject(Removed.Owner);
    return STATUS_SUCCESS;
}

/* Access bits of a section handle as the mask of what may be done in a view. */
static unsigned MiGrantedOf(ACCESS_MASK Access)
{
    return (Access & SECTION_MAP_READ ? HOST_READ : 0u) |
        (Access & SECTION_MAP_WRITE ? HOST_READ | HOST_WRITE : 0u) |
        (Access & SECTION_MAP_EXECUTE ? HOST_EXECUTE : 0u);
}

/*
 * NtMapViewOfSection - make a part of a section addressable in a process.
 *
 * BaseAddress: in: where, a multiple of 64 KiB, 0: anywhere; out: where it is. ZeroBits: of the
 *              address. SectionOffset: optional, in: a multiple of 64 KiB, of
 *              \Device\PhysicalMemory anything; out: what the view begins with. ViewSize: in:
 *              bytes, 0: the rest; out: whole pages. CommitSize: of SEC_RESERVE: other than 0
 *              commits the view. Win32Protect: at most what the section has.
 * IRQL:    PASSIVE_LEVEL.
 * Returns: SUCCESS; IMAGE_NOT_AT_BASE: as well, elsewhere than an image wants; INVALID_PARAMETER_3,
 *          _4, _8, _9; INVALID_PAGE_PROTECTION; SECTION_PROTECTION; ACCESS_DENIED;
 *          MAPPED_ALIGNMENT; INVALID_VIEW_SIZE; CONFLICTING_ADDRESSES; NO_MEMORY,
 *          INSUFFICIENT_RESOURCES; the statuses of bad handles. NOT_SUPPORTED: one of the host's
 *          processes, or a client in a process of its own of which this is no thread, or whose user
 *          is not ours.
 * Owner:   caller; NtUnmapViewOfSection.
 * Source:  DOC wdm/ZwMapViewOfSection; OBS tests/kernel/mm/ZwMapViewOfSection.c
 */
NTSTATUS NTAPI NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, void **BaseAddress,
    ULONG_PTR ZeroBits, SIZE_T CommitSize, LARGE_INTEGER *SectionOffset, SIZE_T *ViewSize,
    SECTION_INHERIT InheritDisposition, ULONG AllocationType, ULONG Win32Protect)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    MI_VIEW_REQUEST Request = {.ZeroBits = ZeroBits,
        .Inherit = (ULONG)InheritDisposition,
        .Type = AllocationType,
        .Protect = Win32Protect,
        .Commit = CommitSize};
    LARGE_INTEGER Offset = {.QuadPart = 0};
    SIZE_T Bytes;
    void *Wanted;
    ACCESS_MASK Granted;
    EPROCESS *Process;
    MM_SECTION *Section;
    ULONG_PTR Base;
    NTSTATUS Status = ObiReadCaller(&Wanted, BaseAddress, sizeof(Wanted), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiReadCaller(&Bytes, ViewSize, sizeof(Bytes), Mode);
    if (NT_SUCCESS(Status) && SectionOffset != NULL)
        Status = ObiReadCaller(&Offset, SectionOffset, sizeof(Offset), Mode);
    if (NT_SUCCESS(Status))
        Status = MiReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, NULL, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Request.Base = (ULONG_PTR)Wanted;
    Request.Offset = (ULONG64)Offset.QuadPart;
    Request.Bytes = Bytes;
    Status = ObiReferenceByHandle(
        SectionHandle, MmSectionObjectType, Mode, (void **)&Section, &Granted);
    if (NT_SUCCESS(Status)) {
        Status = MiMapUserView(Process->Space, Section, &Request,
            Mode == KernelMode ? ~0u : MiGrantedOf(Granted), &Base);
        ObfDereferenceObject(Section);
    }
    if (!NT_SUCCESS(Status)) {
        ObfDereferenceObject(Process);
        return Status;
    }
    const NTSTATUS Mapped = Status;
    Wanted = (void *)Base;
    Bytes = (SIZE_T)Request.Bytes;
    Offset.QuadPart = (LONGLONG)Request.Offset;
    Status = ObiWriteCaller(BaseAddress, &Wanted, sizeof(Wanted), Mode);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(ViewSize, &Bytes, sizeof(Bytes), Mode);
    if (NT_SUCCESS(Status) && SectionOffset != NULL)
        Status = ObiWriteCaller(SectionOffset, &Offset, sizeof(Offset), Mode);
    if (!NT_SUCCESS(Status))
        MiUnmapUserView(Process->Space, Wanted);
    ObfDereferenceObject(Process);
    return NT_SUCCESS(Status) ? Mapped : Status;
}

NTSTATUS NTAPI ZwMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, void **BaseAddress,
    ULONG_PTR ZeroBits, SIZE_T CommitSize, LARGE_INTEGER *SectionOffset, SIZE_T *ViewSize,
    SECTION_INHERIT InheritDisposition, ULONG AllocationType, ULONG Win32Protect)
{
    return ZW_CALL(MapViewOfSection,
        (SectionHandle, ProcessHandle, BaseAddress, ZeroBits, CommitSize, SectionOffset, ViewSize,
            InheritDisposition, AllocationType, Win32Protect));
}

/*
 * NtUnmapViewOfSection - end the view an address is in.
 * IRQL: PASSIVE_LEVEL. Returns: SUCCESS; NOT_MAPPED_VIEW; INVALID_PAGE_PROTECTION: it is secured;
 * the statuses of a bad handle; NOT_SUPPORTED as NtMapViewOfSection. Source: DOC
 * wdm/ZwUnmapViewOfSection; OBS tests/kernel/mm/ZwMapViewOfSection.c
 */
NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE ProcessHandle, void *BaseAddress)
{
    EPROCESS *Process;
    NTSTATUS Status = MiReferenceProcess(ProcessHandle, PROCESS_VM_OPERATION, NULL, &Process);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = MiUnmapUserView(Process->Space, BaseAddress);
    ObfDereferenceObject(Process);
    return Status;
}

NTSTATUS NTAPI ZwUnmapViewOfSection(HANDLE ProcessHandle, void *BaseAddress)
{
    return ZW_CALL(UnmapViewOfSection, (ProcessHandle, BaseAddress));
}

/*
 * MmMapViewOfSection - the same by objects, with the kernel's rights.
 * IRQL: PASSIVE_LEVEL. Returns: as NtMapViewOfSection. Source: INF ntifs.h, undocumented.
 */
NTSTATUS NTAPI MmMapViewOfSection(void *SectionToMap, EPROCESS *Process, void **CapturedBase,
    ULONG_PTR ZeroBits, SIZE_T CommitSize, LARGE_INTEGER *SectionOffset, SIZE_T *CapturedViewSize,
    SECTION_INHERIT InheritDisposition, ULONG AllocationType, ULONG Protect)
{
    MI_VIEW_REQUEST Request = {.Base = (ULONG_PTR)*CapturedBase,
        .ZeroBits = ZeroBits,
        .Bytes = *CapturedViewSize,
        .Offset = (ULONG64)SectionOffset->QuadPart,
        .Inherit = (ULONG)InheritDisposition,
        .Type = AllocationType,
        .Protect = Protect,
        .Commit = CommitSize};
    ULONG_PTR Base;
    if (MiIsForeign(Process))
        return STATUS_NOT_SUPPORTED;
    NTSTATUS Status = MiMapUserView(Process->Space, SectionToMap, &Request, ~0u, &Base);
    if (!NT_SUCCESS(Status))
        return Status;
    *CapturedBase = (void *)Base;
    *CapturedViewSize = (SIZE_T)Request.Bytes;
    SectionOffset->QuadPart = (LONGLONG)Request.Offset;
    return Status;
}

/* MmUnmapViewOfSection - the reverse. IRQL: PASSIVE_LEVEL. Returns: as NtUnmapViewOfSection.
 * Source: INF ntifs.h. */
NTSTATUS NTAPI MmUnmapViewOfSection(EPROCESS *Process, void *BaseAddress)
{
    return MiIsForeign(Process) ? STATUS_NOT_SUPPORTED
                                : MiUnmapUserView(Process->Space, BaseAddress);
}

/* ---- views in the system range --------------------------------------------------------------- */

static NTSTATUS MiMapSystemView(
    MM_SECTION *Section, void **MappedBase, SIZE_T *ViewSize, ULONG_PTR Site)
{
    MI_VIEW_REQUEST Request = {.Bytes = *ViewSize};
    const MI_ALIAS Content = {.Kind = MI_ALIAS_SECTION, .Owner = Section, .Site = Site};
    unsigned Protection;
    if (Section->Kind == MM_SECTION_IMAGE) /* only processes have images */
        return STATUS_SECTION_PROTECTION;
    NTSTATUS Status = MiSizeView(Section, &Request);
    if (!NT_SUCCESS(Status))
        return Status;
    MiSectionNeeds(Section->Protect, &Protection);
    Protection &= ~(unsigned)HOST_EXECUTE;
    UCHAR *At = MiCreateAlias((SIZE_T)Request.Bytes, &Content);
    if (At == NULL)
        return STATUS_NO_MEMORY;
    if (Section->Kind == MM_SECTION_PHYSICAL)
        Status = MiMapPhysical(At, Request.Offset, (SIZE_T)Request.Bytes, Protection);
    else if (host_view_map(At, (SIZE_T)Request.Bytes, Protection, Section->HostFile, Request.Offset,
                 TRUE) != 0)
        Status = STATUS_NO_MEMORY;
    if (!NT_SUCCESS(Status)) {
        MI_ALIAS Removed;
        MiRemoveAlias(At, MI_ALIAS_SECTION, &Removed);
        return Status;
    }
    ObfReferenceObject(Section); /* the view's */
    MiCountView(Section, FALSE, 1);
    *MappedBase = At;
    *ViewSize = (SIZE_T)Request.Bytes;
    return STATUS_SUCCESS;
}

static NTSTATUS MiUnmapSystemView(const void *MappedBase)
{
    MI_ALIAS Removed;
    if (!MiRemoveAlias(MappedBase, MI_ALIAS_SECTION, &Removed))
        return STATUS_NOT_MAPPED_VIEW;
    MiCountView(Removed.Owner, FALSE, -1);
    ObfDereferenceObject(Removed.Owner);
    return STATUS_SUCCESS;
}

/*
 * MmMapViewInSystemSpace - make a section's beginning addressable for the kernel, whatever process
 * it acts for.
 *
 * ViewSize: in: bytes, 0: all; out: whole pages.
 * IRQL:    up to APC_LEVEL.
 * Returns: SUCCESS; INVALID_VIEW_SIZE; NO_MEMORY: no room; SECTION_PROTECTION: an image (INF).
 *          Owner: driver; MmUnmapViewInSystemSpace.
 * Source:  DOC ntifs/MmMapViewInSystemSpace; OBS tests/kernel/mm/MmMapViewInSystemSpace.c
 */
NTSTATUS NTAPI MmMapViewInSystemSpace(void *Section, void **MappedBase, SIZE_T *ViewSize)
{
    return MiMapSystemView(Section, MappedBase, ViewSize, EX_CALLER);
}

/*
 * MmUnmapViewInSystemSpace - the reverse. Returns: SUCCESS; NOT_MAPPED_VIEW. IRQL: up to APC_LEVEL.
 * Source: DOC ntifs.
 */
NTSTATUS NTAPI MmUnmapViewInSystemSpace(void *MappedBase)
{
    return MiUnmapSystemView(MappedBase);
}

/* MmMapViewInSessionSpace - the same for one session; there is one. Source: INF ntifs.h,
 * undocumented. */
NTSTATUS NTAPI MmMapViewInSessionSpace(void *Section, void **MappedBase, SIZE_T *ViewSize)
{
    return MiMapSystemView(Section, MappedBase, ViewSize, EX_CALLER);
}

/* MmUnmapViewInSessionSpace - the reverse. Source: INF ntifs.h. */
NTSTATUS NTAPI MmUnmapViewInSessionSpace(void *MappedBase)
{
    return MiUnmapSystemView(MappedBase);
}

/*
 * MmCommitSessionMappedView - commit pages of such a view; all are. Returns: SUCCESS;
 * INVALID_PARAMETER: no view. INF ntifs.h.
 */
NTSTATUS NTAPI MmCommitSessionMappedView(void *MappedAddress, SIZE_T ViewSize)
{
    MI_ALIAS View;
    if (!MiFindAliasAt(MappedAddress, TRUE, &View) || View.Kind != MI_ALIAS_SECTION ||
        ViewSize > View.Bytes - ((ULONG_PTR)MappedAddress - View.Address))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}
