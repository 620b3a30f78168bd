/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Memory management: pages, MDLs, sections, cache types, MmCopyMemory addresses, DMA-free macros.
 * The MDL macros are what DDK code compiles inline; they read the fields the I/O manager fills.
 */
#pragma once

#include "nt/ke.h"

#define PAGE_SHIFT 12
#define PAGE_SIZE  0x1000
#define ROUND_TO_PAGES(size) (((ULONG_PTR)(size) + PAGE_SIZE - 1) & ~((ULONG_PTR)PAGE_SIZE - 1))
#define BYTES_TO_PAGES(size) \
    (((ULONG_PTR)(size) >> PAGE_SHIFT) + (((ULONG_PTR)(size) & (PAGE_SIZE - 1)) != 0))
#define BYTE_OFFSET(address) ((ULONG)((ULONG_PTR)(address) & (PAGE_SIZE - 1)))
#define PAGE_ALIGN(address)  ((PVOID)((ULONG_PTR)(address) & ~((ULONG_PTR)PAGE_SIZE - 1)))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(address, size) \
    (((ULONG_PTR)BYTE_OFFSET(address) + (ULONG_PTR)(size) + PAGE_SIZE - 1) >> PAGE_SHIFT)

typedef ULONG_PTR PFN_NUMBER, *PPFN_NUMBER;
#if defined(__x86_64__)
#define PFN_SPAN_FOR_LARGE_INTEGER 1
#endif

typedef struct _MDL {
    struct _MDL *Next;
    CSHORT Size; /* bytes, header and page numbers */
    CSHORT MdlFlags;
    struct _EPROCESS *Process;
    PVOID MappedSystemVa;
    PVOID StartVa; /* page aligned */
    ULONG ByteCount;
    ULONG ByteOffset;
} MDL, *PMDL, *PMDLX;
typedef const MDL *PCMDL;

#define MDL_MAPPED_TO_SYSTEM_VA     0x01
#define MDL_PAGES_LOCKED            0x02
#define MDL_SOURCE_IS_NONPAGED_POOL 0x04
#define MDL_ALLOCATED_FIXED_SIZE    0x08
#define MDL_PARTIAL                 0x10
#define MDL_PARTIAL_HAS_BEEN_MAPPED 0x20
#define MDL_IO_PAGE_READ            0x40
#define MDL_WRITE_OPERATION         0x80
#define MDL_PARENT_MAPPED_SYSTEM_VA 0x0100
#define MDL_FREE_EXTRA_PTES         0x0200
#define MDL_DESCRIBES_AWE           0x0400
#define MDL_IO_SPACE                0x0800
#define MDL_NETWORK_HEADER          0x1000
#define MDL_MAPPING_CAN_FAIL        0x2000
#define MDL_ALLOCATED_MUST_SUCCEED  0x4000
#define MDL_INTERNAL                0x8000
#define MDL_PAGE_CONTENTS_INVARIANT MDL_ALLOCATED_MUST_SUCCEED
#define MDL_SYSTEM_VA               MDL_MAPPED_TO_SYSTEM_VA
#define MDL_MAPPING_FLAGS                                                               \
    (MDL_MAPPED_TO_SYSTEM_VA | MDL_PAGES_LOCKED | MDL_SOURCE_IS_NONPAGED_POOL |         \
     MDL_PARTIAL_HAS_BEEN_MAPPED | MDL_PARENT_MAPPED_SYSTEM_VA | MDL_IO_SPACE)

#define MmGetMdlPfnArray(mdl)       ((PPFN_NUMBER)((mdl) + 1))
#define MmGetMdlVirtualAddress(mdl) ((PVOID)((UCHAR *)(mdl)->StartVa + (mdl)->ByteOffset))
#define MmGetMdlBaseVa(mdl)         ((mdl)->StartVa)
#define MmGetMdlByteCount(mdl)      ((mdl)->ByteCount)
#define MmGetMdlByteOffset(mdl)     ((mdl)->ByteOffset)
#define MmGetProcedureAddress(address) (address)

FORCEINLINE void MmInitializeMdl(PMDL Mdl, PVOID BaseVa, SIZE_T Length)
{
    SIZE_T PageCount = ADDRESS_AND_SIZE_TO_SPAN_PAGES(BaseVa, Length);

    Mdl->Next = NULL;
    Mdl->Size = (CSHORT)(sizeof(MDL) + sizeof(PFN_NUMBER) * PageCount);
    Mdl->MdlFlags = 0;
    Mdl->StartVa = PAGE_ALIGN(BaseVa);
    Mdl->ByteOffset = BYTE_OFFSET(BaseVa);
    Mdl->ByteCount = (ULONG)Length;
}

typedef enum _MEMORY_CACHING_TYPE {
    MmNonCached = 0,
    MmCached = 1,
    MmWriteCombined = 2,
    MmHardwareCoherentCached = 3,
    MmNonCachedUnordered = 4,
    MmUSWCCached = 5,
    MmMaximumCacheType = 6,
    MmNotMapped = -1
} MEMORY_CACHING_TYPE;

typedef enum _MM_PAGE_PRIORITY {
    LowPagePriority,
    NormalPagePriority = 16,
    HighPagePriority = 32
} MM_PAGE_PRIORITY, *PMM_PAGE_PRIORITY;

typedef enum _MM_SYSTEM_SIZE {
    MmSmallSystem,
    MmMediumSystem,
    MmLargeSystem
} MM_SYSTEM_SIZE, *PMM_SYSTEM_SIZE;


