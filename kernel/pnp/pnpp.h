/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Shared by the files of kernel/pnp only. */
#pragma once

#include "cm/cm.h"
#include "kd/kd.h"
#include "ke/zw.h"
#include "pnp/pnp.h"
#include "rtl/rtl.h"

#define PNPP_TAG 0x20706E50u /* 'Pnp ' */
#define PNPP_ENUM u"\\Registry\\Machine\\System\\CurrentControlSet\\Enum\\"
#define PNPP_CLASS u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\Class\\"
#define PNPP_INTERFACES u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\DeviceClasses\\"
#define PNPP_SERVICES u"\\Registry\\Machine\\System\\CurrentControlSet\\Services\\"
#define PNPP_DATABASE \
    u"\\Registry\\Machine\\System\\CurrentControlSet\\Control\\CriticalDeviceDatabase\\"

enum PNPP_STATE {
    PNPP_FOUND,           /* reported by its bus; its drivers are not on it */
    PNPP_ADDED,           /* AddDevice of all its drivers has been called */
    PNPP_STARTED,
    PNPP_FAILED,   /* it did not start, and its drivers are off it */
    PNPP_SURPRISE, /* gone, and its drivers know it; the last handle has still to be closed */
};

/* Why a device does not run, as the device manager numbers it. */
enum PNPP_PROBLEM {
    PNPP_NO_PROBLEM = 0,
    PNPP_PROBLEM_FAILED_START = 10,
    PNPP_PROBLEM_NORMAL_CONFLICT = 12,
    PNPP_PROBLEM_WILL_BE_REMOVED = 21,
    PNPP_PROBLEM_DISABLED = 22,
    PNPP_PROBLEM_FAILED_INSTALL = 28,
    PNPP_PROBLEM_FAILED_ADD = 31,
    PNPP_PROBLEM_DRIVER_FAILED_LOAD = 39,
    PNPP_PROBLEM_FAILED_POST_START = 43,
};

/* Where a device stands that may have to give up its resources for a while. */
enum PNPP_STOP {
    PNPP_STOP_NOT,   /* nobody has asked, or it has been taken back */
    PNPP_STOP_ASKED, /* its drivers agree */
    PNPP_STOP_DONE,  /* IRP_MN_STOP_DEVICE has been sent, START_DEVICE not yet */
};

/* A device of the tree. Under the tree lock. Its PDO's DeviceNode points here while it is in the
 * tree. */
typedef struct PNPP_NODE {
    LIST_ENTRY Link;      /* in the parent's Children */
    LIST_ENTRY Children;
    struct PNPP_NODE *Parent; /* NULL: the root */
    DEVICE_OBJECT *Pdo;   /* referenced; NULL: the root */
    UNICODE_STRING Path;  /* "ROOT\FOO\0000"; pool */
    UNICODE_STRING Service; /* pool; Buffer NULL: none */
    enum PNPP_STATE State;
    ULONG Problem;        /* enum PNPP_PROBLEM */
    NTSTATUS ProblemStatus;
    PNP_DEVICE_STATE DeviceState;
    BOOLEAN Reported;     /* in the bus's latest answer */
    BOOLEAN Missing;      /* it was, and is not any more */
    BOOLEAN Invalid;      /* its relations have to be asked for again */
    CM_RESOURCE_LIST *Boot;      /* pool, or NULL */
    CM_RESOURCE_LIST *Allocated; /* what it was started with; pool, or NULL */
    CM_RESOURCE_LIST *Translated;
    IO_RESOURCE_REQUIREMENTS_LIST *Requirements; /* of the bus, pool, or NULL */
    IO_RESOURCE_REQUIREMENTS_LIST *Filtered; /* what its drivers made of them, pool; NULL: the same
                                              */
    enum PNPP_STOP Stop;
    BOOLEAN Changed;      /* its requirements are other ones than it was started with */
    CM_RESOURCE_LIST *Next; /* what it is to be started with instead, claimed; pool, or NULL */
    CM_RESOURCE_LIST *NextTranslated;
    LIST_ENTRY Leaving;      /* in the list of devices that leave together; Flink NULL: in none */
    DRIVER_OBJECT *Reporter; /* the driver that detected it, which keeps it; not referenced. NULL:
                                none */
    BOOLEAN Claimed;         /* Allocated is claimed, as the PDO's */
    BOOLEAN BusKnown;
    PNP_BUS_INFORMATION Bus;
    DEVICE_CAPABILITIES Capabilities;
    DEVICE_RELATIONS *Power; /* devices that have to be on before this one; referenced; the driver's
                                pool, or NULL */
    BOOLEAN Pagable;         /* PnppFindPagable: its drivers' power code may be paged out */
    BOOLEAN Passed;          /* in the walk that is under way */
    ULONG SpecialFiles;      /* those that are on it: bits, by special.c's table */
} PNPP_NODE;

