/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys build: what a build is, and its steps. Macros come from sources files (ddk_macro,
 * ddk_file, ddk_expression); a folder's become a project (ddk_project), its sources jobs
 * (ddk_compile, ddk_flags, ddk_include), run side by side (ddk_job), then what they make a library
 * or an image (ddk_link, after a look at what they import: ddk_symbol). All that is said goes
 * through ddk_log.
 */
#pragma once

#include <stdio.h>

#include "ddk_text.h"

/* ---- The build ------------------------------------------------------------------------------- */

struct ddk_version {
    const char *name;  /* of --target */
    const char *alt;   /* in folder and log names: "wxp" */
    const char *os;    /* DDK_TARGET_OS */
    const char *title; /* "Windows XP" */
    unsigned number;   /* 0x0501 */
    unsigned known;    /* its WINVER_* in the table of exports */
};
extern const struct ddk_version ddk_versions[];
extern const size_t ddk_version_count;

struct ddk_machine {
    const char *name;    /* of --arch */
    const char *alt;     /* in folder and log names: "amd64" */
    const char *folder;  /* of objects: "i386" */
    const char *package; /* Debian's, with %s: gcc or g++ */
    const char *prefix;  /* of mingw-w64's tools */
    const char *clang;   /* --target= */
    const char *coff;    /* windres */
    bool wide;           /* 64 bits */
};
extern const struct ddk_machine ddk_machines[]; /* x64, x86 */

struct ddk_tools {
    const char *gcc, *ar, *windres, *dlltool; /* paths */
    const char *gxx, *clang, *lld, *masm;     /* NULL: not installed */
    const char *include, *ddk, *lib;          /* mingw-w64's folders */
    const char *libgcc;                       /* file */
    const char *marks; /* the folder of unaligned.h and its like, which the samples are built with;
                          NULL: not there */
};

struct ddk_log {
    FILE *log, *wrn, *err;
    const char *log_path, *wrn_path, *err_path;
    const char *here; /* current folder: paths are shown relative to it */
    bool colour;
    struct ddk_list warned; /* once is enough */
    unsigned warnings, errors, compiled, executables, libraries;
};

struct ddk_build {
    const char *top;
    bool checked, clean, force, trust; /* trust: headers are not looked at */
    unsigned jobs;
    const struct ddk_machine *machine;
    const struct ddk_version *version;
    const char *alt; /* BUILD_ALT_DIR: "chk_wxp_x86" */
    struct ddk_tools tools;
    struct ddk_list optional;
    struct ddk_log log;
    struct ddk_project *projects, **end;
};

/* ---- Macros ---------------------------------------------------------------------------------- */

struct ddk_macro {
    const char *name, *value; /* value: as written, its own old value put in */
    struct ddk_macro *next;
    bool expanding;
};

struct ddk_macros {
    struct ddk_macro *first;
    unsigned depth, expanded; /* of the expansion under way: macros in one another, and all */
    size_t characters;        /* of all values and expansions so far */
    bool endless; /* one came to more than anybody means; what was behind it is left out */
};

void ddk_set(struct ddk_macros *macros, const char *name, const char *value);
void ddk_unset(struct ddk_macros *macros, const char *name);
/* Unknown ones are the environment's, as to nmake. */
bool ddk_defined(struct ddk_macros *macros, const char *name);
char *ddk_expand(struct ddk_macros *macros, const char *text);
char *ddk_value(struct ddk_macros *macros, const char *name); /* expanded and trimmed; "": none */
/* Reads a dirs or sources file into the macros. false: it said why. */
bool ddk_read_macros(struct ddk_build *build, struct ddk_macros *macros, const char *path);
/* What follows !IF, expanded; NULL: it is not understood. */
const bool *ddk_condition(struct ddk_macros *macros, const char *folder, const char *text);
/* What the build environment's window would set. */
void ddk_environment(const struct ddk_build *build, struct ddk_macros *macros, const char *folder);

/* ---- Projects -------------------------------------------------------------------------------- */

enum ddk_type {
    DDK_DRIVER,
    DDK_EXPORT_DRIVER,
    DDK_MINIPORT,
    DDK_DRIVER_LIBRARY,
    DDK_LIBRARY,
    DDK_PROGRAM,
    DDK_DYNLINK,
    DDK_NOTARGET,
};

struct ddk_job;

