/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The registry as a client sees it: an ordinary user's rights, pointers into nowhere, descriptors,
 * waiting for changes. */
#include <pthread.h>

#include "cm_test.h"

#define assert_status(actual, wanted) assert_int_equal((ULONG)(actual), (ULONG)(wanted))

static HANDLE key, other;
static UNICODE_STRING value = RTL_STRING(u"Value");

static NTSTATUS make_shared(void *sddl)
{
    SECURITY_DESCRIPTOR *descriptor = NULL;
    HANDLE made;
    OBJECT_ATTRIBUTES *attributes = at(SOFTWARE u"Shared");
    void (*current)(struct _ETHREAD **, struct _EPROCESS **) = SeCurrentSubject;
    SeCurrentSubject = NULL;
    if (sddl != NULL && NT_SUCCESS(SeiParseSddl(sddl, &descriptor)))
        attributes->SecurityDescriptor = descriptor;
    NTSTATUS status = ZwCreateKey(&made, KEY_ALL_ACCESS, attributes, 0, NULL, 0, NULL);
    SeCurrentSubject = current;
    if (descriptor != NULL)
        ExiFree(descriptor);
    return NT_SUCCESS(status) ? ZwClose(made) : status;
}

static void make_shared_key(const UNICODE_STRING *sddl)
{
    assert_status(KeEnterKernel(make_shared, (void *)(uintptr_t)sddl, KernelMode), STATUS_SUCCESS);
}

static NTSTATUS remove_shared(void *unused)
{
    (void)unused;
    return CmiDeleteKeyPath(U(u"HKLM\\Software\\Shared"));
}

static void remove_shared_key(void)
{
    assert_status(KeEnterKernel(remove_shared, NULL, KernelMode), STATUS_SUCCESS);
}

AS_CLIENT(a_user_reads_and_does_not_write)
{
    ULONG number = 1, disposition = 77;
    assert_status(SysOpenKey(&key, KEY_READ, at(u"\\Registry\\Machine\\Software")), STATUS_SUCCESS);
    assert_status(
        SysSetValueKey(key, &value, 0, REG_DWORD, &number, sizeof(number)), STATUS_ACCESS_DENIED);
    assert_status(SysDeleteKey(key), STATUS_ACCESS_DENIED);
    SysClose(key);
    assert_status(
        SysOpenKey(&key, KEY_WRITE, at(u"\\Registry\\Machine\\Software")), STATUS_ACCESS_DENIED);
    assert_status(SysCreateKey(&key, KEY_READ, at(SOFTWARE u"Mine"), 0, NULL, 0, &disposition),
        STATUS_ACCESS_DENIED);
    assert_int_equal(disposition, 77);
    assert_status(
        SysOpenKey(&key, KEY_READ, at(u"\\Registry\\Machine\\SAM")), STATUS_ACCESS_DENIED);
    assert_status(SysOpenKey(&key, KEY_READ, NULL), STATUS_ACCESS_VIOLATION);
    assert_status(
        SysOpenKey(&key, KEY_READ | KEY_WOW64_64KEY, at(u"\\Registry\\Machine\\Software")),
        STATUS_SUCCESS);
    SysClose(key);
}

AS_CLIENT(handles_grant_what_was_asked_for)
{
    UCHAR buffer[64];
    ULONG length, number = 5;
    make_shared_key(U(u"D:(A;CI;KA;;;WD)"));
    assert_status(SysCreateKey(&key, KEY_SET_VALUE, at(SOFTWARE u"Shared\\Mine"), 0, NULL, 0, NULL),
        STATUS_SUCCESS);
    assert_status(
        SysSetValueKey(key, &value, 0, REG_DWORD, &number, sizeof(number)), STATUS_SUCCESS);
    assert_status(
        SysQueryValueKey(key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), &length),
        STATUS_ACCESS_DENIED);
    assert_status(SysEnumerateKey(key, 0, KeyBasicInformation, buffer, sizeof(buffer), &length),
        STATUS_ACCESS_DENIED);
    assert_status(SysQueryKey(key, KeyNameInformation, buffer, sizeof(buffer), &length),
        STATUS_BUFFER_OVERFLOW);
    SysClose(key);
    assert_status(SysOpenKey(&key, MAXIMUM_ALLOWED, at(SOFTWARE u"Shared\\Mine")), STATUS_SUCCESS);
    assert_status(
        SysQueryValueKey(key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), &length),
        STATUS_SUCCESS);
    assert_int_equal(length, 16);
    assert_status(SysDeleteKey(key), STATUS_SUCCESS);
    SysClose(key);
    remove_shared_key();
}