extern PNPP_NODE PnppRoot;
extern DRIVER_OBJECT *PnppRootDriver;

/* ---- the lock and the tree (node.c) ---------------------------------------------------------- */

void PnppResetTree(void);
void PnppAcquire(void);
void PnppRelease(void);
BOOLEAN PnppOwned(void); /* by this thread */

NTSTATUS PnppCreateNode(
    PNPP_NODE *Parent, DEVICE_OBJECT *Pdo, const UNICODE_STRING *Path, PNPP_NODE **Result);
/* Out of the tree; the PDO's reference is given up. It has no children. */
void PnppDeleteNode(PNPP_NODE *Node);
/* The node of a PDO; NULL: it is none of the tree's. */
PNPP_NODE *PnppFindNode(const DEVICE_OBJECT *Pdo);
PNPP_NODE *PnppFindPath(PNPP_NODE *From, const UNICODE_STRING *Path);
/* The tree in the order parents, children. From stays on the way. NULL: no more. */
PNPP_NODE *PnppNextNode(PNPP_NODE *From);
void PnppFreeResources(PNPP_NODE *Node);

/* Any thread, no lock: a pool copy of a PDO's path, INVALID_DEVICE_REQUEST: it is none; a path's
 * PDO, referenced, or NULL. */
NTSTATUS PnppPathOfDevice(const DEVICE_OBJECT *Pdo, UNICODE_STRING *Path);
DEVICE_OBJECT *PnppReferenceByPath(const UNICODE_STRING *Path);

/* ---- strings and keys (key.c); any thread, no lock ------------------------------------------- */

/* The parts one after the other, terminated, in pool; NULL ends them. */
NTSTATUS PnppJoin(UNICODE_STRING *Result, ULONG_PTR Site, const UNICODE_STRING *First, ...);
NTSTATUS PnppCopy(const UNICODE_STRING *From, UNICODE_STRING *To);
void PnppFree(UNICODE_STRING *String);
BOOLEAN PnppSame(const UNICODE_STRING *One, const UNICODE_STRING *Other);

/* A kernel handle. Path: below Root, or complete. */
NTSTATUS PnppOpenKey(HANDLE Root, const UNICODE_STRING *Path, ACCESS_MASK Access, HANDLE *Key);
/* Makes what is missing on the way; Options: of the last one. */
NTSTATUS PnppCreateKey(
    HANDLE Root, const UNICODE_STRING *Path, ULONG Options, ACCESS_MASK Access, HANDLE *Key);
NTSTATUS PnppSetValue(HANDLE Key, const WCHAR *Name, ULONG Type, const void *Data, ULONG Bytes);
NTSTATUS PnppSetText(HANDLE Key, const WCHAR *Name, const UNICODE_STRING *Text);
NTSTATUS PnppSetNumber(HANDLE Key, const WCHAR *Name, ULONG Number);
void PnppDeleteValue(HANDLE Key, const WCHAR *Name);
/* In pool, or OBJECT_NAME_NOT_FOUND: no such value, or no text. */
NTSTATUS PnppQueryText(HANDLE Key, const WCHAR *Name, UNICODE_STRING *Text);
NTSTATUS PnppQueryValue(HANDLE Key, const WCHAR *Name, KEY_VALUE_PARTIAL_INFORMATION **Value);
BOOLEAN PnppQueryNumber(HANDLE Key, const WCHAR *Name, ULONG *Number);
/* All values of a key, as far as there is memory. */
void PnppCopyValues(HANDLE From, HANDLE To);
/* The name of a key's Index-th key, in pool. NO_MORE_ENTRIES. */
NTSTATUS PnppEnumerateKey(HANDLE Key, ULONG Index, UNICODE_STRING *Name);
void PnppDeleteTree(HANDLE Key); /* the key and what is below; closes the handle */

