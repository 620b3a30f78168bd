/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Sections as objects, with views. They are named, secured and over files, so these files of mm
 * stand above ob, ps and io and include io. Memory of a section is a file of the host's: that of
 * C:'s file, one without a name for those without a file, and the machine's physical memory for
 * \Device\PhysicalMemory.
 */
#pragma once

#include "io/io.h"

enum MM_SECTION_KIND {
    MM_SECTION_MEMORY,
    MM_SECTION_FILE,
    MM_SECTION_IMAGE,
    MM_SECTION_PHYSICAL
};

/* What the sections of one file have in common; SECTION_OBJECT_POINTERS.DataSectionObject. Under
 * MiControlLock. */
typedef struct MI_CONTROL {
    struct _SECTION_OBJECT_POINTERS *Pointers;
    ULONG Sections, WritableSections;
    ULONG Views, UserViews;
    ULONG Images, ImageViews; /* of those above */
} MI_CONTROL;

/* Class 1 of NtQuerySection. */
typedef struct _SECTION_IMAGE_INFORMATION {
    void *TransferAddress;
    ULONG ZeroBits;
    SIZE_T MaximumStackSize;
    SIZE_T CommittedStackSize;
    ULONG SubSystemType;
    USHORT SubSystemMinorVersion, SubSystemMajorVersion;
    USHORT MajorOperatingSystemVersion, MinorOperatingSystemVersion;
    USHORT ImageCharacteristics, DllCharacteristics;
    USHORT Machine;
    BOOLEAN ImageContainsCode;
    UCHAR ImageFlags;
    ULONG LoaderFlags;
    ULONG ImageFileSize;
    ULONG CheckSum;
} SECTION_IMAGE_INFORMATION;

typedef struct MM_SECTION {
    enum MM_SECTION_KIND Kind;
    ULONG Protect;    /* PAGE_… */
    ULONG Attributes; /* SEC_… */
    LONGLONG SizeBytes;
    FILE_OBJECT *File; /* referenced; NULL: none */
    MI_CONTROL *Control;
    int HostFile;       /* -1: none. Of FILE the file system's, of MEMORY and IMAGE our own */
    UCHAR *PageProtect; /* IMAGE: of each page, PAGE_…. Pool */
    ULONG64 ImageBase;  /* where it wants to be */
    SECTION_IMAGE_INFORMATION Image;
} MM_SECTION;

extern OBJECT_TYPE *MmSectionObjectType;

/* After io. \Device\PhysicalMemory. */
NTSTATUS MmInitializeSections(void);

/* fs: the host's descriptor of an open file of its own and what it may be used for. NULL: there is
 * no file system. */
extern NTSTATUS (*MmFileDescriptor)(const FILE_OBJECT *File, int *Descriptor, BOOLEAN *Writable);

/* The mask of enum host_protection a PAGE_… of a section or view needs of what it is a view of.
 * FALSE: none. */
BOOLEAN MiSectionNeeds(ULONG Protect, unsigned *Needs);

/* image.c: the image in a host's file; and what its pages may be used for, in a view just made. */
NTSTATUS MiMakeImage(MM_SECTION *Section, int Descriptor);
NTSTATUS MiProtectImage(struct MM_SPACE *Space, const MM_SECTION *Section, ULONG_PTR Base,
    SIZE_T Bytes, ULONG64 Offset);

/* view.c: counts a view in or out. */
void MiCountView(MM_SECTION *Section, BOOLEAN User, LONG Change);

/*
 * The process of a handle, referenced. NOT_SUPPORTED: it is one of the host's, whose memory nobody
 * can change from here, and Foreign is NULL; otherwise *Foreign tells.
 */
NTSTATUS MiReferenceProcess(
    HANDLE Handle, ACCESS_MASK Access, BOOLEAN *Foreign, EPROCESS **Process);
BOOLEAN MiIsForeign(const EPROCESS *Process);

/* ---- Exports --------------------------------------------------------------------------------- */

/* section.c */
BOOLEAN NTAPI MmForceSectionClosed(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, BOOLEAN DelayClose);
BOOLEAN NTAPI MmForceSectionClosedEx(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, ULONG ForceCloseFlags);
BOOLEAN NTAPI MmFlushImageSection(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, MMFLUSH_TYPE FlushType);
BOOLEAN NTAPI MmCanFileBeTruncated(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, LARGE_INTEGER *NewFileSize);
ULONG NTAPI MmDoesFileHaveUserWritableReferences(SECTION_OBJECT_POINTERS *SectionPointer);
BOOLEAN NTAPI MmDisableModifiedWriteOfSection(SECTION_OBJECT_POINTERS *SectionObjectPointer);
ULONG64 NTAPI MmGetMaximumFileSectionSize(void);
NTSTATUS NTAPI NtCreateSection(HANDLE *SectionHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, LARGE_INTEGER *MaximumSize, ULONG SectionPageProtection,
    ULONG AllocationAttributes, HANDLE FileHandle);
NTSTATUS NTAPI ZwCreateSection(HANDLE *SectionHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, LARGE_INTEGER *MaximumSize, ULONG SectionPageProtection,
    ULONG AllocationAttributes, HANDLE FileHandle);
NTSTATUS NTAPI MmCreateSection(void **SectionObject, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, LARGE_INTEGER *InputMaximumSize,
    ULONG SectionPageProtection, ULONG AllocationAttributes, HANDLE FileHandle,
    FILE_OBJECT *FileObject);
