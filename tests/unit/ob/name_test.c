/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* The namespace: paths, links, case, who stays and who goes, and many threads creating and closing
 * one name. */
#include <pthread.h>

#include "ob_test.h"

static NTSTATUS look_up(
    const UNICODE_STRING *path, ULONG attributes, OBJECT_TYPE *type, void **object)
{
    NTSTATUS status = ObiLookup(NULL, path, attributes, type, NULL, NULL, object);
    if (NT_SUCCESS(status))
        ObfDereferenceObject(*object);
    return status;
}

/* A test object under a path, held by the caller's reference and its name. */
static void *make_named(const UNICODE_STRING *path, ULONG attributes)
{
    void *object = make_object();
    expect_status(ObiInsertName(object, NULL, path, attributes), STATUS_SUCCESS);
    return object;
}

static void remove_named(void *object)
{
    ObiMakeTemporary(object);
    expect_equal(ObfDereferenceObject(object), 0);
}

IN_KERNEL(bad_paths_say_how)
{
    void *found;
    expect_status(look_up(U(u""), 0, NULL, &found), STATUS_OBJECT_PATH_SYNTAX_BAD);
    expect_status(look_up(U(u"Device"), 0, NULL, &found), STATUS_OBJECT_PATH_SYNTAX_BAD);
    expect_status(look_up(U(u"\\\\Device"), 0, NULL, &found), STATUS_OBJECT_NAME_INVALID);
    expect_status(look_up(U(u"\\Device\\"), 0, NULL, &found), STATUS_OBJECT_NAME_INVALID);
    expect_status(look_up(U(u"\\Device\\\\x"), 0, NULL, &found), STATUS_OBJECT_NAME_INVALID);
    expect_status(look_up(U(u"\\Device\\x"), 0, NULL, &found), STATUS_OBJECT_NAME_NOT_FOUND);
    expect_status(look_up(U(u"\\Device\\x\\y"), 0, NULL, &found), STATUS_OBJECT_PATH_NOT_FOUND);
    expect_status(
        look_up(U(u"\\Device"), 0, ExEventObjectType, &found), STATUS_OBJECT_TYPE_MISMATCH);
    void *object = make_named(U(u"\\Device\\Leaf"), OBJ_CASE_INSENSITIVE);
    expect_status(look_up(U(u"\\Device\\Leaf\\x"), 0, NULL, &found), STATUS_OBJECT_TYPE_MISMATCH);
    remove_named(object);
    expect_status(look_up(U(u"\\"), 0, ObpDirectoryObjectType, &found), STATUS_SUCCESS);
    expect(found == ObRootDirectory);
}

IN_KERNEL(names_collide)
{
    void *object = make_named(U(u"\\Device\\One"), OBJ_CASE_INSENSITIVE), *other = make_object(),
         *found;
    expect_status(ObiInsertName(other, NULL, U(u"\\Device\\ONE"), OBJ_CASE_INSENSITIVE),
        STATUS_OBJECT_NAME_COLLISION);
    expect_status(
        ObiInsertName(other, NULL, U(u"\\Device\\One\\x"), 0), STATUS_OBJECT_PATH_NOT_FOUND);
    expect_status(ObiInsertName(other, NULL, U(u"\\None\\x"), 0), STATUS_OBJECT_PATH_NOT_FOUND);
    expect(OBJECT_TO_HEADER(other)->Name.Buffer == NULL);
    expect_equal(OBJECT_TO_HEADER(other)->PointerCount, 1);
    /* With regard to case it is another name. */
    expect_status(ObiInsertName(other, NULL, U(u"\\Device\\ONE"), 0), STATUS_SUCCESS);
    expect_status(look_up(U(u"\\Device\\One"), 0, test_type, &found), STATUS_SUCCESS);
    expect(found == object);
    expect_status(look_up(U(u"\\Device\\ONE"), 0, test_type, &found), STATUS_SUCCESS);
    expect(found == other);
    expect_status(look_up(U(u"\\Device\\one"), 0, test_type, &found), STATUS_OBJECT_NAME_NOT_FOUND);
    expect_status(
        look_up(U(u"\\Device\\one"), OBJ_CASE_INSENSITIVE, test_type, &found), STATUS_SUCCESS);
    remove_named(other);
    remove_named(object);
}

