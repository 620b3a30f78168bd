/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Killing the process that has a machine directory, at any moment: the next one opens it, and
 * everything that was confirmed is there, and at most the one change that was under way.
 *
 * The changes are numbered: every tenth makes a key, the others set a value each in the last key
 * made. So how many have been done can be told from what there is, and all of what has to be there
 * from how many.
 */
#include "server_test.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "server/directory.h"
#include "server/store_remote.h"

static char message[DIRECTORY_MESSAGE_BYTES];

/* ---- numbered changes ------------------------------------------------------------------------ */

static uint64_t key_of(unsigned number)
{
    return number / 10 + 1;
}

/* Up to 3 KiB, now and then 60. */
static size_t data_of(unsigned number, unsigned char data[61440])
{
    size_t bytes = number % 97 == 5 ? 61440 : number * 37 % 3000;
    for (size_t index = 0; index < bytes; index++)
        data[index] = (unsigned char)(number + index);
    return bytes;
}

static int32_t change(const struct cm_storage *storage, unsigned number)
{
    static unsigned char data[61440];
    const struct cm_storage_text name = {(const uint16_t *)(const void *)&number, 4};
    size_t bytes = data_of(number, data);
    if (number % 10 != 0)
        return storage->value_set(storage->context, key_of(number), name, 3, data, bytes, number);
    const struct cm_storage_key key = {.id = key_of(number),
        .parent = key_of(number) / 2,
        .name = name,
        .last_write_time = number,
        .security = data,
        .security_bytes = bytes};
    return storage->key_created(storage->context, &key);
}

struct seen {
    unsigned keys, values, last;
    bool wrong;
};

static int32_t see_key(void *context, const struct cm_storage_key *key)
{
    static unsigned char data[61440];
    struct seen *seen = context;
    unsigned number = (unsigned)(key->id - 1) * 10;
    size_t bytes = data_of(number, data);
    seen->wrong |= key->parent != key->id / 2 || key->name.bytes != 4 ||
        memcmp(key->name.text, &number, 4) != 0 || key->security_bytes != bytes ||
        (bytes != 0 && memcmp(key->security, data, bytes) != 0);
    seen->keys++;
    seen->last = number > seen->last ? number : seen->last;
    return 0;
}

static int32_t see_value(void *context, uint64_t key, struct cm_storage_text name, uint32_t type,
    const void *data, size_t data_bytes)
{
    static unsigned char wanted[61440];
    struct seen *seen = context;
    unsigned number = 0;
    memcpy(&number, name.text, name.bytes == 4 ? 4 : 0);
    size_t bytes = data_of(number, wanted);
    seen->wrong |= number % 10 == 0 || key != key_of(number) || type != 3 || data_bytes != bytes ||
        memcmp(data, wanted, bytes) != 0;
    seen->values++;
    seen->last = number > seen->last ? number : seen->last;
    return 0;
}

/* How many changes are there: all up to some number, each whole. */
static unsigned count_changes(const struct cm_storage *storage)
{
    struct seen seen = {0};
    const struct cm_storage_sink sink = {&seen, see_key, see_value};
    assert_status(storage->load(storage->context, &sink), 0);
    assert_false(seen.wrong);
    unsigned count = seen.keys + seen.values;
    assert_int_equal(seen.last, count != 0 ? count - 1 : 0);
    return count;
}

static struct directory *open_whole(const char *path)
{
    struct directory *directory = NULL;
    if (directory_open(path, 0, &directory, message) != 0)
        fail_msg("%s", message);
    return directory;
}

/* ---- killed while it writes ------------------------------------------------------------------ */

/* Tells each change it has made, from number on, until it is killed. Now and then it flushes. */
static void write_for_ever(const struct cm_storage *storage, unsigned number, int told)
{
    for (;; number++) {
        if (change(storage, number) != 0 ||
            (number % 211 == 7 && storage->flush(storage->context) != 0))
            _exit(1);
        if (write(told, &number, sizeof(number)) != sizeof(number))
            _exit(1);
    }
}

static void write_directly(const char *path, unsigned number, int told)
{
    struct directory *directory;
    if (directory_open(path, 0, &directory, message) != 0)
        _exit(1);
    write_for_ever(directory_storage(directory), number, told);
}

