/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Memory descriptor lists, physical addresses, and second views of physical memory. */
#include "kernel_fixture.h"

static UCHAR user[3 * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

static PFN_NUMBER *pfns_of(MDL *mdl)
{
    return (PFN_NUMBER *)(mdl + 1);
}

static MDL *describe(void *address, SIZE_T bytes)
{
    MDL *mdl = calloc(1, MmSizeOfMdl(address, bytes));
    mdl->Size = (CSHORT)MmSizeOfMdl(address, bytes);
    mdl->StartVa = PAGE_ALIGN(address);
    mdl->ByteOffset = BYTE_OFFSET(address);
    mdl->ByteCount = (ULONG)bytes;
    return mdl;
}

static void size_counts_the_pages_touched(void **state)
{
    (void)state;
    assert_int_equal(MmSizeOfMdl(user, 0), sizeof(MDL));
    assert_int_equal(MmSizeOfMdl(user, 1), sizeof(MDL) + sizeof(PFN_NUMBER));
    assert_int_equal(MmSizeOfMdl(user, PAGE_SIZE), sizeof(MDL) + sizeof(PFN_NUMBER));
    assert_int_equal(MmSizeOfMdl(user, PAGE_SIZE + 1), sizeof(MDL) + 2 * sizeof(PFN_NUMBER));
    assert_int_equal(MmSizeOfMdl(user + PAGE_SIZE - 1, 2), sizeof(MDL) + 2 * sizeof(PFN_NUMBER));
}

static void nonpaged_pool_is_described_as_it_lies(void **state)
{
    (void)state;
    UCHAR *pages = MmAllocatePages(3, MM_PAGE_KERNEL);
    MDL *mdl = describe(pages + 100, 2 * PAGE_SIZE);
    MmBuildMdlForNonPagedPool(mdl);
    assert_ptr_equal(mdl->MappedSystemVa, pages + 100);
    assert_true(mdl->MdlFlags & MDL_SOURCE_IS_NONPAGED_POOL);
    for (unsigned page = 0; page < 3; page++) {
        PHYSICAL_ADDRESS physical = MmGetPhysicalAddress(pages + page * PAGE_SIZE);
        assert_int_equal(pfns_of(mdl)[page], physical.QuadPart / PAGE_SIZE);
        assert_ptr_equal(MmGetVirtualForPhysical(physical), pages + page * PAGE_SIZE);
    }
    assert_ptr_equal(
        MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority),
        pages + 100);
    MmFreePages(pages);
    free(mdl);
}

static void system_pages_lock_only_as_their_protection_allows(void **state)
{
    (void)state;
    UCHAR *pages = MmAllocatePages(2, MM_PAGE_KERNEL);
    MDL *mdl = describe(pages + 8, PAGE_SIZE);
    assert_int_equal(MiLockPages(mdl, KernelMode, IoWriteAccess), STATUS_SUCCESS);
    assert_true(mdl->MdlFlags & MDL_PAGES_LOCKED);
    assert_true(mdl->MdlFlags & MDL_WRITE_OPERATION);
    MmUnlockPages(mdl);
    assert_false(
        mdl->MdlFlags & (MDL_PAGES_LOCKED | MDL_WRITE_OPERATION | MDL_MAPPED_TO_SYSTEM_VA));
    /* a client may not name it */
    assert_int_equal(MiLockPages(mdl, UserMode, IoReadAccess), STATUS_ACCESS_VIOLATION);

    assert_int_equal(MmProtectPages(pages + PAGE_SIZE, 1, HOST_READ), STATUS_SUCCESS);
    assert_int_equal(MiLockPages(mdl, KernelMode, IoModifyAccess), STATUS_ACCESS_VIOLATION);
    assert_false(mdl->MdlFlags & MDL_PAGES_LOCKED);
    assert_int_equal(MiLockPages(mdl, KernelMode, IoReadAccess), STATUS_SUCCESS);
    MmUnlockPages(mdl);
    assert_int_equal(MmProtectPages(pages + PAGE_SIZE, 1, HOST_NO_ACCESS), STATUS_SUCCESS);
    assert_int_equal(MiLockPages(mdl, KernelMode, IoReadAccess), STATUS_ACCESS_VIOLATION);
    MmFreePages(pages);
    assert_int_equal(MiLockPages(mdl, KernelMode, IoReadAccess), STATUS_ACCESS_VIOLATION);
    free(mdl);
}

static void client_pages_are_reached_where_they_are(void **state)
{
    (void)state;
    MDL *mdl = describe(user + 10, 2 * PAGE_SIZE);
    assert_int_equal(MiLockPages(mdl, UserMode, IoWriteAccess), STATUS_SUCCESS);
    assert_ptr_equal(
        MmMapLockedPagesSpecifyCache(mdl, KernelMode, MmCached, NULL, FALSE, NormalPagePriority),
        user + 10);
    assert_ptr_equal(mdl->MappedSystemVa, user + 10);
    MmUnmapLockedPages(user + 10, mdl);
    assert_null(mdl->MappedSystemVa);
    assert_ptr_equal(
        MmMapLockedPagesSpecifyCache(mdl, UserMode, MmCached, NULL, FALSE, NormalPagePriority),
        user + 10);
    for (unsigned page = 0; page < 3; page++) {
        PHYSICAL_ADDRESS physical = {.QuadPart = (LONGLONG)pfns_of(mdl)[page] * PAGE_SIZE};
        assert_true((ULONG64)physical.QuadPart >= MM_RAM_BYTES); /* no byte of RAM */
        assert_ptr_equal(MmGetVirtualForPhysical(physical), user + page * PAGE_SIZE);
    }
    MmUnlockPages(mdl);
    free(mdl);
}

