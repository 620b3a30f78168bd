/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/io only. */
#pragma once

#include "io/io.h"
#include "ke/turns.h"
#include "kd/kd.h"
#include "rtl/rtl.h"

#define IOP_TAG_IRP 0x20707249u  /* 'Irp ' */
#define IOP_TAG_WORK 0x6B726F57u /* 'Work': of IoAllocateWorkItem */
#define IOP_TAG_MDL 0x206C644Du  /* 'Mdl ' */
#define IOP_TAG_IO 0x20206F49u   /* 'Io  ' */
#define IOP_TAG_SYSTEM_BUFFER 0x42737953u /* 'SysB' */

/*
 * In front of every IRP io allocates. A driver may also make IRPs in memory of its own
 * (IoInitializeIrp); those have none and say so in AllocationFlags.
 */
typedef struct IOP_PACKET {
    ULONG_PTR Site;          /* who allocated it */
    struct IOP_ISSUE *Issue; /* the service that waits for this request on its stack; NULL: nobody
                              */
    ULONG_PTR CompletedBy;   /* who called IoCompleteRequest first; only while IoDataWatch looks */
    ULONG OutputBytes;       /* most the caller's buffer takes back from the system buffer */
    ULONG InputBytes;        /* of the caller's that the system buffer begins with */
    ULONG ControlCode;       /* of a device or file system control request */
    UCHAR Kind;              /* enum IOP_KIND */
    KPROCESSOR_MODE Mode;    /* whose memory UserBuffer and UserIosb are */
    UCHAR Listed;            /* enum IOP_LISTED */
    BOOLEAN Notify;          /* an APC routine or APC context was given */
    struct IOP_IRP_EXTENSION *Extension; /* irpextension.c; NULL: none */
    __attribute__((aligned(16))) IRP Irp;
} IOP_PACKET;

enum IOP_KIND {
    IOP_DRIVER_OWNED, /* IoAllocateIrp, IoBuildAsynchronousFsdRequest: a completion routine must
                         take it back */
    IOP_THREADED, /* IoBuildSynchronousFsdRequest, IoBuildDeviceIoControlRequest: io finishes and
                     frees it */
    IOP_SERVICE,  /* a client's request */
    IOP_INTERNAL, /* open, cleanup, close: the issuer finishes it */
};

/* Bits of IRP.AllocationFlags that NT does not use. */
/* Where the issuing thread keeps track of a request. */
enum IOP_LISTED {
    IOP_UNLISTED,
    IOP_ON_LIST, /* ETHREAD.IrpList; changed under IrpLock */
    IOP_CURRENT, /* ETHREAD.CurrentIrp */
};

#define IOP_HAS_PACKET 0x40
#define IOP_IS_RESERVE 0x20 /* one of those kept for cleanup and close (file.c) */

static inline IOP_PACKET *IopPacket(IRP *Irp)
{
    return CONTAINING_RECORD(Irp, IOP_PACKET, Irp);
}

/*
 * Lives on the stack of a service while its request is out. Finished: the last step has been taken
 * (by whoever completed the request), so the IRP is gone.
 */
typedef struct IOP_ISSUE {
    KEVENT Done;
    IO_STATUS_BLOCK IoStatus;
    BOOLEAN Finished; /* read and written with acquire and release */
} IOP_ISSUE;

/* The private tail of a device: extension fields of ours, behind the driver's. */
static inline DEVOBJ_EXTENSION *IopDeviceExtension(const DEVICE_OBJECT *Device)
{
    return Device->DeviceObjectExtension;
}

/* Guards device lists and stacks, device reference counts and flags above. Taken at PASSIVE_LEVEL
 * to DISPATCH_LEVEL. */
extern KSPIN_LOCK IopDatabaseLock;
extern LIST_ENTRY IopDriverList; /* driver.c */

/* A zeroed IRP with a packet. NULL: out of memory. */
IRP *NTAPI IopAllocateIrp(CCHAR StackSize, enum IOP_KIND Kind, ULONG_PTR Site);
void NTAPI IopFreeIrp(IRP *Irp);
void IopFreeExtension(IOP_PACKET *Packet); /* one is there */
NTSTATUS IopCreateReserve(void);
/* Waits for an IRP that is kept for when memory is short, and sets it up like a new one with
 * StackSize locations. PASSIVE_LEVEL. */
IRP *IopTakeReserve(CCHAR StackSize);
void IopReturnReserve(IRP *Irp);

static inline NTSTATUS IopCallCompletion(
    PIO_COMPLETION_ROUTINE Routine, DEVICE_OBJECT *Device, IRP *Irp, void *Context)
{
    if (__builtin_expect(IoVerifier != NULL, 0))
        return IoVerifier->Complete(Routine, Device, Irp, Context);
    return Routine(Device, Irp, Context);
}