/* The one that has the directory is killed; what writes through it is its child. */
static void write_through_another(const char *path, unsigned number, int told)
{
    struct directory *directory;
    struct store_remote *remote;
    int pair[2];
    if (directory_open(path, 0, &directory, message) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        _exit(1);
    if (fork() != 0) {
        close(pair[0]);
        close(told);
        store_serve(pair[1], directory_storage(directory));
        _exit(1);
    }
    for (int descriptor = 3; descriptor < 64; descriptor++) {
        if (descriptor != pair[0] && descriptor != told)
            close(descriptor);
    }
    if (store_remote_open(pair[0], &remote) != 0)
        _exit(1);
    write_for_ever(store_remote_storage(remote), number, told);
}

/* Reads what is told until there is no more; returns how many changes there are now that have been
 * confirmed. */
static unsigned kill_after(
    pid_t child, int told, unsigned wanted, unsigned confirmed, unsigned turns)
{
    unsigned number;
    for (unsigned index = 0; read(told, &number, sizeof(number)) == sizeof(number); index++) {
        assert_int_equal(number, confirmed);
        confirmed++;
        for (volatile unsigned turn = 0; index == wanted && turn < turns; turn++)
            continue;
        if (index == wanted)
            kill(child, SIGKILL);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    return confirmed;
}

static void kill_writers(
    const char *path, unsigned rounds, void (*writer)(const char *, unsigned, int))
{
    unsigned confirmed = 0, seed = 7;
    for (unsigned round = 0; round < rounds; round++) {
        int told[2];
        assert_int_equal(pipe(told), 0);
        pid_t child = fork();
        if (child == 0) {
            close(told[0]);
            writer(path, confirmed, told[1]);
        }
        close(told[1]);
        seed = seed * 1103515245 + 12345;
        confirmed = kill_after(child, told[0], (seed >> 16) % 60, confirmed, (seed >> 10) % 40000);
        close(told[0]);
        struct directory *directory = open_whole(path);
        unsigned count = count_changes(directory_storage(directory));
        if (count != confirmed && count != confirmed + 1)
            fail_msg("round %u: %u changes were confirmed, %u are there", round, confirmed, count);
        confirmed = count;
        directory_close(directory);
    }
    assert_true(confirmed >= rounds);
}

static void writers_are_killed(void **state)
{
    (void)state;
    kill_writers(in_scratch("writers"), 120, write_directly);
}

static void supervisors_are_killed(void **state)
{
    (void)state;
    kill_writers(in_scratch("supervisors"), 40, write_through_another);
}

/* ---- killed before every system call that changes a file ------------------------------------- */

static const unsigned short changing_calls[] = {SYS_open, SYS_openat, SYS_creat, SYS_write,
    SYS_writev, SYS_pwrite64, SYS_pwritev, SYS_mkdir, SYS_mkdirat, SYS_rename, SYS_renameat,
    SYS_renameat2, SYS_unlink, SYS_unlinkat, SYS_rmdir, SYS_truncate, SYS_ftruncate, SYS_fallocate,
    SYS_fsync, SYS_fdatasync, SYS_link, SYS_linkat, SYS_fchmod};

#define CHANGING_CALLS (sizeof(changing_calls) / sizeof(changing_calls[0]))

/* These stop for who traces; the others go on. False: it cannot be had. */
static bool stop_at_changing_calls(void)
{
    struct sock_filter filter[CHANGING_CALLS + 3];
    const struct sock_fprog program = {CHANGING_CALLS + 3, filter};
    filter[0] = (struct sock_filter)BPF_STMT(
        BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (unsigned char index = 0; index < CHANGING_CALLS; index++)
        filter[1 + index] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
            changing_calls[index], (unsigned char)(CHANGING_CALLS - index), 0);
    filter[CHANGING_CALLS + 1] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    filter[CHANGING_CALLS + 2] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE);
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 && raise(SIGSTOP) == 0 &&
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/*
 * Runs body in a child that is killed before its call'th system call that changes a file, from 1.
 * 1: it was;
 * 0: it ended before; -1: there is no tracing.
 */
static int killed_at(unsigned call, void (*body)(const char *), const char *path)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        if (!stop_at_changing_calls())
            _exit(77);
        body(path);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status))
        ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESECCOMP | PTRACE_O_EXITKILL);
    for (unsigned seen = 0; seen < call && !WIFEXITED(status); seen++) {
        assert_int_equal(ptrace(PTRACE_CONT, child, NULL, NULL), 0);
        assert_int_equal(waitpid(child, &status, 0), child);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        return -1;
    if (WIFEXITED(status)) {
        assert_int_equal(WEXITSTATUS(status), 0);
        return 0;
    }
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    return 1;
}

