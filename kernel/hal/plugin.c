/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Libraries with devices, loaded while the machine runs. They stay until it has closed: a driver
 * may be in one of their routines at any time before. Callers are serialised by HalpPluginBusy.
 */
#include <stdio.h>

#include "hal/halp.h"

#define HALP_PLUGINS 16u
#define HALP_ENTRY "dotsys_plugin"
#define HALP_EXIT "dotsys_unplug"

static void *HalpPlugin[HALP_PLUGINS];
static ULONG HalpPluginCount;
static BOOLEAN HalpPluginBusy; /* atomic */

static NTSTATUS HalpRunPlugin(void *Library, const dotsys_plugin_api *Api, const char *Path,
    const char *Arguments, char *Error, SIZE_T ErrorBytes)
{
    dotsys_plugin_entry Entry = (dotsys_plugin_entry)(ULONG_PTR)host_library_symbol(
        Library, HALP_ENTRY);
    if (Entry == NULL) {
        snprintf(
            Error, ErrorBytes, "%s exports no " HALP_ENTRY ": it is no library of devices", Path);
        return STATUS_ENTRYPOINT_NOT_FOUND;
    }
    NTSTATUS Status = Entry(Api, Arguments != NULL ? Arguments : "");
    if (Status != STATUS_SUCCESS)
        snprintf(Error, ErrorBytes, "%s: its devices could not be plugged in", Path);
    return Status;
}

static NTSTATUS HalpLoadPlugin(const dotsys_plugin_api *Api, const char *Path,
    const char *Arguments, char *Error, SIZE_T ErrorBytes)
{
    if (HalpPluginCount == HALP_PLUGINS) {
        snprintf(Error, ErrorBytes, "%s: the machine has %u libraries of devices already", Path,
            HALP_PLUGINS);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    void *Library = host_library_open(Path, Error, ErrorBytes);
    if (Library == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    HalpPlugin[HalpPluginCount++] = Library; /* also when it fails: what it has plugged in until
                                                then stays */
    return HalpRunPlugin(Library, Api, Path, Arguments, Error, ErrorBytes);
}

NTSTATUS HaliLoadPlugin(const dotsys_plugin_api *Api, const char *Path, const char *Arguments,
    char *Error, SIZE_T ErrorBytes)
{
    while (__atomic_exchange_n(&HalpPluginBusy, TRUE, __ATOMIC_ACQUIRE))
        host_yield();
    NTSTATUS Status = HalpLoadPlugin(Api, Path, Arguments, Error, ErrorBytes);
    __atomic_store_n(&HalpPluginBusy, FALSE, __ATOMIC_RELEASE);
    return Status;
}

void HalTerminate(void)
{
    while (HalpPluginCount > 0) {
        void *Library = HalpPlugin[--HalpPluginCount];
        dotsys_unplug_entry Exit = (dotsys_unplug_entry)(ULONG_PTR)host_library_symbol(
            Library, HALP_EXIT);
        if (Exit != NULL)
            Exit();
        host_library_close(Library);
    }
}
