/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Many clients of one machine at once, each sending null requests as fast as it can: what they get done together, and how evenly.
 * Beside them as many pairs of processes that pass a turn to and fro. All count for the same while, in memory they share.
 */
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "server/channel.h"

#define CROWD_MOST 64
#define CROWD_NS 500000000

struct bench_crowd {
    atomic_uint ready;
    atomic_uint going; /* 0: wait, 1: count, 2: stop */
    _Atomic unsigned long count[CROWD_MOST];
};

struct bench_case {
    const char *directory;
    unsigned members;
    bool served, fairness, one_processor;
};

static int crowd_file;
static struct bench_crowd *crowd;

static struct bench_crowd *bench_map_crowd(int file)
{
    void *mapped = mmap(NULL, sizeof(struct bench_crowd), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

    if (mapped == MAP_FAILED)
        err(1, "mmap");
    return mapped;
}

/* A member's run: counts what it gets done between start and stop. */
static void bench_count(struct bench_crowd *in, unsigned index, bench_repeat repeat, void *context)
{
    repeat(context, 100);
    in->ready++;
    while (in->going == 0)
        usleep(100);
    while (in->going == 1) {
        repeat(context, 10);
        in->count[index] += 10;
    }
}

/* ---- members -------------------------------------------------------------------------------- */

/* place: "DESCRIPTOR,INDEX" */
void bench_crowd_child(const char *place)
{
    int file = 0;
    unsigned index = 0;

    if (sscanf(place, "%d,%u", &file, &index) != 2 || index >= CROWD_MOST)
        errx(1, "%s is no place", place);
    struct bench_ioctl request = {.device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED};
    bench_count(bench_map_crowd(file), index, bench_repeat_ioctl, &request);
    CloseHandle(request.device);
    exit(0);
}

static void bench_become_client(const struct bench_case *what, unsigned index)
{
    char role[64];

    snprintf(role, sizeof(role), "--crowd=%d,%u", crowd_file, index);
    setenv("DOTSYS_MACHINE", what->directory, 1);
    execl(bench_paths.self, bench_paths.self, role, NULL);
    _exit(127);
}

static void bench_repeat_passing(void *context, unsigned long count)
{
    struct channel *channel = context;

    while (count-- > 0) {
        channel_pass(channel, CHANNEL_CLIENT, CHANNEL_SERVER);
        channel_wait(channel, CHANNEL_SERVER, CHANNEL_SPINS, channel_sleep);
    }
}

/* One side of a bare pair, which has the other as its child. */
static void bench_become_pair(unsigned index)
{
    struct channel *channel = mmap(NULL, CHANNEL_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (channel == MAP_FAILED)
        _exit(1);
    pid_t child = fork();
    if (child == 0) {
        while (channel_wait(channel, CHANNEL_CLIENT, CHANNEL_SPINS, channel_sleep) == CHANNEL_SERVER)
            channel_pass(channel, CHANNEL_SERVER, CHANNEL_CLIENT);
        _exit(0);
    }
    if (child < 0)
        _exit(1);
    bench_count(crowd, index, bench_repeat_passing, channel);
    atomic_store(&channel->turn, CHANNEL_DEAD);
    channel_wake(&channel->turn);
    waitpid(child, NULL, 0);
    _exit(0);
}

/* ---- the crowd ------------------------------------------------------------------------------ */

static void bench_open_crowd(const struct bench_case *what)
{
    memset(crowd, 0, sizeof(*crowd));
    fflush(NULL);
    for (unsigned i = 0; i < what->members; i++) {
        pid_t child = fork();
        if (child == 0 && what->served)
            bench_become_client(what, i);
        if (child == 0)
            bench_become_pair(i);
        if (child < 0)
            err(1, "fork");
    }
    while (crowd->ready < what->members)
        usleep(1000);
}

static double bench_let_go(void)
{
    double start = bench_now_ns();

    crowd->going = 1;
    nanosleep(&(struct timespec){0, CROWD_NS}, NULL);
    crowd->going = 2;
    return bench_now_ns() - start;
}

static void bench_close_crowd(const struct bench_case *what)
{
    for (unsigned i = 0; i < what->members; i++) {
        int status;
        if (wait(&status) < 0 || status != 0)
            errx(1, "a member of the crowd failed");
    }
}

/* Every thread of the machine's process, and so those it makes, on one processor or any; this process, too. */
static void bench_confine(const struct bench_case *what, bool confine)
{
    char path[512], line[64] = "";
    cpu_set_t set;

    if (confine)
        bench_pin(0);
    else
        bench_unpin();
    sched_getaffinity(0, sizeof(set), &set);
    snprintf(path, sizeof(path), "%s/lock", what->directory);
    FILE *lock = fopen(path, "r");
    if (lock == NULL || fgets(line, sizeof(line), lock) == NULL)
        err(1, "%s", path);
    fclose(lock);
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", atoi(line), atoi(line));
    FILE *children = fopen(path, "r");
    if (children == NULL || fgets(line, sizeof(line), children) == NULL)
        err(1, "%s", path);
    fclose(children);
    snprintf(path, sizeof(path), "/proc/%d/task", atoi(line));
    DIR *tasks = opendir(path);
    for (struct dirent *entry; tasks != NULL && (entry = readdir(tasks)) != NULL;) {
        if (entry->d_name[0] != '.')
            sched_setaffinity(atoi(entry->d_name), sizeof(set), &set);
    }
    if (tasks != NULL)
        closedir(tasks);
}

/* Thousands a second of all together; of fairness, what the slowest got in percent of the mean. */
static double bench_crowd_value(void *context)
{
    const struct bench_case *what = context;
    unsigned long all = 0, least = ~0ul;

    if (what->one_processor)
        bench_confine(what, true);
    bench_open_crowd(what);
    double time = bench_let_go();
    bench_close_crowd(what);
    if (what->one_processor)
        bench_confine(what, false);
    for (unsigned i = 0; i < what->members; i++) {
        all += crowd->count[i];
        least = crowd->count[i] < least ? crowd->count[i] : least;
    }
    return what->fairness ? 100.0 * (double)least * what->members / (double)(all != 0 ? all : 1) : (double)all / time * 1e6;
}

static double bench_bare_crowd(void *context)
{
    struct bench_case what = *(const struct bench_case *)context;

    what.served = false;
    return bench_crowd_value(&what);
}

static double bench_confined_crowd(void *context)
{
    struct bench_case what = *(const struct bench_case *)context;

    what.one_processor = true;
    return bench_crowd_value(&what);
}

void bench_crowds(const char *directory)
{
    struct bench_case together = {.directory = directory, .members = CROWD_MOST, .served = true};
    struct bench_case evenly = {.directory = directory, .members = CROWD_MOST, .served = true, .fairness = true};
    struct bench_case few = {.directory = directory, .members = 4, .served = true};

    crowd_file = memfd_create("crowd", 0); /* for the clients, over exec */
    if (crowd_file < 0 || ftruncate(crowd_file, sizeof(struct bench_crowd)) != 0)
        err(1, "memfd_create");
    crowd = bench_map_crowd(crowd_file);
    bench_measure(&(struct bench_row){"crowd_64_served", "k/s", "64 pairs that pass a turn", "at least 1 / 1.5",
        bench_crowd_value, bench_bare_crowd, &together});
    bench_measure(&(struct bench_row){"crowd_64_fairness", "%", "64 pairs that pass a turn", "the slowest not below half the mean",
        bench_crowd_value, bench_bare_crowd, &evenly});
    bench_measure(&(struct bench_row){"scale_2_cores_served", "k/s", "the same four clients and machine on one core",
        "at least 1.8 x", bench_crowd_value, bench_confined_crowd, &few});
    munmap(crowd, sizeof(*crowd));
    close(crowd_file);
}
