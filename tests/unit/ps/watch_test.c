/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What drivers are told of the host's processes, with real ones: each start and each end once, in
 * order, under the right name, by either way of watching, and when Linux loses events.
 */
#include <dirent.h>
#include <sched.h>

#include "ps_test.h"

#define CROWD 300
#define SPAWNERS 4
#define SPAWNS 40

static void begin(enum host_process_source source)
{
    PsiWatchSource = source;
    assert_int_equal(set_routine(note_process, FALSE), STATUS_SUCCESS);
}

/* FALSE: Linux does not let this user. The test is skipped then. */
static void begin_with_connector(void)
{
    begin(HOST_PROCESS_BEST);
    if (strcmp(PsWatchSource(), "proc connector") != 0) {
        assert_int_equal(set_routine(note_process, TRUE), STATUS_SUCCESS);
        skip();
    }
}

static void end(void)
{
    assert_int_equal(set_routine(note_process, TRUE), STATUS_SUCCESS);
    PsiWatchSource = HOST_PROCESS_BEST;
}

static unsigned count_threads(void)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/task");
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static void nobody_watches_unless_asked(void **state)
{
    (void)state;
#ifdef __SANITIZE_THREAD__ /* a thread of its own starts with the first of ours */
    skip();
#endif
    unsigned before = count_threads();
    assert_null(PsWatchSource());
    begin(HOST_PROCESS_BEST);
    assert_non_null(PsWatchSource());
    assert_int_equal(count_threads(), before + 1);
    end();
    await_no_watch();
    while (count_threads() != before)
        sched_yield();
}

static void a_program_starts_and_ends_once(void **state)
{
    (void)state;
    begin_with_connector();
    pid_t id = SPAWN("/bin/true");
    assert_int_equal(waitpid(id, NULL, 0), id);
    note created = await_note(id, 1), ended = await_note(id, 0);
    if (geteuid() == 0) {
        assert_string_equal(created.name, "true");
        assert_string_equal(ended.name, "true");
    }
    assert_int_equal(created.parent, getpid());
    assert_int_equal(ended.parent, getpid());
    assert_int_equal(created.status, STATUS_PENDING);
    assert_int_equal(ended.status, 0);
    assert_true(place_of(id, 1) < place_of(id, 0));
    end();
    assert_int_equal(count_notes(id, 1), 1);
    assert_int_equal(count_notes(id, 0), 1);
}

static void the_end_has_a_status(void **state)
{
    (void)state;
    begin_with_connector();
    pid_t id = SPAWN("/bin/sh", "-c", "exit 7");
    waitpid(id, NULL, 0);
    assert_int_equal(await_note(id, 0).status, 7);
    id = SPAWN("/bin/sh", "-c", "kill -SEGV $$");
    waitpid(id, NULL, 0);
    assert_int_equal(await_note(id, 0).status, STATUS_ACCESS_VIOLATION);
    end();
}

static void a_copy_is_a_process_too(void **state)
{
    (void)state;
    char own[16] = "";
    FILE *file = fopen("/proc/self/comm", "r");
    assert_non_null(fgets(own, sizeof(own), file));
    fclose(file);
    own[strcspn(own, "\n")] = 0;
    begin_with_connector();
    child waits = fork_child(3);
    note created = await_note(waits.id, 1); /* while it runs */
    assert_string_equal(created.name, own);
    assert_int_equal(created.parent, getpid());
    end_child(waits);
    assert_int_equal(await_note(waits.id, 0).status, 3);
    child brief = fork_child(0);
    end_child(brief);
    await_note(brief.id, 0);
    end();
    assert_int_equal(count_notes(waits.id, 1), 1);
    assert_int_equal(count_notes(brief.id, 1), 1);
    assert_int_equal(count_notes(brief.id, 0), 1);
}

/* The shell's child is itself no program: it is told of before its own child is. */
static void parents_come_before_children(void **state)
{
    (void)state;
    begin_with_connector();
    pid_t id = SPAWN("/bin/sh", "-c", "(/bin/true; /bin/true; :); :");
    waitpid(id, NULL, 0);
    await_note(id, 0);
    end();
    unsigned programs = 0;
    for (unsigned i = 0; i < note_count; i++) {
        if (!notes[i].create || strcmp(notes[i].name, "true") != 0)
            continue;
        unsigned parent = place_of(notes[i].parent, 1);
        if (parent < note_count && notes[parent].parent == id) {
            assert_true(parent < i);
            assert_true(place_of(id, 1) < parent);
            programs++;
        }
    }
    if (geteuid() == 0)
        assert_int_equal(programs, 2);
}

static void one_that_was_there_only_ends(void **state)
{
    (void)state;
    child before = fork_child(5);
    begin(HOST_PROCESS_BEST);
    end_child(before);
    note ended = await_note(before.id, 0);
    assert_int_equal(ended.parent, getpid());
    end();
    assert_int_equal(count_notes(before.id, 1), 0);
    assert_int_equal(count_notes(before.id, 0), 1);
}