/* Strings of a REG_MULTI_SZ, or a REG_SZ, in a value; At begins zeroed. FALSE: no more. */
typedef struct PNPP_STRINGS {
    const WCHAR *At, *End;
    UNICODE_STRING Text;
} PNPP_STRINGS;
void PnppBeginStrings(PNPP_STRINGS *Strings, const KEY_VALUE_PARTIAL_INFORMATION *Value);
BOOLEAN PnppNextString(PNPP_STRINGS *Strings);

/* The key of a device, Enum\Path; Below: of a key in it, or NULL. */
NTSTATUS PnppOpenDevice(
    const UNICODE_STRING *Path, const WCHAR *Below, ACCESS_MASK Access, HANDLE *Key);
NTSTATUS PnppCreateDevice(
    const UNICODE_STRING *Path, const WCHAR *Below, ULONG Options, HANDLE *Key);

/* ---- requests (request.c) -------------------------------------------------------------------- */

/* Sends IRP_MJ_PNP to the top of the stack. Stack has minor function and parameters. Information
 * may be NULL. */
NTSTATUS PnppSend(
    DEVICE_OBJECT *Device, IO_STACK_LOCATION *Stack, NTSTATUS Initial, ULONG_PTR *Information);
NTSTATUS PnppSendMinor(DEVICE_OBJECT *Device, UCHAR Minor);
/* A pool block of the driver's, ExFreePool; *Id NULL on failure. */
NTSTATUS PnppQueryId(DEVICE_OBJECT *Device, BUS_QUERY_ID_TYPE Type, WCHAR **Id);
NTSTATUS PnppQueryDescription(DEVICE_OBJECT *Device, DEVICE_TEXT_TYPE Type, WCHAR **Text);
NTSTATUS PnppQueryRelations(
    DEVICE_OBJECT *Device, DEVICE_RELATION_TYPE Type, DEVICE_RELATIONS **Relations);
NTSTATUS PnppQueryCapabilities(DEVICE_OBJECT *Device, DEVICE_CAPABILITIES *Capabilities);

/* ---- the way of a device (root.c, enumerate.c, add.c, start.c, remove.c) --------------------- */

NTSTATUS NTAPI PnppRootEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath);
/* A device of the root bus, in the tree. Path stays the caller's. */
NTSTATUS PnppCreateRootDevice(const UNICODE_STRING *Path, PNPP_NODE **Node);
/* Finds keys of Enum\Root that have no node. */
void PnppScanRoot(void);
/* A new instance "ROOT\Name\NNNN", not in the registry yet; pool. */
NTSTATUS PnppNewInstance(const UNICODE_STRING *Name, UNICODE_STRING *Path);
/* Installs a device of the root bus, ROOT\Name\NNNN, for a driver that has none. */
NTSTATUS PnppMakeDevice(const DRIVER_OBJECT *Driver);
/* The device is nobody's any more: out of the tree; the root bus deletes its PDO. */
void PnppDiscard(PNPP_NODE *Node);
/* A driver has gone: the devices it had detected go. */
void PnppForgetReported(const DRIVER_OBJECT *Driver);

/* Asks a bus which devices it has; new ones are processed, those gone removed. */
void PnppEnumerate(PNPP_NODE *Node);
/* What the bus says of a new device, into its key and node. */
NTSTATUS PnppReadDevice(PNPP_NODE *Node);
/* Brings a device, and what is below it, as far as its drivers let it come. */
void PnppProcess(PNPP_NODE *Node);
NTSTATUS PnppAddDrivers(PNPP_NODE *Node);
NTSTATUS PnppStart(PNPP_NODE *Node);
void PnppReadService(PNPP_NODE *Node);
void PnppQueryState(PNPP_NODE *Node);
BOOLEAN PnppLoading(void); /* a driver is being loaded for a device, by this thread */
BOOLEAN PnppIsInstalled(const UNICODE_STRING *Service); /* for devices that may come, or a class */
/* as its function or filter driver */
BOOLEAN PnppNeeds(const PNPP_NODE *Node, const UNICODE_STRING *Service);
/* The drivers of a device, which leave it, are unloaded later, if plug and play has loaded them and
 * they have no device then. */
void PnppLetGoOfDrivers(const PNPP_NODE *Node);
NTSTATUS PnppUnload(DRIVER_OBJECT *Driver);
void PnppFail(PNPP_NODE *Node, enum PNPP_PROBLEM Problem, NTSTATUS Status, const char *Why);

/*
 * Devices that leave together, in the order in which they do: those below a device, those its
 * drivers relate to it, itself; for ejection those that are ejected with it, too. Nodes that are on
 * their way in another list are left to that.
 */
