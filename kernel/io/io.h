/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * io for the other components: drivers, devices, files and IRPs.
 *
 * A request is built by an Nt service, goes down through IofCallDriver and comes back through
 * IofCompleteRequest, which runs completion routines upwards and then, for requests of ours, the
 * last step: copy to the caller's buffer, status block, event, handles. A request completed before
 * its dispatch routine returned takes the last step on the caller's own thread; otherwise it runs
 * where the driver completed it.
 */
#pragma once

#include "ldr/ldr.h"

extern OBJECT_TYPE *IoiDriverObjectType, *IoiDeviceObjectType, *IoiFileObjectType;

NTSTATUS IoInitialize(void);

/* ---- Drivers (kernel/io/driver.c, loaddriver.c) ---------------------------------------------- */

/*
 * Installs the file HostPath as the driver service Name ("hello"), whose ImagePath becomes
 * \??\Z:\…, and loads it. FullPath: HostPath, absolute. Statuses of IoiLoadService; on failure
 * Error says why.
 */
NTSTATUS IoiLoadDriver(
    const char *Name, const char *HostPath, const char *FullPath, LDR_ERROR *Error);

/*
 * Loads the driver of a service by its registry key
 * ("\Registry\Machine\System\CurrentControlSet\Services\hello"): finds the image, makes the driver
 * object and calls DriverEntry with that path, all as the System process. On failure the image is
 * gone and Error says why; a status DriverEntry returned is returned as it is.
 * STATUS_IMAGE_ALREADY_LOADED: the service, or the image as another one, runs.
 * STATUS_ILL_FORMED_SERVICE_ENTRY: its Type is no driver's.
 */
NTSTATUS IoiLoadService(const UNICODE_STRING *KeyPath, LDR_ERROR *Error);

/*
 * Stops the driver of a service. STATUS_PENDING: when its last handle is closed.
 * STATUS_OBJECT_NAME_NOT_FOUND: it does not run. STATUS_INVALID_DEVICE_REQUEST: it has no
 * DriverUnload.
 */
NTSTATUS IoiUnloadService(const UNICODE_STRING *Name, LDR_ERROR *Error);
NTSTATUS IoiUnloadDriver(const char *Name, LDR_ERROR *Error);
/* It is a plug and play driver with devices: nobody but plug and play may stop it. */
BOOLEAN IoiHasPlugPlayDevices(const UNICODE_STRING *Name);

struct IOP_DRIVER_CREATE_CONTEXT;

enum IO_SERVICE_STATE {
    IO_SERVICE_STOPPED,
    IO_SERVICE_STARTING,
    IO_SERVICE_RUNNING,
    IO_SERVICE_STOPPING
};
enum IO_SERVICE_STATE IoiQueryService(const UNICODE_STRING *Name);

/* scm: called when a driver is gone, or has failed to start, at PASSIVE_LEVEL with no lock held.
 * NULL: nobody asks. */
extern void (*IoDriverRemoved)(const UNICODE_STRING *Name);

/*
 * A value of a key, in pool (ExiFree); Data is followed by two zero bytes, so that a text without
 * an end has one. STATUS_OBJECT_NAME_NOT_FOUND, STATUS_INSUFFICIENT_RESOURCES. With the kernel's
 * rights.
 */
NTSTATUS IoiQueryValue(
    HANDLE Key, const UNICODE_STRING *Name, KEY_VALUE_PARTIAL_INFORMATION **Value);

/*
 * A driver that is part of the machine (file system, disk): makes its object at Path
 * ("\\FileSystem\\…", "\\Driver\\…") and calls Entry with it and no registry path. It stays until
 * the machine closes and is no leak. As the System process, PASSIVE_LEVEL.
 */
NTSTATUS IoiCreateBuiltInDriver(const char *Path, PDRIVER_INITIALIZE Entry);
/* \Device\Null, for the life of the machine. */
NTSTATUS IoiCreateNullDevice(void);

/* Calls Routine as the System process would, with KernelMode as the previous mode; afterwards the
 * thread is what it was. */
NTSTATUS IoiRunAsSystem(NTSTATUS (*Routine)(void *Context), void *Context);

/*
 * pnp: a driver's entry routine has returned with success; ByHand: its file was named by who runs
 * the machine. A failure, with Error saying why, has it unloaded again. NULL: there is no plug and
 * play. IoDriverStopping: before a driver is unloaded: takes its devices out of their stacks, or
 * says why that cannot be. IoDriverGone: it has been unloaded and its image is about to go. As the
 * System process, PASSIVE_LEVEL, no lock held.
 */
extern NTSTATUS (*IoDriverStarted)(DRIVER_OBJECT *Driver, BOOLEAN ByHand, LDR_ERROR *Error);
extern NTSTATUS (*IoDriverStopping)(DRIVER_OBJECT *Driver, LDR_ERROR *Error);
extern void (*IoDriverGone)(DRIVER_OBJECT *Driver);

/* pnp: the last handle to a device that is marked DOE_REMOVE_PENDING was closed. Up to
 * DISPATCH_LEVEL. NULL: nobody asks. */
extern void (*IoDeviceClosed)(void);

/* The running driver of a service, referenced; NULL: it does not run. */
DRIVER_OBJECT *IoiFindService(const UNICODE_STRING *Name);
/* The running driver whose image an address lies in, referenced; NULL: none. Up to
 * DISPATCH_LEVEL. */
DRIVER_OBJECT *IoiFindDriverOfCode(ULONG_PTR Address);

/* ---- Device stacks, for pnp (kernel/io/stack.c) ---------------------------------------------- */

