/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A machine whose client is an ordinary user: what services let it do with the namespace and with
 * objects. */
#include "se_test.h"

#include "ps/export.h"
#include "ps/token.h"

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
    assert_status(SysOpenDirectoryObject(&handle, DIRECTORY_CREATE_OBJECT, named(u"\\??", 0)),
        STATUS_ACCESS_DENIED);
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
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
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
    void (*current)(struct _ETHREAD **, struct _EPROCESS **) = SeCurrentSubject;
    SeCurrentSubject = NULL;
    NTSTATUS status = ZwCreateEvent(
        &handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    SeCurrentSubject = current;
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

/* ---- tokens ---------------------------------------------------------------------------------- */

static CLIENT_ID cid;
static HANDLE token;
static SID *label_sid;
static SID_AND_ATTRIBUTES label;
static TOKEN_PRIVILEGES privileges;

static NTSTATUS open_system_process(void *unused)
{
    (void)unused;
    return NtOpenProcess(&handle, PROCESS_QUERY_LIMITED_INFORMATION, &attributes, &cid);
}

static NTSTATUS open_token(void *access)
{
    return NtOpenProcessToken(handle, (ACCESS_MASK)(ULONG_PTR)access, &token);
}

static NTSTATUS raise_integrity(void *unused)
{
    (void)unused;
    return NtSetInformationToken(token, TokenIntegrityLevel, &label, sizeof(label));
}

static NTSTATUS enable(void *unused)
{
    (void)unused;
    return NtAdjustPrivilegesToken(token, FALSE, &privileges, 0, NULL, NULL);
}

AS_CLIENT(a_user_does_not_get_systems_token)
{
    InitializeObjectAttributes(&attributes, NULL, 0, NULL, NULL);
    cid = (CLIENT_ID){(HANDLE)4, NULL};
    assert_status(KeEnterKernel(open_system_process, NULL, UserMode), STATUS_SUCCESS);
    assert_status(
        KeEnterKernel(open_token, (void *)TOKEN_DUPLICATE, UserMode), STATUS_ACCESS_DENIED);
    assert_status(KeEnterKernel(open_token, (void *)TOKEN_QUERY, UserMode), STATUS_ACCESS_DENIED);
    SysClose(handle);
}

AS_CLIENT(a_user_gets_no_more_out_of_his_own)
{
    handle = (HANDLE)(LONG_PTR)-1;
    assert_status(KeEnterKernel(open_token, (void *)TOKEN_ALL_ACCESS, UserMode), STATUS_SUCCESS);
    label_sid = SeExports->SeHighMandatorySid;
    static SE_SID copy;
    memcpy(&copy, label_sid, SepSidBytes(label_sid));
    label = (SID_AND_ATTRIBUTES){&copy, 0};
    assert_status(KeEnterKernel(raise_integrity, NULL, UserMode), STATUS_PRIVILEGE_NOT_HELD);
    privileges = (TOKEN_PRIVILEGES){1, {{{SE_DEBUG_PRIVILEGE, 0}, SE_PRIVILEGE_ENABLED}}};
    assert_status(KeEnterKernel(enable, NULL, UserMode), STATUS_NOT_ALL_ASSIGNED);
    SysClose(token);
}

/* A label above the user's lets him read and not write, whatever the list grants. */
IN_KERNEL(labels_keep_those_below_from_writing)
{
    SECURITY_DESCRIPTOR *sd = parse(u"O:BAD:(A;;GA;;;WD)S:(ML;;NW;;;HI)");
    if (sd == NULL)
        return;
    SeiMapDescriptor(sd, FILE_MAPPING);
    expect_equal(granted(SeiUserToken, sd, FILE_READ_DATA), FILE_READ_DATA);
    expect_equal(granted(SeiUserToken, sd, FILE_WRITE_DATA), 0);
    expect_equal(granted(SeiUserToken, sd, MAXIMUM_ALLOWED) & (FILE_READ_DATA | FILE_WRITE_DATA),
        FILE_READ_DATA);
    expect_equal(granted(SeiAdministratorToken, sd, FILE_WRITE_DATA), FILE_WRITE_DATA);
    ExFreePool(sd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_user_looks_but_does_not_touch),
        TEST(a_user_names_what_is_his),
        TEST(a_drivers_event_is_not_a_users),
        TEST(force_access_check_checks_the_kernel_too),
        TEST(a_user_does_not_get_systems_token),
        TEST(a_user_gets_no_more_out_of_his_own),
        TEST(labels_keep_those_below_from_writing),
    };
    return cmocka_run_group_tests(tests, open_machine_as_user, close_machine);
}