IN_KERNEL(dos_devices_is_one_directory_with_many_names)
{
    static const WCHAR *const path[] = {u"\\??\\Test1", u"\\DosDevices\\Test1",
        u"\\GLOBAL??\\Test1", u"\\dosdevices\\TEST1", u"\\??\\Global\\test1",
        u"\\??\\GLOBALROOT\\??\\Test1", u"\\??\\GLOBALROOT\\GLOBAL??\\Test1"};
    void *target = make_named(U(u"\\Device\\Target"), OBJ_CASE_INSENSITIVE), *found;
    expect_status(ObiCreateSymbolicLink(U(u"\\DosDevices\\Test1"), U(u"\\Device\\Target"), 0),
        STATUS_SUCCESS);
    expect_status(
        ObiCreateSymbolicLink(U(u"\\??\\test1"), U(u"\\x"), 0), STATUS_OBJECT_NAME_COLLISION);
    for (unsigned index = 0; index < sizeof(path) / sizeof(path[0]); index++) {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, path[index]);
        expect_status(look_up(&name, OBJ_CASE_INSENSITIVE, test_type, &found), STATUS_SUCCESS);
        expect(found == target);
    }
    expect_status(
        look_up(U(u"\\??\\GLOBALROOT\\Device\\Target"), OBJ_CASE_INSENSITIVE, NULL, &found),
        STATUS_SUCCESS);
    expect(found == target);
    expect_status(look_up(U(u"\\??"), 0, ObpDirectoryObjectType, &found), STATUS_SUCCESS);
    expect_status(ObiDeleteSymbolicLink(U(u"\\??\\Test1")), STATUS_SUCCESS);
    expect_status(ObiDeleteSymbolicLink(U(u"\\??\\Test1")), STATUS_OBJECT_NAME_NOT_FOUND);
    remove_named(target);
}

IN_KERNEL(links_lead_on_or_are_opened)
{
    UNICODE_STRING target;
    void *found;
    expect_status(ObiCreateSymbolicLink(U(u"\\??\\Up"), U(u"\\Device"), 0), STATUS_SUCCESS);
    expect_status(look_up(U(u"\\??\\Up"), 0, ObpSymbolicLinkObjectType, &found), STATUS_SUCCESS);
    expect(ObGetObjectType(found) == ObpSymbolicLinkObjectType);
    expect_status(ObiGetLinkTarget(found, &target), STATUS_SUCCESS);
    expect(RtlEqualUnicodeString(&target, U(u"\\Device"), FALSE));
    ExiFree(target.Buffer);
    expect_status(look_up(U(u"\\??\\Up"), 0, NULL, &found), STATUS_SUCCESS);
    expect(ObGetObjectType(found) == ObpDirectoryObjectType);
    expect_status(look_up(U(u"\\??\\Up"), OBJ_OPENLINK, NULL, &found), STATUS_SUCCESS);
    expect(ObGetObjectType(found) == ObpSymbolicLinkObjectType);
    expect_status(look_up(U(u"\\??\\Up\\x"), OBJ_DONT_REPARSE, NULL, &found), (NTSTATUS)0xC000050B);
    /* What is entered through a link lies where the link leads. */
    void *object = make_named(U(u"\\??\\Up\\Below"), 0);
    expect_status(look_up(U(u"\\Device\\Below"), 0, test_type, &found), STATUS_SUCCESS);
    remove_named(object);
    ObiDeleteSymbolicLink(U(u"\\??\\Up"));
}

IN_KERNEL(links_in_a_circle_end)
{
    void *found;
    expect_status(ObiCreateSymbolicLink(U(u"\\??\\A"), U(u"\\??\\B"), 0), STATUS_SUCCESS);
    expect_status(ObiCreateSymbolicLink(U(u"\\??\\B"), U(u"\\??\\A"), 0), STATUS_SUCCESS);
    expect_status(ObiCreateSymbolicLink(U(u"\\??\\C"), U(u"\\??\\C\\long"), 0), STATUS_SUCCESS);
    expect_status(look_up(U(u"\\??\\A"), 0, NULL, &found), STATUS_OBJECT_NAME_NOT_FOUND);
    expect_status(look_up(U(u"\\??\\C"), 0, NULL, &found), STATUS_OBJECT_NAME_NOT_FOUND);
    ObiDeleteSymbolicLink(U(u"\\??\\A"));
    ObiDeleteSymbolicLink(U(u"\\??\\B"));
    ObiDeleteSymbolicLink(U(u"\\??\\C"));
}