/* What pnp knows a device as; NULL: nothing. */
void *IoiDeviceNode(const DEVICE_OBJECT *Device);
void IoiSetDeviceNode(DEVICE_OBJECT *Device, void *Node);
/* Whether a handle to any device of the stack on Base is open, and whether one of them is a
 * driver's. */
BOOLEAN IoiStackIsOpen(DEVICE_OBJECT *Base);
BOOLEAN IoiStackHasDriver(DEVICE_OBJECT *Base, const DRIVER_OBJECT *Driver);
/* Sets and clears DOE_ flags of all devices of the stack. */
void IoiMarkStack(DEVICE_OBJECT *Base, ULONG Set, ULONG Clear);
BOOLEAN IoiStackIsMarked(DEVICE_OBJECT *Base, ULONG Flags); /* at its base */
/*
 * Sends a request with Stack (major and minor function, parameters) to Device and waits. Initial:
 * the status it goes down with. Returns the final status; *Information (may be NULL) goes down and
 * comes back. PASSIVE_LEVEL.
 */
NTSTATUS IoiSendToDevice(DEVICE_OBJECT *Device, const IO_STACK_LOCATION *Stack, NTSTATUS Initial,
    ULONG_PTR *Information);
/* paging.c: tells a file's driver how far the cache manager has written it. */
NTSTATUS IoiAdvanceValidData(FILE_OBJECT *File, LONGLONG ValidDataLength);

/* IoReportResourceForDetection, saying nothing of a conflict. Device NULL: the driver as a whole;
 * List NULL: gives up. */
NTSTATUS IoiClaimResources(
    DRIVER_OBJECT *Driver, DEVICE_OBJECT *Device, const CM_RESOURCE_LIST *List, ULONG ListBytes);

/*
 * fs: the host's path of an image by its NT path; statuses of FsiFindHostPath. Set by the machine;
 * NULL: there is no file system.
 */
extern NTSTATUS (*IoFindImageFile)(
    const UNICODE_STRING *NtPath, char *HostPath, SIZE_T HostPathBytes);

/*
 * disk: returns when none of the driver's completion routines is under way on the machine's own
 * threads. Called as the System process, before the image of a driver goes. NULL: there are no such
 * threads.
 */
extern void (*IoDriverLeaving)(void);

/*
 * fs: the descriptor of a file of its own, NULL: it is none; and a new one for it, with the pool
 * block it replaces. Under ob's security lock. NULL: there is no file system.
 */
extern SECURITY_DESCRIPTOR *(*IoFileSecurity)(const FILE_OBJECT *File);
extern BOOLEAN (*IoSetFileSecurity)(
    FILE_OBJECT *File, SECURITY_DESCRIPTOR *New, SECURITY_DESCRIPTOR **Old);

/* Set by po: a device is being deleted, and is not to be found idle any more. */
extern void (*IoDeleteIdleDevice)(DEVICE_OBJECT *Device);

/*
 * scm: boot drivers, then system drivers are being started; all boot drivers have been; all system
 * drivers have been. PASSIVE_LEVEL.
 */
void IoiBeginBoot(void);
void IoiBootDriversStarted(void);
void IoiEndBoot(void);
BOOLEAN IoiIsBooting(void); /* from the first of these to the last */

/* The machine goes down in order: devices that want to know are sent IRP_MJ_SHUTDOWN. Once, at
 * PASSIVE_LEVEL. */
void IoiNotifyShutdown(void);

/* Stops every driver that can be, newest first. For the end of the machine. */
void IoiUnloadAll(void);

/* The driver whose image holds an address. */
DRIVER_OBJECT *IoiFindDriver(ULONG_PTR Address);

/*
 * Who looks at requests on their way, every driver's and ours; NULL: nobody. NTAPI, as it is called
 * on hot paths.
 *
 * Dispatch: calls the dispatch routine of Irp's current location. Unwind: Irp is completed as far
 * as its current location, which has not been left yet; FALSE: not now, IoiResumeCompletion goes on
 * with it. Complete: calls a completion routine. Overdue: a driver kept a cancelled request until
 * its thread had to let go of it. Started: a device of plug and play has, PASSIVE_LEVEL. Adding:
 * before the first of a device's drivers is asked to add it, and after the last. Related: what a
 * bus says it has, before it is looked at.
 */
typedef struct IO_VERIFIER {
    NTSTATUS(NTAPI *Dispatch)(PDRIVER_DISPATCH Routine, DEVICE_OBJECT *Device, IRP *Irp);
    BOOLEAN(NTAPI *Unwind)(IRP *Irp);
    NTSTATUS(NTAPI *Complete)
    (PIO_COMPLETION_ROUTINE Routine, DEVICE_OBJECT *Device, IRP *Irp, void *Context);
    void (*Overdue)(IRP *Irp);
    void (*Adding)(DEVICE_OBJECT *Pdo, DRIVER_OBJECT *const *Drivers, ULONG Count);
    void (*Started)(DEVICE_OBJECT *Pdo);
    void (*Related)(DEVICE_RELATIONS *Relations);
} IO_VERIFIER;
extern const IO_VERIFIER *IoVerifier;
void IoiResumeCompletion(IRP *Irp); /* up to DISPATCH_LEVEL */
BOOLEAN IoiIsAllocatedIrp(IRP *Irp); /* at whatever address: it is one that io made */
BOOLEAN IoiIsIrpOfThread(IRP *Irp);  /* it is one of its thread's requests, and not a driver's to
                                        free */
/* How much of its system buffer the last step copies to the caller; FALSE: of this request nothing
 * is copied. */
BOOLEAN IoiSystemBufferRoom(IRP *Irp, ULONG *Bytes);

