/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The system services drivers for x86 find by KeServiceDescriptorTable. What they import as ZwFoo
 * is a stub like Windows': its first instruction loads the service's number, and it goes on where
 * the table says. Who changes an entry sees drivers' calls; clients' have gates of their own and do
 * not come this way. The loader fills the table when a machine starts.
 */
#include "ke/servicetable.h"

#define KI_SERVICES 512u

ULONG_PTR KiServiceRoutines[KI_SERVICES] __attribute__((visibility("hidden"), used));
static UCHAR KiServiceArgumentBytes[KI_SERVICES];

/*
 * KeServiceDescriptorTable - a variable: the routines of the services, how many there are, and the
 * bytes of their arguments. There is one table; what would be that of windows is empty. Source:
 * INF, undocumented; OBS tests/kernel/ke/KeServiceDescriptorTable.c
 */
KI_SERVICE_TABLE KeServiceDescriptorTable[KI_SERVICE_TABLES];

#define KI_STUB_BYTES 16

/* A stub a service: mov $number, %eax; jmp. %edx is the callee's to change. */
extern const UCHAR KiServiceStubs[];
__asm__(".text\n.hidden KiServiceStubs\n.globl KiServiceStubs\n.type KiServiceStubs, "
        "@function\n.balign 16\nKiServiceStubs:\n"
        ".set number, 0\n.rept 512\n.byte 0xB8\n.long number\n jmp KiCallService\n.balign 16\n.set "
        "number, number + 1\n.endr\n"
        "KiCallService:\n call 1f\n1: pop %edx\n jmp *(KiServiceRoutines - 1b)(%edx, %eax, 4)\n"
        ".size KiServiceStubs, . - KiServiceStubs\n");

void KiResetServices(void)
{
    KeServiceDescriptorTable[0] = (KI_SERVICE_TABLE){
        .Base = KiServiceRoutines, .Number = KiServiceArgumentBytes};
    KeServiceDescriptorTable[1] = (KI_SERVICE_TABLE){0};
}

void KeAddService(const void *Routine, SHORT ArgumentBytes)
{
    const ULONG Number = KeServiceDescriptorTable[0].Limit;
    if (Number == KI_SERVICES)
        return;
    KiServiceRoutines[Number] = (ULONG_PTR)Routine;
    KiServiceArgumentBytes[Number] = (UCHAR)ArgumentBytes;
    KeServiceDescriptorTable[0].Limit++;
}

/* Drivers change entries: a service's number is that of its stub, whatever stands in the table by
 * now. */
const void *KeServiceStub(ULONG Number)
{
    return Number < KeServiceDescriptorTable[0].Limit ? KiServiceStubs + Number * KI_STUB_BYTES
                                                      : NULL;
}
