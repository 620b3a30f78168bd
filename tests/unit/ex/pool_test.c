/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Pools: where blocks lie, what a bad free ends with, what threads and the pool keep, and
 * shortage. */
#include "kernel_fixture.h"

#include "exports/exports.h"
#include "ldr/ldr.h"

#define TAG 0x74736554u /* 'Test' */
#define ALIGNMENT 16

static void *allocate(SIZE_T bytes)
{
    return ExAllocatePoolWithTag(NonPagedPool, bytes, TAG);
}

/* ---- where blocks lie ------------------------------------------------------------------------ */

static void every_size_is_aligned_and_crosses_no_page(void **state)
{
    static void *blocks[2 * PAGE_SIZE + 1];
    (void)state;
    for (SIZE_T bytes = 0; bytes <= 2 * PAGE_SIZE; bytes++) {
        UCHAR *block = blocks[bytes] = allocate(bytes);
        assert_non_null(block);
        assert_true(MmIsRam(block));
        assert_int_equal((ULONG_PTR)block % ALIGNMENT, 0);
        if (bytes >= PAGE_SIZE)
            assert_int_equal((ULONG_PTR)block % PAGE_SIZE, 0);
        else if (bytes != 0)
            assert_int_equal(
                (ULONG_PTR)block / PAGE_SIZE, (ULONG_PTR)(block + bytes - 1) / PAGE_SIZE);
        memset(block, (int)bytes, bytes);
    }
    for (SIZE_T bytes = 0; bytes <= 2 * PAGE_SIZE; bytes++) { /* none lies in another */
        const UCHAR *block = blocks[bytes];
        for (SIZE_T at = 0; at < bytes; at++) {
            if (block[at] != (UCHAR)bytes)
                fail_msg("byte %zu of the block of %zu changed", at, bytes);
        }
        ExFreePoolWithTag(blocks[bytes], TAG);
    }
}

static void cache_aligned_blocks_share_no_line(void **state)
{
    (void)state;
    for (SIZE_T bytes = 1; bytes < 300; bytes += 13) {
        void *block = ExAllocatePoolWithTag(NonPagedPoolCacheAligned, bytes, TAG);
        assert_int_equal((ULONG_PTR)block % 64, 0);
        ExFreePoolWithTag(block, TAG);
        block = ExAllocatePool2(POOL_FLAG_NON_PAGED | POOL_FLAG_CACHE_ALIGNED, bytes, TAG);
        assert_int_equal((ULONG_PTR)block % 64, 0);
        ExFreePool(block);
    }
}

static void block_remembers_who_asked_for_what(void **state)
{
    EX_POOL_BLOCK known;
    static const SIZE_T sizes[] = {1, 40, 4000, PAGE_SIZE, 5 * PAGE_SIZE + 1};
    (void)state;
    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        UCHAR *block = ExiAllocate(PagedPool, sizes[i], TAG, 0x1234);
        assert_true(ExQueryPoolBlock(block, &known));
        assert_ptr_equal(known.Address, block);
        assert_int_equal(known.Bytes, sizes[i]);
        assert_int_equal(known.Tag, TAG);
        assert_int_equal(known.Type, PagedPool);
        assert_int_equal(known.Site, 0x1234);
        assert_false(ExQueryPoolBlock(block + 16, &known));
        assert_int_equal(fixture_pool_blocks(), 1);
        ExiFree(block);
        assert_false(ExQueryPoolBlock(block, &known));
        assert_int_equal(fixture_pool_blocks(), 0);
    }
    assert_false(ExQueryPoolBlock(&known, &known));
}

/* ---- freeing what must not be freed ---------------------------------------------------------- */

static void free_block(void *argument)
{
    ExFreePoolWithTag(argument, TAG);
}

static void expect_bad_free(void *block, ULONG_PTR first)
{
    assert_int_equal(fixture_bugcheck(free_block, block), BAD_POOL_CALLER);
    assert_int_equal(fixture_last_bugcheck.Parameter[0], first);
}

