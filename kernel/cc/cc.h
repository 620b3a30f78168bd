/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * cc: the cache of files whose file systems are drivers. It stands on fsrtl and io: pages come and
 * go by requests to the file's own driver. C: has none, for its files are the host's.
 */
#pragma once

#include "fsrtl/fsrtl.h"
#include "mm/section.h"

void CcInitialize(void);
/* Writes what is dirty, and no timer is set any more. Before drivers are told of the shutdown. */
void CcShutdown(void);

/* ---- Exports --------------------------------------------------------------------------------- */

/* map.c, sizes.c */
void NTAPI CcInitializeCacheMap(FILE_OBJECT *FileObject, CC_FILE_SIZES *FileSizes,
    BOOLEAN PinAccess, CACHE_MANAGER_CALLBACKS *Callbacks, void *LazyWriteContext);
BOOLEAN NTAPI CcUninitializeCacheMap(FILE_OBJECT *FileObject, LARGE_INTEGER *TruncateSize,
    CACHE_UNINITIALIZE_EVENT *UninitializeEvent);
void NTAPI CcSetFileSizes(FILE_OBJECT *FileObject, CC_FILE_SIZES *FileSizes);
NTSTATUS NTAPI CcSetFileSizesEx(FILE_OBJECT *FileObject, CC_FILE_SIZES *FileSizes);
FILE_OBJECT *NTAPI CcGetFileObjectFromSectionPtrs(SECTION_OBJECT_POINTERS *SectionObjectPointer);
FILE_OBJECT *NTAPI CcGetFileObjectFromSectionPtrsRef(
    SECTION_OBJECT_POINTERS *SectionObjectPointer);
void NTAPI CcSetAdditionalCacheAttributes(
    FILE_OBJECT *FileObject, BOOLEAN DisableReadAhead, BOOLEAN DisableWriteBehind);
void NTAPI CcSetParallelFlushFile(FILE_OBJECT *FileObject, BOOLEAN EnableParallelFlush);

/* copy.c */
BOOLEAN NTAPI CcCopyRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, void *Buffer, IO_STATUS_BLOCK *IoStatus);
BOOLEAN NTAPI CcCopyReadEx(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, void *Buffer, IO_STATUS_BLOCK *IoStatus, ETHREAD *IoIssuerThread);
void NTAPI CcFastCopyRead(FILE_OBJECT *FileObject, ULONG FileOffset, ULONG Length,
    ULONG PageCount, void *Buffer, IO_STATUS_BLOCK *IoStatus);
BOOLEAN NTAPI CcCopyWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, void *Buffer);
BOOLEAN NTAPI CcCopyWriteEx(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, void *Buffer, ETHREAD *IoIssuerThread);
void NTAPI CcFastCopyWrite(
    FILE_OBJECT *FileObject, ULONG FileOffset, ULONG Length, void *Buffer);
BOOLEAN NTAPI CcZeroData(FILE_OBJECT *FileObject, LARGE_INTEGER *StartOffset,
    LARGE_INTEGER *EndOffset, BOOLEAN Wait);

/* flush.c, purge.c */
void NTAPI CcFlushCache(SECTION_OBJECT_POINTERS *SectionObjectPointer, LARGE_INTEGER *FileOffset,
    ULONG Length, IO_STATUS_BLOCK *IoStatus);
LARGE_INTEGER NTAPI CcGetFlushedValidData(
    SECTION_OBJECT_POINTERS *SectionObjectPointer, BOOLEAN BcbListHeld);
BOOLEAN NTAPI CcIsThereDirtyData(VPB *Vpb);
BOOLEAN NTAPI CcIsThereDirtyDataEx(VPB *Vpb, ULONG *NumberOfDirtyPages);
BOOLEAN NTAPI CcPurgeCacheSection(SECTION_OBJECT_POINTERS *SectionObjectPointer,
    LARGE_INTEGER *FileOffset, ULONG Length, ULONG Flags);
void NTAPI CcCoherencyFlushAndPurgeCache(SECTION_OBJECT_POINTERS *SectionObjectPointer,
    LARGE_INTEGER *FileOffset, ULONG Length, IO_STATUS_BLOCK *IoStatus, ULONG Flags);

/* lazy.c, ahead.c */
NTSTATUS NTAPI CcWaitForCurrentLazyWriterActivity(void);
void NTAPI CcSetReadAheadGranularity(FILE_OBJECT *FileObject, ULONG Granularity);
void NTAPI CcScheduleReadAhead(
    FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length);
void NTAPI CcScheduleReadAheadEx(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ETHREAD *IoIssuerThread);

/* throttle.c */
BOOLEAN NTAPI CcCanIWrite(
    FILE_OBJECT *FileObject, ULONG BytesToWrite, BOOLEAN Wait, UCHAR Retrying);
void NTAPI CcDeferWrite(FILE_OBJECT *FileObject, CC_POST_DEFERRED_WRITE *PostRoutine,
    void *Context1, void *Context2, ULONG BytesToWrite, BOOLEAN Retrying);
