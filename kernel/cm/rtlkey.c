/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Rtl routines that name a key by a place Windows has (RTL_REGISTRY_*) and a path from there. They
 * stand here and not in rtl, which knows no registry. All of them act with KernelMode as the
 * previous mode.
 */
#include "cm/cmp.h"
#include "cm/rtlkey.h"

#define CMP_CONTROL_SET u"\\Registry\\Machine\\System\\CurrentControlSet"

static const UNICODE_STRING CmpPlaces[RTL_REGISTRY_MAXIMUM] = {
    [RTL_REGISTRY_ABSOLUTE] = RTL_STRING(u""),
    [RTL_REGISTRY_SERVICES] = RTL_STRING(CMP_CONTROL_SET u"\\Services"),
    [RTL_REGISTRY_CONTROL] = RTL_STRING(CMP_CONTROL_SET u"\\Control"),
    [RTL_REGISTRY_WINDOWS_NT] = RTL_STRING(
        u"\\Registry\\Machine\\Software\\Microsoft\\Windows NT\\CurrentVersion"),
    [RTL_REGISTRY_DEVICEMAP] = RTL_STRING(u"\\Registry\\Machine\\Hardware\\DeviceMap"),
    [RTL_REGISTRY_USER] = RTL_STRING(u"\\Registry\\User\\.Default"),
};