void PnppCollectLeaving(LIST_ENTRY *List, PNPP_NODE *Node, BOOLEAN Ejecting);
void PnppForgetLeaving(LIST_ENTRY *List);

/*
 * A device and what leaves with it: asks, and if nobody objects removes. PLUGPLAY_QUERY_VETOED: a
 * driver objects; DEVICE_BUSY: a handle is open. Text (may be NULL) says which device it is.
 */
NTSTATUS PnppRemoveOrderly(PNPP_NODE *Node, BOOLEAN Ejecting, char *Text, SIZE_T TextBytes);
/* Its drivers leave; children first, whose nodes go. The node stays, PNPP_FAILED; that of a missing
 * device goes. */
void PnppRemove(PNPP_NODE *Node);
/* The device is gone: SURPRISE_REMOVAL for it and what leaves with it. PnppFinishRemovals does the
 * rest. */
void PnppSurprise(PNPP_NODE *Node);
/* The device runs, and its driver says that it has failed: its drivers leave. */
void PnppWithdraw(PNPP_NODE *Node);
/* Present FALSE: the device goes, and its Control key. */
void PnppSetPresent(const PNPP_NODE *Node, BOOLEAN Present);
/* The same of one that stays in its place. */
void PnppTakeDown(PNPP_NODE *Node);
/* Devices that have been told so, and of which no handle is open any more, are removed. */
void PnppFinishRemovals(void);

/* ---- resources (resource.c, arbiter.c) ------------------------------------------------------- */

ULONG PnppResourceBytes(const CM_RESOURCE_LIST *List);
NTSTATUS PnppCopyResources(const CM_RESOURCE_LIST *From, CM_RESOURCE_LIST **To);
NTSTATUS PnppTranslate(const CM_RESOURCE_LIST *Raw, CM_RESOURCE_LIST **Translated);
/* The first interrupt the device of Pdo was given, for IoConnectInterruptEx. NOT_FOUND. Not while
 * it is being given others. */
NTSTATUS PnppFindInterrupt(DEVICE_OBJECT *Pdo, IO_INTERRUPT_LINE *Line);
/* What the device is to be started with, claimed. CONFLICTING_ADDRESSES. */
NTSTATUS PnppAssign(PNPP_NODE *Node, const IO_RESOURCE_REQUIREMENTS_LIST *Requirements);
void PnppRelinquish(PNPP_NODE *Node);
/* What the bus, or its drivers, say that the device needs; NULL: nothing but Boot. */
const IO_RESOURCE_REQUIREMENTS_LIST *PnppNeeded(const PNPP_NODE *Node);
void PnppDropFiltered(PNPP_NODE *Node);
NTSTATUS PnppReadRequirements(PNPP_NODE *Node);   /* of the bus */
NTSTATUS PnppFilterRequirements(PNPP_NODE *Node); /* by its drivers */
/* List NULL: what is claimed is given up. */
NTSTATUS PnppClaim(PNPP_NODE *Node, const CM_RESOURCE_LIST *List);
/* Raw has been claimed: translated, these are what the device has from now on. */
void PnppTakeNext(PNPP_NODE *Node);
/* What a list says of its own length holds. */
BOOLEAN PnppGoodRequirements(const IO_RESOURCE_REQUIREMENTS_LIST *Requirements);
/* What satisfies the requirements, claimed for Driver, and Device if that is not NULL; pool booked
 * to Site. */
NTSTATUS PnppArbitrate(DRIVER_OBJECT *Driver, DEVICE_OBJECT *Device,
    const IO_RESOURCE_REQUIREMENTS_LIST *Requirements, ULONG_PTR Site,
    CM_RESOURCE_LIST **Allocated);

/* ---- stopping for a while (rebalance.c) ------------------------------------------------------ */

/*
 * A device's resources are others': devices that run and could have other ones are asked to stop
 * for a while, and if that helps they are restarted with these. CONFLICTING_ADDRESSES: it does not
 * help, and all is as before.
 */
NTSTATUS PnppRebalance(PNPP_NODE *Node);
/* A device that runs needs other resources: it is stopped, and started with them. Fails: it goes on
 * with those it has. */
NTSTATUS PnppReassign(PNPP_NODE *Node);
/* Sends START_DEVICE with the resources it has, and asks what there is to ask afterwards
 * (start.c). */
NTSTATUS PnppSendStart(PNPP_NODE *Node);

/* ---- power (powerorder.c), special files (special.c) ----------------------------------------- */

