/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The machine of a program that opens none itself: with DOTSYS_DRIVERS set (paths separated by
 * colons; it may be empty), the first Win32 call starts a machine inside the process, loads those
 * drivers in order and unloads them when the program exits. So a client written for Windows runs
 * against a driver without a line changed. DOTSYS_MACHINE names a machine directory to use: if it
 * is up and DOTSYS_DRIVERS is not set the program becomes one of its clients, otherwise it is
 * opened in the program and its services are started. With neither set, the default machine is used
 * if it is up. DOTSYS_OS chooses the Windows version; with DOTSYS_USER set to 1 the program acts as
 * an ordinary user; DOTSYS_DISK is a file or device to be PhysicalDrive0, read-only.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "host/host.h"
#include "dotsys/dotsys.h"
#include "numbers.h"
#include "served.h"
#include "services.h"

static pthread_mutex_t EmbeddedLock = PTHREAD_MUTEX_INITIALIZER;
static dotsys_machine *EmbeddedMachine;
static pid_t EmbeddedFor; /* the process that tried: a child of fork tries again */

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
            dotsys_status_name(Status) != NULL ? dotsys_status_name(Status) : "unknown status",
            dotsys_last_message());
}

static void EmbeddedOpen(void)
{
    const char *Drivers = getenv("DOTSYS_DRIVERS"), *User = getenv("DOTSYS_USER");
    const dotsys_options Options = {.size = sizeof(Options),
        .os = getenv("DOTSYS_OS"),
        .directory = getenv("DOTSYS_MACHINE"),
        .disk = getenv("DOTSYS_DISK"),
        .ordinary_user = User != NULL && strcmp(User, "1") == 0};
    bool Refused = false;
    if (Drivers == NULL && (served_connect(Options.directory, &Refused) || Refused))
        return;
    if (Drivers == NULL && Options.directory == NULL) {
        fprintf(stderr,
            "dotsys: no machine in this program: open one with dotsys_machine_open, set "
            "DOTSYS_DRIVERS to the "
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
    static bool Tried;

    pthread_mutex_lock(&EmbeddedLock);
    if (!Tried || (EmbeddedMachine == NULL && SysServed == NULL && EmbeddedFor != getpid())) {
        Tried = true;
        EmbeddedFor = getpid();
        EmbeddedOpen();
    }
    pthread_mutex_unlock(&EmbeddedLock);
}

__attribute__((constructor)) static void EmbeddedRegister(void)
{
    SysNoMachine = EmbeddedConnect;
}
