/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Shared by the files of kernel/cm only.
 *
 * A key is a node of the tree; what a handle leads to is a key object, of which a node may have
 * many. A node holds a reference on its parent, the tree one on each node in it, a key object one
 * on its node: a deleted node leaves the tree at once and goes with its last key object. Everything
 * in the tree is under the lock unless it says otherwise.
 */
#pragma once

#include "cm/cm.h"
#include "ke/zw.h"
#include "rtl/rtl.h"

#define CMP_TAG_NODE 0x644e6d43u    /* 'CmNd' */
#define CMP_TAG_LIST 0x694c6d43u    /* 'CmLi' */
#define CMP_TAG_VALUE 0x61566d43u   /* 'CmVa' */
#define CMP_TAG_TEXT 0x78546d43u    /* 'CmTx' */
#define CMP_TAG_BUFFER 0x75426d43u  /* 'CmBu' */
#define CMP_TAG_NOTIFY 0x6f4e6d43u  /* 'CmNo' */
#define CMP_TAG_CALLBACK 0x62436d43u /* 'CmCb' */

#define CMP_NAME_LIMIT 512u         /* bytes of a key's name */
#define CMP_VALUE_NAME_LIMIT 32766u /* bytes of a value's name */
#define CMP_DATA_LIMIT 0x7FFFFFFFu  /* bytes of a value's data */
#define CMP_DEPTH_LIMIT 512u        /* levels below \Registry */

typedef struct CMP_VALUE {
    ULONG Hash; /* of the name without case */
    ULONG Type;
    ULONG DataBytes;
    USHORT NameBytes;
    __attribute__((aligned(8))) UCHAR Data[]; /* then, at an even offset, the name */
} CMP_VALUE;

/* Sorted by name without case. */
typedef struct CMP_LIST {
    struct CMP_NODE **Node;
    ULONG Count, Capacity;
} CMP_LIST;

#define CMP_VOLATILE 0x1u
#define CMP_LINK 0x2u
#define CMP_DELETED 0x4u
#define CMP_NO_DELETE 0x8u   /* Windows itself needs it */
#define CMP_NO_CREATE 0x10u  /* nor may keys be made right under it */
#define CMP_HIVED 0x20u      /* of a loaded hive, and not volatile */
#define CMP_HIVE_ROOT 0x40u  /* its first key */

typedef struct CMP_NODE {
    struct CMP_NODE *Parent; /* referenced, never changes; NULL: \Registry */
    UNICODE_STRING Name;     /* pool */
    UNICODE_STRING Class;    /* pool or empty */
    ULONG64 Id;              /* the storage's; 0: volatile, of a loaded hive, or \Registry */
    ULONG References;
    ULONG Flags;             /* CMP_* */
    ULONG Depth;
    LARGE_INTEGER LastWriteTime;
    SECURITY_DESCRIPTOR *Security; /* self-relative, pool; under CmpSecurityLock */
    CMP_LIST Child[2];       /* stable, then volatile: the order they are enumerated in */
    CMP_VALUE **Value;       /* in the order they were set first */
    ULONG ValueCount, ValueCapacity;
} CMP_NODE;

struct CMP_NOTIFY;
struct CMP_KEY_CONTEXT;

typedef struct CMP_KEY {
    CMP_NODE *Node;                  /* referenced; NULL: the open has failed */
    struct CMP_NOTIFY *Notify;       /* under CmpNotifyLock */
    struct CMP_KEY_CONTEXT *Context; /* what registry callbacks keep with it; under CmpContextLock
                                      */
    BOOLEAN Untold;       /* io's, for an operation callbacks know of already; never changes */
    UNICODE_STRING *Told; /* the name a callback was told, pool; NULL: none. Under the lock, never
                             changes */
} CMP_KEY;

extern CMP_NODE *CmpRoot;
extern ULONG64 CmpNextId;

/* ---- lock.c ---------------------------------------------------------------------------------- */

/* The lock. A machine that is starting has one thread and no KTHREAD: nothing to do then. */
void CmpAcquire(void);
void CmpRelease(void);
void CmpResetLocks(void);

