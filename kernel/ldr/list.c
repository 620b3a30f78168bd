/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The images there are, in an array of slots. Readers take no lock: an image is found while its
 * slot's size is not zero. The size is written last when an image appears and first when it goes,
 * and a reader that matched looks at it again. A slot keeps its memory for the next image, so that
 * a reader that lost the race reads something stale, never something freed.
 */
#include "ldr/ldrp.h"

#include <string.h>
#include <strings.h>

typedef struct LDRP_SLOT {
    ULONG_PTR Base;
    SIZE_T Size; /* 0: not published */
    LDRP_IMAGE *Image;
} LDRP_SLOT;

KMUTEX LdrpMutex;

static LDRP_SLOT LdrpSlots[LDRP_MAX_IMAGES];
static ULONG LdrpSlotCount; /* slots ever used since start */
static ULONG LdrpSequence;  /* of the image published last */

/* ---- Slots, under LdrpMutex ----------------------------------------------------------------- */

NTSTATUS LdrpReserve(LDRP_IMAGE **Image)
{
    ULONG Slot = 0;

    while (Slot < LdrpSlotCount && LdrpSlots[Slot].Image->State != LDRP_FREE)
        Slot++;
    if (Slot == LDRP_MAX_IMAGES)
        return STATUS_INSUFFICIENT_RESOURCES;
    LDRP_IMAGE *Free = LdrpSlots[Slot].Image;
    if (Free == NULL) {
        Free = host_private_allocate(sizeof(*Free));
        if (Free == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        LdrpSlots[Slot].Image = Free;
        __atomic_store_n(&LdrpSlotCount, Slot + 1, __ATOMIC_RELEASE);
    }
    memset(Free, 0, sizeof(*Free));
    Free->Slot = Slot;
    Free->State = LDRP_LOADING;
    *Image = Free;
    return STATUS_SUCCESS;
}

void LdrpReturn(LDRP_IMAGE *Image)
{
    Image->State = LDRP_FREE;
}

LDRP_IMAGE *LdrpSlotImage(ULONG Slot)
{
    return Slot < LdrpSlotCount ? LdrpSlots[Slot].Image : NULL;
}

void LdrpFreeSlots(void)
{
    ULONG Count = LdrpSlotCount;

    __atomic_store_n(&LdrpSlotCount, 0, __ATOMIC_RELEASE);
    for (ULONG Slot = 0; Slot < Count; Slot++) {
        host_private_free(LdrpSlots[Slot].Image, sizeof(LDRP_IMAGE));
        memset(&LdrpSlots[Slot], 0, sizeof(LdrpSlots[Slot]));
    }
}

void LdrpPublish(LDRP_IMAGE *Image)
{
    LDRP_SLOT *Slot = &LdrpSlots[Image->Slot];

    Image->State = LDRP_LOADED;
    Image->Public.Sequence = ++LdrpSequence;
    __atomic_store_n(&Slot->Base, (ULONG_PTR)Image->Public.Base, __ATOMIC_RELAXED);
    __atomic_store_n(&Slot->Size, (SIZE_T)Image->PageCount * PAGE_SIZE, __ATOMIC_RELEASE);
    LdrpTellDebugger(Image, TRUE);
}

void LdrpUnpublish(LDRP_IMAGE *Image)
{
    LdrpTellDebugger(Image, FALSE);
    __atomic_store_n(&LdrpSlots[Image->Slot].Size, 0, __ATOMIC_SEQ_CST);
    Image->State = LDRP_LOADING;
}

LDRP_IMAGE *LdrpFindByPath(const char *HostPath)
{
    for (ULONG Slot = 0; Slot < LdrpSlotCount; Slot++) {
        LDRP_IMAGE *Image = LdrpSlots[Slot].Image;
        if (Image->State != LDRP_FREE && strcmp(Image->Public.HostPath, HostPath) == 0)
            return Image;
    }
    return NULL;
}

static BOOLEAN LdrpNameMatches(const LDRP_IMAGE *Image, const char *Name, BOOLEAN Stem)
{
    const char *Own = Image->Public.Name;

    if (!Stem)
        return strcasecmp(Own, Name) == 0;
    SIZE_T Length = strlen(Name);
    return strncasecmp(Own, Name, Length) == 0 && (Own[Length] == '.' || Own[Length] == 0) &&
           strchr(Own + Length + (Own[Length] != 0), '.') == NULL;
}

LDRP_IMAGE *LdrpFindByName(const char *Name, BOOLEAN Stem)
{
    for (ULONG Slot = 0; Slot < LdrpSlotCount; Slot++) {
        LDRP_IMAGE *Image = LdrpSlots[Slot].Image;
        if (Image->State != LDRP_FREE && LdrpNameMatches(Image, Name, Stem))
            return Image;
    }
    return NULL;
}

/* ---- Readers, without a lock ---------------------------------------------------------------- */

LDR_IMAGE *LdrFindImage(ULONG_PTR Address)
{
    ULONG Count = __atomic_load_n(&LdrpSlotCount, __ATOMIC_ACQUIRE);

    for (ULONG Index = 0; Index < Count; Index++) {
        LDRP_SLOT *Slot = &LdrpSlots[Index];
        SIZE_T Size = __atomic_load_n(&Slot->Size, __ATOMIC_ACQUIRE);
        ULONG_PTR Base = __atomic_load_n(&Slot->Base, __ATOMIC_ACQUIRE);
        if (Address - Base < Size && __atomic_load_n(&Slot->Size, __ATOMIC_ACQUIRE) == Size)
            return &Slot->Image->Public;
    }
    return NULL;
}

BOOLEAN LdrEnumerateImages(BOOLEAN (*Visit)(LDR_IMAGE *Image, void *Context), void *Context)
{
    ULONG Count = __atomic_load_n(&LdrpSlotCount, __ATOMIC_ACQUIRE);

    for (ULONG Index = 0; Index < Count; Index++) {
        LDRP_SLOT *Slot = &LdrpSlots[Index];
        if (__atomic_load_n(&Slot->Size, __ATOMIC_ACQUIRE) != 0 &&
            !Visit(&Slot->Image->Public, Context))
            return FALSE;
    }
    return TRUE;
}
