/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Probing and copying of user memory: what is refused before it is touched. What faults is tested
 * on the machine. */
#include "kernel_fixture.h"

#define SYSTEM_START ((UCHAR *)MM_SYSTEM_BASE)
#define SYSTEM_END (SYSTEM_START + MM_SYSTEM_BYTES)

static UCHAR user[2 * PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

struct probe {
    const void *address;
    SIZE_T bytes;
    ULONG alignment;
    NTSTATUS expected;
};

static const struct probe probes[] = {
    {user, sizeof(user), 1, STATUS_SUCCESS},
    {user + 1, 2, 1, STATUS_SUCCESS},
    {user + 1, 2, 2, STATUS_DATATYPE_MISALIGNMENT},
    {user + 4, 8, 8, STATUS_DATATYPE_MISALIGNMENT},
    {user + 1, 0, 4, STATUS_SUCCESS}, /* no bytes: nothing is looked at */
    {(void *)(ULONG_PTR)-1, 0, 1, STATUS_SUCCESS},
    {SYSTEM_START, 1, 1, STATUS_ACCESS_VIOLATION},
    {SYSTEM_START - 1, 2, 1, STATUS_ACCESS_VIOLATION},
    {SYSTEM_END - 1, 1, 1, STATUS_ACCESS_VIOLATION},
    /* all of it, from outside */
    {SYSTEM_START - 1, MM_SYSTEM_BYTES + 2, 1, STATUS_ACCESS_VIOLATION},
    {(void *)MM_LAST_CLIENT_ADDRESS, 2, 1, STATUS_ACCESS_VIOLATION},
    {(void *)(ULONG_PTR)0xFFFFF78000000000, 4, 4, STATUS_ACCESS_VIOLATION},
    {(void *)(ULONG_PTR)-8, 16, 1, STATUS_ACCESS_VIOLATION}, /* wraps */
    {(void *)(ULONG_PTR)16, SIZE_MAX, 1, STATUS_ACCESS_VIOLATION},
};
#define PROBES (sizeof(probes) / sizeof(probes[0]))

static void probe_for_read(void *argument)
{
    const struct probe *probe = argument;
    ProbeForRead(probe->address, probe->bytes, probe->alignment);
}

static void probe_for_write(void *argument)
{
    const struct probe *probe = argument;
    ProbeForWrite((void *)(ULONG_PTR)probe->address, probe->bytes, probe->alignment);
}

static void probes_raise_what_they_refuse(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PROBES; i++) {
        struct probe probe = probes[i];
        NTSTATUS read = fixture_raised(probe_for_read, &probe),
                 write = fixture_raised(probe_for_write, &probe);
        if (read != probe.expected || write != probe.expected)
            fail_msg("probe %u: read 0x%08x, write 0x%08x", i, (unsigned)read, (unsigned)write);
        assert_int_equal(
            MmProbe(probe.address, probe.bytes, probe.alignment, FALSE), probe.expected);
    }
}

static void reading_probe_touches_nothing(void **state)
{
    struct probe unmapped = {(void *)(ULONG_PTR)0x10000, PAGE_SIZE, 1, STATUS_SUCCESS};
    (void)state;
    assert_int_equal(fixture_raised(probe_for_read, &unmapped), STATUS_SUCCESS);
}

static void writing_probe_changes_nothing(void **state)
{
    struct probe probe = {user, sizeof(user), 1, STATUS_SUCCESS};
    (void)state;
    memset(user, 0x3C, sizeof(user));
    assert_int_equal(fixture_raised(probe_for_write, &probe), STATUS_SUCCESS);
    for (unsigned i = 0; i < sizeof(user); i++)
        assert_int_equal(user[i], 0x3C);
}

