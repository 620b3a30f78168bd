/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * cm for the other components: the registry. The whole tree is in memory, under \Registry of the
 * namespace; a storage (storage.h), if there is one, is told each change before it is made. One
 * lock, a mutex, guards tree and values; it is held across calls of the storage and never while a
 * driver's code runs or a caller's memory is touched.
 */
#pragma once

#include "cm/storage.h"
#include "se/se.h"

extern OBJECT_TYPE *CmKeyObjectType;
/* io: ExQueueWorkItem, for drivers that wait for changes of a key. */
extern void(NTAPI *CmQueueWorkItem)(WORK_QUEUE_ITEM *WorkItem, WORK_QUEUE_TYPE QueueType);

/* Where the registry of the next machine is kept, which must outlive that machine. NULL:
 * nowhere. */
extern const struct cm_storage *CmStorage;

/*
 * Makes the type Key and \Registry, loads the storage, and adds what every Windows has: Machine
 * with Hardware (volatile), SAM, Security, Software, System and its control set, User. Needs no
 * current thread. Returns what the storage's load returned, or STATUS_INSUFFICIENT_RESOURCES.
 */
NTSTATUS CmInitialize(void);
/* Writes what is still to be written. The machine is about to close. */
void CmShutdown(void);

/*
 * Sees to it that CurrentControlSet\Services\Name is there with the values of a driver that is
 * started on demand; values that are there stay. ImageName: the file's name ("hello.sys"). The
 * caller acts for the system.
 */
NTSTATUS CmiEnsureServiceKey(const char *Name, const char *ImageName);

/*
 * For those who set up a machine: the registry by path, with the kernel's rights. Path is
 * "\Registry\Machine\…" or begins with HKLM, HKCR, HKU or their long names. Keys on the way are
 * created.
 */
NTSTATUS CmiSetValue(const UNICODE_STRING *Path, const UNICODE_STRING *Name, ULONG Type,
    const void *Data, ULONG Bytes);
NTSTATUS CmiCreateKeyPath(const UNICODE_STRING *Path);
/* also if it is not there */
NTSTATUS CmiDeleteValue(const UNICODE_STRING *Path, const UNICODE_STRING *Name);
NTSTATUS CmiDeleteKeyPath(const UNICODE_STRING *Path); /* with all that is in it; also if it is not
                                                          there */
/*
 * The whole of a .reg file (regtext.h). *Line: the line a failure is in, from 1.
 * STATUS_INVALID_PARAMETER with a *Reason: it is malformed, and nothing has been done. Otherwise
 * *Reason is NULL, and what came before that line has been done.
 */
NTSTATUS CmiImportText(const char *Text, SIZE_T Bytes, ULONG *Line, const char **Reason);

/*
 * A loaded hive, kept by io, which reads its keys from a file and writes them there: one thread at
 * a time has to do with a hive. CmFlushHive is io's: writes the hive a key object's key is in, if
 * it has changed; called without the registry's lock.
 */
typedef struct CM_HIVE {
    LIST_ENTRY Link;
    struct CMP_NODE *Root; /* referenced */
    BOOLEAN Changed;       /* since CmiTakeHiveChange; under the registry's lock */
} CM_HIVE;

extern NTSTATUS (*CmFlushHive)(void *Key);

/*
 * Makes a hive's first key, also where keys cannot be created otherwise. OBJECT_NAME_COLLISION;
 * INVALID_PARAMETER: in a hive.
 */
NTSTATUS CmiAddHive(HANDLE ParentKey, const UNICODE_STRING *Name, CM_HIVE *Hive);
/*
 * With its keys. CANNOT_DELETE: one is open, the first by more than Open key objects. RETRY: it has
 * changed.
 */
NTSTATUS CmiRemoveHive(CM_HIVE *Hive, ULONG Open);
/*
 * Whatever is open and has changed. Keys: they go, too; otherwise they stay, as ones that are
 * written nowhere.
 */
void CmiForgetHive(CM_HIVE *Hive, BOOLEAN Keys);
/* NULL: the key object's is in none, or not its first. */
CM_HIVE *CmiHiveOf(void *Key, BOOLEAN AsRoot);
/*
 * The first key, or a key object's, once more, with a kernel handle. Callbacks are not told of what
 * is done with it and below.
 */
