/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Ranges of user memory that are to stay as accessible as they are, of all spaces, under
 * MiSecuredLock. */
#include "mm/mip.h"
#include "mm/vad.h"

typedef struct MI_SECURED {
    LIST_ENTRY Link;
    const struct MM_SPACE *Space;
    ULONG_PTR Base;
    SIZE_T Bytes;
} MI_SECURED;

static KSPIN_LOCK MiSecuredLock;
static LIST_ENTRY MiSecuredRanges = {&MiSecuredRanges, &MiSecuredRanges};

void MiResetSecured(void)
{
    MiSecuredLock = 0;
    MiSecuredRanges.Flink = MiSecuredRanges.Blink = &MiSecuredRanges;
}

void MiEndSecured(void)
{
    while (MiSecuredRanges.Flink != &MiSecuredRanges) {
        MI_SECURED *Secured = CONTAINING_RECORD(MiSecuredRanges.Flink, MI_SECURED, Link);
        MiUnlink(&Secured->Link);
        host_private_free(Secured, sizeof(*Secured));
    }
}

BOOLEAN MiIsSecured(const struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&MiSecuredLock);
    for (LIST_ENTRY *Link = MiSecuredRanges.Flink; !Found && Link != &MiSecuredRanges;
         Link = Link->Flink) {
        const MI_SECURED *Secured = CONTAINING_RECORD(Link, MI_SECURED, Link);
        Found = Secured->Space == Space && Secured->Base < Base + Bytes &&
            Base < Secured->Base + Secured->Bytes;
    }
    KiReleaseLock(&MiSecuredLock, Old);
    return Found;
}

void *MiSecure(struct MM_SPACE *Space, ULONG_PTR Base, SIZE_T Bytes)
{
    MI_SECURED *Secured = MmShouldFail() ? NULL : host_private_allocate(sizeof(*Secured));
    if (Secured == NULL)
        return NULL;
    Secured->Space = Space;
    Secured->Base = Base;
    Secured->Bytes = Bytes;
    KIRQL Old = KiAcquireLock(&MiSecuredLock);
    MiLink(&MiSecuredRanges, &Secured->Link);
    KiReleaseLock(&MiSecuredLock, Old);
    return Secured;
}

BOOLEAN MiUnsecure(void *Secure)
{
    BOOLEAN Found = FALSE;
    KIRQL Old = KiAcquireLock(&MiSecuredLock);
    for (LIST_ENTRY *Link = MiSecuredRanges.Flink; !Found && Link != &MiSecuredRanges;
         Link = Link->Flink)
        Found = CONTAINING_RECORD(Link, MI_SECURED, Link) == Secure;
    if (Found)
        MiUnlink(&((MI_SECURED *)Secure)->Link);
    KiReleaseLock(&MiSecuredLock, Old);
    if (Found)
        host_private_free(Secure, sizeof(MI_SECURED));
    return Found;
}