static void freeing_twice_stops_the_machine(void **state)
{
    static const SIZE_T sizes[] = {1, 200, 4000, PAGE_SIZE, 9 * PAGE_SIZE};
    (void)state;
    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        void *block = allocate(sizes[i]);
        free_block(block);
        expect_bad_free(block, 7);
        assert_int_equal(fixture_last_bugcheck.Parameter[2], TAG);
        assert_ptr_equal(fixture_last_bugcheck.Parameter[3], block);
    }
    assert_int_equal(fixture_bugchecks, sizeof(sizes) / sizeof(sizes[0]));
}

static void freeing_what_is_no_block_stops_the_machine(void **state)
{
    static UCHAR user[64] __attribute__((aligned(16)));
    (void)state;
    UCHAR *small = allocate(256), *large = allocate(3 * PAGE_SIZE),
          *pages = MmAllocatePages(1, MM_PAGE_KERNEL);
    memset(small, 0, 256);
    expect_bad_free(user, 0x40);
    expect_bad_free(small + 8, 0x46);   /* not aligned */
    expect_bad_free(small + 128, 0x46); /* inside */
    expect_bad_free(large + PAGE_SIZE, 0x46);
    expect_bad_free(large + 16, 0x46);
    expect_bad_free(pages, 0x46);
    expect_bad_free((UCHAR *)MM_SYSTEM_BASE + MM_RAM_BYTES, 0x46);
    MmFreePages(pages);
    free_block(small);
    free_block(large);
}

static void overwritten_header_stops_the_machine(void **state)
{
    (void)state;
    UCHAR *block = allocate(100);
    UCHAR header[16];
    memcpy(header, block - sizeof(header), sizeof(header));
    memset(block - sizeof(header), 'A', sizeof(header));
    expect_bad_free(block, 0x46);
    memcpy(block - sizeof(header), header, sizeof(header));
    free_block(block);
}

static void free_with_another_tag(void *argument)
{
    ExFreePoolWithTag(argument, 0x12345678);
}

static void protected_tag_must_match(void **state)
{
    (void)state;
    void *block = ExAllocatePoolWithTag(PagedPool, 10, TAG | 0x80000000u);
    assert_int_equal(fixture_bugcheck(free_with_another_tag, block), BAD_POOL_CALLER);
    assert_int_equal(fixture_last_bugcheck.Parameter[0], 0xA);
    ExFreePoolWithTag(block, TAG | 0x80000000u);
    block = ExAllocatePoolWithTag(PagedPool, 10, TAG); /* an ordinary tag need not */
    assert_int_equal(fixture_bugcheck(free_with_another_tag, block), 0);
}

static void allocate_without_tag(void *argument)
{
    *(void **)argument = ExAllocatePoolWithTag(NonPagedPool, 10, 0);
}

static void no_tag_stops_the_machine(void **state)
{
    void *block;
    (void)state;
    assert_int_equal(fixture_bugcheck(allocate_without_tag, &block), BAD_POOL_CALLER);
    assert_int_equal(fixture_last_bugcheck.Parameter[0], 0x9B);
}

static void allocate_what_must_succeed(void *argument)
{
    *(void **)argument = ExAllocatePoolWithTag(NonPagedPoolMustSucceed, (SIZE_T)MM_RAM_BYTES, TAG);
}

static void what_must_succeed_and_does_not_stops_the_machine(void **state)
{
    void *block;
    (void)state;
    LdrTargetVersion = WINVER_WIN2000;
    assert_int_equal(fixture_bugcheck(allocate_what_must_succeed, &block), MUST_SUCCEED_POOL_EMPTY);
    assert_int_equal(fixture_last_bugcheck.Parameter[0], (ULONG_PTR)MM_RAM_BYTES);
    LdrTargetVersion = WINVER_XP;
    assert_int_equal(fixture_bugcheck(allocate_what_must_succeed, &block), BAD_POOL_CALLER);
    assert_int_equal(fixture_last_bugcheck.Parameter[0], 0x9A);
    assert_int_equal(fixture_last_bugcheck.Parameter[1], NonPagedPoolMustSucceed);
    assert_int_equal(fixture_last_bugcheck.Parameter[3], TAG);
    LdrTargetVersion = EXPORT_OS_WIN10;
}

static void free_paged_at_dispatch(void *argument)
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    ExFreePoolWithTag(argument, TAG);
}

