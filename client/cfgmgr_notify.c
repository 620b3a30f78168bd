/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * CM_Register_Notification: a registration is a file of the kernel's (pnp/listener.h) and a thread
 * that takes one event after the other from it and calls the program's routine. The thread's file
 * and memory are freed by whoever unregisters; by the thread itself when that is the routine.
 */
#include "setup.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "pnp/listener.h"

#define NOTIFY_MAGIC 0x4E4D4643u
#define NOTIFY_ROOM  1024u

typedef struct CFG_NOTIFY {
    ULONG Magic;
    HANDLE File, Ready, Thread;
    _Atomic DWORD ThreadId;
    _Atomic BOOL Orphaned; /* the routine has unregistered */
    CM_NOTIFY_FILTER_TYPE Type;
    PCM_NOTIFY_CALLBACK Callback;
    PVOID Context;
} CFG_NOTIFY;

static void CfgFreeNotify(CFG_NOTIFY *Notify)
{
    if (Notify->File != INVALID_HANDLE_VALUE)
        CloseHandle(Notify->File);
    if (Notify->Ready != NULL)
        CloseHandle(Notify->Ready);
    if (Notify->Thread != NULL)
        CloseHandle(Notify->Thread);
    Notify->Magic = 0;
    free(Notify);
}

/* ---- its thread ------------------------------------------------------------------------------ */

/*
 * The next event in malloc's memory, with room behind it for a structure's least size. NULL: there
 * are no more.
 */
static LISTENER_EVENT *CfgNextEvent(CFG_NOTIFY *Notify, const LISTENER_ANSWER *Answer)
{
    DWORD Room = NOTIFY_ROOM, Bytes;
    LISTENER_ANSWER Copy = *Answer;

    for (;;) {
        OVERLAPPED Overlapped = {.hEvent = Notify->Ready};
        LISTENER_EVENT *Event = calloc(1, Room + sizeof(CM_NOTIFY_EVENT_DATA));
        if (Event == NULL)
            return NULL;
        BOOL Good = DeviceIoControl(
            Notify->File, LISTENER_NEXT, &Copy, sizeof(Copy), Event, Room, NULL, &Overlapped);
        if (!Good && GetLastError() == ERROR_IO_PENDING)
            Good = GetOverlappedResult(Notify->File, &Overlapped, &Bytes, TRUE);
        if (Good)
            return Event;
        Room = GetLastError() == ERROR_MORE_DATA ? (DWORD)sizeof(*Event) + Event->Bytes : 0;
        free(Event);
        if (Room == 0)
            return NULL;
    }
}

static DWORD CfgCall(CFG_NOTIFY *Notify, const LISTENER_EVENT *Event)
{
    const SIZE_T Head = offsetof(CM_NOTIFY_EVENT_DATA, u);
    SIZE_T Bytes = Head + Event->Bytes;
    if (Bytes < sizeof(CM_NOTIFY_EVENT_DATA))
        Bytes = sizeof(CM_NOTIFY_EVENT_DATA);
    CM_NOTIFY_EVENT_DATA *Data = calloc(1, Bytes);

    if (Data == NULL)
        return ERROR_SUCCESS;
    Data->FilterType = Notify->Type;
    memcpy((char *)Data + Head, Event + 1, Event->Bytes);
    DWORD Error = Notify->Callback((HCMNOTIFICATION)(void *)Notify, Notify->Context,
        (CM_NOTIFY_ACTION)Event->Action, Data, (DWORD)Bytes);
    free(Data);
    return Error;
}

static DWORD WINAPI CfgListen(LPVOID Argument)
{
    CFG_NOTIFY *Notify = Argument;
    LISTENER_ANSWER Answer = {0, ERROR_SUCCESS};
    LISTENER_EVENT *Event;

    Notify->ThreadId = GetCurrentThreadId();
    while (!Notify->Orphaned && (Event = CfgNextEvent(Notify, &Answer)) != NULL) {
        Answer.Error = CfgCall(Notify, Event);
        Answer.Number = Event->Number;
        free(Event);
    }
    if (Notify->Orphaned)
        CfgFreeNotify(Notify);
    return 0;
}

/* ---- registering ----------------------------------------------------------------------------- */

