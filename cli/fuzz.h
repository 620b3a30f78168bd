/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys fuzz: random requests to a driver in a machine of their own.
 *
 * A child process, of the program for the driver's word size (machine_program.h), opens the
 * machine, starts the driver and sends what its threads make up, from a seed, from what the
 * driver's code compares control codes with and from what it has answered. What it does it writes
 * into memory shared with its parent before it does it; the parent outlives whatever comes of it,
 * has other children repeat what led there, with less and less, and says what is left as -c
 * commands. Shared structures are the same for both word sizes.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kd/crash.h"

#define FUZZ_HANDLES  3u
#define FUZZ_HEAD     64u    /* bytes of a request's data that are written out; zeros follow */
#define FUZZ_LOG      65536u /* operations kept of each thread, the last ones */
/* and of those that were answered in a way that was new, the first ones */
#define FUZZ_STEPS    512u
#define FUZZ_THREADS  8u
#define FUZZ_NAMES    16u
#define FUZZ_BUFFER   65536u /* bytes of a buffer; an inaccessible page follows */

enum fuzz_kind { FUZZ_OPEN, FUZZ_CLOSE, FUZZ_IOCTL, FUZZ_READ, FUZZ_WRITE, FUZZ_KINDS };

/* Where a buffer is. */
enum fuzz_place {
    FUZZ_OWN,       /* memory of the process, its end before an inaccessible page */
    FUZZ_UNALIGNED, /* the same, a byte further down */
    FUZZ_NOWHERE,   /* user memory where there is none */
    FUZZ_KERNEL,    /* system memory where there is none */
    FUZZ_NULL,
    FUZZ_PLACES,
};

typedef uint64_t fuzz_u64 __attribute__((aligned(8)));

/* One operation, complete: repeated, it is the same. */
struct fuzz_op {
    fuzz_u64 order;           /* over all threads; from 1 */
    uint32_t code;            /* ioctl */
    uint32_t in_bytes, out_bytes; /* write: in; read: out */
    uint32_t offset;          /* read, write */
    uint8_t kind, handle, name, in_place, out_place, thread;
    uint8_t changed; /* ioctl: offset / 4 of the word that is changed while the driver works,
                        FUZZ_STAYS: none is. Of direct I/O it is one of the buffer whose pages are
                        shared, which begins with head, too */
    uint32_t change; /* what it alternates with */
    uint8_t head[FUZZ_HEAD];
};
#define FUZZ_STAYS 0xFF

/* What a child was stopped by. */
enum fuzz_end { FUZZ_DONE, FUZZ_CRASH, FUZZ_FOUND, FUZZ_DIED, FUZZ_HUNG, FUZZ_NOT_LOADED };

/* What a child is to do. */
struct fuzz_plan {
    fuzz_u64 seed;
    fuzz_u64 count;
    uint32_t verify;
    uint32_t threads;
    uint32_t rounds;          /* how often what is repeated is gone through */
    uint32_t seconds;         /* and how long at most */
    bool x86;
    bool ordinary_user;
    bool changing;            /* a thread changes buffers while the driver works on them */
    char service[64];         /* the driver's name */
    char driver[4096];        /* its path */
};

/* Shared with the child. */
struct fuzz_shared {
    uint32_t bytes;     /* of this structure, for the child to see that it has the same one */
    int32_t descriptor; /* of this memory */
    struct fuzz_plan plan;
    fuzz_u64 repeat_count;  /* operations of repeat, instead of any made up; 0: they are made up */
    _Atomic fuzz_u64 order; /* operations begun; what is from here to log is cleared for each child
                             */
    fuzz_u64 blamed; /* order of the operation that stopped it; 0: not known. Others went on for a
                        moment */
    _Atomic uint32_t stopped; /* enum fuzz_end, once */
    uint32_t name_count;
    uint32_t codes;                          /* control codes the driver knows */
    uint32_t step_count[FUZZ_THREADS];
    _Atomic fuzz_u64 logged[FUZZ_THREADS];   /* how many; the last one is the one under way */
    struct fuzz_op steps[FUZZ_THREADS][FUZZ_STEPS];
    char text[16384];           /* the report, the finding, or why the driver did not load */
    char names[FUZZ_NAMES][64]; /* of the driver's devices, "\\\\.\\Name" */
    KD_CRASH crash __attribute__((aligned(16)));
    struct fuzz_op log[FUZZ_THREADS][FUZZ_LOG];
    struct fuzz_op repeat[FUZZ_THREADS * (FUZZ_LOG + FUZZ_STEPS)];
};