BOOLEAN NTAPI CcCopyWriteWontFlush(
    FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length);
void NTAPI CcSetDirtyPageThreshold(FILE_OBJECT *FileObject, ULONG DirtyPageThreshold);

/* pin.c, repin.c, log.c */
BOOLEAN NTAPI CcMapData(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG Flags, void **Bcb, void **Buffer);
BOOLEAN NTAPI CcPinRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG Flags, void **Bcb, void **Buffer);
BOOLEAN NTAPI CcPinMappedData(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG Flags, void **Bcb);
BOOLEAN NTAPI CcPreparePinWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Zero, ULONG Flags, void **Bcb, void **Buffer);
void NTAPI CcSetDirtyPinnedData(void *BcbVoid, LARGE_INTEGER *Lsn);
void NTAPI CcUnpinData(void *Bcb);
void NTAPI CcUnpinDataForThread(void *Bcb, ERESOURCE_THREAD ResourceThreadId);
void NTAPI CcSetBcbOwnerPointer(void *Bcb, void *OwnerPointer);
void NTAPI CcRepinBcb(void *Bcb);
void NTAPI CcUnpinRepinnedBcb(void *Bcb, BOOLEAN WriteThrough, IO_STATUS_BLOCK *IoStatus);
void *NTAPI CcRemapBcb(void *Bcb);
FILE_OBJECT *NTAPI CcGetFileObjectFromBcb(void *Bcb);
void NTAPI CcSetLogHandleForFile(
    FILE_OBJECT *FileObject, void *LogHandle, FLUSH_TO_LSN *FlushToLsnRoutine);
LARGE_INTEGER NTAPI CcGetDirtyPages(
    void *LogHandle, DIRTY_PAGE_ROUTINE *DirtyPageRoutine, void *Context1, void *Context2);
LARGE_INTEGER NTAPI CcGetLsnForFileObject(FILE_OBJECT *FileObject, LARGE_INTEGER *OldestLsn);

/* mdl.c */
void NTAPI CcMdlRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    MDL **MdlChain, IO_STATUS_BLOCK *IoStatus);
void NTAPI CcMdlReadComplete(FILE_OBJECT *FileObject, MDL *MdlChain);
void NTAPI CcPrepareMdlWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    MDL **MdlChain, IO_STATUS_BLOCK *IoStatus);
void NTAPI CcMdlWriteComplete(
    FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, MDL *MdlChain);
void NTAPI CcMdlWriteAbort(FILE_OBJECT *FileObject, MDL *MdlChain);

/* fastio.c: routines of file systems' fast I/O; their counters */
extern ULONG CcFastMdlReadWait, CcFastReadNotPossible, CcFastReadWait;
BOOLEAN NTAPI FsRtlCopyRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, ULONG LockKey, void *Buffer, IO_STATUS_BLOCK *IoStatus,
    DEVICE_OBJECT *DeviceObject);
BOOLEAN NTAPI FsRtlCopyWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    BOOLEAN Wait, ULONG LockKey, void *Buffer, IO_STATUS_BLOCK *IoStatus,
    DEVICE_OBJECT *DeviceObject);
void NTAPI FsRtlIncrementCcFastReadNotPossible(void);
void NTAPI FsRtlIncrementCcFastReadWait(void);
void NTAPI FsRtlIncrementCcFastReadNoWait(void);
void NTAPI FsRtlIncrementCcFastReadResourceMiss(void);
void NTAPI FsRtlIncrementCcFastMdlReadWait(void);

/* fastmdl.c */
BOOLEAN NTAPI FsRtlMdlRead(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG LockKey, MDL **MdlChain, IO_STATUS_BLOCK *IoStatus);
BOOLEAN NTAPI FsRtlMdlReadComplete(FILE_OBJECT *FileObject, MDL *MdlChain);
BOOLEAN NTAPI FsRtlMdlReadDev(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, ULONG Length,
    ULONG LockKey, MDL **MdlChain, IO_STATUS_BLOCK *IoStatus, DEVICE_OBJECT *DeviceObject);
BOOLEAN NTAPI FsRtlMdlReadCompleteDev(
    FILE_OBJECT *FileObject, MDL *MdlChain, DEVICE_OBJECT *DeviceObject);
BOOLEAN NTAPI FsRtlPrepareMdlWrite(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset,
    ULONG Length, ULONG LockKey, MDL **MdlChain, IO_STATUS_BLOCK *IoStatus);
BOOLEAN NTAPI FsRtlPrepareMdlWriteDev(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset,
    ULONG Length, ULONG LockKey, MDL **MdlChain, IO_STATUS_BLOCK *IoStatus,
    DEVICE_OBJECT *DeviceObject);
BOOLEAN NTAPI FsRtlMdlWriteComplete(
    FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset, MDL *MdlChain);
BOOLEAN NTAPI FsRtlMdlWriteCompleteDev(FILE_OBJECT *FileObject, LARGE_INTEGER *FileOffset,
    MDL *MdlChain, DEVICE_OBJECT *DeviceObject);
