/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a supervisor does with the calls of Linux a machine's process asks it for: in C:, one name
 * at a time, and nothing beside it. The one who asks is this process, so that addresses and
 * descriptors are ours; c is C:, and outside is nobody's business.
 */
#include "server_test.h"

#include <errno.h>
#include <linux/fs.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#include "host/read.h"
#include "server/brokerp.h"

#define SECRET    "it is a secret"
#define NOBODY    1000 /* no descriptor */
#define NAME(text) ((uintptr_t)(text))
#define OURS     "user.dotsys.a"
#define ZEROS    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define PE_HEAD  "MZ" ZEROS ZEROS ZEROS "\0\0\0\0\0\0\0\0\0\0" "\100\0\0\0" /* 64 bytes */

static struct broker broker;
static struct seccomp_notif notif;
static struct request request; /* the last one; its descriptor is closed with the next */
static int drive, below, outside, secret;

/* ---- What there is --------------------------------------------------------------------------- */

static int open_in(const char *name, int flags)
{
    const int descriptor = open(in_scratch(name), flags | O_CLOEXEC);
    assert_true(descriptor >= 0);
    return descriptor;
}

static void make_folder(const char *name)
{
    assert_int_equal(mkdir(in_scratch(name), 0700), 0);
}

static void make_link(const char *target, const char *name)
{
    assert_int_equal(symlink(target, in_scratch(name)), 0);
}

static int lay_out(void **state)
{
    (void)state;
    umask(0);
    make_folder("c");
    make_folder("c/below");
    make_folder("outside");
    write_all(in_scratch("outside/secret"), SECRET, strlen(SECRET));
    write_all(in_scratch("c/file"), "file", 4);
    write_all(in_scratch("c/below/inner"), "inner", 5);
    make_link("../outside", "c/way");
    make_link("../outside/secret", "c/link");
    drive = open_in("c", O_DIRECTORY);
    below = open_in("c/below", O_DIRECTORY);
    outside = open_in("outside", O_DIRECTORY);
    secret = open_in("outside/secret", O_RDWR);
    broker = (struct broker){.listener = -1, .process = getpid(), .drive_c = in_scratch("c")};
    pthread_mutex_init(&broker.lock, NULL);
    notif.pid = (uint32_t)getpid();
    request.descriptor = -1;
    return 0;
}

static void forget_answer(void)
{
    if (request.descriptor >= 0)
        close(request.descriptor);
    request.descriptor = -1;
}

/* With it goes that nothing beside C: has changed. */
static int clean_up(void **state)
{
    static const char *const folders[] = {"c", "outside", "moved", "c2"};
    char bytes[32];
    struct stat status;
    const ssize_t size = pread(secret, bytes, sizeof(bytes), 0);
    const bool good = size == (ssize_t)strlen(SECRET) && memcmp(bytes, SECRET, (size_t)size) == 0 &&
        fstat(secret, &status) == 0 && status.st_nlink == 1 && flistxattr(secret, NULL, 0) <= 0 &&
        fstat(outside, &status) == 0 && status.st_nlink == 2 && (status.st_mode & 07777) == 0700;

    (void)state;
    forget_answer();
    close(drive), close(below), close(outside), close(secret);
    pthread_mutex_destroy(&broker.lock);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        remove_tree(in_scratch(folders[i]));
    return good ? 0 : -1;
}

/* ---- Asking ---------------------------------------------------------------------------------- */

static int ask(int (*call)(struct request *), const uint64_t arguments[5])
{
    forget_answer();
    request = (struct request){.broker = &broker, .notif = &notif, .descriptor = -1};
    memcpy(notif.data.args, arguments, 5 * sizeof(*arguments));
    const int answer = call(&request);
    assert_false(request.go_on);
    assert_true(answer <= 0 && (answer == 0 || request.descriptor < 0));
    return answer;
}

#define ASK(call, ...) ask(call, (const uint64_t[5]){__VA_ARGS__})

/* Linux has answered, or the sandbox has. */
#define assert_failure(error, call, ...)                     \
    do {                                                     \
        assert_int_equal(ASK(call, __VA_ARGS__), -(error));  \
        assert_false(request.refused);                       \
    } while (0)
#define assert_refused(error, call, ...)                     \
    do {                                                     \
        assert_int_equal(ASK(call, __VA_ARGS__), -(error));  \
        assert_true(request.refused);                        \
    } while (0)
