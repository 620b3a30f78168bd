/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * fsrtl: what file system drivers and their filters share. Structures are ntifs.h's; whose fields
 * are a driver's to read has them as Windows has, the rest is opaque.
 */
#pragma once

#include "io/io.h"
#include "nt/ntifs.h"

#define FSRTL_TAG 0x6C745346 /* 'FStl' */

/* ---- name.c, status.c, pool.c, file.c -------------------------------------------------------- */

extern const UCHAR *const FsRtlLegalAnsiCharacterArray; /* FSRTL_*_LEGAL and FSRTL_WILD_CHARACTER by
                                                           character, 128 of them */
void NTAPI FsRtlDissectName(
    UNICODE_STRING Name, UNICODE_STRING *FirstPart, UNICODE_STRING *RemainingPart);
void NTAPI FsRtlDissectDbcs(ANSI_STRING Name, ANSI_STRING *FirstPart, ANSI_STRING *RemainingPart);
BOOLEAN NTAPI FsRtlAreNamesEqual(const UNICODE_STRING *NameA, const UNICODE_STRING *NameB,
    BOOLEAN IgnoreCase, const WCHAR *UpcaseTable);
BOOLEAN NTAPI FsRtlIsNameInUnUpcasedExpression(
    UNICODE_STRING *Expression, UNICODE_STRING *Name, BOOLEAN IgnoreCase, WCHAR *UpcaseTable);
BOOLEAN NTAPI FsRtlDoesDbcsContainWildCards(const ANSI_STRING *Name);
BOOLEAN NTAPI FsRtlIsDbcsInExpression(ANSI_STRING *Expression, ANSI_STRING *Name);
BOOLEAN NTAPI FsRtlIsFatDbcsLegal(ANSI_STRING DbcsName, BOOLEAN WildCardsPermissible,
    BOOLEAN PathNamePermissible, BOOLEAN LeadingBackslashPermissible);
BOOLEAN NTAPI FsRtlIsHpfsDbcsLegal(ANSI_STRING DbcsName, BOOLEAN WildCardsPermissible,
    BOOLEAN PathNamePermissible, BOOLEAN LeadingBackslashPermissible);

BOOLEAN NTAPI FsRtlIsNtstatusExpected(NTSTATUS Exception);
BOOLEAN NTAPI FsRtlIsTotalDeviceFailure(NTSTATUS Status);
NTSTATUS NTAPI FsRtlNormalizeNtstatus(NTSTATUS Exception, NTSTATUS GenericException);

PVOID NTAPI FsRtlAllocatePool(POOL_TYPE PoolType, ULONG NumberOfBytes);
PVOID NTAPI FsRtlAllocatePoolWithQuota(POOL_TYPE PoolType, ULONG NumberOfBytes);
PVOID NTAPI FsRtlAllocatePoolWithTag(POOL_TYPE PoolType, ULONG NumberOfBytes, ULONG Tag);
PVOID NTAPI FsRtlAllocatePoolWithQuotaTag(POOL_TYPE PoolType, ULONG NumberOfBytes, ULONG Tag);
ERESOURCE *NTAPI FsRtlAllocateResource(void);
PVOID NTAPI FsRtlAllocateAePushLock(POOL_TYPE PoolType, ULONG Tag);
void NTAPI FsRtlFreeAePushLock(PVOID AePushLock);
void FsrtlInitialize(void);

NTSTATUS NTAPI FsRtlGetFileSize(FILE_OBJECT *FileObject, LARGE_INTEGER *FileSize);
void NTAPI FsRtlAcquireFileExclusive(FILE_OBJECT *FileObject);
void NTAPI FsRtlReleaseFile(FILE_OBJECT *FileObject);
LOGICAL NTAPI FsRtlIsPagingFile(FILE_OBJECT *FileObject);
/* The same for who flushes a cached file, by the callbacks and routines that are for that. */
void FsrtliAcquireForFlush(FILE_OBJECT *FileObject);
void FsrtliReleaseForFlush(FILE_OBJECT *FileObject);

/* ---- context.c ------------------------------------------------------------------------------- */

typedef void NTAPI FSRTL_FREE(PVOID Context);

typedef struct FSRTL_CONTEXT { /* FSRTL_PER_STREAM_CONTEXT, FSRTL_PER_FILE_CONTEXT */
    LIST_ENTRY Links;
    PVOID OwnerId, InstanceId;
    FSRTL_FREE *FreeCallback;
} FSRTL_CONTEXT;

typedef struct FSRTL_ADVANCED_HEADER { /* FSRTL_ADVANCED_FCB_HEADER, as far as all its versions go
                                        */
    FSRTL_COMMON_FCB_HEADER Header;
    FAST_MUTEX *FastMutex;
    LIST_ENTRY FilterContexts;
} FSRTL_ADVANCED_HEADER;