/* What goes to a client. */
typedef struct IO_DATA {
    const UCHAR *Start;
    SIZE_T Bytes;
    SIZE_T Filled;         /* from here on it lies where it was filled; Bytes: nowhere */
    ULONG ControlCode;     /* 0: it was read */
    ULONG_PTR Dispatch;    /* the routine the request was sent to */
    ULONG_PTR CompletedBy; /* the call that completed it */
} IO_DATA;

/*
 * Who looks at what clients get; NULL: nobody. Fill: memory of a request that the client's input
 * did not fill. Check: before data goes to a client.
 */
typedef struct IO_DATA_WATCH {
    void (*Fill)(void *Start, SIZE_T Bytes);
    void (*Check)(const IO_DATA *Data);
} IO_DATA_WATCH;
extern const IO_DATA_WATCH *IoDataWatch;
void IoiNoteCompletion(IRP *Irp, ULONG_PTR CompletedBy); /* the verifier's IoCompleteRequest, before
                                                            the export */

/* Requests that were sent and not completed: for reports. Machine otherwise idle. */
void IoiEnumerateIrps(BOOLEAN (*Visit)(IRP *Irp, void *Context), void *Context);
void IoiReportIrp(IRP *Irp); /* as a finding; only while nobody can complete it */
void IoiRundownThread(ETHREAD *Thread);
void IoiCancelThread(ETHREAD *Thread); /* cancels all its requests, of any thread's; does not wait
                                        */

/* ---- Exports: loading drivers (loaddriver.c) ------------------------------------------------- */

NTSTATUS NTAPI NtLoadDriver(UNICODE_STRING *DriverServiceName);
NTSTATUS NTAPI NtUnloadDriver(UNICODE_STRING *DriverServiceName);
NTSTATUS NTAPI ZwLoadDriver(UNICODE_STRING *DriverServiceName);
NTSTATUS NTAPI ZwUnloadDriver(UNICODE_STRING *DriverServiceName);

/* ---- Exports: devices, requests (device.c, irp.c, cancel.c) ---------------------------------- */

NTSTATUS FASTCALL IofCallDriver(DEVICE_OBJECT *DeviceObject, IRP *Irp);
void FASTCALL IofCompleteRequest(IRP *Irp, CCHAR PriorityBoost);
IRP *NTAPI IoAllocateIrp(CCHAR StackSize, BOOLEAN ChargeQuota);
void NTAPI IoFreeIrp(IRP *Irp);
void NTAPI IoInitializeIrp(IRP *Irp, USHORT PacketSize, CCHAR StackSize);
void NTAPI IoReuseIrp(IRP *Irp, NTSTATUS Iostatus);
BOOLEAN NTAPI IoCancelIrp(IRP *Irp);
void NTAPI IoAcquireCancelSpinLock(KIRQL *Irql);
void NTAPI IoReleaseCancelSpinLock(KIRQL Irql);
#undef IoSizeOfIrp
USHORT NTAPI IoSizeOfIrp(CCHAR StackSize);
NTSTATUS NTAPI IoCreateDevice(DRIVER_OBJECT *DriverObject, ULONG DeviceExtensionSize,
    UNICODE_STRING *DeviceName, DEVICE_TYPE DeviceType, ULONG DeviceCharacteristics,
    BOOLEAN Exclusive, DEVICE_OBJECT **DeviceObject);
DEVICE_OBJECT *NTAPI IoGetAttachedDevice(DEVICE_OBJECT *DeviceObject);
DEVICE_OBJECT *NTAPI IoGetAttachedDeviceReference(DEVICE_OBJECT *DeviceObject);
DEVICE_OBJECT *NTAPI IoGetLowerDeviceObject(DEVICE_OBJECT *DeviceObject);
DEVICE_OBJECT *NTAPI IoGetDeviceAttachmentBaseRef(DEVICE_OBJECT *DeviceObject);
DEVICE_OBJECT *NTAPI IoAttachDeviceToDeviceStack(
    DEVICE_OBJECT *SourceDevice, DEVICE_OBJECT *TargetDevice);
NTSTATUS NTAPI IoAttachDeviceToDeviceStackSafe(DEVICE_OBJECT *SourceDevice,
    DEVICE_OBJECT *TargetDevice, DEVICE_OBJECT **AttachedToDeviceObject);
void NTAPI IoDetachDevice(DEVICE_OBJECT *TargetDevice);
DEVICE_OBJECT *NTAPI IoGetRelatedDeviceObject(FILE_OBJECT *FileObject);
NTSTATUS NTAPI IoPageRead(FILE_OBJECT *FileObject, MDL *MemoryDescriptorList,
    LARGE_INTEGER *StartingOffset, KEVENT *Event, IO_STATUS_BLOCK *IoStatusBlock);
NTSTATUS NTAPI IoSynchronousPageWrite(FILE_OBJECT *FileObject, MDL *MemoryDescriptorList,
    LARGE_INTEGER *StartingOffset, KEVENT *Event, IO_STATUS_BLOCK *IoStatusBlock);
/* Where fsrtl keeps a block of pool with a file; NULL: there never was any (Make FALSE), or there
 * is no memory. */
enum IO_FILE_SLOT { IoFileContexts, IoFileOplockKey, IO_FILE_SLOTS };
void **IoiFileSlot(FILE_OBJECT *File, enum IO_FILE_SLOT Slot, BOOLEAN Make);
void NTAPI IoDeleteDevice(DEVICE_OBJECT *DeviceObject);

/* ---- Exports: MDLs, building requests (kernel/io/mdl.c, build.c, forward.c, requestor.c) ----- */

MDL *NTAPI IoAllocateMdl(
    void *VirtualAddress, ULONG Length, BOOLEAN SecondaryBuffer, BOOLEAN ChargeQuota, IRP *Irp);