#define assert_done(call, ...) assert_int_equal(ASK(call, __VA_ARGS__), 0)

static bool is_there(const char *name)
{
    struct stat status;
    return lstat(in_scratch(name), &status) == 0;
}

static unsigned mode_of(const char *name)
{
    struct stat status;
    assert_int_equal(lstat(in_scratch(name), &status), 0);
    return status.st_mode & 07777;
}

static const char *fd_path(int descriptor)
{
    static char name[32];
    snprintf(name, sizeof(name), "/proc/self/fd/%d", descriptor);
    return name;
}

/* What was handed over begins with that. */
static void assert_reads(const char *text)
{
    char bytes[32];
    const size_t size = strlen(text);
    assert_true(request.descriptor >= 0);
    assert_true(pread(request.descriptor, bytes, sizeof(bytes), 0) >= (ssize_t)size);
    assert_memory_equal(bytes, text, size);
}

/* ---- Names ----------------------------------------------------------------------------------- */

static void names_in_c_are_opened(void **state)
{
    (void)state;
    assert_done(broker_openat, drive, NAME("file"), O_RDWR);
    assert_reads("file");
    assert_true(fcntl(request.descriptor, F_GETFD) & FD_CLOEXEC);
    assert_done(broker_openat, drive, NAME("below/../below/inner"), O_RDONLY);
    assert_reads("inner");
    assert_done(broker_openat, below, NAME("new"), O_RDWR | O_CREAT | O_EXCL, 07777);
    assert_int_equal(mode_of("c/below/new"), 0777);
    assert_failure(EEXIST, broker_openat, below, NAME("new"), O_RDWR | O_CREAT | O_EXCL, 0600);
    assert_failure(ENOENT, broker_openat, below, NAME("none"), O_RDONLY);
    assert_done(broker_openat, AT_FDCWD, NAME(in_scratch("c")), O_RDONLY);
    assert_done(broker_openat, AT_FDCWD, NAME(in_scratch("c/file")), O_RDONLY);
    assert_reads("file");
}

static void dots_lead_nowhere(void **state)
{
    static const char *const names[] = {
        "..", "../outside/secret", "below/../../outside/secret", "below/../../c/file"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_failure(EXDEV, broker_openat, drive, NAME(names[i]), O_RDONLY);
        assert_failure(EXDEV, broker_openat, drive, NAME(names[i]), O_PATH);
    }
    assert_failure(EXDEV, broker_openat, drive, NAME("../outside/new"), O_WRONLY | O_CREAT, 0600);
    assert_false(is_there("outside/new"));
    assert_failure(EXDEV, broker_openat, below, NAME("../file"), O_RDONLY);
}

static void one_name_is_one_name(void **state)
{
    static const char *const names[] = {
        "", ".", "..", "/", "below/", "below/inner", "../outside/secret", "/etc", "way/secret"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_refused(EACCES, broker_mkdirat, drive, NAME(names[i]), 0700);
        assert_refused(EACCES, broker_unlinkat, drive, NAME(names[i]), 0);
        assert_refused(EACCES, broker_unlinkat, drive, NAME(names[i]), AT_REMOVEDIR);
        assert_refused(EACCES, broker_renameat, drive, NAME(names[i]), drive, NAME("new"));
        assert_refused(EACCES, broker_renameat, drive, NAME("file"), drive, NAME(names[i]));
    }
    assert_true(is_there("c/file") && is_there("c/below/inner") && is_there("outside/secret"));
    assert_failure(ENOENT, broker_openat, drive, NAME(""), O_RDONLY);
    assert_failure(ENOENT, broker_openat, AT_FDCWD, NAME(""), O_RDONLY);
}