/* fuzz_run.c. Memory to be shared; NULL: there is none. */
struct fuzz_shared *fuzz_share(void);
/* Has a child carry the plan out, or repeat count operations. */
enum fuzz_end fuzz_run(const struct fuzz_plan *plan, const struct fuzz_op *repeat, size_t count,
    struct fuzz_shared *shared);

/* fuzz_child.c: carries the plan of the memory out that the descriptor is of. Returns what the
 * process exits with. */
int fuzz_child(int descriptor);

/* fuzz_make.c: what one thread makes up. */
struct fuzz_maker;
/* NULL: no memory */
struct fuzz_maker *fuzz_maker_create(const struct fuzz_plan *plan, uint32_t thread, uint32_t names);
void fuzz_maker_destroy(struct fuzz_maker *maker);
void fuzz_make(struct fuzz_maker *maker, struct fuzz_op *op);
/* What became of it: status of the driver, bytes it returned. True: that is new. */
bool fuzz_learn(struct fuzz_maker *maker, const struct fuzz_op *op, uint32_t error, uint32_t bytes);
uint32_t fuzz_codes_known(const struct fuzz_maker *maker);

/* fuzz_scan.c: the control codes in the code of a driver's file, or in code; some may be none. */
typedef void (*fuzz_found)(void *context, uint32_t code);
void fuzz_scan(const char *path, fuzz_found found, void *context);
void fuzz_scan_code(const uint8_t *code, size_t bytes, fuzz_found found, void *context);
#define FUZZ_INSTRUCTION 11u /* bytes that have to be there from where one begins */

/* fuzz_place.c: where things are in a machine of a word size. */
struct fuzz_ground {
    uint64_t buffers; /* those of all threads; other things of the process are elsewhere */
    uint64_t kernel;  /* system memory where nothing is, in no machine */
    uint32_t word;    /* bytes of an address */
};
const struct fuzz_ground *fuzz_ground(bool x86);
/* of one buffer; the last page is inaccessible */
#define FUZZ_AREA_BYTES (4096u + FUZZ_BUFFER + 4096u)
/* Where a buffer of a thread is. */
uint64_t fuzz_address(
    bool x86, uint32_t thread, bool output, enum fuzz_place place, uint32_t bytes);

/* What the processor was about to do. */
struct fuzz_fault {
    bool known, write, execute;
    uint64_t address, pc;
};
struct fuzz_fault fuzz_fault(const KD_CRASH *crash); /* fuzz_class.c */
#define FUZZ_NEAR 0x10000u /* how far from an address an access is still one by it */

/* fuzz_class.c: what kind of defect it is, by what there is to see of it. repeat: what leads there.
 * Static text. */
const char *fuzz_class(enum fuzz_end end, const struct fuzz_shared *shared,
    const struct fuzz_op *repeat, size_t count);
/* Two ends are the same defect: class, rule and sentence. */
bool fuzz_same(enum fuzz_end first_end, const struct fuzz_shared *first, enum fuzz_end second_end,
    const struct fuzz_shared *second);

/* The least that was found to lead to a defect. */
struct fuzz_case {
    struct fuzz_op *ops;   /* as many as the logs have room for */
    size_t count;
    bool again;            /* it led there again; otherwise ops are the last ones there were */
    const char *defect;    /* its class */
};

/* fuzz_reduce.c: looks for it. found: what the run with plan ended by; a bugcheck takes the place
 * of a process's death. another: room for those that look. */
void fuzz_reduce(const struct fuzz_plan *plan, enum fuzz_end *end, struct fuzz_shared *found,
    struct fuzz_shared *another, struct fuzz_case *least);

/* As a -c command; opened: whether its handle is open, set by the first one that opens it. */
void fuzz_print(const struct fuzz_op *op, const struct fuzz_shared *shared, bool *opened);