void NTAPI IoFreeMdl(MDL *Mdl);
void NTAPI IoBuildPartialMdl(MDL *SourceMdl, MDL *TargetMdl, void *VirtualAddress, ULONG Length);
IRP *NTAPI IoBuildAsynchronousFsdRequest(ULONG MajorFunction, DEVICE_OBJECT *DeviceObject,
    void *Buffer, ULONG Length, LARGE_INTEGER *StartingOffset, IO_STATUS_BLOCK *IoStatusBlock);
void NTAPI IoQueueThreadIrp(IRP *Irp);
IRP *NTAPI IoBuildSynchronousFsdRequest(ULONG MajorFunction, DEVICE_OBJECT *DeviceObject,
    void *Buffer, ULONG Length, LARGE_INTEGER *StartingOffset, KEVENT *Event,
    IO_STATUS_BLOCK *IoStatusBlock);
IRP *NTAPI IoBuildDeviceIoControlRequest(ULONG IoControlCode, DEVICE_OBJECT *DeviceObject,
    void *InputBuffer, ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength,
    BOOLEAN InternalDeviceIoControl, KEVENT *Event, IO_STATUS_BLOCK *IoStatusBlock);
IRP *NTAPI IoMakeAssociatedIrp(IRP *Irp, CCHAR StackSize);
BOOLEAN NTAPI IoForwardIrpSynchronously(DEVICE_OBJECT *DeviceObject, IRP *Irp);
NTSTATUS NTAPI IoSetCompletionRoutineEx(DEVICE_OBJECT *DeviceObject, IRP *Irp,
    PIO_COMPLETION_ROUTINE CompletionRoutine, void *Context, BOOLEAN InvokeOnSuccess,
    BOOLEAN InvokeOnError, BOOLEAN InvokeOnCancel);
NTSTATUS NTAPI IoGetDeviceObjectPointer(UNICODE_STRING *ObjectName, ACCESS_MASK DesiredAccess,
    FILE_OBJECT **FileObject, DEVICE_OBJECT **DeviceObject);
IRP *NTAPI IoGetTopLevelIrp(void);
void NTAPI IoSetTopLevelIrp(IRP *Irp);
void *NTAPI IoGetInitialStack(void);
void NTAPI IoGetStackLimits(ULONG_PTR *LowLimit, ULONG_PTR *HighLimit);
ULONG NTAPI IoWithinStackLimits(ULONG_PTR RegionStart, SIZE_T RegionSize);
BOOLEAN NTAPI IoIs32bitProcess(IRP *Irp);
EPROCESS *NTAPI IoGetRequestorProcess(IRP *Irp);
ULONG NTAPI IoGetRequestorProcessId(IRP *Irp);
BOOLEAN NTAPI IoIsOperationSynchronous(IRP *Irp);

/* ---- Exports: hardware resources (resource.c) ------------------------------------------------ */

NTSTATUS NTAPI IoReportResourceForDetection(DRIVER_OBJECT *DriverObject,
    CM_RESOURCE_LIST *DriverList, ULONG DriverListSize, DEVICE_OBJECT *DeviceObject,
    CM_RESOURCE_LIST *DeviceList, ULONG DeviceListSize, BOOLEAN *ConflictDetected);
NTSTATUS NTAPI IoReportResourceUsage(UNICODE_STRING *DriverClassName, DRIVER_OBJECT *DriverObject,
    CM_RESOURCE_LIST *DriverList, ULONG DriverListSize, DEVICE_OBJECT *DeviceObject,
    CM_RESOURCE_LIST *DeviceList, ULONG DeviceListSize, BOOLEAN OverrideConflict,
    BOOLEAN *ConflictDetected);

/* ---- Exports: sharing and links (share.c, link.c) -------------------------------------------- */

NTSTATUS NTAPI IoCheckShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, BOOLEAN Update);
NTSTATUS NTAPI IoCheckLinkShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, LINK_SHARE_ACCESS *LinkShareAccess,
    ULONG IoShareAccessFlags);
void NTAPI IoSetLinkShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, LINK_SHARE_ACCESS *LinkShareAccess,
    ULONG IoShareAccessFlags);
void NTAPI IoUpdateLinkShareAccess(
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, LINK_SHARE_ACCESS *LinkShareAccess);
void NTAPI IoUpdateLinkShareAccessEx(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess,
    LINK_SHARE_ACCESS *LinkShareAccess, ULONG IoShareAccessFlags);
void NTAPI IoRemoveLinkShareAccess(
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, LINK_SHARE_ACCESS *LinkShareAccess);
void NTAPI IoRemoveLinkShareAccessEx(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess,
    LINK_SHARE_ACCESS *LinkShareAccess, ULONG IoShareAccessFlags);
NTSTATUS NTAPI IoCheckShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, BOOLEAN Update, BOOLEAN *WritePermission);
void NTAPI IoSetShareAccess(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess);
void NTAPI IoSetShareAccessEx(ACCESS_MASK DesiredAccess, ULONG DesiredShareAccess,
    FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess, BOOLEAN *WritePermission);
void NTAPI IoUpdateShareAccess(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess);
void NTAPI IoRemoveShareAccess(FILE_OBJECT *FileObject, SHARE_ACCESS *ShareAccess);
NTSTATUS NTAPI IoCheckDesiredAccess(ACCESS_MASK *DesiredAccess, ACCESS_MASK GrantedAccess);
NTSTATUS NTAPI IoCreateSymbolicLink(UNICODE_STRING *SymbolicLinkName, UNICODE_STRING *DeviceName);
NTSTATUS NTAPI IoCreateUnprotectedSymbolicLink(
    UNICODE_STRING *SymbolicLinkName, UNICODE_STRING *DeviceName);
NTSTATUS NTAPI IoDeleteSymbolicLink(UNICODE_STRING *SymbolicLinkName);

