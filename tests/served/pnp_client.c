/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * A client of pnpbus.sys that is told of what happens to its devices, whose driver is pnpfunc.sys:
 * it plugs them in, has them ejected with and without an objection, and pulls them out. Its last
 * line is "N passed, N failed". With "hang" it never answers whether a device may be ejected, with
 * "leave" it ends with a registration.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "windows.h"
#include "cfgmgr32.h"
#include "winioctl.h"

#define PLUG   0x222000
#define PULL   0x222004
#define EJECT  0x222008
#define REPORT 0x222014

/* Of tests/kernel/pnpstack. */
static const GUID interface_class = {
    0x6b8d7a54, 0x6e1c, 0x4f0e, {0x9c, 0x43, 0x1f, 0x3b, 0x5a, 0x8f, 0x7d, 0x21}};
static const GUID custom_event = {
    0x6b8d7a54, 0x6e1c, 0x4f0e, {0x9c, 0x43, 0x1f, 0x3b, 0x5a, 0x8f, 0x7d, 0x22}};

#define MOST 32

/* A registration and what it has been told. */
struct heard {
    HCMNOTIFICATION notify;
    HANDLE device; /* closed when the device may be removed, unless it objects */
    bool objects, leaves;
    size_t count, read;
    CM_NOTIFY_ACTION action[MOST];
    WCHAR name[MOST][128]; /* of an interface or a device; of a custom event its data */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int passed, failed;

static void check(bool holds, const char *what)
{
    if (holds) {
        passed++;
        return;
    }
    failed++;
    printf("failed: %s (last error %u)\n", what, (unsigned)GetLastError());
}

static DWORD CALLBACK hear(HCMNOTIFICATION notify, PVOID context, CM_NOTIFY_ACTION action,
    PCM_NOTIFY_EVENT_DATA data, DWORD size)
{
    struct heard *heard = context;
    DWORD error = ERROR_SUCCESS;
    const void *name = NULL;
    size_t bytes = 0;

    if (action == CM_NOTIFY_ACTION_DEVICEQUERYREMOVE && heard->objects)
        error = ERROR_CANCELLED;
    else if (action == CM_NOTIFY_ACTION_DEVICEQUERYREMOVE)
        CloseHandle(heard->device);
    if (heard->leaves && CM_Unregister_Notification(notify) != CR_SUCCESS)
        error = ERROR_CANCELLED;
    if (data->FilterType == CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE) {
        name = data->u.DeviceInterface.SymbolicLink;
        bytes = size - offsetof(CM_NOTIFY_EVENT_DATA, u.DeviceInterface.SymbolicLink);
    } else if (data->FilterType == CM_NOTIFY_FILTER_TYPE_DEVICEINSTANCE) {
        name = data->u.DeviceInstance.InstanceId;
        bytes = size - offsetof(CM_NOTIFY_EVENT_DATA, u.DeviceInstance.InstanceId);
    } else if (action == CM_NOTIFY_ACTION_DEVICECUSTOMEVENT &&
               memcmp(&data->u.DeviceHandle.EventGuid, &custom_event, sizeof(GUID)) == 0 &&
               data->u.DeviceHandle.NameOffset == -1) {
        name = data->u.DeviceHandle.Data;
        bytes = data->u.DeviceHandle.DataSize;
    }
    pthread_mutex_lock(&lock);
    if (heard->count < MOST) {
        memcpy(heard->name[heard->count], name != NULL ? name : "",
            bytes < sizeof(heard->name[0]) ? bytes : 0);
        heard->action[heard->count++] = action;
    }
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return error;
}

/* Waits for the next thing a registration is told, which has to be this. Its name. */
static const WCHAR *expect(struct heard *heard, CM_NOTIFY_ACTION action, const char *what)
{
    pthread_mutex_lock(&lock);
    while (heard->read == heard->count)
        pthread_cond_wait(&changed, &lock);
    size_t at = heard->read++;
    pthread_mutex_unlock(&lock);
    check(heard->action[at] == action, what);
    if (heard->action[at] != action)
        printf("it was %d instead\n", (int)heard->action[at]);
    return heard->name[at];
}

static bool begins(const WCHAR *text, const char *start)
{
    while (*start != 0 && *text == (WCHAR)*start) {
        text++;
        start++;
    }
    return *start == 0;
}

static CONFIGRET listen(
    struct heard *heard, CM_NOTIFY_FILTER_TYPE type, DWORD flags, const GUID *class, HANDLE device)
{
    CM_NOTIFY_FILTER filter = {.cbSize = sizeof(filter), .Flags = flags, .FilterType = type};

