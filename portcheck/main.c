/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * dotsys-portcheck: what 'dotsys portcheck' starts. It is a program of its own because libclang is
 * large, and the dotsys command has to start in no time.
 */
#include "portcheck.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static int usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int usage(const char *format, ...)
{
    va_list arguments;

    fputs("dotsys portcheck: ", stderr);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputs("\nTry 'dotsys portcheck --help'.\n", stderr);
    return EXIT_USAGE;
}

/* ---- Checking -------------------------------------------------------------------------------- */

static enum CXChildVisitResult check_cursor(CXCursor cursor, CXCursor parent, CXClientData data)
{
    struct pc_source *source = data;

    source->parent = parent;
    switch ((int)clang_getCursorKind(cursor)) {
    case CXCursor_StructDecl:
        pc_check_record(source, cursor);
        break;
    case CXCursor_CallExpr:
        pc_check_call(source, cursor);
        pc_check_window(source, cursor);
        break;
    case CXCursor_MSAsmStmt:
        pc_report(source->findings, "PC4235", pc_place_of(clang_getCursorExtent(cursor)),
            pc_format("use an intrinsic function (__readmsr, _disable, ...), or a source for the "
                      "assembler"),
            NULL, "64-bit compilers for Windows have no inline assembly");
        break;
    default:
        break;
    }
    pc_check_conversion(source, cursor);
    pc_check_constant(source, cursor);
    return CXChildVisit_Recurse;
}

static enum CXChildVisitResult check_top(CXCursor cursor, CXCursor parent, CXClientData data)
{
    if (clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)) != 0)
        return CXChildVisit_Continue;
    check_cursor(cursor, parent, data);
    clang_visitChildren(cursor, check_cursor, data);
    return CXChildVisit_Continue;
}

/* False: the file cannot be parsed. */
static bool check_file(const char *file, const CXIndex indexes[2], const struct pc_options *options,
    struct pc_findings *findings)
{
    struct pc_source source = {
        .file = file,
        .indexes = {indexes[0], indexes[1]},
        .options = options,
        .findings = findings,
    };

    if (!pc_open(&source))
        return false;
    clang_visitChildren(clang_getTranslationUnitCursor(source.wide), check_top, &source);
    pc_check_truncation(&source);
    pc_check_buffers(&source);
    pc_close(&source);
    return true;
}

/* ---- The command ----------------------------------------------------------------------------- */

static int run(char **files, int file_count, const struct pc_options *options, bool strict)
{
    struct pc_findings findings = {.strict = strict};
    char **failed = pc_allocate(((size_t)file_count + 1) * sizeof(*failed));
    CXIndex indexes[2] = {clang_createIndex(0, 0), clang_createIndex(0, 0)};
    size_t failed_count = 0;
    bool found = false;

    for (int i = 0; i < file_count; i++) {
        if (!check_file(files[i], indexes, options, &findings))
            failed[failed_count++] = files[i];
    }
    pc_sort_findings(&findings);
    if (options->output == PC_SARIF)
        pc_print_sarif(&findings, failed, failed_count);
    else if (options->output == PC_JSON)
        pc_print_json(&findings);
    else
        pc_print_text(&findings);
    for (size_t i = 0; i < findings.count; i++)
        found = found || !pc_is_note(&findings, &findings.items[i]);
    clang_disposeIndex(indexes[0]);
    clang_disposeIndex(indexes[1]);
    pc_free_findings(&findings);
    free(failed);
    return found ? EXIT_FINDING : failed_count > 0 ? EXIT_COMMAND_FAILED
                                                   : EXIT_FINE;
}

static unsigned find_windows(const char *name)
{
    static const struct {
        const char *name;
        unsigned version;
    } versions[] = {
        {"win2000", 0x0500},
        {"xp", 0x0501},
        {"win7", 0x0601},
        {"win81", 0x0603},
        {"win10", 0x0A00},
        {"win11", 0x0A00},
    };

    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (strcmp(versions[i].name, name) == 0)
            return versions[i].version;
    }
    return 0;
}

enum {
    OPTION_JSON = 256,
    OPTION_SARIF,
    OPTION_ALIGN,
    OPTION_OS
};

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, OPTION_JSON},
        {"sarif", no_argument, NULL, OPTION_SARIF},
        {"align", no_argument, NULL, OPTION_ALIGN},
        {"os", required_argument, NULL, OPTION_OS},
        {0},
    };
    struct pc_options chosen = {.output = PC_TEXT, .windows = find_windows("win10")};
    int option, end = 1;
    bool strict = false;

    /* getopt would move the flags behind "--" among the files. */
    while (end < argc && strcmp(argv[end], "--") != 0)
        end++;
    chosen.flags = argv + end + 1;
    chosen.flag_count = end < argc ? argc - end - 1 : 0;
    while ((option = getopt_long(end, argv, ":", options, NULL)) != -1) {
        switch (option) {
        case OPTION_JSON:
            chosen.output = PC_JSON;
            break;
        case OPTION_SARIF:
            chosen.output = PC_SARIF;
            break;
        case OPTION_ALIGN:
            strict = true;
            break;
        case OPTION_OS:
            chosen.windows = find_windows(optarg);
            if (chosen.windows == 0)
                return usage("--os '%s' is none of win2000, xp, win7, win81, win10, win11", optarg);
            break;
        case ':':
            return usage("%s wants an argument", argv[optind - 1]);
        default:
            return usage(
                "unknown option '%s': the compiler's flags come after '--'", argv[optind - 1]);
        }
    }
    if (optind == end)
        return usage("no file is given");
    return run(argv + optind, end - optind, &chosen, strict);
}
