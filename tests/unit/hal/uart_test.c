/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Libraries of devices, by the serial port that comes with dotsys: loading and what can be wrong
 * with that, the 16550A's registers, and several threads at it at once. DOTSYS_TEST_BUILD names the
 * build folder it is in.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "hal/hal.h"

#define BASE 0x3F8u

static dotsys_machine *Machine;
static char Library[512], Output[64], Arguments[128];

static void Quiet(void *Context, const dotsys_log_line *Line)
{
    (void)Context, (void)Line;
}

static int SetUp(void **State)
{
    const dotsys_options Options = {.size = sizeof(Options), .log = Quiet};
    const char *Build = getenv("DOTSYS_TEST_BUILD");
    (void)State;
    snprintf(Library, sizeof(Library), "%s/devices/uart.so", Build != NULL ? Build : "build");
    snprintf(Output, sizeof(Output), "/tmp/dotsys-uart-%d", (int)getpid());
    snprintf(Arguments, sizeof(Arguments), "file=%s", Output);
    return dotsys_machine_open(&Options, &Machine) == DOTSYS_OK ? 0 : -1;
}

static int TearDown(void **State)
{
    (void)State;
    unlink(Output);
    return dotsys_machine_close(Machine) == 0 ? 0 : -1;
}

static void Put(ULONG Register, UCHAR Value)
{
    HaliWritePort((USHORT)(BASE + Register), 1, Value);
}

static ULONG Get(ULONG Register)
{
    return HaliReadPort((USHORT)(BASE + Register), 1);
}

static void WhatCannotBeLoaded(void **State)
{
    (void)State;
    assert_int_equal(
        dotsys_port_load(Machine, "/nonexistent.so", NULL), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_non_null(strstr(dotsys_last_message(), "/nonexistent.so"));
    assert_int_equal(dotsys_port_load(Machine, "libm.so.6", NULL), STATUS_ENTRYPOINT_NOT_FOUND);
    assert_int_equal(dotsys_port_load(Machine, Library, "base=0x70"), STATUS_CONFLICTING_ADDRESSES);
    assert_int_equal(dotsys_port_load(Machine, Library, "base=0xFFFF"), STATUS_INVALID_PARAMETER);
    assert_int_equal(dotsys_port_load(Machine, Library, "speed=9600"), STATUS_INVALID_PARAMETER);
    assert_int_equal(HaliReadPort(BASE + 7, 1), 0xFF); /* nothing is there */
}

static void Registers(void **State)
{
    (void)State;
    assert_int_equal(dotsys_port_load(Machine, Library, Arguments), DOTSYS_OK);
    assert_int_equal(Get(5), 0x60); /* room, and nothing came */
    Put(7, 0x5A);
    assert_int_equal(Get(7), 0x5A);
    Put(3, 0x83); /* the divisor instead of data */
    Put(0, 12);
    Put(1, 1);
    assert_int_equal(HaliReadPort(BASE, 2), 0x010C);
    Put(3, 0x03);
    assert_int_equal(Get(1), 0);
    assert_int_equal(Get(2), 0x01); /* no interrupt pending, no FIFO */
    assert_int_equal(Get(6), 0xB0);
    Put(1, 0x02);
    assert_int_equal(Get(2), 0x02); /* there is room: said once */
    assert_int_equal(Get(2), 0x01);
}

static void Loopback(void **State)
{
    (void)State;
    assert_int_equal(dotsys_port_load(Machine, Library, Arguments), DOTSYS_OK);
    Put(4, 0x10 | 0x02); /* RTS comes back as CTS */
    assert_int_equal(Get(6), 0x10);
    Put(0, 'a');
    assert_int_equal(Get(5), 0x61);
    Put(0, 'b'); /* one byte is held: the first is lost */
    assert_int_equal(Get(5), 0x63);
    assert_int_equal(Get(5), 0x61); /* an overrun is said once */
    assert_int_equal(Get(0), 'b');
    assert_int_equal(Get(5), 0x60);
    Put(2, 0x01);
    Put(1, 0x01);
    for (UCHAR Byte = 0; Byte < 20; Byte++)
        Put(0, Byte);
    assert_int_equal(Get(2), 0xC4); /* data, in a FIFO */
    assert_int_equal(Get(5), 0x63); /* which holds 16 and keeps the first */
    for (UCHAR Byte = 0; Byte < 16; Byte++)
        assert_int_equal(Get(0), Byte);
    assert_int_equal(Get(5), 0x60);
    assert_int_equal(Get(2), 0xC1);
}

#define THREADS 4
#define BYTES 2000

static void *Sender(void *Context)
{
    for (int Index = 0; Index < BYTES; Index++)
        Put(0, *(const UCHAR *)Context);
    return NULL;
}

static void WhatIsSentIsInTheFile(void **State)
{
    static const UCHAR Letter[THREADS] = "wxyz";
    pthread_t Thread[THREADS];
    unsigned Found[256] = {0};
    (void)State;
    assert_int_equal(dotsys_port_load(Machine, Library, Arguments), DOTSYS_OK);
    for (int Index = 0; Index < THREADS; Index++)
        pthread_create(&Thread[Index], NULL, Sender, (void *)(ULONG_PTR)&Letter[Index]);
    for (int Index = 0; Index < THREADS; Index++)
        pthread_join(Thread[Index], NULL);
    FILE *File = fopen(Output, "r");
    assert_non_null(File);
    for (int Byte; (Byte = getc(File)) != EOF;)
        Found[Byte]++;
    fclose(File);
    for (int Index = 0; Index < THREADS; Index++)
        assert_int_equal(Found[Letter[Index]], BYTES);
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test_setup_teardown(WhatCannotBeLoaded, SetUp, TearDown),
        cmocka_unit_test_setup_teardown(Registers, SetUp, TearDown),
        cmocka_unit_test_setup_teardown(Loopback, SetUp, TearDown),
        cmocka_unit_test_setup_teardown(WhatIsSentIsInTheFile, SetUp, TearDown),
    };
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
