/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * The program of the sandbox's filter, interpreted: for both word sizes, with and without a
 * supervisor and clients, it says what the table says of every number of a call and of what each
 * row's condition is about. Linux takes it, too.
 */
#include "server_test.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "server/filter.h"

#define PROCESS   4711u
#define NUMBERS   1024 /* more than Linux has */
#define X32       0x40000000
#define NOTHING   0x7000 /* what no row asks for */
#define OTHERWISE (SECCOMP_RET_ERRNO | EPERM)

static const struct filter_table *const tables[] = {&filter_amd64, &filter_i386};
/* What is being checked. */
static const struct filter_table *table;
static struct filter_options options;
static struct sock_filter program[FILTER_LIMIT];
static size_t count;

/* ---- The interpreter ------------------------------------------------------------------------- */

static uint32_t load(const struct seccomp_data *data, uint32_t offset)
{
    uint32_t word;

    assert_true(offset % 4 == 0 && offset < sizeof(*data));
    memcpy(&word, (const char *)data + offset, sizeof(word));
    return word;
}

static bool holds_jump(const struct sock_filter *at, uint32_t word)
{
    switch (BPF_OP(at->code)) {
    case BPF_JEQ: return word == at->k;
    case BPF_JGE: return word >= at->k;
    case BPF_JGT: return word > at->k;
    case BPF_JSET: return (word & at->k) != 0;
    }
    fail_msg("a jump of kind 0x%x", at->code);
    return false;
}

/* The action for a call. Instructions a filter has no use for fail, as does an end without one. */
static uint32_t act(const struct seccomp_data *data)
{
    uint32_t word = 0;

    for (size_t i = 0; i < count; i++) {
        const struct sock_filter *at = &program[i];
        if (at->code == (BPF_LD | BPF_W | BPF_ABS))
            word = load(data, at->k);
        else if (at->code == (BPF_ALU | BPF_AND | BPF_K))
            word &= at->k;
        else if (at->code == (BPF_RET | BPF_K))
            return at->k;
        else if (BPF_CLASS(at->code) == BPF_JMP && BPF_SRC(at->code) == BPF_K)
            i += holds_jump(at, word) ? at->jt : at->jf;
        else
            fail_msg("an instruction of kind 0x%x", at->code);
    }
    fail_msg("the program does not end with an answer");
    return 0;
}

/* ---- What the table says --------------------------------------------------------------------- */

static bool holds(const struct filter_row *row, const struct seccomp_data *data)
{
    const uint64_t argument = data->args[row->argument];

    switch ((enum filter_test)row->test) {
    case ALWAYS: return true;
    case IS: return (uint32_t)argument == row->value;
    case HAS_BITS: return (argument & row->value) == row->value;
    case IS_NULL: return argument == 0;
    case IS_SELF: return (uint32_t)argument == PROCESS;
    }
    fail_msg("a test of kind %u", row->test);
    return false;
}

/* filter.h, as a table: without a supervisor, with one. */
static uint32_t action_of(enum filter_verdict verdict)
{
    static const uint32_t actions[][2] = {
        [FREE] = {SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW},
        [OURS] = {SECCOMP_RET_ALLOW, SECCOMP_RET_ALLOW},
        [ASKED] = {SECCOMP_RET_ALLOW, SECCOMP_RET_USER_NOTIF},
        [MISSING] = {SECCOMP_RET_ERRNO | ENOSYS, SECCOMP_RET_ERRNO | ENOSYS},
        [REFUSED] = {OTHERWISE, SECCOMP_RET_USER_NOTIF},
    };
    static const enum filter_verdict of_clients[] = {
        [FILTER_NO_CLIENTS] = REFUSED,
        [FILTER_CLIENTS_ASKED] = ASKED,
        [FILTER_CLIENTS_FREE] = OURS,
    };

    return actions[verdict == CLIENTS ? of_clients[options.clients] : verdict][options.answered];
}

static enum filter_verdict verdict_on(const struct seccomp_data *data)
{
    for (size_t i = 0; i < table->count; i++) {
        if (table->rows[i].number == data->nr && holds(&table->rows[i], data))
            return table->rows[i].verdict;
    }
    return REFUSED;
}

