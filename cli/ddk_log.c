/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a build says: on the terminal, and in the logs that build.exe wrote into the folder it was
 * called for: .log has all, .wrn warnings and errors, .err errors. The last two are gone when there
 * are none.
 *
 * Compilers say more than one line about a thing. A line with "error:" or "warning:" in it begins
 * one; what stands before it ("In function ...") and after it, up to the next, goes with it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ddk.h"
#include "terminal.h"

enum severity {
    SAID,
    WARNED,
    FAILED
};

static FILE *open_log(struct ddk_build *build, const char *extension, const char **path)
{
    *path = ddk_format("%s/build%s.%s", build->top, build->alt, extension);
    FILE *file = fopen(*path, "we");
    if (file == NULL)
        fprintf(stderr, "dotsys build: %s: %s\n", *path, strerror(errno));
    return file;
}

bool ddk_log_open(struct ddk_build *build)
{
    struct ddk_log *log = &build->log;

    log->log = open_log(build, "log", &log->log_path);
    log->wrn = log->log != NULL ? open_log(build, "wrn", &log->wrn_path) : NULL;
    log->err = log->wrn != NULL ? open_log(build, "err", &log->err_path) : NULL;
    return log->err != NULL;
}

void ddk_log_close(struct ddk_build *build)
{
    struct ddk_log *log = &build->log;

    if (log->log != NULL)
        fclose(log->log);
    if (log->wrn != NULL && fclose(log->wrn) == 0 && log->warnings + log->errors == 0)
        unlink(log->wrn_path);
    if (log->err != NULL && fclose(log->err) == 0 && log->errors == 0)
        unlink(log->err_path);
    log->log = log->wrn = log->err = NULL;
}

void ddk_record(struct ddk_build *build, const char *text)
{
    if (build->log.log != NULL)
        fprintf(build->log.log, "%s\n", text);
}

void ddk_say(struct ddk_build *build, const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    puts(text);
    fflush(stdout);
    ddk_record(build, text);
    free(text);
}

/* A path below the current folder without that. */
static const char *shorter(const struct ddk_log *log, const char *path)
{
    size_t length = strlen(log->here);

    return strncmp(path, log->here, length) == 0 && path[length] == '/' ? path + length + 1 : path;
}

static void tell(struct ddk_build *build, enum severity severity, const char *line)
{
    struct ddk_log *log = &build->log;
    enum colour colour = severity == FAILED ? COLOUR_BAD : severity == WARNED ? COLOUR_WARNING
                                                                              : COLOUR_NONE;
    const char *on = colour_on(stderr, colour), *off = colour_off(stderr);

    if (log->colour && colour != COLOUR_NONE) {
        on = severity == FAILED ? "\033[31m" : "\033[33m";
        off = "\033[0m";
    }
    fprintf(stderr, "%s%s%s\n", colour != COLOUR_NONE ? on : "", shorter(log, line),
        colour != COLOUR_NONE ? off : "");
    if (log->log != NULL)
        fprintf(log->log, "%s\n", line);
    if (log->wrn != NULL && severity != SAID)
        fprintf(log->wrn, "%s\n", line);
    if (log->err != NULL && severity == FAILED)
        fprintf(log->err, "%s\n", line);
}

static void complain(struct ddk_build *build, enum severity severity, const char *path,
    unsigned line, const char *format, va_list arguments)
{
    const char *kind = severity == FAILED ? "error" : "warning", *whole;
    char *text;

    build->log.errors += severity == FAILED;
    if (vasprintf(&text, format, arguments) < 0)
        return;
    whole = line > 0 ? ddk_format("%s:%u: %s: %s", path, line, kind, text)
                     : ddk_format("%s: %s: %s", path, kind, text);
    free(text);
    if (severity == WARNED && ddk_has(&build->log.warned, whole))
        return;
    if (severity == WARNED) {
        ddk_add(&build->log.warned, whole);
        build->log.warnings++;
    }
    tell(build, severity, whole);
}

void ddk_error(struct ddk_build *build, const char *path, unsigned line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain(build, FAILED, path, line, format, arguments);
    va_end(arguments);
}

