/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * ob's system services as a client calls them: user-mode pointers, access asked of the handle, and
 * waiting. What the services write to lies in static memory, as a kernel stack is no user memory.
 */
#include <pthread.h>

#include "ob_test.h"

#define MISSING ((void *)0x1000) /* user memory nobody has */

static HANDLE handle, second, third;
static LONG previous;
static OBJECT_ATTRIBUTES attributes;
static LARGE_INTEGER zero, forever_ago = {.QuadPart = -10};

static OBJECT_ATTRIBUTES *named(const WCHAR *path, ULONG flags)
{
    static UNICODE_STRING name;
    RtlInitUnicodeString(&name, path);
    InitializeObjectAttributes(&attributes, &name, flags, NULL, NULL);
    return &attributes;
}

/* A service without a gate of its own, with UserMode as the previous mode. */
typedef NTSTATUS(NTAPI *service)(uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t);

typedef struct call {
    service service;
    const uintptr_t *argument;
} call;

static NTSTATUS enter(void *context)
{
    const call *now = context;
    const uintptr_t *a = now->argument;
    return now->service(a[0], a[1], a[2], a[3], a[4], a[5]);
}

static NTSTATUS call_as_user(void *function, const uintptr_t argument[6])
{
    call now = {(service)(uintptr_t)function, argument};
    return KeEnterKernel(enter, &now, UserMode);
}

#define WORDS_1(a) (uintptr_t)(a)
#define WORDS_2(a, ...) (uintptr_t)(a), WORDS_1(__VA_ARGS__)
#define WORDS_3(a, ...) (uintptr_t)(a), WORDS_2(__VA_ARGS__)
#define WORDS_4(a, ...) (uintptr_t)(a), WORDS_3(__VA_ARGS__)
#define WORDS_5(a, ...) (uintptr_t)(a), WORDS_4(__VA_ARGS__)
#define WORDS_6(a, ...) (uintptr_t)(a), WORDS_5(__VA_ARGS__)
#define WORDS_N(_1, _2, _3, _4, _5, _6, name, ...) name
#define WORDS(...) \
    WORDS_N(__VA_ARGS__, WORDS_6, WORDS_5, WORDS_4, WORDS_3, WORDS_2, WORDS_1, )(__VA_ARGS__)
#define AS_USER(function, ...) \
    call_as_user((void *)(uintptr_t)(function), (const uintptr_t[6]){WORDS(__VA_ARGS__)})

#define assert_status(actual, wanted) assert_int_equal((ULONG)(actual), (ULONG)(wanted))

/* ---- events ---------------------------------------------------------------------------------- */

AS_CLIENT(an_event_is_set_reset_and_pulsed)
{
    assert_status(
        SysCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(SysSetEvent(handle, &previous), STATUS_SUCCESS);
    assert_int_equal(previous, 0);
    assert_status(SysSetEvent(handle, &previous), STATUS_SUCCESS);
    assert_int_equal(previous, 1);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_SUCCESS);
    assert_status(SysResetEvent(handle, NULL), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &forever_ago), STATUS_TIMEOUT);
    assert_status(SysSetEvent(handle, NULL), STATUS_SUCCESS);
    assert_status(SysPulseEvent(handle, &previous), STATUS_SUCCESS);
    assert_int_equal(previous, 1);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(SysClose(handle), STATUS_SUCCESS);
    assert_status(SysSetEvent(handle, NULL), STATUS_INVALID_HANDLE);
}

AS_CLIENT(a_synchronization_event_lets_one_through)
{
    static struct {
        LONG type, state;
    } basic;
    static ULONG length;
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, SynchronizationEvent, TRUE),
        STATUS_SUCCESS);
    assert_status(AS_USER(NtQueryEvent, handle, 0, &basic, sizeof(basic), &length), STATUS_SUCCESS);
    assert_int_equal(basic.type, SynchronizationEvent);
    assert_int_equal(basic.state, 1);
    assert_int_equal(length, sizeof(basic));
    assert_status(
        AS_USER(NtQueryEvent, handle, 1, &basic, sizeof(basic), NULL), STATUS_INVALID_INFO_CLASS);
    assert_status(AS_USER(NtQueryEvent, handle, 0, &basic, 4, NULL), STATUS_INFO_LENGTH_MISMATCH);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(SysClose(handle), STATUS_SUCCESS);
    assert_status(
        SysCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, 2, FALSE), STATUS_INVALID_PARAMETER);
}

