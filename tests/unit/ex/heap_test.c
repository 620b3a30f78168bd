/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Heaps and hash tables where memory is short: each allocation fails once and for good, and nothing stays. */
#include "ex/heap.h"
#include "kernel_fixture.h"
#include "rtl/hashtable.h"

static BOOLEAN use_heap(void)
{
    void *heap = RtlCreateHeap(2, NULL, 0, 0, NULL, NULL);
    BOOLEAN all = heap != NULL;
    for (int index = 0; heap != NULL && index < 20; index++) {
        void *block = RtlAllocateHeap(heap, 8, 500);
        all = all && block != NULL;
        if (index % 2)
            RtlFreeHeap(heap, 0, block);
    }
    RtlDestroyHeap(heap);
    return all;
}

static BOOLEAN use_table(void)
{
    RTL_DYNAMIC_HASH_TABLE *table = NULL;
    BOOLEAN all = RtlCreateHashTable(&table, 0, 0);
    if (!all)
        return FALSE;
    for (int index = 0; index < 300; index++)
        all = RtlExpandHashTable(table) && all;
    while (RtlContractHashTable(table))
        ;
    RtlDeleteHashTable(table);
    return all;
}

static void fails_and_works_again(BOOLEAN (*use)(void))
{
    for (int forever = 0; forever <= 1; forever++) {
        BOOLEAN reached = TRUE;
        for (ULONG number = 1; reached; number++) {
            MmFailAllocation((LONG)number, (BOOLEAN)forever);
            BOOLEAN worked = use();
            reached = MmAllocationCount() >= number;
            MmFailAllocation(-1, FALSE);
            assert_int_equal(worked, !reached);
            assert_true(use());
        }
    }
}

static void heap_lives_with_failure(void **state)
{
    (void)state;
    fails_and_works_again(use_heap);
}

static void table_lives_with_failure(void **state)
{
    (void)state;
    fails_and_works_again(use_table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(heap_lives_with_failure),
        FIXTURE_TEST(table_lives_with_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