static void whole_names_are_for_reading_images(void **state)
{
    const char *there = in_scratch("outside/secret"), *absent = in_scratch("outside/new");

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        const uint64_t folder = i == 0 ? (uint64_t)drive : (uint64_t)AT_FDCWD;
        assert_refused(ENOEXEC, broker_openat, folder, NAME(there), O_RDONLY);
        assert_failure(ENOEXEC, broker_openat, folder, NAME(there), HOST_READ_FLAGS);
        assert_refused(EACCES, broker_openat, folder, NAME(there), O_RDWR);
        assert_refused(EACCES, broker_openat, folder, NAME(there), O_WRONLY);
        assert_refused(EACCES, broker_openat, folder, NAME(there), O_RDONLY | O_TRUNC);
        assert_refused(EACCES, broker_openat, folder, NAME(there), O_PATH);
        assert_refused(EACCES, broker_openat, folder, NAME(absent), O_CREAT, 0600);
        assert_refused(EINVAL, broker_openat, folder, NAME("/dev/null"), O_RDONLY);
        assert_failure(EISDIR, broker_openat, folder, NAME(in_scratch("outside")), O_RDONLY);
    }
    assert_false(is_there("outside/new"));
}

/* What a file begins with says whether it keeps secrets. */
static void images_are_public(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        bool public;
    } heads[] = {
        {"MZ", 2, false}, /* and nothing that an image has behind it */
        {PE_HEAD "PE\0\0", 68, true}, {PE_HEAD "NE\0\0", 68, false},
        {"\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0", 18, true},
        {"\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\4\0", 18, false}, /* a core file */
        {"\177ELF", 4, false}, {"TZif2", 5, true}, {"TZ", 2, false}, {"", 0, false},
    };
    const char *there = in_scratch("outside/secret");

    (void)state;
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        write_all(there, heads[i].bytes, heads[i].size);
        if (heads[i].public) {
            assert_done(broker_openat, AT_FDCWD, NAME(there), O_RDONLY);
            assert_int_equal(fcntl(request.descriptor, F_GETFL) & O_ACCMODE, O_RDONLY);
        } else {
            assert_refused(ENOEXEC, broker_openat, AT_FDCWD, NAME(there), O_RDONLY);
        }
    }
    write_all(there, SECRET, strlen(SECRET));
}

/* Opening them does things; whoever put them into C: is not asked. */
static void what_is_no_file_stays_closed(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(in_scratch("c/pipe"), 0666), 0);
    assert_refused(EINVAL, broker_openat, drive, NAME("pipe"), O_RDONLY);
    assert_refused(EINVAL, broker_openat, drive, NAME("pipe"), O_RDWR);
    assert_refused(EINVAL, broker_openat, drive, NAME("pipe"), O_WRONLY | O_CREAT, 0600);
    assert_refused(EINVAL, broker_openat, AT_FDCWD, NAME(in_scratch("c/pipe")), O_RDONLY);
    if (mknod(in_scratch("c/device"), S_IFCHR | 0666, makedev(1, 3)) == 0) {
        assert_refused(EINVAL, broker_openat, drive, NAME("device"), O_RDWR);
        assert_refused(EINVAL, broker_openat, drive, NAME("device"), O_PATH);
    }
}

static void links_are_not_followed(void **state)
{
    static const int flags[] = {O_RDONLY, O_RDWR, O_WRONLY | O_TRUNC, O_PATH, O_RDWR | O_CREAT};

    (void)state;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        assert_failure(ELOOP, broker_openat, drive, NAME("link"), (unsigned)flags[i]);
        assert_failure(ELOOP, broker_openat, drive, NAME("way/secret"), (unsigned)flags[i]);
    }
    assert_refused(ENOEXEC, broker_openat, AT_FDCWD, NAME(in_scratch("c/link")), O_RDONLY);
    assert_refused(ENOEXEC, broker_openat, AT_FDCWD, NAME(in_scratch("c/way/secret")), O_RDONLY);
    assert_failure(EEXIST, broker_mkdirat, drive, NAME("way"), 0700);
    /* The link itself is what a name means. */
    assert_done(broker_renameat, drive, NAME("file"), drive, NAME("link"));
    assert_done(broker_unlinkat, drive, NAME("way"), 0);
    assert_false(is_there("c/way"));
    assert_int_equal(mode_of("c/link"), 0666);
}

