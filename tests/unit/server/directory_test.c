/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* Machine directories: what is made, that one process has it, and what is refused with which
 * words. */
#include "server_test.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>

#include "server/directory.h"
#include "server/store.h"

static char message[DIRECTORY_MESSAGE_BYTES];

static struct directory *open_directory_at(const char *path)
{
    struct directory *directory = NULL;
    if (directory_open(path, 0, &directory, message) != 0)
        fail_msg("%s", message);
    return directory;
}

static void assert_message(const char *part)
{
    if (strstr(message, part) == NULL)
        fail_msg("'%s' is not in: %s", part, message);
}

static void assert_refused(const char *path, int32_t wanted, const char *part)
{
    struct directory *directory = NULL;
    message[0] = 0;
    assert_status(directory_open(path, 0, &directory, message), wanted);
    assert_null(directory);
    assert_message(part);
}

static mode_t mode_of(const char *name)
{
    struct stat status;
    assert_int_equal(stat(in_scratch(name), &status), 0);
    return status.st_mode;
}

static void all_of_it_is_made(void **state)
{
    (void)state;
    static const char *const folders[] = {"a", "a/b", "a/b/m", "a/b/m/crash",
        "a/b/m/drive_c/Windows/System32/drivers", "a/b/m/drive_c/Windows/Temp",
        "a/b/m/drive_c/Windows/SysWOW64", "a/b/m/drive_c/Program Files",
        "a/b/m/drive_c/Program Files (x86)", "a/b/m/drive_c/Users"};
    static const char *const files[] = {
        "a/b/m/lock", "a/b/m/registry.db", "a/b/m/disk0.img", "a/b/m/cmos.bin"};
    struct directory *directory = open_directory_at(in_scratch("a/b/m"));
    for (size_t index = 0; index < sizeof(folders) / sizeof(folders[0]); index++)
        assert_int_equal(mode_of(folders[index]), S_IFDIR | 0700);
    for (size_t index = 0; index < sizeof(files) / sizeof(files[0]); index++)
        assert_int_equal(mode_of(files[index]), S_IFREG | 0600);
    assert_string_equal(directory_path(directory), in_scratch("a/b/m"));
    assert_string_equal(directory_drive_c(directory), in_scratch("a/b/m/drive_c"));
    struct stat by_name, by_descriptor;
    assert_int_equal(stat(in_scratch("a/b/m/disk0.img"), &by_name), 0);
    assert_int_equal(fstat(directory_disk(directory), &by_descriptor), 0);
    assert_int_equal(by_name.st_ino, by_descriptor.st_ino);
    assert_int_equal(by_name.st_size, 0);
    assert_int_equal(pwrite(directory_cmos(directory), "x", 1, 0), 1);
    assert_int_equal(faccessat(directory_descriptor(directory), "registry.db", F_OK, 0), 0);
    fill_storage(directory_storage(directory));
    directory_close(directory);

    directory = open_directory_at(in_scratch("a/b/m/../m/"));
    assert_string_equal(directory_path(directory), in_scratch("a/b/m"));
    char *text = dump(directory_storage(directory)), byte;
    assert_string_equal(text, FILLED_STORAGE);
    assert_int_equal(pread(directory_cmos(directory), &byte, 1, 0), 1);
    free(text);
    directory_close(directory);
}

static void what_is_missing_comes_back(void **state)
{
    (void)state;
    directory_close(open_directory_at(in_scratch("missing")));
    remove_tree(in_scratch("missing/drive_c"));
    unlink(in_scratch("missing/lock"));
    unlink(in_scratch("missing/cmos.bin"));
    write_all(in_scratch("missing/registry.new"), "half of one", 11);
    directory_close(open_directory_at(in_scratch("missing")));
    assert_int_equal(mode_of("missing/drive_c/Windows/System32/drivers"), S_IFDIR | 0700);
    unlink(in_scratch("missing/registry.db"));
    directory_close(open_directory_at(in_scratch("missing")));
    assert_int_equal(access(in_scratch("missing/registry.new"), F_OK), -1);
}

