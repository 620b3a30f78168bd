/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Handles: their values, what they grant, how many there can be, and many threads at once. */
#include <pthread.h>

#include "ob_test.h"

static HANDLE make_handle(void *object, ACCESS_MASK granted, ULONG attributes)
{
    HANDLE handle = NULL;
    expect_status(
        ObiCreateHandle(object, granted, attributes, KernelMode, &handle), STATUS_SUCCESS);
    return handle;
}

IN_KERNEL(values_are_multiples_of_four)
{
    void *object = make_object();
    HANDLE handle[20];
    for (int index = 0; index < 20; index++) {
        handle[index] = make_handle(object, 1, 0);
        expect(handle[index] != NULL);
        expect_equal((uintptr_t)handle[index] % 4, 0);
        for (int other = 0; other < index; other++)
            expect(handle[index] != handle[other]);
    }
    expect_equal(OBJECT_TO_HEADER(object)->HandleCount, 20);
    expect_equal(OBJECT_TO_HEADER(object)->PointerCount, 21);
    for (int index = 0; index < 20; index++)
        expect_status(ZwClose(handle[index]), STATUS_SUCCESS);
    expect_equal(ObfDereferenceObject(object), 0);
}

IN_KERNEL(translation_checks_type_and_value)
{
    void *object = make_object(), *found = NULL;
    HANDLE handle = make_handle(object, 5, 0);
    ACCESS_MASK granted = 0;
    expect_status(
        ObiReferenceByHandle(handle, test_type, UserMode, &found, &granted), STATUS_SUCCESS);
    expect(found == object);
    expect_equal(granted, 5);
    ObfDereferenceObject(object);
    /* The two low bits of a value are the caller's. */
    expect_status(
        ObiReferenceByHandle((HANDLE)((uintptr_t)handle | 3), NULL, UserMode, &found, NULL),
        STATUS_SUCCESS);
    ObfDereferenceObject(object);
    expect_status(ObiReferenceByHandle(handle, ExEventObjectType, UserMode, &found, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    static const uintptr_t bad[] = {0, 1, 0x10000, 0x3FFFFFC, 0x7FFFFFFC, 0x12345678901234};
    for (unsigned index = 0; index < sizeof(bad) / sizeof(bad[0]); index++)
        expect_status(ObiReferenceByHandle((HANDLE)bad[index], NULL, UserMode, &found, NULL),
            STATUS_INVALID_HANDLE);
    expect_status(ZwClose(handle), STATUS_SUCCESS);
    expect_status(
        ObiReferenceByHandle(handle, NULL, UserMode, &found, NULL), STATUS_INVALID_HANDLE);
    expect_status(ZwClose(handle), STATUS_INVALID_HANDLE);
    ObfDereferenceObject(object);
}

IN_KERNEL(user_mode_needs_the_access)
{
    OBJECT_HANDLE_INFORMATION information;
    void *object = make_object(), *found;
    HANDLE handle = make_handle(object, 5, OBJ_INHERIT);
    expect_status(ObReferenceObjectByHandle(handle, 2, test_type, UserMode, &found, NULL),
        STATUS_ACCESS_DENIED);
    expect(found == NULL);
    expect_status(ObReferenceObjectByHandle(handle, 2, test_type, KernelMode, &found, &information),
        STATUS_SUCCESS);
    expect_equal(information.GrantedAccess, 5);
    expect_equal(information.HandleAttributes, OBJ_INHERIT);
    ObfDereferenceObject(found);
    expect_status(ObReferenceObjectByHandleWithTag(handle, 4, test_type, UserMode, 1, &found, NULL),
        STATUS_SUCCESS);
    ObfDereferenceObject(found);
    ZwClose(handle);
    ObfDereferenceObject(object);
}

IN_KERNEL(kernel_handles_are_the_kernels)
{
    void *object = make_object(), *found;
    HANDLE handle = make_handle(object, 1, OBJ_KERNEL_HANDLE);
    expect(ObIsKernelHandle(handle));
    expect_equal((uintptr_t)handle >> 31, (uintptr_t)-1 >> 31);
    expect_status(
        ObiReferenceByHandle(handle, test_type, UserMode, &found, NULL), STATUS_INVALID_HANDLE);
    expect_status(ObCloseHandle(handle, UserMode), STATUS_INVALID_HANDLE);
    expect_status(
        ObiReferenceByHandle(handle, test_type, KernelMode, &found, NULL), STATUS_SUCCESS);
    ObfDereferenceObject(found);
    /* The value without the high bits means another table. */
    HANDLE plain = (HANDLE)((uintptr_t)handle & 0x7FFFFFFF);
    if (NT_SUCCESS(ObiReferenceByHandle(plain, NULL, KernelMode, &found, NULL))) {
        expect(found != object);
        ObfDereferenceObject(found);
    }
    expect_status(ZwClose(handle), STATUS_SUCCESS);
    /* From user mode the attribute means nothing. */
    expect_status(ObiCreateHandle(object, 1, OBJ_KERNEL_HANDLE, UserMode, &handle), STATUS_SUCCESS);
    expect(!ObIsKernelHandle(handle));
    ZwClose(handle);
    ObfDereferenceObject(object);
}

IN_KERNEL(pseudo_handles_are_the_caller)
{
    void *found;
    expect_status(
        ObiReferenceByHandle((HANDLE)(intptr_t)-1, PsProcessObjectType, UserMode, &found, NULL),
        STATUS_SUCCESS);
    expect(found == PsGetCurrentProcess());
    ObfDereferenceObject(found);
    expect_status(
        ObiReferenceByHandle((HANDLE)(intptr_t)-2, PsThreadObjectType, UserMode, &found, NULL),
        STATUS_SUCCESS);
    expect(found == PsGetCurrentThread());
    ObfDereferenceObject(found);
    expect_status(
        ObiReferenceByHandle((HANDLE)(intptr_t)-2, PsProcessObjectType, UserMode, &found, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(ObiReferenceByHandle((HANDLE)(intptr_t)-3, NULL, UserMode, &found, NULL),
        STATUS_INVALID_HANDLE);
    expect(!ObIsKernelHandle((HANDLE)(intptr_t)-1));
    expect(!ObIsKernelHandle((HANDLE)(intptr_t)-2));
}

IN_KERNEL(a_protected_handle_stays)
{
    void *object = make_object();
    HANDLE handle = make_handle(object, 1, 0);
    OB_HANDLE_FLAGS flags = {TRUE, TRUE}, seen = {0};
    expect_status(
        ZwSetInformationObject(handle, ObjectHandleFlagInformation, &flags, sizeof(flags)),
        STATUS_SUCCESS);
    expect_status(ZwQueryObject(handle, ObjectHandleFlagInformation, &seen, sizeof(seen), NULL),
        STATUS_SUCCESS);
    expect(seen.Inherit && seen.ProtectFromClose);
    expect_status(ZwClose(handle), STATUS_HANDLE_NOT_CLOSABLE);
    flags = (OB_HANDLE_FLAGS){FALSE, FALSE};
    expect_status(ObSetHandleAttributes(handle, &flags, KernelMode), STATUS_SUCCESS);
    expect_status(ZwClose(handle), STATUS_SUCCESS);
    ObfDereferenceObject(object);
}

IN_KERNEL(an_exclusive_object_has_one_process)
{
    OB_HANDLE_TABLE *mine = ObThreadHandleTable, *other = ObiCreateHandleTable();
    void *object = make_object();
    HANDLE handle;
    expect_status(
        ObiCreateHandle(object, 1, OBJ_EXCLUSIVE, KernelMode, &handle), STATUS_INVALID_PARAMETER);
    OBJECT_TO_HEADER(object)->Flags |= OB_FLAG_EXCLUSIVE;
    handle = make_handle(object, 1, OBJ_EXCLUSIVE);
    HANDLE second;
    expect_status(ObiCreateHandle(object, 1, 0, KernelMode, &second), STATUS_ACCESS_DENIED);
    ObThreadHandleTable = other;
    expect_status(
        ObiCreateHandle(object, 1, OBJ_EXCLUSIVE, KernelMode, &second), STATUS_ACCESS_DENIED);
    ObThreadHandleTable = mine;
    expect_status(ZwClose(handle), STATUS_SUCCESS);
    ObThreadHandleTable = other;
    handle = make_handle(object, 1, OBJ_EXCLUSIVE);
    expect_status(ZwClose(handle), STATUS_SUCCESS);
    ObThreadHandleTable = mine;
    ObiDestroyHandleTable(other);
    ObfDereferenceObject(object);
}

/* Handles in heavy use take references in advance; who counts sees only those in somebody's
 * hands. */
IN_KERNEL(busy_handles_count_right)
{
    enum { ROUNDS = 100000 };
    void *object = make_object(), *found;
    HANDLE handle = make_handle(object, 6, 0), other = make_handle(object, 1, 0);
    ACCESS_MASK granted = 0;
    for (int round = 0; round < ROUNDS; round++) {
        expect_status(
            ObiReferenceByHandle(handle, test_type, UserMode, &found, &granted), STATUS_SUCCESS);
        if (round >= ROUNDS / 2)
            ObfDereferenceObject(found);
    }
    expect(found == object);
    expect_equal(granted, 6);
    expect_equal(ObiCountReferences(object), 3 + ROUNDS / 2);
    expect_status(ObiReferenceByHandle(handle, ExEventObjectType, UserMode, &found, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    expect_equal(ObiCountReferences(object), 3 + ROUNDS / 2);
    for (int round = 0; round < ROUNDS / 2; round++)
        ObfDereferenceObject(object);
    expect_equal(ObiCountReferences(object), 3);
    expect_status(ZwClose(handle), STATUS_SUCCESS);
    expect_equal(OBJECT_TO_HEADER(object)->PointerCount, 2);
    expect_status(
        ObiReferenceByHandle(handle, NULL, UserMode, &found, NULL), STATUS_INVALID_HANDLE);
    ZwClose(other);
    test_deleted = 0;
    ObfDereferenceObject(object);
    expect_equal(test_deleted, 1);
}

#define MANY 100000

/* Nothing a handle's user sees depends on how many there are. */
IN_KERNEL(a_hundred_thousand_handles)
{
    static HANDLE handle[MANY];
    ULONG before = ObiCountHandles(ObThreadHandleTable);
    void *first = make_object(), *object = make_object(), *found;
    handle[0] = make_handle(first, 1, 0);
    for (int index = 1; index < MANY; index++)
        handle[index] = make_handle(object, (ACCESS_MASK)index & 0xFF, 0);
    expect_equal(ObiCountHandles(ObThreadHandleTable), before + MANY);
    expect_equal(OBJECT_TO_HEADER(object)->HandleCount, MANY - 1);
    for (int index = 0; index < MANY; index++) {
        ACCESS_MASK granted;
        expect_status(ObiReferenceByHandle(handle[index], test_type, UserMode, &found, &granted),
            STATUS_SUCCESS);
        expect(found == (index == 0 ? first : object));
        if (index != 0)
            expect_equal(granted, index & 0xFF);
        ObfDereferenceObject(found);
    }
    for (int index = 0; index < MANY; index++)
        expect_status(ZwClose(handle[index]), STATUS_SUCCESS);
    expect_equal(ObiCountHandles(ObThreadHandleTable), before);
    ObfDereferenceObject(first);
    ObfDereferenceObject(object);
}

IN_KERNEL(all_handles_close_at_once)
{
    OB_HANDLE_TABLE *mine = ObThreadHandleTable, *other = ObiCreateHandleTable();
    void *object = make_object();
    ObThreadHandleTable = other;
    test_closed = 0;
    for (int index = 0; index < 1000; index++)
        make_handle(object, 1, 0);
    OB_HANDLE_FLAGS flags = {FALSE, TRUE};
    ObSetHandleAttributes((HANDLE)(uintptr_t)40, &flags, KernelMode);
    ObThreadHandleTable = mine;
    ObiCloseAllHandles(other, UserMode);
    expect_equal(ObiCountHandles(other), 0);
    expect_equal(test_closed, 1000);
    expect_equal(OBJECT_TO_HEADER(object)->HandleCount, 0);
    ObiDestroyHandleTable(other);
    ObfDereferenceObject(object);
}

IN_KERNEL(handles_survive_low_memory)
{
    OB_HANDLE_TABLE *mine = ObThreadHandleTable;
    void *object = make_object();
    for (LONG nth = 1;; nth++) {
        HANDLE handle;
        MmFailAllocation(nth, FALSE);
        OB_HANDLE_TABLE *table = ObiCreateHandleTable();
        NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
        if (table != NULL) {
            ObThreadHandleTable = table;
            status = ObiCreateHandle(object, 1, 0, KernelMode, &handle);
            ObThreadHandleTable = mine;
        }
        MmFailAllocation(0, FALSE);
        if (table != NULL) {
            ObiCloseAllHandles(table, KernelMode);
            ObiDestroyHandleTable(table);
        }
        expect_equal(OBJECT_TO_HEADER(object)->HandleCount, 0);
        expect_equal(OBJECT_TO_HEADER(object)->PointerCount, 1);
        if (NT_SUCCESS(status))
            break;
        expect_status(status, STATUS_INSUFFICIENT_RESOURCES);
    }
    ObfDereferenceObject(object);
}

IN_KERNEL(open_by_pointer)
{
    void *object = make_object();
    HANDLE handle = NULL;
    expect_status(ObOpenObjectByPointer(object, 0, NULL, 1, ExEventObjectType, UserMode, &handle),
        STATUS_OBJECT_TYPE_MISMATCH);
    expect_status(
        ObOpenObjectByPointer(object, 0x80000000, NULL, 1, test_type, KernelMode, &handle),
        STATUS_INVALID_PARAMETER);
    expect(handle == NULL);
    expect_status(ObOpenObjectByPointer(object, OBJ_KERNEL_HANDLE, NULL, GENERIC_READ, test_type,
                      KernelMode, &handle),
        STATUS_SUCCESS);
    OBJECT_HANDLE_INFORMATION information;
    void *found;
    expect_status(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &found, &information),
        STATUS_SUCCESS);
    expect_equal(information.GrantedAccess, 0x20001);
    ObfDereferenceObject(found);
    ZwClose(handle);
    expect_status(ObOpenObjectByPointerWithTag(
                      object, 0, NULL, MAXIMUM_ALLOWED, NULL, KernelMode, 1, &handle),
        STATUS_SUCCESS);
    expect_status(ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &found, &information),
        STATUS_SUCCESS);
    expect_equal(information.GrantedAccess, 0x1F00FF);
    ObfDereferenceObject(found);
    ZwClose(handle);
    expect_equal(ObfDereferenceObject(object), 0);
}

/* ---- many threads ---------------------------------------------------------------------------- */

#define THREADS 4
#define ROUNDS 20000
#define SLOTS 8

static HANDLE shared[SLOTS];
static void *shared_object;
static _Atomic unsigned long made, closed, translated, wrong;

/* Each thread makes, translates and closes handles in slots all of them use. */
static NTSTATUS hammer(void *seed)
{
    unsigned random = (unsigned)(uintptr_t)seed;
    for (int round = 0; round < ROUNDS; round++) {
        random = random * 1664525u + 1013904223u;
        HANDLE *slot = &shared[(random >> 24) % SLOTS];
        HANDLE handle;
        void *found;
        switch ((random >> 16) % 4) {
        case 0:
            if (NT_SUCCESS(ObiCreateHandle(shared_object, 3, 0, KernelMode, &handle))) {
                made++;
                handle = __atomic_exchange_n(slot, handle, __ATOMIC_ACQ_REL);
                if (handle != NULL && NT_SUCCESS(ZwClose(handle)))
                    closed++;
            }
            break;
        case 1:
            handle = __atomic_exchange_n(slot, NULL, __ATOMIC_ACQ_REL);
            if (handle != NULL && NT_SUCCESS(ZwClose(handle)))
                closed++;
            break;
        default:
            handle = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
            if (handle != NULL &&
                NT_SUCCESS(ObiReferenceByHandle(handle, test_type, UserMode, &found, NULL))) {
                translated++;
                if (found != shared_object)
                    wrong++;
                ObfDereferenceObject(found);
            }
        }
    }
    return STATUS_SUCCESS;
}

static void *hammer_thread(void *seed)
{
    if (SysAttach() == STATUS_SUCCESS)
        KeEnterKernel(hammer, seed, KernelMode);
    else
        wrong++;
    return NULL;
}

static NTSTATUS make_shared(void *unused)
{
    (void)unused;
    shared_object = make_object();
    return STATUS_SUCCESS;
}

static NTSTATUS close_shared(void *unused)
{
    (void)unused;
    for (int index = 0; index < SLOTS; index++) {
        if (shared[index] != NULL && NT_SUCCESS(ZwClose(shared[index])))
            closed++;
        shared[index] = NULL;
    }
    expect_equal(OBJECT_TO_HEADER(shared_object)->HandleCount, 0);
    expect_equal(ObfDereferenceObject(shared_object), 0);
    return STATUS_SUCCESS;
}

AS_CLIENT(threads_share_a_table)
{
    pthread_t thread[THREADS];
    assert_int_equal(KeEnterKernel(make_shared, NULL, KernelMode), STATUS_SUCCESS);
    for (uintptr_t index = 0; index < THREADS; index++)
        assert_int_equal(
            pthread_create(&thread[index], NULL, hammer_thread, (void *)(index + 1)), 0);
    for (int index = 0; index < THREADS; index++)
        pthread_join(thread[index], NULL);
    first_failure[0] = '\0';
    assert_int_equal(KeEnterKernel(close_shared, NULL, KernelMode), STATUS_SUCCESS);
    if (first_failure[0] != '\0')
        fail_msg("%s", first_failure);
    assert_int_equal(wrong, 0);
    assert_int_equal(made, closed);
    assert_true(translated > 0);
}

/* ---- closing what is in use ------------------------------------------------------------------ */

static HANDLE busy;
static _Atomic int ending;

/* Translates the busy handle until it is closed under its hands, then waits for the next one. */
static NTSTATUS translate(void *unused)
{
    void *found;
    (void)unused;
    while (!ending) {
        HANDLE handle = __atomic_load_n(&busy, __ATOMIC_ACQUIRE);
        if (!NT_SUCCESS(ObiReferenceByHandle(handle, test_type, UserMode, &found, NULL)))
            continue;
        if (OBJECT_TO_HEADER(found)->Type != test_type)
            wrong++;
        ObfDereferenceObject(found);
    }
    return STATUS_SUCCESS;
}

static void *translate_thread(void *unused)
{
    if (SysAttach() != STATUS_SUCCESS ||
        KeEnterKernel(translate, unused, KernelMode) != STATUS_SUCCESS)
        wrong++;
    return NULL;
}

static NTSTATUS make_and_close(void *unused)
{
    (void)unused;
    test_deleted = 0;
    for (int round = 0; round < 200; round++) {
        void *object = make_object(), *found;
        HANDLE handle = make_handle(object, 1, 0);
        ObfDereferenceObject(object);
        __atomic_store_n(&busy, handle, __ATOMIC_RELEASE);
        for (int use = 0; use < 500; use++) {
            if (!NT_SUCCESS(ObiReferenceByHandle(handle, test_type, UserMode, &found, NULL)))
                wrong++;
            else
                ObfDereferenceObject(found);
        }
        if (!NT_SUCCESS(ZwClose(handle)))
            wrong++;
    }
    return STATUS_SUCCESS;
}

AS_CLIENT(a_busy_handle_is_closed_under_others_hands)
{
    pthread_t thread[THREADS];
    wrong = 0;
    for (int index = 0; index < THREADS; index++)
        assert_int_equal(pthread_create(&thread[index], NULL, translate_thread, NULL), 0);
    assert_int_equal(KeEnterKernel(make_and_close, NULL, KernelMode), STATUS_SUCCESS);
    ending = 1;
    for (int index = 0; index < THREADS; index++)
        pthread_join(thread[index], NULL);
    assert_int_equal(wrong, 0);
    assert_int_equal(test_type->ObjectCount, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values_are_multiples_of_four),
        TEST(translation_checks_type_and_value),
        TEST(user_mode_needs_the_access),
        TEST(kernel_handles_are_the_kernels),
        TEST(pseudo_handles_are_the_caller),
        TEST(a_protected_handle_stays),
        TEST(an_exclusive_object_has_one_process),
        TEST(busy_handles_count_right),
        TEST(a_hundred_thousand_handles),
        TEST(all_handles_close_at_once),
        TEST(handles_survive_low_memory),
        TEST(open_by_pointer),
        TEST(threads_share_a_table),
        TEST(a_busy_handle_is_closed_under_others_hands),
    };
    return cmocka_run_group_tests(tests, open_machine_with_type, close_machine);
}