NTSTATUS PnppAskPower(DEVICE_OBJECT *Pdo); /* the device's drivers, for PowerRelations */
void PnppForgetPower(PNPP_NODE *Node);     /* its relations, and others' to it */
/* A device that has to be up early is below, or has named, one that has to be up earlier. */
void PnppFindPagable(void);
/* All devices in the order in which they go to sleep, until one returns FALSE, or come back. FALSE:
 * one did. */
typedef BOOLEAN (*PNPP_POWER_STEP)(PNPP_NODE *Node, void *Context);
BOOLEAN PnppPowerDown(PNPP_POWER_STEP Step, void *Context);
BOOLEAN PnppPowerUp(PNPP_POWER_STEP Step, void *Context);

void PnppPutFiles(PNPP_NODE *Node);  /* those its key names and its drivers take */
void PnppTakeFiles(PNPP_NODE *Node);

/* ---- interfaces (interface.c, interfacekey.c); any thread, no lock --------------------------- */

void PnppInitializeInterfaces(void);

/* A link's parts; they lie in it. */
typedef struct PNPP_LINK {
    UNICODE_STRING Base;      /* "ROOT#FOO#0000#{…}" */
    UNICODE_STRING Class;     /* "{…}" */
    UNICODE_STRING Reference; /* without its backslash; may be empty */
} PNPP_LINK;

/* OBJECT_NAME_INVALID. */
NTSTATUS PnppParseLink(const UNICODE_STRING *Name, PNPP_LINK *Link);
/* DeviceClasses\{…}\##?#Base, and its key #Reference; Below: of a key in that, or NULL.
 * OBJECT_NAME_NOT_FOUND. */
NTSTATUS PnppOpenLink(const PNPP_LINK *Link, BOOLEAN Instance, const WCHAR *Below, HANDLE *Key);
NTSTATUS PnppCreateLink(
    const PNPP_LINK *Link, BOOLEAN Instance, const WCHAR *Below, ULONG Options, HANDLE *Key);
BOOLEAN PnppLinkIsEnabled(HANDLE Instance);
/* Calls Visit for each interface of a class, of one device (Path) or any (NULL). */
typedef NTSTATUS (*PNPP_VISIT)(const UNICODE_STRING *Link, void *Context);
NTSTATUS PnppVisitInterfaces(
    const GUID *Class, const UNICODE_STRING *Path, BOOLEAN All, PNPP_VISIT Visit, void *Context);
/* All of a device's interfaces that are enabled, when it goes. */
void PnppDisableInterfaces(const PNPP_NODE *Node);

/* ---- notification (notify.c) and work (work.c); any thread, no lock -------------------------- */

void PnppInitializeNotify(void);
void PnppInitializeContainers(void); /* container.c */
BOOLEAN PnppSomebodyListens(void);
/* Told later, in order, by a system thread. */
void PnppQueueInterface(const GUID *Class, const UNICODE_STRING *Link, BOOLEAN Arrival);
void PnppNotifyInterface(const GUID *Class, UNICODE_STRING *Link, BOOLEAN Arrival);
/* A device was found, started or is not there any more (PnppDeviceFound, PnppDeviceStarted,
 * PnppRemoveComplete): the same. */
void PnppQueueInstance(const GUID *Event, const UNICODE_STRING *Path);
void PnppNotifyInstance(const GUID *Event, UNICODE_STRING *Path);
/* To those who registered for a file on the device. The first that objects to a query ends it. */
NTSTATUS PnppNotifyTarget(const DEVICE_OBJECT *Pdo, const GUID *Event);
/* The PDO of the stack a file is open on: its drivers say, or it is the stack's lowest device.
 * Referenced. */
NTSTATUS PnppFindTarget(FILE_OBJECT *File, DEVICE_OBJECT **Pdo);
void PnppNotifyCustom(const DEVICE_OBJECT *Pdo, TARGET_DEVICE_CUSTOM_NOTIFICATION *Notification);
/* The driver is gone: what it left registered is a finding. */
void PnppForgetNotifications(DRIVER_OBJECT *Driver);

/* The system's events. PnppRemovePending and those of devices are for programs alone. */
#define PNPP_EVENT(Number)                                 \
    {                                                      \
        0xcb3a4000 | (Number), 0x46f0, 0x11d0,             \
        {                                                  \
            0xb0, 0x8f, 0x00, 0x60, 0x97, 0x13, 0x05, 0x3f \
        }                                                  \
    }