/* Descriptors are read and replaced at DISPATCH_LEVEL, where ob holds a lock of its own; hence a
 * spin lock. */
extern KSPIN_LOCK CmpSecurityLock;

/* ---- tree.c: nodes; no storage, no notification ---------------------------------------------- */

LONG CmpCompareNames(const UNICODE_STRING *First, const UNICODE_STRING *Second);
/* Takes Security in any case; Parent gets a reference. Name is copied. The node has one reference
 * and is not linked. */
NTSTATUS CmpMakeNode(CMP_NODE *Parent, const UNICODE_STRING *Name, const UNICODE_STRING *Class,
    ULONG Flags, SECURITY_DESCRIPTOR *Security, CMP_NODE **Node);
void CmpReferenceNode(CMP_NODE *Node);
void CmpDereferenceNode(CMP_NODE *Node);
CMP_NODE *CmpFindChild(const CMP_NODE *Parent, const UNICODE_STRING *Name);
CMP_NODE *CmpChildAt(const CMP_NODE *Parent, ULONG Index); /* NULL: there are no more */
ULONG CmpChildCount(const CMP_NODE *Node);
NTSTATUS CmpReserveChild(CMP_NODE *Parent, ULONG Flags); /* so that linking a node with these flags
                                                            cannot fail */
void CmpLinkNode(CMP_NODE *Node);   /* the tree takes over the caller's reference */
void CmpUnlinkNode(CMP_NODE *Node); /* gives it back */
/* "\REGISTRY\MACHINE\…" into a pool string. */
NTSTATUS CmpPathOf(const CMP_NODE *Node, UNICODE_STRING *Path);
NTSTATUS CmpCopyText(const UNICODE_STRING *Text, UNICODE_STRING *Copy);
void CmpFreeText(UNICODE_STRING *Text);

/* ---- value.c: the same for values ------------------------------------------------------------ */

static inline UNICODE_STRING CmpValueName(const CMP_VALUE *Value)
{
    ULONG Offset = (Value->DataBytes + 1u) & ~1u;
    return (UNICODE_STRING){Value->NameBytes, Value->NameBytes,
        (WCHAR *)(ULONG_PTR)(const void *)(Value->Data + Offset)};
}

/* Index of a value, or the number of values. */
ULONG CmpFindValue(const CMP_NODE *Node, const UNICODE_STRING *Name);
NTSTATUS CmpMakeValue(
    const UNICODE_STRING *Name, ULONG Type, const void *Data, ULONG Bytes, CMP_VALUE **Value);
NTSTATUS CmpReserveValue(CMP_NODE *Node);
/* Puts Value where one of its name is, which is freed, or behind the last. Room has been
 * reserved. */
void CmpPutValue(CMP_NODE *Node, CMP_VALUE *Value);
void CmpDropValue(CMP_NODE *Node, ULONG Index);
void CmpFreeValues(CMP_NODE *Node);

/* ---- change.c: what services do to the tree: memory, storage, times, notifications ----------- */

/* Takes Security in any case. *Node is referenced for the caller. The name is free and valid. */
NTSTATUS CmpAddKey(CMP_NODE *Parent, const UNICODE_STRING *Name, const UNICODE_STRING *Class,
    ULONG Flags, SECURITY_DESCRIPTOR *Security, CMP_NODE **Node);
NTSTATUS CmpRemoveKey(CMP_NODE *Node); /* STATUS_CANNOT_DELETE: it has keys */
NTSTATUS CmpRenameKey(CMP_NODE *Node, const UNICODE_STRING *Name);
NTSTATUS CmpTouchKey(CMP_NODE *Node, LARGE_INTEGER Time);
NTSTATUS CmpSetValue(
    CMP_NODE *Node, const UNICODE_STRING *Name, ULONG Type, const void *Data, ULONG Bytes);
NTSTATUS CmpDeleteValue(CMP_NODE *Node, const UNICODE_STRING *Name);

/* ---- store.c: the storage -------------------------------------------------------------------- */