    if (class != NULL)
        filter.u.DeviceInterface.ClassGuid = *class;
    if (device != NULL)
        filter.u.DeviceHandle.hTarget = device;
    heard->device = device;
    return CM_Register_Notification(&filter, heard, hear, &heard->notify);
}

static void deaf(struct heard *heard, const char *what)
{
    check(CM_Unregister_Notification(heard->notify) == CR_SUCCESS, what);
    check(heard->read == heard->count, "and nothing else was told");
}

static void control(HANDLE bus, DWORD code, DWORD slot, const char *what)
{
    DWORD bytes;

    check(DeviceIoControl(bus, code, &slot, sizeof(slot), NULL, 0, &bytes, NULL), what);
}

static HANDLE open_path(const WCHAR *path)
{
    HANDLE device =
        CreateFileW(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);

    check(device != INVALID_HANDLE_VALUE, "the interface opens by the name that was told");
    return device;
}

/* ---- what is checked ------------------------------------------------------------------------- */

static void test_refusals(void)
{
    static struct heard heard;
    CM_NOTIFY_FILTER filter = {.cbSize = sizeof(filter) - 1};
    HANDLE event = CreateEventW(NULL, TRUE, FALSE, NULL);

    check(sizeof(filter) == 416 && sizeof(CM_NOTIFY_EVENT_DATA) == 36,
        "structures are of Windows' size");
    check(
        CM_Register_Notification(NULL, NULL, NULL, NULL) == CR_FAILURE, "no place for the handle");
    heard.notify = (HCMNOTIFICATION)(void *)&heard;
    check(
        CM_Register_Notification(NULL, NULL, hear, &heard.notify) == CR_INVALID_DATA, "no filter");
    check(heard.notify == NULL, "the handle is cleared");
    check(CM_Register_Notification(&filter, NULL, hear, &heard.notify) == CR_INVALID_DATA,
        "another size");
    check(listen(&heard, CM_NOTIFY_FILTER_TYPE_MAX, 0, NULL, NULL) == CR_INVALID_DATA,
        "another type");
    check(
        listen(&heard, CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE,
            CM_NOTIFY_FILTER_FLAG_ALL_INTERFACE_CLASSES, &interface_class, NULL) == CR_INVALID_DATA,
        "all classes, and one");
    check(listen(&heard, CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE,
              CM_NOTIFY_FILTER_FLAG_ALL_DEVICE_INSTANCES, NULL, NULL) == CR_INVALID_DATA,
        "a flag of another type");
    check(listen(&heard, CM_NOTIFY_FILTER_TYPE_DEVICEINSTANCE, 0, NULL, NULL) == CR_INVALID_DATA,
        "no device");
    check(listen(&heard, CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE, 0, NULL, NULL) == CR_INVALID_DATA,
        "no handle");
    check(listen(&heard, CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE, 0, NULL, event) != CR_SUCCESS,
        "a handle to no file");
    check(CM_Unregister_Notification(NULL) == CR_INVALID_DATA, "no registration");
    CloseHandle(event);
}

static void test_interfaces(HANDLE bus)
{
    static struct heard class, all, devices, once;

    check(listen(&class, CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE, 0, &interface_class, NULL) ==
              CR_SUCCESS,
        "a class");
    check(listen(&all, CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE,
              CM_NOTIFY_FILTER_FLAG_ALL_INTERFACE_CLASSES, NULL, NULL) == CR_SUCCESS,
        "all classes");
    check(listen(&devices, CM_NOTIFY_FILTER_TYPE_DEVICEINSTANCE,
              CM_NOTIFY_FILTER_FLAG_ALL_DEVICE_INSTANCES, NULL, NULL) == CR_SUCCESS,
        "all devices");
    once.leaves = true;
    check(listen(&once, CM_NOTIFY_FILTER_TYPE_DEVICEINSTANCE,
              CM_NOTIFY_FILTER_FLAG_ALL_DEVICE_INSTANCES, NULL, NULL) == CR_SUCCESS,
        "and once more, to leave from the routine");
    control(bus, PLUG, 1, "a device is plugged in");
    check(begins(expect(&class, CM_NOTIFY_ACTION_DEVICEINTERFACEARRIVAL, "its interface arrives"),
              "\\\\?\\PNPBUS#Widget#"),
        "with its name");
    expect(&all, CM_NOTIFY_ACTION_DEVICEINTERFACEARRIVAL, "among all");
    check(begins(expect(&devices, CM_NOTIFY_ACTION_DEVICEINSTANCEENUMERATED, "it is found"),
              "PNPBUS\\Widget\\"),
        "by its name");
    expect(&devices, CM_NOTIFY_ACTION_DEVICEINSTANCESTARTED, "it is started");
    control(bus, PULL, 1, "it is pulled out");
    expect(&class, CM_NOTIFY_ACTION_DEVICEINTERFACEREMOVAL, "its interface leaves");
    expect(&all, CM_NOTIFY_ACTION_DEVICEINTERFACEREMOVAL, "among all");
    expect(&devices, CM_NOTIFY_ACTION_DEVICEINSTANCEREMOVED, "it is not there any more");
    expect(&once, CM_NOTIFY_ACTION_DEVICEINSTANCEENUMERATED, "who left was told once");
    deaf(&class, "a class is let go of");
    deaf(&all, "all classes");
    deaf(&devices, "all devices");
    check(once.count == 1, "who left from the routine was told no more");
}

static void test_handles(HANDLE bus)
{
    static struct heard class, handle, gone;
    WCHAR path[128];

    check(listen(&class, CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE, 0, &interface_class, NULL) ==
              CR_SUCCESS,
        "a class");
    control(bus, PLUG, 2, "a device is plugged in");
    memcpy(path, expect(&class, CM_NOTIFY_ACTION_DEVICEINTERFACEARRIVAL, "its interface arrives"),
        sizeof(path));
    HANDLE device = open_path(path);
    check(listen(&handle, CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE, 0, NULL, device) == CR_SUCCESS,
        "a handle");
    for (DWORD later = 0; later < 2; later++) {
        control(device, REPORT, later, "the driver reports an event of its own");
        const WCHAR *data = expect(&handle, CM_NOTIFY_ACTION_DEVICECUSTOMEVENT, "the event");
        check(memcmp(data, "0123456789", 10) == 0, "with its data");
    }
    handle.objects = true;
    control(bus, EJECT, 2, "it is to be ejected");
    expect(&handle, CM_NOTIFY_ACTION_DEVICEQUERYREMOVE, "the program is asked, and objects");
    expect(&handle, CM_NOTIFY_ACTION_DEVICEQUERYREMOVEFAILED, "it stays");
    control(device, REPORT, 0, "it still works");
    expect(&handle, CM_NOTIFY_ACTION_DEVICECUSTOMEVENT, "and is heard");
    handle.objects = false;
    control(bus, EJECT, 2, "it is to be ejected again");
    expect(
        &handle, CM_NOTIFY_ACTION_DEVICEQUERYREMOVE, "the program is asked, and closes its handle");
    expect(&handle, CM_NOTIFY_ACTION_DEVICEREMOVEPENDING, "it will go");
    expect(&handle, CM_NOTIFY_ACTION_DEVICEREMOVECOMPLETE, "it is gone");
    expect(&class, CM_NOTIFY_ACTION_DEVICEINTERFACEREMOVAL, "and its interface");
    deaf(&handle, "the handle is let go of");
    control(bus, PLUG, 2, "another is plugged in");
    memcpy(path, expect(&class, CM_NOTIFY_ACTION_DEVICEINTERFACEARRIVAL, "its interface arrives"),
        sizeof(path));
    device = open_path(path);
    check(listen(&gone, CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE, 0, NULL, device) == CR_SUCCESS,
        "a handle to it");
    control(bus, PULL, 2, "it is pulled out");
    expect(&gone, CM_NOTIFY_ACTION_DEVICEREMOVECOMPLETE, "it is gone, and nobody asked");
    check(CloseHandle(device), "the handle closes");
    expect(&class, CM_NOTIFY_ACTION_DEVICEINTERFACEREMOVAL, "its interface is gone");
    deaf(&gone, "that handle, too");
    deaf(&class, "and the class");
}

/* Is asked whether a device may be ejected, and never answers. */
static DWORD CALLBACK hang(HCMNOTIFICATION notify, PVOID context, CM_NOTIFY_ACTION action,
    PCM_NOTIFY_EVENT_DATA data, DWORD size)
{
    (void)notify;
    (void)data;
    (void)size;
    if (action == CM_NOTIFY_ACTION_DEVICEQUERYREMOVE) {
        printf("asked\n");
        fflush(stdout);
        Sleep(INFINITE);
    }
    return context == NULL;
}

/* Eject FALSE: it leaves the registration to whoever cleans up behind it. */
static void test_hang(HANDLE bus, bool eject)
{
    static struct heard class;
    CM_NOTIFY_FILTER filter = {
        .cbSize = sizeof(filter), .FilterType = CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE};
    HCMNOTIFICATION notify;

    check(listen(&class, CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE, 0, &interface_class, NULL) ==
              CR_SUCCESS,
        "a class");
    control(bus, PLUG, 3, "a device is plugged in");
    filter.u.DeviceHandle.hTarget =
        open_path(expect(&class, CM_NOTIFY_ACTION_DEVICEINTERFACEARRIVAL, "its interface arrives"));
    check(CM_Register_Notification(&filter, NULL, hang, &notify) == CR_SUCCESS, "a handle");
    if (!eject)
        return;
    control(bus, EJECT, 3, "it is to be ejected");
    Sleep(INFINITE);
}

int main(int count, char **word)
{
    HANDLE bus =
        CreateFileA("\\\\.\\PnpBus", GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);

    check(bus != INVALID_HANDLE_VALUE, "the bus opens");
    if (bus != INVALID_HANDLE_VALUE) {
        if (count > 1) {
            test_hang(bus, strcmp(word[1], "hang") == 0);
        } else {
            test_refusals();
            test_interfaces(bus);
            test_handles(bus);
        }
        CloseHandle(bus);
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
