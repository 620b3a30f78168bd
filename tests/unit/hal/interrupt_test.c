/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A line a driver has switched off: what comes meanwhile comes when it is switched on again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "dotsys/port.h"
#include "hal/firmware.h"
#include "io/io.h"
#include "ke/interrupt.h"

#define QUIET 5u
#define OTHER 6u

static dotsys_machine *machine;
static _Atomic unsigned served[KI_INTERRUPT_LINES];

static BOOLEAN NTAPI serve(KINTERRUPT *interrupt, void *context)
{
    (void)interrupt;
    unsigned line = (unsigned)(ULONG_PTR)context;
    dotsys_interrupt_set(machine, line, false);
    served[line]++;
    return TRUE;
}

static void await(unsigned line, unsigned count)
{
    for (unsigned turn = 0; served[line] < count;)
        KiSpin(&turn);
}

static KINTERRUPT *connect_line(unsigned line)
{
    KINTERRUPT *interrupt = NULL;
    assert_int_equal(
        IoConnectInterrupt(&interrupt, serve, (void *)(ULONG_PTR)line, NULL, KiVectorOfLine(line),
            KiIrqlOfLine(line), KiIrqlOfLine(line), LevelSensitive, FALSE, 1, FALSE),
        STATUS_SUCCESS);
    return interrupt;
}

/* When a line has been served that was asserted twice, one after the other, all lines have been
 * looked at in between. */
static void pass_by_all(void)
{
    for (unsigned round = 0; round < 2; round++) {
        unsigned before = served[OTHER];
        dotsys_interrupt_set(machine, OTHER, true);
        await(OTHER, before + 1);
    }
}

static NTSTATUS switch_off_and_on(void *arguments)
{
    (void)arguments;
    KINTERRUPT *quiet = connect_line(QUIET), *other = connect_line(OTHER);
    dotsys_interrupt_set(machine, QUIET, true);
    await(QUIET, 1);
    HalDisableSystemInterrupt(KiVectorOfLine(QUIET), KiIrqlOfLine(QUIET));
    dotsys_interrupt_set(machine, QUIET, true);
    pass_by_all();
    assert_int_equal(served[QUIET], 1);
    assert_true(
        HalEnableSystemInterrupt(KiVectorOfLine(QUIET), KiIrqlOfLine(QUIET), LevelSensitive));
    await(QUIET, 2);
    /* Connecting lets them through, too. */
    IoDisconnectInterrupt(quiet);
    HalDisableSystemInterrupt(KiVectorOfLine(QUIET), KiIrqlOfLine(QUIET));
    quiet = connect_line(QUIET);
    dotsys_interrupt_set(machine, QUIET, true);
    await(QUIET, 3);
    assert_false(HalEnableSystemInterrupt(0, 0, Latched));
    assert_false(HalEnableSystemInterrupt(KiVectorOfLine(KI_INTERRUPT_LINES), 0, Latched));
    IoDisconnectInterrupt(quiet);
    IoDisconnectInterrupt(other);
    return STATUS_SUCCESS;
}

static void switched_off_and_on(void **state)
{
    (void)state;
    assert_int_equal(dotsys_machine_open(NULL, &machine), DOTSYS_OK);
    assert_int_equal(KeEnterKernel(switch_off_and_on, NULL, KernelMode), STATUS_SUCCESS);
    assert_int_equal(dotsys_machine_close(machine), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(switched_off_and_on)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