NTSTATUS CmiOpenHive(const CM_HIVE *Hive, HANDLE *Handle);
NTSTATUS CmiOpenAgain(void *Key, HANDLE *Handle);
BOOLEAN CmiTakeHiveChange(CM_HIVE *Hive); /* whether there was one */
void CmiSetHiveChanged(CM_HIVE *Hive);
BOOLEAN CmiIsVolatile(HANDLE Key);

/*
 * Control sets: HKLM\SYSTEM\ControlSetNNN, of which Select names four by number. Current: what
 * CurrentControlSet leads to; Default: what it leads to at the next start; LastKnownGood: a copy of
 * the set of the last good boot;
 * Failed: the one given up by the last fall-back, 0: none. The caller acts for the system.
 *
 * CmiBootSucceeded: the boot was good. The current set is copied, LastKnownGood becomes the copy,
 * and the copy before it goes. On failure LastKnownGood is what it was.
 *
 * CmiFallBack: the boot was not. Failed becomes the current set, Default and Current become
 * LastKnownGood, and CurrentControlSet leads there at once; handles into the old set stay where
 * they are. STATUS_NOT_FOUND: the boot is with the last known good set already, or there is none
 * other than the current (the first boot), and nothing has changed.
 *
 * CmiBootIsLastKnownGood: whether CmiFallBack has nothing to fall back to.
 */
NTSTATUS CmiBootSucceeded(void);
NTSTATUS CmiFallBack(void);
BOOLEAN CmiBootIsLastKnownGood(void);

/*
 * Makes a link in \GLOBAL?? of each value (text) of the control set's Control\Session Manager\DOS
 * Devices: its name leads to its data. A name that is taken already stays what it is. At machine
 * start, as System.
 */
NTSTATUS CmiCreateDosDevices(void);

/*
 * An operation on the registry that another component carries out, as drivers' callbacks are told
 * of it. Information: the structure of Pre's class, filled. Work is done unless one of them ends
 * the operation. Returns what the service is to.
 */
NTSTATUS CmiNotified(REG_NOTIFY_CLASS Pre, REG_NOTIFY_CLASS Post, void *Key, void *Information,
    NTSTATUS (*Work)(void *Context), void *Context);

/* ---- Exports --------------------------------------------------------------------------------- */

#define CM_SERVICES(S)                                                                           \
    S(CreateKey,                                                                                 \
        (HANDLE * KeyHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES * ObjectAttributes,    \
            ULONG TitleIndex, UNICODE_STRING * Class, ULONG CreateOptions, ULONG * Disposition)) \
    S(OpenKey,                                                                                   \
        (HANDLE * KeyHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES * ObjectAttributes))   \
    S(OpenKeyEx,                                                                                 \
        (HANDLE * KeyHandle, ACCESS_MASK DesiredAccess, OBJECT_ATTRIBUTES * ObjectAttributes,    \
            ULONG OpenOptions))                                                                  \
    S(DeleteKey, (HANDLE KeyHandle))                                                             \
    S(DeleteValueKey, (HANDLE KeyHandle, UNICODE_STRING * ValueName))                            \
    S(EnumerateKey,                                                                              \
        (HANDLE KeyHandle, ULONG Index, KEY_INFORMATION_CLASS KeyInformationClass,               \
            void *KeyInformation, ULONG Length, ULONG *ResultLength))                            \
    S(EnumerateValueKey,                                                                         \
        (HANDLE KeyHandle, ULONG Index, KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass,    \
            void *KeyValueInformation, ULONG Length, ULONG *ResultLength))                       \
    S(QueryKey,                                                                                  \
        (HANDLE KeyHandle, KEY_INFORMATION_CLASS KeyInformationClass, void *KeyInformation,      \
            ULONG Length, ULONG *ResultLength))                                                  \
    S(QueryValueKey,                                                                             \
        (HANDLE KeyHandle, UNICODE_STRING * ValueName,                                           \
            KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass, void *KeyValueInformation,     \
            ULONG Length, ULONG *ResultLength))                                                  \
    S(SetValueKey,                                                                               \
        (HANDLE KeyHandle, UNICODE_STRING * ValueName, ULONG TitleIndex, ULONG Type, void *Data, \
            ULONG DataSize))                                                                     \
    S(FlushKey, (HANDLE KeyHandle))                                                              \
    S(NotifyChangeKey,                                                                           \
        (HANDLE KeyHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine, void *ApcContext,           \
            IO_STATUS_BLOCK *IoStatusBlock, ULONG CompletionFilter, BOOLEAN WatchTree,           \
            void *Buffer, ULONG BufferSize, BOOLEAN Asynchronous))