AS_CLIENT(bad_pointers_are_refused)
{
    UCHAR buffer[64];
    ULONG length, number = 5;
    void *nowhere = (void *)(uintptr_t)0x1000, *system = (void *)MM_SYSTEM_BASE;
    make_shared_key(U(u"D:(A;CI;KA;;;WD)"));
    assert_status(SysOpenKey(nowhere, KEY_READ, at(SOFTWARE u"Shared")), STATUS_ACCESS_VIOLATION);
    assert_status(SysOpenKey(&key, KEY_READ, nowhere), STATUS_ACCESS_VIOLATION);
    assert_status(SysOpenKey(&key, KEY_ALL_ACCESS, at(SOFTWARE u"Shared")), STATUS_SUCCESS);
    assert_status(SysSetValueKey(key, nowhere, 0, REG_DWORD, &number, sizeof(number)),
        STATUS_ACCESS_VIOLATION);
    assert_status(
        SysSetValueKey(key, &value, 0, REG_DWORD, system, sizeof(number)), STATUS_ACCESS_VIOLATION);
    assert_status(
        SysSetValueKey(key, &value, 0, REG_DWORD, &number, sizeof(number)), STATUS_SUCCESS);
    assert_status(SysQueryValueKey(key, &value, KeyValuePartialInformation, system, 64, &length),
        STATUS_ACCESS_VIOLATION);
    assert_status(
        SysQueryValueKey(key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), nowhere),
        STATUS_ACCESS_VIOLATION);
    assert_status(
        SysQueryKey(key, KeyFullInformation, nowhere, 64, &length), STATUS_ACCESS_VIOLATION);
    assert_status(
        SysQueryMultipleValueKey(key, nowhere, 1, buffer, &length, NULL), STATUS_ACCESS_VIOLATION);
    assert_status(
        SysSetInformationKey(key, KeyWriteTimeInformation, nowhere, 8), STATUS_ACCESS_VIOLATION);
    assert_status(SysRenameKey(key, nowhere), STATUS_ACCESS_VIOLATION);
    SysClose(key);
    remove_shared_key();
}

/* As the client would: there is no SysSetSecurityObject. */
typedef struct security_change {
    HANDLE handle;
    SECURITY_DESCRIPTOR *descriptor;
} security_change;

static NTSTATUS set_security(void *arguments)
{
    security_change *change = arguments;
    return NtSetSecurityObject(change->handle, DACL_SECURITY_INFORMATION, change->descriptor);
}

AS_CLIENT(descriptors_are_the_keys_not_the_handles)
{
    SECURITY_DESCRIPTOR none;
    ACL empty;
    make_shared_key(U(u"D:(A;CI;KA;;;WD)"));
    assert_status(SysOpenKey(&key, KEY_ALL_ACCESS, at(SOFTWARE u"Shared")), STATUS_SUCCESS);
    RtlCreateSecurityDescriptor(&none, 1);
    RtlCreateAcl(&empty, sizeof(empty), ACL_REVISION);
    RtlSetDaclSecurityDescriptor(&none, TRUE, &empty, FALSE);
    security_change change = {key, &none};
    assert_status(KeEnterKernel(set_security, &change, UserMode), STATUS_SUCCESS);
    assert_status(SysOpenKey(&other, KEY_READ, at(SOFTWARE u"Shared")), STATUS_ACCESS_DENIED);
    assert_status(SysFlushKey(key), STATUS_SUCCESS);
    SysClose(key);
    remove_shared_key();
}

/* ---- waiting --------------------------------------------------------------------------------- */

static IO_STATUS_BLOCK waiter_status;

static void *wait_for_change(void *unused)
{
    HANDLE watched;
    uintptr_t status = 0;
    (void)unused;
    UNICODE_STRING path = RTL_STRING(SOFTWARE u"Shared");
    OBJECT_ATTRIBUTES attributes;
    InitializeObjectAttributes(&attributes, &path, OBJ_CASE_INSENSITIVE, NULL, NULL);
    if (NT_SUCCESS(SysOpenKey(&watched, KEY_NOTIFY, &attributes))) {
        status = (ULONG)SysNotifyChangeKey(watched, NULL, NULL, NULL, &waiter_status,
            REG_NOTIFY_CHANGE_LAST_SET, TRUE, NULL, 0, FALSE);
        SysClose(watched);
    }
    return (void *)status;
}

AS_CLIENT(a_waiting_thread_is_woken)
{
    pthread_t thread;
    void *result;
    ULONG number = 0;
    make_shared_key(U(u"D:(A;CI;KA;;;WD)"));
    assert_status(SysOpenKey(&key, KEY_ALL_ACCESS, at(SOFTWARE u"Shared")), STATUS_SUCCESS);
    waiter_status.Status = 0;
    assert_int_equal(pthread_create(&thread, NULL, wait_for_change, NULL), 0);
    /* Until the other thread has noticed one of the changes. */
    while (pthread_tryjoin_np(thread, &result) != 0) {
        number++;
        assert_status(
            SysSetValueKey(key, &value, 0, REG_DWORD, &number, sizeof(number)), STATUS_SUCCESS);
        sched_yield();
    }
    assert_int_equal((uintptr_t)result, STATUS_NOTIFY_ENUM_DIR);
    assert_status(waiter_status.Status, STATUS_NOTIFY_ENUM_DIR);
    SysClose(key);
    remove_shared_key();
}