void CmpResetStorage(void);
NTSTATUS CmpLoadStorage(void);
NTSTATUS CmpStoreKey(CMP_NODE *Node); /* gives it its Id */
NTSTATUS CmpStoreDelete(const CMP_NODE *Node, LARGE_INTEGER Time);
NTSTATUS CmpStoreRename(const CMP_NODE *Node, const UNICODE_STRING *Name, LARGE_INTEGER Time);
NTSTATUS CmpStoreTouch(const CMP_NODE *Node, LARGE_INTEGER Time);
NTSTATUS CmpStoreValue(const CMP_NODE *Node, const CMP_VALUE *Value, LARGE_INTEGER Time);
NTSTATUS CmpStoreDeleteValue(const CMP_NODE *Node, const UNICODE_STRING *Name, LARGE_INTEGER Time);
NTSTATUS CmpStoreSecurity(const CMP_NODE *Node, SECURITY_DESCRIPTOR *Security);
NTSTATUS CmpStoreFlush(void);

/* ---- hive.c: keys of loaded hives ------------------------------------------------------------ */

void CmpResetHives(void);
CM_HIVE *CmpFindHive(const CMP_NODE *Node); /* NULL: it is in none */
void CmpNoteHiveChange(const CMP_NODE *Node);
/*
 * What was changed so far survives loss of power: in a loaded hive its own, otherwise all of the
 * registry. Without the lock.
 */
NTSTATUS CmpFlush(CMP_KEY *Key);

/* ---- security.c ------------------------------------------------------------------------------ */

SECURITY_DESCRIPTOR *CmpSecurityOf(void *Key);
SECURITY_DESCRIPTOR *CmpReplaceSecurity(void *Key, SECURITY_DESCRIPTOR *Descriptor);
/* Before and after it; the lock is held in between. */
NTSTATUS CmpBeginSecurity(void *Key, SECURITY_DESCRIPTOR *Descriptor);
void CmpEndSecurity(void *Key);
NTSTATUS CmpCopySecurity(CMP_NODE *Node, SECURITY_DESCRIPTOR **Copy);
NTSTATUS CmpCheckNode(CMP_NODE *Node, ACCESS_MASK Desired, KPROCESSOR_MODE Mode);
/* The descriptor of a new key, for the current thread's token. */
NTSTATUS CmpAssignSecurity(
    CMP_NODE *Parent, const SECURITY_DESCRIPTOR *Explicit, SECURITY_DESCRIPTOR **New);

/* ---- parse.c --------------------------------------------------------------------------------- */

#define CMP_CONTEXT_TAG 0x706d436bu

/* ParseContext of opens by cm's own services. Creates only with Create. */
typedef struct CMP_CONTEXT {
    ULONG Tag;
    ULONG Options;   /* REG_OPTION_* */
    BOOLEAN Create;
    BOOLEAN Created; /* out */
    ULONG_PTR Site;
    UNICODE_STRING Class;
    const SECURITY_DESCRIPTOR *Security;
    CMP_NODE *Node;  /* out: what was created, referenced */
} CMP_CONTEXT;

NTSTATUS CmpParse(void *Self, const OBJECT_TYPE *WantedType, OB_ACCESS *Access,
    UNICODE_STRING *CompleteName, UNICODE_STRING *Remaining, void *Context, void **Object);

/* Takes the next name off Rest; its Length 0: there is none. STATUS_INVALID_PARAMETER: too long. */
NTSTATUS CmpNextName(UNICODE_STRING *Rest, UNICODE_STRING *Name);
/* Where a link leads, then Rest: a new pool string. STATUS_OBJECT_NAME_NOT_FOUND: nowhere. */
NTSTATUS CmpResolveLink(const CMP_NODE *Link, const UNICODE_STRING *Rest, UNICODE_STRING *Path);

/* ---- path.c ---------------------------------------------------------------------------------- */

/* The node a path (as CmiSetValue's) leads to, referenced; what is missing is made. */
NTSTATUS CmpEnsurePath(const UNICODE_STRING *Path, CMP_NODE **Node);
/* Deletes a key with all that is in it. STATUS_CANNOT_DELETE: Windows needs some of it, and all is
 * there. Otherwise some may be gone. */
