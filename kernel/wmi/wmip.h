/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Shared by the files of kernel/wmi only.
 *
 * WmipLock guards the lists of providers and open blocks and what providers have answered. Requests
 * go to drivers with no lock held; a provider that is Busy stays.
 */
#pragma once

#include "ke/ke.h"
#include "wmi/wmi.h"

#define WMIP_TAG 0x70696D57u /* 'Wmip' */
#define WMIP_ALIGN(Bytes) (((Bytes) + 7u) & ~7u)

/* One block of a provider. Static names are those of a list, or Base with a number. */
typedef struct WMIP_SET {
    GUID Guid;
    ULONG Flags; /* WMIREG_FLAG_ */
    ULONG InstanceCount;
    UNICODE_STRING Base;  /* in the answer, or of the device: pool */
    const UCHAR *List;    /* in the answer: counted strings; NULL: the names are not in a list */
    BOOLEAN Underscore;   /* between base and number */
    DEVICE_OBJECT *Pdo;   /* not referenced: only compared. NULL: names are no device's */
} WMIP_SET;

/* What a provider once answered. Stays with the provider; only the newest that knows a GUID counts
 * for it. */
typedef struct WMIP_ANSWER {
    struct WMIP_ANSWER *Older; /* NULL also where this one replaces all before it */
    struct WMIP_ANSWER *Before; /* the one to free next */
    UCHAR *Raw; /* what the driver wrote; pool */
    ULONG Count;
    WMIP_SET Set[];
} WMIP_ANSWER;

typedef struct WMIP_PROVIDER {
    LIST_ENTRY Link;
    DEVICE_OBJECT *Device; /* referenced */
    ULONG Id;
    ULONG Busy;         /* requests under way, and the list; the last one frees it */
    BOOLEAN Listed;
    BOOLEAN Blocked;    /* no requests any more */
    WMIP_ANSWER *Answer; /* newest; NULL: none yet */
} WMIP_PROVIDER;

/*
 * Who has a block open. Not the object itself: an event being delivered keeps this, and whoever
 * closes the block hears of no event that is not with its callback already. Under WmipLock.
 */
typedef struct WMIP_OPENER {
    LIST_ENTRY Link; /* in WmipOpeners, unless Closed */
    GUID Guid;
    ULONG Access; /* WMIGUID_ */
    WMI_NOTIFICATION_CALLBACK Callback; /* NULL: none */
    void *Context;
    ULONG References;
    BOOLEAN Closed;
} WMIP_OPENER;

/* An open block: the body of an object. */
typedef struct WMIP_BLOCK {
    GUID Guid;
    ULONG Access; /* WMIGUID_ */
    WMIP_OPENER *Opener;
} WMIP_BLOCK;

/* A block of a provider that is Busy for it. */
typedef struct WMIP_TARGET {
    WMIP_PROVIDER *Provider;
    const WMIP_SET *Set;
} WMIP_TARGET;

extern KSPIN_LOCK WmipLock;
extern LIST_ENTRY WmipProviders, WmipOpeners;

static inline BOOLEAN WmipSame(const GUID *One, const GUID *Other)
{
    return __builtin_memcmp(One, Other, sizeof(*One)) == 0;
}

/* ---- providers (provider.c, answer.c) -------------------------------------------------------- */

void WmipResetProviders(void);
/* Those with the block, in the order they registered, in pool; *Count 0 and *Targets NULL:
 * nobody. */
NTSTATUS WmipFindTargets(const GUID *Guid, WMIP_TARGET **Targets, ULONG *Count);
void WmipReleaseTargets(WMIP_TARGET *Targets, ULONG Count);
BOOLEAN WmipIsKnown(const GUID *Guid);
/* The block of the provider with this identifier; FALSE: none. Given back with WmipLeave. */
BOOLEAN WmipFindTarget(ULONG ProviderId, const GUID *Guid, WMIP_TARGET *Target);
void WmipLeave(WMIP_PROVIDER *Provider);
/* Returns when every provider has been asked what it has. Not from within such a request. */
void WmipSettle(void);
/* A driver is gone. */
void WmipForgetDriver(const DRIVER_OBJECT *Driver);

/* ---- callbacks (callback.c) ------------------------------------------------------------------ */

void WmipResetCallbacks(void);
/* IoWMIRegistrationControl for the structure of a callback; Action: without the flag that says
 * so. */
