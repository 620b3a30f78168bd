/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Alignment checking in a program that embeds a machine: only its kernel and drivers are checked, a
 * misaligned access stops the machine and not the program, and a machine without the option checks
 * nothing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dotsys/dotsys.h"
#include "ke/kep.h"
#include "rtl/rtl.h"
#include "services.h"

#define IOCTL_READ_UNALIGNED 0x222000
#define IOCTL_READ           0x222004

static char driver_path[512];

static void quiet(void *context, const dotsys_log_line *line)
{
    (void)context;
    (void)line;
}

static dotsys_machine *open_machine(bool align)
{
    dotsys_machine *machine;
    const dotsys_options options = {.size = sizeof(options), .log = quiet, .align = align};
    assert_int_equal(dotsys_machine_open(&options, &machine), 0);
    assert_int_equal(dotsys_driver_start(machine, "misaligned", driver_path), 0);
    return machine;
}

static bool is_checked(void)
{
    return (KI_READ_FLAGS() & KI_EFLAGS_ALIGNMENT) != 0;
}

/* Ours to make on any machine. */
static uint32_t read_misaligned(const unsigned char *from)
{
    uint32_t value;
    __asm__ volatile("movl 1(%1), %0" : "=r"(value) : "r"(from) : "memory");
    return value;
}

static NTSTATUS control(ULONG code, unsigned char *data, ULONG size)
{
    static const WCHAR path[] = u"\\??\\Misaligned";
    UNICODE_STRING name = {sizeof(path) - sizeof(WCHAR), sizeof(path), (PWSTR)(uintptr_t)path};
    OBJECT_ATTRIBUTES attributes;
    IO_STATUS_BLOCK io_status;
    HANDLE handle;

    InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    NTSTATUS status = SysCreateFile(&handle, GENERIC_READ | GENERIC_WRITE | SYNCHRONIZE,
        &attributes, &io_status, NULL, 0, FILE_SHARE_READ | FILE_SHARE_WRITE, FILE_OPEN,
        FILE_SYNCHRONOUS_IO_NONALERT, NULL, 0);
    if (!NT_SUCCESS(status))
        return status;
    status = SysDeviceIoControlFile(
        handle, NULL, NULL, NULL, &io_status, code, data, size, data, size);
    SysClose(handle);
    return status;
}

static void a_misaligned_access_stops_the_machine_alone(void **state)
{
    unsigned char data[13] = {0, 7};
    const char *report;
    (void)state;

    dotsys_machine *machine = open_machine(true);
    assert_false(is_checked());
    assert_int_equal(control(IOCTL_READ_UNALIGNED, data, sizeof(data)), STATUS_SUCCESS);
    assert_int_equal(data[0], 7);
    assert_false(is_checked());
    assert_int_equal(read_misaligned(data), 0);
    assert_int_equal(control(IOCTL_READ, data, sizeof(data)), STATUS_HOST_DOWN);
    assert_false(is_checked());
    assert_true(dotsys_machine_stopped(machine, &report));
    assert_non_null(strstr(report, "misaligned read of 8 bytes at 0x"));
    assert_non_null(strstr(report, " by misaligned.sys+0x"));
    dotsys_machine_close(machine);
}

static void the_next_machine_checks_nothing(void **state)
{
    unsigned char data[13] = {0};
    (void)state;

    dotsys_machine_close(open_machine(true));
    dotsys_machine *machine = open_machine(false);
    assert_int_equal(control(IOCTL_READ, data, sizeof(data)), STATUS_SUCCESS);
    assert_false(dotsys_machine_stopped(machine, NULL));
    dotsys_machine_close(machine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_misaligned_access_stops_the_machine_alone),
        cmocka_unit_test(the_next_machine_checks_nothing),
    };
    const char *build = getenv("DOTSYS_TEST_BUILD");
    snprintf(driver_path, sizeof(driver_path), "%s/tests/kernel/x64/misaligned.sys",
        build != NULL ? build : "build");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
