/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Reference counts, deletion at the right level, and the stop for counts that went wrong. */
#include <pthread.h>
#include <stdbool.h>

#include "ob_test.h"

IN_KERNEL(last_reference_deletes)
{
    void *object = make_object();
    test_deleted = 0;
    expect_equal(ObfReferenceObject(object), 2);
    expect_equal(ObfDereferenceObject(object), 1);
    expect_equal(test_deleted, 0);
    expect_equal(ObfDereferenceObject(object), 0);
    expect_equal(test_deleted, 1);
}

IN_KERNEL(body_is_zeroed_and_aligned)
{
    unsigned char *object = make_object();
    expect_equal((uintptr_t)object % MEMORY_ALLOCATION_ALIGNMENT, 0);
    for (int index = 0; index < 64; index++)
        expect_equal(object[index], 0);
    ObfDereferenceObject(object);
}

IN_KERNEL(deletion_above_passive_waits)
{
    void (*worker)(void) = ObDeletionPending;
    void *object = make_object();
    KIRQL old;
    ObDeletionPending = NULL;
    test_deleted = 0;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ObfDereferenceObject(object);
    expect_equal(test_deleted, 0);
    KeLowerIrql(old);
    expect_equal(test_deleted, 0);
    ObDrainDeletions();
    expect_equal(test_deleted, 1);
    expect_equal(test_deleted_at, PASSIVE_LEVEL);
    ObDeletionPending = worker;
}

/* Whoever deletes at PASSIVE_LEVEL takes the waiting ones along. */
IN_KERNEL(deletion_takes_the_waiting_along)
{
    void (*worker)(void) = ObDeletionPending;
    void *first = make_object(), *second = make_object();
    ObDeletionPending = NULL;
    test_deleted = 0;
    ObDereferenceObjectDeferDelete(first);
    expect_equal(test_deleted, 0);
    ObfDereferenceObject(second);
    expect_equal(test_deleted, 2);
    ObDeletionPending = worker;
}

static NTSTATUS do_nothing(void *unused)
{
    (void)unused;
    return STATUS_SUCCESS;
}

static void *come_and_go(void *unused)
{
    (void)unused;
    expect_status(PsAttachHostThread(PsiClientProcess), STATUS_SUCCESS);
    expect_status(KeEnterKernel(do_nothing, NULL, UserMode), STATUS_SUCCESS);
    PsDetachHostThread();
    return NULL;
}

/* Its own object goes when a host thread detaches, but it is no thread of the kernel's by then: a
 * driver could not be called. */
IN_KERNEL(a_thread_that_leaves_takes_nothing_along)
{
    void (*worker)(void) = ObDeletionPending;
    void *object = make_object();
    pthread_t thread;
    ObDeletionPending = NULL;
    test_deleted = 0;
    ObDereferenceObjectDeferDelete(object);
    expect_equal(pthread_create(&thread, NULL, come_and_go, NULL), 0);
    pthread_join(thread, NULL);
    expect_equal(test_deleted, 0);
    ObDrainDeletions();
    expect_equal(test_deleted, 1);
    ObDeletionPending = worker;
}

static unsigned pending_calls;

static void note_pending(void)
{
    pending_calls++;
}

IN_KERNEL(waiting_deletions_are_announced_once)
{
    void *first = make_object(), *second = make_object();
    void (*before)(void) = ObDeletionPending;
    pending_calls = 0;
    ObDeletionPending = note_pending;
    ObDereferenceObjectDeferDelete(first);
    ObDereferenceObjectDeferDeleteWithTag(second, 1);
    expect_equal(pending_calls, 1);
    ObDeletionPending = before;
    ObDrainDeletions();
}

IN_KERNEL(a_dying_object_gives_no_reference)
{
    void (*worker)(void) = ObDeletionPending;
    void *object = make_object();
    ObDeletionPending = NULL;
    expect(ObiReferenceSafe(object));
    expect_equal(ObfDereferenceObject(object), 1);
    ObDereferenceObjectDeferDelete(object);
    expect(!ObiReferenceSafe(object));
    ObDrainDeletions();
    ObDeletionPending = worker;
}