static void names_have_a_length(void **state)
{
    char name[PATH_MAX + 8];

    (void)state;
    memset(name, 'n', sizeof(name));
    name[NAME_MAX] = '\0';
    assert_done(broker_mkdirat, drive, NAME(name), 0700);
    assert_done(broker_renameat, drive, NAME(name), below, NAME(name));
    assert_done(broker_unlinkat, below, NAME(name), AT_REMOVEDIR);
    name[NAME_MAX] = 'n', name[NAME_MAX + 1] = '\0';
    assert_failure(ENAMETOOLONG, broker_mkdirat, drive, NAME(name), 0700);
    /* "././…/file" */
    memset(name, '/', sizeof(name));
    for (size_t i = 0; i < sizeof(name); i += 2)
        name[i] = '.';
    memcpy(name + PATH_MAX - 6, "/file", 6);
    assert_int_equal(strlen(name), PATH_MAX - 1);
    assert_done(broker_openat, drive, NAME(name), O_RDONLY);
    assert_reads("file");
    memset(name, 'n', sizeof(name));
    name[PATH_MAX] = '\0';
    assert_failure(ENAMETOOLONG, broker_openat, drive, NAME(name), O_RDONLY);
    assert_failure(ENAMETOOLONG, broker_renameat, drive, NAME("file"), drive, NAME(name));
    assert_failure(ENAMETOOLONG, broker_chmod, NAME(name), 0600);
    assert_failure(ENAMETOOLONG, broker_setxattr, NAME(fd_path(drive)), NAME(name), NAME("v"), 1);
}

static void names_end_where_memory_does(void **state)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *memory = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    const uint64_t bad[] = {0, 1, (uintptr_t)(memory + page), UINT64_MAX, UINT64_MAX - 4096};

    (void)state;
    assert_true(memory != MAP_FAILED);
    assert_int_equal(mprotect(memory + page, page, PROT_NONE), 0);
    memcpy(memory + page - 5, "file", 5);
    assert_done(broker_openat, drive, NAME(memory + page - 5), O_RDONLY);
    memory[page - 1] = 'x'; /* and no end */
    assert_failure(EFAULT, broker_openat, drive, NAME(memory + page - 5), O_RDWR | O_CREAT, 0600);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_failure(EFAULT, broker_openat, drive, bad[i], O_RDONLY);
        assert_failure(EFAULT, broker_mkdirat, drive, bad[i], 0700);
        assert_failure(EFAULT, broker_unlinkat, drive, bad[i], 0);
        assert_failure(EFAULT, broker_renameat, drive, NAME("file"), drive, bad[i]);
        assert_failure(EFAULT, broker_chmod, bad[i], 0600);
        assert_failure(EFAULT, broker_utimensat, AT_FDCWD, NAME(fd_path(drive)), bad[i]);
        assert_failure(EFAULT, broker_setxattr, NAME(fd_path(drive)), NAME(OURS), bad[i], 4);
    }
    munmap(memory, 2 * page);
    assert_true(is_there("c/file"));
}

/* ---- Descriptors ----------------------------------------------------------------------------- */

static void descriptors_are_of_c(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    const uint64_t none[] = {
        (uint64_t)-1, NOBODY, INT32_MAX, (uint64_t)INT32_MIN, (uint64_t)AT_FDCWD};
    const uint64_t wrong[] = {(uint64_t)outside, (uint64_t)secret, (uint64_t)ends[0]};
    for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
        assert_failure(EBADF, broker_mkdirat, none[i], NAME("new"), 0700);
        assert_failure(EBADF, broker_renameat, drive, NAME("file"), none[i], NAME("new"));
        assert_failure(EBADF, broker_renameat, none[i], NAME("file"), drive, NAME("new"));
    }
    assert_failure(EBADF, broker_openat, NOBODY, NAME("file"), O_RDONLY);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_refused(EACCES, broker_openat, wrong[i], NAME("secret"), O_RDONLY);
        assert_refused(EACCES, broker_mkdirat, wrong[i], NAME("new"), 0700);
        assert_refused(EACCES, broker_unlinkat, wrong[i], NAME("secret"), 0);
        assert_refused(EACCES, broker_renameat, drive, NAME("file"), wrong[i], NAME("new"));
        assert_refused(EACCES, broker_renameat, wrong[i], NAME("secret"), drive, NAME("new"));
        assert_refused(EACCES, broker_chmod, NAME(fd_path((int)wrong[i])), 0777);
    }
    const int file = open_in("c/file", O_RDONLY);
    assert_failure(ENOTDIR, broker_openat, (uint64_t)file, NAME("x"), O_RDONLY);
    close(file);
    assert_true(is_there("c/file") && !is_there("c/new"));
    close(ends[0]), close(ends[1]);
}

