/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What the loader stands on, made up for its tests: a host with files in memory, pages, a mutex, a
 * kernel that stops by longjmp, and a small export table. Each acquisition can be made to fail.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ldr/ldrp.h"
#include "tests/lib/pe_builder.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* ---- State the tests look at and set -------------------------------------------------------- */

extern unsigned live;       /* allocations of every kind not given back… */
extern unsigned live_slots; /* …except the loader's slots, which it keeps for later images */
extern int fail_countdown;  /* 1: the next acquisition fails; 0: none */
extern bool fail_forever;   /* … and every later one */
extern size_t discarded;    /* bytes given back with host_mem_discard */
extern KI_PCR pcr;          /* of the one thread there is */
extern int mutex_depth;
extern bool stopped; /* waits end with STATUS_HOST_DOWN */
extern KE_BUGCHECK bugcheck;
extern jmp_buf after_bugcheck;

extern char initialized_with[128]; /* registry path TestInitialize was called with */
extern NTSTATUS initialize_result; /* what it returns */
extern unsigned unloads;           /* calls of TestUnload */

/* TestAdd and most other functions of the table. */
ULONG_PTR NTAPI test_add(ULONG_PTR a, ULONG_PTR b, ULONG_PTR c, ULONG_PTR d);

unsigned protection_of(const void *address); /* of a page; enum host_protection */

/* A fresh start and LdrInitialize; the reverse, with checks that nothing is left. */
int fake_set_up(void **state);
int fake_tear_down(void **state);

/* ---- Files and images ----------------------------------------------------------------------- */

/* A file of the made-up host, which owns data from here on. data NULL: reading gives errno size. */
void add_file(const char *path, void *data, size_t size);
void remove_last_file(void);

#define TEXT 0x1000u
#define CALL_BYTES 16u

/* A driver whose i-th function, at TEXT + i * CALL_BYTES, calls its i-th import. */
void add_driver(const char *path, const struct pe_import *imports, unsigned import_count,
    const struct pe_export *exports, unsigned export_count);

#define ADD_DRIVER(path, imports) add_driver(path, imports, COUNT_OF(imports), NULL, 0)
#define ADD_LIBRARY(path, imports, exports) \
    add_driver(path, imports, COUNT_OF(imports), exports, COUNT_OF(exports))

typedef ULONG_PTR(NTAPI *test_function)(ULONG_PTR, ULONG_PTR, ULONG_PTR, ULONG_PTR);
#define CALL(image, index) ((test_function)(void *)((image)->Base + TEXT + (index) * CALL_BYTES))

extern BOOLEAN KeTakesTurns;
extern unsigned points; /* passed so far */
void NTAPI KePoint(void);
BOOLEAN MmMakePageable(void *Base, ULONG PageCount);