IN_KERNEL(reference_by_pointer_checks_the_type)
{
    void *object = make_object();
    expect_status(ObReferenceObjectByPointer(object, 0, ExEventObjectType, UserMode),
        STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(ObReferenceObjectByPointer(object, 0, test_type, UserMode), STATUS_SUCCESS);
    expect_status(ObReferenceObjectByPointer(object, 0, NULL, KernelMode), STATUS_SUCCESS);
    expect_status(
        ObReferenceObjectByPointerWithTag(object, 0, test_type, KernelMode, 7), STATUS_SUCCESS);
    expect_equal(OBJECT_TO_HEADER(object)->PointerCount, 4);
    expect(ObGetObjectType(object) == test_type);
    while (ObfDereferenceObject(object) != 0)
        ;
}

IN_KERNEL(types_are_objects_by_name)
{
    void *found;
    expect_status(
        ObiLookup(NULL, U(u"\\ObjectTypes\\test"), OBJ_CASE_INSENSITIVE, NULL, NULL, NULL, &found),
        STATUS_SUCCESS);
    expect(found == test_type);
    ObfDereferenceObject(found);
    expect_status(
        ObiLookup(NULL, U(u"\\ObjectTypes\\Type"), 0, ObpTypeObjectType, NULL, NULL, &found),
        STATUS_SUCCESS);
    expect(found == ObpTypeObjectType);
    expect(ObGetObjectType(found) == ObpTypeObjectType);
    ObfDereferenceObject(found);
}

/* Every allocation of a creation fails in turn. */
IN_KERNEL(creation_survives_low_memory)
{
    void *object;
    for (LONG nth = 1;; nth++) {
        MmFailAllocation(nth, FALSE);
        NTSTATUS status = ObiCreateObject(test_type, 64, 0, &object);
        MmFailAllocation(0, FALSE);
        if (NT_SUCCESS(status)) {
            expect(nth > 1);
            break;
        }
        expect_status(status, STATUS_INSUFFICIENT_RESOURCES);
    }
    ObfDereferenceObject(object);
}

/* ---- many threads ---------------------------------------------------------------------------- */

#define MAKERS 3
#define ROUNDS 500
#define STAYING 8
#define STAYING_SITE 0x1234

static _Atomic bool enough;
static _Atomic unsigned not_made;

/* Objects come and go, and their memory comes back as something else. */
static NTSTATUS make_and_lose(void *unused)
{
    (void)unused;
    while (!enough) {
        void *object,
            *block = ExAllocatePoolWithTag(NonPagedPool, sizeof(OBJECT_HEADER) + 64, 0x74736554);
        if (!NT_SUCCESS(ObiCreateObject(test_type, 64, 0, &object)))
            not_made++;
        else
            ObfDereferenceObject(object);
        if (block != NULL) {
            memset(block, 0xEE, sizeof(OBJECT_HEADER) + 64);
            ExFreePoolWithTag(block, 0x74736554);
        }
    }
    return STATUS_SUCCESS;
}

static void *maker_thread(void *unused)
{
    if (SysAttach() != STATUS_SUCCESS ||
        KeEnterKernel(make_and_lose, unused, KernelMode) != STATUS_SUCCESS)
        not_made++;
    return NULL;
}

struct seen {
    unsigned staying, wrong;
};

static BOOLEAN see_object(OBJECT_HEADER *header, void *context)
{
    struct seen *seen = context;
    seen->staying += header->Site == STAYING_SITE;
    seen->wrong += __atomic_load_n(&header->PointerCount, __ATOMIC_RELAXED) < 1 ||
        (header->Type == test_type && header->Site != STAYING_SITE && header->Site != 0);
    return TRUE;
}

static NTSTATUS enumerate_often(void *unused)
{
    void *staying[STAYING];
    (void)unused;
    for (int index = 0; index < STAYING; index++)
        expect_status(
            ObiCreateObject(test_type, 64, STAYING_SITE, &staying[index]), STATUS_SUCCESS);
    for (int round = 0; round < ROUNDS; round++) {
        struct seen seen = {0};
        ObEnumerateObjects(see_object, &seen);
        expect_equal(seen.staying, STAYING);
        expect_equal(seen.wrong, 0);
    }
    enough = true;
    for (int index = 0; index < STAYING; index++)
        expect_equal(ObfDereferenceObject(staying[index]), 0);
    return STATUS_SUCCESS;
}

AS_CLIENT(objects_are_enumerated_while_others_come_and_go)
{
    pthread_t thread[MAKERS];
    first_failure[0] = '\0';
    for (int index = 0; index < MAKERS; index++)
        assert_int_equal(pthread_create(&thread[index], NULL, maker_thread, NULL), 0);
    assert_int_equal(KeEnterKernel(enumerate_often, NULL, KernelMode), STATUS_SUCCESS);
    for (int index = 0; index < MAKERS; index++)
        pthread_join(thread[index], NULL);
    assert_int_equal(not_made, 0);
    assert_string_equal(first_failure, "");
}

/* ---- the machine stops ----------------------------------------------------------------------- */

static void *victim;

static NTSTATUS dereference_too_often(void *unused)
{
    (void)unused;
    ObDeletionPending = NULL;
    victim = make_object();
    ObDereferenceObjectDeferDelete(victim);
    ObfDereferenceObject(victim);
    return STATUS_SUCCESS;
}

static NTSTATUS dereference_under_a_handle(void *unused)
{
    HANDLE handle;
    (void)unused;
    victim = make_object();
    ObiCreateHandle(victim, 1, 0, KernelMode, &handle);
    ObfDereferenceObject(victim);
    ObfDereferenceObject(victim);
    return STATUS_SUCCESS;
}

static NTSTATUS reference_the_dead(void *unused)
{
    (void)unused;
    ObDeletionPending = NULL;
    victim = make_object();
    ObDereferenceObjectDeferDelete(victim);
    ObfReferenceObject(victim);
    return STATUS_SUCCESS;
}

/* A handle in heavy use holds references in advance, which hide it until the handle is closed. */
static NTSTATUS dereference_under_a_busy_handle(void *unused)
{
    HANDLE handle;
    void *found;
    (void)unused;
    victim = make_object();
    ObiCreateHandle(victim, 1, 0, KernelMode, &handle);
    for (int round = 0; round < 1000; round++) {
        ObiReferenceByHandle(handle, NULL, KernelMode, &found, NULL);
        ObfDereferenceObject(found);
    }
    ObfDereferenceObject(victim);
    ObfDereferenceObject(victim);
    ZwClose(handle);
    return STATUS_SUCCESS;
}

static void expect_stop(KE_SERVICE service, LONG_PTR count)
{
    assert_int_equal(KeEnterKernel(service, NULL, KernelMode), STATUS_HOST_DOWN);
    const KE_BUGCHECK *stop = KeGetBugCheck();
    assert_non_null(stop);
    assert_int_equal(stop->Code, REFERENCE_BY_POINTER);
    assert_ptr_equal((void *)stop->Parameter[0], test_type);
    assert_ptr_equal((void *)stop->Parameter[1], victim);
    assert_int_equal((LONG_PTR)stop->Parameter[3], count);
}

AS_CLIENT(too_few_references_stop)
{
    expect_stop(dereference_too_often, -1);
}

AS_CLIENT(references_below_handles_stop)
{
    expect_stop(dereference_under_a_handle, 0);
}

AS_CLIENT(references_below_a_busy_handle_stop)
{
    expect_stop(dereference_under_a_busy_handle, -1);
}

AS_CLIENT(reference_to_a_dead_object_stops)
{
    expect_stop(reference_the_dead, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(last_reference_deletes),
        TEST(body_is_zeroed_and_aligned),
        TEST(deletion_above_passive_waits),
        TEST(deletion_takes_the_waiting_along),
        TEST(a_thread_that_leaves_takes_nothing_along),
        TEST(waiting_deletions_are_announced_once),
        TEST(a_dying_object_gives_no_reference),
        TEST(reference_by_pointer_checks_the_type),
        TEST(types_are_objects_by_name),
        TEST(creation_survives_low_memory),
        TEST(objects_are_enumerated_while_others_come_and_go),
    };
    const struct CMUnitTest stops[] = {
        cmocka_unit_test_setup_teardown(
            too_few_references_stop, open_machine_with_type, close_machine),
        cmocka_unit_test_setup_teardown(
            references_below_handles_stop, open_machine_with_type, close_machine),
        cmocka_unit_test_setup_teardown(
            references_below_a_busy_handle_stop, open_machine_with_type, close_machine),
        cmocka_unit_test_setup_teardown(
            reference_to_a_dead_object_stops, open_machine_with_type, close_machine),
    };
    int failed = cmocka_run_group_tests(tests, open_machine_with_type, close_machine);
    return cmocka_run_group_tests(stops, NULL, NULL) + failed;
}
