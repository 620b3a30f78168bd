/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Each operation with each of its allocations failing: it says so, and registry, pools and objects
 * are as they were. What an operation needs for itself is made before.
 */
#include "cm_test.h"

static HANDLE base, child;
static NTSTATUS got; /* of the operation */

typedef struct operation {
    const char *name;
    void (*act)(void); /* sets got; gives back what it was given */
} operation;

static void create_key(void)
{
    UNICODE_STRING class_name = RTL_STRING(u"Class");
    HANDLE key;
    got = ZwCreateKey(
        &key, KEY_ALL_ACCESS, at(SOFTWARE u"Memory\\Created"), 0, &class_name, 0, NULL);
    if (NT_SUCCESS(got))
        drop_key(key);
}

static void open_key(void)
{
    HANDLE key;
    got = ZwOpenKey(
        &key, KEY_READ, at(u"\\Registry\\Machine\\System\\CurrentControlSet\\Services"));
    if (NT_SUCCESS(got))
        ZwClose(key);
}

static void set_new(void)
{
    got = set_number(base, u"New", 1);
    if (NT_SUCCESS(got))
        ZwDeleteValueKey(base, U(u"New"));
}

static void set_again(void)
{
    got = set_number(child, u"Value", 1);
}

static void delete_value(void)
{
    got = ZwDeleteValueKey(child, U(u"Value"));
}

static void rename_key(void)
{
    UNICODE_STRING there = RTL_STRING(u"Renamed");
    got = NtRenameKey(child, &there);
}

static void query_value(void)
{
    static UCHAR buffer[2048];
    UNICODE_STRING name = RTL_STRING(u"Big");
    ULONG length;
    got = ZwQueryValueKey(child, &name, KeyValueFullInformation, buffer, sizeof(buffer), &length);
}

static void query_name(void)
{
    static UCHAR buffer[512];
    ULONG length;
    got = ZwQueryKey(child, KeyNameInformation, buffer, sizeof(buffer), &length);
}

static void query_multiple(void)
{
    UNICODE_STRING name = RTL_STRING(u"Big");
    KEY_VALUE_ENTRY entry = {.ValueName = &name};
    static UCHAR buffer[2048];
    ULONG length = sizeof(buffer);
    got = NtQueryMultipleValueKey(child, &entry, 1, buffer, &length, NULL);
}

static void notify(void)
{
    static IO_STATUS_BLOCK io_status;
    HANDLE key;
    got = ZwOpenKey(&key, KEY_NOTIFY, at(SOFTWARE u"Memory"));
    if (!NT_SUCCESS(got))
        return;
    got = NtNotifyChangeKey(
        key, NULL, NULL, NULL, &io_status, REG_NOTIFY_CHANGE_NAME, TRUE, NULL, 0, TRUE);
    ZwClose(key);
}

static void rtl_query(void)
{
    UNICODE_STRING text = {0};
    RTL_QUERY_REGISTRY_TABLE table[] = {
        {.Flags = RTL_QUERY_REGISTRY_SUBKEY, .Name = (WCHAR *)(uintptr_t)u"Child"},
        {.Flags = RTL_QUERY_REGISTRY_DIRECT,
            .Name = (WCHAR *)(uintptr_t)u"Expand",
            .EntryContext = &text},
        {0},
    };
    got = RtlQueryRegistryValues(
        RTL_REGISTRY_ABSOLUTE, u"\\Registry\\Machine\\Software\\Memory", table, NULL, NULL);
    if (text.Buffer != NULL)
        ExFreePool(text.Buffer);
}

static void rtl_write(void)
{
    ULONG number = 3;
    got = RtlWriteRegistryValue(
        RTL_REGISTRY_HANDLE, (const WCHAR *)child, u"Value", REG_DWORD, &number, sizeof(number));
}

static NTSTATUS NTAPI watch(PVOID context, PVOID class, PVOID information)
{
    (void)context;
    (void)class;
    (void)information;
    return STATUS_SUCCESS;
}

static void with_callback(void)
{
    LARGE_INTEGER cookie;
    got = CmRegisterCallback(watch, NULL, &cookie);
    if (!NT_SUCCESS(got))
        return;
    got = set_number(child, u"Value", 5);
    CmUnRegisterCallback(cookie);
}

