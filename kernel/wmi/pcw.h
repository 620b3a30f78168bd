/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Performance counters of drivers; wmi/pcw.c. */
#pragma once

#include "wmi/wmi.h"

#define PCW_VERSION_1 0x0100u
#define PCW_VERSION_2 0x0200u

typedef struct PCW_DATA { /* a block of counters, as the caller lays them out */
    const void *Data;
    ULONG Size;
} PCW_DATA;

typedef struct PCW_COUNTER_DESCRIPTOR {
    USHORT Id, StructIndex, Offset, Size;
} PCW_COUNTER_DESCRIPTOR;

typedef NTSTATUS NTAPI PCW_CALLBACK(ULONG Type, void *Information, void *Context);

typedef struct PCW_REGISTRATION_INFORMATION {
    ULONG Version;
    const UNICODE_STRING *Name;
    ULONG CounterCount;
    const PCW_COUNTER_DESCRIPTOR *Counters;
    PCW_CALLBACK *Callback;
    void *CallbackContext;
} PCW_REGISTRATION_INFORMATION;

typedef struct PCW_REGISTRATION PCW_REGISTRATION;
typedef struct PCW_INSTANCE PCW_INSTANCE;

NTSTATUS NTAPI PcwRegister(
    PCW_REGISTRATION **Registration, const PCW_REGISTRATION_INFORMATION *Info);
void NTAPI PcwUnregister(PCW_REGISTRATION *Registration);
NTSTATUS NTAPI PcwCreateInstance(PCW_INSTANCE **Instance, PCW_REGISTRATION *Registration,
    const UNICODE_STRING *Name, ULONG Count, const PCW_DATA *Data);
void NTAPI PcwCloseInstance(PCW_INSTANCE *Instance);
NTSTATUS NTAPI PcwAddInstance(
    void *Buffer, const UNICODE_STRING *Name, ULONG Id, ULONG Count, const PCW_DATA *Data);
