/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * embedded.c - carries the msjdrvr driver inside itself, as a resource: writes it to a temporary
 * file, loads it, uses it, unloads it and removes service and file. For administrators only.
 *
 * It carries the driver for x64 and for x86 and does not ask which Windows this is: an image for
 * the other one is refused with error 193, ERROR_BAD_EXE_FORMAT, or 216,
 * ERROR_EXE_MACHINE_TYPE_MISMATCH.
 *
 * Exit status: 0, or 1 if something was refused; nothing is left behind either way.
 * One source for Windows and for Linux, 32 and 64 bits.
 */
#include <stdio.h>
#include <string.h>

#include <windows.h>
#include <winsvc.h>
#ifdef _WIN32
#include <winioctl.h>
#endif

#include "../msjdrvr.h"
#include "embedded.h"

#define REPORT_PROGRAM "embedded"
#include "../../report.h"

#define SERVICE_NAME "MSJDrvr"

#ifndef _WIN32 /* there, embedded.rc */
DOTSYS_RESOURCE(EMBEDDED_X64, "x64/free/msjdrvr.sys");
DOTSYS_RESOURCE(EMBEDDED_X86, "x86/free/msjdrvr.sys");
#endif

/* ---- The file ------------------------------------------------------------------------------- */

/* The bytes are part of the program and need not be freed. */
static const void *find_image(WORD number, DWORD *bytes)
{
    HRSRC resource = FindResourceA(NULL, MAKEINTRESOURCEA(number), RT_RCDATA);
    HGLOBAL loaded;

    if (resource == NULL) {
        report_error("FindResource");
        return NULL;
    }
    loaded = LoadResource(NULL, resource);
    if (loaded == NULL) {
        report_error("LoadResource");
        return NULL;
    }
    *bytes = SizeofResource(NULL, resource);
    return LockResource(loaded);
}

static BOOL write_bytes(const char *path, const void *bytes, DWORD count)
{
    DWORD written = 0;
    HANDLE file;
    BOOL done;

    file = CreateFileA(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_TEMPORARY, NULL);
    if (file == INVALID_HANDLE_VALUE) {
        report_error("cannot write the driver");
        return FALSE;
    }
    done = WriteFile(file, bytes, count, &written, NULL);
    if (!done)
        report_error("WriteFile");
    return CloseHandle(file) && done && written == count;
}

/* A new file with the image, path of at least MAX_PATH characters; the caller deletes it. */
static BOOL write_image(WORD number, char *path)
{
    char folder[MAX_PATH];
    const void *bytes;
    DWORD count, length;

    bytes = find_image(number, &count);
    if (bytes == NULL)
        return FALSE;
    length = GetTempPathA(sizeof(folder), folder);
    if (length == 0 || length >= sizeof(folder) || GetTempFileNameA(folder, "msj", 0, path) == 0) {
        report_error("no temporary file");
        return FALSE;
    }
    if (write_bytes(path, bytes, count))
        return TRUE;
    DeleteFileA(path);
    return FALSE;
}

/* ---- The driver ----------------------------------------------------------------------------- */

static BOOL use_driver(void)
{
    char text[256];
    DWORD returned = 0;
    HANDLE device;
    BOOL done;

    device = CreateFileA(MSJDRVR_USER_NAME, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE, NULL,
                         OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (device == INVALID_HANDLE_VALUE) {
        report_error("cannot open " MSJDRVR_USER_NAME);
        return FALSE;
    }
    done = DeviceIoControl(device, IOCTL_MSJDRVR_GET_STRING, NULL, 0, text, sizeof(text), &returned,
                           NULL);
    if (!done)
        report_error("GET_STRING");
    else
        printf("%.*s\n", (int)returned, text);
    return CloseHandle(device) && done;
}

/* The service is the caller's to delete, whether it ran or not. *error: why it did not start. */
static BOOL run_service(SC_HANDLE service, DWORD *error)
{
    SERVICE_STATUS status;
    BOOL done;

    if (!StartServiceA(service, 0, NULL)) {
        *error = GetLastError();
        return FALSE;
    }
    printf("%s is started\n", SERVICE_NAME);
    done = use_driver();
    if (!ControlService(service, SERVICE_CONTROL_STOP, &status)) {
        report_error("ControlService");
        return FALSE;
    }
    printf("%s is stopped\n", SERVICE_NAME);
    return done;
}

/* *error is 0 if everything that there is to tell is told. */
static BOOL load_and_use(const char *path, DWORD *error)
{
    SC_HANDLE manager, service;
    BOOL done;

    *error = ERROR_SUCCESS;
    manager = OpenSCManagerA(NULL, NULL, SC_MANAGER_CREATE_SERVICE);
    if (manager == NULL) {
        report_error("OpenSCManager");
        return FALSE;
    }
    service = CreateServiceA(manager, SERVICE_NAME, SERVICE_NAME, SERVICE_ALL_ACCESS,
                             SERVICE_KERNEL_DRIVER, SERVICE_DEMAND_START, SERVICE_ERROR_NORMAL,
                             path, NULL, NULL, NULL, NULL, NULL);
    if (service == NULL) {
        report_error("CreateService");
        CloseServiceHandle(manager);
        return FALSE;
    }
    done = run_service(service, error);
    if (!DeleteService(service)) {
        report_error("DeleteService");
        done = FALSE;
    }
    CloseServiceHandle(service);
    CloseServiceHandle(manager);
    return done;
}

/* *error is ERROR_BAD_EXE_FORMAT if the image is for another Windows. */
static BOOL try_image(WORD number, DWORD *error)
{
    char path[MAX_PATH];
    BOOL done;

    *error = ERROR_SUCCESS;
    if (!write_image(number, path))
        return FALSE;
    done = load_and_use(path, error);
    if (!DeleteFileA(path)) {
        report_error("DeleteFile");
        done = FALSE;
    }
    return done;
}

int main(void)
{
    static const WORD numbers[] = {
        sizeof(void *) == 8 ? EMBEDDED_X64 : EMBEDDED_X86,
        sizeof(void *) == 8 ? EMBEDDED_X86 : EMBEDDED_X64,
    };
    DWORD error = ERROR_SUCCESS;
    BOOL done = FALSE;
    size_t i;

    for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        done = try_image(numbers[i], &error);
        if (done || (error != ERROR_BAD_EXE_FORMAT && error != ERROR_EXE_MACHINE_TYPE_MISMATCH))
            break;
    }
    if (!done && error != ERROR_SUCCESS)
        report_code("StartService", error);
    return report_end(done);
}
