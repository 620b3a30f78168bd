/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * Keys and values that several threads make, open, list, change and delete: whatever is found is
 * whole, and what is left at the end is what is there.
 */
#include "../cm/cm_test.h"
#include "torture.h"

const ULONG TortureTests = 4;

/* ---- keys ------------------------------------------------------------------------------------ */

#define KEY_NAMES 4

static const WCHAR *const KeyNames[KEY_NAMES] = {L"First", L"Second", L"FIRST", L"First\\Below"};

typedef struct KEY_RACE {
    HANDLE Root;
    volatile LONG Made, Deleted;
} KEY_RACE;

/* Statuses of a key that somebody else deletes. */
static BOOLEAN KeyIsGone(NTSTATUS Status)
{
    return Status == STATUS_KEY_DELETED || Status == STATUS_OBJECT_NAME_NOT_FOUND;
}

static NTSTATUS KeyCreate(TORTURE_THREAD *Self, KEY_RACE *Race, const WCHAR *Name, PHANDLE Key)
{
    UNICODE_STRING String;
    OBJECT_ATTRIBUTES Attributes;
    ULONG Disposition = 0;
    NTSTATUS Status;

    RtlInitUnicodeString(&String, Name);
    InitializeObjectAttributes(&Attributes, &String, OBJ_CASE_INSENSITIVE | OBJ_KERNEL_HANDLE,
                               Race->Root, NULL);
    Status = ZwCreateKey(Key, KEY_ALL_ACCESS, &Attributes, 0, NULL, REG_OPTION_VOLATILE,
                         &Disposition);
    if (NT_SUCCESS(Status)) {
        TORTURE_CHECK(Self->Torture,
                      Disposition == REG_CREATED_NEW_KEY || Disposition == REG_OPENED_EXISTING_KEY);
        if (Disposition == REG_CREATED_NEW_KEY)
            InterlockedIncrement(&Race->Made);
    } else {
        TORTURE_CHECK(Self->Torture, KeyIsGone(Status));
    }
    return Status;
}

/* What is listed has one of the names. */
static VOID KeyList(TORTURE_THREAD *Self, HANDLE Root)
{
    struct {
        KEY_BASIC_INFORMATION Basic;
        WCHAR Rest[32];
    } Information;
    ULONG Index, Length;
    NTSTATUS Status = STATUS_SUCCESS;

    for (Index = 0; NT_SUCCESS(Status) && Index < KEY_NAMES; Index++) {
        UNICODE_STRING Name, First, Second;

        Status = ZwEnumerateKey(Root, Index, KeyBasicInformation, &Information, sizeof(Information),
                                &Length);
        if (!NT_SUCCESS(Status))
            break;
        Name.Buffer = Information.Basic.Name;
        Name.Length = Name.MaximumLength = (USHORT)Information.Basic.NameLength;
        RtlInitUnicodeString(&First, L"First");
        RtlInitUnicodeString(&Second, L"Second");
        TORTURE_CHECK(Self->Torture, RtlEqualUnicodeString(&Name, &First, TRUE) ||
                                         RtlEqualUnicodeString(&Name, &Second, TRUE));
    }
    TORTURE_CHECK(Self->Torture, Status == STATUS_NO_MORE_ENTRIES);
}

static VOID KeyUse(TORTURE_THREAD *Self, KEY_RACE *Race, HANDLE Key)
{
    KEY_FULL_INFORMATION Full;
    ULONG Length;
    NTSTATUS Status;

    switch (TortureRandom(Self, 3)) {
    case 0:
        Status = CmTestSetNumber(Key, L"Number", 7);
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(Status) || KeyIsGone(Status));
        break;
    case 1:
        Status = ZwQueryKey(Key, KeyFullInformation, &Full, sizeof(Full), &Length);
        TORTURE_CHECK(Self->Torture, NT_SUCCESS(Status) || KeyIsGone(Status));
        TORTURE_CHECK(Self->Torture,
                      !NT_SUCCESS(Status) || (Full.SubKeys <= 1 && Full.Values <= 1));
        break;
    default:
        Status = ZwDeleteKey(Key);
        TORTURE_CHECK(Self->Torture,
                      NT_SUCCESS(Status) || KeyIsGone(Status) || Status == STATUS_CANNOT_DELETE);
        if (NT_SUCCESS(Status)) {
            InterlockedIncrement(&Race->Deleted);
            TORTURE_CHECK(Self->Torture, CmTestSetNumber(Key, L"Number", 8) == STATUS_KEY_DELETED);
        }
        break;
    }
}

static VOID NTAPI KeyThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    KEY_RACE *Race = Self->Context;

    while (TortureGoesOn(Self)) {
        const WCHAR *Name = KeyNames[TortureRandom(Self, KEY_NAMES)];
        HANDLE Key = NULL;
        NTSTATUS Status;

        if (TortureRandom(Self, 4) == 0)
            KeyList(Self, Race->Root);
        if (TortureRandom(Self, 2) == 0) {
            Status = KeyCreate(Self, Race, Name, &Key);
        } else {
            Status = CmTestOpen(Race->Root, Name, &Key);
            TORTURE_CHECK(Self->Torture, NT_SUCCESS(Status) || KeyIsGone(Status));
        }
        if (!NT_SUCCESS(Status))
            continue;
        KeyUse(Self, Race, Key);
        TORTURE_CHECK(Self->Torture, ZwClose(Key) == STATUS_SUCCESS);
    }
}

