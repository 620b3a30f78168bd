/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What 32-bit programs do with services of a 64-bit machine: every argument of every service has a
 * conversion, and what the machine gets and gives back is right. The machine here is a routine.
 */
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "client.h"
#include "numbers.h"
#include "served.h"
#include "wide.h"

static ULONG64 slots[SYS_MOST_ARGUMENTS];
static NTSTATUS (*machine)(void);
static unsigned calls;

static NTSTATUS call(ULONG number, const ULONG64 *slot, ULONG count)
{
    (void)number;
    memcpy(slots, slot, count * sizeof(*slot));
    calls++;
    return machine != NULL ? machine() : STATUS_SUCCESS;
}

static void *at(ULONG index)
{
    return (void *)(ULONG_PTR)slots[index];
}

#define service(name, ...)                                               \
    WideService(call, SYS_NUMBER_##name, (const ULONG64[]){__VA_ARGS__}, \
        sizeof((const ULONG64[]){__VA_ARGS__}) / 8)
#define address(of) ((ULONG64)(ULONG_PTR)(of))

static void every_service_is_known(void **state)
{
    (void)state;
    const char *unknown = WideUnknownService();
    if (unknown != NULL)
        fail_msg("%s has an argument nobody knows how to convert\n", unknown);
}

static NTSTATUS give_handle(void)
{
    *(ULONG64 *)at(0) = 0x1234;
    return STATUS_SUCCESS;
}

static void names_and_handles(void **state)
{
    UNICODE_STRING name = {4, 6, (WCHAR *)0x1000};
    OBJECT_ATTRIBUTES object = {.Length = sizeof(object),
        .RootDirectory = (HANDLE)(LONG_PTR)-1,
        .ObjectName = &name,
        .Attributes = 0x40};
    HANDLE guarded[3] = {(HANDLE)1, (HANDLE)2, (HANDLE)3};

    (void)state;
    machine = give_handle;
    assert_int_equal(
        service(OpenEvent, address(&guarded[1]), 0x1F0003, address(&object)), STATUS_SUCCESS);
    assert_ptr_equal(guarded[0], (HANDLE)1);
    assert_ptr_equal(guarded[1], (HANDLE)0x1234);
    assert_ptr_equal(guarded[2], (HANDLE)3);
    const WIDE_OBJECT_ATTRIBUTES *wide = at(2);
    assert_int_equal(wide->Length, 48);
    assert_true(wide->RootDirectory == ~0ull);
    const WIDE_STRING *string = (const WIDE_STRING *)(ULONG_PTR)wide->ObjectName;
    assert_true(string->Length == 4 && string->MaximumLength == 6 && string->Buffer == 0x1000);
    assert_true(wide->SecurityDescriptor == 0 && wide->Attributes == 0x40);
    machine = NULL;
    object.Length--;
    assert_int_equal(service(OpenEvent, address(&guarded[1]), 0, address(&object)), STATUS_SUCCESS);
    assert_int_equal(((const WIDE_OBJECT_ATTRIBUTES *)at(2))->Length, 0);
    service(Close, 0xFFFFFFFE);
    assert_true(slots[0] == 0xFFFFFFFFFFFFFFFEull);
    service(SetEvent, 8, 0);
    assert_true(slots[0] == 8 && slots[1] == 0);
}

static void descriptors(void **state)
{
    HANDLE handle;
    SECURITY_DESCRIPTOR descriptor = {
        .Revision = 1, .Control = SE_DACL_PRESENT, .Owner = (PSID)0x10, .Dacl = (PACL)0x20};
    OBJECT_ATTRIBUTES object = {.Length = sizeof(object), .SecurityDescriptor = &descriptor};

    (void)state;
    service(OpenEvent, address(&handle), 0, address(&object));
    const WIDE_DESCRIPTOR *wide =
        (const WIDE_DESCRIPTOR *)(ULONG_PTR)((const WIDE_OBJECT_ATTRIBUTES *)at(2))
            ->SecurityDescriptor;
    assert_true(wide->Revision == 1 && wide->Control == SE_DACL_PRESENT && wide->Owner == 0x10 &&
        wide->Dacl == 0x20 && wide->Group == 0);
    descriptor.Control |= SE_SELF_RELATIVE; /* the same everywhere */
    service(OpenEvent, address(&handle), 0, address(&object));
    assert_true(
        ((const WIDE_OBJECT_ATTRIBUTES *)at(2))->SecurityDescriptor == address(&descriptor));
}