static void the_default_one(void **state)
{
    (void)state;
    char path[256];
    setenv("HOME", in_scratch("home"), 1);
    setenv("XDG_DATA_HOME", "not/absolute", 1);
    assert_true(directory_default_path(path, sizeof(path)));
    assert_string_equal(path, in_scratch("home/.local/share/dotsys/default"));
    setenv("XDG_DATA_HOME", in_scratch("data"), 1);
    assert_true(directory_default_path(path, sizeof(path)));
    assert_string_equal(path, in_scratch("data/dotsys/default"));
    assert_false(directory_default_path((char[10]){0}, 10));
    struct directory *directory = open_directory_at(NULL);
    assert_string_equal(directory_path(directory), path);
    pid_t owner = 0;
    assert_status(directory_owner(NULL, &owner), 0);
    assert_int_equal(owner, getpid());
    directory_close(directory);
}

/* ---- one owner ------------------------------------------------------------------------------- */

/* A child that has the directory until it is killed. */
static pid_t start_owner(const char *path)
{
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        open_directory_at(path);
        assert_int_equal(write(ready[1], "x", 1), 1);
        for (;;)
            pause();
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    return child;
}

static void end_owner(pid_t child)
{
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
}

static void another_process_is_named(void **state)
{
    (void)state;
    const char *path = in_scratch("owned");
    char number[32];
    pid_t owner = 1, child = start_owner(path);
    snprintf(number, sizeof(number), "process %d (", (int)child);
    assert_refused(path, STATUS_SHARING_VIOLATION, number);
    assert_status(directory_owner(path, &owner), 0);
    assert_int_equal(owner, child);
    end_owner(child);
    assert_status(directory_owner(path, &owner), 0);
    assert_int_equal(owner, 0);
    directory_close(open_directory_at(path));
}

static void this_process_is_told_so(void **state)
{
    (void)state;
    pid_t owner = 1;
    struct directory *directory = open_directory_at(in_scratch("self"));
    assert_refused(in_scratch("self"), STATUS_SHARING_VIOLATION, "this process");
    assert_status(directory_owner(in_scratch("self"), &owner), 0);
    assert_int_equal(owner, getpid());
    /* to ask has not let go of it */
    assert_refused(in_scratch("self"), STATUS_SHARING_VIOLATION, "this process");
    directory_close(directory);
    assert_status(directory_owner(in_scratch("self"), &owner), 0);
    assert_int_equal(owner, 0);
    assert_status(directory_owner(in_scratch("nowhere"), &owner), STATUS_OBJECT_NAME_NOT_FOUND);
}

/* A machine's process that outlives its supervisor may still write to the disk. */
static void a_child_keeps_what_its_parent_had(void **state)
{
    (void)state;
    int ready[2];
    pid_t inner = 0;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        open_directory_at(in_scratch("kept"));
        inner = fork();
        if (inner == 0) {
            for (;;)
                pause();
        }
        assert_int_equal(write(ready[1], &inner, sizeof(inner)), sizeof(inner));
        for (;;)
            pause();
    }
    assert_int_equal(read(ready[0], &inner, sizeof(inner)), sizeof(inner));
    end_owner(child);
    assert_refused(in_scratch("kept"), STATUS_SHARING_VIOLATION, "is gone, but a child of it");
    assert_int_equal(kill(inner, SIGKILL), 0);
    /* Not ours to wait for: until its descriptors are closed. */
    pid_t owner = -1;
    while (owner != 0)
        assert_status(directory_owner(in_scratch("kept"), &owner), 0);
    close(ready[0]);
    close(ready[1]);
    directory_close(open_directory_at(in_scratch("kept")));
}

