/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * cli/watch.c: what takes too long is cancelled, what cannot be cancelled is given up, what makes
 * progress is left alone. The operations here end when they are cancelled and not before, so no
 * test depends on how fast the machine is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "watch.h"

static struct watch watch;
static sem_t cancelled;
static void *cancelled_handle;
static bool was_cancelled;

static void cancel(void *handle)
{
    cancelled_handle = handle;
    sem_post(&cancelled);
}

/* Starts the operation on a thread, watches it, and waits for the thread unless it is stuck. */
static enum watch_end watch_over(uint32_t timeout_ms, void *(*operation)(void *))
{
    pthread_t thread;

    assert_true(watch_init(&watch, timeout_ms));
    assert_int_equal(sem_init(&cancelled, 0, 0), 0);
    cancelled_handle = NULL;
    was_cancelled = false;
    assert_int_equal(pthread_create(&thread, NULL, operation, NULL), 0);
    enum watch_end end = watch_run(&watch, cancel);
    if (end == WATCH_STUCK)
        sem_post(&cancelled); /* lets the thread go, so that it can be joined */
    pthread_join(thread, NULL);
    return end;
}

static void *quick(void *unused)
{
    (void)unused;
    for (int i = 0; i < 100; i++) {
        watch_enter(&watch, &watch);
        was_cancelled |= watch_leave(&watch);
    }
    watch_sleep(&watch, 1);
    watch_finish(&watch);
    return NULL;
}

static void quick_operations_are_left_alone(void **state)
{
    (void)state;
    assert_int_equal(watch_over(10000, quick), WATCH_DONE);
    assert_false(was_cancelled);
    assert_null(cancelled_handle);
}

static void *until_cancelled(void *unused)
{
    (void)unused;
    watch_enter(&watch, &watch);
    sem_wait(&cancelled);
    was_cancelled = watch_leave(&watch);
    watch_finish(&watch);
    return NULL;
}

static void a_long_request_is_cancelled(void **state)
{
    (void)state;
    assert_int_equal(watch_over(10, until_cancelled), WATCH_DONE);
    assert_true(was_cancelled);
    assert_ptr_equal(cancelled_handle, &watch);
}

static void *without_a_handle(void *unused)
{
    (void)unused;
    watch_enter(&watch, NULL);
    sem_wait(&cancelled);
    watch_leave(&watch);
    watch_finish(&watch);
    return NULL;
}

static void what_cannot_be_cancelled_is_stuck(void **state)
{
    (void)state;
    assert_int_equal(watch_over(10, without_a_handle), WATCH_STUCK);
    assert_null(cancelled_handle);
}

static void *deaf(void *unused)
{
    (void)unused;
    watch_enter(&watch, &watch);
    sem_wait(&cancelled); /* the watch's cancellation, which does not help */
    sem_wait(&cancelled);
    watch_leave(&watch);
    watch_finish(&watch);
    return NULL;
}

static void a_request_that_stays_is_stuck(void **state)
{
    (void)state;
    assert_int_equal(watch_over(10, deaf), WATCH_STUCK);
    assert_ptr_equal(cancelled_handle, &watch);
}

static void *progressing(void *unused)
{
    (void)unused;
    watch_enter(&watch, &watch);
    for (int i = 0; i < 30; i++) {
        watch_sleep(&watch, 5);
        watch.progress++;
    }
    was_cancelled = watch_leave(&watch);
    watch_finish(&watch);
    return NULL;
}

static void progress_is_left_alone(void **state)
{
    (void)state;
    assert_int_equal(watch_over(100, progressing), WATCH_DONE);
    assert_false(was_cancelled);
}

static void *interrupting(void *unused)
{
    (void)unused;
    watch_enter(&watch, &watch);
    watch_interrupt(&watch);
    sem_wait(&cancelled);
    was_cancelled = watch_leave(&watch);
    watch_sleep(&watch, 1000000); /* does not sleep any more */
    watch_finish(&watch);
    return NULL;
}

static void an_interrupt_cancels_at_once(void **state)
{
    (void)state;
    assert_int_equal(watch_over(1000000, interrupting), WATCH_DONE);
    assert_true(was_cancelled);
    assert_true(watch.interrupted);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quick_operations_are_left_alone),
        cmocka_unit_test(a_long_request_is_cancelled),
        cmocka_unit_test(what_cannot_be_cancelled_is_stuck),
        cmocka_unit_test(a_request_that_stays_is_stuck),
        cmocka_unit_test(progress_is_left_alone),
        cmocka_unit_test(an_interrupt_cancels_at_once),
    };

    return cmocka_run_group_tests_name("cli/watch", tests, NULL, NULL);
}