AS_CLIENT(a_handle_grants_what_it_was_opened_for)
{
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, named(u"\\BaseNamedObjects\\E", 0),
                      NotificationEvent, FALSE),
        STATUS_SUCCESS);
    assert_status(SysOpenEvent(&second, SYNCHRONIZE, &attributes), STATUS_SUCCESS);
    assert_status(SysSetEvent(second, NULL), STATUS_ACCESS_DENIED);
    assert_status(SysWaitForSingleObject(second, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(SysOpenEvent(&third, EVENT_MODIFY_STATE, &attributes), STATUS_SUCCESS);
    assert_status(SysSetEvent(third, NULL), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(third, FALSE, &zero), STATUS_ACCESS_DENIED);
    SysClose(third);
    assert_status(SysOpenEvent(&third, GENERIC_WRITE, &attributes), STATUS_SUCCESS);
    assert_status(SysResetEvent(third, NULL), STATUS_SUCCESS);
    SysClose(third);
    SysClose(second);
    assert_status(SysCreateEvent(&second, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_NAME_COLLISION);
    attributes.Attributes = OBJ_OPENIF;
    assert_status(SysCreateEvent(&second, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_NAME_EXISTS);
    assert_status(AS_USER(NtCreateSemaphore, &third, SEMAPHORE_ALL_ACCESS, &attributes, 0, 1),
        STATUS_OBJECT_TYPE_MISMATCH);
    assert_status(AS_USER(NtOpenSemaphore, &third, SEMAPHORE_ALL_ACCESS, &attributes),
        STATUS_OBJECT_TYPE_MISMATCH);
    SysClose(second);
    SysClose(handle);
    assert_status(SysOpenEvent(&second, SYNCHRONIZE, &attributes), STATUS_OBJECT_NAME_NOT_FOUND);
}

/* ---- semaphores and mutants ------------------------------------------------------------------ */

AS_CLIENT(a_semaphore_counts)
{
    assert_status(AS_USER(NtCreateSemaphore, &handle, SEMAPHORE_ALL_ACCESS, NULL, 3, 2),
        STATUS_INVALID_PARAMETER);
    assert_status(AS_USER(NtCreateSemaphore, &handle, SEMAPHORE_ALL_ACCESS, NULL, -1, 2),
        STATUS_INVALID_PARAMETER);
    assert_status(AS_USER(NtCreateSemaphore, &handle, SEMAPHORE_ALL_ACCESS, NULL, 0, 0),
        STATUS_INVALID_PARAMETER);
    assert_status(
        AS_USER(NtCreateSemaphore, &handle, SEMAPHORE_ALL_ACCESS, NULL, 1, 2), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(AS_USER(NtReleaseSemaphore, handle, 2, &previous), STATUS_SUCCESS);
    assert_int_equal(previous, 0);
    assert_status(
        AS_USER(NtReleaseSemaphore, handle, 1, &previous), STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    assert_status(AS_USER(NtReleaseSemaphore, handle, 0, NULL), STATUS_INVALID_PARAMETER);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(SysClose(handle), STATUS_SUCCESS);
}

static void *take_and_end(void *mutant)
{
    static LARGE_INTEGER now;
    return (void *)(intptr_t)SysWaitForSingleObject(mutant, FALSE, &now);
}

AS_CLIENT(a_mutant_has_an_owner)
{
    pthread_t thread;
    void *result;
    assert_status(AS_USER(NtCreateMutant, &handle, MUTANT_ALL_ACCESS, NULL, TRUE), STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_SUCCESS);
    assert_int_equal(pthread_create(&thread, NULL, take_and_end, handle), 0);
    pthread_join(thread, &result);
    assert_status((intptr_t)result, STATUS_TIMEOUT);
    assert_status(AS_USER(NtReleaseMutant, handle, &previous), STATUS_SUCCESS);
    assert_int_equal(previous, -1);
    assert_status(AS_USER(NtReleaseMutant, handle, &previous), STATUS_SUCCESS);
    assert_int_equal(previous, 0);
    assert_status(AS_USER(NtReleaseMutant, handle, NULL), STATUS_MUTANT_NOT_OWNED);
    /* A thread that ends with it abandons it. */
    assert_int_equal(pthread_create(&thread, NULL, take_and_end, handle), 0);
    pthread_join(thread, &result);
    assert_status((intptr_t)result, STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_ABANDONED_WAIT_0);
    assert_status(AS_USER(NtReleaseMutant, handle, NULL), STATUS_SUCCESS);
    assert_status(SysClose(handle), STATUS_SUCCESS);
}

/* Closing the last handle to an owned mutant takes it out of its owner's list. */
AS_CLIENT(an_owned_mutant_can_be_closed)
{
    for (int round = 0; round < 3; round++) {
        assert_status(
            AS_USER(NtCreateMutant, &handle, MUTANT_ALL_ACCESS, NULL, TRUE), STATUS_SUCCESS);
        assert_status(SysClose(handle), STATUS_SUCCESS);
    }
    assert_true(IsListEmpty(&KiHostThread->MutantList));
}

/* ---- waiting --------------------------------------------------------------------------------- */

AS_CLIENT(waiting_for_several)
{
    static HANDLE list[MAXIMUM_WAIT_OBJECTS + 1];
    for (int index = 0; index < MAXIMUM_WAIT_OBJECTS; index++)
        assert_status(
            SysCreateEvent(&list[index], EVENT_ALL_ACCESS, NULL, SynchronizationEvent, FALSE),
            STATUS_SUCCESS);
    assert_status(
        SysWaitForMultipleObjects(0, list, WaitAny, FALSE, &zero), STATUS_INVALID_PARAMETER_1);
    assert_status(
        SysWaitForMultipleObjects(65, list, WaitAny, FALSE, &zero), STATUS_INVALID_PARAMETER_1);
    assert_status(SysWaitForMultipleObjects(1, list, 2, FALSE, &zero), STATUS_INVALID_PARAMETER_3);
    assert_status(SysWaitForMultipleObjects(64, list, WaitAny, FALSE, &zero), STATUS_TIMEOUT);
    SysSetEvent(list[63], NULL);
    assert_status(SysWaitForMultipleObjects(64, list, WaitAny, FALSE, NULL), STATUS_WAIT_0 + 63);
    assert_status(SysWaitForMultipleObjects(64, list, WaitAll, FALSE, &zero), STATUS_TIMEOUT);
    for (int index = 0; index < MAXIMUM_WAIT_OBJECTS; index++)
        SysSetEvent(list[index], NULL);
    assert_status(SysWaitForMultipleObjects(64, list, WaitAll, FALSE, NULL), STATUS_SUCCESS);
    assert_status(SysWaitForMultipleObjects(64, list, WaitAny, FALSE, &zero), STATUS_TIMEOUT);
    second = list[5];
    list[5] = list[3];
    assert_status(
        SysWaitForMultipleObjects(6, list, WaitAll, FALSE, &zero), STATUS_INVALID_PARAMETER_MIX);
    assert_status(SysWaitForMultipleObjects(6, list, WaitAny, FALSE, &zero), STATUS_TIMEOUT);
    list[5] = NULL;
    assert_status(SysWaitForMultipleObjects(6, list, WaitAny, FALSE, &zero), STATUS_INVALID_HANDLE);
    list[5] = second;
    for (int index = 0; index < MAXIMUM_WAIT_OBJECTS; index++)
        assert_status(SysClose(list[index]), STATUS_SUCCESS);
}

/* KernelMode needs no SYNCHRONIZE, so it gets as far as the type. */
static NTSTATUS wait_for_directory(void *unused)
{
    (void)unused;
    return ZwWaitForSingleObject(handle, FALSE, &zero);
}

AS_CLIENT(not_everything_can_be_waited_for)
{
    assert_status(
        SysOpenDirectoryObject(&handle, GENERIC_READ, named(u"\\Device", OBJ_CASE_INSENSITIVE)),
        STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_ACCESS_DENIED);
    assert_status(KeEnterKernel(wait_for_directory, NULL, KernelMode), STATUS_OBJECT_TYPE_MISMATCH);
    assert_status(SysClose(handle), STATUS_SUCCESS);
    assert_status(SysDelayExecution(FALSE, &forever_ago), STATUS_SUCCESS);
    assert_status(SysDelayExecution(FALSE, MISSING), STATUS_ACCESS_VIOLATION);
}

static void *set_from_another_thread(void *event)
{
    return (void *)(intptr_t)SysSetEvent(event, NULL);
}

AS_CLIENT(a_wait_ends_when_another_thread_signals)
{
    pthread_t thread;
    void *result;
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, SynchronizationEvent, FALSE),
        STATUS_SUCCESS);
    assert_int_equal(pthread_create(&thread, NULL, set_from_another_thread, handle), 0);
    assert_status(SysWaitForSingleObject(handle, FALSE, NULL), STATUS_SUCCESS);
    pthread_join(thread, &result);
    assert_status((intptr_t)result, STATUS_SUCCESS);
    assert_status(SysClose(handle), STATUS_SUCCESS);
}

/* ---- pointers -------------------------------------------------------------------------------- */

static void *system_memory;

static NTSTATUS find_system_memory(void *unused)
{
    (void)unused;
    system_memory = ObRootDirectory;
    return STATUS_SUCCESS;
}

AS_CLIENT(bad_pointers_are_refused)
{
    static UNICODE_STRING bad_name = {.Length = 8, .MaximumLength = 8, .Buffer = MISSING};
    assert_status(KeEnterKernel(find_system_memory, NULL, KernelMode), STATUS_SUCCESS);
    ULONG before = ObiCountHandles(PsiClientProcess->HandleTable);
    assert_status(SysCreateEvent(MISSING, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE),
        STATUS_ACCESS_VIOLATION);
    assert_status(SysCreateEvent(system_memory, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE),
        STATUS_ACCESS_VIOLATION);
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, MISSING, NotificationEvent, FALSE),
        STATUS_ACCESS_VIOLATION);
    assert_status(
        SysCreateEvent(&handle, EVENT_ALL_ACCESS, system_memory, NotificationEvent, FALSE),
        STATUS_ACCESS_VIOLATION);
    InitializeObjectAttributes(&attributes, &bad_name, 0, NULL, NULL);
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_ACCESS_VIOLATION);
    bad_name = (UNICODE_STRING){.Length = 7, .MaximumLength = 8, .Buffer = MISSING};
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_OBJECT_NAME_INVALID);
    attributes.ObjectName = NULL;
    attributes.SecurityDescriptor = MISSING;
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_ACCESS_VIOLATION);
    attributes.SecurityDescriptor = NULL;
    attributes.Length--;
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_INVALID_PARAMETER);
    attributes.Length++;
    attributes.Attributes = 0x8000;
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_INVALID_PARAMETER);
    /* A buffer is looked at before the handle, and there is no link without a name. */
    assert_status(
        AS_USER(NtQueryObject, 0x4444, 0, MISSING, 56, NULL), STATUS_ACCESS_VIOLATION);
    assert_status(
        AS_USER(NtQueryObject, 0x4444, 0, &attributes, 56, NULL), STATUS_INVALID_HANDLE);
    assert_status(AS_USER(NtCreateSymbolicLinkObject, &handle, SYMBOLIC_LINK_ALL_ACCESS, NULL,
                      &bad_name),
        STATUS_ACCESS_VIOLATION);
    assert_int_equal(ObiCountHandles(PsiClientProcess->HandleTable), before);

    assert_status(
        SysCreateEvent(&handle, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE), STATUS_SUCCESS);
    assert_status(SysSetEvent(handle, MISSING), STATUS_ACCESS_VIOLATION);
    assert_status(SysWaitForSingleObject(handle, FALSE, MISSING), STATUS_ACCESS_VIOLATION);
    assert_status(SysWaitForSingleObject(handle, FALSE, &zero), STATUS_TIMEOUT);
    assert_status(
        SysWaitForMultipleObjects(1, MISSING, WaitAny, FALSE, &zero), STATUS_ACCESS_VIOLATION);
    assert_status(SysOpenEvent(&second, SYNCHRONIZE, NULL), STATUS_INVALID_PARAMETER);
    assert_status(SysOpenEvent(&second, SYNCHRONIZE, &attributes), STATUS_INVALID_PARAMETER);
    attributes.Attributes = 0;
    assert_status(SysOpenEvent(&second, SYNCHRONIZE, &attributes), STATUS_OBJECT_PATH_SYNTAX_BAD);
    assert_status(SysClose(handle), STATUS_SUCCESS);
    assert_status(SysClose((HANDLE)(intptr_t)-1), STATUS_SUCCESS);
}

