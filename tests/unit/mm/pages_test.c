/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Pages of the system range: what an allocation is, protections, and every call of the host
 * failing. */
#include "kernel_fixture.h"

static BOOLEAN all_zero(const void *memory, size_t bytes)
{
    const UCHAR *at = memory;
    while (bytes > 0 && *at == 0)
        at++, bytes--;
    return bytes == 0;
}

static void pages_are_contiguous_zeroed_and_writable(void **state)
{
    (void)state;
    ULONG before = MmPagesInUse();
    UCHAR *one = MmAllocatePages(1, MM_PAGE_KERNEL), *seven = MmAllocatePages(7, MM_PAGE_KERNEL);
    assert_non_null(one);
    assert_non_null(seven);
    assert_true(MmIsRam(one) && MmIsRam(seven + 7 * PAGE_SIZE - 1));
    assert_int_equal((ULONG_PTR)seven % PAGE_SIZE, 0);
    assert_int_equal(MmPagesInUse() - before, 8);
    assert_true(all_zero(one, PAGE_SIZE) && all_zero(seven, 7 * PAGE_SIZE));
    for (unsigned page = 0; page < 7; page++) {
        assert_int_equal(fake_host_protection(seven + page * PAGE_SIZE), HOST_READ | HOST_WRITE);
        assert_int_equal(MmPageOf(seven)[page].Kind, MM_PAGE_KERNEL);
    }
    assert_int_equal(MmPageOf(seven)->PageCount, 7);
    assert_ptr_equal(MmPageAddress(MmPageOf(seven)), seven);
    memset(seven, 0xAA, 7 * PAGE_SIZE);
    MmFreePages(one);
    MmFreePages(seven);
    assert_int_equal(MmPagesInUse(), before);
}

static void freed_pages_are_inaccessible_and_come_back_zeroed(void **state)
{
    (void)state;
    UCHAR *pages = MmAllocatePages(3, MM_PAGE_KERNEL);
    memset(pages, 0xAA, 3 * PAGE_SIZE);
    MmFreePages(pages);
    for (unsigned page = 0; page < 3; page++) {
        assert_int_equal(fake_host_protection(pages + page * PAGE_SIZE), HOST_NO_ACCESS);
        assert_int_equal(MmPageOf(pages)[page].Kind, MM_PAGE_FREE);
    }
    assert_false(MmIsAddressValid(pages));
    UCHAR *again = MmAllocatePages(3, MM_PAGE_KERNEL);
    assert_ptr_equal(again, pages); /* the lowest free run */
    assert_true(all_zero(again, 3 * PAGE_SIZE));
    MmFreePages(again);
}

static void hole_too_small_is_passed_over(void **state)
{
    (void)state;
    UCHAR *first = MmAllocatePages(2, MM_PAGE_KERNEL), *second = MmAllocatePages(1, MM_PAGE_KERNEL);
    MmFreePages(first);
    UCHAR *third = MmAllocatePages(3, MM_PAGE_KERNEL);
    assert_true(third > second);
    UCHAR *fourth = MmAllocatePages(2, MM_PAGE_KERNEL);
    assert_ptr_equal(fourth, first);
    MmFreePages(second);
    MmFreePages(third);
    MmFreePages(fourth);
}

static void memory_ends(void **state)
{
    (void)state;
    ULONG all = (ULONG)(MM_RAM_BYTES / PAGE_SIZE), before = MmPagesInUse();
    assert_null(MmAllocatePages(0, MM_PAGE_KERNEL));
    assert_null(MmAllocatePages(all + 1, MM_PAGE_KERNEL));
    assert_null(MmAllocatePages(all, MM_PAGE_KERNEL)); /* the lowest addresses stay unused */
    assert_int_equal(MmPagesInUse(), before);
    void *most = MmAllocatePages(all - 256, MM_PAGE_KERNEL);
    assert_non_null(most);
    assert_null(MmAllocatePages(256, MM_PAGE_KERNEL));
    assert_non_null(MmAllocatePages(16, MM_PAGE_KERNEL));
    MmFreePages(most);
    assert_non_null(MmAllocatePages(256, MM_PAGE_KERNEL));
}

static void protection_is_remembered_when_it_was_changed(void **state)
{
    (void)state;
    UCHAR *pages = MmAllocatePages(3, MM_PAGE_IMAGE);
    assert_int_equal(
        MmProtectPages(pages + PAGE_SIZE, 1, HOST_READ | HOST_EXECUTE), STATUS_SUCCESS);
    assert_int_equal(fake_host_protection(pages + PAGE_SIZE), HOST_READ | HOST_EXECUTE);
    assert_int_equal(MmPageOf(pages + PAGE_SIZE)->Protection, HOST_READ | HOST_EXECUTE);
    assert_int_equal(fake_host_protection(pages), HOST_READ | HOST_WRITE);
    assert_int_equal(fake_host_protection(pages + 2 * PAGE_SIZE), HOST_READ | HOST_WRITE);
    fake_host_fail(FAKE_MEM_PROTECT, 1, false);
    assert_int_equal(MmProtectPages(pages, 3, HOST_READ), STATUS_INSUFFICIENT_RESOURCES);
    assert_int_equal(MmPageOf(pages)->Protection, HOST_READ | HOST_WRITE);
    assert_int_equal(MmPageOf(pages + PAGE_SIZE)->Protection, HOST_READ | HOST_EXECUTE);
    MmFreePages(pages);
}

