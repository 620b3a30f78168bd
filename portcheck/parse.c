/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * Reads a source twice, as the compilers of both Windows ABIs would, against mingw-w64's headers.
 * What does not compile is shown, once, with what to do; such a source gets no findings, since a
 * tree with holes would give wrong ones.
 */
#include "portcheck.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plainfile.h"
#include "terminal.h"

enum {
    SHOWN_ERRORS = 8
};

static const char *const common_flags[] = {
    "-resource-dir",
    PORTCHECK_RESOURCES,
    "-x",
    "c",
    "-std=gnu17",
    "-fms-extensions",
    "-DDBG=1",
    "-DPOOL_TAGGING=1",
    "-DNTDDI_WINVISTA=NTDDI_VISTA",
    /* These keep mingw-w64's headers from declaring functions that wdm.h then defines as static. */
    "-D__INTRINSIC_DEFINED_InterlockedBitTestAndSet",
    "-D__INTRINSIC_DEFINED_InterlockedBitTestAndReset",
};
struct target {
    const char *flag;
    const char *const *folders; /* of system headers; NULL ends them */
};

static const char *const wide_folders[] = {PORTCHECK_INCLUDE64 "/ddk", PORTCHECK_INCLUDE64, NULL};
static const char *const narrow_folders[] = {PORTCHECK_INCLUDE32 "/ddk", PORTCHECK_INCLUDE32, NULL};
static const struct target wide_target = {"--target=x86_64-w64-windows-gnu", wide_folders};
static const struct target narrow_target = {"--target=i686-w64-windows-gnu", narrow_folders};

/* After the user's flags: whatever those ask for, warnings are ours. */
static const char *const last_flags[] = {
    "-Wno-error", "-Wno-everything", "-Wshorten-64-to-32", "-ferror-limit=0"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool chooses_windows(const struct pc_options *options)
{
    for (int i = 0; i < options->flag_count; i++) {
        if (strstr(options->flags[i], "_WIN32_WINNT") != NULL ||
            strstr(options->flags[i], "NTDDI_VERSION") != NULL)
            return true;
    }
    return false;
}

/* One word size of a source; they are parsed at the same time. */
struct job {
    const struct pc_source *source;
    const struct target *target;
    CXIndex index;
    CXTranslationUnit unit; /* NULL: the flags are refused */
};

static void *parse(void *context)
{
    enum {
        OF_TARGET = 5,
        OF_WINDOWS = 2
    };
    struct job *job = context;
    const struct pc_options *options = job->source->options;
    const char *flags[COUNT(common_flags) + COUNT(last_flags) + OF_TARGET + OF_WINDOWS +
        (size_t)options->flag_count];
    char *winnt = pc_format("-D_WIN32_WINNT=0x%04X", options->windows);
    char *ntddi = pc_format("-DNTDDI_VERSION=0x%04X0000", options->windows);
    size_t count = 0;

    for (size_t i = 0; i < COUNT(common_flags); i++)
        flags[count++] = common_flags[i];
    flags[count++] = job->target->flag;
    for (const char *const *folder = job->target->folders; *folder != NULL; folder++) {
        flags[count++] = "-isystem";
        flags[count++] = *folder;
    }
    if (!chooses_windows(options)) {
        flags[count++] = winnt;
        flags[count++] = ntddi;
    }
    for (int i = 0; i < options->flag_count; i++)
        flags[count++] = options->flags[i];
    for (size_t i = 0; i < COUNT(last_flags); i++)
        flags[count++] = last_flags[i];
    if (clang_parseTranslationUnit2(job->index, job->source->file, flags, (int)count,
            job->source->extra, (unsigned)job->source->extra_count, CXTranslationUnit_KeepGoing,
            &job->unit) != CXError_Success)
        job->unit = NULL;
    free(winnt);
    free(ntddi);
    return NULL;
}

/* False: the compiler refuses the flags. */
static bool parse_both(struct pc_source *source)
{
    struct job wide = {source, &wide_target, source->indexes[0], NULL};
    struct job narrow = {source, &narrow_target, source->indexes[1], NULL};
    pthread_t thread;

    if (pthread_create(&thread, NULL, parse, &narrow) == 0) {
        parse(&wide);
        pthread_join(thread, NULL);
    } else {
        parse(&wide);
        parse(&narrow);
    }
    source->wide = wide.unit;
    source->narrow = narrow.unit;
    return wide.unit != NULL && narrow.unit != NULL;
}

static void drop_units(struct pc_source *source)
{
    if (source->wide != NULL)
        clang_disposeTranslationUnit(source->wide);
    if (source->narrow != NULL)
        clang_disposeTranslationUnit(source->narrow);
    source->wide = source->narrow = NULL;
}

/* A header found late may name others: as often as that brings something new, and folders are not
 * that deep. */
static bool parse_with_headers(struct pc_source *source)
{
    enum {
        ROUNDS = 16
    };
    bool done = parse_both(source);

    for (int round = 0; done && round < ROUNDS; round++) {
        bool wide = pc_find_headers(source, source->wide, wide_folders);
        bool narrow = pc_find_headers(source, source->narrow, narrow_folders);
        if (!wide && !narrow)
            break;
        drop_units(source);
        done = parse_both(source);
    }
    return done;
}

/* ---- What does not compile ------------------------------------------------------------------- */

/* Errors only the wide compiler has, which are findings themselves: window data whose names 64-bit
   Windows took away, and inline assembly. */
static bool is_finding(struct pc_source *source, CXDiagnostic diagnostic, const char *text)
{
    char *category = pc_take(clang_getDiagnosticCategoryText(diagnostic));
    const char *name = strstr(text, "'GWL_") != NULL ? strstr(text, "'GWL_")
                                                     : strstr(text, "'GCL_");
    bool assembly = strcmp(category, "Inline Assembly Issue") == 0;

    free(category);
    if (assembly)
        return true;
    if (name == NULL || strstr(text, "undeclared") == NULL)
        return false;
    CXSourceLocation location = clang_getDiagnosticLocation(diagnostic);
    struct pc_place place = pc_place_of(clang_getRange(location, location));
    int length = (int)strcspn(name + 1, "'");
    place.end_column = place.column + (unsigned)length;
    pc_report(source->findings, "PC5004", place,
        pc_format(
            "use %.3sP%.*s with GetWindowLongPtr and SetWindowLongPtr, and their like for classes",
            name + 1, length - 3, name + 4),
        NULL, "%.*s does not exist in 64-bit Windows: what it names is a pointer there", length,
        name + 1);
    return true;
}

static void show_error(CXDiagnostic diagnostic, const char *text, const char *abi)
{
    CXSourceLocation location = clang_getDiagnosticLocation(diagnostic);
    struct pc_place place = pc_place_of(clang_getRange(location, location));
    char *line = place.line > 0 ? pc_source_line(place.file, place.line) : NULL;

    if (place.line > 0)
        fprintf(stderr, "%s:%u:%u: ", place.file, place.line, place.column);
    fprintf(
        stderr, "%serror:%s %s%s\n", colour_on(stderr, COLOUR_BAD), colour_off(stderr), text, abi);
    if (line != NULL)
        fprintf(stderr, "%5u | %s\n      | %*s^\n", place.line, line, (int)place.column - 1, "");
    free(line);
    free(place.file);
}

/* The message with its place, which tells whether both compilers mean the same. */
static char *key_of(CXDiagnostic diagnostic)
{
    return pc_take(clang_formatDiagnostic(
        diagnostic, CXDiagnostic_DisplaySourceLocation | CXDiagnostic_DisplayColumn));
}

static bool unit_has(CXTranslationUnit unit, const char *key)
{
    unsigned count = unit != NULL ? clang_getNumDiagnostics(unit) : 0;
    bool found = false;

    for (unsigned i = 0; i < count && !found; i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
        char *other = key_of(diagnostic);
        found = strcmp(key, other) == 0;
        free(other);
        clang_disposeDiagnostic(diagnostic);
    }
    return found;
}

/* Shows the unit's errors, those that other has as well without naming the ABI, or not again;
 * returns how many there are. */
static unsigned show_errors(struct pc_source *source, CXTranslationUnit unit,
    CXTranslationUnit other, bool wide, bool *missing_header)
{
    unsigned shown = 0;

    for (unsigned i = 0; i < clang_getNumDiagnostics(unit); i++) {
        CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
        char *text = pc_take(clang_getDiagnosticSpelling(diagnostic)), *key = key_of(diagnostic);
        if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error &&
            !(wide && is_finding(source, diagnostic, text))) {
            bool both = unit_has(other, key);
            *missing_header = *missing_header || strstr(text, "file not found") != NULL;
            if ((wide || !both) && shown++ < SHOWN_ERRORS)
                show_error(diagnostic, text, both ? "" : wide ? " (64-bit only)"
                                                              : " (32-bit only)");
        }
        free(key);
        free(text);
        clang_disposeDiagnostic(diagnostic);
    }
    if (shown > SHOWN_ERRORS)
        fprintf(stderr, "... and %u more\n", shown - SHOWN_ERRORS);
    return shown;
}

