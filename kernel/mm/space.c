/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See space.h. The records lie outside the system range, where no driver reaches them. */
#include "mm/space.h"

#include <string.h>

#include "host/host.h"
#include "mm/vad.h"

int (*MmRunErrand)(const MM_SPACE *Space, const MM_ERRAND *Errand);

MM_SPACE *MmCreateSpace(ULONG ProcessId, BOOLEAN Wow64)
{
    MM_SPACE *Space = host_private_allocate(sizeof(*Space));
    if (Space == NULL)
        return NULL;
    Space->References = 1;
    Space->ProcessId = ProcessId;
    Space->Wow64 = Wow64;
    return Space;
}

void MmReferenceSpace(MM_SPACE *Space)
{
    Space->References++;
}

void MmDereferenceSpace(MM_SPACE *Space)
{
    if (Space == NULL || --Space->References != 0)
        return;
    MiEndSpaceMemory(Space);
    host_private_free(Space, sizeof(*Space));
}

NTSTATUS MmReadSpace(const MM_SPACE *Space, void *System, const void *User, SIZE_T Bytes)
{
    return host_process_read(Space->ProcessId, System, User, Bytes) == 0 ? STATUS_SUCCESS
                                                                         : STATUS_ACCESS_VIOLATION;
}

NTSTATUS MmWriteSpace(const MM_SPACE *Space, void *User, const void *System, SIZE_T Bytes)
{
    return host_process_write(Space->ProcessId, User, System, Bytes) == 0 ? STATUS_SUCCESS
                                                                          : STATUS_ACCESS_VIOLATION;
}

/* Where in a region User and the bytes behind it are. NULL: in none of this use. */
static MM_REGION *MiFindRegion(const void *User, SIZE_T Bytes, BOOLEAN Written)
{
    MM_REGIONS *Regions = KiHostThread->Regions;
    for (ULONG Index = 0; Regions != NULL && Index < Regions->Count; Index++) {
        MM_REGION *Region = &Regions->Region[Index];
        SIZE_T Offset = (ULONG_PTR)User - Region->Address;
        if (Offset < Region->Bytes && Bytes <= Region->Bytes - Offset && Region->Written == Written)
            return Region;
    }
    return NULL;
}

BOOLEAN MmReadRegion(void *System, const void *User, SIZE_T Bytes)
{
    const MM_REGION *Region = MiFindRegion(User, Bytes, FALSE);
    if (Region == NULL)
        return FALSE;
    memcpy(System, (const UCHAR *)Region->Data + ((ULONG_PTR)User - Region->Address), Bytes);
    return TRUE;
}

BOOLEAN MmWriteRegion(void *User, const void *System, SIZE_T Bytes)
{
    MM_REGION *Region = MiFindRegion(User, Bytes, TRUE);
    if (Region == NULL)
        return FALSE;
    const UCHAR Begin = (UCHAR)((ULONG_PTR)User - Region->Address), End = (UCHAR)(Begin + Bytes);
    memcpy((UCHAR *)Region->Data + Begin, System, Bytes);
    Region->Begin = Begin < Region->Begin ? Begin : Region->Begin;
    Region->End = End > Region->End ? End : Region->End;
    return TRUE;
}

BOOLEAN MmIsInRegion(const void *User)
{
    return MiFindRegion(User, 1, TRUE) != NULL || MiFindRegion(User, 1, FALSE) != NULL;
}
