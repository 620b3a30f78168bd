/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices at I/O ports, in memory and in PCI slots. Drivers reach ports with in and out
 * instructions, which trap, or with the READ_PORT and WRITE_PORT routines. The machine has an
 * MC146818 clock and CMOS memory at 0x70 and a PCI host bridge with its configuration ports at
 * 0xCF8; a program adds others, its own or from a library. docs/port-devices.md shows how.
 */
#ifndef DOTSYS_PORT_H
#define DOTSYS_PORT_H

#include "dotsys/dotsys.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * read and write are called for accesses that lie in [base, base + count) as a whole, offset being
 * relative to base, bytes 1, 2 or 4. Two threads may call at once: a device with state has a lock
 * of its own. They run in a signal handler: they may do nothing a signal handler may not (no
 * allocation, no stdio, no lock a thread could hold while it is interrupted inside a driver).
 */
typedef struct dotsys_port_device {
    size_t size;        /* sizeof(dotsys_port_device) */
    const char *name;   /* for reports; copied */
    uint16_t base;
    uint16_t count;
    /* NULL: reads as all ones */
    uint32_t (*read)(void *context, uint16_t offset, unsigned bytes);
    /* NULL: ignored */
    void (*write)(void *context, uint16_t offset, unsigned bytes, uint32_t value);
    void *context;
} dotsys_port_device;

/*
 * Plugs a device in; it stays until the machine closes. STATUS_CONFLICTING_ADDRESSES: another
 * device has one of the ports. STATUS_INVALID_PARAMETER: the description is wrong.
 * STATUS_INSUFFICIENT_RESOURCES: too many devices.
 */
DOTSYS_API dotsys_status dotsys_port_attach(
    dotsys_machine *machine, const dotsys_port_device *device);

/*
 * A device whose registers are memory, in [base, base + count), where base is a multiple of 4096:
 * drivers map it with MmMapIoSpace. read and write as above; bytes 1, 2, 4 or 8, as the driver's
 * instruction has them (one of 16 bytes comes as two). The rest of the last page reads as ones. The
 * range is no memory of the machine any more: 0xFEB00000 and above is a good place.
 */
typedef struct dotsys_memory_device {
    size_t size;        /* sizeof(dotsys_memory_device) */
    const char *name;   /* for reports; not kept */
    uint64_t base;
    uint64_t count;
    /* NULL: reads as all ones */
    uint64_t (*read)(void *context, uint64_t offset, unsigned bytes);
    /* NULL: ignored */
    void (*write)(void *context, uint64_t offset, unsigned bytes, uint64_t value);
    void *context;
} dotsys_memory_device;

/*
 * Plugs one in; it stays until the machine closes. To be done before drivers map the range.
 * Statuses of dotsys_port_attach; STATUS_CONFLICTING_ADDRESSES also where the machine has memory in
 * use.
 */
DOTSYS_API dotsys_status dotsys_memory_attach(
    dotsys_machine *machine, const dotsys_memory_device *device);

/*
 * A function in a slot of PCI bus 0. Drivers read config as it is and change the bits of it that
 * are set in writable: a base address register for 256 ports has config 1 (ports) and writable
 * 0xFFFFFF00, and so tells its size as PCI does. written, if not NULL, is called afterwards, under
 * the rules for dotsys_port_device: the registers of bytes at offset have changed.
 */
typedef struct dotsys_pci_function {
    size_t size;           /* sizeof(dotsys_pci_function) */
    uint8_t device;        /* 0 to 31; 0 is the host bridge's */
    uint8_t function;      /* 0 to 7 */
    uint8_t config[256];   /* little-endian, as PCI lays it out: vendor at 0, device at 2 … */
    uint8_t writable[256];
    void (*written)(void *context, uint16_t offset, unsigned bytes);
    void *context;
} dotsys_pci_function;

/*
 * Plugs a function in; it stays until the machine closes. STATUS_CONFLICTING_ADDRESSES: the slot is
 * taken.
 * STATUS_INVALID_PARAMETER: the description is wrong (a vendor of 0xFFFF is none).
 * STATUS_INSUFFICIENT_RESOURCES: too many.
 */
DOTSYS_API dotsys_status dotsys_pci_attach(
    dotsys_machine *machine, const dotsys_pci_function *function);

/*
 * A device asserts its interrupt line, 0 to 23, or no longer does. Drivers get line N as vector N
 * of HalGetInterruptVector and of the resources of a device. May be called anywhere, in read, write
 * and written too. STATUS_INVALID_PARAMETER: there is no such line.
 */
DOTSYS_API dotsys_status dotsys_interrupt_set(
    dotsys_machine *machine, unsigned line, bool asserted);

/*
 * A device reads or writes memory by itself, at addresses a driver has from its DMA adapter. May be
 * called anywhere, in read, write and written too. STATUS_INVALID_ADDRESS: a part of it is no
 * memory, or nobody's; what lies before it may have been copied.
 */
DOTSYS_API dotsys_status dotsys_memory_read(
    dotsys_machine *machine, uint64_t address, void *buffer, size_t bytes);
DOTSYS_API dotsys_status dotsys_memory_write(
    dotsys_machine *machine, uint64_t address, const void *buffer, size_t bytes);

/* What a library of devices is given: it need not be linked with dotsys. */
typedef struct dotsys_plugin_api {
    size_t size; /* of what follows, too: later versions add to the end */
    dotsys_machine *machine;
    dotsys_status (*port_attach)(dotsys_machine *machine, const dotsys_port_device *device);
    dotsys_status (*pci_attach)(dotsys_machine *machine, const dotsys_pci_function *function);
    dotsys_status (*interrupt_set)(dotsys_machine *machine, unsigned line, bool asserted);
    dotsys_status (*memory_read)(
        dotsys_machine *machine, uint64_t address, void *buffer, size_t bytes);
    dotsys_status (*memory_write)(
        dotsys_machine *machine, uint64_t address, const void *buffer, size_t bytes);
    dotsys_status (*memory_attach)(dotsys_machine *machine, const dotsys_memory_device *device);
} dotsys_plugin_api;

/*
 * A library exports dotsys_plugin, which plugs in its devices and returns DOTSYS_OK or why not;
 * what it has plugged in by then stays. arguments: never NULL. dotsys_unplug, if it exports that,
 * is called when the machine has closed.
 */
typedef dotsys_status (*dotsys_plugin_entry)(const dotsys_plugin_api *api, const char *arguments);
typedef void (*dotsys_unplug_entry)(void);

/*
 * Loads such a library. arguments may be NULL. STATUS_OBJECT_NAME_NOT_FOUND: it cannot be loaded,
 * STATUS_ENTRYPOINT_NOT_FOUND: it exports no dotsys_plugin; STATUS_INSUFFICIENT_RESOURCES: too
 * many; or what dotsys_plugin returned. dotsys_last_message says more.
 */
DOTSYS_API dotsys_status dotsys_port_load(
    dotsys_machine *machine, const char *path, const char *arguments);

#ifdef __cplusplus
}
#endif
#endif
