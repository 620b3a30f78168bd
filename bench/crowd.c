/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Many clients of one machine at once, each sending null requests as fast as it can: what they get
 * done together, and how evenly. Beside them another crowd, of as many pairs of processes that pass
 * a turn to and fro, or of clients that share one processor with the machine. Both crowds are there
 * all the time; one rests while the other counts what it gets done, in memory they share.
 */
#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define CROWD_MOST 64
#define CROWD_FEW 4
#define CROWD_NS 500000000
#define CROWD_SHORT_NS 150000000 /* where none has to wait for its turn on the processor for long */
#define CROWD_END UINT32_MAX

struct bench_crowd {
    atomic_uint resting;    /* members */
    _Atomic uint32_t round; /* odd: count; even: rest; a futex */
    struct {
        _Alignas(64) _Atomic unsigned long count; /* nobody else's cache line */
    } member[CROWD_MOST];
};

struct bench_gathering { /* a crowd as who started it knows it */
    int file;
    struct bench_crowd *shared;
    unsigned members;
    pid_t process[CROWD_MOST];
};

/* ---- members -------------------------------------------------------------------------------- */

static struct bench_crowd *bench_map_crowd(int file)
{
    void *mapped =
        mmap(NULL, sizeof(struct bench_crowd), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);

    if (mapped == MAP_FAILED)
        err(1, "mmap");
    return mapped;
}

/* What a member does: counts what it gets done in each round, until there are no more. */
static void bench_belong(
    struct bench_crowd *crowd, unsigned index, bench_repeat repeat, void *context)
{
    uint32_t seen = 0, now;

    repeat(context, 100);
    for (;;) {
        crowd->resting++;
        while ((now = crowd->round) == seen)
            channel_sleep(&crowd->round, seen);
        if (now == CROWD_END)
            return;
        while (now % 2 != 0 && crowd->round == now) {
            repeat(context, 10);
            crowd->member[index].count += 10;
        }
        seen = now + now % 2; /* a round it slept through is over */
    }
}

/* place: "DESCRIPTOR,INDEX" */
void bench_crowd_child(const char *place)
{
    int file = 0;
    unsigned index = 0;

    if (sscanf(place, "%d,%u", &file, &index) != 2 || index >= CROWD_MOST)
        errx(1, "%s is no place", place);
    struct bench_ioctl request = {
        .device = bench_open(BENCH_BUFFERED_NAME), .code = BENCH_NULL_BUFFERED};
    bench_belong(bench_map_crowd(file), index, bench_repeat_ioctl, &request);
    CloseHandle(request.device);
    exit(0);
}

static void bench_become_client(
    const struct bench_gathering *gathering, unsigned index, const char *directory)
{
    char role[64];

    snprintf(role, sizeof(role), "--crowd=%d,%u", gathering->file, index);
    setenv("DOTSYS_MACHINE", directory, 1);
    execl(bench_paths.self, bench_paths.self, role, NULL);
    _exit(127);
}

static void bench_become_pair(const struct bench_gathering *gathering, unsigned index)
{
    struct bench_turn turn;

    bench_open_turn(&turn, false, false);
    bench_belong(gathering->shared, index, bench_repeat_turn, &turn);
    bench_close_turn(&turn);
    _exit(0);
}

/* ---- the crowd ------------------------------------------------------------------------------ */

static void bench_await_rest(const struct bench_gathering *gathering)
{
    while (gathering->shared->resting < gathering->members)
        usleep(100);
}

/* directory: of the machine they are clients of; NULL: pairs. */
static void bench_gather(
    struct bench_gathering *gathering, unsigned members, const char *directory)
{
    gathering->members = members;
    gathering->file = memfd_create("crowd", 0); /* for the clients, over exec */
    if (gathering->file < 0 || ftruncate(gathering->file, sizeof(struct bench_crowd)) != 0)
        err(1, "memfd_create");
    gathering->shared = bench_map_crowd(gathering->file);
    fflush(NULL);
    for (unsigned i = 0; i < members; i++) {
        gathering->process[i] = fork();
        if (gathering->process[i] == 0 && directory != NULL)
            bench_become_client(gathering, i, directory);
        if (gathering->process[i] == 0)
            bench_become_pair(gathering, i);
        if (gathering->process[i] < 0)
            err(1, "fork");
    }
    bench_await_rest(gathering);
}

static void bench_next_round(struct bench_crowd *crowd, uint32_t round)
{
    crowd->round = round;
    channel_wake(&crowd->round);
}

static void bench_disperse(struct bench_gathering *gathering)
{
    bench_next_round(gathering->shared, CROWD_END);
    for (unsigned i = 0; i < gathering->members; i++) {
        int status;
        if (waitpid(gathering->process[i], &status, 0) < 0 || status != 0)
            errx(1, "a member of the crowd failed");
    }
    munmap(gathering->shared, sizeof(*gathering->shared));
    close(gathering->file);
}

struct bench_done {
    double rate;     /* thousands a second, of all together */
    double fairness; /* what the slowest got in percent of the mean */
};

static struct bench_done bench_let_go(const struct bench_gathering *gathering, long time_ns)
{
    struct bench_crowd *crowd = gathering->shared;
    unsigned long all = 0, least = ~0ul;