static void the_lock_may_be_gone(void **state)
{
    (void)state;
    pid_t child = start_owner(in_scratch("unlocked"));
    unlink(in_scratch("unlocked/lock"));
    assert_refused(in_scratch("unlocked"), STATUS_SHARING_VIOLATION, "registry.db");
    end_owner(child);
    directory_close(open_directory_at(in_scratch("unlocked")));
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void what_is_no_machine_directory(void **state)
{
    (void)state;
    struct directory *directory = NULL;
    write_all(in_scratch("file"), "x", 1);
    assert_refused(in_scratch("file"), STATUS_NOT_A_DIRECTORY, "/file");
    assert_refused(in_scratch("file/below"), STATUS_NOT_A_DIRECTORY, "/file/below");
    assert_refused("", STATUS_OBJECT_PATH_INVALID, "empty");
    mkdir(in_scratch("theirs"), 0700);
    directory_close(open_directory_at(in_scratch("theirs"))); /* an empty one will do */
    mkdir(in_scratch("others"), 0700);
    write_all(in_scratch("others/letter.txt"), "x", 1);
    assert_refused(in_scratch("others"), STATUS_DIRECTORY_NOT_EMPTY, "files in it");
    assert_int_equal(access(in_scratch("others/lock"), F_OK), -1);
    assert_status(directory_open(in_scratch("none"), DIRECTORY_EXISTING, &directory, message),
        STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(access(in_scratch("none"), F_OK), -1);
    mkdir(in_scratch("empty"), 0700);
    assert_status(directory_open(in_scratch("empty"), DIRECTORY_EXISTING, &directory, message),
        STATUS_OBJECT_NAME_NOT_FOUND);
    assert_message("no machine directory");
    char long_path[5000];
    memset(long_path, 'x', sizeof(long_path) - 1);
    long_path[0] = '/';
    long_path[sizeof(long_path) - 1] = 0;
    assert_refused(long_path, STATUS_OBJECT_PATH_INVALID, "too long");
    long_path[300] = 0;
    assert_refused(long_path, STATUS_NAME_TOO_LONG, "too long");
}

static void things_of_the_wrong_kind(void **state)
{
    (void)state;
    directory_close(open_directory_at(in_scratch("kind")));
    unlink(in_scratch("kind/disk0.img"));
    mkdir(in_scratch("kind/disk0.img"), 0700);
    assert_refused(in_scratch("kind"), STATUS_FILE_IS_A_DIRECTORY, "kind/disk0.img");
    rmdir(in_scratch("kind/disk0.img"));
    mkfifo(in_scratch("kind/disk0.img"), 0600);
    assert_refused(in_scratch("kind"), STATUS_FILE_INVALID, "kind/disk0.img");
    unlink(in_scratch("kind/disk0.img"));
    rmdir(in_scratch("kind/crash"));
    write_all(in_scratch("kind/crash"), "x", 1);
    assert_refused(in_scratch("kind"), STATUS_NOT_A_DIRECTORY, "kind/crash");
    unlink(in_scratch("kind/crash"));
    unlink(in_scratch("kind/registry.db"));
    mkdir(in_scratch("kind/registry.db"), 0700);
    message[0] = 0;
    struct directory *directory;
    assert_int_not_equal(directory_open(in_scratch("kind"), 0, &directory, message), 0);
    assert_message("kind/registry.db");
}

static void a_registry_that_is_damaged_stays(void **state)
{
    (void)state;
    unsigned char *bytes, *after;
    directory_close(open_directory_at(in_scratch("damaged")));
    size_t count = read_all(in_scratch("damaged/registry.db"), &bytes);
    memset(bytes + 4096, 0x5A, 2000);
    write_all(in_scratch("damaged/registry.db"), bytes, count);
    assert_refused(in_scratch("damaged"), STATUS_REGISTRY_CORRUPT, "damaged/registry.db: ");
    assert_message("nothing has been changed");
    assert_int_equal(read_all(in_scratch("damaged/registry.db"), &after), count);
    assert_memory_equal(bytes, after, count);
    free(after);
    write_all(in_scratch("damaged/registry.db"), "", 0);
    assert_refused(in_scratch("damaged"), STATUS_REGISTRY_CORRUPT, "damaged/registry.db: ");
    bytes[96] = bytes[97] = bytes[98] = bytes[99] = 0;
    free(bytes);
    unlink(in_scratch("damaged/registry.db"));
    write_all(in_scratch("damaged/registry.db-wal"), "x", 1);
    assert_refused(in_scratch("damaged"), STATUS_REGISTRY_CORRUPT, "registry.db-wal");
    unlink(in_scratch("damaged/registry.db-wal"));
    directory_close(open_directory_at(in_scratch("damaged")));
}

static void a_newer_one_is_left_alone(void **state)
{
    (void)state;
    unsigned char *bytes;
    directory_close(open_directory_at(in_scratch("newer")));
    size_t count = read_all(in_scratch("newer/registry.db"), &bytes);
    bytes[63] = 9; /* the user version, at 60, most significant byte first */
    write_all(in_scratch("newer/registry.db"), bytes, count);
    free(bytes);
    assert_refused(in_scratch("newer"), STATUS_REVISION_MISMATCH, "a newer dotsys");
}

/* In a child, that may give up its rights. 0: as expected. */
static int refused_as_nobody(const char *path)
{
    struct directory *directory;
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(77);
        int32_t status = directory_open(path, 0, &directory, message);
        bool named = strncmp(message, path, strlen(path)) == 0 &&
            strstr(message, "Permission denied") != NULL;
        _exit(status == STATUS_ACCESS_DENIED && named ? 0 : 1);
    }
    return wait_for(child);
}

static void no_permission(void **state)
{
    (void)state;
    directory_close(open_directory_at(in_scratch("private")));
    assert_int_equal(chmod(scratch, 0755), 0);
    if (geteuid() != 0)
        assert_int_equal(chmod(in_scratch("private"), 0), 0);
    int result = refused_as_nobody(in_scratch("private"));
    if (result == 77)
        skip();
    assert_int_equal(result, 0);
    assert_int_equal(chmod(in_scratch("private"), 0755), 0);
    if (geteuid() == 0) {
        assert_int_equal(refused_as_nobody(in_scratch("private")), 0);
        assert_int_equal(refused_as_nobody(in_scratch("new")), 0);
    }
}

/* In a child, whose file systems are its own. */
static void a_file_system_that_cannot_be_written(void **state)
{
    (void)state;
    const char *path = in_scratch("readonly");
    directory_close(open_directory_at(path));
    pid_t child = fork();
    if (child == 0) {
        struct directory *directory;
        int spaces = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
        if (unshare(spaces) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount(scratch, scratch, NULL, MS_BIND, NULL) != 0 ||
            mount(NULL, scratch, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) != 0)
            _exit(77);
        int32_t status = directory_open(path, 0, &directory, message);
        int32_t other = directory_open(in_scratch("other"), 0, &directory, message);
        _exit(status == STATUS_MEDIA_WRITE_PROTECTED && other == status &&
                    strstr(message, "/other") != NULL
                ? 0
                : 1);
    }
    int result = wait_for(child);
    if (result == 77)
        skip();
    assert_int_equal(result, 0);
}

/* In a child again, on a file system of its own. 0: as expected. */
static int try_full(void)
{
    struct directory *directory;
    char block[4096] = {1};
    int spaces = geteuid() == 0 ? CLONE_NEWNS : CLONE_NEWNS | CLONE_NEWUSER;
    if (unshare(spaces) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", in_scratch("small"), "tmpfs", 0, "size=400k") != 0)
        return 77;
    int filler = open(in_scratch("small/filler"), O_RDWR | O_CREAT, 0600);
    while (write(filler, block, sizeof(block)) == sizeof(block))
        continue;
    if (directory_open(in_scratch("small/m"), 0, &directory, message) != STATUS_DISK_FULL)
        return 1;
    if (ftruncate(filler, 0) != 0 ||
        directory_open(in_scratch("small/m"), 0, &directory, message) != 0)
        return 2;
    const struct cm_storage *storage = directory_storage(directory);
    int32_t status = make_key(storage, 1, 0, TEXT(u"MACHINE"));
    uint16_t set = 0;
    for (; status == 0; set++)
        status = storage->value_set(
            storage->context, 1, (struct cm_storage_text){&set, 2}, 3, block, 4096, 1);
    char *before = dump(storage);
    bool named = strstr(directory_storage_message(directory), "small/m/registry.db") != NULL;
    directory_close(directory);
    if (status != STATUS_DISK_FULL || !named || set < 10)
        return 3;
    if (directory_open(in_scratch("small/m"), 0, &directory, message) != 0)
        return 4;
    char *after = dump(directory_storage(directory));
    return strcmp(before, after) == 0 ? 0 : 5;
}

static void a_full_file_system(void **state)
{
    (void)state;
    mkdir(in_scratch("small"), 0700);
    pid_t child = fork();
    if (child == 0)
        _exit(try_full());
    int result = wait_for(child);
    if (result == 77)
        skip();
    assert_int_equal(result, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_of_it_is_made),
        cmocka_unit_test(what_is_missing_comes_back),
        cmocka_unit_test(the_default_one),
        cmocka_unit_test(another_process_is_named),
        cmocka_unit_test(this_process_is_told_so),
        cmocka_unit_test(a_child_keeps_what_its_parent_had),
        cmocka_unit_test(the_lock_may_be_gone),
        cmocka_unit_test(what_is_no_machine_directory),
        cmocka_unit_test(things_of_the_wrong_kind),
        cmocka_unit_test(a_registry_that_is_damaged_stays),
        cmocka_unit_test(a_newer_one_is_left_alone),
        cmocka_unit_test(no_permission),
        cmocka_unit_test(a_file_system_that_cannot_be_written),
        cmocka_unit_test(a_full_file_system),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
