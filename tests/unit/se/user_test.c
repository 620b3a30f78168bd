/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A machine whose client is an ordinary user: what services let it do with the namespace and with objects. */
#include "se_test.h"

#define assert_status(actual, wanted) assert_int_equal((ULONG)(actual), (ULONG)(wanted))

static HANDLE handle, second;
static OBJECT_ATTRIBUTES attributes;
static UNICODE_STRING name, target = RTL_STRING(u"\\Device\\Null");

static OBJECT_ATTRIBUTES *named(const WCHAR *path, ULONG flags)
{
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, flags | OBJ_CASE_INSENSITIVE, NULL, NULL);
    return &attributes;
}

static NTSTATUS create_link(void *unused)
{
    (void)unused;
    return NtCreateSymbolicLinkObject(&second, SYMBOLIC_LINK_ALL_ACCESS, &attributes, &target);
}

static NTSTATUS create_directory(void *unused)
{
    (void)unused;
    return NtCreateDirectoryObject(&second, DIRECTORY_ALL_ACCESS, &attributes);
}

AS_CLIENT(a_user_looks_but_does_not_touch)
{
    assert_status(SysOpenDirectoryObject(&handle, GENERIC_READ, named(u"\\??", 0)), STATUS_SUCCESS);
    SysClose(handle);
    assert_status(SysOpenDirectoryObject(&handle, DIRECTORY_CREATE_OBJECT, named(u"\\??", 0)), STATUS_ACCESS_DENIED);
    named(u"\\??\\Mine", 0);
    assert_status(KeEnterKernel(create_link, NULL, UserMode), STATUS_ACCESS_DENIED);
    named(u"\\Device\\Mine", 0);
    assert_status(KeEnterKernel(create_directory, NULL, UserMode), STATUS_ACCESS_DENIED);
    assert_status(KeEnterKernel(create_directory, NULL, KernelMode), STATUS_SUCCESS);
    SysClose(second);
}

AS_CLIENT(a_user_names_what_is_his)
{
    named(u"\\BaseNamedObjects\\Mine", 0);
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE), STATUS_SUCCESS);
    assert_status(SysOpenEvent(&second, EVENT_ALL_ACCESS, &attributes), STATUS_SUCCESS);
    SysClose(second);
    SysClose(handle);
    named(u"\\BaseNamedObjects\\Mine", OBJ_PERMANENT);
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_PRIVILEGE_NOT_HELD);
}

/* A driver's event: made by SYSTEM. */
static NTSTATUS create_for_system(void *descriptor)
{
    attributes.SecurityDescriptor = descriptor;
    SE_TOKEN *(*current)(void) = SeCurrentToken;
    SeCurrentToken = NULL;
    NTSTATUS status = ZwCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    SeCurrentToken = current;
    attributes.SecurityDescriptor = NULL;
    return status;
}

AS_CLIENT(a_drivers_event_is_not_a_users)
{
    static SECURITY_DESCRIPTOR everyone;
    named(u"\\BaseNamedObjects\\Driver", 0);
    assert_status(KeEnterKernel(create_for_system, NULL, KernelMode), STATUS_SUCCESS);
    assert_status(SysOpenEvent(&second, SYNCHRONIZE, &attributes), STATUS_ACCESS_DENIED);
    assert_status(SysOpenEvent(&second, MAXIMUM_ALLOWED, &attributes), STATUS_ACCESS_DENIED);
    SysClose(handle);
    /* With a NULL DACL it is everyone's. */
    RtlCreateSecurityDescriptor(&everyone, 1);
    RtlSetDaclSecurityDescriptor(&everyone, TRUE, NULL, FALSE);
    assert_status(KeEnterKernel(create_for_system, &everyone, KernelMode), STATUS_SUCCESS);
    assert_status(SysOpenEvent(&second, EVENT_ALL_ACCESS, &attributes), STATUS_SUCCESS);
    SysClose(second);
    SysClose(handle);
}

IN_KERNEL(force_access_check_checks_the_kernel_too)
{
    HANDLE event, again;
    OBJECT_ATTRIBUTES forced;
    named(u"\\BaseNamedObjects\\Driver", 0);
    expect_status(create_for_system(NULL), STATUS_SUCCESS);
    event = handle;
    InitializeObjectAttributes(&forced, &name, OBJ_CASE_INSENSITIVE, NULL, NULL);
    expect_status(ZwOpenEvent(&again, SYNCHRONIZE, &forced), STATUS_SUCCESS);
    ZwClose(again);
    forced.Attributes |= OBJ_FORCE_ACCESS_CHECK;
    expect_status(ZwOpenEvent(&again, SYNCHRONIZE, &forced), STATUS_ACCESS_DENIED);
    ZwClose(event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_user_looks_but_does_not_touch),
        TEST(a_user_names_what_is_his),
        TEST(a_drivers_event_is_not_a_users),
        TEST(force_access_check_checks_the_kernel_too),
    };
    return cmocka_run_group_tests(tests, open_machine_as_user, close_machine);
}
