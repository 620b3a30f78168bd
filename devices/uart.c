/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A 16550A serial port as a library of devices: dotsys run --port
 * uart.so[,base=0x3f8][,irq=4][,file=PATH]. What is sent goes to the file, or to standard error;
 * nothing comes in but in loopback mode. Baud rates there are none of: a byte is sent when it is
 * written. With irq= the line is asserted while the interrupt register says that something is
 * pending.
 *
 * Every access is made in a signal handler: write is the only call, and the lock is held for a few
 * instructions that nothing can interrupt into this code again.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dotsys/port.h"

#define UART_PORTS 8
#define UART_FIFO 16
#define UART_NO_IRQ ~0u
#define UART_STATUS_INVALID_PARAMETER ((dotsys_status)0xC000000D)

enum { RBR_THR = 0, IER = 1, IIR_FCR = 2, LCR = 3, MCR = 4, LSR = 5, MSR = 6, SCR = 7 };
enum { IER_RECEIVED = 0x01, IER_SENT = 0x02 };
enum { IIR_NONE = 0x01, IIR_SENT = 0x02, IIR_RECEIVED = 0x04, IIR_FIFO = 0xC0 };
enum { FCR_ENABLE = 0x01, FCR_CLEAR_RECEIVED = 0x02 };
enum { LCR_DIVISOR = 0x80 };
enum { MCR_DTR = 0x01, MCR_RTS = 0x02, MCR_OUT1 = 0x04, MCR_OUT2 = 0x08, MCR_LOOPBACK = 0x10 };
enum { LSR_DATA = 0x01, LSR_OVERRUN = 0x02, LSR_THR_EMPTY = 0x20, LSR_IDLE = 0x40 };
enum { MSR_CTS = 0x10, MSR_DSR = 0x20, MSR_RING = 0x40, MSR_CARRIER = 0x80 };

static struct uart {
    atomic_flag lock;
    int output;
    dotsys_status (*interrupt_set)(dotsys_machine *machine, unsigned line, bool asserted);
    dotsys_machine *machine;
    unsigned irq; /* UART_NO_IRQ: none */
    uint8_t divisor[2], ier, lcr, mcr, scratch;
    bool fifo_on, overrun, sent_pending;
    uint8_t received[UART_FIFO];
    unsigned first, count; /* of received; one byte without FIFO */
} uart = {.lock = ATOMIC_FLAG_INIT, .irq = UART_NO_IRQ, .output = STDERR_FILENO, .divisor = {1, 0}};

static void uart_receive(uint8_t byte)
{
    unsigned room = uart.fifo_on ? UART_FIFO : 1;
    if (uart.count == room) {
        uart.overrun = true;
        if (!uart.fifo_on)
            uart.received[uart.first] = byte; /* the holding register is overwritten, a FIFO is not
                                               */
        return;
    }
    uart.received[(uart.first + uart.count++) % UART_FIFO] = byte;
}

static uint8_t uart_take(void)
{
    uint8_t byte = uart.received[uart.first];
    if (uart.count > 0) {
        uart.first = (uart.first + 1) % UART_FIFO;
        uart.count--;
    }
    return byte;
}

static uint8_t uart_line_status(void)
{
    uint8_t status = LSR_THR_EMPTY | LSR_IDLE;
    if (uart.count > 0)
        status |= LSR_DATA;
    if (uart.overrun)
        status |= LSR_OVERRUN;
    uart.overrun = false; /* until it is read */
    return status;
}

/* In loopback the four outputs are the four inputs. */
static uint8_t uart_modem_status(void)
{
    if (!(uart.mcr & MCR_LOOPBACK))
        return MSR_CTS | MSR_DSR | MSR_CARRIER;
    return (uint8_t)((uart.mcr & MCR_RTS ? MSR_CTS : 0) | (uart.mcr & MCR_DTR ? MSR_DSR : 0) |
        (uart.mcr & MCR_OUT1 ? MSR_RING : 0) | (uart.mcr & MCR_OUT2 ? MSR_CARRIER : 0));
}

static uint8_t uart_interrupt(void)
{
    uint8_t fifo = uart.fifo_on ? IIR_FIFO : 0;
    if ((uart.ier & IER_RECEIVED) && uart.count > 0)
        return fifo | IIR_RECEIVED;
    if ((uart.ier & IER_SENT) && uart.sent_pending) {
        uart.sent_pending = false;
        return fifo | IIR_SENT;
    }
    return fifo | IIR_NONE;
}

static uint8_t uart_read_register(unsigned reg)
{
    bool divisor = (uart.lcr & LCR_DIVISOR) != 0;
    switch (reg) {
    case RBR_THR: return divisor ? uart.divisor[0] : uart_take();
    case IER: return divisor ? uart.divisor[1] : uart.ier;
    case IIR_FCR: return uart_interrupt();
    case LCR: return uart.lcr;
    case MCR: return uart.mcr;
    case LSR: return uart_line_status();
    case MSR: return uart_modem_status();
    default: return uart.scratch;
    }
}