static void refused_protection_gives_the_pages_back(void **state)
{
    (void)state;
    ULONG before = MmPagesInUse();
    fake_host_fail(FAKE_MEM_PROTECT, 1, false);
    assert_null(MmAllocatePages(5, MM_PAGE_KERNEL));
    assert_int_equal(MmPagesInUse(), before);
    void *pages = MmAllocatePages(5, MM_PAGE_KERNEL);
    assert_non_null(pages);
    MmFreePages(pages);
}

static void nth_allocation_fails_on_demand(void **state)
{
    void *pages[4];
    (void)state;
    MmFailAllocation(3, FALSE);
    for (unsigned i = 0; i < 4; i++)
        pages[i] = MmAllocatePages(1, MM_PAGE_KERNEL);
    assert_true(pages[0] != NULL && pages[1] != NULL && pages[2] == NULL && pages[3] != NULL);
    assert_int_equal(MmAllocationCount(), 4);
    MmFailAllocation(2, TRUE);
    assert_non_null(MmAllocatePages(1, MM_PAGE_KERNEL));
    assert_null(MmAllocatePages(1, MM_PAGE_KERNEL));
    assert_null(MmAllocatePages(1, MM_PAGE_KERNEL));
    MmFailAllocation(-1, FALSE);
    assert_non_null(MmAllocatePages(1, MM_PAGE_KERNEL));
}

/* ---- the machine's own start ----------------------------------------------------------------- */

static void range_in_use_is_a_conflict(void **state)
{
    (void)state;
    fixture_stop();
    assert_int_equal(host_ram_create(MM_SYSTEM_BASE, MM_SYSTEM_BYTES, MM_RAM_BYTES), 0);
    assert_int_equal(fixture_start(), STATUS_CONFLICTING_ADDRESSES);
    host_ram_destroy();
    assert_int_equal(fixture_start(), STATUS_SUCCESS);
}

/* A second view of a page, code made executable, a pool block: TRUE when nothing failed. */
static BOOLEAN use_memory(void)
{
    BOOLEAN good = FALSE;
    UCHAR *pages = MmAllocatePages(4, MM_PAGE_IMAGE);
    if (pages == NULL)
        return FALSE;
    if (NT_SUCCESS(MmProtectPages(pages, 2, HOST_READ | HOST_EXECUTE))) {
        UCHAR *view = MmMapIoSpace(MmGetPhysicalAddress(pages + 3 * PAGE_SIZE + 5), 100, MmCached);
        void *block = ExiAllocate(PagedPool, 3 * PAGE_SIZE, 0x74736554, EX_KERNEL_SITE);
        if (view != NULL) {
            *view = 0x5A;
            assert_int_equal(pages[3 * PAGE_SIZE + 5], 0x5A);
            MmUnmapIoSpace(view, 100);
        }
        good = view != NULL && block != NULL;
        if (block != NULL)
            ExiFree(block);
    }
    MmFreePages(pages);
    return good;
}

/* One start, use and stop with the host's call number failing. TRUE: it was reached. */
static BOOLEAN life_with_failure(unsigned number, bool forever)
{
    fake_host_fail(FAKE_ANY_CALL, number, forever);
    NTSTATUS status = fixture_start();
    BOOLEAN good = NT_SUCCESS(status) && use_memory();
    unsigned blocks = NT_SUCCESS(status) ? fixture_pool_blocks() : 0;
    if (NT_SUCCESS(status))
        fixture_stop();
    else
        assert_int_equal(status, STATUS_INSUFFICIENT_RESOURCES);
    BOOLEAN reached = fake_host_calls(FAKE_ANY_CALL) >= number;
    fake_host_fail(FAKE_ANY_CALL, 0, false);
    assert_int_equal(blocks, 0);
    assert_int_equal(fake_host_private_bytes(), 0);
    assert_true(reached || good);
    return reached;
}

static void every_host_call_fails_once_and_for_good(void **state)
{
    (void)state;
    fixture_stop();
    for (int forever = 0; forever <= 1; forever++) {
        unsigned number = 1;
        while (life_with_failure(number, forever))
            number++;
        assert_true(number > 6);
    }
    assert_int_equal(fixture_start(), STATUS_SUCCESS);
    assert_true(use_memory());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(pages_are_contiguous_zeroed_and_writable),
        FIXTURE_TEST(freed_pages_are_inaccessible_and_come_back_zeroed),
        FIXTURE_TEST(hole_too_small_is_passed_over),
        FIXTURE_TEST(memory_ends),
        FIXTURE_TEST(protection_is_remembered_when_it_was_changed),
        FIXTURE_TEST(refused_protection_gives_the_pages_back),
        FIXTURE_TEST(nth_allocation_fails_on_demand),
        FIXTURE_TEST(range_in_use_is_a_conflict),
        FIXTURE_TEST(every_host_call_fails_once_and_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