    for (unsigned i = 0; i < gathering->members; i++)
        crowd->member[i].count = 0;
    crowd->resting = 0;
    double start = bench_now_ns();
    bench_next_round(crowd, crowd->round + 1);
    nanosleep(&(struct timespec){0, time_ns}, NULL);
    crowd->round++;
    double time = bench_now_ns() - start;
    bench_await_rest(gathering);
    for (unsigned i = 0; i < gathering->members; i++) {
        const unsigned long count = crowd->member[i].count;
        all += count;
        least = count < least ? count : least;
    }
    all = all != 0 ? all : 1;
    return (struct bench_done){(double)all / time * 1e6,
        100.0 * (double)least * gathering->members / (double)all};
}

/* ---- the machine's threads ------------------------------------------------------------------- */

/* The machine's process is its supervisor's child, and that has its number in the directory. */
static pid_t bench_machine_process(const char *directory)
{
    char path[512], line[64] = "";

    snprintf(path, sizeof(path), "%s/lock", directory);
    FILE *lock = fopen(path, "re");
    if (lock == NULL || fgets(line, sizeof(line), lock) == NULL)
        err(1, "%s", path);
    fclose(lock);
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", atoi(line), atoi(line));
    FILE *children = fopen(path, "re");
    if (children == NULL || fgets(line, sizeof(line), children) == NULL)
        err(1, "%s", path);
    fclose(children);
    return atoi(line);
}

void bench_find_threads(const char *directory, struct bench_threads *threads)
{
    char path[64];

    threads->count = 0;
    snprintf(path, sizeof(path), "/proc/%d/task", bench_machine_process(directory));
    DIR *tasks = opendir(path);
    for (struct dirent *entry; tasks != NULL && (entry = readdir(tasks)) != NULL;) {
        if (entry->d_name[0] != '.' && threads->count < BENCH_MOST_THREADS)
            threads->thread[threads->count++] = atoi(entry->d_name);
    }
    if (tasks != NULL)
        closedir(tasks);
}

void bench_pin_threads(const struct bench_threads *threads, unsigned number)
{
    for (unsigned i = 0; i < threads->count; i++)
        bench_pin_thread(threads->thread[i], number);
}

void bench_unpin_threads(const struct bench_threads *threads)
{
    for (unsigned i = 0; i < threads->count; i++)
        bench_unpin_thread(threads->thread[i]);
}

/* ---- the rows ------------------------------------------------------------------------------- */

struct bench_crowds {
    struct bench_gathering value, limit;
};

static double bench_many_value(void *context)
{
    const struct bench_crowds *crowds = context;
    return bench_let_go(&crowds->value, CROWD_NS).rate;
}

static double bench_many_limit(void *context)
{
    const struct bench_crowds *crowds = context;
    return bench_let_go(&crowds->limit, CROWD_NS).rate;
}

static double bench_fairness_value(void *context)
{
    const struct bench_crowds *crowds = context;
    return bench_let_go(&crowds->value, CROWD_NS).fairness;
}

static double bench_fairness_limit(void *context)
{
    const struct bench_crowds *crowds = context;
    return bench_let_go(&crowds->limit, CROWD_NS).fairness;
}

static double bench_few_value(void *context)
{
    const struct bench_crowds *crowds = context;
    return bench_let_go(&crowds->value, CROWD_SHORT_NS).rate;
}

static double bench_few_limit(void *context)
{
    const struct bench_crowds *crowds = context;
    return bench_let_go(&crowds->limit, CROWD_SHORT_NS).rate;
}

static void bench_many(const char *directory)
{
    struct bench_crowds crowds;
    const struct bench_row together = {"crowd_64_served", "k/s", "64 pairs that pass a turn",
        "at least 1 / 1.5", bench_many_value, bench_many_limit, &crowds};
    const struct bench_row evenly = {"crowd_64_fairness", "%", "64 pairs that pass a turn",
        "the slowest not below half the mean", bench_fairness_value, bench_fairness_limit, &crowds};

    if (!bench_wanted(together.name) && !bench_wanted(evenly.name))
        return;
    bench_gather(&crowds.value, CROWD_MOST, directory);
    bench_gather(&crowds.limit, CROWD_MOST, NULL);
    bench_measure_pairs(&together, BENCH_FEW_PAIRS);
    bench_measure_pairs(&evenly, BENCH_FEW_PAIRS);
    bench_disperse(&crowds.value);
    bench_disperse(&crowds.limit);
}

/*
 * Clients, and the threads the machine makes for them, stay on the processor of those who make
 * them, and know that they have one.
 */
static void bench_few(const char *directory)
{
    struct bench_crowds crowds;
    struct bench_threads threads;
    const struct bench_row row = {"scale_2_cores_served", "k/s",
        "four such clients and machine on one core", "at least 1.8 x", bench_few_value,
        bench_few_limit, &crowds};

    if (!bench_wanted(row.name))
        return;
    bench_find_threads(directory, &threads);
    bench_gather(&crowds.value, CROWD_FEW, directory);
    bench_pin(0);
    bench_pin_threads(&threads, 0);
    bench_gather(&crowds.limit, CROWD_FEW, directory);
    bench_unpin_threads(&threads);
    bench_unpin();
    bench_measure(&row);
    bench_disperse(&crowds.value);
    bench_disperse(&crowds.limit);
}

void bench_crowds(const char *directory)
{
    bench_many(directory);
    bench_few(directory);
}
