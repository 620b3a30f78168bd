/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * ob for the other components: object types, reference and handle counts, the namespace and handle
 * tables.
 *
 * An object lives in non-paged pool behind an OBJECT_HEADER. It has a pointer count (each handle
 * holds one) and a handle count. The last handle calls the type's Close procedure, the last
 * reference Delete. A named object without handles leaves the namespace unless it is permanent
 * (OBJ_PERMANENT). The namespace lock guards directories and names; handle entries have a lock bit
 * each, so translating a handle takes no table lock.
 */
#pragma once

#include "ex/ex.h"
#include "nt/ntifs.h"

/* What an open asks for, and what it gets. Generic bits of Desired are mapped when the wanted type
 * is known. */
typedef struct OB_ACCESS {
    ACCESS_MASK Desired;
    ACCESS_MASK Granted;
    KPROCESSOR_MODE Mode; /* UserMode: descriptors count (also KernelMode with
                             OBJ_FORCE_ACCESS_CHECK) */
    BOOLEAN Checked;      /* Granted is final: a Parse procedure made the access check itself */
    ULONG Attributes;     /* OBJ_* */
} OB_ACCESS;

/* Behaviour of a type; every procedure optional. All run at PASSIVE_LEVEL with no ob lock held. */
/* An operation on an object that its type may have a say in; OB_TYPE_PROCEDURES.Around. */
typedef struct OB_CALL {
    enum { OB_QUERY_SECURITY, OB_SET_SECURITY, OB_QUERY_NAME } Kind;
    SECURITY_INFORMATION Security;
    void *Buffer;  /* the caller's: the descriptor, or OBJECT_NAME_INFORMATION */
    ULONG Length;  /* in: bytes of it; out: bytes of the whole answer */
    NTSTATUS (*Work)(void *Object, struct OB_CALL *Call);
} OB_CALL;

typedef struct OB_TYPE_PROCEDURES {
    /*
     * Continues a path beyond an object that is not a directory (a device): Remaining is the rest
     * of the name, starting with a backslash or empty; without one when Self is the RootDirectory
     * of the open. Context is ObOpenObjectByName's ParseContext. Returns a referenced object in
     * *Object, or STATUS_REPARSE with a new full path put into *CompleteName (pool; ob frees it and
     * the old one). Sets Access->Checked and ->Granted when it made the access check; otherwise ob
     * makes it against *Object.
     */
    NTSTATUS (*Parse)(void *Self, const struct _OBJECT_TYPE *WantedType, OB_ACCESS *Access,
        UNICODE_STRING *CompleteName, UNICODE_STRING *Remaining, void *Context, void **Object);
    void (*Open)(void *Object, ACCESS_MASK Granted, ULONG HandleCount);  /* a handle was made */
    /* a handle is gone; count before it went */
    void (*Close)(void *Object, ULONG HandleCount);
    void (*Delete)(void *Object);
    /*
     * The object's descriptor, NULL: none (everyone may do everything). Absent: the one in the
     * header. The exception to the rule above: called under ob's security lock, so it only fetches
     * a pointer.
     */
    SECURITY_DESCRIPTOR *(*Security)(void *Object);
    /*
     * With Security: takes a new one (a self-relative pool block) and returns the pool block to
     * free in its place,
     * NULL: none. Called under the same lock. Absent: descriptors of these objects cannot be
     * changed.
     */
    SECURITY_DESCRIPTOR *(*SetSecurity)(void *Object, SECURITY_DESCRIPTOR *Descriptor);
    /*
     * Around SetSecurity, for who has to write it down: the first may refuse, and then nothing
     * changes and the second is not called.
     */
    NTSTATUS (*BeginSecurity)(void *Object, SECURITY_DESCRIPTOR *Descriptor);
    void (*EndSecurity)(void *Object);
    /*
     * Name for ObQueryNameString and reports where it differs from the namespace's (files). Fills
     * Name->Buffer up to MaximumLength and sets Length; *ReturnLength: bytes the whole name needs.
     * STATUS_BUFFER_OVERFLOW: it is longer.
     */
    NTSTATUS (*QueryName)(void *Object, UNICODE_STRING *Name, ULONG *ReturnLength);
    /*
     * Around what is asked of an object by a handle or a driver: calls Call->Work, or answers in
     * its place. Absent: Work is called.
     */
    NTSTATUS (*Around)(void *Object, OB_CALL *Call);
} OB_TYPE_PROCEDURES;

