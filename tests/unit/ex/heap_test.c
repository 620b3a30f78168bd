/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Heaps, hash tables, atom tables and range lists where memory is short: each allocation fails once
 * and for good, and nothing stays.
 */
#include "ex/atom.h"
#include "ex/heap.h"
#include "kernel_fixture.h"
#include "rtl/hashtable.h"
#include "rtl/rangelist.h"

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

static BOOLEAN use_atoms(void)
{
    WCHAR name[] = u"name ??";
    EXP_ATOM_TABLE *table = NULL;
    BOOLEAN all = NT_SUCCESS(RtlCreateAtomTable(7, &table));
    RTL_ATOM atom;

    if (!all)
        return FALSE;
    for (int index = 0; index < 70; index++) { /* more than there is room for at first */
        name[5] = (WCHAR)('a' + index / 10);
        name[6] = (WCHAR)('0' + index % 10);
        NTSTATUS status = RtlAddAtomToAtomTable(table, name, &atom);
        assert_true(NT_SUCCESS(status) || status == STATUS_NO_MEMORY);
        all = all && NT_SUCCESS(status);
    }
    RtlDestroyAtomTable(table);
    return all;
}

static BOOLEAN use_ranges(void)
{
    RTL_RANGE_LIST list, copy, merged, inverted;
    BOOLEAN all = TRUE;

    RtlInitializeRangeList(&list);
    RtlInitializeRangeList(&copy);
    RtlInitializeRangeList(&merged);
    RtlInitializeRangeList(&inverted);
    for (ULONG index = 1; index <= 5; index++)
        all = NT_SUCCESS(RtlAddRange(&list, index * 10, index * 10 + 5, 0, 0, NULL, NULL)) && all;
    all = NT_SUCCESS(RtlCopyRangeList(&copy, &list)) && all;
    all = NT_SUCCESS(RtlInvertRangeList(&inverted, &list)) && all;
    all = NT_SUCCESS(RtlMergeRangeLists(&merged, &list, &inverted, 0)) && all;
    assert_true(copy.Count == 0 || copy.Count == list.Count);
    RtlFreeRangeList(&merged);
    RtlFreeRangeList(&inverted);
    RtlFreeRangeList(&copy);
    RtlFreeRangeList(&list);
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

static void atoms_live_with_failure(void **state)
{
    (void)state;
    fails_and_works_again(use_atoms);
}

static void ranges_live_with_failure(void **state)
{
    (void)state;
    fails_and_works_again(use_ranges);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(heap_lives_with_failure),
        FIXTURE_TEST(table_lives_with_failure),
        FIXTURE_TEST(atoms_live_with_failure),
        FIXTURE_TEST(ranges_live_with_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