NTSTATUS NTAPI NtOpenSection(
    HANDLE *SectionHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes);
NTSTATUS NTAPI ZwOpenSection(
    HANDLE *SectionHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES *ObjectAttributes);
NTSTATUS NTAPI NtQuerySection(HANDLE SectionHandle, ULONG SectionInformationClass,
    void *SectionInformation, SIZE_T SectionInformationLength, SIZE_T *ResultLength);
NTSTATUS NTAPI ZwQuerySection(HANDLE SectionHandle, ULONG SectionInformationClass,
    void *SectionInformation, SIZE_T SectionInformationLength, SIZE_T *ResultLength);

/* view.c */
NTSTATUS NTAPI NtMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, void **BaseAddress,
    ULONG_PTR ZeroBits, SIZE_T CommitSize, LARGE_INTEGER *SectionOffset, SIZE_T *ViewSize,
    SECTION_INHERIT InheritDisposition, ULONG AllocationType, ULONG Win32Protect);
NTSTATUS NTAPI ZwMapViewOfSection(HANDLE SectionHandle, HANDLE ProcessHandle, void **BaseAddress,
    ULONG_PTR ZeroBits, SIZE_T CommitSize, LARGE_INTEGER *SectionOffset, SIZE_T *ViewSize,
    SECTION_INHERIT InheritDisposition, ULONG AllocationType, ULONG Win32Protect);
NTSTATUS NTAPI NtUnmapViewOfSection(HANDLE ProcessHandle, void *BaseAddress);
NTSTATUS NTAPI ZwUnmapViewOfSection(HANDLE ProcessHandle, void *BaseAddress);
NTSTATUS NTAPI MmMapViewOfSection(void *SectionToMap, EPROCESS *Process, void **CapturedBase,
    ULONG_PTR ZeroBits, SIZE_T CommitSize, LARGE_INTEGER *SectionOffset, SIZE_T *CapturedViewSize,
    SECTION_INHERIT InheritDisposition, ULONG AllocationType, ULONG Protect);
NTSTATUS NTAPI MmUnmapViewOfSection(EPROCESS *Process, void *BaseAddress);
NTSTATUS NTAPI MmMapViewInSystemSpace(void *Section, void **MappedBase, SIZE_T *ViewSize);
NTSTATUS NTAPI MmUnmapViewInSystemSpace(void *MappedBase);
NTSTATUS NTAPI MmMapViewInSessionSpace(void *Section, void **MappedBase, SIZE_T *ViewSize);
NTSTATUS NTAPI MmUnmapViewInSessionSpace(void *MappedBase);
NTSTATUS NTAPI MmCommitSessionMappedView(void *MappedAddress, SIZE_T ViewSize);

/* virtual.c */
NTSTATUS NTAPI NtAllocateVirtualMemory(HANDLE ProcessHandle, void **BaseAddress, ULONG_PTR ZeroBits,
    SIZE_T *RegionSize, ULONG AllocationType, ULONG Protect);
NTSTATUS NTAPI ZwAllocateVirtualMemory(HANDLE ProcessHandle, void **BaseAddress, ULONG_PTR ZeroBits,
    SIZE_T *RegionSize, ULONG AllocationType, ULONG Protect);
NTSTATUS NTAPI NtFreeVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, ULONG FreeType);
NTSTATUS NTAPI ZwFreeVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, ULONG FreeType);
NTSTATUS NTAPI ZwProtectVirtualMemory(HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize,
    ULONG NewProtect, ULONG *OldAccessProtection);
NTSTATUS NTAPI NtQueryVirtualMemory(HANDLE ProcessHandle, void *BaseAddress,
    ULONG MemoryInformationClass, void *MemoryInformation, SIZE_T MemoryInformationLength,
    SIZE_T *ReturnLength);
NTSTATUS NTAPI ZwQueryVirtualMemory(HANDLE ProcessHandle, void *BaseAddress,
    ULONG MemoryInformationClass, void *MemoryInformation, SIZE_T MemoryInformationLength,
    SIZE_T *ReturnLength);
NTSTATUS NTAPI ZwLockVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, ULONG MapType);
NTSTATUS NTAPI ZwUnlockVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, ULONG MapType);
NTSTATUS NTAPI ZwFlushVirtualMemory(
    HANDLE ProcessHandle, void **BaseAddress, SIZE_T *RegionSize, IO_STATUS_BLOCK *IoStatus);
NTSTATUS NTAPI ZwFlushInstructionCache(HANDLE ProcessHandle, void *BaseAddress, SIZE_T Length);
NTSTATUS NTAPI MmCopyVirtualMemory(EPROCESS *SourceProcess, void *SourceAddress,
    EPROCESS *TargetProcess, void *TargetAddress, SIZE_T BufferSize, KPROCESSOR_MODE PreviousMode,
    SIZE_T *ReturnSize);
HANDLE NTAPI MmSecureVirtualMemory(void *Address, SIZE_T Size, ULONG ProbeMode);
HANDLE NTAPI MmSecureVirtualMemoryEx(void *Address, SIZE_T Size, ULONG ProbeMode, ULONG Flags);
void NTAPI MmUnsecureVirtualMemory(HANDLE SecureHandle);
