/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices at I/O ports. Drivers reach them with in and out instructions, which trap, or with the READ_PORT and WRITE_PORT
 * routines. The machine has an MC146818 clock and CMOS memory at 0x70; a program adds others.
 */
#ifndef DOTSYS_PORT_H
#define DOTSYS_PORT_H

#include "dotsys/dotsys.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * read and write are called for accesses that lie in [base, base + count) as a whole, offset being relative to base, bytes 1, 2
 * or 4. Two threads may call at once: a device with state has a lock of its own. They run in a signal handler: they may do
 * nothing a signal handler may not (no allocation, no stdio, no lock a thread could hold while it is interrupted inside a driver).
 */
typedef struct dotsys_port_device {
    size_t size;        /* sizeof(dotsys_port_device) */
    const char *name;   /* for reports; copied */
    uint16_t base;
    uint16_t count;
    uint32_t (*read)(void *context, uint16_t offset, unsigned bytes);              /* NULL: reads as all ones */
    void (*write)(void *context, uint16_t offset, unsigned bytes, uint32_t value); /* NULL: ignored */
    void *context;
} dotsys_port_device;

/*
 * Plugs a device in; it stays until the machine closes. STATUS_CONFLICTING_ADDRESSES: another device has one of the ports.
 * STATUS_INVALID_PARAMETER: the description is wrong. STATUS_INSUFFICIENT_RESOURCES: too many devices.
 */
DOTSYS_API dotsys_status dotsys_port_attach(dotsys_machine *machine, const dotsys_port_device *device);

#ifdef __cplusplus
}
#endif
#endif
