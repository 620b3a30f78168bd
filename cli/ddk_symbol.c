/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: The dotsys authors */
/*
 * What a driver takes from the kernel, held against the table of the kernel's exports: is it in the
 * Windows the build is for, and does mingw-w64's import library have it? If not, an import library
 * is made of what is missing. Another is made of what a 32-bit image exports: GNU ld makes one,
 * too, without the decoration that an importer's objects ask for.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ddk.h"
#include "ldr/ldr.h"

/* ---- Too late for this Windows --------------------------------------------------------------- */

static const char *since(unsigned windows, const LDR_EXPORT *export)
{
    return export->Since > windows ? ddk_format("first in %s", LdrVersionName(export->Since))
                                   : ddk_format("last in %s", LdrVersionName(export->Last));
}

static const char *const kernel_modules[] = {"ntoskrnl.exe", "hal.dll", "usbd.sys", "wmilib.sys"};
#define KERNEL_MODULES (sizeof(kernel_modules) / sizeof(kernel_modules[0]))

static const LDR_EXPORT *find_export(const struct ddk_build *build, const char *name)
{
    for (size_t i = 0; i < KERNEL_MODULES; i++) {
        const LDR_EXPORT *export = build->machine->wide
            ? LdrFindModuleExport(kernel_modules[i], name)
            : LdrFindModuleExportX86(kernel_modules[i], name);
        if (export != NULL)
            return export;
    }
    return NULL;
}

const char *ddk_too_late(
    const struct ddk_build *build, const struct ddk_project *project, const char *name)
{
    unsigned windows = ddk_find_version(project->version)->known;
    const LDR_EXPORT *export = ddk_kernel(project) ? find_export(build, name) : NULL;

    return export == NULL || LdrExportExists(export, windows) ? NULL : since(windows, export);
}

struct check {
    struct ddk_build *build;
    struct ddk_project *project;
    unsigned windows;
};

/* Whether a word stands in a line that ends with a newline or the text. */
static bool in_line(const char *line, size_t length, const char *word)
{
    size_t size = strlen(word);

    for (size_t i = 0; i + size <= length; i++) {
        bool begins = i == 0 || !(isalnum((unsigned char)line[i - 1]) || line[i - 1] == '_');
        bool ends = i + size == length ||
            !(isalnum((unsigned char)line[i + size]) || line[i + size] == '_');
        if (begins && ends && strncmp(line + i, word, size) == 0)
            return true;
    }
    return false;
}

/* Comments that take the whole line, and declarations. */
static bool no_use(const char *line, size_t length)
{
    const char *first = line + strspn(line, " \t");

    if (first[0] == '*' || (first[0] == '/' && (first[1] == '*' || first[1] == '/')))
        return true;
    return in_line(line, length, "NTAPI") || in_line(line, length, "NTKERNELAPI") ||
        in_line(line, length, "NTHALAPI");
}

/* Where the project's files use a function first. */
static const char *find_use(const struct ddk_project *project, const char *name, unsigned *number)
{
    for (size_t i = 0; i < project->read.count; i++) {
        const char *text = ddk_read(project->read.item[i], NULL);
        *number = 1;
        for (const char *line = text; line != NULL && *line != '\0';
             line += strcspn(line, "\n"), line += *line == '\n', ++*number) {
            size_t length = strcspn(line, "\n");
            if (in_line(line, length, name) && !no_use(line, length))
                return project->read.item[i];
        }
    }
    *number = 0;
    return project->file;
}

static BOOLEAN check_import(const LDR_IMPORT *import, void *context)
{
    struct check *check = context;
    unsigned line;

    if (import->Name == NULL || import->Export == NULL ||
        LdrExportExists(import->Export, check->windows))
        return TRUE;
    const char *path = find_use(check->project, import->Name, &line);
    ddk_error(check->build, path, line, "%s is %s; this build is for %s", import->Name,
        since(check->windows, import->Export), ddk_find_version(check->project->version)->title);
    check->project->failed = true;
    return TRUE;
}

void ddk_check_imports(struct ddk_build *build, struct ddk_project *project)
{
    struct check check = {build, project, ddk_find_version(project->version)->known};
    LDR_ERROR error = {0};
    NTSTATUS status = LdrListImports(project->target, check_import, &check, &error);

    if (!NT_SUCCESS(status)) {
        ddk_error(build, project->target, 0, "%s", error.Text);
        project->failed = true;
    }
    if (project->failed)
        unlink(project->target);
}

/* ---- Import libraries ------------------------------------------------------------------------ */

/* "MmCopyMemory" of "__imp__MmCopyMemory@24"; what follows __imp_ goes to *symbol. */
static const char *undecorated(const struct ddk_build *build, const char *name, const char **symbol)
{
    if (strncmp(name, "__imp_", 6) == 0)
        name += 6;
    *symbol = name;
    if (build->machine->wide)
        return name;
    if (*name == '_' || *name == '@')
        name++;
    return ddk_copy(name, strcspn(name, "@"));
}