static void create_only(const char *path)
{
    struct directory *directory;
    if (directory_open(path, 0, &directory, message) != 0)
        _exit(1);
    directory_close(directory);
}

static void creation_is_killed(void **state)
{
    (void)state;
    const char *path = in_scratch("deep/created");
    unsigned call = 0;
    int killed;
    while ((killed = killed_at(++call, create_only, path)) > 0) {
        struct directory *directory = open_whole(path);
        assert_int_equal(count_changes(directory_storage(directory)), 0);
        assert_status(change(directory_storage(directory), 0), 0);
        directory_close(directory);
        assert_int_equal(access(in_scratch("deep/created/registry.new"), F_OK), -1);
        remove_tree(in_scratch("deep"));
    }
    if (killed < 0)
        skip();
    assert_true(call > 30);
}

/* What the child has told before it was killed. */
static unsigned *confirmed_changes;

static void change_a_little(const char *path)
{
    struct directory *directory;
    if (directory_open(path, 0, &directory, message) != 0)
        _exit(1);
    const struct cm_storage *storage = directory_storage(directory);
    for (unsigned number = 0; number < 12; number++) {
        if (change(storage, number) != 0)
            _exit(1);
        *confirmed_changes = number + 1;
    }
    if (storage->flush(storage->context) != 0 || change(storage, 12) != 0)
        _exit(1);
    *confirmed_changes = 13;
    directory_close(directory);
}

static void changes_are_killed(void **state)
{
    (void)state;
    const char *path = in_scratch("changed");
    unsigned call = 0;
    int killed;
    confirmed_changes = mmap(NULL, sizeof(*confirmed_changes), PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(confirmed_changes != MAP_FAILED);
    while (*confirmed_changes = 0, (killed = killed_at(++call, change_a_little, path)) > 0) {
        struct directory *directory = open_whole(path);
        unsigned count = count_changes(directory_storage(directory));
        assert_true(count == *confirmed_changes || count == *confirmed_changes + 1);
        directory_close(directory);
        unlink(in_scratch("changed/registry.db"));
    }
    if (killed < 0)
        skip();
    assert_int_equal(*confirmed_changes, 13);
    assert_true(call > 60);
    munmap(confirmed_changes, sizeof(*confirmed_changes));
}

/* ---- more than one at a time ----------------------------------------------------------------- */

static void two_make_it_at_once(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 50; round++) {
        const char *path = in_scratch("both");
        pid_t child[2];
        int go[2], won = 0;
        assert_int_equal(pipe(go), 0);
        for (unsigned index = 0; index < 2; index++) {
            child[index] = fork();
            if (child[index] != 0)
                continue;
            struct directory *directory = NULL;
            char byte;
            close(go[1]);
            if (read(go[0], &byte, 1) != 0)
                _exit(3);
            int32_t status = directory_open(path, 0, &directory, message);
            directory_close(directory);
            _exit(status == 0 ? 0 : status == STATUS_SHARING_VIOLATION ? 1 : 2);
        }
        close(go[0]);
        close(go[1]);
        for (unsigned index = 0; index < 2; index++) {
            int result = wait_for(child[index]);
            assert_in_range(result, 0, 1);
            won += result == 0;
        }
        assert_in_range(won, 1, 2);
        directory_close(open_whole(path));
        remove_tree(path);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writers_are_killed),
        cmocka_unit_test(supervisors_are_killed),
        cmocka_unit_test(creation_is_killed),
        cmocka_unit_test(changes_are_killed),
        cmocka_unit_test(two_make_it_at_once),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
