/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The Zw forms of cm's services, but for those that make handles, which stand beside their Nt
 * forms. Each is documented where its Nt form is; the difference is the previous mode: pointers may
 * be to kernel memory, access is not checked.
 */
#include "cm/cmp.h"

NTSTATUS NTAPI ZwDeleteKey(HANDLE KeyHandle)
{
    return ZW_CALL(DeleteKey, (KeyHandle));
}

NTSTATUS NTAPI ZwDeleteValueKey(HANDLE KeyHandle, UNICODE_STRING *ValueName)
{
    return ZW_CALL(DeleteValueKey, (KeyHandle, ValueName));
}

NTSTATUS NTAPI ZwEnumerateKey(HANDLE KeyHandle, ULONG Index,
    KEY_INFORMATION_CLASS KeyInformationClass, void *KeyInformation, ULONG Length,
    ULONG *ResultLength)
{
    return ZW_CALL(EnumerateKey,
        (KeyHandle, Index, KeyInformationClass, KeyInformation, Length, ResultLength));
}

NTSTATUS NTAPI ZwEnumerateValueKey(HANDLE KeyHandle, ULONG Index,
    KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass, void *KeyValueInformation, ULONG Length,
    ULONG *ResultLength)
{
    return ZW_CALL(EnumerateValueKey,
        (KeyHandle, Index, KeyValueInformationClass, KeyValueInformation, Length, ResultLength));
}

NTSTATUS NTAPI ZwQueryKey(HANDLE KeyHandle, KEY_INFORMATION_CLASS KeyInformationClass,
    void *KeyInformation, ULONG Length, ULONG *ResultLength)
{
    return ZW_CALL(
        QueryKey, (KeyHandle, KeyInformationClass, KeyInformation, Length, ResultLength));
}

NTSTATUS NTAPI ZwQueryValueKey(HANDLE KeyHandle, UNICODE_STRING *ValueName,
    KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass, void *KeyValueInformation, ULONG Length,
    ULONG *ResultLength)
{
    return ZW_CALL(QueryValueKey,
        (KeyHandle, ValueName, KeyValueInformationClass, KeyValueInformation, Length,
            ResultLength));
}

NTSTATUS NTAPI ZwSetValueKey(HANDLE KeyHandle, UNICODE_STRING *ValueName, ULONG TitleIndex,
    ULONG Type, void *Data, ULONG DataSize)
{
    return ZW_CALL(SetValueKey, (KeyHandle, ValueName, TitleIndex, Type, Data, DataSize));
}

NTSTATUS NTAPI ZwFlushKey(HANDLE KeyHandle)
{
    return ZW_CALL(FlushKey, (KeyHandle));
}

NTSTATUS NTAPI ZwNotifyChangeKey(HANDLE KeyHandle, HANDLE Event, PIO_APC_ROUTINE ApcRoutine,
    void *ApcContext, IO_STATUS_BLOCK *IoStatusBlock, ULONG CompletionFilter, BOOLEAN WatchTree,
    void *Buffer, ULONG BufferSize, BOOLEAN Asynchronous)
{
    return ZW_CALL(NotifyChangeKey,
        (KeyHandle, Event, ApcRoutine, ApcContext, IoStatusBlock, CompletionFilter, WatchTree,
            Buffer, BufferSize, Asynchronous));
}
