/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A program that accesses ports itself, on x86: with a map a driver has given its process; without
 * one, or of ports that are not in it, it is the fault it is on any processor.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "client.h"

#define CMOS_FREE 0x40 /* a byte nobody uses */

static sigjmp_buf faulted;

static void on_fault(int number)
{
    siglongjmp(faulted, number);
}

static uint8_t port_in(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static uint16_t port_in_two(uint16_t port)
{
    uint16_t value;

    __asm__ volatile("inw %w1, %0" : "=a"(value) : "d"(port));
    return value;
}

/* Zero: the access was carried out; else the signal it was. */
static int reads(uint16_t port)
{
    int number = sigsetjmp(faulted, 1);

    if (number == 0)
        port_in(port);
    return number;
}

static int reads_two(uint16_t port)
{
    int number = sigsetjmp(faulted, 1);

    if (number == 0)
        port_in_two(port);
    return number;
}

static int open_machine(void **state)
{
    dotsys_options options = {.size = sizeof(options)};
    dotsys_machine *machine;
    char path[2048];

    signal(SIGSEGV, on_fault);
    snprintf(path, sizeof(path), "%s/tests/kernel/x86/giveio.sys", getenv("DOTSYS_TEST_BUILD"));
    dotsys_status status = dotsys_machine_open(&options, &machine);
    if (status == DOTSYS_OK)
        status = dotsys_driver_start(machine, "giveio", path);
    if (status != DOTSYS_OK)
        printf("# %s: %s\n", path, dotsys_last_message());
    *state = machine;
    return status != DOTSYS_OK;
}

static int close_machine(void **state)
{
    return dotsys_machine_close(*state);
}

static HANDLE open_ports(void)
{
    return CreateFileA("\\\\.\\GiveIo", GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL);
}

static void port_out(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void with_a_map(void **state)
{
    HANDLE ports = open_ports();

    (void)state;
    assert_true(ports != INVALID_HANDLE_VALUE);
    port_out(0x70, CMOS_FREE);
    port_out(0x71, 0xA5);
    port_out(0x70, CMOS_FREE);
    assert_int_equal(port_in(0x71), 0xA5);
    port_out(0x70, CMOS_FREE);
    port_out(0x71, 0);
    assert_int_equal(reads(0x71), 0);
    assert_int_equal(reads(0x72), SIGSEGV);     /* not in the map */
    assert_int_equal(reads_two(0x71), SIGSEGV); /* one of the two is not */
    assert_true(CloseHandle(ports));
    assert_int_equal(reads(0x71), SIGSEGV);
}

static void closing_takes_it_away(void **state)
{
    HANDLE ports = open_ports(), again;

    (void)state;
    assert_int_equal(reads(0x70), 0);
    again = open_ports();
    assert_true(again != INVALID_HANDLE_VALUE);
    assert_int_equal(reads(0x70), 0);
    assert_true(CloseHandle(again)); /* takes the map away: the driver counts nobody */
    assert_int_equal(reads(0x70), SIGSEGV);
    assert_true(CloseHandle(ports));
}

static void without_a_map(void **state)
{
    (void)state;
    assert_int_equal(reads(0x70), SIGSEGV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_map),
        cmocka_unit_test(with_a_map),
        cmocka_unit_test(closing_takes_it_away),
    };
    return cmocka_run_group_tests_name("client/io_map", tests, open_machine, close_machine);
}
