/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * dynamic.c - loads and unloads a driver at run time, through the service control manager. For
 * administrators only.
 *
 *     install NAME PATH [START]  CreateService; START: boot, system, auto, demand (the default) or
 *                                disabled
 *     start NAME                 StartService
 *     stop NAME                  ControlService
 *     delete NAME                DeleteService
 *     status NAME                QueryServiceStatus
 *     load NAME PATH             install and start; a service that does not start is deleted again
 *     unload NAME                stop and delete
 *
 * Several, with "and" between them, are done one after the other until one fails.
 *
 * Exit status: 0, 1 if Windows refused, 2 if the command line is wrong.
 * One source for Windows and for Linux, 32 and 64 bits.
 */
#include <stdio.h>
#include <string.h>

#include <windows.h>
#include <winsvc.h>

#define REPORT_PROGRAM "dynamic"
#include "../../report.h"

static int usage(void)
{
    fprintf(stderr, "Usage: dynamic install NAME PATH [boot|system|auto|demand|disabled]\n"
                    "       dynamic start|stop|delete|status NAME\n"
                    "       dynamic load NAME PATH\n"
                    "       dynamic unload NAME\n"
                    "Several, with \"and\" between them, are done one after the other.\n");
    return 2;
}

/* ---- Handles -------------------------------------------------------------------------------- */

static SC_HANDLE open_manager(DWORD access)
{
    SC_HANDLE manager = OpenSCManagerA(NULL, NULL, access);

    if (manager == NULL)
        report_error("OpenSCManager");
    return manager;
}

static BOOL close_service(SC_HANDLE handle)
{
    if (CloseServiceHandle(handle))
        return TRUE;
    report_error("CloseServiceHandle");
    return FALSE;
}

static SC_HANDLE open_service(const char *name, DWORD access)
{
    SC_HANDLE manager, service;

    manager = open_manager(SC_MANAGER_CONNECT);
    if (manager == NULL)
        return NULL;
    service = OpenServiceA(manager, name, access);
    if (service == NULL)
        report_error("OpenService");
    close_service(manager);
    return service;
}

/* ---- Commands ------------------------------------------------------------------------------- */

static const char *state_name(DWORD state)
{
    static const char *const names[] = {
        "0",           "stopped", "start pending",   "stop pending",
        "running", "continue pending", "pause pending", "paused",
    };

    return state < sizeof(names) / sizeof(names[0]) ? names[state] : "unknown";
}

/* The image may be anywhere, and the service control manager has a current folder of its own. */
static BOOL install(const char *name, const char *path, DWORD start)
{
    char full[MAX_PATH];
    SC_HANDLE manager, service;
    DWORD length;

    length = GetFullPathNameA(path, sizeof(full), full, NULL);
    if (length == 0 || length >= sizeof(full)) {
        report_code("GetFullPathName", length == 0 ? GetLastError() : ERROR_FILENAME_EXCED_RANGE);
        return FALSE;
    }
    manager = open_manager(SC_MANAGER_CREATE_SERVICE);
    if (manager == NULL)
        return FALSE;
    service = CreateServiceA(manager, name, name, SERVICE_ALL_ACCESS, SERVICE_KERNEL_DRIVER, start,
                             SERVICE_ERROR_NORMAL, full, NULL, NULL, NULL, NULL, NULL);
    if (service == NULL)
        report_error("CreateService");
    close_service(manager);
    if (service == NULL)
        return FALSE;
    printf("%s is installed\n", name);
    return close_service(service);
}

static BOOL start_service(const char *name)
{
    SC_HANDLE service = open_service(name, SERVICE_START);
    BOOL done;

    if (service == NULL)
        return FALSE;
    done = StartServiceA(service, 0, NULL);
    if (!done)
        report_error("StartService");
    else
        printf("%s is started\n", name);
    return close_service(service) && done;
}