/* A byte for the line: true when it is to be put out. */
static bool uart_send(uint8_t byte)
{
    uart.sent_pending = true;
    if (!(uart.mcr & MCR_LOOPBACK))
        return true;
    uart_receive(byte);
    return false;
}

static void uart_control_fifo(uint8_t value)
{
    bool on = (value & FCR_ENABLE) != 0;
    if (on != uart.fifo_on || (on && (value & FCR_CLEAR_RECEIVED)))
        uart.first = uart.count = 0;
    uart.fifo_on = on;
}

static bool uart_write_register(unsigned reg, uint8_t value)
{
    bool divisor = (uart.lcr & LCR_DIVISOR) != 0;
    switch (reg) {
    case RBR_THR:
        if (!divisor)
            return uart_send(value);
        uart.divisor[0] = value;
        break;
    case IER:
        if (divisor) {
            uart.divisor[1] = value;
        } else {
            if (!(uart.ier & IER_SENT) && (value & IER_SENT))
                uart.sent_pending = true; /* enabling it says at once that there is room */
            uart.ier = value & 0x0F;
        }
        break;
    case IIR_FCR: uart_control_fifo(value); break;
    case LCR: uart.lcr = value; break;
    case MCR: uart.mcr = value & 0x1F; break;
    case SCR: uart.scratch = value; break;
    default: break; /* status is read-only */
    }
    return false;
}

/* The line follows what the interrupt register would say. */
static void uart_update_line(void)
{
    bool pending = ((uart.ier & IER_RECEIVED) && uart.count > 0) ||
        ((uart.ier & IER_SENT) && uart.sent_pending);
    if (uart.irq != UART_NO_IRQ)
        uart.interrupt_set(uart.machine, uart.irq, pending);
}

static void uart_lock(void)
{
    /* Whoever has it may have been preempted. */
    for (unsigned turn = 1; atomic_flag_test_and_set_explicit(&uart.lock, memory_order_acquire);
         turn++) {
        if (turn % 64 == 0)
            sched_yield();
        else
            __builtin_ia32_pause();
    }
}

static void uart_unlock(void)
{
    atomic_flag_clear_explicit(&uart.lock, memory_order_release);
}

static uint32_t uart_read(void *context, uint16_t offset, unsigned bytes)
{
    uint32_t value = 0;
    (void)context;
    uart_lock();
    for (unsigned i = 0; i < bytes; i++)
        value |= (uint32_t)uart_read_register(offset + i) << i * 8;
    uart_update_line();
    uart_unlock();
    return value;
}

static void uart_write(void *context, uint16_t offset, unsigned bytes, uint32_t value)
{
    int before = errno; /* the code that was interrupted may be about to look at it */
    (void)context;
    for (unsigned i = 0; i < bytes; i++) {
        uint8_t byte = (uint8_t)(value >> i * 8);
        uart_lock();
        bool out = uart_write_register(offset + i, byte);
        uart_update_line();
        uart_unlock();
        if (out && write(uart.output, &byte, 1) != 1)
            continue; /* a line nobody listens to */
    }
    errno = before;
}

/* One NAME=VALUE of the arguments. */
static bool uart_take_argument(const char *argument, uint16_t *base)
{
    char *end;
    if (strncmp(argument, "base=", 5) == 0) {
        unsigned long number = strtoul(argument + 5, &end, 0);
        if (*end != 0 || number > 0x10000 - UART_PORTS)
            return false;
        *base = (uint16_t)number;
        return true;
    }
    if (strncmp(argument, "irq=", 4) == 0) {
        unsigned long number = strtoul(argument + 4, &end, 0);
        uart.irq = (unsigned)number;
        return *end == 0 && end != argument + 4 && number < 24 && uart.interrupt_set != NULL;
    }
    if (strncmp(argument, "file=", 5) == 0) {
        uart.output = open(argument + 5, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
        return uart.output >= 0;
    }
    return false;
}

DOTSYS_API dotsys_status dotsys_plugin(const dotsys_plugin_api *api, const char *arguments);
DOTSYS_API void dotsys_unplug(void);

dotsys_status dotsys_plugin(const dotsys_plugin_api *api, const char *arguments)
{
    dotsys_port_device device = {.size = sizeof(device),
        .name = "uart", .base = 0x3F8, .count = UART_PORTS, .read = uart_read, .write = uart_write};
    char *copy = strdup(arguments), *rest = copy;
    uart.machine = api->machine;
    if (api->size >= sizeof(*api))
        uart.interrupt_set = api->interrupt_set;
    bool right = copy != NULL;
    for (char *argument; right && (argument = strsep(&rest, ",")) != NULL;) {
        if (argument[0] != 0 && !uart_take_argument(argument, &device.base)) {
            fprintf(stderr,
                "uart: %s: not an argument, or its value is wrong: base=NUMBER, irq=NUMBER, "
                "file=PATH\n",
                argument);
            right = false;
        }
    }
    free(copy);
    return right ? api->port_attach(api->machine, &device) : UART_STATUS_INVALID_PARAMETER;
}

void dotsys_unplug(void)
{
    if (uart.output > STDERR_FILENO)
        close(uart.output);
}