struct ddk_project {
    struct ddk_project *next;
    const char *folder, *file; /* of the sources file */
    struct ddk_macros macros;
    enum ddk_type type;
    const char *name;         /* TARGETNAME */
    const char *objects;      /* folder */
    const char *target;       /* NULL: none */
    const char *import;       /* library of what the target exports; NULL: none */
    unsigned version;         /* of Windows; the build's unless _NT_TARGET_VERSION says another */
    struct ddk_list sources;  /* existing files */
    struct ddk_list includes; /* of INCLUDES, existing folders */
    struct ddk_list read;     /* sources, headers found: for where a name stands */
    struct ddk_list made;     /* object files */
    struct ddk_list slots;    /* data of the kernel that is declared as a pointer to it */
    const char *names;        /* folder of ddk_include_names */
    struct ddk_list laid;     /* files in it */
    bool try_somewhere;       /* some source or header has the word __try */
    bool exceptions;          /* some source has __try when its conditions are decided */
    bool failed;
    bool linked; /* begun: images that import from each other end somewhere */
    struct ddk_job **jobs;
    size_t job_count;
};

bool ddk_kernel(const struct ddk_project *project);
bool ddk_library(const struct ddk_project *project);
bool ddk_wide_entry(struct ddk_project *project); /* a program that begins at wmain or wWinMain */
const struct ddk_version *ddk_find_version(unsigned number); /* NULL: none */
/* Reads the tree below a folder. false: something is wrong in it. */
bool ddk_load(struct ddk_build *build, const char *folder);
void ddk_clean(struct ddk_project *project);

/* ---- Steps ----------------------------------------------------------------------------------- */

struct ddk_job {
    struct ddk_project *project;
    const char *title; /* "Compiling - hello.c" */
    struct ddk_list command;
    const char *output;     /* what it makes */
    const char *record;     /* file that keeps the command */
    const char *depfile;    /* NULL: none */
    struct ddk_list inputs; /* files it depends on, besides the depfile's */
    unsigned *counter;
    bool failed;
};

/* Runs those that are out of date, build->jobs at a time; says what they say, in order. */
void ddk_run(struct ddk_build *build, struct ddk_job **jobs, size_t count);
/* Runs a command at once; its standard output, NULL if it failed. */
char *ddk_capture(const struct ddk_list *command);

bool ddk_find_tools(struct ddk_build *build);
/* Translates what is written for cl.exe; warnings of what is left out name the macro. */
void ddk_cl_flags(struct ddk_build *build, struct ddk_project *project, const char *macro,
    struct ddk_list *flags);
void ddk_warning_flags(struct ddk_project *project, bool cxx, struct ddk_list *flags);
/* Finds what a source includes under names of another spelling and lays them in the project's
   folder of names, to be searched. */
void ddk_include_names(struct ddk_build *build, struct ddk_project *project, const char *source);
void ddk_prepare(struct ddk_build *build, struct ddk_project *project);
void ddk_link(struct ddk_build *build);
/* Fails the project, and removes its image, when that imports what its Windows lacks. */
void ddk_check_imports(struct ddk_build *build, struct ddk_project *project);
/* Adds import libraries of what the kernel exports and mingw-w64's libraries lack. */
void ddk_more_imports(
    struct ddk_build *build, struct ddk_project *project, struct ddk_list *libraries);
/* Makes the import library of a 32-bit project's image; definitions: its .def file, NULL: none. */
void ddk_own_imports(struct ddk_build *build, struct ddk_project *project, const char *definitions);
/* Symbols an object or library wants, and those a library's index has. Either list may be NULL. */
void ddk_coff(const char *path, struct ddk_list *undefined, struct ddk_list *defined);
/* Symbols an object has for others, and those it says are for other images. */
void ddk_coff_defined(const char *path, struct ddk_list *defined, struct ddk_list *exported);
/* "first in Windows 8.1" if a later Windows than the project's has the function, NULL if that is
 * not so. */
const char *ddk_too_late(
    const struct ddk_build *build, const struct ddk_project *project, const char *name);

/* ---- What is said ---------------------------------------------------------------------------- */

bool ddk_log_open(struct ddk_build *build);
void ddk_log_close(struct ddk_build *build);
void ddk_say(struct ddk_build *build, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void ddk_record(struct ddk_build *build, const char *text); /* in the log only */
/* line 0: of the whole file. */
void ddk_error(struct ddk_build *build, const char *path, unsigned line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void ddk_warning(struct ddk_build *build, const char *path, unsigned line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* What a compiler or linker said; counts, and sorts it into the logs. */
void ddk_diagnostics(
    struct ddk_build *build, const struct ddk_project *project, const char *text, bool failed);