static void service_key(void)
{
    got = CmiEnsureServiceKey("memory", "memory.sys");
    UNICODE_STRING path = RTL_STRING(u"HKLM\\System\\ControlSet001\\Services\\memory");
    /* Several steps: those before the failed one stay, as they are each whole. */
    BOOLEAN armed = MmFailArmed;
    MmFailArmed = FALSE;
    CmiDeleteKeyPath(&path);
    MmFailArmed = armed;
}

static void good_boot(void)
{
    ULONG first = 1;
    got = CmiBootSucceeded();
    if (!NT_SUCCESS(got))
        return;
    BOOLEAN armed = MmFailArmed;
    MmFailArmed = FALSE; /* back to where it was, or the registry would grow */
    CmiSetValue(U(u"HKLM\\System\\Select"), U(u"LastKnownGood"), REG_DWORD, &first, sizeof(first));
    CmiDeleteKeyPath(U(u"HKLM\\System\\ControlSet002"));
    MmFailArmed = armed;
}

static const operation operations[] = {
    {"ZwCreateKey", create_key},
    {"ZwOpenKey", open_key},
    {"ZwSetValueKey, new", set_new},
    {"ZwSetValueKey", set_again},
    {"ZwDeleteValueKey", delete_value},
    {"NtRenameKey", rename_key},
    {"ZwQueryValueKey", query_value},
    {"ZwQueryKey", query_name},
    {"NtQueryMultipleValueKey", query_multiple},
    {"NtNotifyChangeKey", notify},
    {"RtlQueryRegistryValues", rtl_query},
    {"RtlWriteRegistryValue", rtl_write},
    {"CmRegisterCallback", with_callback},
    {"CmiEnsureServiceKey", service_key},
    {"CmiBootSucceeded", good_boot},
};

static void prepare(void)
{
    static const UCHAR big[1000] = {1};
    static const WCHAR expand[] = u"%SystemRoot%\\x";
    UNICODE_STRING name = RTL_STRING(u"Big"), text = RTL_STRING(u"Expand");
    base = make_key(SOFTWARE u"Memory", 0);
    child = make_key(SOFTWARE u"Memory\\Child", 0);
    expect_status(set_number(base, u"First", 0), STATUS_SUCCESS);
    expect_status(set_number(child, u"Value", 0), STATUS_SUCCESS);
    expect_status(ZwSetValueKey(child, &name, 0, REG_BINARY, (void *)(uintptr_t)big, sizeof(big)),
        STATUS_SUCCESS);
    expect_status(
        ZwSetValueKey(child, &text, 0, REG_EXPAND_SZ, (void *)(uintptr_t)expand, sizeof(expand)),
        STATUS_SUCCESS);
}

static void clean(void)
{
    drop_key(child);
    drop_key(base);
}

/* TRUE: the allocation was reached. */
static BOOLEAN act_with_failure(const operation *what, LONG number, BOOLEAN forever)
{
    prepare();
    ULONG64 before = tree_sum(FALSE);
    resources held = count_resources();
    MmFailAllocation(number, forever);
    what->act();
    BOOLEAN reached = MmAllocationCount() >= (ULONG)number;
    MmFailAllocation(-1, FALSE);
    if (!NT_SUCCESS(got)) {
        resources after = count_resources();
        if (tree_sum(FALSE) != before || after.blocks != held.blocks ||
            after.objects != held.objects)
            printf("%s, allocation %d%s\n", what->name, number, forever ? " and all after" : "");
        expect(tree_sum(FALSE) == before);
        expect_equal(after.blocks, held.blocks);
        expect_equal(after.objects, held.objects);
    }
    if (!reached)
        expect(NT_SUCCESS(got));
    clean();
    return reached;
}

IN_KERNEL(every_allocation_fails_once)
{
    ULONG count = 0;
    for (unsigned index = 0; index < sizeof(operations) / sizeof(operations[0]); index++) {
        LONG number = 1;
        while (act_with_failure(&operations[index], number, FALSE))
            number++;
        expect(number > 1); /* each allocates something */
        count += (ULONG)number - 1;
    }
    expect(count > 60);
}

IN_KERNEL(every_allocation_fails_for_good)
{
    for (unsigned index = 0; index < sizeof(operations) / sizeof(operations[0]); index++) {
        LONG number = 1;
        while (act_with_failure(&operations[index], number, TRUE))
            number++;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_allocation_fails_once),
        TEST(every_allocation_fails_for_good),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