static void freeing_paged_pool_needs_a_low_irql(void **state)
{
    (void)state;
    void *block = ExAllocatePoolWithTag(PagedPool, 10, TAG);
    assert_int_equal(fixture_bugcheck(free_paged_at_dispatch, block), BAD_POOL_CALLER);
    assert_int_equal(fixture_last_bugcheck.Parameter[0], 9);
    KeLowerIrql(PASSIVE_LEVEL);
    ExFreePool(block);
}

static void allocate_paged_at_dispatch(void *argument)
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    *(void **)argument = ExAllocatePoolWithTag(NonPagedPool, 10, TAG);
    ExAllocatePoolWithTag(PagedPool, 10, TAG);
}

static void paged_pool_needs_a_low_irql(void **state)
{
    void *block = NULL;
    (void)state;
    assert_int_equal(fixture_bugcheck(allocate_paged_at_dispatch, &block), BAD_POOL_CALLER);
    assert_int_equal(fixture_last_bugcheck.Parameter[0], 8);
    assert_int_equal(fixture_last_bugcheck.Parameter[1], DISPATCH_LEVEL);
    assert_non_null(block);
    ExFreePool(block);
}

/* ---- what is kept ---------------------------------------------------------------------------- */

#define MANY 1000

static void freed_memory_is_used_again(void **state)
{
    static void *blocks[MANY];
    (void)state;
    ULONG pages = 0;
    for (unsigned round = 0; round < 5; round++) {
        for (unsigned i = 0; i < MANY; i++)
            blocks[i] = allocate(100);
        for (unsigned i = 0; i < MANY; i++)
            free_block(blocks[i]);
        if (round == 0)
            pages = MmPagesInUse();
        assert_int_equal(MmPagesInUse(), pages);
    }
}

static void allocate_and_leave(void *argument)
{
    void **blocks = argument;
    for (unsigned i = 0; i < MANY; i++)
        blocks[i] = allocate(100);
}

static void free_them(void *argument)
{
    void **blocks = argument;
    for (unsigned i = 0; i < MANY; i++)
        free_block(blocks[i]);
}

/* What one thread allocates another frees, over and over: no block stays behind in a magazine of a
 * thread that ended. */
static void blocks_wander_between_threads(void **state)
{
    static void *blocks[MANY];
    (void)state;
    ULONG pages = 0;
    for (unsigned round = 0; round < 5; round++) {
        assert_int_equal(
            fixture_thread_join(fixture_thread_start(allocate_and_leave, blocks)), STATUS_SUCCESS);
        assert_int_equal(fixture_pool_blocks(), MANY);
        assert_int_equal(
            fixture_thread_join(fixture_thread_start(free_them, blocks)), STATUS_SUCCESS);
        assert_int_equal(fixture_pool_blocks(), 0);
        if (round == 0)
            pages = MmPagesInUse();
        assert_int_equal(MmPagesInUse(), pages);
    }
}

static void flushing_empties_every_magazine(void **state)
{
    (void)state;
    for (SIZE_T bytes = 1; bytes < PAGE_SIZE; bytes += 50)
        free_block(allocate(bytes));
    ULONG kept = 0, left = 0;
    for (unsigned i = 0; i < KE_POOL_CLASSES; i++)
        kept += KeGetPcr()->Magazine[i].Count;
    assert_true(kept > 0);
    ExFlushMagazines(KeGetPcr());
    for (unsigned i = 0; i < KE_POOL_CLASSES; i++)
        left += KeGetPcr()->Magazine[i].Count;
    assert_int_equal(left, 0);
    free_block(allocate(1)); /* and they fill again */
}

static void freed_large_block_serves_the_next(void **state)
{
    (void)state;
    UCHAR *block = allocate(10 * PAGE_SIZE);
    memset(block, 0xAA, 10 * PAGE_SIZE);
    free_block(block);
    ULONG pages = MmPagesInUse();
    fake_host_fail(FAKE_MEM_PROTECT, 1, true); /* no new pages */
    UCHAR *other = allocate(9 * PAGE_SIZE + 1);
    assert_ptr_equal(other, block);
    assert_null(allocate(10 * PAGE_SIZE));
    fake_host_fail(FAKE_MEM_PROTECT, 0, false);
    assert_int_equal(MmPagesInUse(), pages);
    free_block(other);
    UCHAR *zeroed = ExAllocatePool2(POOL_FLAG_PAGED, 10 * PAGE_SIZE, TAG);
    assert_ptr_equal(zeroed, block);
    for (unsigned i = 0; i < 10 * PAGE_SIZE; i++)
        assert_int_equal(zeroed[i], 0);
    ExFreePool(zeroed);
}