/* A pool string. An absolute path stands for itself. */
static NTSTATUS CmpJoinPlace(const UNICODE_STRING *Place, const WCHAR *Path, UNICODE_STRING *Full)
{
    SIZE_T Tail = Path != NULL ? RtlpWcsLength(Path) * sizeof(WCHAR) : 0;
    SIZE_T Length = Place->Length + (Place->Length != 0 && Tail != 0 ? sizeof(WCHAR) : 0) + Tail;
    if (Length > MAXUSHORT - sizeof(WCHAR))
        return STATUS_NAME_TOO_LONG;
    if (Length == 0)
        return STATUS_OBJECT_PATH_SYNTAX_BAD;
    Full->Buffer = ExiAllocate(PagedPool, Length, CMP_TAG_TEXT, EX_KERNEL_SITE);
    if (Full->Buffer == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Full->Length = Full->MaximumLength = (USHORT)Length;
    __builtin_memcpy(Full->Buffer, Place->Buffer, Place->Length);
    if (Place->Length != 0 && Tail != 0)
        Full->Buffer[Place->Length / sizeof(WCHAR)] = '\\';
    if (Tail != 0)
        __builtin_memcpy((UCHAR *)Full->Buffer + Length - Tail, Path, Tail);
    return STATUS_SUCCESS;
}

NTSTATUS CmpOpenRelative(
    ULONG RelativeTo, const WCHAR *Path, ACCESS_MASK Access, BOOLEAN Create, HANDLE *Handle)
{
    ULONG Place = RelativeTo & ~(ULONG)(RTL_REGISTRY_OPTIONAL | RTL_REGISTRY_HANDLE);
    OBJECT_ATTRIBUTES Attributes;
    UNICODE_STRING Full;

    if (RelativeTo & RTL_REGISTRY_HANDLE) {
        *Handle = (HANDLE)(ULONG_PTR)Path;
        return STATUS_SUCCESS;
    }
    if (Place >= RTL_REGISTRY_MAXIMUM)
        return STATUS_INVALID_PARAMETER;
    NTSTATUS Status = CmpJoinPlace(&CmpPlaces[Place], Path, &Full);
    if (!NT_SUCCESS(Status))
        return Status;
    InitializeObjectAttributes(
        &Attributes, &Full, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE, NULL, NULL);
    if (Create)
        Status = ZwCreateKey(Handle, Access, &Attributes, 0, NULL, 0, NULL);
    else
        Status = ZwOpenKey(Handle, Access, &Attributes);
    CmpFreeText(&Full);
    return Status;
}

void CmpCloseRelative(ULONG RelativeTo, HANDLE Handle)
{
    if (!(RelativeTo & RTL_REGISTRY_HANDLE))
        ZwClose(Handle);
}

/*
 * RtlCheckRegistryKey - whether a key is there.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS: it is; OBJECT_NAME_NOT_FOUND; INVALID_PARAMETER: RelativeTo; what ZwOpenKey
 * returns.
 * Source:  DOC wdm/RtlCheckRegistryKey
 */
NTSTATUS NTAPI RtlCheckRegistryKey(ULONG RelativeTo, WCHAR *Path)
{
    HANDLE Handle;
    NTSTATUS Status = CmpOpenRelative(RelativeTo, Path, KEY_READ, FALSE, &Handle);
    if (NT_SUCCESS(Status))
        CmpCloseRelative(RelativeTo, Handle);
    return Status;
}

/*
 * RtlCreateRegistryKey - makes a key unless it is there; the key it is in must be.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: RelativeTo; what ZwCreateKey returns.
 * Source:  DOC wdm/RtlCreateRegistryKey
 */
NTSTATUS NTAPI RtlCreateRegistryKey(ULONG RelativeTo, WCHAR *Path)
{
    HANDLE Handle;
    NTSTATUS Status = CmpOpenRelative(RelativeTo, Path, KEY_WRITE, TRUE, &Handle);
    if (NT_SUCCESS(Status))
        CmpCloseRelative(RelativeTo, Handle);
    return Status;
}

/*
 * RtlWriteRegistryValue - sets a value; the key is made if it is not there.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; INVALID_PARAMETER: RelativeTo; what ZwCreateKey and ZwSetValueKey return.
 * Source:  DOC wdm/RtlWriteRegistryValue
 */
NTSTATUS NTAPI RtlWriteRegistryValue(ULONG RelativeTo, const WCHAR *Path, const WCHAR *ValueName,
    ULONG ValueType, void *ValueData, ULONG ValueLength)
{
    UNICODE_STRING Name;
    HANDLE Handle;
    NTSTATUS Status = CmpOpenRelative(RelativeTo, Path, KEY_WRITE, TRUE, &Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    RtlInitUnicodeString(&Name, ValueName);
    Status = ZwSetValueKey(Handle, &Name, 0, ValueType, ValueData, ValueLength);
    CmpCloseRelative(RelativeTo, Handle);
    return Status;
}

/*
 * RtlDeleteRegistryValue - deletes a value.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND: the key or the value; INVALID_PARAMETER: RelativeTo;
 *          what ZwOpenKey and ZwDeleteValueKey return.
 * Source:  DOC wdm/RtlDeleteRegistryValue
 */
NTSTATUS NTAPI RtlDeleteRegistryValue(ULONG RelativeTo, const WCHAR *Path, const WCHAR *ValueName)
{
    UNICODE_STRING Name;
    HANDLE Handle;
    NTSTATUS Status = CmpOpenRelative(RelativeTo, Path, KEY_WRITE, FALSE, &Handle);
    if (!NT_SUCCESS(Status))
        return Status;
    RtlInitUnicodeString(&Name, ValueName);
    Status = ZwDeleteValueKey(Handle, &Name);
    CmpCloseRelative(RelativeTo, Handle);
    return Status;
}

static NTSTATUS CmpReadInto(
    HANDLE Key, UNICODE_STRING *Name, ULONG Length, ULONG *Type, void *Data, ULONG *ResultLength)
{
    ULONG Needed, Bytes = FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data) + Length;
    KEY_VALUE_PARTIAL_INFORMATION *Value = ExiAllocate(
        PagedPool, Bytes, CMP_TAG_BUFFER, EX_KERNEL_SITE);
    if (Value == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = ZwQueryValueKey(Key, Name, KeyValuePartialInformation, Value, Bytes, &Needed);
    if (Status == STATUS_BUFFER_TOO_SMALL)
        Status = STATUS_BUFFER_OVERFLOW;
    if (NT_SUCCESS(Status)) {
        if (Type != NULL)
            *Type = Value->Type;
        __builtin_memcpy(Data, Value->Data, Value->DataLength);
    }
    if (NT_SUCCESS(Status) || Status == STATUS_BUFFER_OVERFLOW)
        *ResultLength = Needed - (ULONG)FIELD_OFFSET(KEY_VALUE_PARTIAL_INFORMATION, Data);
    ExiFree(Value);
    return Status;
}

/*
 * RtlQueryRegistryValueWithFallback - a value of one key, or of another if that has none of the
 * name.
 *
 * PrimaryHandle, FallbackHandle: one may be NULL. ValueType: optional. ValueData: of ValueLength
 * bytes. ResultLength: bytes of data.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; OBJECT_NAME_NOT_FOUND: neither has it; BUFFER_OVERFLOW: ResultLength says how
 *          much it takes; INVALID_PARAMETER: no name, no key; what ZwQueryValueKey returns;
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC ntddk/RtlQueryRegistryValueWithFallback; INF INVALID_PARAMETER; OBS
 *          tests/kernel/cm/RtlQueryRegistryValueWithFallback.c
 */
NTSTATUS NTAPI RtlQueryRegistryValueWithFallback(HANDLE PrimaryHandle, HANDLE FallbackHandle,
    UNICODE_STRING *ValueName, ULONG ValueLength, ULONG *ValueType, void *ValueData,
    ULONG *ResultLength)
{
    NTSTATUS Status = STATUS_OBJECT_NAME_NOT_FOUND;
    if (ValueName == NULL || ResultLength == NULL || ValueLength > CMP_DATA_LIMIT / 2 ||
        (PrimaryHandle == NULL && FallbackHandle == NULL))
        return STATUS_INVALID_PARAMETER;
    if (PrimaryHandle != NULL)
        Status = CmpReadInto(
            PrimaryHandle, ValueName, ValueLength, ValueType, ValueData, ResultLength);
    if (Status == STATUS_OBJECT_NAME_NOT_FOUND && FallbackHandle != NULL)
        Status = CmpReadInto(
            FallbackHandle, ValueName, ValueLength, ValueType, ValueData, ResultLength);
    return Status;
}