NTSTATUS CmpRemoveTree(CMP_NODE *Node);

/* ---- controlset.c ---------------------------------------------------------------------------- */

/* The number of the set this start is with, 1: there is none yet. */
ULONG CmpChooseControlSet(void);
/* Makes it the current one. Number: of a set that is there. */
NTSTATUS CmpStartControlSet(ULONG Number);

/* ---- object.c -------------------------------------------------------------------------------- */

NTSTATUS CmpCreateKeyType(void);
/* A key object without a node yet. */
NTSTATUS CmpMakeKeyObject(ULONG_PTR Site, CMP_KEY **Key);
/* The key object of a handle, whose access counts for UserMode only. */
NTSTATUS CmpReferenceKey(HANDLE Handle, ACCESS_MASK Needed, CMP_KEY **Key);
/* A value's name as its caller gave it: pool, Buffer NULL when empty; trailing zeros are not part
 * of it. */
NTSTATUS CmpCaptureValueName(const UNICODE_STRING *Name, UNICODE_STRING *Copy);

static inline BOOLEAN CmpIsDeleted(const CMP_KEY *Key)
{
    return (Key->Node->Flags & CMP_DELETED) != 0;
}

/* ---- answer.c: information on its way to a caller -------------------------------------------- */

#define CMP_ANSWER_LOCAL 256u

/*
 * What a service answers: a fixed part, then up to two pieces at offsets. The caller gets as much
 * as fits. Pieces point into the tree, so it is rendered under the lock and delivered after.
 */
typedef struct CMP_ANSWER {
    ULONG Minimum;  /* bytes without which nothing is written */
    ULONG Required; /* bytes of all of it */
    union {
        UCHAR Bytes[64];
        KEY_BASIC_INFORMATION Basic;
        KEY_NODE_INFORMATION Node;
        KEY_FULL_INFORMATION Full;
        KEY_NAME_INFORMATION Name;
        KEY_CACHED_INFORMATION Cached;
        KEY_VALUE_BASIC_INFORMATION ValueBasic;
        KEY_VALUE_FULL_INFORMATION ValueFull;
        KEY_VALUE_PARTIAL_INFORMATION ValuePartial;
        KEY_VALUE_PARTIAL_INFORMATION_ALIGN64 ValuePartial64;
    } Fixed;
    struct {
        ULONG Offset, Bytes;
        const void *From;
    } Piece[2];
    NTSTATUS Status; /* of the rendering: SUCCESS, BUFFER_OVERFLOW, BUFFER_TOO_SMALL,
                        INSUFFICIENT_RESOURCES */
    ULONG Used;      /* bytes rendered */
    UCHAR *Out;      /* Local or pool */
    UCHAR Local[CMP_ANSWER_LOCAL];
} CMP_ANSWER;

/* Whether the caller's buffers can be written to, for UserMode. */
NTSTATUS CmpProbeAnswer(const void *Buffer, ULONG Length, const ULONG *ResultLength);
/* Status: what describing the answer gave; kept when it is no success. Afterwards the answer needs
 * no lock. */
void CmpRender(CMP_ANSWER *Answer, ULONG Length, NTSTATUS Status);
/* To the caller; frees what rendering took. Returns what the service returns. */
NTSTATUS CmpDeliver(CMP_ANSWER *Answer, void *Buffer, ULONG *ResultLength);
NTSTATUS CmpDescribeValue(
    const CMP_VALUE *Value, KEY_VALUE_INFORMATION_CLASS Class, CMP_ANSWER *Answer);

/* What a service is asked about a key. */
typedef struct CMP_QUESTION {
    ACCESS_MASK Access;
    REG_NOTIFY_CLASS Pre, Post; /* what callbacks are told it is */
    void *Information;          /* of Pre's class, filled but for Object, its first member */
    void *Buffer;               /* the caller's, as ResultLength */
    ULONG Length;
    ULONG *ResultLength;
    ULONG Class;
    ULONG Index;                /* of a subkey or value */
    const UNICODE_STRING *Given; /* a value's name as the caller has it; NULL: none */
    UNICODE_STRING *Name; /* out: the same captured, pool; the service's to free */
    /* Renders the answer. Under the lock; the key is not deleted. */
    void (*Answer)(const CMP_NODE *Node, const struct CMP_QUESTION *Question, CMP_ANSWER *Answer);
} CMP_QUESTION;

