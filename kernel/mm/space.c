/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* See space.h. The records lie outside the system range, where no driver reaches them. */
#include "mm/space.h"

#include "host/host.h"

MM_SPACE *MmCreateSpace(ULONG ProcessId)
{
    MM_SPACE *Space = host_private_allocate(sizeof(*Space));
    if (Space == NULL)
        return NULL;
    Space->References = 1;
    Space->ProcessId = ProcessId;
    return Space;
}

void MmReferenceSpace(MM_SPACE *Space)
{
    Space->References++;
}

void MmDereferenceSpace(MM_SPACE *Space)
{
    if (Space != NULL && --Space->References == 0)
        host_private_free(Space, sizeof(*Space));
}

NTSTATUS MmReadSpace(const MM_SPACE *Space, void *System, const void *User, SIZE_T Bytes)
{
    return host_process_read(Space->ProcessId, System, User, Bytes) == 0 ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}

NTSTATUS MmWriteSpace(const MM_SPACE *Space, void *User, const void *System, SIZE_T Bytes)
{
    return host_process_write(Space->ProcessId, User, System, Bytes) == 0 ? STATUS_SUCCESS : STATUS_ACCESS_VIOLATION;
}
