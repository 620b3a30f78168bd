/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the tests of services share: a machine whose log lines about services are kept, copies of
 * the driver service.sys under names of their own, and short ways to install and start services.
 * DOTSYS_TEST_BUILD names the build folder.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "client.h"

#include "dotsys/dotsys.h"
#include "machine.h"
#include "scm/scm.h"

#define SERVICES "HKLM\\System\\CurrentControlSet\\Services\\"
#define CONTROL "HKLM\\System\\CurrentControlSet\\Control\\"

static __attribute__((unused)) dotsys_machine *Machine;
static char Log[4096];    /* "a started\n", what service.sys prints */
static char Report[4096]; /* what scm says */
static char Folder[64];
static unsigned Findings;

static __attribute__((unused)) void Append(char *Text, size_t Size, const char *Line)
{
    size_t Used = strlen(Text);
    snprintf(Text + Used, Size - Used, "%s\n", Line);
}

static __attribute__((unused)) void KeepLine(void *Context, const dotsys_log_line *Line)
{
    (void)Context;
    if (strcmp(Line->source, "scm") == 0)
        Append(Report, sizeof(Report), Line->text);
    else if (strstr(Line->text, " started") != NULL || strstr(Line->text, " stopped") != NULL)
        Append(Log, sizeof(Log), Line->text);
}

static __attribute__((unused)) void KeepFinding(void *Context, const dotsys_finding *Finding)
{
    (void)Context;
    Findings++;
    fprintf(stderr, "finding: %s\n", Finding->text);
}

static __attribute__((unused)) void OpenMachineAs(bool User)
{
    const dotsys_options Options = {
        .size = sizeof(Options), .log = KeepLine, .finding = KeepFinding, .ordinary_user = User};
    Log[0] = Report[0] = 0;
    Findings = 0;
    assert_int_equal(dotsys_machine_open(&Options, &Machine), 0);
}

static __attribute__((unused)) int OpenMachine(void **State)
{
    (void)State;
    OpenMachineAs(false);
    return 0;
}

static __attribute__((unused)) int CloseMachine(void **State)
{
    (void)State;
    dotsys_machine_close(Machine);
    return Findings != 0;
}

/* ---- drivers as files ------------------------------------------------------------------------ */

static const char *BuildFolder(void)
{
    const char *Build = getenv("DOTSYS_TEST_BUILD");
    return Build != NULL ? Build : "build";
}

static __attribute__((unused)) void CopyOnHost(const char *From, const char *To)
{
    static char Buffer[1 << 20];
    FILE *In = fopen(From, "rb"), *Out = fopen(To, "wb");
    assert_non_null(In);
    assert_non_null(Out);
    size_t Bytes = fread(Buffer, 1, sizeof(Buffer), In);
    assert_int_equal(fwrite(Buffer, 1, Bytes, Out), Bytes);
    fclose(In);
    fclose(Out);
}

static __attribute__((unused)) int MakeFolder(void **State)
{
    (void)State;
    snprintf(Folder, sizeof(Folder), "/tmp/dotsys-scm-XXXXXX");
    return mkdtemp(Folder) == NULL;
}

static __attribute__((unused)) int RemoveFolder(void **State)
{
    char Command[128];
    (void)State;
    snprintf(Command, sizeof(Command), "rm -rf '%s'", Folder);
    return system(Command) != 0;
}

/* Z:\… of a copy of service.sys that is called Name.sys. */
static const char *Image(const char *Name)
{
    static char Path[256];
    char From[512], To[128];
    snprintf(From, sizeof(From), "%s/tests/kernel/x64/service.sys", BuildFolder());
    snprintf(To, sizeof(To), "%s/%s.sys", Folder, Name);
    if (access(To, R_OK) != 0)
        CopyOnHost(From, To);
    snprintf(Path, sizeof(Path), "Z:\\tmp\\%s\\%s.sys", Folder + strlen("/tmp/"), Name);
    return Path;
}

/* ---- services -------------------------------------------------------------------------------- */

static __attribute__((unused)) SC_HANDLE Manager(void)
{
    SC_HANDLE Handle = OpenSCManagerA(NULL, NULL, SC_MANAGER_ALL_ACCESS);
    assert_non_null(Handle);
    return Handle;
}

static __attribute__((unused)) SC_HANDLE OpenIt(const char *Name)
{
    SC_HANDLE All = Manager(), Service = OpenServiceA(All, Name, SERVICE_ALL_ACCESS);
    assert_true(CloseServiceHandle(All));
    return Service;
}

/* NULL for what a service has none of; Depend: as CreateService takes it. */
typedef struct INSTALL {
    DWORD Start, Error;
    const char *Group, *Depend;
} INSTALL;

static __attribute__((unused)) void Install(const char *Name, INSTALL Wanted)
{
    SC_HANDLE All = Manager();
    SC_HANDLE Service = CreateServiceA(All, Name, NULL, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER,
        Wanted.Start, Wanted.Error, Image(Name), Wanted.Group, NULL, Wanted.Depend, NULL, NULL);
    if (Service == NULL)
        fail_msg("%s cannot be installed: error %u", Name, (unsigned)GetLastError());
    assert_true(CloseServiceHandle(Service));
    assert_true(CloseServiceHandle(All));
}

static __attribute__((unused)) void SetNumber(const char *Key, const char *Name, DWORD Number)
{
    assert_int_equal(
        dotsys_registry_set(Machine, Key, Name, REG_DWORD, &Number, sizeof(Number)), 0);
}

static __attribute__((unused)) void SetServiceNumber(
    const char *Service, const char *Name, DWORD Number)
{
    char Key[256];
    snprintf(Key, sizeof(Key), SERVICES "%s", Service);
    SetNumber(Key, Name, Number);
}

/* 0, or the error. */
static __attribute__((unused)) DWORD StartIt(const char *Name)
{
    SC_HANDLE Service = OpenIt(Name);
    if (Service == NULL)
        return GetLastError();
    DWORD Error = StartServiceA(Service, 0, NULL) ? 0 : GetLastError();
    CloseServiceHandle(Service);
    return Error;
}

static __attribute__((unused)) DWORD StopIt(const char *Name)
{
    SERVICE_STATUS Status;
    SC_HANDLE Service = OpenIt(Name);
    if (Service == NULL)
        return GetLastError();
    DWORD Error = ControlService(Service, SERVICE_CONTROL_STOP, &Status) ? 0 : GetLastError();
    CloseServiceHandle(Service);
    return Error;
}

static __attribute__((unused)) SERVICE_STATUS StatusOf(const char *Name)
{
    SERVICE_STATUS Status = {0};
    SC_HANDLE Service = OpenIt(Name);
    assert_non_null(Service);
    assert_true(QueryServiceStatus(Service, &Status));
    assert_true(CloseServiceHandle(Service));
    return Status;
}
