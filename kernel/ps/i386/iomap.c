/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Which map of ports a process has; what is in the maps is ke's. */
#include "ke/servicetable.h"
#include "ps/psp.h"

static void PspSetIoMap(void *Process, ULONG MapNumber)
{
    __atomic_store_n(&((EPROCESS *)Process)->IoMap, (UCHAR)MapNumber, __ATOMIC_RELEASE);
}

/* Of the thread's own process; it may be in a signal handler. */
static BOOLEAN PspHasIoMap(void)
{
    return __atomic_load_n(&PsiCurrentThread()->Owner->IoMap, __ATOMIC_ACQUIRE) != 0;
}

void PspInitializeIoMaps(void)
{
    KeSetProcessIoMap = PspSetIoMap;
    KeHasIoMap = PspHasIoMap;
}
