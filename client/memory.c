/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* LocalAlloc and GlobalAlloc: fixed blocks of the program's own heap. Moveable ones are refused:
 * nothing here needs them. */
#include "client.h"

#include <stdlib.h>

static void *BasepAllocate(UINT Flags, SIZE_T Bytes)
{
    void *Block = NULL;

    if ((Flags & ~(UINT)LMEM_ZEROINIT) != LMEM_FIXED) {
        BasepFailWin32(ERROR_NOT_SUPPORTED);
        return NULL;
    }
    if (Bytes == 0) /* a block all the same, as on Windows */
        Bytes = 1;
    Block = (Flags & LMEM_ZEROINIT) != 0 ? calloc(1, Bytes) : malloc(Bytes);
    if (Block == NULL)
        BasepFailWin32(ERROR_NOT_ENOUGH_MEMORY);
    return Block;
}

HLOCAL WINAPI LocalAlloc(UINT uFlags, SIZE_T uBytes)
{
    return BasepAllocate(uFlags, uBytes);
}

HLOCAL WINAPI LocalFree(HLOCAL hMem)
{
    free(hMem);
    return NULL;
}

HGLOBAL WINAPI GlobalAlloc(UINT uFlags, SIZE_T dwBytes)
{
    return BasepAllocate(uFlags, dwBytes);
}

HGLOBAL WINAPI GlobalFree(HGLOBAL hMem)
{
    free(hMem);
    return NULL;
}
