/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Commands on threads of their own: each thread has a copy of the machine's state with its own
 * commands, session and watch, and what commands have opened in common. The one that waits for them
 * does nothing else meanwhile.
 */
#include "machinep.h"

#include <stdlib.h>
#include <string.h>

#include "client.h"

#include "ke/turns.h"

size_t members_count(const struct run_options *options, size_t first)
{
    size_t count = 0;

    while (first + count < options->command_count &&
        options->commands[first + count]->thread[0] != '\0')
        count++;
    return count;
}

/* A thread's own machine: that of the others, with its own commands, session and watch. */
struct member {
    struct machine machine;
    struct run_options options;
    host_thread thread;
    pthread_t watcher;
    bool runs;
    struct member *next;
};

static void work_member(void *argument)
{
    struct member *member = argument;

    KiOrderAfter(member, NULL);
    machine_run_commands(&member->machine);
    if (!machine_is_client(&member->machine))
        PsDetachHostThread();
    KiOrderBefore(member);
    watch_finish(&member->machine.watch);
}

static void *watch_member(void *argument)
{
    struct member *member = argument;

    if (watch_run(&member->machine.watch, session_cancel) == WATCH_STUCK) {
        machine_tell_stuck(&member->machine);
        tell(member->machine.teller, (struct record){.type = RECORD_END});
        _Exit(0);
    }
    return NULL;
}

static struct member *new_member(
    const struct machine *machine, const char *thread, size_t first, size_t count)
{
    const struct run_options *options = machine->options;
    struct member *member = calloc(1, sizeof(*member));

    if (member == NULL ||
        (member->options.commands = calloc(count, sizeof(struct command *))) == NULL ||
        !watch_init(&member->machine.watch, options->timeout_ms)) {
        free(member);
        return NULL;
    }
    struct command **commands = member->options.commands;
    size_t used = 0;
    for (size_t i = first; i < first + count; i++) {
        if (strcmp(options->commands[i]->thread, thread) == 0)
            commands[used++] = options->commands[i];
    }
    member->options = *options;
    member->options.commands = commands;
    member->options.command_count = used;
    member->machine.leader = machine;
    member->machine.options = &member->options;
    member->machine.teller = machine->teller;
    member->machine.machine = machine->machine;
    member->machine.process = machine->process;
    member->machine.session = machine->session;
    member->machine.session.watch = &member->machine.watch;
    member->machine.watch.never_cancels = machine->watch.never_cancels;
    return member;
}

/* A member for each thread's name, in the order they come; false: out of memory. */
static bool make_members(
    const struct machine *machine, size_t first, size_t count, struct member **members)
{
    for (size_t i = first; i < first + count; i++) {
        const char *thread = machine->options->commands[i]->thread;
        struct member **place = members;
        while (*place != NULL && strcmp((*place)->options.commands[0]->thread, thread) != 0)
            place = &(*place)->next;
        if (*place == NULL && (*place = new_member(machine, thread, first, count)) == NULL)
            return false;
    }
    return true;
}

static bool start_member(struct member *member)
{
    if (pthread_create(&member->watcher, NULL, watch_member, member) != 0)
        return false;
    KiOrderBefore(member);
    member->runs = host_thread_create(&member->thread, work_member, member) == 0;
    if (member->runs)
        return true;
    watch_finish(&member->machine.watch);
    pthread_join(member->watcher, NULL);
    return false;
}

static void end_members(struct member *members)
{
    while (members != NULL) {
        struct member *member = members;
        if (member->runs) {
            host_thread_join(member->thread);
            KiOrderAfter(member, NULL);
            pthread_join(member->watcher, NULL);
        }
        members = member->next;
        free(member->options.commands);
        free(member);
    }
}

bool members_run(struct machine *machine, size_t first, size_t count)
{
    struct member *members = NULL;
    bool made = make_members(machine, first, count, &members);

    for (struct member *member = members; member != NULL && made; member = member->next)
        made = start_member(member);
    end_members(members);
    if (!made)
        tell_skipped(machine->teller, count, "out of memory");
    return !tell_stopped(machine->teller);
}