/* Between two requests another process puts a link in the place of a folder. */
static void folders_are_looked_at_each_time(void **state)
{
    (void)state;
    assert_done(broker_openat, below, NAME("inner"), O_RDONLY);
    assert_done(broker_openat, drive, NAME("below/inner"), O_RDONLY);
    assert_int_equal(rename(in_scratch("c/below"), in_scratch("moved")), 0);
    make_link("../outside", "c/below");
    assert_refused(EACCES, broker_openat, below, NAME("inner"), O_RDONLY);
    assert_refused(EACCES, broker_mkdirat, below, NAME("new"), 0700);
    assert_refused(EACCES, broker_unlinkat, below, NAME("inner"), 0);
    assert_refused(EACCES, broker_renameat, drive, NAME("file"), below, NAME("new"));
    assert_failure(ELOOP, broker_openat, drive, NAME("below/secret"), O_RDWR);
    assert_refused(EACCES, broker_chmod, NAME(fd_path(below)), 0777);
    assert_true(is_there("moved/inner") && is_there("c/file"));
    assert_done(broker_unlinkat, drive, NAME("below"), 0);
    assert_int_equal(rename(in_scratch("moved"), in_scratch("c/back")), 0);
    assert_done(broker_openat, below, NAME("inner"), O_RDONLY);
    assert_reads("inner");
}

/* A folder beside C: whose name only begins like it. */
static void alike_is_not_inside(void **state)
{
    (void)state;
    make_folder("c2");
    const int alike = open_in("c2", O_DIRECTORY);
    assert_refused(EACCES, broker_mkdirat, alike, NAME("new"), 0700);
    assert_refused(EACCES, broker_renameat, drive, NAME("file"), alike, NAME("file"));
    close(alike);
    broker.drive_c = NULL;
    assert_refused(EACCES, broker_openat, drive, NAME("file"), O_RDONLY);
    assert_refused(ENOEXEC, broker_openat, AT_FDCWD, NAME(in_scratch("c/file")), O_RDONLY);
}

static void who_asks_may_be_gone(void **state)
{
    const pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(0);
    assert_int_equal(wait_for(child), 0);
    notif.pid = (uint32_t)child;
    assert_failure(EFAULT, broker_openat, drive, NAME("file"), O_RDONLY);
    assert_failure(EFAULT, broker_unlinkat, drive, NAME("file"), 0);
    assert_failure(EFAULT, broker_renameat, drive, NAME("file"), drive, NAME("new"));
    assert_failure(EFAULT, broker_chmod, NAME(fd_path(drive)), 0777);
    notif.pid = (uint32_t)getpid();
    broker.process = child;
    assert_failure(EBADF, broker_unlinkat, drive, NAME("file"), 0);
    assert_failure(ENOENT, broker_openat, AT_FDCWD, NAME("/proc/self/maps"), O_RDONLY);
    assert_true(is_there("c/file"));
}

/* ---- Flags ----------------------------------------------------------------------------------- */

static void flags_are_none_or_known(void **state)
{
    static const unsigned bad[] = {
        RENAME_EXCHANGE, RENAME_WHITEOUT, 1u << 31, RENAME_NOREPLACE | RENAME_EXCHANGE};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused(EINVAL, broker_renameat2, drive, NAME("file"), drive, NAME("below"), bad[i]);
    assert_failure(
        EEXIST, broker_renameat2, drive, NAME("file"), drive, NAME("link"), RENAME_NOREPLACE);
    assert_failure(EINVAL, broker_unlinkat, drive, NAME("file"), AT_SYMLINK_NOFOLLOW);
    assert_failure(EISDIR, broker_unlinkat, drive, NAME("below"), 0);
    assert_failure(ENOTEMPTY, broker_unlinkat, drive, NAME("below"), AT_REMOVEDIR);
    assert_true(is_there("c/file"));
    assert_failure(EISDIR, broker_openat, drive, NAME("below"), O_TMPFILE | O_RDWR, 0600);
    assert_failure(EINVAL, broker_openat, drive, NAME("file"), O_PATH | O_CREAT, 0600);
}