/* ---- Each way a filter is made --------------------------------------------------------------- */

/* By a supervisor that answers, and with clients, or without. */
static void make(const struct filter_table *of, bool answered, enum filter_clients clients)
{
    const bool wide = of->bits == 64;

    table = of;
    options = (struct filter_options){.driver_base = wide ? 0x680000000000 : 0x80000000,
        .driver_bytes = wide ? (uint64_t)1 << 40 : 0x40000000,
        .process = PROCESS, .clients = clients, .answered = answered};
    count = filter_make(table, &options, program);
    assert_in_range(count, 1, FILTER_LIMIT);
}

static void for_each_filter(void (*check)(void))
{
    for (unsigned way = 0; way < 12; way++) {
        make(tables[way % 2], way / 2 % 2 != 0, way / 4);
        check();
    }
}

/* By the machine's own code. */
static struct seccomp_data call_of(int number)
{
    return (struct seccomp_data){
        .nr = number, .arch = table->architecture, .instruction_pointer = 0x1000};
}

static int number_of(const char *name)
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->rows[i].name, name) == 0)
            return table->rows[i].number;
    }
    fail_msg("no row of %s", name);
    return -1;
}

/* ---- Rows ------------------------------------------------------------------------------------ */

static void check_call(const struct seccomp_data *data)
{
    const uint32_t wanted = action_of(verdict_on(data)), got = act(data);

    if (got != wanted)
        fail_msg("%s (%d) of %u bits: 0x%x, not 0x%x", filter_name(table, data->nr), data->nr,
            table->bits, got, wanted);
}

/* What a row's condition is about, and what is next to it. */
static void check_row(size_t index)
{
    const struct filter_row *row = &table->rows[index];
    const uint32_t value = row->test == IS_SELF ? PROCESS : row->value;
    const uint64_t high = (uint64_t)1 << 32;
    struct seccomp_data data = call_of(row->number);
    const uint64_t arguments[] = {
        value, value + 1, value - 1, ~(uint64_t)value, value | high, high, 0, ~(uint64_t)0};

    for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
        data.args[row->argument] = arguments[i];
        check_call(&data);
    }
    for (unsigned bit = 0; bit < 64; bit++) {
        data.args[row->argument] = value ^ (uint64_t)1 << bit;
        check_call(&data);
    }
    /* The row is reached: not one before it says already what becomes of the call. */
    for (unsigned i = 0; i < 6; i++)
        data.args[i] = NOTHING;
    if (row->test != ALWAYS)
        data.args[row->argument] = value;
    if (act(&data) != action_of(row->verdict))
        fail_msg("row %zu of %u bits, %s, is not reached", index, table->bits, row->name);
}

static void check_rows(void)
{
    for (size_t i = 0; i < table->count; i++)
        check_row(i);
}

static void every_row_is_done_as_it_says(void **state)
{
    (void)state;
    for_each_filter(check_rows);
}

static void check_numbers(void)
{
    for (int number = 0; number < NUMBERS; number++) {
        struct seccomp_data data = call_of(number);
        check_call(&data);
        memset(data.args, 0xFF, sizeof(data.args));
        check_call(&data);
        if (filter_name(table, number) == NULL)
            assert_int_equal(act(&data), options.answered ? SECCOMP_RET_USER_NOTIF : OTHERWISE);
    }
}

static void numbers_without_rows_are_refused(void **state)
{
    (void)state;
    for_each_filter(check_numbers);
}

/* ---- What must never be let through ---------------------------------------------------------- */