IN_KERNEL(paths_are_spelled_out)
{
    static const struct {
        const WCHAR *open, *path;
    } name[] = {{u"\\", u"\\"}, {u"\\Device", u"\\Device"}, {u"\\??", u"\\GLOBAL??"},
        {u"\\objecttypes\\event", u"\\ObjectTypes\\Event"}};
    UNICODE_STRING open, wanted, path;
    void *found;
    for (unsigned index = 0; index < sizeof(name) / sizeof(name[0]); index++) {
        RtlInitUnicodeString(&open, name[index].open);
        RtlInitUnicodeString(&wanted, name[index].path);
        expect_status(look_up(&open, OBJ_CASE_INSENSITIVE, NULL, &found), STATUS_SUCCESS);
        expect_status(ObiGetPath(found, &path), STATUS_SUCCESS);
        expect(RtlEqualUnicodeString(&path, &wanted, FALSE));
        ExiFree(path.Buffer);
    }
    void *object = make_object();
    expect_status(ObiGetPath(object, &path), STATUS_SUCCESS);
    expect_equal(path.Length, 0);
    expect(path.Buffer == NULL);
    ObfDereferenceObject(object);
}

IN_KERNEL(query_name_string_says_how_much)
{
    union {
        OBJECT_NAME_INFORMATION information;
        UCHAR bytes[128];
    } answer;
    const ULONG needed = sizeof(OBJECT_NAME_INFORMATION) + sizeof(u"\\Device\\Named");
    void *object = make_named(U(u"\\Device\\Named"), 0), *bare = make_object();
    ULONG length = 0;
    expect_status(ObQueryNameString(object, NULL, 0, &length), STATUS_INFO_LENGTH_MISMATCH);
    expect_equal(length, needed);
    expect_status(ObQueryNameString(object, &answer.information, needed - 1, &length),
        STATUS_INFO_LENGTH_MISMATCH);
    expect_status(ObQueryNameString(object, &answer.information, needed, &length), STATUS_SUCCESS);
    expect(RtlEqualUnicodeString(&answer.information.Name, U(u"\\Device\\Named"), FALSE));
    expect(answer.information.Name.Buffer == (WCHAR *)(&answer.information + 1));
    expect_equal(answer.information.Name.Buffer[answer.information.Name.Length / 2], 0);
    expect_status(
        ObQueryNameString(bare, &answer.information, sizeof(answer), &length), STATUS_SUCCESS);
    expect_equal(length, sizeof(OBJECT_NAME_INFORMATION));
    expect(answer.information.Name.Buffer == NULL);
    expect_equal(answer.information.Name.Length, 0);
    ObfDereferenceObject(bare);
    remove_named(object);
}

IN_KERNEL(a_temporary_name_goes_with_its_last_handle)
{
    void *object = make_named(U(u"\\Device\\Short"), 0), *found;
    HANDLE first, second;
    ObiCreateHandle(object, 1, 0, KernelMode, &first);
    ObiCreateHandle(object, 1, 0, KernelMode, &second);
    ZwClose(first);
    expect_status(look_up(U(u"\\Device\\Short"), 0, NULL, &found), STATUS_SUCCESS);
    ZwClose(second);
    expect_status(look_up(U(u"\\Device\\Short"), 0, NULL, &found), STATUS_OBJECT_NAME_NOT_FOUND);
    expect_equal(ObfDereferenceObject(object), 0);
}