/* ---- Exports: information about files and volumes (info.c, volume.c) ------------------------- */

NTSTATUS NTAPI IoQueryFileInformation(FILE_OBJECT *FileObject, FILE_INFORMATION_CLASS Class,
    ULONG Length, void *Information, ULONG *ReturnedLength);
NTSTATUS NTAPI IoSetInformation(
    FILE_OBJECT *FileObject, FILE_INFORMATION_CLASS Class, ULONG Length, void *Information);
NTSTATUS NTAPI IoQueryVolumeInformation(FILE_OBJECT *FileObject, FS_INFORMATION_CLASS Class,
    ULONG Length, void *Information, ULONG *ReturnedLength);
NTSTATUS NTAPI NtSetVolumeInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *Information, ULONG Length, FS_INFORMATION_CLASS Class);

/* ---- Exports: work items, remove locks, queues (work.c, removelock.c, csq.c, startio.c,
 * extension.c)  */

IO_WORKITEM *NTAPI IoAllocateWorkItem(DEVICE_OBJECT *DeviceObject);
void NTAPI IoFreeWorkItem(IO_WORKITEM *IoWorkItem);
ULONG NTAPI IoSizeofWorkItem(void);
void NTAPI IoInitializeWorkItem(void *IoObject, IO_WORKITEM *IoWorkItem);
void NTAPI IoUninitializeWorkItem(IO_WORKITEM *IoWorkItem);
void NTAPI IoQueueWorkItem(IO_WORKITEM *IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
    WORK_QUEUE_TYPE QueueType, void *Context);
NTSTATUS NTAPI IoCreateSystemThread(void *IoObject, HANDLE *ThreadHandle, ULONG DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, HANDLE ProcessHandle, CLIENT_ID *ClientId,
    PKSTART_ROUTINE StartRoutine, void *StartContext);
void NTAPI IoQueueWorkItemEx(IO_WORKITEM *IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
    WORK_QUEUE_TYPE QueueType, void *Context);
void NTAPI ExQueueWorkItem(WORK_QUEUE_ITEM *WorkItem, WORK_QUEUE_TYPE QueueType);
void NTAPI IoInitializeRemoveLockEx(IO_REMOVE_LOCK *Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
    ULONG HighWatermark, ULONG RemlockSize);
NTSTATUS NTAPI IoAcquireRemoveLockEx(
    IO_REMOVE_LOCK *Lock, void *Tag, const char *File, ULONG Line, ULONG RemlockSize);
void NTAPI IoReleaseRemoveLockEx(IO_REMOVE_LOCK *Lock, void *Tag, ULONG RemlockSize);
void NTAPI IoReleaseRemoveLockAndWaitEx(IO_REMOVE_LOCK *Lock, void *Tag, ULONG RemlockSize);
NTSTATUS NTAPI IoCsqInitialize(IO_CSQ *Csq, PIO_CSQ_INSERT_IRP CsqInsertIrp,
    PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
    PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
    PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp);
NTSTATUS NTAPI IoCsqInitializeEx(IO_CSQ *Csq, PIO_CSQ_INSERT_IRP_EX CsqInsertIrp,
    PIO_CSQ_REMOVE_IRP CsqRemoveIrp, PIO_CSQ_PEEK_NEXT_IRP CsqPeekNextIrp,
    PIO_CSQ_ACQUIRE_LOCK CsqAcquireLock, PIO_CSQ_RELEASE_LOCK CsqReleaseLock,
    PIO_CSQ_COMPLETE_CANCELED_IRP CsqCompleteCanceledIrp);
void NTAPI IoCsqInsertIrp(IO_CSQ *Csq, IRP *Irp, IO_CSQ_IRP_CONTEXT *Context);
NTSTATUS NTAPI IoCsqInsertIrpEx(
    IO_CSQ *Csq, IRP *Irp, IO_CSQ_IRP_CONTEXT *Context, void *InsertContext);
IRP *NTAPI IoCsqRemoveNextIrp(IO_CSQ *Csq, void *PeekContext);
IRP *NTAPI IoCsqRemoveIrp(IO_CSQ *Csq, IO_CSQ_IRP_CONTEXT *Context);
void NTAPI IoStartPacket(
    DEVICE_OBJECT *DeviceObject, IRP *Irp, ULONG *Key, PDRIVER_CANCEL CancelFunction);
void NTAPI IoStartNextPacket(DEVICE_OBJECT *DeviceObject, BOOLEAN Cancelable);
void NTAPI IoStartNextPacketByKey(DEVICE_OBJECT *DeviceObject, BOOLEAN Cancelable, ULONG Key);
void NTAPI IoSetStartIoAttributes(
    DEVICE_OBJECT *DeviceObject, BOOLEAN DeferredStartIo, BOOLEAN NonCancelable);
NTSTATUS NTAPI IoAllocateDriverObjectExtension(DRIVER_OBJECT *DriverObject,
    void *ClientIdentificationAddress, ULONG Bytes, void **DriverObjectExtension);
void *NTAPI IoGetDriverObjectExtension(
    DRIVER_OBJECT *DriverObject, void *ClientIdentificationAddress);

/* ---- Exports: shutdown, timers, log, and the like (shutdown.c to enumerate.c) ---------------- */

NTSTATUS NTAPI IoRegisterShutdownNotification(DEVICE_OBJECT *DeviceObject);
NTSTATUS NTAPI IoRegisterLastChanceShutdownNotification(DEVICE_OBJECT *DeviceObject);
void NTAPI IoUnregisterShutdownNotification(DEVICE_OBJECT *DeviceObject);
void NTAPI IoRegisterDriverReinitialization(
    DRIVER_OBJECT *DriverObject, PDRIVER_REINITIALIZE DriverReinitializationRoutine, void *Context);