/* On and off the issuing thread's list of requests. */
void NTAPI IopQueueIrp(IRP *Irp, ETHREAD *Thread);
void NTAPI IopDequeueIrp(IRP *Irp);

/*
 * The same for a request its thread stays in until it is finished. A locked instruction costs a
 * tenth of the whole way of such a request, so it goes into the thread's slot with plain stores,
 * and comes out of it so when the thread itself finishes it. Who looks for the thread's requests
 * holds IrpLock and calls IopPublishIrp first.
 */
void IopEnlistIrp(IRP *Irp, ETHREAD *Thread);
void IopDelistIrp(IRP *Irp); /* wherever it is */
void IopPublishIrp(ETHREAD *Thread);

/*
 * The last step of a request of ours (finish.c): results to the caller, MDLs, buffers, event,
 * references; frees the IRP. The first is for the issuer's thread, whose request completed at once,
 * and returns its status; the other runs where the driver completed it, at up to DISPATCH_LEVEL.
 */
NTSTATUS IopFinish(IRP *Irp);
void NTAPI IopFinishRequest(IRP *Irp);
void IopFreeMdls(IRP *Irp);
/* Requests on the file that somebody has seen completed hold no reference to it any more when this
 * returns. PASSIVE_LEVEL. */
void IopAwaitFinishing(const FILE_OBJECT *File);
/* The same for every file; those whose last reference went so are closed. */
void IopAwaitAllFinishing(void);
void IopResetFinishing(void); /* at start: a machine that stopped may have left some counted */

/* A dispatch routine for the major function of Irp's current location kept the IRP without saying
 * so. */
void IopReportLost(IRP *Irp);
/* A dispatch routine came back at another IRQL: stops the machine. */
void IopReportIrql(const DRIVER_OBJECT *Driver, UCHAR MajorFunction);

/* Sends an IOP_INTERNAL request to Device, waits for it and frees it. Returns its final status;
 * Information optional. */
NTSTATUS IopSendInternal(DEVICE_OBJECT *Device, IRP *Irp, ULONG_PTR *Information);

/* Device references: a file, an open in progress. The last one carries out a pending deletion or
 * unload. */
NTSTATUS IopReferenceDevice(DEVICE_OBJECT *Device, BOOLEAN Open);
void IopDereferenceDevice(DEVICE_OBJECT *Device);
void IopUnloadIfIdle(DRIVER_OBJECT *Driver);

NTSTATUS IopParseDevice(void *Self, const OBJECT_TYPE *WantedType, OB_ACCESS *Access,
    UNICODE_STRING *CompleteName, UNICODE_STRING *Remaining, void *Context, void **Object);
NTSTATUS IopParseFile(void *Self, const OBJECT_TYPE *WantedType, OB_ACCESS *Access,
    UNICODE_STRING *CompleteName, UNICODE_STRING *Remaining, void *Context, void **Object);
void IopCloseFile(void *Object, ULONG HandleCount);
void IopDeleteFile(void *Object);
NTSTATUS IopQueryFileName(void *Object, UNICODE_STRING *Name, ULONG *ReturnLength);
void IopDeleteDevice(void *Object);
void IopDeleteDriver(void *Object);
SECURITY_DESCRIPTOR *IopDeviceSecurity(void *Object);
SECURITY_DESCRIPTOR *IopSetDeviceSecurity(void *Object, SECURITY_DESCRIPTOR *Descriptor);
SECURITY_DESCRIPTOR *IopFileSecurity(void *Object);
SECURITY_DESCRIPTOR *IopSetFileSecurity(void *Object, SECURITY_DESCRIPTOR *Descriptor);

/* bit of DEVOBJ_EXTENSION.ExtensionFlags: SecurityDescriptor is a pool block */
#define IOP_OWN_SECURITY 0x80000000u