extern const GUID PnppArrival, PnppRemoval, PnppQueryRemove, PnppRemoveCancelled,
    PnppRemoveComplete, PnppRemovePending;
extern const GUID PnppDeviceFound, PnppDeviceStarted;
static inline BOOLEAN PnppIsEvent(const GUID *Event, const GUID *Known)
{
    return RtlCompareMemory(Event, Known, sizeof(*Event)) == sizeof(*Event);
}

/* PnppNotifyInstance; for programs alone */
#define PNPP_DEVICE_CHANGE ((IO_NOTIFICATION_EVENT_CATEGORY)0x100)

/* What somebody wants to be told of. */
typedef struct PNPP_WANTED {
    IO_NOTIFICATION_EVENT_CATEGORY Category;
    BOOLEAN Program; /* it is for a program: the file is not held, and it hears of removals that are
                        about to begin */
    BOOLEAN All;     /* of any class, any device */
    BOOLEAN Existing; /* interfaces that are enabled are told of at once */
    GUID Class;
    FILE_OBJECT *File;
    UNICODE_STRING Path; /* the device; pool, which goes to the registration */
} PNPP_WANTED;

/* What IoRegisterPlugPlayNotification does, which says what it returns. Wanted->Path is used up
 * when it succeeds. */
NTSTATUS PnppRegister(const PNPP_WANTED *Wanted, DRIVER_OBJECT *Driver,
    PDRIVER_NOTIFICATION_CALLBACK_ROUTINE Callback, void *Context, ULONG_PTR Site, void **Entry);

/* The driver \Driver\DeviceApi, through which programs are told (listener.c). */
NTSTATUS NTAPI PnppListenerEntry(DRIVER_OBJECT *Driver, UNICODE_STRING *RegistryPath);

enum PNPP_WORK {
    PNPP_WORK_PROCESS,
    PNPP_WORK_INTERFACE,
    PNPP_WORK_INSTANCE,
    PNPP_WORK_RELATIONS,
    PNPP_WORK_POWER,
    PNPP_WORK_STATE,
    PNPP_WORK_EJECT,
    PNPP_WORK_CUSTOM,
    PNPP_WORK_CLOSED, PNPP_WORK_UNLOAD };

/* Something to do later, on a system thread, in the order it was queued. Pool. */
typedef struct PNPP_ITEM {
    LIST_ENTRY Link;
    enum PNPP_WORK Kind;
    DEVICE_OBJECT *Pdo;        /* referenced, or NULL */
    KEVENT *Done;              /* who waits for it, or NULL */
    NTSTATUS *Status;          /* of that waiter */
    GUID Class;                /* or the event */
    BOOLEAN Arrival;
    UNICODE_STRING Name;       /* pool */
    DRIVER_OBJECT *Driver;     /* keeps the callback's code; referenced, or NULL */
    PIO_DEVICE_EJECT_CALLBACK Ejected;
    PDEVICE_CHANGE_COMPLETE_CALLBACK Told;
    void *Context;
    TARGET_DEVICE_CUSTOM_NOTIFICATION *Custom; /* pool */
} PNPP_ITEM;

void PnppInitializeWork(void);
PNPP_ITEM *PnppNewItem(enum PNPP_WORK Kind, DEVICE_OBJECT *Pdo);
void PnppFreeItem(PNPP_ITEM *Item);
BOOLEAN PnppIsClosing(void); /* the machine: nothing comes any more */
NTSTATUS PnppProcessDevice(DEVICE_OBJECT *Pdo);
NTSTATUS PnppRefresh(DEVICE_OBJECT *Pdo);
NTSTATUS PnppRecheck(DEVICE_OBJECT *Pdo);
NTSTATUS PnppEject(DEVICE_OBJECT *Pdo);
void PnppQueueItem(PNPP_ITEM *Item); /* at up to DISPATCH_LEVEL; the item is used up */

/* ---- properties (propertydata.c); any thread, no lock ---------------------------------------- */

NTSTATUS PnppSetProperty(HANDLE Root, const DEVPROPKEY *PropertyKey, LCID Lcid, BOOLEAN Persistent,
    DEVPROPTYPE Type, const void *Data, ULONG Size);
NTSTATUS PnppGetProperty(HANDLE Root, const DEVPROPKEY *PropertyKey, LCID Lcid, ULONG Size,
    void *Data, ULONG *RequiredSize, DEVPROPTYPE *Type);
