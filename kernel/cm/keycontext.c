/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What registry callbacks keep with key objects: a pointer of the driver's per callback and object.
 * Each is given back by one call of the callback for cleaning up, when the object's last handle is
 * closed or the callback is unregistered.
 *
 * CmpContextLock, a spin lock, guards the list of all and the objects' own; who takes an entry out
 * of both cleans up.
 */
#include "cm/cmp.h"

typedef struct CMP_KEY_CONTEXT {
    LIST_ENTRY Link;              /* of all */
    struct CMP_KEY_CONTEXT *Next; /* of the same key object */
    CMP_KEY *Key;
    LONGLONG Cookie;
    void *Context;
} CMP_KEY_CONTEXT;

static KSPIN_LOCK CmpContextLock;
static LIST_ENTRY CmpContextList;

void CmpResetContexts(void)
{
    CmpContextLock = 0;
    InitializeListHead(&CmpContextList);
}

BOOLEAN CmpIsKeyObject(void *Object)
{
    return Object != NULL && ObiGetType(Object) == CmKeyObjectType &&
        ((CMP_KEY *)Object)->Node != NULL;
}

/* Where the pointer to the entry is; what it points to is NULL when there is none. */
static CMP_KEY_CONTEXT **CmpFindContextLocked(CMP_KEY *Key, LONGLONG Cookie)
{
    CMP_KEY_CONTEXT **At = &Key->Context;
    while (*At != NULL && (*At)->Cookie != Cookie)
        At = &(*At)->Next;
    return At;
}

static CMP_KEY_CONTEXT *CmpTakeContextLocked(CMP_KEY_CONTEXT **At)
{
    CMP_KEY_CONTEXT *Entry = *At;
    *At = Entry->Next;
    RemoveEntryList(&Entry->Link);
    return Entry;
}

void *CmpContextOf(void *Object, LONGLONG Cookie)
{
    if (!CmpIsKeyObject(Object))
        return NULL;
    KIRQL Old = KiAcquireLock(&CmpContextLock);
    const CMP_KEY_CONTEXT *Entry = *CmpFindContextLocked(Object, Cookie);
    void *Context = Entry != NULL ? Entry->Context : NULL;
    KiReleaseLock(&CmpContextLock, Old);
    return Context;
}

static void CmpCleanUp(const struct CMP_CALLBACK *Callback, const CMP_KEY_CONTEXT *Entry)
{
    REG_CALLBACK_CONTEXT_CLEANUP_INFORMATION Information = {Entry->Key, Entry->Context, NULL};
    CmpCallOne(Callback, RegNtCallbackObjectContextCleanup, &Information);
}

void CmpEndContexts(CMP_KEY *Key)
{
    for (;;) {
        KIRQL Old = KiAcquireLock(&CmpContextLock);
        CMP_KEY_CONTEXT *Entry = Key->Context != NULL ? CmpTakeContextLocked(&Key->Context) : NULL;
        KiReleaseLock(&CmpContextLock, Old);
        if (Entry == NULL)
            return;
        struct CMP_CALLBACK *Callback = CmpHoldCallback(Entry->Cookie);
        if (Callback != NULL) {
            CmpCleanUp(Callback, Entry);
            CmpReleaseCallback(Callback);
        }
        ExiFree(Entry);
    }
}

/*
 * The next entry of a callback, with its key referenced; keys that are being deleted give theirs up
 * themselves.
 */
static CMP_KEY_CONTEXT *CmpTakeOneOf(LONGLONG Cookie)
{
    CMP_KEY_CONTEXT *Taken = NULL;
    KIRQL Old = KiAcquireLock(&CmpContextLock);
    for (LIST_ENTRY *Link = CmpContextList.Flink; Link != &CmpContextList && Taken == NULL;
         Link = Link->Flink) {
        CMP_KEY_CONTEXT *Entry = CONTAINING_RECORD(Link, CMP_KEY_CONTEXT, Link);
        if (Entry->Cookie == Cookie && ObiReferenceSafe(Entry->Key))
            Taken = CmpTakeContextLocked(CmpFindContextLocked(Entry->Key, Cookie));
    }
    KiReleaseLock(&CmpContextLock, Old);
    return Taken;
}

void CmpDropContexts(const struct CMP_CALLBACK *Callback, LONGLONG Cookie)
{
    CMP_KEY_CONTEXT *Entry;
    while ((Entry = CmpTakeOneOf(Cookie)) != NULL) {
        CmpCleanUp(Callback, Entry);
        ObfDereferenceObject(Entry->Key);
        ExiFree(Entry);
    }
}

/* New: to be entered, NULL: none. Returns what is to be freed. */
static CMP_KEY_CONTEXT *CmpExchangeContext(CMP_KEY *Key, LONGLONG Cookie, CMP_KEY_CONTEXT *New)
{
    KIRQL Old = KiAcquireLock(&CmpContextLock);
    CMP_KEY_CONTEXT **At = CmpFindContextLocked(Key, Cookie);
    CMP_KEY_CONTEXT *Before = *At != NULL ? CmpTakeContextLocked(At) : NULL;
    if (New != NULL) {
        New->Next = Key->Context;
        Key->Context = New;
        InsertTailList(&CmpContextList, &New->Link);
    }
    KiReleaseLock(&CmpContextLock, Old);
    return Before;
}

/*
 * CmSetCallbackObjectContext - has a registry callback's driver keep something with a key object.
 * The callback finds it in what it is told of that object, and is told to clean it up when the
 * object's last handle is closed, or when it is unregistered.
 *
 * NewContext: NULL: nothing any more. OldContext: optional; what was there, which is the caller's
 *          again.
 * IRQL:    up to APC_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: Cookie, or Object is no key; INSUFFICIENT_RESOURCES: what
 *          was there stays.
 * Source:  DOC wdm/CmSetCallbackObjectContext; INF the failures' statuses; OBS
 *          tests/kernel/cm/CmSetCallbackObjectContext.c
 */
NTSTATUS NTAPI CmSetCallbackObjectContext(
    void *Object, LARGE_INTEGER *Cookie, void *NewContext, void **OldContext)
{
    CMP_KEY_CONTEXT *New = NULL;
    ULONG_PTR Site = EX_CALLER;
    struct CMP_CALLBACK *Callback = CmpIsKeyObject(Object) ? CmpHoldCallback(Cookie->QuadPart)
                                                           : NULL;
    if (Callback == NULL)
        return STATUS_INVALID_PARAMETER;
    if (NewContext != NULL) {
        New = ExiAllocate(NonPagedPoolNx, sizeof(*New), CMP_TAG_CALLBACK, Site);
        if (New == NULL) {
            CmpReleaseCallback(Callback);
            return STATUS_INSUFFICIENT_RESOURCES;
        }
        *New = (CMP_KEY_CONTEXT){.Key = Object, .Cookie = Cookie->QuadPart, .Context = NewContext};
    }
    CMP_KEY_CONTEXT *Before = CmpExchangeContext(Object, Cookie->QuadPart, New);
    if (OldContext != NULL)
        *OldContext = Before != NULL ? Before->Context : NULL;
    if (Before != NULL)
        ExiFree(Before);
    CmpReleaseCallback(Callback);
    return STATUS_SUCCESS;
}
