/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Devices as client/setup*.c and client/cfgmgr.c know them: what is in the registry. A set is a
 * picture of the moment it was made; one that is used from several threads is their business.
 */
#pragma once

#include "client.h"

#include "win32/cfgmgr32.h"
#include "win32/setupapi.h"

#define SETUP_ENUM u"SYSTEM\\CurrentControlSet\\Enum"
#define SETUP_TREE u"HTREE\\ROOT\\0" /* the root of all devices, which has no key */
#define SETUP_CLASSES u"SYSTEM\\CurrentControlSet\\Control\\DeviceClasses"

typedef struct SETUP_DEVICE {
    WCHAR *Id;   /* "ROOT\FOO\0000" */
    GUID Class;  /* zeros: none */
    DEVINST Instance;
} SETUP_DEVICE;

typedef struct SETUP_INTERFACE {
    WCHAR *Path; /* "\\?\…" */
    GUID Class;
    DWORD Flags;
    SIZE_T Device; /* index in the set */
} SETUP_INTERFACE;

typedef struct SETUP_SET {
    ULONG Magic;
    SETUP_DEVICE *Device;
    SIZE_T Devices;
    SETUP_INTERFACE *Interface;
    SIZE_T Interfaces;
} SETUP_SET;

/* The set behind a handle; NULL: it is none, and the last error says so. */
SETUP_SET *SetupFind(HDEVINFO Handle);
/* The device a caller's structure stands for; NULL: the last error is set. */
SETUP_DEVICE *SetupDevice(const SETUP_SET *Set, const SP_DEVINFO_DATA *Data);
void SetupFillDevice(const SETUP_DEVICE *Device, SP_DEVINFO_DATA *Data);

/* Adds a device, or finds it. FALSE: out of memory. */
BOOL SetupAddDevice(SETUP_SET *Set, const WCHAR *Id, SIZE_T *Index);
BOOL SetupAddInterface(
    SETUP_SET *Set, const WCHAR *Path, const GUID *Class, DWORD Flags, SIZE_T Device);
void SetupFree(SETUP_SET *Set);

/* A number for an instance identifier, the same each time; 0: out of memory. And back; NULL: there
 * is no such number. */
DEVINST SetupNumber(const WCHAR *Id);
const WCHAR *SetupId(DEVINST Instance);

/* The key of a device; Below: of a key in it, or NULL. An error of RegOpenKeyEx. */
LSTATUS SetupOpen(const WCHAR *Id, const WCHAR *Below, HKEY *Key);
BOOL SetupIsPresent(const WCHAR *Id);
/* A value in malloc's memory, with two nulls behind it. NULL: there is none. */
void *SetupReadValue(HKEY Key, const WCHAR *Name, DWORD *Type, DWORD *Bytes);

/* Fills a set with a class's interfaces (Class NULL: of all classes), of one device or all (NULL).
 * FALSE: out of memory. */
BOOL SetupReadInterfaces(SETUP_SET *Set, const GUID *Class, const WCHAR *Id, BOOL Present);

BOOL SetupParseGuid(const WCHAR *Text, GUID *Guid);
void SetupPrintGuid(const GUID *Guid, WCHAR Text[39]);
BOOL SetupSameText(const WCHAR *One, const WCHAR *Other);
WCHAR *SetupCopy(const WCHAR *Text); /* malloc's */
