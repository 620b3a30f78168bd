/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A function driver and a bus driver with a device on it are started, used and stopped with one
 * allocation after the other failing, once and for good: nothing stops, and with memory again
 * everything can be taken down and started anew.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"
#include "dotsys/dotsys.h"

static char Folder[512];
static unsigned Findings;
static char LastFinding[512];

/* Which driver the devices on the bus have. */
static const char Database[] =
    "REGEDIT4\n[HKEY_LOCAL_"
    "MACHINE\\SYSTEM\\CurrentControlSet\\Control\\CriticalDeviceDatabase\\PNPBUS#Widget]\n"
    "\"Service\"=\"pnpfunc\"\n";

static void Quiet(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    (void)Line;
}

static void Note(void *Context, const dotsys_finding *Finding)
{
    (void)Context;
    Findings++;
    snprintf(LastFinding, sizeof(LastFinding), "%s", Finding->text);
}

static dotsys_status Start(dotsys_machine *Machine, const char *Name)
{
    char Path[600];
    snprintf(Path, sizeof(Path), "%s/%s.sys", Folder, Name);
    return dotsys_driver_start(Machine, Name, Path);
}

/* A device comes, moves its resources for another one, which comes, too, sleeps with the system,
 * and goes; so does that. */
static void UseBus(void)
{
    DWORD Slot = 1, Fixed = 6, Bytes;
    HANDLE Bus = CreateFileA(
        "\\\\.\\PnpBus", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (Bus == INVALID_HANDLE_VALUE)
        return;
    DeviceIoControl(Bus, 0x222000, &Slot, sizeof(Slot), NULL, 0, &Bytes, NULL);
    DeviceIoControl(Bus, 0x222000, &Fixed, sizeof(Fixed), NULL, 0, &Bytes, NULL);
    SysInitiatePowerAction(PowerActionSleep, PowerSystemSleeping3, 0, FALSE);
    DeviceIoControl(Bus, 0x222004, &Slot, sizeof(Slot), NULL, 0, &Bytes, NULL);
    DeviceIoControl(Bus, 0x222004, &Fixed, sizeof(Fixed), NULL, 0, &Bytes, NULL);
    CloseHandle(Bus);
}

static void Life(dotsys_machine *Machine)
{
    Start(Machine, "pnpfunc");
    Start(Machine, "pnpbus");
    UseBus();
    dotsys_driver_stop(Machine, "pnpfunc");
    dotsys_driver_stop(Machine, "pnpbus");
}

static BOOLEAN LifeWithFailure(LONG Number, BOOLEAN Forever)
{
    dotsys_machine *Machine;
    const char *Report;
    const dotsys_options Options = {.size = sizeof(Options), .log = Quiet, .finding = Note};
    Findings = 0;
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
    assert_int_equal(dotsys_registry_import_text(Machine, Database, sizeof(Database) - 1), 0);
    MmFailAllocation(Number, Forever);
    Life(Machine);
    BOOLEAN Reached = MmAllocationCount() >= (ULONG)Number;
    MmFailAllocation(-1, FALSE);
    if (dotsys_machine_stopped(Machine, &Report))
        fail_msg("allocation %d failing%s stopped the machine:\n%s", Number,
            Forever ? " for good" : "", Report);
    Life(Machine); /* what is left of the first life goes */
    assert_int_equal(Start(Machine, "pnpfunc"), 0);
    assert_int_equal(dotsys_driver_stop(Machine, "pnpfunc"), 0);
    dotsys_machine_close(Machine);
    if (Findings != 0 && strstr(LastFinding, "SymbolicLink") == NULL)
        fail_msg("allocation %d failing%s: %s", Number, Forever ? " for good" : "", LastFinding);
    return Reached;
}

static void EveryAllocationFailsOnce(void **State)
{
    LONG Number = 1;
    (void)State;
    while (LifeWithFailure(Number, FALSE))
        Number++;
    assert_true(Number > 100);
}

static void EveryAllocationFailsForGood(void **State)
{
    LONG Number = 1;
    (void)State;
    while (LifeWithFailure(Number, TRUE))
        Number++;
    assert_true(Number > 10);
}

int main(void)
{
    const struct CMUnitTest Tests[] = {
        cmocka_unit_test(EveryAllocationFailsOnce),
        cmocka_unit_test(EveryAllocationFailsForGood),
    };
    const char *Build = getenv("DOTSYS_TEST_BUILD");
    snprintf(Folder, sizeof(Folder), "%s/tests/kernel/x64", Build != NULL ? Build : "build");
    return cmocka_run_group_tests(Tests, NULL, NULL);
}
