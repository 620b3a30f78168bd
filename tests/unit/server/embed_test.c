/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/* A machine on a directory in one's own process: what it keeps, and what is said when it cannot be
 * had. */
#include "server_test.h"

#include <signal.h>

#include "dotsys/dotsys.h"
#include "server/directory.h"

static void quiet(void *context, const dotsys_log_line *line)
{
    (void)context;
    (void)line;
}

static dotsys_machine *open_machine(const char *directory)
{
    const dotsys_options options = {.size = sizeof(options), .log = quiet, .directory = directory};
    dotsys_machine *machine = NULL;
    if (dotsys_machine_open(&options, &machine) != DOTSYS_OK)
        fail_msg("%s", dotsys_last_message());
    return machine;
}

/* Whether the registry of a machine that is down holds these bytes, as a value. */
static bool holds(const char *path, const char *hex)
{
    char message[DIRECTORY_MESSAGE_BYTES];
    struct directory *directory = NULL;
    assert_status(directory_open(path, DIRECTORY_EXISTING, &directory, message), 0);
    char *text = dump(directory_storage(directory));
    bool found = strstr(text, hex) != NULL;
    free(text);
    directory_close(directory);
    return found;
}

static void the_registry_is_kept(void **state)
{
    (void)state;
    const char *path = in_scratch("kept");
    dotsys_machine *machine = open_machine(path);
    assert_status(
        dotsys_registry_set(machine, "HKLM\\Software\\Mine", "Value", 3, "\xCA\xFE\xBA\xBE", 4), 0);
    dotsys_machine_close(machine);
    assert_true(holds(path, " 4:cafebabe\n"));
    machine = open_machine(path); /* which loads it */
    assert_status(
        dotsys_registry_set(machine, "HKLM\\Software\\Mine", "value", 3, "\xDE\xAD\xBE\xEF", 4), 0);
    dotsys_machine_close(machine);
    assert_false(holds(path, " 4:cafebabe\n"));
    assert_true(holds(path, " 4:deadbeef\n"));
}

static void what_was_set_survives_the_process(void **state)
{
    (void)state;
    const char *path = in_scratch("survives");
    pid_t child = fork();
    if (child == 0) {
        dotsys_machine *machine = open_machine(path);
        dotsys_status status = dotsys_registry_set(
            machine, "HKLM\\Software\\Mine", "Value", 3, "\xCA\xFE\xBA\xBE", 4);
        raise(status == 0 ? SIGKILL : SIGTERM);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WTERMSIG(status), SIGKILL);
    assert_true(holds(path, " 4:cafebabe\n"));
    dotsys_machine_close(open_machine(path));
}

static void assert_refused(const dotsys_options *options, dotsys_status wanted, const char *part)
{
    dotsys_machine *machine = (void *)1;
    assert_status(dotsys_machine_open(options, &machine), wanted);
    assert_null(machine);
    if (strstr(dotsys_last_message(), part) == NULL)
        fail_msg("'%s' is not in: %s", part, dotsys_last_message());
}

static void a_refusal_says_why(void **state)
{
    (void)state;
    dotsys_options options = {
        .size = sizeof(options), .log = quiet, .directory = in_scratch("file")};
    write_all(in_scratch("file"), "x", 1);
    assert_refused(&options, STATUS_NOT_A_DIRECTORY, in_scratch("file"));
    options.directory = in_scratch("refused");
    options.os = "win12";
    assert_refused(&options, STATUS_INVALID_PARAMETER, "win11");
    options.os = NULL;
    options.disk = in_scratch("none.img");
    assert_refused(&options, STATUS_OBJECT_NAME_NOT_FOUND, in_scratch("none.img"));
    options.disk = scratch;
    assert_refused(&options, STATUS_FILE_IS_A_DIRECTORY, scratch);
    options.directory = NULL;
    assert_refused(&options, STATUS_FILE_IS_A_DIRECTORY, scratch);
    /* What was opened on the way is closed again. */
    dotsys_machine_close(open_machine(in_scratch("refused")));
    options.size = 1;
    assert_refused(&options, STATUS_INVALID_PARAMETER, "");
}

static void one_machine_a_process(void **state)
{
    (void)state;
    dotsys_options options = {
        .size = sizeof(options), .log = quiet, .directory = in_scratch("first")};
    dotsys_machine *machine = open_machine(in_scratch("first"));
    assert_refused(&options, STATUS_SHARING_VIOLATION, "this process");
    options.directory = in_scratch("second");
    assert_refused(&options, STATUS_ALREADY_REGISTERED, "close it first");
    dotsys_machine_close(machine);
    dotsys_machine_close(open_machine(in_scratch("second")));
}

/* Two names that are the same to Windows: a sound file, but no registry. */
static void names_that_collide_are_named(void **state)
{
    (void)state;
    char message[DIRECTORY_MESSAGE_BYTES];
    struct directory *directory = NULL;
    const dotsys_options options = {
        .size = sizeof(options), .log = quiet, .directory = in_scratch("collide")};
    assert_status(directory_open(options.directory, 0, &directory, message), 0);
    assert_status(make_key(directory_storage(directory), 1, 0, TEXT(u"MACHINE")), 0);
    assert_status(make_key(directory_storage(directory), 2, 1, TEXT(u"Twice")), 0);
    assert_status(make_key(directory_storage(directory), 3, 1, TEXT(u"TWICE")), 0);
    directory_close(directory);
    assert_refused(&options, STATUS_REGISTRY_CORRUPT, "key 3");
    assert_status(directory_open(options.directory, 0, &directory, message), 0);
    assert_status(
        directory_storage(directory)->key_deleted(directory_storage(directory)->context, 3, 1), 0);
    directory_close(directory);
    dotsys_machine_close(open_machine(options.directory));
}

static unsigned open_descriptors(void)
{
    unsigned count = 0;
    for (int descriptor = 0; descriptor < 1024; descriptor++)
        count += fcntl(descriptor, F_GETFD) >= 0;
    return count;
}

static void everything_is_closed(void **state)
{
    (void)state;
    dotsys_options options = {.size = sizeof(options),
        .log = quiet,
        .directory = in_scratch("closed"),
        .disk = in_scratch("disk.img"),
        .disk_writable = true};
    dotsys_machine *machine;
    write_all(options.disk, "", 0);
    assert_int_equal(truncate(options.disk, 1 << 20), 0);
    dotsys_machine_close(open_machine(options.directory));
    unsigned before = open_descriptors();
    for (unsigned round = 0; round < 5; round++) {
        options.disk_writable = round & 1;
        dotsys_status status = dotsys_machine_open(&options, &machine);
        if (status != DOTSYS_OK)
            fail_msg("%s", dotsys_last_message());
        dotsys_machine_close(machine);
    }
    assert_int_equal(open_descriptors(), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_registry_is_kept),
        cmocka_unit_test(what_was_set_survives_the_process),
        cmocka_unit_test(a_refusal_says_why),
        cmocka_unit_test(one_machine_a_process),
        cmocka_unit_test(names_that_collide_are_named),
        cmocka_unit_test(everything_is_closed),
    };
    return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
