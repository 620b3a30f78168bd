/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* What drivers read in a client's environment blocks: of its process, of its threads, with the
 * client on the processor and without. */
#include <errno.h>
#include <unistd.h>

#include "partner_test.h"

extern const char __executable_start[];

static PARTNER_BLOCKS read_blocks(ULONG elsewhere)
{
    HANDLE file = open_partner(0);
    PARTNER_BLOCKS blocks = {0};
    DWORD bytes;

    assert_true(DeviceIoControl(file, PARTNER_READ_BLOCKS, &elsewhere, sizeof(elsewhere), &blocks,
        sizeof(blocks), &bytes, NULL));
    assert_int_equal(bytes, sizeof(blocks));
    assert_true(CloseHandle(file));
    return blocks;
}

/* The last name in a path, either kind of separator. */
static void expect_name(const WCHAR *path, const char *name)
{
    const WCHAR *last = path;

    for (; *path != 0; path++)
        last = *path == '\\' || *path == '/' ? path + 1 : last;
    for (size_t i = 0; i <= strlen(name); i++)
        assert_int_equal(last[i], name[i]);
}

static void expect_process(const PARTNER_PROCESS *process)
{
    assert_true(process->Peb != 0);
    assert_int_equal(process->BeingDebugged, 0);
    assert_true(process->ImageBase == (uintptr_t)__executable_start);
    assert_true(process->ModuleBase == process->ImageBase);
    assert_true(process->ModuleSize > 0x1000);
    expect_name(process->ImagePath, program_invocation_short_name);
    expect_name(process->ModuleName, program_invocation_short_name);
    assert_int_equal(process->ImagePath[1], ':');
    assert_true(process->CommandLine[0] != 0);
}

static void expect_thread(const PARTNER_THREAD *thread, const PARTNER_PROCESS *process)
{
    assert_true(thread->Teb != 0);
    assert_true(thread->Self == thread->Teb);
    assert_true(thread->Peb == process->Peb);
    assert_int_equal(thread->ProcessId, getpid());
    assert_int_equal(thread->ThreadId, gettid());
}

static void expect_blocks(const PARTNER_BLOCKS *blocks)
{
    expect_process(&blocks->Process);
    expect_thread(&blocks->Thread, &blocks->Process);
    assert_true(blocks->SectionBase == blocks->Process.ImageBase);
    if (blocks->SmallProcess.Peb == 0)
        return;
    assert_int_equal(sizeof(void *), 4);
    expect_process(&blocks->SmallProcess);
    expect_thread(&blocks->SmallThread, &blocks->SmallProcess);
    assert_true(blocks->SmallProcess.Peb != blocks->Process.Peb);
}

static void of_the_caller(void **state)
{
    const PARTNER_BLOCKS blocks = read_blocks(0);

    (void)state;
    expect_blocks(&blocks);
}

static void of_another_process(void **state)
{
    const PARTNER_BLOCKS blocks = read_blocks(1);

    (void)state;
    expect_blocks(&blocks);
}

static DWORD other_thread(void *argument)
{
    PARTNER_BLOCKS *blocks = argument;

    *blocks = read_blocks(0);
    expect_blocks(blocks);
    return 0;
}

static void each_thread_has_its_own(void **state)
{
    const PARTNER_BLOCKS mine = read_blocks(0);
    PARTNER_BLOCKS other;

    (void)state;
    assert_int_equal(join(start(other_thread, &other)), 0);
    assert_true(other.Thread.Teb != mine.Thread.Teb);
    assert_true(other.Process.Peb == mine.Process.Peb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_the_caller),
        cmocka_unit_test(of_another_process),
        cmocka_unit_test(each_thread_has_its_own),
    };
    return cmocka_run_group_tests_name("client/blocks", tests, open_machine, close_machine);
}