NTSTATUS NTAPI FsRtlInsertPerStreamContext(
    FSRTL_ADVANCED_HEADER *PerStreamContext, FSRTL_CONTEXT *Ptr);
FSRTL_CONTEXT *NTAPI FsRtlLookupPerStreamContextInternal(
    FSRTL_ADVANCED_HEADER *StreamContext, PVOID OwnerId, PVOID InstanceId);
FSRTL_CONTEXT *NTAPI FsRtlRemovePerStreamContext(
    FSRTL_ADVANCED_HEADER *StreamContext, PVOID OwnerId, PVOID InstanceId);
void NTAPI FsRtlTeardownPerStreamContexts(FSRTL_ADVANCED_HEADER *AdvancedHeader);
NTSTATUS NTAPI FsRtlInsertPerFileContext(PVOID *PerFileContextPointer, FSRTL_CONTEXT *Ptr);
FSRTL_CONTEXT *NTAPI FsRtlLookupPerFileContext(
    PVOID *PerFileContextPointer, PVOID OwnerId, PVOID InstanceId);
FSRTL_CONTEXT *NTAPI FsRtlRemovePerFileContext(
    PVOID *PerFileContextPointer, PVOID OwnerId, PVOID InstanceId);
void NTAPI FsRtlTeardownPerFileContexts(PVOID *PerFileContextPointer);

/* FSRTL_PER_FILEOBJECT_CONTEXT: an FSRTL_CONTEXT without what is behind InstanceId. */
NTSTATUS NTAPI FsRtlInsertPerFileObjectContext(FILE_OBJECT *FileObject, FSRTL_CONTEXT *Ptr);
FSRTL_CONTEXT *NTAPI FsRtlLookupPerFileObjectContext(
    FILE_OBJECT *FileObject, PVOID OwnerId, PVOID InstanceId);
FSRTL_CONTEXT *NTAPI FsRtlRemovePerFileObjectContext(
    FILE_OBJECT *FileObject, PVOID OwnerId, PVOID InstanceId);

/* ---- path.c ---------------------------------------------------------------------------------- */

NTSTATUS NTAPI FsRtlRemoveDotsFromPath(WCHAR *OriginalString, USHORT PathLength, USHORT *NewLength);
NTSTATUS NTAPI FsRtlValidateReparsePointBuffer(
    ULONG BufferLength, const REPARSE_DATA_BUFFER *ReparseBuffer);

/* ---- request.c ------------------------------------------------------------------------------- */

NTSTATUS NTAPI FsRtlIssueDeviceIoControl(DEVICE_OBJECT *DeviceObject, ULONG IoCtl, UCHAR Flags,
    PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength,
    ULONG_PTR *IosbInformation);
NTSTATUS NTAPI FsRtlQueryCachedVdl(FILE_OBJECT *FileObject, LONGLONG *Vdl);
NTSTATUS NTAPI FsRtlKernelFsControlFile(FILE_OBJECT *FileObject, ULONG FsControlCode,
    PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer, ULONG OutputBufferLength,
    ULONG *RetOutputBufferSize);
NTSTATUS NTAPI FsRtlQueryInformationFile(FILE_OBJECT *FileObject, PVOID FileInformation,
    ULONG Length, FILE_INFORMATION_CLASS FileInformationClass, ULONG *RetFileInformationSize);
NTSTATUS NTAPI FsRtlQueryKernelEaFile(FILE_OBJECT *FileObject, PVOID ReturnedEaData, ULONG Length,
    BOOLEAN ReturnSingleEntry, PVOID EaList, ULONG EaListLength, ULONG *EaIndex,
    BOOLEAN RestartScan, ULONG *LengthReturned);
NTSTATUS NTAPI FsRtlSetKernelEaFile(FILE_OBJECT *FileObject, PVOID EaBuffer, ULONG Length);
NTSTATUS NTAPI FsRtlBalanceReads(DEVICE_OBJECT *TargetDevice);
NTSTATUS NTAPI FsRtlGetSectorSizeInformation(
    DEVICE_OBJECT *DeviceObject, FILE_FS_SECTOR_SIZE_INFORMATION *SectorSizeInfo);
NTSTATUS NTAPI FsRtlGetSupportedFeatures(DEVICE_OBJECT *DeviceObject, ULONG *SupportedFeatures);
LOGICAL NTAPI FsRtlIsSystemPagingFile(FILE_OBJECT *FileObject);
BOOLEAN NTAPI FsRtlIsDaxVolume(FILE_OBJECT *FileObject);
BOOLEAN NTAPI FsRtlAreVolumeStartupApplicationsComplete(void);
