/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the files of bench/ share. A row of the table is a value and the limit it is held against.
 * Short runs of both alternate, and the row takes the medians: of the values, of the limits, and of
 * the ratios of one value to the limit next to it, which is what a machine whose speed varies
 * leaves alone. A call that fails ends the program: there is nothing to measure then.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "client.h"

#include "benchdrv.h"
#include "server/channel.h"

#define BENCH_PAIRS 21
#define BENCH_FEW_PAIRS 7 /* where a run takes long, or has much to prepare */
#define BENCH_MOST_PAIRS 101 /* where two processors and two processes have to be lucky together */

/* ---- Rows (table.c) ------------------------------------------------------------------------ */

typedef double (*bench_run)(void *context); /* one run; in the row's unit */

struct bench_row {
    const char *name, *unit;
    const char *limit_name; /* NULL: none */
    const char *target;     /* as a person reads it; NULL: none */
    bench_run value, limit;
    void *context;          /* of both */
};

/* Measures a row and prints it. One that --only does not ask for is passed over. */
void bench_measure(const struct bench_row *row);
void bench_measure_pairs(const struct bench_row *row, unsigned pairs); /* not BENCH_PAIRS */
bool bench_wanted(const char *name); /* whether bench_measure would */
void bench_only(const char *prefix); /* rows whose names start with prefix; NULL: all */
void bench_write_json(const char *path);

/* ---- Time (clock.c) ------------------------------------------------------------------------ */

double bench_now_ns(void);

/* Does the thing to be measured count times. */
typedef void (*bench_repeat)(void *context, unsigned long count);

/*
 * Nanoseconds of one of them: the median of many batches, each long enough for the clock, so that a
 * batch the processor was taken away in does not count.
 */
double bench_time(bench_repeat repeat, void *context);
double bench_median(double *values, unsigned count); /* sorts them */

/*
 * This thread on the Nth processor the process may use, counted from the last: interrupts tend to
 * the first. False: there are not that many.
 */
bool bench_pin(unsigned number);
bool bench_pin_thread(pid_t thread, unsigned number); /* one of any process; 0: this */
void bench_unpin(void); /* on any of them again */
void bench_unpin_thread(pid_t thread);

/* ---- The machine (machine.c) --------------------------------------------------------------- */

struct bench_paths {
    char driver[4096], dotsys[4096], self[4096];
};
extern struct bench_paths bench_paths;

void bench_find_paths(void); /* beside this program */
void bench_open_machine(void);
void bench_open_machine_verifying(uint32_t flags); /* DOTSYS_VERIFY_… */
void bench_close_machine(void);
void bench_start_driver(void);
void bench_stop_driver(void);
HANDLE bench_open(const char *name);
void bench_control(HANDLE device, DWORD code, DWORD number); /* a code that takes a number */
void bench_fail(const char *what) __attribute__((noreturn)); /* with the last error */

/* ---- The driver's routines called bare (bare.c) -------------------------------------------- */

struct bench_bare {
    DEVICE_OBJECT *device;
    PDRIVER_DISPATCH dispatch;
    struct IOP_PACKET *packet; /* a request as the driver gets it, to copy or to use again */
    IO_STACK_LOCATION stack;   /* its only location, which completing it clears */
    ULONG bytes;               /* of the packet with its location */
    void *buffer;              /* the caller's, data bytes */
    ULONG data;
    bool in, out;              /* which way the data go */
};

/* major: IRP_MJ_…; code: of a control request. The caller's buffer has data bytes. */
void bench_prepare_bare(
    struct bench_bare *bare, HANDLE file, UCHAR major, ULONG code, void *buffer, ULONG data);
void bench_free_bare(struct bench_bare *bare);
void bench_repeat_bare(void *context, unsigned long count); /* nothing but the dispatch routine */
void bench_repeat_bare_copy(void *context, unsigned long count); /* with one allocation and copy */

/* ---- Requests as clients make them (request.c) --------------------------------------------- */

struct bench_ioctl {
    HANDLE device;
    DWORD code;
    void *input, *output;
    DWORD input_bytes, output_bytes;
};
void bench_repeat_ioctl(void *context, unsigned long count);

/* ---- Laying out an image by hand (image.c) ------------------------------------------------- */

void bench_map_by_hand(const char *path);

/* ---- Long transfers (transfer.c) ------------------------------------------------------------ */

struct bench_transfer {
    HANDLE device;
    bool write;
    UCHAR *buffer, *other;
};
struct bench_transfer bench_new_transfer(bool write); /* its device is the caller's */
void bench_free_transfer(struct bench_transfer *transfer);
void bench_repeat_transfer(void *context, unsigned long count);
void bench_repeat_copy(void *context, unsigned long count); /* the memcpy beside them */

/* ---- A turn passed to another process and back (turn.c) ------------------------------------ */

struct bench_turn {
    struct channel *channel;
    struct channel_patience patience; /* of this side, as that of a client */
    bool plain; /* no channel's: a word, looked at, slept at, and woken with each turn */
    pid_t partner;
};
/* apart: the partner on processor 1 */
void bench_open_turn(struct bench_turn *turn, bool plain, bool apart);
void bench_repeat_turn(void *context, unsigned long count);
void bench_close_turn(struct bench_turn *turn);

/* ---- Clients of a machine in another process (served.c, crowd.c) ---------------------------- */

void bench_crowds(const char *directory); /* the rows of many clients at once */
void bench_crowd_child(const char *place) __attribute__((noreturn));
void bench_call_dotsys(const char *const words[]);

/* The threads of the machine's process that are there already. */
#define BENCH_MOST_THREADS 64u
struct bench_threads {
    pid_t thread[BENCH_MOST_THREADS];
    unsigned count;
};
void bench_find_threads(const char *directory, struct bench_threads *threads);
void bench_pin_threads(const struct bench_threads *threads, unsigned number); /* as bench_pin */
void bench_unpin_threads(const struct bench_threads *threads);

/* ---- The rows ------------------------------------------------------------------------------ */

void bench_requests(void);
void bench_verifying(void); /* while this process has no machine */
void bench_transfers(void);
void bench_loading(void); /* while the driver is not running */
void bench_processes(void);
void bench_growth(void);
void bench_trap(void);
void bench_wake(void);
void bench_dpcs(void);
void bench_registry(void);
void bench_scale(void);
void bench_serving(void); /* while this process has no machine */
void bench_served_child(const char *what) __attribute__((noreturn)); /* answers on its output */
void bench_process_event(void);
void bench_disk(void);
void bench_idle_child(void); /* what the idle machine's process does; does not return */
