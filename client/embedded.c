/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The machine of a program that opens none itself: with DOTSYS_DRIVERS set (paths separated by colons; it may be empty), the
 * first Win32 call starts a machine inside the process, loads those drivers in order and unloads them when the program exits.
 * So a client written for Windows runs against a driver without a line changed. DOTSYS_MACHINE names a machine directory to
 * use, whose services are started, instead of a throw-away machine; DOTSYS_OS chooses the Windows version; with DOTSYS_USER
 * set to 1 the program acts as an ordinary user; DOTSYS_DISK is a file or device to be PhysicalDrive0, read-only.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "host/host.h"
#include "dotsys/dotsys.h"
#include "services.h"

static pthread_once_t EmbeddedOnce = PTHREAD_ONCE_INIT;
static dotsys_machine *EmbeddedMachine;

static void EmbeddedClose(void)
{
    const char *Report;
    host_faults_renew();
    if (dotsys_machine_stopped(EmbeddedMachine, &Report))
        fprintf(stderr, "%s", Report);
    dotsys_machine_close(EmbeddedMachine);
}

/* "/path/hello.sys" is service "hello". */
static void EmbeddedStart(const char *Path)
{
    char Name[64];
    const char *Slash = strrchr(Path, '/');
    snprintf(Name, sizeof(Name), "%s", Slash != NULL ? Slash + 1 : Path);
    char *Dot = strrchr(Name, '.');
    if (Dot != NULL)
        *Dot = 0;
    dotsys_status Status = dotsys_driver_start(EmbeddedMachine, Name, Path);
    if (Status != DOTSYS_OK)
        fprintf(stderr, "dotsys: %s did not load: %s: %s\n", Path,
            dotsys_status_name(Status) != NULL ? dotsys_status_name(Status) : "unknown status", dotsys_last_message());
}

static void EmbeddedOpen(void)
{
    const char *Drivers = getenv("DOTSYS_DRIVERS"), *User = getenv("DOTSYS_USER");
    const dotsys_options Options = {.size = sizeof(Options),
        .os = getenv("DOTSYS_OS"),
        .directory = getenv("DOTSYS_MACHINE"),
        .disk = getenv("DOTSYS_DISK"),
        .ordinary_user = User != NULL && strcmp(User, "1") == 0};
    if (Drivers == NULL && Options.directory == NULL) {
        fprintf(stderr, "dotsys: no machine in this program: open one with dotsys_machine_open, set DOTSYS_DRIVERS to the "
                        "drivers to load, or DOTSYS_MACHINE to a machine directory\n");
        return;
    }
    dotsys_status Status = dotsys_machine_open(&Options, &EmbeddedMachine);
    if (Status != DOTSYS_OK) {
        fprintf(stderr, "dotsys: %s\n", dotsys_last_message());
        return;
    }
    atexit(EmbeddedClose);
    char *List = strdup(Drivers != NULL ? Drivers : ""), *Rest = List;
    for (char *Path = strsep(&Rest, ":"); List != NULL && Path != NULL; Path = strsep(&Rest, ":")) {
        if (Path[0] != 0)
            EmbeddedStart(Path);
    }
    free(List);
}

static void EmbeddedConnect(void)
{
    pthread_once(&EmbeddedOnce, EmbeddedOpen);
}

__attribute__((constructor)) static void EmbeddedRegister(void)
{
    SysNoMachine = EmbeddedConnect;
}