static void check_never(void)
{
    static const char *const names[] = {
        "execve", "execveat", "fork", "vfork", "clone", "clone3", "ptrace", "kill", "tkill",
        "tgkill", "rt_sigqueueinfo", "pidfd_send_signal", "pidfd_getfd", "mount",
        "pivot_root", "chroot", "bpf", "io_uring_setup", "userfaultfd", "setrlimit",
        "prlimit64", "open", "openat2", "creat", "open_by_handle_at", "connect", "bind",
        "sendto", "unshare", "setns", "seccomp", "prctl", "personality", "init_module",
        "modify_ldt", "iopl", "ioctl", "fcntl", "link", "symlink", "linkat", "symlinkat",
        "chdir", "keyctl", "process_madvise"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct seccomp_data data = call_of(number_of(names[i]));
        /* Of another process, with pointers, and with no bit that makes it a thread. */
        data.args[0] = PROCESS + 1;
        data.args[1] = data.args[2] = data.args[3] = data.args[4] = NOTHING;
        if (act(&data) == SECCOMP_RET_ALLOW)
            fail_msg("%s of %u bits is let through", names[i], table->bits);
    }
    for (int number = 425; number <= 427; number++) { /* io_uring's, on all architectures */
        const struct seccomp_data data = call_of(number);
        assert_int_not_equal(act(&data), SECCOMP_RET_ALLOW);
    }
}

static void what_is_dangerous_is_never_let_through(void **state)
{
    (void)state;
    for_each_filter(check_never);
}

static void check_asked(void)
{
    static const char *const names[] = {
        "openat", "mkdirat", "unlinkat", "renameat", "renameat2", "utimensat", "chmod",
        "setxattr", "socket", "perf_event_open"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && options.answered; i++) {
        const struct seccomp_data data = call_of(number_of(names[i]));
        assert_int_equal(act(&data), SECCOMP_RET_USER_NOTIF);
    }
}

static void files_and_sockets_are_asked_for(void **state)
{
    (void)state;
    for_each_filter(check_asked);
}

static void check_threads(void)
{
    static const uint32_t needed[] = {CLONE_VM, CLONE_THREAD, CLONE_SIGHAND, CLONE_FILES, CLONE_FS};
    const uint32_t flags = CLONE_VM | CLONE_THREAD | CLONE_SIGHAND | CLONE_FILES | CLONE_FS;
    struct seccomp_data data = call_of(number_of("clone"));

    data.args[0] = flags | CLONE_SETTLS | CLONE_PARENT_SETTID;
    assert_int_equal(act(&data), SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        data.args[0] = flags & ~needed[i];
        assert_int_equal(act(&data), action_of(REFUSED));
        data.args[0] |= (uint64_t)needed[i] << 32;
        assert_int_equal(act(&data), action_of(REFUSED));
    }
}

static void threads_are_no_processes(void **state)
{
    (void)state;
    for_each_filter(check_threads);
}

static void check_limits(void)
{
    struct seccomp_data data = call_of(number_of("prlimit64"));

    assert_int_equal(act(&data), SECCOMP_RET_ALLOW); /* asks only */
    data.args[2] = 0x1000;
    assert_int_equal(act(&data), action_of(REFUSED));
    data.args[2] = (uint64_t)1 << 32;
    assert_int_equal(act(&data), action_of(REFUSED));
}

static void limits_are_read_only(void **state)
{
    (void)state;
    for_each_filter(check_limits);
}

static void check_memory(void)
{
    static const char *const names[] = {"process_vm_readv", "process_vm_writev"};

    for (size_t i = 0; i < 2; i++) {
        struct seccomp_data data = call_of(number_of(names[i]));
        data.args[0] = PROCESS;
        assert_int_equal(act(&data), SECCOMP_RET_ALLOW);
        data.args[0] = PROCESS + 1;
        if (options.clients == FILTER_NO_CLIENTS)
            assert_int_not_equal(act(&data), SECCOMP_RET_ALLOW);
        if (options.clients == FILTER_CLIENTS_ASKED && options.answered)
            assert_int_equal(act(&data), SECCOMP_RET_USER_NOTIF);
        if (options.clients == FILTER_CLIENTS_FREE)
            assert_int_equal(act(&data), SECCOMP_RET_ALLOW);
    }
}

static void memory_is_that_of_clients(void **state)
{
    (void)state;
    for_each_filter(check_memory);
}

/* ---- Where calls come from ------------------------------------------------------------------- */

