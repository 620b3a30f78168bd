/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Reading values: by name, by number, and several at once. */
#include "cm/cmp.h"

static BOOLEAN CmpIsValueClass(KEY_VALUE_INFORMATION_CLASS Class)
{
    return Class <= KeyValuePartialInformationAlign64;
}

/* Index: of the value; one beyond the last gives Missing. */
static void CmpAnswerValue(const CMP_NODE *Node, ULONG Index, NTSTATUS Missing,
    const CMP_QUESTION *Question, CMP_ANSWER *Answer)
{
    if (Index >= Node->ValueCount)
        CmpRender(Answer, 0, Missing);
    else
        CmpRender(Answer, Question->Length,
            CmpDescribeValue(
                Node->Value[Index], (KEY_VALUE_INFORMATION_CLASS)Question->Class, Answer));
}

static void CmpAnswerByName(const CMP_NODE *Node, const CMP_QUESTION *Question, CMP_ANSWER *Answer)
{
    CmpAnswerValue(
        Node, CmpFindValue(Node, Question->Name), STATUS_OBJECT_NAME_NOT_FOUND, Question, Answer);
}

static void CmpAnswerByIndex(const CMP_NODE *Node, const CMP_QUESTION *Question, CMP_ANSWER *Answer)
{
    CmpAnswerValue(Node, Question->Index, STATUS_NO_MORE_ENTRIES, Question, Answer);
}

/*
 * NtQueryValueKey - a value's name, type and data.
 *
 * ValueName: without case; empty: the key's default value. ResultLength: bytes of all of the
 *            information, unless the call fails in another way than for lack of room.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_OVERFLOW: Length bytes of it were returned; BUFFER_TOO_SMALL: nothing
 *          was; OBJECT_NAME_NOT_FOUND; INVALID_PARAMETER: the class, or a name that is too long;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no KEY_QUERY_VALUE; KEY_DELETED,
 *          ACCESS_VIOLATION, INSUFFICIENT_RESOURCES.
 * Source:  DOC wdm/ZwQueryValueKey, KEY_VALUE_*_INFORMATION
 */
NTSTATUS NTAPI NtQueryValueKey(HANDLE KeyHandle, UNICODE_STRING *ValueName,
    KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass, void *KeyValueInformation, ULONG Length,
    ULONG *ResultLength)
{
    UNICODE_STRING Name = {0};

    if (!CmpIsValueClass(KeyValueInformationClass))
        return STATUS_INVALID_PARAMETER;
    REG_QUERY_VALUE_KEY_INFORMATION Information = {.ValueName = &Name,
        .KeyValueInformationClass = KeyValueInformationClass,
        .KeyValueInformation = KeyValueInformation,
        .Length = Length,
        .ResultLength = ResultLength};
    const CMP_QUESTION Question = {.Access = KEY_QUERY_VALUE,
        .Pre = RegNtPreQueryValueKey,
        .Post = RegNtPostQueryValueKey,
        .Information = &Information,
        .Buffer = KeyValueInformation,
        .Length = Length,
        .ResultLength = ResultLength,
        .Class = KeyValueInformationClass,
        .Given = ValueName,
        .Name = &Name,
        .Answer = CmpAnswerByName};
    NTSTATUS Status = CmpAsk(KeyHandle, &Question);
    CmpFreeText(&Name);
    return Status;
}

/*
 * NtEnumerateValueKey - the value number Index, in the order they were set first.
 *
 * IRQL:    PASSIVE_LEVEL
 * Returns: as NtQueryValueKey; NO_MORE_ENTRIES: there is no such value.
 * Source:  DOC wdm/ZwEnumerateValueKey
 */
NTSTATUS NTAPI NtEnumerateValueKey(HANDLE KeyHandle, ULONG Index,
    KEY_VALUE_INFORMATION_CLASS KeyValueInformationClass, void *KeyValueInformation, ULONG Length,
    ULONG *ResultLength)
{
    if (!CmpIsValueClass(KeyValueInformationClass))
        return STATUS_INVALID_PARAMETER;
    REG_ENUMERATE_VALUE_KEY_INFORMATION Information = {.Index = Index,
        .KeyValueInformationClass = KeyValueInformationClass,
        .KeyValueInformation = KeyValueInformation,
        .Length = Length,
        .ResultLength = ResultLength};
    const CMP_QUESTION Question = {.Access = KEY_QUERY_VALUE,
        .Pre = RegNtPreEnumerateValueKey,
        .Post = RegNtPostEnumerateValueKey,
        .Information = &Information,
        .Buffer = KeyValueInformation,
        .Length = Length,
        .ResultLength = ResultLength,
        .Class = KeyValueInformationClass,
        .Index = Index,
        .Answer = CmpAnswerByIndex};
    return CmpAsk(KeyHandle, &Question);
}