/* A driver that something holds open does not stop: it is "stop pending" until that is closed. */
static BOOL stop_service(const char *name)
{
    SC_HANDLE service = open_service(name, SERVICE_STOP);
    SERVICE_STATUS status;
    BOOL done;

    if (service == NULL)
        return FALSE;
    done = ControlService(service, SERVICE_CONTROL_STOP, &status);
    if (!done)
        report_error("ControlService");
    else
        printf("%s is %s\n", name, state_name(status.dwCurrentState));
    return close_service(service) && done;
}

/* The service is gone when it is stopped and the last handle to it is closed. */
static BOOL delete_service(const char *name)
{
    SC_HANDLE service = open_service(name, DELETE);
    BOOL done;

    if (service == NULL)
        return FALSE;
    done = DeleteService(service);
    if (!done)
        report_error("DeleteService");
    else
        printf("%s is deleted\n", name);
    return close_service(service) && done;
}

static BOOL show_status(const char *name)
{
    SC_HANDLE service = open_service(name, SERVICE_QUERY_STATUS);
    SERVICE_STATUS status;
    BOOL done;

    if (service == NULL)
        return FALSE;
    done = QueryServiceStatus(service, &status);
    if (!done) {
        report_error("QueryServiceStatus");
    } else {
        printf("%s is %s", name, state_name(status.dwCurrentState));
        if (status.dwWin32ExitCode != NO_ERROR)
            printf(" (error %lu)", (unsigned long)status.dwWin32ExitCode);
        putchar('\n');
    }
    return close_service(service) && done;
}

static BOOL load(const char *name, const char *path)
{
    if (!install(name, path, SERVICE_DEMAND_START))
        return FALSE;
    if (start_service(name))
        return TRUE;
    delete_service(name);
    return FALSE;
}

/* A driver that was not running is deleted all the same. */
static BOOL unload(const char *name)
{
    BOOL stopped = stop_service(name);

    return delete_service(name) && stopped;
}

/* ---- The command line ----------------------------------------------------------------------- */

static BOOL parse_start(const char *text, DWORD *start)
{
    static const struct {
        const char *name;
        DWORD start;
    } starts[] = {
        {"boot", SERVICE_BOOT_START},     {"system", SERVICE_SYSTEM_START},
        {"auto", SERVICE_AUTO_START},     {"demand", SERVICE_DEMAND_START},
        {"disabled", SERVICE_DISABLED},
    };
    size_t i;

    for (i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (strcmp(text, starts[i].name) == 0) {
            *start = starts[i].start;
            return TRUE;
        }
    }
    return FALSE;
}

/* -1: the command line is wrong. */
static int run(const char *command, int count, char **texts)
{
    static const struct {
        const char *name;
        BOOL (*run)(const char *name);
    } commands[] = {
        {"start", start_service},   {"stop", stop_service}, {"delete", delete_service},
        {"status", show_status},    {"unload", unload},
    };
    DWORD start = SERVICE_DEMAND_START;
    size_t i;

    if (strcmp(command, "install") == 0) {
        if (count < 2 || count > 3 || (count == 3 && !parse_start(texts[2], &start)))
            return -1;
        return install(texts[0], texts[1], start);
    }
    if (strcmp(command, "load") == 0)
        return count == 2 ? load(texts[0], texts[1]) : -1;
    for (i = 0; count == 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        if (strcmp(command, commands[i].name) == 0)
            return commands[i].run(texts[0]);
    }
    return -1;
}

/* The number of words up to the end or the next "and". */
static int words_of(int count, char **words)
{
    int n = 0;

    while (n < count && strcmp(words[n], "and") != 0)
        n++;
    return n;
}

int main(int argc, char **argv)
{
    int at = 1, done = 1;

    while (done > 0) {
        int words = words_of(argc - at, argv + at);

        done = words < 2 ? -1 : run(argv[at], words - 1, argv + at + 1);
        at += words;
        if (at == argc)
            break;
        at++;
    }
    return done < 0 ? usage() : report_end(done);
}