IN_KERNEL(a_permanent_name_stays)
{
    void *object = make_named(U(u"\\Device\\Long"), OBJ_PERMANENT), *found;
    HANDLE handle;
    ObiCreateHandle(object, DELETE, 0, KernelMode, &handle);
    ZwClose(handle);
    expect_status(look_up(U(u"\\Device\\Long"), 0, NULL, &found), STATUS_SUCCESS);
    ObiCreateHandle(object, DELETE, 0, KernelMode, &handle);
    expect_status(ZwMakeTemporaryObject(handle), STATUS_SUCCESS);
    expect_status(look_up(U(u"\\Device\\Long"), 0, NULL, &found), STATUS_SUCCESS);
    ZwClose(handle);
    expect_status(look_up(U(u"\\Device\\Long"), 0, NULL, &found), STATUS_OBJECT_NAME_NOT_FOUND);
    ObfDereferenceObject(object);
}

/* ---- Parse procedures ------------------------------------------------------------------------ */

static void *parse_result;
static WCHAR parse_remaining[64];
static ULONG parse_reparses;

static NTSTATUS test_parse(void *self, const OBJECT_TYPE *wanted, OB_ACCESS *access,
    UNICODE_STRING *complete, UNICODE_STRING *remaining, void *context, void **object)
{
    (void)self;
    (void)wanted;
    (void)access;
    memset(parse_remaining, 0, sizeof(parse_remaining));
    memcpy(parse_remaining, remaining->Buffer, remaining->Length);
    if (context == NULL)
        return STATUS_OBJECT_NAME_NOT_FOUND;
    if (parse_reparses != 0) {
        parse_reparses--;
        *complete = *U(u"\\Device\\Parser\\again");
        complete->Buffer = ExiAllocate(NonPagedPoolNx, complete->MaximumLength, 1, 0);
        memcpy(complete->Buffer, u"\\Device\\Parser\\again", complete->MaximumLength);
        return STATUS_REPARSE;
    }
    ObiReference(parse_result);
    *object = parse_result;
    return STATUS_SUCCESS;
}

IN_KERNEL(parse_continues_the_path)
{
    void *parser = make_named(U(u"\\Device\\Parser"), 0), *found = NULL;
    parse_result = make_object();
    test_type->Procedures.Parse = test_parse;
    expect_status(ObiLookup(NULL, U(u"\\Device\\Parser\\a\\b"), 0, test_type, NULL, &found, &found),
        STATUS_SUCCESS);
    expect(found == parse_result);
    expect_equal(ObfDereferenceObject(found), 1);
    expect(memcmp(parse_remaining, u"\\a\\b", sizeof(u"\\a\\b")) == 0);
    parse_reparses = 2;
    expect_status(ObiLookup(NULL, U(u"\\Device\\Parser"), 0, test_type, NULL, &found, &found),
        STATUS_SUCCESS);
    ObfDereferenceObject(found);
    expect(memcmp(parse_remaining, u"\\again", sizeof(u"\\again")) == 0);
    parse_reparses = 1000;
    expect_status(ObiLookup(NULL, U(u"\\Device\\Parser"), 0, test_type, NULL, &found, &found),
        STATUS_OBJECT_NAME_NOT_FOUND);
    parse_reparses = 0;
    expect_status(ObiLookup(NULL, U(u"\\Device\\Parser"), 0, test_type, NULL, NULL, &found),
        STATUS_OBJECT_NAME_NOT_FOUND);
    /* Relative to an object that parses, the whole name is the rest. */
    expect_status(ObiLookup(parser, U(u"rel"), 0, test_type, NULL, &found, &found), STATUS_SUCCESS);
    ObfDereferenceObject(found);
    expect(memcmp(parse_remaining, u"rel", sizeof(u"rel")) == 0);
    expect_status(
        ObiLookup(NULL, U(u"\\Device\\Parser"), 0, ExEventObjectType, NULL, &found, &found),
        STATUS_OBJECT_TYPE_MISMATCH);
    test_type->Procedures.Parse = NULL;
    ObfDereferenceObject(parse_result);
    remove_named(parser);
}

/* ---- relative, many, low memory -------------------------------------------------------------- */