/* What NtCreateFile hands to the parse procedure. */
typedef struct IOP_OPEN {
    ULONG Magic;           /* IOP_OPEN_MAGIC: other components' parse contexts are not ours */
    ULONG CreateOptions;
    ULONG Disposition;
    ULONG FileAttributes;
    ULONG ShareAccess;
    LARGE_INTEGER AllocationSize;
    void *EaBuffer;        /* system copy */
    ULONG EaLength;
    ULONG_PTR Information;   /* out: FILE_OPENED … */
    NTSTATUS FinalStatus;    /* out: the driver's, of an open that came about */
    BOOLEAN TargetDirectory; /* the folder the name is in, for a rename (SL_OPEN_TARGET_DIRECTORY)
                              */
    BOOLEAN Direct;          /* IoGetDeviceObjectPointer: attributes only, no share access */
    BOOLEAN IgnoreSharing;   /* IO_IGNORE_SHARE_ACCESS_CHECK */
    BOOLEAN CheckParameters; /* IO_CHECK_CREATE_PARAMETERS */
    UCHAR CopyIntent;        /* IOP_COPY_SOURCE, IOP_COPY_DESTINATION */
    UCHAR FileType;          /* CREATE_FILE_TYPE */
    void *TypeParameters;    /* of a pipe or a mailslot */
    DEVICE_OBJECT *Hint;     /* requests go to this device of the stack; NULL: to the top */
    void *CreateParameters;  /* a list of fsrtl's, the caller's; NULL: none */
    FILE_OBJECT *Related;    /* the file the name is relative to, or NULL; the caller's reference */
} IOP_OPEN;

/* A file object that holds a reference to Device (already counted). DeviceObject stays NULL on
 * failure. */
NTSTATUS IopCreateFileObject(DEVICE_OBJECT *Device, const IOP_OPEN *Open, ULONG Attributes,
    const UNICODE_STRING *Name, FILE_OBJECT **Result);
/* EX_CREATE_FLAG_FILE_SOURCE_OPEN_FOR_COPY, .._DEST_.. */
#define IOP_COPY_SOURCE 1u
#define IOP_COPY_DESTINATION 2u

/* Where CreateOptions say that there is more than attributes in EaBuffer, takes it out. */
NTSTATUS IopUnwrapEa(ULONG *CreateOptions, void **EaBuffer, ULONG *EaLength, IOP_OPEN *Open);
/* What else the opener said of it. A hint must be in the stack its requests would take. */
NTSTATUS IopExtendFile(FILE_OBJECT *File, const IOP_OPEN *Open);

NTSTATUS IopCreatePortType(void); /* lpc.c */

/* A request of a service that carries no buffer, or one to be filled whenever something happens. */
typedef struct IOP_PLAIN {
    HANDLE FileHandle, Event;
    void(NTAPI *ApcRoutine)(void *Context, IO_STATUS_BLOCK *IoStatus, ULONG Reserved);
    void *ApcContext;
    IO_STATUS_BLOCK *IoStatus;
    UCHAR MajorFunction, MinorFunction, Flags;
    BOOLEAN Wait;          /* on any file */
    ACCESS_MASK AnyAccess; /* the handle must grant some of it */
    ULONG Key;             /* this and the next: of a lock */
    LARGE_INTEGER ByteOffset, Length;
    void *Buffer;          /* this and what follows: of a folder that is watched */
    ULONG BufferBytes, CompletionFilter;
} IOP_PLAIN;
NTSTATUS IopIssueRequest(const IOP_PLAIN *Plain); /* request.c */

/* What FileObjectExtension points to, made when there is something to say. */
typedef struct IOP_FILE_EXTENSION {
    DEVICE_OBJECT *Hint; /* the file's device is referenced, and this one is attached to it or is no
                            longer used */
    UCHAR Priority;      /* IO_PRIORITY_HINT + 1; 0: none was set */
    BOOLEAN IgnoreSharing;
    UCHAR CopyIntent;          /* as in IOP_OPEN */
    void *Slot[IO_FILE_SLOTS]; /* fsrtl's; pool */
} IOP_FILE_EXTENSION;
IOP_FILE_EXTENSION *IopFileExtension(FILE_OBJECT *File); /* NULL: out of memory */
/* The priority of a file's requests; Otherwise, where none was set (hint.c). */
IO_PRIORITY_HINT IopFileHint(const FILE_OBJECT *File, IO_PRIORITY_HINT Otherwise);

/* NtCreateFile with what IoCreateFile and its kin say besides, in Open, which is otherwise
 * empty. */
NTSTATUS IopCreateFile(HANDLE *FileHandle, ACCESS_MASK DesiredAccess,
    OBJECT_ATTRIBUTES *ObjectAttributes, IO_STATUS_BLOCK *IoStatusBlock,
    LARGE_INTEGER *AllocationSize, ULONG FileAttributes, ULONG ShareAccess, ULONG CreateDisposition,
    ULONG CreateOptions, void *EaBuffer, ULONG EaLength, IOP_OPEN *Open);
#define IOP_OPEN_MAGIC 0x6E65704Fu