static void bad_pointers(void **state)
{
    OBJECT_ATTRIBUTES object = {.Length = sizeof(object), .ObjectName = (UNICODE_STRING *)16};
    static const HANDLE constant = NULL;
    HANDLE handle;

    (void)state;
    calls = 0;
    assert_int_equal(service(OpenEvent, 16, 0, address(&object)), STATUS_ACCESS_VIOLATION);
    assert_int_equal(service(OpenEvent, address(&handle), 0, 16), STATUS_ACCESS_VIOLATION);
    assert_int_equal(
        service(OpenEvent, address(&handle), 0, address(&object)), STATUS_ACCESS_VIOLATION);
    /* not to be written */
    assert_int_equal(service(OpenEvent, address(&constant), 0, 0), STATUS_ACCESS_VIOLATION);
    assert_int_equal(service(WaitForMultipleObjects, 2, 16, 0, 0, 0), STATUS_ACCESS_VIOLATION);
    assert_int_equal(service(SetInformationFile, 4, 0, 16, 8, FileCompletionInformation),
        STATUS_ACCESS_VIOLATION);
    assert_int_equal(calls, 0);
}

static void arrays(void **state)
{
    HANDLE handles[3] = {(HANDLE)4, (HANDLE)8, (HANDLE)(LONG_PTR)-2};

    (void)state;
    service(WaitForMultipleObjects, 3, address(handles), 0, 0, 0);
    /* What was there is gone by now; how many there were is not. */
    assert_int_equal(slots[0], 3);
    assert_true(slots[1] != address(handles));
    /* the service refuses it */
    assert_int_equal(service(WaitForMultipleObjects, 65, 16, 0, 0, 0), STATUS_SUCCESS);
    assert_int_equal(slots[0], 65);
}

static ULONG taken;

static NTSTATUS give_packets(void)
{
    WIDE_PACKET *packets = at(1);

    for (ULONG i = 0; i < taken; i++)
        packets[i] = (WIDE_PACKET){.KeyContext = 10 + i,
            .ApcContext = 20 + i,
            .Status = STATUS_CANCELLED,
            .Information = 30 + i};
    *(ULONG *)at(3) = taken;
    return STATUS_SUCCESS;
}

static void packets(void **state)
{
    FILE_IO_COMPLETION_INFORMATION got[4];
    ULONG count = 99;

    (void)state;
    memset(got, 0xAA, sizeof(got));
    machine = give_packets;
    taken = 3;
    assert_int_equal(
        service(RemoveIoCompletionEx, 4, address(got), 4, address(&count), 0, 0), STATUS_SUCCESS);
    assert_int_equal(count, 3);
    for (ULONG i = 0; i < 3; i++) {
        assert_ptr_equal(got[i].KeyContext, (void *)(ULONG_PTR)(10 + i));
        assert_ptr_equal(got[i].ApcContext, (void *)(ULONG_PTR)(20 + i));
        assert_int_equal(got[i].IoStatusBlock.Status, STATUS_CANCELLED);
        assert_int_equal(got[i].IoStatusBlock.Information, 30 + i);
    }
    assert_int_equal((ULONG)(ULONG_PTR)got[3].KeyContext, 0xAAAAAAAA);
    machine = NULL;
}