void NTAPI IoRegisterBootDriverReinitialization(
    DRIVER_OBJECT *DriverObject, PDRIVER_REINITIALIZE DriverReinitializationRoutine, void *Context);
NTSTATUS NTAPI IoInitializeTimer(
    DEVICE_OBJECT *DeviceObject, PIO_TIMER_ROUTINE TimerRoutine, void *Context);
void NTAPI IoStartTimer(DEVICE_OBJECT *DeviceObject);
void NTAPI IoStopTimer(DEVICE_OBJECT *DeviceObject);
void *NTAPI IoAllocateErrorLogEntry(void *IoObject, UCHAR EntrySize);
void NTAPI IoWriteErrorLogEntry(void *ElEntry);
void NTAPI IoFreeErrorLogEntry(void *ElEntry);
BOOLEAN NTAPI IoSetThreadHardErrorMode(BOOLEAN EnableHardErrors);
void NTAPI IoRaiseHardError(IRP *Irp, VPB *Vpb, DEVICE_OBJECT *RealDeviceObject);
BOOLEAN NTAPI IoRaiseInformationalHardError(
    NTSTATUS ErrorStatus, UNICODE_STRING *String, KTHREAD *Thread);
void NTAPI IoSetHardErrorOrVerifyDevice(IRP *Irp, DEVICE_OBJECT *DeviceObject);
DEVICE_OBJECT *NTAPI IoGetDeviceToVerify(ETHREAD *Thread);
void NTAPI IoSetDeviceToVerify(ETHREAD *Thread, DEVICE_OBJECT *DeviceObject);
BOOLEAN NTAPI PsGetThreadHardErrorsAreDisabled(ETHREAD *Thread);
void NTAPI PsSetThreadHardErrorsAreDisabled(ETHREAD *Thread, BOOLEAN HardErrorsAreDisabled);
CONFIGURATION_INFORMATION *NTAPI IoGetConfigurationInformation(void);
NTSTATUS NTAPI IoQueryDeviceDescription(INTERFACE_TYPE *BusType, ULONG *BusNumber,
    CONFIGURATION_TYPE *ControllerType, ULONG *ControllerNumber, CONFIGURATION_TYPE *PeripheralType,
    ULONG *PeripheralNumber, PIO_QUERY_DEVICE_ROUTINE CalloutRoutine, void *Context);
NTSTATUS NTAPI IoEnumerateDeviceObjectList(DRIVER_OBJECT *DriverObject,
    DEVICE_OBJECT **DeviceObjectList, ULONG DeviceObjectListSize, ULONG *ActualNumberDeviceObjects);
GENERIC_MAPPING *NTAPI IoGetFileObjectGenericMapping(void);
DEVICE_OBJECT *NTAPI IoGetBaseFileSystemDeviceObject(FILE_OBJECT *FileObject);
NTSTATUS NTAPI IoAttachDevice(
    DEVICE_OBJECT *SourceDevice, UNICODE_STRING *TargetDevice, DEVICE_OBJECT **AttachedDevice);
NTSTATUS NTAPI IoAttachDeviceByPointer(DEVICE_OBJECT *SourceDevice, DEVICE_OBJECT *TargetDevice);
void NTAPI IoEnqueueIrp(IRP *Irp);
NTSTATUS NTAPI IoValidateDeviceIoControlAccess(IRP *Irp, ULONG RequiredAccess);
IO_PAGING_PRIORITY FASTCALL IoGetPagingIoPriority(IRP *Irp);
LOGICAL NTAPI IoIsValidIrpStatus(NTSTATUS Status);
void NTAPI IoSetMasterIrpStatus(IRP *MasterIrp, NTSTATUS Status);
IRP *NTAPI IoAllocateIrpEx(DEVICE_OBJECT *DeviceObject, CCHAR StackSize, BOOLEAN ChargeQuota);
BOOLEAN NTAPI IoIsFileOriginRemote(FILE_OBJECT *FileObject);
NTSTATUS NTAPI IoSetFileOrigin(FILE_OBJECT *FileObject, BOOLEAN Remote);
BOOLEAN NTAPI IoCheckFileObjectOpenedAsCopySource(FILE_OBJECT *FileObject);
BOOLEAN NTAPI IoCheckFileObjectOpenedAsCopyDestination(FILE_OBJECT *FileObject);
BOOLEAN NTAPI IoIsFileObjectIgnoringSharing(FILE_OBJECT *FileObject);
NTSTATUS NTAPI IoSetFileObjectIgnoreSharing(FILE_OBJECT *FileObject);
EPROCESS *NTAPI IoGetInitiatorProcess(FILE_OBJECT *FileObject);
void *NTAPI IoGetTransactionParameterBlock(FILE_OBJECT *FileObject);
void *NTAPI IoGetSiloParameters(FILE_OBJECT *FileObject);
NTSTATUS NTAPI IoQueryFullDriverPath(DRIVER_OBJECT *DriverObject, UNICODE_STRING *FullPath);
NTSTATUS NTAPI RtlQueryModuleInformation(
    ULONG *InformationLength, ULONG SizePerModule, PVOID Information);
IO_PRIORITY_HINT NTAPI IoGetIoPriorityHint(IRP *Irp);
NTSTATUS NTAPI IoSetIoPriorityHint(IRP *Irp, IO_PRIORITY_HINT PriorityHint);
NTSTATUS NTAPI IoSetIoPriorityHintIntoThread(ETHREAD *Thread, IO_PRIORITY_HINT PriorityHint);
void NTAPI IoRegisterFileSystem(DEVICE_OBJECT *DeviceObject);
void NTAPI IoUnregisterFileSystem(DEVICE_OBJECT *DeviceObject);
NTSTATUS NTAPI IoRegisterFsRegistrationChange(
    DRIVER_OBJECT *DriverObject, PDRIVER_FS_NOTIFICATION DriverNotificationRoutine);