/* A service as loaddriver.c read it from the registry. Name lies in Key. */
typedef struct IOP_DRIVER_SERVICE {
    UNICODE_STRING Key;        /* the full path */
    UNICODE_STRING Name;
    UNICODE_STRING ObjectName; /* of the driver object, "\\Driver\\hello"; pool */
    UNICODE_STRING ImagePath;  /* an NT path; pool */
} IOP_DRIVER_SERVICE;
#define IOP_SERVICE_NAME_BYTES 772u /* 256 characters of UTF-8 and the end */

NTSTATUS IopStartDriver(
    const IOP_DRIVER_SERVICE *Service, const char *HostPath, BOOLEAN ByHand, LDR_ERROR *Error);
/* What a service's key says. What is allocated on failure IopFreeService frees. Key stays the
 * caller's. */
NTSTATUS IopReadService(const UNICODE_STRING *KeyPath, IOP_DRIVER_SERVICE *Service);
void IopFreeService(IOP_DRIVER_SERVICE *Service);
void IopLastPart(const UNICODE_STRING *Path, UNICODE_STRING *Part);
NTSTATUS IopCheckSignature(const LDR_IMAGE *Image); /* STATUS_INVALID_IMAGE_HASH: the machine wants
                                                       it signed */

/* I/O timers (timer.c), shutdown notification (shutdown.c), reinitialization (reinit.c): at start;
 * and when what they are of goes. */
void IopResetTimers(void);
void IopDeleteTimer(DEVICE_OBJECT *Device);
void IopResetShutdown(void);
void IopResetReinit(void);
void IopDropReinit(const DRIVER_OBJECT *Driver);
/* Interrupts, registered file systems (registration.c), counts of devices (enumerate.c): at
 * start. */
void IopResetInterrupts(void);
void IopResetRegistration(void);
DEVICE_OBJECT *IopNthFileSystem(DEVICE_TYPE Type, ULONG Index); /* registration.c */
void IopResetConfiguration(void);
/* A driver has been started: what is registered by now is called, unless system drivers are still
 * being started. */
void IopCallReinit(void);

NTSTATUS NTAPI IopInvalidDeviceRequest(DEVICE_OBJECT *Device, IRP *Irp);

/* The file behind a handle, or STATUS_OBJECT_TYPE_MISMATCH …; referenced. */
static inline NTSTATUS IopReferenceFile(HANDLE Handle, FILE_OBJECT **File, ACCESS_MASK *Granted)
{
    return ObiReferenceByHandle(
        Handle, IoiFileObjectType, KiPreviousMode(), (void **)File, Granted);
}

/* A request on a synchronous file holds its lock from start to end. FALSE: an alertable wait was
 * interrupted. */
NTSTATUS IopLockFileSlow(FILE_OBJECT *File);
static inline NTSTATUS IopLockFile(FILE_OBJECT *File)
{
    const BOOLEAN Free = __atomic_exchange_n(&File->Busy, 1, __ATOMIC_ACQUIRE) == 0;
    const NTSTATUS Status = __builtin_expect(Free, 1) ? STATUS_SUCCESS : IopLockFileSlow(File);
    KiOrderAfter(&File->Busy, NULL);
    return Status;
}

/* No locked instruction: after a waiter's barrier, either it sees the file free or its count is
 * seen here. */
static inline void IopUnlockFile(FILE_OBJECT *File)
{
    KiOrderBefore(&File->Busy);
    __atomic_store_n(&File->Busy, 0, __ATOMIC_RELEASE);
    __atomic_signal_fence(__ATOMIC_SEQ_CST);
    if (__builtin_expect(__atomic_load_n(&File->Waiters, __ATOMIC_RELAXED) != 0, 0))
        KeSetEvent(&File->Lock, IO_NO_INCREMENT, FALSE);
}

/* What IoAllocateDriverObjectExtension gave the driver; its object is being deleted. */
void IopFreeDriverExtensions(DRIVER_OBJECT *Driver);

/*
 * Hardware resources (resource.c). At start; when a device is deleted, below DISPATCH_LEVEL; and
 * when a driver has gone: what it still claims is a finding, and nobody's from then on.
 */
void IopResetResources(void);
void IopReleaseDeviceResources(const DEVICE_OBJECT *Device);
void IopReportClaims(const DRIVER_OBJECT *Driver);

/*
 * Worker threads (work.c). IopInitializeWorkers: at start, no thread yet. IopStopWorkers: at a
 * machine's orderly end, in the kernel at PASSIVE_LEVEL; runs what is queued, ends the threads and
 * returns when they are gone. Queueing afterwards waits for the next IopInitializeWorkers.
 */
void IopInitializeWorkers(void);
void IopStopWorkers(void);

/* irp.c: the lock of cancelling is also one of the queued spin locks. At start. */
void IopShareCancelLock(void);