static CONFIGRET CfgWanted(const CM_NOTIFY_FILTER *Filter, LISTENER_WANTED *Wanted)
{
    static const GUID None;
    const WCHAR *Id = Filter->u.DeviceInstance.InstanceId;
    DWORD Flag = 0;

    *Wanted = (LISTENER_WANTED){.Type = (ULONG)Filter->FilterType};
    switch (Filter->FilterType) {
    case CM_NOTIFY_FILTER_TYPE_DEVICEINTERFACE:
        Flag = CM_NOTIFY_FILTER_FLAG_ALL_INTERFACE_CLASSES;
        Wanted->Class = Filter->u.DeviceInterface.ClassGuid;
        if (Filter->Flags == Flag && memcmp(&Wanted->Class, &None, sizeof(None)) != 0)
            return CR_INVALID_DATA;
        break;
    case CM_NOTIFY_FILTER_TYPE_DEVICEHANDLE:
        Wanted->Target = (ULONG_PTR)Filter->u.DeviceHandle.hTarget;
        break;
    case CM_NOTIFY_FILTER_TYPE_DEVICEINSTANCE:
        Flag = CM_NOTIFY_FILTER_FLAG_ALL_DEVICE_INSTANCES;
        memcpy(Wanted->Instance, Id, sizeof(Wanted->Instance));
        if ((Filter->Flags == Flag) != (Id[0] == 0) || Id[MAX_DEVICE_ID_LEN - 1] != 0)
            return CR_INVALID_DATA;
        break;
    default: return CR_INVALID_DATA;
    }
    Wanted->All = Filter->Flags != 0;
    return (Filter->Flags & ~Flag) == 0 ? CR_SUCCESS : CR_INVALID_DATA;
}

static CONFIGRET CfgResult(DWORD Error)
{
    switch (Error) {
    case ERROR_SUCCESS: return CR_SUCCESS;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_NO_SYSTEM_RESOURCES: return CR_OUT_OF_MEMORY;
    case ERROR_INVALID_HANDLE:
    case ERROR_INVALID_PARAMETER: return CR_INVALID_DATA;
    case ERROR_FILE_NOT_FOUND: return CR_NO_SUCH_DEVNODE;
    default: return CR_FAILURE;
    }
}

static CONFIGRET CfgStart(CFG_NOTIFY *Notify, LISTENER_WANTED *Wanted)
{
    DWORD Bytes;

    Notify->Ready = CreateEventW(NULL, TRUE, FALSE, NULL);
    Notify->File = CreateFileW(LISTENER_PATH, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE,
        NULL, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, NULL);
    if (Notify->Ready == NULL || Notify->File == INVALID_HANDLE_VALUE ||
        !DeviceIoControl(
            Notify->File, LISTENER_BEGIN, Wanted, sizeof(*Wanted), NULL, 0, &Bytes, NULL))
        return CfgResult(GetLastError());
    Notify->Thread = CreateThread(NULL, 0, CfgListen, Notify, 0, NULL);
    return Notify->Thread != NULL ? CR_SUCCESS : CR_OUT_OF_MEMORY;
}

CONFIGRET WINAPI CM_Register_Notification(PCM_NOTIFY_FILTER pFilter, PVOID pContext,
    PCM_NOTIFY_CALLBACK pCallback, PHCMNOTIFICATION pNotifyContext)
{
    LISTENER_WANTED Wanted;

    if (pNotifyContext == NULL)
        return CR_FAILURE;
    *pNotifyContext = NULL;
    if (pFilter == NULL || pCallback == NULL || pFilter->cbSize != sizeof(*pFilter))
        return CR_INVALID_DATA;
    CONFIGRET Result = CfgWanted(pFilter, &Wanted);
    if (Result != CR_SUCCESS)
        return Result;
    CFG_NOTIFY *Notify = calloc(1, sizeof(*Notify));
    if (Notify == NULL)
        return CR_OUT_OF_MEMORY;
    *Notify = (CFG_NOTIFY){.Magic = NOTIFY_MAGIC,
        .File = INVALID_HANDLE_VALUE,
        .Type = pFilter->FilterType,
        .Callback = pCallback,
        .Context = pContext};
    DWORD Error = GetLastError();
    Result = CfgStart(Notify, &Wanted);
    SetLastError(Error);
    if (Result == CR_SUCCESS)
        *pNotifyContext = (HCMNOTIFICATION)(void *)Notify;
    else
        CfgFreeNotify(Notify);
    return Result;
}

CONFIGRET WINAPI CM_Unregister_Notification(HCMNOTIFICATION NotifyContext)
{
    CFG_NOTIFY *Notify = (CFG_NOTIFY *)(void *)NotifyContext;
    DWORD Bytes;

    if (Notify == NULL || Notify->Magic != NOTIFY_MAGIC)
        return CR_INVALID_DATA;
    if (Notify->ThreadId == GetCurrentThreadId()) {
        Notify->Orphaned = TRUE;
        return CR_SUCCESS;
    }
    DeviceIoControl(Notify->File, LISTENER_END, NULL, 0, NULL, 0, &Bytes, NULL);
    WaitForSingleObject(Notify->Thread, INFINITE);
    CfgFreeNotify(Notify);
    return CR_SUCCESS;
}
