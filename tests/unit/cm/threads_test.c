/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Many threads in the same few keys: every call ends as it may, and nothing is left. */
#include <pthread.h>

#include "cm_test.h"

#define THREADS 4
#define ROUNDS 3000

static unsigned wrong;

static void may_be(NTSTATUS status, NTSTATUS other, NTSTATUS third)
{
    if (status != STATUS_SUCCESS && status != other && status != third)
        __atomic_fetch_add(&wrong, 1, __ATOMIC_RELAXED);
}

static void *work(void *argument)
{
    static const WCHAR *const path[] = {
        SOFTWARE u"Threads\\A", SOFTWARE u"Threads\\B", SOFTWARE u"Threads\\B\\C"};
    UNICODE_STRING value = RTL_STRING(u"Value"), name;
    unsigned random = (unsigned)(uintptr_t)argument;
    for (ULONG round = 0; round < ROUNDS; round++) {
        OBJECT_ATTRIBUTES attributes;
        UCHAR buffer[64];
        ULONG length;
        HANDLE key;
        random = random * 1103515245u + 12345u;
        RtlInitUnicodeString(&name, path[(random >> 16) % 3]);
        InitializeObjectAttributes(&attributes, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
        NTSTATUS status = SysCreateKey(&key, KEY_ALL_ACCESS, &attributes, 0, NULL, 0, NULL);
        may_be(status, STATUS_OBJECT_NAME_NOT_FOUND, STATUS_KEY_DELETED);
        if (!NT_SUCCESS(status))
            continue;
        may_be(SysSetValueKey(key, &value, 0, REG_DWORD, &round, sizeof(round)), STATUS_KEY_DELETED,
            0);
        may_be(SysQueryValueKey(
                   key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), &length),
            STATUS_KEY_DELETED, 0);
        may_be(SysEnumerateKey(key, 0, KeyBasicInformation, buffer, sizeof(buffer), &length),
            STATUS_KEY_DELETED, STATUS_NO_MORE_ENTRIES);
        may_be(SysQueryKey(key, KeyFullInformation, buffer, sizeof(buffer), &length),
            STATUS_KEY_DELETED, 0);
        if ((random >> 20) % 2 == 0)
            may_be(SysDeleteKey(key), STATUS_KEY_DELETED, STATUS_CANNOT_DELETE);
        SysClose(key);
    }
    return NULL;
}

static NTSTATUS count(void *result)
{
    *(resources *)result = count_resources();
    return STATUS_SUCCESS;
}

static void threads_share_keys(void **state)
{
    static const UNICODE_STRING path = RTL_STRING(u"HKLM\\Software\\Threads");
    pthread_t thread[THREADS];
    resources before, after;
    (void)state;
    arm_faults();
    KeEnterKernel(count, &before, KernelMode);
    assert_int_equal(CmiCreateKeyPath(&path), STATUS_SUCCESS);
    for (uintptr_t index = 0; index < THREADS; index++)
        assert_int_equal(pthread_create(&thread[index], NULL, work, (void *)(index + 1)), 0);
    for (unsigned index = 0; index < THREADS; index++)
        pthread_join(thread[index], NULL);
    assert_int_equal(wrong, 0);
    assert_int_equal(CmiDeleteKeyPath(&path), STATUS_SUCCESS);
    KeEnterKernel(count, &after, KernelMode);
    assert_int_equal(after.objects, before.objects);
    assert_int_equal(after.blocks, before.blocks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(threads_share_keys)};
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