AS_CLIENT(changes_between_calls_are_remembered)
{
    IO_STATUS_BLOCK status;
    HANDLE event;
    ULONG number = 1;
    LARGE_INTEGER now = {.QuadPart = 0};
    OBJECT_ATTRIBUTES nameless;
    InitializeObjectAttributes(&nameless, NULL, 0, NULL, NULL);
    make_shared_key(U(u"D:(A;CI;KA;;;WD)"));
    assert_status(SysCreateEvent(&event, EVENT_ALL_ACCESS, &nameless, NotificationEvent, TRUE),
        STATUS_SUCCESS);
    assert_status(SysOpenKey(&key, KEY_ALL_ACCESS, at(SOFTWARE u"Shared")), STATUS_SUCCESS);
    assert_status(SysNotifyChangeKey(key, event, NULL, NULL, &status, REG_NOTIFY_CHANGE_LAST_SET,
                      FALSE, NULL, 0, TRUE),
        STATUS_PENDING);
    assert_status(SysWaitForSingleObject(event, FALSE, &now), STATUS_TIMEOUT);
    assert_status(
        SysSetValueKey(key, &value, 0, REG_DWORD, &number, sizeof(number)), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(event, FALSE, &now), STATUS_SUCCESS);
    /* The same data again are no change; others are, and nobody waits. */
    assert_status(
        SysSetValueKey(key, &value, 0, REG_DWORD, &number, sizeof(number)), STATUS_SUCCESS);
    assert_status(SysNotifyChangeKey(key, event, NULL, NULL, &status, REG_NOTIFY_CHANGE_LAST_SET,
                      FALSE, NULL, 0, TRUE),
        STATUS_PENDING);
    number = 2;
    assert_status(
        SysSetValueKey(key, &value, 0, REG_DWORD, &number, sizeof(number)), STATUS_SUCCESS);
    number = 3;
    assert_status(
        SysSetValueKey(key, &value, 0, REG_DWORD, &number, sizeof(number)), STATUS_SUCCESS);
    assert_status(SysNotifyChangeKey(key, event, NULL, NULL, &status, REG_NOTIFY_CHANGE_LAST_SET,
                      FALSE, NULL, 0, TRUE),
        STATUS_NOTIFY_ENUM_DIR);
    assert_status(SysWaitForSingleObject(event, FALSE, &now), STATUS_SUCCESS);
    SysClose(key);
    SysClose(event);
    remove_shared_key();
}

/* ---- setting up ------------------------------------------------------------------------------ */

AS_CLIENT(an_embedder_sets_values)
{
    static const char text[] =
        "REGEDIT4\n[HKEY_LOCAL_MACHINE\\Software\\Embedded\\Deep]\n\"Value\"=dword:00000007\n";
    UCHAR buffer[64];
    ULONG length, number = 6;
    UNICODE_STRING path = RTL_STRING(u"HKLM\\Software\\Embedded");
    assert_status(
        dotsys_registry_set(machine, "HKLM\\Software\\Embedded", "Value", REG_DWORD, &number, 4),
        0);
    assert_status(dotsys_registry_import_text(machine, text, sizeof(text) - 1), 0);
    assert_status(SysOpenKey(&key, KEY_READ, at(SOFTWARE u"Embedded\\Deep")), STATUS_SUCCESS);
    assert_status(
        SysQueryValueKey(key, &value, KeyValuePartialInformation, buffer, sizeof(buffer), &length),
        STATUS_SUCCESS);
    assert_int_equal(buffer[12], 7);
    SysClose(key);
    assert_status(CmiDeleteKeyPath(&path), STATUS_SUCCESS);
    assert_status(dotsys_registry_set(machine, "HKXX\\Software", "Value", REG_DWORD, &number, 4),
        STATUS_OBJECT_PATH_SYNTAX_BAD);
    assert_non_null(strstr(dotsys_last_message(), "HKXX"));
    assert_status(
        dotsys_registry_import_text(machine, "REGEDIT4\n[", 10), STATUS_INVALID_PARAMETER);
    assert_non_null(strstr(dotsys_last_message(), "line 2"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_user_reads_and_does_not_write),
        TEST(handles_grant_what_was_asked_for),
        TEST(bad_pointers_are_refused),
        TEST(descriptors_are_the_keys_not_the_handles),
        TEST(a_waiting_thread_is_woken),
        TEST(changes_between_calls_are_remembered),
        TEST(an_embedder_sets_values),
    };
    return cmocka_run_group_tests(tests, open_machine_as_user, close_machine);
}