/* Windows' kernel exports no Zw form of these. */
#define CM_NT_SERVICES(S)                                                                       \
    S(QueryMultipleValueKey,                                                                    \
        (HANDLE KeyHandle, KEY_VALUE_ENTRY * ValueEntries, ULONG EntryCount, void *ValueBuffer, \
            ULONG *BufferLength, ULONG *RequiredBufferLength))                                  \
    S(RenameKey, (HANDLE KeyHandle, UNICODE_STRING * NewName))                                  \
    S(SetInformationKey,                                                                        \
        (HANDLE KeyHandle, KEY_SET_INFORMATION_CLASS KeySetInformationClass,                    \
            void *KeySetInformation, ULONG KeySetInformationLength))

#define CM_DECLARE_NT(Name, Parameters) NTSTATUS NTAPI Nt##Name Parameters;
#define CM_DECLARE_ZW(Name, Parameters) NTSTATUS NTAPI Zw##Name Parameters;
CM_SERVICES(CM_DECLARE_NT)
CM_SERVICES(CM_DECLARE_ZW)
CM_NT_SERVICES(CM_DECLARE_NT)
#undef CM_DECLARE_NT
#undef CM_DECLARE_ZW

NTSTATUS NTAPI RtlQueryRegistryValues(ULONG RelativeTo, const WCHAR *Path,
    RTL_QUERY_REGISTRY_TABLE *QueryTable, void *Context, void *Environment);
NTSTATUS NTAPI RtlWriteRegistryValue(ULONG RelativeTo, const WCHAR *Path, const WCHAR *ValueName,
    ULONG ValueType, void *ValueData, ULONG ValueLength);
NTSTATUS NTAPI RtlDeleteRegistryValue(ULONG RelativeTo, const WCHAR *Path, const WCHAR *ValueName);
NTSTATUS NTAPI RtlCreateRegistryKey(ULONG RelativeTo, WCHAR *Path);
NTSTATUS NTAPI RtlCheckRegistryKey(ULONG RelativeTo, WCHAR *Path);
NTSTATUS NTAPI RtlQueryRegistryValueWithFallback(HANDLE PrimaryHandle, HANDLE FallbackHandle,
    UNICODE_STRING *ValueName, ULONG ValueLength, ULONG *ValueType, void *ValueData,
    ULONG *ResultLength);

NTSTATUS NTAPI CmRegisterCallback(
    PEX_CALLBACK_FUNCTION Function, void *Context, LARGE_INTEGER *Cookie);
NTSTATUS NTAPI CmRegisterCallbackEx(PEX_CALLBACK_FUNCTION Function, const UNICODE_STRING *Altitude,
    void *Driver, void *Context, LARGE_INTEGER *Cookie, void *Reserved);
NTSTATUS NTAPI CmUnRegisterCallback(LARGE_INTEGER Cookie);
void NTAPI CmGetCallbackVersion(ULONG *Major, ULONG *Minor);
NTSTATUS NTAPI CmSetCallbackObjectContext(
    void *Object, LARGE_INTEGER *Cookie, void *NewContext, void **OldContext);
void *NTAPI CmGetBoundTransaction(LARGE_INTEGER *Cookie, void *Object);
NTSTATUS NTAPI CmCallbackGetKeyObjectID(
    LARGE_INTEGER *Cookie, void *Object, ULONG_PTR *ObjectID, const UNICODE_STRING **ObjectName);
NTSTATUS NTAPI CmCallbackGetKeyObjectIDEx(LARGE_INTEGER *Cookie, void *Object, ULONG_PTR *ObjectID,
    const UNICODE_STRING **ObjectName, ULONG Flags);
void NTAPI CmCallbackReleaseKeyObjectIDEx(const UNICODE_STRING *ObjectName);
