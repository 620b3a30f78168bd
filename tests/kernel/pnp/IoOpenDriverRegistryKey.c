/*
 * SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: The dotsys authors
 *
 * IoOpenDriverRegistryKey.
 */
#include "pnp_test.h"

typedef NTSTATUS(NTAPI *OPEN)(PDRIVER_OBJECT, ULONG, ACCESS_MASK, ULONG, PHANDLE);

#define PARAMETERS       0
#define PERSISTENT_STATE 1

static OPEN Find(VOID)
{
    OPEN Open = (OPEN)KtestExport(L"IoOpenDriverRegistryKey");

    if (Open == NULL)
        skip("this Windows has no IoOpenDriverRegistryKey");
    return Open;
}

TEST(IoOpenDriverRegistryKey, OpensParametersAndState)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"IoOpenDriverRegistryKey");
    struct {
        KEY_VALUE_PARTIAL_INFORMATION Value;
        UCHAR Room[16];
    } Read;
    ULONG Number = 0x5a5a5a5a, Needed;
    HANDLE Key;
    OPEN Open = Find();

    for (ULONG Type = PARAMETERS; Open != NULL && Type <= PERSISTENT_STATE; Type++) {
        if (!CHECK_STATUS(Open(KtestDriverObject, Type, KEY_ALL_ACCESS, 0, &Key), STATUS_SUCCESS))
            return;
        CHECK_STATUS(
            ZwQueryValueKey(Key, &Name, KeyValuePartialInformation, &Read, sizeof(Read), &Needed),
            STATUS_OBJECT_NAME_NOT_FOUND);
        CHECK_STATUS(
            ZwSetValueKey(Key, &Name, 0, REG_DWORD, &Number, sizeof(Number)), STATUS_SUCCESS);
        CHECK_STATUS(ZwClose(Key), STATUS_SUCCESS);
    }
    for (ULONG Type = PARAMETERS; Open != NULL && Type <= PERSISTENT_STATE; Type++) {
        if (!CHECK_STATUS(Open(KtestDriverObject, Type, KEY_ALL_ACCESS, 0, &Key), STATUS_SUCCESS))
            return;
        CHECK_STATUS(
            ZwQueryValueKey(Key, &Name, KeyValuePartialInformation, &Read, sizeof(Read), &Needed),
            STATUS_SUCCESS);
        CHECK_EQ(*(ULONG *)(PVOID)Read.Value.Data, Number);
        CHECK_STATUS(ZwDeleteValueKey(Key, &Name), STATUS_SUCCESS);
        CHECK_STATUS(ZwClose(Key), STATUS_SUCCESS);
    }
}

TEST(IoOpenDriverRegistryKey, RefusesWhatThereIsNot)
{
    HANDLE Key = NULL;
    OPEN Open = Find();

    if (Open == NULL)
        return;
    CHECK_STATUS(Open(KtestDriverObject, 99, KEY_READ, 0, &Key), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Open(KtestDriverObject, PARAMETERS, KEY_READ, 1, &Key), STATUS_INVALID_PARAMETER);
    CHECK_STATUS(Open(NULL, PARAMETERS, KEY_READ, 0, &Key), STATUS_INVALID_PARAMETER);
    CHECK(Key == NULL);
}