static void nothing_runs_as_another(void **state)
{
    const int file = open_in("c/file", O_RDONLY);

    (void)state;
    assert_done(broker_mkdirat, drive, NAME("new"), 07777);
    assert_int_equal(mode_of("c/new"), 0777);
    assert_done(broker_chmod, NAME(fd_path(file)), 06755);
    assert_int_equal(mode_of("c/file"), 0755);
    assert_refused(EACCES, broker_chmod, NAME(in_scratch("c/file")), 0600);
    assert_refused(EACCES, broker_chmod, NAME("/proc/self/fd/0/../../../etc"), 0600);
    assert_failure(EBADF, broker_chmod, NAME(fd_path(NOBODY)), 0600);
    close(file);
}

static void attributes_are_our_own(void **state)
{
    static char value[4097];
    const int file = open_in("c/file", O_RDONLY);
    const char *path = fd_path(file);

    (void)state;
    assert_refused(EACCES, broker_setxattr, NAME(path), NAME("user.other"), NAME("v"), 1);
    assert_refused(EACCES, broker_setxattr, NAME(path), NAME("security.capability"), NAME("v"), 1);
    assert_refused(EACCES, broker_setxattr, NAME(path), NAME(OURS), NAME(value), sizeof(value));
    assert_refused(EACCES, broker_setxattr, NAME(path), NAME(OURS), NAME(value), UINT64_MAX);
    if (fsetxattr(file, OURS, "v", 1, 0) == 0) { /* not everywhere in memory */
        assert_failure(EEXIST, broker_setxattr, NAME(path), NAME(OURS), NAME("w"), 1, XATTR_CREATE);
        assert_done(broker_setxattr, NAME(path), NAME(OURS), NAME("w"), 1);
        assert_int_equal(fgetxattr(file, OURS, value, sizeof(value)), 1);
        assert_int_equal(value[0], 'w');
    }
    close(file);
}

/* ---- /proc ----------------------------------------------------------------------------------- */

static void proc_tells_what_it_may(void **state)
{
    static const char *const bad[] = {
        "/proc/self/mem", "/proc/self/environ", "/proc/self/root", "/proc/self/cwd",
        "/proc/1/maps", "/proc/-1/stat", "/proc/0/stat", "/proc/self/stat/",
        "/proc/self/stat/../mem", "/proc/self/fd", "/proc/kmsg", "/proc/sysrq-trigger",
        "/sys/kernel", "/proc/", "/proc/../etc/passwd", "/process"};

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused(EACCES, broker_openat, AT_FDCWD, NAME(bad[i]), O_RDONLY);
    assert_refused(EACCES, broker_openat, AT_FDCWD, NAME("/proc/self/stat"), O_RDWR);
    assert_done(broker_openat, AT_FDCWD, NAME("/proc/self/maps"), O_RDONLY);
    assert_done(broker_openat, AT_FDCWD, NAME("/proc/1/stat"), O_RDONLY);
    assert_reads("1 (");
}

/* However it is spelt, and whatever way leads there. */
static void made_up_files_have_one_name(void **state)
{
    static const char *const names[] = {"//proc/self/environ", "/./proc/self/environ",
        "/usr/../proc/self/environ", "//proc/1/maps", "//proc/kcore", "//sys/kernel/notes",
        "/dev/../proc/self/exe", "//proc/self/stat"};
    char magic[64];

    (void)state;
    for (unsigned i = 0; i < 2; i++, broker.one_name = true) {
        for (size_t name = 0; name < sizeof(names) / sizeof(names[0]); name++) {
            const int answer = ASK(broker_openat, AT_FDCWD, NAME(names[name]), O_RDONLY);
            /* exe is a link of /proc; without openat2 it is a name, and its file is public */
            assert_true(answer < 0 || (i == 1 && strstr(names[name], "exe") != NULL));
            assert_true(answer == 0 || request.refused || answer == -ENOENT);
        }
        make_link("/proc/self/environ", i == 0 ? "outside/environ" : "c/environ");
        const char *link = in_scratch(i == 0 ? "outside/environ" : "c/environ");
        assert_refused(EACCES, broker_openat, AT_FDCWD, NAME(link), O_RDONLY);
        snprintf(magic, sizeof(magic), "/dev/fd/%d", secret);
        assert_refused(i == 0 ? ELOOP : ENOEXEC, broker_openat, AT_FDCWD, NAME(magic), O_RDONLY);
        snprintf(magic, sizeof(magic), "//proc/%d/root/proc/self/environ", (int)getpid());
        assert_true(ASK(broker_openat, AT_FDCWD, NAME(magic), O_RDONLY) < 0 && request.refused);
    }
    unlink(in_scratch("outside/environ"));
}

