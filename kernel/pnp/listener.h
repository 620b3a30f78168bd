/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * How client/ has programs told of plug and play: a file on the device below is a registration.
 * What it wants to be told of is said once; then each LISTENER_NEXT is one event. The same for
 * programs of either word size.
 */
#pragma once

#include "nt/ntdef.h"
#include "nt/irp.h"

#define LISTENER_PATH u"\\\\.\\DeviceApi\\CMNotify"

#define LISTENER_CODE(Number) \
    (0x00470000u | (Number) << 2) /* FILE_DEVICE_…, any access, METHOD_BUFFERED */
#define LISTENER_BEGIN \
    LISTENER_CODE(0u) /* in: LISTENER_WANTED. Status: what IoRegisterPlugPlayNotification returns */
/*
 * in: LISTENER_ANSWER to the event before, not looked at when that was no question; out:
 * LISTENER_EVENT, when there is one. BUFFER_OVERFLOW: the event without its data, which stays the
 * next one. CANCELLED: LISTENER_END was called.
 */
#define LISTENER_NEXT LISTENER_CODE(1u)
#define LISTENER_END  LISTENER_CODE(2u)

typedef struct LISTENER_WANTED {
    ULONG Type;     /* CM_NOTIFY_FILTER_TYPE */
    ULONG All;      /* of any class, any device */
    ULONG64 Target; /* a handle */
    GUID Class;
    WCHAR Instance[200];
} LISTENER_WANTED;

enum LISTENER_TYPE {
    LISTENER_INTERFACE,
    LISTENER_HANDLE,
    LISTENER_INSTANCE
};

/* As CM_NOTIFY_ACTION counts. */
enum LISTENER_ACTION {
    LISTENER_ARRIVAL,
    LISTENER_REMOVAL,
    LISTENER_QUERY_REMOVE,
    LISTENER_QUERY_REMOVE_FAILED,
    LISTENER_REMOVE_PENDING,
    LISTENER_REMOVE_COMPLETE,
    LISTENER_CUSTOM,
    LISTENER_ENUMERATED,
    LISTENER_STARTED,
    LISTENER_REMOVED,
};

typedef struct LISTENER_EVENT {
    ULONG Number; /* of this file, for the answer */
    ULONG Action; /* enum LISTENER_ACTION */
    ULONG Bytes;  /* behind this: what CM_NOTIFY_EVENT_DATA has in u */
} LISTENER_EVENT;

typedef struct LISTENER_ANSWER {
    ULONG Number;
    ULONG Error; /* of Win32; 0: the device may be removed */
} LISTENER_ANSWER;