static void copies_stay_out_of_the_system_range(void **state)
{
    UCHAR system[16] = "0123456789abcde";
    (void)state;
    UCHAR *page = MmAllocatePages(1, MM_PAGE_KERNEL);
    memset(user, 0, sizeof(user));
    assert_int_equal(MmCopyToUser(user, system, sizeof(system)), STATUS_SUCCESS);
    assert_memory_equal(user, system, sizeof(system));
    assert_int_equal(MmCopyFromUser(page, user, sizeof(system)), STATUS_SUCCESS);
    assert_memory_equal(page, system, sizeof(system));
    assert_int_equal(MmCopyToUser(page, system, 1), STATUS_ACCESS_VIOLATION);
    assert_int_equal(MmCopyFromUser(system, page, 1), STATUS_ACCESS_VIOLATION);
    assert_int_equal(MmCopyFromUser(system, SYSTEM_START - 4, 8), STATUS_ACCESS_VIOLATION);
    assert_int_equal(MmCopyFromUser(system, (void *)(ULONG_PTR)-4, 8), STATUS_ACCESS_VIOLATION);
    assert_int_equal(MmCopyToUser(SYSTEM_START, system, 0), STATUS_SUCCESS);
    MmFreePages(page);
}

/* ---- MmCopyMemory ---------------------------------------------------------------------------- */

static void copy_memory_ends_where_pages_end(void **state)
{
    static UCHAR target[2 * PAGE_SIZE];
    SIZE_T done = 99;
    (void)state;
    UCHAR *pages = MmAllocatePages(3, MM_PAGE_KERNEL);
    memset(pages, 0x77, 3 * PAGE_SIZE);
    assert_int_equal(MmProtectPages(pages + PAGE_SIZE, 1, HOST_NO_ACCESS), STATUS_SUCCESS);
    MM_COPY_ADDRESS from = {.VirtualAddress = pages + PAGE_SIZE - 100};
    memset(target, 0, sizeof(target));
    assert_int_equal(
        MmCopyMemory(target, from, 200, MM_COPY_MEMORY_VIRTUAL, &done), STATUS_INVALID_ADDRESS);
    assert_int_equal(done, 100);
    assert_int_equal(target[99], 0x77);
    assert_int_equal(target[100], 0);
    assert_int_equal(
        MmCopyMemory(target, from, 100, MM_COPY_MEMORY_VIRTUAL, &done), STATUS_SUCCESS);
    assert_int_equal(done, 100);
    MmProtectPages(pages + PAGE_SIZE, 1, HOST_READ | HOST_WRITE);
    assert_int_equal(
        MmCopyMemory(target, from, sizeof(target), MM_COPY_MEMORY_VIRTUAL, &done), STATUS_SUCCESS);
    assert_int_equal(done, sizeof(target));
    MmFreePages(pages);
}

static void copy_memory_by_physical_address(void **state)
{
    UCHAR target[8];
    SIZE_T done = 99;
    (void)state;
    UCHAR *page = MmAllocatePages(1, MM_PAGE_KERNEL);
    memcpy(page + 8, "physical", 8);
    MM_COPY_ADDRESS from = {.PhysicalAddress = MmGetPhysicalAddress(page + 8)};
    assert_int_equal(MmCopyMemory(target, from, 8, MM_COPY_MEMORY_PHYSICAL, &done), STATUS_SUCCESS);
    assert_memory_equal(target, "physical", 8);
    from.PhysicalAddress.QuadPart = MM_RAM_BYTES;
    assert_int_equal(
        MmCopyMemory(target, from, 8, MM_COPY_MEMORY_PHYSICAL, &done), STATUS_INVALID_ADDRESS);
    assert_int_equal(done, 0);
    from.PhysicalAddress.QuadPart = MM_RAM_BYTES - 4;
    assert_int_equal(
        MmCopyMemory(target, from, 8, MM_COPY_MEMORY_PHYSICAL, &done), STATUS_INVALID_ADDRESS);
    from.PhysicalAddress = MmGetPhysicalAddress(page);
    assert_int_equal(MmCopyMemory(target, from, 8, 0, &done), STATUS_INVALID_PARAMETER_4);
    assert_int_equal(
        MmCopyMemory(target, from, 8, MM_COPY_MEMORY_PHYSICAL | MM_COPY_MEMORY_VIRTUAL, &done),
        STATUS_INVALID_PARAMETER_4);
    MmFreePages(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(probes_raise_what_they_refuse),
        FIXTURE_TEST(reading_probe_touches_nothing),
        FIXTURE_TEST(writing_probe_changes_nothing),
        FIXTURE_TEST(copies_stay_out_of_the_system_range),
        FIXTURE_TEST(copy_memory_ends_where_pages_end),
        FIXTURE_TEST(copy_memory_by_physical_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