NTSTATUS WmipControlCallback(const void *Registration, ULONG Action);
/* A driver is gone. */
void WmipForgetCallbacks(const DRIVER_OBJECT *Driver);

/* Takes Raw, also when it fails; Bytes: of it. INVALID_PARAMETER: what the driver wrote makes no
 * sense. */
NTSTATUS WmipReadAnswer(UCHAR *Raw, ULONG Bytes, BOOLEAN OwnPdo, WMIP_ANSWER **Answer);
void WmipFreeAnswers(WMIP_ANSWER *Answer);
const WMIP_SET *WmipFindSet(const WMIP_ANSWER *Answer, const GUID *Guid);

/* ---- names (name.c) -------------------------------------------------------------------------- */

BOOLEAN WmipHasNames(const WMIP_SET *Set);
/* What to say in requests about instances of the block: WNODE_FLAG_STATIC_INSTANCE_NAMES, or
 * nothing. */
ULONG WmipNameFlags(const WMIP_SET *Set);
/* Bytes of an instance's name, and the name, not terminated. */
USHORT WmipNameBytes(const WMIP_SET *Set, ULONG Index);
void WmipCopyName(const WMIP_SET *Set, ULONG Index, void *To);
/* A pool copy, for the caller to free. */
NTSTATUS WmipMakeName(const WMIP_SET *Set, ULONG Index, ULONG_PTR Site, UNICODE_STRING *Name);
BOOLEAN WmipFindName(const WMIP_SET *Set, const UNICODE_STRING *Name, ULONG *Index);

/* ---- requests (request.c) -------------------------------------------------------------------- */

NTSTATUS WmipSend(const WMIP_PROVIDER *Provider, UCHAR Minor, void *DataPath, ULONG Bytes,
    void *Buffer, ULONG_PTR *Information);
void WmipFillHeader(WNODE_HEADER *Header, ULONG Bytes, const WMIP_TARGET *Target, ULONG Flags);
/*
 * Sends a request with a WNODE, Used bytes at Request, in a buffer of Room bytes, and returns what
 * came back: a pool block of *AnswerRoom bytes, whose BufferSize is not larger. Once: a buffer too
 * small is BUFFER_TOO_SMALL, with *AnswerRoom what the driver wants; otherwise the driver is asked
 * again with a larger one. On failure there is no block.
 */
NTSTATUS WmipAsk(const WMIP_TARGET *Target, UCHAR Minor, const void *Request, ULONG Used,
    ULONG Room, BOOLEAN Once, WNODE_HEADER **Answer, ULONG *AnswerRoom);
/* Whether an offset and a length lie within a WNODE of so many bytes. */
static inline BOOLEAN WmipWithin(ULONG Offset, ULONG Bytes, ULONG Room)
{
    return Offset <= Room && Bytes <= Room - Offset;
}

/* ---- blocks (block.c), queries (query.c), events (event.c), tracing (etw.c) ------------------ */

NTSTATUS WmipCreateBlocks(void);
void WmipReleaseOpener(WMIP_OPENER *Opener);
/* A referenced block, or OBJECT_TYPE_MISMATCH. */
NTSTATUS WmipReferenceBlock(void *Object, WMIP_BLOCK **Block);
/* The provider has answered: blocks of it that somebody has open already are enabled. It is
 * Busy. */
void WmipEnableNew(WMIP_PROVIDER *Provider);
/*
 * Who has an instance of that name, Busy. Skip: so many that keep the names themselves, and may not
 * have it, have been tried. WMI_INSTANCE_NOT_FOUND, WMI_GUID_DISCONNECTED, INSUFFICIENT_RESOURCES.
 */
NTSTATUS WmipFindInstance(
    const GUID *Guid, const UNICODE_STRING *Name, ULONG Skip, WMIP_TARGET *Target, ULONG *Index);
/* WNODE_SINGLE_INSTANCE of an instance of the target, with its name; pool. Name: what its driver
 * knows it by, or NULL. */
NTSTATUS WmipQueryInstance(
    const WMIP_TARGET *Target, const UNICODE_STRING *Name, ULONG Index, WNODE_HEADER **Wnode);
void WmipResetInstances(void);
void EtwpInitialize(void);
void EtwpForgetDriver(const DRIVER_OBJECT *Driver);