/* From handle and buffers to answer, callbacks included. Returns what the service returns. */
NTSTATUS CmpAsk(HANDLE KeyHandle, const CMP_QUESTION *Question);

/* ---- notify.c -------------------------------------------------------------------------------- */

void CmpResetNotify(void);
/* Something of this kind (REG_NOTIFY_CHANGE_*) happened to Node. IRQL: up to DISPATCH_LEVEL. */
void CmpReportChange(const CMP_NODE *Node, ULONG Kind);
void CmpEndNotify(CMP_KEY *Key); /* the last handle is gone */

/* ---- callback.c ------------------------------------------------------------------------------ */

/* One operation as drivers' registry callbacks see it. Information: the structure of Pre's class,
 * filled. */
typedef struct CMP_OPERATION {
    REG_NOTIFY_CLASS Pre, Post;
    void *Object; /* the key; of a create or open the one it starts from, if any */
    void *Information;
    struct CMP_SEEN *Seen; /* who was told, with what they keep for the way back */
    ULONG SeenCount;
    BOOLEAN Bypassed;
} CMP_OPERATION;

void CmpResetCallbacks(void);
extern _Atomic ULONG CmpCallbackCount;
/* STATUS_SUCCESS: go on. Otherwise the operation is over; its status goes to CmpAfter all the
 * same. */
NTSTATUS CmpBeforeSlow(CMP_OPERATION *Operation);
/* What the service returns. Object: of a create or open, NULL if it failed. */
NTSTATUS CmpAfterSlow(CMP_OPERATION *Operation, void *Object, NTSTATUS Status);

static inline NTSTATUS CmpBefore(CMP_OPERATION *Operation)
{
    return __builtin_expect(CmpCallbackCount != 0, 0) ? CmpBeforeSlow(Operation) : STATUS_SUCCESS;
}

static inline NTSTATUS CmpAfter(CMP_OPERATION *Operation, void *Object, NTSTATUS Status)
{
    return __builtin_expect(Operation->Seen != NULL || Operation->Bypassed, 0)
        ? CmpAfterSlow(Operation, Object, Status) : Status;
}

BOOLEAN CmpIsCookie(LARGE_INTEGER Cookie);
/* The registration of that number, which stays until CmpReleaseCallback. NULL: none. */
struct CMP_CALLBACK *CmpHoldCallback(LONGLONG Cookie);
void CmpReleaseCallback(struct CMP_CALLBACK *Callback);
NTSTATUS CmpCallOne(const struct CMP_CALLBACK *Callback, REG_NOTIFY_CLASS Class, void *Information);
/* Tells that a key object's last handle is being closed. */
void CmpReportClose(CMP_KEY *Key);
/* Procedure of the type: descriptors and names of keys are operations, too. */
NTSTATUS CmpAroundKey(void *Key, OB_CALL *Call);

/* ---- keycontext.c: what callbacks keep with key objects -------------------------------------- */

void CmpResetContexts(void);
BOOLEAN CmpIsKeyObject(void *Object);
/* Of an object that may be NULL or no key. */
static inline BOOLEAN CmpIsUntold(void *Object)
{
    return Object != NULL && CmpIsKeyObject(Object) && ((const CMP_KEY *)Object)->Untold;
}
/* NULL: none, or Object is no key. */
void *CmpContextOf(void *Object, LONGLONG Cookie);
/* The key's last handle is gone, or the key itself: callbacks clean up what they keep. */
void CmpEndContexts(CMP_KEY *Key);
/* Callback is being unregistered; it cleans up everything. Nobody else calls it any more. */
void CmpDropContexts(const struct CMP_CALLBACK *Callback, LONGLONG Cookie);
