/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A device in memory, as a library: dotsys run --port mirror.so[,base=0xFEB00000][,irq=10]. It
 * turns what is in its buffer around and interrupts when that is done. Two pages; registers are 32
 * bits wide, the buffer takes any width:
 *
 *     0x00  ID       "MIRR"
 *     0x04  CONTROL  bit 0: interrupts are wanted
 *     0x08  STATUS   bit 0: done; writing a bit clears it
 *     0x0C  LENGTH   writing it turns that many bytes of the buffer around
 *     0x10  COUNT    64 bits: how often that has been done
 *     0x1000 …       the buffer, 4096 bytes
 *
 * Every access is made in a signal handler: the lock is held for a few instructions that nothing
 * can interrupt into this code again.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dotsys/port.h"

#define MIRROR_BUFFER 0x1000u
#define MIRROR_BYTES  0x1000u
#define MIRROR_ID     0x5252494Du
#define MIRROR_STATUS_INVALID_PARAMETER ((dotsys_status)0xC000000D)

enum { MIRROR_CONTROL = 0x04, MIRROR_STATUS = 0x08, MIRROR_LENGTH = 0x0C, MIRROR_COUNT = 0x10 };

static struct mirror {
    atomic_flag lock;
    dotsys_plugin_api api;
    unsigned irq;
    uint32_t control, status, length;
    uint64_t count;
    uint8_t buffer[MIRROR_BYTES];
} mirror = {.lock = ATOMIC_FLAG_INIT, .irq = 10};

static void mirror_lock(void)
{
    while (atomic_flag_test_and_set_explicit(&mirror.lock, memory_order_acquire))
        __builtin_ia32_pause();
}

static void mirror_unlock(void)
{
    atomic_flag_clear_explicit(&mirror.lock, memory_order_release);
}

static void mirror_turn(uint32_t length)
{
    mirror.length = length < MIRROR_BYTES ? length : MIRROR_BYTES;
    for (uint32_t i = 0; i < mirror.length / 2; i++) {
        uint8_t byte = mirror.buffer[i];
        mirror.buffer[i] = mirror.buffer[mirror.length - 1 - i];
        mirror.buffer[mirror.length - 1 - i] = byte;
    }
    mirror.count++;
    mirror.status |= 1;
}

static uint64_t mirror_read_register(uint64_t offset, unsigned bytes)
{
    if (offset == MIRROR_COUNT && bytes == 8)
        return mirror.count;
    if (bytes != 4)
        return ~(uint64_t)0; /* as one that does not decode such cycles */
    switch (offset) {
    case 0: return MIRROR_ID;
    case MIRROR_CONTROL: return mirror.control;
    case MIRROR_STATUS: return mirror.status;
    case MIRROR_LENGTH: return mirror.length;
    case MIRROR_COUNT: return (uint32_t)mirror.count;
    case MIRROR_COUNT + 4: return mirror.count >> 32;
    default: return 0;
    }
}

static uint64_t mirror_read(void *context, uint64_t offset, unsigned bytes)
{
    uint64_t value = 0;
    (void)context;
    mirror_lock();
    if (offset >= MIRROR_BUFFER)
        memcpy(&value, mirror.buffer + (offset - MIRROR_BUFFER), bytes);
    else
        value = mirror_read_register(offset, bytes);
    mirror_unlock();
    return value;
}

static void mirror_write(void *context, uint64_t offset, unsigned bytes, uint64_t value)
{
    (void)context;
    mirror_lock();
    if (offset >= MIRROR_BUFFER)
        memcpy(mirror.buffer + (offset - MIRROR_BUFFER), &value, bytes);
    else if (offset == MIRROR_CONTROL && bytes == 4)
        mirror.control = value & 1;
    else if (offset == MIRROR_STATUS && bytes == 4)
        mirror.status &= ~(uint32_t)value;
    else if (offset == MIRROR_LENGTH && bytes == 4)
        mirror_turn((uint32_t)value);
    mirror.api.interrupt_set(
        mirror.api.machine, mirror.irq, (mirror.control & mirror.status & 1) != 0);
    mirror_unlock();
}

/* One NAME=VALUE of the arguments. */
static bool mirror_take_argument(const char *argument, uint64_t *base)
{
    char *end;
    if (strncmp(argument, "base=", 5) == 0) {
        *base = strtoull(argument + 5, &end, 0);
        return *end == 0 && end != argument + 5;
    }
    if (strncmp(argument, "irq=", 4) != 0)
        return false;
    unsigned long number = strtoul(argument + 4, &end, 0);
    mirror.irq = (unsigned)number;
    return *end == 0 && end != argument + 4 && number < 24;
}

DOTSYS_API dotsys_status dotsys_plugin(const dotsys_plugin_api *api, const char *arguments);

dotsys_status dotsys_plugin(const dotsys_plugin_api *api, const char *arguments)
{
    dotsys_memory_device device = {.size = sizeof(device), .name = "mirror", .base = 0xFEB00000,
        .count = MIRROR_BUFFER + MIRROR_BYTES, .read = mirror_read, .write = mirror_write};
    char *copy = strdup(arguments), *rest = copy;
    bool right = copy != NULL && api->size >= sizeof(mirror.api);
    if (right)
        memcpy(&mirror.api, api, sizeof(mirror.api));
    for (char *argument; right && (argument = strsep(&rest, ",")) != NULL;) {
        if (argument[0] != 0 && !mirror_take_argument(argument, &device.base)) {
            fprintf(stderr,
                "mirror: %s: not an argument, or its value is wrong: base=NUMBER, irq=NUMBER\n",
                argument);
            right = false;
        }
    }
    free(copy);
    return right ? api->memory_attach(api->machine, &device) : MIRROR_STATUS_INVALID_PARAMETER;
}