static bool report_errors(struct pc_source *source)
{
    bool missing_header = false;

    fflush(stdout);
    unsigned errors = show_errors(source, source->wide, source->narrow, true, &missing_header);
    errors += show_errors(source, source->narrow, source->wide, false, &missing_header);
    if (errors == 0)
        return false;
    fprintf(stderr, "dotsys portcheck: %s cannot be parsed, so it is not checked\n", source->file);
    if (missing_header)
        fprintf(stderr,
            "  help: name the folders of its headers after '--': dotsys portcheck %s -- -I "
            "FOLDER\n",
            source->file);
    else
        fprintf(stderr,
            "  help: give the compiler the flags it is built with after '--': dotsys portcheck %s "
            "-- -DNAME -I FOLDER;\n"
            "        what another Windows has needs --os\n",
            source->file);
    return true;
}

bool pc_open(struct pc_source *source)
{
    int file = plainfile_open(source->file);

    if (file < 0) {
        int error = errno;
        fflush(stdout);
        fprintf(stderr, "dotsys portcheck: %s: %s\n", source->file, plainfile_error(error));
        return false;
    }
    close(file);
    if (!parse_with_headers(source)) {
        fprintf(stderr, "dotsys portcheck: %s: the compiler refuses the flags after '--'\n",
            source->file);
        pc_close(source);
        return false;
    }
    if (report_errors(source)) {
        pc_close(source);
        return false;
    }
    source->sizes = pc_measure_typedefs(source->narrow);
    return true;
}

void pc_close(struct pc_source *source)
{
    drop_units(source);
    pc_free_sizes(source->sizes);
    source->sizes = NULL;
    pc_free_headers(source);
}