/* A receive buffer too small for anything, and a routine that keeps the watcher from reading it. */
static void what_was_lost_is_found_again(void **state)
{
    (void)state;
    static child crowd[CROWD];
    PsiWatchBytes = 1;
    begin_with_connector();
    child known = fork_child(0);
    await_note(known.id, 1);
    set_gate(1);
    child first = fork_child(0);
    await_gate();
    end_child(known);
    for (unsigned i = 0; i < CROWD; i++)
        crowd[i] = fork_child(0);
    set_gate(0);
    await_note(known.id, 0);
    for (unsigned i = 0; i < CROWD; i++)
        await_note(crowd[i].id, 1);
    end_child(first);
    set_gate(1);
    child last = fork_child(0);
    await_gate();
    for (unsigned i = 0; i < CROWD; i++)
        end_child(crowd[i]);
    set_gate(0);
    for (unsigned i = 0; i < CROWD; i++)
        await_note(crowd[i].id, 0);
    end_child(last);
    await_note(last.id, 0);
    end();
    for (unsigned i = 0; i < CROWD; i++) {
        assert_int_equal(count_notes(crowd[i].id, 1), 1);
        assert_int_equal(count_notes(crowd[i].id, 0), 1);
    }
    assert_int_equal(count_notes(known.id, 0), 1);
}

static void an_ordinary_user_sees_them_as_well(void **state)
{
    (void)state;
    begin(HOST_PROCESS_SCAN);
    assert_string_equal(PsWatchSource(), "/proc scan");
    pid_t id = SPAWN("/bin/sleep", "1000");
    note created = await_note(id, 1);
    assert_string_equal(created.name, "sleep");
    assert_int_equal(created.parent, getpid());
    kill(id, SIGKILL);
    await_note(id, 0); /* of one that has ended and was not waited for */
    waitpid(id, NULL, 0);
    child copy = fork_child(0);
    await_note(copy.id, 1);
    end_child(copy);
    await_note(copy.id, 0);
    end();
    assert_int_equal(count_notes(id, 1), 1);
    assert_int_equal(count_notes(id, 0), 1);
    assert_int_equal(count_notes(copy.id, 1), 1);
    assert_int_equal(count_notes(copy.id, 0), 1);
}

static void *spawn_many(void *context)
{
    pid_t *id = context;
    for (unsigned i = 0; i < SPAWNS; i++) {
        id[i] = SPAWN("/bin/true");
        waitpid(id[i], NULL, 0);
    }
    return NULL;
}

static void many_at_once_are_all_told_of(void **state)
{
    (void)state;
    pthread_t thread[SPAWNERS];
    pid_t id[SPAWNERS][SPAWNS];
    begin_with_connector();
    for (unsigned i = 0; i < SPAWNERS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, spawn_many, id[i]), 0);
    for (unsigned i = 0; i < SPAWNERS; i++)
        pthread_join(thread[i], NULL);
    for (unsigned i = 0; i < SPAWNERS * SPAWNS; i++)
        await_note(id[i / SPAWNS][i % SPAWNS], 0);
    end();
    for (unsigned i = 0; i < SPAWNERS * SPAWNS; i++) {
        pid_t one = id[i / SPAWNS][i % SPAWNS];
        assert_int_equal(count_notes(one, 1), 1);
        assert_int_equal(count_notes(one, 0), 1);
        if (geteuid() == 0) /* others cannot learn the name of one that is gone before they look */
            assert_string_equal(await_note(one, 1).name, "true");
    }
}

/* Setting and removing while processes come and go: nothing is told twice, nothing after the
 * end. */
static void listeners_come_and_go(void **state)
{
    (void)state;
    pthread_t thread;
    pid_t id[SPAWNS];
    assert_int_equal(pthread_create(&thread, NULL, spawn_many, id), 0);
    for (unsigned i = 0; i < 20; i++) {
        begin(i % 2 == 0 ? HOST_PROCESS_BEST : HOST_PROCESS_SCAN);
        end();
    }
    pthread_join(thread, NULL);
    pthread_mutex_lock(&note_lock);
    unsigned before = note_count;
    pthread_mutex_unlock(&note_lock);
    pid_t last = SPAWN("/bin/true");
    waitpid(last, NULL, 0);
    assert_int_equal(count_notes(last, 1), 0);
    for (unsigned i = 0; i < SPAWNS; i++) {
        assert_true(count_notes(id[i], 1) <= 1);
        assert_true(count_notes(id[i], 0) <= 1);
    }
    pthread_mutex_lock(&note_lock);
    assert_int_equal(note_count, before);
    pthread_mutex_unlock(&note_lock);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_machine, close_machine)
    const struct CMUnitTest tests[] = {
        TEST(nobody_watches_unless_asked),
        TEST(a_program_starts_and_ends_once),
        TEST(the_end_has_a_status),
        TEST(a_copy_is_a_process_too),
        TEST(parents_come_before_children),
        TEST(one_that_was_there_only_ends),
        TEST(what_was_lost_is_found_again),
        TEST(an_ordinary_user_sees_them_as_well),
        TEST(many_at_once_are_all_told_of),
        TEST(listeners_come_and_go),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
