/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A program, unlike a driver, may not use I/O instructions: they fault in it as ever, and no device
 * of the machine hears of them.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "dotsys/port.h"

static sigjmp_buf back;
static unsigned accesses;

static void faulted(int signal)
{
    siglongjmp(back, signal);
}

static uint32_t read_port(void *context, uint16_t offset, unsigned bytes)
{
    (void)context, (void)offset, (void)bytes;
    accesses++;
    return 0;
}

static void write_port(void *context, uint16_t offset, unsigned bytes, uint32_t value)
{
    (void)context, (void)offset, (void)bytes, (void)value;
    accesses++;
}

static void programs_get_a_fault(void **state)
{
    const struct sigaction action = {.sa_handler = faulted};
    const dotsys_port_device device = {.size = sizeof(device),
        .name = "test",
        .base = 0x300,
        .count = 4,
        .read = read_port,
        .write = write_port};
    struct sigaction before;
    dotsys_machine *machine;

    (void)state;
    assert_int_equal(sigaction(SIGSEGV, &action, &before), 0);
    assert_int_equal(dotsys_machine_open(NULL, &machine), DOTSYS_OK);
    assert_int_equal(dotsys_port_attach(machine, &device), DOTSYS_OK);
    for (volatile int write = 0; write < 2; write++) {
        int signal = sigsetjmp(back, 1);
        if (signal == 0) {
            uint8_t byte = 0;
            if (write)
                __asm__ volatile("outb %0, %1" : : "a"(byte), "d"((uint16_t)0x300));
            else
                __asm__ volatile("inb %1, %0" : "=a"(byte) : "d"((uint16_t)0x300));
            fail_msg("the instruction was carried out");
        }
        assert_int_equal(signal, SIGSEGV);
    }
    assert_int_equal(accesses, 0);
    assert_int_equal(dotsys_machine_close(machine), 0);
    sigaction(SIGSEGV, &before, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(programs_get_a_fault)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