TEST(ZwDeleteKey, WhileOthersMakeIt)
{
    TORTURE Torture;
    KEY_RACE Race = {CmTestKey(L"Torture"), 0, 0};
    LONG Left = 0;
    ULONG Index;

    if (Race.Root == NULL)
        return;
    TortureBegin(&Torture, 2000);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, KeyThread, &Race);
    TortureJoin(&Torture);
    for (Index = 0; Index < KEY_NAMES; Index++) {
        HANDLE Key;

        if (Index == 2 || !NT_SUCCESS(CmTestOpen(Race.Root, KeyNames[Index], &Key)))
            continue; /* the third is the first */
        Left++;
        ZwClose(Key);
    }
    /* Of several who delete the same key each may be told that it is gone. */
    CHECK(Race.Made - Left >= 0 && Race.Made - Left <= Race.Deleted);
    CmTestEnd(Race.Root);
}

/* ---- values ---------------------------------------------------------------------------------- */

#define VALUE_LONGEST 3000u

/* Data of a value: all its bytes are the same, and tell the length. */
static ULONG ValueLength(UCHAR Fill)
{
    return Fill * 11u + 1;
}

static BOOLEAN ValueIsWhole(const UCHAR *Data, ULONG Length)
{
    ULONG At;

    if (Length == 0 || Length != ValueLength(Data[0]))
        return FALSE;
    for (At = 1; At < Length && Data[At] == Data[0]; At++)
        continue;
    return At == Length;
}

typedef union VALUE {
    KEY_VALUE_FULL_INFORMATION Full;
    KEY_VALUE_PARTIAL_INFORMATION Partial;
    UCHAR Room[VALUE_LONGEST + 128];
} VALUE;

static VOID ValueRead(TORTURE_THREAD *Self, HANDLE Key, PUNICODE_STRING Name, VALUE *Value)
{
    ULONG Length;
    NTSTATUS Status = ZwQueryValueKey(Key, Name, KeyValuePartialInformation, Value, sizeof(*Value),
                                      &Length);

    TORTURE_CHECK(Self->Torture,
                  Status == STATUS_SUCCESS || Status == STATUS_OBJECT_NAME_NOT_FOUND);
    if (NT_SUCCESS(Status))
        TORTURE_CHECK(Self->Torture, ValueIsWhole(Value->Partial.Data, Value->Partial.DataLength));
}

static VOID ValueList(TORTURE_THREAD *Self, HANDLE Key, VALUE *Value)
{
    ULONG Index, Length;
    NTSTATUS Status;

    for (Index = 0; Index <= 2; Index++) {
        Status = ZwEnumerateValueKey(Key, Index, KeyValueFullInformation, Value, sizeof(*Value),
                                     &Length);
        TORTURE_CHECK(Self->Torture, Status == STATUS_SUCCESS || Status == STATUS_NO_MORE_ENTRIES);
        if (!NT_SUCCESS(Status))
            return;
        TORTURE_CHECK(Self->Torture, ValueIsWhole((UCHAR *)Value + Value->Full.DataOffset,
                                                  Value->Full.DataLength));
    }
    TORTURE_CHECK(Self->Torture, Index <= 2);
}

static VOID NTAPI ValueThread(PVOID Context)
{
    TORTURE_THREAD *Self = Context;
    HANDLE Key = Self->Context;
    VALUE *Value = ExAllocatePoolWithTag(PagedPool, sizeof(*Value), TORTURE_TAG);

    while (Value != NULL && TortureGoesOn(Self)) {
        UNICODE_STRING Name;
        NTSTATUS Status;

        RtlInitUnicodeString(&Name, TortureRandom(Self, 2) != 0 ? L"Value" : L"Other");
        switch (TortureRandom(Self, 4)) {
        case 0: {
            UCHAR Fill = (UCHAR)TortureRandom(Self, 256);

            RtlFillMemory(Value, ValueLength(Fill), Fill);
            TORTURE_CHECK(Self->Torture, NT_SUCCESS(ZwSetValueKey(Key, &Name, 0, REG_BINARY, Value,
                                                                  ValueLength(Fill))));
            break;
        }
        case 1:
            Status = TortureRandom(Self, 4) == 0 ? ZwDeleteValueKey(Key, &Name) : STATUS_SUCCESS;
            TORTURE_CHECK(Self->Torture,
                          Status == STATUS_SUCCESS || Status == STATUS_OBJECT_NAME_NOT_FOUND);
            break;
        case 2: ValueList(Self, Key, Value); break;
        default: ValueRead(Self, Key, &Name, Value); break;
        }
    }
    if (TORTURE_CHECK(Self->Torture, Value != NULL))
        ExFreePoolWithTag(Value, TORTURE_TAG);
}

TEST(ZwSetValueKey, IsReadWhole)
{
    TORTURE Torture;
    HANDLE Key = CmTestKey(L"Torture");
    ULONG Index;

    if (Key == NULL)
        return;
    TortureBegin(&Torture, 2000);
    for (Index = 0; Index < 4; Index++)
        TortureStart(&Torture, ValueThread, Key);
    TortureJoin(&Torture);
    CmTestEnd(Key);
}
