/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a supervisor makes of a bugcheck: the report in words, as JSON and as a minidump, of what
 * the machine's process told (kd/crash.h) and of what can be read in it while it waits. Nothing
 * here is believed: the process may tell and hold anything.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "json.h"
#include "server/record.h"
#include "symbolize.h"

#include "kd/crash.h"

/* ---- Receiving (crash_inbox.c) --------------------------------------------------------------- */

struct crash_inbox {
    KD_CRASH *crash; /* malloc; NULL: nothing has come */
    size_t got;      /* bytes of it, in order */
    bool complete;
};

/* Takes a RECORD_CRASH. True: with it all has come, and makes sense. */
bool crash_receive(struct crash_inbox *inbox, const struct record *record);
void crash_forget(struct crash_inbox *inbox);
/* Lets the machine go on if it waits for an answer to this record. */
void crash_answer(int socket, const struct record *record);

/* ---- Names (crash_names.c) ------------------------------------------------------------------- */

#define CRASH_PLACES 192u

struct crash_place {
    uint64_t address;
    bool exact; /* of the instruction there; else of the call before it */
    struct symbol_place place;
};

/* Instructions around the one to blame (crash_code.c). */
#define CRASH_INSTRUCTIONS 48u

struct crash_instruction {
    uint64_t address;
    uint64_t target; /* what it calls or jumps to; 0: nothing */
    uint64_t slot;   /* memory at a fixed address that it reads; 0: none */
    unsigned length;
    bool blamed;
    char text[96], import[64]; /* import: whose place in the import table slot is; "": no import's
                                */
};

struct crash_names {
    const KD_CRASH *crash;
    struct crash_place places[CRASH_PLACES];
    size_t count;
    struct crash_instruction code[CRASH_INSTRUCTIONS];
    size_t code_count, code_first, code_end; /* those worth showing */
    KD_CRASH_CALLS calls; /* for KdWriteCrash */
};

/* Has all places of a crash named, one question for each image. NULL: out of memory. */
struct crash_names *crash_names_open(const KD_CRASH *crash);
/* What is known of a place; NULL: nothing. */
const struct symbol_place *crash_place(
    const struct crash_names *names, uint64_t address, bool exact);

/* Takes the bytes around the instruction apart. */
void crash_disassemble(struct crash_names *names);
/* As KD_CRASH_CALLS.Code. */
void crash_print_code(void *context, KD_TEXT *text);

/* ---- Writing --------------------------------------------------------------------------------- */

/* The report (malloc); NULL: out of memory. */
char *crash_text(
    const KD_CRASH *crash, const struct crash_names *names, enum KD_CRASH_LENGTH length);
/* All of it as an object (crash_json.c): "bugcheck", "parameters", "report" and what else is known.
 * names may be NULL. */
json_object *crash_json(const KD_CRASH *crash, const struct crash_names *names);

/* A driver's or our own file, what it says of itself (crash_image.c). */
struct crash_image {
    uint32_t checksum;
    uint32_t version[2]; /* of the file, high part first; 0: it has none */
    uint8_t codeview[512]; /* the record that names its symbols */
    size_t codeview_size;  /* 0: it has none */
};
void crash_image_read(const char *path, struct crash_image *image);
/* Which import has its address at an offset in a driver's image; "": none. */
void crash_image_import(const char *path, uint32_t rva, char *name, size_t size);

/* ---- The machine's memory (crash_memory.c) --------------------------------------------------- */

#define CRASH_CONTEXT_BYTES 1232u
#define CRASH_PAGE_BYTES    4096u

struct crash_thread {
    pid_t id;
    bool stopped;
    int signal;    /* it was about to take, 0: none */
    uint64_t stack;
    size_t context_size; /* 0: not known */
    uint8_t context[CRASH_CONTEXT_BYTES] __attribute__((aligned(16)));
};

/* Pages by address, ascending. */
struct crash_memory {
    struct crash_thread *threads;
    size_t thread_count;
    uint64_t *pages;
    size_t page_count, page_room;
    uint8_t *bytes; /* of the pages, in their order */
    char why[128];  /* something could not be read; "": all could */
};

/*
 * Stops the process, a child, reads the threads' registers, their stacks and the memory the crash
 * is about, and lets it go on. What cannot be had is left out. False: out of memory.
 */
bool crash_memory_take(struct crash_memory *memory, const KD_CRASH *crash, pid_t process);
void crash_memory_free(struct crash_memory *memory);
/* The bytes of a page; NULL: they were not read. */
const uint8_t *crash_memory_page(const struct crash_memory *memory, uint64_t address);

/* ---- Files ----------------------------------------------------------------------------------- */

/* The minidump (crash_dump.c), malloc; NULL: out of memory. */
uint8_t *crash_dump(
    const KD_CRASH *crash, const struct crash_memory *memory, const char *report, size_t *size);
/* What was told, out of a minidump of ours; false: it has none, and why says so. */
bool crash_dump_read(const char *path, KD_CRASH *crash, char *why, size_t why_size);

/* Writes a file whole or not at all; false: errno. */
bool crash_write_file(int folder, const char *name, const void *data, size_t size);

#define CRASH_LINES 64u

/* A bugcheck's files (crash_file.c). */
struct crash_files {
    const char *folder; /* NULL: none are written */
    int argc;           /* the command line, for the report */
    char **argv;
    char name[256]; /* of the files, without extension, once they are written; "": they are not */
    char trouble[1024]; /* what could not be done, and why; "": all could */
    struct crash_line {
        char source[64], text[512];
    } lines[CRASH_LINES]; /* printed last, for when the machine's process dies and cannot tell */
    size_t line_count;    /* ever */
};

/*
 * The end of a machine's bugcheck as its supervisor sees it, when inbox is complete with record:
 * reads the memory, answers, and writes the files. What fails is left out.
 */
void crash_keep(struct crash_files *files, const struct crash_inbox *inbox, pid_t process,
    int socket, const struct record *record);

/* Remembers a RECORD_LOG. */
void crash_note_line(struct crash_files *files, const struct record *record);
/*
 * The machine's process has died without a word: keeps what is known, as text and JSON. what: "was
 * killed by signal 9 (Killed)"; during: what it had begun, or "".
 */
void crash_keep_death(
    struct crash_files *files, pid_t process, const char *what, const char *during);