IN_KERNEL(names_below_a_root_directory)
{
    OBJECT_ATTRIBUTES attributes;
    HANDLE root, event, again;
    InitializeObjectAttributes(
        &attributes, U(u"\\BaseNamedObjects\\Dir"), OBJ_CASE_INSENSITIVE, NULL, NULL);
    expect_status(
        ZwCreateDirectoryObject(&root, DIRECTORY_ALL_ACCESS, &attributes), STATUS_SUCCESS);
    InitializeObjectAttributes(&attributes, U(u"Event"), OBJ_CASE_INSENSITIVE, root, NULL);
    expect_status(ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE),
        STATUS_SUCCESS);
    InitializeObjectAttributes(
        &attributes, U(u"\\basenamedobjects\\dir\\event"), OBJ_CASE_INSENSITIVE, NULL, NULL);
    expect_status(ZwOpenEvent(&again, EVENT_ALL_ACCESS, &attributes), STATUS_SUCCESS);
    ZwClose(again);
    InitializeObjectAttributes(&attributes, U(u"\\Event"), OBJ_CASE_INSENSITIVE, root, NULL);
    expect_status(
        ZwOpenEvent(&again, EVENT_ALL_ACCESS, &attributes), STATUS_OBJECT_PATH_SYNTAX_BAD);
    InitializeObjectAttributes(&attributes, NULL, 0, root, NULL);
    expect_status(
        ZwOpenDirectoryObject(&again, DIRECTORY_QUERY, &attributes), STATUS_OBJECT_NAME_INVALID);
    InitializeObjectAttributes(&attributes, U(u""), 0, root, NULL);
    expect_status(ZwOpenDirectoryObject(&again, DIRECTORY_QUERY, &attributes), STATUS_SUCCESS);
    ZwClose(again);
    /* A directory goes when its last child has gone, whichever is closed first. */
    ZwClose(root);
    ZwClose(event);
    void *found;
    expect_status(look_up(U(u"\\BaseNamedObjects\\Dir"), OBJ_CASE_INSENSITIVE, NULL, &found),
        STATUS_OBJECT_NAME_NOT_FOUND);
}

#define NAMES 10000

static unsigned listed;
static UNICODE_STRING listed_last;

static BOOLEAN list_one(const UNICODE_STRING *name, void *object, void *context)
{
    (void)object;
    if (listed != 0 && RtlCompareUnicodeString(&listed_last, name, TRUE) >= 0)
        *(unsigned *)context += 1;
    listed_last = *name;
    listed++;
    return TRUE;
}

IN_KERNEL(ten_thousand_names)
{
    static void *object[NAMES];
    WCHAR text[] = u"\\Device\\N00000";
    UNICODE_STRING path = {sizeof(text) - 2, sizeof(text), text};
    unsigned disorder = 0;
    void *found;
    for (int index = 0; index < NAMES; index++) {
        /* 7919 is prime to 10000: each number once, in no order */
        for (int digit = 13, rest = index * 7919 % NAMES; digit > 8; digit--, rest /= 10)
            text[digit] = (WCHAR)('0' + rest % 10);
        object[index] = make_named(&path, OBJ_CASE_INSENSITIVE);
    }
    listed = 0;
    expect_status(
        ObEnumerateDirectory(ObiDirectoryByName("\\Device"), list_one, &disorder), STATUS_SUCCESS);
    expect(listed >= NAMES);
    expect_equal(disorder, 0);
    expect_status(
        look_up(U(u"\\device\\n04711"), OBJ_CASE_INSENSITIVE, test_type, &found), STATUS_SUCCESS);
    for (int index = 0; index < NAMES; index++)
        remove_named(object[index]);
    expect_status(look_up(U(u"\\device\\n04711"), OBJ_CASE_INSENSITIVE, test_type, &found),
        STATUS_OBJECT_NAME_NOT_FOUND);
}