NTSTATUS NTAPI IoVerifyVolume(DEVICE_OBJECT *DeviceObject, BOOLEAN AllowRawMount); /* mount.c */
NTSTATUS NTAPI IoEnumerateRegisteredFiltersList(DRIVER_OBJECT **DriverObjectList,
    ULONG DriverObjectListSize, ULONG *ActualNumberDriverObjects);
NTSTATUS NTAPI IoRegisterFsRegistrationChangeMountAware(DRIVER_OBJECT *DriverObject,
    PDRIVER_FS_NOTIFICATION DriverNotificationRoutine, BOOLEAN SynchronizeWithMounts);
void NTAPI IoUnregisterFsRegistrationChange(
    DRIVER_OBJECT *DriverObject, PDRIVER_FS_NOTIFICATION DriverNotificationRoutine);
NTSTATUS NTAPI IoCreateDriver(
    UNICODE_STRING *DriverName, PDRIVER_INITIALIZE InitializationFunction);
void NTAPI IoDeleteDriver(DRIVER_OBJECT *DriverObject);
void NTAPI IoAcquireVpbSpinLock(KIRQL *Irql);
void NTAPI IoReleaseVpbSpinLock(KIRQL Irql);
NTSTATUS NTAPI IoGetDiskDeviceObject(
    DEVICE_OBJECT *FileSystemDeviceObject, DEVICE_OBJECT **DiskDeviceObject);

/* ---- Interrupts (interrupt.c) ---------------------------------------------------------------- */

/* pnp: the interrupt a started device was given, translated. STATUS_NOT_FOUND: it has none. NULL:
 * there is no plug and play. */
typedef struct IO_INTERRUPT_LINE {
    ULONG Vector;
    KIRQL Irql;
    KINTERRUPT_MODE Mode;
    BOOLEAN Share;
    KAFFINITY Affinity;
} IO_INTERRUPT_LINE;
extern NTSTATUS (*IoFindInterrupt)(DEVICE_OBJECT *PhysicalDevice, IO_INTERRUPT_LINE *Line);

NTSTATUS NTAPI IoConnectInterrupt(KINTERRUPT **Connected, PKSERVICE_ROUTINE ServiceRoutine,
    void *ServiceContext, KSPIN_LOCK *SpinLock, ULONG Vector, KIRQL Irql, KIRQL SynchronizeIrql,
    KINTERRUPT_MODE InterruptMode, BOOLEAN ShareVector, KAFFINITY ProcessorEnableMask,
    BOOLEAN FloatingSave);
NTSTATUS NTAPI IoConnectInterruptEx(IO_CONNECT_INTERRUPT_PARAMETERS *Parameters);
void NTAPI IoDisconnectInterrupt(KINTERRUPT *Interrupt);
void NTAPI IoDisconnectInterruptEx(IO_DISCONNECT_INTERRUPT_PARAMETERS *Parameters);

/* ---- Exports: Zw forms of the file services (zw.c) ------------------------------------------- */

NTSTATUS NTAPI ZwCreateFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG CreateDisposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength);
NTSTATUS NTAPI ZwOpenFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock, ULONG ShareAccess,
    ULONG OpenOptions);
NTSTATUS NTAPI ZwReadFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length,
    LARGE_INTEGER *ByteOffset, ULONG *Key);
NTSTATUS NTAPI ZwWriteFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length,
    LARGE_INTEGER *ByteOffset, ULONG *Key);
NTSTATUS NTAPI ZwDeviceIoControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, ULONG IoControlCode, void *InputBuffer,
    ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength);
NTSTATUS NTAPI ZwFsControlFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, ULONG FsControlCode, void *InputBuffer,
    ULONG InputBufferLength, void *OutputBuffer, ULONG OutputBufferLength);
NTSTATUS NTAPI ZwFlushBuffersFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock);
NTSTATUS NTAPI ZwQueryInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *FileInformation, ULONG Length, FILE_INFORMATION_CLASS FileInformationClass);
NTSTATUS NTAPI ZwSetInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *FileInformation, ULONG Length, FILE_INFORMATION_CLASS FileInformationClass);
NTSTATUS NTAPI ZwQueryVolumeInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *FsInformation, ULONG Length, FS_INFORMATION_CLASS FsInformationClass);
NTSTATUS NTAPI ZwSetVolumeInformationFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    void *Information, ULONG Length, FS_INFORMATION_CLASS Class);
NTSTATUS NTAPI ZwCancelIoFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock);
NTSTATUS NTAPI IoCreateFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG Disposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength, CREATE_FILE_TYPE CreateFileType,
    void *ExtraCreateParameters, ULONG Options);
extern OBJECT_TYPE *LpcPortObjectType;
NTSTATUS NTAPI NtConnectPort(HANDLE *PortHandle, UNICODE_STRING *PortName,
    SECURITY_QUALITY_OF_SERVICE *SecurityQos, void *ClientView, void *ServerView,
    ULONG *MaxMessageLength, void *ConnectionInformation, ULONG *ConnectionInformationLength);
NTSTATUS NTAPI ZwConnectPort(HANDLE *PortHandle, UNICODE_STRING *PortName,
    SECURITY_QUALITY_OF_SERVICE *SecurityQos, void *ClientView, void *ServerView,
    ULONG *MaxMessageLength, void *ConnectionInformation, ULONG *ConnectionInformationLength);
NTSTATUS NTAPI ZwSecureConnectPort(HANDLE *PortHandle, UNICODE_STRING *PortName,
    SECURITY_QUALITY_OF_SERVICE *SecurityQos, void *ClientView, PSID RequiredServerSid,
    void *ServerView, ULONG *MaxMessageLength, void *ConnectionInformation,
    ULONG *ConnectionInformationLength);