void ddk_warning(struct ddk_build *build, const char *path, unsigned line, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    complain(build, WARNED, path, line, format, arguments);
    va_end(arguments);
}

/* ---- Compilers and linkers ------------------------------------------------------------------- */

static const char *skip_linker_name(const char *line)
{
    const char *end = strstr(line, "mingw32-ld: ");

    return end != NULL && strcspn(line, " ") >= (size_t)(end - line) ? end + strlen("mingw32-ld: ")
                                                                     : line;
}

static enum severity severity_of(const char *line)
{
    if (strstr(line, " error: ") != NULL || strstr(line, "undefined reference to") != NULL ||
        strstr(line, "multiple definition of") != NULL || strstr(line, "cannot find ") != NULL)
        return FAILED;
    return strstr(line, " warning: ") != NULL ? WARNED : SAID;
}

/* The linker's "file.c:12: undefined reference" as a compiler would put it. */
static const char *reworded(const struct ddk_project *project, const char *line)
{
    static const char *const said[] = {"undefined reference to", "multiple definition of"};
    static const char no_entry[] = "cannot find entry symbol ";
    const char *entry = strstr(line, no_entry);

    if (entry != NULL) {
        entry += strlen(no_entry);
        return ddk_format("%s: error: there is no entry point %.*s", project->file,
            (int)strcspn(entry, ";"), entry);
    }

    for (size_t i = 0; i < sizeof(said) / sizeof(said[0]); i++) {
        const char *what = strstr(line, said[i]);
        if (what != NULL && what > line && what[-1] == ' ' && strstr(line, "error: ") == NULL)
            return ddk_format("%.*serror: %s", (int)(what - line), line, what);
    }
    return line;
}

/* That there were errors, after the errors. */
static bool says_nothing(const char *line)
{
    return ddk_starts(line, "collect2: error: ld returned") || ddk_ends(line, " generated.") ||
           ddk_ends(line, "some warnings being treated as errors") ||
           ddk_ends(line, "all warnings being treated as errors");
}

/* An unknown function may be one that came later. */
static void explain(struct ddk_build *build, const struct ddk_project *project, const char *line)
{
    const char *at = strstr(line, "implicit declaration of function '"), *since;

    if (at == NULL)
        at = strstr(line, "undeclared function '");
    if (at == NULL)
        return;
    at = strchr(at, '\'') + 1;
    since = ddk_too_late(build, project, ddk_copy(at, strcspn(at, "'")));
    if (since != NULL)
        tell(build, FAILED,
            ddk_format("  %s is %s; this build is for %s", ddk_copy(at, strcspn(at, "'")), since,
                ddk_find_version(project->version)->title));
}

void ddk_diagnostics(
    struct ddk_build *build, const struct ddk_project *project, const char *text, bool failed)
{
    struct ddk_list lines = {0}, before = {0};
    enum severity severity = SAID;
    unsigned errors = build->log.errors;

    for (const char *at = text; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n')
        ddk_add(&lines, ddk_copy(at, strcspn(at, "\n")));
    for (size_t i = 0; i < lines.count; i++) {
        const char *line = skip_linker_name(lines.item[i]);
        enum severity this = severity_of(line);
        if (this == SAID &&
            (strstr(line, ": In function") != NULL || strstr(line, ": in function") != NULL ||
                strstr(line, ": At top level") != NULL ||
                ddk_starts(line, "In file included from"))) {
            ddk_add(&before, line);
            severity = SAID;
            continue;
        }
        if (says_nothing(line))
            continue;
        if (this != SAID)
            severity = this;
        for (size_t j = 0; j < before.count; j++)
            tell(build, severity, before.item[j]);
        before.count = 0;
        tell(build, severity, reworded(project, line));
        build->log.errors += this == FAILED;
        build->log.warnings += this == WARNED;
        if (this == FAILED)
            explain(build, project, line);
    }
    if (failed && build->log.errors == errors)
        ddk_error(build, project->file, 0, "a tool failed; the log has its command");
}