static void lock_range_that_wraps(void *argument)
{
    MmProbeAndLockPages(argument, UserMode, IoReadAccess);
}

static void bad_ranges_raise(void **state)
{
    (void)state;
    MDL *mdl = describe((void *)(ULONG_PTR)-PAGE_SIZE, 2 * PAGE_SIZE);
    assert_int_equal(fixture_raised(lock_range_that_wraps, mdl), STATUS_ACCESS_VIOLATION);
    mdl->StartVa = PAGE_ALIGN(MM_LAST_CLIENT_ADDRESS);
    assert_int_equal(fixture_raised(lock_range_that_wraps, mdl), STATUS_ACCESS_VIOLATION);
    free(mdl);
}

/* ---- second views ---------------------------------------------------------------------------- */

static void io_space_is_the_same_memory(void **state)
{
    (void)state;
    UCHAR *pages = MmAllocatePages(2, MM_PAGE_KERNEL);
    PHYSICAL_ADDRESS physical = MmGetPhysicalAddress(pages + 4000);
    UCHAR *view = MmMapIoSpace(physical, 200, MmNonCached); /* over a page boundary */
    assert_non_null(view);
    assert_true(view != pages + 4000);
    assert_true(MmIsSystemAddress(view));
    assert_int_equal((ULONG_PTR)view % PAGE_SIZE, 4000);
    memset(view, 0x42, 200);
    assert_int_equal(pages[4000], 0x42);
    assert_int_equal(pages[4199], 0x42);
    assert_int_equal(MmGetPhysicalAddress(view + 150).QuadPart, physical.QuadPart + 150);
    MmUnmapIoSpace(view, 200);
    assert_false(MmIsAddressValid(view));
    assert_int_equal(MmGetPhysicalAddress(view).QuadPart, 0);
    assert_true(MmIsAddressValid(pages));
    MmFreePages(pages);
}

static void io_space_refuses_what_is_no_memory(void **state)
{
    PHYSICAL_ADDRESS physical = {.QuadPart = MM_RAM_BYTES};
    (void)state;
    assert_null(MmMapIoSpace(physical, 1, MmNonCached));
    physical.QuadPart = MM_RAM_BYTES - 1;
    assert_null(MmMapIoSpace(physical, 2, MmNonCached));
    physical.QuadPart = -1;
    assert_null(MmMapIoSpace(physical, 2, MmNonCached));
    physical.QuadPart = 0x20000;
    assert_null(MmMapIoSpace(physical, 0, MmNonCached));
    fake_host_fail(FAKE_RAM_ALIAS, 1, false);
    assert_null(MmMapIoSpace(physical, PAGE_SIZE, MmNonCached));
    void *view = MmMapIoSpace(physical, PAGE_SIZE, MmNonCached);
    assert_non_null(view);
    MmUnmapIoSpace(view, PAGE_SIZE);
}

static void free_contiguous(void *argument)
{
    MmFreeContiguousMemory(argument);
}

static void contiguous_memory_keeps_its_bounds(void **state)
{
    PHYSICAL_ADDRESS none = {.QuadPart = 0}, all = {.QuadPart = INT64_MAX},
                     boundary = {.QuadPart = 0x10000};
    PHYSICAL_ADDRESS low = {.QuadPart = PAGE_SIZE - 1};
    (void)state;
    ULONG before = MmPagesInUse();
    UCHAR *memory = MmAllocateContiguousMemory(3 * PAGE_SIZE - 5, all);
    assert_non_null(memory);
    for (unsigned page = 0; page < 3; page++)
        assert_int_equal(MmGetPhysicalAddress(memory + page * PAGE_SIZE).QuadPart,
            MmGetPhysicalAddress(memory).QuadPart + page * PAGE_SIZE);
    assert_null(MmAllocateContiguousMemory(PAGE_SIZE, low));
    assert_null(MmAllocateContiguousMemory(0, all));
    assert_null(MmAllocateContiguousMemorySpecifyCache(0x10001, none, all, boundary, MmCached));
    assert_int_equal(MmPagesInUse() - before, 3);
    assert_int_equal(fixture_bugcheck(free_contiguous, memory + PAGE_SIZE), BAD_POOL_CALLER);
    assert_int_equal(fixture_bugcheck(free_contiguous, memory), 0);
    assert_int_equal(fixture_bugcheck(free_contiguous, memory), BAD_POOL_CALLER);
    assert_int_equal(MmPagesInUse(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(size_counts_the_pages_touched),
        FIXTURE_TEST(nonpaged_pool_is_described_as_it_lies),
        FIXTURE_TEST(system_pages_lock_only_as_their_protection_allows),
        FIXTURE_TEST(client_pages_are_reached_where_they_are),
        FIXTURE_TEST(bad_ranges_raise),
        FIXTURE_TEST(io_space_is_the_same_memory),
        FIXTURE_TEST(io_space_refuses_what_is_no_memory),
        FIXTURE_TEST(contiguous_memory_keeps_its_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