#define MdlMappingNoWrite   0x80000000
#define MdlMappingNoExecute 0x40000000
#define MdlMappingWithGuardPtes 0x20000000

typedef struct _MM_COPY_ADDRESS {
    union {
        PVOID VirtualAddress;
        PHYSICAL_ADDRESS PhysicalAddress;
    };
} MM_COPY_ADDRESS, *PMMCOPY_ADDRESS;

#define MM_COPY_MEMORY_PHYSICAL 0x1
#define MM_COPY_MEMORY_VIRTUAL  0x2

typedef struct _PHYSICAL_MEMORY_RANGE {
    PHYSICAL_ADDRESS BaseAddress;
    LARGE_INTEGER NumberOfBytes;
} PHYSICAL_MEMORY_RANGE, *PPHYSICAL_MEMORY_RANGE;

#define MM_DONT_ZERO_ALLOCATION          0x01
#define MM_ALLOCATE_FROM_LOCAL_NODE_ONLY 0x02
#define MM_ALLOCATE_FULLY_REQUIRED       0x04
#define MM_ALLOCATE_NO_WAIT              0x08
#define SECTION_QUERY                    0x01
#define SECTION_MAP_WRITE                0x02
#define SECTION_MAP_READ                 0x04
#define SECTION_MAP_EXECUTE              0x08
#define SECTION_EXTEND_SIZE              0x10
#define SECTION_MAP_EXECUTE_EXPLICIT     0x20
#define PAGE_NOACCESS                    0x01
#define PAGE_READONLY                    0x02
#define PAGE_READWRITE                   0x04
#define PAGE_WRITECOPY                   0x08
#define PAGE_EXECUTE                     0x10
#define PAGE_EXECUTE_READ                0x20
#define PAGE_EXECUTE_READWRITE           0x40
#define PAGE_EXECUTE_WRITECOPY           0x80
#define PAGE_GUARD                       0x0100
#define PAGE_NOCACHE                     0x0200
#define PAGE_WRITECOMBINE                0x0400
#define MEM_COMMIT                       0x1000
#define MEM_RESERVE                      0x2000
#define MEM_DECOMMIT                     0x4000
#define MEM_RELEASE                      0x8000
#define MEM_FREE                         0x00010000
#define MEM_PRIVATE                      0x00020000
#define MEM_MAPPED                       0x00040000
#define MEM_RESET                        0x00080000
#define MEM_TOP_DOWN                     0x00100000
#define MEM_LARGE_PAGES                  0x20000000
#define MEM_4MB_PAGES                    0x80000000
#define SEC_RESERVE                      0x04000000
#define SEC_COMMIT                       0x08000000
#define SEC_LARGE_PAGES                  0x80000000
#define MM_MAXIMUM_DISK_IO_SIZE          0x00010000
#define MM_LOWEST_USER_ADDRESS           0x00010000
#define MEM_DOS_LIM                      0x40000000
#define SEC_BASED                        0x00200000

typedef struct _MM_PHYSICAL_ADDRESS_LIST {
    PHYSICAL_ADDRESS PhysicalAddress;
    SIZE_T NumberOfBytes;
} MM_PHYSICAL_ADDRESS_LIST, *PMM_PHYSICAL_ADDRESS_LIST;

#define MM_ALLOCATE_PREFER_CONTIGUOUS          0x00000010
#define MM_ALLOCATE_REQUIRE_CONTIGUOUS_CHUNKS  0x00000020
#define MM_ALLOCATE_FAST_LARGE_PAGES           0x00000040
#define MM_ALLOCATE_TRIM_IF_NECESSARY          0x00000080
#define MM_ALLOCATE_AND_HOT_REMOVE             0x00000100
typedef ULONG NODE_REQUIREMENT;
#define MM_ANY_NODE_OK                         0x80000000
#define MEM_WRITE_WATCH                        0x00200000
#define MEM_PHYSICAL                           0x00400000
#define MEM_ROTATE                             0x00800000
#define MEM_IMAGE                              0x01000000
#define MEM_RESET_UNDO                         0x01000000
#define SEC_FILE                               0x00800000
#define SEC_IMAGE                              0x01000000
#define SEC_PROTECTED_IMAGE                    0x02000000
#define SEC_NOCACHE                            0x10000000
#define SEC_WRITECOMBINE                       0x40000000
#define SEC_IMAGE_NO_EXECUTE                   0x11000000
#define SECTION_ALL_ACCESS                     0x000f001f

typedef enum _MMFLUSH_TYPE { MmFlushForDelete, MmFlushForWrite } MMFLUSH_TYPE;

typedef union _FILE_SEGMENT_ELEMENT {
    ULONGLONG Buffer; /* PVOID64 */
    ULONGLONG Alignment;
} FILE_SEGMENT_ELEMENT, *PFILE_SEGMENT_ELEMENT;

typedef struct _READ_LIST {
    struct _FILE_OBJECT *FileObject;
    ULONG NumberOfEntries;
    LOGICAL IsImage;
    FILE_SEGMENT_ELEMENT List[ANYSIZE_ARRAY];
} READ_LIST, *PREAD_LIST;

typedef void NTAPI MM_DLL_UNLOAD(void);
typedef NTSTATUS NTAPI MM_DLL_INITIALIZE(PUNICODE_STRING RegistryPath);
typedef MM_DLL_INITIALIZE *PMM_DLL_INITIALIZE;
typedef MM_DLL_UNLOAD *PMM_DLL_UNLOAD;