NTSTATUS NTAPI NtRequestPort(HANDLE PortHandle, void *RequestMessage);
NTSTATUS NTAPI NtRequestWaitReplyPort(HANDLE PortHandle, void *RequestMessage, void *ReplyMessage);
NTSTATUS NTAPI ZwRequestPort(HANDLE PortHandle, void *RequestMessage);
NTSTATUS NTAPI ZwRequestWaitReplyPort(HANDLE PortHandle, void *RequestMessage, void *ReplyMessage);
NTSTATUS NTAPI ExGetFirmwareEnvironmentVariable(UNICODE_STRING *VariableName, GUID *VendorGuid,
    void *Value, ULONG *ValueLength, ULONG *Attributes);
NTSTATUS NTAPI ExSetFirmwareEnvironmentVariable(UNICODE_STRING *VariableName, GUID *VendorGuid,
    void *Value, ULONG ValueLength, ULONG Attributes);
NTSTATUS NTAPI ZwQueryLicenseValue(
    UNICODE_STRING *ValueName, ULONG *Type, void *Data, ULONG DataSize, ULONG *ResultDataSize);
NTSTATUS NTAPI ZwDisplayString(UNICODE_STRING *String);
NTSTATUS NTAPI ExRaiseHardError(NTSTATUS ErrorStatus, ULONG NumberOfParameters,
    ULONG UnicodeStringParameterMask, ULONG_PTR *Parameters, ULONG ValidResponseOptions,
    ULONG *Response);
NTSTATUS NTAPI IoCheckEaBufferValidity(
    FILE_FULL_EA_INFORMATION *EaBuffer, ULONG EaLength, ULONG *ErrorOffset);
NTSTATUS NTAPI NtQueryEaFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer,
    ULONG Length, BOOLEAN ReturnSingleEntry, void *EaList, ULONG EaListLength, ULONG *EaIndex,
    BOOLEAN RestartScan);
NTSTATUS NTAPI ZwQueryEaFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer,
    ULONG Length, BOOLEAN ReturnSingleEntry, void *EaList, ULONG EaListLength, ULONG *EaIndex,
    BOOLEAN RestartScan);
NTSTATUS NTAPI NtSetEaFile(
    HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length);
NTSTATUS NTAPI ZwSetEaFile(
    HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock, void *Buffer, ULONG Length);
void NTAPI IoCancelFileOpen(DEVICE_OBJECT *DeviceObject, FILE_OBJECT *FileObject);
NTSTATUS NTAPI ZwSaveKey(HANDLE KeyHandle, HANDLE FileHandle);
NTSTATUS NTAPI ZwSaveKeyEx(HANDLE KeyHandle, HANDLE FileHandle, ULONG Format);
NTSTATUS NTAPI ZwRestoreKey(HANDLE KeyHandle, HANDLE FileHandle, ULONG Flags);
NTSTATUS NTAPI ZwLoadKey(OBJECT_ATTRIBUTES *TargetKey, OBJECT_ATTRIBUTES *SourceFile);
NTSTATUS NTAPI ZwLoadKeyEx(OBJECT_ATTRIBUTES *TargetKey, OBJECT_ATTRIBUTES *SourceFile, ULONG Flags,
    HANDLE TrustClassKey, HANDLE Event, ACCESS_MASK DesiredAccess, HANDLE *RootHandle,
    IO_STATUS_BLOCK *IoStatus);
NTSTATUS NTAPI ZwUnloadKey(OBJECT_ATTRIBUTES *TargetKey);
NTSTATUS NTAPI ZwUnloadKeyEx(OBJECT_ATTRIBUTES *TargetKey, HANDLE Event);
NTSTATUS NTAPI ZwReplaceKey(
    OBJECT_ATTRIBUTES *NewFile, HANDLE TargetHandle, OBJECT_ATTRIBUTES *OldFile);
NTSTATUS NTAPI NtLockFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, LARGE_INTEGER *ByteOffset,
    LARGE_INTEGER *Length, ULONG Key, BOOLEAN FailImmediately, BOOLEAN ExclusiveLock);
NTSTATUS NTAPI ZwLockFile(HANDLE FileHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, LARGE_INTEGER *ByteOffset,
    LARGE_INTEGER *Length, ULONG Key, BOOLEAN FailImmediately, BOOLEAN ExclusiveLock);
NTSTATUS NTAPI NtUnlockFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *ByteOffset, LARGE_INTEGER *Length, ULONG Key);
NTSTATUS NTAPI ZwUnlockFile(HANDLE FileHandle, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *ByteOffset, LARGE_INTEGER *Length, ULONG Key);
NTSTATUS NTAPI NtFlushBuffersFileEx(HANDLE FileHandle, ULONG Flags, void *Parameters,
    ULONG ParametersSize, IO_STATUS_BLOCK *IoStatusBlock);
NTSTATUS NTAPI ZwFlushBuffersFileEx(HANDLE FileHandle, ULONG Flags, void *Parameters,
    ULONG ParametersSize, IO_STATUS_BLOCK *IoStatusBlock);
NTSTATUS NTAPI IoCreateFileSpecifyDeviceObjectHint(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG Disposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength, CREATE_FILE_TYPE CreateFileType,
    void *ExtraCreateParameters, ULONG Options, void *DeviceObject);
NTSTATUS NTAPI IoCreateFileEx(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG Disposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength, CREATE_FILE_TYPE CreateFileType,
    void *ExtraCreateParameters, ULONG Options, struct IOP_DRIVER_CREATE_CONTEXT *DriverContext);