static void what_is_kept_has_a_limit(void **state)
{
    static void *blocks[64];
    (void)state;
    ULONG before = MmPagesInUse();
    for (unsigned i = 0; i < 64; i++)
        blocks[i] = allocate(64 * PAGE_SIZE);
    assert_int_equal(MmPagesInUse() - before, 64 * 64);
    for (unsigned i = 0; i < 64; i++)
        free_block(blocks[i]);
    assert_true(MmPagesInUse() - before <= 1024);
    void *huge = allocate(4096 * PAGE_SIZE);
    ULONG with = MmPagesInUse();
    free_block(huge);
    assert_int_equal(with - MmPagesInUse(), 4096); /* too long to keep */
}

/* ---- shortage -------------------------------------------------------------------------------- */

struct request {
    enum { PLAIN, RAISING, QUOTA, QUOTA_FAILING, POOL2, POOL2_RAISING } how;
    void *result;
};

static void request_block(void *argument)
{
    struct request *request = argument;
    switch (request->how) {
    case PLAIN: request->result = ExAllocatePool(PagedPool, 50); break;
    case RAISING: request->result = ExAllocatePoolWithTag(PagedPool | 16, 50, TAG); break;
    case QUOTA: request->result = ExAllocatePoolWithQuotaTag(PagedPool, 50, TAG); break;
    case QUOTA_FAILING: request->result = ExAllocatePoolWithQuotaTag(PagedPool | 8, 50, TAG); break;
    case POOL2: request->result = ExAllocatePool2(POOL_FLAG_PAGED, 50, TAG); break;
    case POOL2_RAISING:
        request->result = ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 50, TAG);
        break;
    }
}

static void shortage_is_null_or_an_exception(void **state)
{
    static const NTSTATUS raised[] = {
        [RAISING] = STATUS_INSUFFICIENT_RESOURCES,
        [QUOTA] = STATUS_INSUFFICIENT_RESOURCES,
        [POOL2_RAISING] = STATUS_INSUFFICIENT_RESOURCES,
    };
    (void)state;
    for (int how = PLAIN; how <= POOL2_RAISING; how++) {
        struct request request = {.how = how, .result = NULL};
        MmFailAllocation(1, FALSE);
        assert_int_equal(fixture_raised(request_block, &request), raised[how]);
        assert_null(request.result);
        assert_int_equal(fixture_raised(request_block, &request), STATUS_SUCCESS);
        assert_non_null(request.result);
        ExFreePool(request.result);
    }
}

static void request_nothing(void *argument)
{
    *(void **)argument = ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 0, TAG);
}

static void pool2_refuses_bad_parameters(void **state)
{
    void *block;
    (void)state;
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED, 0, TAG));
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED, 10, 0));
    assert_null(ExAllocatePool2(0, 10, TAG));
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, 10, TAG));
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED | 0x80000000u, 10, TAG));
    assert_int_equal(fixture_raised(request_nothing, &block), STATUS_INVALID_PARAMETER);
    /* optional and unknown */
    block = ExAllocatePool2(POOL_FLAG_PAGED | (POOL_FLAGS)1 << 40, 10, TAG);
    assert_non_null(block);
    ExFreePool(block);
}

static void sizes_that_cannot_be_are_refused(void **state)
{
    static const SIZE_T sizes[] = {
        SIZE_MAX, SIZE_MAX - PAGE_SIZE, MM_RAM_BYTES, MM_RAM_BYTES + 1, (SIZE_T)1 << 44};
    (void)state;
    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        assert_null(allocate(sizes[i]));
}

/* A mix of sizes, with the allocation, or the host's call, number failing: nothing leaks and
 * nothing stays locked. */
static void use_the_pool(void)
{
    static const SIZE_T sizes[] = {16, 16, 700, 4096, 30, 70000, 4080, 4081};
    void *blocks[sizeof(sizes) / sizeof(sizes[0])];
    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
        blocks[i] = allocate(sizes[i]);
    for (unsigned i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        if (blocks[i] != NULL)
            free_block(blocks[i]);
    }
    assert_int_equal(fixture_pool_blocks(), 0);
    assert_int_equal(KiGetIrql(), PASSIVE_LEVEL);
}