static NTSTATUS create_through_links(void)
{
    OBJECT_ATTRIBUTES attributes;
    HANDLE link = NULL, event = NULL, same = NULL;
    InitializeObjectAttributes(
        &attributes, U(u"\\DosDevices\\Low"), OBJ_CASE_INSENSITIVE, NULL, NULL);
    NTSTATUS status = ZwCreateSymbolicLinkObject(&link, SYMBOLIC_LINK_ALL_ACCESS, &attributes,
        U(u"\\BaseNamedObjects"));
    if (!NT_SUCCESS(status))
        return status;
    InitializeObjectAttributes(
        &attributes, U(u"\\??\\Low\\Event"), OBJ_CASE_INSENSITIVE | OBJ_OPENIF, NULL, NULL);
    status = ZwCreateEvent(&event, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
    if (NT_SUCCESS(status)) {
        status = ZwCreateEvent(&same, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
        if (NT_SUCCESS(status)) {
            expect_status(status, STATUS_OBJECT_NAME_EXISTS);
            ZwClose(same);
        }
        ZwClose(event);
    }
    ZwClose(link);
    return status;
}

IN_KERNEL(names_survive_low_memory)
{
    resources before = count_resources();
    for (LONG nth = 1;; nth++) {
        MmFailAllocation(nth, FALSE);
        NTSTATUS status = create_through_links();
        MmFailAllocation(0, FALSE);
        resources after = count_resources();
        expect_equal(after.objects, before.objects);
        expect_equal(after.blocks, before.blocks);
        if (NT_SUCCESS(status))
            return;
        expect_status(status, STATUS_INSUFFICIENT_RESOURCES);
        MmFailAllocation(nth, TRUE);
        expect_status(create_through_links(), STATUS_INSUFFICIENT_RESOURCES);
        MmFailAllocation(0, FALSE);
    }
}

/* ---- many threads ---------------------------------------------------------------------------- */

#define THREADS 4
#define ROUNDS 3000

static _Atomic unsigned strange;

/*
 * Everyone opens or creates one name, and while he has it open every further open of it must find
 * the same object.
 */
static NTSTATUS contend(void *unused)
{
    OBJECT_ATTRIBUTES attributes;
    HANDLE first, second;
    void *one, *two;
    (void)unused;
    InitializeObjectAttributes(&attributes, U(u"\\BaseNamedObjects\\Contended"),
        OBJ_CASE_INSENSITIVE | OBJ_OPENIF, NULL, NULL);
    for (int round = 0; round < ROUNDS; round++) {
        NTSTATUS status = ZwCreateEvent(
            &first, EVENT_ALL_ACCESS, &attributes, NotificationEvent, FALSE);
        if (!NT_SUCCESS(status) ||
            !NT_SUCCESS(ZwOpenEvent(&second, EVENT_ALL_ACCESS, &attributes))) {
            strange++;
            return STATUS_SUCCESS;
        }
        ObiReferenceByHandle(first, NULL, KernelMode, &one, NULL);
        ObiReferenceByHandle(second, NULL, KernelMode, &two, NULL);
        if (one != two)
            strange++;
        ObfDereferenceObject(one);
        ObfDereferenceObject(two);
        ZwClose(first);
        ZwClose(second);
    }
    return STATUS_SUCCESS;
}

static void *contend_thread(void *unused)
{
    if (SysAttach() != STATUS_SUCCESS ||
        KeEnterKernel(contend, unused, KernelMode) != STATUS_SUCCESS)
        strange++;
    return NULL;
}

AS_CLIENT(threads_share_a_name)
{
    pthread_t thread[THREADS];
    for (int index = 0; index < THREADS; index++)
        assert_int_equal(pthread_create(&thread[index], NULL, contend_thread, NULL), 0);
    for (int index = 0; index < THREADS; index++)
        pthread_join(thread[index], NULL);
    assert_int_equal(strange, 0);
}

IN_KERNEL(the_contended_name_is_gone)
{
    void *found;
    expect_status(look_up(U(u"\\BaseNamedObjects\\Contended"), OBJ_CASE_INSENSITIVE, NULL, &found),
        STATUS_OBJECT_NAME_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bad_paths_say_how),
        TEST(names_collide),
        TEST(dos_devices_is_one_directory_with_many_names),
        TEST(links_lead_on_or_are_opened),
        TEST(links_in_a_circle_end),
        TEST(paths_are_spelled_out),
        TEST(query_name_string_says_how_much),
        TEST(a_temporary_name_goes_with_its_last_handle),
        TEST(a_permanent_name_stays),
        TEST(parse_continues_the_path),
        TEST(names_below_a_root_directory),
        TEST(ten_thousand_names),
        TEST(names_survive_low_memory),
        TEST(threads_share_a_name),
        TEST(the_contended_name_is_gone),
    };
    return cmocka_run_group_tests(tests, open_machine_with_type, close_machine);
}