/* ---- several at once ------------------------------------------------------------------------- */

#define CMP_MULTIPLE_LIMIT 0x10000u /* values */

typedef struct CMP_MULTIPLE {
    KEY_VALUE_ENTRY *Entry; /* pool; ValueName is the caller's pointer */
    UNICODE_STRING *Name;   /* pool, captured */
    ULONG Count;
    UCHAR *Data;            /* pool, Length bytes; NULL: Length is 0 */
    ULONG Length, Required, Used;
} CMP_MULTIPLE;

static void CmpFreeMultiple(CMP_MULTIPLE *Multiple)
{
    for (ULONG Index = 0; Multiple->Name != NULL && Index < Multiple->Count; Index++)
        CmpFreeText(&Multiple->Name[Index]);
    if (Multiple->Name != NULL)
        ExiFree(Multiple->Name);
    if (Multiple->Entry != NULL)
        ExiFree(Multiple->Entry);
    if (Multiple->Data != NULL)
        ExiFree(Multiple->Data);
}

static NTSTATUS CmpCaptureMultiple(
    CMP_MULTIPLE *Multiple, const KEY_VALUE_ENTRY *Entries, const ULONG *BufferLength)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    SIZE_T Bytes = Multiple->Count * sizeof(KEY_VALUE_ENTRY);
    NTSTATUS Status = ObiReadCaller(&Multiple->Length, BufferLength, sizeof(ULONG), Mode);
    if (!NT_SUCCESS(Status))
        return Status;
    Multiple->Entry = ExiAllocate(PagedPool, Bytes, CMP_TAG_BUFFER, EX_KERNEL_SITE);
    Multiple->Name = ExiAllocateZero(
        PagedPool, Multiple->Count * sizeof(UNICODE_STRING), CMP_TAG_BUFFER, EX_KERNEL_SITE);
    if (Multiple->Entry == NULL || Multiple->Name == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Status = ObiReadCaller(Multiple->Entry, Entries, Bytes, Mode);
    for (ULONG Index = 0; Index < Multiple->Count && NT_SUCCESS(Status); Index++)
        Status = CmpCaptureValueName(Multiple->Entry[Index].ValueName, &Multiple->Name[Index]);
    return Status;
}