static void every_allocation_fails_once_and_for_good(void **state)
{
    (void)state;
    for (int forever = 0; forever <= 1; forever++) {
        LONG number = 0;
        do {
            MmFailAllocation(++number, (BOOLEAN)forever);
            use_the_pool();
        } while (MmAllocationCount() >= (ULONG)number);
        assert_true(number > 8);
        MmFailAllocation(-1, FALSE);
    }
}

static void every_host_call_fails_once_and_for_good(void **state)
{
    (void)state;
    for (int forever = 0; forever <= 1; forever++) {
        unsigned number = 0, calls;
        do {
            fixture_stop(); /* a new pool, which has to ask for everything */
            assert_int_equal(fixture_start(), STATUS_SUCCESS);
            fake_host_fail(FAKE_ANY_CALL, ++number, forever);
            use_the_pool();
            calls = fake_host_calls(FAKE_ANY_CALL);
            fake_host_fail(FAKE_ANY_CALL, 0, false);
        } while (calls >= number);
        assert_true(number > 4);
    }
}

/* ---- threads at once ------------------------------------------------------------------------- */

#define THREADS 4
#define ROUNDS 3000

static void churn(void *argument)
{
    static const SIZE_T sizes[] = {8, 100, 1000, 4000, 5000, 40000};
    void *held[16] = {NULL};
    unsigned seed = *(unsigned *)argument;
    for (unsigned round = 0; round < ROUNDS; round++) {
        unsigned slot = (seed = seed * 1664525u + 1013904223u) >> 28;
        if (held[slot] != NULL) {
            if (*(unsigned char *)held[slot] != (unsigned char)*(unsigned *)argument)
                KeBugCheck(1); /* another thread's block */
            free_block(held[slot]);
            held[slot] = NULL;
        } else if ((held[slot] = allocate(sizes[seed % 6])) != NULL) {
            *(unsigned char *)held[slot] = (unsigned char)*(unsigned *)argument;
        }
    }
    for (unsigned slot = 0; slot < 16; slot++) {
        if (held[slot] != NULL)
            free_block(held[slot]);
    }
}

static void threads_share_the_pool(void **state)
{
    struct fixture_thread *thread[THREADS];
    unsigned seed[THREADS];
    (void)state;
    for (unsigned i = 0; i < THREADS; i++) {
        seed[i] = i + 1;
        thread[i] = fixture_thread_start(churn, &seed[i]);
    }
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(fixture_thread_join(thread[i]), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(every_size_is_aligned_and_crosses_no_page),
        FIXTURE_TEST(cache_aligned_blocks_share_no_line),
        FIXTURE_TEST(block_remembers_who_asked_for_what),
        FIXTURE_TEST(freeing_twice_stops_the_machine),
        FIXTURE_TEST(freeing_what_is_no_block_stops_the_machine),
        FIXTURE_TEST(overwritten_header_stops_the_machine),
        FIXTURE_TEST(protected_tag_must_match),
        FIXTURE_TEST(paged_pool_needs_a_low_irql),
        FIXTURE_TEST(no_tag_stops_the_machine),
        FIXTURE_TEST(what_must_succeed_and_does_not_stops_the_machine),
        FIXTURE_TEST(freeing_paged_pool_needs_a_low_irql),
        FIXTURE_TEST(freed_memory_is_used_again),
        FIXTURE_TEST(blocks_wander_between_threads),
        FIXTURE_TEST(flushing_empties_every_magazine),
        FIXTURE_TEST(freed_large_block_serves_the_next),
        FIXTURE_TEST(what_is_kept_has_a_limit),
        FIXTURE_TEST(shortage_is_null_or_an_exception),
        FIXTURE_TEST(pool2_refuses_bad_parameters),
        FIXTURE_TEST(sizes_that_cannot_be_are_refused),
        FIXTURE_TEST(every_allocation_fails_once_and_for_good),
        FIXTURE_TEST(every_host_call_fails_once_and_for_good),
        FIXTURE_TEST(threads_share_the_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