static void file_information(void **state)
{
    FILE_COMPLETION_INFORMATION completion = {(HANDLE)8, (void *)0xFFFFFFF0};
    struct {
        FILE_RENAME_INFORMATION head;
        WCHAR more[8];
    } name = {.head = {.Flags = 1, .RootDirectory = (HANDLE)12, .FileNameLength = 6}};

    (void)state;
    memcpy(name.head.FileName, u"abc", 6);
    service(SetInformationFile, 4, 0, address(&completion), sizeof(completion),
        FileCompletionInformation);
    const WIDE_COMPLETION *port = at(2);
    assert_true(port->Port == 8 && port->Key == 0xFFFFFFF0 && slots[3] == 16);
    assert_int_equal(
        service(SetInformationFile, 4, 0, address(&completion), 7, FileCompletionInformation),
        STATUS_INFO_LENGTH_MISMATCH);
    calls = 0;
    service(SetInformationFile, 4, 0, address(&name),
        offsetof(FILE_RENAME_INFORMATION, FileName) + 6, FileRenameInformation);
    assert_int_equal(slots[3], WIDE_NAME_BYTES + 6);
    assert_int_equal(service(SetInformationFile, 4, 0, address(&name), 8, FileRenameInformation),
        STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(service(SetInformationFile, 4, 0, address(&name), 8, FileTrackingInformation),
        STATUS_INVALID_INFO_CLASS);
    assert_int_equal(calls, 1);
    service(SetInformationFile, 4, 0, address(&name), 8, FilePositionInformation);
    assert_true(slots[2] == address(&name) && slots[3] == 8);
}

static NTSTATUS give_directory(void)
{
    WIDE_DIRECTORY_INFORMATION *entry = at(1);
    static WCHAR text[] = u"Name";

    entry[0].Name = (WIDE_STRING){8, 10, 0, address(text)};
    entry[0].TypeName = (WIDE_STRING){4, 6, 0, address(text)};
    memset(&entry[1], 0, sizeof(entry[1]));
    return STATUS_SUCCESS;
}

static void directories(void **state)
{
    struct {
        OBJECT_DIRECTORY_INFORMATION entry[4];
        UCHAR after;
    } answer = {.after = 0xAA};
    ULONG context = 0;

    (void)state;
    machine = give_directory;
    assert_int_equal(service(QueryDirectoryObject, 4, address(answer.entry), sizeof(answer.entry),
                         0, 1, address(&context), 0),
        STATUS_SUCCESS);
    assert_true(
        answer.entry[0].Name.Length == 8 && memcmp(answer.entry[0].Name.Buffer, u"Name", 10) == 0);
    assert_true(answer.entry[0].TypeName.Length == 4 &&
        memcmp(answer.entry[0].TypeName.Buffer, u"Na", 4) == 0);
    assert_true((UCHAR *)answer.entry[0].Name.Buffer < &answer.after &&
        (UCHAR *)answer.entry[0].Name.Buffer > (UCHAR *)&answer.entry[2]);
    assert_null(answer.entry[1].Name.Buffer);
    assert_int_equal(answer.after, 0xAA);
    machine = NULL;
}

static NTSTATUS give_thread(void)
{
    *(WIDE_THREAD_INFORMATION *)at(2) = (WIDE_THREAD_INFORMATION){.ExitStatus = STATUS_PENDING,
        .ClientId = {100, 101},
        .AffinityMask = 3,
        .Priority = 8,
        .BasePriority = 9};
    return STATUS_SUCCESS;
}

static NTSTATUS give_user(void)
{
    static const UCHAR sid[12] = {1, 1, 0, 0, 0, 0, 0, 5, 18};

    *(ULONG *)at(4) = sizeof(WIDE_SID) + sizeof(sid);
    if (slots[3] < sizeof(WIDE_SID) + sizeof(sid))
        return STATUS_BUFFER_TOO_SMALL;
    *(WIDE_SID *)at(2) = (WIDE_SID){.Sid = slots[2] + sizeof(WIDE_SID), .Attributes = 7};
    memcpy((UCHAR *)at(2) + sizeof(WIDE_SID), sid, sizeof(sid));
    return STATUS_SUCCESS;
}

static NTSTATUS give_pointer(void)
{
    *(ULONG64 *)at(2) = 0x7FFDE000;
    return slots[3] == 8 ? STATUS_SUCCESS : STATUS_INFO_LENGTH_MISMATCH;
}

static void queries(void **state)
{
    THREAD_BASIC_INFORMATION thread;
    struct {
        SID_AND_ATTRIBUTES user;
        UCHAR sid[12], after;
    } token = {.after = 0xAA};
    ULONG bytes = 0, pointer = 0;

    (void)state;
    machine = give_thread;
    assert_int_equal(service(QueryInformationThread, 0xFFFFFFFE, ThreadBasicInformation,
                         address(&thread), sizeof(thread), 0),
        STATUS_SUCCESS);
    assert_true(thread.ExitStatus == STATUS_PENDING &&
        thread.ClientId.UniqueThread == (HANDLE)101 && thread.Priority == 8 &&
        thread.BasePriority == 9 && thread.AffinityMask == 3);
    assert_int_equal(service(QueryInformationThread, 0xFFFFFFFE, ThreadBasicInformation,
                         address(&thread), 48, 0),
        STATUS_INFO_LENGTH_MISMATCH);
    assert_int_equal(
        service(QueryInformationThread, 0xFFFFFFFE, ThreadTimes, address(&thread), 48, 0),
        STATUS_INVALID_INFO_CLASS);
    machine = give_user;
    assert_int_equal(
        service(QueryInformationToken, 0xFFFFFFFC, TokenUser, address(&token), 20, address(&bytes)),
        STATUS_SUCCESS);
    assert_int_equal(bytes, 20);
    assert_ptr_equal(token.user.Sid, token.sid);
    assert_true(token.user.Attributes == 7 && token.sid[8] == 18 && token.after == 0xAA);
    bytes = 0;
    assert_int_equal(service(QueryInformationToken, 0xFFFFFFFC, TokenUser, 0, 0, address(&bytes)),
        STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(bytes, 20);
    assert_int_equal(service(QueryInformationToken, 0xFFFFFFFC, TokenGroups, 0, 0, address(&bytes)),
        STATUS_INVALID_INFO_CLASS);
    machine = give_pointer;
    assert_int_equal(service(QueryInformationProcess, 0xFFFFFFFF, ProcessWow64Information,
                         address(&pointer), 4, 0),
        STATUS_SUCCESS);
    assert_int_equal(pointer, 0x7FFDE000);
    machine = NULL;
}

/* What no 32-bit program calls with: the machine, an x64 one here, does not take it from one. */
static void more_than_32_bits(void **state)
{
    HANDLE event = NULL;
    (void)state;
    if (!machine_elsewhere())
        skip();
    event = CreateEventA(NULL, TRUE, FALSE, NULL); /* connects */
    const ULONG64 handle = (ULONG)(ULONG_PTR)event,
                  strange[] = {1ull << 32, 0x123456789abcull, 0x80000000ull << 32};
    assert_non_null(event);
    for (ULONG i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
        const ULONG64 close[] = {strange[i] | handle}, set[] = {handle, strange[i]};
        assert_int_equal(served_call(SYS_NUMBER_Close, close, 1), STATUS_ACCESS_VIOLATION);
        assert_int_equal(served_call(SYS_NUMBER_SetEvent, set, 2), STATUS_ACCESS_VIOLATION);
    }
    const ULONG64 negative[] = {~0xFull}, good[] = {handle, 0};
    assert_int_equal(served_call(SYS_NUMBER_Close, negative, 1), STATUS_INVALID_HANDLE);
    assert_int_equal(served_call(SYS_NUMBER_SetEvent, good, 2), STATUS_SUCCESS);
    assert_true(CloseHandle(event));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_service_is_known),
        cmocka_unit_test(names_and_handles),
        cmocka_unit_test(descriptors),
        cmocka_unit_test(bad_pointers),
        cmocka_unit_test(arrays),
        cmocka_unit_test(packets),
        cmocka_unit_test(file_information),
        cmocka_unit_test(directories),
        cmocka_unit_test(queries),
        cmocka_unit_test(more_than_32_bits),
    };

    return cmocka_run_group_tests_name("client/wide", tests, NULL, NULL);
}