/* Under the lock: where everything goes, and as much of it as the buffer takes. */
static NTSTATUS CmpGatherMultiple(CMP_MULTIPLE *Multiple, const CMP_NODE *Node)
{
    ULONG64 Offset = 0;
    for (ULONG Index = 0; Index < Multiple->Count; Index++) {
        ULONG At = CmpFindValue(Node, &Multiple->Name[Index]);
        if (At == Node->ValueCount)
            return STATUS_OBJECT_NAME_NOT_FOUND;
        const CMP_VALUE *Value = Node->Value[At];
        KEY_VALUE_ENTRY *Entry = &Multiple->Entry[Index];
        Entry->Type = Value->Type;
        Entry->DataLength = Value->DataBytes;
        Entry->DataOffset = (ULONG)Offset;
        if (Offset + Value->DataBytes <= Multiple->Length) {
            if (Value->DataBytes != 0)
                __builtin_memcpy(Multiple->Data + Offset, Value->Data, Value->DataBytes);
            Multiple->Used = (ULONG)(Offset + Value->DataBytes);
        }
        Offset = (Offset + Value->DataBytes + 3) & ~(ULONG64)3;
        Multiple->Required = (ULONG)(Entry->DataOffset + Value->DataBytes);
        if (Offset > MAXULONG)
            return STATUS_INSUFFICIENT_RESOURCES;
    }
    return Multiple->Required <= Multiple->Length ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

static NTSTATUS CmpReturnMultiple(const CMP_MULTIPLE *Multiple, KEY_VALUE_ENTRY *Entries,
    void *Buffer, ULONG *BufferLength, ULONG *Required)
{
    KPROCESSOR_MODE Mode = KiPreviousMode();
    NTSTATUS Status =
        ObiWriteCaller(Entries, Multiple->Entry, Multiple->Count * sizeof(KEY_VALUE_ENTRY), Mode);
    if (NT_SUCCESS(Status) && Multiple->Used != 0)
        Status = ObiWriteCaller(Buffer, Multiple->Data, Multiple->Used, Mode);
    if (NT_SUCCESS(Status))
        Status = ObiWriteCaller(BufferLength, &Multiple->Used, sizeof(ULONG), Mode);
    if (NT_SUCCESS(Status) && Required != NULL)
        Status = ObiWriteCaller(Required, &Multiple->Required, sizeof(ULONG), Mode);
    return Status;
}

static NTSTATUS CmpQueryMultiple(CMP_KEY *Key, CMP_MULTIPLE *Multiple, KEY_VALUE_ENTRY *Entries,
    void *Buffer, ULONG *BufferLength, ULONG *Required)
{
    if (Multiple->Length != 0) {
        Multiple->Data = ExiAllocateZero(
            PagedPool, Multiple->Length, CMP_TAG_BUFFER, EX_KERNEL_SITE);
        if (Multiple->Data == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
    }
    CmpAcquire();
    NTSTATUS Status = CmpIsDeleted(Key) ? STATUS_KEY_DELETED
                                        : CmpGatherMultiple(Multiple, Key->Node);
    CmpRelease();
    if (!NT_SUCCESS(Status) && Status != STATUS_BUFFER_OVERFLOW)
        return Status;
    NTSTATUS Written = CmpReturnMultiple(Multiple, Entries, Buffer, BufferLength, Required);
    return NT_SUCCESS(Written) ? Status : Written;
}

/*
 * NtQueryMultipleValueKey - several values as they are at one moment.
 *
 * ValueEntries: in: names; out: type, length and offset in ValueBuffer of each. BufferLength: in:
 *               bytes there; out: bytes used. RequiredBufferLength: optional.
 * IRQL:    PASSIVE_LEVEL
 * Returns: SUCCESS; BUFFER_OVERFLOW: not all of them fit; OBJECT_NAME_NOT_FOUND: one is missing;
 *          INVALID_HANDLE, OBJECT_TYPE_MISMATCH, ACCESS_DENIED: no KEY_QUERY_VALUE; KEY_DELETED,
 *          INSUFFICIENT_RESOURCES.
 * Source:  DOC winternl/NtQueryMultipleValueKey, winreg/RegQueryMultipleValues
 */
NTSTATUS NTAPI NtQueryMultipleValueKey(HANDLE KeyHandle, KEY_VALUE_ENTRY *ValueEntries,
    ULONG EntryCount, void *ValueBuffer, ULONG *BufferLength, ULONG *RequiredBufferLength)
{
    CMP_MULTIPLE Multiple = {.Count = EntryCount};
    CMP_KEY *Key;

    if (EntryCount > CMP_MULTIPLE_LIMIT)
        return STATUS_INSUFFICIENT_RESOURCES;
    NTSTATUS Status = CmpReferenceKey(KeyHandle, KEY_QUERY_VALUE, &Key);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = CmpCaptureMultiple(&Multiple, ValueEntries, BufferLength);
    if (NT_SUCCESS(Status) && Multiple.Length != 0)
        Status = ObiProbeOutput(ValueBuffer, Multiple.Length, sizeof(ULONG), KiPreviousMode());
    if (NT_SUCCESS(Status)) {
        REG_QUERY_MULTIPLE_VALUE_KEY_INFORMATION Information = {.Object = Key,
            .ValueEntries = ValueEntries,
            .EntryCount = EntryCount,
            .ValueBuffer = ValueBuffer,
            .BufferLength = BufferLength,
            .RequiredBufferLength = RequiredBufferLength};
        CMP_OPERATION Operation = {RegNtPreQueryMultipleValueKey, RegNtPostQueryMultipleValueKey,
            Key, &Information, NULL, 0, FALSE};
        Status = CmpBefore(&Operation);
        if (Status == STATUS_SUCCESS)
            Status = CmpQueryMultiple(
                Key, &Multiple, ValueEntries, ValueBuffer, BufferLength, RequiredBufferLength);
        Status = CmpAfter(&Operation, Key, Status);
    }
    CmpFreeMultiple(&Multiple);
    ObfDereferenceObject(Key);
    return Status;
}
