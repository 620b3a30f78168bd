/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Exports of mm that no other component of the kernel calls. */
#pragma once

#include "mm/mm.h"

struct _DRIVER_OBJECT;
struct _EPROCESS;

/* ---- mdlpages.c, system.c -------------------------------------------------------------------- */

MDL *NTAPI MmAllocatePagesForMdl(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
    PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes);
MDL *NTAPI MmAllocatePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
    PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes, MEMORY_CACHING_TYPE CacheType, ULONG Flags);
MDL *NTAPI MmAllocateNodePagesForMdlEx(PHYSICAL_ADDRESS LowAddress, PHYSICAL_ADDRESS HighAddress,
    PHYSICAL_ADDRESS SkipBytes, SIZE_T TotalBytes, MEMORY_CACHING_TYPE CacheType, ULONG IdealNode,
    ULONG Flags);
void NTAPI MmFreePagesFromMdl(MDL *MemoryDescriptorList);
MDL *NTAPI MmCreateMdl(MDL *MemoryDescriptorList, void *Base, SIZE_T Length);
typedef void NTAPI MM_MDL_ROUTINE(void *DriverContext, void *MappedVa);
NTSTATUS NTAPI MmMapMdl(
    MDL *Mdl, ULONG Protection, MM_MDL_ROUTINE *DriverRoutine, void *DriverContext);
NTSTATUS NTAPI MmAdvanceMdl(MDL *Mdl, ULONG NumberOfBytes);
NTSTATUS NTAPI MmAllocateMdlForIoSpace(
    MM_PHYSICAL_ADDRESS_LIST *PhysicalAddressList, SIZE_T NumberOfEntries, MDL **NewMdl);
PHYSICAL_MEMORY_RANGE *NTAPI MmGetPhysicalMemoryRanges(void);
PHYSICAL_MEMORY_RANGE *NTAPI MmGetPhysicalMemoryRangesEx(void *PartitionObject);
PHYSICAL_MEMORY_RANGE *NTAPI MmGetPhysicalMemoryRangesEx2(void *PartitionObject, ULONG Flags);
MM_SYSTEM_SIZE NTAPI MmQuerySystemSize(void);
BOOLEAN NTAPI MmIsThisAnNtAsSystem(void);
NTSTATUS NTAPI MmSetBankedSection(HANDLE ProcessHandle, void *VirtualAddress, ULONG BankLength,
    BOOLEAN ReadWriteBank, void *BankRoutine, void *Context);
NTSTATUS NTAPI MmAddPhysicalMemory(PHYSICAL_ADDRESS *StartAddress, LARGE_INTEGER *NumberOfBytes);
NTSTATUS NTAPI MmRemovePhysicalMemory(PHYSICAL_ADDRESS *StartAddress, LARGE_INTEGER *NumberOfBytes);
BOOLEAN NTAPI MmIsRecursiveIoFault(void);
NTSTATUS NTAPI MmGrowKernelStack(void *CurrentStack);
NTSTATUS NTAPI MmRotatePhysicalView(void *VirtualAddress, SIZE_T *NumberOfBytes, MDL *NewMdl,
    ULONG Direction, void *CopyFunction, void *Context);

/* ---- mdllock.c, mdlmap.c, pageable.c, prefetch.c --------------------------------------------- */

void NTAPI MmProbeAndLockSelectedPages(MDL *Mdl, FILE_SEGMENT_ELEMENT *SegmentArray,
    KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation);
void NTAPI MmProbeAndLockProcessPages(
    MDL *Mdl, struct _EPROCESS *Process, KPROCESSOR_MODE AccessMode, LOCK_OPERATION Operation);
NTSTATUS NTAPI MmMapMemoryDumpMdlEx(
    void *Va, PFN_NUMBER PageTotal, MDL *MemoryDumpMdl, ULONG Flags);
void *NTAPI MmLockPagableImageSection(void *AddressWithinSection);
NTSTATUS NTAPI MmProtectDriverSection(void *AddressWithinSection, SIZE_T Size, ULONG Flags);
NTSTATUS NTAPI MmPrefetchPages(ULONG NumberOfLists, READ_LIST **ReadLists);