/* ---- duplicates ------------------------------------------------------------------------------ */

#define SELF ((HANDLE)(intptr_t)-1)

AS_CLIENT(handles_are_duplicated)
{
    assert_status(
        SysCreateEvent(&handle, SYNCHRONIZE, NULL, NotificationEvent, TRUE), STATUS_SUCCESS);
    assert_status(SysDuplicateObject(SELF, handle, SELF, &second, 0, 0, DUPLICATE_SAME_ACCESS),
        STATUS_SUCCESS);
    assert_status(SysWaitForSingleObject(second, FALSE, &zero), STATUS_SUCCESS);
    assert_status(SysSetEvent(second, NULL), STATUS_ACCESS_DENIED);
    assert_status(SysDuplicateObject(SELF, second, SELF, &third, 0, 0,
        DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE),
        STATUS_SUCCESS);
    assert_status(SysClose(second), STATUS_INVALID_HANDLE);
    assert_status(
        SysDuplicateObject(SELF, third, NULL, NULL, 0, 0, DUPLICATE_CLOSE_SOURCE), STATUS_SUCCESS);
    assert_status(SysClose(third), STATUS_INVALID_HANDLE);
    assert_status(
        SysDuplicateObject(SELF, handle, NULL, &second, 0, 0, 0), STATUS_INVALID_PARAMETER);
    assert_status(
        SysDuplicateObject(handle, handle, SELF, &second, 0, 0, 0), STATUS_OBJECT_TYPE_MISMATCH);
    assert_status(SysDuplicateObject(SELF, NULL, SELF, &second, 0, 0, 0), STATUS_INVALID_HANDLE);
    assert_status(
        SysDuplicateObject(SELF, handle, SELF, MISSING, 0, 0, 0), STATUS_ACCESS_VIOLATION);
    /* The pseudo handle of the process becomes a real one. */
    assert_status(
        SysDuplicateObject(SELF, SELF, SELF, &second, 0, 0, DUPLICATE_SAME_ACCESS), STATUS_SUCCESS);
    assert_status(
        SysDuplicateObject(second, handle, second, &third, SYNCHRONIZE, 0, 0), STATUS_SUCCESS);
    SysClose(third);
    SysClose(second);
    SysClose(handle);
}