struct _OBJECT_TYPE {
    /*
     * Always empty. As on Windows what lies first in a type leads back to it: mingw-w64 declares
     * PsThreadType and its like so that *PsThreadType in a driver is read from here.
     */
    LIST_ENTRY TypeList;
    UNICODE_STRING Name;
    OB_TYPE_PROCEDURES Procedures;
    GENERIC_MAPPING GenericMapping;
    ACCESS_MASK ValidAccess;
    ULONG PoolTag;
    ULONG Index;
    BOOLEAN Waitable;     /* the body starts with, or WaitOffset leads to, a DISPATCHER_HEADER */
    ULONG WaitOffset;
    BOOLEAN CaseInsensitive;
    BOOLEAN HasFileNames; /* names below one may begin with a backslash, and where the room for its
                             own does not suffice the status is BUFFER_OVERFLOW */
    _Atomic ULONG ObjectCount;
    _Atomic ULONG HandleCount;
    _Atomic ULONG FilterCount; /* registrations of ObRegisterCallbacks for its handles */
    KSPIN_LOCK ListLock;
    LIST_ENTRY ObjectList; /* OBJECT_HEADER.TypeLink of every object; under ListLock */
};

typedef struct OBJECT_HEADER {
    LONG_PTR PointerCount;
    LONG_PTR HandleCount;
    OBJECT_TYPE *Type;
    struct OB_DIRECTORY *Directory; /* where the name is, referenced; NULL: nameless or unlinked.
                                       Namespace lock. */
    UNICODE_STRING Name;            /* own copy, last component; stays when unlinked */
    SECURITY_DESCRIPTOR *Security;  /* self-relative, pool; NULL: none. Security lock. */
    LIST_ENTRY TypeLink;            /* all objects, for reports */
    struct OBJECT_HEADER *NextDead; /* waiting for a deletion at PASSIVE_LEVEL */
    struct OB_HANDLE_TABLE *ExclusiveTable; /* OB_FLAG_EXCLUSIVE: the only table it may have handles
                                               in */
    ULONG_PTR Site;                         /* who made it */
    struct OB_NAME *Pending; /* what ObInsertObject is to carry out; pool, NULL: nothing */
    _Atomic ULONG Flags;     /* OB_FLAG_* */
    __attribute__((aligned(MEMORY_ALLOCATION_ALIGNMENT))) UCHAR Body[];
} OBJECT_HEADER;

#define OB_FLAG_PERMANENT 0x1u
#define OB_FLAG_EXCLUSIVE 0x4u
/* PointerCount may include references taken in advance: see ObiCountReferences */
#define OB_FLAG_ADVANCED 0x8u

#define OBJECT_TO_HEADER(Object) CONTAINING_RECORD(Object, OBJECT_HEADER, Body)

extern OBJECT_TYPE *ObpTypeObjectType, *ObpDirectoryObjectType, *ObpSymbolicLinkObjectType;
extern OBJECT_TYPE *ExEventObjectType, *ExSemaphoreObjectType, *ExMutantObjectType,
    *ExTimerObjectType;

/* The thread ends: timers that would have queued APCs to it are cancelled. */
void ObiRundownTimers(KTHREAD *Thread);

/*
 * Types, kernel handle table, \Device, \Driver, \FileSystem, \GLOBAL?? (also reached as \??, and
 * through the link \DosDevices), \ObjectTypes, \BaseNamedObjects, \KernelObjects, \Callback.
 */
NTSTATUS ObInitialize(void);
/* Empties the namespace and frees what ob itself made. The machine is idle and handle tables of
 * processes are gone. */
void ObTerminate(void);

/*
 * What ob asks of se, which registers itself here. NULL: no descriptor is looked at and everything
 * is granted. A descriptor handed out is a self-relative pool block.
 */
typedef struct OB_SECURITY {
    /* SeiCheckAccess; called under ob's security lock. */
    NTSTATUS (*Check)
    (const SECURITY_DESCRIPTOR *Descriptor, ACCESS_MASK Desired, const GENERIC_MAPPING *Mapping,
        KPROCESSOR_MODE Mode, ACCESS_MASK *Granted);
    NTSTATUS (*Capture)
    (const SECURITY_DESCRIPTOR *Descriptor, KPROCESSOR_MODE Mode, SECURITY_DESCRIPTOR **Copy);
    /* The descriptor of a new object, from its directory's and the one asked for (either may be
     * NULL). */
    NTSTATUS (*Assign)
    (const SECURITY_DESCRIPTOR *Parent, const SECURITY_DESCRIPTOR *Explicit, BOOLEAN Container,
        const GENERIC_MAPPING *Mapping, SECURITY_DESCRIPTOR **Descriptor);
    BOOLEAN (*HasPrivilege)(ULONG Privilege, KPROCESSOR_MODE Mode);
} OB_SECURITY;
extern const OB_SECURITY *ObSecurity;