/* Makes a library of a module's exports, unless it was made of the same before. */
static void make_library(struct ddk_build *build, struct ddk_project *project, const char *module,
    const struct ddk_list *lines, const char *library)
{
    const char *path = ddk_format("%s/%s.made.def", project->objects, module);
    const char *text = ddk_format("LIBRARY %s\nEXPORTS\n%s\n", module, ddk_join(lines, "\n")),
               *old = ddk_read(path, NULL);
    struct ddk_list command = {0};

    if (old != NULL && strcmp(old, text) == 0 && ddk_exists(library))
        return;
    const char *const words[] = {build->tools.dlltool, "-k", "-d", path, "-l", library};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        ddk_add(&command, words[i]);
    unlink(library);
    if (!ddk_write(path, text, strlen(text)) || ddk_capture(&command) == NULL) {
        ddk_error(build, path, 0, "no import library could be made of this");
        unlink(path);
        project->failed = true;
    }
}

void ddk_more_imports(
    struct ddk_build *build, struct ddk_project *project, struct ddk_list *libraries)
{
    struct ddk_list wanted = {0}, there = {0}, lines[KERNEL_MODULES] = {0};

    for (size_t i = 0; i < project->made.count; i++)
        ddk_coff(project->made.item[i], &wanted, NULL);
    for (size_t i = 0; i < libraries->count; i++)
        ddk_coff(libraries->item[i], ddk_ends(libraries->item[i], ".lib") ? &wanted : NULL, &there);
    for (size_t i = 0; i < wanted.count; i++) {
        const char *symbol, *name = undecorated(build, wanted.item[i], &symbol);
        const LDR_EXPORT *export = ddk_has(&there, wanted.item[i]) ? NULL
                                                                   : find_export(build, name);
        if (export == NULL)
            continue;
        size_t of = 0;
        while (of + 1 < KERNEL_MODULES && strcmp(export->Module, kernel_modules[of]) != 0)
            of++;
        struct ddk_list *module = &lines[of];
        /* Microsoft's libraries have that name, GNU's only what dllimport asks for. */
        if (export->Convention == LDR_DATA && symbol == wanted.item[i])
            ddk_add(&project->slots, symbol);
        const char *line = *symbol == '_' && !build->machine->wide ? symbol + 1 : symbol;
        if (export->Convention == LDR_DATA)
            line = ddk_format("%s DATA", line);
        if (!ddk_has(module, line))
            ddk_add(module, line);
    }
    for (size_t i = 0; i < KERNEL_MODULES; i++) {
        if (lines[i].count == 0)
            continue;
        const char *library = ddk_format("%s/%s.made.a", project->objects, kernel_modules[i]);
        make_library(build, project, kernel_modules[i], &lines[i], library);
        ddk_add(libraries, library);
    }
}

/* The symbol of a 32-bit function, as a definition file has it: "Name@8" of "_Name@8". */
static const char *decorated(const struct ddk_list *symbols, const char *name)
{
    size_t length = strlen(name);

    for (size_t i = 0; i < symbols->count; i++) {
        const char *symbol = symbols->item[i];
        if ((*symbol == '_' || *symbol == '@') && strncmp(symbol + 1, name, length) == 0 &&
            symbol[1 + length] == '@')
            return *symbol == '_' ? symbol + 1 : symbol;
    }
    return name;
}

/* Names an EXPORTS section has, but for the private ones, with what else the line says. */
static void add_definitions(
    const char *path, const struct ddk_list *symbols, struct ddk_list *lines)
{
    const char *text = ddk_read(path, NULL);
    struct ddk_list all = ddk_split(text != NULL ? text : "", "\r\n");
    bool exports = false;

    for (size_t i = 0; i < all.count; i++) {
        struct ddk_list words = ddk_words(ddk_copy(all.item[i], strcspn(all.item[i], ";")));
        size_t first = 0;
        if (words.count > 0 && strcmp(words.item[0], "EXPORTS") == 0) {
            exports = true;
            first = 1;
        }
        if (!exports || words.count == first || ddk_has(&words, "PRIVATE"))
            continue;
        const char *name = ddk_copy(words.item[first], strcspn(words.item[first], "="));
        ddk_add(lines,
            ddk_format("%s%s", decorated(symbols, name), ddk_has(&words, "DATA") ? " DATA" : ""));
    }
}

void ddk_own_imports(struct ddk_build *build, struct ddk_project *project, const char *definitions)
{
    struct ddk_list symbols = {0}, lines = {0};

    for (size_t i = 0; i < project->made.count; i++)
        ddk_coff_defined(project->made.item[i], &symbols, &lines);
    if (definitions != NULL)
        add_definitions(definitions, &symbols, &lines);
    make_library(build, project, ddk_name(project->target), &lines, project->import);
}