static void numbers_are_digits(void **state)
{
    static const char *const bad[] = {"/proc/+1/stat", "/proc/ 1/stat", "/proc/4294967297/stat",
        "/proc/99999999999999999999/stat", "/proc//stat", "/proc/self/fd/+0", "/proc/self/fd/ 0",
        "/proc/self/fd/0x1", "/proc/self/fd/", "/proc/self/fd/4294967296"};
    char name[64];
    const int memory = memfd_create("again", MFD_CLOEXEC);

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_refused(EACCES, broker_openat, AT_FDCWD, NAME(bad[i]), O_RDONLY);
    snprintf(name, sizeof(name), "/proc/self/fd/%d/../%d", memory, memory);
    assert_refused(EACCES, broker_openat, AT_FDCWD, NAME(name), O_RDONLY);
    close(memory);
}

/* Where a container's filter refuses openat2: C: is as it was, one name at a time. */
static void one_name_is_enough(void **state)
{
    static const char *const names[] = {"..", "../outside/secret", "below/inner", "./file", "/"};

    (void)state;
    broker.one_name = true;
    assert_done(broker_openat, drive, NAME("file"), O_RDWR);
    assert_reads("file");
    assert_done(broker_openat, drive, NAME("below"), O_RDONLY | O_DIRECTORY);
    assert_done(broker_openat, drive, NAME("."), O_RDONLY | O_DIRECTORY);
    assert_done(broker_openat, below, NAME("new"), O_RDWR | O_CREAT | O_EXCL, 0600);
    for (size_t i = 0; i + 1 < sizeof(names) / sizeof(names[0]); i++)
        assert_failure(EXDEV, broker_openat, drive, NAME(names[i]), O_RDONLY);
    assert_failure(EISDIR, broker_openat, drive, NAME("/"), O_RDONLY);
    assert_failure(ELOOP, broker_openat, drive, NAME("link"), O_RDONLY);
    assert_failure(ELOOP, broker_openat, drive, NAME("link"), O_PATH);
    assert_failure(ELOOP, broker_openat, drive, NAME("way"), O_PATH);
    assert_failure(EEXIST, broker_openat, drive, NAME("file"), O_RDWR | O_CREAT | O_EXCL, 0600);
    assert_refused(ENOEXEC, broker_openat, AT_FDCWD, NAME(in_scratch("outside/secret")), O_RDONLY);
}

static void memory_is_opened_again(void **state)
{
    const int memory = memfd_create("again", MFD_CLOEXEC);

    (void)state;
    assert_int_equal(write(memory, "memory", 6), 6);
    assert_done(broker_openat, AT_FDCWD, NAME(fd_path(memory)), O_RDONLY);
    assert_reads("memory");
    assert_int_equal(fcntl(request.descriptor, F_GETFL) & O_ACCMODE, O_RDONLY);
    assert_refused(EACCES, broker_openat, AT_FDCWD, NAME(fd_path(memory)), O_RDWR);
    assert_refused(EACCES, broker_openat, AT_FDCWD, NAME(fd_path(secret)), O_RDONLY);
    assert_refused(EACCES, broker_openat, AT_FDCWD, NAME(fd_path(drive)), O_RDONLY);
    assert_refused(EACCES, broker_openat, AT_FDCWD, NAME(fd_path(NOBODY)), O_RDONLY);
    close(memory);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, lay_out, clean_up)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_in_c_are_opened),
        TEST(dots_lead_nowhere),
        TEST(one_name_is_one_name),
        TEST(whole_names_are_for_reading_images),
        TEST(images_are_public),
        TEST(what_is_no_file_stays_closed),
        TEST(links_are_not_followed),
        TEST(names_have_a_length),
        TEST(names_end_where_memory_does),
        TEST(descriptors_are_of_c),
        TEST(folders_are_looked_at_each_time),
        TEST(alike_is_not_inside),
        TEST(who_asks_may_be_gone),
        TEST(flags_are_none_or_known),
        TEST(nothing_runs_as_another),
        TEST(attributes_are_our_own),
        TEST(proc_tells_what_it_may),
        TEST(made_up_files_have_one_name),
        TEST(numbers_are_digits),
        TEST(one_name_is_enough),
        TEST(memory_is_opened_again),
    };

    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