/* FREE is a row, and the only one of its call. */
static uint32_t action_for_driver(int number)
{
    const struct seccomp_data data = {.nr = number};

    return verdict_on(&data) == FREE ? SECCOMP_RET_ALLOW : SECCOMP_RET_TRAP;
}

static void check_range(void)
{
    const uint64_t end = options.driver_base + options.driver_bytes;
    const uint64_t base = options.driver_base;
    const uint64_t inside[] = {base, base + 1, base + options.driver_bytes / 2, end - 1};
    const uint64_t beside[] = {0, base - 1, end, end + 1};

    for (int number = 0; number < NUMBERS; number++) {
        struct seccomp_data data = call_of(number);
        for (size_t i = 0; i < 4; i++) {
            data.instruction_pointer = inside[i];
            assert_int_equal(act(&data), action_for_driver(number));
            data.instruction_pointer = beside[i];
            check_call(&data);
        }
    }
}

static void calls_of_drivers_trap(void **state)
{
    (void)state;
    for_each_filter(check_range);
}

static void check_architecture(void)
{
    const uint32_t ours = table->architecture, others[] = {0, AUDIT_ARCH_ARM, AUDIT_ARCH_AARCH64,
        ours ^ 1, ~ours, ours == AUDIT_ARCH_I386 ? AUDIT_ARCH_X86_64 : AUDIT_ARCH_I386};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        for (int number = 0; number < NUMBERS; number++) {
            struct seccomp_data data = call_of(number);
            data.arch = others[i];
            assert_int_equal(act(&data), SECCOMP_RET_TRAP);
        }
    }
}

static void other_architectures_trap(void **state)
{
    (void)state;
    for_each_filter(check_architecture);
}

static void check_x32(void)
{
    static const int numbers[] = {X32 - 1, INT32_MIN, -1, INT32_MAX};

    for (int number = 0; number < NUMBERS; number++) {
        const struct seccomp_data data = call_of(number | X32);
        assert_int_equal(act(&data), SECCOMP_RET_TRAP);
    }
    for (size_t i = 0; i < 4; i++) {
        const struct seccomp_data data = call_of(numbers[i]);
        assert_int_equal(act(&data), i == 0 ? action_of(REFUSED) : SECCOMP_RET_TRAP);
    }
}

static void calls_of_x32_trap(void **state)
{
    (void)state;
    for_each_filter(check_x32);
}

/* ---- Linux ----------------------------------------------------------------------------------- */

/* How a process ends that makes a call under the program: 0, 2: EPERM; or the signal, negative. */
static int end_under(long number)
{
    const struct sock_fprog filter = {(unsigned short)count, program};
    int status;

    pid_t child = fork();
    if (child == 0) {
        signal(SIGSYS, SIG_DFL);
        if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
            syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0)
            syscall(SYS_exit_group, 1);
        const bool refused = syscall(number, 0, 0, 0) == -1 && errno == EPERM;
        syscall(SYS_exit_group, refused ? 2 : 0);
    }
    assert_true(child > 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void linux_takes_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const bool ours = tables[i] == &filter_amd64;
        make(tables[i], false, FILTER_NO_CLIENTS);
        assert_int_equal(end_under(SYS_getpid), ours ? 0 : -SIGSYS);
        assert_int_equal(end_under(SYS_execve), ours ? 2 : -SIGSYS);
        assert_int_equal(end_under(SYS_getpid | X32), -SIGSYS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_done_as_it_says),
        cmocka_unit_test(numbers_without_rows_are_refused),
        cmocka_unit_test(what_is_dangerous_is_never_let_through),
        cmocka_unit_test(files_and_sockets_are_asked_for),
        cmocka_unit_test(threads_are_no_processes),
        cmocka_unit_test(limits_are_read_only),
        cmocka_unit_test(memory_is_that_of_clients),
        cmocka_unit_test(calls_of_drivers_trap),
        cmocka_unit_test(other_architectures_trap),
        cmocka_unit_test(calls_of_x32_trap),
        cmocka_unit_test(linux_takes_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