/* ---- questions ------------------------------------------------------------------------------- */

static union {
    OBJECT_BASIC_INFORMATION basic;
    OBJECT_NAME_INFORMATION name;
    OBJECT_DIRECTORY_INFORMATION entry[64];
    UCHAR bytes[8192];
} answer;
static ULONG length, context;

AS_CLIENT(objects_are_described)
{
    assert_status(SysCreateEvent(&handle, EVENT_ALL_ACCESS, named(u"\\BaseNamedObjects\\Q", 0),
                      NotificationEvent, FALSE),
        STATUS_SUCCESS);
    assert_status(AS_USER(NtQueryObject, handle, ObjectBasicInformation, &answer,
                      sizeof(answer.basic), &length),
        STATUS_SUCCESS);
    assert_int_equal(length, sizeof(answer.basic));
    assert_int_equal(answer.basic.GrantedAccess, EVENT_ALL_ACCESS);
    assert_int_equal(answer.basic.HandleCount, 1);
    assert_int_equal(answer.basic.PointerCount, 2);
    assert_true(answer.basic.SecurityDescriptorSize >= sizeof(SECURITY_DESCRIPTOR_RELATIVE));
    assert_status(AS_USER(NtQueryObject, handle, ObjectBasicInformation, &answer, 8, &length),
        STATUS_INFO_LENGTH_MISMATCH);
    assert_status(AS_USER(NtQueryObject, handle, ObjectNameInformation, &answer, 8, &length),
        STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(length, sizeof(answer.name) + sizeof(u"\\BaseNamedObjects\\Q"));
    assert_status(AS_USER(NtQueryObject, handle, ObjectNameInformation, &answer, length, &length),
        STATUS_SUCCESS);
    assert_ptr_equal(answer.name.Name.Buffer, &answer.name + 1);
    assert_memory_equal(
        answer.name.Name.Buffer, u"\\BaseNamedObjects\\Q", sizeof(u"\\BaseNamedObjects\\Q"));
    assert_status(
        AS_USER(NtQueryObject, handle, ObjectTypeInformation, &answer, sizeof(answer), &length),
        STATUS_SUCCESS);
    assert_memory_equal(answer.name.Name.Buffer, u"Event", sizeof(u"Event"));
    assert_status(
        AS_USER(NtQueryObject, handle, ObjectTypeInformation, MISSING, sizeof(answer), &length),
        STATUS_ACCESS_VIOLATION);
    assert_status(AS_USER(NtQueryObject, handle, 77, &answer, sizeof(answer), &length),
        STATUS_INVALID_INFO_CLASS);
    assert_status(
        AS_USER(NtQueryObject, NULL, ObjectTypeInformation, &answer, sizeof(answer), NULL),
        STATUS_INVALID_HANDLE);
    SysClose(handle);
}

static NTSTATUS fill_directory(void *unused)
{
    (void)unused;
    ObiCreateSymbolicLink(U(u"\\??\\Aa"), U(u"\\Device\\A"), 0);
    ObiCreateSymbolicLink(U(u"\\??\\Zz"), U(u"\\Device\\Z"), 0);
    return STATUS_SUCCESS;
}

static NTSTATUS empty_directory(void *unused)
{
    (void)unused;
    ObiDeleteSymbolicLink(U(u"\\??\\Aa"));
    ObiDeleteSymbolicLink(U(u"\\??\\Zz"));
    return STATUS_SUCCESS;
}

static unsigned count_entries(void)
{
    unsigned count = 0;
    while (answer.entry[count].Name.Buffer != NULL)
        count++;
    return count;
}

AS_CLIENT(directories_are_listed)
{
    assert_status(KeEnterKernel(fill_directory, NULL, KernelMode), STATUS_SUCCESS);
    assert_status(
        SysOpenDirectoryObject(&handle, DIRECTORY_QUERY, named(u"\\??", OBJ_CASE_INSENSITIVE)),
        STATUS_SUCCESS);
    assert_status(
        SysQueryDirectoryObject(handle, &answer, sizeof(answer), FALSE, TRUE, &context, &length),
        STATUS_SUCCESS);
    unsigned all = count_entries();
    assert_true(all >= 4);
    assert_int_equal(context, all);
    assert_memory_equal(answer.entry[0].Name.Buffer, u"Aa", sizeof(u"Aa"));
    assert_memory_equal(answer.entry[0].TypeName.Buffer, u"SymbolicLink", sizeof(u"SymbolicLink"));
    assert_memory_equal(answer.entry[all - 1].Name.Buffer, u"Zz", sizeof(u"Zz"));
    assert_status(
        SysQueryDirectoryObject(handle, &answer, sizeof(answer), FALSE, FALSE, &context, &length),
        STATUS_NO_MORE_ENTRIES);

    /* One at a time comes to the same. */
    NTSTATUS status;
    unsigned single = 0;
    for (BOOLEAN restart = TRUE; (status = SysQueryDirectoryObject(handle, &answer, 256, TRUE,
                                      restart, &context, &length)) == STATUS_SUCCESS;
         restart = FALSE) {
        assert_int_equal(count_entries(), 1);
        single++;
    }
    assert_status(status, STATUS_NO_MORE_ENTRIES);
    assert_int_equal(single, all);

    /* So does a small buffer. */
    unsigned some = 0;
    context = 0;
    do {
        status = SysQueryDirectoryObject(handle, &answer, 200, FALSE, FALSE, &context, NULL);
        assert_true(NT_SUCCESS(status));
        some += count_entries();
    } while (status == STATUS_MORE_ENTRIES);
    assert_int_equal(some, all);

    assert_status(SysQueryDirectoryObject(handle, &answer, 8, TRUE, TRUE, &context, &length),
        STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(length, 2 * sizeof(answer.entry[0]) + sizeof(u"Aa") + sizeof(u"SymbolicLink"));
    assert_status(SysQueryDirectoryObject(handle, MISSING, 256, TRUE, TRUE, &context, &length),
        STATUS_ACCESS_VIOLATION);
    SysClose(handle);
    assert_status(SysOpenDirectoryObject(&handle, DIRECTORY_TRAVERSE, &attributes), STATUS_SUCCESS);
    assert_status(
        SysQueryDirectoryObject(handle, &answer, sizeof(answer), FALSE, TRUE, &context, &length),
        STATUS_ACCESS_DENIED);
    SysClose(handle);
    assert_status(KeEnterKernel(empty_directory, NULL, KernelMode), STATUS_SUCCESS);
}

AS_CLIENT(links_are_read)
{
    static WCHAR text[16];
    static UNICODE_STRING target;
    assert_status(KeEnterKernel(fill_directory, NULL, KernelMode), STATUS_SUCCESS);
    assert_status(SysOpenSymbolicLinkObject(
                      &handle, SYMBOLIC_LINK_QUERY, named(u"\\??\\aa", OBJ_CASE_INSENSITIVE)),
        STATUS_SUCCESS);
    target = (UNICODE_STRING){0, sizeof(u"\\Device\\A") - 2, text};
    assert_status(SysQuerySymbolicLinkObject(handle, &target, NULL), STATUS_SUCCESS);
    assert_int_equal(target.Length, sizeof(u"\\Device\\A") - 2);
    assert_memory_equal(text, u"\\Device\\A", target.Length);
    assert_status(SysQuerySymbolicLinkObject(handle, &target, &length), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(length, sizeof(u"\\Device\\A"));
    target.MaximumLength = (USHORT)length;
    assert_status(SysQuerySymbolicLinkObject(handle, &target, &length), STATUS_SUCCESS);
    assert_memory_equal(text, u"\\Device\\A", length);
    target.MaximumLength = 4;
    assert_status(SysQuerySymbolicLinkObject(handle, &target, NULL), STATUS_BUFFER_TOO_SMALL);
    assert_status(SysQuerySymbolicLinkObject(handle, MISSING, NULL), STATUS_ACCESS_VIOLATION);
    target = (UNICODE_STRING){0, 64, MISSING};
    assert_status(SysQuerySymbolicLinkObject(handle, &target, NULL), STATUS_ACCESS_VIOLATION);
    SysClose(handle);
    assert_status(KeEnterKernel(empty_directory, NULL, KernelMode), STATUS_SUCCESS);
}

/* ---- the previous mode ----------------------------------------------------------------------- */

static NTSTATUS zw_changes_the_mode(void *unused)
{
    HANDLE event; /* on the kernel stack: only KernelMode may have it written there */
    KPROCESSOR_MODE inside = KiPreviousMode();
    (void)unused;
    if (NtCreateEvent(&event, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE) !=
        STATUS_ACCESS_VIOLATION)
        return STATUS_UNSUCCESSFUL;
    NTSTATUS status = ZwCreateEvent(&event, EVENT_ALL_ACCESS, NULL, NotificationEvent, FALSE);
    if (NT_SUCCESS(status))
        status = ZwClose(event);
    return inside == UserMode && KiPreviousMode() == UserMode ? status : STATUS_UNSUCCESSFUL;
}

AS_CLIENT(zw_forms_run_with_kernel_mode)
{
    assert_status(KeEnterKernel(zw_changes_the_mode, NULL, UserMode), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_event_is_set_reset_and_pulsed),
        TEST(a_synchronization_event_lets_one_through),
        TEST(a_handle_grants_what_it_was_opened_for),
        TEST(a_semaphore_counts),
        TEST(a_mutant_has_an_owner),
        TEST(an_owned_mutant_can_be_closed),
        TEST(waiting_for_several),
        TEST(not_everything_can_be_waited_for),
        TEST(a_wait_ends_when_another_thread_signals),
        TEST(bad_pointers_are_refused),
        TEST(handles_are_duplicated),
        TEST(objects_are_described),
        TEST(directories_are_listed),
        TEST(links_are_read),
        TEST(zw_forms_run_with_kernel_mode),
    };
    return cmocka_run_group_tests(tests, open_machine, close_machine);
}