/* ---- Types and objects ----------------------------------------------------------------------- */

NTSTATUS ObiCreateType(const char *Name, const OBJECT_TYPE *Template, OBJECT_TYPE **Type);

/* A zeroed object with one reference and no name. */
NTSTATUS ObiCreateObject(OBJECT_TYPE *Type, SIZE_T BodyBytes, ULONG_PTR Site, void **Object);

/*
 * Deletes what lost its last reference above PASSIVE_LEVEL. ob calls it whenever it is at
 * PASSIVE_LEVEL anyway; others may where a thread is about to go idle. ObDeletionPending, when set,
 * is called (at any IRQL up to DISPATCH_LEVEL, once per batch) to have a worker thread call this
 * soon.
 */
void ObDrainDeletions(void);
/* The same, and waits for those that other threads are about. Not from a Delete procedure. */
void ObAwaitDeletions(void);
extern void (*ObDeletionPending)(void);

static inline void ObiReference(void *Object)
{
    __atomic_fetch_add(&OBJECT_TO_HEADER(Object)->PointerCount, 1, __ATOMIC_RELAXED);
}

/* A reference unless the object is already being deleted. */
static inline BOOLEAN ObiReferenceSafe(void *Object)
{
    LONG_PTR *Count = &OBJECT_TO_HEADER(Object)->PointerCount;
    LONG_PTR Seen = __atomic_load_n(Count, __ATOMIC_RELAXED);
    while (Seen > 0 &&
        !__atomic_compare_exchange_n(
            Count, &Seen, Seen + 1, TRUE, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
        ;
    return Seen > 0;
}

/*
 * How many references there are in somebody's hands. PointerCount is larger for an object whose
 * handles are translated often: such handles take references in advance. Slow; exact while nobody
 * else works on the object. For reports.
 */
LONG_PTR ObiCountReferences(void *Object);

static inline OBJECT_TYPE *ObiGetType(void *Object)
{
    return OBJECT_TO_HEADER(Object)->Type;
}

/*
 * Calls Visit for each object until FALSE, with a reference of its own on it; others may come and
 * go meanwhile. For leak reports.
 * IRQL: PASSIVE_LEVEL.
 */
void ObEnumerateObjects(BOOLEAN (*Visit)(OBJECT_HEADER *Header, void *Context), void *Context);

/* ---- Names ----------------------------------------------------------------------------------- */

/*
 * Enters a nameless object under a full path (or below RootDirectory). OBJ_PERMANENT in Attributes
 * makes it permanent. Returns STATUS_OBJECT_NAME_COLLISION, _TYPE_MISMATCH (the name is another
 * type's), _PATH_NOT_FOUND, _PATH_SYNTAX_BAD, _NAME_INVALID,
 * STATUS_INSUFFICIENT_RESOURCES: nothing changed. Made with the kernel's rights. The caller's
 * reference stays.
 */
NTSTATUS ObiInsertName(
    void *Object, void *RootDirectory, const UNICODE_STRING *Path, ULONG Attributes);

/*
 * Finds an object by path, following symbolic links and Parse procedures. Access (NULL: KernelMode)
 * goes to Parse; the access check is not made here but with ObiCheckAccess. Returns a reference.
 */
NTSTATUS ObiLookup(void *RootDirectory, const UNICODE_STRING *Path, ULONG Attributes,
    const OBJECT_TYPE *WantedType, OB_ACCESS *Access, void *ParseContext, void **Object);

/* Capture of a possibly user-mode OBJECT_ATTRIBUTES: a pool copy of the name, root directory
 * referenced. */
typedef struct OB_NAME {
    UNICODE_STRING Path;   /* Buffer is pool or NULL */
    void *RootDirectory;   /* referenced or NULL */
    NTSTATUS RootStatus;   /* why there is none; who makes something without a name does not mind */
    ULONG Attributes;
    SECURITY_DESCRIPTOR *Security; /* self-relative pool copy or NULL */
} OB_NAME;
NTSTATUS ObiCaptureName(const OBJECT_ATTRIBUTES *Attributes, KPROCESSOR_MODE Mode, OB_NAME *Name);
/* The same for who cannot do without the root directory that is given. */
NTSTATUS ObiCaptureNameToOpen(
    const OBJECT_ATTRIBUTES *Attributes, KPROCESSOR_MODE Mode, OB_NAME *Name);
void ObiReleaseName(OB_NAME *Name);
/* A pool copy of a possibly user-mode string; ExiFree(Copy->Buffer), NULL for an empty one. */
NTSTATUS ObiCaptureString(const UNICODE_STRING *String, KPROCESSOR_MODE Mode, UNICODE_STRING *Copy);

/* Unlinks a name at once if nothing holds a handle; no longer permanent. */
void ObiMakeTemporary(void *Object);
/* One of the standard directories, "\\Device"; not referenced. NULL: none. */
void *ObiDirectoryByName(const char *Path);

/* Children of a directory object in name order, until Visit returns FALSE. */
NTSTATUS ObEnumerateDirectory(void *Directory,
    BOOLEAN (*Visit)(const UNICODE_STRING *Name, void *Object, void *Context), void *Context);
extern void *ObRootDirectory;
/* Full path of a named object, empty when it has none; pool string freed with
 * ExiFree(Path->Buffer). */
NTSTATUS ObiGetPath(void *Object, UNICODE_STRING *Path);
/* Target of a symbolic link object; pool copy as above. */
NTSTATUS ObiGetLinkTarget(void *Link, UNICODE_STRING *Target);
NTSTATUS ObiCreateSymbolicLink(
    const UNICODE_STRING *Name, const UNICODE_STRING *Target, ULONG_PTR Site);
NTSTATUS ObiDeleteSymbolicLink(const UNICODE_STRING *Name);

/* ---- Access ---------------------------------------------------------------------------------- */

/* Checks Access->Desired against the object's descriptor; Granted is set on success. */
NTSTATUS ObiCheckAccess(void *Object, OB_ACCESS *Access);
/* A pool copy of the object's descriptor, NULL: it has none. */
NTSTATUS ObiCopySecurity(void *Object, SECURITY_DESCRIPTOR **Copy);
/*
 * Gives the object a new descriptor, a self-relative pool block ob frees from then on.
 * STATUS_NOT_SUPPORTED: its type has a Security procedure and no SetSecurity. On failure, also what
 * BeginSecurity says, the block stays the caller's.
 */
NTSTATUS ObiSetSecurity(void *Object, SECURITY_DESCRIPTOR *Descriptor);

static inline NTSTATUS ObiCall(void *Object, OB_CALL *Call)
{
    const OB_TYPE_PROCEDURES *Procedures = &ObiGetType(Object)->Procedures;
    return Procedures->Around != NULL ? Procedures->Around(Object, Call) : Call->Work(Object, Call);
}

/* ---- Handles --------------------------------------------------------------------------------- */

typedef struct OB_HANDLE_TABLE OB_HANDLE_TABLE;
OB_HANDLE_TABLE *ObiCreateHandleTable(void);               /* NULL: out of memory */
void ObiCloseAllHandles(OB_HANDLE_TABLE *Table, KPROCESSOR_MODE Mode);
void ObiDestroyHandleTable(OB_HANDLE_TABLE *Table);        /* empty */
ULONG ObiCountHandles(OB_HANDLE_TABLE *Table);

typedef struct OB_HANDLE_SEEN {
    ULONG_PTR Value;
    void *Object; /* stays while Visit looks at it */
    ACCESS_MASK Granted;
    ULONG Attributes;
} OB_HANDLE_SEEN;
/* Calls Visit for every handle of a table that stays meanwhile, with no lock held.
 * PASSIVE_LEVEL. */
void ObiVisitHandles(OB_HANDLE_TABLE *Table,
    void (*Visit)(const OB_HANDLE_SEEN *Handle, void *Context), void *Context);
/* Who is told of kernel handles, and those of the System process: made, and about to be closed.
 * Neither may use the handle. */
typedef struct OB_HANDLE_WATCH {
    void (*Made)(HANDLE Handle);
    void (*Closed)(HANDLE Handle);
} OB_HANDLE_WATCH;
extern const OB_HANDLE_WATCH *ObHandleWatch; /* NULL: nobody; set before the machine starts */

extern OB_HANDLE_TABLE *(*ObCurrentHandleTable)(void); /* ps: the current process's; set at start */
extern OB_HANDLE_TABLE *ObKernelHandleTable;

/*
 * The same without a call: ps stores the current process's table here whenever the calling host
 * thread gets or changes its process (attach, bind, KeStackAttachProcess) and NULL when it leaves.
 * NULL: ObCurrentHandleTable is asked each time.
 */
extern _Thread_local OB_HANDLE_TABLE *ObThreadHandleTable
    __attribute__((tls_model("initial-exec")));

/* ps: the object NtCurrentProcess() and NtCurrentThread() (-1, -2) stand for, not referenced; NULL:
 * no such handle. */
extern void *(*ObPseudoHandle)(HANDLE Handle);
/* ps: the handle table of a process object; NULL: the process has ended. */
extern OB_HANDLE_TABLE *(*ObProcessHandleTable)(void *Process);

/* What ObSetHandleAttributes and ObjectHandleFlagInformation carry; the layout is NT's. */
typedef struct OB_HANDLE_FLAGS {
    BOOLEAN Inherit;
    BOOLEAN ProtectFromClose;
} OB_HANDLE_FLAGS;

/* Makes a handle (in the kernel table with OBJ_KERNEL_HANDLE from KernelMode); takes a reference of
 * its own. */
NTSTATUS ObiCreateHandle(
    void *Object, ACCESS_MASK Granted, ULONG Attributes, KPROCESSOR_MODE Mode, HANDLE *Handle);
/* The fast translation. Granted (optional) receives the handle's access. Adds a reference. NTAPI
 * for the hot path. */
NTSTATUS NTAPI ObiReferenceByHandle(
    HANDLE Handle, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode, void **Object, ACCESS_MASK *Granted);

/*
 * Opens by name: finds, checks, makes the handle. STATUS_OBJECT_PATH_SYNTAX_BAD without a name.
 * Attributes may lie in user memory when Mode is UserMode; Handle may not.
 */
NTSTATUS ObiOpenByName(const OBJECT_ATTRIBUTES *Attributes, OBJECT_TYPE *Type, KPROCESSOR_MODE Mode,
    ACCESS_MASK Desired, void *ParseContext, HANDLE *Handle);

/*
 * Names a new object, gives it its descriptor and a handle. The caller's reference is used up in
 * every case. With OBJ_OPENIF and an object of the same type there: STATUS_OBJECT_NAME_EXISTS and a
 * handle to that one.
 */
NTSTATUS ObiInsertObject(
    void *Object, OB_NAME *Name, ACCESS_MASK Desired, KPROCESSOR_MODE Mode, HANDLE *Handle);

/* Copies between the kernel and a caller of Mode; KernelMode's bad pointers raise, as they must. */
static inline NTSTATUS ObiReadCaller(void *To, const void *From, SIZE_T Bytes, KPROCESSOR_MODE Mode)
{
    if (Mode != KernelMode)
        return MmCopyFromUser(To, From, Bytes);
    __builtin_memcpy(To, From, Bytes);
    return STATUS_SUCCESS;
}

static inline NTSTATUS ObiWriteCaller(
    void *To, const void *From, SIZE_T Bytes, KPROCESSOR_MODE Mode)
{
    if (Mode != KernelMode)
        return MmCopyToUser(To, From, Bytes);
    __builtin_memcpy(To, From, Bytes);
    return STATUS_SUCCESS;
}

static inline NTSTATUS ObiProbeStatusBlock(const IO_STATUS_BLOCK *To, KPROCESSOR_MODE Mode)
{
    return Mode != KernelMode ? MmProbeStatusBlock(To) : STATUS_SUCCESS;
}

static inline NTSTATUS ObiWriteStatusBlock(
    IO_STATUS_BLOCK *To, const IO_STATUS_BLOCK *Block, KPROCESSOR_MODE Mode)
{
    if (Mode != KernelMode)
        return MmWriteStatusBlock(To, Block);
    *To = *Block;
    return STATUS_SUCCESS;
}

static inline NTSTATUS ObiProbeOutput(
    const void *To, SIZE_T Bytes, ULONG Alignment, KPROCESSOR_MODE Mode)
{
    return Mode != KernelMode ? MmProbe(To, Bytes, Alignment, TRUE) : STATUS_SUCCESS;
}

/* Writes a new handle where the caller wants it; when that fails the handle is closed again. */
NTSTATUS ObiReturnHandle(HANDLE *To, HANDLE Handle, KPROCESSOR_MODE Mode, NTSTATUS Status);

#include "ob/export.h"
